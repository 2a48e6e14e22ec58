"""The chat model writes: a script that fits, keeps the client's words and shows what it says."""

import re
from pathlib import Path
from typing import Any

import pytest

from kiwi.errors import ProviderError
from kiwi.film.model import LANDSCAPE, Form, Intent, Mood, SceneRole, VideoType
from kiwi.local.storyboard.card_choice import fitting
from kiwi.providers.chat.script_reply import ScriptReply, critique, judge, must_be_spoken, scenes_for, script_of
from kiwi.providers.chat.writer import ChatWriter, order, question_of
from tests.chats import open_studio, says

OWN = "Our buns are baked at five every morning."
INTENT = Intent(
    topic="our bakery’s winter menu",
    video_type=VideoType.PROMOTIONAL,
    seconds=20,
    size=LANDSCAPE,
    mood=Mood.HAPPY,
    sentences=(OWN,),
    call_to_action="Come by today",
    name="Crumb",
    original=f"A film about our bakery Crumb and its winter menu. {OWN} 40 kinds of bread. “Bread is love,” says Ada. "
    "They should come by today.",
)


def a_scene(voice: str, form: str = "statement", points: tuple[str, ...] = (), title: str = "") -> dict[str, Any]:
    heading = title or " ".join(voice.split()[:2]).strip(".,“")
    return {"title": heading, "voice_over": voice, "keywords": "bread", "form": form, "points": list(points)}


def an_end(title: str, voice: str) -> dict[str, Any]:
    return a_scene(voice, title=title) | {"keywords": "Bakery, warm bread, x1"}


def a_reply(
    *scenes: dict[str, Any],
    opening: dict[str, Any] | None = None,
    closing: dict[str, Any] | None = None,
    button: str = "Come by",
) -> dict[str, Any]:
    between = scenes or (
        a_scene(OWN, title="Baked at five"),
        a_scene("Cinnamon buns, plum cake and hot chocolate wait for you.", "list", ("Cinnamon buns", "plum cake", "hot chocolate")),
        a_scene("There are 40 kinds of bread on our shelf.", "number", ("40",)),
    )
    opening = opening or an_end("Smell that?", "What does winter smell like? Cinnamon, butter and fresh bread.")
    closing = closing or an_end("Crumb", "Come by today, while they are warm.")
    return {"title": "Winter at Crumb", "scenes": [opening, *between, closing], "button": button}


def judged(*scenes: dict[str, Any], **changes: Any) -> str:
    verdict = judge(ScriptReply.model_validate(a_reply(*scenes, **changes)), INTENT)
    return " ".join((*verdict.faults, *verdict.flaws))


async def test_an_intent_becomes_a_script(tmp_path: Path) -> None:
    async with open_studio(tmp_path, says(a_reply())) as studio:
        script = await ChatWriter(studio.chat, studio.production).write(INTENT)
    assert len(studio.server.requests) == 1
    assert [scene.id for scene in script.scenes] == [f"scene-{n}" for n in range(1, 6)]
    assert [scene.role for scene in script.scenes] == [SceneRole.OPENING, *[SceneRole.BODY] * 3, SceneRole.CLOSING]
    assert script.scenes[2].form is Form.LIST
    assert script.scenes[3].figure == "40"
    assert script.scenes[-1].figure == "Come by today"
    assert script.scenes[0].keywords == ("bakery",)
    assert [fitting(scene)[0] for scene in script.scenes][2:4] == ["icons", "number"]


async def test_complaints_go_back_with_the_answer_they_are_about(tmp_path: Path) -> None:
    without = a_reply(a_scene("We bake bread all day, and the whole street can smell it."))
    async with open_studio(tmp_path, says(without), says(a_reply())) as studio:
        script = await ChatWriter(studio.chat, studio.production).write(INTENT)
        asked = studio.server.requests[1]["contents"]
    assert [message["role"] for message in asked] == ["user", "model", "user"]
    assert "the whole street can smell it" in asked[1]["parts"][0]["text"]
    assert f"“{OWN}” must be spoken word for word" in asked[2]["parts"][0]["text"]
    assert OWN in script.scenes[1].voice_over


