"""What a host keeps, or a person edits, as plain JSON comes into a node as our nouns."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, get_type_hints

from pydantic import TypeAdapter

from kiwi.film.crew import Crew

Node = Callable[..., Awaitable[Any]]


def typed(node: Node, crew: Crew) -> Node:
    """The node with its crew, fed with what its first parameter says it takes; pydantic.ValidationError for what cannot be that."""
    takes, *_ = get_type_hints(node, include_extras=True).values()
    return partial(_run, node=node, kind=TypeAdapter(takes), crew=crew)


async def _run(state: Mapping[str, Any], *, node: Node, kind: TypeAdapter[Any], crew: Crew) -> Any:
    return await node(kind.validate_python(state), crew=crew)
