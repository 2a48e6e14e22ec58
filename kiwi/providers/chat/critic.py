"""The chat model as critic: it sees a still of each scene with its words, and remarks on what to do better."""

import asyncio
import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from kiwi.errors import ProviderError, RenderError
from kiwi.film.crew import Critic
from kiwi.film.job_inputs import LookInput, Report
from kiwi.film.model import Film, Inspection, Intent, Reel
from kiwi.providers.chat.allowed_text import Line, foreign_matter
from kiwi.providers.chat.asking import Medium, Question, Reply, ask
from kiwi.providers.chat.fence import fenced, prompt
from kiwi.providers.chat.model import Chat
from kiwi.work import jobs
from kiwi.work.production import Production

MOST_REMARKS, REMARK_CHARACTERS = 5, 240
MOST_STILLS = 16
STILL_SIDE = 640
"""Pixels; a caption can still be read."""
TOKENS_A_STILL = 1_200
ANSWER_TOKENS = 800
LATE = 0.7
"""Of a scene, when everything on its card has appeared."""
INSPECTED_SHARE = 0.6


class RemarksReply(Reply):
    """What to do better."""

    remarks: tuple[Annotated[Line, Field(max_length=REMARK_CHARACTERS)], ...]


@dataclass(frozen=True)
class ChatCritic:
    """Lets our own critic measure the film, then a chat model look at it."""

    chat: Chat
    production: Production
    critic: Critic

    async def watch(self, reel: Reel) -> None:
        await self.critic.watch(reel)

    async def inspect(self, film: Film, reels: Sequence[Reel], intent: Intent, report: Report) -> Inspection:
        """ProviderError when the model cannot; what was measured is kept, so that measuring again costs nothing."""
        inspection = await self.critic.inspect(film, reels, intent, lambda share: report(INSPECTED_SHARE * share))
        if not self.chat.sees:
            raise ProviderError(f"{self.chat.sold.name} cannot see pictures.")
        workshop = self.production.workshop
        scenes = scenes_to_see(await asyncio.to_thread(read_scenes, workshop.assets.path(film.manifest)))
        moments = tuple(round(scene["start"] + LATE * (scene["end"] - scene["start"]), 3) for scene in scenes)
        order = LookInput(film=workshop.path(film.video), moments=moments, side=STILL_SIDE)
        try:
            stills = await workshop.fill(jobs.LOOK, order, lambda _: None)
        except RenderError as broken:
            raise ProviderError("The film's stills, which a chat model was to look at, could not be taken.") from broken
        pictures = [await asyncio.to_thread(workshop.assets.path(picture).read_bytes) for picture in stills.pictures]
        reply = await ask(self.chat, self.production, question_of(scenes, pictures))
        report(1.0)
        return inspection.model_copy(update={"remarks": remarks_of(reply)})


def read_scenes(manifest: Path) -> list[dict[str, Any]]:
    """The scenes that a film's manifest tells of."""
    scenes: list[dict[str, Any]] = json.loads(manifest.read_text("utf-8"))["scenes"]
    return scenes


def scenes_to_see(scenes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """All of them, or as many as may be shown, evenly chosen with the first and the last."""
    if len(scenes) <= MOST_STILLS:
        return list(scenes)
    step = (len(scenes) - 1) / (MOST_STILLS - 1)
    return [scenes[round(number * step)] for number in range(MOST_STILLS)]


def question_of(scenes: Sequence[Mapping[str, Any]], pictures: Sequence[bytes]) -> Question[RemarksReply]:
    """What the model is asked: the scenes' words, and their stills in the same order."""
    told = [
        {"still": number, "scene": scene["id"], "seconds": round(scene["end"] - scene["start"], 1), "voice_over": scene["voice_over"]}
        for number, scene in enumerate(scenes, start=1)
    ]
    return Question(
        part="inspect_film",
        kind=RemarksReply,
        instructions=prompt("inspect_film"),
        material=fenced("scenes", json.dumps(told, ensure_ascii=False, indent=1)),
        tokens=ANSWER_TOKENS,
        media=tuple(Medium("image", "image/jpeg", base64.b64encode(picture).decode("ascii"), TOKENS_A_STILL) for picture in pictures),
    )


def remarks_of(reply: RemarksReply) -> tuple[str, ...]:
    """At most five, each once; one with something smuggled in it is left out."""
    clean = [remark for remark in reply.remarks if remark and not foreign_matter(remark, "")]
    return tuple(dict.fromkeys(clean))[:MOST_REMARKS]
