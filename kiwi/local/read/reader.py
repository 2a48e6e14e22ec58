"""The reader: from the marks that the network sees in a brief to the intent behind it."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from kiwi.film.job_inputs import ReadInput, Report, UnderstandInput
from kiwi.film.model import PORTRAIT, Brief, Intent, Size, Understood, VideoType
from kiwi.local.read.encoder import Encoder, open_encoder
from kiwi.local.read.grammar import made_of
from kiwi.local.read.languages import language_of
from kiwi.local.read.layout import TALK, TITLE, headline_of, title_of, with_directions, with_ending, with_figures, without_title
from kiwi.local.read.lengths import CEILING, OTHER_LENGTH, seconds_of
from kiwi.local.read.marks import Mark, Marks, sentences_in
from kiwi.local.read.repairs import repaired
from kiwi.local.read.sentences import finished, plain_text, spelt, split_sentences
from kiwi.local.read.settle import QUOTATION_MARKS, action_of, settled
from kiwi.local.read.shapes import is_made, size_of
from kiwi.local.read.subjects import LABEL, LEADING, LOOSE_END, bare_name, name_of, sides_in, subject_in, topics_of, with_name
from kiwi.local.read.tones import MOOD_OF, mood_of

KNOWLEDGE = 0.5
"""From this certainty on a film tells what is known about the world."""
MANNER = re.compile(r"\b(?:voice|mood|tone|feel\w*|style|music|manner|pace|atmosphere)\b", re.I)
"""Wishes that say how it shall feel."""
ORDINARY = made_of("an?|the|very|short|quick|brief|little|nice|good|simple|video|film|clip|please|in english|no|not|don['’]?t")
"""Wishes that every film fulfils."""


def read(job_input: ReadInput, folder: Path, report: Report) -> Intent:
    """The job: understand an order's words. BadBrief when there is nothing to film or no film has the length that is asked."""
    return read_intent(job_input.words, job_input.brief, open_encoder())


def understand(job_input: UnderstandInput, folder: Path, report: Report) -> Understood:
    """The job: what one message says."""
    return understood_of(job_input.words, open_encoder())


def read_intent(words: str, brief: Brief, encoder: Encoder) -> Intent:
    """Understand a brief; the brief's own seconds and size beat what the words say.

    Raises BadBrief when nothing can be filmed or the length asked for lies outside 5 to 600 seconds.
    """
    return settled(understood_of(words, encoder), brief)


def understood_of(words: str, encoder: Encoder) -> Understood:
    """Everything that a text says, of a brief or of a message."""
    text = plain_text(words)
    if not re.search(r"[^\W\d_]", text):
        return Understood(words=words)
    language = language_of(text)
    if language != "en":
        return _foreign(text, words, language)
    text = repaired(text)
    marks = with_ending(without_title(with_figures(with_directions(with_tones(encoder.read(text))))))
    content, tones = content_of(marks), marks.words_of("tone")
    if OTHER_LENGTH.fullmatch(content.topic):
        content = content.model_copy(update={"topic": "", "subject": ""})
    understood: dict[str, object] = {
        "words": words,
        "act": marks.act,
        "title": title_of(marks) or headline_of(marks),
        "video_type": VideoType(marks.video_type),
        "wants_knowledge": marks.knowledge >= KNOWLEDGE,
        "seconds": asked_seconds(marks),
        "at_most": CEILING.search(asked_length(marks)) is not None,
        "size": asked_size(marks) or fitting_size(marks),
        "mood": mood_of(tones, encoder.embed) or mood_of([wish for wish in marks.words_of("wish") if MANNER.search(wish)], encoder.embed),
        "style": ", ".join(dict.fromkeys(tones)),
        "audience": LOOSE_END.sub("", LEADING.sub("", marks.first("audience")).strip(" .!?")),
        "call_to_action": action_of(marks.words_of("action")),
        "occasion": marks.first("occasion"),
        "quoted": next((with_name(mark, text) for mark in marks.of("by")), "").strip(" .,"),
        "avoid": tuple(words for words in marks.words_of("avoid") if not (is_without_music(marks) and MUSIC.fullmatch(words.strip(" .!")))),
        "without_music": is_without_music(marks),
        "unspoken": unspoken_in(marks),
        "wishes": wishes_of(marks),
    }
    return content.model_copy(update=understood)


