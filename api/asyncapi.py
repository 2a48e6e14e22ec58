"""What is told while films are made, as an AsyncAPI document: the same messages over a WebSocket and as server-sent events."""

from typing import Any, Literal

from pydantic import ConfigDict
from pydantic.json_schema import models_json_schema

from api import socket
from api.context import ServerContext
from api.events import MOST_IDS, RETRY_MILLISECONDS
from api.schemas import Answer, FilmTask, Result

REF = "#/components/schemas/"


class Connected(FilmTask):
    """The task as it stands: the first message of every stream. One that is over is followed by its end, told once more."""

    type: Literal["connected"]


class Progress(FilmTask):
    """Something has changed."""

    type: Literal["progress"]
    node: str


class Complete(FilmTask):
    """The film is there; nothing follows."""

    type: Literal["complete"]
    node: str
    result: Result


class Failed(FilmTask):
    """There will be no film, for the reason in ``error``; nothing follows."""

    type: Literal["error"]
    node: str
    error: str


class Refused(Answer):
    """There is no such task, or no longer; or the address says something strange."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["error"]
    task_id: str
    error: str


class ServerShutdown(Answer):
    """The server is about to stop: come again, and go on after the last id."""

    type: Literal["server_shutdown"]


TOLD: dict[str, type[Answer]] = {"connected": Connected, "progress": Progress, "complete": Complete, "failed": Failed, "refused": Refused}
SIGNS = {"ping": "A sign of life, as plain text", "pong": "The answer to a ping, as plain text"}
CLOSES = {
    socket.DONE: "The film is over, and everything was told.",
    socket.BAD_REQUEST: "after is not the number of an event.",
    socket.NOT_FOUND: "There is no such task, or no longer.",
    socket.TOO_MUCH: f"More than {socket.MOST_MESSAGES} messages came within {socket.PER_SECONDS:g} s, or the key opens nothing any more.",
    socket.TOO_LONG: "A message was too long.",
    socket.RESTART: "The server restarts: come again, with after.",
    socket.TOO_SLOW: "Nothing that was sent is taken any more: come again, with after.",
}
"""Why the server closes a WebSocket, by code."""
ABOUT = f"""\
Every change of a film is an event; a film's events are numbered (`seq`) from 1 without gaps. A stream begins with `connected`, the task as
it stands, and ends after `complete` or `error`. A film that awaits its review sends `progress` with `status` `awaiting_review`, and goes on
once it is answered.

**Taken up again.** Send the last event's number: `?after=12`, or `Last-Event-ID: 12` for server-sent events; of several films `a:12,b:7`.
Everything after it is told, in order, once. Without one a stream begins now.

**Server-sent events.** `retry: {RETRY_MILLISECONDS}` comes first; each message is the `data` of one event, its `id` is what to send as
Last-Event-ID. After {ServerContext.heartbeat:g} s of silence a comment (`: still here`) comes. 204 says that you have seen the end: stay
away. A server that is about to stop sends an event named `server_shutdown`.

**WebSocket.** Each message is one text of JSON, except the bare words `ping` and `pong`: the server sends `ping` after
{ServerContext.heartbeat:g} s of silence, which need not be answered, and answers yours with `pong`. Why it closed is its code: see
`x-close-codes`.

**Keys.** Send `Authorization: Bearer …` or `X-API-Key`; a browser cannot, and sends `?ticket=…` from `POST /api/video/tickets`, good once.
"""

AFTER = {"type": "string", "description": "Go on after this event"}
TICKET = {"type": "string", "description": "Instead of a key"}
IDS = {"type": "string", "description": f"1 to {MOST_IDS} task ids, separated by commas"}


def asyncapi(title: str, version: str) -> dict[str, Any]:
    """The document."""
    models: dict[str, type[Answer]] = {**TOLD, "server_shutdown": ServerShutdown}
    _, shapes = models_json_schema([(model, "serialization") for model in models.values()], ref_template=REF + "{model}")
    told = {name: _message(name, model.__doc__ or "", {"$ref": REF + model.__name__}) for name, model in models.items()}
    signs = {name: _message(name, about, {"const": name}, "text/plain") for name, about in SIGNS.items()}
    channels = {
        "socket": _channel("/ws/{task_id}", "One film over a WebSocket", [*TOLD, *SIGNS]),
        "film": _channel("/api/video/events/{task_id}", "One film as server-sent events", models),
        "films": _channel("/api/video/events", "Several films as server-sent events", models),
    }
    channels["socket"] |= {
        "bindings": {"ws": {"method": "GET", "query": _query(after=AFTER, ticket=TICKET), "bindingVersion": "0.1.0"}},
        "x-close-codes": {str(code): why for code, why in CLOSES.items()},
    }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": f"{title} events", "version": version, "description": ABOUT},
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": {
            "tellBySocket": _operation("send", "socket", [*TOLD, *SIGNS]),
            "hearBySocket": _operation("receive", "socket", SIGNS),
            "tellOfOne": _operation("send", "film", models) | _http(after=AFTER, ticket=TICKET),
            "tellOfMany": _operation("send", "films", models) | _http(ids=IDS, after=AFTER, ticket=TICKET),
        },
        "components": {"schemas": shapes["$defs"], "messages": {**told, **signs}},
    }


def _message(name: str, about: str, payload: dict[str, Any], kind: str = "application/json") -> dict[str, Any]:
    return {"name": name, "summary": about, "contentType": kind, "payload": payload}


def _channel(address: str, about: str, names: Any) -> dict[str, Any]:
    channel: dict[str, Any] = {"address": address, "summary": about}
    channel["messages"] = {name: {"$ref": f"#/components/messages/{name}"} for name in names}
    return channel | ({"parameters": {"task_id": {"description": "The film's id"}}} if "{task_id}" in address else {})


def _operation(action: str, channel: str, names: Any) -> dict[str, Any]:
    about = {"action": action, "channel": {"$ref": f"#/channels/{channel}"}}
    return {**about, "messages": [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in names]}


def _http(**query: Any) -> dict[str, Any]:
    return {"bindings": {"http": {"method": "GET", "query": _query(**query), "bindingVersion": "0.3.0"}}}


def _query(**fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields}
