"""What shape a sentence has: a list, steps, a contrast, a number, a quotation, or a plain statement."""

import re
from dataclasses import dataclass

from kiwi.film import Form
from kiwi.local.grammar import NOUN_TAGS, tagged
from kiwi.local.subject import shortened

POINT_CHARACTERS = 32


@dataclass(frozen=True)
class Shape:
    """A form with the words that a card would show."""

    form: Form
    points: tuple[str, ...] = ()
    figure: str = ""


QUOTATION = re.compile(r"[“\"]([^“”\"]{8,})[”\"]")
SAID_BY = (
    re.compile(r"[”\"]\s*[—–-]\s*(?P<by>[A-Z][\w.'’-]+(?: [\w.'’-]+){0,3})"),
    re.compile(r"[”\"],?\s*(?:said|says|wrote|writes|by|from)\s+(?P<by>[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){0,3}|our \w+|my \w+|the \w+)"),
    re.compile(
        r"(?:As |In the words of )?(?P<by>[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){0,3})\s+(?:once\s+)?(?:said|says|wrote|put it|told us)\b"
    ),
    re.compile(r"[”\"],?\s+(?P<by>[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){0,2})\s+(?:said|says|wrote)\b"),
)
NUMBER = re.compile(
    r"(?P<figure>(?:[$€£¥]\s?\d[\d,]*(?:\.\d+)?(?:\s?(?:million|billion|thousand|k|m|bn)\b)?|"
    r"\b\d[\d,]*(?:\.\d+)?\s?(?:%|percent\b|per cent\b|°[CF]?|×|x\b)|"
    r"\b24/7\b|\b\d[\d,]*(?:\.\d+)?(?:\s?(?:million|billion|thousand)\b|\+)?))",
    re.I,
)
NOT_TELLING_BEFORE = re.compile(
    r"(?:\b(?:call|phone|tel|number|text|room|suite|street|road|version|figure|page|step|at|until|by|before|after|"
    r"to)\s*(?:us at\s*)?|\d[-–:.]|[-/])$",
    re.I,
)
TELLING_UNIT = re.compile(
    r"^[\s-]*(?:years?|days?|hours?|minutes?|seconds?|weeks?|months?|people|percent|customers?|students?|members?|"
    r"countries|languages|miles|kilomet|degrees|meters?|metres?|\w+s\b)",
    re.I,
)
CONTRASTS = (
    re.compile(r"\bbefore [\w'’ ]+, (?P<left>[^.;,]+)\. (?:now|today|after)\b[^,.]{0,20}, (?P<right>[^.,;!]+)", re.I),
    re.compile(r"^(?P<lead>.*?)\binstead of (?P<left>[^,]+), (?P<right>[^,.!?]+)", re.I),
    re.compile(
        r"^(?:.*[.!?] )?instead of (?P<left>[^,.!?]{3,30}?),? (?:we|you|they|I|our [\w’'-]+)(?:[’'](?:ll|re|ve))? "
        r"(?:(?:now|only|just|always|can|will) )*\w+ (?P<right>(?!to\b)[^,.!?]+)",
        re.I,
    ),
    re.compile(r"\bbefore, (?:(?:we|you|they|I|people) )?(?P<left>[^.;,]+)[.;] (?:now|today),? (?P<right>[^.,;!]+)", re.I),
    re.compile(r"^(?P<right>[^,]+?),? (?:instead of|rather than) (?P<left>[^,.!?]+)", re.I),
    re.compile(r"\bnot (?:just |only |with |by |from |in |a |an )*(?P<left>[^,.]+?),? but (?:also )?(?P<right>[^,.!?]+)", re.I),
    re.compile(r"(?P<left>\b(?:less|fewer) [^,.!?]+?)(?:,| and| means) (?P<right>more [^,.!?]+)", re.I),
    re.compile(r"(?P<left>\bmore [^,.!?]+?)(?:,| and) (?P<right>(?:less|fewer) [^,.!?]+)", re.I),
    re.compile(r"(?P<left>\b[\w'’ -]{2,32}?) (?:versus|vs\.?) (?P<right>[\w'’ -]+)", re.I),
    re.compile(r"(?:^|[.!?] )(?P<left>before\b[^,.;]+)[,.;] (?P<right>(?:after|now|today)\b[^,.!?;]+)", re.I),
    re.compile(
        r"(?P<left>\b(?:yesterday|back then|in the past|once)\b[^,.;]+)[,.;] (?:but )?(?P<right>(?:today|now|tomorrow)\b[^,.!?;]+)", re.I
    ),
)
STEP_MARK = re.compile(r"\b(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|then|next|after that|finally|lastly|last)\b,?\s+", re.I)


def shape_of(text: str) -> Shape:
    """Recognise the form of a scene's words; every point stands in them verbatim and in order."""
    for recognise in (as_quote, as_steps, as_contrast, as_list, as_number):
        shape = recognise(text)
        if shape:
            return shape
    return Shape(Form.STATEMENT)


