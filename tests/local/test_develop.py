"""What a camera sends is checked by decoding it, and fitted to its shot."""

import itertools
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from kiwi.errors import BadMedia
from kiwi.film.job_inputs import Developed, DevelopInput
from kiwi.film.model import LANDSCAPE, PORTRAIT, SQUARE, Size
from kiwi.local.footage import clips
from kiwi.local.footage.develop import develop
from kiwi.render.footage.fitting import FASTEST, SLOWEST, crop_around, describe, kept_shares, plan_fit
from kiwi.render.footage.focus import find_focus, map_attention
from kiwi.render.footage.focus import small as as_map
from kiwi.work import jobs
from kiwi.work.processes import open_pool
from tests.clips import Picture, clock, encode_clip, moving, pictures

SMALL = Size(width=320, height=180)
HD = Size(width=1280, height=720)


def nothing(_: float) -> None:
    pass


def job_input(source: Path, frames: int = 60, size: Size = SMALL, *, still: bool = False, fps: int = 30) -> DevelopInput:
    return DevelopInput(source=str(source), still=still, frames=frames, fps=fps, size=size)


def done(source: Path, folder: Path, frames: int = 60, size: Size = SMALL, *, still: bool = False) -> tuple[Developed, Path]:
    folder.mkdir(exist_ok=True)
    made = develop(job_input(source, frames, size, still=still), folder, nothing)
    return made, folder / made.asset.name.rpartition("/")[2]


@pytest.mark.parametrize("seconds", [0.5, 0.7, 1.0, 2.2, 3.9, 4.0, 4.4, 5.0, 6.3, 8.0, 60.0])
@pytest.mark.parametrize("frames", [24, 90, 131, 300])
def test_every_fit_has_exactly_the_shots_frames_and_never_leaves_the_clip(seconds: float, frames: int) -> None:
    fit = plan_fit(seconds, HD, frames, 30, LANDSCAPE)
    assert fit.laps[0].first == 0
    assert fit.laps[-1].first + fit.laps[-1].frames + fit.held == frames
    assert all(one.first + one.frames == two.first + fit.dissolve for one, two in itertools.pairwise(fit.laps))
    assert SLOWEST - 1e-9 <= fit.speed <= FASTEST + 1e-9
    for lap in fit.laps:
        assert lap.frames >= 2 * fit.dissolve or len(fit.laps) == 1
        assert 0 <= fit.second(0, 30) <= fit.second(lap.frames - 1, 30) <= seconds


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (5.0, "as it is"),
        (5.5, "played at 1.10 of its speed"),
        (4.5, "played at 0.90 of its speed"),
        (10.0, "cut to 5.0 s from 1.8 s on"),
        (3.5, "played at 0.80 of its speed, end held for 0.6 s"),
        (2.0, "looped 3 times, dissolving for 0.6 s"),
    ],
)
def test_a_clip_is_cut_hurried_slowed_held_or_looped_as_its_length_asks(seconds: float, words: str) -> None:
    fit = plan_fit(seconds, LANDSCAPE, 150, 30, LANDSCAPE)
    assert describe(fit, LANDSCAPE, LANDSCAPE, 30).replace(f"played at {fit.speed:.2f} of its speed, loop", "loop") == words


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT, SQUARE])
@pytest.mark.parametrize("focus", [(0.0, 0.0), (0.5, 0.5), (0.8, 0.3), (1.0, 1.0)])
def test_a_crop_has_the_shots_shape_lies_inside_and_is_as_near_to_the_focus_as_it_can(size: Size, focus: tuple[float, float]) -> None:
    crop = crop_around(HD, size, focus)
    assert crop.width / crop.height == pytest.approx(size.width / size.height)
    assert crop.width == pytest.approx(HD.width) or crop.height == pytest.approx(HD.height)
    assert crop.left >= 0
    assert crop.left + crop.width <= HD.width + 1e-6
    wanted = min(max(focus[0] * HD.width, crop.width / 2), HD.width - crop.width / 2)
    assert crop.left + crop.width / 2 == pytest.approx(wanted)


@pytest.mark.parametrize("across", [0.15, 0.5, 0.8])
def test_upright_pictures_are_cut_around_what_moves(across: float) -> None:
    scene = moving(across=across)
    looks = [as_map(scene(second)) for second in (0.0, 0.3, 0.6, 0.9)]
    focus = find_focus(map_attention(looks), kept_shares(SMALL, PORTRAIT))
    crop = crop_around(SMALL, PORTRAIT, focus)
    assert crop.left < across * SMALL.width < crop.left + crop.width


