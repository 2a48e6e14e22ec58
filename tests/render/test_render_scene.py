"""A shot becomes a reel: judged by decoding it again."""

import itertools
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from kiwi.errors import RenderError
from kiwi.film.job_inputs import RenderInput
from kiwi.film.model import BulletsCard, Caption, Point, Shot, Size, Spoken, TitleCard
from kiwi.render.canvas.compose import Canvas, ink, paint
from kiwi.render.canvas.layout import Box
from kiwi.render.join.encode import ReelWriter, encoder_faults
from kiwi.render.join.fragments import TIMESCALE
from kiwi.render.look.themes import THEMES
from kiwi.render.scene.layer_cache import merge, runs_of
from kiwi.render.scene.reel import Play, render, stage_of
from kiwi.storage.assets import asset_of

SMALL = Size(width=320, height=180)


def job_input(
    frames: int = 60, theme: str = "night", entrance: str = "wipe", exit_: str = "iris", size: Size = SMALL, fps: int = 30
) -> RenderInput:
    words = tuple(Spoken(text=word, start=8 + 6 * n, end=14 + 6 * n) for n, word in enumerate(("Light", "at", "last")))
    shot = Shot(
        id="shot-1",
        scene_id="scene-1",
        frames=frames,
        voice_starts=8,
        card=TitleCard(headline="How solar panels work", subline="In a minute", icon="sun"),
        captions=(Caption(lines=(words,), start=8, end=40),),
        entrance=entrance,
        exit=exit_,
    )
    return RenderInput(shot=shot, theme=theme, size=size, fps=fps)


