"""What Runway's models take and cost, and what it says of a request that does not fit."""

import base64
import binascii
import ipaddress
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

Complaint = tuple[str, str]
"""A field and what is wrong with it."""
Body = dict[str, Any]

WIDE, TALL = "1280:720", "720:1280"
SHAPES = (WIDE, TALL, "1104:832", "832:1104", "960:960", "1584:672")
FULL = (WIDE, TALL, "1920:1080", "1080:1920")
STILLS = (
    *("1024:1024", "1080:1080", "1168:880", "1360:768", "1440:1080", "1080:1440", "1808:768", "1920:1080"),
    *("1080:1920", "2112:912", "1280:720", "720:1280", "720:720", "960:720", "720:960", "1680:720"),
)
PROMPT_UNITS = 1000
"""UTF-16 code units of a prompt."""
DATA_URI_BYTES = 5 * 1024**2
URL_CHARACTERS = 2048
IMAGES = frozenset({"image/jpeg", "image/jpg", "image/png", "image/webp"})
REFERENCES = 3


@dataclass(frozen=True)
class VideoModel:
    """What a model that films takes and costs."""

    credits: int
    """A second."""
    silent_credits: int
    """A second, without sound."""
    text_ratios: tuple[str, ...]
    """Empty: it does not film from text alone."""
    image_ratios: tuple[str, ...]
    seconds: Collection[int]
    default_seconds: int | None
    """None: the length must be said."""
    audio: bool = False
    """Whether it can make sound."""
    positions: frozenset[str] = frozenset({"first"})
    """Where in the clip an image may stand."""
    ratio_required: bool = True
    prompt_units: int = PROMPT_UNITS


@dataclass(frozen=True)
class StillModel:
    """What a model that draws takes and costs."""

    credits: int
    large_credits: int
    """Above 720p."""
    references_required: bool = False


ENDS = frozenset({"first", "last"})
FILMING = {
    "gen4.5": VideoModel(12, 12, (WIDE, TALL), SHAPES, range(2, 11), None),
    "gen4_turbo": VideoModel(5, 5, (), SHAPES, range(2, 11), 10),
    "veo3.1": VideoModel(40, 20, FULL, FULL, (4, 6, 8), 8, audio=True, positions=ENDS),
    "veo3.1_fast": VideoModel(15, 10, FULL, FULL, (4, 6, 8), 8, audio=True, positions=ENDS),
    "seedance2": VideoModel(36, 36, FULL, FULL, range(4, 16), 5, audio=True, positions=ENDS, ratio_required=False, prompt_units=3500),
    "seedance2_mini": VideoModel(
        16, 16, FULL[:2], FULL[:2], range(4, 16), 5, audio=True, positions=ENDS, ratio_required=False, prompt_units=3500
    ),
    "gemini_omni_flash_1.1": VideoModel(10, 10, FULL, FULL, range(3, 11), 8, audio=True, ratio_required=False, prompt_units=5000),
}
DRAWING = {"gen4_image": StillModel(5, 8), "gen4_image_turbo": StillModel(2, 2, references_required=True)}


def units(text: str) -> int:
    """How long Runway finds a text: UTF-16 code units, so most emoji count two."""
    return len(text.encode("utf-16-le")) // 2


def prompt_complaints(body: Body, most: int, *, required: bool) -> Iterator[Complaint]:
    """What is wrong with promptText."""
    text = body.get("promptText")
    if text is None:
        if required:
            yield "promptText", "Required"
    elif not isinstance(text, str):
        yield "promptText", "Expected string"
    elif not text:
        yield "promptText", "String must contain at least 1 character(s)"
    elif units(text) > most:
        yield "promptText", f"String must contain at most {most} character(s)"


def seed_complaints(body: Body) -> Iterator[Complaint]:
    """What is wrong with the seed."""
    seed = body.get("seed")
    if seed is not None and (type(seed) is not int or not 0 <= seed < 2**32):
        yield "seed", "Expected an integer from 0 to 4294967295"