def test_a_plain_picture_is_kept_by_its_middle() -> None:
    assert find_focus(np.full((54, 96), 0.5, np.float32), (0.3, 1.0)) == pytest.approx((0.5, 0.5), abs=0.02)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return encode_clip(tmp_path_factory.mktemp("clip") / "clip.mp4", moving(), 2.0, fps=24, sound=True)


def test_a_developed_clip_is_what_the_film_needs_and_nothing_else(clip: Path, tmp_path: Path) -> None:
    told: list[float] = []
    made = develop(job_input(clip), tmp_path, told.append)
    assert (made.size, made.seconds) == (SMALL, 2.0)
    assert told == sorted(told)
    assert told[-1] == 1
    with av.open(str(tmp_path / "footage.mp4")) as out:
        track = out.streams.video[0]
        context = track.codec_context
        assert (len(out.streams), track.frames, context.name) == (1, 60, "h264")
        assert track.average_rate == 30
        assert (context.width, context.height, track.pix_fmt) == (320, 180, "yuv420p")
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (1, 1, 1, 1)
        keys = [number for number, packet in enumerate(p for p in out.demux(track) if p.size) if packet.is_keyframe]
    assert max(after - before for before, after in itertools.pairwise([*keys, 60])) <= 12


def test_the_same_order_gives_the_same_bytes(clip: Path, tmp_path: Path) -> None:
    (_, one), (_, other) = (done(clip, tmp_path / name) for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()


QUIET = "qp=4:log-level=none"
BARS = np.repeat(np.array([[[40, 60, 200], [60, 180, 70], [200, 90, 50], [128, 128, 128]]], np.uint8).repeat(180, 0), 80, 1)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("tagged.mp4", {}),
        ("sd.mp4", {"matrix": 5}),
        ("full.mp4", {"pixels": "yuvj420p", "full": True}),
        (
            "ten.mp4",
            {"codec": "libx265", "pixels": "yuv420p10le", "options": {"preset": "ultrafast", "x265-params": QUIET}},
        ),
        ("rich.mp4", {"pixels": "yuv444p"}),
        ("vp9.webm", {"codec": "libvpx-vp9", "options": {"crf": "4", "b": "0", "cpu-used": "8"}}),
        ("av1.mp4", {"codec": "libsvtav1", "options": {"crf": "10", "preset": "12"}}),
    ],
)
def test_colours_survive_every_way_of_coding_them(name: str, made: dict[str, object], tmp_path: Path) -> None:
    source = encode_clip(tmp_path / name, lambda _: BARS, 1.0, fps=12, **made)  # type: ignore[arg-type]
    _, path = done(source, tmp_path / "out", 12)
    shown = pictures(path)[6]
    for bar in range(4):
        assert np.abs(shown[90, 40 + 80 * bar].astype(int) - BARS[90, 40 + 80 * bar]).max() <= 6


HLG, BT2020 = 18, 9


def test_a_phones_high_dynamic_range_is_brought_into_the_films(tmp_path: Path) -> None:
    # signals of HLG: a grey card, a white page, the brightest light, a red coat (ITU-R BT.2408, table 1)
    signals = np.array([[[97, 97, 97], [191, 191, 191], [255, 255, 255], [77, 77, 191]]], np.uint8).repeat(180, 0)
    bars = np.repeat(signals, 80, 1)
    coding = {"codec": "libx265", "pixels": "yuv420p10le", "options": {"preset": "ultrafast", "x265-params": QUIET}}
    source = encode_clip(tmp_path / "phone.mp4", lambda _: bars, 1.0, fps=6, matrix=BT2020, light=HLG, **coding)  # type: ignore[arg-type]
    _, path = done(source, tmp_path / "out", 6)
    grey, page, light, coat = (pictures(path)[3][90, 40 + 80 * bar].astype(int) for bar in range(4))
    for plain, least, most in ((grey, 80, 125), (page, 160, 205), (light, 240, 255)):
        assert np.ptp(plain) <= 6
        assert least <= plain.mean() <= most
    # taken for BT.709 it would be paler than it was seen: 77, 77, 191
    assert coat[2] > 195
    assert coat[:2].max() < 85


