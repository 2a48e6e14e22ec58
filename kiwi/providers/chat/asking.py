"""Asking a chat model: a question of ours, one answer that fits our type, paid for once, with one round of repair."""

import asyncio
import hashlib
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic, TypeVar

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.runnables import Runnable
from langsmith import tracing_context
from pydantic import BaseModel, ConfigDict, ValidationError

from kiwi.clock import Clock
from kiwi.errors import OutcomeUnknown, ProviderError, ProviderRefused
from kiwi.production import Production
from kiwi.providers.chat.faults import failure_of, faults, shortened
from kiwi.providers.chat.model import Chat
from kiwi.providers.chat.said import Said, said_of
from kiwi.providers.patience import Patience, buy_patiently
from kiwi.purchases import Placed, Stage, Wanted

TRIES = 3
"""For a busy provider that does not say when to come back."""
PATIENCE_SECONDS = 60.0
"""Spent waiting for a busy provider altogether."""
BYTES_A_TOKEN = 2.5
"""English has four, other writings fewer; an estimate must not be too small."""
THOUGHT_TOKENS = 6_000
"""Room for a model's thoughts in every answer: they are paid for, and count against its limit, like words."""
MORE_ROOM = 3
"""So many times as long may an answer be when the first one was cut off."""
TOLD_COMPLAINTS = 12


class Reply(BaseModel):
    """What a model answers: a type of ours for answering alone, which no film remembers."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


Answer = TypeVar("Answer", bound=Reply)


@dataclass(frozen=True)
class Medium:
    """A recording or a picture to show with a question; sent inside the request, never as an address."""

    kind: str
    """``audio`` or ``image``, as LangChain's content blocks call it."""
    mime_type: str
    base64: str
    tokens: int
    """Estimated."""


@dataclass(frozen=True)
class Verdict:
    """What is wrong with an answer; ``faults`` make it unusable, ``flaws`` could be better."""

    faults: tuple[str, ...] = ()
    flaws: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question(Generic[Answer]):
    """Everything a model is asked for one part of a film."""

    part: str
    """The node: ``write_script``."""
    kind: type[Answer]
    instructions: str
    material: str
    """Fenced."""
    tokens: int
    """Of the longest answer that is wanted."""
    media: tuple[Medium, ...] = ()
    judge: Callable[[Answer], Verdict] = lambda _: Verdict()
    """Finds what no schema can say."""


async def ask(chat: Chat, production: Production, question: Question[Answer]) -> Answer:
    """The model's answer, judged; what it answers to complaints if the first one is wanting.

    Each of the two is bought once, whatever is killed in between. A second one that cannot be had leaves the first, if that can be
    used. ProviderRefused when the provider will not speak of this;
    ProviderError when the second answer cannot be used either, and as `kiwi.providers.chat.faults` says.
    """
    talk, most = conversation(question), question.tokens + THOUGHT_TOKENS
    said = await _buy(chat, production, question, question.part, talk, most)
    answer, verdict = read(said, question)
    if answer is not None and verdict == Verdict():
        return answer
    talk = [*talk, AIMessage(said.text or "{}"), HumanMessage(complain(verdict))]
    try:
        said = await _buy(chat, production, question, f"{question.part}-repair", talk, MORE_ROOM * most if said.cut_off else most)
        repaired, again = read(said, question)
    except ProviderError:
        if answer is None or verdict.faults:
            raise
        return answer  # paid for, and usable as it is
    if repaired is not None and not again.faults:
        return repaired
    if answer is not None and not verdict.faults:
        return answer
    raise ProviderError(f"{chat.sold.name} answered {question.part} twice so that it cannot be used: {again.faults[0]}")


def conversation(question: Question[Any]) -> list[BaseMessage]:
    """The messages of a first round: what we want is the system's, what the client said is the user's."""
    blocks: list[str | dict[str, Any]] = [{"type": "text", "text": question.material}]
    blocks += [{"type": medium.kind, "base64": medium.base64, "mime_type": medium.mime_type} for medium in question.media]
    return [SystemMessage(question.instructions), HumanMessage(blocks if question.media else question.material)]


def complain(verdict: Verdict) -> str:
    """Tell a model what to mend."""
    wrong = (*verdict.faults, *verdict.flaws)[:TOLD_COMPLAINTS]
    return "\n".join(["Your answer cannot be used as it is:", *(f"- {one}" for one in wrong), "Give the whole answer again, mended."])


