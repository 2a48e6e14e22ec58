"""Asking a chat model: a question of ours, one answer that fits our type, paid for once, with one round of repair."""

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic, TypeVar

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from pydantic import BaseModel, ConfigDict, ValidationError

from kiwi.errors import OutcomeUnknown, ProviderError, ProviderRefused, RequestRejected
from kiwi.money.purchases import Placed, Stage, Wanted
from kiwi.providers.chat.model import Chat, minutes
from kiwi.providers.chat.said import Said
from kiwi.providers.chat.schema import json_in, schema_of, written
from kiwi.providers.chat.streaming import stream
from kiwi.providers.hire.retries import Patience, buy_patiently, patiently
from kiwi.work.production import Production

PATIENCE = Patience(seconds=60.0, times=3)
"""For a busy provider, altogether, and so often if it does not say when to come back."""
BYTES_A_TOKEN = 2.5
"""English has four, other writings fewer; an estimate must not be too small."""
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
    """The same for all films: they stand first, so that a server need not read them twice."""
    material: str
    """Fenced."""
    tokens: int
    """Of the longest answer that is wanted."""
    order: str = ""
    """What we want of this film, behind the instructions."""
    media: tuple[Medium, ...] = ()
    judge: Callable[[Answer], Verdict] = lambda _: Verdict()
    """Finds what no schema can say."""


async def ask(chat: Chat, production: Production, question: Question[Answer]) -> Answer:
    """The model's answer, judged; what it answers to complaints if the first one is wanting and there is time left.

    Each of the two is bought once, whatever is killed in between. A second one that cannot be had leaves the first, if that can be
    used. ProviderRefused when the provider will not speak of this; TookTooLong when a model of one's own falls silent or finds no end;
    ProviderError when the second answer cannot be used either, and as `kiwi.providers.chat.faults` says.
    """
    async with chat.turn():
        ends = production.clock.monotonic() + chat.longest_seconds
        most = question.tokens + chat.thought_tokens
        said = await _answered(_Asking(chat, production, question, question.part, (), most, chat.longest_seconds))
        answer, verdict = read(said, question)
        if answer is not None and verdict == Verdict():
            return answer
        more = (AIMessage(said.text or "{}"), HumanMessage(complain(verdict)))
        most = MORE_ROOM * most if said.cut_off else most
        left = ends - production.clock.monotonic()
        try:
            if left < chat.silence_seconds:
                raise _unusable(question, f"{chat.sold.name} took {minutes(round(chat.longest_seconds - left))} for", verdict)
            said = await _answered(_Asking(chat, production, question, f"{question.part}-repair", more, most, left))
            repaired, again = read(said, question)
        except ProviderError:
            if answer is None or verdict.faults:
                raise
            return answer  # paid for, and usable as it is
        if repaired is not None and not again.faults:
            return repaired
        if answer is not None and not verdict.faults:
            return answer
        raise _unusable(question, f"{chat.sold.name} answered twice", again)


def _unusable(question: Question[Any], who: str, verdict: Verdict) -> ProviderError:
    return ProviderError(f"{who} {question.part} so that it cannot be used: {verdict.faults[0]}")


def conversation(question: Question[Any], plain: bool = False) -> list[BaseMessage]:
    """The messages of a first round: what we want is the system's, what the client said is the user's; what changes comes last."""
    blocks: list[str | dict[str, Any]] = [{"type": "text", "text": question.material}]
    blocks += [{"type": medium.kind, "base64": medium.base64, "mime_type": medium.mime_type} for medium in question.media]
    wanted = "\n\n".join(filter(None, (fixed(question, plain), question.order)))
    return [SystemMessage(wanted), HumanMessage(blocks if question.media else question.material)]


def fixed(question: Question[Any], plain: bool) -> str:
    """The beginning of a question that all of its kind share; who answers in plain text is told the schema in words."""
    return f"{question.instructions}\n\nSchema: {written(question.kind)}" if plain else question.instructions


def complain(verdict: Verdict) -> str:
    """Tell a model what to mend."""
    wrong = (*verdict.faults, *verdict.flaws)[:TOLD_COMPLAINTS]
    return "\n".join(["Your answer cannot be used as it is:", *(f"- {one}" for one in wrong), "Give the whole answer again, mended."])


