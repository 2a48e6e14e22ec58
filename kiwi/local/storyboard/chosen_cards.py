"""A card that a person chose: what of the scene's words can stand on it."""

import re
from collections.abc import Callable, Sequence

from kiwi.film.model import Form, Scene, Script
from kiwi.local.storyboard.legends import sides

MOST_POINTS, POINT_CHARACTERS = 6, 32
CLAUSES = re.compile(r"[,;:.!?…—–]+\s+|[.!?…]+$|\s+(?:and|or|then|but)\s+")
FIGURE = re.compile(
    r"(?<![\w.,:/-])(?:[$€£¥₹]\s?)?\d+(?:[.,]\d+)*(?:\s?(?:%|per ?cent|[$€£¥₹]|thousand|million|billion))?(?![\w:/])", re.IGNORECASE
)
LEADING = re.compile(r"^(?:and|or|then|but|first|next|finally)\s+", re.IGNORECASE)


def with_chosen_cards(script: Script) -> tuple[Script, tuple[str, ...]]:
    """The script whose scenes hold what their chosen cards show; and which cards cannot be, in full sentences: those are ours to choose."""
    scenes: list[Scene] = []
    remarks: list[str] = []
    for number, scene in enumerate(script.scenes, 1):
        filled = FILLED[scene.card](scene) if scene.card in FILLED else scene
        if filled is None:
            remarks.append(f"Scene {number} {LACKS[scene.card]}: another card shows it.")
            filled = scene.model_copy(update={"card": ""})
        scenes.append(filled)
    return script.model_copy(update={"scenes": tuple(scenes)}), tuple(remarks)


def clauses(text: str) -> list[str]:
    """The short clauses of a text, as labels: ``Water it, feed it and wait.`` -> Water it, feed it, wait."""
    found = [LEADING.sub("", clause.strip()) for clause in CLAUSES.split(text)]
    return [clause for clause in found if 2 <= len(clause) <= POINT_CHARACTERS]


def _with_points(scene: Scene) -> Scene | None:
    points: Sequence[str] = scene.points or clauses(scene.voice_over)
    return scene.model_copy(update={"points": tuple(points[:MOST_POINTS])}) if len(points) >= 2 else None


def _with_sides(scene: Scene) -> Scene | None:
    if sides(scene.voice_over):
        return scene
    points = scene.points or tuple(clauses(scene.voice_over)[:MOST_POINTS])
    return scene.model_copy(update={"points": points, "form": Form.CONTRAST}) if len(points) >= 2 else None


def _with_figure(scene: Scene) -> Scene | None:
    if scene.form is Form.NUMBER and scene.figure:
        return scene
    found = FIGURE.search(scene.voice_over)
    return scene.model_copy(update={"figure": found[0], "form": Form.NUMBER}) if found else None


FILLED: dict[str, Callable[[Scene], Scene | None]] = {
    "bullets": _with_points,
    "icons": _with_points,
    "steps": _with_points,
    "comparison": _with_sides,
    "number": _with_figure,
}
"""What finds the content of a kind of card; the other kinds can show any scene."""
LACKS = {
    "bullets": "lists nothing that fits in short lines",
    "icons": "lists nothing that fits beside icons",
    "steps": "names no two steps that fit in short lines",
    "comparison": "sets nothing against anything",
    "number": "names no number",
}
