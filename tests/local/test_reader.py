"""Briefs as people say them, understood by the trained reader. What it scores on briefs made apart stands in training/CARD.md."""

import contextlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwi.errors import BadBrief
from kiwi.film.model import LANDSCAPE, PORTRAIT, SQUARE, Brief, Intent, Mood, Size, VideoType
from kiwi.local.read.encoder import open_encoder
from kiwi.local.read.layout import with_figures
from kiwi.local.read.marks import Mark, Marks, mended
from kiwi.local.read.reader import as_spoken, asked_size, content_of, read_intent
from kiwi.local.read.sentences import finished
from kiwi.local.read.subjects import heroes_of, sides_in


def read(words: str, brief: Brief | None = None) -> Intent:
    return read_intent(words, brief or Brief(words=words), open_encoder())


def test_a_shape_is_never_a_time() -> None:
    read_as = read("Our autumn market opens this Friday at the old station. Forty stalls and hot cider. Moody. 9:16, 12 seconds.")
    assert (read_as.seconds, read_as.size) == (12, PORTRAIT)
    assert "12 seconds" not in " ".join(read_as.sentences)


def test_an_announcement_is_said_and_its_order_is_not() -> None:
    read_as = read("Something cheerful, 20 seconds, announcing that Lena and Marco are getting married on the ninth of May.")
    assert read_as.seconds == 20
    assert read_as.mood is Mood.HAPPY
    assert any("Lena and Marco are getting married on the ninth of May" in sentence for sentence in read_as.sentences)
    assert "announcing" not in " ".join(read_as.sentences)


def test_a_question_is_the_topic_and_the_wishes_around_it_are_not() -> None:
    read_as = read("Half a minute on why cats purr, upbeat, square please.")
    assert (read_as.topic, read_as.seconds, read_as.size) == ("why cats purr", 30, SQUARE)
    assert (read_as.video_type, read_as.wants_knowledge) == (VideoType.EXPLAINER, True)


@pytest.mark.parametrize(
    "words",
    ["I'd love a short film that persuades renters to get contents insurance.", "A ten second film that says hello to the new neighbours"],
)
def test_an_order_that_only_hints_is_no_refusal(words: str) -> None:
    assert read(words).topic


def test_points_to_mention_are_kept_whole() -> None:
    read_as = read("Sell my 2015 VW Golf: 88,000 kilometres, new brakes, one owner, 6,900 euros.")
    assert {"88,000 kilometres", "6,900 euros"} <= set(read_as.key_points)
    assert "Golf" in read_as.topic
    assert read_as.video_type is VideoType.PROMOTIONAL


def test_several_wishes_and_points_in_one_sentence_are_told_apart() -> None:
    read_as = read(
        "The film should welcome new students to Hill College, mention the buddy programme and the library tour, one minute, landscape."
    )
    assert (read_as.seconds, read_as.size) == (60, LANDSCAPE)
    assert any("buddy programme" in point for point in read_as.key_points)
    assert "one minute" not in " ".join([*read_as.sentences, *read_as.key_points])


def test_dictation_without_punctuation_is_cut_into_its_sentences() -> None:
    read_as = read(
        "um make a thirty second ad for our bakery we open at six every morning we bake with local flour come and see us on mill street"
    )
    assert read_as.seconds == 30
    assert len(read_as.sentences) + bool(read_as.call_to_action) >= 2
    assert "um" not in " ".join(read_as.sentences).lower().split()


@pytest.mark.parametrize("words", ["", "   ", "...", "!!! ???", "make me a video", "30 seconds, vertical please"])
def test_a_brief_without_anything_to_film_is_refused_in_one_sentence(words: str) -> None:
    with pytest.raises(BadBrief, match="nothing to film"):
        read(words)


@pytest.mark.parametrize("words", ["a 2 second video about cats", "a 20 minute film about the sea"])
def test_a_length_outside_five_to_six_hundred_seconds_is_refused(words: str) -> None:
    with pytest.raises(BadBrief, match="5 to 600 seconds"):
        read(words)


@pytest.mark.parametrize("seconds", [4.9, 601])
def test_the_brief_s_own_length_is_checked_too(seconds: float) -> None:
    with pytest.raises(BadBrief, match="5 to 600 seconds"):
        read("cats", Brief(words="cats", seconds=seconds))


