"""Stills of a film's scenes, drawn when somebody looks and kept for a while under the digest of what they show."""

import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from graph.kept import Kept
from graph.state import FilmState
from kiwi.errors import NoSuchScene
from kiwi.film.job_inputs import RenderInput, StillInput
from kiwi.film.labels import shows_label
from kiwi.film.origin import LABEL
from kiwi.storage.assets import AssetStore, digest_of
from kiwi.work import jobs
from kiwi.work.processes import ChildPool
from kiwi.work.workshop import ask

SIDE = 960
"""Pixels of a still's longer side."""
MOST_KEPT = 256
"""Stills, of some 60 kB each."""


@dataclass(frozen=True)
class Picture:
    """A still that can be drawn."""

    name: str
    """Equal for equal pictures."""
    draw: Callable[[], Awaitable[bytes]]
    """The JPEG. RenderError."""


class Stills:
    """Draws stills, each once while it is remembered."""

    def __init__(self) -> None:
        self._kept: Kept[bytes] = Kept(MOST_KEPT)

    def picture(self, pool: ChildPool, wanted: StillInput) -> Picture:
        """The still of a job input."""
        name = digest_of(jobs.STILL.name, jobs.STILL.version, wanted)

        async def make() -> bytes:
            return base64.b64decode((await ask(pool, jobs.STILL, wanted)).jpeg)

        return Picture(name, lambda: self._kept.get(name, make))


def still_input(known: FilmState, number: int, store: AssetStore) -> StillInput:
    """What a scene, counted from 1, shows: its card, or its footage once that was filmed and rendered. NoSuchScene."""
    storyboard = known.get("storyboard")
    if storyboard is None:
        raise NoSuchScene("The film has no storyboard yet.")
    if not 1 <= number <= len(storyboard.shots):
        raise NoSuchScene(f"The film has no scene {number}: it has {len(storyboard.shots)}.")
    shot = storyboard.shots[number - 1]
    take, reel = known.get("takes", {}).get(shot.id), known.get("reels", {}).get(shot.scene_id)
    filmed = take is not None and take.footage is not None and reel is not None and reel.frames == shot.frames
    footage = str(store.path(take.footage)) if filmed and take and take.footage else ""
    drawn = RenderInput(
        shot=shot.model_copy(update={"prompt": "", "search": "", "source": "", "label": ""}),
        theme=storyboard.theme,
        size=storyboard.size,
        fps=storyboard.fps,
        footage=footage,
        still=bool(footage and take and take.still),
        label=LABEL if shows_label(shot, take) else "",
    )
    return StillInput(drawn=drawn, side=SIDE)
