"""What a recording is by its first bytes, and whether its last bytes are there: our own eyes before any demuxer's."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kiwi.errors import BadBrief

SNIFFED = 12
"""Bytes from a file's start that tell what it is."""
CHOICE = "send WebM, Ogg, MP4, MP3, WAV or FLAC"

MOST_PIECES = 300_000
"""Chunks, pages, boxes or frames of a recording: ten minutes in the shortest frames there are, with room to spare."""
SPLINTERED = f"The recording is in more pieces than ten minutes of sound can be: save it again, or {CHOICE}."

UNKNOWN_LENGTHS = {0, 0x7FFFFFFF, 0xFFFFFFFF}
"""What a WAV written to a pipe says about its length."""
MPEG1_KBITS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
MPEG2_KBITS = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
MPEG_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


@dataclass(frozen=True)
class Container:
    """A kind of file we open: the only demuxer and the only decoders it gets."""

    name: str
    suffix: str
    demuxer: str
    codecs: frozenset[str]


WEBM = Container("WebM", ".webm", "matroska", frozenset({"opus", "vorbis"}))
OGG = Container("Ogg", ".ogg", "ogg", frozenset({"opus", "vorbis", "flac"}))
MP4 = Container("MP4", ".m4a", "mov", frozenset({"aac", "mp3", "mp3float", "opus", "flac"}))
MP3 = Container("MP3", ".mp3", "mp3", frozenset({"mp3", "mp3float"}))
AAC = Container("AAC", ".aac", "aac", frozenset({"aac"}))
FLAC = Container("FLAC", ".flac", "flac", frozenset({"flac"}))
WAV = Container(
    "WAV",
    ".wav",
    "wav",
    frozenset({"pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le", "pcm_alaw", "pcm_mulaw"}),
)
CONTAINERS = (WEBM, OGG, MP4, MP3, AAC, FLAC, WAV)


def sniff(head: bytes) -> Container:
    """Tell what a file is by its first `SNIFFED` bytes; BadBrief when it is nothing we open."""
    if not head:
        raise BadBrief("The recording is empty: record it again.")
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return WAV
    for magic, container in ((b"\x1aE\xdf\xa3", WEBM), (b"OggS", OGG), (b"fLaC", FLAC), (b"ID3", MP3)):
        if head.startswith(magic):
            return container
    if head[4:8] == b"ftyp":
        return MP4
    if len(head) >= 4 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return AAC
    if _mp3_frame(head[:4]):
        return MP3
    raise BadBrief(f"This is no recording that can be opened: {CHOICE}.")


class Pieces:
    """A file that is walked through, from piece to piece."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._seen = 0
        self.size = size

    def read(self, at: int, length: int) -> bytes:
        """The beginning of the piece at a place; BadBrief when the file has too many."""
        self._seen += 1
        if self._seen > MOST_PIECES:
            raise BadBrief(SPLINTERED)
        self._file.seek(at)
        return self._file.read(length)


def is_cut_off(path: Path, container: Container) -> bool:
    """Whether the file promises more bytes than it has; False where its kind gives no way to tell. BadBrief: it is in too many pieces."""
    walk = WALKS.get(container)
    if walk is None:
        return False
    size = path.stat().st_size
    with path.open("rb") as file:
        return walk(Pieces(file, size)) > size


def _walk_wav(pieces: Pieces) -> int:
    at = 12
    while at + 8 <= pieces.size:
        head = pieces.read(at, 8)
        length = int.from_bytes(head[4:], "little")
        if head[:4] == b"data":
            return 0 if length in UNKNOWN_LENGTHS else at + 8 + length
        at += 8 + length + length % 2
    return pieces.size + 1


def _walk_mp4(pieces: Pieces) -> int:
    at = 0
    while at + 8 <= pieces.size:
        head = pieces.read(at, 16)
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:], "big")
        if length == 0:
            return pieces.size
        at += max(length, 8)
    return at if at >= pieces.size else pieces.size + 1


def _walk_ogg(pieces: Pieces) -> int:
    at = 0
    while at < pieces.size:
        head = pieces.read(at, 27 + 255)
        if head[:4] != b"OggS":
            return 0
        table = head[27 : 27 + head[26]] if len(head) >= 27 else b""
        if len(head) < 27 or len(table) < head[26]:
            return pieces.size + 1
        at += 27 + len(table) + sum(table)
    return at


def _walk_webm(pieces: Pieces) -> int:
    """Elements one after the other; segment and clusters of unknown length (recorded live) are entered."""
    at = 0
    while at < pieces.size:
        head = pieces.read(at, 12)
        if not head[0]:
            return 0
        id_length = 9 - head[0].bit_length()
        if len(head) <= id_length or not head[id_length]:
            return pieces.size + 1
        length = 9 - head[id_length].bit_length()
        value = int.from_bytes(head[id_length : id_length + length], "big") & ((1 << 7 * length) - 1)
        at += id_length + length
        if value != (1 << 7 * length) - 1:
            at += value
    return at


def _walk_mp3(pieces: Pieces) -> int:
    head = pieces.read(0, 10)
    at = 10 + sum((byte & 0x7F) << 7 * (3 - place) for place, byte in enumerate(head[6:])) if head[:3] == b"ID3" else 0
    return _walk_frames(pieces, at, _mp3_frame)


def _walk_aac(pieces: Pieces) -> int:
    return _walk_frames(pieces, 0, _aac_frame)


def _walk_frames(pieces: Pieces, at: int, length_of: Callable[[bytes], int]) -> int:
    while at + 7 <= pieces.size:
        length = length_of(pieces.read(at, 7))
        if not length:
            return 0
        at += length
    return at


def _mp3_frame(head: bytes) -> int:
    """The bytes of an MPEG layer III frame; 0 when it is none (a tag, or noise)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, kbits, rate = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or kbits in {0, 15} or rate == 3:
        return 0
    bits = (MPEG1_KBITS if version == 3 else MPEG2_KBITS)[kbits] * 1000
    return (144 if version == 3 else 72) * bits // MPEG_RATES[version][rate] + (head[2] >> 1 & 1)


def _aac_frame(head: bytes) -> int:
    """The bytes of an ADTS frame; 0 when it is none."""
    if head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return 0
    return (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5


WALKS: dict[Container, Callable[[Pieces], int]] = {
    WAV: _walk_wav,
    MP4: _walk_mp4,
    OGG: _walk_ogg,
    WEBM: _walk_webm,
    MP3: _walk_mp3,
    AAC: _walk_aac,
}
"""Each gives the size the file should have at least, by its own structure."""
