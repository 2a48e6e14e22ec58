"""The closing card: what to remember and what to do."""

from dataclasses import dataclass

import skia  # type: ignore[import-not-found]

from kiwi.film.model import ClosingCard
from kiwi.render.canvas.compose import Picture, paint
from kiwi.render.canvas.layout import Box, rows
from kiwi.render.canvas.motion import fade, pop, shown, together
from kiwi.render.canvas.stage import Element, Layer, Stage
from kiwi.render.canvas.text import Block, Setting, fit
from kiwi.render.cards.parts.elements import (
    badge_layer,
    draw_shadow,
    in_turn,
    orbit_layers,
    orbit_reach,
    rule_layer,
    text_layer,
    word_layers,
)
from kiwi.render.cards.parts.headings import display_setting, grown
from kiwi.render.cards.parts.labels import set_alike
from kiwi.render.cards.parts.pulses import around_badge, badge_radius, inside_rings, nodding, pulse
from kiwi.render.look.icons import draw_icon

CREDIT_HEIGHT = 44
"""Of a source's line at the bottom, in pixels of a picture 1080 high."""


@dataclass(frozen=True)
class Places:
    """Where everything goes."""

    badge: Box | None
    headline: Block
    button: Box | None


def plan(card: ClosingCard, stage: Stage) -> list[Element]:
    """Icon, headline and button on the picture's middle line; without an action a rule takes the button's place."""
    theme, begin = stage.theme, stage.begin
    places = _places(card, stage)
    elements: list[Element] = []
    if places.badge:
        appearing = shown(begin + 0.5, stage.end, fade(), fade(), seconds=0.8)
        box = places.badge
        elements.append(
            pulse("halo", box, stage, theme.accent, appearing, reach=stage.px(56), seconds=4.0, radius=badge_radius(box, stage))
        )
        elements += orbit_layers(around_badge(box, stage), stage, begin, (theme.accent, theme.second))
        elements.append(badge_layer("icon", box, card.icon, stage, begin + 0.1))
    starts = in_turn(places.headline, begin + 0.15, 0.07)
    elements += word_layers("headline", places.headline, stage, theme.text, starts)
    settled = max(starts.values())
    if places.button:
        elements += _button(card.action, places.button, stage, max(stage.cue(card.cue), settled + 0.25))
    else:
        width = min(stage.px(190), places.headline.box.width)
        below = Box(stage.safe.left, places.headline.box.bottom, stage.safe.right, places.headline.box.bottom + stage.px(76))
        elements.append(rule_layer("rule", below.placed(width, stage.px(12), down=0.6), stage, settled + 0.2))
    if card.credit:
        elements.append(text_layer("credit", _credit(card.credit, stage), stage, theme.dim, settled + 0.3))
    return elements


def _credit(words: str, stage: Stage) -> Block:
    """Whose words the film spoke: one small line at the bottom of what is safe to see."""
    safe = stage.safe
    line = Box(safe.left, safe.bottom - stage.px(CREDIT_HEIGHT), safe.right, safe.bottom)
    return fit(words, Setting(stage.theme.body, 1.2, 0.5), line, stage.px(30), stage.px(24), lines=1, down=1.0)


def _places(card: ClosingCard, stage: Stage) -> Places:
    safe, gap = stage.safe, stage.px(48 if stage.wide else 60)
    if card.credit:
        safe = Box(safe.left, safe.top, safe.right, safe.bottom - stage.px(CREDIT_HEIGHT))
    diameter = min(safe.height * 0.28, safe.width * 0.38) if card.icon else 0.0
    ring = orbit_reach(diameter, stage) + stage.px(30)
    top = diameter + 2 * ring if card.icon else 0.0
    action = bool(card.action.strip())
    foot = stage.px(136) if action else stage.px(76)
    room = Box(safe.left, 0, safe.right, safe.height - top - foot - (gap if action else 0.0))
    largest = grown(stage.px(156 if stage.wide else 132), card.headline)
    headline = set_alike([card.headline], [room], display_setting(stage, 0.5), largest=largest, smallest=stage.px(54), lines=4, down=0.0)[0]
    heights = [top, headline.box.height, gap if action else 0.0, foot]
    above, middle, _, below = rows(safe, heights)
    badge = inside_rings(above.placed(diameter, diameter), stage) if card.icon else None
    headline = headline.moved(0, middle.top - headline.box.top)
    return Places(badge, headline, _button_box(card.action, below, stage) if action else None)


def _words(action: str, box: Box, stage: Stage) -> Block:
    """The button's words, room for the arrow left at their right."""
    pad = box.height * 0.46
    room = Box(box.left + pad, box.top + box.height * 0.16, box.right - pad - box.height * 0.62, box.bottom - box.height * 0.16)
    return fit(action, Setting(stage.theme.strong, 1.1, 0.5), room, box.height * 0.42, box.height * 0.28, lines=2)


def _button_box(action: str, room: Box, stage: Stage) -> Box:
    """As wide as its words need and the picture allows."""
    words = _words(action, room, stage)
    return room.placed(min(room.width, words.box.width + room.height * (0.46 * 2 + 0.62) + 2), room.height)


def _button(action: str, box: Box, stage: Stage, start: float) -> list[Element]:
    """A filled pill with the action and an arrow that points the way; rings spread from it."""
    theme = stage.theme
    radius = box.height / 2 if theme.radius >= 24 else stage.px(theme.radius)
    words = _words(action, box, stage)

    def draw(canvas: skia.Canvas) -> None:
        shape = skia.RRect.MakeRectXY(box.rect, radius, radius)
        draw_shadow(canvas, shape, stage, lift=14)
        canvas.drawRRect(shape, skia.Paint(AntiAlias=True, Color=theme.accent))
        words.draw(canvas, theme.accent_text)

    arriving = shown(start, stage.end, pop(0.6), fade(), seconds=0.7)
    side = box.height * 0.44
    arrow = Box(box.right - box.height * 0.46 - side, box.centre[1] - side / 2, box.right - box.height * 0.46, box.centre[1] + side / 2)
    later = shown(start + 0.25, stage.end, fade(), fade(), seconds=0.4)
    rings = pulse("ripple", box, stage, theme.accent, later, reach=stage.px(34), seconds=2.2, radius=radius, rings=1)
    return [
        rings,
        Layer("button", paint(box, draw, margin=stage.px(50)), arriving, box),
        Layer("arrow", _arrow(arrow, stage), together(later, nodding(stage.px(9), 0, 1.4))),
    ]


def _arrow(box: Box, stage: Stage) -> Picture:
    def draw(canvas: skia.Canvas) -> None:
        canvas.translate(box.left, box.top)
        draw_icon(canvas, "arrow-right", box.width, colour=stage.theme.accent_text, second=0, weight="bold")

    return paint(box, draw)
