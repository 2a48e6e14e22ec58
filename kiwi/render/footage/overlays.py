"""What of a card is drawn over footage: fewer and smaller things, for now the footage is the picture."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import skia  # type: ignore[import-not-found]

from kiwi.film.model import (
    BulletsCard,
    Card,
    ComparisonCard,
    IconsCard,
    NumberCard,
    Point,
    QuoteCard,
    Shot,
    SpotlightCard,
    StatementCard,
    StepsCard,
    TitleCard,
)
from kiwi.render.canvas.compose import paint
from kiwi.render.canvas.layout import Box, rows
from kiwi.render.canvas.motion import fade, pop, shown, slide
from kiwi.render.canvas.stage import Element, Layer, Stage, boxes_of
from kiwi.render.canvas.text import Setting, fit
from kiwi.render.cards import plan_card
from kiwi.render.cards.parts.elements import badge_layer, draw_badge, in_turn, rule_layer, text_layer, word_layers
from kiwi.render.cards.parts.headings import display_setting, grown
from kiwi.render.cards.parts.labels import set_alike
from kiwi.render.look.colours import Colour

CALLOUT_SECONDS = 3.4
"""How long the words that matter of a sentence stand."""
CALLOUT_CHARACTERS = 34
FALLBACK_ICON = "check-fat"
EDGES = " .,;:!?…–—-“”\"'()"
"""What a phrase loses at its ends when it leaves its sentence."""


@dataclass(frozen=True)
class Overlay:
    """Elements over footage, and what the footage must do for them."""

    elements: tuple[Element, ...]
    words: tuple[Box, ...] = ()
    """Where there is text that must be read on the footage itself."""
    colours: tuple[Colour, ...] = ()
    """Of that text."""
    shade: Box | None = None
    """Where the footage is darkened most; around it the dark fades."""
    frosted: bool = False
    """So much stands on it that the footage is only sensed."""


def captions_over(shot: Shot) -> bool:
    """Whether captions are burned over a shot's footage: always, except where the very words stand there as a quotation."""
    return bool(shot.captions) and (shot.burn or not isinstance(shot.card, QuoteCard))


def plan_overlay(card: Card, stage: Stage) -> Overlay:
    """Lay out what is drawn of a card; the stage has a theme for footage (`kiwi.render.footage.grade.filmed`)."""
    if isinstance(card, SpotlightCard):
        return _at_foot(_lower_third(card.heading, card.text, card.icon, stage, stage.cue(card.cue, 0.2)), stage)
    if isinstance(card, StatementCard):
        return _at_foot(_callout(card, stage), stage)
    if isinstance(card, BulletsCard | IconsCard):
        return _listed(card.heading, card.points, stage)
    if isinstance(card, StepsCard):
        return _listed(card.heading, card.steps, stage, numbered=True)
    if not isinstance(card, ComparisonCard | QuoteCard):
        card = card.model_copy(update={"icon": ""})
    elements = plan_card(card, stage)
    return _shaded(
        elements, stage, stage.frame, accented=isinstance(card, TitleCard | NumberCard), frosted=isinstance(card, ComparisonCard)
    )


def _shaded(elements: Sequence[Element], stage: Stage, shade: Box, *, accented: bool = False, frosted: bool = False) -> Overlay:
    """``accented``: some of the text is in the accent colour."""
    colours = (stage.theme.text, stage.theme.dim, *([stage.theme.accent] if accented else []))
    words = tuple(box for _, box in boxes_of(elements))
    return Overlay(tuple(elements), words, colours, shade, frosted)


def _at_foot(elements: Sequence[Element], stage: Stage) -> Overlay:
    """The footage darkened in the corner where the elements stand, or along its foot when it is not wide."""
    boxes = [box for _, box in boxes_of(elements)]
    if not boxes:
        return Overlay(tuple(elements))
    top, right = min(box.top for box in boxes), max(box.right for box in boxes)
    shade = Box(0, top - stage.px(20), right if stage.wide else stage.size.width, stage.size.height)
    return _shaded(elements, stage, shade)


def _lower_third(heading: str, text: str, icon: str, stage: Stage, start: float) -> list[Element]:
    """A heading and a few words beside a badge, or behind an accent bar, at the left of the safe area's foot."""
    safe, theme = stage.safe, stage.theme
    side = stage.px(132) if icon else stage.px(10)
    left = safe.left + side + stage.px(34 if icon else 28)
    room = Box(left, safe.top, safe.left + safe.width * (0.72 if stage.wide else 1.0), safe.bottom)
    largest = grown(stage.px(84 if stage.wide else 78), heading)
    title = fit(heading, display_setting(stage, 0.0), room, largest, stage.px(46), lines=2, down=0.0)
    below = fit(text, Setting(theme.body, 1.3), room, stage.px(46), stage.px(32), 2, 0.0) if text.strip() else None
    heights = [title.box.height, *([below.box.height] if below else [])]
    places = rows(room, heights, stage.px(18), down=1.0)
    title = title.moved(0, places[0].top - title.box.top)
    stack = places[0].united(places[-1])
    elements: list[Element] = []
    if icon:
        badge = Box(safe.left, safe.top, safe.left + side, stack.centre[1] + side / 2).placed(side, side, down=1.0)
        elements.append(badge_layer("icon", badge.moved(0, min(0.0, safe.bottom - badge.bottom)), icon, stage, start))
    else:
        elements.append(rule_layer("bar", Box(safe.left, stack.top, safe.left + side, stack.bottom), stage, start, from_side="bottom"))
    elements += word_layers("heading", title, stage, theme.text, in_turn(title, start + 0.1))
    if below:
        elements.append(text_layer("text", below.moved(0, places[1].top - below.box.top), stage, theme.dim, start + 0.4))
    return elements


