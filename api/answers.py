"""Answers that stay open: told piece by piece, until there is no more to tell, nobody listens any more, or the server stops."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

from fastapi import Response
from starlette.types import Receive, Scope, Send

from api.auth import Caller
from api.context import Ending, ServerContext, Stream

NO_STORE = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

Say = Callable[[bytes], Awaitable[None]]


class OpenAnswer(Response):
    """Sends a stream, and signs of life in between, until it ends, its client goes or takes nothing any more, or the server stops."""

    kind = ""
    """What it is counted as while it is open."""
    patience: float | None = None
    """Seconds that a client may take nothing of what is sent; None: as long as everywhere."""

    def __init__(self, context: ServerContext, caller: Caller, stream: AsyncGenerator[bytes, None], greeting: bytes, sign: bytes) -> None:
        super().__init__(headers=NO_STORE)
        del self.headers["content-length"]
        self.context = context
        self.caller = caller
        self.stream = stream
        self.first = greeting
        self.sign = sign

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:

        async def say(part: bytes) -> None:
            await send({"type": "http.response.body", "body": part, "more_body": True})

        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        line_to_client = Stream(self.context, self.kind, self.caller, say, self.patience)
        ending = await line_to_client.run(self._tell(line_to_client), _gone(receive), self.sign, heed=self.heeds)
        if await self.end(ending, say):  # else the answer stays unfinished, which makes the server hang up
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    @property
    def heeds(self) -> bool:
        """Whether it ends when the server stops; else the stream itself tells and ends."""
        return True

    async def end(self, ending: Ending, say: Say) -> bool:
        """Say the last words, if any; whether the answer is whole."""
        return ending is Ending.TOLD

    async def _tell(self, to: Stream[bytes]) -> None:
        async with aclosing(self.stream) as stream:
            if self.first:
                await to.say(self.first)
            async for part in stream:
                await to.say(part)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
