"""Fragments: what is finished of a film as an MP4 that grows, made of the reels' own bytes while they are still being written.

A reel is written as fragments, one a group of pictures, and becomes a plain MP4 when it ends by a new head before them and a new index
behind them (``GROWING``): the fragments stay where they are, at the same place in a half-written reel as in a finished one.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kiwi.errors import RenderError
from kiwi.film.timeline import AAC_FRAME, SOUND_RATE

GROWING = {"movflags": "+hybrid_fragmented+empty_moov+frag_keyframe+default_base_moof", "flush_packets": "1"}
"""How a reel is written whose fragments are to be read meanwhile."""
TIMESCALE = 90_000
"""Ticks a second of every reel: whole for all frame rates, so that joining needs no rounding."""

FILE_TYPE = struct.pack(">I4s4sI4s4s", 24, b"ftyp", b"iso6", 512, b"iso6", b"mp41")
"""How every preview begins."""
NOTHING = struct.pack(">I4s", 8, b"free")
"""A box that says nothing: a sign of life between fragments."""
PICTURES, SOUND = 1, 2
"""The tracks' numbers; a reel's only one has the first."""
LARGEST_HEAD = 65_536
MILLISECONDS = 1_000
WHOLE = (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
"""A matrix that neither turns nor moves the picture."""

Box = tuple[bytes, bytes]
"""Its kind and what is in it."""


@dataclass(frozen=True)
class Piece:
    """One group of pictures of a reel."""

    frames: int
    header: bytes
    """The boxes that describe its frames, as the reel has them."""
    table: bytes
    pictures: bytes
    ends_at: int
    """Where in the reel's file the next piece begins."""


def box(kind: bytes, *inside: bytes) -> bytes:
    """A box of an MP4."""
    content = b"".join(inside)
    return struct.pack(">I4s", 8 + len(content), kind) + content


def boxes(content: bytes) -> Iterator[Box]:
    """The boxes that lie one after the other in some bytes. RenderError when there is none where one must be."""
    at = 0
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at) if at + 8 <= len(content) else (0, b"")
        if not 8 <= length <= len(content) - at:
            raise RenderError("A reel holds no boxes where they should be.")
        yield kind, content[at + 8 : at + length]
        at += length


def inside(content: bytes, *path: bytes) -> bytes:
    """What is in a box within boxes. RenderError when it is not there."""
    for wanted in path:
        found = next((content for kind, content in boxes(content) if kind == wanted), None)
        if found is None:
            raise RenderError(f"A reel has no {wanted.decode()}.")
        content = found
    return content


def read_track(path: Path) -> tuple[bytes, int] | None:
    """A reel's track, as its own head describes it, and where its first piece begins; None: that is not written yet."""
    with path.open("rb") as reel:
        start = _begins_at(reel)
        for kind, at, length in _headers(reel, start):
            if kind == b"moov":
                content = _read(reel, at, length)
                return None if content is None else (inside(content[8:], b"trak"), at + length)
    return None


def read_piece(path: Path, at: int) -> Piece | None:
    """The piece of a reel that begins at a place in its file; None: it is not wholly written yet. RenderError when there is none."""
    with path.open("rb") as reel:
        found = dict[bytes, bytes]()
        for kind, begins, length in _headers(reel, at):
            content = _read(reel, begins, length)
            if content is None:
                return None
            found[kind] = content[8:]
            if kind == b"mdat":
                break
            if kind != b"moof":
                raise RenderError(f"{path.name} ends before its last frame.")
    if b"mdat" not in found:
        return None
    described = inside(found[b"moof"], b"traf")
    table = inside(described, b"trun")
    (frames,) = struct.unpack_from(">I", table, 4)
    return Piece(frames, box(b"tfhd", inside(described, b"tfhd")), table, found[b"mdat"], begins + length)


def _begins_at(reel: BinaryIO) -> int:
    """Where a reel's fragments begin: behind its file type, a small free box, and the header of what will be the body of a plain MP4."""
    head = reel.read(8)
    return struct.unpack(">I4s", head)[0] + 16 if len(head) == 8 else 0


def _headers(reel: BinaryIO, at: int) -> Iterator[tuple[bytes, int, int]]:
    """Every box from a place on whose header is written: kind, where it begins, its length with the header."""
    while True:
        reel.seek(at)
        head = reel.read(8)
        if len(head) < 8:
            return
        length, kind = struct.unpack(">I4s", head)
        if length < 8:
            return
        yield kind, at, length
        at += length


