"""A person looks at the storyboard before anything is filmed: what they may change, what is made again, and what no kill takes away."""

import asyncio
import base64
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command
from langserve import RemoteRunnable

from graph.build import build_graph
from graph.checkpoint import strict_serializer
from kiwi.client import AsyncKiwiClient, Event, KiwiClient, Refused
from kiwi.errors import BadBrief
from kiwi.film.crew import Crew
from kiwi.film.model import Brief, Intent, Origin, Scene, SceneRole, Script, Source, Storyboard, VoiceOver
from kiwi.film.review import CARD_KINDS, Edit, parse_review, revised, shown_scenes
from kiwi.storage.database import Database
from kiwi.storage.postgres import Server
from testing.fakes import DirectArtist, FakeCrew, a_script, an_intent
from testing.servers import House, OtherServer, Studio, a_free_port, open_house, settings_for
from tests.film.test_review import until
from tests.graph.test_graph import CONFIG
from tests.local.test_storyboard import SCRIPT, plan, scene, voices

ROOT = Path(__file__).parents[2]
FILMED = ("shoot", "score", "render", "cut")


def ids(script: Script) -> list[str]:
    return [scene.id for scene in script.scenes]


def changed(said: list[dict[str, Any]], script: Script | None = None, **more: Any) -> Script:
    script = script or a_script()
    return revised(script, parse_review({"approve": True, "scenes": said, **more}, len(script.scenes)).edits, an_intent())


def test_a_list_of_all_scenes_is_the_films_order_and_part_of_them_is_not() -> None:
    assert ids(changed([{"scene_number": number} for number in (3, 1, 2)])) == ["scene-3", "scene-1", "scene-2"]
    assert ids(changed([{"scene_number": number} for number in (3, 1)])) == ["scene-1", "scene-2", "scene-3"]
    assert ids(changed([{"scene_number": number} for number in (3, 2, 1)], order=True)) == ["scene-3", "scene-2", "scene-1"]


def test_scenes_are_added_where_they_stand_and_get_names_of_their_own() -> None:
    new = {"description": "Milk, too.", "title": "Milk"}
    assert ids(changed([{"scene_number": 1}, new])) == ["scene-1", "scene-4", "scene-2", "scene-3"]
    assert ids(changed([new])) == ["scene-1", "scene-2", "scene-3", "scene-4"]
    assert ids(changed([new, {"scene_number": 3}, {"scene_number": 2}, new, {"scene_number": 1}])) == [
        *("scene-4", "scene-3", "scene-2", "scene-5", "scene-1")
    ]
    assert ids(changed([new], SCRIPT))[-2:] == ["scene-9", "scene-8"]  # before the closing


def test_a_film_gets_shorter_by_what_goes_and_longer_by_what_comes_and_other_words_leave_it() -> None:
    script, intent = a_script(), an_intent()
    assert revised(script, [Edit(scene=2, voice_over="Cocoa.")], intent).seconds is None
    shorter = revised(script, [Edit(scene=2, remove=True)], intent)
    assert (ids(shorter), shorter.seconds) == (["scene-1", "scene-3"], 20.0)
    longer = revised(script, [Edit(voice_over="a" * 32)], intent)
    assert longer.seconds == 33.0


def test_what_came_from_us_can_be_sent_back_and_changes_nothing() -> None:
    storyboard = plan()
    shown = shown_scenes(SCRIPT, storyboard)
    for extra in ({}, {"still_url": "/x", "state": "waiting", "progress": 0}):
        said = [{**one, **extra} for one in shown]
        edits = parse_review({"approve": False, "scenes": said}, len(shown), "storyboard").edits
        assert revised(SCRIPT, edits, an_intent(), storyboard) == SCRIPT


@pytest.mark.parametrize(
    ("edits", "sentence"),
    [
        ([Edit(scene=number, remove=True) for number in (1, 2, 3)], "A film needs a scene"),
        ([Edit(voice_over="More.") for _ in range(98)], "These are 101 scenes"),
        ([Edit(voice_over="a" * 1_000) for _ in range(20)], "The scenes have 20,048 characters"),
    ],
)
def test_what_no_film_can_be_made_of_is_refused_in_one_sentence(edits: list[Edit], sentence: str) -> None:
    with pytest.raises(BadBrief, match=sentence):
        revised(a_script(), edits, an_intent())


