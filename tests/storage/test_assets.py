"""The asset store: what this program is making is left alone, what another left behind is removed."""

import asyncio
import contextlib
import os
from decimal import Decimal
from pathlib import Path

from kiwi.film.value import Value
from kiwi.money.catalogue import find_model
from kiwi.money.purchases import Placed, Stage, Wanted
from kiwi.storage.assets import MAKING, AssetStore
from tests.buyers import FakeBuyer


class Answer(Value):
    """What was paid for."""

    text: str


async def test_what_a_killed_program_left_is_swept_and_what_is_being_made_is_not(tmp_path: Path) -> None:
    left = tmp_path / ".making-0123" / "film"
    left.mkdir(parents=True)

    async def make(folder: Path) -> Answer:
        AssetStore(tmp_path).sweep()
        (folder / "film.mp4").write_bytes(b"film")
        return Answer(text="made")

    await AssetStore(tmp_path).once("film", make, Answer)
    assert os.listdir(tmp_path) == ["film"]
    assert not [path for path in MAKING if tmp_path in path.parents]


async def test_nothing_is_left_of_what_could_not_be_made(tmp_path: Path) -> None:
    async def fail(folder: Path) -> Answer:
        (folder / "half").touch()
        raise LookupError

    with contextlib.suppress(LookupError):
        await AssetStore(tmp_path).once("film", fail, Answer)
    assert not os.listdir(tmp_path)
    assert not [path for path in MAKING if tmp_path in path.parents]


async def test_who_came_first_is_the_first_to_work(tmp_path: Path) -> None:
    begun: list[int] = []

    async def make(number: int) -> Answer:
        async def begin(folder: Path) -> Answer:
            begun.append(number)
            return Answer(text=f"{number}")

        return await AssetStore(tmp_path / f"{number % 3}").once(f"film-{number}", begin, Answer)

    await asyncio.gather(*map(make, range(200)))
    assert begun == list(range(200))


async def test_an_answer_on_its_way_is_not_lost_when_its_film_is_cancelled_and_begun_anew(tmp_path: Path) -> None:
    buyer, store, asked, answered = FakeBuyer(), AssetStore(tmp_path), asyncio.Event(), asyncio.Event()
    buyer._counter.outlast_seconds = 0.0
    wanted = Wanted(model=find_model("gemini", "chat"), part="write_script", request="0", most=Decimal("0.1"))

    async def post(folder: Path) -> Answer:
        asked.set()
        await answered.wait()
        return Answer(text="a script")

    async def place() -> Placed:
        await store.once("answer", post, Answer)
        return Placed(job={"answer": "answer"})

    first = asyncio.create_task(buyer.buy(wanted, place))
    await asked.wait()
    first.cancel()
    await asyncio.wait({first})
    assert first.cancelled()

    AssetStore(tmp_path).sweep()  # as every attempt begins
    again = asyncio.create_task(buyer.buy(wanted, place))
    answered.set()
    assert (await again).stage is Stage.ACCEPTED
    assert (await store.once("answer", post, Answer)).text == "a script"
    assert len(buyer.purchases) == 1