def test_wishes_of_the_brief_beat_the_words() -> None:
    words = "a 45 second vertical film about cats"
    read_as = read(words, Brief(words=words, seconds=20, size=SQUARE))
    assert (read_as.seconds, read_as.size, read_as.length_asked) == (20, SQUARE, True)


def test_another_language_is_kept_as_it_stands() -> None:
    words = "Wir backen jeden Tag frisches Brot und wir sind für euch da. Kommt vorbei!"
    read_as = read(words)
    assert (read_as.language, len(read_as.sentences), read_as.wants_knowledge) == ("de", 2, False)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_either_understood_or_refused(words: str) -> None:
    with contextlib.suppress(BadBrief):
        assert read(words, Brief(words=words, seconds=30)).topic


def marks(text: str, *roles: tuple[str, str]) -> Marks:
    """A text with stretches marked by their words."""
    return Marks(text, tuple(Mark(tag, text.index(words), text.index(words) + len(words), words) for tag, words in roles))


@pytest.mark.parametrize(
    ("text", "roles", "topic"),
    [
        (
            "A clip for our pottery, Mud & Fire, in York.",
            (("topic", "our pottery"), ("name", "Mud & Fire"), ("topic", "York")),
            "our pottery, Mud & Fire, in York",
        ),
        (
            "I run a bike shop in Leith called Chain Gang.",
            (("topic", "a bike shop"), ("name", "Chain Gang")),
            "a bike shop in Leith called Chain Gang",
        ),
        ("On tides, you know, currents.", (("topic", "tides"), ("topic", "currents")), "tides, currents"),
        ("Compare trains with buses.", (("topic", "trains"), ("topic", "buses")), "trains and buses"),
        ("We collect for the lifeboat.", (("topic", "the"),), ""),
    ],
)
def test_what_names_or_places_a_topic_stays_with_it(text: str, roles: tuple[tuple[str, str], ...], topic: str) -> None:
    assert content_of(marks(text, *roles)).topic == topic


def test_a_sentence_that_ends_in_a_name_is_spoken_with_it() -> None:
    text = "An ad for my soap. The brand is Velo & Foam. Buy it."
    found = marks(text, ("topic", "my soap"), ("say", "The brand is"), ("name", "Velo & Foam."), ("say", "Buy it."))
    assert [mark.words for mark in mended(text, found.roles) if mark.tag == "say"] == ["The brand is Velo & Foam.", "Buy it."]


def test_a_question_with_several_topics_is_one() -> None:
    asked = "What is the difference between butter and margarine? Make it 60 seconds in portrait."
    seen = marks(asked, ("topic", "What"), ("topic", "butter"), ("topic", "margarine?"))
    assert content_of(seen).topic == "What is the difference between butter and margarine"
    assert content_of(seen).sides == ("butter", "margarine")
    facts = marks("Give me five facts about hedgehogs, cheerful.", ("topic", "five facts"), ("topic", "hedgehogs"))
    assert content_of(facts).topic == "five facts about hedgehogs"


def test_a_lines_figures_are_told_with_what_they_count() -> None:
    told = read("Quarterly report of our shelter\nAdopted: 176, up 12%\nVet costs: $38,400\nLandscape, 1 minute, for the board.")
    assert {"Adopted: 176, up 12%", "Vet costs: $38,400"} <= {*told.key_points, *(one.rstrip(".") for one in told.sentences)}
    assert told.seconds == 60


def test_a_scripts_directions_are_wishes() -> None:
    script = (
        "SCENE 1\nVisual: an empty bakery at 4 in the morning\nNarrator: While the town sleeps, Marta lights the oven.\n"
        "SCENE 2\nVisual: hands kneading dough\nNarrator: Flour, water, salt and eighteen hours of patience.\n[Rain on a window]"
    )
    read_as = read(script)
    assert {"an empty bakery at 4 in the morning", "hands kneading dough", "Rain on a window"} <= set(read_as.wishes)
    assert not any("dough" in one or "empty" in one or "Rain" in one for one in (*read_as.sentences, *read_as.key_points, read_as.audience))
    assert any("Marta lights the oven" in sentence for sentence in read_as.sentences)


