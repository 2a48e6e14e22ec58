"""What goes over the wire, as the client reads it: states, events, refusals; pure, no connection in here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self, TypedDict

ENDS = frozenset({"completed", "failed", "cancelled"})
FILES = {
    "film": ("video_url",),
    "srt": ("captions", "srt"),
    "vtt": ("captions", "vtt"),
    "poster": ("poster_url",),
    "manifest": ("manifest_url",),
}
"""What can be downloaded, and where its address stands in a result."""


class Wishes(TypedDict, total=False):
    """How a film shall be, beside its words and recording; what is left out, or None, is as the words say or as the server is set."""

    seconds: float | None
    size: str | None
    """Pixels, ``1920x1080``."""
    aspect: str | None
    """The same as a shape, ``16:9``."""
    fps: int | None
    theme: str | None
    """A look by name."""
    camera: str | None
    """Film with this one first."""
    strict: bool | None
    """Fail rather than let another provider step in."""
    budget: float | None
    """Most US dollars it may cost."""
    review: bool | str | None
    """Wait (``awaiting_review``) for the task's ``review`` of its ``"script"``, as ``True`` does, or of its ``"storyboard"``."""
    label: str | None
    """Where the film shows that it was made with AI: ``corner``, ``end``, ``none``."""
    webhook_url: str | None
    """Told, signed, when the film is over or awaits its review."""


class ClientError(Exception):
    """Something went wrong between this program and the server; the message is one sentence."""


class Unreachable(ClientError):
    """No server answered, for longer than the client is patient."""


class Damaged(ClientError):
    """The downloaded bytes are not those that the server promised; nothing was kept."""


class Refused(ClientError):
    """The server said no."""

    def __init__(self, status: int, detail: str, field: str = "", retry_after: float | None = None, limit: str = "") -> None:
        super().__init__(detail)
        self.status = status
        """HTTP status."""
        self.field = field
        """What to change, if the server named it."""
        self.retry_after = retry_after
        """Seconds to wait, if the server named them."""
        self.limit = limit
        """Which limit of the key's owner is reached: films, spend_day or megabytes; empty: none."""


class NoFilm(ClientError):
    """The task ended without a film; ``state.error`` says why."""

    def __init__(self, state: "State") -> None:
        super().__init__(state.error or f"The task is {state.status}: there is no film.")
        self.state = state


@dataclass(frozen=True)
class State:
    """A task as the server told it."""

    id: str
    status: str = "pending"
    """pending, processing, awaiting_review, completed, failed or cancelled."""
    phase: str = "understanding"
    progress: int = 0
    """Percent."""
    message: str = ""
    error: str | None = None
    result: Mapping[str, Any] | None = None
    """URLs and figures of the finished film."""
    transcription: str | None = None
    """What was heard, for a spoken brief."""
    scenes: tuple[Mapping[str, Any], ...] = ()
    """``scene_number``, ``title`` and ``description`` of each, as soon as there is a script; then ``card``, ``still_url``, ``state`` …"""
    estimate: Mapping[str, Any] | None = None
    """What it would cost in US dollars, told before anything is bought; None where nothing can be."""
    cost: Mapping[str, Any] | None = None
    """What it has cost so far: ``spent``, and ``providers`` one by one."""
    seq: int = 0
    """Number of the task's latest event."""
    review: Mapping[str, Any] | None = None
    """While it awaits one: ``stage`` (script or storyboard), ``revision`` and ``message``."""
    understood: Mapping[str, Any] | None = None
    """What the brief was taken to want: ``topic``, ``seconds``, ``size`` …"""
    seconds_left: int | None = None
    """Until the film is there, where that is known."""

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """A task from the server's JSON; fields that are new to us are left aside."""
        names = ("status", "phase", "progress", "message", "error", "result", "transcription", "estimate", "cost", "seq")
        known = {name: told[name] for name in names if name in told}
        data = told.get("data") or {}
        more = {name: data[name] for name in ("review", "understood", "seconds_left") if name in data}
        return cls(id=told["task_id"], scenes=tuple(data.get("scenes", ())), **known, **more)

    @property
    def over(self) -> bool:
        """Whether the task has ended."""
        return self.status in ENDS

    @property
    def goes_on(self) -> bool:
        """Whether somebody works on it, or will; nobody does before a review that is asked for."""
        return not self.over and self.status != "awaiting_review"

    def version(self, number: int | None = None) -> Mapping[str, Any]:
        """The result, or what it tells of one of its versions; NoFilm if there is no film, ValueError if no such version."""
        if self.result is None:
            raise NoFilm(self)
        versions = {version["version"]: version for version in self.result.get("versions", ())}
        if number is not None and number not in versions:
            raise ValueError(f"There is no version {number}: the film has {', '.join(map(str, versions)) or 'one only'}.")
        return self.result if number is None else versions[number]

    def address(self, what: str, version: int | None = None) -> str:
        """The path of one of the film's files; NoFilm if there is none, ValueError if there is no such kind or version."""
        if what not in FILES:
            raise ValueError(f"There is no {what!r}: choose one of {', '.join(FILES)}.")
        place: Any = self.version(version)
        for name in FILES[what]:
            place = place[name]
        return str(place)


@dataclass(frozen=True)
class Event:
    """One entry of a task's log."""

    seq: int
    """From 1, without gaps."""
    type: str
    """progress, complete or error."""
    node: str
    """The stage that reported; empty: the server itself."""
    state: State
    """The whole task as it stood then."""

    @property
    def progress(self) -> int:
        """Percent."""
        return self.state.progress

    @property
    def message(self) -> str:
        """One line for a person."""
        return self.state.message


@dataclass
class SseReader:
    """Puts lines of a text/event-stream together."""

    fields: dict[str, str] = field(default_factory=dict)
    retry: float = 0.0
    """Seconds the server wants to be left alone after a cut."""

    def read(self, line: str) -> dict[str, Any] | None:
        """Take one line; the JSON of the event that it completes, if any."""
        if line:
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "retry" and value.isdigit():
                self.retry = int(value) / 1000
            elif name == "data" and "data" in self.fields:
                self.fields["data"] += "\n" + value
            elif name:
                self.fields[name] = value
            return None
        fields, self.fields = self.fields, {}
        return dict(json.loads(fields["data"])) if "data" in fields else None


def event_of(told: Mapping[str, Any]) -> Event | None:
    """The event in a message; None for greetings and other talk. Refused when the task is gone."""
    if told.get("type") not in {"progress", "complete", "error"}:
        return None
    if "seq" not in told:
        raise Refused(404, str(told.get("error", "The task is gone.")))
    return Event(int(told["seq"]), str(told["type"]), str(told.get("node", "")), State.of(told))


def refusal(status: int, body: bytes, retry_after: str | None = None) -> Refused:
    """What a problem+json answer says, or whatever else came."""
    try:
        told = json.loads(body)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        told = {}
    wait = float(retry_after) if retry_after and retry_after.isdigit() else None
    detail = str(told.get("detail") or f"The server answered with status {status}.")
    return Refused(status, detail, str(told.get("field", "")), wait, str(told.get("limit", "")))
