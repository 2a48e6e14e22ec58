"""Scores the product's own reader on labelled briefs: `python score.py heldout.txt [--card CARD.md] [--show]`.

Run it with the product's environment, since it measures what a client gets: weights, decoding and arithmetic together.
"""

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from labelled import ROLES, Labelled, read_file

from kiwi.film.model import LANDSCAPE, PORTRAIT, SQUARE
from kiwi.local.read.encoder import SHA256, WEIGHTS, Encoder
from kiwi.local.read.marks import Marks
from kiwi.local.read.reader import KNOWLEDGE, asked_seconds, asked_size, content_of

SHAPE_OF = {LANDSCAPE: "landscape", PORTRAIT: "portrait", SQUARE: "square", None: "-"}
FROM, UNTIL = "<!-- scores -->\n", "<!-- end -->\n"
"""What stands between them in a model card is written anew."""
SPOKEN = ("say", "point", "action", "quote")
NAMED = ("topic", "name", "audience", "occasion", "by")
"""Not spoken as they stand, but part of what a film says."""
LITTLE = frozenset("a an the and or of to in on at for with so that it is are was be we i you please um uh our my".split())


@dataclass
class Scores:
    """Counts over many briefs."""

    right: Counter[str] = field(default_factory=Counter)
    all: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    gold: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    wrong: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, name: str, right: bool, brief: Labelled, saw: str = "") -> bool:
        """Count one judgement."""
        self.all[name] += 1
        self.right[name] += right
        if not right:
            self.wrong[name].append(f"{brief.text!r}: {saw}")
        return right


def words_of(text: str) -> list[str]:
    """Words as they are compared."""
    return re.findall(r"\w+", text.lower())


def telling(text: str) -> list[str]:
    """Words that carry meaning."""
    return [word for word in words_of(text) if word not in LITTLE]


def places(spans: Iterable[tuple[int, int]]) -> set[int]:
    """Every character's place."""
    return {at for start, end in spans for at in range(start, end)}


def spoken_orders(brief: Labelled, marks: Marks) -> list[str]:
    """Stretches that would be spoken although two words or more of them are talk to the film maker."""
    content = places((span.start, span.end) for span in brief.spans if span.tag in (*SPOKEN, *NAMED))
    faults = []
    for mark in marks.of(*SPOKEN):
        stray = [match[0] for match in re.finditer(r"\w+", brief.text[mark.start : mark.end]) if mark.start + match.start() not in content]
        if len([word for word in stray if word.lower() not in LITTLE]) >= 2:
            faults.append(mark.words)
    return faults


def lost_facts(brief: Labelled, marks: Marks) -> list[str]:
    """The client's sentences and points of which telling words, or any figure, would not be in the film."""
    kept = Counter(word for mark in marks.of(*SPOKEN, *NAMED) for word in words_of(mark.words))
    lost = []
    for span in brief.spans:
        if span.tag not in SPOKEN or span.inside:
            continue
        hesitations = [one for one in brief.spans if one.tag == "um" and one.inside and span.start <= one.start < span.end]
        text = "".join(
            letter
            for at, letter in enumerate(brief.text[span.start : span.end], span.start)
            if not any(one.start <= at < one.end for one in hesitations)
        )
        wanted = telling(text)
        missing = [word for word in wanted if not kept[word]]
        if len(missing) > 0.2 * len(wanted) or any(word.isdigit() for word in missing):
            lost.append(text)
    return lost


def is_acceptable(brief: Labelled, marks: Marks) -> tuple[bool, str]:
    """Whether the topic is the one named, give or take a few words; a brief without one needs any."""
    content = content_of(marks)
    topic = content.topic or content.subject
    wanted = [brief.text[span.start : span.end] for span in brief.spans if span.tag == "topic" and not span.inside]
    if not wanted:
        return bool(topic), topic
    if len(wanted) > 1:
        gold, found = Counter(telling(" ".join(wanted))), Counter(telling(topic))
    else:
        gold, found = Counter(telling(wanted[0])), Counter(telling(topic))
    both = sum((gold & found).values())
    score = 2 * both / max(1, sum(gold.values()) + sum(found.values()))
    return score >= 0.6, topic


