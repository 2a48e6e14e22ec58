"""The cut: reels and sound become the film and everything that lies beside it."""

import json
from pathlib import Path

from kiwi.errors import RenderError
from kiwi.film.captions import in_film, write_srt, write_vtt
from kiwi.film.job_inputs import CutInput, Report
from kiwi.film.model import CARDS, Asset, Film, Shot, Take
from kiwi.film.origin import Origin
from kiwi.film.timeline import shots_in_film
from kiwi.render.footage.overlays import captions_over
from kiwi.render.join.credentials import comment_of, origin_of, sign
from kiwi.render.join.mux import Splice, mux
from kiwi.render.join.poster import poster_frame, take_poster
from kiwi.storage.assets import asset_of

JOINED_SHARE = 0.7
"""Of the work, done when the parts are joined."""
MANIFEST_FORMAT = 1


def cut(job_input: CutInput, folder: Path, report: Report) -> Film:
    """Make film.mp4, film.srt, film.vtt, film.jpg and film.json in ``folder``; the same order gives the same
    bytes, but for the signature in the film."""
    storyboard = job_input.storyboard
    fps, seconds = storyboard.fps, storyboard.frames / storyboard.fps
    video = folder / "film.mp4"
    origin = origin_of(job_input)
    parts, sound = splices(job_input), Path(job_input.sound)
    frames = mux(parts, sound, fps, job_input.script.title, video, lambda done: report(JOINED_SHARE * done), comment_of(origin))
    origin = sign(video, origin, job_input)  # nothing may change in the film from here on
    captions = in_film(storyboard)
    (folder / "film.srt").write_text(write_srt(captions, fps), "utf-8", newline="\n")
    (folder / "film.vtt").write_text(write_vtt(captions, fps), "utf-8", newline="\n")
    take_poster(video, poster_frame(storyboard), fps, folder / "film.jpg")
    beside = {name: asset_of(folder / f"film.{suffix}") for name, suffix in SIDECARS.items()}
    text = json.dumps(manifest(job_input, origin, beside), ensure_ascii=False, indent=1)
    (folder / "film.json").write_text(text + "\n", "utf-8", newline="\n")
    report(1.0)
    measures = {"seconds": round(seconds, 6), "frames": frames, "size": storyboard.size, "fps": fps}
    return Film(**beside, manifest=asset_of(folder / "film.json"), **measures, origin=origin)


SIDECARS = {"video": "mp4", "srt": "srt", "vtt": "vtt", "poster": "jpg"}
"""The film's parts and how their files end."""


def splices(job_input: CutInput) -> list[Splice]:
    """The reels in order; RenderError when one is missing."""
    missing = [shot.scene_id for shot in job_input.storyboard.shots if shot.scene_id not in job_input.reels]
    if missing:
        raise RenderError(f"Reels are missing: {', '.join(missing)}.")
    return [Splice(Path(job_input.reels[shot.scene_id]), shot.frames) for shot in job_input.storyboard.shots]


def manifest(job_input: CutInput, origin: Origin, files: dict[str, Asset]) -> dict[str, object]:
    """What the film is made of: everything that somebody who finds it later may want to know."""
    storyboard, intent = job_input.storyboard, job_input.intent
    return {
        "format": MANIFEST_FORMAT,
        "title": job_input.script.title,
        "versions": job_input.versions,
        "seconds": round(storyboard.frames / storyboard.fps, 6),
        "frames": storyboard.frames,
        "fps": storyboard.fps,
        "size": str(storyboard.size),
        "theme": storyboard.theme,
        "brief": intent.original,
        "intent": intent.model_dump(mode="json", exclude={"original", "size"}),
        "loudness": {"lufs": None if job_input.lufs is None else round(job_input.lufs, 2), "true_peak": round(job_input.true_peak, 2)},
        "sources": [source.model_dump() for source in job_input.script.sources],
        "music": {"title": job_input.music_title, "sha256": job_input.music_digest},
        "scenes": [_scene(job_input, shot, starts_at) for shot, starts_at in shots_in_film(storyboard)],
        "origin": {**origin.model_dump(mode="json"), "comment": comment_of(origin)},
        "files": {f"film.{SIDECARS[name]}": {"sha256": asset.digest, "bytes": asset.size} for name, asset in files.items()},
    }


def _scene(job_input: CutInput, shot: Shot, starts_at: int) -> dict[str, object]:
    """One scene's entry, times in seconds of the film."""
    fps = job_input.storyboard.fps
    scene = next(scene for scene in job_input.script.scenes if scene.id == shot.scene_id)
    voice, take = job_input.voice_over.get(shot.scene_id), job_input.takes.get(shot.scene_id)
    begins = (starts_at + shot.voice_starts) / fps
    return {
        "id": scene.id,
        "role": scene.role,
        "form": scene.form,
        "title": scene.title,
        "origin": scene.origin,
        "card": shot.card.kind,
        "start": round(starts_at / fps, 6),
        "end": round((starts_at + shot.frames) / fps, 6),
        "frames": shot.frames,
        "entrance": shot.entrance,
        "exit": shot.exit,
        "captions_in_picture": captions_over(shot) if take and take.footage else bool(shot.burned),
        "voice_over": scene.voice_over,
        "words": [{"text": word.text, "start": round(begins + word.start, 3), "end": round(begins + word.end, 3)} for word in voice.words]
        if voice
        else [],
        **_camera(take),
        "reel": asset_of(Path(job_input.reels[shot.scene_id])).digest,
        "voice": voice.asset.digest if voice else "",
    }


def _camera(take: Take | None) -> dict[str, object]:
    """Who filmed a scene, and whose footage it is."""
    if take is None:
        return {"camera": CARDS}
    footage = {"footage": take.footage.digest} if take.footage else {}
    return {"camera": take.camera, **footage, **({"credit": take.credit.model_dump()} if take.credit else {})}