def test_a_line_above_the_text_is_its_title() -> None:
    text = "Lesson 3: Friction\n\nFriction is a force that acts against motion. It happens where two surfaces touch.\n\nFor 10 year olds"
    assert read(text).title == "Lesson 3: Friction"
    assert read("Vertical, 30 seconds.\n\nHeels while you wait, from £8.50. Keys cut in five minutes.").title == ""
    assert read("Dear Mum and Dad,\nfifty years ago today you said yes. Happy golden wedding!").title == ""


def test_a_letter_keeps_the_line_that_it_is_signed_with() -> None:
    text = "Dear Mum and Dad, fifty years ago today you said yes.\nWith all our love, Ruth, Daniel and Little Sam"
    signed = marks(text, ("say", "Dear Mum and Dad, fifty years ago today you said yes."), ("by", "Ruth"), ("say", "Daniel and Little Sam"))
    said = content_of(replace(signed, video_type="greeting")).sentences
    assert said[-1] == "With all our love, Ruth, Daniel and Little Sam."
    assert not any(one.startswith("Daniel") for one in said)


@pytest.mark.parametrize(
    ("words", "without", "wishes"),
    [
        ("Our bakery opens at five on Saturday. Come by for fresh rolls. 12 seconds, no music please", True, ()),
        ("The pool is closed on Monday. We open again on Tuesday. And please no music just a quiet voice.", True, ("just a quiet voice",)),
        ("We meet on Monday at six in the old hall, bring a chair. Don't use music.", True, None),
        ("Our choir sings on Friday at eight. Soft music please.", False, None),
        ("Tell them: there will be no music before noon. We open the garden at ten.", False, None),
    ],
)
def test_no_music_is_a_wish_that_is_fulfilled(words: str, without: bool, wishes: tuple[str, ...] | None) -> None:
    read_as = read(words)
    assert read_as.without_music is without
    assert wishes is None or read_as.wishes == wishes


@pytest.mark.parametrize(("shape", "size"), [("4:5", SQUARE), ("2:3", PORTRAIT), ("21:9", LANDSCAPE), ("640x360", LANDSCAPE)])
def test_a_shape_that_no_film_has_becomes_the_nearest_and_is_told(shape: str, size: Size) -> None:
    read_as = read(f"A video in {shape} for our new salad bowl, 15 seconds.")
    assert (read_as.size, read_as.seconds) == (size, 15)
    assert any(shape in wish for wish in read_as.wishes)


def test_only_what_is_compared_has_two_sides() -> None:
    assert content_of(marks("Compare trains with buses.", ("topic", "trains"), ("topic", "buses"))).sides == ("trains", "buses")
    assert content_of(marks("On tides, you know, currents.", ("topic", "tides"), ("topic", "currents"))).sides == ()


def test_the_numbers_of_a_list_are_not_read_out() -> None:
    read_as = read("How to mend a puncture.\n1. Take the wheel off.\n2. Find the hole.\n3. Glue a patch over it.")
    assert not any(sentence[:1].isdigit() for sentence in (*read_as.sentences, *read_as.key_points))


def test_a_greeting_names_whom_it_greets_and_quotes_nobody() -> None:
    read_as = read(
        "Happy birthday to grandma Rosa who turns 80 on Saturday. We love your apple cake and your stories. From Tim and Lea. Portrait."
    )
    assert read_as.sentences == ("Happy birthday to grandma Rosa who turns 80 on Saturday.", "We love your apple cake and your stories.")
    assert read_as.audience.startswith("grandma Rosa")
    assert (read_as.quote, read_as.quoted) == ("", "Tim and Lea")


def test_a_name_has_all_its_words() -> None:
    assert read("For my channel Leaf & Let Live: three mistakes when repotting houseplants. One minute.").name == "Leaf & Let Live"


def test_what_a_script_calls_its_parts_is_not_read_out() -> None:
    read_as = read("VOICEOVER: Plastic ends up in the sea.\nVOICEOVER: It breaks into pieces.\nVOICEOVER: Carry a bottle.")
    assert not any("voiceover" in sentence.lower() for sentence in (*read_as.sentences, read_as.topic))


@pytest.mark.parametrize(
    ("words", "spoken"),
    [
        ('"Build once.', "Build once."),
        ("“The lift is out.”", "The lift is out."),
        ('"I will stay," said Bertie.', '"I will stay," said Bertie.'),
        ("2. Enter the code.", "Enter the code."),
        ("3.5 million people came.", "3.5 million people came."),
        ("They keep it under a minute and can you make it funny", "They keep it under a minute"),
        ("All that we need is vitamin A", "All that we need is vitamin A"),
    ],
)
def test_what_stands_only_on_paper_is_not_spoken(words: str, spoken: str) -> None:
    assert as_spoken(words) == spoken
    assert as_spoken("We all love you from", signed=True) == "We all love you"


