"""The door of webhooks: what was told to an owner's receivers, to be told again, and the secret that signs it."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.responses import JSONResponse

from api.films import MayCreate, MayRead
from api.problems import Refusal
from api.rest import ID
from kiwi.errors import BadBrief
from kiwi.tasks.deliveries import Delivery, Secrets, State, no_such_delivery

SHOWN = {"id", "task_id", "type", "seq", "url", "state", "tries", "status", "error", "created_at", "next_at", "delivered_at"}
FRESH = {"Cache-Control": "no-store"}

router = APIRouter(prefix="/api/webhooks", tags=["webhooks"])


@router.get("/deliveries")
async def deliveries(
    request: Request,
    films: MayRead,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str | None, Query(max_length=64)] = None,
    state: Annotated[State | None, Query()] = None,
    task_id: Annotated[str | None, Query(pattern=ID.pattern)] = None,
) -> Response:
    """What was told or is to be told, newest first; the next page's address is in the Link header."""
    try:
        found, following = await films.engine.outbox.deliveries.list(films.owner, limit, cursor, state, task_id)
    except BadBrief as strange:
        raise Refusal(422, str(strange), field="cursor") from strange
    headers = dict(FRESH)
    if following:
        headers["Link"] = f'<{request.url.include_query_params(cursor=following)}>; rel="next"'
    return JSONResponse([told(one) for one in found], headers=headers)


@router.get("/deliveries/{delivery_id}")
async def delivery(delivery_id: Annotated[str, Path()], films: MayRead) -> Response:
    """One delivery as it stands."""
    return JSONResponse(told(await films.engine.outbox.deliveries.get(films.owner, proper(delivery_id))), headers=FRESH)


@router.post("/deliveries/{delivery_id}/resend", status_code=202)
async def resend(delivery_id: Annotated[str, Path()], films: MayCreate) -> Response:
    """Tell it again, at once and as often as a new one, whether it had arrived or not."""
    return JSONResponse(told(await films.engine.outbox.deliveries.again(films.owner, proper(delivery_id))), 202, FRESH)


@router.get("/secret")
async def secret(films: MayCreate) -> Response:
    """What webhooks to you are signed with, by Standard Webhooks."""
    return JSONResponse(told_secrets(await films.engine.outbox.deliveries.secrets(films.owner)), headers=FRESH)


@router.post("/secret/rotate")
async def rotate(films: MayCreate) -> Response:
    """Replace the secret; the former one signs beside it for a day, so that receivers can change over."""
    return JSONResponse(told_secrets(await films.engine.outbox.deliveries.rotate(films.owner)), headers=FRESH)


def proper(delivery_id: str) -> str:
    """An id that may be looked up; NoSuchDelivery for what no id can be."""
    if not ID.fullmatch(delivery_id):
        raise no_such_delivery(delivery_id)
    return delivery_id


def told(delivery: Delivery) -> dict[str, Any]:
    """A delivery as its owner is shown it."""
    return delivery.model_dump(mode="json", include=SHOWN)


def told_secrets(secrets: Secrets) -> dict[str, Any]:
    """Secrets as their owner is shown them."""
    until = secrets.former_until
    return {"secret": secrets.current, "former_signs_until": None if until is None else until.isoformat().replace("+00:00", "Z")}
