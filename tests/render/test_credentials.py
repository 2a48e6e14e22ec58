"""Content credentials: a film says what it is made of and who says so, in a signature that any reader can check."""

import hashlib
import json
from pathlib import Path
from typing import Any

import av
import c2pa  # type: ignore[import-untyped]
import numpy as np
import pytest

from graph.result import _unsigned
from kiwi.film.job_inputs import CutInput, DevelopInput
from kiwi.film.labels import labelled
from kiwi.film.model import CARDS, Credit, Film, Size, Take
from kiwi.film.origin import LABEL, TYPES, Signing
from kiwi.render.join.credentials import EMBEDDED_VOICE, context, ingredient_of
from kiwi.render.join.cut import cut
from kiwi.render.scene.label_layer import label_layers
from kiwi.render.scene.reel import render, stage_of
from kiwi.storage.assets import AssetStore
from kiwi.storage.identity import SELF_MADE, signing_for
from kiwi.work import jobs
from kiwi.work.processes import open_pool
from kiwi.work.workshop import Workshop
from testing.fakes import an_asset
from tests.clips import encode_clip, moving
from tests.reels import a_cut_order
from tests.render.test_render_scene import decoded
from tests.render.test_render_scene import job_input as a_render_order
from tests.storage.test_identity import KEYS, certify

CREDIT = Credit(author="Ada", source="Pexels", url="https://example.com/clip")


def silence(share: float) -> None:
    """Report to nobody."""


def read(path: Path) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """How valid a film's manifest is, the manifest, and all manifests."""
    with path.open("rb") as film, c2pa.Reader("video/mp4", film, context=context()) as reader:
        said = json.loads(reader.json())
        return str(reader.get_validation_state()), said["manifests"][said["active_manifest"]], said