@pytest.mark.parametrize(
    ("topics", "sides"),
    [
        (["tea", "coffee"], ("tea", "coffee")),
        (["What's the difference between a virus and a bacterium"], ("a virus", "a bacterium")),
        (["how frogs and toads differ"], ()),
        (["volcanoes how they form", "why they erupt"], ()),
        (["our bakery"], ()),
    ],
)
def test_a_comparison_has_two_sides_that_are_things(topics: list[str], sides: tuple[str, ...]) -> None:
    assert sides_in(topics) == sides


def test_a_saying_ends_where_other_words_begin() -> None:
    text = "“The way out is through.” That's Robert Frost. Then: We meet on Mondays. There is tea."
    content = content_of(marks(text, ("quote", "“The way out is through.”"), ("say", "We meet on Mondays."), ("quote", "There is tea.")))
    assert (content.quote, content.sentences) == ("The way out is through.", ("We meet on Mondays.", "There is tea."))


def test_a_line_of_its_own_is_heard_and_a_short_is_upright() -> None:
    text = "Lost cat!!! He needs medicine. A YouTube Short, please."
    seen = marks(text, ("topic", "Lost cat!!!"), ("say", "He needs medicine."), ("shape", "YouTube"))
    assert content_of(seen).sentences == ("Lost cat!!!", "He needs medicine.")
    assert asked_size(seen) == PORTRAIT


def test_a_tale_without_a_topic_is_about_what_comes_back_in_it() -> None:
    tale = ("Once a potter made a bowl.", "The king wanted the bowl.", "So the king waited.")
    assert heroes_of(tale) == "the bowl and the king"


def test_a_title_that_is_ordered_is_the_title_and_not_spoken() -> None:
    read_as = read("Our new e-bike charges in three hours. From 1,999 euros. YouTube Shorts, 15 s, title: Meet the Velora One.")
    assert read_as.title == "Meet the Velora One"
    assert "Meet" not in " ".join((*read_as.sentences, read_as.call_to_action))


def test_how_words_are_to_be_spoken_is_not_spoken() -> None:
    seen = marks("Take them with food. Please speak slowly.", ("say", "Take them with food."), ("say", "Please speak slowly."))
    assert content_of(seen).sentences == ("Take them with food.",)


@pytest.mark.parametrize(
    ("dictated", "spoken"),
    [
        ("dont forget its the best and theres tea", "Don't forget it's the best and there's tea."),
        ("we cant open until the end of august", "We can't open until the end of August."),
        ("the dog lost its ball and may come in may", "The dog lost its ball and may come in May."),
        ("were open and well see", "Were open and well see."),
        ("march on the third of march", "March on the third of March."),
    ],
)
def test_dictated_words_are_spelt_as_they_are_written(dictated: str, spoken: str) -> None:
    assert finished(as_spoken(dictated)) == spoken


def test_a_number_of_things_is_no_length() -> None:
    assert not read("10 facts about Jupiter for YouTube").length_asked
    assert read("10 seconds about Jupiter for YouTube").seconds == 10


def test_a_place_that_takes_any_shape_gets_the_one_that_suits_it() -> None:
    assert read("Hi, can you make me a video about chocolate for Instagram, about a minute?").size == PORTRAIT
    assert read("A square video about chocolate for Instagram, about a minute.").size == SQUARE


def test_other_languages_keep_their_words() -> None:
    assert finished("Wir treffen uns im Park") == "Wir treffen uns im Park."


@pytest.mark.parametrize(
    "words",
    ["Anyone over 18 may join.", "We march 10 miles for charity.", "As is his wont, he sings.", "Its going rate is low."],
)
def test_words_that_are_months_elsewhere_stay(words: str) -> None:
    assert finished(as_spoken(words)) == words


def test_what_stands_behind_a_signature_is_not_spoken() -> None:
    text = "Happy birthday Tom, you are seventy today! Lots of love from your sister Ruth. Please keep it short, 20 seconds."
    assert not any("short" in sentence for sentence in read(text).sentences)
    clan = "Happy 70th birthday, Uncle Desmond! With love from the whole Okafor clan. - keep it funny, 20 seconds, vertical"
    assert not any("funny" in sentence for sentence in read(clan).sentences)