def test_the_card_that_names_the_sources_stays_while_the_film_speaks_their_words() -> None:
    source = Source(title="Tea", publisher="Wikipedia", licence="CC BY-SA 4.0")
    scenes = (scene(1, "Tea.", origin=Origin.SOURCE), scene(2, "Drink it.", SceneRole.CLOSING, origin=Origin.FRAME))
    script = Script(title="Tea", scenes=scenes, sources=(source,))
    for edit in (Edit(scene=2, remove=True), Edit(scene=2, card="quote"), Edit(scene_id="scene-2", passes="closing")):
        with pytest.raises(BadBrief, match="names the sources"):
            revised(script, [edit], an_intent())
    assert ids(revised(script, [Edit(scene=2, remove=True), Edit(scene=1, voice_over="My own.")], an_intent())) == ["scene-1"]


@pytest.mark.parametrize("kind", CARD_KINDS)
def test_every_kind_of_card_can_be_chosen_and_is_drawn(kind: str) -> None:
    said = "Warm the pot, add 5 spoons of leaves, and pour the water."
    script = Script(title="Tea", scenes=(a_script(1).scenes[0], scene(2, said, card=kind), scene(3, "Enjoy.", SceneRole.CLOSING)))
    storyboard = plan(script, seconds=20)
    assert (storyboard.shots[1].card.kind, storyboard.remarks) == (kind, ())
    assert plan(script, seconds=20, before=storyboard) == storyboard


def test_a_card_that_the_words_do_not_fill_is_told_and_another_drawn() -> None:
    script = Script(title="Tea", scenes=(scene(1, "Tea is good.", card="number"), scene(2, "So it is.", card="steps")))
    storyboard = plan(script, seconds=10)
    assert [shot.card.kind for shot in storyboard.shots] == ["statement", "spotlight"]
    assert [remark.partition(":")[0] for remark in storyboard.remarks] == [
        "Scene 1 names no number",
        "Scene 2 names no two steps that fit in short lines",
    ]


@pytest.mark.parametrize("number", range(1, 9))
def test_another_picture_is_another_card_and_another_shot_every_time(number: int) -> None:
    script, storyboard = SCRIPT, plan()
    seen = []
    for _ in range(5):
        shot = storyboard.shots[number - 1]
        seen.append((shot.card.kind, shot.prompt))
        edit = Edit(scene_id=f"scene-{number}", passes=shot.card.kind)
        script = revised(script, [edit], an_intent(), storyboard)
        assert revised(script, [edit], an_intent(), storyboard) == script
        others = {other.scene_id: other.card for other in storyboard.shots if other != shot}
        storyboard = plan(script, before=storyboard)
        assert {other.scene_id: other.card for other in storyboard.shots if other.scene_id in others} == others
    assert all(one != other for (one, _), (other, _) in pairwise(seen))
    assert len({prompt for _, prompt in seen}) >= 3


def test_a_prompt_of_ones_own_is_told_to_the_camera_and_leaves_the_card() -> None:
    before = plan()
    script = revised(SCRIPT, [Edit(scene=2, prompt="A cat asleep on a warm solar panel.")], an_intent(), before)
    after = plan(script, before=before)
    assert (after.shots[1].prompt, after.shots[1].search) == ("A cat asleep on a warm solar panel.", "cat")
    assert after.shots[1].model_copy(update={"prompt": "", "search": ""}) == before.shots[1].model_copy(update={"prompt": "", "search": ""})


class Drawing(FakeCrew):
    """Fakes with our own artist: what stays as it was planned, stays."""

    async def draw(self, script: Script, voice_over: Any, intent: Intent, brief: Brief, before: Storyboard | None) -> Storyboard:
        self.calls.ask("draw")
        return await DirectArtist().draw(script, voice_over, intent, brief, before)


def filmed(fake: FakeCrew) -> int:
    return sum(times for what, times in fake.calls.asked.items() if what.startswith(FILMED))


