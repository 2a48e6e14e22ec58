"""The last look."""

from graph.state import FilmState
from kiwi.film.crew import Crew
from kiwi.film.model import film_seconds
from nodes.progress import tell


async def inspect_film(state: FilmState, *, crew: Crew) -> dict[str, object]:
    """Decode the finished film and measure it; its faults are told to the client, never hidden."""
    reels = [state["reels"][shot.scene_id] for shot in state["storyboard"].shots]
    intent = state["intent"].model_copy(update={"seconds": film_seconds(state["intent"], state["script"])})
    return {"inspection": await crew.critic.inspect(state["film"], reels, intent, tell("inspect_film"))}
