"""Estimates: what a film would cost, before anything is bought; pure sums over a plan and the catalogue.

Shots are counted at their planned lengths: one that is spoken more slowly may need a model's next longer clip. The caps hold all the same.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from kiwi.film.model import Intent, Scene, Script, Value, film_seconds
from kiwi.money.catalogue import Model, as_of, find_model

CHAT_TOKENS = {
    "hear_brief": (1_500, 700),
    "read_intent": (2_500, 900),
    "write_script": (3_500, 4_000),
    "draw_storyboard": (4_500, 3_000),
    "inspect_film": (6_000, 800),
}
"""Tokens read and written by each ask for a film of a minute, with room for one repair."""
AUDIO_TOKENS = 32
"""Of a second of sound, as Gemini counts."""
CHARACTERS_PER_SECOND = 16.0
"""Of narration, where there is no script yet."""
SHOT_SECONDS = 6.0
"""A scene's usual length, where there is no script yet."""


class Hired(Value):
    """A model and the node it works in."""

    node: str
    model: Model


class Plan(Value):
    """What there is to pay for in a film."""

    seconds: float
    shots: tuple[float, ...]
    """Seconds of each shot."""
    characters: int
    """Of narration."""
    recording_seconds: float = 0
    assumed: bool = False
    """Nobody knows the words yet: the brief is a recording."""


class Line(Value):
    """One line of an estimate."""

    node: str
    provider: str
    model: str
    units: float
    unit: str
    dollars: Decimal


class Estimate(Value):
    """What a film would cost, in US dollars."""

    seconds: float
    scenes: int
    lines: tuple[Line, ...]
    total: Decimal
    cap: Decimal
    """The least of the film's own budget, the operator's cap for a film and what is left of the day's."""
    passed_over: tuple[str, ...] = ()
    """Who would cost too much, and why: one sentence each."""
    assumed: bool = False
    as_of: date
    """The day the prices were looked up."""

    def told(self) -> dict[str, Any]:
        """As plain JSON, dollars as numbers."""
        lines = [{**line.model_dump(exclude={"dollars"}), "usd": float(line.dollars)} for line in self.lines]
        told = self.model_dump(mode="json", exclude={"lines", "total", "cap"})
        return {"currency": "USD", "total": float(self.total), "cap": float(self.cap), "lines": lines, **told}


def plan_of(intent: Intent, script: Script) -> Plan:
    """The plan of a written script: shots share the film's seconds as their words do."""
    weights = [max(len(scene.voice_over), 12) for scene in script.scenes]
    seconds = film_seconds(intent, script)
    shots = tuple(seconds * weight / sum(weights) for weight in weights)
    return Plan(seconds=seconds, shots=shots, characters=_characters(script.scenes))


def guessed_plan(seconds: float, recording_seconds: float) -> Plan:
    """The plan of a film whose words nobody knows yet."""
    count = max(1, round(seconds / SHOT_SECONDS))
    return Plan(
        seconds=seconds,
        shots=(seconds / count,) * count,
        characters=round(seconds * CHARACTERS_PER_SECOND),
        recording_seconds=recording_seconds,
        assumed=True,
    )


def line_of(hired: Hired, plan: Plan) -> Line:
    """What one of the hired costs."""
    model = hired.model
    if model.unit == "token-million":
        read, written = CHAT_TOKENS.get(hired.node, (4_000, 4_000))
        scale = max(1.0, plan.seconds / 60)
        read = round(read * scale) + (math.ceil(plan.recording_seconds * AUDIO_TOKENS) if hired.node == "hear_brief" else 0)
        written = round(written * scale)
        return _line(hired, read + written, model.cost_of_tokens(read, written))
    units = _units(model, plan)
    stills = find_model(model.provider, "image").cost(len(plan.shots)) if model.films_from_images else Decimal(0)
    return _line(hired, units, model.cost(units) + stills)


def estimate(hired: Iterable[Hired], plan: Plan, cap: Decimal, passed_over: Sequence[str] = ()) -> Estimate:
    """Add it up."""
    lines = tuple(line_of(one, plan) for one in hired)
    return Estimate(
        seconds=plan.seconds,
        scenes=len(plan.shots),
        lines=lines,
        total=sum((line.dollars for line in lines), Decimal(0)),
        cap=cap,
        passed_over=tuple(passed_over),
        assumed=plan.assumed,
        as_of=as_of(),
    )


def length_made(model: Model, seconds: float) -> int:
    """The seconds a model makes for a shot: the shortest it can that is long enough, else its longest."""
    return next((length for length in model.seconds if length >= seconds), model.seconds[-1])


def _units(model: Model, plan: Plan) -> float:
    match model.unit:
        case "second":
            return sum(length_made(model, seconds) for seconds in plan.shots)
        case "image":
            return len(plan.shots)
        case "character":
            return plan.characters
        case _:
            return round(plan.seconds / 60, 3)


def _line(hired: Hired, units: float, dollars: Decimal) -> Line:
    model = hired.model
    unit = "token" if model.unit == "token-million" else model.unit
    return Line(node=hired.node, provider=model.provider, model=model.id, units=units, unit=unit, dollars=dollars)


def _characters(scenes: Iterable[Scene]) -> int:
    return sum(len(scene.voice_over) for scene in scenes)
