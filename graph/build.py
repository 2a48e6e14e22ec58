"""The film graph: reads like the diagram in the README."""

from collections.abc import Sequence
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import RetryPolicy, Send

from graph.state import FilmInput, FilmOutput, FilmState, SceneCall
from graph.typed import typed
from kiwi.errors import ProviderBusy
from kiwi.film.crew import Crew
from kiwi.film.model import Shot, Storyboard
from kiwi.film.review import Review
from nodes import PIPELINE

WHEN_BUSY = RetryPolicy(retry_on=ProviderBusy, max_attempts=5)

LONG = 2
"""A shot is long if all that are left to film are so many times as long together."""

SENDS_ON = {"shoot_scene": ("render_scene",)}
"""A take goes on to be rendered by the node that got it: no router could tell whose take it is."""

FilmGraph = CompiledStateGraph[FilmState, Any, FilmInput, FilmOutput]


def build_graph(crew: Crew, checkpointer: BaseCheckpointSaver[str] | None = None) -> FilmGraph:
    """Compile the graph for one film's crew; without a checkpointer for hosts that bring their own."""
    film = StateGraph(FilmState, input_schema=FilmInput, output_schema=FilmOutput)

    for node in PIPELINE:
        film.add_node(node.__name__, typed(node, crew), retry_policy=WHEN_BUSY, destinations=SENDS_ON.get(node.__name__))

    film.add_edge(START, "hear_brief")
    film.add_edge("hear_brief", "read_intent")
    film.add_edge("read_intent", "write_script")
    film.add_edge("write_script", "review_script")

    film.add_conditional_edges("review_script", if_approved, ["record_voice_over", END])
    film.add_edge("record_voice_over", "draw_storyboard")

    film.add_edge("draw_storyboard", "review_storyboard")

    film.add_conditional_edges("review_storyboard", if_looked_at, ["shoot_scene", "record_voice_over", END])
    film.add_edge("shoot_scene", "score_music")

    # both end in one step, so that whichever edge is looked at says what comes next; a join would say nothing in between
    film.add_edge("render_scene", "cut_film")
    film.add_edge("score_music", "cut_film")
    film.add_edge("cut_film", "inspect_film")
    film.add_edge("inspect_film", END)

    return film.compile(checkpointer=checkpointer, name="film")


def if_approved(state: FilmState) -> str:
    """What costs money begins only with a script that was let through."""
    return "record_voice_over" if Review.model_validate(state["review"]).approve else END


def if_looked_at(state: FilmState) -> str | list[Send]:
    """Nothing is filmed before a person who wants to see the storyboard let it through; what they changed is spoken and drawn first."""
    review = Review.model_validate(state["storyboard_review"])
    if review.edits:
        return "record_voice_over"
    return every_shot(state) if review.approve else END


def every_shot(state: FilmState) -> list[Send]:
    """Fan out: each shot of the storyboard is filmed on its own."""
    storyboard = Storyboard.model_validate(state["storyboard"])
    return [Send("shoot_scene", SceneCall(shot=shot, storyboard=storyboard)) for shot in in_turn_to_film(storyboard.shots)]


def in_turn_to_film(shots: Sequence[Shot]) -> list[Shot]:
    """The film's order, which is how its preview is watched; but the longest comes before the others as soon as they are hardly longer
    together, so that no core is left waiting for it at the end."""
    first, left = list(shots[:1]), list(shots[1:])
    while left:
        longest = max(left, key=lambda shot: shot.frames)
        others = sum(shot.frames for shot in left) - longest.frames
        first.append(longest if others <= LONG * longest.frames else left[0])
        left.remove(first[-1])
    return first
