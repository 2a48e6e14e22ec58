"""What a task shows of itself, in a shell and in a notebook."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from html import escape
from typing import Any, Self

from kiwi.client.wire import NoFilm, State

BAR = '<div style="background:#8884;border-radius:4px;height:8px;max-width:480px"><div style="{}"></div></div>'
DONE = "background:{};border-radius:4px;height:8px;width:{}%"
COLOURS = {"completed": "#2e9e5b", "failed": "#c8413b", "cancelled": "#888888"}


class Shown(ABC):
    """A task's latest state, read by name, and pictured."""

    client: Any
    """The client it came from."""

    @property
    @abstractmethod
    def state(self) -> State:
        """The task as last heard of."""

    @property
    def id(self) -> str:
        """The task's id, which is also its thread's."""
        return self.state.id

    @property
    def status(self) -> str:
        """Where it stands."""
        return self.state.status

    @property
    def progress(self) -> int:
        """Percent."""
        return self.state.progress

    @property
    def result(self) -> Mapping[str, Any]:
        """URLs and figures of the finished film; NoFilm if there is none, or not yet."""
        if self.state.result is None:
            raise NoFilm(self.state)
        return self.state.result

    def finished(self) -> Self:
        """Itself, once there is a film or a question; NoFilm."""
        if self.state.status not in {"completed", "awaiting_review"}:
            raise NoFilm(self.state)
        return self

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id} {self.status} {self.progress}%>"

    def _repr_html_(self) -> str:
        """A bar and a line of text; of a finished film a player, if a browser may fetch it without a key."""
        state = self.state
        style = DONE.format(COLOURS.get(state.status, "#3b7dd8"), max(0, min(100, int(state.progress))))
        title = str((state.result or {}).get("title", state.id))
        says = state.error or state.message
        page = f"<b>{escape(title)}</b> · {escape(state.status)} {int(state.progress)}% · {escape(says)}{BAR.format(style)}"
        if state.result is not None and self.client.open_to_all:
            film, poster = (escape(self.client.url + state.address(what)) for what in ("film", "poster"))
            page += f'<video controls preload="none" style="max-width:480px;max-height:480px" src="{film}" poster="{poster}"></video>'
        return page