def as_quote(text: str) -> Shape | None:
    """Somebody's words between quotation marks, four at least."""
    quoted = QUOTATION.search(text)
    if not quoted or len(quoted[1].split()) < 3:
        return None
    for pattern in SAID_BY:
        match = pattern.search(text)
        if match:
            return Shape(Form.QUOTE, figure=match["by"].strip(" ."))
    return Shape(Form.QUOTE) if quoted.end() - quoted.start() > 0.6 * len(text) else None


def as_steps(text: str) -> Shape | None:
    """``First …, then …, finally …``."""
    marks = list(STEP_MARK.finditer(text))
    if len(marks) < 2 or not re.match(r"(?:first|start|begin)", marks[0][0], re.I):
        return None
    points = []
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        stretch = text[mark.end() : following.start() if following else len(text)]
        points.append(label_of(re.split(r"[.!?;]", stretch)[0]))
    return Shape(Form.STEPS, tuple(points)) if all(points) and len(points) <= 6 else None


def as_contrast(text: str) -> Shape | None:
    """Two sides set against each other."""
    for pattern in CONTRASTS:
        match = pattern.search(text)
        if not match:
            continue
        left, right = label_of(match["left"]), label_of(match["right"])
        ordered = match.start("left") < match.start("right")
        if left and right and ordered and left.lower() != right.lower():
            return Shape(Form.CONTRAST, (left, right))
    return None


def as_list(text: str) -> Shape | None:
    """``a, b and c`` within one sentence, or a row of short parallel questions."""
    questions = re.findall(r"[^.!?]+\?", text)
    if (
        2 < len(questions) <= 6
        and len("".join(questions)) > 0.7 * len(text)
        and all(len(question.strip()) <= POINT_CHARACTERS + 1 for question in questions)
    ):
        return Shape(Form.LIST, tuple(question.strip(" ?") for question in questions))
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        items = items_of(sentence)
        if items:
            return Shape(Form.LIST, items)
        row = row_of(sentence)
        if row:
            told = all(opens_with_verb(item) for item in row)
            return Shape(Form.STEPS if told else Form.LIST, row)
    return None


def opens_with_verb(item: str) -> bool:
    """Whether an item tells the viewer to do something."""
    return [token.tag for token in tagged(item)[:1]] == ["VB"]


def row_of(sentence: str) -> tuple[str, ...]:
    """Find three to six short parallels without a last ``and``: ``no app, no account, no blue light``; ``sit, stand, repeat``."""
    items = tuple(item.strip() for item in sentence.strip(" .!").split(","))
    if not 3 <= len(items) <= 6 or any(not item or len(item) > POINT_CHARACTERS or len(item.split()) > 5 for item in items):
        return ()
    alike = len({item.split()[0].lower() for item in items}) == 1 or all(opens_with_verb(item) for item in items)
    return items if alike and len(set(items)) == len(items) else ()


def items_of(sentence: str) -> tuple[str, ...]:
    """Find three to six parallel items joined by commas and a last ``and``."""
    run = re.search(
        r"(?P<first>[^,;:.!?]+)(?P<middle>(?:,\s+(?!and\b|or\b|but\b)[^,;.!?]+)*),?\s+(?P<join>and|or)\s+(?P<last>[^,;:.!?]+)", sentence
    )
    if not run or not run["middle"]:
        return ()
    middle = [item.strip() for item in run["middle"].split(",") if item.strip()]
    if any(len(item.split()) > 6 or starts_clause(item) for item in middle):
        return ()
    first = first_item(run["first"], middle[0])
    last = last_item(run["last"], middle[-1])
    items = (first, *middle, last)
    if first and run["first"].strip() != first and gapped(run["first"], first, items):
        items = (run["first"].strip(), *middle, last)
    elif not all(items) or not parallel(items):
        return ()
    led = [re.match(r"(?:in|on|at|for|with|by|from|to)\b", item, re.I) is not None for item in items]
    if any(led) and not all(led):
        return ()
    if not all(items) or any(len(item) > POINT_CHARACTERS for item in items) or len(items) > 6 or len(set(items)) < len(items):
        return ()
    return items


def gapped(text: str, first: str, items: tuple[str, ...]) -> bool:
    """Whether the others leave out the first one's verb: ``paper goes in the blue bin, glass in the green one``."""
    before = re.search(r"\b(in|on|at|to|for|with|from|by) $", text[: len(text.rstrip()) - len(first)])
    return before is not None and all(re.search(rf"\w {before[1]} \w", item) for item in items[1:])


def parallel(items: tuple[str, ...]) -> bool:
    """Whether items are of one kind: what is, what is done, or what it is like."""
    kinds = set()
    for item in items:
        tags = [token.tag for token in tagged(item)]
        if tags[:1] and tags[0] in {"VB", "VBZ", "VBP", "VBD"}:
            kinds.add("deed")
        elif any(tag in NOUN_TAGS | {"CD", "VBG", "PRP"} for tag in tags) or tags[:1] in (["WP"], ["WRB"]):
            kinds.add("thing")
        else:
            kinds.add("manner")
    return len(kinds) == 1 or (kinds == {"thing", "manner"} and not any(len(item.split()) > 3 for item in items))


