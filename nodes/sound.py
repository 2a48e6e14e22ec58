"""Sound: it comes first, so that every shot's length is known in whole frames."""

from graph.state import FilmState
from kiwi.crew import Crew, together
from nodes.progress import tell


async def record_voice_over(state: FilmState, *, crew: Crew) -> dict[str, object]:
    """Speak every scene that has words."""
    spoken = [scene for scene in state["script"].scenes if scene.voice_over]
    voices = {scene.id: crew.narrator.narrate(scene, tell("record_voice_over", scene.id, len(spoken))) for scene in spoken}
    return {"voice_over": await together(voices)}


async def score_music(state: FilmState, *, crew: Crew) -> dict[str, object]:
    """Lay music of the film's mood under its whole length."""
    storyboard = state["storyboard"]
    return {"music": await crew.composer.score(state["intent"], storyboard.frames / storyboard.fps, tell("score_music"))}