def read(said: Said, question: Question[Answer]) -> tuple[Answer | None, Verdict]:
    """An answer of our type, if it is one, and what is wrong with it; ProviderRefused for none by intent."""
    if said.refused:
        raise ProviderRefused(f"The chat model will not speak of this ({said.refused}).")
    try:
        answer = question.kind.model_validate_json(json_in(said.text))
    except ValidationError as broken:
        cut = ("It was cut off: say it in fewer words.",) if said.cut_off else ()
        return None, Verdict(faults=(*cut, *(_fault(error["loc"], error["msg"]) for error in broken.errors())))
    return answer, question.judge(answer)


def _fault(place: Sequence[int | str], message: str) -> str:
    """``scenes, number 3, title: String should have at most 42 characters.``"""
    where = ", ".join(f"number {step + 1}" if isinstance(step, int) else step for step in place)
    return f"{where}: {message}." if where else f"{message}."


@dataclass(frozen=True)
class _Asking(Generic[Answer]):
    """One round of a question."""

    chat: Chat
    production: Production
    question: Question[Answer]
    part: str
    more: tuple[BaseMessage, ...]
    """Said since the first round's messages."""
    most: int
    """Tokens to be written."""
    seconds: float
    """The answer may take."""

    def talk(self, plain: bool = False) -> list[BaseMessage]:
        """All that is sent."""
        return [*conversation(self.question, plain), *self.more]

    @property
    def request(self) -> str:
        """Its name."""
        return request_of(self.chat, self.question.kind, self.talk(), self.most)


def request_of(chat: Chat, kind: type[Reply], talk: Sequence[BaseMessage], most: int) -> str:
    """Name a request by all that the answer depends on."""
    parts = [chat.sold.name, schema_of(kind), most, [[message.type, message.content] for message in talk]]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def most_of(chat: Chat, question: Question[Any], talk: Sequence[BaseMessage], most: int) -> Decimal:
    """US dollars that an answer of so many tokens costs."""
    texts = [message.text for message in talk] + [written(question.kind)]
    read_tokens = sum(map(tokens_in, texts)) + sum(medium.tokens for medium in question.media)
    return chat.sold.cost_of_tokens(read_tokens, most)


def tokens_in(text: str) -> int:
    """How many tokens a text is at most."""
    return math.ceil(len(text.encode()) / BYTES_A_TOKEN)


async def _answered(asking: _Asking[Any]) -> Said:
    """One answer, kept in the store before anybody looks at it; bought once, unless nothing is paid."""

    async def post(folder: Path) -> Said:
        return await _post(asking)

    production, request = asking.production, asking.request
    assets = production.workshop.assets
    if asking.chat.free:
        return await patiently(production.clock, request, lambda: assets.once(request, post, Said), PATIENCE)
    placed = Placed(job={"answer": request})

    async def place() -> Placed:
        await assets.once(request, post, Said)
        return placed

    async def kept() -> Placed | None:
        return placed if await assets.known(request, Said) else None

    chat = asking.chat
    most = most_of(chat, asking.question, asking.talk(), asking.most)
    wanted = Wanted(model=chat.sold, part=asking.part, request=request, most=most)
    purchase = await buy_patiently(production, wanted, place, PATIENCE, kept)
    said = await assets.known(request, Said)
    if said is None:
        raise OutcomeUnknown(f"{chat.sold.name} answered {asking.part}, but the answer is no longer in the store.")
    if purchase.stage is not Stage.SETTLED:
        counted = said.read + said.written
        await production.buyer.settle(purchase, chat.sold.cost_of_tokens(said.read, said.written) if counted else None)
    return said


async def _post(asking: _Asking[Any]) -> Said:
    """Send one round; to a server that refuses schemas once more in plain text, which it is asked in from then on."""
    chat, clock = asking.chat, asking.production.clock

    async def send(plain: bool) -> Said:
        return await stream(chat, None if plain else asking.question.kind, asking.talk(plain), asking.most, asking.seconds, clock)

    if chat.plain:
        return await send(plain=True)
    try:
        return await send(plain=False)
    except RequestRejected:
        said = await send(plain=True)
        chat.plain = True
        return said
