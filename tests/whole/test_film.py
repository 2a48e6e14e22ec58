"""A whole film from real speech, by the front door, judged by decoding it again with tools that know nothing of us."""

import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import imageio_ffmpeg  # type: ignore[import-untyped]
import jiwer
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import correlate  # type: ignore[import-untyped]

from kiwi.film.job_inputs import ListenInput
from kiwi.local.hear import whisper
from kiwi.storage import models

ROOT = Path(__file__).parents[2]
SECONDS = 17


@dataclass(frozen=True)
class Made:
    """A finished film and what was said of it."""

    told: dict[str, Any]
    manifest: dict[str, Any]
    data_folder: Path

    @property
    def film(self) -> Path:
        return Path(self.told["film"])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A recording of a real voice becomes a film of a length of our choice."""
    folder = tmp_path_factory.mktemp("film")
    command = [sys.executable, "-m", "cli", "film", "--audio", "tests/media/dashwood.ogg", "--seconds", str(SECONDS), "--json"]
    environment = {**os.environ, "KIWI_DATA_DIR": str(folder / "data")}
    out = folder / "dashwood.mp4"
    done = subprocess.run([*command, "--out", str(out)], capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    return Made(told, json.loads(Path(told["manifest"]).read_text("utf-8")), folder / "data")


def judge(made: Made, *filters: str) -> str:
    """What an independent ffmpeg says of the film."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostats", "-i", str(made.film), *filters, "-f", "null", "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr


def sound(path: Path, rate: int = 16_000) -> NDArray[np.float32]:
    """A file's sound, decoded to mono."""
    with av.open(str(path)) as file:
        resampler = av.AudioResampler("flt", "mono", rate)
        frames = [part for frame in file.decode(audio=0) for part in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])


def plain(text: str) -> list[str]:
    return re.sub(r"[^a-z ]+", " ", text.lower().replace("mr.", "mister")).split()


def test_it_lasts_what_was_asked_or_says_so_and_lies_beside_its_captions(made: Made) -> None:
    with av.open(str(made.film)) as film:
        video = film.streams.video[0]
        seconds = film.duration / 1_000_000 if film.duration else 0
        assert (video.width, video.height, float(video.average_rate or 0)) == (1920, 1080, 30.0)
    assert abs(seconds - made.told["duration"]) <= 0.1
    asked_and_made = abs(seconds - SECONDS) <= 0.1 * SECONDS
    assert asked_and_made or any(f"{SECONDS} seconds were asked for" in remark for remark in made.told["remarks"])
    assert made.told["faults"] == []
    assert {path.suffix for path in made.film.parent.glob("dashwood.*")} == {".mp4", ".srt", ".vtt", ".jpg", ".json"}


def test_the_brief_was_understood(made: Made) -> None:
    reference = (
        "and mister john dashwood had then leisure to consider how much there might be prudently in his power to do for them he was not an "
        "ill disposed young man unless to be rather cold hearted and rather selfish is to be ill disposed"
    )
    assert jiwer.wer(reference, " ".join(plain(made.manifest["brief"]))) <= 0.05


def test_the_finished_mix_can_be_understood_word_by_word(made: Made, tmp_path: Path) -> None:
    script = " ".join(scene["voice_over"] for scene in made.manifest["scenes"])
    models.use_folder(made.data_folder / "models")
    recording = tmp_path / "mix.wav"
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-i", str(made.film), "-vn", str(recording)], check=True)
    heard = whisper.listen(ListenInput(recording=str(recording)), tmp_path, lambda _: None)
    assert jiwer.wer(" ".join(plain(script)), " ".join(plain(heard.words))) <= 0.1


def test_it_is_as_loud_as_the_web_expects(made: Made) -> None:
    summary = judge(made, "-vn", "-af", "ebur128=peak=true").rpartition("Summary:")[2]
    loudness = re.search(r"I:\s+(-?[\d.]+) LUFS", summary)
    peak = re.search(r"Peak:\s+(-?[\d.]+) dBFS", summary)
    assert loudness
    assert peak
    assert abs(float(loudness[1]) + 14) <= 1
    assert float(peak[1]) <= -1


def test_its_picture_is_never_black_and_never_still(made: Made) -> None:
    seen = judge(made, "-an", "-vf", "scale=320:-2,blackdetect=d=0.3:pix_th=0.06,freezedetect=n=-60dB:d=2")
    assert "black_duration" not in seen
    assert "freeze_duration" not in seen


def test_captions_follow_the_words(made: Made) -> None:
    """Each voice lies in the film where its words say, and every caption begins and ends with its words."""
    mix = sound(made.film)
    (task,) = (made.data_folder / "tasks").iterdir()
    voices = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in task.glob("*/voice.wav")}
    for scene in made.manifest["scenes"]:
        if scene["words"]:
            path = voices[scene["voice"]]
            own = json.loads((path.parent / "result.json").read_text("utf-8"))["words"]
            lies_at = int(np.argmax(correlate(mix, sound(path), mode="valid"))) / 16_000
            assert abs(lies_at + own[0]["start"] - scene["words"][0]["start"]) <= 0.02
    words = [word for scene in made.manifest["scenes"] for word in scene["words"]]
    srt = Path(made.told["srt"]).read_text("utf-8")
    shown = re.findall(r"(\d\d:\d\d:\d\d,\d{3}) --> (\d\d:\d\d:\d\d,\d{3})\n(.*?)(?:\n\n|\Z)", srt, re.DOTALL)
    assert [text for _, _, caption in shown for text in caption.split()] == [word["text"] for word in words]
    at = 0
    for begin, end, caption in shown:
        spoken = words[at : at + len(caption.split())]
        at += len(spoken)
        assert abs(_seconds(begin) - spoken[0]["start"]) <= 0.1
        assert _seconds(end) >= spoken[-1]["end"] - 0.1


def _seconds(stamp: str) -> float:
    hours, minutes, seconds = stamp.replace(",", ".").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
