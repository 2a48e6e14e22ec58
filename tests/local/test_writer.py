"""Scripts: the client's words whole, a source's words as they stand, and nothing else."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwi.film.model import BUTTON_CHARACTERS, LANDSCAPE, TITLE_CHARACTERS, Form, Intent, Mood, Origin, SceneRole, Script, VideoType
from kiwi.local.knowledge.library import open_library
from kiwi.local.read.encoder import open_encoder
from kiwi.local.speak.speech import speech_seconds
from kiwi.local.write.forms import shape_of
from kiwi.local.write.titles import button_of
from kiwi.local.write.writer import write_script


def intent(**fields: object) -> Intent:
    usual = {"topic": "our bakery", "video_type": VideoType.PROMOTIONAL, "seconds": 30.0, "size": LANDSCAPE, "mood": Mood.CALM}
    return Intent.model_validate({**usual, **fields})


def write(*, knowledge: bool = True, **fields: object) -> Script:
    return write_script(intent(**fields), open_encoder().embed, knowledge=knowledge)


def spoken(script: Script) -> str:
    return " ".join(scene.voice_over for scene in script.scenes if scene.voice_over)


SENTENCES = (
    "We bake forty loaves before sunrise.",
    "The flour comes from a mill two streets away.",
    "On Saturdays the queue reaches the church.",
    "Children get the first bun for nothing.",
)


def test_the_client_s_sentences_are_spoken_whole_and_in_order() -> None:
    script = write(sentences=SENTENCES)
    places = [spoken(script).find(sentence) for sentence in SENTENCES]
    assert -1 not in places
    assert places == sorted(places)
    assert {scene.origin for scene in script.scenes if scene.voice_over} == {Origin.CLIENT}


def test_a_sentence_without_time_is_left_out_whole_and_told() -> None:
    script = write(sentences=SENTENCES, seconds=8.0, length_asked=True)
    left = [sentence for sentence in SENTENCES if sentence not in spoken(script)]
    assert left
    assert all(any(sentence in remark for remark in script.remarks) for sentence in left)


def test_no_condition_is_cut_off_a_sentence() -> None:
    rule = "No refunds are given after 30 days unless the product was faulty when it was sold."
    script = write(topic="refunds", sentences=(rule, "Bring the receipt."), seconds=5.0, length_asked=True)
    assert rule in spoken(script) or "No refunds" not in spoken(script)


def test_words_that_do_not_fill_the_length_are_told_and_not_padded() -> None:
    script = write(sentences=SENTENCES[:2], length_asked=True)
    assert script.seconds is not None
    assert script.seconds < 16
    assert "30 seconds were asked for; what was said fills" in script.remarks[0]


def test_points_are_a_list_that_is_spoken() -> None:
    points = ("88,000 kilometres", "new brakes", "one owner", "6,900 euros")
    script = write(topic="my 2015 VW Golf", key_points=points)
    scene = next(scene for scene in script.scenes if scene.form is Form.LIST)
    assert len(scene.points) == 4
    assert all(point.lower() in spoken(script).lower() for point in points)


def test_the_film_ends_on_its_call_to_action() -> None:
    last = write(sentences=SENTENCES, call_to_action="Visit us on Mill Street").scenes[-1]
    assert (last.role, last.voice_over, last.figure) == (SceneRole.CLOSING, "Visit us on Mill Street.", "Visit us on Mill Street")


def test_an_end_that_says_nothing_shows_the_name() -> None:
    script = write(topic="how solar panels work", video_type=VideoType.EXPLAINER, sentences=SENTENCES[:2])
    assert (script.scenes[-1].voice_over, script.scenes[-1].title) == ("", script.title)
    assert write(name="Mill & Loaf", sentences=SENTENCES[:2]).scenes[-1].title == "Mill & Loaf"


@pytest.mark.parametrize(
    ("action", "button"),
    [
        ("Book a table with your phone before the summer is over.", "Book a table with your phone"),
        ("Visit us at the old harbour.", "Visit us at the old harbour"),
        ("Please come by.", "Come by"),
    ],
)
def test_a_button_is_short_and_never_cut_in_a_word(action: str, button: str) -> None:
    assert button_of(action) == button
    assert len(button) <= BUTTON_CHARACTERS


def test_a_greeting_says_its_wish_to_whom_it_is_for() -> None:
    script = write(topic="happy birthday", video_type=VideoType.GREETING, occasion="happy birthday", audience="my grandmother Rosa")
    assert script.scenes[0].voice_over == "Happy birthday to my grandmother Rosa."


def test_a_greeting_says_what_for_and_from_whom() -> None:
    script = write(
        topic="passing her driving test",
        video_type=VideoType.GREETING,
        occasion="congratulations",
        audience="Maya",
        name="Maya",
        quoted="Tim and Lea",
    )
    assert spoken(script) == "Congratulations to Maya on passing her driving test. From Tim and Lea."
    assert (
        write(topic="thank you", video_type=VideoType.GREETING, occasion="thank you", audience="Ward 7", name="Ward").title
        == "Thank You, Ward 7"
    )


TALE: dict[str, Any] = {"video_type": VideoType.STORY, "topic": "a hedgehog who is afraid of the dark"}


def test_a_tale_tells_the_client_s_plot_and_names_the_hero() -> None:
    script = write(**TALE)
    assert script.scenes[0].voice_over == "This is the tale of a hedgehog who is afraid of the dark."
    assert "the hedgehog" in spoken(script)
    assert spoken(write(video_type=VideoType.STORY, topic="a kite decides to stay up")).startswith("A kite decides to stay up.")
    plotted = write(video_type=VideoType.STORY, topic="an astronaut", key_points=("who wakes up alone",))
    assert plotted.scenes[0].voice_over == "This is the tale of an astronaut who wakes up alone."


def test_no_tale_is_made_up_of_somebody_real_or_told() -> None:
    assert not any(scene.origin is Origin.FRAME and scene.voice_over for scene in write(**TALE, sentences=SENTENCES).scenes)
    real = write(video_type=VideoType.STORY, topic="the Loch Ness monster", wants_knowledge=True)
    assert "step" not in spoken(real)


def test_a_quotation_is_whole_and_says_whose_it_is() -> None:
    script = write(topic="patience", video_type=VideoType.QUOTE, quote="Patience is bitter, but its fruit is sweet.", quoted="Aristotle")
    scene = next(scene for scene in script.scenes if scene.form is Form.QUOTE)
    assert (scene.voice_over, scene.figure) == ("“Patience is bitter, but its fruit is sweet.”", "Aristotle")


def test_what_the_world_knows_comes_from_a_named_source() -> None:
    script = write(topic="how solar panels work", video_type=VideoType.EXPLAINER, wants_knowledge=True, length_asked=True)
    told = [scene for scene in script.scenes if scene.origin is Origin.SOURCE]
    assert len(told) >= 2
    assert script.sources[0].title == "Solar cell"
    library = open_library()
    lead = " ".join(library.article(source.title).lead for source in script.sources)  # type: ignore[union-attr]
    assert set(re.findall(r"\d[\d,.]*\d|\d", " ".join(scene.voice_over for scene in told))) <= set(re.findall(r"\d[\d,.]*\d|\d", lead))


def test_without_the_library_nothing_is_made_up() -> None:
    script = write(topic="how solar panels work", video_type=VideoType.EXPLAINER, wants_knowledge=True, knowledge=False)
    assert not script.sources
    assert {scene.origin for scene in script.scenes if scene.voice_over} <= {Origin.FRAME}


def test_what_nobody_here_knows_is_told() -> None:
    script = write(topic="blockchain", video_type=VideoType.EXPLAINER, wants_knowledge=True, length_asked=True)
    assert not script.sources
    assert any("blockchain" in remark for remark in script.remarks)


def test_what_no_source_answers_is_told_and_not_promised() -> None:
    script = write(topic="Is gold worth it", video_type=VideoType.EXPLAINER, wants_knowledge=True, key_points=("why does it matter",))
    assert script.title == "Gold"
    assert any("does not answer “Is gold worth it”" in remark for remark in script.remarks)
    assert any("does not answer “why does it matter”" in remark for remark in script.remarks)


def test_another_article_answers_where_the_subject_s_own_does_not() -> None:
    script = write(topic="Why is the sky blue", video_type=VideoType.EXPLAINER, wants_knowledge=True)
    assert script.title == "Why Is the Sky Blue?"
    assert "blue because" in spoken(script)
    assert {"Sky", "Blue"} <= {source.title for source in script.sources}


def test_no_namesake_is_taken_for_the_subject() -> None:
    script = write(topic="glass", video_type=VideoType.EXPLAINER, wants_knowledge=True)
    assert "composer" not in spoken(script)


def test_children_are_told_nothing_in_specialists_words() -> None:
    script = write(topic="bees", video_type=VideoType.EXPLAINER, wants_knowledge=True, audience="children")
    assert "winged insects" in spoken(script)
    assert "clade" not in spoken(script)


def test_the_client_s_own_things_get_no_encyclopaedia() -> None:
    assert not write(topic="our café", sentences=SENTENCES).sources


def test_wishes_out_of_reach_are_admitted_and_never_narrated() -> None:
    script = write(sentences=SENTENCES, wishes=("in French", "drone shots"))
    assert "French" not in spoken(script)
    assert {"Not done by the embedded crew: “in French”.", "Not done by the embedded crew: “drone shots”."} <= set(script.remarks)


def test_the_same_intent_always_gives_the_same_script() -> None:
    assert write(sentences=SENTENCES) == write(sentences=SENTENCES)


@pytest.mark.parametrize(
    ("text", "form", "shown"),
    [
        ("A coffee costs 3.20 euros.", Form.NUMBER, "3.20 euros"),
        ("Three quarters, or 75%, of our guests come back.", Form.NUMBER, "75%"),
        ("We open at 7:30 on Monday.", Form.STATEMENT, ""),
        ("Call 020 7946 0018.", Form.STATEMENT, ""),
        ("It happened in 1931.", Form.STATEMENT, ""),
        ("Come on 3 March.", Form.STATEMENT, ""),
        ("“The obstacle is the way.” — Marcus Aurelius", Form.QUOTE, "Marcus Aurelius"),
    ],
)
def test_the_form_of_a_sentence_is_recognised(text: str, form: Form, shown: str) -> None:
    assert (shape_of(text).form, shape_of(text).figure) == (form, shown)


def test_what_a_sentence_lists_is_a_list() -> None:
    assert shape_of("We sell bread, cakes, coffee and tea.").points == ("bread", "cakes", "coffee", "tea")
    assert shape_of("We came, we saw, and we were very much surprised by the whole thing.").points == ()


WORDS = st.lists(
    st.sampled_from("we bake bread every morning and people come from 12 villages to taste it".split()), min_size=2, max_size=14
)


@settings(max_examples=40, deadline=None)
@given(st.lists(WORDS.map(lambda words: " ".join(words).capitalize() + "."), max_size=12), st.integers(5, 120), st.sampled_from(VideoType))
def test_any_sentences_make_a_script_that_obeys_the_rules(sentences: list[str], seconds: int, video_type: VideoType) -> None:
    told = tuple(dict.fromkeys(sentences))
    script = write(sentences=told, seconds=float(seconds), length_asked=True, video_type=video_type)
    assert [scene.role for scene in script.scenes[:1] + script.scenes[-1:]] == [SceneRole.OPENING, SceneRole.CLOSING]
    assert all(len(scene.title) <= TITLE_CHARACTERS for scene in script.scenes)
    assert len({scene.id for scene in script.scenes}) == len(script.scenes)
    for sentence in told:
        assert sentence in spoken(script) or any(sentence in remark for remark in script.remarks)


def test_speech_is_estimated_within_a_tenth_of_what_the_narrator_took() -> None:
    measured = {
        "A solar panel turns light into electricity, and an inverter turns that into the current your home uses.": 6.09,
        "I remember my grandmother's kitchen, the smell of cinnamon, and the old radio that played all afternoon.": 6.10,
        "Our new menu costs $12.50 and saves you 40% every week.": 5.16,
    }
    for text, seconds in measured.items():
        assert speech_seconds(text) == pytest.approx(seconds, rel=0.15)
    assert speech_seconds("") == 0


def test_news_is_titled_by_what_it_brings() -> None:
    notice = ("The water will be switched off on Tuesday from nine in the morning until noon.",)
    assert write(topic="The water", video_type=VideoType.NEWS, sentences=notice).title == "The Water Will Be Switched Off on Tuesday"
    walk = ("Last Sunday forty-one of us walked from Hexham to Corbridge.",)
    assert write(topic="Corbridge", video_type=VideoType.NEWS, sentences=walk).title == "Last Sunday Forty-One of Us Walked"


def test_a_ceiling_is_kept_and_its_room_is_not_told() -> None:
    script = write(sentences=SENTENCES[:2], seconds=60.0, length_asked=True, at_most=True)
    assert script.seconds is not None
    assert script.seconds < 20
    assert script.remarks == ()
    assert (write(sentences=SENTENCES * 3, seconds=15.0, length_asked=True, at_most=True).seconds or 15) <= 15


def test_an_asked_length_is_filled_with_pauses_as_far_as_captions_carry_it() -> None:
    script = write(sentences=SENTENCES, seconds=16.0, length_asked=True)
    words = sum(speech_seconds(scene.voice_over) for scene in script.scenes if scene.voice_over)
    assert script.seconds is None
    assert 1.4 * words < 16 < 1.9 * words


def test_what_was_not_spoken_is_told() -> None:
    assert "You would be mad to miss it." in write(sentences=SENTENCES, unspoken=("You would be mad to miss it.",)).remarks[0]


def test_a_question_is_answered_by_the_article_that_can() -> None:
    script = write(topic="How do bees make honey", video_type=VideoType.EXPLAINER, wants_knowledge=True)
    assert "Honey" in {source.title for source in script.sources}
    assert "nectar" in spoken(script) or "secretions" in spoken(script)
    assert not script.remarks


def test_a_comparison_says_that_it_does_not_tell_the_difference() -> None:
    asked: dict[str, Any] = {
        "topic": "tea and coffee",
        "sides": ("tea", "coffee"),
        "video_type": VideoType.EXPLAINER,
        "wants_knowledge": True,
    }
    assert "the difference between tea and coffee" in write(**asked, original="Compare tea and coffee.").remarks[0]
    assert "the difference between tea and coffee" in write(**asked, original="The difference between tea and coffee?").remarks[0]


@pytest.mark.parametrize(
    ("sentence", "figure"),
    [
        ("We have 40 stalls on the square.", "40"),
        ("Visit us at 14 Tanner Street.", ""),
        ("We sell a Piaggio Ape 50 with new tyres.", ""),
        ("In Leeds 4000 people joined us.", "4000"),
        ("All 400 families love our bread.", "400"),
    ],
)
def test_a_number_in_a_name_is_no_figure(sentence: str, figure: str) -> None:
    assert shape_of(sentence).figure == figure


def test_a_source_is_told_in_sentences_that_fill_the_film() -> None:
    told = [scene for scene in write(topic="AI technology", wants_knowledge=True, seconds=30.0).scenes if scene.origin is Origin.SOURCE]
    assert len(told) > 1
