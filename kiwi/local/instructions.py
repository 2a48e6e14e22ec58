"""What a sentence of a brief asks for: a film, a point to mention, a call to action, a style; or is it to be spoken?"""

import re
from dataclasses import dataclass
from enum import StrEnum

from kiwi.local.vocabulary import FILM_NOUN, MOOD_OF
from kiwi.local.wishes import CUT


class Part(StrEnum):
    """What a sentence of a brief does."""

    ORDER = "order"
    MENTION = "mention"
    SAY = "say"
    ACTION = "action"
    NAME = "name"
    STYLE = "style"
    CONTENT = "content"


@dataclass(frozen=True)
class Asked:
    """A sentence's part and what it carries: topic, points, words to say, call to action or name."""

    part: Part
    rest: str
    bare_film: bool = False
    """An ORDER for a film by that word, not ``explain …``."""
    modifiers: str = ""
    verb: str = ""


LABEL = re.compile(
    r"^(?P<key>topic|subject|about|title|length|duration|time|run ?time|format|aspect(?: ratio)?|size|orientation|platform|audience|target(?: audience)?|tone(?: of voice)?|style|mood|music|voice|"
    r"cta|call[- ]to[- ]action|key points?|points?|must mention|mention|include|type|video type|name|brand|company|client|product|goal|purpose|script|voice-?over|narration|text|content|language)\s*[:=–-]\s+(?P<value>.+)$",
    re.I,
)

POLITE = (
    r"(?:(?:hi|hello|hey|good morning)(?: there| kiwi| team| everyone| guys)?[,.!]*\s+|(?:ok(?:ay)?|so|well|all ?right|right|now|and|then|also|please|just|maybe|yeah|yes|but|basically|alexa)[,.]*\s+|"
    r"(?:can|could|would|will) (?:you|we)(?: please| maybe| possibly| kindly)?(?: help me(?: to)?)?\s+|would you mind\s+|"
    r"(?:i|we)(?:['’]d|['’]m| would| am|['’]re| are)?(?: really| just| kind of| basically| also)?\s+(?:like|love|want|need|wanna|looking for|look for|looking|hoping|trying|would like)(?: for)?(?: you)?(?: to(?! (?:be|get) ))?\s+|"
    r"it['’]d be great (?:if you could|to)\s+|let(?:['’]s| us)\s+|help (?:me|us)(?: to)?\s+|is it possible to\s+|the idea is(?: to)?\s+|what i (?:want|need) is(?: to)?\s+|(?:this|it|that)(?:['’]s| is| will be| should be)\s+(?=(?:an? )?[\w ¦,-]{0,40}\b(?:video|film|promo|ad|tutorial|explainer)\b))"
)
MAKING = r"(?:make|create|produce|generate|build|do|shoot|film|record|design|prepare|craft|develop|give|put together|have|get|write|edit|render|come up with|see|making|creating|want|need)"
ORDER_FILM = re.compile(
    rf"^(?P<polite>{POLITE}*)(?P<make>{MAKING}\s+)?(?:me|us|him|her|them)?\s*"
    rf"(?P<modifiers>(?:(?!\b(?:about|that|which|to|is|are|was|were|your|their|explaining|on|of|with|from)\b)(?:{CUT}|[\w'’/&.-]+)[ ,]+){{0,10}}?)"
    rf"(?P<film>{FILM_NOUN}(?: {FILM_NOUN})?)\b(?!['’-])(?P<rest>.*)$",
    re.I | re.S,
)
REST_OF_ORDER = re.compile(
    rf"^\s*(?:$|[.,:;!?{CUT}–—-]|(?:about|on|for|of|that|which|to|in|with|where|and|explaining|promoting|showing|announcing|introducing|teaching|celebrating|advertising|telling|describing|called|titled|covering|from|please|featuring|how|why|by|inviting|entitled|version|format)\b)",
    re.I,
)

