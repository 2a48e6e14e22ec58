"""One module per stage, one async function per node; PIPELINE is their order."""

from nodes.brief import hear_brief, read_intent
from nodes.critic import inspect_film
from nodes.edit import cut_film, render_scene
from nodes.script import review_script, write_script
from nodes.sound import record_voice_over, score_music
from nodes.storyboard import draw_storyboard, review_storyboard
from nodes.visuals import shoot_scene

PIPELINE = (
    hear_brief,
    read_intent,
    write_script,
    review_script,
    record_voice_over,
    draw_storyboard,
    review_storyboard,
    shoot_scene,
    score_music,
    render_scene,
    cut_film,
    inspect_film,
)

__all__ = ["PIPELINE"]
