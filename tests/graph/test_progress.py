"""Progress: scenes are counted as they are done, something is said every second, and a stage that says nothing for too long hangs."""

import asyncio
from itertools import pairwise

import pytest

from api.messages import data_of
from graph.checkpoint import open_checkpointer
from graph.progress import SILENCE, USUAL_SILENCE, Countdown, Gauge, Signs, stage_of
from graph.worker import Worker
from kiwi.film.job_inputs import Report
from kiwi.film.model import Brief, Reel, Shot, Storyboard, Take
from kiwi.money.producer import Unpaid
from kiwi.storage.database import Database
from kiwi.tasks.table import Tasks
from kiwi.tasks.task import NOT_BEGUN, READY
from nodes.progress import Progress
from testing.fakes import FakeCrew


@pytest.mark.parametrize("node", ["read_intent", "render_scene", "shoot_scene"])
def test_a_stage_hangs_when_it_has_been_silent_for_longer_than_it_may(node: str) -> None:
    signs, most = Signs(heard=0.0), SILENCE.get(node, USUAL_SILENCE)
    signs.note(node, now=10.0)
    assert signs.hanging(10.0 + most) is None
    assert signs.hanging(11.0 + most) == node


def test_a_stage_is_given_the_patience_of_those_in_work_beside_it_and_of_no_other() -> None:
    signs = Signs(heard=0.0)
    signs.note("shoot_scene", now=0.0)
    signs.note("score_music", now=0.0)
    assert signs.hanging(USUAL_SILENCE + 1) is None
    signs.finish("shoot_scene", now=0.0)  # one part of it; another may still be filmed
    assert signs.hanging(USUAL_SILENCE + 1) is None
    signs.note("cut_film", now=0.0)
    assert signs.hanging(USUAL_SILENCE + 1) == "cut_film"
    signs.finish("cut_film", now=5.0)
    assert signs.hanging(USUAL_SILENCE + 1) is None
    assert signs.hanging(USUAL_SILENCE + 6) == ""


def test_a_stage_is_named_in_words() -> None:
    assert (stage_of("render_scene"), stage_of("cut_film"), stage_of("")) == ("Rendering a scene", "Cutting the film", "The film")


def told(node: str, scene: int, share: float, parts: int = 3) -> Progress:
    return Progress(kind="progress", node=node, part=f"scene-{scene}", parts=parts, share=share)


def test_scenes_are_counted_as_they_are_done_whatever_their_order() -> None:
    gauge = Gauge()
    said = []
    for scene, share in ((3, 0.0), (1, 0.0), (3, 0.5), (3, 1.0), (2, 0.0), (1, 1.0)):
        gauge.note(told("render_scene", scene, share))
        said.append(gauge.message("render_scene"))
    assert said == [f"Rendering: {done} of 3 scenes" for done in (0, 0, 0, 1, 1, 2)]
    assert gauge.rendered(["scene-1", "scene-2", "scene-3"]) == [READY, NOT_BEGUN, READY]
    gauge.note(told("render_scene", 2, 0.41))
    assert gauge.rendered(["scene-2"]) == [41]
    gauge.finish("render_scene", ["scene-2"])
    assert gauge.message("render_scene") == "Rendering: 3 of 3 scenes"
    assert gauge.message("cut_film") == "Cutting the film"


def test_what_was_spoken_in_an_earlier_run_is_not_counted_twice() -> None:
    gauge = Gauge()
    gauge.take_up({"words": "tea", "voice_over": {"scene-1": 1, "scene-2": 2}})
    gauge.note(told("record_voice_over", 1, 1.0, parts=2))
    assert gauge.message("record_voice_over") == "Recording the voice-over: 1 of 2 scenes"
    gauge.note(told("record_voice_over", 2, 1.0, parts=2))
    gauge.finish("record_voice_over")
    assert gauge.message("record_voice_over") == "Recording the voice-over: 2 of 2 scenes"


def test_what_a_camera_films_counts_before_it_is_rendered() -> None:
    gauge = Gauge()
    gauge.note(told("shoot_scene", 1, 0.5, parts=1))
    assert gauge.rendered(["scene-1"]) == [40]
    gauge.note(told("shoot_scene", 1, 1.0, parts=1))
    gauge.note(told("render_scene", 1, 0.5, parts=1))
    assert (gauge.rendered(["scene-1"]), gauge.message("shoot_scene")) == ([90], "Filming: 1 of 1 scene")


def test_seconds_are_told_when_enough_is_done_and_count_down() -> None:
    countdown = Countdown(began=100.0, first=20)
    countdown.note(25, 110.0)
    assert countdown.left(110.0) is None
    countdown.note(60, 120.0)
    assert (countdown.left(120.0), countdown.left(130.0), countdown.left(500.0)) == (20, 10, 1)
    countdown.note(60, 130.0)  # nothing new is known
    assert countdown.left(130.0) == 10
    countdown.note(80, 140.0)
    assert countdown.left(140.0) == 7  # between what was thought before, nothing, and what it looks like now, thirteen


async def test_something_is_said_at_least_every_second_while_a_scene_is_rendered(tasks: Tasks, database: Database) -> None:
    class Slow(FakeCrew):
        async def render(self, shot: Shot, take: Take, storyboard: Storyboard, report: Report) -> Reel:
            report(0.3)
            await asyncio.sleep(2.6 if shot.scene_id == "scene-2" else 0.0)
            return await super().render(shot, take, storyboard, report)

    async with open_checkpointer(database.url) as checkpointer:
        task, _ = await tasks.submit(Brief(words="tea"))
        worker = Worker(tasks, checkpointer, Unpaid(lambda _: Slow().crew()))
        done = await worker.run(task.id)
    events = [event async for event in tasks.follow(task.id)]
    pauses = [(later.at - earlier.at).total_seconds() for earlier, later in pairwise(events)]
    assert max(pauses) < 2  # a second, and what a busy machine adds
    rendering = [event.task for event in events if event.task.message.startswith("Rendering")]
    assert rendering[0].message == "Rendering: 0 of 3 scenes"
    assert any(one.message == "Rendering: 2 of 3 scenes" and one.rendered == (READY, 30, READY) for one in rendering)
    assert done.understood is not None
    assert (done.understood["topic"], done.understood["aspect"], done.understood["tone"]) == ("tea", "16:9", "calm")
    shown = data_of(rendering[-1])
    assert {scene["state"] for scene in shown["scenes"]} <= {"rendering", "ready"}
    assert (shown["understood"]["size"], shown["scenes"][0]["card"]) == ("1920x1080", "statement")