TEACHING = r"(?:explain(?:ing)?|describe|describing|introduce|announce|promote|promoting|advertise|advertising|celebrate|present|summari[sz]e|teach|show|tell|talk about|talk to \w+ about|narrate|report(?: on)?|illustrate|sell|walk (?:me|us|people|viewers) through|demonstrate|share|cover|remember)"
ORDER_VERB = re.compile(rf"^(?P<polite>{POLITE}*)(?P<verb>{TEACHING})\s+(?P<rest>.+)$", re.I | re.S)
THEM = r"(?:people|them|everyone|everybody|(?:the |our |my |your )?(?:viewers?|customers?|folks|audience|listeners?|users|visitors|guests|parents|families|neighbou?rs|fans|followers|members|students|clients|watchers|community)|anyone[\w ]*|others)"
LEAD_IN = r"(?:(?:and|also|then|please|but|oh|so|just|maybe|plus|finally|lastly|at the (?:very )?end(?: of (?:it|the video))?|in the end|to finish)[, ]+)*"
MUST = (
    r"(?:(?:make sure|be sure|remember|don['’]t forget|try|(?:i|we)(?:['’]d| would)? (?:want|like|need|love)(?: you| it| the video)?|(?:you|it|we|the (?:video|film|script|voice)) (?:should|must|could|can|needs?|has|have)|it would be (?:nice|good|great)|feel free)"
    r"\s+(?:to|that you|that it|you|we)?\s*|please\s+|also\s+|(?:can|could) you(?: please)?(?: also)?\s+)"
)
ACTION = re.compile(
    rf"^{LEAD_IN}(?:{MUST})?(?:tell|ask|invite|encourage|urge|remind|get|direct|send|persuade|convince|call on|challenge)\s+{THEM}\s+(?P<that>to|that they (?:can|should|could|need to)|they (?:can|should|could)|how they can|over to|towards?)\s+(?P<rest>.+)$",
    re.I | re.S,
)
ENDING = re.compile(
    rf"^{LEAD_IN}(?:{MUST})?(?:(?:end|finish|close|conclude|wrap up)(?: it| the video| the film)?(?: off)?|put|have|add|include)?\s*(?:with |by |on )?(?:saying |telling (?:people|them) to |asking (?:people|them) to |a |an |the |our |my |some )*"
    r"(?:(?:clear |strong |nice |final )?(?:call[- ]to[- ]action|cta|closing line|end card|slogan|tag ?line|invitation|button)(?: (?:is|should be|to|saying|that says|of))*\s*[:,-]?\s*)(?P<rest>.+)$",
    re.I | re.S,
)
ENDING_PLAIN = re.compile(
    rf"^{LEAD_IN}(?:{MUST})?(?:end|finish|close|conclude|wrap up)(?: it| the video| the film)?(?: off)?\s+(?:with|by|on)\s+(?:saying |telling (?:people|them) to |asking (?:people|them) to |inviting (?:people|them|everyone) to |the (?:words|line|sentence|phrase) |a (?:line|sentence|message) (?:saying |that says )?)?(?P<rest>.+)$",
    re.I | re.S,
)
SAY = re.compile(
    rf"^{LEAD_IN}(?:{MUST})?(?:(?:mention|say|state|note|stress|point out|emphasi[sz]e|highlight|include|add|explain|tell (?:people|them|everyone|viewers|customers)|let (?:people|them|everyone|viewers) know|make (?:it )?clear|start by saying|open with|begin with)"
    r"(?: the fact)?\s+(?:that|how)\s+|(?:say|saying|start by saying|open with(?: the words| the line)?|begin with(?: the words| the line)?):?\s+(?=[\"“‘'\w]))(?P<rest>.+)$",
    re.I | re.S,
)
SURE_MENTION = re.compile(
    rf"^{LEAD_IN}(?:{MUST})?(?:mention(?:ing)?|talk(?:ing)? about|highlight(?:ing)?|emphasi[sz]e|touch on|bring up|make mention of|focus(?:ing)? (?:it )?on|don['’]t forget(?: about)?|point out|give (?:me |us |them )?examples? of)\s+(?P<rest>.+)$",
    re.I | re.S,
)
MAYBE_MENTION = re.compile(
    rf"^(?P<must>{LEAD_IN}(?:{MUST})?)(?:includ(?:e|ing)|cover(?:ing)?|featur(?:e|ing)|(?<=\s)(?:list|add|show|explain|describe|answer))\s+(?P<rest>.+)$",
    re.I | re.S,
)
NAMED = re.compile(
    r"^(?:(?:so|and|well|our|my|the)\s+)*(?:(?:shop|company|business|brand|product|app|cafe|café|bakery|restaurant|store|place|name|team|club|band|book|show|podcast|channel|project|startup|gym|studio|salon|hotel|farm|charity|\w+)(?:['’]s name)?\s+(?:is|are)|it(?:['’]s| is)|we(?:['’]re| are)|they(?:['’]re| are)|that(?:['’]s| is))\s+(?:called|named)\s+(?P<rest>(?:(?!\s+(?:and|so|but|where)\s+(?:we|it|they|you|i|our|she|he)\b)[^,.;!?])+)(?P<after>.*)$",
    re.I | re.S,
)

