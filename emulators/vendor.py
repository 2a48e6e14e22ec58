"""What all emulated vendors share: the ledger of requests, scripts for creates, jobs on a clock, links to real files."""

import asyncio
import json
import time
import uuid
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, ClassVar

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

from emulators.faults import deliver, expired, garbled
from emulators.scenarios import GARBLED, HAPPY, Scenario, Script, Stage
from emulators.timeline import Clock, Job, Media, Phase

QUEUE_SECONDS = 0.5
RUN_SECONDS = 2.0
EXTRA = {"addedLater": {"reason": "a newer version of the API", "values": [1, 2, 3]}}
"""A field no client has heard of."""


@dataclass(frozen=True)
class Received:
    """One request as it came in."""

    method: str
    path: str
    """Below the vendor's base URL."""
    query: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes
    at: float

    @property
    def json(self) -> Any:
        """The body parsed; None when it is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass(frozen=True)
class Purchase:
    """One create that the vendor accepted and will charge for."""

    job: str
    path: str
    prompt: str
    at: float


class Refused(Exception):
    """The vendor says no; carries its answer."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status_code)
        self.answer = answer


class Vendor(ABC):
    """One vendor: an ASGI application with a memory. Subclasses add routes to ``app`` and say no in the vendor's words."""

    name: ClassVar[str]
    optional: ClassVar[Collection[str]] = ()
    """Top-level fields of answers that a client must be able to miss."""
    moderates_at_submit: ClassVar[bool] = True
    """Whether input is judged before the job is accepted; if not, the job fails with it."""

    def __init__(
        self,
        clock: Clock = time.monotonic,
        queue_seconds: float = QUEUE_SECONDS,
        run_seconds: float = RUN_SECONDS,
        keys: Collection[str] = (),
    ) -> None:
        self.clock, self.queue_seconds, self.run_seconds = clock, queue_seconds, run_seconds
        self.keys = frozenset(keys)
        """Keys that are good; empty: any key is."""
        self.app = FastAPI(openapi_url=None, redirect_slashes=False)
        self.app.add_exception_handler(Refused, say_no)
        self.app.add_api_route("/files/{job_id}/{serial}/{name}", self.download, methods=["GET", "HEAD"], response_model=None)
        self.add_routes()
        self._waiting = 0
        self.clear()

    def clear(self) -> None:
        """Forget everything: ledger, purchases, jobs and scripts."""
        self.requests: list[Received] = []
        self.creates: list[Received] = []
        self.purchases: list[Purchase] = []
        self.jobs: dict[str, Job] = {}
        self.peak_jobs = 0
        """The most jobs that were open at once."""
        self.peak_requests = 0
        """The most requests that waited for an answer at once."""
        self._scripts: deque[Script] = deque()
        self._standing = HAPPY
        self._marked: Counter[str] = Counter()

    @abstractmethod
    def add_routes(self) -> None:
        """Add the vendor's routes to ``app``."""

    @abstractmethod
    def key_of(self, request: Request) -> str:
        """The key a request bears, or an empty string."""

    @abstractmethod
    def refuse(self, script: Script) -> Response:
        """The vendor's own words for each scenario in REFUSALS."""

    # scripts

    def script(self, scenario: Scenario | str, **details: Any) -> None:
        """Queue a scenario for the next create (``times=3``: the next three; ``times=None``: all until cleared)."""
        script = Script.model_validate({**details, "scenario": scenario})
        if script.times is None:
            self._standing = script
        else:
            self._scripts.extend([script] * script.times)

    def take_script(self, prompt: str) -> Script:
        """The script of a create: its prompt's marker, else the next queued one, else the standing one."""
        script = self._take(prompt)
        if script.scenario is Scenario.MODERATED_INPUT and not self.moderates_at_submit:
            return script.model_copy(update={"at_end": True})
        return script

    def _take(self, prompt: str) -> Script:
        marked = Script.marked(prompt)
        if marked:
            self._marked[prompt] += 1
            return marked if marked.times is None or self._marked[prompt] <= marked.times else HAPPY
        return self._scripts.popleft() if self._scripts else self._standing

    # a create, and what follows

    def admit(self, request: Request) -> None:
        """Refused when the request bears no good key."""
        key = self.key_of(request)
        if not key or (self.keys and key not in self.keys):
            raise Refused(self.refuse(Script(scenario=Scenario.BAD_KEY)))

    async def create(self, request: Request, prompt: str, accept: Callable[[Script], Response], *, paid: bool = True) -> Response:
        """Answer a create as its script says. ``accept`` opens the job and says yes; it only runs when the vendor would charge."""
        script = self.take_script(prompt)
        received = request.scope["emulators.received"]
        if paid:
            self.creates.append(received)
        if script.at(Stage.CREATE) and script.scenario not in GARBLED:
            return self.refuse(script)
        jobs = len(self.jobs)
        answer = accept(script)
        if paid:
            job = next(reversed(self.jobs)) if len(self.jobs) > jobs else ""
            self.purchases.append(Purchase(job, received.path, prompt, self.clock()))
        return garbled(script, bytes(answer.body)) if script.at(Stage.CREATE) else answer

    def open_job(self, script: Script, prompt: str, media: Callable[[], Media], **asked: Any) -> Job:
        """Start a job under a new id."""
        job = Job(str(uuid.uuid4()), prompt, script, self.clock(), self.queue_seconds, self.run_seconds, media, asked)
        self.jobs[job.id] = job
        now = self.clock()
        self.peak_jobs = max(self.peak_jobs, sum(job.phase(now) in {Phase.QUEUED, Phase.RUNNING} for job in self.jobs.values()))
        return job

    def answer(self, job: Job, stage: Stage, body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
        """Answer a poll or a result about a job, as the job's script says."""
        if job.script.scenario is Scenario.EXTRA_FIELDS:
            body = {**body, **EXTRA}
        if job.script.scenario is Scenario.MISSING_OPTIONAL:
            body = {name: value for name, value in body.items() if name not in self.optional}
        whole = JSONResponse(body, status, headers)
        return self.fault(job, stage, bytes(whole.body)) or whole

    def fault(self, job: Job, stage: Stage, whole: bytes = b"") -> Response | None:
        """Count a visit to a job; what is answered instead of ``whole``, if its script wants that now."""
        job.visits[stage] += 1
        if not (job.script.at(stage) and job.script.due(job.visits[stage])):
            return None
        return garbled(job.script, whole) if job.script.scenario in GARBLED else self.refuse(job.script)

    # files

    def origin(self, request: Request) -> str:
        """The vendor's base URL as the client reached it."""
        return f"{request.url.scheme}://{request.headers['host']}{request.scope.get('root_path', '')}"

    def link(self, request: Request, job: Job, name: str = "output.mp4") -> str:
        """A fresh link to a job's media."""
        job.links += 1
        return f"{self.origin(request)}/files/{job.id}/{job.links}/{name}"

    async def download(self, job_id: str, serial: int, name: str) -> Response:
        """Deliver a job's media, with its script's faults."""
        job = self.jobs.get(job_id)
        if job is None:
            return expired(Script(status=404))
        fault = self.fault(job, Stage.DOWNLOAD)
        if fault:
            return fault
        if job.script.scenario is Scenario.EXPIRED_URL and job.script.due(serial):
            return expired(job.script)
        try:
            return deliver(job.script, await self.media_of(job, name))
        except LookupError:
            return expired(Script(status=404))

    async def media_of(self, job: Job, name: str) -> Media:
        """What a link of that name leads to; LookupError when nothing is called so."""
        return await asyncio.to_thread(job.media)

    # the ledger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Write the request down and answer it."""
        if scope["type"] == "http":
            receive = await self._write_down(scope, receive)
        self._waiting += 1
        self.peak_requests = max(self.peak_requests, self._waiting)
        try:
            await self.app(scope, receive, send)
        finally:
            self._waiting -= 1

    async def _write_down(self, scope: Scope, receive: Receive) -> Receive:
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        received = Received(scope["method"], path, scope["query_string"].decode(), headers, body, self.clock())
        scope["emulators.received"] = received
        self.requests.append(received)
        return replaying(body, receive)


def replaying(body: bytes, receive: Receive) -> Receive:
    """A ``receive`` that gives the body once more and then what really comes."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return pending.pop() if pending else await receive()

    return again


async def say_no(request: Request, refused: Exception) -> Response:
    """Send the answer that a refusal carries."""
    assert isinstance(refused, Refused)
    return refused.answer
