"""Footage in the film: it is seen, what stands on it can be read, and it joins what is drawn."""

import itertools
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from kiwi.errors import RenderError
from kiwi.film.job_inputs import DevelopInput, RenderInput
from kiwi.film.model import (
    LANDSCAPE,
    PORTRAIT,
    SQUARE,
    BulletsCard,
    Caption,
    Card,
    ClosingCard,
    ComparisonCard,
    IconsCard,
    NumberCard,
    Point,
    QuoteCard,
    Shot,
    Side,
    Size,
    Spoken,
    SpotlightCard,
    StatementCard,
    StepsCard,
    TitleCard,
)
from kiwi.local.footage.develop import develop
from kiwi.render.canvas.compose import Canvas, Pixels, parted
from kiwi.render.canvas.stage import Stage, boxes_of
from kiwi.render.footage.clip_layer import Clip
from kiwi.render.footage.dirty_regions import parts_of
from kiwi.render.footage.grade import BLACK, WHITE, Grade, filmed
from kiwi.render.footage.kenburns import KenBurns, gently
from kiwi.render.footage.overlays import callout, plan_overlay
from kiwi.render.footage.scrim import LEAST_CONTRAST, cover_needed, darkest_needed
from kiwi.render.join.mux import Splice, mux
from kiwi.render.look.colours import contrast, luminance
from kiwi.render.look.themes import THEMES
from kiwi.render.scene.reel import Play, captions_of, render, stage_of
from tests.clips import Picture, Scene, encode_clip, moving, pictures
from tests.reels import code_tone

SMALL = Size(width=320, height=180)
MIDDLE = Size(width=640, height=360)
FRAMES = 60
SENTENCE = "Light becomes power, all day long."
WORDS = tuple(Spoken(text=word, start=8 + 6 * n, end=14 + 6 * n) for n, word in enumerate(SENTENCE.split()))
POINTS = tuple(Point(text=text, cue=10 + 5 * n, icon="sun") for n, text in enumerate(("Lower bills", "Clean air", "Thirty good years")))
CARDS: dict[str, Card] = {
    "title": TitleCard(headline="How solar panels work", subline="In a minute", icon="sun"),
    "statement": StatementCard(words=WORDS, emphasis=(1, 2), icon="sun"),
    "spotlight": SpotlightCard(heading="Quiet power", text="No smoke, no noise", icon="sun"),
    "bullets": BulletsCard(heading="Why solar", points=POINTS),
    "number": NumberCard(number="40%", label="less to pay", icon="coins"),
    "quote": QuoteCard(words=WORDS, by="Ada Marlow"),
    "comparison": ComparisonCard(
        heading="Grid or roof", left=Side(heading="Grid", points=POINTS[:2]), right=Side(heading="Roof", points=POINTS[1:])
    ),
    "steps": StepsCard(heading="How it is done", steps=POINTS),
    "icons": IconsCard(heading="What you need", points=POINTS * 2),
    "closing": ClosingCard(headline="Let the sun pay", action="Book a visit", icon="sun"),
}


def nothing(_: float) -> None:
    pass


def bright(width: int, height: int) -> Scene:
    """Nearly white, with a grain, so that every word has something against it."""
    grain = np.random.default_rng(5).integers(225, 256, (height, width, 3), np.uint8)
    return lambda _: grain


def filmed_in(folder: Path, scene: Scene, size: Size, *, still: bool = False, frames: int = FRAMES) -> str:
    """A developed asset's path."""
    if still:
        cv2.imwrite(str(folder / "source.png"), scene(0.0))
    else:
        encode_clip(folder / "source.mp4", scene, frames / 30)
    source = folder / ("source.png" if still else "source.mp4")
    made = develop(DevelopInput(source=str(source), still=still, frames=frames, fps=30, size=size), folder, nothing)
    return str(folder / made.asset.name.rpartition("/")[2])


def job_input(
    footage: str, card: str = "spotlight", size: Size = SMALL, theme: str = "night", *, still: bool = False, burn: bool = True,
    credit: str = "", entrance: str = "none", frames: int = FRAMES,
) -> RenderInput:  # fmt: skip
    shot = Shot(
        id="shot-2",
        scene_id="scene-2",
        frames=frames,
        voice_starts=8,
        card=CARDS[card],
        captions=(Caption(lines=(WORDS[:3], WORDS[3:]), start=8, end=50),),
        burn=burn,
        entrance=entrance,
        exit="iris",
    )
    return RenderInput(shot=shot, theme=theme, size=size, fps=30, footage=footage, still=still, credit=credit)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> str:
    return filmed_in(tmp_path_factory.mktemp("clip"), moving(), SMALL)


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> str:
    return filmed_in(tmp_path_factory.mktemp("still"), moving(600, 300, across=0.7), SMALL, still=True)


