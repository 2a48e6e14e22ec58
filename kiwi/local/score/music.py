"""The embedded score: a track of the mood, made exactly as long as the film, with an opening and an ending."""

import hashlib
import random
from pathlib import Path

import av
import numpy as np
from immich_memories_music import tracks_dir
from scipy.ndimage import uniform_filter1d  # type: ignore[import-untyped]

from kiwi.errors import SetupIncomplete
from kiwi.film.job_inputs import Report, ScoreInput
from kiwi.film.model import Mood, Music
from kiwi.local.score.passages import plan_passages, play
from kiwi.render.sound.loudness import LoudnessMeter, gain_of
from kiwi.render.sound.waves import RATE, Samples, WaveWriter, fade
from kiwi.storage.assets import asset_of

LUFS = -22.0
LONGEST_PIECE = 96
"""Seconds for which one track is played; a longer film gets several tracks of its mood, one after the other."""
OVERLAP = round(1.2 * RATE)
"""Frames in which one track's last chord and the next one's opening sound together."""
FADE_IN, FADE_OUT = RATE // 4, 2 * RATE
METERED = 5 * RATE
CEILING = 0.98
ROOM_LUFS, ROOM_LEVEL, SOFT = -50.0, 0.2, 24
"""Of the sound of a quiet room: how loud it lies under a voice, how loud it is stored, and over how many frames its highs are spread."""
CREDIT = "made with ACE-Step 1.5, from immich-memories-music (MIT)"


def score(job_input: ScoreInput, folder: Path, report: Report) -> Music:
    """Lay out music for the film into ``music.wav``: stereo, 48 kHz, exactly ``round(seconds × 48000)`` frames, −22 LUFS.

    Where no music is wanted it is the sound of a quiet room instead, far below that. The same mood, seconds and seed give the same
    bytes. Needs the memory of one piece, however long the film is. Raises ValueError for a length that is not positive, SetupIncomplete
    when the tracks are not installed.
    """
    frames = round(job_input.seconds * RATE)
    if frames <= 0:
        raise ValueError("music needs a length")
    if job_input.without_music:
        return _room(frames, folder / "music.wav")
    lengths = plan_pieces(frames)
    tracks = choose_tracks(job_input.mood, job_input.seed, len(lengths))
    path = folder / "music.wav"
    overlap = np.zeros((0, 2), np.float32)
    with WaveWriter(path, 2, dither=True) as file:
        for done, (track, length) in enumerate(zip(tracks, lengths, strict=True), 1):
            piece = _piece(track, length)
            piece[: len(overlap)] += overlap
            keep = OVERLAP if done < len(lengths) else 0
            file.write(piece[: length - keep])
            overlap = piece[length - keep :].copy()
            report(done / len(lengths))
    names = " · ".join(dict.fromkeys(track.stem.replace("_", " ").title() for track in tracks))
    return Music(asset=asset_of(path), seconds=frames / RATE, title=f"{names}, {CREDIT}", synthetic=True)


def _room(frames: int, path: Path) -> Music:
    """The sound of a quiet room: soft noise without its highs, so that a film without music is not dead between its words."""
    noise, before = np.random.default_rng(0), np.zeros((1, 2), np.float32)
    with WaveWriter(path, 2, dither=False) as file:
        for start in range(0, frames, METERED):
            white = noise.standard_normal((min(METERED, frames - start), 2), np.float32)
            soft = uniform_filter1d(np.concatenate([before, white]), SOFT, axis=0)[len(before) :]
            before = white[-SOFT:]
            file.write(np.clip(soft * np.float32(ROOM_LEVEL), -CEILING, CEILING))
    return Music(asset=asset_of(path), seconds=frames / RATE, title="", lufs=ROOM_LUFS)


def plan_pieces(frames: int) -> list[int]:
    """How long each track plays, in frames: as few as may be, equally long, together ``frames`` with their overlaps."""
    count = 1
    while (frames + (count - 1) * OVERLAP) / count > LONGEST_PIECE * RATE:
        count += 1
    whole = frames + (count - 1) * OVERLAP
    return [whole // count + (index < whole % count) for index in range(count)]


def choose_tracks(mood: Mood, seed: str, count: int) -> list[Path]:
    """So many tracks of a mood, the same for the same seed, none again before all were played."""
    tracks = sorted((tracks_dir() / mood.value).glob("*.opus"))
    if not tracks:
        raise SetupIncomplete(f"There is no {mood.value} music: run `make setup` again, it installs immich-memories-music.")
    random.Random(hashlib.sha256(f"{mood.value}\0{seed}".encode()).digest()).shuffle(tracks)
    return [tracks[index % len(tracks)] for index in range(count)]


def _piece(path: Path, frames: int) -> Samples:
    """One track, exactly this long, faded at both ends, at our loudness, never over full scale."""
    track = decode(path)
    piece = fade(play(track, plan_passages(track, frames)), min(FADE_IN, frames // 8), min(FADE_OUT, frames // 3))
    meter = LoudnessMeter()
    for start in range(0, frames, METERED):
        meter.push(piece[start : start + METERED])
    piece *= np.float32(gain_of(LUFS - meter.lufs()))
    piece *= np.float32(min(1.0, CEILING / max(float(np.abs(piece).max()), 1e-9)))
    return piece


def decode(path: Path) -> Samples:
    """A track's samples, stereo at 48 kHz."""
    resampler = av.AudioResampler("flt", "stereo", RATE)
    with av.open(str(path)) as file:
        blocks = [block.to_ndarray() for frame in file.decode(audio=0) for block in resampler.resample(frame)]
    return np.concatenate(blocks, axis=1).reshape(-1, 2).astype(np.float32, copy=False)
