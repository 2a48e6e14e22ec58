"""Parsing the create request: JSON or a form outside, a brief and a recording inside; each refusal names its field."""

import asyncio
import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from api.bodies import read_json
from api.problems import Refusal
from kiwi.errors import BadBrief
from kiwi.film.model import Brief, Size
from kiwi.local.hear.containers import SNIFFED, sniff
from kiwi.tasks.request import FilmRequest, parse_request

FIELDS = tuple(FilmRequest.model_fields)
FORM_FIELDS = ("audio", *(name for name in FIELDS if name != "audio_data"))
DATA_URL = re.compile(r"data:[^,]{0,200}?(?P<base64>;base64)?,", re.IGNORECASE)
LONGEST_FORM_FIELD = 256 * 1024
SPACES = b" \t\r\n\f\v"
DECODED_AT_ONCE = 4 * 2**20
"""Letters of base64 that are decoded without letting anybody else work; a multiple of four."""


@dataclass(frozen=True)
class CreateRequest:
    """A create request, understood."""

    brief: Brief
    recording: bytes = b""
    webhook_url: str = ""
    """Where the film's end is told; empty: where the operator wants it told, if anywhere."""

    @property
    def fingerprint(self) -> str:
        """Equal for requests that ask for the same."""
        asked = self.brief.model_dump_json() + (f"\n{self.webhook_url}" if self.webhook_url else "")
        return hashlib.sha256(asked.encode() + hashlib.sha256(self.recording).digest()).hexdigest()


async def fingerprint_of(create_request: CreateRequest) -> str:
    """A request's fingerprint; beside the loop, since a recording may be long."""
    return await asyncio.to_thread(lambda: create_request.fingerprint) if create_request.recording else create_request.fingerprint


async def read_create_request(request: Request) -> CreateRequest:
    """Read a create request; Refusal, BadBrief."""
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _read_form(request)
    fields = await read_object(request, FIELDS)
    return await asyncio.to_thread(request_of, fields) if fields.get("audio_data") else request_of(fields)


async def read_object(request: Request, known: tuple[str, ...]) -> dict[str, Any]:
    """Read a JSON object with no other than the known fields; Refusal."""
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refusal(
            415, f"{kind[:80]} is not understood: send application/json or, to create a film, multipart/form-data.", field="Content-Type"
        )
    fields = await read_json(request)
    if not isinstance(fields, dict):
        raise Refusal(400, "The body is not a JSON object.")
    _check_names(fields, known)
    return fields


async def _read_form(request: Request) -> CreateRequest:
    async with request.form(max_files=1, max_fields=len(FORM_FIELDS), max_part_size=LONGEST_FORM_FIELD) as form:
        _check_names(form, FORM_FIELDS)
        fields: dict[str, Any] = dict(form)
        audio = fields.pop("audio", None)
        for name, value in fields.items():
            if isinstance(value, UploadFile):
                raise Refusal(422, "This is a file; send text.", field=name)
        if audio is None or audio == "":
            return request_of(fields)
        if not isinstance(audio, UploadFile):
            raise Refusal(422, "This is text; send a file.", field="audio")
        return request_of(fields, await audio.read(), "audio")


def _check_names(fields: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in fields:
        if name not in known:
            raise Refusal(422, f"There is no such field: send {', '.join(known)}.", field=str(name)[:40])


def request_of(fields: Mapping[str, Any], recording: bytes | None = None, source: str = "audio_data") -> CreateRequest:
    """Parse a create request's fields as they came, numbers perhaps as text; Refusal, BadBrief."""
    with naming("text_input"):
        asked = parse_request(fields)
    if recording is None and (audio := asked.audio_data.strip()):
        recording = decode_audio(audio)
    if recording is not None:
        with naming(source, 415):
            sniff(recording[:SNIFFED])
    if recording is None and not asked.text_input.strip():
        raise Refusal(400, "There is no brief: send text_input or audio_data.")
    return CreateRequest(asked.brief(), recording or b"", asked.webhook_url.strip())


def different(fields: Mapping[str, Any]) -> tuple[Size | None, float | None, str]:
    """What shall be different in a variant of a film: its size, seconds and theme; Refusal."""
    with naming("aspect"):
        asked = parse_request(fields)
    if not (asked.seconds or asked.shape or asked.theme):
        raise Refusal(422, "Say what shall be different: its aspect, seconds or theme.", field="aspect")
    return asked.shape, asked.seconds, asked.theme


def decode_audio(audio: str) -> bytes:
    """The bytes of a data URL or of bare base64; takes its time when they are many. Refusal."""
    if audio[:5].lower() == "data:":
        start = DATA_URL.match(audio)
        if start is None or not start["base64"]:
            raise Refusal(422, "This data URL is not base64.", field="audio_data")
        audio = audio[start.end() :]
    try:
        plain = b"".join(_without_spaces(audio))
        plain += b"=" * (-len(plain) % 4)
        if 0 <= plain.find(b"=") < len(plain) - 2:
            raise binascii.Error("more after the end")
        parts = range(0, len(plain), DECODED_AT_ONCE)
        recording = b"".join(base64.b64decode(plain[at : at + DECODED_AT_ONCE], validate=True) for at in parts)
    except (UnicodeEncodeError, binascii.Error) as failure:
        raise Refusal(422, "This is neither base64 nor a data URL.", field="audio_data") from failure
    if not recording:
        raise Refusal(422, "The recording is empty: record it again.", field="audio_data")
    return recording


def _without_spaces(audio: str) -> Iterator[bytes]:
    """The letters of base64, which may be wrapped at any place; in parts, between which others get their turn."""
    for at in range(0, len(audio), DECODED_AT_ONCE):
        yield audio[at : at + DECODED_AT_ONCE].encode("ascii").translate(None, SPACES)


def text_in(fields: Mapping[str, Any], name: str) -> str:
    """A field of text; empty when it was not sent. Refusal."""
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refusal(422, "This must be text.", field=name)
    return value


@contextmanager
def naming(field: str, status: int = 422) -> Iterator[None]:
    """Within it a BadBrief becomes a refusal of a field."""
    try:
        yield
    except BadBrief as failure:
        raise Refusal(status, str(failure), field=getattr(failure, "field", field)) from failure
