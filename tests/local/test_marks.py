"""From the network's scores to stretches of a text."""

from itertools import pairwise

import numpy as np
import pytest

from kiwi.local.read.labels import OVERLAYS, ROLE_CLASSES, ROLES, begin, within
from kiwi.local.read.marks import ROLE_TRANSITIONS, Mark, best_path, mended, overlay_marks, role_marks
from kiwi.local.read.tokens import Pieces

SAY, TOPIC, UM = (ROLES.index(tag) for tag in ("say", "topic", "um"))


def pieces(text: str) -> Pieces:
    """One piece a word."""
    spans, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        spans.append((at, at + len(word)))
        at += len(word)
    return Pieces(tuple(range(len(spans))), tuple(spans), (0,) * len(spans))


def scores(*classes: int, count: int = ROLE_CLASSES) -> np.ndarray:
    """What a network that is certain says."""
    rows = np.zeros((len(classes), count), np.float32)
    for row, wanted in zip(rows, classes, strict=True):
        row[wanted] = 9
    return rows


def test_a_stretch_is_its_begin_and_what_follows() -> None:
    text = "please say We open early"
    found = role_marks(text, pieces(text), scores(0, 0, begin(SAY), within(SAY), within(SAY)))
    assert found == (Mark("say", 11, 24, "We open early"),)


def test_a_new_begin_ends_the_stretch_before_it() -> None:
    text = "we open early bring friends"
    found = role_marks(text, pieces(text), scores(begin(SAY), within(SAY), within(SAY), begin(SAY), within(SAY)))
    assert [mark.words for mark in found] == ["we open early", "bring friends"]


def test_hesitations_inside_a_stretch_are_left_out_and_do_not_end_it() -> None:
    text = "we, uh, I mean, open early"
    found = role_marks(text, pieces(text), scores(begin(SAY), begin(UM), begin(UM), within(UM), within(SAY), within(SAY)))
    assert [mark.words for mark in found] == ["we open early"]


def test_words_and_closing_marks_are_never_cut() -> None:
    text = "Come by!"
    halves = Pieces((1, 2, 3), ((0, 2), (2, 4), (5, 7)), (0, 0, 0))
    assert role_marks(text, halves, scores(0, begin(SAY), within(SAY)))[0].words == "Come by!"


def test_an_amount_is_never_cut_from_its_currency_nor_an_address_at_its_at() -> None:
    text = "it costs $420,000 write to ann.lee@shop.example"
    parts = Pieces((0, 1, 2, 3), ((0, 8), (9, 10), (10, 17), (34, 47)), (0, 0, 0, 0))
    seen = [mark.words for mark in role_marks(text, parts, scores(0, begin(SAY), 0, begin(SAY)))]
    assert seen == ["$420,000", "ann.lee@shop.example"]


def test_no_stretch_goes_on_without_a_begin() -> None:
    wanted = scores(0, within(TOPIC), 0)
    wanted[1, begin(SAY)] = 8
    path = best_path(wanted, ROLE_TRANSITIONS)
    assert path[1] in {begin(SAY), begin(TOPIC), 0} or path[0] == begin(TOPIC)
    assert all(ROLE_TRANSITIONS[before, after] for before, after in pairwise(path))


def test_names_lie_over_stretches() -> None:
    text = "our bakery Levain opens"
    name = OVERLAYS.index("name")
    assert [mark.words for mark in overlay_marks(text, pieces(text), scores(0, 0, begin(name), 0, count=1 + 2 * len(OVERLAYS)))] == [
        "Levain"
    ]


def test_a_tone_at_the_end_and_any_order_stay_what_they_are() -> None:
    text = "We moved to Bristol on Monday upbeat"
    told = (Mark("say", 0, 29, text[:29]), Mark("tone", 30, 36, text[30:]))
    assert mended(text, told) == told
    ordered = (Mark("say", 0, 8, text[:8]), Mark("tone", 30, 36, text[30:]), Mark("length", 36, 36, ""))
    assert mended(text, ordered) == ordered


def test_a_sentence_that_names_somebody_in_its_middle_is_one() -> None:
    text = "Happy birthday to Rosa who turns 80."
    marks = (Mark("say", 0, 17, text[:17]), Mark("audience", 18, 22, "Rosa"), Mark("say", 23, 36, text[23:]))
    assert [(mark.tag, mark.words) for mark in mended(text, marks)] == [("say", text), ("audience", "Rosa")]
    apart = (Mark("say", 0, 15, text[:15]), Mark("audience", 18, 22, "Rosa"), Mark("say", 23, 36, text[23:]))
    assert mended(text, apart) == apart


def marked(text: str, *stretches: tuple[str, str]) -> tuple[Mark, ...]:
    found = []
    for tag, words in stretches:
        start = text.index(words)
        found.append(Mark(tag, start, start + len(words), words))
    return tuple(sorted(found, key=lambda mark: mark.start))


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        (
            'We run a museum in Esbjerg. Say: "The cutter was built in 1906."',
            (("topic", "a museum"), ("say", "The cutter was built in 1906.")),
        ),
        ("We'd like a short film about our bakery in York. We open at six.", (("topic", "our bakery"), ("say", "We open at six."))),
        ("Our fair is on Sunday. Keep it short.", (("say", "Our fair is on Sunday."), ("length", "short"))),
    ],
)
def test_what_is_said_to_the_film_maker_is_not_made_whole(text: str, stretches: tuple[tuple[str, str], ...]) -> None:
    given = marked(text, *stretches)
    assert mended(text, given) == given


@pytest.mark.parametrize(
    ("text", "stretches", "spoken"),
    [
        (
            "until the end of july every mot is thirty pounds",
            (("say", "until the end of july"), ("say", "every mot is thirty pounds")),
            ["until the end of july every mot is thirty pounds"],
        ),
        ("say welcome Priya at the end", (("say", "welcome"), ("say", "Priya")), ["welcome Priya"]),
        ("we open early bring friends", (("say", "we open early"), ("say", "bring friends")), ["we open early", "bring friends"]),
    ],
)
def test_what_goes_on_is_one_stretch(text: str, stretches: tuple[tuple[str, str], ...], spoken: list[str]) -> None:
    assert [mark.words for mark in mended(text, marked(text, *stretches)) if mark.tag == "say"] == spoken
