"""The cards title, statement, bullets and number, and what holds for every card on the menu."""

from itertools import combinations
from math import inf

import numpy as np
import pytest
import skia  # type: ignore[import-not-found]

from kiwi.film.model import SIZES, BulletsCard, Card, NumberCard, Point, Size, Spoken, StatementCard, TitleCard
from kiwi.render.canvas.compose import Canvas, Picture, Pixels, paint
from kiwi.render.canvas.fonts import shape
from kiwi.render.canvas.layout import Box
from kiwi.render.canvas.stage import Element, Layer, Stage, still
from kiwi.render.cards import CARDS, layout_boxes, plan_card
from kiwi.render.cards.parts.counting import Counted, Numeral, counting, fit_number, lay_pieces, number_layers, take_apart, wheel_turn
from kiwi.render.look.themes import THEMES

SMALL_SIZES = tuple(Size(width=size.width // 4, height=size.height // 4) for size in SIZES)
LONG = "Donaudampfschifffahrtsgesellschaftskapitän"
FULL = "A label of thirty-two characters"
SENTENCE = "Everything we know about the world we learned from somebody who wondered why."


def points(*texts: str, icon: str = "sun") -> tuple[Point, ...]:
    return tuple(Point(text=text, cue=15 + 12 * number, icon=icon) for number, text in enumerate(texts))


def spoken(text: str) -> tuple[Spoken, ...]:
    return tuple(Spoken(text=word, start=10 + 5 * number, end=15 + 5 * number) for number, word in enumerate(text.split()))


NASTY: dict[str, Card] = {
    "title": TitleCard(headline="How solar panels work", subline="In one short minute", icon="sun"),
    "title of one word": TitleCard(headline="Sun"),
    "title of long words": TitleCard(headline=f"{LONG} {LONG}", subline=f"{LONG} {LONG} {LONG}", icon="sun"),
    "title of many words": TitleCard(headline=SENTENCE, subline=SENTENCE * 2),
    "title without words": TitleCard(headline="", icon="sun"),
    "statement": StatementCard(words=spoken(SENTENCE), emphasis=(3, 5), icon="sun"),
    "statement without icon": StatementCard(words=spoken(SENTENCE), emphasis=(99,)),
    "statement of one word": StatementCard(words=spoken("Why?"), icon="sun"),
    "statement of a long word": StatementCard(words=spoken(f"{LONG}{LONG}"), icon="sun"),
    "statement of very many words": StatementCard(words=spoken(f"{SENTENCE} " * 4), icon="sun"),
    "statement without words": StatementCard(words=()),
    "bullets of one": BulletsCard(heading="Do it", points=points("Begin")),
    "bullets of two": BulletsCard(heading="", points=points(FULL, "Tea")),
    "bullets of four": BulletsCard(heading="Why bakeries love mornings", points=points("Bread", FULL, "Coffee", LONG)),
    "bullets of six": BulletsCard(heading=f"{LONG} in points", points=points(FULL, LONG, "A", FULL, FULL, FULL)),
    "bullets of none": BulletsCard(heading="Nothing to say", points=()),
    "bullets without icons": BulletsCard(heading="Plain", points=points("One", "Two", icon="")),
    "number": NumberCard(number="40%", label="less energy than last winter", icon="lightning", cue=15),
    "number without icon": NumberCard(number="$1,250,000", label=SENTENCE),
    "number without label": NumberCard(number="3.5x", label="", icon="sun"),
    "number that is a word": NumberCard(number="half", label="of it", icon="sun"),
    "number of long words": NumberCard(number=f"12 {LONG}", label=f"{LONG} {LONG}", icon="sun"),
    "number of many digits": NumberCard(number="12345678901234567890", label="stars"),
}


def stage_of(size: Size, theme: str = "night", *, captioned: bool = True, opens: bool = False, closes: bool = False) -> Stage:
    return Stage(size, 30, 150, THEMES[theme], captioned=captioned, opens=opens, closes=closes)


def faults(card: Card, stage: Stage) -> list[str]:
    things, panels = layout_boxes(card, stage), layout_boxes(card, stage, holders=True)
    found = [f"{name} {box} is outside {stage.safe}" for name, box in things + panels if not box.within(stage.safe)]
    found += [f"{one} {box} overlaps {other} {rest}" for (one, box), (other, rest) in combinations(things, 2) if box.overlaps(rest)]
    found += [f"{one} overlaps {other}" for (one, box), (other, rest) in combinations(panels, 2) if box.overlaps(rest)]
    crossings = [(name, panel) for name, box in things for panel, room in panels if box.overlaps(room) and not box.within(room)]
    return found + [f"{name} crosses {panel}" for name, panel in crossings]


@pytest.mark.parametrize("size", SMALL_SIZES, ids=str)
@pytest.mark.parametrize("name", NASTY)
def test_nothing_overlaps_or_leaves_the_safe_area_whatever_it_says(name: str, size: Size) -> None:
    for theme in THEMES:
        assert faults(NASTY[name], stage_of(size, theme)) == []


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_full_size_pictures_without_captions_are_as_tidy(size: Size) -> None:
    for name in ("title", "statement", "bullets of four", "number"):
        assert faults(NASTY[name], stage_of(size, "paper", captioned=False)) == []


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_safe_area_keeps_clear_of_captions_and_edges(size: Size) -> None:
    stage = stage_of(size)
    assert not stage.safe.overlaps(stage.caption_band)
    assert stage.caption_band.within(stage.frame)
    assert stage.safe.left >= 0.05 * size.width
    assert stage.safe.right <= 0.95 * size.width
    assert stage_of(size, captioned=False).safe.height > stage.safe.height


def test_every_kind_of_card_is_on_the_menu() -> None:
    kinds = {card.model_fields["kind"].default for card in Card.__origin__.__args__}  # type: ignore[attr-defined]
    assert set(CARDS) == kinds


def visible(elements: list[Element], second: float) -> list[str]:
    return [element.name for element in elements if element.motion(second).alpha > 0.01]


def test_elements_arrive_after_the_shot_begins_and_are_gone_when_it_is_covered() -> None:
    stage = stage_of(SMALL_SIZES[0])
    for name in ("title", "statement", "bullets of four", "number"):
        elements = plan_card(NASTY[name], stage)
        assert visible(elements, 0.0) == []
        assert len(visible(elements, 4.0)) >= 3
        assert visible(elements, stage.seconds - 1 / 30) == []


def test_the_films_first_frame_already_shows_its_title_and_the_last_shot_keeps_its_elements() -> None:
    opening = plan_card(NASTY["title"], stage_of(SMALL_SIZES[0], opens=True))
    assert "headline 1" in visible(opening, 0.0)
    assert "icon" in visible(opening, 0.0)
    closing = stage_of(SMALL_SIZES[0], closes=True)
    assert closing.end == inf
    assert "headline 1" in visible(plan_card(NASTY["title"], closing), closing.seconds)


def test_a_statements_words_are_there_when_they_are_spoken_and_not_much_sooner() -> None:
    card = NASTY["statement"]
    assert isinstance(card, StatementCard)
    words = [element for element in plan_card(card, stage_of(SMALL_SIZES[0])) if element.name.startswith("word")]
    assert len(words) == len(card.words)
    for said, element in zip(card.words[2:], words[2:], strict=True):
        assert element.motion(said.start / 30 - 0.2).alpha == 0
        assert element.motion(said.start / 30 + 0.25).alpha > 0.9


def test_points_appear_at_their_cues_in_order() -> None:
    card = NASTY["bullets of four"]
    assert isinstance(card, BulletsCard)
    rows = [element for element in plan_card(card, stage_of(SMALL_SIZES[0])) if element.name.startswith("point")]
    for point, row in zip(card.points[1:], rows[1:], strict=True):
        assert row.motion(point.cue / 30 - 0.2).alpha == 0
        assert row.motion(point.cue / 30 + 0.4).alpha == 1


@pytest.mark.parametrize(
    ("number", "parts"),
    [
        ("40%", ("", "40", "%")),
        ("$1,250.5 m", ("$", "1,250.5", " m")),
        ("2026", ("", "2026", "")),
        ("24/7", ("", "24", "/7")),
        ("half", ("half", "", "")),
        ("10 000 km", ("", "10 000", " km")),
    ],
)
def test_a_number_is_taken_apart(number: str, parts: tuple[str, str, str]) -> None:
    assert take_apart(number) == Counted(*parts)


def test_counting_ends_exactly_at_the_value_and_starts_at_nothing_or_decades_before_a_year() -> None:
    count = counting(take_apart("1,250"), start=1.0, seconds=1.0)
    assert (count(0.5), count(2.0), count(9.0)) == (0, 1250, 1250)
    assert counting(take_apart("2026"), 0.0, 1.0)(0.0) == 1966
    assert counting(take_apart("2026 km"), 0.0, 1.0)(0.0) == 0


def test_a_wheel_turns_only_while_the_wheels_below_it_pass_from_nine_to_nought() -> None:
    assert wheel_turn(1250, 0) == 1250
    assert wheel_turn(1250, 1) == 125
    assert wheel_turn(1249.5, 1) == pytest.approx(124.5)
    assert wheel_turn(1245.5, 1) == 124
    assert wheel_turn(999.25, 3) == pytest.approx(0.25)


def numeral_of(number: str) -> Numeral:
    return fit_number(take_apart(number), THEMES["night"].display, Box(0, 0, 600, 120), 120.0, 0.0)


def shown_at(layers: list[Layer], second: float) -> Pixels:
    canvas = Canvas(Size(width=640, height=160))
    canvas.pixels[...] = 0
    for layer in layers:
        picture = layer.picture if isinstance(layer.picture, Picture) else layer.picture(second)
        canvas.draw(picture.moved(0, 16), layer.motion(second))
    return canvas.pixels.copy()


def test_a_number_at_rest_is_the_number_as_it_is_set() -> None:
    numeral = numeral_of("1,905")
    layers = number_layers(numeral, 0xFFFFFFFF, counting(take_apart("1,905"), 0.0, 1.0), still, settled=1.0)
    brush = skia.Paint(AntiAlias=True, Color=0xFFFFFFFF)

    def draw(canvas: skia.Canvas) -> None:
        for piece in numeral.pieces:
            text = shape(piece.text, numeral.face)
            inside = (piece.width - text.advance) / 2 if piece.place is not None else 0.0
            text.draw(canvas, numeral.x + (piece.x + inside) * numeral.size, numeral.baseline, numeral.size, brush)

    written = [Layer("written", paint(Box(0, 0, 600, 120), draw))]
    assert np.abs(shown_at(layers, 2.0).astype(int) - shown_at(written, 2.0)).max() <= 2
    assert np.abs(shown_at(layers, 0.999).astype(int) - shown_at(written, 2.0)).mean() < 1


def test_digits_that_roll_fade_towards_the_edges_of_their_window() -> None:
    layers = number_layers(numeral_of("90"), 0xFFFFFFFF, lambda _second: 44.5, still, settled=9.0)
    alpha = shown_at(layers, 1.0)[..., 3].max(axis=1)
    inked = np.flatnonzero(alpha)
    assert alpha[inked[0]] < 40
    assert alpha[inked[-1]] < 40
    assert np.abs(np.diff(alpha.astype(int)))[: inked[0] + 4].max() < 60
    assert alpha.max() == 255


def test_digits_do_not_touch_while_they_roll() -> None:
    for theme in THEMES.values():
        widest = max(piece.width for piece in lay_pieces(take_apart("1234567890"), theme.display))
        assert all(piece.width > 0.85 * widest for piece in lay_pieces(take_apart("1111"), theme.display))
