"""Understanding: what was said, and what it means."""

from graph.state import BriefCall, FilmState
from kiwi.errors import BadBrief
from kiwi.film.crew import Crew
from kiwi.film.model import Brief
from nodes.progress import tell


async def hear_brief(state: BriefCall, *, crew: Crew) -> dict[str, object]:
    """Write down the recording; typed words are taken as they are, and are hints for the names in it."""
    report = tell("hear_brief")
    brief = _brief_in(state)
    if brief.recording is None:
        return {"brief": brief, "taken_up": brief, "words": brief.words}
    heard = await crew.listener.listen(brief.recording, report, brief.words)
    return {"brief": brief, "taken_up": brief, "heard": heard, "words": f"{heard.words}\n{brief.words}".strip()}


def _brief_in(state: BriefCall) -> Brief:
    """The brief that came in: the worker hands one in, `langgraph dev` whatever somebody sent, also into a thread that has made a film."""
    words, brief, before = state.get("words", ""), state.get("brief"), state.get("taken_up")
    if brief is not None and (brief != before or words in {"", brief.words} or brief.recording):
        return brief
    if not words.strip():
        raise BadBrief('There is no brief: send {"words": …}.')
    return Brief(words=words)


async def read_intent(state: FilmState, *, crew: Crew) -> dict[str, object]:
    """Find topic, kind, length and mood in the words, unless a conversation has found them already."""
    tell("read_intent")
    understood = state["brief"].intent
    return {"intent": understood or await crew.reader.read(state["words"], state["brief"], state.get("heard"))}
