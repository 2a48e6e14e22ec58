"""The client to be awaited; the one that does the work."""

import asyncio
import inspect
import os
import random
import time
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from typing_extensions import Unpack

from kiwi.client.fetch import Fetch
from kiwi.client.show import Shown
from kiwi.client.talking import Audio, Talked, Turn, look, promised, say
from kiwi.client.wire import Event, Refused, SseReader, State, Unreachable, Wishes, event_of, refusal

URL = "http://127.0.0.1:8000"
PATIENCE, FIRST_PATIENCE = 60.0, 2.5
"""Seconds without any answer after which a client gives up: a server restarts in less, and one that has never answered is not there."""
CONNECT_SECONDS = 2.5
SILENCE = 45.0
"""Seconds after which a stream without even a heartbeat counts as cut."""
LONGEST_PAUSE = 5.0
MOST_ON_A_PAGE = 100

Changes = Mapping[int, str] | Sequence[Mapping[str, Any]]
"""Of a review: texts by scene, or scenes as ``storyboard`` gives them."""
OnProgress = Callable[[Event], Awaitable[object] | object]


class Backoff:
    """Pauses between tries, longer and longer, until patience ends."""

    def __init__(self, patience: float, advice: str = "", *, from_now: bool = False) -> None:
        self.patience = patience
        self.advice = advice
        self._tries = 0
        self._since = time.monotonic() if from_now else None

    def met(self) -> None:
        """The server answered: start over."""
        self._tries, self._since = 0, None

    async def pause(self, why: object, least: float = 0.0) -> None:
        """Wait before the next try; Unreachable when that would be too late."""
        now = time.monotonic()
        if self._since is None:
            self._since = now
        wait = max(least, min(LONGEST_PAUSE, 0.05 * 2**self._tries) * random.uniform(0.5, 1.0))
        self._tries += 1
        if now + wait - self._since > self.patience:
            raise Unreachable(f"The server has not answered for {self.patience:g} seconds: {why or 'no reason given'}.{self.advice}")
        await asyncio.sleep(wait)


