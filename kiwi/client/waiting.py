"""The client for programs that wait: the awaited one, driven on a loop in a thread of its own."""

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from typing_extensions import Unpack

from kiwi.client.awaiting import URL, AsyncConversation, AsyncFilmTask, AsyncKiwiClient, Changes
from kiwi.client.show import Shown
from kiwi.client.talking import Audio, Talked, Turn
from kiwi.client.wire import Event, Refused, State, Unreachable, Wishes

FRESH_SECONDS, LOOK_SECONDS = 1.0, 2.0
"""So old may be what is shown of a task; and so long it is tried to ask anew."""

Result = TypeVar("Result")


class LoopThread:
    """An event loop beside the caller, also when the caller is in one itself, as in a notebook."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="kiwi-client", daemon=True)
        self.thread.start()
        self.open = True

    def run(self, work: Coroutine[Any, Any, Result], timeout: float | None = None) -> Result:
        """Have work done and wait for it; when waiting ends early, the work is stopped first. TimeoutError."""
        over = threading.Event()
        begun: list[asyncio.Task[Result]] = []

        def begin() -> None:
            begun.append(self.loop.create_task(work))
            begun[0].add_done_callback(lambda _: over.set())

        def stop() -> None:
            begun[0].cancel()

        self.loop.call_soon_threadsafe(begin)
        in_time = False
        try:
            in_time = over.wait(timeout)
        finally:
            if not in_time:
                self.loop.call_soon_threadsafe(stop)
                over.wait()
        if not in_time:
            raise TimeoutError
        return begun[0].result()

    def close(self) -> None:
        """End the loop and its thread."""
        self.open = False
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


class KiwiClient:
    """A server, by its address; close it or use it as ``with``. Every method is its namesake of AsyncKiwiClient."""

    def __init__(
        self,
        url: str = URL,
        api_key: str | None = None,
        *,
        patience: float | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._client = AsyncKiwiClient(url, api_key, patience=patience, transport=transport)
        self._thread = LoopThread()

    @property
    def url(self) -> str:
        """The server's address."""
        return self._client.url

    def create(
        self,
        text: str = "",
        *,
        audio: Audio | None = None,
        idempotency_key: str | None = None,
        **wishes: Unpack[Wishes],
    ) -> "FilmTask":
        """Ask for a film. Refused; Unreachable; OSError."""
        return self._one(self._thread.run(self._client.create(text, audio=audio, idempotency_key=idempotency_key, **wishes)))

    def task(self, task_id: str) -> "FilmTask":
        """A task that exists. Refused (404); Unreachable."""
        return self._one(self._thread.run(self._client.task(task_id)))

    def tasks(self, limit: int = 50, status: str | None = None) -> "list[FilmTask]":
        """Tasks, newest first. Refused; Unreachable."""
        return [self._one(task) for task in self._thread.run(self._client.tasks(limit, status))]

    def converse(self, message: str = "", *, audio: Audio | None = None, generate: bool = False) -> "Conversation":
        """Begin to talk over a film. Refused; Unreachable; OSError."""
        return Conversation(self._thread.run(self._client.converse(message, audio=audio, generate=generate)), self._thread)

    def conversation(self, conversation_id: str) -> "Conversation":
        """A conversation that exists. Refused (404); Unreachable."""
        return Conversation(self._thread.run(self._client.conversation(conversation_id)), self._thread)

    def health(self) -> Mapping[str, Any]:
        """Whether the server lives, and what it says about itself. Unreachable."""
        return self._thread.run(self._client.health())

    def close(self) -> None:
        """Let the connections go."""
        self._thread.run(self._client.close())
        self._thread.close()

    def _one(self, task: AsyncFilmTask) -> "FilmTask":
        return FilmTask(task, self._thread)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class FilmTask(Shown):
    """One task of a server. Every method is its namesake of AsyncFilmTask."""

    def __init__(self, task: AsyncFilmTask, thread: LoopThread) -> None:
        self._task = task
        self._thread = thread
        self.client = task.client

    @property
    def state(self) -> State:
        """The task as it stands: asked anew when it was not heard of for a second and is not over."""
        old = time.monotonic() - self._task.heard_at > FRESH_SECONDS
        if old and not self._task.state.over and self._thread.open:
            self._task.heard_at = time.monotonic()
            with contextlib.suppress(Refused, Unreachable, TimeoutError):
                self._thread.run(self._task.refresh(), LOOK_SECONDS)
        return self._task.state

    def refresh(self) -> Self:
        """Ask how the task stands. Refused; Unreachable."""
        self._thread.run(self._task.refresh())
        return self

    def events(self, after: int = 0) -> Iterator[Event]:
        """Every event after number ``after``, each once and in order, until the task is over. Refused; Unreachable."""
        return self._told(after, None)

    def wait(self, on_progress: Callable[[Event], object] | None = None, timeout: float | None = None) -> Self:
        """Wait for the film, or until a person is asked for a review; ``on_progress`` hears, in this thread, every event from now on.

        NoFilm; TimeoutError; Unreachable.
        """
        until = None if timeout is None else time.monotonic() + timeout
        if self._task.state.goes_on:
            for event in self._told(self._task.state.seq, until):
                if on_progress is not None:
                    on_progress(event)
                if not self._task.state.goes_on:
                    break
        return self.finished()

    def download(self, path: str | os.PathLike[str], what: str = "film", version: int | None = None) -> Path:
        """Fetch one of the film's files. NoFilm; Damaged; Refused; Unreachable; OSError."""
        return self._thread.run(self._task.download(path, what, version))

    def preview(self) -> Iterator[bytes]:
        """The bytes of an MP4 that grows while the film is made. Refused; Unreachable."""
        return self._each(self._task.preview())

    def cancel(self) -> Self:
        """Stop the film. Refused; Unreachable."""
        self._thread.run(self._task.cancel())
        return self

    def retry(self) -> Self:
        """Go on with a failed or cancelled film. Refused; Unreachable."""
        self._thread.run(self._task.retry())
        return self

    def retake(self, scene: int, text: str | None = None, *, picture: bool = False) -> Self:
        """Give one scene of a finished film another text, another picture or both. Refused; Unreachable."""
        self._thread.run(self._task.retake(scene, text, picture=picture))
        return self

    def remove(self, scene: int) -> Self:
        """Leave one scene out of a finished film. Refused; Unreachable."""
        self._thread.run(self._task.remove(scene))
        return self

    def variant(self, *, aspect: str | None = None, seconds: float | None = None, theme: str | None = None) -> "FilmTask":
        """Ask for a new film from the same script, in another shape, length or look. Refused; Unreachable."""
        return FilmTask(self._thread.run(self._task.variant(aspect=aspect, seconds=seconds, theme=theme)), self._thread)

    def storyboard(self) -> dict[str, Any]:
        """The scenes as they may be looked at and changed. Refused; Unreachable."""
        return self._thread.run(self._task.storyboard())

    def review(self, approve: bool = True, scenes: Changes | None = None, revision: int | None = None) -> Self:
        """Let the script or storyboard through, change it, or end the film there. Refused; Unreachable."""
        self._thread.run(self._task.review(approve, scenes, revision))
        return self

    def delete(self) -> None:
        """Forget the task and everything it made. Refused; Unreachable."""
        self._thread.run(self._task.delete())

    def _told(self, after: int, until: float | None) -> Iterator[Event]:
        return self._each(self._task.events(after), until)

    def _each(self, told: AsyncGenerator[Result, None], until: float | None = None) -> Iterator[Result]:
        async def turn() -> Result | None:
            return await anext(told, None)

        try:
            while (one := self._thread.run(turn(), None if until is None else max(0.0, until - time.monotonic()))) is not None:
                yield one
        finally:
            self._thread.run(told.aclose())


class Conversation(Talked):
    """One conversation of a server. Every method is its namesake of AsyncConversation."""

    def __init__(self, conversation: AsyncConversation, thread: LoopThread) -> None:
        self._conversation = conversation
        self._thread = thread

    @property
    def turn(self) -> Turn:  # type: ignore[override]
        """The conversation as last heard of."""
        return self._conversation.turn

    def say(self, message: str = "", *, audio: Audio | None = None, generate: bool = False) -> Self:
        """Say something and be answered. Refused; Unreachable; OSError."""
        self._thread.run(self._conversation.say(message, audio=audio, generate=generate))
        return self

    def refresh(self) -> Self:
        """Ask how it stands. Refused; Unreachable."""
        self._thread.run(self._conversation.refresh())
        return self

    def generate(self) -> FilmTask:
        """Have the film made. Refused; Unreachable."""
        return FilmTask(self._thread.run(self._conversation.generate()), self._thread)

    def delete(self) -> None:
        """Forget the conversation; its film stays. Refused; Unreachable."""
        self._thread.run(self._conversation.delete())
