"""The film as a LangChain runnable: a call promises a task and tells its event log; the graph itself runs in the worker."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Any, NoReturn

from langchain_core.callbacks import adispatch_custom_event
from langchain_core.runnables import ConfigurableFieldSpec, Runnable, RunnableConfig, RunnableGenerator
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from api.briefs import CreateRequest, naming, request_of
from api.context import Pause, ServerContext
from api.messages import told
from api.problems import Refusal
from graph.films import Films
from kiwi.errors import TaskBusy
from kiwi.film.model import MAX_SECONDS, MIN_SECONDS
from kiwi.tasks.request import FilmRequest
from kiwi.tasks.task import Event, Status, Task

LONG = {"data": {"scenes", "review"}, "transcription": {"transcription"}}
"""What a stream shows when one of these has changed."""
MOST_INPUTS = 16
"""Films that one batch may ask for."""
ENGINE = "task"
"""The name under which the engine itself reports, beside the pipeline's nodes."""
SHOWN = ("task_id", "seq", "status", "phase", "progress", "message")


def _with_nothing_chosen(schema: dict[str, Any]) -> None:
    """Let the empty default be one of the values, since the playground checks also what nobody has filled in."""
    for about in schema["properties"].values():
        if about.get("default") == "" and "" not in about.get("enum", [""]):
            about["enum"] = ["", *about["enum"]]


class CreateInput(FilmRequest):
    """The request without an optional field, which LangServe's playground cannot draw: empty and 0 mean not said."""

    model_config = ConfigDict(json_schema_extra=_with_nothing_chosen)

    audio_data: str = Field(
        "", description="A recording of it: a data URL or base64", json_schema_extra={"extra": {"widget": {"type": "base64file"}}}
    )
    seconds: float = Field(0, description=f"Length, {MIN_SECONDS} to {MAX_SECONDS}; 0: as the words say")
    budget: float = Field(0, description="Most US dollars it may cost; 0: the server's own cap")
    answer: SkipJsonSchema[dict[str, Any]] = Field(default_factory=dict)
    """With the thread_id of a film that awaits its review: what a person decided, as POST /api/video/task/{id}/review takes it."""

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, sent: Any) -> Any:
        return {name: value for name, value in sent.items() if value is not None} if isinstance(sent, dict) else sent

    @property
    def says(self) -> dict[str, Any]:
        """The fields that were filled in."""
        filled = self.model_dump(exclude_defaults=True, exclude={"answer"})
        return {name: value for name, value in filled.items() if value not in {"", 0}}


class FilmResult(BaseModel):
    """A task's result; of a batch also of those that failed, which have an ``error`` and no film."""

    model_config = ConfigDict(extra="allow")

    task_id: str
    status: str
    error: str = ""
    video_url: str = Field("", description="A path below this server")
    captions: dict[str, str] = Field(default_factory=dict)
    poster_url: str = ""
    manifest_url: str = ""
    title: str = ""
    duration: float = Field(0, description="Seconds")
    resolution: str = ""
    fps: int = 0
    size: int = Field(0, description="Bytes")
    sha256: str = ""
    is_multi_scene: bool = False
    total_scenes: int = 0
    scenes_generated: int = 0
    video_prompt: str = ""


