"""What assistants may do, as tools of the Model Context Protocol: estimate, make, look at, approve, retake and list films."""

import asyncio
import contextlib
import functools
import hashlib
import json
import math
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from importlib.metadata import version
from typing import Annotated, Any, Literal, ParamSpec

import psycopg
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from api.briefs import request_of
from api.context import Pause, ServerContext
from api.messages import told
from api.problems import AWAY
from graph.films import Films
from kiwi.access.scopes import Scope
from kiwi.errors import KiwiError
from kiwi.film.model import MAX_SECONDS, MIN_SECONDS, Brief
from kiwi.film.review import parse_voice_over
from kiwi.tasks.task import Event, Status, Task

FilmsOf = Callable[[Context[Any, Any], Scope], Films]
"""The films of whoever calls a tool, if they may do that; Refusal."""
Link = Callable[[Context[Any, Any], Films, Task], Awaitable[dict[str, str]]]
"""Where the files of a finished film can be had."""
Given = ParamSpec("Given")
Answer = dict[str, Any]

LONGEST_WAIT = 45
"""Seconds, since assistants give a tool a minute."""
MARGIN, LEAST_MARGIN = 1.5, 0.10
"""What a film may cost at most: an estimate is a sum over plans, and a shot may need a model's next longer clip."""
INSTRUCTIONS = """\
KIWI-Video makes narrated, captioned films from words. Call estimate_film first. Where it says that a film costs money, show the person
what it says, and only when they agree call make_film with `confirm` set to its estimate_id. make_film returns at once; follow with
film_status, which can wait. Words may be a topic, some sentences or a whole script: they are spoken as they are, so write them as they
shall be heard.
"""

Words = Annotated[str, Field(description="What the film shall say: a topic, some sentences, or a whole script")]
Seconds = Annotated[float | None, Field(description=f"Length, {MIN_SECONDS} to {MAX_SECONDS}; leave it out: as the words say")]
Aspect = Annotated[Literal["", "16:9", "9:16", "1:1"], Field(description="Shape; empty: as the words say")]
Theme = Annotated[str, Field(description="A theme by name; empty: by mood")]
Camera = Annotated[str, Field(description="Film with this one first; empty: as the server is set")]
TaskId = Annotated[str, Field(description="The film's task_id")]
Confirm = Annotated[str, Field(description="The estimate_id whose cost the person has agreed to; needed where money is spent")]


class Rewording(BaseModel):
    """Another text for one scene."""

    scene_number: int = Field(ge=1, description="From 1")
    description: str = Field(description="What is said there instead")


def answering(tool: Callable[Given, Awaitable[Answer]]) -> Callable[Given, Awaitable[Answer]]:
    """A tool that tells the assistant, in our own sentence, what is known to go wrong."""

    @functools.wraps(tool)
    async def told_tool(*given: Given.args, **named: Given.kwargs) -> Answer:
        try:
            return await tool(*given, **named)
        except KiwiError as failure:
            raise ToolError(str(failure)) from failure
        except HTTPException as refusal:
            raise ToolError(str(refusal.detail)) from refusal
        except psycopg.OperationalError as away:
            raise ToolError(AWAY) from away

    return told_tool