async def test_in_studio_the_thread_stops_at_the_storyboard_as_often_as_it_is_changed() -> None:
    fake = Drawing()
    graph = build_graph(fake.crew(), InMemorySaver(serde=strict_serializer()))
    typed: Any = {"brief": {"words": "tea", "review": "storyboard"}}
    stopped: Any = await graph.ainvoke(typed, CONFIG)
    asked = stopped["__interrupt__"][0].value
    assert (asked["stage"], asked["revision"], asked["message"]) == ("storyboard", 1, "Look at the storyboard")
    assert asked["scenes"][1].keys() == {"scene_number", "id", "title", "description", "card", "prompt", "seconds"}
    answer = {"approve": False, "scenes": [{"scene_number": 3}, {"scene_number": 1, "description": "Cocoa."}, {"scene_number": 2}]}
    stopped = await graph.ainvoke(Command(resume=answer), CONFIG)
    asked = stopped["__interrupt__"][0].value
    assert (asked["revision"], [scene["id"] for scene in asked["scenes"]]) == (2, ["scene-3", "scene-1", "scene-2"])
    assert asked["scenes"][1]["description"] == "Cocoa."
    stopped = await graph.ainvoke(Command(resume={"approve": True, "scenes": [{"scene_number": 9}]}), CONFIG)
    assert "no scene 9" in stopped["__interrupt__"][0].value["fault"]
    assert filmed(fake) == 0
    state: Any = await graph.ainvoke(Command(resume={"approve": True, "scenes": [{"scene_number": 2, "remove": True}]}), CONFIG)
    assert ids(state["script"]) == ["scene-3", "scene-2"]
    assert fake.calls.asked["write"] == 1
    assert filmed(fake) == 2 * 2 + 2  # shots and reels of two scenes, score and cut
    values = (await graph.aget_state(CONFIG)).values
    assert (values["storyboard"].revision, len(str(values)) < 10_000) == (3, True)


async def test_a_storyboard_that_is_turned_down_ends_the_thread() -> None:
    fake = Drawing()
    graph = build_graph(fake.crew(), InMemorySaver(serde=strict_serializer()))
    await graph.ainvoke({"brief": Brief(words="tea", review="storyboard")}, CONFIG)
    await graph.ainvoke(Command(resume={"approve": False}), CONFIG)
    assert (await graph.aget_state(CONFIG)).next == ()
    assert filmed(fake) == 0


async def test_a_thread_that_stopped_at_its_script_before_there_were_storyboards_goes_on() -> None:
    """As an earlier version has left it: its brief says ``review: true``, and its question has no stage."""
    saver = InMemorySaver(serde=strict_serializer())
    kept = json.loads((ROOT / "tests" / "threads" / "awaits_its_script.json").read_text("utf-8"))

    def typed(told: list[str]) -> tuple[str, bytes]:
        return told[0], base64.b64decode(told[1])

    for name, (checkpoint, metadata, parent) in kept["checkpoints"].items():
        saver.storage["task"][""][name] = (typed(checkpoint), typed(metadata), parent)
    for key, value in kept["blobs"]:
        saver.blobs[tuple(key)] = typed(value)
    for key, writes in kept["writes"]:
        for inner, (task, channel, value, path) in writes:
            saver.writes[tuple(key)][tuple(inner)] = (task, channel, typed(value), path)
    fake = Drawing()
    graph = build_graph(fake.crew(), saver)
    known = await graph.aget_state(CONFIG)
    assert "stage" not in known.interrupts[0].value
    assert known.values["brief"] == Brief(words="tea", review="script")
    state: Any = await graph.ainvoke(Command(resume={"approve": True, "scenes": [{"scene_number": 2, "description": "Cocoa."}]}), CONFIG)
    assert state["script"].scenes[1].voice_over == "Cocoa."
    assert state["film"].frames > 0
    assert "write" not in fake.calls.asked


