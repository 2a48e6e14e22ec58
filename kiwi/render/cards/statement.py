"""The statement card: a sentence whose words appear as they are spoken."""

from kiwi.film.model import StatementCard
from kiwi.render.canvas.layout import Box
from kiwi.render.canvas.stage import Element, Stage
from kiwi.render.canvas.text import Block, Setting, fit
from kiwi.render.cards.parts.elements import adrift, badge_layer, orbit_layers, orbit_reach, rule_layer, word_layers
from kiwi.render.cards.parts.headings import drawn_near, grown

LINES = {"wide": 5, "square": 6, "tall": 8}


def plan(card: StatementCard, stage: Stage) -> list[Element]:
    """The sentence as large as it can be behind an accent bar; its icon to the right when the picture is wide, else above."""
    shape = "tall" if stage.tall else "wide" if stage.wide else "square"
    room, badge = _rooms(stage, bool(card.icon))
    bar, gap = stage.px(12), stage.px(44)
    largest = grown(stage.px({"wide": 124, "square": 112, "tall": 124}[shape]), " ".join(word.text for word in card.words))
    column = Box(room.left + bar + gap, room.top, room.right, room.bottom)
    setting = Setting(stage.theme.display, 1.22)
    block = fit([word.text for word in card.words], setting, column, largest, stage.px(52), LINES[shape])
    if badge is not None:
        badge = drawn_near(badge, block.box.right, stage) if stage.wide else badge.moved(0, block.box.top - room.top)
    theme = stage.theme
    starts = {number: stage.cue(word.start) for number, word in enumerate(card.words)} or {0: stage.begin}
    elements: list[Element] = []
    if badge is not None:
        elements += orbit_layers(badge, stage, stage.begin + 0.2, (theme.accent, theme.second))
        elements.append(badge_layer("icon", badge, card.icon, stage, stage.begin + 0.15, adrift(stage)))
    upright = Box(room.left, block.box.top, room.left + bar, block.box.bottom)
    elements.append(rule_layer("bar", upright, stage, stage.begin, from_side="top"))
    return elements + word_layers("word", block, stage, theme.text, starts, _emphasised(card, block, theme.accent))


def _rooms(stage: Stage, icon: bool) -> tuple[Box, Box | None]:
    safe = stage.safe
    if not icon:
        return safe, None
    if stage.wide:
        side = min(safe.height * 0.46, safe.width * 0.21)
        ring = orbit_reach(side, stage) + stage.px(16)
        column = Box(safe.right - side - 2 * ring, safe.top, safe.right, safe.bottom)
        return Box(safe.left, safe.top, column.left - stage.px(30), safe.bottom), column.placed(side, side)
    side = min(safe.height * 0.2, safe.width * 0.28)
    ring = orbit_reach(side, stage) + stage.px(12)
    badge = Box(safe.left + ring, safe.top + ring, safe.left + ring + side, safe.top + ring + side)
    return Box(safe.left, badge.bottom + ring + stage.px(34), safe.right, safe.bottom), badge


def _emphasised(card: StatementCard, block: Block, accent: int) -> dict[int, int]:
    chosen = {word.index for word in block.words} & set(card.emphasis)
    return dict.fromkeys(chosen, accent)
