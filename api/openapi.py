"""The API's description: what every route takes and answers, how a key is shown, and the problems that may come instead."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from api.cookies import COOKIE
from api.examples import EXAMPLES
from api.files import TYPES
from api.rest import REQUESTS
from api.schemas import (
    Board,
    Created,
    Estimate,
    FilmTask,
    Generated,
    Health,
    Problem,
    Ready,
    Said,
    SessionState,
    Ticket,
    Turn,
    WebhookDelivery,
    WebhookEvent,
    WebhookSecret,
)

Shapes = dict[tuple[str, str], dict[str, Any]]

ANSWERS: dict[tuple[str, str], dict[str, Any]] = {
    ("post", "/api/video/create"): {"200": FilmTask, "202": FilmTask | Created},
    ("post", "/api/video/estimate"): {"200": Estimate},
    ("get", "/api/video/status/{task_id}"): {"200": FilmTask},
    ("get", "/api/video/tasks"): {"200": list[FilmTask]},
    ("delete", "/api/video/task/{task_id}"): {"200": Said},
    ("post", "/api/video/task/{task_id}/cancel"): {"200": FilmTask},
    ("post", "/api/video/task/{task_id}/retry"): {"202": FilmTask},
    ("get", "/api/video/task/{task_id}/storyboard"): {"200": Board},
    ("post", "/api/video/task/{task_id}/review"): {"200": FilmTask, "202": FilmTask},
    ("post", "/api/video/task/{task_id}/scenes/{number}/retake"): {"202": FilmTask},
    ("delete", "/api/video/task/{task_id}/scenes/{number}"): {"202": FilmTask},
    ("post", "/api/video/task/{task_id}/variant"): {"200": FilmTask, "202": FilmTask | Created},
    ("post", "/api/video/tickets"): {"201": Ticket},
    ("post", "/api/conversation/message"): {"200": Turn},
    ("get", "/api/conversation/{conversation_id}"): {"200": Turn},
    ("delete", "/api/conversation/{conversation_id}"): {"200": Said},
    ("post", "/api/conversation/{conversation_id}/generate"): {"202": Generated},
    ("get", "/api/webhooks/deliveries"): {"200": list[WebhookDelivery]},
    ("get", "/api/webhooks/deliveries/{delivery_id}"): {"200": WebhookDelivery},
    ("post", "/api/webhooks/deliveries/{delivery_id}/resend"): {"202": WebhookDelivery},
    ("get", "/api/webhooks/secret"): {"200": WebhookSecret},
    ("post", "/api/webhooks/secret/rotate"): {"200": WebhookSecret},
    ("get", "/api/session"): {"200": SessionState},
    ("get", "/api/health"): {"200": Health},
    ("get", "/readyz"): {"200": Ready},
    **{("get", f"/video/{name}_schema"): {"200": dict[str, Any]} for name in ("input", "output", "config")},
}
"""What comes as JSON, by status. A film that is waited for (``Prefer: wait``) is answered with its task, whether it is over or not."""
MEANS = {"200": "It is done", "201": "It is made", "202": "It will be done"}
EVENTS = [
    *(("get", path) for path in ("/api/video/events", "/api/video/events/{task_id}")),
    *(("post", f"/video/{name}") for name in ("stream", "stream_log", "stream_events")),
]
TEXT = {"schema": {"type": "string"}}
FILE = {"schema": {"type": "string", "format": "binary"}}
PREVIEW = "/api/video/task/{task_id}/preview.mp4"
STILL = ("get", "/api/video/task/{task_id}/scenes/{number}/still.jpg")
REF = "#/components/schemas/"
KEYS = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
}
OPEN = {("get", "/api/health"), ("get", "/readyz"), ("get", "/api/session")}
PROBLEM = {"description": "A problem", "content": {"application/problem+json": {"schema": {"$ref": f"{REF}Problem"}}}}


def describe(app: FastAPI) -> None:
    """Have an app describe itself so that programs can be made from it."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes))
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def operation_id(route: APIRoute) -> str:
    """What a generated client calls a route: ``films_create``."""
    return "_".join([*map(str, route.tags[:1]), route.name.strip().replace(" ", "_")])


TOLD = {
    "post": {
        "summary": "A film is completed, failed, cancelled or awaits its review",
        "description": "Sent to its webhook_url, or to the operator's, signed by Standard Webhooks; tried over a day until it is taken.",
        "operationId": "webhook_film",
        "requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": f"{REF}WebhookEvent"}}}},
        "parameters": [
            {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
            for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
        ],
        "responses": {"2XX": {"description": "It was taken"}},
    }
}


def _described(api: dict[str, Any]) -> dict[str, Any]:
    shapes, models = _shapes()
    parts = api.setdefault("components", {})
    parts["schemas"] = {**parts.get("schemas", {}), **models, **REQUESTS}
    parts["securitySchemes"] = KEYS
    for path, methods in api["paths"].items():
        for method, operation in methods.items():
            operation["tags"] = operation.get("tags", [])[:1]
            operation["security"] = [] if (method, path) in OPEN else [{}, *({name: []} for name in KEYS)]
            answers = operation["responses"]
            answers.pop("422", None)  # FastAPI's own, which is never sent
            for status, shape in shapes.get((method, path), {}).items():
                answers.setdefault(status, {"description": MEANS[status]})["content"] = {"application/json": {"schema": shape}}
            answers |= {"4XX": PROBLEM, "5XX": PROBLEM}
            if (method, path) in EXAMPLES:
                operation["requestBody"]["content"]["application/json"]["examples"] = {
                    name: {"value": value} for name, value in EXAMPLES[method, path].items()
                }
    _describe_media(api["paths"])
    api["webhooks"] = {"film": TOLD}
    return api


def _shapes() -> tuple[Shapes, dict[str, Any]]:
    """The schemas of all answers, and of the models that they name."""
    adapters = {(*route, status): TypeAdapter(kind) for route, kinds in ANSWERS.items() for status, kind in kinds.items()}
    kinds: list[tuple[Any, Any, TypeAdapter[Any]]] = [(name, "serialization", adapter) for name, adapter in adapters.items()]
    kinds += [(("", "", model.__name__), "serialization", TypeAdapter(model)) for model in (Problem, WebhookEvent)]
    found, whole = TypeAdapter.json_schemas(kinds, ref_template=REF + "{model}")
    shapes: Shapes = {}
    for (name, _), shape in found.items():
        method, path, status = name
        shapes.setdefault((method, path), {})[status] = shape
    return shapes, whole["$defs"]


def _describe_media(paths: dict[str, Any]) -> None:
    media: dict[str, Any] = {kind.partition(";")[0]: TEXT if "charset" in kind else FILE for kind in TYPES.values()}
    media["application/json"] = {"schema": {"type": "object"}}
    file = paths["/api/video/file/{name}"]["get"]["responses"]
    file["200"]["content"] = media
    file["206"] = {"description": "The ranges that were asked for", "content": media}
    paths[PREVIEW]["get"]["responses"]["200"]["content"] = {TYPES["mp4"]: FILE}
    paths[PREVIEW]["get"]["responses"]["206"] = {
        "description": "The ranges that were asked for, of the finished film",
        "content": {TYPES["mp4"]: FILE},
    }
    paths[STILL[1]]["get"]["responses"]["200"]["content"] = {"image/jpeg": FILE}
    paths["/metrics"]["get"]["responses"]["200"]["content"] = {"text/plain": TEXT}
    for method, path in EVENTS:
        paths[path][method]["responses"]["200"]["content"] = {"text/event-stream": TEXT}
