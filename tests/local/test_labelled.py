"""The labelled briefs: every line can be read, and the held-out ones are apart from the rest."""

import re
import sys
from pathlib import Path

import pytest

TRAINING = Path(__file__).parents[2] / "training"
sys.path.insert(0, str(TRAINING))
from labelled import BadLine, parse_line, read_file  # type: ignore[import-not-found]  # noqa: E402

FILES = sorted((TRAINING / "data").glob("*.txt"))
HELD_OUT = TRAINING / "data" / "heldout.txt"


def test_there_are_enough_and_none_is_written_twice() -> None:
    texts = {path: [brief.text for brief in read_file(path) if not brief.act] for path in FILES}
    written = [
        re.sub(r"\W+", " ", text.lower()).strip()
        for path, briefs in texts.items()
        if path.stem not in {"heldout", "heard"}
        for text in briefs
    ]
    held = {re.sub(r"\W+", " ", text.lower()).strip() for text in texts[HELD_OUT]}
    assert len(written) >= 1_500
    assert len(held) >= 300
    assert len(set(written)) == len(written)
    assert not held & set(written)


def test_spans_hold_what_their_braces_hold() -> None:
    brief = parse_line("promotional 30 portrait :: A {length|30 second} ad for {topic|our bakery {name|Levain}}, {shape|for TikTok}.")
    assert brief.text == "A 30 second ad for our bakery Levain, for TikTok."
    assert [(span.tag, brief.text[span.start : span.end], span.inside) for span in brief.spans] == [
        ("length", "30 second", False),
        ("topic", "our bakery Levain", False),
        ("name", "Levain", True),
        ("shape", "for TikTok", False),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "promotional 30 portrait : no head",
        "advert - - :: {topic|tea}",
        "promotional - - :: {topic|tea",
        "promotional - - :: {subject|tea}",
        "promotional 30 - :: {topic|tea}",
        "promotional - - :: { topic|tea}",
        "@shout - - - :: hey",
    ],
)
def test_a_line_that_is_written_otherwise_is_refused(line: str) -> None:
    with pytest.raises(BadLine):
        parse_line(line)
