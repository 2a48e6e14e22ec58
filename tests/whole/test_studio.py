"""LangGraph Studio, by the API that it uses: ``langgraph dev`` in a process of its own, offline, with our doors beside it."""

import contextlib
import hashlib
import os
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from langchain_core.runnables import RunnableConfig
from langgraph.pregel.remote import RemoteGraph
from langgraph.types import Command
from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient
from websockets.asyncio.client import connect

from graph.state import FilmState
from kiwi.client import AsyncKiwiClient
from nodes import PIPELINE
from testing.servers import a_free_port

pytest.importorskip("langgraph_api", reason="langgraph-cli[inmem] is not installed")

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROOT = Path(__file__).parents[2]
OFFLINE = {
    "LANGGRAPH_NO_VERSION_CHECK": "true",
    "LANGGRAPH_CLI_NO_ANALYTICS": "1",
    "LANGSMITH_TRACING": "false",
    "LANGGRAPH_STRICT_MSGPACK": "true",
    "LANGGRAPH_DISABLE_FILE_PERSISTENCE": "true",
}
BRIEF = {
    "words": "Explain in 5 seconds: tea is made from the young leaves of one evergreen plant",
    "seconds": 5,
    "fps": 24,
    "size": {"width": 1080, "height": 1080},
}
BOOT_SECONDS = 60


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running ``langgraph dev``."""
    folder, port = tmp_path_factory.mktemp("studio"), a_free_port()
    options = ["--no-browser", "--no-reload", "--host", "127.0.0.1", "--port", str(port), "--config", str(ROOT / "langgraph.json")]
    environment = {**os.environ, **OFFLINE, "KIWI_DATA_DIR": str(folder / "data")}
    with (folder / "log").open("wb") as log:
        program = subprocess.Popen(
            [sys.executable, "-m", "langgraph_cli", "dev", *options], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/ok", program)
            yield address
        finally:
            program.terminate()
            program.wait(15)
    log_text = (folder / "log").read_text("utf-8")
    assert "BlockingError" not in log_text
    assert "Blocking call" not in log_text


def wait_for(address: str, program: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < until:
        assert program.poll() is None, "langgraph dev ended"
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(address).status_code == 200:
                return
        time.sleep(0.1)
    raise TimeoutError("langgraph dev did not start")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sdk(url: str) -> AsyncIterator[LangGraphClient]:
    async with get_client(url=url) as client:
        yield client


class Made:
    """A film made in Studio, and its thread."""

    def __init__(self, sdk: LangGraphClient, thread: str) -> None:
        self.sdk = sdk
        self.thread = thread

    async def run(self, given: Any = None, **more: Any) -> list[str]:
        """Run or go on; the nodes that did something."""
        nodes: list[str] = []
        async for part in self.sdk.runs.stream(self.thread, "film", input=given, stream_mode=["updates"], **more):
            assert part.event != "error", part.data
            if part.event == "updates":
                nodes += part.data
        return nodes

    async def state(self) -> dict[str, Any]:
        values: Any = (await self.sdk.threads.get_state(self.thread))["values"]
        return dict(values)

    async def history(self) -> list[Any]:
        return await self.sdk.threads.get_history(self.thread, limit=50)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def made(sdk: LangGraphClient) -> Made:
    made = Made(sdk, (await sdk.threads.create())["thread_id"])
    nodes = await made.run({"brief": BRIEF})
    assert set(nodes) == {node.__name__ for node in PIPELINE}
    return made


async def test_every_node_is_seen_and_the_form_asks_only_for_the_brief(sdk: LangGraphClient) -> None:
    [assistant] = await sdk.assistants.search()
    assert assistant["graph_id"] == "film"
    graph = await sdk.assistants.get_graph(assistant["assistant_id"])
    nodes: list[Any] = graph["nodes"]
    assert [node["id"] for node in nodes] == ["__start__", *(node.__name__ for node in PIPELINE), "__end__"]
    schemas = await sdk.assistants.get_schemas(assistant["assistant_id"])
    form: Any = schemas["input_schema"]
    assert list(form["properties"]) == ["brief", "words"]
    assert "words" in form["$defs"]["Brief"]["properties"]


async def test_a_film_is_made_and_its_history_kept(made: Made, url: str) -> None:
    state = await made.state()
    assert state.keys() == FilmState.__annotations__.keys() - {"heard"}  # which is of a recording
    assert state["inspection"]["faults"] == []
    assert abs(state["film"]["seconds"] - 5) <= 0.5
    following = [set(moment["next"]) for moment in await made.history()]
    assert following[0] == set()
    assert all(following[1:]), following
    async with httpx.AsyncClient(base_url=url) as client:
        film = await client.get(state["video_url"])
        assert (film.headers["content-type"], hashlib.sha256(film.content).hexdigest()) == ("video/mp4", state["film"]["video"]["digest"])
        part = await client.get(state["video_url"].replace(".mp4", ".vtt"), headers={"Range": "bytes=0-5"})
        assert (part.status_code, part.text) == (206, "WEBVTT")
    first = ("draw_storyboard", "record_voice_over", "review_script", "write_script", "read_intent", "hear_brief", "__start__")
    assert [{node} for node in first] == following[-7:]


async def test_one_scene_edited_as_json_is_made_again_alone(made: Made) -> None:
    before = await made.state()
    script = {**before["script"], "scenes": [dict(scene) for scene in before["script"]["scenes"]]}
    script["scenes"][-1]["title"] = "Now Drink It"
    await made.sdk.threads.update_state(made.thread, {"script": script}, as_node="write_script")
    nodes = await made.run()
    after = await made.state()
    assert not {"hear_brief", "read_intent", "write_script"} & set(nodes)
    changed = [scene for scene in before["reels"] if before["reels"][scene] != after["reels"][scene]]
    assert script["scenes"][-1]["id"] in changed
    assert script["scenes"][0]["id"] not in changed
    assert after["film"]["video"]["digest"] != before["film"]["video"]["digest"]
    assert after["inspection"]["faults"] == []


async def test_a_fork_from_an_earlier_moment_gives_the_film_of_then(made: Made) -> None:
    history = await made.history()
    first = [moment for moment in history if moment["next"] == ["draw_storyboard"]][-1]
    original = [moment for moment in history if moment["next"] == ["inspect_film"]][-1]
    nodes = await made.run(checkpoint_id=first["checkpoint"]["checkpoint_id"])
    assert nodes[0] == "draw_storyboard"
    assert (await made.state())["film"] == original["values"]["film"]


async def test_a_script_is_reviewed_with_the_same_words_as_over_the_wire(sdk: LangGraphClient) -> None:
    made = Made(sdk, (await sdk.threads.create(graph_id="film"))["thread_id"])
    nodes = await made.run({"brief": {**BRIEF, "review": True}})
    assert nodes[-2:] == ["write_script", "__interrupt__"]
    [asked] = (await sdk.threads.get_state(made.thread))["interrupts"]
    assert [scene["scene_number"] for scene in asked["value"]["scenes"]] == [*range(1, len(asked["value"]["scenes"]) + 1)]
    assert await made.run(command={"resume": {"approve": "perhaps"}}) == ["__interrupt__"]
    assert await made.run(command={"resume": {"approve": False}}) == ["review_script"]
    state = await made.state()
    assert (state["review"]["approve"], "voice_over" in state) == (False, False)


async def test_a_remote_graph_is_told_reads_states_and_answers_questions(sdk: LangGraphClient) -> None:
    film = RemoteGraph("film", client=sdk)
    thread: RunnableConfig = {"configurable": {"thread_id": str(uuid.uuid4())}}
    with pytest.raises(Exception, match="says nothing to film: say what the film should be about"):
        await film.ainvoke({"words": "make me a film"}, thread)
    failed = await film.aget_state(thread)
    assert failed.next == ("read_intent",)
    nodes = [node async for update in film.astream({"brief": {**BRIEF, "review": True}}, thread, stream_mode="updates") for node in update]
    assert nodes == ["hear_brief", "read_intent", "write_script", "__interrupt__"]
    asked = await film.aget_state(thread)
    assert (asked.next, asked.interrupts[0].value["scenes"][0]["scene_number"]) == (("review_script",), 1)
    ended = await film.ainvoke(Command(resume={"approve": False}), thread)
    assert ended["words"] == BRIEF["words"]
    words = "Tea is made from leaves, not from dreams. Call it tea."
    again = await film.ainvoke({"words": words}, thread, interrupt_before=["record_voice_over"])
    assert again["words"] == words
    assert (await film.aget_state(thread)).next == ("record_voice_over",)


async def test_a_storyboard_is_changed_and_let_through_in_studio(sdk: LangGraphClient) -> None:
    made = Made(sdk, (await sdk.threads.create(graph_id="film"))["thread_id"])
    nodes = await made.run({"brief": {**BRIEF, "review": "storyboard"}})
    assert nodes[-2:] == ["draw_storyboard", "__interrupt__"]
    [asked] = (await sdk.threads.get_state(made.thread))["interrupts"]
    assert (asked["value"]["stage"], asked["value"]["revision"]) == ("storyboard", 1)
    scenes = asked["value"]["scenes"]
    scenes[-1]["description"] = "Taste it."
    nodes = await made.run(command={"resume": {"approve": False, "scenes": scenes}})
    assert nodes == ["review_storyboard", "record_voice_over", "draw_storyboard", "__interrupt__"]
    [asked] = (await sdk.threads.get_state(made.thread))["interrupts"]
    assert (asked["value"]["revision"], asked["value"]["scenes"][-1]["description"]) == (2, "Taste it.")
    assert await made.run(command={"resume": {"approve": False}}) == ["review_storyboard"]
    state = await made.state()
    assert (state["storyboard_review"]["approve"], state.get("takes") or {}) == (False, {})


async def test_nonsense_put_into_a_state_is_refused_by_the_node_that_reads_it(sdk: LangGraphClient) -> None:
    made = Made(sdk, (await sdk.threads.create(graph_id="film"))["thread_id"])
    await sdk.threads.update_state(made.thread, {"brief": BRIEF, "intent": {"mood": "none"}}, as_node="read_intent")
    with pytest.raises(AssertionError, match="ValidationError"):
        await made.run()


async def test_our_own_doors_answer_on_the_same_port(url: str, tmp_path: Path) -> None:
    async with AsyncKiwiClient(url) as client:
        assert (await client.health())["status"] == "healthy"
        task = await client.create(
            "Explain in 5 seconds: tea is made from the young leaves of one evergreen plant", seconds=5, fps=24, size="1080x1080"
        )
        async with connect(f"{url.replace('http', 'ws')}/ws/{task.id}") as socket:
            assert '"type":"connected"' in str(await socket.recv())
        await task.cancel()
        answer = await client.http.get("/video/playground/")
        assert (answer.status_code, "LANGSERVE" in answer.text) == (200, False)
        with pytest.raises(Exception, match="There is no task"):
            await client.task("nope")
    async with httpx.AsyncClient(base_url=url) as plain:
        assert (await plain.get("/info")).json()["langgraph_py_version"]
        studio = {"Origin": "https://smith.langchain.com"}
        assert (await plain.get("/ok", headers=studio)).headers["access-control-allow-origin"] == "*"
        assert (await plain.post("/api/video/create", json={"text_input": "tea"}, headers=studio)).status_code == 403
