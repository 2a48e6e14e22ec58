"""The critic finds what is wrong with a film, and nothing wrong with a good one."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from kiwi.errors import RenderError
from kiwi.film.job_inputs import CutInput, InspectInput, WatchInput
from kiwi.film.model import Film, Size
from kiwi.local.inspect.critic import inspect, read_srt, watch
from kiwi.local.inspect.measurement import box_names, look
from kiwi.render.join.cut import cut
from kiwi.render.join.mux import Splice, mux
from kiwi.render.sound.soundtrack import code
from kiwi.render.sound.waves import RATE, WaveWriter
from tests.reels import FPS, SMALL, a_cut_order, code_tone, encode_pictures, encode_reel

TINY = Size(width=160, height=90)
CAPTIONS = "1\n00:00:00,500 --> 00:00:05,500\nOne line here,\nanother below.\n"


def silence(share: float) -> None:
    """Report to nobody."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Film, CutInput, Path]:
    job_input, folder = a_cut_order(tmp_path_factory.mktemp("parts")), tmp_path_factory.mktemp("film")
    return cut(job_input, folder, silence), job_input, folder


def judge(film: Path, captions: str | None = None, seconds: float = 6.0, size: Size = TINY, fps: int = FPS) -> tuple[str, ...]:
    srt = film.with_suffix(".srt")
    if captions is not None:
        srt.write_text(captions, "utf-8")
    return inspect(InspectInput(film=str(film), captions=str(srt), seconds=seconds, size=size, fps=fps), film.parent, silence).faults


def a_film(folder: Path, pictures: Iterable[NDArray[np.uint8]], sound: Path | None = None) -> Path:
    """A film of given pictures with sound that is loud enough."""
    reel, frames = encode_pictures(folder / "reel.mp4", pictures, TINY)
    sound = sound or code_tone(folder / "sound.mp4", frames / FPS, hertz=500, level=0.38)
    mux([Splice(reel, frames)], sound, FPS, "", folder / "film.mp4", silence)
    return folder / "film.mp4"