class FilmRunnable(Runnable[Any, dict[str, Any]]):
    """Makes films for whoever asks, as ``films`` knows them; ``configurable.thread_id`` goes on with a task that exists.

    A film that awaits its review is not waited for: what is asked is the result, its status ``awaiting_review``, and once it is
    answered a call with its ``thread_id`` goes on.
    """

    def __init__(self, context: Callable[[], ServerContext], films: Callable[[], Films]) -> None:
        self.name = "film"
        self._doors = context
        self._films = films
        telling: Any = self._tell
        self._telling: Runnable[dict[str, str], dict[str, Any]] = RunnableGenerator(telling, name="film")

    @property
    def InputType(self) -> type[CreateInput]:
        return CreateInput

    @property
    def OutputType(self) -> Any:
        return FilmResult

    @property
    def config_specs(self) -> list[ConfigurableFieldSpec]:
        about = "Goes on with this film: send its task_id and no brief"
        return [ConfigurableFieldSpec(id="thread_id", annotation=str, default="", name="Task id", description=about)]

    def invoke(self, input: Any, config: RunnableConfig | None = None, **_: Any) -> NoReturn:  # noqa: A002 - LangChain's name
        """TypeError, because films are made beside the loop that waits for them."""
        raise TypeError("Films are awaited: use ainvoke.")

    async def ainvoke(self, input: Any, config: RunnableConfig | None = None, **_: Any) -> dict[str, Any]:  # noqa: A002
        """Make a film and wait for its result; Refusal with the task's error if there will be none."""
        return result_of(await self._ended(await self._take_up(input, config)))

    async def abatch(
        self,
        inputs: Sequence[Any],
        config: RunnableConfig | Sequence[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        **_: Any,
    ) -> list[dict[str, Any]]:
        """Make several films; promised all or none. One that fails tells so in its place and takes nothing from the others."""
        configs = list(config) if isinstance(config, Sequence) else [config] * len(inputs)
        if len(inputs) > MOST_INPUTS:
            raise Refusal(422, f"Send at most {MOST_INPUTS} at once.", field="inputs")
        for one, given in zip(inputs, configs, strict=True):
            await asyncio.to_thread(understand, one, thread_of(given))
        tasks: list[Task] = []
        try:
            for one, given in zip(inputs, configs, strict=True):
                tasks.append(await self._take_up(one, given))
        except BaseException:
            for task, given in zip(tasks, configs, strict=False):
                if not thread_of(given):
                    await self._films().forget(task.id)
            raise
        return [told_end(task) for task in await asyncio.gather(*map(self._ended, tasks))]

    async def astream(self, input: Any, config: RunnableConfig | None = None, **_: Any) -> AsyncIterator[dict[str, Any]]:  # noqa: A002
        """Tell what happens, ``{node: progress}``, and at the end the result; each is a custom event of the node's name, too."""
        task = await self._take_up(input, config)
        async with aclosing(self._telling.astream({"task_id": task.id}, config)) as chunks:  # type: ignore[type-var]
            async for chunk in chunks:
                yield chunk

    async def astream_events(  # type: ignore[override]
        self,
        input: Any,  # noqa: A002
        config: RunnableConfig | None = None,
        **wanted: Any,
    ) -> AsyncIterator[Any]:
        """The same as LangChain's events; what they show of the input is the task's id, for a recording would be sent back."""
        task = await self._take_up(input, config)
        async with aclosing(self._telling.astream_events({"task_id": task.id}, config, **wanted)) as events:
            async for event in events:
                yield event

    async def _take_up(self, asked: Any, config: RunnableConfig | None) -> Task:
        """The task to follow: a new one, or the one that was named. Refusal; KiwiError."""
        films = self._films()
        thread_id = thread_of(config)
        create_request = await asyncio.to_thread(understand, asked, thread_id)  # a recording may come with it
        if create_request is not None:
            with naming("text_input"):
                task, _ = await films.promise(create_request.brief, create_request.recording, webhook_url=create_request.webhook_url)
            return task
        if answer := _parsed(asked).answer:
            with naming("answer"):
                return await films.review(thread_id, answer)
        task = await films.get(thread_id)
        if task.status in {Status.FAILED, Status.CANCELLED}:
            try:
                return await films.retry(thread_id)
            except TaskBusy:
                return await films.get(thread_id)
        return task

    async def _tell(self, asked: AsyncIterator[dict[str, str]], config: RunnableConfig) -> AsyncIterator[dict[str, Any]]:
        async for one in asked:
            task = await self._films().get(one["task_id"])
            node, shown = ENGINE, _shown(task)
            await adispatch_custom_event(node, shown, config=config)
            yield {node: shown}
            async with aclosing(self._events(task)) as events:  # type: ignore[type-var]
                async for event in events:
                    task = event.task
                    if not event.last:
                        node, shown = event.node or ENGINE, _shown(task, event.changes)
                        await adispatch_custom_event(node, shown, config=config)
                        yield {node: shown}
            yield result_of(task)

    async def _events(self, task: Task) -> AsyncIterator[Event]:
        """What happens to a task from how it stands until its end, or a question; Refusal when the server is about to stop."""
        if task.status is Status.AWAITING_REVIEW:
            return
        async with aclosing(self._doors().paced(self._films().follow(task, task.seq))) as paced:
            async for event in paced:
                if event is Pause.SHUTDOWN:
                    detail = f"The server is about to stop; the film goes on: ask again with thread_id {task.id} and no brief."
                    raise Refusal(503, detail)
                if isinstance(event, Event):
                    yield event
                    if event.task.status is Status.AWAITING_REVIEW:
                        return

    async def _ended(self, task: Task) -> Task:
        async with aclosing(self._events(task)) as events:  # type: ignore[type-var]
            async for event in events:
                task = event.task
        return task


def understand(asked: Any, thread_id: str) -> CreateRequest | None:
    """What a call asks for; None: to go on with a task that exists. Refusal; BadBrief."""
    parsed = _parsed(asked)
    says = parsed.says
    if parsed.answer and not thread_id:
        raise Refusal(422, "Name the film that it is about as the config's thread_id.", field="answer")
    if not thread_id:
        return request_of(says)
    if says:
        raise Refusal(422, "Send a brief for a new film, or the id of a film to go on with, not both.", field="thread_id")
    return None


def _parsed(asked: Any) -> CreateInput:
    return CreateInput.model_validate(asked if isinstance(asked, Mapping) else asked.model_dump())


def thread_of(config: RunnableConfig | None) -> str:
    """The task that a call names; empty: a new one."""
    return str((config or {}).get("configurable", {}).get("thread_id", ""))


def result_of(task: Task) -> dict[str, Any]:
    """A completed task's result, or what a person is asked first; Refusal, with the task's own sentence, if it ended otherwise."""
    if task.status is Status.CANCELLED:
        raise Refusal(409, f"{task.error} (task {task.id})")
    if task.status is not Status.COMPLETED and task.status is not Status.AWAITING_REVIEW:
        raise Refusal(422 if task.fault == "client" else 500, f"{task.error} (task {task.id})")
    return told_end(task)


def told_end(task: Task) -> dict[str, Any]:
    """How a task ended, whether with a film or without; or what is asked before it goes on."""
    if task.status is Status.AWAITING_REVIEW:
        asked = {"message": task.message, "review_url": f"/api/video/task/{task.id}/review", "data": told(task)["data"]}
        return {"task_id": task.id, "status": task.status.value, "error": "", **asked}
    result = told(task)["result"] if task.status is Status.COMPLETED else None  # a retake that failed leaves the film it was to replace
    return {"task_id": task.id, "status": task.status.value, "error": task.error or "", **(result or {})}


def _shown(task: Task, changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Where a task stands; what is long is told when it is new."""
    whole = told(task)
    new = [name for name, fields in LONG.items() if whole.get(name) and (changes is None or not fields.isdisjoint(changes))]
    return {name: whole[name] for name in (*SHOWN, *new)}