def actions_of(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    found = [one["data"]["actions"] for one in manifest["assertions"] if one["label"].startswith("c2pa.actions")]
    return list(found[0])


@pytest.fixture(scope="module")
def order(tmp_path_factory: pytest.TempPathFactory) -> CutInput:
    """A film of three scenes: drawn, filmed by a model, filmed by a person; the last shows the label."""
    folder = tmp_path_factory.mktemp("order")
    made = a_cut_order(folder)
    takes = {
        "scene-1": Take(shot_id="shot-1", camera=CARDS),
        "scene-2": Take(shot_id="shot-2", camera="runway:gen4.5", footage=an_asset("two.mp4")),
        "scene-3": Take(shot_id="shot-3", camera="pexels:videos", footage=an_asset("three.mp4"), credit=CREDIT),
    }
    board = labelled(made.storyboard, made.voice_over, "end")
    return made.model_copy(update={"takes": takes, "storyboard": board, "signing": signing_for("", "", folder)})


@pytest.fixture(scope="module")
def made(order: CutInput, tmp_path_factory: pytest.TempPathFactory) -> tuple[Film, Path]:
    folder = tmp_path_factory.mktemp("signed")
    return cut(order, folder, silence), folder / "film.mp4"


def test_a_film_says_of_each_part_what_made_it(made: tuple[Film, Path], order: CutInput) -> None:
    film, path = made
    state, manifest, said = read(path)
    assert state == "Valid"
    assert [one["code"] for one in said["validation_status"]] == ["signingCredential.untrusted"]
    created, *parts = actions_of(manifest)
    assert (created["action"], created["digitalSourceType"]) == ("c2pa.created", TYPES + "compositeWithTrainedAlgorithmicMedia")
    types = {part["softwareAgent"]["name"]: part.get("digitalSourceType", "").removeprefix(TYPES) for part in parts}
    assert types == {
        CARDS: "algorithmicMedia",
        EMBEDDED_VOICE: "trainedAlgorithmicMedia",
        "runway:gen4.5": "trainedAlgorithmicMedia",
        "pexels:videos": "",
        order.music_title: "",
    }
    filmed = next(part for part in parts if part["softwareAgent"]["name"] == "runway:gen4.5")
    first = order.storyboard.shots[0].frames / order.storyboard.fps
    assert filmed["changes"][0]["description"] == "scene-2"
    assert float(filmed["changes"][0]["region"][0]["time"]["start"]) == pytest.approx(first, abs=0.001)
    assert {"label": "org.kiwi-video.label", "data": {"text": LABEL, "scenes": ["scene-3"]}} in manifest["assertions"]
    assert manifest["signature_info"]["common_name"] == film.origin.signed_by == SELF_MADE
    assert film.origin.self_made


def test_what_is_reported_of_a_film_is_reported_of_the_signed_one(made: tuple[Film, Path]) -> None:
    film, path = made
    content = path.read_bytes()
    assert (film.video.digest, film.video.size) == (hashlib.sha256(content).hexdigest(), len(content))
    beside = json.loads(path.with_suffix(".json").read_text("utf-8"))
    assert beside["files"]["film.mp4"] == {"sha256": film.video.digest, "bytes": film.video.size}
    assert beside["origin"]["label"] == LABEL
    assert beside["origin"]["signed_by"] == SELF_MADE
    assert [one.name for one in path.parent.iterdir() if one.suffix == ".part"] == []


def test_a_signed_film_still_starts_at_once_plays_whole_and_says_it_in_its_metadata(made: tuple[Film, Path]) -> None:
    film, path = made
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    with av.open(str(path)) as opened:
        assert sum(1 for _ in opened.decode(video=0)) == film.frames
        comment = opened.metadata["comment"]
    assert comment.startswith(f"{LABEL}: ")
    assert EMBEDDED_VOICE in comment
    assert "runway:gen4.5" in comment


def test_whoever_changes_a_film_breaks_its_seal(made: tuple[Film, Path], tmp_path: Path) -> None:
    content = bytearray(made[1].read_bytes())
    content[-1000] ^= 1
    (tmp_path / "changed.mp4").write_bytes(content)
    state, _, said = read(tmp_path / "changed.mp4")
    assert state == "Invalid"
    assert "assertion.bmffHash.mismatch" in [one["code"] for one in said["validation_status"]]


def test_music_that_a_model_made_is_named_with_it(order: CutInput, tmp_path: Path) -> None:
    mute = {scene: voice.model_copy(update={"words": ()}) for scene, voice in order.voice_over.items()}
    film = cut(order.model_copy(update={"takes": {}, "voice_over": mute, "music_synthetic": True}), tmp_path, silence)
    assert film.origin.source_type == "compositeWithTrainedAlgorithmicMedia"
    assert actions_of(read(tmp_path / "film.mp4")[1])[-1]["softwareAgent"] == {"name": order.music_title}


def test_a_film_that_is_only_drawn_claims_no_model(order: CutInput, tmp_path: Path) -> None:
    mute = {scene: voice.model_copy(update={"words": ()}) for scene, voice in order.voice_over.items()}
    drawn = order.model_copy(update={"takes": {}, "voice_over": mute, "storyboard": labelled(order.storyboard, mute, "corner")})
    film = cut(drawn, tmp_path, silence)
    assert (film.origin.source_type, film.origin.label, film.origin.synthetic) == ("algorithmicMedia", "", False)
    assert actions_of(read(tmp_path / "film.mp4")[1])[0]["digitalSourceType"] == TYPES + "algorithmicMedia"
    with av.open(str(tmp_path / "film.mp4")) as opened:
        assert "comment" not in opened.metadata


@pytest.mark.parametrize("kind", KEYS)
def test_an_operators_certificate_signs_in_their_name(order: CutInput, tmp_path: Path, kind: str) -> None:
    certificate, key = certify(tmp_path, kind)
    signing = signing_for(str(certificate), str(key), tmp_path)
    film = cut(order.model_copy(update={"signing": signing}), tmp_path, silence)
    assert (film.origin.signed_by, film.origin.self_made, film.origin.trouble) == ("Harbour Films Ltd", False, "")
    state, manifest, _ = read(tmp_path / "film.mp4")
    assert (state, manifest["signature_info"]["common_name"]) == ("Valid", "Harbour Films Ltd")


@pytest.mark.parametrize("why", ["the key is gone", "nobody can sign", "the key is another's"])
def test_a_film_that_cannot_be_signed_is_whole_and_says_why(order: CutInput, tmp_path: Path, why: str) -> None:
    signing = order.signing
    if why == "the key is gone":
        signing = signing.model_copy(update={"key": str(tmp_path / "gone.pem")})
    elif why == "nobody can sign":
        signing = Signing(trouble="No certificate could be made.")
    else:
        signing = signing.model_copy(update={"key": str(certify(tmp_path, "P-384")[1])})
    film = cut(order.model_copy(update={"signing": signing}), tmp_path, silence)
    assert film.origin.trouble
    assert not film.origin.signed_by
    assert not (tmp_path / "signed.part").exists()
    assert _unsigned(film)[0].startswith("The film carries no content credentials: it could not be signed: ")
    with av.open(str(tmp_path / "film.mp4")) as opened:
        assert sum(1 for _ in opened.decode(video=0)) == film.frames
    with pytest.raises(c2pa.C2paError, match="ManifestNotFound"):
        read(tmp_path / "film.mp4")


async def test_a_vendors_own_manifest_is_an_ingredient_of_ours(order: CutInput, tmp_path: Path) -> None:
    """Read in the jail, as all that vendors send."""
    plain = encode_clip(tmp_path / "plain.mp4", moving())
    said = {
        "claim_generator_info": [{"name": "Vendor"}],
        "title": "Made by a vendor",
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {"actions": [{"action": "c2pa.created", "digitalSourceType": TYPES + "trainedAlgorithmicMedia"}]},
            }
        ],
    }
    certificate, key = certify(tmp_path, name="The Vendor")
    signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo("es256", certificate.read_bytes(), key.read_bytes(), None))
    with plain.open("rb") as unsigned, (tmp_path / "vendors.mp4").open("w+b") as signed, signer:
        c2pa.Builder(json.dumps(said), context()).sign(signer, "video/mp4", unsigned, signed)
    async with open_pool(1, tmp_path) as pool:
        workshop = Workshop(pool, AssetStore(tmp_path / "store"))
        asked = DevelopInput(
            source=str(tmp_path / "vendors.mp4"), still=False, frames=30, fps=30, size=Size(width=320, height=180), scene="scene-2"
        )
        developed = await workshop.examine(jobs.DEVELOP, asked, silence)
        bare = await workshop.examine(jobs.DEVELOP, asked.model_copy(update={"source": str(plain)}), silence)
    assert bare.origin is None
    assert developed.origin is not None
    kept = order.model_copy(update={"origins": {"scene-2": workshop.path(developed.origin)}})
    film = cut(kept, tmp_path, silence)
    assert not film.origin.trouble
    state, manifest, everything = read(tmp_path / "film.mp4")
    assert state == "Valid"
    ingredient = manifest["ingredients"][0]
    theirs = everything["manifests"][ingredient["active_manifest"]]
    assert (theirs["title"], theirs["signature_info"]["common_name"]) == ("Made by a vendor", "The Vendor")
    placed = next(one for one in actions_of(manifest) if one["action"] == "c2pa.placed")
    assert placed["parameters"]["ingredients"]


