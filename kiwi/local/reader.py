"""Reads what a client said or typed and understands what film they want."""

import re
from dataclasses import dataclass, field
from math import ceil

from kiwi.errors import BadBrief
from kiwi.film import LANDSCAPE, MAX_SECONDS, MIN_SECONDS, Brief, Intent, Mood, VideoType
from kiwi.local.actions import action_from, is_call_to_action
from kiwi.local.grammar import tagged
from kiwi.local.instructions import Asked, Part, ask_of, order_of, split_instructions
from kiwi.local.languages import language_of
from kiwi.local.names import name_in, name_in_sentences
from kiwi.local.occasions import closed, deeds, facts_of, greeting, greetings, occasion_of
from kiwi.local.sentences import calmed, drop_hesitations, finished, has_verb, is_disfluent, split_run_on, split_sentences, strip_markup
from kiwi.local.speech import speech_seconds
from kiwi.local.subjects import topic_from_sentences
from kiwi.local.topics import clean_topic, points_in, topic_from_order
from kiwi.local.video_types import Said, type_of
from kiwi.local.vocabulary import BEFORE_SLEEP, DEFAULT_MOOD
from kiwi.local.wishes import CUT, Wishes, cut_wishes
from kiwi.local.wording import LABEL

DEFAULT_SECONDS = 30.0
NOTHING_TO_FILM = "The brief says nothing to film: say what the film should be about."
OWN_SHARE = 0.8
"""Share of a film's seconds that its voice takes, when the client's own words decide its length."""
FOREIGN_SECONDS = 10.0
"""Of a film in a language that we have no words of our own in."""
COMPLETE, LEAST_SECONDS, ENDS_SECONDS = 3, 15.0, 2.5
"""From so many sentences on a client's own words are a whole film, which needs no company to reach the usual length."""


@dataclass
class Notes:
    """What has been understood of a brief while reading it sentence by sentence."""

    wishes: Wishes = field(default_factory=Wishes)
    topic: str = ""
    name: str = ""
    ordered: bool = False
    orders: list[str] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    action: str = ""


def read_intent(words: str, brief: Brief) -> Intent:
    """Understand a brief; the brief's own seconds and size beat what the words say.

    Raises BadBrief when nothing can be filmed or the length asked for lies outside 5 to 600 seconds.
    """
    text = strip_markup(words)
    if not re.search(r"[^\W\d_]", text):
        raise BadBrief(NOTHING_TO_FILM)
    language = language_of(text)
    notes = read_english(text) if language == "en" else read_foreign(text)
    notes.name = notes.name or (name_in_sentences(notes.sentences) if not notes.topic else "")
    topic = notes.topic or topic_from_sentences(notes.sentences, notes.name) or (notes.points[0] if notes.points else "")
    if not topic:
        raise BadBrief(NOTHING_TO_FILM)
    said = Said(tuple(notes.sentences), notes.wishes.audience, notes.name, notes.action)
    video_type = type_of(notes.orders, topic, said)
    return Intent(
        topic=topic,
        video_type=video_type,
        seconds=seconds_of(notes, brief, english=language == "en"),
        size=brief.size or notes.wishes.size or LANDSCAPE,
        mood=notes.wishes.best_mood or (Mood.TENDER if soothes(video_type, words) else DEFAULT_MOOD[video_type]),
        audience=notes.wishes.audience,
        key_points=tuple(dict.fromkeys(notes.points)),
        sentences=tuple(notes.sentences),
        call_to_action=notes.action,
        name=notes.name,
        language=language,
        original=words,
    )


def soothes(video_type: VideoType, words: str) -> bool:
    """Whether a story is told before sleep."""
    return video_type is VideoType.STORY and BEFORE_SLEEP.search(words) is not None


def read_foreign(text: str) -> Notes:
    """Keep another language's sentences as they are: our instructions are English."""
    notes = Notes(sentences=list(dict.fromkeys(split_sentences(text))))
    clause = re.split(r"[.!?。！？,;:]", notes.sentences[0])[0]
    words = (clause if len(clause.split()) > 1 else notes.sentences[0].rstrip(".!?。！？")).split()
    notes.topic = " ".join(words[:6]) if len(words) <= 6 else re.sub(r"(?:\s\w{1,3})+$", "", " ".join(words[:6]))
    return notes


