"""The wire contract's words for a task and its events."""

import json
from collections.abc import Mapping
from typing import Any

from kiwi.tasks.task import NOT_BEGUN, READY, Event, SceneLine, Status, Task

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
    result = None if task.result is None else _without_film(task.result)
    return {"task_id": task.id, **message, "result": result, "data": data_of(task)}


def _without_film(result: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in result.items() if name != "film"}
    if "versions" in shown:
        shown["versions"] = [{name: value for name, value in version.items() if name != "film"} for version in shown["versions"]]
    return shown


def data_of(task: Task) -> dict[str, Any]:
    """What is known of the film so far: what was understood, the scenes and how far each is, what a person is asked."""
    told: dict[str, Any] = {} if task.understood is None else {"understood": dict(task.understood)}
    if task.scenes:
        told |= {"is_multi_scene": len(task.scenes) > 1, "scenes": [_scene(task, scene) for scene in task.scenes]}
    if task.status is Status.AWAITING_REVIEW and task.review is not None:
        told["review"] = dict(task.review)
    if task.status is Status.PROCESSING and task.seconds_left is not None:
        told["seconds_left"] = task.seconds_left
    return told


def _scene(task: Task, scene: SceneLine) -> dict[str, Any]:
    rendered = task.rendered[scene.number - 1] if scene.number <= len(task.rendered) else NOT_BEGUN
    percent = READY if task.status is Status.COMPLETED else rendered
    state = "waiting" if percent == NOT_BEGUN else "ready" if percent == READY else "rendering"
    told = {"scene_number": scene.number, "title": scene.title, "description": scene.description, "state": state}
    told |= {"id": scene.id} if scene.id else {}
    told |= {"progress": max(percent, 0)}
    if scene.card:
        told |= {"card": scene.card, "seconds": scene.seconds, "still_url": still_url(task.id, scene.number, task.revision)}
    return told


def still_url(task_id: str, number: int, revision: int) -> str:
    """Where a scene's still is found."""
    return f"/api/video/task/{task_id}/scenes/{number}/still.jpg?revision={revision}"


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