@pytest.mark.parametrize(
    "line",
    ["Promote Kiwi Coffee.", "Subject: summer fete", "VO: Welcome to Bean Street.", "- Fresh bread daily", "Our bakery opens again on"],
)
def test_an_order_or_a_label_is_no_headline(line: str) -> None:
    below = "monday the third. We bake from five." if line.endswith("on") else "We open at six on Monday. Rolls are free."
    assert read(f"{line}\n{below}").title == ""


def test_a_title_keeps_its_apostrophe() -> None:
    text = "Title: Year 6 Leavers' Assembly\n\nDear parents, you are warmly invited to our assembly on Friday at 2 pm. Doors open at 1.30."
    assert read(text).title == "Year 6 Leavers' Assembly"


@pytest.mark.parametrize(
    "words",
    [
        "Our market opens at ten on Sunday. Don't have the music so loud this time.",
        "Explain what a world without music would be like in 30 seconds.",
        "Our beach is open again. No music but the sound of waves, please.",
    ],
)
def test_music_is_not_taken_away_where_something_else_is_meant(words: str) -> None:
    assert not read(words).without_music


def test_a_length_stays_one_before_a_kind_of_film() -> None:
    assert read("A 30s facts film about Jupiter.").seconds == 30
    assert read("A 30s facts film about Jupiter.").length_asked


def test_a_tables_lines_lose_no_words() -> None:
    text = "Our year.\nAdopted: 176 dogs found a home\nand most of them a garden.\nFostered: 42 puppies grew up here.\nThank you all."
    understood = read(text)
    assert "most of them a garden" in " ".join([*understood.sentences, *understood.key_points])
    vo = read("VO: 10 years ago we planted one tree.\nVO: 400 trees stand here today.")
    assert not any("VO" in one for one in (*vo.sentences, *vo.key_points))


def test_a_settings_line_is_no_direction() -> None:
    asked = read("[30 seconds, vertical]\nWe bake every loaf by hand. Come by on Saturday.")
    assert (asked.seconds, asked.size) == (30, PORTRAIT)


def test_where_a_narrator_speaks_scenes_say_what_is_seen() -> None:
    script = (
        "SCENE 1: A rocket stands on the pad.\nNARRATOR: Tonight, a small rocket will try something big.\n"
        "SCENE 2: Close-up of a girl looking up.\nNARRATOR: Mia has waited all year for this launch.\n16:9, 25 seconds."
    )
    asked = read(script)
    assert not any("pad" in one or "Close-up" in one for one in (*asked.sentences, *asked.key_points))
    assert any("Mia has waited" in one for one in asked.sentences)


def test_a_title_line_is_taken_whole() -> None:
    assert (
        read("Title: Thank You, Runners!\nBecause of you, we raised £8,412. The new benches go in this spring.").title
        == "Thank You, Runners!"
    )


def test_a_number_alone_is_no_topic() -> None:
    seen = marks("A square video with five facts about octopuses.", ("topic", "five"), ("topic", "octopuses"))
    assert content_of(seen).topic == "octopuses"


def test_what_is_said_behind_a_title_is_no_part_of_it() -> None:
    asked = read("Title: Our Fair, 20 seconds, vertical\n\nThe fair opens on Sunday at ten. Forty stalls and cider.")
    assert (asked.title, asked.seconds, asked.size) == ("Our Fair", 20, PORTRAIT)


def test_a_long_table_is_read_in_time_that_grows_with_its_lines() -> None:
    lines = [f"Place {number}: {number} things" for number in range(3_000)]
    spans = [(sum(len(line) + 1 for line in lines[:at]), line) for at, line in enumerate(lines)]
    table = Marks("\n".join(lines), tuple(Mark("say", start, start + len(line), line) for start, line in spans))
    assert [mark.tag for mark in with_figures(table).roles] == ["point"] * len(lines)


def test_whom_a_title_names_stays_in_it() -> None:
    text = "Title: Thank You, Runners!\nBecause of you, we raised £8,412 for the garden.\n212 of you ran.\nNo music. 20 seconds, square."
    assert read(text).title == "Thank You, Runners!"
