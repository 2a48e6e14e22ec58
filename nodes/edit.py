"""Editing: reels, and the film joined from them."""

from langgraph.config import get_config

from graph.state import FilmState, RenderCall
from kiwi.film.crew import Crew
from nodes.progress import tell


async def render_scene(call: RenderCall, *, crew: Crew) -> dict[str, object]:
    """Draw and encode one shot with its captions and transitions in it; it is judged at once, while others are still drawn."""
    shot, storyboard = call["shot"], call["storyboard"]
    report = tell("render_scene", shot.scene_id, len(storyboard.shots))
    reel = await crew.renderer.render(shot, call["take"], storyboard, report)
    await crew.critic.watch(reel)
    return {"reels": {shot.scene_id: reel}}


async def cut_film(state: FilmState, *, crew: Crew) -> dict[str, object]:
    """Join reels, voice and music; write captions, poster and manifest. What was made for scenes that are no more stays out."""
    reels = {shot.scene_id: state["reels"][shot.scene_id] for shot in state["storyboard"].shots}
    film = await crew.editor.cut(
        state["intent"],
        state["script"],
        state["storyboard"],
        state["voice_over"],
        state["takes"],
        reels,
        state["music"],
        tell("cut_film"),
    )
    thread = get_config().get("configurable", {}).get("thread_id", "")
    return {"film": film, "video_url": f"/api/video/file/{thread}.mp4"}
