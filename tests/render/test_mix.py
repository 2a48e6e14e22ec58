import re
import subprocess
import tracemalloc
from itertools import pairwise
from pathlib import Path

import av
import imageio_ffmpeg  # type: ignore[import-untyped]
import numpy as np
import pyloudnorm  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwi.errors import RenderError
from kiwi.film.job_inputs import PlacedVoice
from kiwi.film.model import Word
from kiwi.render.sound import mix as mix_module
from kiwi.render.sound.loudness import LoudnessMeter, crest, gain_of
from kiwi.render.sound.mix import BLOCK, CEILING_DB, MARGIN, limit, mix, plan_duck, speaking
from kiwi.render.sound.waves import RATE, Samples, WaveReader, WaveWriter


def write(path: Path, samples: Samples) -> Path:
    with WaveWriter(path, samples.shape[1], dither=False) as file:
        file.write(samples)
    return path


def read(path: Path) -> Samples:
    with WaveReader(path) as file:
        return file.read(0, file.frames)


def band(seconds: float, low: float, high: float, level: float, channels: int, seed: int = 1) -> Samples:
    """Noise between two pitches, loud and soft by turns like speech or music."""
    frames = round(seconds * RATE)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal((frames, channels)), axis=0)
    pitch = np.fft.rfftfreq(frames, 1 / RATE)
    spectrum[(pitch < low) | (pitch > high)] = 0
    sound = np.fft.irfft(spectrum, frames, axis=0)
    sound *= level / np.sqrt(np.square(sound).mean())
    sound *= (0.6 + 0.4 * np.sin(2 * np.pi * 3.1 * np.arange(frames) / RATE))[:, None]
    return np.clip(sound, -0.99, 0.99).astype(np.float32)


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("music") / "music.wav", band(25, 60, 600, 0.08, 2))


def voice(folder: Path, starts_at: float, seconds: float = 3.0, level: float = 0.05) -> PlacedVoice:
    path = write(folder / f"voice{starts_at}.wav", band(seconds, 1_500, 5_000, level, 1, seed=2))
    words = tuple(Word(text="la", start=at, end=at + 0.3) for at in np.arange(0.1, seconds - 0.4, 0.5))
    return PlacedVoice(path=str(path), starts_at=starts_at, words=words)


def judged(path: Path) -> tuple[float, float]:
    """LUFS and dBTP by an independent judge."""
    heard = subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostats", "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    summary = heard[heard.rfind("Summary:") :]
    loudness, peak = re.search(r"I:\s+(-?[\d.]+)", summary), re.search(r"Peak:\s+(-?[\d.]+)", summary)
    assert loudness
    assert peak
    return float(loudness[1]), float(peak[1])


def as_aac(path: Path) -> Path:
    coded = path.with_suffix(".m4a")
    with av.open(str(path)) as wav, av.open(str(coded), "w", format="mp4") as file:
        stream = file.add_stream("aac", rate=RATE, layout="stereo")
        assert isinstance(stream, av.AudioStream)
        stream.bit_rate = 256_000
        for frame in wav.decode(audio=0):
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return coded


@pytest.mark.parametrize("level", [0.01, 0.05, 0.2])
@pytest.mark.parametrize("seconds", [5.0, 24.33])
def test_every_film_is_equally_loud_and_its_peaks_survive_the_coder(seconds: float, level: float, music: Path, tmp_path: Path) -> None:
    voices = [voice(tmp_path, at, level=level) for at in (1.0, 7.0, 15.0) if at < seconds]
    loudness = mix(voices, music, seconds, tmp_path / "mix.wav")
    lufs, peak = judged(tmp_path / "mix.wav")
    assert lufs == pytest.approx(-14, abs=0.5)
    assert loudness.lufs == pytest.approx(lufs, abs=0.1)
    assert peak <= CEILING_DB + 0.1
    assert loudness.true_peak == pytest.approx(peak, abs=0.2)
    assert judged(as_aac(tmp_path / "mix.wav"))[1] <= -1
    assert len(read(tmp_path / "mix.wav")) == round(seconds * RATE)