def blank(size: Size = SMALL) -> Pixels:
    """I420 planes."""
    return np.zeros((size.height * 3 // 2, size.width), np.uint8)


def drawn(play: Play, frame: int, size: Size = SMALL) -> Picture:
    canvas = Canvas(size)
    play.draw(canvas, frame)
    return canvas.pixels.copy()


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT, SQUARE], ids=str)
def test_what_stands_on_footage_stays_in_the_safe_area_and_apart(card: str, size: Size) -> None:
    stage = Stage(size, 30, 150, filmed(THEMES["pop"]))
    boxes = boxes_of(plan_overlay(CARDS[card], stage).elements)
    assert boxes
    for _, box in boxes:
        assert box.within(stage.safe, slack=2)
    for (name, one), (other_name, other) in itertools.combinations(boxes, 2):
        assert not one.overlaps(other, slack=2), (name, other_name)


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_has_light_words_for_footage_that_the_scrim_can_serve(theme: str) -> None:
    lit = filmed(THEMES[theme])
    for colour in (lit.text, lit.dim, lit.accent, lit.second):
        assert luminance(colour) > 0.4
        assert contrast(colour, lit.ground[0]) > 7
    for fill, words in ((lit.accent, lit.accent_text), (lit.second, lit.second_text)):
        assert contrast(fill, words) >= LEAST_CONTRAST


def relative(luma: float) -> float:
    """Luminance of a grey of this luma."""
    grey = round(min(max((luma - BLACK) / (WHITE - BLACK), 0), 1) * 255)
    return luminance(0xFF000000 | grey << 16 | grey << 8 | grey)


@pytest.mark.parametrize("theme", ["paper", "night", "candy"])
@pytest.mark.parametrize("card", ["title", "spotlight", "bullets", "statement", "closing"])
@pytest.mark.parametrize("size", [MIDDLE, Size(width=360, height=640)], ids=str)
def test_words_on_the_brightest_footage_keep_a_contrast_of_4_5(theme: str, card: str, size: Size, tmp_path: Path) -> None:
    footage = filmed_in(tmp_path, bright(size.width, size.height), size, frames=24)
    shown = job_input(footage, card, size, theme, frames=24)
    play = Play(shown)
    lit = Stage(size, 30, 24, filmed(THEMES[theme]))
    overlay = plan_overlay(shown.shot.card, lit)
    canvas = Canvas(size)
    play._backdrop.draw(canvas, 12)
    for box in overlay.words:
        under = canvas.pixels[int(box.top) : int(box.bottom), int(box.left) : int(box.right), 1]
        for colour in overlay.colours:
            ratio = (luminance(colour) + 0.05) / (relative(float(np.percentile(under, 95))) + 0.05)
            assert ratio >= LEAST_CONTRAST


def test_dark_footage_is_hardly_darkened_and_the_rest_of_a_bright_one_stays_bright(tmp_path: Path) -> None:
    (tmp_path / "dark").mkdir()
    footage = filmed_in(tmp_path, bright(640, 360), MIDDLE, frames=24)
    dark = filmed_in(tmp_path / "dark", lambda _: np.full((360, 640, 3), 60, np.uint8), MIDDLE, frames=24)
    for path, least in ((footage, 165), (dark, 50)):
        canvas = Canvas(MIDDLE)
        Play(job_input(path, "spotlight", MIDDLE, frames=24))._backdrop.draw(canvas, 12)
        assert canvas.pixels[40:120, 400:560, 1].mean() > least


def test_what_covers_and_what_reading_needs_agree() -> None:
    most = darkest_needed([0xFFFFFFFF])
    assert relative(most) == pytest.approx(1.05 / LEAST_CONTRAST / 1.12 - 0.05, abs=0.01)
    share = cover_needed(235, most, 20)
    assert 235 * (1 - share) + 20 * share == pytest.approx(most)
    assert cover_needed(most - 10, most, 20) == 0


