"""Makes what a vendor delivers: small moving landscapes, stills and sounds, chosen by the prompt, and clips that are not as ordered."""

import hashlib
import math
import struct
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream

from emulators.landscape import Landscape, View, view_of
from emulators.scenarios import Scenario, Script
from emulators.timeline import Media

RATE = 44_100
QUARTER_TURN = (0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
"""ISO 14496-12, 8.3.2: the matrix of a track that is shown turned by 90 degrees."""
X264 = "rc-lookahead=0:sync-lookahead=0:bframes=0:aq-mode=0:weightp=0"
"""Nothing that costs time on flat shapes."""
X265 = "log-level=none:pools=1:frame-threads=1"
TICKS = 4
"""Of the time base, a frame."""


@dataclass(frozen=True)
class Clip:
    """A clip as ordered, and how it is packed."""

    width: int
    height: int
    seconds: float
    fps: int = 24
    audio: bool = False
    codec: str = "libx264"
    pixels: str = "yuv420p"
    fast_start: bool = True
    turned: bool = False
    steady: bool = True
    """Whether all frames last equally long."""


def chord(view: View, seconds: float) -> npt.NDArray[np.float32]:
    """A soft chord for a view, mono at 44,100 samples a second, fading in and out."""
    time = np.arange(round(seconds * RATE)) / RATE
    root = 110 * 2 ** (view.palette / 12)
    sound: npt.NDArray[np.float64] = sum((np.sin(math.tau * root * step * time) for step in (1, 1.5, 2, 2.5)), np.zeros_like(time))
    fade = np.minimum(1, np.minimum(time, seconds - time) / 0.2)
    return (0.05 * sound * fade).astype(np.float32)


def render_clip(clip: Clip, prompt: str) -> bytes:
    """An MP4 as ordered, for a prompt; the same for the same order, and no other prompt has the same bytes."""
    view = view_of(prompt)
    with turnstile(clip, view):
        packed = shot(clip, view)
    seal = hashlib.sha256(prompt.encode()).digest()
    return packed + struct.pack(">I4s", 8 + len(seal), b"free") + seal


@cache
def turnstile(clip: Clip, view: View) -> threading.Lock:
    """Lets one thread at a time film a view, so that the others find it filmed."""
    return threading.Lock()


@lru_cache(maxsize=256)
def shot(clip: Clip, view: View) -> bytes:
    """A view filmed as ordered."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        flags = {"movflags": "+faststart"} if clip.fast_start else {}
        with av.open(str(path), "w", options=flags) as container:
            pictures = add_pictures(container, clip)
            sound = add_sound(container) if clip.audio else None
            for frame in frames(clip, view):
                container.mux(pictures.encode(frame))
            container.mux(pictures.encode(None))
            if sound:
                container.mux(sound.encode(sound_frame(chord(view, clip.seconds))))
                container.mux(sound.encode(None))
        packed = path.read_bytes()
    return turned(packed) if clip.turned else packed


def add_pictures(container: OutputContainer, clip: Clip) -> VideoStream:
    """A stream for a clip's pictures."""
    stream = container.add_stream(clip.codec, rate=clip.fps)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height, stream.pix_fmt = clip.width, clip.height, clip.pixels
    stream.codec_context.thread_count = 1
    stream.codec_context.time_base = Fraction(1, clip.fps * TICKS)
    rates = {"preset": "ultrafast", "crf": "32"}
    stream.codec_context.options = rates | ({"x265-params": X265} if clip.codec == "libx265" else {"x264-params": X264})
    return stream


def add_sound(container: OutputContainer) -> AudioStream:
    """A stream for a clip's sound."""
    stream = container.add_stream("aac", rate=RATE, layout="mono")
    assert isinstance(stream, AudioStream)
    stream.codec_context.time_base = Fraction(1, RATE)
    return stream


def frames(clip: Clip, view: View) -> Iterator[av.VideoFrame]:
    """The pictures of a clip."""
    picture = Landscape(view, clip.width, clip.height)
    sky = picture.sky()
    for index in range(round(clip.seconds * clip.fps)):
        frame = picture.paint(sky, index / clip.fps)
        frame = frame if clip.pixels == "yuv420p" else frame.reformat(format=clip.pixels)
        frame.pts = index * TICKS + (0 if clip.steady else index % 3)
        frame.time_base = Fraction(1, clip.fps * TICKS)
        yield frame


def sound_frame(sound: npt.NDArray[np.float32]) -> av.AudioFrame:
    """Samples as the encoder takes them."""
    frame = av.AudioFrame.from_ndarray(sound[None, :], format="fltp", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
    return frame


def turned(packed: bytes) -> bytes:
    """The same MP4 with a note in its first track that players must turn it by 90 degrees."""
    matrix = packed.index(b"tkhd") + 4 + 40
    return packed[:matrix] + struct.pack(">9i", *QUARTER_TURN) + packed[matrix + 36 :]


@lru_cache(maxsize=64)
def render_still(width: int, height: int, prompt: str, suffix: str = ".png") -> bytes:
    """A picture for a prompt as PNG or JPEG (``.jpg``): its view, at a moment that no other prompt has."""
    moment = int.from_bytes(hashlib.sha256(prompt.encode()).digest()[:4], "big") / 2**32
    picture = Landscape(view_of(prompt), width - width % 2, height - height % 2)
    pixels = picture.paint(picture.sky(), 10 * moment).to_ndarray(format="bgr24")
    return cv2.imencode(suffix, cv2.resize(pixels, (width, height)))[1].tobytes()


def as_scripted(clip: Clip, script: Script) -> Clip:
    """What is delivered for an order under a script."""
    changes: dict[Scenario, dict[str, Any]] = {
        Scenario.WRONG_SIZE: {"width": script.width, "height": script.height},
        Scenario.WRONG_FPS: {"fps": script.fps},
        Scenario.VARIABLE_FPS: {"steady": False},
        Scenario.SHORT_CLIP: {"seconds": script.seconds or clip.seconds / 2},
        Scenario.NO_AUDIO: {"audio": False},
        Scenario.WITH_AUDIO: {"audio": True},
        Scenario.ROTATED: {"turned": True},
        Scenario.HEVC: {"codec": "libx265"},
        Scenario.TEN_BIT: {"pixels": "yuv420p10le"},
        Scenario.MOOV_AT_END: {"fast_start": False},
    }
    return replace(clip, **changes.get(script.scenario, {}))


def video(clip: Clip, prompt: str, script: Script, name: str = "output.mp4") -> Media:
    """What a vendor delivers for an order of a clip."""
    if script.scenario is Scenario.NOT_A_VIDEO:
        return Media(render_still(320, 180, prompt, ".jpg"), "video/mp4", name)
    return Media(render_clip(as_scripted(clip, script), prompt), "video/mp4", name)


def still(width: int, height: int, prompt: str, script: Script, name: str = "output.png") -> Media:
    """What a vendor delivers for an order of a picture."""
    kind = "image/jpeg" if name.endswith((".jpg", ".jpeg")) else "image/png"
    if script.scenario is Scenario.NOT_A_VIDEO:
        return Media(b"GIF89a", kind, name)
    if script.scenario is Scenario.WRONG_SIZE:
        width, height = script.width, script.height
    return Media(render_still(width, height, prompt, Path(name).suffix), kind, name)
