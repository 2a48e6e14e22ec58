"""A reply's JSON schema, as short as servers understand it, and the JSON in what a model said."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

NEEDLESS = frozenset({"title", "description", "default", "additionalProperties", "$defs"})
"""For an answer: a model reads what its fields mean in the instructions."""

THOUGHTS_END = "</think>"
MOST_BRACES = 200
"""Looked at for the beginning of an object."""


@cache
def schema_of(kind: type[BaseModel]) -> dict[str, Any]:
    """The schema of a reply by its title; nothing in it refers to elsewhere."""
    whole = kind.model_json_schema()
    return {"title": kind.__name__, **_short(whole, whole.get("$defs", {}))}


def written(kind: type[BaseModel]) -> str:
    """The schema as text, for a prompt."""
    return json.dumps({name: part for name, part in schema_of(kind).items() if name != "title"}, separators=(",", ":"))


def _short(schema: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    if reference := schema.get("$ref"):
        return _short(known[reference.rpartition("/")[2]], known)
    short: dict[str, Any] = {}
    for name, part in schema.items():
        if name == "properties":
            short[name] = {field: _short(inner, known) for field, inner in part.items()}
        elif name == "items":
            short[name] = _short(part, known)
        elif name not in NEEDLESS and not (name == "type" and "enum" in schema):
            short[name] = part
    return short


def json_in(text: str) -> str:
    """The last JSON object of a text, whatever stands around it: thoughts, fences, politeness; the text itself if there is none."""
    said = text.rpartition(THOUGHTS_END)[2]
    if said.lstrip().startswith("{"):
        return said
    decoder, at, found = json.JSONDecoder(), 0, said
    for _ in range(MOST_BRACES):
        start = said.find("{", at)
        if start < 0:
            break
        try:
            _, at = decoder.raw_decode(said, start)
            found = said[start:at]
        except (ValueError, RecursionError):
            at = start + 1
    return found
