"""Reels and sound become one film: nothing encoded twice, nothing out of step, nothing joined that does not fit."""

import errno
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from kiwi.errors import RenderError
from kiwi.film.model import Size
from kiwi.render.join.mux import Splice, mux
from kiwi.render.sound.soundtrack import code
from kiwi.render.sound.waves import RATE, WaveReader, WaveWriter
from tests.reels import FPS, SMALL, code_tone, encode_reel


def silence(share: float) -> None:
    """Report to nobody."""


def boxes(path: Path) -> list[str]:
    """The names of the file's boxes: all of the top level, and those of the tracks."""
    names: list[str] = []
    open_spans = [(0, path.stat().st_size)]
    content = path.read_bytes()
    while open_spans:
        at, end = open_spans.pop(0)
        while at + 8 <= end:
            length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8].decode("latin1")
            names.append(name)
            if name in {"moov", "trak", "edts", "mdia"}:
                open_spans.append((at + 8, at + length))
            at += length
    return names


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mux")
    reels = [Splice(encode_reel(folder / f"{n}.mp4", frames, grey=60 * n), frames) for n, frames in ((1, 40), (2, 31), (3, 7))]
    sound = code_tone(folder / "sound.mp4", 78 / FPS)
    assert mux(reels, sound, FPS, "Kiwis & <friends>", folder / "film.mp4", silence) == 78
    return folder / "film.mp4"


def test_every_frame_of_every_reel_is_there_in_order(joined: Path) -> None:
    with av.open(str(joined)) as film:
        frames = list(film.decode(video=0))
    assert [Fraction(frame.pts or 0) * (frame.time_base or 0) for frame in frames] == [Fraction(n, FPS) for n in range(78)]
    brightness = [int(np.median(frame.to_ndarray()[100 : SMALL.height])) for frame in frames]
    assert brightness == pytest.approx([60] * 40 + [120] * 31 + [180] * 7, abs=2)
    bars = [int(np.argmax(frame.to_ndarray()[40] > 200)) for frame in frames]
    assert bars == pytest.approx([n * 4 for n in (*range(40), *range(31), *range(7))], abs=2)


def test_pictures_are_copied_not_encoded_again(joined: Path) -> None:
    def coded(path: Path) -> list[bytes]:
        with av.open(str(path)) as film:
            return [bytes(packet) for packet in film.demux(film.streams.video[0]) if packet.size]

    assert coded(joined) == [packet for n in (1, 2, 3) for packet in coded(joined.parent / f"{n}.mp4")]


def test_sound_and_picture_start_and_end_together(joined: Path) -> None:
    with av.open(str(joined)) as film:
        picture, sound = film.streams.video[0], film.streams.audio[0]
        assert (picture.start_time, sound.start_time) == (0, 0)
        lengths = [stream.duration * stream.time_base for stream in (picture, sound) if stream.duration and stream.time_base]
        assert lengths[0] == Fraction(78, FPS)
        assert abs(lengths[0] - lengths[1]) <= Fraction(1, FPS)


