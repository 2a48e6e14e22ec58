"""Labels that belong together, set alike: in one size, on as few lines as still read well."""

from collections.abc import Sequence

from kiwi.render.canvas.layout import Box
from kiwi.render.canvas.text import Block, Setting, fit

WORTH = 0.76
"""A label goes on fewer lines when that costs no more than this share of its size."""


def set_alike(
    texts: Sequence[str],
    rooms: Sequence[Box],
    setting: Setting,
    *,
    largest: float,
    smallest: float,
    lines: int,
    down: float = 0.5,
    worth: float = WORTH,
) -> list[Block]:
    """Set every text in its room, all in the largest size (pixels) that suits each."""

    def common(most: int) -> float:
        return min(
            (fit(text, setting, room, largest, smallest, most, down).size for text, room in zip(texts, rooms, strict=True)),
            default=largest,
        )

    roomy = common(lines)
    size = next(size for size in (*map(common, range(1, lines)), roomy) if size >= max(smallest, roomy * worth) or size == roomy)
    return [fit(text, setting, room, size, min(size, smallest), lines, down) for text, room in zip(texts, rooms, strict=True)]
