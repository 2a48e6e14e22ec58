"""Recordings in millions of pieces hold nobody, and neither does one whose decoding never ends."""

import time
from pathlib import Path

import pytest

from kiwi.errors import BadBrief
from kiwi.local.hear.recording import decode
from tests.recordings import save, tone

SIZE = 60_000_000
AAC_OF_SEVEN = bytes.fromhex("fff1504000fffc")
"""An ADTS frame that is a header and no sound."""

SPLINTERS = {
    "aac": (b"", AAC_OF_SEVEN),
    "wav": (b"RIFF\xff\xff\xff\x7fWAVE", b"junk\0\0\0\0"),
    "ogg": (b"", b"OggS" + bytes(23)),
    "webm": (b"\x1aE\xdf\xa3\x80\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff", b"\xec\x80"),
    "mp4": (b"\0\0\0\x10ftypM4A \0\0\0\0", b"\0\0\0\x08free"),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("kind", SPLINTERS)
def test_sixty_megabytes_of_splinters_hold_nobody(kind: str, tmp_path: Path) -> None:
    head, piece = SPLINTERS[kind]
    path = tmp_path / "brief"
    path.write_bytes(head + piece * ((SIZE - len(head)) // len(piece)))
    began = time.process_time()
    with pytest.raises(BadBrief, match="more pieces than ten minutes"):
        decode(path)
    assert time.process_time() - began < 5


@pytest.mark.timeout(60)
def test_what_the_walk_lets_through_is_counted_again_where_it_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "brief"
    path.write_bytes(save(tone(0.5), tmp_path / "sound.aac").read_bytes() + AAC_OF_SEVEN * 250_000)
    began = time.process_time()
    with pytest.raises(BadBrief):
        decode(path)
    assert time.process_time() - began < 5


@pytest.mark.timeout(60)
def test_decoding_ends_when_its_time_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(tone(60.0), tmp_path / "sound.mp3")
    monkeypatch.setattr("kiwi.local.hear.recording.DECODE_SECONDS", 0.0)
    with pytest.raises(BadBrief, match="takes too long to decode"):
        decode(path)
