"""Conversations from Python: what a film shall be is talked over, then it is made."""

import asyncio
import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

import httpx

Audio = str | os.PathLike[str] | bytes


@dataclass(frozen=True)
class Turn:
    """A conversation as the server told it."""

    id: str
    state: str
    """active, clarifying, confirmed, generating, completed or cancelled."""
    answer: str
    """What the server says."""
    questions: tuple[str, ...]
    """What it would like to know; nobody has to answer."""
    intent: Mapping[str, Any]
    """What it has understood so far."""
    ready: bool
    """Whether there is a topic, and so a film to be made."""
    task_id: str | None
    messages: tuple[Mapping[str, Any], ...]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """A conversation from the server's JSON; fields that are new to us are left aside."""
        return cls(
            id=told["conversation_id"],
            state=told["state"],
            answer=told["ai_response"],
            questions=tuple(told["questions"]),
            intent=told["accumulated_intent"],
            ready=told["ready_to_generate"],
            task_id=told["task_id"],
            messages=tuple(told["messages"]),
        )


class Asks(Protocol):
    """What a conversation needs of its client."""

    async def ask(self, method: str, address: str | httpx.URL, *, again: bool = True, **sent: Any) -> httpx.Response:
        """One request."""
        ...


async def say(client: Asks, conversation_id: str | None, message: str, audio: Audio | None, generate: bool) -> Turn:
    """Send one message; it is not sent twice, because it would be heard twice. Refused; Unreachable; OSError."""
    fields: dict[str, Any] = {"message": message, "confirm_generate": generate}
    if conversation_id is not None:
        fields["conversation_id"] = conversation_id
    if audio is not None:
        recording = audio if isinstance(audio, bytes) else await asyncio.to_thread(Path(audio).read_bytes)
        fields["audio_data"] = base64.b64encode(recording).decode()
    return Turn.of((await client.ask("POST", "/api/conversation/message", again=False, json=fields)).json())


async def look(client: Asks, conversation_id: str) -> Turn:
    """The conversation as it stands. Refused (404); Unreachable."""
    return Turn.of((await client.ask("GET", f"/api/conversation/{conversation_id}")).json())


async def promised(client: Asks, conversation_id: str) -> str:
    """Have the film made; the id of its task, the same however often it is asked for. Refused; Unreachable."""
    return str((await client.ask("POST", f"/api/conversation/{conversation_id}/generate")).json()["task_id"])


class Talked:
    """A conversation's latest turn, read by name."""

    turn: Turn
    """As last heard of."""

    @property
    def id(self) -> str:
        """The conversation's id."""
        return self.turn.id

    @property
    def answer(self) -> str:
        """What the server said last."""
        return self.turn.answer

    @property
    def questions(self) -> tuple[str, ...]:
        """What it would like to know."""
        return self.turn.questions

    @property
    def ready(self) -> bool:
        """Whether there is a film to be made."""
        return self.turn.ready

    @property
    def state(self) -> str:
        """Where it stands."""
        return self.turn.state

    @property
    def intent(self) -> Mapping[str, Any]:
        """What has been understood."""
        return self.turn.intent

    @property
    def task_id(self) -> str | None:
        """The film's task, if there is one."""
        return self.turn.task_id

    @property
    def messages(self) -> tuple[Mapping[str, Any], ...]:
        """Everything said."""
        return self.turn.messages

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.turn.id} {self.turn.state}: {self.turn.answer}>"