DELIVERED = re.compile(
    r"(?:please\s+)?(?:speak|talk|read)(?:\s+(?:it|this|out|slowly|clearly|calmly|gently|softly|and|very|please))+[.!]?", re.I
)
"""How words are to be spoken: said to nobody but the narrator."""


def with_tones(marks: Marks) -> Marks:
    """The same, where a word for a mood that was taken for a topic is a tone: “a calming film”."""
    moods = {mark for mark in marks.of("topic") if any(mark.words.lower().removesuffix(end) in MOOD_OF for end in ("", "ing", "ly"))}
    return replace(marks, roles=tuple(replace(mark, tag="tone") if mark in moods else mark for mark in marks.roles))


def content_of(marks: Marks) -> Understood:
    """The topic, and the client's words that the film says or mentions."""
    cited, others = saying_in(marks)
    # who greets quotes nobody: without quotation marks the words are the sender's own
    own = [mark for mark in cited if marks.video_type == VideoType.GREETING and mark.words[:1] not in QUOTATION_MARKS]
    signed = signature_in(marks)
    whole = [*greetings_in(marks), *signed]
    parts = [mark for mark in marks.of("say") if not any(line.start <= mark.start and mark.end <= line.end for line in whole)]
    # an appeal that is not the last is told where it stands
    parts += marks.of("action")[:-1]
    said = sorted([*parts, *own, *others, *headlines_in(marks), *whole], key=lambda mark: mark.start)
    points = marks.of("point")
    named = {bare_name(mark.words) for mark in (*marks.overlays, *marks.roles) if mark.tag == "name"}
    # a name alone tells nothing, nor does what a script calls its parts
    told = [mark for mark in said if re.search(r"[^\W\d_]|\d{3}", mark.words) and bare_name(mark.words) not in named]
    told = [mark for mark in told if not LABEL.fullmatch(mark.words) and not DELIVERED.fullmatch(mark.words)]
    apart = bool(marks.of("by")) and not signed
    spoken = {finished(part): mark for mark in reversed(told) if (part := as_spoken(mark.words, signed=apart))}
    sentences = tuple(sorted(spoken, key=lambda sentence: spoken[sentence].start))
    topics = topics_of(marks)
    topic = " and ".join(topics[:2]) if topics[1:] and not sentences else next(iter(topics), "")
    sides = () if sentences else sides_in(topics)
    return Understood(
        topic=topic,
        subject="" if topic else subject_in(marks, sentences),
        sentences=sentences,
        key_points=tuple(dict.fromkeys(item for point in points for item in items_in(point.words))),
        points_after=sum(mark.start < points[0].start for mark in spoken.values()) if points else 0,
        sides=sides,
        name=name_of(marks),
        quote=" ".join(mark.words.strip(QUOTATION_MARKS + " ") for mark in cited if mark not in own),
    )


LABELLED = re.compile(rf"^{LABEL.pattern}(?<=:)\s+", re.I)
"""What a script calls the words behind it: “VO: 400 trees stand here today.”"""
NUMBERED = re.compile(r"^(?:\d{1,2}|[a-h])[.)]\s+(?=[^\W\d_])")
"""What counts steps in writing."""
ENDLESS = re.compile(r"(?:,?\s+(?:with love|love|lots of love|yours|best wishes|kisses))?,?\s+from$", re.I)
"""An end that waits for whom a greeting is from, who has a stretch of their own."""


ORDERED = re.compile(
    r"[\s,]+(?:(?:and|so|oh|also)\s+)*(?:can|could|would|will) (?:you|u|we) (?:please )?"
    r"(?:make|keep|do|have|get|put|film|turn)\b[^.!?]{0,40}$",
    re.I,
)
"""An order that is left at the end of spoken words: “… from year six | and can you keep it” under a minute."""


def as_spoken(words: str, *, signed: bool = False) -> str:
    """A sentence without what stands only on paper: its number, quotation marks that set it or a whole script off, an end left open.

    ``signed``: whom it is from stands apart.
    """
    text = LABELLED.sub("", NUMBERED.sub("", spelt(words.strip())))
    marks = [place for place, letter in enumerate(text) if letter in QUOTATION_MARKS]
    around = len(marks) == 2 and marks[0] == 0 and marks[1] == len(text) - 1
    if around or len(marks) % 2:
        edges = [place for place in marks if place == 0 or not re.search(r"\w", text[place:])]
        text = "".join(letter for place, letter in enumerate(text) if place not in edges)
    text = ORDERED.sub("", text.strip())
    return ENDLESS.sub("", text) if signed else text


