"""Redaction: texts without what nobody shall read, whatever wrote them."""

import logging
import re
import traceback
from collections.abc import Iterable
from urllib.parse import quote

SHORTEST_SECRET = 6
HIDDEN = "***"

_NAMES = "x-goog-api-key|xi-api-key|x-api-key|(?:proxy-)?authorization|api[_-]?key|ticket|password|token"
_IN_ADDRESSES = "key|_?jwt|sig|signature|policy|x-amz-signature|x-amz-credential|x-amz-security-token|x-goog-signature|x-goog-credential"
_VALUE = r"[^\s\"'&,;\\]+"

SHAPES = (
    # a name and its value, as headers, JSON, settings and pairs in a list write them
    re.compile(rf"(?i)((?:{_NAMES})(?:\\*[\"']?\s*[=:]\s*|\\*[\"']\s*,\s*b?)\\*[\"']?(?:(?:bearer|basic|key|token)\s+)?){_VALUE}"),
    re.compile(rf"(?i)(bearer\s+){_VALUE}"),
    re.compile(rf"(?i)([?&](?:{_IN_ADDRESSES})=){_VALUE}"),
    re.compile(r"(kiwi_[0-9a-f]{12}_)[\w-]+"),  # a key that we gave out; what stands before is shown of it
    re.compile(r"(?i)(data:[\w.+/-]*(?:;[\w=.+-]*)*,)[\w+/=%.-]+"),
)
PASSWORD = re.compile(r"(?<=://)([^:/@\s]*):[^@/\s]+@")


class Redaction:
    """Takes known secrets, and whatever has the shape of a secret, out of texts."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        long = {secret for secret in known if len(secret) >= SHORTEST_SECRET}
        self.known = sorted(long | {quote(secret, safe="") for secret in long}, key=len, reverse=True)

    def clean(self, text: str) -> str:
        """The text without what nobody shall read."""
        for secret in self.known:
            text = text.replace(secret, HIDDEN)
        for shape in SHAPES:
            text = shape.sub(rf"\1{HIDDEN}", text)
        return PASSWORD.sub(rf"\1:{HIDDEN}@", text)


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without these secrets, and without whatever has the shape of one."""
    return Redaction(secrets).clean(text)


class RedactingFilter(logging.Filter):
    """Cleans the messages and tracebacks of a logger, whoever reads them; httpx, for one, logs addresses that may hold a key."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        super().__init__()
        self.redaction = Redaction(known)

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.msg, str):
            record.msg, record.args = self.redaction.clean(record.getMessage()), None
        if record.exc_info and record.exc_info[1]:
            record.exc_text = self.redaction.clean("".join(traceback.format_exception(record.exc_info[1])).rstrip())
        return True