def video_complaints(body: Body, *, from_image: bool, uploads: Collection[str]) -> Iterator[Complaint]:
    """What is wrong with a request for a clip."""
    model = FILMING.get(str(body.get("model")))
    if model is None or not (from_image or model.text_ratios):
        yield "model", f"Invalid discriminator value {body.get('model')!r}"
        return
    yield from prompt_complaints(body, model.prompt_units, required=not from_image or body["model"] == "gen4.5")
    ratios = model.image_ratios if from_image else model.text_ratios
    if body.get("ratio") not in ratios and (model.ratio_required or "ratio" in body):
        yield "ratio", f"Expected one of {', '.join(ratios)}"
    seconds = body.get("duration", model.default_seconds)
    if type(seconds) is not int or seconds not in model.seconds:
        yield "duration", f"Expected an integer, one of {', '.join(map(str, model.seconds))}"
    if "audio" in body and not (model.audio and isinstance(body["audio"], bool)):
        yield "audio", "Unexpected value"
    yield from seed_complaints(body)
    if from_image:
        yield from image_complaints(body.get("promptImage"), model.positions, uploads)


def still_complaints(body: Body, uploads: Collection[str]) -> Iterator[Complaint]:
    """What is wrong with a request for a picture."""
    model = DRAWING.get(str(body.get("model")))
    if model is None:
        yield "model", f"Invalid discriminator value {body.get('model')!r}"
        return
    yield from prompt_complaints(body, PROMPT_UNITS, required=True)
    if body.get("ratio") not in STILLS:
        yield "ratio", f"Expected one of {', '.join(STILLS)}"
    yield from seed_complaints(body)
    references = body.get("referenceImages") or []
    if not isinstance(references, list) or len(references) > REFERENCES or (model.references_required and not references):
        yield "referenceImages", f"Expected {'1 to' if model.references_required else 'up to'} {REFERENCES} images"
        return
    for reference in references:
        problem = uri_problem(reference.get("uri") if isinstance(reference, dict) else reference, uploads)
        if problem:
            yield "referenceImages", problem


def image_complaints(image: Any, positions: Collection[str], uploads: Collection[str]) -> Iterator[Complaint]:
    """What is wrong with promptImage: one address, or a list of addresses with positions."""
    placed = image if isinstance(image, list) else [{"uri": image, "position": "first"}]
    if image is None or not placed:
        yield "promptImage", "Required"
        return
    for item in placed:
        if not isinstance(item, dict) or item.get("position") not in positions:
            yield "promptImage", f"Expected a position out of {', '.join(sorted(positions))}"
            continue
        problem = uri_problem(item.get("uri"), uploads)
        if problem:
            yield "promptImage", problem


def uri_problem(uri: Any, uploads: Collection[str]) -> str | None:
    """Why an image cannot be had from an address, if it cannot."""
    if not isinstance(uri, str) or not uri:
        return "Required"
    if uri.startswith("data:"):
        return data_problem(uri)
    if uri.startswith("runway://"):
        return None if uri in uploads else "No such upload"
    return address_problem(uri)


def address_problem(url: str) -> str | None:
    """Why Runway would not fetch an address."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        return "Only HTTPS URLs are allowed"
    try:
        ipaddress.ip_address(parts.hostname)
    except ValueError:
        return "URL is too long" if len(url) > URL_CHARACTERS else None
    return "IP addresses are not allowed"


def data_problem(uri: str) -> str | None:
    """Why a data URI is no image."""
    kind, _, encoded = uri.removeprefix("data:").partition(";base64,")
    if kind not in IMAGES:
        return f"Unsupported content type {kind!r}"
    if len(uri) > DATA_URI_BYTES:
        return "Data URI is larger than 5 MB"
    try:
        return None if base64.b64decode(encoded, validate=True) else "The image is empty"
    except binascii.Error:
        return "Invalid base64"


def video_seconds(body: Body) -> int:
    """How long a clip is ordered; of a request without complaints."""
    seconds: int = body.get("duration") or FILMING[body["model"]].default_seconds or 0
    return seconds


def video_credits(body: Body) -> int:
    """What a clip costs at most."""
    model = FILMING[body["model"]]
    return video_seconds(body) * (model.credits if body.get("audio", model.audio) else model.silent_credits)


def still_credits(body: Body) -> int:
    """What a picture costs."""
    model = DRAWING[body["model"]]
    return model.large_credits if min(map(int, body["ratio"].split(":"))) > 720 else model.credits