def starts_clause(item: str) -> bool:
    """Whether a stretch between commas is a clause of its own and no item: ``which is why``."""
    return re.match(r"(?:unless|although|though)\b", item, re.I) is not None or (
        re.match(r"(?:which|who|that|because|when|if|so|where|while|we|it|they|you|i|he|she|there)\b", item, re.I) is not None
        and len(item.split()) > 2
    )


def first_item(text: str, second: str) -> str:
    """Find where a list's first item begins: behind the colon, verb or preposition that opens the list."""
    tokens = [token for token in tagged(text) if re.match(r"[\w$€£]", token.text)]
    second_first = tagged(second)[:1]
    if not tokens or not second_first:
        return ""
    wanted = second_first[0]
    if wanted.tag in {"VB", "VBG", "VBZ", "VBP", "IN", "TO", "DT", "PRP$", "WRB", "WP"}:
        same = [
            token
            for token in tokens
            if token.tag == wanted.tag
            or (wanted.tag in {"VB", "VBP"} and token.tag in {"VB", "VBP"})
            or token.text.lower() == wanted.text.lower()
        ]
        if same:
            return text[same[-1].start :].strip()
    opened = [
        token
        for token in tokens
        if token.tag in {"VB", "VBZ", "VBP", "VBD", "VBN", "IN", "TO", "MD", "VBG"}
        and token is not tokens[-1]
        and token.text.lower() not in {"of"}
    ]
    start = opened[-1].end if opened else 0
    item = text[start:].strip()
    return item if item and any(token.tag in NOUN_TAGS | {"JJ", "CD", "VBG"} for token in tagged(item)) and len(item.split()) <= 5 else ""


def last_item(text: str, before: str) -> str:
    """Cut what follows a list's last item: ``free internet`` of ``free internet for everybody in town``."""
    text = text.strip()
    tokens = tagged(text)
    if not tokens or not tagged(before):
        return ""
    verb = next((token for token in tokens[1:] if token.tag in {"VBD", "VBZ", "VBP", "MD"}), None)
    if verb and tokens[0].tag in NOUN_TAGS and len(before.split()) <= 3 and tagged(before)[0].tag in NOUN_TAGS:
        return text[: verb.start].strip()
    if len(text.split()) <= 6 and len(text) <= POINT_CHARACTERS and tokens[0].tag in {"VB", "VBD", "VBZ", "VBP"}:
        return text
    if len(text.split()) <= len(before.split()) + 1 and len(text) <= POINT_CHARACTERS:
        return text
    cut = re.split(r"\s(?:for|in|at|on|to|with|that|which|who|so|because|when|every|by|from|all)\s", text, maxsplit=1)[0]
    return cut if len(cut) <= POINT_CHARACTERS and len(cut.split()) <= 5 else ""


def as_number(text: str) -> Shape | None:
    """A number that tells something: a share, a price, a count; not a telephone number or a house's."""
    found = [match for match in NUMBER.finditer(text) if tells(text, match)]
    if not found:
        return None
    best = max(found, key=lambda match: (bool(re.search(r"[%$€£]|percent", match["figure"])), -match.start()))
    figure = re.sub(r"\s*(?:percent|per cent)\b", "%", best["figure"], flags=re.I).strip().rstrip(",")
    return Shape(Form.NUMBER, figure=figure)


def tells(text: str, match: re.Match[str]) -> bool:
    """Whether a number is worth a card."""
    figure, before, after = match["figure"], text[: match.start()], text[match.end() :]
    if re.search(r"[%$€£¥×]|percent|24/7|million|billion", figure, re.I):
        return True
    if NOT_TELLING_BEFORE.search(before) or re.match(
        r"\s*(?:[ap]\.?m\b|[-–:/.]\d|st\b|nd\b|rd\b|th\b|[A-Z][a-z]+ (?:street|road|avenue))|[A-Za-z]|-[a-z]", after
    ):
        return False
    if re.search(r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\s*$", before):
        return False
    if re.fullmatch(r"(?:1[5-9]|20)\d\d", figure):
        return re.search(r"\b(?:in|since|from|founded|of)\s*$", before, re.I) is not None
    value = float(figure.replace(",", "").rstrip("+").split()[0])
    return value >= 10 and TELLING_UNIT.match(after) is not None


def label_of(text: str) -> str:
    """Shorten a stretch of a sentence to a label: its beginning, whole words, at most 32 characters."""
    text = text.strip(" ,.;:!?—–")
    text = re.sub(r"^(?:(?:and|but|or|you|we|just|it[’']s|it is|to)\s+)+", "", text, flags=re.I)
    text = re.sub(r",?\s+(?:and|then|but)$", "", text)
    return shortened(text, POINT_CHARACTERS)
