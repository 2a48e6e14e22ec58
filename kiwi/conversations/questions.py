"""How a conversation speaks: questions, and what has been understood, in a few plain words."""

import re
from collections.abc import Iterable

from kiwi.conversations.talk import Question, Wanted
from kiwi.film.model import LANDSCAPE, MAX_SECONDS, MIN_SECONDS, PORTRAIT, SQUARE, Brief, VideoType
from kiwi.local.read.settle import settled

QUESTIONS = {
    Question.TOPIC: "What should your film be about?",
    Question.SUBJECT: "Tell me a little more about it: what is it called, and what makes it worth a film?",
    Question.AUDIENCE: "Who is it for?",
    Question.ACTION: "What should viewers do after watching, for example visit your website or call you?",
    Question.LENGTH: "How long should it be?",
}
EXAMPLES = "A few words are enough, such as “our new bakery in Lisbon” or “how solar panels work”."
HELP = (
    "I turn a few sentences into a finished film with script, voice-over, pictures, music and captions, 5 seconds to 10 minutes long, "
    "wide, vertical or square."
)
CHANGES = "You can change the length, the shape, the tone, the audience or what is said at any time."
IDEAS = "Think of one thing people should know: something you make or sell, something you can explain, or somebody you want to thank."
CANCELLED = "All right, no film. Whenever you want one after all, just tell me what it should be about."
AFRESH = "We start over."
NOT_FOUND = "I have not found a topic in that."
UNLIKE = "How should it feel instead, for example calm, warm, cheerful or energetic?"
BEGIN = "You can start the film now."
START = "Start the film when you are ready, or tell me what to change."
NO_TOPIC = "Before I can make it, I need its topic."
UNSURE = "I am not sure what to do with that."
UNDONE = "That is taken back."
NOTHING_TO_UNDO = "There is nothing to take back."
FOREIGN = "I keep your words as they are; instructions I follow in English only."
GLADLY = "Gladly!"
ALREADY = "It is like that already."
UNDER_WAY = "Your film is being made: {summary}."
STOP_IT = "The film is being made already. Cancel it where you watch it; here it is only talked over."
NEXT_VERSION = "I have noted that for another version: the film under way stays as it was. When it is ready, start the next one."
NEXT_NOW = "The film under way is over, and what you wanted since is noted. Start the next one when you are ready."
READY = "Your film is ready. Tell me what to change if you would like another version."
FAILED = "The film could not be made: {error} You can start it again, or change something first."
STOPPED = "The film was cancelled. You can start it again, or change something first."

KINDS = {kind: kind.value for kind in VideoType} | {
    kind: f"{kind.value} film" for kind in (VideoType.PROMOTIONAL, VideoType.NEWS, VideoType.QUOTE)
}
SHAPES = {LANDSCAPE: "wide", PORTRAIT: "vertical", SQUARE: "square"}
LONGEST_QUOTE = 90
"""Characters of the client's own words that are said back to them."""


def length_of(seconds: float) -> str:
    """``45 seconds``, ``2 minutes``, ``2 minutes 30 seconds``."""
    minutes, rest = divmod(round(seconds), 60)
    parts = [f"{number} {unit}{'s' if number > 1 else ''}" for number, unit in ((minutes, "minute"), (rest, "second")) if number]
    return " ".join(parts) if minutes else f"{round(seconds)} seconds"


def summary_of(wanted: Wanted) -> str:
    """The film in half a sentence: ``a 30-second promotional film about your bakery, for families, vertical and calm``."""
    read, style = settled(wanted.film, Brief()), wanted.film.style
    topic = yours(read.topic) if read.language == "en" else quoted(read.topic)
    what = f"{_measured(read.seconds)} {KINDS[read.video_type]} about {topic}"
    manner = _all([SHAPES[read.size], *(style or read.mood.value).split(", ")])
    return ", ".join(part for part in (what, _for(read.audience), manner) if part)


