"""The door of previews: what there is of a film, from its beginning, while the rest is being made; then the film itself."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from fastapi import APIRouter, Request, Response

from api.answers import NO_STORE, OpenAnswer
from api.auth import Caller, caller_of
from api.context import ServerContext
from api.files import TYPES, file
from api.films import MayRead
from api.problems import Refusal
from api.rest import Context, TaskId
from kiwi.render.join.fragments import FILE_TYPE, NOTHING
from kiwi.tasks.task import Status

PAUSED_SECONDS = 600.0
"""So long may a player be paused, which takes nothing then."""
HEADERS = {**NO_STORE, "Accept-Ranges": "none"}

router = APIRouter(prefix="/api/video", tags=["films"])


@router.head("/task/{task_id}/preview.mp4", include_in_schema=False)
@router.get("/task/{task_id}/preview.mp4", response_class=Response)
async def preview(request: Request, task_id: TaskId, context: Context, films: MayRead) -> Response:
    """The film as far as it is made: an MP4 that grows by each second that is drawn, and ends with the last; later the finished film.

    Narrated, without music, and never longer than what is drawn from the first scene on without a gap. Ranges are those of the
    finished film; before, a request for one is answered with all.
    """
    task, fragments = await films.preview(task_id)
    if task.status is Status.COMPLETED:
        await fragments.aclose()
        return await file(request, f"{task_id}.mp4", films)
    if task.over:
        fragments = await _any(fragments)
    if request.method == "HEAD":
        await fragments.aclose()
        return Response(headers=HEADERS, media_type=TYPES["mp4"])
    return Growing(context, caller_of(request), fragments)


async def _any(fragments: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """The fragments of a film that there will not be; Refusal (404) where none was ever drawn."""
    first = await anext(fragments, None)
    if first is None:
        raise Refusal(404, "Nothing of this film was drawn.")

    async def all_of_them() -> AsyncGenerator[bytes, None]:
        async with aclosing(fragments):
            yield first
            async for one in fragments:
                yield one

    return all_of_them()


class Growing(OpenAnswer):
    """A film that grows."""

    kind = "preview"
    media_type = TYPES["mp4"]
    patience = PAUSED_SECONDS

    def __init__(self, context: ServerContext, caller: Caller, fragments: AsyncGenerator[bytes, None]) -> None:
        super().__init__(context, caller, fragments, FILE_TYPE, NOTHING)
        self.headers["Accept-Ranges"] = "none"
