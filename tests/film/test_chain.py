"""Chains: who steps in, and what is remembered of it."""

from dataclasses import replace

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver

from graph.build import build_graph
from kiwi.errors import OutOfCredits, ProviderBusy, ProviderError, RenderError
from kiwi.film.chain import Chain, ChainCamera, ChainListener, ChainNarrator
from kiwi.film.job_inputs import Report
from kiwi.film.model import LANDSCAPE, Asset, Brief, Fall, Heard, Shot, Storyboard, Take, VoiceOver
from testing.fakes import FakeCrew, a_shot, an_asset


class FakeCamera:
    def __init__(self, name: str, *failures: Exception) -> None:
        self.name = name
        self.failures = list(failures)
        self.asked: list[str] = []

    async def shoot(self, shot: Shot, storyboard: Storyboard, report: Report) -> Take:
        self.asked.append(shot.id)
        if self.failures:
            raise self.failures.pop(0)
        return Take(shot_id=shot.id, camera=self.name)


STORYBOARD = Storyboard(theme="night", size=LANDSCAPE, fps=30, shots=(a_shot("scene-1"), a_shot("scene-2")))


def silent(_share: float) -> None:
    pass


async def shoot(chain: Chain[FakeCamera], scene: int = 1) -> Take:
    return await ChainCamera(chain).shoot(STORYBOARD.shots[scene - 1], STORYBOARD, silent)  # type: ignore[arg-type]


async def test_the_first_that_can_films_and_nothing_is_said() -> None:
    take = await shoot(Chain("shoot_scene", [("runway", FakeCamera("runway"))], ("cards", FakeCamera("cards"))))
    assert (take.camera, take.falls) == ("runway", ())


async def test_every_step_down_is_remembered_with_its_reason() -> None:
    members = [("runway", FakeCamera("runway", ProviderError("It broke."))), ("pika", FakeCamera("pika", ProviderBusy("Too many.")))]
    take = await shoot(Chain("shoot_scene", members, ("cards", FakeCamera("cards"))))
    assert take.camera == "cards"
    assert take.falls == (
        Fall(node="shoot_scene", scene="scene-1", wanted="runway", used="cards", why="It broke."),
        Fall(node="shoot_scene", scene="scene-1", wanted="pika", used="cards", why="Too many."),
    )


class FakeListener:
    hints: str | None = None

    async def listen(self, recording: Asset, report: Report, hints: str = "") -> Heard:
        self.hints = hints
        return Heard(words="tea", language="en", seconds=1.0, remarks=("Heard “tee”, taken for “tea”.",))


async def test_a_listener_gets_the_hints_and_its_remarks_come_through() -> None:
    ours = FakeListener()
    heard = await ChainListener(Chain("hear_brief", [], ("whisper", ours))).listen(an_asset("brief.webm"), silent, "Kavella")
    assert ours.hints == "Kavella"
    assert (heard.remarks, heard.by) == (("Heard “tee”, taken for “tea”.",), "whisper")


async def test_an_empty_account_is_not_asked_again_for_the_same_film() -> None:
    empty = FakeCamera("runway", OutOfCredits("No credits."))
    chain = Chain("shoot_scene", [("runway", empty)], ("cards", FakeCamera("cards")))
    await shoot(chain)
    again = await shoot(chain, 2)
    assert empty.asked == ["shot-1"]
    assert [fall.why for fall in again.falls] == ["No credits."]


async def test_one_bad_shot_does_not_close_a_camera() -> None:
    camera = FakeCamera("runway", ProviderError("Not this one."))
    chain = Chain("shoot_scene", [("runway", camera)], ("cards", FakeCamera("cards")))
    await shoot(chain)
    assert (await shoot(chain, 2)).camera == "runway"


async def test_strict_lets_nobody_step_in() -> None:
    ours = FakeCamera("cards")
    chain = Chain("shoot_scene", [("runway", FakeCamera("runway", OutOfCredits("No credits.")))], ("cards", ours), strict=True)
    with pytest.raises(OutOfCredits, match="No credits"):
        await shoot(chain)
    with pytest.raises(ProviderError, match="runway: No credits"):
        await shoot(chain, 2)
    assert not ours.asked


async def test_who_was_wanted_but_has_no_key_is_named() -> None:
    out = {"veo": "It has no key here."}
    take = await shoot(Chain("shoot_scene", [], ("cards", FakeCamera("cards")), out=out))
    assert [(fall.wanted, fall.used, fall.why) for fall in take.falls] == [("veo", "cards", "It has no key here.")]
    with pytest.raises(ProviderError, match="veo"):
        await shoot(Chain("shoot_scene", [], ("cards", FakeCamera("cards")), strict=True, out=out))


async def test_our_own_failures_are_nobodys_to_step_in_for() -> None:
    chain = Chain("shoot_scene", [("runway", FakeCamera("runway", RenderError("Disk.")))], ("cards", FakeCamera("cards")))
    with pytest.raises(RenderError):
        await shoot(chain)


async def test_a_voice_that_fails_in_one_scene_gives_the_whole_film_to_the_next() -> None:
    hired, ours = FakeCrew(), FakeCrew()
    hired.calls.fail["narrate scene-2"] = [ProviderError("It broke.")]
    narrator = ChainNarrator(Chain("record_voice_over", [("elevenlabs", hired)], ("hibari", ours), once=True))
    graph = build_graph(replace(FakeCrew().crew(), narrator=narrator), InMemorySaver())
    thread: RunnableConfig = {"configurable": {"thread_id": "film"}}
    await graph.ainvoke({"brief": Brief(words="tea")}, thread)
    voices: dict[str, VoiceOver] = (await graph.aget_state(thread)).values["voice_over"]
    assert {voice.by for voice in voices.values()} == {"hibari"}
    assert [fall.why for voice in voices.values() for fall in voice.falls] == ["It broke."] * 3
    assert hired.calls.asked["narrate scene-2"] == 1
