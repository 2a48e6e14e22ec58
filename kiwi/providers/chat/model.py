"""The chat model of a process: what it is sold as, what it can, how long it is waited for, and whose turn it is."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from langchain_core.language_models import BaseChatModel

from kiwi.errors import TookTooLong
from kiwi.money.catalogue import Model, catalogue

SILENCE_SECONDS, OWN_SILENCE_SECONDS = 120.0, 60.0
"""Between two signs of life of an answer, and until the first. A vendor's model may think for more than a minute and say nothing of it."""
LONGEST_SECONDS, OWN_LONGEST_SECONDS = 240.0, 900.0
"""For an answer and its repair: a model that keeps talking is waited for, and a vendor talks fast."""
THOUGHT_TOKENS, OWN_THOUGHT_TOKENS = 6_000, 4_000
"""Room for a model's thoughts in every answer: they count against its limit like words. Servers of one's own have small contexts."""
LIMITS = ("max_output_tokens", "max_tokens", "num_predict")
"""What LangChain's models call the most that they write, thoughts included."""
UNKNOWN_AT_ONCE, OWN_AT_ONCE = 4, 1
"""A server of one's own that answers two makes each of them wait, and the second one in silence."""
OWN = frozenset({"ollama"})
"""Providers that run on the host's own machines, wherever these are."""


@dataclass
class Chat:
    """An open chat model. It learns whether its server takes a schema, which all films of the process share."""

    model: BaseChatModel
    sold: Model
    hears: bool
    """It understands recordings."""
    sees: bool
    """It understands pictures."""
    silence_seconds: float = SILENCE_SECONDS
    """It may say nothing."""
    by_pieces: bool = True
    """Silence is what lies between two pieces of an answer; else whoever reads the line keeps watch, and a server that is still
    reading the question or has others to answer shows by empty lines that it lives."""
    longest_seconds: float = LONGEST_SECONDS
    """One question may take, its repair included."""
    thought_tokens: int = THOUGHT_TOKENS
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """Its keys, which nobody shall read who is told of a failure."""
    plain: bool = False
    """Its server has refused a schema and answered without one."""
    _turns: asyncio.Semaphore | None = field(default=None, init=False, repr=False)

    @property
    def free(self) -> bool:
        """Whether nothing is paid for it: nothing is reserved, booked or asked of the books."""
        return not (self.sold.price_in or self.sold.price_out)

    def limited(self, tokens: int) -> BaseChatModel:
        """The model with this limit on what it writes, thoughts included."""
        fields = type(self.model).model_fields
        update: dict[str, object] = {name: tokens for name in LIMITS if name in fields}
        if self.free and "extra_body" in fields:  # OpenAI's own name for the limit, which the package sends, is not known to all servers
            update["extra_body"] = {"max_tokens": tokens}
        return self.model.model_copy(update=update)

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """A place among those who ask a model of one's own; the books see to the places at others. TookTooLong."""
        if not self.free:
            yield
            return
        self._turns = turns = self._turns or asyncio.Semaphore(self.sold.concurrent)
        try:
            async with asyncio.timeout(self.longest_seconds):
                await turns.acquire()
        except TimeoutError:
            raise TookTooLong(f"{self.sold.name} has been busy with other films for {minutes(self.longest_seconds)}.") from None
        try:
            yield
        finally:
            turns.release()


def minutes(seconds: float) -> str:
    """``15 minutes``, or ``40 s``."""
    return f"{seconds / 60:g} minutes" if seconds >= 120 else f"{seconds:g} s"


def sold_as(provider: str, model_id: str, own: bool = False) -> Model:
    """The catalogue's entry, or one for a model it does not know: as dear as its provider's dearest.

    Of a provider that the catalogue does not know, as dear as any it knows, so that the caps on spending hold; four at a time.
    What runs on the host's own machines costs nothing.
    """
    if own or provider in OWN:
        return Model(provider=provider, id=model_id, kind="chat", unit="token-million", concurrent=OWN_AT_ONCE, source="free")
    known = [model for model in catalogue() if model.kind == "chat"]
    theirs = [model for model in known if model.provider == provider]
    for model in theirs:
        if model.id == model_id:
            return model
    dearest = max(theirs or known, key=lambda model: (model.price_out, model.price_in))
    unknown = {"provider": provider, "id": model_id, "status": "uncertain", "source": f"unknown; as dear as {dearest.name}"}
    return dearest.model_copy(update=unknown if theirs else {**unknown, "concurrent": UNKNOWN_AT_ONCE})