SAYING = re.compile(r"^[\"“](?P<words>[^\"”]{12,})[\"”][\s,.–—-]*(?P<by>[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){1,3})\.?$")
"""Somebody's words and a name, nothing else."""
SCRIPTED = re.compile(r"^(?P<order>[^:\"“\n]{3,90}):\s*[\"“](?P<script>[^\"“”]*[.!?]\s[^\"“”]*)[\"”](?P<rest>.*)$", re.S)
"""``Script for a video: "…"``: several sentences in quotation marks are a script, not a saying."""


def read_english(text: str) -> Notes:
    """Read an English brief sentence by sentence."""
    notes = Notes()
    talked = is_disfluent(text)
    saying = SAYING.match(text)
    if saying:
        take_quotation(saying["words"].strip(), saying["by"].rstrip("."), text, notes)
        return notes
    scripted = SCRIPTED.match(text)
    if scripted and order_of(cut_wishes(scripted["order"], Wishes()), False):
        take_note(scripted["order"], notes)
        notes.sentences.extend(split_sentences(scripted["script"]))
        text = scripted["rest"]
    for sentence in sentences_of(calmed(text), talked):
        take_note(sentence, notes)
    if (
        not notes.action
        and (len(notes.sentences) > 1 or (notes.topic and notes.sentences))
        and is_call_to_action(notes.sentences[-1])
        and not is_step(notes.sentences)
    ):
        last = notes.sentences.pop()
        # who "they" are in the client's own call is not the viewers
        notes.action = last.rstrip(" .") if re.search(r"\bthe(?:y|m|ir)\b", last, re.I) else action_from(last)
    linked = LINK.search(notes.sentences[-1]) if notes.sentences and not notes.action else None
    if linked and linked.start() > 0:
        notes.action = action_from(linked["link"])
        notes.sentences[-1] = finished(notes.sentences[-1][: linked.start()])
    notes.sentences = list(dict.fromkeys(notes.sentences))
    if not notes.name and not notes.topic and notes.action:
        notes.name = next(iter(re.findall(r"\b[A-Z][a-z]+[A-Z]\w+", notes.action)), "")
    return notes


def is_step(sentences: list[str]) -> bool:
    """Whether the last of several instructions in a row is one of them, not a call to the shop."""
    orders = sum(tagged(sentence)[0].tag == "VB" for sentence in sentences[:-1])
    return orders >= 2 and re.search(r"\b(?:us|our|today|tonight|now)\b|\w\.\w{2,}|\d{3}", sentences[-1], re.I) is None


LINK = re.compile(r"[,;]?\s*(?P<link>\b(?:the )?link(?:['’]s| is)? in (?:the |our |my )?bio)\W*$", re.I)
"""A call to action without a verb, as posts end with."""


def sentences_of(text: str, talked: bool) -> list[str]:
    """Cut a brief into the smallest pieces that ask for or say one thing."""
    found: list[str] = []
    for sentence in split_sentences(text):
        calm = drop_hesitations(sentence)
        for clause in split_instructions(calm):
            found.extend(split_run_on(clause, 14 if talked else 24))
    return [sentence for sentence in found if re.search(r"\w", sentence)]


QUOTED_BY = re.compile(
    r"^.{0,60}?\b(?i:quotes?|quotation|saying|words?|line)\b.{0,30}?\b(?:by|from|"
    r"of)\s+(?P<by>[A-Z][\w.'’-]+(?: [\w.'’-]+){0,3}?)[\s:,;–—-]+[\"“](?P<words>[^\"”]+)[\"”](?P<after>.*)$",
    re.S,
)
LED_IN = re.compile(r"^(?P<order>[^:\"“]{3,90}?)(?::\s*|\s+(?=[\"“]))(?P<rest>[\"“\w].{8,})$", re.S)
"""``A news bulletin: the library reopens``: an order, then the words to say."""


