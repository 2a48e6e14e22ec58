"""Layout: what a text's lines and labels say of the words in them: a title, an ending, a script's directions, a table's figures."""

import re
from dataclasses import replace

from kiwi.film.model import TITLE_CHARACTERS
from kiwi.local.read.marks import Mark, Marks
from kiwi.local.read.subjects import LABEL

TALK = re.compile(
    r"\b(?:thank\w*|please|pls|sorry|cheers|hi|hello|hey|dear|regards|videos?|films?|clips?|reel|movie|advert|ads?|make|can you|could you|"
    r"send you|attach\w*|(?:our|my|the) logo|budget|deadline|my boss|approv\w*|upload\w*|let you know|your (?:app|tool|api)|"
    r"would you|(?:i|we)(?:['’]d| would)? (?:want|need|think|like|love|mean|hope)|let me|that['’]s (?:it|all)|nothing|say|"
    r"show|ok(?:ay)?)\b",
    re.I,
)
"""What a client says to the film maker."""
TITLE = re.compile(
    r"(?:^|\n)[ \t]*title[ \t]*:[ \t]*(?P<line>[^\n\"“”:]{3,60})(?=\n)|"
    r"(?:^|[\n.,;(]\s*|\b(?:the|film|video|with|and)\s+)title(?:\s+(?:is|should be))?\s*:\s*[\"“']?(?P<words>[^\n\"”:,;]{3,60}?)"
    r"(?=[.!?'\"”]*\s*$|[.!?\"”]+\s+[A-Z\"“]|[,;\"”\n])",
    re.I,
)
"""What a client wants the film to be called: “15 s, title: Meet the Velora One.”"""


ORDERS = frozenset({"wish", "length", "shape", "tone", "avoid"})
"""Tags of what is said to the film maker alone."""
MAKING = ORDERS | {"audience", "occasion"}
"""Tags of what may be."""
NO_HEADLINE = re.compile(r"(?:dear|hi|hello|hey|to|for|from|please|can|could|i|we|make|create|film|video|script|text)\b", re.I)
"""How a first line begins that greets or speaks to the film maker."""


def title_of(marks: Marks) -> str:
    """What a client wants the film to be called, up to what is said to the film maker behind it; empty: they did not say."""
    title = TITLE.search(marks.text)
    if title is None:
        return ""
    start, end = title.span("line" if title["line"] else "words")
    return marks.text[start : min((mark.start for mark in marks.of(*ORDERS) if start < mark.start < end), default=end)].strip(" ,;-–—(")


def headline_of(marks: Marks) -> str:
    """A first line that stands alone above the client's words, as a headline does: “Lesson 3: Friction”; empty: there is none."""
    first, _, below = marks.text.partition("\n")
    line = first.strip().rstrip(".")
    told = any(mark.tag in {"say", "point"} and mark.start > len(first) for mark in marks.roles)
    talk = any(mark.start < len(first) and mark.tag in MAKING for mark in marks.roles) or NO_HEADLINE.match(line) or TALK.search(line)
    named = any(mark.tag == "topic" and 0 < mark.start < len(first) and marks.text[mark.start - 2] not in ":," for mark in marks.roles)
    goes_on = line[-1:] not in ".!?" and below.lstrip()[:1].islower() and not below.startswith("\n")
    if named or goes_on or not line[:1].isalnum() or re.match(rf"(?:{LABEL.pattern}|subject)\s*:", line, re.I):
        return ""
    fits = 3 < len(line) <= TITLE_CHARACTERS and line[-1] not in ":,;" and not LABEL.fullmatch(line)
    return line if below.strip() and told and fits and not talk else ""


def without_title(marks: Marks) -> Marks:
    """The same without what stands in the title that the client gave; what is said to the film maker behind it stays."""
    title = TITLE.search(marks.text)
    if title is None:
        return marks
    kept = (mark for mark in marks.roles if mark.tag in ORDERS or not title.start() < mark.start < title.end())
    return replace(marks, roles=tuple(kept))


ENDING = re.compile(
    r"\b(?:end|finish|close)\s+(?:it\s+|the film\s+)?with(?:\s+the\s+(?:question|words?|line|sentence|slogan))?\s*:\s*"
    r"([^\n.!?]{3,200}[.!?]?)",
    re.I,
)
"""What the film ends with: “End with the question: what happens when you cool steam?”"""


