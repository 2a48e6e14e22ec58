"""Redaction: no key survives, whatever writes it; and nothing else is lost."""

import io
import json
import logging
from urllib.parse import quote

import pytest
import structlog

from api.journal import keep_journal
from kiwi.net.redaction import RedactingFilter, redacted

KEY = "key_0123456789abcdef"


@pytest.mark.parametrize(
    "line",
    [
        f"Authorization: Bearer {KEY}",
        f"authorization: {KEY}",
        f"Authorization: Key {KEY}:secret-of-it",
        f"{{'x-goog-api-key': '{KEY}'}}",
        json.dumps({"xi-api-key": KEY}),
        json.dumps(json.dumps({"X-API-KEY": KEY})),
        f"Headers([('accept', '*/*'), ('x-goog-api-key', '{KEY}')])",
        f"[(b'X-API-KEY', b'{KEY}')]",
        f'HTTP Request: GET https://pixabay.com/api/videos/?key={KEY}&q=sea "HTTP/1.1 200 OK"',
        f"https://x.cloudfront.net/a.mp4?_jwt={KEY}",
        f"https://storage/a?X-Goog-Signature={KEY}&x=1",
        f"https://d1.cloudfront.net/a?Policy={KEY}&Key-Pair-Id=1",
        f"api_key={KEY} apiKey: {KEY}",
        f"https://user:{KEY}@host/",
        f"kiwi_0123456789ab_{KEY} opens nothing",
        f'"promptImage": "data:image/png;base64,{KEY}+/="',
    ],
)
def test_a_key_is_hidden_by_the_shape_it_comes_in(line: str) -> None:
    assert KEY not in redacted(line)
    assert "***" in redacted(line)


def test_a_known_secret_is_hidden_wherever_it_stands_and_in_addresses_too() -> None:
    secret = "id:pass/word+1"
    text = f"we said {secret}, and ?u={quote(secret, safe='')}!"
    assert redacted(text, [secret]) == "we said ***, and ?u=***!"
    assert redacted("a short one", ["a", ""]) == "a short one"


@pytest.mark.parametrize(
    "line",
    [
        '{"event": "token economy at 12:30, see http://host:80/x", "n": 1}',
        "The key of Runway is empty",
        "a monkey=3 and a turkey: 4",
        "the data: of 2026, base64 and more",
        '{"maxTokens": 5, "totalTokenCount": 17}',
        "https://host/path?q=key&page=2",
        "C major is the key, A minor its relative",
    ],
)
def test_what_is_no_secret_stays(line: str) -> None:
    assert redacted(line) == line


def test_a_filtered_logger_hides_keys_in_arguments_and_tracebacks(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("kiwi.tests.filtered")
    log.addFilter(RedactingFilter(["hunter2-hunter2"]))
    with caplog.at_level(logging.INFO):
        log.info("HTTP Request: %s %s", "GET", f"https://pixabay.com/api/?key={KEY}")
        try:
            raise ValueError("x-api-key=" + KEY + " hunter2-" + "hunter2")
        except ValueError:
            log.exception("it broke: %d%%", 7)
    assert KEY not in caplog.text
    assert "hunter2-hunter2" not in caplog.text
    assert "it broke: 7%" in caplog.text
    assert "ValueError" in caplog.text


def test_whoever_listens_to_httpx_learns_no_key_once_a_journal_is_kept() -> None:
    root, log = logging.getLogger(), logging.getLogger("httpx")
    before = root.handlers[:], root.level, log.level, log.filters[:]
    try:
        for _ in range(2):
            keep_journal(["hunter2-hunter2"], io.StringIO())
        record = logging.LogRecord(
            "httpx", logging.INFO, "", 1, "HTTP Request: %s %s", ("GET", f"https://x/?key={KEY}&u=hunter2-hunter2"), None
        )
        assert log.filter(record)
        assert record.getMessage() == "HTTP Request: GET https://x/?key=***&u=***"
        assert len([kept for kept in log.filters if isinstance(kept, RedactingFilter)]) == 1
    finally:
        root.handlers[:], level, log.level, log.filters[:] = before
        root.setLevel(level)
        structlog.reset_defaults()
