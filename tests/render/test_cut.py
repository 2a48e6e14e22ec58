"""The cut makes a film and all that lies beside it, and puts every voice where its words are shown."""

import hashlib
import json
import re
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from kiwi.errors import RenderError
from kiwi.film.job_inputs import CutInput
from kiwi.film.model import Film
from kiwi.film.timeline import voices_in_film
from kiwi.render.join.cut import cut
from kiwi.render.join.poster import poster_frame, take_poster
from kiwi.render.sound.waves import RATE
from tests.reels import FPS, SMALL, a_cut_order


def silence(share: float) -> None:
    """Report to nobody."""


@pytest.fixture(scope="module")
def job_input(tmp_path_factory: pytest.TempPathFactory) -> CutInput:
    return a_cut_order(tmp_path_factory.mktemp("parts"))


@pytest.fixture(scope="module")
def made(job_input: CutInput, tmp_path_factory: pytest.TempPathFactory) -> tuple[Film, Path]:
    folder = tmp_path_factory.mktemp("cut")
    return cut(job_input, folder, silence), folder


def test_everything_lies_beside_the_film(made: tuple[Film, Path], job_input: CutInput) -> None:
    film, folder = made
    assert sorted(path.name for path in folder.iterdir()) == ["film.jpg", "film.json", "film.mp4", "film.srt", "film.vtt"]
    assert film.frames == job_input.storyboard.frames
    assert film.seconds == pytest.approx(film.frames / FPS)
    assert (film.size, film.fps) == (SMALL, FPS)
    for asset in (film.video, film.srt, film.vtt, film.poster, film.manifest):
        content = (folder / Path(asset.name).name).read_bytes()
        assert asset.digest == hashlib.sha256(content).hexdigest()
        assert asset.size == len(content)


def test_the_film_has_every_frame_and_sound_as_long(made: tuple[Film, Path]) -> None:
    film, folder = made
    with av.open(str(folder / "film.mp4")) as opened:
        assert sum(1 for _ in opened.decode(video=0)) == film.frames
    with av.open(str(folder / "film.mp4")) as opened:
        samples = sum(frame.samples for frame in opened.decode(audio=0))
    assert abs(samples / RATE - film.seconds) <= 1 / FPS


def test_a_voice_is_heard_when_its_words_are_shown(made: tuple[Film, Path], job_input: CutInput) -> None:
    _, folder = made
    with av.open(str(folder / "film.mp4")) as opened:
        sound = np.concatenate([frame.to_ndarray() for frame in opened.decode(audio=0)], axis=1)[0]
    step = RATE // 100
    frames = sound[: len(sound) // step * step].reshape(-1, step)
    turns = np.exp(-2j * np.pi * 330 * np.arange(step * 5) / RATE)
    voice_level = [abs(np.dot(sound[n * step : n * step + len(turns)], turns)) for n in range(len(frames) - 5)]
    loud = np.array(voice_level) > 0.35 * max(voice_level)
    for voice, begins in voices_in_film(job_input.storyboard, job_input.voice_over):
        ends = begins + voice.seconds
        assert loud[round((begins + 0.1) * 100) : round((ends - 0.15) * 100)].mean() > 0.9
        assert not loud[max(0, round((begins - 0.25) * 100)) : round((begins - 0.08) * 100)].any()


def test_captions_start_with_their_words(made: tuple[Film, Path], job_input: CutInput) -> None:
    _, folder = made
    starts = re.findall(r"00:00:(\d\d),(\d{3}) -->", (folder / "film.srt").read_text("utf-8"))
    shown = [int(seconds) + int(thousandths) / 1000 for seconds, thousandths in starts]
    spoken = [begins + voice.words[0].start for voice, begins in voices_in_film(job_input.storyboard, job_input.voice_over)]
    assert len(shown) == len(spoken)
    assert shown == pytest.approx(spoken, abs=0.02)
    assert (folder / "film.vtt").read_text("utf-8").startswith("WEBVTT\n\n00:00:00.")


def test_the_manifest_tells_how_the_film_was_made(made: tuple[Film, Path], job_input: CutInput) -> None:
    film, folder = made
    told = json.loads((folder / "film.json").read_text("utf-8"))
    assert (told["title"], told["frames"], told["size"], told["fps"]) == ("How Panels Work", film.frames, "320x180", 30)
    assert told["files"]["film.mp4"]["sha256"] == film.video.digest
    assert told["music"]["title"] == "Tone by Nobody"
    assert told["loudness"]["lufs"] == pytest.approx(-14, abs=0.5)
    ends = [scene["end"] for scene in told["scenes"]]
    assert [scene["start"] for scene in told["scenes"]] == [0, *ends[:-1]]
    assert ends[-1] == pytest.approx(film.seconds)
    for scene in told["scenes"]:
        assert " ".join(word["text"] for word in scene["words"]) == scene["voice_over"]
        assert scene["start"] < scene["words"][0]["start"] < scene["words"][-1]["end"] < scene["end"]
        assert scene["reel"] == hashlib.sha256(Path(job_input.reels[scene["id"]]).read_bytes()).hexdigest()
    assert str(folder) not in (folder / "film.json").read_text("utf-8")


def test_the_poster_is_a_frame_of_the_first_shot(made: tuple[Film, Path], job_input: CutInput) -> None:
    _, folder = made
    poster = cv2.imread(str(folder / "film.jpg"))
    assert poster is not None
    assert poster.shape == (180, 320, 3)
    number = poster_frame(job_input.storyboard)
    assert 0 < number < job_input.storyboard.shots[0].frames
    bar = int(np.argmax(poster[40].mean(axis=1) > 210))
    assert abs(bar - number * 4 % 280) <= 3
    assert np.median(poster[120:]) == pytest.approx((90 - 16) * 255 / 219, abs=3)


def test_a_poster_beyond_the_film_is_an_error(made: tuple[Film, Path], tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="no frame"):
        take_poster(made[1] / "film.mp4", made[0].frames + 100, FPS, tmp_path / "poster.jpg")


def test_the_same_order_gives_the_same_bytes(made: tuple[Film, Path], job_input: CutInput, tmp_path: Path) -> None:
    folder = tmp_path / made[1].name
    folder.mkdir()
    assert cut(job_input, folder, silence) == made[0]


def test_a_scene_without_its_reel_is_an_error(job_input: CutInput, tmp_path: Path) -> None:
    reels = {name: path for name, path in job_input.reels.items() if name != "scene-2"}
    with pytest.raises(RenderError, match="scene-2"):
        cut(job_input.model_copy(update={"reels": reels}), tmp_path, silence)


def test_a_silent_scene_needs_no_voice(job_input: CutInput) -> None:
    voices = {name: voice for name, voice in job_input.voice_over.items() if name != "scene-2"}
    placed = {voice.asset.name: begins for voice, begins in voices_in_film(job_input.storyboard, voices)}
    assert list(placed) == ["voice-1.wav", "voice-3.wav"]
    shots = job_input.storyboard.shots
    assert placed["voice-3.wav"] == (shots[0].frames + shots[1].frames + shots[2].voice_starts) / FPS
