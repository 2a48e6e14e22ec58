"""Every shot can be filmed: its prompt shows something, and its search words are things a stock site has."""

import re

import pytest

from kiwi.film.model import LANDSCAPE, Brief, Intent, Mood, Scene, SceneRole, VideoType
from kiwi.local.read.encoder import open_encoder
from kiwi.local.read.reader import read_intent
from kiwi.local.storyboard.prompts import NOTHING_WRITTEN, plan_prompt, things_in
from kiwi.local.write.writer import write_script

BRIEFS = (
    "Make a 30 second video about how solar panels work for teenagers",
    "Promote our bakery Crumb in Ghent. Fresh sourdough every morning. Come by and taste it.",
    "Explain AI technology",
    "a calm video about saving money",
    "My grandmother's birthday, she is 80 and loves gardening",
    "How to change a bicycle tyre in 5 steps",
    "Wir backen jeden Tag frisches Brot und wir sind für euch da.",
    "東京の朝について短い動画を作ってください。",
    "why the ocean is salty",
)


def an_intent(topic: str, mood: Mood = Mood.CALM, language: str = "en") -> Intent:
    return Intent(topic=topic, video_type=VideoType.EXPLAINER, seconds=30, size=LANDSCAPE, mood=mood, language=language)


def a_scene(voice: str, *keywords: str, role: SceneRole = SceneRole.BODY, number: int = 2) -> Scene:
    return Scene(id=f"scene-{number}", role=role, title="A title", voice_over=voice, keywords=keywords)


@pytest.mark.parametrize("words", BRIEFS)
def test_every_scene_of_a_film_can_be_filmed_and_looked_for(words: str) -> None:
    intent = read_intent(words, Brief(words=words), open_encoder())
    for scene in write_script(intent, open_encoder().embed).scenes:
        prompt, search = plan_prompt(scene, intent)
        assert prompt.endswith(NOTHING_WRITTEN)
        assert 80 < len(prompt) < 480
        assert re.fullmatch(r"[a-z]+(?: [a-z]+){0,2}", search), search


def test_a_scene_shows_its_own_things_and_the_ends_show_the_films_subject() -> None:
    intent = an_intent("our bakery")
    body = plan_prompt(a_scene("Fresh sourdough every morning.", "sourdough"), intent)
    opening = plan_prompt(a_scene("Fresh sourdough every morning.", "sourdough", role=SceneRole.OPENING, number=1), intent)
    assert "fresh sourdough" in body[0]
    assert body[1] == "fresh sourdough"
    assert opening[1] == "bakery"
    assert opening[0].startswith("Striking wide shot: bakery")


def test_words_that_name_nothing_to_be_seen_get_a_picture_that_stands_for_them() -> None:
    assert plan_prompt(a_scene("It never stops.", "idea"), an_intent("success"))[1] == "light bulb"
    assert plan_prompt(a_scene("It never stops."), an_intent("success"))[1] == "hilltop friends"
    assert plan_prompt(a_scene("It never stops."), an_intent("it"))[1] == "town street"


def test_mood_decides_light_and_move() -> None:
    scene = a_scene("Bread on a table.")
    prompts = {plan_prompt(scene, an_intent("bread", mood))[0] for mood in Mood}
    assert len(prompts) == len(Mood)


def test_neighbouring_scenes_are_seen_from_different_distances() -> None:
    sizes = [plan_prompt(a_scene("Bread on a table.", number=n), an_intent("bread"))[0].split(":")[0] for n in (2, 3, 4)]
    assert len(set(sizes)) == 3


def test_other_languages_are_looked_for_by_english_keywords_alone() -> None:
    german = an_intent("Brot jeden Tag", language="de")
    assert plan_prompt(a_scene("Wir backen jeden Tag.", "tag"), german)[1] == "town street"
    assert plan_prompt(a_scene("Wir backen jeden Tag.", "clock"), german)[1] == "hourglass sand"


def test_noun_phrases_keep_together() -> None:
    assert things_in("how to change a bicycle tyre in 5 steps") == ["bicycle tyre"]
    assert things_in("how solar panels work") == ["solar panels"]
    assert things_in("the importance of being certain") == []