@pytest.mark.parametrize(("width", "stretch", "shown"), [(160, Fraction(2), 320), (427, Fraction(3, 4), 320), (320, Fraction(1), 320)])
def test_pixels_that_are_not_square_are_made_so(width: int, stretch: Fraction, shown: int, tmp_path: Path) -> None:
    disc = moving(320, 180)

    def squeezed(second: float) -> Picture:
        return np.asarray(cv2.resize(disc(second), (width, 180), interpolation=cv2.INTER_AREA), np.uint8)

    source = encode_clip(tmp_path / "squeezed.mp4", squeezed, 1.0, pixels="yuv444p", stretch=stretch)
    made, path = done(source, tmp_path / "out", 30)
    assert made.size == Size(width=shown, height=180)
    assert np.abs(pictures(path)[10].astype(int) - disc(10.5 / 30)).mean() < 3


def test_of_an_interlaced_clip_one_moment_a_frame_is_shown(tmp_path: Path) -> None:
    disc = np.zeros((180, 320, 3), np.uint8)

    def woven(second: float) -> Picture:
        """Two moments in turn, row by row: a bar that jumps."""
        frame = disc + 60
        left = 40 + round(second * 100)
        frame[0::2, left : left + 60] = 220
        frame[1::2, left + 40 : left + 100] = 220
        return frame

    options = {"preset": "ultrafast", "qp": "4", "x264-params": "tff=1"}
    source = encode_clip(tmp_path / "woven.mp4", woven, 1.0, options=options)
    _, path = done(source, tmp_path / "out", 30)
    shown = pictures(path)[10].astype(int)[20:160]
    assert np.abs(np.diff(shown[..., 1], axis=0)).max() < 12


@pytest.mark.parametrize(("width", "height"), [(321, 181), (319, 241)])
def test_odd_sizes_are_shown_whole(width: int, height: int, tmp_path: Path) -> None:
    options = {"cpu-used": "8", "crf": "4", "b": "0"}
    source = encode_clip(tmp_path / "odd.webm", moving(width, height), 1.0, codec="libvpx-vp9", options=options)
    made, path = done(source, tmp_path / "out", 30)
    assert made.size == Size(width=width, height=height)
    shown = pictures(path)
    assert len(shown) == 30
    for edge in (shown[5][-3:], shown[5][:, -3:]):
        assert np.abs(edge.astype(int) - edge.mean(axis=(0, 1))).max() < 45
        assert edge.min() > 35


def turned(path: Path, quarter: tuple[int, int, int, int]) -> Path:
    """Write a matrix (ISO/IEC 14496-12, 8.3.2) into the track header of an MP4."""
    movie = bytearray(path.read_bytes())
    at = movie.index(b"tkhd") + 4 + 40
    a, b, c, d = (value * 0x10000 for value in quarter)
    for number, value in enumerate((a, b, 0, c, d, 0)):
        movie[at + 4 * number : at + 4 * number + 4] = (value & 0xFFFFFFFF).to_bytes(4, "big")
    path.write_bytes(movie)
    return path


@pytest.mark.parametrize(("quarter", "corner"), [((0, 1, -1, 0), "right"), ((0, -1, 1, 0), "left")])
def test_phones_that_were_held_upright_are_shown_upright(quarter: tuple[int, int, int, int], corner: str, tmp_path: Path) -> None:
    picture = np.full((180, 320, 3), 60, np.uint8)
    picture[:90, :160] = 220  # the upper left corner as the sensor sees it
    source = turned(encode_clip(tmp_path / "phone.mp4", lambda _: picture, 1.0, fps=12), quarter)
    made, path = done(source, tmp_path / "out", 12, Size(width=180, height=320))
    assert made.size == Size(width=180, height=320)
    shown = pictures(path)[6].astype(int)
    at_top = quarter == (0, 1, -1, 0)
    bright = shown[40 if at_top else 280, 135 if corner == "right" else 45]
    dark = shown[280 if at_top else 40, 45 if corner == "right" else 135]
    assert bright.min() > 200
    assert dark.max() < 80