STYLE_GLUE = frozenset(
    [
        "a",
        "an",
        "the",
        "it",
        "it's",
        "its",
        "this",
        "that",
        "be",
        "is",
        "are",
        "should",
        "would",
        "could",
        "can",
        "will",
        "make",
        "keep",
        "use",
        "using",
        "with",
        "and",
        "or",
        "but",
        "in",
        "of",
        "to",
        "very",
        "really",
        "quite",
        "please",
        "something",
        "kind",
        "sort",
        "i",
        "i'd",
        "we",
        "we'd",
        "want",
        "like",
        "need",
        "have",
        "has",
        "having",
        "love",
        "at",
        "for",
        "as",
        "by",
        "not",
        "too",
        "so",
        "just",
        "maybe",
        "bit",
        "little",
        "more",
        "less",
        "no",
        "any",
        "some",
        "tone",
        "style",
        "feel",
        "feeling",
        "vibe",
        "vibes",
        "mood",
        "music",
        "voice",
        "narration",
        "narrator",
        "video",
        "film",
        "clip",
        "length",
        "long",
        "short",
        "format",
        "aspect",
        "ratio",
        "audience",
        "target",
        "english",
        "language",
        "hd",
        "4k",
        "1080p",
        "captions",
        "subtitles",
        "caption",
        "background",
        "soundtrack",
        "colors",
        "colours",
        "color",
        "colour",
        "paced",
        "pace",
        "simple",
        "engaging",
        "clean",
        "cinematic",
        "nice",
        "good",
        "great",
        "beautiful",
        "high",
        "quality",
        "professional",
        "text",
        "screen",
        "words",
        "word",
        "jargon",
        "technical",
        "accessible",
        "easy",
        "understand",
        "ok",
        "okay",
        "thanks",
        "thank",
        "you",
        "do",
        "your",
        "best",
        "look",
        "looking",
        "sound",
        "sounding",
        "overall",
        "whole",
        "thing",
        "theme",
        "piano",
        "guitar",
        "acoustic",
        "jazz",
        "lofi",
        "lo-fi",
        "orchestral",
        "track",
        "song",
        "voiceover",
        "voice-over",
        "female",
        "male",
        "speaker",
        "thing",
        "on",
        "whatever",
        "go",
        "ahead",
        "ready",
        "soon",
        "possible",
        "asap",
        "cheers",
        "me",
        "us",
        "how",
        "what",
        "know",
        "let",
        "think",
        "best",
        "up",
        "fit",
        "seconds",
        "second",
        "minutes",
        "minute",
        "them",
        "all",
        "also",
        "there",
        "hope",
        "hey",
        "hi",
        "hello",
        "um",
        "uh",
        "animated",
        "animation",
        "animations",
        "graphics",
        "icons",
        "transitions",
        "visuals",
        "images",
        "social",
        "media",
        "post",
        "posting",
        "loop",
    ]
)


def is_style(cut_text: str) -> bool:
    """Whether nothing is left of a sentence, its wishes cut out, but words about the film's manner."""
    words = [word for word in re.findall(r"[\w'’-]+", cut_text.replace("’", "'").lower()) if not word.isdigit()]
    named_manner = CUT in cut_text or any(word in MOOD_OF for word in words)
    about_film = re.search(
        r"\b(?:tone|style|music|voice|video|film|captions?|subtitles?|jargon|background|soundtrack|format|length|mood|vibe|thank|thanks|narrator|voice-?over|animations?|graphics)\b",
        cut_text,
        re.I,
    )
    return (named_manner or about_film is not None) and all(word in STYLE_GLUE or word in MOOD_OF for word in words)


def ask_of(sentence: str, cut_text: str, ordered: bool) -> Asked:
    """Decide what a sentence asks for; ``cut_text`` is it without wishes, ``ordered`` whether a film was ordered before."""
    for pattern in (ACTION, ENDING, ENDING_PLAIN):
        match = pattern.match(sentence)
        if match and (ordered or pattern is not ENDING_PLAIN):
            toward = match.groupdict().get("that") or ""
            rest = f"go {toward} {match['rest']}" if re.match(r"over to|toward", toward, re.I) else match["rest"]
            return Asked(Part.ACTION, rest)
    if is_style(cut_text):
        return Asked(Part.STYLE, "")
    order = order_of(cut_text, ordered)
    if order is not None:
        return order
    match = SAY.match(sentence)
    if match and (ordered or re.match(r"(?:please |also |and )*(?:mention|say|tell|let) ", sentence, re.I)):
        return Asked(Part.SAY, match["rest"])
    match = SURE_MENTION.match(sentence)
    if match and (ordered or re.match(r"(?:\w+ )?mention", sentence, re.I)):
        return Asked(Part.MENTION, match["rest"])
    match = MAYBE_MENTION.match(sentence)
    if (
        match
        and ordered
        and not re.match(r"(?:the (?:pot|pan|dough|bowl|flour|water|milk|sugar|salt|eggs|lid)|it|them)\b", match["rest"], re.I)
    ):
        return Asked(Part.MENTION, match["rest"], verb="perhaps" if not match["must"].strip() else "")
    match = NAMED.match(sentence)
    if match:
        return Asked(Part.NAME, match["rest"].strip(), modifiers=match["after"].strip(" ,.;"))
    return Asked(Part.CONTENT, sentence)


