"""Looking at a script or storyboard on a terminal: what is shown, what may be said, and what that means."""

import sys
from collections.abc import Callable, Mapping
from typing import Any

import click

from kiwi.errors import BadBrief
from kiwi.film.review import CARD_KINDS, Review, parse_review
from kiwi.tasks.task import SceneLine, Task
from kiwi.terminal.saying import say

HELP = "y, n, or a scene's number to change its words"
MORE_HELP = "y, n, look (draw it again with your changes), or a scene's number and: new words · title … · card {cards} · remove"


def ask_about(task: Task, edit: Callable[[str], str | None] = click.edit) -> Review:
    """Show what a task waits with and hear what a person decides; EOFError when nobody is there. ``edit``: opens an editor on a text."""
    for scene in task.scenes:
        _show(scene)
    if task.estimate:
        say.print(f"It may cost ${task.estimate['total']:.3f}.")
    changes: dict[int, dict[str, Any]] = {}
    while True:
        said = _hear(f"Film this {task.stage}? {_help(task.stage)}: ")
        word = said.lower()
        if word in {"y", "yes"}:
            return _review(task, changes, approve=True)
        if word in {"n", "no"}:
            return Review(approve=False)
        if word == "look" and task.stage == "storyboard" and changes:
            return _review(task, changes, approve=False)
        try:
            _note(task, said, changes, edit)
        except BadBrief as wrong:
            say.print(str(wrong))


def _help(stage: str) -> str:
    return MORE_HELP.format(cards="|".join(CARD_KINDS)) if stage == "storyboard" else HELP


def _note(task: Task, said: str, changes: dict[int, dict[str, Any]], edit: Callable[[str], str | None]) -> None:
    """Take down one change; BadBrief."""
    number, _, rest = said.partition(" ")
    if not number.isdigit():
        return
    scenes = {scene.number: scene for scene in task.scenes}
    if int(number) not in scenes:
        raise BadBrief(f"There is no scene {number[:20]}: there are {len(scenes)}.")
    scene = scenes[int(number)]
    shown = str(changes.get(scene.number, {}).get("description", scene.description))
    changed = _change(task.stage, rest.strip()) or {"description": _words(scene.number, shown, edit)}
    item = {"scene_number": scene.number, **changes.get(scene.number, {}), **changed}
    parse_review({"approve": True, "scenes": [item]}, len(scenes), task.stage)
    changes[scene.number] = item
    _show(scene, item)


def _change(stage: str, said: str) -> dict[str, Any]:
    """What a line says about a scene; nothing: its words are to be edited."""
    word, _, rest = said.partition(" ")
    if stage == "storyboard" and word == "remove" and not rest:
        return {"remove": True}
    if stage == "storyboard" and word in {"title", "card"}:
        return {word: rest.strip()}
    return {"description": said} if said else {}


def _words(number: int, shown: str, edit: Callable[[str], str | None]) -> str:
    """Other words for a scene: from the person's editor, or typed."""
    if sys.stdin.isatty():
        try:
            if (edited := edit(shown)) is not None and edited.strip():
                return " ".join(edited.split())
        except click.ClickException as without:
            say.print(without.format_message())
    return _hear(f"Scene {number} shall say: ")


def _review(task: Task, changes: Mapping[int, Mapping[str, Any]], *, approve: bool) -> Review:
    said = {"approve": approve, "scenes": list(changes.values()), "revision": task.asked_revision}
    return parse_review(said, len(task.scenes), task.stage)


def _show(scene: SceneLine, item: Mapping[str, Any] | None = None) -> None:
    new = item or {}
    card, seconds = new.get("card", scene.card), f", {scene.seconds:.1f} s" if scene.seconds else ""
    gone = " (goes)" if new.get("remove") else ""
    drawn = f" [{card}{seconds}]" if card else ""
    line = f"{scene.number}. {new.get('title', scene.title)}{drawn}{gone}: {new.get('description', scene.description)}"
    say.print(line)


def _hear(question: str) -> str:
    """Ask until something is said; EOFError when nobody is there. Typer's own question leaves a mark on stdout."""
    while True:
        say.print(question, end="")
        said = sys.stdin.readline()
        if not said:
            raise EOFError
        if said.strip():
            return said.strip()
