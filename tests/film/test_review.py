"""A person looks at the script before money is spent: what stops, what goes on, and what no kill takes away."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.types import Command

from graph.build import build_graph
from graph.checkpoint import open_checkpointer, strict_serializer
from graph.worker import Worker
from kiwi.errors import BadBrief, TaskBusy
from kiwi.film.model import Brief, Form
from kiwi.film.review import LONGEST_SCENE, Edit, Review, parse_review, revised
from kiwi.money.producer import Unpaid
from kiwi.storage.database import Database
from kiwi.tasks.table import Tasks
from kiwi.tasks.task import Status
from testing.fakes import FakeCrew, a_script, an_intent
from testing.servers import OtherServer, Studio, a_free_port
from tests.graph.test_graph import CONFIG, PlugPulled, SaverWithoutPower

ROOT = Path(__file__).parents[2]
BRIEF: Any = {"brief": Brief(words="tea", review="script")}
ANSWER = {"approve": True, "scenes": [{"scene_number": 2, "description": "Cocoa is better."}]}
TEXTS = ["Tea is number 1.", "Cocoa is better.", "Tea is number 3."]
PAID = ("narrate", "shoot", "score", "render", "cut")


def paid(fake: FakeCrew) -> int:
    """How often anybody was asked to make what costs money or time."""
    return sum(times for what, times in fake.calls.asked.items() if what.startswith(PAID))


@pytest.fixture
async def checkpointer(database: Database) -> AsyncIterator[AsyncPostgresSaver]:
    async with open_checkpointer(database.url) as checkpointer:
        yield checkpointer


def test_an_answer_is_read_as_it_was_told() -> None:
    answer = {"approve": True, "scenes": [{"scene_number": 2, "description": "  Cocoa\n is  better. "}]}
    read = parse_review(answer, 3)
    assert read == Review(approve=True, edits=(Edit(scene=2, voice_over="Cocoa is better."),))
    assert parse_review(read.told, 3) == read
    assert parse_review({"approve": False}, 3) == Review(approve=False)
    assert parse_review({"approve": True, "scenes": None}, 3) == Review(approve=True)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (None, "Say whether you approve"),
        ("yes", "Say whether you approve"),
        ({}, "Say whether you approve"),
        ({"approve": "true"}, "Say whether you approve"),
        ({"approve": True, "film": 1}, "Say whether you approve"),
        ({"approve": True, "scenes": {"2": "Cocoa."}}, "Send a list of scenes"),
        ({"approve": True, "scenes": ["Cocoa."]}, "Send an object for each scene"),
        ({"approve": True, "scenes": [{"title": "Cocoa"}]}, "A new scene needs a description"),
        ({"approve": True, "scenes": [{"scene_number": 2, "colour": "red"}]}, "A scene has no “colour”"),
        ({"approve": True, "scenes": [{"scene_number": 2, "card": "list"}]}, "Scene 2: There is no card “list”: choose one of title"),
        ({"approve": True, "scenes": [{"scene_number": 2, "title": "a" * 43}]}, "Scene 2: This has 43 characters"),
        ({"approve": True, "scenes": [{"scene_number": 2, "remove": "yes"}]}, "Scene 2: Send true or false for remove"),
        ({"approve": True, "scenes": [{"scene_number": 2}], "order": True}, "An order needs all 3 scenes"),
        ({"approve": True, "revision": "new"}, "The revision is a number"),
        ({"approve": True, "scenes": [{"scene_number": 0, "description": "Cocoa."}]}, "no scene 0: it has 3"),
        ({"approve": True, "scenes": [{"scene_number": 4, "description": "Cocoa."}]}, "no scene 4: it has 3"),
        ({"approve": True, "scenes": [{"scene_number": True, "description": "Cocoa."}]}, "no scene True"),
        ({"approve": True, "scenes": [{"scene_number": "2", "description": "Cocoa."}]}, "no scene 2"),
        ({"approve": True, "scenes": [{"scene_number": 2, "description": " \n"}]}, "Scene 2: Send what the scene shall say"),
        ({"approve": True, "scenes": [{"scene_number": 2, "description": 7}]}, "Scene 2: Send what the scene shall say"),
        ({"approve": True, "scenes": [{"scene_number": 2, "description": "a" * 1_001}]}, "Scene 2: This has 1,001 characters"),
        ({"approve": True, "scenes": [{"scene_number": 2, "description": "a\x00b"}]}, "Scene 2: This contains characters"),
        ({"approve": True, "scenes": [ANSWER["scenes"][0]] * 2}, "Send each scene once"),  # type: ignore[index]
        ({"approve": False, "scenes": ANSWER["scenes"]}, "leave the scenes out"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(said: object, sentence: str) -> None:
    with pytest.raises(BadBrief, match=sentence):
        parse_review(said, 3)


def test_the_longest_text_may_be_as_long_as_a_retakes() -> None:
    said = {"approve": True, "scenes": [{"scene_number": 1, "description": "a" * LONGEST_SCENE}]}
    assert len(parse_review(said, 1).edits[0].voice_over or "") == LONGEST_SCENE


def test_an_edited_scene_keeps_nothing_of_what_its_card_showed() -> None:
    script = a_script()
    shown = script.scenes[1].model_copy(update={"form": Form.LIST, "points": ("tea", "milk"), "figure": "40%"})
    script = script.model_copy(update={"scenes": (script.scenes[0], shown, script.scenes[2])})
    after = revised(script, [Edit(scene=2, voice_over="Cocoa is better.")], an_intent())
    assert (after.scenes[0], after.scenes[2]) == (script.scenes[0], script.scenes[2])
    assert (after.scenes[1].id, after.scenes[1].form, after.scenes[1].points, after.scenes[1].figure) == ("scene-2", Form.STATEMENT, (), "")
    assert revised(script, [Edit(scene=2, voice_over=shown.voice_over)], an_intent()) == script


async def test_a_brief_that_wishes_no_review_never_stops() -> None:
    state = await build_graph(FakeCrew().crew(), InMemorySaver(serde=strict_serializer())).ainvoke({"brief": Brief(words="tea")}, CONFIG)
    assert state["film"].frames == 180


async def test_in_studio_the_thread_stops_at_the_script_and_goes_on_with_the_answer() -> None:
    fake = FakeCrew()
    graph = build_graph(fake.crew(), InMemorySaver(serde=strict_serializer()))
    typed: Any = {"brief": {"words": "tea", "review": True}}
    stopped: Any = await graph.ainvoke(typed, CONFIG)
    [asked] = stopped["__interrupt__"]
    assert asked.value["message"] == "Look at the script"
    assert [scene["scene_number"] for scene in asked.value["scenes"]] == [1, 2, 3]
    assert paid(fake) == 0
    state: Any = await graph.ainvoke(Command(resume=ANSWER), CONFIG)
    assert [scene.voice_over for scene in state["script"].scenes] == TEXTS
    assert state["film"].frames == 180
    assert set(fake.calls.asked.values()) == {1}


async def test_in_studio_an_answer_that_makes_no_sense_is_asked_for_again() -> None:
    graph = build_graph(FakeCrew().crew(), InMemorySaver(serde=strict_serializer()))
    await graph.ainvoke(BRIEF, CONFIG)
    again: Any = await graph.ainvoke(Command(resume="yes"), CONFIG)
    assert again["__interrupt__"][0].value["fault"].startswith("Say whether you approve")
    state = await graph.ainvoke(Command(resume={"approve": True}), CONFIG)
    assert state["film"].frames == 180


async def test_in_studio_a_script_that_is_turned_down_ends_the_thread_before_anything_is_made() -> None:
    fake = FakeCrew()
    graph = build_graph(fake.crew(), InMemorySaver(serde=strict_serializer()))
    await graph.ainvoke(BRIEF, CONFIG)
    await graph.ainvoke(Command(resume={"approve": False}), CONFIG)
    state = await graph.aget_state(CONFIG)
    assert (state.next, "film" in state.values, paid(fake)) == ((), False, 0)


@pytest.mark.parametrize("at", range(1, 7))
async def test_a_kill_between_an_answer_and_its_checkpoint_loses_nothing(at: int) -> None:
    fake, saver = FakeCrew(), SaverWithoutPower(0)
    await build_graph(fake.crew(), saver).ainvoke(BRIEF, CONFIG, durability="sync")
    saver.left = at
    graph = build_graph(fake.crew(), saver)
    with pytest.raises(PlugPulled):
        await graph.ainvoke(Command(resume=ANSWER), CONFIG, durability="sync")
    waits = (await graph.aget_state(CONFIG)).interrupts
    await graph.ainvoke(Command(resume=ANSWER) if waits else None, CONFIG, durability="sync")
    state = (await graph.aget_state(CONFIG)).values
    assert [scene.voice_over for scene in state["script"].scenes] == TEXTS
    assert len(state["reels"]) == 3


async def test_a_worker_lets_go_of_a_film_that_awaits_its_review(tasks: Tasks, checkpointer: AsyncPostgresSaver) -> None:
    fake = FakeCrew()
    worker = Worker(tasks, checkpointer, Unpaid(lambda _: fake.crew()))
    task, _ = await tasks.submit(BRIEF["brief"])
    waiting = await worker.run(task.id)
    assert (waiting.status, waiting.message, waiting.attempt, waiting.over) == (Status.AWAITING_REVIEW, "Look at the script", 1, False)
    assert [scene.description for scene in waiting.scenes] == ["Tea is number 1.", "Tea is number 2.", "Tea is number 3."]
    assert (await worker.run(task.id)) == waiting
    async with tasks.hold(task.id):
        pass
    done = await worker.run(task.id, review=parse_review(ANSWER, 3))
    assert (done.status, done.attempt) == (Status.COMPLETED, 1)
    assert [scene.description for scene in done.scenes] == TEXTS
    assert set(fake.calls.asked.values()) == {1}
    progress = [event.task.progress async for event in tasks.follow(task.id)]
    assert progress == sorted(progress)


async def test_a_cancellation_that_meets_the_review_wins(tasks: Tasks, checkpointer: AsyncPostgresSaver) -> None:
    class Cancelling(Unpaid):
        async def cost(self, task_id: str) -> None:
            if "write" in fake.calls.asked:
                await tasks.cancel(task_id)

    fake = FakeCrew()
    task, _ = await tasks.submit(BRIEF["brief"])
    done = await Worker(tasks, checkpointer, Cancelling(lambda _: fake.crew())).run(task.id)
    assert (done.status, paid(fake)) == (Status.CANCELLED, 0)


async def test_a_review_needs_a_worker_only_once_it_is_decided(tasks: Tasks) -> None:
    task, _ = await tasks.submit(BRIEF["brief"])
    with pytest.raises(TaskBusy, match="is pending: there is no script to review"):
        await tasks.review(task.id)
    begun = await tasks.begin(task.id)
    await tasks.report(task.id, begun.attempt, status=Status.AWAITING_REVIEW)
    down = await tasks.review(task.id)
    assert (down.status, down.message) == (Status.CANCELLED, "Cancelled")


async def killed_while_awaiting(server: OtherServer, client: httpx.AsyncClient) -> str:
    answer = await client.post("/api/video/create", json={"text_input": "tea", "review": True})
    task_id = str(answer.json()["task_id"])
    await until(client, task_id, "awaiting_review")
    await server.stop(signal.SIGKILL)
    return task_id


async def until(client: httpx.AsyncClient, task_id: str, *statuses: str) -> dict[str, Any]:
    async with asyncio.timeout(30):
        while (task := dict((await client.get(f"/api/video/status/{task_id}")).json()))["status"] not in statuses:
            await asyncio.sleep(0.02)
    return task


async def test_a_film_that_awaits_its_review_survives_the_killing_of_its_server(database: Database, tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    server = OtherServer(studio, database.url, a_free_port())
    async with server, httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=20) as client:
        task_id = await killed_while_awaiting(server, client)
        await server.start()
        await asyncio.sleep(1.0)  # longer than what was left behind takes to be found
        task = await until(client, task_id, "awaiting_review")
        assert task["attempt"] == 1
        # killed once more, as soon as the answer was taken
        studio.hold("narrate")
        assert (await client.post(f"/api/video/task/{task_id}/review", json=ANSWER)).status_code == 202
        await server.stop(signal.SIGKILL)
        studio.release("narrate")
        await server.start()
        done = await until(client, task_id, "completed", "failed", "awaiting_review")
        assert done["status"] == "completed"
        assert [scene["description"] for scene in done["data"]["scenes"]] == TEXTS
        assert {what for what, times in studio.notes().items() if what.startswith("done") and times > 1} == set()


async def test_an_answer_survives_a_kill_before_and_after_it_reached_the_thread(database: Database, tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    server = OtherServer(studio, database.url, a_free_port())
    async with server, httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=20) as client:
        answer = await client.post("/api/video/create", json={"text_input": "tea", "review": True})
        task_id = str(answer.json()["task_id"])
        await until(client, task_id, "awaiting_review")
        studio.hold("narrate")
        assert (await client.post(f"/api/video/task/{task_id}/review", json=ANSWER)).status_code == 202
        await studio.noted("begin narrate scene-2")
        await server.stop(signal.SIGKILL)
        studio.release("narrate")
        await server.start()
        done = await until(client, task_id, "completed", "failed", "awaiting_review")
        assert (done["status"], done["attempt"]) == ("completed", 2)
        assert [scene["description"] for scene in done["data"]["scenes"]] == TEXTS
        assert studio.notes()["done write"] == 1


def test_the_command_line_shows_the_script_and_asks(tmp_path: Path) -> None:
    brief = ["Explain how tea is made in 5 seconds", "--size", "1080x1080", "--fps", "24", "--review"]
    out = ["--out", str(tmp_path / "tea.mp4")]

    def film(*words: str, said: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "KIWI_DATA_DIR": str(tmp_path / "data"), "NO_COLOR": "1"}
        command = [sys.executable, "-m", "cli", "film", *words, *out]
        return subprocess.run(command, input=said, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=240, check=False)

    nobody = film(*brief, said="")
    task_id = nobody.stderr.split()[-1]
    assert (nobody.returncode, nobody.stdout) == (130, "")
    assert "\n1. " in nobody.stderr
    assert "Recording the voice-over" not in nobody.stderr
    turned_down = film("--resume", task_id, said="n\n")
    assert turned_down.returncode == 130
    assert "Cancelled." in turned_down.stderr
    assert not list(tmp_path.glob("tea.*"))
    made = film("--resume", task_id, said="what?\ny\n")
    assert (made.returncode, made.stdout) == (0, f"{tmp_path / 'tea.mp4'}\n")
    assert "Writing the script" not in made.stderr
