"""Versions of a film: what a retake has replaced stays to be seen, as plain JSON in the task's result."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kiwi.film.model import Film

FILES = "/api/video/file"
MOST_VERSIONS = 5
"""Of a film that are kept, the newest among them; an older one goes when a newer is there."""


def addresses(name: str) -> dict[str, Any]:
    """Where the files of a film lie: ``name`` is its task's id, for a version with ``.v2`` behind."""
    files = {"video_url": "mp4", "poster_url": "jpg", "manifest_url": "json"}
    captions = {"srt": f"{FILES}/{name}.srt", "vtt": f"{FILES}/{name}.vtt"}
    return {"captions": captions, **{what: f"{FILES}/{name}.{suffix}" for what, suffix in files.items()}}


NAME = re.compile(r"(?P<task>[^.]*)(?:\.v(?P<version>[1-9]\d{0,4}))?\.(?P<suffix>[a-z0-9]+)")


def parted(file_name: str) -> tuple[str, int | None, str]:
    """The task, version and kind of a file by its public name: ``<task>.v2.mp4``; no version: the newest; no kind: it is no such name."""
    found = NAME.fullmatch(file_name)
    if found is None:
        return file_name, None, ""
    return found["task"], int(found["version"]) if found["version"] else None, found["suffix"]


def with_versions(task_id: str, result: Mapping[str, Any], before: Mapping[str, Any] | None, now: datetime) -> dict[str, Any]:
    """A new result that also tells of the versions before it."""
    known = versions_of(task_id, before, now) if before else []
    if known and before and before["sha256"] == result["sha256"]:
        known.pop()  # the same film, made again
    earlier = [{**version, "current": False} for version in known][-(MOST_VERSIONS - 1) :]
    number = known[-1]["version"] + 1 if known else 1
    return {**result, "versions": [*earlier, _version(task_id, number, result, now)]}


def versions_of(task_id: str, result: Mapping[str, Any], now: datetime) -> list[dict[str, Any]]:
    """The versions that a result tells of, each with its film; one of before there were versions has one, of now."""
    versions = [dict(version) for version in result.get("versions", ())] or [_version(task_id, 1, result, now)]
    versions[-1]["film"] = result["film"]
    return versions


def film_of(result: Mapping[str, Any], number: int | None) -> Film | None:
    """The film of a version, or without a number the newest; None if it is not kept."""
    versions = result.get("versions", ())
    newest = versions[-1]["version"] if versions else 1
    if number in (None, newest):
        return Film.model_validate(result["film"])
    return next((Film.model_validate(version["film"]) for version in versions if version["version"] == number), None)


def films_of(result: Mapping[str, Any]) -> list[Film]:
    """Every film that is kept."""
    return [Film.model_validate(kept["film"]) for kept in (result, *result.get("versions", ())) if "film" in kept]


def _version(task_id: str, number: int, result: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    told = {name: result[name] for name in ("title", "duration", "sha256", "total_scenes") if name in result}
    made = {"created_at": at.isoformat().replace("+00:00", "Z"), "current": True}
    return {"version": number, **addresses(f"{task_id}.v{number}"), **told, **made}