def test_uneven_frames_are_shown_when_they_were(tmp_path: Path) -> None:
    times = [*np.arange(0, 1, 0.02), *np.arange(1, 3, 0.25), *np.arange(3, 4, 1 / 24)]
    source = encode_clip(tmp_path / "uneven.mp4", clock(full=4.0), times=[float(time) for time in times])
    made, path = done(source, tmp_path / "out", 120, Size(width=160, height=160))
    assert made.seconds == pytest.approx(4.0, abs=0.05)
    levels = [float(picture.mean()) for picture in pictures(path)]
    for frame in range(0, 120, 7):
        second = (frame + 0.5) / 30 * made.seconds / 4
        was = max(time for time in times if time <= second + 1e-6)
        assert levels[frame] == pytest.approx(40 + 40 * was, abs=4)


def test_a_held_end_keeps_moving_and_a_loop_has_no_jump(tmp_path: Path) -> None:
    grain = cv2.GaussianBlur(np.random.default_rng(2).integers(0, 256, (180, 320, 3), np.uint8), (0, 0), 3)
    source = encode_clip(tmp_path / "short.mp4", lambda _: np.asarray(grain, np.uint8), 2.0)
    held, path = done(source, tmp_path / "held", 90)
    assert "held for 0.5 s" in held.fit
    shown = pictures(path)
    assert len(shown) == 90
    # a coder may keep a picture that has hardly changed, but not three times
    assert min(np.abs(one.astype(int) - three).mean() for one, three in zip(shown[75:], shown[78:], strict=False)) > 0.02
    rising = encode_clip(tmp_path / "rising.mp4", clock(full=2.0), 2.0)
    looped, path = done(rising, tmp_path / "looped", 150, Size(width=160, height=160))
    assert "looped" in looped.fit
    levels = [float(picture.mean()) for picture in pictures(path)]
    assert len(levels) == 150
    assert min(levels[60:]) < 100
    assert max(levels[60:]) > 150
    assert max(abs(two - one) for one, two in itertools.pairwise(levels)) < 16


def test_black_ends_are_left_out_and_black_clips_refused(tmp_path: Path) -> None:
    lit = moving()

    def fading(second: float) -> Picture:
        return lit(second) if 0.7 <= second < 2.6 else np.zeros((180, 320, 3), np.uint8)

    made, path = done(encode_clip(tmp_path / "fading.mp4", fading, 3.0), tmp_path / "out", 45)
    assert made.seconds == 3.0
    assert min(picture.max() for picture in pictures(path)) > 60
    for name, scene in (
        ("black", lambda _: np.zeros((180, 320, 3), np.uint8)),
        ("blink", lambda second: lit(second) if 1 < second < 1.3 else fading(0)),
    ):
        with pytest.raises(BadMedia, match="black"):
            develop(job_input(encode_clip(tmp_path / f"{name}.mp4", scene, 2.0)), tmp_path, nothing)


def test_a_clip_that_hardly_moves_is_pushed_in_on(clip: Path, tmp_path: Path) -> None:
    still = moving()(0.0)
    made, path = done(encode_clip(tmp_path / "still.mp4", lambda _: still, 2.0), tmp_path / "out")
    assert "slowly enlarged" in made.fit
    shown = pictures(path)
    assert np.abs(shown[-1].astype(int) - shown[0]).mean() > 0.5
    assert "slowly enlarged" not in done(clip, tmp_path / "other")[0].fit


def test_a_film_whose_index_is_at_its_end_is_read_all_the_same(clip: Path) -> None:
    movie = clip.read_bytes()
    assert movie.index(b"mdat") < movie.index(b"moov")


def head_of(path: Path, name: str, share: float) -> Path:
    cut = path.with_name(name)
    cut.write_bytes(path.read_bytes()[: round(path.stat().st_size * share)])
    return cut


