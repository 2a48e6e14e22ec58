"""Progress of a whole film: pure sums over what the nodes told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

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
    "shoot_scene": "Filming {part}",
    "score_music": "Scoring the music",
    "render_scene": "Rendering {part}",
    "cut_film": "Cutting the film",
    "inspect_film": "Checking the film",
}


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
        expected = len(state["storyboard"].shots) if "storyboard" in state else 1
        order = list(WRITES.values())
        end = min((order.index(node) for node in following if node in order), default=len(order))
        for key, node in list(WRITES.items())[:end]:
            if not state.get(key):
                continue
            many = isinstance(state[key], dict) and node != "record_voice_over"
            self.parts[node] = expected if many else 1
            self.shares[node] = dict.fromkeys(state[key] if many else [""], 1.0)

    def note(self, told: Progress) -> None:
        """Count what a node told."""
        self.filmed |= told["node"] == "shoot_scene" and 0 < told["share"] < 1
        self.parts[told["node"]] = told["parts"]
        self.shares.setdefault(told["node"], {})[told["part"]] = told["share"]

    def finish(self, node: str) -> None:
        """A node, or the last of its parts, came to its end."""
        if self.parts.get(node, 1) == 1:
            self.shares[node] = {"": 1.0}

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
    return MESSAGES[node].format(part="a scene") if node else "The film"


def message_of(told: Progress) -> str:
    """One line for a person: ``Rendering scene 3 of 7``."""
    scene = told["part"].removeprefix("scene-")
    return MESSAGES[told["node"]].format(part=f"scene {scene} of {told['parts']}")