async def test_an_answer_with_mere_flaws_is_better_than_a_worse_one(tmp_path: Path) -> None:
    flawed = a_reply(a_scene(OWN), a_scene("Buns and cakes wait for you in our little shop.", "list", ("Bread", "Pies")))
    async with open_studio(tmp_path, says(flawed), says("no JSON at all")) as studio:
        script = await ChatWriter(studio.chat, studio.production).write(INTENT)
    assert script.scenes[2].form is Form.STATEMENT
    assert script.scenes[2].points == ()


async def test_a_script_that_stays_too_long_is_the_providers_failure(tmp_path: Path) -> None:
    long = a_reply(a_scene(OWN), *(a_scene(f"Number {n} of our many breads is one that nobody should ever miss.") for n in range(9)))
    async with open_studio(tmp_path, says(long)) as studio:
        with pytest.raises(ProviderError, match="fewer words"):
            await ChatWriter(studio.chat, studio.production).write(INTENT)


def test_a_good_answer_has_nothing_wrong() -> None:
    assert judged() == ""


def test_what_a_form_needs_is_told() -> None:
    own = a_scene(OWN, title="Early")
    assert "is not spoken" in judged(own, a_scene("We have buns and bread.", "list", ("Bread", "Buns")))
    assert "needs 2 to 6 points" in judged(own, a_scene("We have buns and bread.", "steps", ("Buns",)))
    assert "needs 2 to 2 points" in judged(own, a_scene("Fast, cheap or good.", "contrast", ("Fast", "Cheap", "Good")))
    assert "must be a short number" in judged(own, a_scene("Half of it is gone.", "number", ("50%",)))
    assert "quotation marks" in judged(own, a_scene("Bread is love, says Ada.", "quote", ("Ada",)))
    assert "longer than 32" in judged(own, a_scene("Buns with cinnamon and very much butter inside, and bread.", "list",
                                                   ("Buns with cinnamon and very much butter", "bread")))  # fmt: skip


def test_nothing_is_invented_for_a_client_who_sells() -> None:
    own = a_scene(OWN, title="Early")
    assert "never said" in judged(own, a_scene("97 of our guests come back every single week."))
    assert "never quoted" in judged(own, a_scene("“The best bread of my life,” says a guest of ours."))
    assert "never quoted" not in judged(own, a_scene("“Bread is love,” says Ada."))


def test_copies_and_repetitions_are_told() -> None:
    own = a_scene(OWN, title="Early")
    assert "said twice" in judged(own, a_scene(OWN, title="Again"))
    assert "only repeats its voice-over" in judged(own, a_scene("Buns are bread too.", title="Buns are bread too"))
    assert "the same title" in judged(own, a_scene("The oven is hot at four already.", title="Early"))


def test_a_sentence_said_before_is_left_out_with_a_scene_that_says_nothing_else() -> None:
    hook = "What does winter smell like? Cinnamon, butter and fresh bread."
    scenes = (a_scene(f"{OWN} And then some more.", title="One"), a_scene(OWN, title="Two"), a_scene(hook, title="Three"))
    script = script_of(ScriptReply.model_validate(a_reply(*scenes)), INTENT)
    assert [scene.voice_over for scene in script.scenes][:2] == [hook, f"{OWN} And then some more."]
    assert [scene.id for scene in script.scenes] == ["scene-1", "scene-2", "scene-3"]


BARE = Intent(**{**INTENT.model_dump(), "sentences": (), "call_to_action": "", "seconds": 15})