class DrawingStudio(Studio):
    """A studio whose artist is ours, and whose voices are as long as their words."""

    def hire(self, task_id: str) -> Crew:
        crew = super().hire(task_id)
        spoken = crew.narrator

        class Speaking:
            async def narrate(self, scene: Scene, report: Any) -> VoiceOver:
                await spoken.narrate(scene, report)
                return voices(Script(title="", scenes=(scene,)))[scene.id]

        return Crew(**{**vars(crew), "artist": DirectArtist(), "narrator": Speaking()})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one_house(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("storyboard")
    async with open_house(settings_for(server.url, folder), DrawingStudio(folder)) as house:
        yield house


@pytest_asyncio.fixture(loop_scope="module")
async def house(one_house: House) -> AsyncIterator[House]:
    await one_house.clean()
    yield one_house
    await one_house.clean()


async def awaiting(house: House) -> str:
    """A task that waits with its storyboard."""
    answer = await house.client.post("/api/video/create", json={"text_input": "tea", "review": "storyboard"})
    task_id = str(answer.json()["task_id"])
    assert (await house.ended(task_id))["status"] == "awaiting_review"
    return task_id


async def review(house: House, task_id: str, **said: object) -> httpx.Response:
    return await house.client.post(f"/api/video/task/{task_id}/review", json=said)


async def seen(house: House, task_id: str) -> dict[str, Any]:
    return dict((await house.client.get(f"/api/video/task/{task_id}/storyboard")).json())


@pytest.mark.asyncio(loop_scope="module")
async def test_a_storyboard_is_looked_at_changed_and_let_through_over_the_wire(house: House) -> None:
    task_id = await awaiting(house)
    task = await house.status(task_id)
    assert task["data"]["review"] == {"stage": "storyboard", "revision": 1, "message": "Look at the storyboard", "title": "Tea"}
    assert task["data"]["scenes"][0]["still_url"] == f"/api/video/task/{task_id}/scenes/1/still.jpg?revision=1"
    board = await seen(house, task_id)
    assert (board["stage"], board["revision"], board["size"], board["estimate"]["total"]) == ("storyboard", 1, "1920x1080", 0)
    assert board["cards"] == [*CARD_KINDS]
    scenes = board["scenes"]
    scenes[1]["description"] = "Cocoa is better."
    scenes[2]["card"] = "quote"
    answer = await review(house, task_id, approve=False, revision=1, scenes=[*scenes, {"description": "Milk is last."}])
    assert (answer.status_code, answer.json()["status"]) == (202, "pending")
    task = await house.ended(task_id)
    assert (task["status"], task["data"]["review"]["revision"]) == ("awaiting_review", 2)
    board = await seen(house, task_id)
    assert [one["description"] for one in board["scenes"]] == [
        "Tea is number 1.", "Cocoa is better.", "Tea is number 3.", "Milk is last."
    ]  # fmt: skip
    assert board["scenes"][2]["card"] == "quote"
    stale = await review(house, task_id, approve=True, revision=1)
    assert (stale.status_code, stale.json()["code"], stale.json()["revision"]) == (409, "stale_revision", 2)
    assert not any(what.startswith(("begin shoot", "begin render")) for what in house.studio.notes())
    assert (await review(house, task_id, approve=True, revision=2)).status_code == 202
    done = await house.ended(task_id)
    assert (done["status"], done["result"]["total_scenes"], "review" in done["data"]) == ("completed", 4, False)
    assert {(one["state"], one["progress"]) for one in done["data"]["scenes"]} == {("ready", 100)}


@pytest.mark.asyncio(loop_scope="module")
async def test_a_script_can_be_looked_at_once_it_is_written(house: House) -> None:
    house.studio.hold("write")
    task_id = await house.create()
    early = await house.client.get(f"/api/video/task/{task_id}/storyboard")
    assert (early.status_code, early.json()["code"]) == (409, "task_busy")
    house.studio.release("write")
    house.studio.hold("narrate")
    async with asyncio.timeout(20):
        while (answer := await house.client.get(f"/api/video/task/{task_id}/storyboard")).status_code != 200:
            await asyncio.sleep(0.05)
    assert (answer.json()["stage"], answer.json()["scenes"][0]) == (
        "script",
        {"scene_number": 1, "id": "scene-1", "title": "Tea 1", "description": "Tea is number 1."},
    )
    house.studio.release("narrate")
    assert (await house.client.get("/api/video/task/nope/storyboard")).status_code == 404


@pytest.mark.asyncio(loop_scope="module")
async def test_what_cannot_be_filmed_is_refused_at_once_and_the_question_stays(house: House) -> None:
    task_id = await awaiting(house)
    none = [{"scene_number": number, "remove": True} for number in (1, 2, 3)]
    refused = await review(house, task_id, approve=True, scenes=none)
    assert (refused.status_code, refused.json()["field"]) == (422, "scenes")
    assert (await house.status(task_id))["status"] == "awaiting_review"
    down = await review(house, task_id, approve=False)
    assert (down.status_code, down.json()["error"]) == (200, "The storyboard was not approved.")


@pytest.mark.asyncio(loop_scope="module")
async def test_programs_look_change_and_approve(house: House) -> None:
    def work() -> str:
        with KiwiClient(house.url) as client:
            task = client.create("tea", review="storyboard").wait(timeout=20)
            assert (task.status, dict(task.state.review or {})["revision"]) == ("awaiting_review", 1)
            board = task.storyboard()
            task.review(approve=False, scenes=[*board["scenes"][::-1]], revision=board["revision"]).wait(timeout=20)
            assert [one["id"] for one in task.storyboard()["scenes"]] == ["scene-3", "scene-2", "scene-1"]
            with pytest.raises(Refused) as stale:
                task.review(revision=1)
            assert stale.value.status == 409
            return task.review().wait(timeout=20).status

    assert await asyncio.to_thread(work) == "completed"
    async with AsyncKiwiClient(house.url) as client:
        task = await client.create("tea", review=True)
        heard: list[Event] = []
        await task.wait(heard.append, timeout=20)
        assert (task.status, heard[-1].state.status) == ("awaiting_review", "awaiting_review")


@pytest.mark.asyncio(loop_scope="module")
async def test_a_task_shows_how_it_stands_without_being_told_to_look(house: House) -> None:
    def work() -> list[str]:
        with KiwiClient(house.url) as client:
            task = client.create("tea", review="script")
            shown = [task.status]
            while shown[-1] != "awaiting_review" and len(shown) < 100:
                time.sleep(0.2)
                shown.append(task.status)
            return shown

    assert (await asyncio.to_thread(work))[-1] == "awaiting_review"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_langserve_thread_is_answered_in_its_own_way(house: House) -> None:
    task_id = await awaiting(house)
    film: RemoteRunnable[dict[str, Any], dict[str, Any]] = RemoteRunnable(f"{house.url}/video/")
    config: Any = {"configurable": {"thread_id": task_id}}
    answer = {"approve": True, "revision": 1, "scenes": [{"scene_number": 2, "description": "Cocoa."}]}
    result = await film.ainvoke({"answer": answer}, config)
    assert (result["task_id"], result["status"]) == (task_id, "completed")
    assert (await house.status(task_id))["data"]["scenes"][1]["description"] == "Cocoa."
    lost = await house.client.post("/video/invoke", json={"input": {"answer": answer}})
    assert (lost.status_code, lost.json()["field"]) == (422, "answer")


async def test_a_change_survives_a_kill_before_and_after_it_reached_the_thread(database: Database, tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    server = OtherServer(studio, database.url, a_free_port())
    async with server, httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=20) as client:
        answer = await client.post("/api/video/create", json={"text_input": "tea", "review": "storyboard"})
        task_id = str(answer.json()["task_id"])
        await until(client, task_id, "awaiting_review")
        studio.hold("narrate")
        said = {"approve": False, "scenes": [{"scene_number": 1, "remove": True}, {"scene_number": 2, "description": "Cocoa."}]}
        assert (await client.post(f"/api/video/task/{task_id}/review", json=said)).status_code == 202
        await studio.noted("begin narrate scene-2")
        async with asyncio.timeout(20):
            while studio.notes()["begin narrate scene-2"] < 2:
                await asyncio.sleep(0.02)
        await server.stop(signal.SIGKILL)
        studio.release("narrate")
        await server.start()
        task = await until(client, task_id, "awaiting_review", "completed", "failed")
        assert (task["status"], task["data"]["review"]["revision"]) == ("awaiting_review", 2)
        assert [one["description"] for one in task["data"]["scenes"]] == ["Cocoa.", "Tea is number 3."]
        await client.post(f"/api/video/task/{task_id}/review", json={"approve": True})
        assert (await until(client, task_id, "completed", "failed"))["status"] == "completed"


def test_the_command_line_shows_the_storyboard_and_takes_changes(tmp_path: Path) -> None:
    out = tmp_path / "tea.mp4"
    command = [sys.executable, "-m", "cli", "film", "Tea is made from leaves. It is drunk hot. Try it today.", "--size", "1080x1080"]
    environment = {**os.environ, "KIWI_DATA_DIR": str(tmp_path / "data"), "NO_COLOR": "1"}
    said = "2 card quote\n9 Nothing.\n2 card nonsense\nlook\n1 Coffee is made from beans.\ny\n"
    made = subprocess.run(
        [*command, "--fps", "24", "--storyboard", "--out", str(out)],
        input=said, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=240, check=False,
    )  # fmt: skip
    assert (made.returncode, made.stdout) == (0, f"{out}\n"), made.stderr
    assert "There is no scene 9" in made.stderr
    assert "There is no card “nonsense”" in made.stderr
    manifest = json.loads(out.with_suffix(".json").read_text("utf-8"))
    assert manifest["scenes"][1]["card"] == "quote"
    assert "Coffee" in manifest["scenes"][0]["voice_over"]
