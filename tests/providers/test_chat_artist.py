"""The chat model plans pictures: prompts for new shots only, everything else as our own artist drew it."""

from pathlib import Path
from typing import Any

import pytest

from kiwi.errors import ProviderError
from kiwi.film.model import Brief, Script, Shot, Storyboard, VoiceOver
from kiwi.providers.chat.artist import NEVER_SHOWN, ChatArtist, ShotsReply, critique, search_words
from testing.fakes import DirectArtist
from tests.chats import Studio, open_studio, says
from tests.local.test_storyboard import SCRIPT, an_intent, voices

BRIEF = Brief(words="solar panels")
NUMBERS = range(1, len(SCRIPT.scenes) + 1)


def a_shot(number: int, **changes: Any) -> dict[str, Any]:
    prompt = f"An engineer in a yellow jacket checks panel {number} on a roof at sunrise, wide shot, the camera drifts slowly left"
    return {"scene": number, "prompt": prompt, "search": "Solar panels, roof!"} | changes


def a_reply(*numbers: int) -> dict[str, Any]:
    return {"shots": [a_shot(number) for number in numbers or NUMBERS]}


async def drawn(studio: Studio, before: Storyboard | None = None, script: Script = SCRIPT, brief: Brief = BRIEF) -> Storyboard:
    artist = ChatArtist(studio.chat, studio.production, DirectArtist())
    return await artist.draw(script, voices(script), an_intent(), brief, before)


def without_pictures(storyboard: Storyboard) -> list[Shot]:
    return [shot.model_copy(update={"prompt": "", "search": ""}) for shot in storyboard.shots]


async def by_rules(script: Script = SCRIPT) -> Storyboard:
    spoken: dict[str, VoiceOver] = voices(script)
    return await DirectArtist().draw(script, spoken, an_intent(), BRIEF, None)


async def test_every_shot_gets_the_models_picture_and_nothing_else_changes(tmp_path: Path) -> None:
    async with open_studio(tmp_path, says(a_reply())) as studio:
        storyboard = await drawn(studio)
        assert len(studio.server.requests) == 1
        assert "scenes 1, 2, 3, 4, 5, 6, 7, 8" in studio.server.prompt()
    assert without_pictures(storyboard) == without_pictures(await by_rules())
    assert all(shot.prompt.startswith("An engineer") and shot.prompt.endswith(NEVER_SHOWN) for shot in storyboard.shots)
    assert {shot.search for shot in storyboard.shots} == {"solar panels roof"}


async def test_a_later_cut_asks_only_for_what_is_new(tmp_path: Path) -> None:
    changed = SCRIPT.scenes[1].model_copy(update={"voice_over": "A panel drinks the light, and says nothing about it."})
    script = SCRIPT.model_copy(update={"scenes": (SCRIPT.scenes[0], changed, *SCRIPT.scenes[2:])})
    async with open_studio(tmp_path, says(a_reply()), says({"shots": [a_shot(2, search="glass"), a_shot(3, search="glass")]})) as studio:
        before = await drawn(studio)
        after = await drawn(studio, before, script)
        assert len(studio.server.requests) == 2
        assert "scenes 2." in studio.server.prompt(1)
        assert "filmed already" in studio.server.prompt(1)
        same = await drawn(studio, before)
        assert len(studio.server.requests) == 2
    assert [shot.search for shot in after.shots][:3] == ["solar panels roof", "glass", "solar panels roof"]
    assert same.shots == before.shots


async def test_a_film_of_cards_needs_no_pictures(tmp_path: Path) -> None:
    async with open_studio(tmp_path, says(a_reply())) as studio:
        storyboard = await drawn(studio, brief=BRIEF.model_copy(update={"camera": "cards"}))
        assert studio.server.requests == []
    assert storyboard == await by_rules()


async def test_shots_left_out_keep_what_our_rules_say(tmp_path: Path) -> None:
    async with open_studio(tmp_path, says(a_reply(1, 3))) as studio:
        storyboard = await drawn(studio)
        assert "Scene 2 has no shot." in studio.server.prompt(1)
    ours = await by_rules()
    assert storyboard.shots[0].prompt.startswith("An engineer")
    assert storyboard.shots[1].prompt == ours.shots[1].prompt
    assert all(shot.search for shot in storyboard.shots)


@pytest.mark.parametrize(
    "changes",
    [
        {"prompt": "太陽電池パネルの上に朝日が昇る、静かな屋根の広い風景をゆっくりと撮影する。職人が歩いている。"},
        {"prompt": "A roof at dawn with a sign that says https://evil.example/buy now"},
        {"prompt": "A roof"},
        {"search": "2026 !"},
        {"scene": 99},
    ],
)
async def test_what_no_camera_can_film_is_not_taken(tmp_path: Path, changes: dict[str, Any]) -> None:
    async with open_studio(tmp_path, says({"shots": [a_shot(1, **changes)]})) as studio:
        with pytest.raises(ProviderError, match="twice"):
            await drawn(studio)


def test_complaints_name_the_scene() -> None:
    verdict = critique(ShotsReply.model_validate({"shots": [a_shot(1), a_shot(2, prompt="A roof")]}), [1, 2, 3])
    assert verdict.faults == ()
    assert any(flaw.startswith("Scene 2: write a prompt") for flaw in verdict.flaws)
    assert "Scene 3 has no shot." in verdict.flaws


def test_search_words_are_three_plain_words() -> None:
    assert search_words("Solar-Panels on the ROOF 4K") == "solar panels on"
    assert search_words("日本") == ""
