"""An answer is taken piece by piece: talk is waited for, silence is not, and who goes away hangs up; a model of one's own costs nothing."""

import asyncio
import dataclasses
import json
import logging
from pathlib import Path

import pytest

from kiwi.errors import OutcomeUnknown, ProviderBusy, ProviderError, ProviderUnreachable, TookTooLong
from kiwi.money.purchases import Stage
from kiwi.providers.chat import streaming
from kiwi.providers.chat.asking import MORE_ROOM, Question, Reply, Verdict, ask
from kiwi.providers.chat.model import OWN_LONGEST_SECONDS, OWN_SILENCE_SECONDS
from kiwi.providers.chat.opening import open_chat
from tests.chats import Answer, Studio, chat_settings, events, open_own_studio, open_studio, openai_fails, openai_says, restarted

PING = b":\n\n"
"""What servers send to show that they live."""


class NameReply(Reply):
    """A name."""

    name: str


def a_question(material: str = "material", *, fault: str = "") -> Question[NameReply]:
    return Question("read_intent", NameReply, "instructions", material, 100, judge=lambda _: Verdict(faults=(fault,) if fault else ()))


async def asked(studio: Studio, material: str = "material") -> str:
    return (await ask(studio.chat, studio.production, a_question(material))).name


def gemini_pieces(*texts: str) -> tuple[bytes, ...]:
    usage = {"promptTokenCount": 1_000, "candidatesTokenCount": 100, "thoughtsTokenCount": 100, "totalTokenCount": 1_200}
    bodies = [
        {"candidates": [{"content": {"parts": [{"text": text}], "role": "model"}, "index": 0}], "usageMetadata": usage} for text in texts
    ]
    bodies.append(
        {
            "candidates": [{"finishReason": "STOP", "index": 0}],
            "usageMetadata": usage | {"candidatesTokenCount": 200, "totalTokenCount": 1_300},
        }
    )
    return tuple(events(body).body for body in bodies)


def without_end(answer: Answer, kept: int = 2) -> Answer:
    """An answer that breaks off into silence."""
    return dataclasses.replace(answer, pieces=answer.pieces[:kept], hangs=True)


async def test_a_model_that_keeps_talking_is_waited_for(tmp_path: Path) -> None:
    slow = openai_says('{"name": "Kiwi and the whole of its long family"}', pause=0.2)
    assert len(slow.pieces) * slow.pause > 1.5
    async with open_own_studio(tmp_path, slow, seconds=1.2) as studio:
        assert await asked(studio) == "Kiwi and the whole of its long family"


@pytest.mark.parametrize("answer", [Answer(b"", hangs=True), without_end(openai_says('{"name": "Kiwi"}'))], ids=["first", "later"])
async def test_a_model_of_ones_own_that_falls_silent_is_given_up_and_nothing_is_booked(tmp_path: Path, answer: Answer) -> None:
    async with open_own_studio(tmp_path, answer, seconds=0.3) as studio:
        with pytest.raises(TookTooLong, match=r"openai:qwen said nothing for 0\.3 s"):
            await asked(studio)
        assert len(studio.server.requests) == 1
        assert studio.buyer.purchases == []


async def test_a_server_that_reads_for_long_and_says_so_is_not_silent(tmp_path: Path) -> None:
    answer = openai_says('{"name": "Kiwi"}')
    reading = dataclasses.replace(answer, pieces=(*[PING] * 16, *answer.pieces), pause=0.1)
    async with open_own_studio(tmp_path, reading, seconds=1.2) as studio:
        assert await asked(studio) == "Kiwi"


async def test_a_vendors_silence_counts_as_bought(tmp_path: Path) -> None:
    answer = Answer(b"", headers={"content-type": "text/event-stream"}, pieces=gemini_pieces('{"name": ')[:1], hangs=True)
    async with open_studio(tmp_path, answer, seconds=0.3) as studio:
        with pytest.raises(OutcomeUnknown, match=r"said nothing for 0\.3 s.*counts as bought"):
            await asked(studio)
        assert [purchase.stage for purchase in studio.buyer.purchases] == [Stage.UNKNOWN]


async def test_a_vendors_pieces_are_counted_once(tmp_path: Path) -> None:
    answer = Answer(b"", headers={"content-type": "text/event-stream"}, pieces=gemini_pieces('{"na', 'me": "Ki', 'wi"}'))
    async with open_studio(tmp_path, answer) as studio:
        assert await asked(studio) == "Kiwi"
        (purchase,) = studio.buyer.purchases
        assert purchase.cost == studio.chat.sold.cost_of_tokens(1_000, 300)


async def test_a_model_that_finds_no_end_is_given_up(tmp_path: Path) -> None:
    endless = openai_says(json.dumps({"name": "Kiwi " * 500}), pause=0.05)
    async with open_own_studio(tmp_path, endless) as studio:
        studio.chat.longest_seconds = 0.5
        with pytest.raises(TookTooLong, match=r"was still answering after 0\.5 s"):
            await asked(studio)
        assert await asyncio.to_thread(studio.server.hung_up.wait, 2)


async def test_an_answer_that_is_far_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "MOST_CHARACTERS", 100)
    async with open_own_studio(tmp_path, openai_says(json.dumps({"name": "Kiwi " * 50}), pause=0.01)) as studio:
        with pytest.raises(TookTooLong, match="more than 100 characters"):
            await asked(studio)
        assert await asyncio.to_thread(studio.server.hung_up.wait, 2)


