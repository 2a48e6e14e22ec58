"""How much a request may carry, in bytes and in pieces, counted before anything is parsed."""

import asyncio
import contextlib

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.bodies import MOST_MARKS, TOO_MANY, marks_in
from api.problems import Refusal, problem, request_id_of

HANG_UP = {"Connection": "close"}
"""What was sent too much is thrown away, so the line cannot be used again."""
LINGER_SECONDS = 2.0


class BodyLimit:
    """Refuses bodies of more than so many bytes, whether their length is announced or not, and JSON in more pieces than can be meant."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app = app
        self.most = most

    @property
    def detail(self) -> str:
        """What the client is told."""
        return f"The request has more than {self.most // 2**20} MB: send a shorter or compressed recording."

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        is_form = headers.get("content-type", "").lstrip().lower().startswith("multipart/")
        body = Body(receive, send, self.most, 0 if is_form else MOST_MARKS)
        announced = headers.get("content-length", "0")
        if not announced.isdigit() or int(announced) > self.most:
            body.too_much = True
            refusal = problem(413, self.detail, headers=HANG_UP, request_id=request_id_of(scope))
            await refusal(scope, receive, body.answer)
            return

        async def counted() -> Message:
            message = await body.read()
            if body.too_much:
                raise Refusal(413, self.detail if body.came > self.most else TOO_MANY, headers=HANG_UP)
            return message

        await self.app(scope, counted, body.answer)


class Body:
    """A request's body as it comes in."""

    def __init__(self, receive: Receive, send: Send, most: int, most_marks: int) -> None:
        self.receive = receive
        self.send = send
        self.most = most
        self.most_marks = most_marks
        """0: a form, whose fields are counted where they are parsed."""
        self.came = 0
        self.marks = 0
        self.too_much = False
        self.ended = False

    async def read(self) -> Message:
        """The next part; notes when it was too much."""
        message = await self.receive()
        part = message.get("body", b"")
        self.came += len(part)
        self.ended = not message.get("more_body", False)
        if self.most_marks and not self.too_much:
            self.marks += marks_in(part)
        self.too_much |= self.came > self.most or self.marks > self.most_marks
        return message

    async def answer(self, message: Message) -> None:
        """Send; a client whose body was too much gets to read the answer before the line is hung up, because it is still sending."""
        if self.too_much and message["type"] == "http.response.body" and not message.get("more_body", False):
            await self.send({**message, "more_body": True})
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LINGER_SECONDS):
                    while not self.ended:
                        await self.read()
            message = {"type": "http.response.body", "body": b""}
        await self.send(message)
