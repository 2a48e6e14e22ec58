"""What a client gets when the film is there, in the wire contract's words."""

from collections.abc import Mapping
from typing import Any

from graph.editing import EDITED
from graph.state import FilmState
from kiwi.film.model import Credit, Fall, Film, Made
from kiwi.tasks.versions import FILES, addresses


def result_of(task_id: str, state: FilmState, cost: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A finished thread as plain JSON."""
    film, script, inspection = state["film"], state["script"], state["inspection"]
    return {
        **addresses(task_id),
        "editing": {kind: f"{FILES}/{task_id}.{kind}" for kind in EDITED},
        "is_multi_scene": len(script.scenes) > 1,
        "total_scenes": len(script.scenes),
        "scenes_generated": len(state["storyboard"].shots),
        "video_prompt": state["words"],
        "title": script.title,
        "duration": film.seconds,
        "resolution": str(film.size),
        "fps": film.fps,
        "size": film.video.size,
        "sha256": film.video.digest,
        "faults": [*inspection.faults, *_unsigned(film)],
        "origin": film.origin.model_dump(mode="json", include={"source_type", "label", "labelled", "signed_by", "self_made"}),
        "remarks": [remark for one in made_in(state) for remark in one.remarks],
        "sources": [source.model_dump() for source in script.sources],
        "degraded": [fall.model_dump() for fall in falls_of(state)],
        "credits": [credit.model_dump() for credit in credits_of(state)],
        **({} if cost is None else {"cost": dict(cost)}),
        "film": film.model_dump(mode="json"),
    }


def _unsigned(film: Film) -> list[str]:
    trouble = film.origin.trouble
    return [f"The film carries no content credentials: it could not be signed: {trouble.rstrip('.')}."] if trouble else []


def credits_of(state: FilmState) -> list[Credit]:
    """Whose footage the film shows, in the order of the scenes."""
    takes = [state["takes"][shot.id] for shot in state["storyboard"].shots if shot.id in state["takes"]]
    return [take.credit for take in takes if take.credit]


def falls_of(state: FilmState) -> list[Fall]:
    """Every step down of a finished thread, in the order of the stages and of the scenes."""
    return [fall for one in made_in(state) for fall in one.falls]


def made_in(state: FilmState) -> list[Made]:
    """Everything that a finished thread has made, in the order of the stages and of the scenes."""
    shots = state["storyboard"].shots
    voices = [state["voice_over"][shot.scene_id] for shot in shots if shot.scene_id in state["voice_over"]]
    takes = [state["takes"][shot.id] for shot in shots if shot.id in state["takes"]]
    heard = [state["heard"]] if "heard" in state else []
    return [*heard, state["intent"], state["script"], *voices, state["storyboard"], *takes, state["inspection"]]