def bad(name: str, clip: Path, folder: Path) -> Path:  # noqa: C901 - a menu
    """One of many things that are no clip."""
    path = folder / "bad.mp4"
    match name:
        case "html":
            path.write_text("<!doctype html><title>404</title>" * 40)
        case "empty":
            path.write_bytes(b"")
        case "cut off":
            return head_of(clip, "cut.mp4", 0.6)
        case "cut matroska":
            return head_of(
                encode_clip(folder / "whole.webm", moving(), 1.0, codec="libvpx-vp9", options={"cpu-used": "8"}), "cut.webm", 0.5
            )
        case "scrambled":
            movie = bytearray(clip.read_bytes())
            start = movie.index(b"mdat") + 200
            movie[start : start + 12_000] = np.random.default_rng(3).bytes(12_000)
            path.write_bytes(movie)
        case "no picture":
            with av.open(str(path), "w") as out:
                voice = out.add_stream("aac", rate=48_000)
                frame = av.AudioFrame.from_ndarray(np.zeros((1, 48_000), np.float32), "fltp", "mono")
                frame.sample_rate = 48_000
                out.mux(voice.encode(frame))
                out.mux(voice.encode(None))
        case "too short":
            encode_clip(path, moving(), 0.4)
        case "one frame":
            encode_clip(path, moving(), times=[0.0])
        case "tiny":
            encode_clip(path, moving(96, 64), 1.0)
        case "lopsided":
            encode_clip(path, moving(1280, 128), 0.6)
        case "too long":
            encode_clip(path, moving(128, 128), times=[0.0, 0.1, 400.0])
        case "old codec":
            encode_clip(path, moving(), 1.0, codec="mjpeg", pixels="yuvj420p", full=True)
    return path


@pytest.mark.parametrize(
    "name",
    [
        "html", "empty", "cut off", "cut matroska", "scrambled", "no picture",
        "too short", "one frame", "tiny", "lopsided", "too long", "old codec",
    ],
)  # fmt: skip
def test_what_is_no_usable_clip_is_refused(name: str, clip: Path, tmp_path: Path) -> None:
    source = bad(name, clip, tmp_path)
    with pytest.raises(BadMedia):
        develop(job_input(source), tmp_path, nothing)


def test_no_picture_larger_than_permitted_is_decoded(clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    strict = clips.Kind("mov", clips.CODECS, 320 * 180 - 1)
    monkeypatch.setitem(clips.CLIP_KINDS, "mov", strict)
    with pytest.raises(BadMedia, match="320x180"):
        develop(job_input(clip), tmp_path, nothing)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_a_still_keeps_its_colours_and_what_the_shot_can_use(suffix: str, tmp_path: Path) -> None:
    picture = cv2.resize(BARS, (1600, 900), interpolation=cv2.INTER_NEAREST)
    source = tmp_path / f"picture{suffix}"
    cv2.imwrite(str(source), picture)
    made, path = done(source, tmp_path / "out", still=True)
    assert (made.size, made.seconds, path.name) == (Size(width=1600, height=900), 0.0, "still.jpg")
    kept = cv2.imread(str(path))
    assert kept is not None
    assert kept.shape == (234, 416, 3)
    for bar in range(4):
        assert np.abs(kept[117, 52 + 104 * bar].astype(int) - BARS[90, 40 + 80 * bar]).max() <= 8


def test_a_wide_picture_keeps_room_to_travel_in_an_upright_shot(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "wide.png"), moving(2000, 500, across=0.8)(0.0))
    _, path = done(tmp_path / "wide.png", tmp_path / "out", size=Size(width=270, height=480), still=True)
    kept = cv2.imread(str(path))
    assert kept is not None
    assert kept.shape[1] / kept.shape[0] == pytest.approx(270 / 480 * 1.7, rel=0.01)


@pytest.mark.parametrize("content", [b"", b"GIF89a" + bytes(100), b"\x89PNG\r\n\x1a\n" + bytes(50), b"\xff\xd8\xff\xe0" + bytes(60)])
def test_what_is_no_picture_is_refused(content: bytes, tmp_path: Path) -> None:
    source = tmp_path / "picture"
    source.write_bytes(content)
    with pytest.raises(BadMedia):
        develop(job_input(source, still=True), tmp_path, nothing)


async def test_a_confined_child_develops_and_refuses(clip: Path, tmp_path: Path) -> None:
    assert jobs.DEVELOP.confined
    (tmp_path / "page.mp4").write_text("<html>" * 100)
    async with open_pool(1, tmp_path) as hands:
        made = await hands.do(jobs.DEVELOP, job_input(clip, 30).model_dump(mode="json"), tmp_path, nothing)
        with pytest.raises(BadMedia, match="no video"):
            await hands.do(jobs.DEVELOP, job_input(tmp_path / "page.mp4").model_dump(mode="json"), tmp_path, nothing)
    assert Developed.model_validate(made).seconds == 2.0
    assert len(pictures(tmp_path / "footage.mp4")) == 30