def take_note(sentence: str, notes: Notes) -> None:
    """Understand one sentence and write down what it adds."""
    quoted = QUOTED_BY.match(sentence)
    if quoted:
        take_quotation(quoted["words"].strip(), quoted["by"], sentence, notes)
        return
    led = LED_IN.match(sentence)
    if led and order_of(cut_wishes(led["order"], Wishes()), notes.ordered) and is_script(led["rest"]):
        take_note(led["order"], notes)
        notes.ordered = True
        take_script(led["rest"], notes)
        return
    label = LABEL.match(sentence)
    if label:
        take_label(label["key"].lower(), label["value"], notes)
        return
    if not (notes.ordered or notes.topic or notes.sentences) and take_occasion(sentence, notes):
        return
    wishes = Wishes()
    cut = cut_wishes(sentence, wishes)
    asked = ask_of(sentence, cut, notes.ordered or bool(notes.sentences))
    if asked.part is Part.CONTENT:
        take_content(sentence, cut, wishes, notes)
        return
    if asked.part in {Part.ORDER, Part.STYLE}:
        notes.orders.append(sentence)
        adopt(wishes, notes)
    if asked.part is Part.ORDER:
        take_order(asked, notes)
    elif asked.part is Part.ACTION:
        notes.action = action_from(asked.rest)
    elif asked.part is Part.SAY:
        notes.sentences.append(finished(asked.rest.strip('"“”')))
    elif asked.part is Part.MENTION:
        notes.points.extend(points_in(asked.rest))
    elif asked.part is Part.NAME:
        name = asked.rest.strip(' "“”.,')
        notes.name = notes.name or (name.title() if name.islower() else name)
        if asked.modifiers and has_verb(asked.modifiers):
            notes.sentences.append(finished(re.sub(r"^(?:and|so|but)\s+", "", asked.modifiers)))


def take_occasion(sentence: str, notes: Notes) -> bool:
    """Note a greeting, an invitation, a comparison, a recipe or a headed list, unless the sentence orders a film; whether it was one."""
    wishes = Wishes()
    head, colon, rest = sentence.partition(": ")
    cut = cut_wishes(head, wishes) + colon + rest
    wished = greetings(closed(cut.replace(CUT, f"to {wishes.audience}", 1) if wishes.audience else cut))
    if wished:
        wishes.audience = ""  # it is who is greeted
    occasion = deeds(sentence) or greeting(rest) or wished or (None if order_of(cut, ordered=False) else occasion_of(cut))
    if occasion is None:
        return False
    adopt(wishes, notes)
    notes.ordered = True
    notes.orders.append(occasion.kind)
    notes.topic = clean_topic(occasion.topic)
    notes.name = notes.name or ("" if "tribute" in occasion.kind else name_in(notes.topic))
    notes.sentences.extend(occasion.sentences)
    notes.wishes.audience = notes.wishes.audience or occasion.audience
    if occasion.mood and not notes.wishes.moods:
        notes.wishes.moods[occasion.mood] = 0
    if occasion.seconds:
        notes.wishes.seconds.append((0, occasion.seconds))
    return True


def take_script(words: str, notes: Notes) -> None:
    """Note the words behind an order's colon; what follows a quotation is read on its own: ``"…" 12 seconds``."""
    quoted = re.match(r"(?P<words>[\"“][^\"”]+[\"”])(?P<tail>\s+[a-z\d(].*)$", words, re.S)
    if quoted and not re.match(r"\s+(?:by|said|says|wrote|from)\b", quoted["tail"]):
        notes.sentences.append(quoted["words"])
        take_note(quoted["tail"].strip(), notes)
    else:
        notes.sentences.append(finished(words))


def is_script(words: str) -> bool:
    """Whether what follows an order's colon is to be spoken: somebody's words, or a whole sentence that asks nothing."""
    if words[0] in '"“':
        return re.match(r"[\"“][^\"”]{12,}[\"”]", words) is not None
    return (has_verb(words) or re.search(r"\d ?%|[$€£]\d", words) is not None) and not re.match(
        r"(?:how|why|what|when|where|who)\b", words, re.I
    )


