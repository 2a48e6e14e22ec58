"""The conversation door: what a film shall be is talked over first, then it is made like any other."""

import asyncio
import contextlib
import shutil
import time
import uuid
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse
from structlog.contextvars import bind_contextvars

from api.briefs import decode_audio, naming, read_object, text_in
from api.context import ServerContext
from api.films import MayCreate, MayDelete, MayRead
from api.problems import Refusal
from api.rest import SCHEMA, Context
from graph.films import Films
from kiwi.access.owners import UNLIMITED
from kiwi.conversations.store import Promise
from kiwi.conversations.talk import (
    LONGEST_MESSAGE,
    NO_TOPIC,
    Conversation,
    Kind,
    Message,
    Role,
    Said,
    brief_of,
    read_wanted,
)
from kiwi.conversations.turn import questions_of, standing
from kiwi.errors import NothingHeard
from kiwi.film.model import Brief, Heard, Understood
from kiwi.local.embedded import WhisperListener
from kiwi.local.hear.containers import SNIFFED, sniff
from kiwi.storage.assets import RECORDING, AssetStore
from kiwi.tasks.fields import parse_words, parse_yes
from kiwi.tasks.request import parse_brief
from kiwi.tasks.table import Enqueue
from kiwi.work.workshop import Workshop

FIELDS = ("conversation_id", "message", "audio_data", "confirm_generate")
MOST_LISTENING, MOST_LISTENING_EACH = 4, 2
"""Recordings that are listened to at once, or wait to be, in all and of one owner; more come back later."""
LISTENING = "listening"
LEFT_SECONDS = 3600
"""Nobody listens so long: a recording's folder that is older was left by a server that was killed."""
UNCACHED = {"Cache-Control": "no-store"}
PROMISED = "Your film will be made: see how it gets on at the address in Location"
MESSAGE_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "conversation_id": {"type": "string", "description": "To go on with a conversation"},
                        "message": {"type": "string", "maxLength": LONGEST_MESSAGE, "example": "An advert for our new bakery in Lisbon"},
                        "audio_data": SCHEMA["properties"]["audio_data"],
                        "confirm_generate": {"type": "boolean", "description": "Make the film, if there is a topic"},
                    },
                    "additionalProperties": False,
                }
            }
        },
    }
}
WISHES = {name: about for name, about in SCHEMA["properties"].items() if name not in {"text_input", "audio_data", "webhook_url"}}
GENERATE_SCHEMA = {"type": "object", "properties": WISHES, "additionalProperties": False}
GENERATE_BODY = {"requestBody": {"content": {"application/json": {"schema": GENERATE_SCHEMA}}}}

router = APIRouter(prefix="/api/conversation", tags=["conversations"])


@router.post("/message", openapi_extra=MESSAGE_BODY)
async def message(request: Request, context: Context, films: MayCreate) -> Response:
    """Say something, in a new conversation or in one that exists, and be answered.

    ``task_id`` is the film that this message has started; null: it started none, and speaks of the next film.
    """
    fields = await read_object(request, FIELDS)
    conversation_id = text_in(fields, "conversation_id") or None
    said = _said(fields)
    with naming("confirm_generate"):
        confirm = parse_yes(fields.get("confirm_generate"))
    recording = await asyncio.to_thread(_recording, fields) if fields.get("audio_data") else b""
    if recording:
        before = None if conversation_id is None else await films.conversations.get(conversation_id)
        try:
            heard = await _listen(context, films.owner, recording, hints_of(before, said))
        except NothingHeard as silence:
            noted = await films.conversations.note(conversation_id, str(silence))
            return await shown(noted, str(silence), task_id=None)
        words, shown_words = (f"{one}\n{said.words}".strip() for one in (heard.words, heard.shown))
        said = Said(words=words, shown=shown_words, kind=Kind.AUDIO)
    started: list[Conversation] = []
    turned = await films.conversations.say(conversation_id, said, _promising(films, started=started), confirm=confirm)
    return await shown(turned, turned.said(Role.ASSISTANT)[-1], task_id=turned.task_id if started else None)


@router.get("/{conversation_id}")
async def conversation(conversation_id: str, films: MayRead) -> Response:
    """The conversation as it stands; it is completed when its film is."""
    found = await films.conversations.get(conversation_id)
    return await shown(found, standing(found), task_id=found.task_id)


@router.post("/{conversation_id}/generate", status_code=202, openapi_extra=GENERATE_BODY)
async def generate(request: Request, conversation_id: str, films: MayCreate) -> Response:
    """Make the film that was talked over; asked again, it is the same film until something else is wanted.

    The create request's wishes may come along, and beat what was said.
    """
    fields = await read_object(request, tuple(WISHES)) if await request.body() else {}
    with naming("seconds"):
        wishes = parse_brief(**fields)
    filmed = await films.conversations.film(conversation_id, _promising(films, wishes))
    bind_contextvars(task_id=filmed.task_id)
    answer = {"conversation_id": filmed.id, "task_id": filmed.task_id, "message": PROMISED}
    return JSONResponse(answer, 202, {"Location": f"/api/video/status/{filmed.task_id}", "Retry-After": "1"})


@router.delete("/{conversation_id}")
async def delete(conversation_id: str, films: MayDelete) -> Response:
    """Forget a conversation; a film it led to is made all the same, and stays."""
    await films.conversations.delete(conversation_id)
    return JSONResponse({"message": f"Conversation {conversation_id} is deleted", "conversation_id": conversation_id})


