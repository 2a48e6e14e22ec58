"""Understanding: what was said, and what it means."""

from graph.state import FilmState
from kiwi.film.crew import Crew
from kiwi.film.model import Brief
from nodes.progress import tell


async def hear_brief(state: FilmState, *, crew: Crew) -> dict[str, object]:
    """Write down the recording; typed words are taken as they are, and are hints for the names in it."""
    report = tell("hear_brief")
    # LangServe and the worker hand in a Brief, `langgraph dev` a dict
    brief = Brief.model_validate(state["brief"])
    if brief.recording is None:
        return {"brief": brief, "words": brief.words}
    heard = await crew.listener.listen(brief.recording, report, brief.words)
    return {"brief": brief, "heard": heard, "words": f"{heard.words}\n{brief.words}".strip()}


async def read_intent(state: FilmState, *, crew: Crew) -> dict[str, object]:
    """Find topic, kind, length and mood in the words, unless a conversation has found them already."""
    tell("read_intent")
    understood = state["brief"].intent
    return {"intent": understood or await crew.reader.read(state["words"], state["brief"], state.get("heard"))}