def _read(reel: BinaryIO, at: int, length: int) -> bytes | None:
    reel.seek(at)
    content = reel.read(length)
    return content if len(content) == length else None


def opening(track: bytes, frames: int, fps: int, sound: bytes) -> bytes:
    """The head of a preview, behind ``FILE_TYPE``: a reel's track and one of sound, whose decoder is told ``sound``, for so many frames."""
    length = round(frames * MILLISECONDS / fps)
    film = struct.pack(">IIIIIIHH8x9I24xI", 0, 0, 0, MILLISECONDS, 0, 0x10000, 0x100, 0, *WHOLE, SOUND + 1)
    extends = (
        box(b"mehd", struct.pack(">II", 0, length)),
        *(box(b"trex", struct.pack(">IIIIII", 0, number, 1, 0, 0, 0)) for number in (PICTURES, SOUND)),
    )
    return box(b"moov", box(b"mvhd", film), box(b"trak", track), _sound_track(sound), box(b"mvex", *extends))


def _sound_track(sound: bytes) -> bytes:
    """A track of mono AAC."""
    track = struct.pack(">IIII4xI8xHHHH9III", 7, 0, 0, SOUND, 0, 0, 1, 0x100, 0, *WHOLE, 0, 0)
    described = box(b"mp4a", struct.pack(">6xH8xHH4xI", 1, 1, 16, SOUND_RATE << 16), box(b"esds", bytes(4), _decoder(sound)))
    table = (
        box(b"stsd", struct.pack(">II", 0, 1), described),
        *(box(kind, bytes(8)) for kind in (b"stts", b"stsc")),
        box(b"stsz", bytes(12)),
        box(b"stco", bytes(8)),
    )
    here = box(b"dinf", box(b"dref", struct.pack(">II", 0, 1), box(b"url ", struct.pack(">I", 1))))
    media = (
        box(b"mdhd", struct.pack(">IIIIIHH", 0, 0, 0, SOUND_RATE, 0, 0x55C4, 0)),
        box(b"hdlr", struct.pack(">II4s12x", 0, 0, b"soun"), b"SoundHandler\0"),
        box(b"minf", box(b"smhd", bytes(8)), here, box(b"stbl", *table)),
    )
    return box(b"trak", box(b"tkhd", track), box(b"mdia", *media))


def _decoder(sound: bytes) -> bytes:
    """The descriptors of MPEG-4 for an AAC decoder."""
    config = struct.pack(">BB3xII", 0x40, 0x15, 0, 0) + _descriptor(5, sound)
    return _descriptor(3, struct.pack(">HB", SOUND, 0), _descriptor(4, config), _descriptor(6, b"\x02"))


def _descriptor(tag: int, *content: bytes) -> bytes:
    whole = b"".join(content)
    return struct.pack(">BB", tag, len(whole)) + whole


def fragment(number: int, piece: Piece, frame: int, fps: int, sounds: Sequence[bytes], packet: int) -> bytes:
    """A piece of a reel that begins with the film's ``frame``, and packets of sound from the film's ``packet`` on; numbered from 1."""
    size = len(_describe(number, piece, 0, sounds, 0, 0, 0)) + 8
    starts = frame * (TIMESCALE // fps)
    described = _describe(number, piece, starts, sounds, packet * AAC_FRAME, size, size + len(piece.pictures))
    return described + box(b"mdat", piece.pictures, *sounds)


def _describe(number: int, piece: Piece, starts: int, sounds: Sequence[bytes], heard: int, pictures_at: int, sounds_at: int) -> bytes:
    """The ``moof``: when each track's part starts, and where in the fragment it lies."""
    table = piece.table[:8] + struct.pack(">I", pictures_at) + piece.table[12:]
    seen = box(b"traf", piece.header, _starts(starts), box(b"trun", table))
    lengths = struct.pack(f">III{len(sounds)}I", 0x201, len(sounds), sounds_at, *map(len, sounds))
    header = box(b"tfhd", struct.pack(">IIII", 0x20028, SOUND, AAC_FRAME, 0x2000000))
    also = box(b"traf", header, _starts(heard), box(b"trun", lengths)) if sounds else b""
    return box(b"moof", box(b"mfhd", struct.pack(">II", 0, number)), seen, also)


def _starts(at: int) -> bytes:
    return box(b"tfdt", struct.pack(">IQ", 0x1000000, at))