def take_quotation(words: str, by: str, sentence: str, notes: Notes) -> None:
    """Note somebody's words as a sentence that says whose they are."""
    wishes = Wishes()
    cut_wishes(sentence.replace(words, ""), wishes)
    adopt(wishes, notes)
    notes.ordered = True
    notes.orders.append("quote")
    notes.name, notes.topic = by, notes.topic or by
    notes.sentences.append(f"“{finished(words)}” — {by}")


def take_label(key: str, value: str, notes: Notes) -> None:
    """Read a line such as ``Audience: teenagers``."""
    wishes = Wishes()
    notes.ordered = True
    if key not in {"audience", "cta"} and "point" not in key:
        notes.orders.append(f"{key}: {value}")
    if key in {"topic", "subject", "about", "title", "product", "goal", "purpose", "type", "video type"}:
        cut = cut_wishes(value, wishes)
        adopt(wishes, notes)
        if key not in {"type", "video type"}:
            take_order(Asked(Part.ORDER, f" about {cut}", bare_film=True), notes)
    elif key in {"name", "brand", "company", "client"}:
        notes.name = clean_topic(value)
    elif key.startswith(("cta", "call")):
        notes.action = action_from(value)
    elif "point" in key or key in {"must mention", "mention", "include"}:
        notes.points.extend(points_in(value))
    elif "audience" in key or key == "target":
        notes.wishes.audience = value.strip(" .").removeprefix("for ")
    elif key in {"script", "voice-over", "voiceover", "narration", "text", "content"}:
        notes.sentences.extend(finished(sentence) for sentence in split_sentences(value))
    elif key in {"tone", "tone of voice", "style", "mood", "music", "voice"}:
        notes.wishes.feel(value)
    else:
        cut_wishes(f"Keep it {value}" if key in {"length", "duration", "time"} else f"Make it {value}.", wishes)
        adopt(wishes, notes)


def adopt(wishes: Wishes, notes: Notes) -> None:
    """Add one instruction's wishes to the brief's; the first one to speak wins."""
    notes.wishes.seconds.extend(wishes.seconds)
    notes.wishes.size = notes.wishes.size or wishes.size
    notes.wishes.audience = notes.wishes.audience or wishes.audience
    for mood, weight in wishes.moods.items():
        notes.wishes.moods[mood] = notes.wishes.moods.get(mood, 0) + weight


INTRODUCED = re.compile(
    r"(?:(?:hi|hello|hey)\b[, ]*)?(?:I['’]m|I am|my name is|this is)\b[^.!?]{0,60}?"
    r"(?:\b(?:teacher|professor|student|pupil|manager|assistant|coordinator|intern|secretary|trainer|tutor|coach|grader)\b|\bname\b)",
    re.I,
)
"""Who asks for the film, said before asking: nothing to be spoken."""


def take_order(asked: Asked, notes: Notes) -> None:
    """Note an order's topic, name and, hidden in it, audience."""
    if not asked.bare_film and re.match(r"that\s", asked.rest, re.I):
        notes.ordered = True
        notes.sentences.append(finished(asked.rest[5:].replace(CUT, " ").strip()))
        return
    first = not notes.ordered
    notes.ordered = True
    if first:
        notes.sentences = [sentence for sentence in notes.sentences if not INTRODUCED.match(sentence)]
    ordered = topic_from_order(asked)
    if ordered.audience and not notes.wishes.audience:
        notes.wishes.audience = ordered.audience
    notes.points.extend(ordered.points)
    notes.name = notes.name or ordered.name
    if ordered.aside:
        notes.sentences.append(finished(ordered.aside))
    if not notes.topic:
        head, items = ordered.topic.partition(": ")[::2]
        notes.points.extend(points_in(items) if ", " in items else ())
        topic, facts = facts_of(head if ", " in items else ordered.topic)
        notes.sentences.extend([facts] if facts else [])
        notes.topic = of_whom(topic, notes)
        defined = re.match(r"(?P<name>(?:[A-Z][\w&'’-]*)(?: [A-Z][\w&'’-]*)*), (?P<what>(?:an?|the|our) .{8,})$", notes.topic)
        if defined:
            notes.topic = notes.name = defined["name"]
            notes.sentences.append(finished(f"{defined['name']} is {defined['what']}"))
    elif ordered.topic and not first and ordered.topic.lower() != notes.topic.lower():
        notes.points.append(ordered.topic)


