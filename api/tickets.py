"""The door of tickets: for browsers, which can send no key with a WebSocket or an EventSource."""

from fastapi import APIRouter, Request, Response
from starlette.datastructures import QueryParams
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import Scope as AsgiScope

from api.auth import Caller, Keyring, caller_of
from api.briefs import read_object
from api.context import context_of
from api.films import MayRead
from api.problems import Refusal
from kiwi.access.scopes import Scope
from kiwi.access.tickets import TICKET_SECONDS, Holder
from kiwi.tasks.watch import OUR_IDS

MOST_IDS = 50
MANY = "/api/video/events"
ONE = ("/ws/", "/api/video/events/")
"""What tickets open, and nothing else: the streams, by GET."""

router = APIRouter(prefix="/api/video", tags=["events"])


TICKET_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {"task_ids": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": MOST_IDS}},
                    "required": ["task_ids"],
                    "additionalProperties": False,
                }
            }
        },
    }
}


@router.post("/tickets", status_code=201, openapi_extra=TICKET_BODY)
async def ticket(request: Request, films: MayRead) -> Response:
    """A ticket for a browser, which can send no key with a WebSocket or an EventSource: ``?ticket=…``, once, within a minute.

    It opens the streams of exactly these tasks: ``/ws/{id}`` or ``/api/video/events/{id}`` of one, ``/api/video/events?ids=…`` of all.
    """
    ids = (await read_object(request, ("task_ids",))).get("task_ids")
    if (
        not isinstance(ids, list)
        or not 1 <= len(ids) <= MOST_IDS
        or not all(isinstance(one, str) and OUR_IDS.fullmatch(one) for one in ids)
    ):
        raise Refusal(422, f"Send a list of 1 to {MOST_IDS} task ids.", field="task_ids")
    for task_id in dict.fromkeys(ids):
        await films.get(task_id)
    caller = caller_of(request)
    answer = {"ticket": await context_of(request).tickets.issue(Holder(caller.owner, caller.key), ids), "expires_in": TICKET_SECONDS}
    return JSONResponse(answer, 201, {"Cache-Control": "no-store"})


async def caller_with_ticket(scope: AsgiScope, said: str, keyring: Keyring) -> Caller | None:
    """Who opens a stream with a ticket, which is spent by that; None: it is not good for this request."""
    task_ids = watched(scope)
    if not task_ids:
        return None
    holder = await context_of(HTTPConnection(scope)).tickets.spend(said, task_ids)
    if holder is None:
        return None
    caller = Caller(holder.owner, frozenset({Scope.READ}), holder.key)
    return caller if await keyring.holds(caller) else None


def watched(scope: AsgiScope) -> list[str]:
    """The tasks whose stream a request opens; empty: it opens none, or names what no task is called."""
    if scope["type"] == "http" and scope["method"] != "GET":
        return []
    path, ids = scope["path"], []
    if path == MANY:
        # read as the door reads it, which hears only one of two lists
        lists = QueryParams(scope["query_string"]).getlist("ids")
        ids = lists[0].split(",") if len(lists) == 1 else []
    for start in ONE:
        if path.startswith(start):
            ids = [path.removeprefix(start)]
    return ids if all(map(_is_id, ids)) else []


def _is_id(name: object) -> bool:
    return isinstance(name, str) and OUR_IDS.fullmatch(name) is not None
