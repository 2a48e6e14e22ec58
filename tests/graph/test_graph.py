"""The graph: its shape, what it remembers, and what it does after an interruption."""

import asyncio
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver

from graph.build import build_graph, in_turn_to_film
from graph.checkpoint import REMEMBERED, strict_serializer
from graph.progress import MESSAGES, WEIGHTS, WRITES, Gauge
from graph.state import FilmState, union
from kiwi.errors import ProviderBusy, RenderError
from kiwi.film.job_inputs import Report
from kiwi.film.model import Brief, Fall, Intent, Mood, Reel, SceneRole, Shot, Storyboard, Take
from nodes import PIPELINE
from nodes.progress import Progress
from testing.fakes import FakeCrew, a_shot, an_asset, an_intent

ROOT = Path(__file__).parents[2]
CONFIG: RunnableConfig = {"configurable": {"thread_id": "task"}}
BRIEF: Any = {"brief": Brief(words="tea")}


def edges(mermaid: str) -> set[tuple[str, str]]:
    return set(re.findall(r"(\w+) -[-.]-?> (\w+)", mermaid.replace(" -.-> ", " --> ")))


def test_the_readmes_diagram_is_the_graph_that_runs() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    drawn = re.search(r"```mermaid\n(.*?)```", readme, re.DOTALL)
    assert drawn
    assert edges(drawn[1]) == edges(build_graph(FakeCrew().crew()).get_graph().draw_mermaid())
    assert len(edges(drawn[1])) == 17


def test_one_name_from_node_to_log() -> None:
    names = [node.__name__ for node in PIPELINE]
    assert list(WEIGHTS) == names == list(MESSAGES)
    assert sum(WEIGHTS.values()) == 100
    assert list(WRITES.values()) == names
    assert set(WRITES) | {"brief", "heard", "taken_up", "video_url"} == set(FilmState.__annotations__)


async def test_every_scene_is_shot_and_rendered_once() -> None:
    fake = FakeCrew(scenes=4)
    state = await build_graph(fake.crew()).ainvoke(BRIEF)
    assert state["film"].frames == 4 * 60
    assert set(fake.calls.asked.values()) == {1}
    assert fake.calls.asked.total() == 3 + 4 + 4 + 2 + 4 + 4 + 2  # read write draw, voices, shots, score mix, reels, watched, cut inspect


async def test_every_reel_is_judged_before_the_cut() -> None:
    fake = FakeCrew(scenes=4)
    fake.calls.fail["cut"] = [RenderError("The scissors broke.")]
    with pytest.raises(RenderError, match="scissors"):
        await build_graph(fake.crew()).ainvoke(BRIEF)
    assert {what for what in fake.calls.asked if what.startswith("watch")} == {f"watch order/scene-{number}.mp4" for number in range(1, 5)}


async def test_a_dict_from_studio_is_parsed_in_the_first_node() -> None:
    typed: Any = {"brief": {"words": "tea"}}
    state = await build_graph(FakeCrew().crew()).ainvoke(typed)
    assert state["words"] == "tea"


async def test_output_and_input_hide_the_threads_inner_keys() -> None:
    graph = build_graph(FakeCrew().crew())
    forged: Any = {**BRIEF, "words": "forged", "takes": {"x": 1}}
    state = await graph.ainvoke(forged)
    assert state["words"] == "tea"
    assert set(state) == {"words", "intent", "script", "film", "video_url", "inspection"}


async def test_a_busy_provider_is_called_again_and_a_broken_one_is_not() -> None:
    fake = FakeCrew()
    fake.calls.fail["render scene-2"] = [ProviderBusy("later")]
    await build_graph(fake.crew()).ainvoke(BRIEF)
    assert fake.calls.asked["render scene-2"] == 2
    fake.calls.fail["cut"] = [RenderError("broken")]
    with pytest.raises(RenderError):
        await build_graph(fake.crew()).ainvoke(BRIEF)
    assert fake.calls.asked["cut"] == 2


async def test_what_was_finished_before_a_failure_is_not_made_again() -> None:
    fake, saver = FakeCrew(), InMemorySaver(serde=strict_serializer())
    fake.calls.fail["cut"] = [RenderError("pulled the plug")]
    graph = build_graph(fake.crew(), saver)
    with pytest.raises(RenderError):
        await graph.ainvoke(BRIEF, CONFIG, durability="sync")
    state = await build_graph(fake.crew(), saver).ainvoke(None, CONFIG, durability="sync")
    assert state["film"].frames == 180
    assert fake.calls.asked.pop("cut") == 2
    assert set(fake.calls.asked.values()) == {1}


class PlugPulled(BaseException):
    """The process is gone."""


class SaverWithoutPower(InMemorySaver):
    """Loses power when the given checkpoint is to be written, after the nodes' writes are saved."""

    def __init__(self, at: int) -> None:
        super().__init__(serde=strict_serializer())
        self.left = at

    async def aput(self, *args: Any, **kwargs: Any) -> RunnableConfig:
        self.left -= 1
        if self.left == 0:
            raise PlugPulled
        return await super().aput(*args, **kwargs)


