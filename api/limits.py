"""How much a request may carry, counted before anything is parsed."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Refusal, problem, request_id_of


class BodyLimit:
    """Refuses bodies of more than so many bytes, whether their length is announced or not."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app = app
        self.most = most

    @property
    def detail(self) -> str:
        """What the client is told."""
        return f"The request has more than {self.most // 2**20} MB: send a shorter or compressed recording."

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdigit() or int(announced) > self.most:
            # what was sent is not read, so the connection cannot be used again
            await problem(413, self.detail, headers={"Connection": "close"}, request_id=request_id_of(scope))(scope, receive, send)
            return
        came = 0

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > self.most:
                raise Refusal(413, self.detail, headers={"Connection": "close"})
            return message

        await self.app(scope, counted, send)