def saying_in(marks: Marks) -> tuple[list[Mark], list[Mark]]:
    """The stretches of one saying, and those further on, which are no part of it."""
    cited = marks.of("quote")
    apart = next((place for place in range(1, len(cited)) if re.search(r"\w", marks.text[cited[place - 1].end : cited[place].start])), None)
    return cited[:apart], cited[apart:] if apart else []


def headlines_in(marks: Marks) -> list[Mark]:
    """Topics that are lines of their own before what the client says, to be heard as well: “Lost cat!!! Ginger tom, white paws.”"""
    spoken = [mark.start for mark in marks.of("say")]
    lines = dict(sentences_in(marks.text))
    return [
        Mark("say", mark.start, end, " ".join(marks.text[mark.start : end].split()))
        for mark in marks.of("topic")
        if spoken
        and mark.start < max(spoken)
        and not re.search(r"\byou", mark.words, re.I)
        and (end := lines.get(mark.start))
        and end <= mark.end + 3
        and "?" not in marks.text[mark.start : end]
    ]


def greetings_in(marks: Marks) -> list[Mark]:
    """The client's own sentences that greet: wish, whom it is for, and why, and nothing else: “Happy 70th birthday to my dad, Ron!”"""
    found = []
    for start, end in sentences_in(marks.text):
        inside = [mark for mark in marks.roles if mark.start < end and start < mark.end]
        tags = [mark.tag for mark in inside]
        wishes = tags[:1] == ["occasion"] or tags[:2] == ["say", "audience"]
        if wishes and inside[0].start == start and not FILMED.search(inside[0].words):
            gaps = [marks.text[one.end : other.start] for one, other in pairwise(inside)]
            if set(tags[1:]) <= {"audience", "name", "topic"} and all(map(JOINING.fullmatch, gaps)):
                found.append(Mark("say", start, end, " ".join(marks.text[start:end].split())))
    return found


SIGNED = re.compile(r"(?:^|\n|[.!?]\s)\s*((?:with|lots of|all|much|your|yours)\b[^\n.!?:]{0,40})$", re.I)
"""What stands before whom a letter is from, in the client's own words: “With all our love, | Ruth and Sam”."""


def signature_in(marks: Marks) -> list[Mark]:
    """The line that a letter is signed with, where it is more than a name; what is said to the film maker behind it is no part of it."""
    found = ((mark, SIGNED.search(marks.text, max(0, mark.start - 60), mark.start)) for mark in marks.of("by")[-1:])
    lines = []
    for mark, line in found:
        if line and marks.video_type == VideoType.GREETING:
            rest = re.compile(r"[^\n.!?(\[]*").match(marks.text, mark.end)
            reaches = rest.end() if rest else mark.end
            ordered = any(mark.end <= other.start < reaches for other in marks.roles if other.tag != "say")
            end = mark.end if ordered or marks.text[mark.end - 1] in ".!?" else reaches
            lines.append(Mark("say", line.start(1), end, " ".join(marks.text[line.start(1) : end].split())))
    return lines


FILMED = re.compile(r"\b(?:video|film|message|card|greetings?|wish|invitation|announcement)\b", re.I)
"""What a wish to the film maker is called."""
JOINING = re.compile(r"[\s,]*(?:to|on|for|dear)?\s*", re.I)


LAST_ITEM = re.compile(r",\s+(?:and|or)\s+", re.I)
"""What stands before the last thing of a list."""
JOINT = re.compile(r",?\s+(?:and|or)$", re.I)
"""What tied a point to the next."""


def items_in(words: str) -> list[str]:
    """The things that a point names: of “two pairs of socks, and a mug” both."""
    items = LAST_ITEM.split(words) if words.count(",") == 1 else [words]
    return [JOINT.sub("", item.strip(" .?,")) for item in items if re.search(r"\w", item)]


def asked_seconds(marks: Marks) -> float | None:
    """The length that a brief asks for: the last that can be understood, since people correct themselves."""
    return seconds_of(asked_length(marks))


THINGS = re.compile(
    r"\s+(?:\w+ )?(?:facts?|things|reasons|tips|ways|steps|ideas|rules|mistakes|questions|scenes?|shots?|examples|words|points)\b", re.I
)
"""What is counted in a film, behind a number that is no length."""


