"""Speaks labelled briefs with the product's narrator and hears them again, so that the reader learns how recognisers write.

`python hear_again.py OUT FILE… [--count 200]`, with the product's environment. Spans move with the words they stand on; a brief whose words
cannot be matched well enough is left out.
"""

import argparse
import difflib
import random
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from labelled import BadLine, Labelled, Span, parse_line, read_file

from kiwi.film.job_inputs import ListenInput, NarrateInput
from kiwi.local.hear.whisper import listen
from kiwi.local.speak.hibari import narrate
from kiwi.storage import models

ENOUGH = 0.75
"""Share of the words that must be heard as they were written."""
LONGEST = 420
"""Characters of a brief that is worth a minute of speech."""


def heard_of(brief: Labelled, folder: Path) -> str:
    """What the recogniser writes of the spoken brief."""
    voice = narrate(NarrateInput(text=" ".join(brief.text.split()), speed=random.choice((0.9, 1.0, 1.15))), folder, lambda _: None)
    path = folder / Path(voice.asset.name).name
    return listen(ListenInput(recording=str(path)), folder, lambda _: None).words


def words_in(text: str) -> list[tuple[str, int, int]]:
    """Words as they are compared, with their places."""
    return [(re.sub(r"\W", "", match[0]).lower(), match.start(), match.end()) for match in re.finditer(r"\S+", text)]


def moved(brief: Labelled, heard: str) -> str | None:
    """The labelled line for what was heard; None where too little of it can be matched."""
    before, after = words_in(brief.text), words_in(heard)
    matcher = difflib.SequenceMatcher(None, [word for word, _, _ in before], [word for word, _, _ in after], autojunk=False)
    places: dict[int, range] = {}
    for kind, first, last, start, end in matcher.get_opcodes():
        for at in range(first, last):
            share = (end - start) / max(1, last - first)
            low = start + int((at - first) * share)
            places[at] = (
                range(low, start + int((at - first + 1) * share)) if kind != "equal" else range(start + at - first, start + at - first + 1)
            )
    if sum(block.size for block in matcher.get_matching_blocks()) < ENOUGH * len(before):
        return None
    spans = []
    for span in brief.spans:
        inside = [
            place for at, (_, start, end) in enumerate(before) if start < span.end and end > span.start for place in places.get(at, ())
        ]
        if inside:
            spans.append(Span(span.tag, after[min(inside)][1], after[max(inside)][2], span.inside))
    return _line(brief, heard, spans)


def _line(brief: Labelled, heard: str, spans: Sequence[Span]) -> str:
    tags = {span.tag for span in spans}
    seconds = "-" if brief.seconds is None or "length" not in tags else str(brief.seconds)
    shape = brief.shape if "shape" in tags else "-"
    opens: dict[int, list[str]] = {}
    closes: dict[int, int] = {}
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        end = span.end
        while end > span.start and heard[end - 1] in ",;:" + ("" if span.tag in {"say", "action"} else ".!?"):
            end -= 1
        opens.setdefault(span.start, []).append(f"{{{span.tag}|")
        closes[end] = closes.get(end, 0) + 1
    body = "".join("}" * closes.get(at, 0) + "".join(opens.get(at, [])) + letter for at, letter in enumerate(heard + " ")).rstrip()
    return f"{brief.video_type}{'*' if brief.wants_knowledge else ''} {seconds} {shape} :: {body}"


def main() -> None:
    """Hear a sample of the briefs again."""
    options = argparse.ArgumentParser()
    options.add_argument("out", type=Path)
    options.add_argument("data", nargs="+", type=Path)
    options.add_argument("--count", type=int, default=200)
    options.add_argument("--models", type=Path, required=True, help="where the listening model may be put together")
    chosen = options.parse_args()
    models.use_folder(chosen.models)
    briefs = [brief for path in chosen.data for brief in read_file(path) if not brief.act and 20 < len(brief.text) < LONGEST]
    random.seed(7)
    random.shuffle(briefs)
    written = 0
    with chosen.out.open("w", encoding="utf-8") as out:
        for brief in briefs:
            if written == chosen.count:
                break
            with tempfile.TemporaryDirectory() as folder:
                heard = heard_of(brief, Path(folder))
            line = moved(brief, heard)
            try:
                if line and parse_line(line).text != brief.text:
                    out.write(line + "\n")
                    out.flush()
                    written += 1
            except BadLine:
                continue


if __name__ == "__main__":
    main()
