"""One answer of a chat model, taken piece by piece: who keeps talking is waited for, who falls silent is not."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import add_ai_message_chunks
from langchain_core.runnables import Runnable, RunnableSequence
from langsmith import tracing_context
from pydantic import BaseModel

from kiwi.clock import Clock
from kiwi.errors import KiwiError, OutcomeUnknown, ProviderError, TookTooLong
from kiwi.providers.chat.faults import failure_of, faults, fell_silent, shortened
from kiwi.providers.chat.model import Chat, minutes
from kiwi.providers.chat.said import Said, said_of
from kiwi.providers.chat.schema import schema_of

log = logging.getLogger(__name__)

MOST_CHARACTERS = 1_000_000
"""No answer of ours has a tenth of them."""
STRICT = frozenset({"openai"})
"""Whose schemas are kept to the letter only on demand."""

Speaker = Runnable[Any, Any]
"""A chat model, as it is or bound to a form."""


async def stream(chat: Chat, kind: type[BaseModel] | None, talk: Sequence[BaseMessage], most: int, seconds: float, clock: Clock) -> Said:
    """Send one request, for an answer of so many tokens at most by the schema of ``kind``, if any, and take it within so many seconds.

    Whatever goes wrong is raised in our words. A cancellation hangs up at once, on which servers stop writing.
    """
    speaker = _bound(chat, kind, most) if kind else chat.limited(most)
    began, pieces, characters = clock.monotonic(), list[AIMessageChunk](), 0
    try:
        # whatever traces the graph: recordings and briefs go to the model alone
        with tracing_context(enabled=False):
            async with contextlib.aclosing(_pieces(chat, speaker, talk, seconds)) as coming:
                async for piece in coming:
                    pieces.append(piece)
                    characters += len(piece.text)
                    if characters > MOST_CHARACTERS:
                        raise _given_up(chat, f"has written more than {MOST_CHARACTERS:,} characters")
        said = said_of(add_ai_message_chunks(*pieces)) if pieces else Said(text="")
    except KiwiError:
        raise
    except faults() as fault:
        if fell_silent(fault):
            raise _given_up(chat, _silent(chat)) from fault
        raise failure_of(fault, chat.sold, clock.now(), chat.secrets) from fault
    if said.empty:
        raise OutcomeUnknown(f"{chat.sold.name} was asked, and no answer that can be read came back.")
    told = (said.read, said.reused, said.written, clock.monotonic() - began)
    log.info("%s has read %d tokens, %d of them known before, and written %d in %.1f s", chat.sold.name, *told)
    return said


def _bound(chat: Chat, kind: type[BaseModel], most: int) -> Speaker:
    """The model, bound to answer by a schema and in so many tokens at most. ProviderError: it cannot; nothing was sent."""
    model = chat.limited(most)
    options = {"strict": True} if chat.sold.provider in STRICT else {}
    for method in ("json_schema", "function_calling"):
        try:
            bound = model.with_structured_output(schema_of(kind), method=method, **options)
        except faults() as fault:
            cannot = fault
        else:
            assert isinstance(bound, RunnableSequence)  # the model, and a parser that knows less than ours
            return _unread(model, bound.first)
    raise ProviderError(f"{chat.sold.name} cannot answer in a given form: {shortened(str(cannot), chat.secrets)}") from cannot


def _unread(model: BaseChatModel, bound: Speaker) -> Speaker:
    """The same past OpenAI's library, which would read a formed answer itself and drop one that was cut off, and what it cost."""
    form = getattr(bound, "kwargs", {}).get("response_format")
    if form is None or "extra_body" not in type(model).model_fields:
        return bound
    return model.bind(extra_body={**(getattr(model, "extra_body", None) or {}), "response_format": form})


async def _pieces(chat: Chat, speaker: Speaker, talk: Sequence[BaseMessage], seconds: float) -> AsyncGenerator[AIMessageChunk, None]:
    """The pieces of an answer as they come, empty ones too: a model that thinks sends these."""
    loop = asyncio.get_running_loop()
    ends = loop.time() + seconds
    async with contextlib.aclosing(speaker.astream(list(talk))) as stream:  # type: ignore[type-var]
        while True:
            limit = asyncio.timeout_at(min(ends, loop.time() + chat.silence_seconds) if chat.by_pieces else ends)
            try:
                async with limit:
                    piece = await anext(stream, None)
            except TimeoutError:
                if not limit.expired():
                    raise
                why = f"was still answering after {minutes(seconds)}" if loop.time() >= ends else _silent(chat)
                raise _given_up(chat, why) from None
            if piece is None:
                return
            yield piece


def _silent(chat: Chat) -> str:
    return f"said nothing for {minutes(chat.silence_seconds)}"


def _given_up(chat: Chat, why: str) -> ProviderError:
    """What it means that we hang up: of an answer that is paid for, nobody knows whether it was bought."""
    said = f"{chat.sold.name} {why}."
    return TookTooLong(said) if chat.free else OutcomeUnknown(f"{said} It was asked, and counts as bought.")