@pytest.mark.parametrize("at", range(2, 12))
async def test_a_kill_between_writes_and_checkpoint_loses_nothing(at: int) -> None:
    """``next`` may be empty although the thread is not finished: resuming must go on whatever it says."""
    fake, saver = FakeCrew(), SaverWithoutPower(at)
    with pytest.raises(PlugPulled):
        await build_graph(fake.crew(), saver).ainvoke(BRIEF, CONFIG, durability="sync")
    graph = build_graph(fake.crew(), saver)
    await graph.ainvoke(None, CONFIG, durability="sync")
    state = (await graph.aget_state(CONFIG)).values
    assert state["inspection"].lufs == -14.0
    assert len(state["reels"]) == 3


async def test_state_survives_strict_checkpoints_as_the_same_types(caplog: pytest.LogCaptureFixture) -> None:
    saver = InMemorySaver(serde=strict_serializer())
    graph = build_graph(FakeCrew().crew(), saver)
    await graph.ainvoke(BRIEF, CONFIG)
    state = (await graph.aget_state(CONFIG)).values
    kept = {type(value) for value in state.values() if not isinstance(value, dict | str)}
    kept |= {type(value) for many in state.values() if isinstance(many, dict) for value in many.values()}
    assert kept <= set(REMEMBERED)
    assert len(kept) == 11
    assert isinstance(state["intent"].mood, Mood)
    assert isinstance(state["script"].scenes[0].role, SceneRole)
    assert "Blocked" not in caplog.text
    for value in state.values():
        assert not isinstance(value, bytes)


def test_an_unlisted_type_does_not_come_back_as_itself() -> None:
    serde = strict_serializer()
    assert isinstance(serde.loads_typed(serde.dumps_typed(an_intent())), Intent)
    assert not isinstance(serde.loads_typed(serde.dumps_typed(Fall(node="n", wanted="a", used="b", why="c"))), Fall)


async def test_state_prints_on_one_screen() -> None:
    saver = InMemorySaver(serde=strict_serializer())
    graph = build_graph(FakeCrew().crew(), saver)
    await graph.ainvoke(BRIEF, CONFIG)
    assert len(str((await graph.aget_state(CONFIG)).values)) < 10_000


def test_scenes_are_drawn_in_the_films_order_but_for_long_ones_near_the_end() -> None:
    def order(*lengths: int) -> list[int]:
        shots = [a_shot(f"scene-{number}", frames) for number, frames in enumerate(lengths)]
        turns = in_turn_to_film(shots)
        assert sorted(turns, key=shots.index) == shots
        return [shots.index(shot) for shot in turns]

    assert order() == []
    assert order(60) == [0]
    assert order(60, 60, 60, 60, 60, 60) == [0, 1, 2, 3, 4, 5]
    assert order(30, 60, 70, 50, 50, 200)[:2] == [0, 5]
    assert order(30, 100, 100, 100, 100, 120)[:3] == [0, 1, 2]
    assert order(10, 20, 300) == [0, 2, 1]


def test_parallel_writes_join_the_same_in_any_order() -> None:
    assert union({"a": 1}, {"b": 2}) == union({"b": 2}, {"a": 1}) == union(union({"a": 1}, {"b": 2}), {"b": 2})


async def events(graph: Any, start: Any) -> Sequence[Progress]:
    return [told async for told in graph.astream(start, CONFIG, stream_mode="custom")]


async def test_progress_is_told_by_every_node_and_never_turns_back() -> None:
    gauge, seen, last = Gauge(), set[str](), 0
    for told in await events(build_graph(FakeCrew().crew()), BRIEF):
        gauge.note(told)
        seen.add(told["node"])
        assert gauge.percent() >= last
        last = gauge.percent()
    assert seen == set(WEIGHTS)


def test_the_graph_for_studio_has_no_checkpointer() -> None:
    exported = json.loads((ROOT / "langgraph.json").read_text("utf-8"))["graphs"]
    assert list(exported) == ["film"]
    from graph.studio_graph import make_graph

    graph = asyncio.run(_first(make_graph))
    assert graph.checkpointer is None


async def _first(make_graph: Any) -> Any:
    async with make_graph({"configurable": {"thread_id": "x"}}) as graph:
        return graph


def test_savers_are_what_langgraph_expects() -> None:
    assert issubclass(SaverWithoutPower, BaseCheckpointSaver)


async def test_a_filmed_shot_is_rendered_while_others_are_still_being_filmed() -> None:
    rendered = asyncio.Event()

    class Slow(FakeCrew):
        async def shoot(self, shot: Shot, storyboard: Storyboard, report: Report) -> Take:
            if shot.scene_id != "scene-1":
                await rendered.wait()
            return Take(shot_id=shot.id, camera="fake", footage=an_asset("footage.mp4"))

        async def render(self, shot: Shot, take: Take, storyboard: Storyboard, report: Report) -> Reel:
            rendered.set()
            return await super().render(shot, take, storyboard, report)

    async with asyncio.timeout(30):
        state = await build_graph(Slow().crew()).ainvoke(BRIEF)
    assert state["film"].frames == 3 * 60