@pytest.mark.parametrize(
    ("card", "burn", "burned"), [("statement", False, True), ("quote", False, False), ("quote", True, True), ("bullets", True, True)]
)
def test_captions_stand_in_the_picture_unless_the_very_words_do(card: str, burn: bool, burned: bool, clip: str) -> None:
    shown = job_input(clip, card, burn=burn)
    assert bool(captions_of(shown)) is burned
    assert stage_of(shown).captioned is burned


@pytest.mark.parametrize(
    ("emphasis", "text", "start"),
    [
        ((1, 2), "Becomes power", 14),
        ((2,), "Power", 20),
        ((0, 4), "Light", 8),
        ((), "", 0),
        (tuple(range(6)), "Light becomes power, all day long", 8),
    ],
)
def test_what_matters_of_a_sentence_is_called_out(emphasis: tuple[int, ...], text: str, start: int) -> None:
    assert callout(StatementCard(words=WORDS, emphasis=emphasis)) == (text, start)


def test_a_long_run_of_words_is_no_callout() -> None:
    words = tuple(Spoken(text="panels", start=n, end=n + 1) for n in range(9))
    assert callout(StatementCard(words=words, emphasis=tuple(range(9)))) == ("", 0)


@pytest.mark.parametrize("theme", THEMES)
def test_the_footage_is_what_is_seen(theme: str, clip: str) -> None:
    plain = Clip(Path(clip), SMALL, FRAMES, Grade(THEMES[theme]))
    ground = blank()
    plain.show(30, parted(ground))
    picture = drawn(Play(job_input(clip, "statement", theme=theme)), 30)[..., 1]
    part = np.s_[10:70, 100:300]
    assert np.corrcoef(ground[part].ravel(), picture[part].ravel())[0, 1] > 0.85
    assert picture[part].mean() > 0.7 * ground[part].mean()


def test_any_frame_is_the_same_whether_it_is_played_to_or_sought(clip: str) -> None:
    played, sought = Play(job_input(clip)), Play(job_input(clip))
    ahead = [drawn(played, frame) for frame in range(FRAMES)]
    for frame in (41, 7, 8, 59, 0):
        assert (drawn(sought, frame) == ahead[frame]).all()


def test_looks_are_pictures_of_the_shot_from_its_start_on(clip: str) -> None:
    shown = Clip(Path(clip), SMALL, FRAMES, Grade(THEMES["night"]))
    planes, played = blank(), []
    for frame in range(FRAMES):
        shown.show(frame, parted(planes))
        played.append(planes[:180].copy())
    looks = list(shown.looks())
    assert 3 <= len(looks) <= 6
    found = [next(frame for frame, luma in enumerate(played) if (luma == look).all()) for look in looks]
    assert found[0] == 0
    assert found[-1] >= FRAMES // 2


def test_planes_become_ink_and_planes_again_without_loss() -> None:
    planes, written, canvas = np.random.default_rng(1).integers(16, 236, (270, 320), np.uint8), blank(), Canvas(SMALL)
    canvas.read_planes(planes)
    canvas.write_planes(written)
    assert (written == planes).all()


@pytest.mark.parametrize("card", CARDS)
def test_what_is_composed_where_it_is_drawn_on_is_what_is_composed_whole(card: str, clip: str) -> None:
    shown = job_input(clip, card, entrance="wipe", credit="Pexels / Ruvim")
    whole, parts = Play(shown), Play(shown)
    canvas, other, expected, planes = Canvas(SMALL), Canvas(SMALL), blank(), blank()
    for frame in (0, 5, *range(20, 28), 44, 45, 54, 59):
        whole.draw(canvas, frame)
        canvas.write_planes(expected)
        parts.shoot(other, frame, planes)
        assert (planes == expected).all(), frame


def test_most_of_footage_never_becomes_ink(clip: str) -> None:
    play = Play(job_input(clip, "spotlight"))
    parts = parts_of(play._reach(45, play._poses(45)), SMALL)
    assert 1 <= len(parts) <= 3
    assert sum(part.width * part.height for part in parts) < 0.5 * 320 * 180


