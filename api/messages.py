"""The wire contract's words for a task and its events."""

import json
from collections.abc import Mapping
from typing import Any

from kiwi.tasks.task import Event, Task

NOT_FOUND = "Task not found"


def told(task: Task) -> dict[str, Any]:
    """A task as every door shows it."""
    message = task.model_dump(
        mode="json", include={"status", "phase", "progress", "message", "error", "attempt", "seq", "created_at", "updated_at"}
    )
    message |= {name: money for name, money in (("estimate", task.estimate), ("cost", task.cost)) if money is not None}
    if task.brief.recording is not None:
        message["transcription"] = task.transcription
    # the film's assets are ours to look up; clients get URLs
    result = None if task.result is None else {name: value for name, value in task.result.items() if name != "film"}
    return {"task_id": task.id, **message, "result": result, "data": _scenes(task)}


def _scenes(task: Task) -> dict[str, Any]:
    if not task.scenes:
        return {}
    lines = [{"scene_number": scene.number, "title": scene.title, "description": scene.description} for scene in task.scenes]
    return {"is_multi_scene": len(lines) > 1, "scenes": lines}


def connected(task: Task, position: int) -> str:
    """The first message of a stream: the task as it stands, and the number after which events follow."""
    return packed({"type": "connected", **told(task), "seq": position})


def not_found(task_id: str) -> str:
    """The message for a task that is not there, or no longer."""
    return packed({"type": "error", "task_id": task_id[:64], "error": NOT_FOUND})


class Packer:
    """Turns events into messages, each once for all its watchers."""

    def __init__(self, room: int = 1024) -> None:
        self._room = room
        self._messages: dict[tuple[str, int], str] = {}

    def event(self, event: Event) -> str:
        """An event as a flat message."""
        name = (event.task_id, event.seq)
        if (message := self._messages.get(name)) is None:
            message = packed({"type": event.type.value, **told(event.task), "node": event.node})
            if len(self._messages) >= self._room:
                self._messages.pop(next(iter(self._messages)))
            self._messages[name] = message
        return message


def packed(message: Mapping[str, Any]) -> str:
    """One line of JSON."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def position_of(task: Task, after: int | None) -> int:
    """The number after which a stream begins: what the client says, else now; a task that is over tells its end again."""
    if after is None:
        return task.seq - 1 if task.over else task.seq
    return min(after, task.seq)
