"""Progress of a whole film: pure sums over what the nodes told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kiwi.tasks.task import NOT_BEGUN, READY
from nodes.progress import Progress

WEIGHTS = {
    "hear_brief": 8,
    "read_intent": 1,
    "write_script": 1,
    "review_script": 0,
    "record_voice_over": 12,
    "draw_storyboard": 1,
    "review_storyboard": 0,
    "shoot_scene": 1,
    "score_music": 12,
    "render_scene": 52,
    "cut_film": 5,
    "inspect_film": 7,
}
"""Seconds of work in a hundred, measured by bench/film.py on the embedded crew."""

FILMED_SHARE = 0.8
"""Of a scene that a camera films, done when it is filmed."""
FILMED_WEIGHT = 80
"""Of shoot_scene when a camera films: a vendor takes about as long as all the rest."""

WRITES = {
    "words": "hear_brief",
    "intent": "read_intent",
    "script": "write_script",
    "review": "review_script",
    "voice_over": "record_voice_over",
    "storyboard": "draw_storyboard",
    "storyboard_review": "review_storyboard",
    "takes": "shoot_scene",
    "music": "score_music",
    "reels": "render_scene",
    "film": "cut_film",
    "inspection": "inspect_film",
}
"""State key to the node that writes it."""

PHASES = {
    "hear_brief": "understanding",
    "read_intent": "understanding",
    "write_script": "planning",
    "review_script": "planning",
    "record_voice_over": "planning",
    "draw_storyboard": "planning",
    "review_storyboard": "planning",
}
"""Everything else is execution."""

MESSAGES = {
    "hear_brief": "Listening to the brief",
    "read_intent": "Understanding what is wanted",
    "write_script": "Writing the script",
    "review_script": "The script is ready",
    "record_voice_over": "Recording the voice-over",
    "draw_storyboard": "Drawing the storyboard",
    "review_storyboard": "The storyboard is ready",
    "shoot_scene": "Filming",
    "score_music": "Scoring the music",
    "render_scene": "Rendering",
    "cut_film": "Cutting the film",
    "inspect_film": "Checking the film",
}


FANNED_OUT = ("shoot_scene", "render_scene")
"""Nodes that run once a scene."""
COUNTED = ("record_voice_over", *FANNED_OUT)
"""Nodes whose scenes are counted as they are done."""
SURE_PERCENT, SURE_SECONDS = 10, 3.0
"""So much must be done before anybody says how long the rest takes."""


@dataclass
class Gauge:
    """How far a film is."""

    shares: dict[str, dict[str, float]] = field(default_factory=dict)
    """Node to part to share done."""
    parts: dict[str, int] = field(default_factory=dict)
    filmed: bool = False
    """A camera films: ours, which has nothing to wait for, never tells of half a shot."""

    def take_up(self, state: Mapping[str, Any], following: Sequence[str] = ()) -> None:
        """Count what an earlier run has finished; what stands before it again, and all behind that, is still to do."""
        shots = state["storyboard"].shots if "storyboard" in state else ()
        scenes = {shot.id: shot.scene_id for shot in shots} | {shot.scene_id: shot.scene_id for shot in shots}
        order = list(WRITES.values())
        end = min((order.index(node) for node in following if node in order), default=len(order))
        for key, node in list(WRITES.items())[:end]:
            if not state.get(key):
                continue
            many = node in FANNED_OUT
            self.parts[node] = len(shots) if many else 1
            self.shares[node] = dict.fromkeys((scenes[name] for name in state[key] if name in scenes) if many else [""], 1.0)

    def note(self, told: Progress) -> None:
        """Count what a node told."""
        self.filmed |= told["node"] == "shoot_scene" and 0 < told["share"] < 1
        self.parts[told["node"]] = told["parts"]
        shares = self.shares.setdefault(told["node"], {})
        if told["part"]:
            shares.pop("", None)  # what an earlier run has done as a whole is done again in its parts
        shares[told["part"]] = told["share"]

    def finish(self, node: str, parts: Iterable[str] = ()) -> None:
        """A node came to its end, or, of one that runs once a scene, these parts of it."""
        shares = self.shares.setdefault(node, {})
        shares |= dict.fromkeys(parts if node in FANNED_OUT else (shares or [""]), 1.0)

    def done(self, node: str) -> int:
        """How many of a node's parts are done."""
        return sum(share >= 1 for share in self.shares.get(node, {}).values())

    def message(self, node: str) -> str:
        """One line for a person: ``Rendering: 2 of 7 scenes``."""
        parts = self.parts.get(node, 1)
        return f"{MESSAGES[node]}: {self.done(node)} of {parts} scene{'s' if parts > 1 else ''}" if node in COUNTED else MESSAGES[node]

    def rendered(self, scenes: Iterable[str]) -> list[int]:
        """Percent of each of these scenes, NOT_BEGUN before anybody works on it."""
        return [self._rendered(scene) for scene in scenes]

    def _rendered(self, scene: str) -> int:
        shot, drawn = (self.shares.get(node, {}).get(scene, 0.0) for node in FANNED_OUT)
        if drawn >= 1:
            return READY
        share = FILMED_SHARE * shot + (1 - FILMED_SHARE) * drawn if self.filmed else drawn
        return min(99, int(100 * share)) if share > 0 else NOT_BEGUN

    def percent(self) -> int:
        """0..99: a hundred belongs to the finished task alone."""
        weights = {**WEIGHTS, "shoot_scene": FILMED_WEIGHT} if self.filmed else WEIGHTS
        done = sum(weight * self._share(node) for node, weight in weights.items())
        return min(99, int(100 * done / sum(weights.values())))

    def _share(self, node: str) -> float:
        return min(1.0, sum(self.shares.get(node, {}).values()) / self.parts.get(node, 1))


