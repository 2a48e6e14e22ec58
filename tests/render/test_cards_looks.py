from collections.abc import Callable
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest

from kiwi.film.model import (
    LANDSCAPE,
    PORTRAIT,
    SIZES,
    SQUARE,
    Card,
    ClosingCard,
    ComparisonCard,
    IconsCard,
    Point,
    QuoteCard,
    Side,
    Size,
    Spoken,
    SpotlightCard,
    StepsCard,
)
from kiwi.film.origin import LABEL
from kiwi.render.canvas.compose import Picture
from kiwi.render.canvas.layout import Box
from kiwi.render.canvas.stage import Element, Layer, Stage, boxes_of
from kiwi.render.cards import closing, comparison, icons, quote, spotlight, steps
from kiwi.render.look.themes import THEMES, Theme
from kiwi.render.scene.label_layer import label_layers

PLANS: dict[str, Callable[[Any, Stage], list[Element]]] = {
    "spotlight": spotlight.plan,
    "quote": quote.plan,
    "comparison": comparison.plan,
    "steps": steps.plan,
    "icons": icons.plan,
    "closing": closing.plan,
}
SMALL_SIZES = tuple(Size(width=size.width // 4, height=size.height // 4) for size in SIZES)
LONG = "Donaudampfschifffahrtsgesellschaftskapitän"
ICONS = ("sun", "leaf", "house", "brain", "coins", "rocket-launch")


def points(*texts: str, icon: bool = True, cue: int = 20, every: int = 15) -> tuple[Point, ...]:
    return tuple(Point(text=text, cue=cue + every * number, icon=ICONS[number] if icon else "") for number, text in enumerate(texts))


def spoken(text: str, every: int = 6) -> tuple[Spoken, ...]:
    return tuple(Spoken(text=word, start=10 + every * number, end=10 + every * (number + 1)) for number, word in enumerate(text.split()))


def side(heading: str, *texts: str, icon: str = "sun", cue: int = 10) -> Side:
    return Side(heading=heading, points=points(*texts, icon=False), icon=icon, cue=cue)


FULL = "A label of thirty-two characters"
WORDY = " ".join(["Everything we know about the world we learned from somebody who wondered why."] * 4)
NASTY: dict[str, Card] = {
    "spotlight": SpotlightCard(heading="Sunlight becomes electricity", text="Silicon cells free electrons when light strikes.", icon="sun"),
    "spotlight without text": SpotlightCard(heading="Sun", icon="sun"),
    "spotlight of long words": SpotlightCard(heading=f"{LONG} und {LONG}", text=f"{LONG} " * 5, icon="sun", cue=40),
    "quote": QuoteCard(words=spoken("Stay hungry, stay foolish."), by="Stewart Brand"),
    "quote of one word by nobody": QuoteCard(words=spoken("Why?")),
    "quote of many words": QuoteCard(words=spoken(WORDY, 4), by=f"{LONG} {LONG}"),
    "quote of a long word": QuoteCard(words=spoken(LONG), by="M"),
    "quote without words": QuoteCard(words=(), by="Nobody"),
    "comparison": ComparisonCard(heading="Then and now", left=side("Then", "Paper", "Queues"), right=side("Now", "Apps", "Minutes")),
    "comparison without points": ComparisonCard(heading="Then and now", left=side("Paper"), right=side("Apps", icon="")),
    "comparison of much": ComparisonCard(heading=f"{LONG} or not?", left=side(LONG, FULL, FULL, FULL), right=side("B", LONG, "x", FULL)),
    "comparison one-sided": ComparisonCard(
        heading="", left=side("Left", FULL, icon=""), right=side("A heading of many words indeed", icon="")
    ),
    "steps of one": StepsCard(heading="Do it", steps=points("Begin")),
    "steps of two": StepsCard(heading="Do it twice and then rest for a while", steps=points("Begin", LONG)),
    "steps of three": StepsCard(heading="", steps=points(FULL, FULL, FULL)),
    "steps of four": StepsCard(heading="Four", steps=points("One", "Two", FULL, "Four", icon=False)),
    "steps of six": StepsCard(heading=f"{LONG} in six steps", steps=points(FULL, LONG, "A", FULL, FULL, FULL)),
    "steps of none": StepsCard(heading="Nothing to do", steps=()),
    **{
        f"icons of {n}": IconsCard(heading="What we offer", points=points(*[FULL, "Tea", LONG, "Bread", FULL, "Garden"][:n]))
        for n in range(1, 7)
    },
    "icons of none": IconsCard(heading="What we offer", points=()),
    "icons without icons": IconsCard(heading="", points=points("One", "Two", icon=False)),
    "icons of seven": IconsCard(heading="Seven", points=(*points(*"ABCDEF"), Point(text="G", cue=99, icon="star"))),
    "closing": ClosingCard(headline="Bring the sun home", action="Book a visit", icon="sun-horizon", cue=20),
    "closing of one word": ClosingCard(headline="Thanks"),
    "closing of long words": ClosingCard(headline=f"{LONG} {LONG} {LONG}", action=f"{LONG} {LONG}", icon="sun"),
    "closing without icon": ClosingCard(headline="Come and see us in the old harbour this weekend", action="Go"),
}


def stage_of(theme: Theme, size: Size, *, captioned: bool = True, closes: bool = False, labelled: bool = False) -> Stage:
    return Stage(size, 30, 240, theme, captioned=captioned, closes=closes, labelled=labelled)


def plan(card: Card, stage: Stage) -> list[Element]:
    return PLANS[card.kind](card, stage)


def faults(card: Card, stage: Stage) -> list[str]:
    """What lies outside the safe area, what overlaps, and what a panel does not hold."""
    elements = plan(card, stage)
    things, panels = boxes_of(elements), boxes_of(elements, holders=True)
    found = [f"{name} {box} outside {stage.safe}" for name, box in things + panels if not box.within(stage.safe)]
    found += [f"{one} {box} over {other} {rest}" for (one, box), (other, rest) in combinations(things, 2) if box.overlaps(rest)]
    found += [f"{one} over {other}" for (one, box), (other, rest) in combinations(panels, 2) if box.overlaps(rest)]
    for name, box in things:
        if name != "versus":
            found += [f"{name} {box} crosses {panel}" for panel, room in panels if box.overlaps(room) and not box.within(room)]
    return found


@pytest.mark.parametrize("size", SMALL_SIZES, ids=str)
@pytest.mark.parametrize("name", NASTY)
def test_nothing_overlaps_or_leaves_the_safe_area_whatever_it_says(name: str, size: Size) -> None:
    for theme in THEMES.values():
        assert faults(NASTY[name], stage_of(theme, size)) == []


@pytest.mark.parametrize("size", SMALL_SIZES, ids=str)
@pytest.mark.parametrize("name", NASTY)
def test_the_label_keeps_its_strip_whatever_a_card_says(name: str, size: Size) -> None:
    stage = stage_of(THEMES["pop"], size, labelled=True)
    label = label_layers(LABEL, stage)[0]
    assert label.box is not None
    assert label.box.within(stage.label_band)
    assert faults(NASTY[name], stage) == []
    assert not [element.name for element in plan(NASTY[name], stage) if element.box is not None and element.box.overlaps(label.box)]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_full_size_pictures_and_pictures_without_captions_are_as_tidy(size: Size) -> None:
    for kind in ("spotlight of long words", "quote", "comparison of much", "steps of six", "icons of 5", "closing"):
        assert faults(NASTY[kind], stage_of(THEMES["pop"], size, captioned=False)) == []


@pytest.mark.parametrize("name", NASTY)
def test_every_element_comes_in_and_leaves_gently(name: str) -> None:
    stage = stage_of(THEMES["dusk"], SMALL_SIZES[0])
    for element in plan(NASTY[name], stage):
        opacities = [element.motion(frame / 30).alpha for frame in range(241)]
        windows = [element.motion(frame / 30).window for frame in range(241)]
        assert opacities[0] == 0
        assert opacities[-1] == 0
        assert max(opacities) > 0.9
        settled = [opacity for opacity, window in zip(opacities, windows, strict=True) if opacity == 1 and window == (0, 0, 1, 1)]
        assert len(settled) > 5
        steps_up = [after - before for before, after in pairwise(opacities)]
        assert max(steps_up) < 0.45 or len(set(windows)) > 3


def test_points_wait_for_their_cue() -> None:
    card = IconsCard(heading="Later", points=points("One", "Two", "Three", cue=60, every=40))
    elements = {element.name: element for element in plan(card, stage_of(THEMES["night"], SMALL_SIZES[0]))}
    for number, cue in enumerate((60, 100, 140), start=1):
        label = elements[f"label {number}"]
        assert label.motion(cue / 30 - 0.2).alpha == 0
        assert label.motion(cue / 30 + 0.5).alpha == 1


def test_quoted_words_are_shown_as_they_are_spoken_and_the_author_before_the_end() -> None:
    card = QuoteCard(words=spoken(" ".join(["word"] * 36)), by="Somebody")
    elements = {element.name: element for element in plan(card, stage_of(THEMES["paper"], SMALL_SIZES[0]))}
    for number, word in enumerate(card.words, start=1):
        shown = elements[f"quote {number}"]
        assert shown.motion(word.start / 30 - 0.2).alpha == 0
        assert shown.motion(word.start / 30 + 0.2).alpha > 0.9
    assert elements["by"].motion(6.8).alpha > 0.9


def test_a_step_is_reached_by_its_line_when_it_is_named() -> None:
    card = StepsCard(heading="Go", steps=points("One", "Two", cue=60, every=60))
    lines = [element for element in plan(card, stage_of(THEMES["studio"], SMALL_SIZES[0])) if element.name == "line"]
    assert len(lines) == 1
    assert lines[0].motion(3.2).alpha == 0
    assert 0 < lines[0].motion(3.7).window[2] < 1
    assert lines[0].motion(4.1).window == (0, 0, 1, 1)


def test_steps_run_across_a_wide_picture_and_down_a_tall_one() -> None:
    def nodes(size: Size) -> list[Box]:
        elements = plan(NASTY["steps of four"], stage_of(THEMES["night"], size))
        return [box for name, box in boxes_of(elements) if name.startswith("node")]

    wide, tall = nodes(LANDSCAPE), nodes(PORTRAIT)
    assert [box.left for box in wide] == sorted({box.left for box in wide})
    assert len({box.left for box in tall}) == 1
    assert [box.top for box in tall] == sorted({box.top for box in tall})


def test_sides_stand_next_to_each_other_or_above_each_other() -> None:
    def panels(size: Size) -> list[Box]:
        return [box for _, box in boxes_of(plan(NASTY["comparison"], stage_of(THEMES["night"], size)), holders=True)]

    left, right = panels(SQUARE)
    assert left.top == right.top
    above, below = panels(PORTRAIT)
    assert above.left == below.left
    assert above.bottom < below.top


def test_tiles_are_of_one_size_and_labels_set_alike() -> None:
    for size in SIZES:
        tiles = [box for _, box in boxes_of(plan(NASTY["icons of 5"], stage_of(THEMES["candy"], size)), holders=True)]
        assert len({(round(box.width), round(box.height)) for box in tiles}) == 1


def test_an_end_card_stays_until_the_film_ends() -> None:
    stage = stage_of(THEMES["pop"], SMALL_SIZES[2], closes=True)
    elements = {element.name: element for element in plan(NASTY["closing"], stage)}
    assert elements["button"].motion(7.99).alpha == 1
    assert elements["headline 1"].motion(7.99).alpha == 1


def test_a_side_that_is_still_to_come_shows_its_icon_in_outline() -> None:
    stage = stage_of(THEMES["night"], SMALL_SIZES[0])
    card = ComparisonCard(
        heading="Side by Side",
        left=Side(heading="Cats", points=(), cue=0, icon="cat"),
        right=Side(heading="Dogs", points=(), cue=120, icon="dog"),
    )
    bare = card.model_copy(update={"right": card.right.model_copy(update={"icon": ""})})
    outline, empty = ({one.name: one for one in plan(each, stage)}["right panel placeholder"] for each in (card, bare))
    assert isinstance(outline, Layer)
    assert isinstance(outline.picture, Picture)
    assert isinstance(empty, Layer)
    assert isinstance(empty.picture, Picture)
    assert outline.motion(2.0).alpha == 1
    assert np.abs(outline.picture.pixels.astype(int) - empty.picture.pixels.astype(int)).sum() > 0