def build_tools(films_of: FilmsOf, link: Link, context: ServerContext) -> MCPServer:
    """A server of the tools, for any transport."""
    server = MCPServer("kiwi-video", title="KIWI-Video", version=version("kiwi-video"), instructions=INSTRUCTIONS, subscriptions=False)

    @server.tool()
    @answering
    async def estimate_film(
        ctx: Context[Any, Any],
        words: Words = "",
        seconds: Seconds = None,
        aspect: Aspect = "",
        theme: Theme = "",
        camera: Camera = "",
        task_id: Annotated[str, Field(description="Instead of words: a film that exists, to be approved or to have a scene retaken")] = "",
    ) -> Answer:
        """What a film would cost, line by line, and the estimate_id that tells make_film that the cost is agreed to."""
        films = films_of(ctx, Scope.READ)
        if task_id:
            return await _estimate_of_task(films, await films.get(task_id))
        brief = _brief(words, seconds, aspect, theme, camera)
        return _priced(films, brief, await films.estimate(brief))

    @server.tool()
    @answering
    async def make_film(
        ctx: Context[Any, Any],
        words: Words,
        seconds: Seconds = None,
        aspect: Aspect = "",
        theme: Theme = "",
        camera: Camera = "",
        review: Annotated[bool, Field(description="Wait with the script until approve_script, before voice and pictures are made")] = False,
        confirm: Confirm = "",
    ) -> Answer:
        """Have a film made; returns at once with its task_id, for film_status. Without `confirm` it is refused if it would cost money."""
        films = films_of(ctx, Scope.CREATE)
        brief = _brief(words, seconds, aspect, theme, camera)
        priced = _priced(films, brief, await films.estimate(brief))
        _check_confirmed(priced, confirm, "with the same arguments")
        bought = {"budget": priced["up_to_usd"]} if films.engine.producer.names() else {}
        task, _ = await films.promise(brief.model_copy(update={"review": "script" if review else "", **bought}))
        return {"task_id": task.id, "status": task.status.value, "next": "Call film_status with wait_seconds until it is over."}

    @server.tool()
    @answering
    async def film_status(
        ctx: Context[Any, Any],
        task_id: TaskId,
        wait_seconds: Annotated[int, Field(ge=0, le=LONGEST_WAIT, description="Answer when it is over or awaits its review, or then")] = 0,
    ) -> Answer:
        """How far a film is; of a finished one where it can be had, of one that awaits its review the script."""
        films = films_of(ctx, Scope.READ)
        task = await _settled(context, films, await films.get(task_id), wait_seconds)
        return _shown(task, await link(ctx, films, task) if task.status is Status.COMPLETED else {})

    @server.tool()
    @answering
    async def approve_script(
        ctx: Context[Any, Any],
        task_id: TaskId,
        approve: Annotated[bool, Field(description="False ends the film")] = True,
        scenes: Annotated[list[Rewording] | None, Field(description="Scenes that shall say something else")] = None,
        confirm: Confirm = "",
    ) -> Answer:
        """Approve the script of a film that awaits its review, perhaps with other texts for some scenes, or end the film there."""
        films = films_of(ctx, Scope.CREATE)
        if approve:
            _check_confirmed(await _estimate_of_task(films, await films.get(task_id)), confirm, "with its task_id")
        said = {"approve": approve, "scenes": [scene.model_dump() for scene in scenes or ()]}
        return _shown(await films.review(task_id, said), {})

    @server.tool()
    @answering
    async def retake_scene(
        ctx: Context[Any, Any],
        task_id: TaskId,
        scene_number: Annotated[int, Field(ge=1, description="From 1")],
        text: Annotated[str, Field(description="What is said there instead")],
        confirm: Confirm = "",
    ) -> Answer:
        """Give one scene of a finished film another text; the other scenes are not made again."""
        films = films_of(ctx, Scope.CREATE)
        _check_confirmed(await _estimate_of_task(films, await films.get(task_id)), confirm, "with its task_id")
        return _shown(await films.retake(task_id, scene_number, parse_voice_over(text)), {})

    @server.tool()
    @answering
    async def list_films(
        ctx: Context[Any, Any],
        limit: Annotated[int, Field(ge=1, le=100)] = 20,
        status: Annotated[Status | None, Field(description="Only films that stand there")] = None,
    ) -> Answer:
        """Your films, newest first."""
        page = await films_of(ctx, Scope.READ).list(limit, None, status)
        return {"films": [_line(task) for task in page.tasks]}

    return server


def _brief(words: str, seconds: float | None, aspect: str, theme: str, camera: str) -> Brief:
    return request_of({"text_input": words, "seconds": seconds, "aspect": aspect, "theme": theme, "camera": camera}).brief


async def _estimate_of_task(films: Films, task: Task) -> Answer:
    brief = task.brief if task.brief.recording is None else task.brief.model_copy(update={"words": ""})
    return _priced(films, brief, {"total": 0.0} if brief.budget == 0 else await films.estimate(brief), task.id)


def _priced(films: Films, brief: Brief, estimate: Answer, task_id: str = "") -> Answer:
    """An estimate with the id that confirms it: it names owner, film and price, so that none confirms another."""
    total = float(estimate["total"])
    most = math.ceil(100 * (total * MARGIN + LEAST_MARGIN)) / 100 if total else 0.0
    most = min(most, float(estimate.get("cap", most)))
    film = task_id or brief.model_dump_json(exclude={"review"})
    digest = hashlib.sha256(json.dumps([films.owner, film, total, most]).encode()).hexdigest()
    return {"estimate_id": f"est_{digest[:24]}", "costs_money": total > 0, "up_to_usd": most, **estimate}


def _check_confirmed(priced: Answer, confirm: str, how: str) -> None:
    """ToolError if money would be spent that nobody has agreed to."""
    if priced["costs_money"] and confirm != priced["estimate_id"]:
        said = "That estimate is of another film or of other prices" if confirm else "This costs money"
        raise ToolError(
            f"{said}: up to ${priced['up_to_usd']:.2f}. Call estimate_film {how}, show the person what it says, "
            "and when they agree call again with confirm set to its estimate_id."
        )


async def _settled(context: ServerContext, films: Films, task: Task, seconds: int) -> Task:
    """The task when it is over or awaits its review, or as it stands after so long or when the server stops."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds), aclosing(context.paced(films.follow(task, task.seq))) as events:
            while not (task.over or task.status is Status.AWAITING_REVIEW):
                news = await anext(events, Pause.SHUTDOWN)
                if news is Pause.SHUTDOWN:
                    break
                task = news.task if isinstance(news, Event) else task
    return await films.get(task.id)


def _line(task: Task) -> Answer:
    title = (task.result or {}).get("title") or task.brief.words[:80]
    return {"task_id": task.id, "status": task.status.value, "title": title, "created_at": told(task)["created_at"]}


def _shown(task: Task, links: dict[str, str]) -> Answer:
    """A task as an assistant needs it."""
    whole = told(task)
    shown = {name: whole.get(name) for name in ("task_id", "status", "progress", "message", "error", "transcription", "cost")}
    result = whole["result"] or {}
    shown |= {name: result.get(name) for name in ("title", "duration", "resolution", "remarks", "degraded", "faults")}
    shown["scenes"] = whole["data"].get("scenes")
    shown |= links
    return {name: value for name, value in shown.items() if value not in (None, "", [])}
