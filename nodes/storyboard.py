"""Planning the pictures, and letting a person look at the plan."""

from graph.state import FilmState
from kiwi.film.crew import Crew
from kiwi.film.labels import labelled
from kiwi.film.review import Review
from nodes.asking import ask
from nodes.progress import tell


async def draw_storyboard(state: FilmState, *, crew: Crew) -> dict[str, object]:
    """Plan one shot a scene; after a retake the shots that did not change stay."""
    tell("draw_storyboard")
    before = state.get("storyboard")
    storyboard = await crew.artist.draw(state["script"], state["voice_over"], state["intent"], state["brief"], before=before)
    storyboard = labelled(storyboard, state["voice_over"], state["brief"].label)
    if before is not None:
        same = storyboard.model_copy(update={"revision": before.revision})
        storyboard = same if same == before else same.model_copy(update={"revision": before.revision + 1})
    return {"storyboard": storyboard}


async def review_storyboard(state: FilmState, *, crew: Crew) -> dict[str, object]:
    """Let a person look at the storyboard, where the brief wishes it, before anything is filmed; who let it through is not asked again."""
    tell("review_storyboard")
    let_through = "storyboard_review" in state and state["storyboard_review"].approve
    if state["brief"].review != "storyboard" or let_through:
        return {"storyboard_review": Review(approve=True)}
    review, script = ask(state["script"], state["intent"], state["storyboard"])
    return {"storyboard_review": review, **({"script": script} if review.edits else {})}
