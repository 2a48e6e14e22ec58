"""Labelled briefs: one a line, spans in braces; FORMAT.md says how they are written."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

TYPES = ("promotional", "explainer", "story", "news", "tutorial", "quote", "greeting")
ACTS = ("tell", "change", "remove", "go", "yes", "no", "skip", "undo", "restart", "cancel", "hello", "thanks", "help")
SHAPES = ("landscape", "portrait", "square")
ROLES = ("say", "topic", "point", "action", "quote", "by", "occasion", "audience", "length", "shape", "tone", "wish", "avoid", "um", "name")
NESTED = ("name", "topic", "um")
HOLDERS = ("say", "topic", "audience", "point", "action", "quote", "by", "occasion")


@dataclass(frozen=True)
class Span:
    """Characters of a brief that have a tag, ``end`` exclusive; ``inside`` another span or not."""

    tag: str
    start: int
    end: int
    inside: bool = False


@dataclass(frozen=True)
class Labelled:
    """A brief or a message with everything that is to be understood of it."""

    text: str
    video_type: str
    seconds: int | None
    shape: str
    wants_knowledge: bool = False
    act: str = ""
    """Of a message in a conversation; empty: a brief."""
    spans: tuple[Span, ...] = field(default=())


class BadLine(ValueError):
    """A line that is not written as FORMAT.md says."""


def parse_line(line: str) -> Labelled:
    """Read one line; BadLine says what is wrong with it."""
    head, colon, body = line.partition(" :: ")
    words = head.split()
    if not colon:
        raise BadLine("no ' :: ' between head and brief")
    act = words.pop(0)[1:] if words and words[0].startswith("@") else ""
    if len(words) != 3:
        raise BadLine(f"the head needs type, seconds and shape: {head!r}")
    kind, seconds, shape = words
    knowledge = kind.endswith("*")
    kind = kind.rstrip("*")
    if kind not in (*TYPES, "-"):
        raise BadLine(f"no type: {kind!r}")
    if act and act not in ACTS:
        raise BadLine(f"no act: {act!r}")
    if shape not in (*SHAPES, "-"):
        raise BadLine(f"no shape: {shape!r}")
    if seconds != "-" and not seconds.isdigit():
        raise BadLine(f"no whole seconds: {seconds!r}")
    text, spans = _spans(body.replace("\\n", "\n"))
    tags = {span.tag for span in spans}
    if (seconds != "-") != ("length" in tags):
        raise BadLine("seconds in the head and a length span go together")
    if shape != "-" and "shape" not in tags:
        raise BadLine("a shape in the head needs a shape span")
    if not act and kind != "-" and not tags & {"say", "topic", "point", "quote", "occasion"}:
        raise BadLine("nothing to film: no say, topic, point, quote or occasion")
    return Labelled(text, kind, None if seconds == "-" else int(seconds), shape, knowledge, act, spans)


def _spans(body: str) -> tuple[str, tuple[Span, ...]]:
    text: list[str] = []
    open_spans: list[tuple[str, int]] = []
    spans: list[Span] = []
    at = 0
    while at < len(body):
        if body[at] == "{":
            tag, bar, _ = body[at + 1 :].partition("|")
            if not bar or tag not in ROLES:
                raise BadLine(f"no tag: {tag[:20]!r}")
            if open_spans and (len(open_spans) > 1 or tag not in NESTED or open_spans[0][0] not in HOLDERS):
                raise BadLine(f"{tag} may not stand inside {open_spans[-1][0]}")
            open_spans.append((tag, len(text)))
            at += len(tag) + 2
        elif body[at] == "}":
            if not open_spans:
                raise BadLine("a } too many")
            tag, start = open_spans.pop()
            words = "".join(text[start:])
            if not words.strip() or words != words.strip():
                raise BadLine(f"blanks at the edge of {tag}: {words!r}")
            spans.append(Span(tag, start, len(text), inside=bool(open_spans)))
            at += 1
        else:
            text.append(body[at])
            at += 1
    if open_spans:
        raise BadLine(f"{open_spans[-1][0]} is not closed")
    return "".join(text), tuple(sorted(spans, key=lambda span: (span.start, -span.end)))


def read_file(path: Path) -> Iterator[Labelled]:
    """Every labelled brief of a file; BadLine names file and line."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            try:
                yield parse_line(line)
            except BadLine as wrong:
                raise BadLine(f"{path.name}:{number}: {wrong}") from None


if __name__ == "__main__":
    import sys

    wrong = 0
    for name in sys.argv[1:]:
        count = 0
        for number, line in enumerate(Path(name).read_text(encoding="utf-8").splitlines(), start=1):
            if line.strip() and not line.startswith("#"):
                try:
                    parse_line(line)
                    count += 1
                except BadLine as fault:
                    wrong += 1
                    print(f"{name}:{number}: {fault}")
        print(f"{name}: {count} good lines")
    sys.exit(bool(wrong))