def read(said: Said, question: Question[Answer]) -> tuple[Answer | None, Verdict]:
    """An answer of our type, if it is one, and what is wrong with it; ProviderRefused for none by intent."""
    if said.refused:
        raise ProviderRefused(f"The chat model will not speak of this ({said.refused}).")
    try:
        answer = question.kind.model_validate_json(said.text)
    except ValidationError as broken:
        cut = ("It was cut off: say it in fewer words.",) if said.cut_off else ()
        return None, Verdict(faults=(*cut, *(_fault(error["loc"], error["msg"]) for error in broken.errors())))
    return answer, question.judge(answer)


def _fault(place: Sequence[int | str], message: str) -> str:
    """``scenes, number 3, title: String should have at most 42 characters.``"""
    where = ", ".join(f"number {step + 1}" if isinstance(step, int) else step for step in place)
    return f"{where}: {message}." if where else f"{message}."


def request_of(chat: Chat, kind: type[Reply], talk: Sequence[BaseMessage], most: int) -> str:
    """Name a request by all that the answer depends on."""
    parts = [chat.sold.name, kind.model_json_schema(), most, [[message.type, message.content] for message in talk]]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def most_of(chat: Chat, question: Question[Any], talk: Sequence[BaseMessage], most: int) -> Decimal:
    """US dollars that an answer of so many tokens costs."""
    texts = [message.text for message in talk] + [json.dumps(question.kind.model_json_schema())]
    read_tokens = sum(map(tokens_in, texts)) + sum(medium.tokens for medium in question.media)
    return chat.sold.cost_of_tokens(read_tokens, most)


def tokens_in(text: str) -> int:
    """How many tokens a text is at most."""
    return math.ceil(len(text.encode()) / BYTES_A_TOKEN)


async def _buy(chat: Chat, production: Production, question: Question[Any], part: str, talk: Sequence[BaseMessage], most: int) -> Said:
    """One answer of so many tokens at most, bought once and kept in the store before it is paid for."""
    request = request_of(chat, question.kind, talk, most)
    assets, placed = production.workshop.assets, Placed(job={"answer": request})

    async def place() -> Placed:
        async def post(folder: Path) -> Said:
            return await _post(chat, question.kind, talk, most, production.clock)

        await assets.once(request, post, Said)
        return placed

    async def kept() -> Placed | None:
        return placed if await assets.known(request, Said) else None

    wanted = Wanted(model=chat.sold, part=part, request=request, most=most_of(chat, question, talk, most))
    purchase = await buy_patiently(production, wanted, place, Patience(seconds=PATIENCE_SECONDS, times=TRIES), kept)
    said = await assets.known(request, Said)
    if said is None:
        raise OutcomeUnknown(f"{chat.sold.name} answered {part}, but the answer is no longer in the store.")
    if purchase.stage is not Stage.SETTLED:
        counted = said.read + said.written
        await production.till.settle(purchase, chat.sold.cost_of_tokens(said.read, said.written) if counted else None)
    return said


def _structured(chat: Chat, kind: type[Reply], most: int) -> Runnable[Any, Any]:
    """The model, bound to answer in a type of ours and in so many tokens at most. ProviderError: it cannot; nothing was sent."""
    model = chat.limited(most)
    for method in ("json_schema", "function_calling"):
        try:
            return model.with_structured_output(kind, method=method, include_raw=True)
        except faults() as fault:
            cannot = fault
    raise ProviderError(f"{chat.sold.name} cannot answer in a given form: {shortened(str(cannot), chat.secrets)}") from cannot


async def _post(chat: Chat, kind: type[Reply], talk: Sequence[BaseMessage], most: int, clock: Clock) -> Said:
    """Send one request; whatever goes wrong is raised in our words."""
    structured = _structured(chat, kind, most)
    try:
        # whatever traces the graph: recordings and briefs go to the model alone
        with tracing_context(enabled=False):
            async with asyncio.timeout(chat.seconds):
                answered = await structured.ainvoke(list(talk))
    except faults() as fault:
        raise failure_of(fault, chat.sold, clock.now(), chat.secrets) from fault
    assert isinstance(answered, dict)  # include_raw
    said = said_of(answered["raw"])
    if said.empty:
        raise OutcomeUnknown(f"{chat.sold.name} was asked, and no answer that can be read came back.")
    return said
