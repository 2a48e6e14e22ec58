"""Planning the pictures."""

from graph.state import FilmState
from kiwi.film.crew import Crew
from kiwi.film.labels import labelled
from nodes.progress import tell


async def draw_storyboard(state: FilmState, *, crew: Crew) -> dict[str, object]:
    """Plan one shot a scene; after a retake the shots that did not change stay."""
    tell("draw_storyboard")
    storyboard = await crew.artist.draw(
        state["script"], state["voice_over"], state["intent"], state["brief"], before=state.get("storyboard")
    )
    return {"storyboard": labelled(storyboard, state["voice_over"], state["brief"].label)}
