"""The API's description: what every route answers, how a key is shown, and the problems that may come instead."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from api.files import TYPES
from api.schemas import MODELS

TASK = "FilmTask"
ANSWERS: dict[tuple[str, str], tuple[str, str]] = {
    ("post", "/api/video/estimate"): ("200", "Estimate"),
    ("get", "/api/video/status/{task_id}"): ("200", TASK),
    ("delete", "/api/video/task/{task_id}"): ("200", "Said"),
    ("post", "/api/video/task/{task_id}/cancel"): ("200", TASK),
    ("post", "/api/video/task/{task_id}/retry"): ("202", TASK),
    ("post", "/api/video/task/{task_id}/review"): ("202", TASK),
    ("post", "/api/video/task/{task_id}/scenes/{number}/retake"): ("202", TASK),
    ("delete", "/api/video/task/{task_id}/scenes/{number}"): ("202", TASK),
    ("post", "/api/video/create"): ("202", "Created"),
    ("post", "/api/video/task/{task_id}/variant"): ("202", "Created"),
    ("post", "/api/video/tickets"): ("201", "Ticket"),
    ("post", "/api/conversation/message"): ("200", "Turn"),
    ("get", "/api/conversation/{conversation_id}"): ("200", "Turn"),
    ("delete", "/api/conversation/{conversation_id}"): ("200", "Said"),
    ("post", "/api/conversation/{conversation_id}/generate"): ("202", "Generated"),
    ("get", "/api/health"): ("200", "Health"),
}
WAITED = {"/api/video/create", "/api/video/task/{task_id}/variant"}
"""With ``Prefer: wait`` they answer with the task, whether it is over or not."""
REF = "#/components/schemas/"
KEYS = {"bearer": {"type": "http", "scheme": "bearer"}, "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"}}
OPEN = {"/api/health", "/readyz"}


def describe(app: FastAPI) -> None:
    """Have an app describe itself so that programs can be made from it."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes))
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _described(api: dict[str, Any]) -> dict[str, Any]:
    _, shapes = models_json_schema([(model, "serialization") for model in MODELS], ref_template=REF + "{model}")
    parts = api.setdefault("components", {})
    parts["schemas"] = {**parts.get("schemas", {}), **shapes["$defs"]}
    parts["securitySchemes"] = KEYS
    problem = {"description": "A problem", "content": {"application/problem+json": {"schema": {"$ref": f"{REF}Problem"}}}}
    for path, methods in api["paths"].items():
        for method, operation in methods.items():
            operation["tags"] = operation.get("tags", [])[:1]
            operation["security"] = [] if path in OPEN else [{}, *({name: []} for name in KEYS)]
            answers = operation["responses"]
            answers.pop("422", None)  # FastAPI's own, which is never sent
            answers |= {"4XX": problem, "5XX": problem}
            if (method, path) in ANSWERS:
                status, name = ANSWERS[method, path]
                shape: dict[str, Any] = {"$ref": REF + name}
                if path in WAITED:
                    shape = {"oneOf": [{"$ref": REF + TASK}, shape]}
                    answers["200"] = {"description": "The film is over", "content": _json({"$ref": REF + TASK})}
                answers[status]["content"] = _json(shape)
    paths = api["paths"]
    paths["/api/video/tasks"]["get"]["responses"]["200"]["content"] = _json({"type": "array", "items": {"$ref": REF + TASK}})
    media = {kind.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for kind in TYPES.values()}
    media["application/json"] = {"schema": {"type": "object"}}
    file = paths["/api/video/file/{name}"]["get"]["responses"]
    file["200"]["content"] = media
    file["206"] = {"description": "The ranges that were asked for", "content": media}
    for path in ("/api/video/events", "/api/video/events/{task_id}"):
        paths[path]["get"]["responses"]["200"]["content"] = {"text/event-stream": {"schema": {"type": "string"}}}
    return api


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
