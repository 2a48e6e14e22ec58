"""What an emulator can be told to do instead of the right thing: the scenarios, their details and the marker in a prompt."""

import re
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict


class Scenario(StrEnum):
    """One way a vendor behaves; every row of the contract suite that is the vendor's doing has its names here."""

    HAPPY = "happy"
    # refused in the vendor's own words
    BAD_KEY = "bad-key"
    INVALID_REQUEST = "invalid-request"
    OUT_OF_CREDITS = "out-of-credits"
    BUSY = "busy"
    DAILY_QUOTA = "daily-quota"
    SERVER_ERROR = "server-error"
    MODERATED_INPUT = "moderated-input"
    # answered in no one's words
    HTML_BODY = "html-body"
    EMPTY_BODY = "empty-body"
    TRUNCATED_JSON = "truncated-json"
    ACCEPTED_THEN_SILENT = "accepted-then-silent"
    ACCEPTED_THEN_CUT = "accepted-then-cut"
    # the job goes its own way
    MODERATED_OUTPUT = "moderated-output"
    FAILED = "failed"
    THROTTLED_LONG = "throttled-long"
    NEVER_FINISHES = "never-finishes"
    CANCELLED_REMOTELY = "cancelled-remotely"
    UNKNOWN_STATUS = "unknown-status"
    EXTRA_FIELDS = "extra-fields"
    MISSING_OPTIONAL = "missing-optional"
    # a language model answers, but not as asked
    OFF_SCHEMA = "off-schema"
    INVALID_JSON = "invalid-json"
    MAX_TOKENS = "max-tokens"
    # the download goes wrong
    EXPIRED_URL = "expired-url"
    SHORT_CONTENT_LENGTH = "short-content-length"
    CUT_CHUNKED = "cut-chunked"
    NO_LENGTH_EARLY_CLOSE = "no-length-early-close"
    ZERO_BYTES = "zero-bytes"
    HTML_DOWNLOAD = "html-download"
    WRONG_CONTENT_TYPE = "wrong-content-type"
    OVERSIZED = "oversized"
    SLOW_DRIP = "slow-drip"
    REDIRECT_TO_PRIVATE = "redirect-to-private"
    REDIRECT_TO_FILE = "redirect-to-file"
    # the media is not what was ordered
    NOT_A_VIDEO = "not-a-video"
    WRONG_SIZE = "wrong-size"
    WRONG_FPS = "wrong-fps"
    VARIABLE_FPS = "variable-fps"
    SHORT_CLIP = "short-clip"
    NO_AUDIO = "no-audio"
    WITH_AUDIO = "with-audio"
    ROTATED = "rotated"
    HEVC = "hevc"
    TEN_BIT = "ten-bit"
    MOOV_AT_END = "moov-at-end"


class Stage(StrEnum):
    """A door of a vendor."""

    CREATE = "create"
    POLL = "poll"
    RESULT = "result"
    DOWNLOAD = "download"
    CANCEL = "cancel"


REFUSALS = frozenset(
    {
        Scenario.BAD_KEY,
        Scenario.INVALID_REQUEST,
        Scenario.OUT_OF_CREDITS,
        Scenario.BUSY,
        Scenario.DAILY_QUOTA,
        Scenario.SERVER_ERROR,
        Scenario.MODERATED_INPUT,
    }
)
"""Answered by the vendor's ``refuse``."""
GARBLED = frozenset(
    {
        Scenario.HTML_BODY,
        Scenario.EMPTY_BODY,
        Scenario.TRUNCATED_JSON,
        Scenario.ACCEPTED_THEN_SILENT,
        Scenario.ACCEPTED_THEN_CUT,
    }
)
"""What was asked is done, and the answer tells nobody."""
AT_THE_DOOR = REFUSALS | GARBLED
"""Can happen at any stage."""


class Script(BaseModel):
    """A scenario with its details; a detail a scenario has no use for is ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scenario: Scenario = Scenario.HAPPY
    times: int | None = 1
    """How many creates it is for; None: all until cleared."""
    on: Stage = Stage.CREATE
    """Where a refusal or a garbled answer happens."""
    nth: int = 1
    """The first visit to that stage (of one job) at which it happens."""
    count: int | None = 1
    """For how many visits (expired-url: issued links) it lasts; None: for ever."""
    at_end: bool = False
    """Moderated input: found when the job ends, not when it is submitted."""
    status: int | None = None
    """HTTP status instead of the scenario's usual one."""
    field: str | None = None
    """Invalid request: the field that is complained about."""
    code: str | None = None
    """The vendor's own failure code or status word, instead of the usual one."""
    retry_after: str | None = None
    """Busy: the Retry-After header as it is sent, seconds or an HTTP date."""
    retry_after_ms: int | None = None
    """Busy: the retry-after-ms header."""
    retry_delay: str | None = None
    """Busy: RetryInfo's retryDelay, such as 7s."""
    seconds: float | None = None
    """Throttled: how long; short clip: how much is delivered; slow drip: the pause between pieces."""
    size: int | None = None
    """Oversized: how many bytes."""
    declared: bool = True
    """Oversized: whether a Content-Length says so."""
    width: int = 480
    height: int = 480
    """Wrong size: what is delivered instead."""
    fps: int = 15
    """Wrong frame rate: what is delivered instead."""
    location: str | None = None
    """Redirects: where to."""

    def at(self, stage: Stage) -> bool:
        """Whether its refusal or garbled answer happens at this stage."""
        if self.scenario is Scenario.MODERATED_INPUT and self.at_end:
            return False
        return self.scenario in AT_THE_DOOR and self.on is stage

    def due(self, visit: int) -> bool:
        """Whether it happens at this visit, the first being 1."""
        return self.nth <= visit and (self.count is None or visit < self.nth + self.count)

    @classmethod
    def marked(cls, prompt: str) -> Self | None:
        """The script a prompt carries: ``[[scenario:busy retry_after=7]]``; for all creates unless it says ``times=``."""
        found = MARKER.search(prompt)
        if not found:
            return None
        details = dict(part.partition("=")[::2] for part in found["details"].split())
        return cls.model_validate({"times": None, **details, "scenario": found["name"].replace("_", "-").lower()})


HAPPY = Script(times=None)
MARKER = re.compile(r"\[\[scenario:\s*(?P<name>[\w-]+)(?P<details>[^\]]*)\]\]", re.IGNORECASE)