def callout(card: StatementCard) -> tuple[str, int]:
    """The words of a sentence that matter, as a heading, and the frame where the first of them is spoken; "" when none stand together."""
    runs: list[list[int]] = []
    for index in sorted(card.emphasis):
        if runs and index == runs[-1][-1] + 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    texts = [(" ".join(card.words[index].text for index in run).strip(EDGES), card.words[run[0]].start) for run in runs]
    fitting = [(text, start) for text, start in texts if text and len(text) <= CALLOUT_CHARACTERS]
    text, start = max(fitting, key=lambda one: len(one[0]), default=("", 0))
    return text[:1].upper() + text[1:], start


def _callout(card: StatementCard, stage: Stage) -> list[Element]:
    """What matters of a sentence, for a few seconds from where it is spoken."""
    text, frame = callout(card)
    start = min(stage.cue(frame, 0.2), stage.seconds - CALLOUT_SECONDS)
    until = min(stage.seconds, max(start, stage.begin) + CALLOUT_SECONDS)
    brief = replace(stage, frames=round(until * stage.fps), closes=False)
    return _lower_third(text, "", "", brief, max(start, stage.begin)) if text else []


def _listed(heading: str, points: Sequence[Point], stage: Stage, *, numbered: bool = False) -> Overlay:
    """A column of points, each at its cue: at the left of a wide picture, at the foot of others."""
    safe, theme = stage.safe, stage.theme
    column = Box(safe.left, safe.top, safe.left + safe.width * (0.5 if stage.wide else 1.0), safe.bottom)
    gap, high = stage.px(22), stage.px(92)
    head = fit(heading, display_setting(stage, 0.0), column, stage.px(84), stage.px(44), 2, 0.0) if heading.strip() else None
    used = head.box.height + stage.px(58) if head else 0.0
    high = min(high, (column.height - used - gap * len(points)) / max(1, len(points)))
    places = rows(column, [used, *[high] * len(points)], gap, down=0.5 if stage.wide else 1.0)
    elements: list[Element] = []
    if head:
        head = head.moved(0, places[0].top - head.box.top)
        bar = Box(column.left, head.box.bottom + stage.px(18), column.left + stage.px(120), head.box.bottom + stage.px(28))
        starts = in_turn(head, stage.begin, 0.06)
        elements += word_layers("heading", head, stage, theme.text, starts)
        elements.append(rule_layer("rule", bar, stage, max(starts.values()) + 0.15))
    rooms = [Box(place.left + high + stage.px(28), place.top, place.right, place.bottom) for place in places[1:]]
    labels = set_alike(
        [point.text for point in points], rooms, Setting(theme.strong, 1.12), largest=stage.px(54), smallest=stage.px(30), lines=2
    )
    for number, (point, place, label) in enumerate(zip(points, places[1:], labels, strict=True), start=1):
        start = stage.cue(point.cue, 0.2 + 0.1 * number)
        badge = Box(place.left, place.top, place.left + high, place.bottom)
        icon = point.icon or FALLBACK_ICON
        elements.append(_numbered(number, badge, stage, start) if numbered else badge_layer(f"icon {number}", badge, icon, stage, start))
        elements.append(text_layer(f"point {number}", label, stage, theme.text, start + 0.08, slide(stage.px(-50))))
    around = [box for _, box in boxes_of(elements)]
    right = max((box.right for box in around), default=0.0) if stage.wide else stage.size.width
    top = 0.0 if stage.wide else min((box.top for box in around), default=0.0)
    return _shaded(elements, stage, Box(0, top, right, stage.size.height))


def _numbered(number: int, box: Box, stage: Stage, start: float) -> Layer:
    theme = stage.theme
    digit = fit(str(number), Setting(theme.display, 1.0, 0.5), box.inset(box.width * 0.1), box.width * 0.56, 4, lines=1)
    seen = digit.words[0].shaped.ink
    level = (seen.top + seen.bottom) / 2 * digit.size + digit.words[0].baseline

    def draw(canvas: skia.Canvas) -> None:
        draw_badge(canvas, box, "circle", stage, theme.badge, theme.badge, theme.badge)
        digit.moved(0, box.centre[1] - level).draw(canvas, theme.badge_icon)

    return Layer(f"number {number}", paint(box, draw, margin=stage.px(32)), shown(start, stage.end, pop(0.4), fade(), seconds=0.75), box)


def credit_layers(credit: str, stage: Stage) -> list[Element]:
    """Whose footage it is, small, in the upper right corner."""
    if not credit.strip():
        return []
    safe = stage.safe
    line = fit(
        credit,
        Setting(stage.theme.body, 1.2, 1.0),
        Box(safe.centre[0], safe.top, safe.right, safe.top + stage.px(34)),
        stage.px(24),
        stage.px(16),
        1,
        0.0,
    )
    colour = stage.theme.text & 0xFFFFFF | 0xB4000000

    def draw(canvas: skia.Canvas) -> None:
        shadow = skia.ImageFilters.DropShadow(0, stage.px(1), stage.px(3), stage.px(3), 0xC0000000)
        canvas.saveLayer(None, skia.Paint(ImageFilter=shadow))
        line.draw(canvas, colour)
        canvas.restore()

    return [Layer("credit", paint(line.box, draw, margin=stage.px(12)), shown(stage.begin, stage.end, fade(), fade()))]
