"""Reels are played while they are drawn: what lies in a half-written reel lies there in the finished one, and makes a whole film."""

import base64
import io
import itertools
from pathlib import Path

import av
import numpy as np
import pytest

from kiwi.errors import RenderError
from kiwi.film.job_inputs import VoiceInput
from kiwi.film.model import Size
from kiwi.film.timeline import AAC_FRAME, SOUND_RATE, packets_before
from kiwi.render.join.encode import ReelWriter
from kiwi.render.join.fragments import FILE_TYPE, NOTHING, box, boxes, fragment, opening, read_piece, read_track
from kiwi.render.join.mux import Splice, mux
from kiwi.render.sound.voice_track import code_voice
from tests.reels import SMALL, a_growing_reel, code_tone, write_tone


def coded(folder: Path, voice: str, starts_at: int, first: int, packets: int) -> tuple[bytes, list[bytes]]:
    wanted = VoiceInput(voice=voice, starts_at=starts_at, first=first, packets=packets)
    made = code_voice(wanted, folder, lambda _: None)
    sound, ends = base64.b64decode(made.coded), np.cumsum([0, *made.lengths])
    return base64.b64decode(made.config), [sound[start:end] for start, end in itertools.pairwise(ends)]


def played(folder: Path, lengths: tuple[int, ...], fps: int) -> bytes:
    """A preview of reels of these lengths; in the second a tone sounds from its tenth frame on."""
    tone = str(write_tone(folder / "voice.wav", 1.0, channels=1))
    film, frame, number = FILE_TYPE + NOTHING, 0, 0
    for scene, frames in enumerate(lengths):
        path = a_growing_reel(folder / f"{scene}.mp4", frames, fps=fps)
        first = packets_before(frame, fps)
        voice = tone if scene == 1 else ""
        config, packets = coded(folder, voice, (frame + 10) * SOUND_RATE // fps, first, packets_before(frame + frames, fps) - first)
        found = read_track(path)
        assert found is not None
        track, at = found
        if not number:
            film += opening(track, sum(lengths), fps, config)
        ends = frame + frames
        while frame < ends:
            piece = read_piece(path, at)
            assert piece is not None
            number, at = number + 1, piece.ends_at
            heard, said = (packets_before(when, fps) - first for when in (frame, frame + piece.frames))
            film += fragment(number, piece, frame, fps, packets[heard:said], first + heard)
            frame += piece.frames
    return film


@pytest.mark.parametrize(("fps", "lengths"), [(30, (68, 95, 7)), (25, (25, 50, 26)), (24, (1, 60, 30)), (60, (61, 119, 60))])
def test_scenes_follow_each_other_without_gap_in_picture_and_sound(tmp_path: Path, fps: int, lengths: tuple[int, ...]) -> None:
    film = played(tmp_path, lengths, fps)
    with av.open(io.BytesIO(film), "r") as opened:
        seen = [frame.pts for frame in opened.decode(video=0)]
    assert seen == [number * 90_000 // fps for number in range(sum(lengths))]
    with av.open(io.BytesIO(film), "r") as opened:
        heard = list(opened.decode(audio=0))
    assert [frame.pts for frame in heard] == [number * AAC_FRAME for number in range(packets_before(sum(lengths), fps))]
    wave = np.concatenate([frame.to_ndarray()[0] for frame in heard])
    begins = np.flatnonzero(np.abs(wave) > 0.02)[0] / SOUND_RATE
    assert begins == pytest.approx((lengths[0] + 10) / fps, abs=0.03)


def test_the_preview_has_the_very_pictures_of_the_film(tmp_path: Path) -> None:
    preview = played(tmp_path, (45, 30), 30)
    sound = code_tone(tmp_path / "sound.mp4", 2.5)
    mux([Splice(tmp_path / "0.mp4", 45), Splice(tmp_path / "1.mp4", 30)], sound, 30, "Film", tmp_path / "film.mp4", lambda _: None)
    with av.open(io.BytesIO(preview), "r") as one, av.open(str(tmp_path / "film.mp4"), "r") as other:
        pairs = zip(one.demux(video=0), other.demux(video=0), strict=True)
        assert all(bytes(seen) == bytes(wanted) for seen, wanted in pairs)


def test_a_box_tells_how_long_it_is_and_every_fragment_its_number(tmp_path: Path) -> None:
    kinds = [kind for kind, _ in boxes(played(tmp_path, (45, 30), 30))]
    assert kinds == [b"ftyp", b"free", b"moov", *[b"moof", b"mdat"] * 3]
    with pytest.raises(RenderError):
        list(boxes(box(b"free", b"12345")[:-1]))


def test_a_reel_is_read_while_it_is_written_and_stays_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "reel.mp4"
    planes = np.full((SMALL.height * 3 // 2, SMALL.width), 90, np.uint8)
    with ReelWriter(path, SMALL, 30, growing=True) as reel:
        for _ in range(30):
            reel.write_planes(planes)
        head = read_track(path)
        assert head is not None
        assert read_piece(path, head[1]) is None
        for _ in range(5):
            reel.write_planes(planes)
        first = read_piece(path, head[1])
        assert first is not None
        assert first.frames == 30
        assert read_piece(path, first.ends_at) is None
    assert read_track(path) == head
    assert read_piece(path, head[1]) == first
    last = read_piece(path, first.ends_at)
    assert last is not None
    assert last.frames == 5
    with pytest.raises(RenderError):
        read_piece(path, last.ends_at)


def test_wherever_a_reel_is_cut_off_nothing_false_is_read(tmp_path: Path) -> None:
    whole = a_growing_reel(tmp_path / "whole.mp4", 40, size=Size(width=64, height=36)).read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole)
    found = read_track(cut)
    assert found is not None
    pieces = [piece := read_piece(cut, found[1]), read_piece(cut, piece.ends_at if piece else 0)]
    for length in range(0, len(whole), 7):
        cut.write_bytes(whole[:length])
        assert read_track(cut) in (None, found)
        assert read_piece(cut, found[1]) in (None, pieces[0])


def test_a_finished_reel_is_a_plain_mp4(tmp_path: Path) -> None:
    path = a_growing_reel(tmp_path / "reel.mp4", 68)
    assert [kind for kind, _ in boxes(path.read_bytes())] == [b"ftyp", b"free", b"mdat", b"moov"]
    with av.open(str(path)) as opened:
        assert opened.streams.video[0].frames == 68


@pytest.mark.parametrize("level", [0.02, 0.5])
def test_a_voice_is_as_loud_however_it_was_recorded(tmp_path: Path, level: float) -> None:
    frames = 60
    path = a_growing_reel(tmp_path / "reel.mp4", frames)
    voice = str(write_tone(tmp_path / "voice.wav", 1.5, channels=1, level=level))
    config, packets = coded(tmp_path, voice, 0, 0, packets_before(frames, 30))
    found = read_track(path)
    assert found is not None
    piece = read_piece(path, found[1])
    assert piece is not None
    film = FILE_TYPE + opening(found[0], frames, 30, config) + fragment(1, piece, 0, 30, packets, 0)
    with av.open(io.BytesIO(film), "r") as opened:
        wave = np.concatenate([frame.to_ndarray()[0] for frame in opened.decode(audio=0)])
    assert np.abs(wave).max() < 1
    assert np.sqrt(np.square(wave[SOUND_RATE // 4 : SOUND_RATE]).mean()) == pytest.approx(0.14, rel=0.35)


def test_a_voice_that_is_none_of_ours_is_refused(tmp_path: Path) -> None:
    for wrong in (str(write_tone(tmp_path / "stereo.wav", 0.2)), str(tmp_path / "text.wav")):
        (tmp_path / "text.wav").write_text("This is no sound.")
        with pytest.raises(RenderError):
            coded(tmp_path, wrong, 0, 0, 5)