def of_whom(topic: str, notes: Notes) -> str:
    """Give an occasion its person: ``birthday`` for ``my grandmother`` → ``my grandmother's birthday``."""
    if re.fullmatch(r"(?:a )?(?:welcome|onboarding|orientation)(?: video)?", topic, re.I):
        place = name_in(notes.wishes.audience)
        return f"your first day at {place}" if place else "your first day"
    occasion = re.fullmatch(
        r"(?:happy )?(birthday|anniversary|wedding|graduation|retirement|farewell|thank[- ]you)(?: party)?", topic, re.I
    )
    if occasion and re.match(r"(?:my|our)\b", notes.wishes.audience):
        return f"{notes.wishes.audience}'s {topic}"
    return topic


def take_content(sentence: str, cut: str, wishes: Wishes, notes: Notes) -> None:
    """Keep a sentence that is to be spoken; a lone fragment is the topic instead."""
    called = re.search(r"\b(?:called|named)\s+(?P<name>[A-Z][\w&'’-]*(?: (?:of |the |and )?[A-Z][\w&'’-]*)*)", sentence)
    if called:
        notes.name = notes.name or called["name"]
    fragment = cut.replace(CUT, " ").strip(" ,.;:-")
    if re.fullmatch(
        r"(?:okay|ok|so|well|right|and|um|uh|hi|hello|hey|yeah|alright|now|then|also|you know|like|please|[\s,])*", fragment, re.I
    ):
        return
    question = re.match(r"(?:how|why|what|who|where|when|is|are|does|do|can)\b", fragment, re.I) is not None
    alone = not notes.topic and not notes.sentences and not sentence.rstrip().endswith("!")
    if (
        alone
        and fragment
        and (not has_verb(fragment) or (question and len(fragment.split()) <= 12))
        and len(fragment.split()) <= 14
        and not is_call_to_action(fragment)
    ):
        adopt(wishes, notes)
        notes.orders.append(sentence)
        topic = clean_topic(fragment)
        notes.topic = topic
        notes.name = notes.name or name_in(topic)
        return
    if re.fullmatch(
        rf"[\W{CUT}]*(?:thanks?(?: you)?|please|hello|hi|ok(?:ay)?|bye|that['’]s (?:it|all)|yeah|yes|and|so|go|"
        r"i think(?: that['’]s it)?)[\W]*(?:so much|very much|there|all)?\W*",
        sentence,
        re.I,
    ):
        return
    spoken = finished(
        re.sub(
            r"^(?:(?:and|so|also|but|oh|well|okay|plus|yeah|yes)\b[, ]+)+(?=(?:we|it|they|i|our|the|there|you)\b)", "", sentence, flags=re.I
        )
    )
    if spoken:
        notes.sentences.append(spoken)


def seconds_of(notes: Notes, brief: Brief, english: bool = True) -> float:
    """Settle the film's length; a ready text whose length nobody set gets the time its words need."""
    asked = brief.seconds if brief.seconds is not None else notes.wishes.best_seconds
    if asked is None:
        needed = sum(speech_seconds(sentence) for sentence in notes.sentences) / OWN_SHARE
        limit = 90.0 if notes.ordered else float(MAX_SECONDS)
        least = LEAST_SECONDS if len(notes.sentences) >= COMPLETE else DEFAULT_SECONDS if english else FOREIGN_SECONDS
        return min(max(least, 5.0 * ceil((needed + ENDS_SECONDS) / 5.0)), limit)
    if not MIN_SECONDS <= asked <= MAX_SECONDS:
        raise BadBrief(f"A film can last {MIN_SECONDS} to {MAX_SECONDS} seconds, not {asked:g}: ask for a length in that range.")
    return float(asked)
