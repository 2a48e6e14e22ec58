"""How nodes tell that they get on: one custom event each time a share of a stage is done."""

from typing import Literal

from langgraph.config import get_stream_writer
from typing_extensions import TypedDict

from kiwi.film.job_inputs import Report


class Progress(TypedDict):
    """A custom event of the graph."""

    kind: Literal["progress"]
    node: str
    part: str
    """Which of the node's parallel parts (a scene's id); empty when it has only one."""
    parts: int
    """How many parallel parts there are."""
    share: float
    """Done of this part, 0..1."""


def tell(node: str, part: str = "", parts: int = 1) -> Report:
    """Say that a node begins, and get a report for the crew that streams under the node's name."""
    write = get_stream_writer()

    def report(share: float) -> None:
        write(Progress(kind="progress", node=node, part=part, parts=parts, share=share))

    report(0.0)
    return report
