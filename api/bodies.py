"""JSON bodies: parsed beside the loop when they are large, and refused when they hold more than any request of ours."""

import asyncio
import json
from typing import Any

import orjson
from starlette.requests import Request

from api.problems import Refusal

LARGE = 256 * 1024
"""Bytes that take the loop longer than a moment.

They are parsed in a thread, which keeps Python's lock all the while: by a parser that makes no numbers of thousands of digits.
"""
MOST_MARKS = 50_000
"""Commas and colons of a body, wherever they stand: a brief may consist of them, yet four million keys do not pass.

They are counted as the body comes in (`api.limits`), because parsing is what costs.
"""
MOST_ELEMENTS = 10_000
"""Values that a body may hold, inside one another or not."""
TOO_MANY = f"The request holds more than {MOST_ELEMENTS:,} fields and values: send fewer."


def marks_in(part: bytes) -> int:
    """How many fields and values a part of a body may bring."""
    return part.count(b",") + part.count(b":")


async def read_json(request: Request) -> Any:
    """A request's body as plain JSON of no more values than can be meant. Refusal."""
    parsed = await parse_json(request)
    check_elements(parsed)
    return parsed


async def parse_json(request: Request) -> Any:
    """A request's body as plain JSON. Refusal."""
    body = await request.body()
    try:
        return json.loads(body) if len(body) <= LARGE else await asyncio.to_thread(orjson.loads, body)
    except (ValueError, RecursionError) as failure:
        raise Refusal(400, "The body is not JSON.") from failure


def check_elements(parsed: Any) -> None:
    """Refusal of plain JSON that holds too many values; looks at no more of them."""
    waiting, seen = [parsed], 0
    while waiting:
        value = waiting.pop()
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        seen += len(inner)
        if seen > MOST_ELEMENTS:
            raise Refusal(422, TOO_MANY)
        waiting.extend(inner)
