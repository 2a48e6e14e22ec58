"""Writing, and letting a person look at what was written."""

from langgraph.types import interrupt

from graph.state import FilmState
from kiwi.errors import BadBrief
from kiwi.film.crew import Crew
from kiwi.film.model import Script
from kiwi.film.review import Review, edited, is_short, parse_review, question
from nodes.progress import tell


async def write_script(state: FilmState, *, crew: Crew) -> dict[str, object]:
    """Write what fits the seconds; a strict brief takes no film that is shorter than was asked."""
    tell("write_script")
    script = await crew.writer.write(state["intent"])
    if state["brief"].strict and is_short(script, state["intent"]):
        raise BadBrief(script.remarks[0])
    return {"script": script}


async def review_script(state: FilmState, *, crew: Crew) -> dict[str, object]:
    """Let a person look at the script, where the brief wishes it, before voice and pictures are paid for."""
    tell("review_script")
    if not state["brief"].review:
        return {"review": Review(approve=True)}
    review = _ask(state["script"])
    return {"review": review, **({"script": edited(state["script"], *review.edits)} if review.edits else {})}


def _ask(script: Script) -> Review:
    """Stop the thread until somebody has answered; an answer that makes no sense is asked for again."""
    fault = ""
    while True:
        try:
            return parse_review(interrupt(question(script, fault)), len(script.scenes))
        except BadBrief as wrong:
            fault = str(wrong)
