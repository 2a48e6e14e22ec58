"""Small real media for tests: reels with a moving bar, voices and music made of tones."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from numpy.typing import NDArray

from kiwi.film.captions import plan_captions
from kiwi.film.job_inputs import CutInput, MixInput, PlacedVoice
from kiwi.film.model import (
    Asset,
    Caption,
    Intent,
    Mood,
    Scene,
    SceneRole,
    Script,
    Shot,
    Size,
    Storyboard,
    TitleCard,
    VideoType,
    VoiceOver,
    Word,
)
from kiwi.film.timeline import voices_in_film
from kiwi.local.storyboard.shots import spoken_frames
from kiwi.render.join.encode import ReelWriter
from kiwi.render.sound.mix import MUSIC_LUFS
from kiwi.render.sound.soundtrack import code, lay_sound
from kiwi.render.sound.waves import RATE, WaveWriter
from kiwi.storage.assets import asset_of

SMALL = Size(width=320, height=180)
FPS = 30


def encode_pictures(
    path: Path, pictures: Iterable[NDArray[np.uint8]], size: Size = SMALL, fps: int = FPS, x264: str = "bframes=0"
) -> tuple[Path, int]:
    """A reel as the stage makes them, of given I420 planes: one closed-GOP H.264 track; returns its frames too."""
    number = -1
    with av.open(str(path), "w", format="mp4") as out:
        track = out.add_stream("libx264", rate=fps)
        track.width, track.height, track.pix_fmt, track.time_base = size.width, size.height, "yuv420p", Fraction(1, fps)
        track.options = {"preset": "ultrafast", "qp": "18", "x264-params": f"keyint={fps}:scenecut=0:open-gop=0:{x264}"}
        context = track.codec_context
        context.color_range, context.colorspace = ColorRange.MPEG, Colorspace.ITU709
        context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
        for number, planes in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(planes, "yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, fps)
            out.mux(track.encode(frame))
        out.mux(track.encode(None))
    return path, number + 1


def encode_reel(path: Path, frames: int, *, grey: int = 90, size: Size = SMALL, fps: int = FPS, b_frames: int = 0) -> Path:
    """A reel whose bar moves, and counts frames by its place."""

    def pictures() -> Iterator[NDArray[np.uint8]]:
        for number in range(frames):
            planes = np.full((size.height * 3 // 2, size.width), 128, np.uint8)
            planes[: size.height] = grey
            left = number * 4 % (size.width - 40)
            planes[20:60, left : left + 40] = 220
            yield planes

    return encode_pictures(path, pictures(), size, fps, f"bframes={b_frames}")[0]


def a_growing_reel(path: Path, frames: int, *, size: Size = SMALL, fps: int = FPS) -> Path:
    """A reel as the renderer writes it."""
    with ReelWriter(path, size, fps, growing=True) as reel:
        for number in range(frames):
            planes = np.full((size.height * 3 // 2, size.width), 128, np.uint8)
            planes[: size.height] = 60 + number % 120
            reel.write_planes(planes)
    return path


def write_tone(path: Path, seconds: float, *, hertz: float = 220.0, channels: int = 2, level: float = 0.2) -> Path:
    """A WAV of 48 kHz with a slowly beating, breathy tone and its overtones, that fades in and out."""
    times = np.arange(round(seconds * RATE)) / RATE
    tone = sum(np.sin(2 * np.pi * hertz * overtone * times) / overtone for overtone in range(1, 7))
    tone += 0.1 * np.random.default_rng(0).standard_normal(len(times))
    wave = level * tone / np.abs(tone).max() * (0.75 + 0.25 * np.sin(2 * np.pi * 2 * times))
    wave *= np.clip(np.minimum(times, seconds - times) / 0.05, 0, 1)
    with WaveWriter(path, channels, dither=False) as out:
        out.write(np.repeat(wave[:, None], channels, axis=1).astype(np.float32))
    return path


def code_tone(path: Path, seconds: float, *, hertz: float = 220.0, level: float = 0.2) -> Path:
    """The same in stereo, coded as a film's sound is."""
    code(write_tone(path.with_suffix(".wav"), seconds, hertz=hertz, level=level), path)
    return path


def a_voice(path: Path, text: str, seconds_a_word: float = 0.4) -> VoiceOver:
    """A voice-over whose words last alike."""
    words = tuple(
        Word(text=word, start=round(0.08 + n * seconds_a_word, 3), end=round(0.08 + (n + 0.9) * seconds_a_word, 3))
        for n, word in enumerate(text.split())
    )
    seconds = words[-1].end + 0.2
    write_tone(path, seconds, hertz=330.0, channels=1, level=0.5)
    return VoiceOver(asset=Asset(name=path.name, digest="ab" * 32, size=path.stat().st_size), seconds=seconds, words=words)


def a_shot(number: int, frames: int, voice: VoiceOver | None, fps: int = FPS) -> Shot:
    """A shot whose words start after half a second."""
    starts = fps // 2
    captions: tuple[Caption, ...] = plan_captions(spoken_frames(voice, starts, fps), fps, until=frames)
    card = TitleCard(headline=f"Scene {number}")
    return Shot(id=f"shot-{number}", scene_id=f"scene-{number}", frames=frames, voice_starts=starts, card=card, captions=captions)


def a_cut_order(
    folder: Path, texts: tuple[str, ...] = ("How do panels work?", "Light becomes power, all day.", "See for yourself.")
) -> CutInput:
    """A whole film's order with real media in ``folder``: one scene a text, each text spoken."""
    voices = {f"scene-{n}": a_voice(folder / f"voice-{n}.wav", text) for n, text in enumerate(texts, 1)}
    shots = tuple(a_shot(n, round((voices[f"scene-{n}"].seconds + 1.3) * FPS), voices[f"scene-{n}"]) for n in range(1, len(texts) + 1))
    storyboard = Storyboard(theme="night", size=SMALL, fps=FPS, shots=shots)
    scenes = tuple(Scene(id=f"scene-{n}", role=SceneRole.BODY, title=f"Scene {n}", voice_over=text) for n, text in enumerate(texts, 1))
    seconds = storyboard.frames / FPS
    music = write_tone(folder / "music.wav", seconds)
    placed = (
        PlacedVoice(path=str(folder / voice.asset.name), starts_at=starts_at, words=voice.words)
        for voice, starts_at in voices_in_film(storyboard, voices)
    )
    sound = lay_sound(MixInput(voices=tuple(placed), music=str(music), music_lufs=MUSIC_LUFS, seconds=seconds), folder, lambda _: None)
    return CutInput(
        script=Script(title="How Panels Work", scenes=scenes),
        intent=Intent(
            topic="panels", video_type=VideoType.EXPLAINER, seconds=seconds, size=SMALL, mood=Mood.CALM, original="Panels, please"
        ),
        storyboard=storyboard,
        reels={
            shot.scene_id: str(encode_reel(folder / f"reel-{n}.mp4", shot.frames, grey=60 + 30 * n))
            for n, shot in enumerate(shots, start=1)
        },
        voice_over=voices,
        sound=str(folder / "sound.mp4"),
        lufs=sound.lufs,
        true_peak=sound.true_peak,
        music_digest=asset_of(music).digest,
        music_title="Tone by Nobody",
        versions={"kiwi-video": "0.1.0"},
    )
