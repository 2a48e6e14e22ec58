import contextlib
import socket
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwi.errors import BadBrief
from kiwi.local.hear.containers import CONTAINERS, SNIFFED, sniff
from kiwi.local.hear.recording import HEARING_RATE, decode
from tests.recordings import KINDS, MEDIA, noise, save, tone


@pytest.mark.parametrize("suffix", KINDS)
def test_every_kind_we_promise_is_opened(suffix: str, tmp_path: Path) -> None:
    heard = decode(save(tone(1.5), tmp_path / f"tone{suffix}"))
    assert heard.dtype == np.float32
    assert len(heard) / HEARING_RATE == pytest.approx(1.5, abs=0.08)
    spectrum = np.abs(np.fft.rfft(heard))
    assert np.fft.rfftfreq(len(heard), 1 / HEARING_RATE)[spectrum.argmax()] == pytest.approx(440, abs=3)
    assert np.sqrt(np.square(heard).mean()) == pytest.approx(0.3 / np.sqrt(2), rel=0.12)


def test_the_name_of_a_file_says_nothing_about_it(tmp_path: Path) -> None:
    flac = save(tone(0.5), tmp_path / "tone.flac")
    assert len(decode(flac.rename(tmp_path / "tone.wav"))) == HEARING_RATE // 2


def test_mp3_with_tags_in_front_is_mp3(tmp_path: Path) -> None:
    plain = save(tone(0.5), tmp_path / "tone.mp3").read_bytes()
    frames = plain[plain.index(b"\xff\xfb") :]
    bare, tagged = tmp_path / "bare.mp3", tmp_path / "tagged.mp3"
    bare.write_bytes(frames)
    tagged.write_bytes(b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128) + frames)
    assert sniff(frames[:SNIFFED]).name == sniff(tagged.read_bytes()[:SNIFFED]).name == "MP3"
    assert len(decode(bare)) > 0.4 * HEARING_RATE
    assert len(decode(tagged)) > 0.4 * HEARING_RATE


def test_a_camera_recording_with_a_picture_gives_its_sound(tmp_path: Path) -> None:
    import av

    path = tmp_path / "camera.mp4"
    with av.open(str(path), "w", format="mp4") as file:
        video = file.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        audio = file.add_stream("aac", rate=48_000, layout="mono")
        for _ in range(10):
            file.mux(video.encode(av.VideoFrame(64, 64, "yuv420p")))
        frame = av.AudioFrame.from_ndarray(tone(0.5).reshape(1, -1), format="fltp", layout="mono")
        frame.sample_rate = 48_000
        file.mux(audio.encode(frame))
        file.mux([*video.encode(None), *audio.encode(None)])
    assert len(decode(path)) > 0.4 * HEARING_RATE


@pytest.mark.parametrize("suffix", KINDS)
@pytest.mark.parametrize("share", [0.3, 0.61, 0.93])
def test_a_file_whose_end_is_missing_is_refused(suffix: str, share: float, tmp_path: Path) -> None:
    whole = save(noise(2.0), tmp_path / f"whole{suffix}").read_bytes()
    cut = tmp_path / f"cut{suffix}"
    cut.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(BadBrief, match=r"cut off: its end is missing|damaged"):
        decode(cut)


def test_a_recording_made_live_without_lengths_is_whole(tmp_path: Path) -> None:
    whole = bytearray(save(tone(1.0), tmp_path / "whole.webm").read_bytes())
    segment = whole.index(b"\x18\x53\x80\x67") + 4
    whole[segment : segment + 8] = b"\x01" + b"\xff" * 7
    live = tmp_path / "live.webm"
    live.write_bytes(whole)
    assert len(decode(live)) == pytest.approx(HEARING_RATE, abs=400)
    live.write_bytes(whole[:-40])
    with pytest.raises(BadBrief, match="cut off"):
        decode(live)


def test_a_wave_file_from_a_pipe_is_whole_and_one_that_lies_is_not(tmp_path: Path) -> None:
    path = save(tone(0.5), tmp_path / "tone.wav")
    whole = path.read_bytes()
    length = whole.index(b"data") + 4
    path.write_bytes(whole[:length] + struct.pack("<I", 0xFFFFFFFF) + whole[length + 4 :])
    assert len(decode(path)) == HEARING_RATE // 2
    path.write_bytes(whole[:length] + struct.pack("<I", 0xFFFFFFF0) + whole[length + 4 :])
    with pytest.raises(BadBrief, match="cut off"):
        decode(path)


