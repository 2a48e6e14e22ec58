"""What routes answer, for the API's description: answers are made elsewhere, and a test holds them against these."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kiwi.film.review import CARD_KINDS
from kiwi.tasks.deliveries import State
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


class Question(Answer):
    """What a person is asked to look at."""

    stage: Literal["script", "storyboard"]
    revision: int = Field(description="To be sent back with the answer")
    message: str


class Known(Answer):
    """What is known of the film so far."""

    is_multi_scene: bool = False
    scenes: list[ShownScene] = Field(default_factory=list)
    seconds_left: float | None = None
    understood: dict[str, Any] | None = Field(None, description="What the brief was taken to want")
    review: Question | None = Field(None, description="There while the film awaits its review")


class Version(Answer):
    """A film as it was before or after a retake."""

    version: int = Field(ge=1)
    current: bool
    video_url: str


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
    faults: list[str] = Field(description="What the finished film was found to lack, a sentence each")
    remarks: list[str] = Field(description="What was left out or done otherwise than asked, a sentence each")
    degraded: list[dict[str, Any]] = Field(description="Scenes that another camera had to film")
    versions: list[Version] = Field(default_factory=list, description="The film's versions that are kept, the newest last")


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


class BoardScene(Answer):
    """A scene as it may be changed; it can be sent back to the review as it is."""

    scene_number: int = Field(ge=1)
    id: str
    title: str
    description: str = Field(description="What is said")
    card: str = Field("", description="How it is drawn; absent before there is a storyboard", json_schema_extra={"enum": ["", *CARD_KINDS]})
    prompt: str = Field("", description="What a camera is asked to film")
    seconds: float | None = None
    still_url: str = Field("", description="A path below this server; absent before there is a storyboard")


class Board(Answer):
    """The script, or the storyboard once it is drawn."""

    task_id: str
    stage: Literal["script", "storyboard"]
    revision: int
    title: str
    size: str = Field(description="Pixels: width x height")
    cards: list[str] = Field(description="How a scene can be drawn")
    scenes: list[BoardScene]
    estimate: Estimate


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


class Ready(Answer):
    """New work is taken."""

    status: Literal["ready"]


class SessionState(Answer):
    """Who this browser is."""

    needs_key: bool
    signed_in: bool
    name: str = Field("", description="Whose key was shown; absent where none was")


class WebhookDelivery(Answer):
    """One event of a film, to be told to one address."""

    id: str = Field(description="The webhook-id, the same for every try")
    task_id: str
    type: str = Field(description="Such as film.completed")
    seq: int = Field(description="Of the event in the film's log")
    url: str
    state: State
    tries: int
    status: int | None = Field(description="HTTP status of the latest answer")
    error: str = Field(description="Why the latest try failed; empty: it did not")
    created_at: datetime
    next_at: datetime | None
    delivered_at: datetime | None


class WebhookEvent(Answer):
    """What a receiver is told."""

    type: Literal["film.completed", "film.failed", "film.cancelled", "film.awaiting_review"]
    timestamp: datetime
    data: FilmTask


class WebhookSecret(Answer):
    """What webhooks are signed with, by Standard Webhooks."""

    secret: str
    former_signs_until: datetime | None
