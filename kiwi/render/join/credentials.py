"""Content credentials (C2PA): what a film says of its origin, signed into it last of all."""

import contextlib
import json
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import c2pa  # type: ignore[import-untyped]
import cv2
import numpy as np
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from kiwi.film.job_inputs import CutInput
from kiwi.film.labels import is_synthetic, shows_label, speaks
from kiwi.film.model import CARDS, Asset, Shot
from kiwi.film.origin import LABEL, TYPES, Origin, Part, Signing, SourceType
from kiwi.film.timeline import shots_in_film
from kiwi.storage.assets import asset_of

MP4 = "video/mp4"
SETTINGS = {
    # nothing is asked of anybody on the network; what was signed is read again at once
    "verify": {"verify_after_sign": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
    "builder": {"thumbnail": {"enabled": False}},
}
CURVES = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
UNSIGNED = (c2pa.C2paError, OSError, ValueError, TypeError)
"""How signing fails."""
EMBEDDED_VOICE = "hibari"

Named = tuple[str, SourceType, str]
"""What a part is, its source type, and who made it."""


@cache
def context() -> c2pa.Context:
    """How manifests are written and read here."""
    return c2pa.Context(c2pa.Settings.from_dict(SETTINGS))


def origin_of(job_input: CutInput) -> Origin:
    """What the film consists of and which scenes show the label; not signed yet."""
    takes = job_input.takes
    scenes = [shot.scene_id for shot in job_input.storyboard.shots if shows_label(shot, takes.get(shot.scene_id))]
    parts = _parts(job_input)
    if job_input.music_synthetic:
        parts.append(Part(what="Music made by a model", source_type="trainedAlgorithmicMedia", by=job_input.music_title))
    types = {part.source_type for part in parts}
    source_type: SourceType = "composite" if "" in types else "algorithmicMedia"
    if "trainedAlgorithmicMedia" in types:
        source_type = "compositeWithTrainedAlgorithmicMedia"
    if job_input.music_title and not job_input.music_synthetic:
        parts.append(Part(what="Music, recorded", source_type="", by=job_input.music_title))
    return Origin(source_type=source_type, parts=tuple(parts), label=LABEL if scenes else "", labelled=tuple(scenes))


def _parts(job_input: CutInput) -> list[Part]:
    """Graphics, voices and footage, by who made them."""
    storyboard, takes = job_input.storyboard, job_input.takes
    fps, seen = storyboard.fps, list(shots_in_film(storyboard))
    made: dict[Named, list[tuple[Shot, int]]] = {}
    for shot, starts in seen:
        voice, take = job_input.voice_over.get(shot.scene_id), takes.get(shot.scene_id)
        if voice and speaks(voice):
            spoken: Named = "Narration by a synthetic voice", "trainedAlgorithmicMedia", voice.by or EMBEDDED_VOICE
            made.setdefault(spoken, []).append((shot, starts))
        if take and take.footage:
            synthetic = is_synthetic(take)
            what = "Pictures made by a model" if synthetic else "Footage from a library"
            made.setdefault((what, "trainedAlgorithmicMedia" if synthetic else "", take.camera), []).append((shot, starts))
    graphics = Part(what="Graphics, captions and transitions, drawn", source_type="algorithmicMedia", by=CARDS)
    found = [
        Part(
            what=what,
            source_type=source_type,
            by=by,
            stretches=tuple((round(at / fps, 3), round((at + shot.frames) / fps, 3)) for shot, at in where),
            scenes=tuple(shot.scene_id for shot, _ in where),
        )
        for (what, source_type, by), where in made.items()
    ]
    return [graphics, *found]


def comment_of(origin: Origin) -> str:
    """The same in a sentence, for the film's metadata."""
    if not origin.synthetic:
        return ""
    made = [f"{part.what[0].lower()}{part.what[1:]} ({part.by})" for part in origin.parts if part.source_type == "trainedAlgorithmicMedia"]
    return f"{LABEL}: {', '.join(made)}."


def sign(video: Path, origin: Origin, job_input: CutInput) -> Origin:
    """Sign a film in its place, by way of a file beside it; a film that cannot be signed stays as it is, and its origin says why."""
    signing, part = job_input.signing, video.with_name("signed.part")
    if not signing.certificate:
        return origin.model_copy(update={"trouble": signing.trouble or "Nobody was named to sign it."})
    try:
        with contextlib.ExitStack() as opened:
            signer = opened.enter_context(_signer(signing))
            builder = opened.enter_context(c2pa.Builder(json.dumps(_manifest(origin, job_input)), context()))
            for path in job_input.origins.values():
                builder.add_ingredient_from_archive(opened.enter_context(Path(path).open("rb")))
            builder.sign(signer, MP4, opened.enter_context(video.open("rb")), opened.enter_context(part.open("w+b")))
        part.replace(video)
    except UNSIGNED as trouble:
        part.unlink(missing_ok=True)
        return origin.model_copy(update={"trouble": _said(trouble)})
    return origin.model_copy(update={"signed_by": signing.name, "self_made": signing.self_made})


def try_signing(signing: Signing) -> str:
    """Why these cannot sign a film; empty: they can."""
    if not signing.certificate:
        return signing.trouble or "Nobody was named to sign."
    picture = BytesIO(cv2.imencode(".jpg", np.zeros((16, 16, 3), np.uint8))[1].tobytes())
    said = {"claim_generator_info": [{"name": "KIWI-Video"}], "format": "image/jpeg"}
    try:
        with _signer(signing) as signer, c2pa.Builder(json.dumps(said), context()) as builder:
            builder.set_intent(c2pa.C2paBuilderIntent.CREATE, c2pa.C2paDigitalSourceType.ALGORITHMIC_MEDIA)
            builder.sign(signer, "image/jpeg", picture, BytesIO())
    except UNSIGNED as trouble:
        return _said(trouble)
    return ""


def _said(trouble: BaseException) -> str:
    return " ".join(str(trouble).split())[:300] or type(trouble).__name__


def _signer(signing: Signing) -> c2pa.Signer:
    """ValueError; OSError."""
    certificate, key = Path(signing.certificate).read_bytes(), Path(signing.key).read_bytes()
    return c2pa.Signer.from_info(c2pa.C2paSignerInfo(_algorithm(key), certificate, key, None))


def _algorithm(key: bytes) -> str:
    match serialization.load_pem_private_key(key, None):
        case ec.EllipticCurvePrivateKey() as private if private.curve.name in CURVES:
            return CURVES[private.curve.name]
        case ed25519.Ed25519PrivateKey():
            return "ed25519"
        case rsa.RSAPrivateKey():
            return "ps256"
    raise ValueError("The key to sign with is of a kind that C2PA does not know: make one of EC P-256, Ed25519 or RSA.")


def _manifest(origin: Origin, job_input: CutInput) -> dict[str, Any]:
    """As c2pa's builder takes it."""
    agent = {"name": "KIWI-Video", "version": job_input.versions.get("kiwi-video", "0")}
    created = {"action": "c2pa.created", "digitalSourceType": TYPES + origin.source_type, "softwareAgent": agent}
    placed = [
        {"action": "c2pa.placed", "description": f"The clip of {scene}", "parameters": {"ingredientIds": [ingredient_id(scene)]}}
        for scene in job_input.origins
    ]
    actions = [{**created, "description": comment_of(origin) or "Drawn"}, *map(_action, origin.parts), *placed]
    label = {"text": origin.label, "scenes": list(origin.labelled)}
    return {
        "claim_generator_info": [agent],
        "title": job_input.script.title,
        "format": MP4,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": actions}},
            {"label": "org.kiwi-video.label", "data": label},
        ],
    }