def pictures(frames: int, black: range = range(0), frozen: range = range(0)) -> Iterable[NDArray[np.uint8]]:
    """A moving bar, black for some frames, standing still for others."""
    for number in range(frames):
        planes = np.full((TINY.height * 3 // 2, TINY.width), 128, np.uint8)
        planes[: TINY.height] = 16 if number in black else 90
        place = frozen.start if number in frozen else number
        if number not in black:
            left = place * 2 % (TINY.width - 20)
            planes[20:60, left : left + 20] = 220
        yield planes


def test_a_good_film_has_no_faults(made: tuple[Film, CutInput, Path]) -> None:
    film, job_input, folder = made
    asked = InspectInput(
        film=str(folder / "film.mp4"), captions=str(folder / "film.srt"), seconds=job_input.intent.seconds, size=film.size, fps=film.fps
    )
    told: list[float] = []
    found = inspect(asked, folder, told.append)
    assert found.faults == ()
    assert found.seconds == pytest.approx(film.seconds, abs=0.01)
    assert found.lufs == pytest.approx(-14, abs=0.3)
    assert found.true_peak < -1
    assert told[-1] == 1.0


def test_it_compares_with_what_was_asked(made: tuple[Film, CutInput, Path]) -> None:
    film, _, folder = made
    faults = judge(folder / "film.mp4", seconds=film.seconds * 1.2, size=Size(width=1920, height=1080), fps=25)
    assert [fault.split(",")[0] for fault in faults] == [
        "The picture is 320x180",
        "The picture runs at 30.000 fps",
        f"The film lasts {film.seconds:.1f} s",
    ]
    assert judge(folder / "film.mp4", seconds=film.seconds * 1.09, size=SMALL) == ()


@pytest.mark.parametrize("black", [range(40, 53), range(20, 34), range(13), range(168, 180), range(75, 120)])
def test_black_is_seen_wherever_it_lies(black: range, tmp_path: Path) -> None:
    faults = judge(a_film(tmp_path, pictures(180, black=black)), CAPTIONS)
    assert faults == (f"The picture is black from {black.start / FPS:.1f} s to {black.stop / FPS:.1f} s.",)


@pytest.mark.parametrize("black", [range(40, 50), range(24, 33), range(55, 62), range(11), range(0)])
def test_a_blink_is_not_black(black: range, tmp_path: Path) -> None:
    assert judge(a_film(tmp_path, pictures(180, black=black)), CAPTIONS) == ()


def test_a_frozen_picture_is_seen_after_four_seconds(tmp_path: Path) -> None:
    for name in ("long", "short"):
        (tmp_path / name).mkdir()
    long = judge(a_film(tmp_path / "long", pictures(180, frozen=range(30, 160))), CAPTIONS)
    assert len(long) == 1
    assert long[0].startswith("The picture is frozen from 1.")
    assert judge(a_film(tmp_path / "short", pictures(180, frozen=range(30, 130))), CAPTIONS) == ()


def judge_by_reels(folder: Path, *parts: list[NDArray[np.uint8]]) -> tuple[str, ...]:
    """What is found in a film when its reels were watched one by one."""
    reels, watched = [], []
    for number, part in enumerate(parts):
        reel, frames = encode_pictures(folder / f"reel-{number}.mp4", part, TINY)
        reels.append(Splice(reel, frames))
        watched.append(watch(WatchInput(reel=str(reel)), folder, silence))
    film, srt = folder / "film.mp4", folder / "film.srt"
    sound = code_tone(folder / "sound.mp4", sum(reel.frames for reel in reels) / FPS, hertz=500, level=0.38)
    mux(reels, sound, FPS, "", film, silence)
    srt.write_text(CAPTIONS, "utf-8")
    seconds = sum(reel.frames for reel in reels) / FPS
    asked = InspectInput(film=str(film), captions=str(srt), reels=tuple(watched), seconds=seconds, size=TINY, fps=FPS)
    return inspect(asked, folder, silence).faults


@pytest.mark.parametrize("black", [range(40, 53), range(13), range(95, 108), range(168, 180), range(75, 120), range(100, 117)])
def test_black_is_seen_in_reels_and_across_their_joins(black: range, tmp_path: Path) -> None:
    shown = list(pictures(180, black=black))
    faults = judge_by_reels(tmp_path, shown[:100], shown[100:])
    assert faults == (f"The picture is black from {black.start / FPS:.1f} s to {black.stop / FPS:.1f} s.",)


def test_a_frozen_picture_is_seen_across_a_join(tmp_path: Path) -> None:
    still = list(pictures(180, frozen=range(20, 165)))
    (fault,) = judge_by_reels(tmp_path, still[:100], still[100:])
    assert re.fullmatch(r"The picture is frozen from 1.\d s to 5.\d s.", fault)


def test_two_pictures_that_stand_still_one_after_the_other_are_not_one(tmp_path: Path) -> None:
    still = list(pictures(180, frozen=range(20, 180)))
    assert judge_by_reels(tmp_path, still[:100], [255 - planes // 2 for planes in still[100:]]) == ()


@pytest.mark.parametrize(
    ("level", "fault"),
    [(0.03, "loudness"), (0.99, "peaks"), (0.0, "silent")],
)
def test_sound_that_is_too_soft_too_loud_or_missing_is_heard(level: float, fault: str, tmp_path: Path) -> None:
    sound = code_tone(tmp_path / "tone.mp4", 6.0, hertz=500, level=level)
    assert any(fault in one for one in judge(a_film(tmp_path, pictures(180), sound), CAPTIONS))


def test_sound_that_ends_early_is_noticed(tmp_path: Path) -> None:
    sound = code_tone(tmp_path / "tone.mp4", 5.7, hertz=500, level=0.38)
    assert judge(a_film(tmp_path, pictures(180), sound), CAPTIONS) == ("Picture and sound differ by 0.30 s.",)


def test_a_long_silence_is_noticed(tmp_path: Path) -> None:
    times = np.arange(6 * RATE) / RATE
    wave = np.where(times < 3, 0.29 * np.sin(2 * np.pi * 1000 * times), 0.0).astype(np.float32)
    with WaveWriter(tmp_path / "half.wav", 2, dither=False) as tape:
        tape.write(np.repeat(wave[:, None], 2, axis=1))
    code(tmp_path / "half.wav", tmp_path / "half.mp4")
    faults = judge(a_film(tmp_path, pictures(180), tmp_path / "half.mp4"), CAPTIONS)
    assert [fault for fault in faults if "silent" in fault] in (["The film is silent for 3.0 s."], ["The film is silent for 2.9 s."])


@pytest.mark.parametrize(
    ("captions", "fault"),
    [
        ("", "There are no captions"),
        ("1\n00:00:00,500 --> 00:00:01,500\nShort.\n", "cover 1.0 s of 6.0"),
        ("1\n00:00:00,000 --> 00:00:04,000\nOne\ntwo\nthree\n", "larger than two lines"),
        (f"1\n00:00:00,000 --> 00:00:04,000\n{'x' * 43}\n", "larger than two lines"),
        ("1\n00:00:00,000 --> 00:00:07,500\nToo long, and later than the end.\n", "stays 7.5 s"),
        ("1\n00:00:00,000 --> 00:00:07,500\nToo long, and later than the end.\n", "ends after the film"),
        ("1\n00:00:00,000 --> 00:00:01,000\nThirty characters in one second\n", "31 characters a second"),
        ("1\n00:00:00,000 --> 00:00:03,000\nOne.\n\n2\n00:00:02,900 --> 00:00:04,000\nTwo.\n", "Caption 2 overlaps"),
        ("1\n00:00:03,000 --> 00:00:03,000\nNever.\n", "ends before it begins"),
    ],
)
def test_captions_that_break_a_rule_are_named(captions: str, fault: str, plain_film: Path) -> None:
    assert any(fault in one for one in judge(plain_film, captions))


@pytest.fixture(scope="module")
def plain_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_film(tmp_path_factory.mktemp("plain"), pictures(180))


def test_a_manifest_that_promises_other_frames_is_noticed(plain_film: Path, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(plain_film.read_bytes())
    film.with_suffix(".json").write_text(json.dumps({"frames": 181}))
    assert judge(film, CAPTIONS) == ("The film has 180 frames, its manifest says 181.",)


def test_a_film_whose_index_comes_last_is_not_faststart(plain_film: Path, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    with av.open(str(plain_film)) as source, av.open(str(film), "w", format="mp4") as copy:
        tracks = {stream.index: copy.add_stream_from_template(stream) for stream in (source.streams.video[0], source.streams.audio[0])}
        for packet in source.demux():
            if packet.size:
                packet.stream = tracks[packet.stream.index]
                copy.mux(packet)
    assert box_names(film).index("mdat") < box_names(film).index("moov")
    assert any("faststart" in fault for fault in judge(film, CAPTIONS))


def test_a_film_without_sound_has_one_fault(tmp_path: Path) -> None:
    reel = encode_reel(tmp_path / "film.mp4", 60)
    assert judge(reel, CAPTIONS) == ("The film has no sound.",)


def test_what_is_no_film_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"nothing to see here" * 50)
    with pytest.raises(RenderError, match="cannot be decoded"):
        judge(tmp_path / "film.mp4", CAPTIONS)


def test_the_frames_are_counted_though_not_all_are_decoded(plain_film: Path) -> None:
    seen = look(plain_film)
    assert seen is not None
    assert (seen.frames, seen.seconds, seen.black) == (180, 6.0, ())


def test_subrip_is_read_as_it_is_written() -> None:
    cues = read_srt("1\r\n01:02:03,004 --> 01:02:05,500\r\nHello\r\nthere\r\n\r\nno time here\r\n")
    assert [(cue.start, cue.end, cue.lines) for cue in cues] == [(3723.004, 3725.5, ("Hello", "there"))]