def test_a_film_without_a_voice_is_as_loud(music: Path, tmp_path: Path) -> None:
    mix([], music, 10, tmp_path / "mix.wav")
    assert judged(tmp_path / "mix.wav")[0] == pytest.approx(-14, abs=0.5)


def test_what_is_no_music_is_not_made_as_loud_as_music(music: Path, tmp_path: Path) -> None:
    mix([voice(tmp_path, 1.0)], music, 10, tmp_path / "mix.wav", -50.0)
    samples = read(tmp_path / "mix.wav")
    assert np.abs(samples[8 * RATE : 9 * RATE]).max() < np.abs(samples[RATE : 4 * RATE]).max() / 20


def test_silence_stays_silence(tmp_path: Path) -> None:
    still = write(tmp_path / "still.wav", np.zeros((6 * RATE, 2), np.float32))
    assert mix([], still, 6, tmp_path / "mix.wav").lufs == float("-inf")
    assert not read(tmp_path / "mix.wav").any()


def pitched(samples: Samples, low: float, high: float) -> float:
    spectrum = np.square(np.abs(np.fft.rfft(samples[:, 0])))
    pitch = np.fft.rfftfreq(len(samples), 1 / RATE)
    return float(10 * np.log10(spectrum[(pitch >= low) & (pitch <= high)].sum() / len(samples) + 1e-12))


def test_music_makes_room_for_the_voice_and_comes_back(music: Path, tmp_path: Path) -> None:
    mix([voice(tmp_path, 8.0, 6.0)], music, 22, tmp_path / "mix.wav")
    mixed = read(tmp_path / "mix.wav")
    played = read(music)

    def turned(start: float) -> float:
        span = slice(round(start * RATE), round((start + 3.2) * RATE))
        return pitched(mixed[span], 60, 600) - pitched(played[span], 60, 600)

    before, under, after = turned(3.0), turned(9.5), turned(16.0)
    assert before - under == pytest.approx(10, abs=0.5)
    assert after == pytest.approx(before, abs=0.5)
    speaks = pitched(mixed[round(9.5 * RATE) : round(12.7 * RATE)], 1_500, 5_000)
    assert speaks - pitched(mixed[round(9.5 * RATE) : round(12.7 * RATE)], 60, 600) > 12
    assert pitched(mixed[round(3 * RATE) : round(6.2 * RATE)], 1_500, 5_000) < speaks - 40


def test_a_voice_lies_where_it_was_placed(music: Path, tmp_path: Path) -> None:
    """Across a block's edge, to the sample."""
    click = np.zeros((RATE, 1), np.float32)
    click[::4_800] = 0.9
    placed = PlacedVoice(path=str(write(tmp_path / "click.wav", click)), starts_at=BLOCK / RATE - 0.45, words=())
    still = write(tmp_path / "still.wav", np.zeros((20 * RATE, 2), np.float32))
    mix([placed], still, 20, tmp_path / "mix.wav")
    heard = np.flatnonzero(read(tmp_path / "mix.wav")[:, 0] > 0.1)
    assert heard[0] == round((BLOCK / RATE - 0.45) * RATE)
    assert set(np.diff(heard)) == {4_800}


def test_the_film_begins_and_ends_without_a_click(music: Path, tmp_path: Path) -> None:
    mix([voice(tmp_path, 0.0)], music, 12, tmp_path / "mix.wav")
    mixed = read(tmp_path / "mix.wav")
    assert not mixed[[0, -1]].any()
    assert np.abs(mixed[:48]).max() < 0.05
    assert np.abs(mixed[-480:]).max() < 0.05


def test_the_same_sources_give_the_same_bytes(music: Path, tmp_path: Path) -> None:
    voices = [voice(tmp_path, 1.0)]
    made = []
    for name in ("one.wav", "other.wav"):
        mix(voices, music, 11, tmp_path / name)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]