@pytest.mark.parametrize("kind", ["clip", "still"])
def test_the_same_order_gives_the_same_bytes(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    shown = job_input(request.getfixturevalue(kind), still=kind == "still", entrance="wipe", credit="Pexels / Ruvim")
    made = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        made.append(render(shown, tmp_path / name, nothing))
    assert made[0].asset.digest == made[1].asset.digest
    assert made[0].frames == len(pictures(tmp_path / "one" / "reel.mp4")) == FRAMES


def test_reels_with_footage_join_reels_without(clip: str, still: str, tmp_path: Path) -> None:
    reels = []
    for name, shown in (("drawn", job_input("")), ("clip", job_input(clip)), ("still", job_input(still, still=True))):
        (tmp_path / name).mkdir()
        render(shown, tmp_path / name, nothing)
        reels.append(Splice(tmp_path / name / "reel.mp4", FRAMES))
    sound = code_tone(tmp_path / "tone.mp4", 3 * FRAMES / 30)
    assert mux(reels, sound, 30, "Joined", tmp_path / "film.mp4", nothing) == 3 * FRAMES
    assert len(pictures(tmp_path / "film.mp4")) == 3 * FRAMES


def test_transitions_cover_footage_as_they_cover_cards(clip: str) -> None:
    ends = [drawn(Play(job_input(path, entrance="wipe")), 0) for path in (clip, "")]
    assert (ends[0] == ends[1]).all()


def test_a_picture_never_stands_still_nor_tears_nor_shows_its_edge(still: str) -> None:
    move = KenBurns(Path(still), SMALL, 30, FRAMES, "shot-2", Grade(THEMES["night"]))
    shown = [move.luma(frame).astype(int) for frame in range(FRAMES)]
    assert min(np.abs(one - two).mean() for one, two in itertools.pairwise(shown)) > 0.01
    for share, step in itertools.product((0.0, 0.25, 0.5, 0.75, 1.0), (1, 2)):
        x, y = move.maps(share, step)
        rows, columns = move._source[step - 1].shape
        assert x.shape == (180 // step, 320 // step)
        assert np.diff(x, axis=1).min() > 0
        assert np.diff(y, axis=0).min() > 0
        assert x.min() >= -0.5
        assert y.min() >= -0.5
        assert x.max() <= columns - 0.5
        assert y.max() <= rows - 0.5


def test_colours_move_with_what_they_colour(still: str) -> None:
    move = KenBurns(Path(still), SMALL, 30, FRAMES, "shot-2", Grade(THEMES["night"]))
    (x, y), (half_x, half_y) = move.maps(0.7), move.maps(0.7, 2)
    for whole, half in ((x, half_x), (y, half_y)):
        middles = (whole[::2, ::2] + whole[1::2, ::2] + whole[::2, 1::2] + whole[1::2, 1::2]) / 4
        assert np.abs((middles + 0.5) / 2 - 0.5 - half).max() < 0.05


def test_the_near_goes_further_than_the_far(still: str) -> None:
    move = KenBurns(Path(still), SMALL, 30, FRAMES, "shot-2", Grade(THEMES["night"]))
    before, after = (move.maps(share)[0].copy() for share in (0.0, 1.0))
    gone = after - before
    plain = np.polyfit(before[0], gone[0], 1)
    assert np.abs(gone - np.polyval(plain, before)).max() > 0.4


def test_moves_begin_and_end_gently() -> None:
    steps = np.diff([gently(share / 100) for share in range(101)])
    assert (steps > 0).all()
    assert steps[0] < 0.6 * steps[50] > steps[-1]
    assert sum(steps) == pytest.approx(1)


def test_a_credit_is_small_and_only_where_it_is_asked_for(clip: str) -> None:
    plain, credited = (drawn(Play(job_input(clip, size=SMALL, credit=credit)), 30).astype(int) for credit in ("", "Pexels / Ruvim"))
    rows, columns = np.nonzero(np.abs(plain - credited).max(axis=2))
    assert 0 < len(rows) < 0.02 * 320 * 180
    assert rows.max() < 45
    assert columns.min() > 160


def test_footage_that_is_missing_foreign_or_too_short_is_an_error_of_rendering(clip: str, tmp_path: Path) -> None:
    for wrong in (
        job_input(str(tmp_path / "none.mp4")),
        job_input(clip, size=MIDDLE),
        job_input(clip, frames=90),
        job_input(str(tmp_path / "no.jpg"), still=True),
    ):
        with pytest.raises(RenderError):
            render(wrong, tmp_path, nothing)


def test_a_reel_with_footage_says_what_it_is(clip: str, tmp_path: Path) -> None:
    render(job_input(clip), tmp_path, nothing)
    with av.open(str(tmp_path / "reel.mp4")) as reel:
        context = reel.streams.video[0].codec_context
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (1, 1, 1, 1)