def with_ending(marks: Marks) -> Marks:
    """The same, where the words that the film shall end with are spoken, whatever they were taken for."""
    ends = ENDING.search(marks.text)
    if ends is None or any(mark.tag in {"say", "action", "quote"} and ends.start(1) <= mark.start < ends.end() for mark in marks.roles):
        return marks
    kept = [mark for mark in marks.roles if not (mark.start < ends.end() and ends.start() < mark.end)]
    said = Mark("say", *ends.span(1), " ".join(ends[1].split()))
    return replace(marks, roles=tuple(sorted([*kept, said], key=lambda mark: mark.start)))


SCRIPTED = re.compile(r"^[ \t]*(?:scene|narrator|narration|voice\W?over|vo|visuals?|shot)\b[ \t]*\d*[ \t]*(?::|$)", re.I | re.M)
"""A line that begins a part of a script."""
DIRECTION = re.compile(
    r"^[ \t]*(?:(?:visuals?|images?|pictures?|shots?|camera|b-?roll|footage|sfx|sounds?|music)[ \t]*:[ \t]*(?P<shown>[^\n]+)|"
    r"\[(?P<inside>[^\]\n]+)\][ \t]*$)",
    re.I | re.M,
)
"""A line of a script that says what is seen or heard, to nobody but the film maker: “Visual: hands kneading dough”, “[Rain.]”."""
NARRATED = re.compile(r"^[ \t]*(?:narrator|narration|voice(?:\W?over)?|vo)[ \t]*:", re.I | re.M)
SCENE = re.compile(r"^[ \t]*scene[ \t]*\d*[ \t]*:[ \t]*(?P<shown>[^\n]+)", re.I | re.M)
SPOKEN_TAGS = frozenset({"say", "point", "topic", "name", "audience", "action", "quote", "by"})


def with_directions(marks: Marks) -> Marks:
    """The same, where a script's directions are wishes, whatever they were taken for."""
    if not SCRIPTED.search(marks.text):
        return marks
    found = [line.span("shown" if line["shown"] else "inside") for line in DIRECTION.finditer(marks.text)]
    if NARRATED.search(marks.text):  # then the lines of scenes say what is seen
        found += [line.span("shown") for line in SCENE.finditer(marks.text)]
    found = [(start, end) for start, end in found if not any(start <= mark.start < end for mark in marks.of("length", "shape", "tone"))]
    kept = [mark for mark in marks.roles if not (mark.tag in SPOKEN_TAGS and any(start <= mark.start < end for start, end in found))]
    wishes = [Mark("wish", start, end, marks.text[start:end].strip()) for start, end in found]
    overlays = tuple(mark for mark in marks.overlays if not any(start <= mark.start < end for start, end in found))
    return replace(marks, roles=tuple(sorted([*kept, *wishes], key=lambda mark: mark.start)), overlays=overlays)


FIGURED = re.compile(r"^[ \t•*-]*(?P<told>[^\W\d_][^:.!?\n]{1,40}:[ \t]*[$€£¥]?\d[^\n]*)$", re.M)
"""A line that says what a figure counts: “Adopted: 176, up 12%”."""


def with_figures(marks: Marks) -> Marks:
    """The same, where the lines of a table tell their figures with what these count."""
    lines = [line for line in FIGURED.finditer(marks.text) if not LABEL.fullmatch(line["told"].partition(":")[0])]
    roles, behind = list[Mark](), sorted(marks.roles, key=lambda mark: mark.start)
    for line in lines if lines[1:] else ():
        start, end = line.span("told")
        first = next((place for place, mark in enumerate(behind) if mark.start >= start), len(behind))
        last = next((place for place, mark in enumerate(behind) if mark.start >= end), len(behind))
        before, inside, behind = behind[:first], behind[first:last], behind[last:]
        tags = {mark.tag for mark in inside}
        apart = all(mark.end <= start for mark in [*roles, *before][-1:]) and all(mark.end <= end for mark in inside)
        counts = apart and tags <= {"say", "point", "name", "topic"} and tags & {"say", "point"}
        roles += [*before, *([Mark("point", start, end, " ".join(line["told"].split()))] if counts else inside)]
    return replace(marks, roles=(*roles, *behind))
