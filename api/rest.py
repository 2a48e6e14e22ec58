"""The REST door: tasks by the wire contract."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from starlette.responses import JSONResponse
from structlog.contextvars import bind_contextvars

from api.briefs import different, fingerprint_of, naming, read_create_request, read_object
from api.context import ServerContext, context_of
from api.films import MayCreate, MayDelete, MayRead
from api.messages import still_url, told
from api.problems import Refusal
from kiwi.errors import BadBrief
from kiwi.film.model import TITLE_CHARACTERS
from kiwi.film.review import CARD_KINDS, LONGEST_PROMPT, LONGEST_SCENE, SAYS, parse_voice_over
from kiwi.tasks.fields import parse_yes
from kiwi.tasks.request import FilmRequest
from kiwi.tasks.task import Status, Task
from kiwi.tasks.watch import no_such_task

CREATED = "Your film will be made: see how it gets on at the address in Location"
LONGEST_WAIT = 60
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
KEY = re.compile(r"[\x21-\x7e]{1,255}")
WAIT = re.compile(r"(?:^|[,;\s])wait=(\d{1,6})(?=$|[,;\s])", re.IGNORECASE)

SCHEMA = FilmRequest.model_json_schema()
FILE = {"type": "string", "format": "binary"}
FORM = {name: about for name, about in SCHEMA["properties"].items() if name != "audio_data"} | {"audio": FILE}
CREATE_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": SCHEMA},
            "multipart/form-data": {"schema": {"type": "object", "properties": FORM}},
        },
    },
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "schema": {"type": "string"},
            "description": "The same key gives the same task for 24 hours",
        },
        {
            "name": "Prefer",
            "in": "header",
            "schema": {"type": "string"},
            "description": f"wait=n: answer when the film is over, n ≤ {LONGEST_WAIT}",
        },
    ],
}
VARIANT_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {name: SCHEMA["properties"][name] for name in ("aspect", "size", "seconds", "theme")},
                }
            }
        },
    },
    "parameters": CREATE_BODY["parameters"],
}
RETAKEN = {
    "text": {"type": "string", "maxLength": LONGEST_SCENE, "description": "What the scene shall say"},
    "picture": {"type": "boolean", "description": "Show something else than now; with or without another text"},
}
RETAKE_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object", "properties": RETAKEN}}},
    }
}
CHANGED = {
    "type": "object",
    "properties": {
        "scene_number": {"type": "integer", "minimum": 1, "description": "Of the revision that was seen; without one it is a new scene"},
        "title": {"type": "string", "maxLength": TITLE_CHARACTERS},
        "description": {"type": "string", "maxLength": LONGEST_SCENE, "description": "What is said"},
        "card": {"enum": [*CARD_KINDS]},
        "prompt": {"type": "string", "maxLength": LONGEST_PROMPT, "description": "What a camera shall film"},
        "remove": {"type": "boolean"},
    },
}
REVIEW_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "approve": {"type": "boolean"},
                        "revision": {"type": "integer", "description": "What was seen; 409 if there is a newer one by now"},
                        "scenes": {
                            "type": "array",
                            "items": CHANGED,
                            "description": "Scenes that shall be different; a list of all scenes is the film's order",
                        },
                        "order": {"type": "boolean", "description": "The list is the film's order, and must name every scene"},
                    },
                    "required": ["approve"],
                }
            }
        },
    }
}

router = APIRouter(prefix="/api/video", tags=["films"])


async def a_task_id(task_id: Annotated[str, Path()]) -> str:
    """An id that may be looked up; NoSuchTask for what no id can be."""
    if not ID.fullmatch(task_id):
        raise no_such_task(task_id)
    return task_id


TaskId = Annotated[str, Depends(a_task_id)]


async def the_context(request: Request) -> ServerContext:
    """The doors, without the detour through a thread that plain functions take."""
    return context_of(request)


Context = Annotated[ServerContext, Depends(the_context)]


@router.post("/create", status_code=202, openapi_extra=CREATE_BODY)
async def create(request: Request, context: Context, films: MayCreate) -> Response:
    """Promise a film from words, from a recording, or from both."""
    key = idempotency_key(request)
    with context.alone_with(films.owner, key):
        create_request = await read_create_request(request)
        with naming("text_input"):
            asked = create_request.brief, create_request.recording, key, await fingerprint_of(create_request)
            task, new = await films.promise(*asked, webhook_url=create_request.webhook_url)
    return await promised(request, context, task, new=new)


async def promised(request: Request, context: Context, task: Task, *, new: bool) -> Response:
    """The answer to who was promised a film: at once, or when it is over if they would wait."""
    bind_contextvars(task_id=task.id)
    headers = {"Location": f"/api/video/status/{task.id}", "Retry-After": "1"}
    if not new:
        headers["Idempotent-Replayed"] = "true"
    seconds = preferred_wait(request)
    if seconds is None:
        created = told(task)["created_at"]
        answer = {"task_id": task.id, "status": Status.PENDING.value, "message": CREATED, "created_at": created}
        return JSONResponse(answer, 202, headers)
    headers["Preference-Applied"] = f"wait={seconds}"
    task = await context.finished(task, seconds)
    if task.over:
        del headers["Retry-After"]
    return JSONResponse(told(task), 200 if task.over else 202, headers)


@router.post("/estimate", openapi_extra={"requestBody": CREATE_BODY["requestBody"]})
async def estimate(request: Request, films: MayRead) -> Response:
    """What a film would cost, line by line; nothing is bought, and nothing promised."""
    create_request = await read_create_request(request)
    return JSONResponse(await films.estimate(create_request.brief, create_request.recording), headers={"Cache-Control": "no-store"})


@router.get("/status/{task_id}")
async def status(task_id: TaskId, films: MayRead) -> Response:
    """The task as it stands."""
    return shown(await films.get(task_id))


@router.get("/tasks")
async def tasks(
    request: Request,
    films: MayRead,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str | None, Query(max_length=64)] = None,
    status: Annotated[Status | None, Query()] = None,
) -> Response:
    """Tasks, newest first; the next page's address is in the Link header."""
    try:
        page = await films.list(limit, cursor, status)
    except BadBrief as strange:
        raise Refusal(422, str(strange), field="cursor") from strange
    headers = {"Cache-Control": "no-store"}
    if page.cursor:
        headers["Link"] = f'<{request.url.include_query_params(cursor=page.cursor)}>; rel="next"'
    return JSONResponse([told(task) for task in page.tasks], headers=headers)