def score_brief(brief: Labelled, encoder: Encoder, scores: Scores) -> None:
    """Judge one brief as the issue counts: length, shape, orders, facts, topic, type, and all of them together."""
    marks = encoder.read(brief.text)
    _tags(brief, marks, scores)
    if brief.act:
        scores.note("act", marks.act.replace("brief", "tell") == brief.act, brief, f"{brief.act} read as {marks.act}")
        scores.note("message: length", asked_seconds(marks) == (brief.seconds and float(brief.seconds)), brief)
        return
    if not brief.video_type or brief.video_type == "-":
        scores.note("nothing to film", not (content_of(marks).topic or content_of(marks).subject), brief)
        return
    seconds, size = asked_seconds(marks), asked_size(marks)
    acceptable, topic = is_acceptable(brief, marks)
    orders, lost = spoken_orders(brief, marks), lost_facts(brief, marks)
    judged = [
        scores.note("length", seconds == (brief.seconds and float(brief.seconds)), brief, f"{brief.seconds} read as {seconds}"),
        scores.note("shape", SHAPE_OF[size] == brief.shape, brief, f"{brief.shape} read as {SHAPE_OF[size]}"),
        scores.note("no order spoken", not orders, brief, str(orders)),
        scores.note("facts kept", not lost, brief, str(lost)),
        scores.note("topic", acceptable, brief, topic),
        scores.note("type", marks.video_type == brief.video_type, brief, f"{brief.video_type} read as {marks.video_type}"),
    ]
    scores.note("whole brief", all(judged), brief)
    scores.note("knowledge", (marks.knowledge >= KNOWLEDGE) == brief.wants_knowledge, brief, f"{marks.knowledge:.2f}")


def _tags(brief: Labelled, marks: Marks, scores: Scores) -> None:
    for tag in ROLES:
        gold = Counter(
            " ".join(words_of(brief.text[s.start : s.end])) for s in brief.spans if s.tag == tag and not (s.inside and tag != "um")
        )
        found = Counter(" ".join(words_of(brief.text[mark.start : mark.end])) for mark in marks.roles if mark.tag == tag)
        if tag != "um":
            scores.gold[tag] += sum(gold.values())
            scores.found[tag] += sum(found.values())
            scores.hits[tag] += sum((gold & found).values())


def report(scores: Scores) -> str:
    """The scores as Markdown tables."""
    lines = ["| judged | right | of |", "|---|---|---|"]
    lines += [f"| {name} | {100 * scores.right[name] / total:.1f} % | {total} |" for name, total in scores.all.items()]
    lines += ["", "| tag | precision | recall | F1 | in the test |", "|---|---|---|---|---|"]
    for tag in ROLES:
        if scores.gold[tag]:
            precision, recall = scores.hits[tag] / max(1, scores.found[tag]), scores.hits[tag] / scores.gold[tag]
            f1 = 2 * precision * recall / max(1e-9, precision + recall)
            lines.append(f"| {tag} | {precision:.2f} | {recall:.2f} | {f1:.2f} | {scores.gold[tag]} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the scores, and with --show what was wrong (never of the held-out file: it is not to be looked at)."""
    options = argparse.ArgumentParser()
    options.add_argument("data", nargs="+", type=Path)
    options.add_argument("--weights", type=Path, default=WEIGHTS)
    options.add_argument("--show", default="", help="print what was judged wrong under this name")
    options.add_argument("--card", type=Path, help="write the scores into this model card, between its marks")
    chosen = options.parse_args(arguments)
    encoder, scores = Encoder(chosen.weights, "" if chosen.weights != WEIGHTS else SHA256), Scores()
    for path in chosen.data:
        if chosen.show and "heldout" in path.name:
            raise SystemExit("The held-out briefs are only scored, never looked at.")
        for brief in read_file(path):
            score_brief(brief, encoder, scores)
    print(report(scores))
    for line in scores.wrong[chosen.show]:
        print(line)
    if chosen.card:
        before, _, rest = chosen.card.read_text().partition(FROM)
        after = rest.partition(UNTIL)[2]
        chosen.card.write_text(before + FROM + report(scores) + "\n" + UNTIL + after)


if __name__ == "__main__":
    main()