def wishes_of(wanted: Wanted) -> str:
    """What was wished of a film that has no topic yet; empty: nothing."""
    film = wanted.film
    kind = KINDS[film.video_type] if film.video_type else "film"
    first = f"{_measured(film.seconds)} {kind}" if film.seconds else f"{_article(kind)} {kind}"
    parts = [_for(film.audience), SHAPES[film.size] if film.size else "", film.style]
    said = ", ".join(part for part in (first, *parts) if part)
    return f"{said[:1].upper()}{said[1:]}: noted."


def changes_of(was: Wanted, now: Wanted) -> str:
    """What a message has changed, in full sentences; empty: nothing."""
    before, after = settled(was.film, Brief()), settled(now.film, Brief())
    turned = [
        length_of(after.seconds) if now.film.seconds != was.film.seconds else "",
        SHAPES[after.size] if after.size != before.size else "",
        now.film.style if now.film.style != was.film.style else "",
        _for(after.audience) if after.audience != before.audience else "",
        f"{_article(KINDS[after.video_type])} {KINDS[after.video_type]}" if after.video_type is not before.video_type else "",
    ]
    found = [f"Noted: {', '.join(part for part in turned if part)}."] if any(turned) else []
    if points := [point for point in after.key_points if point not in before.key_points]:
        found.append(f"It will mention {_all(yours(point) for point in points)}.")
    if sentences := [sentence for sentence in after.sentences if sentence not in before.sentences]:
        found.append(f"It will say {_all(quoted(sentence) for sentence in sentences[:2])}{' and more' if len(sentences) > 2 else ''}.")
    if gone := [told for told in (*before.key_points, *before.sentences) if told not in (*after.key_points, *after.sentences)]:
        found.append(f"Taken out: {_all(quoted(told) for told in gone[:3])}.")
    if avoided := [told for told in after.avoid if told not in before.avoid]:
        found.append(f"It will not mention {_all(map(yours, avoided))}.")
    if after.name and after.name != before.name:
        found.append(f"The name is {after.name}.")
    if after.call_to_action and after.call_to_action != before.call_to_action:
        found.append(f"It ends with {quoted(after.call_to_action)}.")
    return " ".join(found).replace(".”.", ".”")


def unfulfilled(wishes: Iterable[str]) -> str:
    """That a wish about the making is not in our power; empty: there is none."""
    told = [quoted(wish) for wish in wishes]
    return f"I cannot do {_all(told)}: voice, music, pictures and language are ours to choose." if told else ""


def bounds_of(seconds: float) -> str:
    """What to say of a length that no film has; empty: it may be."""
    if seconds > MAX_SECONDS:
        return f"A film lasts {MAX_SECONDS // 60} minutes at most, so I have put that down."
    return f"A film lasts {MIN_SECONDS} seconds at least, so I have put that down." if seconds < MIN_SECONDS else ""


def yours(words: str) -> str:
    """The client's words said back: ``our bakery`` → ``your bakery``."""
    for mine, theirs in ((r"\b(?:my|our)\b", "your"), (r"\b(?:me|us)\b", "you"), (r"\bI am\b|\bwe are\b", "you are")):
        words = re.sub(mine, theirs, words, flags=re.I)
    return shortened(words)


def quoted(words: str) -> str:
    """The client's words in quotation marks."""
    return words if words[:1] in '“"' else f"“{shortened(words)}”"


def shortened(words: str) -> str:
    """Words that fit into a reply, cut between two of them."""
    return words if len(words) <= LONGEST_QUOTE else words[:LONGEST_QUOTE].rsplit(" ", 1)[0].rstrip(" ,;:.") + " …"


def _for(audience: str) -> str:
    return f"for {yours(audience)}" if audience else ""


def _measured(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    number, unit = (minutes, "minute") if minutes and not rest else (round(seconds), "second")
    return f"{_article(str(number))} {number}-{unit}"


def _article(words: str) -> str:
    return "an" if re.match(r"[aeio]|8|11(?:\D|$)|18(?:\D|$)", words) else "a"


def _all(items: Iterable[str]) -> str:
    listed = list(items)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"
