"""Filming, one shot at a time."""

from typing import Literal

from langgraph.types import Command, Send

from graph.state import RenderCall, SceneCall
from kiwi.film.crew import Crew
from nodes.progress import tell


async def shoot_scene(call: SceneCall, *, crew: Crew) -> Command[Literal["render_scene"]]:
    """Film one shot and send its take on to be rendered."""
    shot, storyboard = call["shot"], call["storyboard"]
    take = await crew.camera.shoot(shot, storyboard, tell("shoot_scene", shot.scene_id, len(storyboard.shots)))
    if take.footage:
        # the graph goes on when every shot is filmed, which may take minutes: render_scene then finds this reel in the store
        await crew.renderer.render(shot, take, storyboard, tell("render_scene", shot.scene_id, len(storyboard.shots)))
    return Command(update={"takes": {shot.id: take}}, goto=Send("render_scene", RenderCall(**call, take=take)))
