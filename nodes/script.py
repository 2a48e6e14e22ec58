"""Writing, and letting a person look at what was written."""

from graph.state import FilmState
from kiwi.errors import BadBrief
from kiwi.film.crew import Crew
from kiwi.film.review import Review, is_short
from nodes.asking import ask
from nodes.progress import tell


async def write_script(state: FilmState, *, crew: Crew) -> dict[str, object]:
    """Write what fits the seconds; a strict brief takes no film that is shorter than was asked."""
    tell("write_script")
    script = state["brief"].script or await crew.writer.write(state["intent"])
    if state["brief"].strict and is_short(script, state["intent"]):
        raise BadBrief(script.remarks[0])
    return {"script": script}


async def review_script(state: FilmState, *, crew: Crew) -> dict[str, object]:
    """Let a person look at the script, where the brief wishes it, before voice and pictures are paid for."""
    tell("review_script")
    if state["brief"].review != "script":
        return {"review": Review(approve=True)}
    review, script = ask(state["script"], state["intent"])
    return {"review": review, **({"script": script} if review.edits else {})}