@router.delete("/task/{task_id}")
async def delete(task_id: TaskId, films: MayDelete) -> Response:
    """Stop a task and delete it with everything it made."""
    await films.forget(task_id)
    return JSONResponse({"message": f"Task {task_id} is deleted", "task_id": task_id})


@router.post("/task/{task_id}/cancel")
async def cancel(task_id: TaskId, films: MayCreate) -> Response:
    """Cancel a task; one that is over stays as it is."""
    return shown(await films.cancel(task_id))


@router.post("/task/{task_id}/retry", status_code=202)
async def retry(task_id: TaskId, films: MayCreate) -> Response:
    """Go on with a failed or cancelled task, from the stage where it stopped."""
    return queued(await films.retry(task_id))


@router.get("/task/{task_id}/storyboard")
async def storyboard(task_id: TaskId, films: MayRead) -> Response:
    """The scenes as they may be looked at and changed, as soon as there is a script; with what each shows once that is planned."""
    told = await films.storyboard(task_id)
    if told["stage"] == "storyboard":
        for scene in told["scenes"]:
            scene["still_url"] = still_url(task_id, scene["scene_number"], told["revision"])
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


@router.post("/task/{task_id}/review", status_code=202, openapi_extra=REVIEW_BODY)
async def review(request: Request, task_id: TaskId, films: MayCreate) -> Response:
    """Let the script or storyboard that awaits its review through, perhaps with changes; change it and look again; or end the film."""
    said = await read_object(request, SAYS)
    if not isinstance(said.get("approve"), bool):
        raise Refusal(422, "Send true or false.", field="approve")
    with naming("scenes"):
        task = await films.review(task_id, said)
    return shown(task) if task.over else queued(task)


@router.post("/task/{task_id}/scenes/{number}/retake", status_code=202, openapi_extra=RETAKE_BODY)
async def retake(request: Request, task_id: TaskId, number: int, films: MayCreate) -> Response:
    """Give one scene of a finished film another text, another picture or both: a new version, in which only that scene is made again."""
    said = await read_object(request, ("text", "picture"))
    with naming("picture"):
        picture = parse_yes(said.get("picture"))
    with naming("text"):
        text = None if picture and said.get("text") is None else parse_voice_over(said.get("text"))
    with naming("picture"):
        return queued(await films.retake(task_id, number, text, picture=picture))


@router.post("/task/{task_id}/variant", status_code=202, openapi_extra=VARIANT_BODY)
async def variant(request: Request, task_id: TaskId, context: Context, films: MayCreate) -> Response:
    """Promise a new film from the script of this one, in another shape, length or look; where it shall be shorter, from what fits."""
    key = idempotency_key(request)
    size, seconds, theme = different(await read_object(request, ("aspect", "size", "seconds", "theme")))
    with context.alone_with(films.owner, key):
        task, new = await films.variant(task_id, size=size, seconds=seconds, theme=theme, key=key)
    return await promised(request, context, task, new=new)


@router.delete("/task/{task_id}/scenes/{number}", status_code=202)
async def remove_scene(task_id: TaskId, number: int, films: MayCreate) -> Response:
    """Leave one scene out of a finished film: a new version."""
    return queued(await films.remove_scene(task_id, number))


def shown(task: Task) -> Response:
    """A task as an answer."""
    return JSONResponse(told(task), headers={"Cache-Control": "no-store"})


def queued(task: Task) -> Response:
    """A task that was put into the queue again."""
    return JSONResponse(told(task), 202, {"Location": f"/api/video/status/{task.id}", "Retry-After": "1"})


def idempotency_key(request: Request) -> str | None:
    """The key a client sent along; Refusal."""
    key: str | None = request.headers.get("idempotency-key")
    if key is not None and not KEY.fullmatch(key):
        raise Refusal(400, "Send 1 to 255 printable ASCII characters without spaces.", field="Idempotency-Key")
    return key


def preferred_wait(request: Request) -> int | None:
    """Seconds a client would wait for the end, by ``Prefer: wait=n``; other preferences are none of ours."""
    found = WAIT.search(", ".join(request.headers.getlist("prefer")))
    return min(int(found[1]), LONGEST_WAIT) if found else None