def spoken_for(words: int) -> dict[str, Any]:
    """A script of three scenes with so many words, none of its sentences said twice."""
    body = " ".join(["Our", "warm", "buns", "smell", "of", "butter", "and", "of", "winter", "long", "before", "the", "sun", "is", "up"] * 3)
    voice = f"{' '.join(body.split()[: words - 4])}."
    return a_reply(a_scene(voice, title="Winter"), opening=an_end("Smell", "Smell that?"), closing=an_end("Now", "Come in."), button="")


@pytest.mark.parametrize(("words", "faults", "flaws"), [(15, True, False), (27, False, True), (30, False, False)])
def test_too_little_speech_is_sent_back_and_far_too_little_is_none(words: int, faults: bool, flaws: bool) -> None:
    verdict = judge(ScriptReply.model_validate(spoken_for(words)), BARE)
    assert (any("more words" in fault for fault in verdict.faults), any("more words" in flaw for flaw in verdict.flaws)) == (faults, flaws)


async def test_a_thin_script_is_written_again(tmp_path: Path) -> None:
    async with open_studio(tmp_path, says(spoken_for(15)), says(spoken_for(30))) as studio:
        script = await ChatWriter(studio.chat, studio.production).write(BARE)
        assert "more words" in studio.server.prompt(1)
    assert len(script.scenes[1].voice_over.split()) == 26


async def test_a_script_that_stays_far_too_thin_is_the_providers_failure(tmp_path: Path) -> None:
    async with open_studio(tmp_path, says(spoken_for(15))) as studio:
        with pytest.raises(ProviderError, match=r"takes only \d\.\d seconds to speak"):
            await ChatWriter(studio.chat, studio.production).write(BARE)


def test_words_in_too_few_scenes_do_not_fill_a_film() -> None:
    scenes = spoken_for(49)
    verdict = judge(ScriptReply.model_validate(scenes), BARE.model_copy(update={"seconds": 26.0}))
    assert verdict.faults == ("3 scenes are too few to fill 26 seconds: write about 5.",)


def test_a_clients_sentences_beyond_the_films_length_are_chosen_whole() -> None:
    many = tuple(f"This is sentence number {n} about the bread we bake in winter." for n in range(40))
    kept = must_be_spoken(INTENT.model_copy(update={"sentences": many}))
    assert 0 < len(kept) < 10
    assert set(kept) <= set(many)


@pytest.mark.parametrize("seconds", [5, 10, 30, 60, 180, 600])
def test_what_the_prompt_asks_for_is_what_the_judge_accepts(seconds: float) -> None:
    scenes = scenes_for(seconds)
    intent = INTENT.model_copy(update={"seconds": seconds, "sentences": ()})
    asked = re.search(r"Write (\d+) to (\d+) words", order(intent, 0))
    assert asked is not None
    words = ["bread"] * round((int(asked[1]) + int(asked[2])) / 2)
    share = -(-len(words) // scenes)
    spoken = [
        " ".join([f"{'BDFGKLMNPRSTVZ'[n % 14]}{'aeiou'[n // 14 % 5]}{'' if n < 70 else 'na'}", *words[n * share : (n + 1) * share][1:]])
        + "."
        for n in range(scenes)
    ]
    reply = a_reply(*(a_scene(voice, title=f"T{n}") for n, voice in enumerate(spoken[1:-1])),
                    opening=an_end("A", spoken[0]), closing=an_end("Z", spoken[-1]), button="")  # fmt: skip
    if scenes == 2:
        reply["scenes"] = [reply["scenes"][0], reply["scenes"][-1]]
    assert critique(script_of(ScriptReply.model_validate(reply), intent), intent) == []


def test_what_we_order_holds_the_films_numbers_and_none_of_the_clients_words() -> None:
    text = question_of(INTENT).order
    assert "20 seconds in English" in text
    assert "1 of the client's sentences must be spoken" in text
    assert "Crumb" not in text
    assert "characters of voice-over" in order(INTENT.model_copy(update={"language": "ja"}), 0)
