"""The preview: a film's scenes from the first on, as soon as they are drawn, in an MP4 that grows while the rest is being made."""

import asyncio
import base64
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TypeVar

from graph.kept import Kept
from graph.state import FilmState
from kiwi.errors import NoSuchTask
from kiwi.film.job_inputs import VoiceInput
from kiwi.film.model import Shot, Storyboard
from kiwi.film.timeline import SOUND_RATE, packets_before, shots_in_film
from kiwi.local.embedded import render_input
from kiwi.render.join.fragments import Piece, fragment, opening, read_piece, read_track
from kiwi.storage.assets import REEL, AssetStore, digest_of
from kiwi.tasks.task import NOT_BEGUN, Event, Task
from kiwi.work import jobs
from kiwi.work.processes import ChildPool
from kiwi.work.workshop import ask

Seen = TypeVar("Seen")

MOST_KEPT = 128
"""Scenes' voices, of some 60 kB each."""


@dataclass(frozen=True)
class Voice:
    """A scene's sound."""

    config: bytes
    first: int
    """Packet of the film's sound that comes first."""
    packets: tuple[bytes, ...]


class Voices:
    """Has voices coded, each once while it is remembered."""

    def __init__(self) -> None:
        self._kept: Kept[Voice] = Kept(MOST_KEPT)

    async def code(self, pool: ChildPool, wanted: VoiceInput) -> Voice:
        """The packets of a scene's voice. RenderError."""

        async def make() -> Voice:
            coded = await ask(pool, jobs.VOICE, wanted)
            sound, ends = base64.b64decode(coded.coded), accumulate(coded.lengths, initial=0)
            return Voice(base64.b64decode(coded.config), wanted.first, tuple(sound[start:end] for start, end in pairwise(ends)))

        return await self._kept.get(digest_of(jobs.VOICE.name, jobs.VOICE.version, wanted), make)


@dataclass
class Preview:
    """One film's, for one who watches."""

    task: Task
    changes: AsyncIterator[Event]
    """From that task on, until its attempt ends."""
    so_far: Callable[[], Awaitable[FilmState]]
    store: AssetStore
    code: Callable[[VoiceInput], Awaitable[Voice]]

    async def play(self) -> AsyncGenerator[bytes, None]:
        """The film's head and its fragments, as they come; ends with the film, or where it stops without one. RenderError."""
        while not self._begun(0):
            if not await self._change():
                return
        known = await self.so_far()
        if "storyboard" not in known:
            return
        storyboard, number = known["storyboard"], 0
        for index, (shot, starts) in enumerate(shots_in_film(storyboard)):
            voice, frame = None, starts
            async with aclosing(self._pieces(index, storyboard, shot)) as pieces:
                async for track, piece in pieces:
                    voice = voice or await self.code(self._voice(known, storyboard, shot, starts))
                    if not number:
                        yield opening(track, storyboard.frames, storyboard.fps, voice.config)
                    number += 1
                    heard, said = (packets_before(at, storyboard.fps) - voice.first for at in (frame, frame + piece.frames))
                    yield fragment(number, piece, frame, storyboard.fps, voice.packets[heard:said], voice.first + heard)
                    frame += piece.frames
            if frame < starts + shot.frames:
                return

    def _begun(self, index: int) -> bool:
        """Whether somebody draws a scene, counted from 0, or nobody will any more."""
        return self.task.over or self.task.rendered[index : index + 1] not in {(), (NOT_BEGUN,)}

    async def _change(self) -> bool:
        """Wait until the task is told anew; False: it has ended."""
        event = None
        with suppress(NoSuchTask):  # it was deleted
            event = await anext(self.changes, None)
        if event is not None:
            self.task = event.task
        return event is not None

    def _voice(self, known: FilmState, storyboard: Storyboard, shot: Shot, starts: int) -> VoiceInput:
        fps, spoken = storyboard.fps, known["voice_over"].get(shot.scene_id)
        first = packets_before(starts, fps)
        return VoiceInput(
            voice=str(self.store.path(spoken.asset)) if spoken else "",
            starts_at=round((starts + shot.voice_starts) * SOUND_RATE / fps),
            first=first,
            packets=packets_before(starts + shot.frames, fps) - first,
        )

    async def _pieces(self, index: int, storyboard: Storyboard, shot: Shot) -> AsyncGenerator[tuple[bytes, Piece], None]:
        """A scene's pictures, with what its reel says of them, as they are drawn."""
        frames, at, track, name = 0, 0, b"", ""
        while frames < shot.frames:
            name = name or (await self._reel(storyboard, shot) if self._begun(index) else "")
            if name and not track and (begun := await asyncio.to_thread(self._look, name, read_track)):
                track, at = begun
            piece = await asyncio.to_thread(self._look, name, lambda reel: read_piece(reel, at)) if track else None  # noqa: B023
            if piece is not None:
                frames, at = frames + piece.frames, piece.ends_at
                yield track, piece
            elif not await self._change():
                return

    async def _reel(self, storyboard: Storyboard, shot: Shot) -> str:
        """What the job that draws a scene is called; empty: it is not known yet what was filmed for it."""
        take = (await self.so_far()).get("takes", {}).get(shot.id)
        if take is None:
            return ""
        drawn = render_input(shot, take, storyboard, lambda asset: str(self.store.path(asset)))
        return digest_of(jobs.RENDER.name, jobs.RENDER.version, drawn)

    def _look(self, name: str, look: Callable[[Path], Seen | None]) -> Seen | None:
        """Look into a reel, wherever it is written just now."""
        with suppress(FileNotFoundError):  # it has just been finished, and got its final name
            if (reel := self.store.growing(name, REEL)) is not None:
                return look(reel)
        return None