def asked_length(marks: Marks) -> str:
    """The words that name it; empty: none do."""
    named = (mark.words for mark in reversed(marks.of("length")) if not counts_things(mark, marks.text))
    return next((words for words in named if seconds_of(words) is not None), "")


def counts_things(mark: Mark, text: str) -> bool:
    """Whether a bare number counts what is told instead of seconds: “10 facts about Jupiter”."""
    return re.fullmatch(r"\d+|[a-z]+", mark.words, re.I) is not None and THINGS.match(text, mark.end) is not None


def asked_size(marks: Marks) -> Size | None:
    """The shape that a brief asks for, the last that names one."""
    named = [f"{mark.words}{short[0] if (short := SHORTS.match(marks.text, mark.end)) else ''}" for mark in marks.of("shape")]
    return next((size for words in reversed(named) if (size := size_of(words)) is not None), None)


def fitting_size(marks: Marks) -> Size | None:
    """The shape that suits a place which takes any: upright where people hold their phones."""
    return PORTRAIT if any(map(HELD.search, marks.words_of("shape"))) else None


HELD = re.compile(r"\b(?:insta(?:gram)?|ig|whats\s?app|socials?|status)\b", re.I)
"""Places that are looked at on a phone."""
SHORTS = re.compile(r"\s+shorts?\b", re.I)
"""What makes an upright platform of a wide one: “YouTube | Short”."""


def unspoken_in(marks: Marks) -> tuple[str, ...]:
    """Sentences among or behind the client's own that nobody marked and that do not speak to the film maker: they may have been meant."""
    first = min((mark.start for mark in marks.of("say")), default=len(marks.text))
    title = TITLE.search(marks.text)
    told = [*((mark.start, mark.end) for mark in marks.roles), *([title.span()] if title else [])]
    bare = [
        " ".join(marks.text[start:end].split())
        for start, end in sentences_in(marks.text)
        if start > first and not any(begins < end and start < ends for begins, ends in told)
    ]
    return tuple(one for one in bare if " " in one and not TALK.search(one))


MUSIC = re.compile(r"(?:any |the )?(?:background )?(?:music|soundtrack)", re.I)
NO_MUSIC = re.compile(
    r"\b(?:no|without|skip|leave out|drop|remove|take out|(?:don['’]?t|do not) (?:want|need|use|add|put|play|have))\s+"
    r"(?:any |the )?(?:background )?"
    r"(?:music|soundtrack)\b(?!\s+(?:(?:to be |being )?(?:so|too|that|very|as|louder)|but|except|with|from|over|under|in|would)\b)|"
    r"\b(?:leave|keep) (?:any |the )?(?:background )?music out\b",
    re.I,
)
"""“No music”, but not “no music with words” or “don't have the music so loud”."""


def is_without_music(marks: Marks) -> bool:
    """Whether the client wants no music at all, in words that are not for viewers."""
    told = marks.of("say", "point", "topic", "name", "quote", "action")
    return any(not any(mark.start <= found.start() < mark.end for mark in told) for found in NO_MUSIC.finditer(marks.text))


def wishes_of(marks: Marks) -> tuple[str, ...]:
    """Other wishes about the making, and a shape that no film of ours has."""
    done = is_without_music(marks)
    wishes = [wish for wish in marks.words_of("wish") if not OTHER_LENGTH.search(wish) and not ORDINARY.fullmatch(wish)]
    wishes = [NO_MUSIC.sub("", wish, count=1).strip(" ,.;!") if done and NO_MUSIC.match(wish) else wish for wish in wishes]
    wishes = [wish for wish in wishes if wish]
    return tuple(dict.fromkeys([*wishes, *(shape for shape in marks.words_of("shape") if not is_made(shape))]))


def _foreign(text: str, words: str, language: str) -> Understood:
    """Another language's sentences as they are: our instructions are English."""
    sentences = tuple(dict.fromkeys(split_sentences(text)))
    first = next(iter(sentences), "").rstrip(".!?。！？")
    clause = re.split(r"[.!?。！？,;:]", first)[0]
    topic = " ".join((clause if len(clause.split()) > 1 else first).split()[:6])
    return Understood(words=words, language=language, subject=topic, sentences=sentences)