class AsyncKiwiClient:
    """A server, by its address; close it or use it as ``async with``."""

    def __init__(
        self,
        url: str = URL,
        api_key: str | None = None,
        *,
        patience: float | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.open_to_all = api_key is None
        self.patience = PATIENCE if patience is None else patience
        """Seconds that a server may be away; one that has never answered gets as many only where the caller says so."""
        self.first_patience = FIRST_PATIENCE if patience is None else patience
        self.met = False
        headers = {} if api_key is None else {"Authorization": f"Bearer {api_key}"}
        timeout = httpx.Timeout(30, read=SILENCE, connect=CONNECT_SECONDS)
        self.http = httpx.AsyncClient(base_url=self.url, headers=headers, timeout=timeout, transport=transport)

    async def create(
        self,
        text: str = "",
        *,
        audio: Audio | None = None,
        idempotency_key: str | None = None,
        **wishes: Unpack[Wishes],
    ) -> "AsyncFilmTask":
        """Ask for a film from words, from a recording (a path, or its bytes), or from both. Refused; Unreachable; OSError.

        However often the line is cut meanwhile, one film is made: the request carries a key, which a caller who may
        run again chooses itself. With ``review`` the film waits with its script (``True``, ``"script"``) or with its storyboard
        (``"storyboard"``) for the task's ``review``. The end, and the wait for a review, are told at ``webhook_url``.
        """
        fields = {name: value for name, value in {"text_input": text or None, **wishes}.items() if value is not None}
        sent: dict[str, Any] = {"json": fields}
        if audio is not None:
            recording = audio if isinstance(audio, bytes) else await asyncio.to_thread(Path(audio).read_bytes)
            sent = {
                "data": {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in fields.items()},
                "files": {"audio": ("recording", recording)},
            }
        key = {"Idempotency-Key": idempotency_key or str(uuid.uuid4())}
        answer = await self.ask("POST", "/api/video/create", headers=key, **sent)
        return AsyncFilmTask(self, State.of(answer.json()))

    async def task(self, task_id: str) -> "AsyncFilmTask":
        """A task that exists. Refused (404); Unreachable."""
        return await AsyncFilmTask(self, State(task_id)).refresh()

    async def tasks(self, limit: int = 50, status: str | None = None) -> "list[AsyncFilmTask]":
        """Tasks, newest first. Refused; Unreachable."""
        found: list[AsyncFilmTask] = []
        wanted: dict[str, str] = {} if status is None else {"status": status}
        address: str | None = "/api/video/tasks"
        while address and len(found) < limit:
            page = {**wanted, "limit": str(min(limit - len(found), MOST_ON_A_PAGE))}
            answer = await self.ask("GET", httpx.URL(address).copy_merge_params(page))
            found += [AsyncFilmTask(self, State.of(told)) for told in answer.json()]
            address = answer.links.get("next", {}).get("url")
            address = address and httpx.URL(address).raw_path.decode()
        return found

    async def converse(self, message: str = "", *, audio: Audio | None = None, generate: bool = False) -> "AsyncConversation":
        """Begin to talk over a film, by words or by a recording; ``generate``: have it made at once. Refused; Unreachable; OSError."""
        return AsyncConversation(self, await say(self, None, message, audio, generate))

    async def conversation(self, conversation_id: str) -> "AsyncConversation":
        """A conversation that exists. Refused (404); Unreachable."""
        return AsyncConversation(self, await look(self, conversation_id))

    async def health(self) -> Mapping[str, Any]:
        """Whether the server lives, and what it says about itself. Unreachable."""
        return dict((await self.ask("GET", "/api/health")).json())

    def _backoff(self) -> Backoff:
        """How to wait for the server now."""
        if self.met:
            return Backoff(self.patience)
        return Backoff(self.first_patience, f" Is there a KIWI-Video server at {self.url}? `kiwi serve` starts one.", from_now=True)

    async def ask(self, method: str, address: str | httpx.URL, *, again: bool = True, **sent: Any) -> httpx.Response:
        """One request, sent until it is answered; not ``again`` when a second one would do more than the first. Refused; Unreachable."""
        backoff = self._backoff()
        while True:
            try:
                answer = await self.http.request(method, address, **sent)
            except httpx.TransportError as cut:
                if not again and not isinstance(cut, httpx.ConnectError | httpx.ConnectTimeout):
                    raise Unreachable(f"The line was cut while the server was asked, and it may have heard: {cut!r}") from cut
                await backoff.pause(cut)
                continue
            self.met = True
            if answer.is_success:
                return answer
            refused = refusal(answer.status_code, answer.content, answer.headers.get("retry-after"))
            if answer.status_code not in {409, 503} or refused.retry_after is None:
                raise refused
            await backoff.pause(refused, least=refused.retry_after)

    async def close(self) -> None:
        """Let the connections go."""
        await self.http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()


class AsyncFilmTask(Shown):
    """One task of a server."""

    def __init__(self, client: AsyncKiwiClient, state: State) -> None:
        self.client = client
        self._hear(state)

    @property
    def state(self) -> State:
        """The task as last heard of."""
        return self._state

    def _hear(self, state: State) -> None:
        self._state, self.heard_at = state, time.monotonic()

    async def refresh(self) -> Self:
        """Ask how the task stands. Refused; Unreachable."""
        return self._learn(await self.client.ask("GET", f"/api/video/status/{self.id}"))

    async def events(self, after: int = 0) -> AsyncGenerator[Event, None]:
        """Every event after number ``after``, each once and in order, until the task is over; goes on after cuts and restarts.

        Refused when there is no such task, or no longer; Unreachable.
        """
        seen, ended = after, False
        backoff = self.client._backoff()
        while True:
            reader, why = SseReader(), "the server ended the stream"
            try:
                async with self._stream(seen) as answer:
                    if answer.status_code == httpx.codes.NO_CONTENT:
                        return
                    await _check(answer)
                    async for line in answer.aiter_lines():
                        told = reader.read(line)
                        event = None if told is None else event_of(told)
                        if event is not None and event.seq > seen:
                            backoff.met()
                            seen, ended = event.seq, event.type != "progress"
                            self._hear(event.state)
                            yield event
                if ended:
                    return
            except httpx.TransportError as cut:
                why, reader.retry = repr(cut), 0.0
            except Refused as refused:
                if refused.status != httpx.codes.SERVICE_UNAVAILABLE:
                    raise
                why = str(refused)
            await backoff.pause(why, least=reader.retry)

    async def wait(self, on_progress: OnProgress | None = None, timeout: float | None = None) -> Self:  # noqa: ASYNC109 - as in asyncio's own
        """Wait for the film, or until a person is asked for a review, which ``state.review`` then shows.

        ``on_progress`` hears every event from now on, and may give the review itself. NoFilm if there will be none; TimeoutError;
        Unreachable.
        """
        async with asyncio.timeout(timeout):
            if self.state.goes_on:
                async with aclosing(self.events(self.state.seq)) as events:
                    async for event in events:
                        heard = on_progress(event) if on_progress else None
                        if inspect.isawaitable(heard):
                            await heard
                        if not self.state.goes_on:
                            break
        return self.finished()

    async def download(self, path: str | os.PathLike[str], what: str = "film", version: int | None = None) -> Path:
        """Fetch ``film``, ``srt``, ``vtt``, ``poster`` or ``manifest`` into a file, or into a folder under the task's name.

        ``version``: an earlier one of ``result["versions"]``; None: the newest.

        Goes on after cuts, in a later run too; checks the film's sha256; a half-fetched file never has the final name.
        NoFilm; Damaged; Refused; Unreachable; OSError.
        """
        if self.state.result is None:
            await self.refresh()
        address, result = self.state.address(what, version), self.state.version(version)
        target = Path(path)
        if await asyncio.to_thread(target.is_dir):
            target /= f"{self.id}{Path(address).suffix}"
        digest = str(result.get("sha256", "")) if what == "film" else ""
        await Fetch(self.client.http, address, target, digest, self.client._backoff()).run()
        return target

    async def preview(self) -> AsyncGenerator[bytes, None]:
        """The bytes of an MP4 that grows while the film is made, for a player or a file: seconds after its creation the first comes.

        They are all of what is drawn, and end with the film; of a finished film they are the film. Refused (404 when nothing was drawn);
        Unreachable when the line is cut: begin again.
        """
        address, plain = f"/api/video/task/{self.id}/preview.mp4", {"Accept-Encoding": "identity"}
        try:
            async with self.client.http.stream("GET", address, headers=plain) as answer:
                await _check(answer)
                async for part in answer.aiter_bytes():
                    yield part
        except httpx.TransportError as cut:
            raise Unreachable(f"The line was cut while the film was watched: {cut!r}") from cut

    async def cancel(self) -> Self:
        """Stop the film; one that is over stays as it is. Refused; Unreachable."""
        return self._learn(await self.client.ask("POST", f"/api/video/task/{self.id}/cancel"))

    async def retry(self) -> Self:
        """Go on with a failed or cancelled film where it stopped. Refused; Unreachable."""
        return self._learn(await self.client.ask("POST", f"/api/video/task/{self.id}/retry", again=False))

    async def retake(self, scene: int, text: str | None = None, *, picture: bool = False) -> Self:
        """Give one scene of a finished film, counted from 1, another text, another picture or both: a new version. Refused; Unreachable."""
        said: dict[str, Any] = {**({} if text is None else {"text": text}), **({"picture": True} if picture else {})}
        return self._learn(await self.client.ask("POST", f"/api/video/task/{self.id}/scenes/{scene}/retake", again=False, json=said))

    async def remove(self, scene: int) -> Self:
        """Leave one scene, counted from 1, out of a finished film: a new version. Refused; Unreachable."""
        return self._learn(await self.client.ask("DELETE", f"/api/video/task/{self.id}/scenes/{scene}", again=False))

    async def variant(self, *, aspect: str | None = None, seconds: float | None = None, theme: str | None = None) -> "AsyncFilmTask":
        """Ask for a new film from the same script, in another shape, length or look: a task of its own. Refused; Unreachable.

        Where it shall be shorter it is made of what fits. However often the line is cut meanwhile, one film is made.
        """
        said = {name: value for name, value in (("aspect", aspect), ("seconds", seconds), ("theme", theme)) if value is not None}
        key = {"Idempotency-Key": str(uuid.uuid4())}
        answer = await self.client.ask("POST", f"/api/video/task/{self.id}/variant", headers=key, json=said)
        return AsyncFilmTask(self.client, State.of(answer.json()))

    async def storyboard(self) -> dict[str, Any]:
        """The scenes as they may be looked at and changed, as soon as there is a script, and what the film would cost.

        ``scenes``, changed, can be handed to ``review``, with ``revision``. Refused (409 before); Unreachable.
        """
        return dict((await self.client.ask("GET", f"/api/video/task/{self.id}/storyboard")).json())

    async def review(self, approve: bool = True, scenes: Changes | None = None, revision: int | None = None) -> Self:
        """Let the script or storyboard through that the film awaits its review with, change it, or end the film there.

        ``scenes`` gives some, counted from 1, another text; or is a list like that of ``storyboard()``, of which a new scene has no
        ``scene_number`` and whose order counts if all scenes stand in it. ``approve=False`` with scenes draws the storyboard anew and
        asks again; without them it ends the film. Refused (409 when nothing is asked, or ``revision`` is not the latest); Unreachable.
        """
        changed = (
            list(scenes)
            if isinstance(scenes, Sequence)
            else [{"scene_number": number, "description": text} for number, text in (scenes or {}).items()]
        )
        said = {"approve": approve, "scenes": changed or None, "revision": revision}
        said = {name: value for name, value in said.items() if value is not None}
        return self._learn(await self.client.ask("POST", f"/api/video/task/{self.id}/review", again=False, json=said))

    async def delete(self) -> None:
        """Forget the task and everything it made. Refused; Unreachable."""
        await self.client.ask("DELETE", f"/api/video/task/{self.id}")

    def _learn(self, answer: httpx.Response) -> Self:
        self._hear(State.of(answer.json()))
        return self

    def _stream(self, seen: int) -> Any:
        headers = {"Last-Event-ID": str(seen), "Accept": "text/event-stream"}
        return self.client.http.stream("GET", f"/api/video/events/{self.id}", headers=headers)


class AsyncConversation(Talked):
    """One conversation of a server."""

    def __init__(self, client: AsyncKiwiClient, turn: Turn) -> None:
        self.client = client
        self.turn = turn

    async def say(self, message: str = "", *, audio: Audio | None = None, generate: bool = False) -> Self:
        """Say something and be answered; ``generate``: have the film made, if there is a topic. Refused; Unreachable; OSError."""
        self.turn = await say(self.client, self.id, message, audio, generate)
        return self

    async def refresh(self) -> Self:
        """Ask how it stands. Refused; Unreachable."""
        self.turn = await look(self.client, self.id)
        return self

    async def generate(self) -> AsyncFilmTask:
        """Have the film made; asked again, it is the same film until something else is wanted. Refused; Unreachable."""
        return await self.client.task(await promised(self.client, self.id))

    async def delete(self) -> None:
        """Forget the conversation; its film stays. Refused; Unreachable."""
        await self.client.ask("DELETE", f"/api/conversation/{self.id}")


async def _check(answer: httpx.Response) -> None:
    """Refused unless the answer is a stream."""
    if answer.status_code != httpx.codes.OK:
        raise refusal(answer.status_code, await answer.aread(), answer.headers.get("retry-after"))