@pytest.mark.parametrize("kind", [".flac", ".ogg", ".wav"])
def test_more_than_the_permitted_minutes_are_refused_and_the_last_second_is_not(kind: str, tmp_path: Path) -> None:
    rate = 8_000 if kind == ".wav" else 48_000
    silent = save(np.zeros(61 * rate, np.float32), tmp_path / f"long{kind}", rate)
    with pytest.raises(BadBrief, match="longer than 1 minutes: send a shorter one"):
        decode(silent, max_seconds=60)
    assert len(decode(silent, max_seconds=61)) == pytest.approx(61 * HEARING_RATE, abs=600)


TRICKS = {
    "nothing": b"",
    "playlist": b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:{port}/x.ts\n#EXT-X-ENDLIST\n",
    "concat": b"ffconcat version 1.0\nfile secret.flac\n",
    "session": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio {port} RTP/AVP 0\n",
    "text": b"Make a film about kiwis, please.\n" * 20,
    "page": b"<!doctype html><html><body>hello</body></html>",
    "zip": b"PK\x03\x04" + bytes(60),
    "chance": np.random.default_rng(5).bytes(4_000),
}


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("suffix", [".wav", ".m3u8", ".webm"])
def test_what_is_no_recording_gets_one_clear_sentence_and_reads_nothing_else(trick: str, suffix: str, tmp_path: Path) -> None:
    save(tone(1.0), tmp_path / "secret.flac")
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.settimeout(0.05)
        path = tmp_path / f"brief{suffix}"
        path.write_bytes(TRICKS[trick].replace(b"{port}", str(canary.getsockname()[1]).encode()))
        with pytest.raises(BadBrief) as refused:
            decode(path)
        assert str(refused.value).endswith(".")
        assert ": " in str(refused.value)
        with pytest.raises(TimeoutError):
            canary.accept()


@pytest.mark.parametrize(
    "magic", [b"\x1aE\xdf\xa3", b"OggS", b"fLaC", b"ID3\x04\x00", b"RIFF\x10\x00\x00\x00WAVEfmt ", b"\x00\x00\x00\x10ftypM4A "]
)
def test_chance_behind_a_known_beginning_is_damaged_or_cut_off(magic: bytes, tmp_path: Path) -> None:
    path = tmp_path / "brief.bin"
    path.write_bytes(magic + np.random.default_rng(9).bytes(3_000))
    with pytest.raises(BadBrief, match=r"damaged|cut off"):
        decode(path)


def test_a_film_without_sound_is_refused(tmp_path: Path) -> None:
    import av

    path = tmp_path / "mute.mp4"
    with av.open(str(path), "w", format="mp4") as file:
        video = file.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        file.mux(video.encode(av.VideoFrame(64, 64, "yuv420p")))
        file.mux(video.encode(None))
    with pytest.raises(BadBrief, match="no sound in it"):
        decode(path)


def test_a_decoder_we_did_not_ask_for_is_never_used(tmp_path: Path) -> None:
    import av

    path = tmp_path / "odd.mka"
    with av.open(str(path), "w", format="matroska") as file:
        stream = file.add_stream("ac3", rate=48_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone(0.5).reshape(1, -1), format="fltp", layout="mono")
        frame.sample_rate = 48_000
        file.mux([*stream.encode(frame), *stream.encode(None)])
    with pytest.raises(BadBrief, match=r"coded as ac3|damaged"):
        decode(path)


@pytest.mark.parametrize("name", ["dashwood.ogg", "amiable.flac"])
def test_flipped_bits_are_decoded_or_refused_but_nothing_else(name: str, tmp_path: Path) -> None:
    lengths = []
    whole = np.frombuffer((MEDIA / name).read_bytes(), np.uint8)
    for seed in range(40):
        chance = np.random.default_rng(seed)
        hurt = whole.copy()
        for place in chance.integers(0, len(whole), 1 + seed):
            hurt[place] ^= 1 << chance.integers(0, 8)
        path = tmp_path / f"hurt{seed}"
        path.write_bytes(hurt.tobytes())
        with contextlib.suppress(BadBrief):
            lengths.append(len(decode(path)))
    assert lengths
    assert max(lengths) <= 600 * HEARING_RATE


@given(st.binary(min_size=0, max_size=64))
def test_sniffing_names_a_container_or_refuses(head: bytes) -> None:
    with contextlib.suppress(BadBrief):
        assert sniff(head[:SNIFFED]) in CONTAINERS