def decoded(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as reel:
        return [frame.to_ndarray(format="bgr24", src_colorspace="ITU709").astype(int) for frame in reel.decode(video=0)]


@pytest.fixture(scope="module")
def reel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reel")
    made = render(job_input(), folder, lambda _share: None)
    assert made.asset == asset_of(folder / "reel.mp4")
    assert made.frames == 60
    return folder / "reel.mp4"


def test_a_reel_has_every_frame_and_says_what_it_is(reel: Path) -> None:
    with av.open(str(reel)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.profile, stream.pix_fmt) == ("High", "yuv420p")
        assert stream.average_rate == 30
        assert (stream.codec_context.colorspace, stream.codec_context.color_primaries, stream.codec_context.color_trc) == (1, 1, 1)
        assert stream.codec_context.color_range == 1
        assert stream.time_base == Fraction(1, TIMESCALE)
        packets = [packet for packet in container.demux(stream) if packet.size]
    assert len(packets) == 60
    assert packets[0].is_keyframe
    assert [packet.pts for packet in packets] == [packet.dts for packet in packets] == [TIMESCALE // 30 * n for n in range(60)]


def test_the_same_order_gives_the_same_bytes(reel: Path, tmp_path: Path) -> None:
    render(job_input(), tmp_path, lambda _share: None)
    assert (tmp_path / "reel.mp4").read_bytes() == reel.read_bytes()


def test_progress_is_told_at_least_every_ten_frames_and_reaches_all(tmp_path: Path) -> None:
    shares: list[float] = []
    render(job_input(frames=45), tmp_path, shares.append)
    assert shares == sorted(shares)
    assert max(later - earlier for earlier, later in zip([0.0, *shares], [*shares, 1.0], strict=True)) <= 10 / 45 + 1e-9
    assert shares[-1] == 1


def test_both_sides_of_a_cut_are_the_same_cover(tmp_path: Path) -> None:
    canvas, ends = Canvas(SMALL), []
    for entrance, exit_, frame in (("none", "iris", 59), ("iris", "none", 0), ("blinds", "wipe", 0), ("blinds", "wipe", 59)):
        Play(job_input(entrance=entrance, exit_=exit_)).draw(canvas, frame)
        ends.append(canvas.pixels.copy())
    assert all((end == ends[0]).all() for end in ends[1:])


def test_the_picture_never_stands_still(reel: Path) -> None:
    frames = decoded(reel)
    assert min(np.abs(later - earlier).mean() for earlier, later in itertools.pairwise(frames)) > 0.01


@pytest.mark.parametrize("theme", THEMES)
def test_a_film_starts_with_a_picture_and_ends_in_the_themes_dark(theme: str) -> None:
    canvas = Canvas(SMALL)
    play = Play(job_input(theme=theme, entrance="none", exit_="none"))
    play.draw(canvas, 0)
    assert canvas.pixels[..., 1].std() > 8
    play.draw(canvas, 59)
    assert canvas.pixels[..., 1].std() < 1
    play.draw(canvas, 47)
    assert canvas.pixels[..., 1].std() > 8


@pytest.mark.parametrize("fps", [24, 25, 30, 60])
def test_motion_is_in_seconds_whatever_the_frame_rate(fps: int) -> None:
    play = Play(job_input(frames=2 * fps, fps=fps, entrance="none", exit_="none"))
    reference = Play(job_input(entrance="none", exit_="none"))
    second = 0.5
    for one, other in zip(play._elements, reference._elements, strict=True):
        assert one.motion(second).alpha == pytest.approx(other.motion(second).alpha, abs=1e-9)
    assert stage_of(job_input(frames=2 * fps, fps=fps)).seconds == 2


COLOURS = [0xFFFFFFFF, 0xFF000000, 0xFFFF0000, 0xFF00FF00, 0xFF0000FF, 0xFFFFD166, 0xFF3B22A0, 0xFF808080, 0xFF06D6A0]


def test_pure_colours_come_back_within_two_levels(tmp_path: Path) -> None:
    with ReelWriter(tmp_path / "colours.mp4", SMALL, 30) as writer:
        canvas = Canvas(SMALL)
        for colour in COLOURS:
            canvas.sheet.clear(ink(colour))
            writer.write(canvas)
    for colour, picture in zip(COLOURS, decoded(tmp_path / "colours.mp4"), strict=True):
        wanted = np.array([colour & 255, colour >> 8 & 255, colour >> 16 & 255])
        assert np.abs(picture[90, 160] - wanted).max() <= 2


def test_reels_join_by_copying_packets(reel: Path, tmp_path: Path) -> None:
    render(job_input(frames=40, theme="pop"), tmp_path, lambda _share: None)
    with av.open(str(tmp_path / "joined.mp4"), "w") as film:
        with av.open(str(reel)) as first:
            stream = film.add_stream_from_template(first.streams.video[0])
        offset = 0
        for path, frames in ((reel, 60), (tmp_path / "reel.mp4", 40)):
            with av.open(str(path)) as part:
                for packet in part.demux(video=0):
                    if packet.size:
                        packet.pts, packet.dts = (packet.pts or 0) + offset, (packet.dts or 0) + offset
                        packet.stream = stream
                        film.mux(packet)
            offset += frames * TIMESCALE // 30
    joined = decoded(tmp_path / "joined.mp4")
    assert len(joined) == 100
    assert np.abs(joined[30] - decoded(reel)[30]).max() == 0
    assert np.abs(joined[80] - decoded(tmp_path / "reel.mp4")[20]).max() == 0


def test_a_missing_folder_and_a_full_disk_are_the_systems_errors(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        render(job_input(frames=12), tmp_path / "missing", lambda _share: None)
    (tmp_path / "reel.mp4").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        render(job_input(frames=12), tmp_path, lambda _share: None)


def test_what_the_encoder_refuses_is_an_error_of_rendering(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no film")
    with pytest.raises(RenderError, match="encoder said"), encoder_faults():
        av.open(str(tmp_path / "text.mp4"))


def test_merging_what_stands_still_changes_no_pixel_by_more_than_a_level() -> None:
    card = BulletsCard(heading="Three points", points=tuple(Point(text=text, cue=5, icon="sun") for text in ("One", "Two", "Three")))
    base = job_input(frames=150)
    steps = base.model_copy(update={"shot": base.shot.model_copy(update={"card": card})})
    merging, plain = Play(steps), Play(steps)
    one, other = Canvas(SMALL), Canvas(SMALL)
    for frame in range(100, 110):
        merging.draw(one, frame)
    plain.draw(other, 109)
    assert any(picture is not None for picture in merging._settled._merged.values())
    assert np.abs(one.pixels.astype(int) - other.pixels.astype(int)).max() <= 2


def test_neighbours_that_stand_still_make_runs() -> None:
    assert runs_of([True, True, False, True, False, True, True, True]) == [(0, 1), (5, 6, 7)]
    assert runs_of([]) == []


def test_pictures_far_apart_are_not_merged() -> None:
    corners = [paint(Box(x, y, x + 8, y + 8), lambda sheet: sheet.clear(0xFFFFFFFF)) for x, y in ((0, 0), (300, 160))]
    assert merge(corners) is None
    assert merge([corners[0], corners[0]]) is not None