TOGETHER = frozenset({"shoot_scene", "score_music", "render_scene"})
"""Stages of which one may begin while another is still in work."""

SILENCE = {"record_voice_over": 6 * 3600.0, "render_scene": 6 * 3600.0, "shoot_scene": 24 * 3600.0}
USUAL_SILENCE = 3600.0
"""Seconds without a word after which a stage hangs. Waiting is silent: for a free hand, for a turn at a vendor, for the vendor."""


@dataclass
class Signs:
    """Signs of life: whether one of a film's stages hangs."""

    heard: float
    """When anything was heard last; seconds of a clock that never runs backwards."""
    working: set[str] = field(default_factory=set)
    """Stages that may still be in work."""

    def note(self, node: str, now: float) -> None:
        """A stage said something."""
        self.working = {node} | (self.working & TOGETHER if node in TOGETHER else set())
        self.heard = now

    def finish(self, node: str, now: float) -> None:
        """A stage, or one part of it, came to its end."""
        if node == "score_music" or node not in TOGETHER:
            self.working.discard(node)
        self.heard = now

    def hanging(self, now: float) -> str | None:
        """The most patient stage in work, if even it would have said something by now."""
        longest = max(self.working, key=lambda node: SILENCE.get(node, USUAL_SILENCE), default="")
        return longest if now - self.heard > SILENCE.get(longest, USUAL_SILENCE) else None


def phase_of(node: str) -> str:
    """The client's word for where a node stands."""
    return PHASES.get(node, "execution")


def stage_of(node: str) -> str:
    """What a stage does, in words; empty: the film between two stages."""
    return f"{MESSAGES[node]}{' a scene' if node in FANNED_OUT else ''}" if node else "The film"


@dataclass
class Countdown:
    """How long the rest of a film will take, from how long it has taken so far; seconds of a clock that never runs backwards."""

    began: float
    first: int
    """Percent that was done already when it began."""
    percent: int = 0
    _ends: float | None = None

    def note(self, percent: int, now: float) -> None:
        """So much is done by now."""
        done, took = percent - self.first, now - self.began
        if percent <= self.percent or done < SURE_PERCENT or took < SURE_SECONDS:
            return
        self.percent = percent
        ends = now + took / done * (100 - percent)
        self._ends = ends if self._ends is None else (self._ends + ends) / 2

    def left(self, now: float) -> int | None:
        """Whole seconds, 1 at least; None: it is too early to tell."""
        return None if self._ends is None else max(1, round(self._ends - now))