def test_a_source_that_is_no_sound_of_ours_is_told(music: Path, tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("not a sound")
    with pytest.raises(RenderError, match=r"text\.wav is not a WAV file"):
        mix([], tmp_path / "text.wav", 5, tmp_path / "mix.wav")


def test_a_longer_film_needs_no_more_memory(music: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mix_module, "BLOCK", RATE)
    peaks = []
    speaker = voice(tmp_path, 1.0)
    for seconds in (4, 16):
        tracemalloc.start()
        mix([speaker], music, seconds, tmp_path / "mix.wav")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] <= 1.2 * peaks[0]


def placed_words(*spans: tuple[float, float]) -> PlacedVoice:
    return PlacedVoice(path="voice.wav", starts_at=10.0, words=tuple(Word(text="la", start=start, end=end) for start, end in spans))


def test_short_breaths_keep_the_music_down_and_long_ones_do_not() -> None:
    assert speaking([placed_words((0.0, 0.4), (1.0, 1.5), (2.3, 2.8))]) == [(10.0, 11.5), (pytest.approx(12.3), pytest.approx(12.8))]
    curve = plan_duck([placed_words((0.0, 0.4), (1.0, 1.5))], 20)
    low = float(gain_of(-10))
    assert curve[:950].min() == 1
    assert curve[1_000:1_155] == pytest.approx(low, abs=1e-3)
    assert curve[1_230:].min() == pytest.approx(1, abs=1e-3)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.floats(-3, 30), st.floats(0.05, 2)), max_size=12))
def test_the_music_is_down_at_every_word_and_never_jumps(spans: list[tuple[float, float]]) -> None:
    curve = plan_duck([placed_words(*((start, start + length) for start, length in spans))], 40)
    assert len(curve) >= 4_000
    assert max(abs(float(after - before)) for before, after in pairwise(curve)) < 0.06
    for start, length in spans:
        for at in range(max(0, int((10 + start) * 100) + 1), min(4_000, int((10 + start + length) * 100))):
            assert curve[at] == pytest.approx(gain_of(-10), abs=1e-3)


@pytest.mark.parametrize(("seconds", "level", "channels"), [(5, 0.1, 2), (30, 0.01, 2), (12.3, 0.5, 2)])
def test_our_meter_agrees_with_another_however_it_is_fed(seconds: float, level: float, channels: int) -> None:
    sound = band(seconds, 50, 12_000, level, channels)
    sound[: len(sound) // 3] *= np.float32(0.05)
    meter = LoudnessMeter()
    for part in np.array_split(sound, 7):
        meter.push(part)
    assert meter.lufs() == pytest.approx(pyloudnorm.Meter(RATE).integrated_loudness(sound.astype(np.float64)), abs=0.12)


def test_peaks_between_samples_are_seen() -> None:
    """A tone at a quarter of the rate, sampled 45° off its crests, peaks 3 dB above its samples."""
    tone = np.sin(np.pi / 2 * np.arange(4_800) + np.pi / 4)[:, None].repeat(2, axis=1).astype(np.float32)
    assert np.abs(tone).max() == pytest.approx(np.sqrt(0.5), abs=1e-3)
    assert crest(tone, above=1.0)[200:-200].max() == pytest.approx(1.0, abs=0.01)


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 1_000), st.floats(0.2, 4))
def test_the_limiter_holds_the_ceiling_and_leaves_quiet_sound_alone(seed: int, level: float) -> None:
    chance = np.random.default_rng(seed)
    sound = (0.05 * chance.standard_normal((20_000, 2))).astype(np.float32)
    sound[10_000:10_200] += (level * chance.standard_normal((200, 2))).astype(np.float32)
    limited = limit(sound, 0.8)
    assert np.abs(limited).max() <= 0.8 * 1.001
    assert limited[: 10_000 - MARGIN] == pytest.approx(sound[: 10_000 - MARGIN])
    assert limited[10_200 + MARGIN :] == pytest.approx(sound[10_200 + MARGIN :])


def test_limiting_block_by_block_is_limiting_the_whole() -> None:
    sound = band(3, 100, 8_000, 0.6, 2)
    whole = limit(sound, 0.5)
    start, stop = RATE, 2 * RATE
    part = limit(sound[start - MARGIN : stop + MARGIN], 0.5)[MARGIN:-MARGIN]
    assert part == pytest.approx(whole[start:stop], abs=1e-5)
