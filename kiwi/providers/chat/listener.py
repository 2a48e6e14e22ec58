"""The chat model as listener: it hears the recording itself, its words, its language and its tone."""

import asyncio
import base64
import re
from dataclasses import dataclass

from pydantic import Field

from kiwi.errors import ProviderError
from kiwi.film.job_inputs import Cleaned, ListenInput, Report
from kiwi.film.model import Asset, Heard
from kiwi.providers.chat.allowed_text import Line, foreign_matter
from kiwi.providers.chat.asking import Medium, Question, Reply, Verdict, ask
from kiwi.providers.chat.fence import fenced, prompt
from kiwi.providers.chat.model import Chat
from kiwi.work import jobs
from kiwi.work.production import Production

TOKENS_A_SECOND = 32
"""Of sound."""
FRAME_TOKENS, WRITTEN_TOKENS_A_SECOND = 300, 8
"""Of an answer, beside the words, and of what may be said in a second."""
CLEANED_SHARE = 0.2
"""Of the work, done when the recording is fit to be sent."""
HEARD_CHARACTERS = 16_000
FASTEST = 30.0
"""Characters a second that nobody speaks faster than."""


class HeardReply(Reply):
    """What was said and how."""

    words: Line = Field(max_length=HEARD_CHARACTERS)
    language: Line = Field(max_length=8)
    tone: Line = Field(max_length=60)


@dataclass(frozen=True)
class ChatListener:
    """Listens with a chat model. What is sent is a recording that a confined child has decoded and written again.

    ProviderError also when the model understands nothing: whether there are words at all, the next listener finds out.
    """

    chat: Chat
    production: Production

    async def listen(self, recording: Asset, report: Report, hints: str = "") -> Heard:
        if not self.chat.hears:
            raise ProviderError(f"{self.chat.sold.name} cannot listen: set KIWI_CHAT_MODEL to a model that understands sound.")
        workshop = self.production.workshop
        order = ListenInput(recording=workshop.path(recording))
        cleaned = await workshop.fill(jobs.CLEAN, order, lambda share: report(CLEANED_SHARE * share))
        sound = await asyncio.to_thread(workshop.assets.path(cleaned.asset).read_bytes)
        reply = await ask(self.chat, self.production, question_of(sound, cleaned, hints))
        report(1.0)
        if not re.search(r"\w", reply.words):
            raise ProviderError(f"{self.chat.sold.name} understood no word of the recording.")
        return heard_of(reply, cleaned)


def question_of(sound: bytes, cleaned: Cleaned, hints: str = "") -> Question[HeardReply]:
    """What the model is asked: the recording, inside the request, and what was typed beside it, fenced."""
    coded = base64.b64encode(sound).decode("ascii")
    return Question(
        part="hear_brief",
        kind=HeardReply,
        instructions=prompt("hear_brief"),
        material="\n\n".join([*([fenced("typed", hints)] if hints.strip() else []), "The recording is the material:"]),
        tokens=FRAME_TOKENS + round(cleaned.seconds * WRITTEN_TOKENS_A_SECOND),
        media=(Medium("audio", "audio/wav", coded, round(cleaned.seconds * TOKENS_A_SECOND)),),
        judge=lambda reply: critique(reply, cleaned.seconds),
    )


def critique(reply: HeardReply, seconds: float) -> Verdict:
    """What no schema can say: more words than can be spoken were dreamt up, and a tone is no address."""
    faults = [*foreign_matter(reply.tone, "")]
    if len(reply.words) > FASTEST * max(seconds, 1.0):
        faults.append(f"Nobody says {len(reply.words)} characters in {seconds:.0f} seconds: write down only what is heard.")
    if re.search(r"\w", reply.words) and not re.fullmatch(r"[a-z]{2}", reply.language.lower()):
        faults.append(f"“{reply.language}” is no ISO 639-1 code: two letters.")
    return Verdict(faults=tuple(faults))


def heard_of(reply: HeardReply, cleaned: Cleaned) -> Heard:
    """The model's answer as ours."""
    return Heard(words=reply.words, language=reply.language.lower(), seconds=cleaned.seconds, tone=reply.tone.rstrip(" ."))
