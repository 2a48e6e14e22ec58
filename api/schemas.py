"""What routes answer, for the API's description: answers are made elsewhere, and a test holds them against these."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kiwi.tasks.task import Phase, Status


class Answer(BaseModel):
    """Fields may be added to any answer, and none is ever taken away."""

    model_config = ConfigDict(extra="allow")


class Problem(Answer):
    """Why a request was not done (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str = Field(description="For programs: it stays the same where the sentence does not")
    detail: str = Field(description="One sentence that says what to change, and who can")
    field: str = Field("", description="What must be changed, where one field is at fault")
    request_id: str = Field("", description="The same as in X-Request-ID and in the operator's log")


class Created(Answer):
    """A film that was promised."""

    task_id: str
    status: Status
    message: str
    created_at: datetime


class ShownScene(Answer):
    """A scene as far as it is known."""

    scene_number: int = Field(ge=1)
    title: str
    description: str = Field(description="What is said")
    state: Literal["waiting", "rendering", "ready"]
    progress: int = Field(ge=0, le=100)


class Known(Answer):
    """What is known of the film so far."""

    is_multi_scene: bool = False
    scenes: list[ShownScene] = Field(default_factory=list)
    seconds_left: float | None = None


class Result(Answer):
    """The finished film."""

    video_url: str = Field(description="A path below this server")
    captions: dict[str, str]
    poster_url: str
    manifest_url: str
    is_multi_scene: bool
    total_scenes: int
    scenes_generated: int
    video_prompt: str
    title: str
    duration: float = Field(description="Seconds")
    resolution: str
    fps: int
    size: int = Field(description="Bytes")
    sha256: str


class FilmTask(Answer):
    """A task as it stands."""

    task_id: str
    status: Status
    phase: Phase
    progress: int = Field(ge=0, le=100, description="Percent; 100 only when completed")
    message: str
    result: Result | None
    error: str | None = Field(description="Why there is no film, in one sentence")
    transcription: str | None = Field(None, description="What was heard; absent where nothing was recorded")
    data: Known
    attempt: int
    seq: int
    created_at: datetime
    updated_at: datetime


class Said(Answer):
    """That it was done."""

    message: str


class Ticket(Answer):
    """What opens streams, once."""

    ticket: str
    expires_in: int = Field(description="Seconds")


class Estimate(Answer):
    """What a film would cost."""

    currency: str
    total: float
    lines: list[dict[str, Any]]


class TurnMessage(Answer):
    """A message of either side."""

    id: str
    role: Literal["user", "assistant"]
    content: str
    type: Literal["text", "audio"]
    timestamp: datetime


class Turn(Answer):
    """A conversation as it stands."""

    conversation_id: str
    state: Literal["active", "clarifying", "confirmed", "generating", "completed", "cancelled"]
    ai_response: str
    needs_clarification: bool
    questions: list[str]
    accumulated_intent: dict[str, Any]
    ready_to_generate: bool
    task_id: str | None = Field(description="Of an answer to a message: the film that it started, if it did")
    messages: list[TurnMessage]


class Generated(Answer):
    """The film of a conversation, promised."""

    conversation_id: str
    task_id: str
    message: str


class Health(Answer):
    """What is configured, never a key."""

    status: Literal["healthy"]
    service: str
    version: str
    configured: dict[str, Any]


MODELS = (Problem, Created, FilmTask, Said, Ticket, Estimate, Turn, Generated, Health)