def order_of(cut_text: str, ordered: bool) -> Asked | None:
    """Recognise an order for a film: by a word for film, or (first of all) by a verb of telling."""
    match = ORDER_FILM.match(cut_text)
    if match:
        asks = bool(match["make"]) or bool(match["polite"].strip())
        modifiers = match["modifiers"]
        plain = (
            re.fullmatch(
                rf"(?:{CUT}|an?|the|one|short|quick|promo|promotional|news|explainer|quote|brand|product|company|social|media|new|my|our|\s|,)*",
                modifiers,
                re.I,
            )
            is not None
        )
        loose = (
            plain
            or re.match(rf"^(?:$|an?\b|{CUT}|one\b|promotional|short|quick)", modifiers.strip(), re.I)
            and not re.match(r"^an? (?:good|great|true|real) ", modifiers, re.I)
        )
        story_content = (
            re.match(r"(?:story|stories|lessons?|quotes?|spot|episode)$", match["film"], re.I) and not asks and CUT not in cut_text
        )
        if (
            REST_OF_ORDER.match(match["rest"])
            and (asks or loose)
            and not story_content
            and not (ordered and not asks and CUT not in modifiers)
        ):
            return Asked(Part.ORDER, match["rest"], bare_film=True, modifiers=modifiers, verb=match["film"].lower())
    match = ORDER_VERB.match(cut_text)
    if match and (not ordered or (match["polite"].strip() and CUT in cut_text)):
        return Asked(Part.ORDER, match["rest"], verb=match["verb"].lower())
    return None


def split_instructions(sentence: str) -> list[str]:
    """Split one breath of instructions where the next one starts: ``…, mention our menu and tell people to visit``."""
    starts = (
        rf"(?:(?:please |also |maybe |don['’]t forget to |make sure (?:to|you) |be sure to )*(?:mention|talk about|highlight|emphasi[sz]e|tell {THEM} (?:to|that|they|how)|ask {THEM} to|invite {THEM} to|encourage {THEM} to|"
        rf"remind {THEM} (?:to|that)|get {THEM} to|urge {THEM} to|end (?:it )?(?:with|by)|finish (?:with|by)|say that|saying|include|cover|point out)|"
        r"(?:keep|make) (?:it|the (?:video|tone|film|mood))|use (?:a |an |some )?\w+ (?:music|voice|tone)|(?:it|the (?:video|film|tone|style|mood|length)) should|it(?:['’]s| is) (?:called|for)|(?:i|we) (?:want|need|['’]?d like|would like)(?: to (?:make|have|get|create))? (?:you to make )?an?\b|we(?:['’]re| are) called)\b"
    )
    pieces = re.split(rf"(?:\s*[,;]\s*|\s+)(?:and\s+|but\s+|then\s+|so\s+)?(?={starts})", sentence, flags=re.I)
    if ORDER_FILM.match(sentence):
        pieces = [
            part
            for piece in pieces
            for part in re.split(r",\s+(?=(?:it|there|we|he|she|they|bring|come|call|join|book|visit)\b\s+\w)", piece)
        ]
    if len(pieces) == 1:
        return [sentence]
    joined: list[str] = []
    for piece in pieces:
        # "I want to | mention", "please | include": the verb needs what stands before it
        if joined and (
            re.search(
                r"\b(?:to|you|please|also|we|i|not|that|should|can|will|and|maybe|ll|could|would|don['’]t|forget|sure|want|by|at the end|who|which|they|it)[,]?$",
                joined[-1],
                re.I,
            )
        ):
            joined[-1] = f"{joined[-1]} {piece}"
        else:
            joined.append(piece)
    return [piece for piece in joined if re.search(r"\w", piece)]