def hints_of(conversation: Conversation | None, said: Said) -> str:
    """What the client has typed so far: how the names are written that a recording may speak of."""
    before = () if conversation is None else conversation.messages
    typed = (message.words for message in before if message.role is Role.USER and message.kind is Kind.TEXT)
    return "\n".join(filter(None, (said.words, *typed)))


async def shown(conversation: Conversation, answer: str, *, task_id: str | None) -> Response:
    """A conversation as an answer to a request."""
    return JSONResponse(told(conversation, answer) | {"task_id": task_id}, headers=UNCACHED)


def told(conversation: Conversation, answer: str) -> dict[str, Any]:
    """A conversation in the wire contract's words."""
    questions = questions_of(conversation)
    return {
        "conversation_id": conversation.id,
        "state": conversation.state.value,
        "ai_response": answer,
        "needs_clarification": bool(questions),
        "questions": questions,
        "accumulated_intent": _intent(conversation),
        "ready_to_generate": read_wanted(conversation.wanted) is not None and not conversation.filming,
        "task_id": None,
        "messages": [_message(conversation, message) for message in conversation.messages],
    }


def _intent(conversation: Conversation) -> dict[str, Any]:
    """What is wanted so far, as the film's own reader will read it."""
    film, read = conversation.wanted.film, read_wanted(conversation.wanted)
    words = conversation.said(Role.USER)
    if read is None:
        return {**_wished(film), "topic": None, "key_elements": [], "original_input": words[0] if words else ""}
    return {
        "topic": read.topic,
        "video_type": read.video_type.value,
        "style": film.style or None,
        "mood": read.mood.value,
        "duration": read.seconds,
        "key_elements": [*read.key_points, *read.sentences],
        "original_input": words[0],
        "audience": read.audience or None,
        "size": str(read.size),
        "call_to_action": read.call_to_action or None,
        "name": read.name or None,
    }


def _wished(wanted: Understood) -> dict[str, Any]:
    """What is wanted of a film that has no topic yet."""
    return {
        "video_type": wanted.video_type and wanted.video_type.value,
        "style": wanted.style or None,
        "mood": wanted.mood and wanted.mood.value,
        "duration": wanted.seconds,
        "audience": wanted.audience or None,
        "size": wanted.size and str(wanted.size),
        "call_to_action": wanted.call_to_action or None,
        "name": wanted.name or None,
    }


def _message(conversation: Conversation, message: Message) -> dict[str, Any]:
    at = message.at.isoformat().replace("+00:00", "Z")
    name = f"{conversation.id}-{message.number}"
    return {"id": name, "role": message.role.value, "content": message.words, "type": message.kind.value, "timestamp": at}


def _promising(films: Films, wishes: Brief | None = None, started: list[Conversation] | None = None) -> Promise:
    """Promises the film of a conversation, which is then ``started``."""

    async def promise(conversation: Conversation, also: Enqueue) -> None:
        if read_wanted(conversation.wanted) is None:
            raise Refusal(400, NO_TOPIC)
        await films.promise(brief_of(conversation.wanted, wishes), also=also)
        if started is not None:
            started.append(conversation)

    return promise


async def _listen(context: ServerContext, owner: str, recording: bytes, hints: str) -> Heard:
    """What is said in a recording, which is not kept: nobody asks for it again. BadBrief; Refusal."""
    own = f"{LISTENING} {owner}"
    most = MOST_LISTENING if owner in UNLIMITED else MOST_LISTENING_EACH
    if context.open_streams[LISTENING] >= MOST_LISTENING or context.open_streams[own] >= most:
        raise Refusal(429, "Enough recordings are being listened to: try again in a moment.", headers={"Retry-After": "5"})
    folder = context.engine.data_folder / "conversations"
    await asyncio.to_thread(_sweep, folder)
    # a folder of its own for each recording, because several may be on their way in one conversation
    store = AssetStore(folder / uuid.uuid4().hex)
    with context.streaming(LISTENING), context.streaming(own):
        try:
            asset = await store.keep(recording, RECORDING)
            return await WhisperListener(Workshop(context.engine.pool, store)).listen(asset, lambda _: None, hints)
        finally:
            await asyncio.shield(asyncio.to_thread(shutil.rmtree, store.root, True))


def _sweep(folder: Path) -> None:
    for recording in folder.glob("*"):
        with contextlib.suppress(FileNotFoundError):  # its own server was quicker
            if time.time() - recording.stat().st_mtime > LEFT_SECONDS:
                shutil.rmtree(recording, ignore_errors=True)


def _said(fields: dict[str, Any]) -> Said:
    words = text_in(fields, "message").strip()
    if len(words) > LONGEST_MESSAGE:
        raise Refusal(422, f"This has {len(words):,} characters: shorten it to at most {LONGEST_MESSAGE:,}.", field="message")
    with naming("message"):
        parse_words(words)
    if not words and not text_in(fields, "audio_data").strip():
        raise Refusal(400, "There is nothing said: send message or audio_data.")
    return Said(words=words)


def _recording(fields: dict[str, Any]) -> bytes:
    audio = text_in(fields, "audio_data").strip()
    if not audio:
        return b""
    recording = decode_audio(audio)
    with naming("audio_data", 415):
        sniff(recording[:SNIFFED])
    return recording
