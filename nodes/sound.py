"""Sound: it comes first, so that every shot's length is known in whole frames."""

from graph.state import FilmState
from kiwi.film.crew import Crew, together
from kiwi.film.model import VoiceOver
from nodes.progress import tell

SCORED_SHARE = 0.2
"""Of score_music's work, done when there is music."""
MOST_VOICES = 4
"""Narrators that a film may go through."""


async def record_voice_over(state: FilmState, *, crew: Crew) -> dict[str, object]:
    """Speak every scene that has words, all of them in one voice: when a narrator fails in one scene, the next speaks the whole film."""
    spoken = [scene for scene in state["script"].scenes if scene.voice_over]
    voices: dict[str, VoiceOver] = {}
    for _ in range(MOST_VOICES):
        speaking = {scene.id: crew.narrator.narrate(scene, tell("record_voice_over", scene.id, len(spoken))) for scene in spoken}
        voices = await together(speaking)
        if len({voice.by for voice in voices.values()}) <= 1:
            break
    return {"voice_over": voices}


async def score_music(state: FilmState, *, crew: Crew) -> dict[str, object]:
    """Lay music of the film's mood under its whole length, and mix the voices in: cut_film then finds the sound in the store."""
    storyboard, report = state["storyboard"], tell("score_music")
    seconds = storyboard.frames / storyboard.fps
    music = await crew.composer.score(state["intent"], seconds, lambda done: report(SCORED_SHARE * done))
    await crew.editor.mix(storyboard, state["voice_over"], music, lambda done: report(SCORED_SHARE + (1 - SCORED_SHARE) * done))
    return {"music": music}