async def test_a_cancelled_film_hangs_up_at_once(tmp_path: Path) -> None:
    async with open_own_studio(tmp_path, openai_says(json.dumps({"name": "Kiwi " * 500}), pause=0.05)) as studio:
        asking = asyncio.create_task(asked(studio))
        while not studio.server.requests:
            await asyncio.sleep(0.005)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert await asyncio.to_thread(studio.server.hung_up.wait, 2)


async def test_an_own_models_answer_costs_nothing_is_kept_and_never_asked_for_again(tmp_path: Path) -> None:
    async with open_own_studio(tmp_path, openai_says('{"name": "Kiwi"}')) as studio:
        assert await asked(studio) == "Kiwi"
        studio.production = restarted(studio, tmp_path)
        assert await asked(studio) == "Kiwi"
        (request,) = studio.server.requests
        assert studio.buyer.purchases == []
    assert request["stream"] is True
    assert request["stream_options"] == {"include_usage": True}
    assert request["response_format"]["json_schema"]["strict"] is True
    assert request["response_format"]["json_schema"]["schema"]["required"] == ["name"]
    assert request["max_tokens"] == request["max_completion_tokens"] == 100 + studio.chat.thought_tokens


async def test_an_own_models_answer_that_was_cut_off_is_mended_with_more_room(tmp_path: Path) -> None:
    async with open_own_studio(tmp_path, openai_says('{"name": "Ki', ends="length"), openai_says('{"name": "Kiwi"}')) as studio:
        assert await asked(studio) == "Kiwi"
        first, second = studio.server.requests
    assert second["max_tokens"] == MORE_ROOM * first["max_tokens"]
    assert "It was cut off" in second["messages"][-1]["content"]


async def test_a_server_of_ones_own_that_takes_no_schema_is_asked_in_plain_text(tmp_path: Path) -> None:
    plain = openai_says('Here you are: {"name": "Kiwi"}')
    async with open_own_studio(tmp_path, openai_fails(400, "unknown response_format"), plain) as studio:
        assert [await asked(studio), await asked(studio, "something else")] == ["Kiwi", "Kiwi"]
        formed = ["response_format" in request for request in studio.server.requests]
        assert formed == [True, False, False]
        assert studio.server.requests[1]["messages"][0]["content"].startswith("instructions\n\nSchema: {")


async def test_a_crash_before_an_own_models_answer_is_no_loss(tmp_path: Path) -> None:
    async with open_own_studio(tmp_path, Answer(b"", hangs=True), openai_says('{"name": "Kiwi"}'), seconds=0.3) as studio:
        with pytest.raises(TookTooLong):
            await asked(studio)
        studio.production = restarted(studio, tmp_path)
        assert await asked(studio) == "Kiwi"


async def test_an_own_model_that_is_busy_is_asked_three_times(tmp_path: Path) -> None:
    async with open_own_studio(tmp_path, openai_fails(503, "loading model")) as studio:
        with pytest.raises(ProviderBusy):
            await asked(studio)
        assert len(studio.server.requests) == 3
        assert len(studio.clock.sleeps) == 2
        assert studio.buyer.purchases == []


async def test_nobody_at_the_own_address_is_told(tmp_path: Path) -> None:
    async with open_own_studio(tmp_path, Answer(b"")) as studio:
        away = chat_settings("", chat_model="openai:qwen", chat_url="http://127.0.0.1:9/v1")
        async with open_chat(away) as chat:
            assert chat is not None
            with pytest.raises(ProviderUnreachable):
                await ask(chat, studio.production, a_question())


async def test_films_take_turns_at_an_own_model(tmp_path: Path) -> None:
    async with open_own_studio(tmp_path, openai_says('{"name": "Kiwi"}', pause=0.03)) as studio:
        busiest = 0

        async def watch() -> None:
            nonlocal busiest
            while True:
                busiest = max(busiest, studio.server.talking)
                await asyncio.sleep(0.005)

        watching = asyncio.create_task(watch())
        names = await asyncio.gather(*(asked(studio, f"material {n}") for n in range(4)))
        watching.cancel()
    assert names == ["Kiwi"] * 4
    assert busiest == 1


async def test_who_waits_too_long_for_a_turn_is_told_why(tmp_path: Path) -> None:
    async with open_own_studio(tmp_path, Answer(b"", hangs=True)) as studio:
        first = asyncio.create_task(asked(studio))
        while not studio.server.requests:
            await asyncio.sleep(0.005)
        studio.chat.longest_seconds = 0.2
        with pytest.raises(TookTooLong, match="busy with other films"):
            await asked(studio, "something else")
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert len(studio.server.requests) == 1


@pytest.mark.parametrize(("took", "requests"), [(OWN_LONGEST_SECONDS - 1, 1), (10.0, 2)])
async def test_an_answer_is_mended_only_while_there_is_time(tmp_path: Path, took: float, requests: int) -> None:
    async with open_own_studio(tmp_path, openai_says('{"name": "Kiwi"}'), seconds=OWN_SILENCE_SECONDS) as studio:

        def judge(reply: NameReply) -> Verdict:
            studio.clock.forward(took)
            return Verdict(faults=("It is wrong.",))

        question = dataclasses.replace(a_question(), judge=judge)
        with pytest.raises(ProviderError, match="It is wrong") as raised:
            await ask(studio.chat, studio.production, question)
        assert len(studio.server.requests) == requests
    assert type(raised.value) is ProviderError


async def test_what_a_server_still_knew_is_told_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, streaming.__name__):
        async with open_own_studio(tmp_path, openai_says('{"name": "Kiwi"}', cached=70)) as studio:
            await asked(studio)
    assert "openai:qwen has read 90 tokens, 70 of them known before, and written 10" in caplog.text