def _action(part: Part) -> Mapping[str, Any]:
    """How a part came into the film, and where it is seen or heard."""
    changes = [
        {"region": [{"type": "temporal", "time": {"type": "npt", "start": f"{start:g}", "end": f"{end:g}"}}], "description": scene}
        for (start, end), scene in zip(part.stretches, part.scenes, strict=True)
    ]
    return {
        "action": "c2pa.edited",
        "description": part.what,
        "softwareAgent": {"name": part.by},
        **({"digitalSourceType": TYPES + part.source_type} if part.source_type else {}),
        **({"changes": changes} if changes else {}),
    }


def ingredient_id(scene_id: str) -> str:
    """What a scene's clip is called in the manifest."""
    return f"clip-{scene_id}"


def ingredient_of(source: Path, kind: str, scene_id: str, kept: Path) -> Asset | None:
    """The manifest of a clip or picture of a media type, kept in a file by which ours can take it in; None where none can be read."""
    taking_in = {"claim_generator_info": [{"name": "KIWI-Video"}]}
    said = {"title": f"The clip of {scene_id}, as its maker sent it", "relationship": "componentOf", "label": ingredient_id(scene_id)}
    try:
        with source.open("rb") as media, c2pa.Reader(kind, media, context=context()):
            pass  # it has one
        with (
            source.open("rb") as media,
            kept.open("w+b") as archive,
            c2pa.Builder(json.dumps(taking_in), context()) as builder,
        ):
            builder.add_ingredient_from_stream(json.dumps(said), kind, media)
            builder.write_ingredient_archive(ingredient_id(scene_id), archive)
    except (c2pa.C2paError, OSError, ValueError):
        kept.unlink(missing_ok=True)
        return None
    return asset_of(kept)