def test_the_sound_is_the_mix_to_the_sample(tmp_path: Path) -> None:
    clicks = np.zeros((2 * RATE, 2), np.float32)
    clicks[[RATE // 2, RATE, RATE * 3 // 2]] = 0.9
    with WaveWriter(tmp_path / "clicks.wav", 2, dither=False) as tape:
        tape.write(clicks)
    code(tmp_path / "clicks.wav", tmp_path / "clicks.mp4")
    mux([Splice(encode_reel(tmp_path / "a.mp4", 60), 60)], tmp_path / "clicks.mp4", FPS, "", tmp_path / "film.mp4", silence)
    with av.open(str(tmp_path / "film.mp4")) as film:
        heard = np.concatenate([frame.to_ndarray() for frame in film.decode(audio=0)], axis=1)[0]
        assert film.streams.audio[0].codec_context.sample_rate == RATE
        assert film.streams.audio[0].codec_context.layout.name == "stereo"
    for second in (0.5, 1.0, 1.5):
        around = heard[round(second * RATE) - 2000 : round(second * RATE) + 2000]
        assert int(np.argmax(np.abs(around))) == 2000


def test_the_sound_survives_its_coding(joined: Path) -> None:
    with av.open(str(joined)) as film, WaveReader(joined.parent / "sound.wav") as tape:
        heard = np.concatenate([frame.to_ndarray() for frame in film.decode(audio=0)], axis=1)[:, : tape.frames]
        played = tape.read(0, tape.frames).T
    assert float(np.mean((heard - played) ** 2)) < 0.005 * float(np.mean(played**2))


def test_the_film_starts_at_once_and_has_no_edit_list(joined: Path) -> None:
    names = boxes(joined)
    assert names.index("moov") < names.index("mdat")
    assert "elst" not in names
    assert names.count("trak") == 2


def test_colour_and_title_are_kept(joined: Path) -> None:
    with av.open(str(joined)) as film:
        context = film.streams.video[0].codec_context
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (1, 1, 1, 1)
        assert film.metadata["title"] == "Kiwis & <friends>"
        assert "creation_time" not in film.metadata
        assert film.streams.video[0].average_rate == FPS


def test_the_same_parts_give_the_same_bytes(joined: Path, tmp_path: Path) -> None:
    reels = [Splice(joined.parent / f"{n}.mp4", frames) for n, frames in ((1, 40), (2, 31), (3, 7))]
    mux(reels, joined.parent / "sound.mp4", FPS, "Kiwis & <friends>", tmp_path / "again.mp4", silence)
    assert (tmp_path / "again.mp4").read_bytes() == joined.read_bytes()


def test_it_says_how_far_it_is(tmp_path: Path) -> None:
    told: list[float] = []
    reel = Splice(encode_reel(tmp_path / "a.mp4", 30), 30)
    mux([reel], code_tone(tmp_path / "sound.mp4", 1.0), FPS, "", tmp_path / "film.mp4", told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"size": Size(width=180, height=320)}, "unlike the first"),
        ({"fps": 24}, "frames of 30 fps|out of order|unlike the first"),
        ({"b_frames": 2}, "out of order|unlike the first"),
    ],
)
def test_reels_that_do_not_fit_are_refused(other: dict[str, object], says: str, tmp_path: Path) -> None:
    reels = [Splice(encode_reel(tmp_path / "a.mp4", 30), 30), Splice(encode_reel(tmp_path / "b.mp4", 30, **other), 30)]  # type: ignore[arg-type]
    with pytest.raises(RenderError, match=says):
        mux(reels, code_tone(tmp_path / "sound.mp4", 2.0), FPS, "", tmp_path / "film.mp4", silence)


def test_a_reel_of_another_length_is_refused(tmp_path: Path) -> None:
    reel = encode_reel(tmp_path / "a.mp4", 29)
    with pytest.raises(RenderError, match="29 frames instead of 30"):
        mux([Splice(reel, 30)], code_tone(tmp_path / "sound.mp4", 1.0), FPS, "", tmp_path / "film.mp4", silence)


def test_a_missing_or_broken_part_is_named(tmp_path: Path) -> None:
    sound = code_tone(tmp_path / "sound.mp4", 1.0)
    (tmp_path / "broken.mp4").write_bytes(b"no film at all" * 100)
    for name in ("missing.mp4", "broken.mp4"):
        with pytest.raises(RenderError, match=name):
            mux([Splice(tmp_path / name, 30)], sound, FPS, "", tmp_path / "film.mp4", silence)
    reel = Splice(encode_reel(tmp_path / "a.mp4", 30), 30)
    for name, says in (("missing.mp4", "cannot be opened"), ("a.mp4", "no sound")):
        with pytest.raises(RenderError, match=says):
            mux([reel], tmp_path / name, FPS, "", tmp_path / "film.mp4", silence)
    with pytest.raises(RenderError, match="no reels"):
        mux([], sound, FPS, "", tmp_path / "film.mp4", silence)


def test_b_frames_are_refused_even_in_the_only_reel(tmp_path: Path) -> None:
    reel = encode_reel(tmp_path / "a.mp4", 30, b_frames=2)
    with pytest.raises(RenderError, match="out of order"):
        mux([Splice(reel, 30)], code_tone(tmp_path / "sound.mp4", 1.0), FPS, "", tmp_path / "film.mp4", silence)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told_apart_from_a_broken_reel(tmp_path: Path) -> None:
    reel = Splice(encode_reel(tmp_path / "a.mp4", 30), 30)
    with pytest.raises(OSError, match="disk is full") as caught:
        mux([reel], code_tone(tmp_path / "sound.mp4", 1.0), FPS, "", Path("/dev/full"), silence)
    assert caught.value.errno == errno.ENOSPC
