"""Writing."""

from graph.state import FilmState
from kiwi.crew import Crew
from nodes.progress import tell


async def write_script(state: FilmState, *, crew: Crew) -> dict[str, object]:
    """Write what fits the seconds."""
    tell("write_script")
    return {"script": await crew.writer.write(state["intent"])}