@pytest.mark.parametrize("content", [b"", b"\0\0\0\x20ftypisom" + b"jumb" * 999, b"junk c2pa"])
async def test_a_manifest_that_is_none_is_left_out(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "clip").write_bytes(content)
    assert ingredient_of(tmp_path / "clip", "video/mp4", "scene-1", tmp_path / "kept") is None
    assert not (tmp_path / "kept").exists()


def test_the_label_is_drawn_in_the_upper_left_corner_and_can_be_read(tmp_path: Path) -> None:
    plain = a_render_order(frames=30, size=Size(width=640, height=360))
    frames: dict[str, np.ndarray] = {}
    for label in ("", LABEL):
        folder = tmp_path / f"reel{label}"
        folder.mkdir()
        render(plain.model_copy(update={"label": label}), folder, silence)
        frames[label] = decoded(folder / "reel.mp4")[20]
    band = label_layers(LABEL, stage_of(plain.model_copy(update={"label": LABEL})))[0].box
    assert band is not None
    assert band.right < 0.35 * 640
    crop = slice(round(band.top), round(band.bottom)), slice(round(band.left), round(band.right))
    assert np.abs(frames[LABEL][crop] - frames[""][crop]).mean() > 10
    found = np.sort(frames[LABEL][crop].mean(axis=2).ravel()) / 255
    bright, dark = found[int(0.99 * len(found))] ** 2.2, found[int(0.4 * len(found))] ** 2.2
    assert (bright + 0.05) / (dark + 0.05) > 4.5
