"""Briefs that name an occasion or head a list instead of ordering a film: greetings, invitations, comparisons, recipes, ``5 tips: …``."""

import re
from dataclasses import dataclass

from kiwi.film import Mood
from kiwi.local.grammar import capitalised, gerund, lowered, tagged
from kiwi.local.sentences import finished, has_verb
from kiwi.local.wishes import CUT

KIN = r"(?:grand\w+|gran|nana|nan|aunt\w*|uncle|mum\w*|mom\w*|dad\w*|mother|father|sister|brother|cousin|doctor|dr|mr|mrs|ms|miss)"
WHO = rf"(?:(?:my|our|dear) )?(?:(?i:{KIN})\.? )?[A-Z][\w’'-]+(?: (?:(?:and|&) )?[A-Z][\w’'-]+)*"
GREETING = re.compile(
    r"^(?P<wish>(?i:happy (?:\w+ )?(?:birthday|anniversary|retirement|graduation|wedding day|"
    r"mother[’']s day|father[’']s day|new year(?: \d{4})?|"
    r"easter|holidays)|merry christmas|congrat(?:ulation)?s|get well(?: soon)?|good luck|bon voyage|welcome home|welcome back|"
    r"season[’']s greetings))[,!.]*(?: (?i:to|for))?(?: (?P<who>"
    rf"{WHO}|(?:all|the) [^{CUT},.!]+?(?= from\b|[,.!]|$)))?[,!.]*"
    rf"(?P<rest>(?: (?:on|for|with|at|in) [^{CUT}]*?)?)[,!.]*(?: (?P<from>from [^{CUT}]+?))?[.!]*$"
)
GREETINGS = re.compile(
    r"^(?:(?i:an?|some|send|say) )?(?:(?i:warm|best|kind|loving|happy) )?"
    r"(?P<day>(?i:birthday|anniversary|christmas|easter|new year|retirement|graduation|wedding|get well(?: soon)?)) "
    rf"(?i:greetings?|wishes|message|card|greeting card)(?: (?i:to|for) (?P<who>{WHO}|(?:my|our) \w+)(?:,? who (?P<does>.+?))?)?[.!]*$"
)
WISHES = {
    "christmas": "Merry Christmas", "easter": "Happy Easter", "new year": "Happy New Year", "graduation": "Congratulations",
    "wedding": "Congratulations", "get well": "Get well soon", "get well soon": "Get well soon",
}  # fmt: skip
COMPARE = re.compile(
    rf"^(?:please |can you |could you )?(?:compare|contrast|comparing)\s+(?P<left>[^,.;:{CUT}]+?)\s+(?:and|with|to|vs\.?|versus|against)\s+"
    rf"(?P<right>[^,.;:{CUT}]+?)(?P<rest>[,.;:{CUT}].*)?$",
    re.I | re.S,
)
RIVALS = re.compile(
    r"^(?P<sides>[^,.;:?]{2,40} (?:vs\.?|versus) [^,.;:?]{2,40})\s*[,:;–—-]\s*(?P<asked>(?:which|who|what)\b[^?]*)\?$", re.I
)
INVITE = re.compile(
    r"^(?:please )?(?:invite (?P<who>[^,.]+?)|you(?:[’']re| are)(?: all| warmly| cordially| kindly)? invited|(?:an? )?invitation) to "
    r"(?P<event>.+)$",
    re.I | re.S,
)
INVITATION = re.compile(
    rf"^(?:(?i:an?) )?(?P<kind>(?i:birthday|wedding|graduation|retirement|farewell))(?: party)? invitation"
    rf" for (?P<who>(?:my |our )?{WHO}|my \w+)"
    r"(?: who (?P<does>.+))?$"
)
REMIND = re.compile(r"^(?:please )?remind (?P<who>[\w’' ]+?) (?:that|about) (?P<what>.+)$", re.I | re.S)
RECIPE = re.compile(rf"^(?:an? |my |our )?(?:\w+ )?recipe(?: for| of|:)? (?P<dish>[^,.:{CUT}]+)(?P<rest>.*)$", re.I | re.S)
COUNTED = re.compile(
    r"^(?:the )?(?:top |my |our |best )*(?:\d+|two|three|four|five|six|seven|eight|nine|ten) (?:\w+ )?"
    r"(?:tips|reasons|ways|facts|things|steps|ideas|rules|benefits|mistakes|hacks|tricks)\b "
    r"(?:(?P<to>to|for|about|of|on|why|in) )?(?P<what>.+)$",
    re.I,
)
GUIDE = re.compile(r"^(?:an? |the |my |our )?(?:[a-z]+ )?(?:guide|introduction|intro) to (?P<what>.+)$", re.I)
LISTED = re.compile(r"^(?P<head>[^:]{3,70}):\s+(?P<items>.+)$", re.S)
REPORTED = re.compile(
    r"^(?P<head>(?:[\w’'-]+ ){0,4}(?:report|results|update|review|summary|figures|newsletter)"
    r"(?: (?:for|of|from) [\w ]{2,24})?):\s+(?P<items>.+)$",
    re.I | re.S,
)
TOLD = re.compile(
    r"^(?i:tell|share)(?: me| us| them| everyone)?(?: the| my| our)? (?:story|tale) (?:of|about) how "
    r"(?P<who>I|we|he|she|they) (?P<deeds>.+)$",
    re.S,
)
MONTH = "(?:january|february|march|april|may|june|july|august|september|october|november|december)"
DATED = re.compile(
    r"\s(?:on |at |from |this |next |every )?(?=(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|tomorrow\b|tonight\b|"
    rf"\d{{1,2}}(?:st|nd|rd|th)? {MONTH}\b|{MONTH} \d|[$€£]\d|\d[\d,]* ?(?:euros?|dollars|pounds|km|%))",
    re.I,
)
"""Where a heading's facts begin: days, dates, prices, measures."""
FACTS = re.compile(rf",\s|{DATED.pattern}", re.I)
LONG_HEADING = 42
"""A heading that fits on a title card keeps its facts."""
QUESTION = r"(?:how|why|what|when|where|who)\b"
TALE = re.compile(
    r"^(?:an? |the )?(?P<kind>(?:bedtime |short |fairy |good ?night |children[’']s )?(?:story|tale|fable))(?: for [\w ]+)?: (?P<rest>.+)$",
    re.I | re.S,
)
SEEN = re.compile(r"(?:visit|see|try|join|discover|come to|attend|meet) (?P<thing>(?!us\b|me\b|them\b)\w.*)$", re.I)
"""What people are invited to do with a place or a thing."""
EVENT_ENDS = re.compile(r",|\s(?=(?:on|at|in|from|this|next|hosted)\s)|[.!]|$")


@dataclass(frozen=True)
class Occasion:
    """What such a brief asks for: what it is about, the words to say, whom it is for, and by which word to know its type."""

    topic: str
    sentences: tuple[str, ...] = ()
    kind: str = ""
    audience: str = ""
    seconds: float = 0.0
    mood: Mood | None = None


def occasion_of(text: str) -> Occasion | None:
    """Recognise a brief that orders no film; ``text`` is its first sentence, every wish cut out of it."""
    text = closed(text)
    for recognise in (greeting, comparison, invitation, reminder, recipe, reported, tale, listed, counted, guide, with_facts):
        found = recognise(text)
        if found:
            return found
    return None


def closed(text: str) -> str:
    """Close the gaps that wishes left when they were cut out of a text."""
    return re.sub(r"\s+([,.;:!?])", r"\1", re.sub(rf"[\s,]*{CUT}\s*", " ", text)).strip(" ,;")


def greeting(text: str) -> Occasion | None:
    """``Happy 70th birthday grandma Rosa from all of us``: said as it stands, its sender last."""
    match = GREETING.match(text.strip(" ,;"))
    if not match:
        return None
    who = match["who"] or ""
    who = who if re.match(r"(?:the|all|our) ", who) else capitalised(who)
    wish = capitalised(match["wish"].lower().replace("christmas", "Christmas").replace("easter", "Easter"))
    to = " to " if re.match(r"congrat", wish, re.I) else ", "
    said = f"{wish}{to}{who}" if who else wish
    sender = (finished(match["from"]),) if match["from"] else ()
    sentences = (f"{said}{match['rest'].rstrip(' .!')}!", *sender)
    mood = Mood.TENDER if re.match(r"get well|good luck|bon voyage", wish, re.I) else Mood.HAPPY
    return Occasion(re.sub(r"^My |^Our |^Dear ", "", who) or wish, sentences, "birthday tribute", seconds=15.0, mood=mood)


def greetings(text: str) -> Occasion | None:
    """``Birthday greetings to my grandmother Rosa who turns 80``: said to her, then what is known of her."""
    match = GREETINGS.match(text.strip(" ,;"))
    if not match:
        return None
    day, who = match["day"].lower(), match["who"] or ""
    wish, called = WISHES.get(day, f"Happy {day}"), re.sub(r"^(?:[Mm]y|[Oo]ur|[Dd]ear) ", "", who)
    named = f"dear {called}" if called == called.lower() else capitalised(called)
    wished = f"{wish}, {named}!" if called else f"{wish}!"
    does = (finished(f"{capitalised(who)} {match['does']}"),) if match["does"] else ()
    mood = Mood.TENDER if day.startswith("get well") else Mood.HAPPY
    return Occasion(capitalised(called) or wish, (wished, *does), "birthday tribute", seconds=15.0, mood=mood)


def comparison(text: str) -> Occasion | None:
    """``Compare electric cars and petrol cars``; ``iPhone vs Android, which is better?``."""
    match = COMPARE.match(text)
    if match:
        left, right = (
            re.sub(r"^(?:the )?(?:pros and cons|benefits|costs) of ", "", side.strip()) for side in (match["left"], match["right"])
        )
        rest = (match["rest"] or "").strip(" ,.;:")
        return Occasion(f"{left} vs {right}", (finished(rest),) if has_verb(rest) else (), "explain")
    rivals = RIVALS.match(text)
    return Occasion(rivals["sides"], (f"{capitalised(rivals['asked'])}?",), "explain") if rivals else None


def invitation(text: str) -> Occasion | None:
    """``Invite our neighbours to the street party on Saturday``: what, when and where are said to the guests."""
    match = INVITE.match(text)
    if match:
        event = match["event"].strip(" .!")
        seen = SEEN.match(event)
        if seen is None and tagged(event)[0].tag == "VB":
            return None
        told = seen["thing"] if seen else event
        head = told[: EVENT_ENDS.search(told, 4).start()]  # type: ignore[union-attr] # it matches the end at least
        who = re.sub(r"^(?:people|everyone|everybody|them|all)$", "", match["who"] or "", flags=re.I)
        return Occasion(head, (finished(f"You’re invited to {event}"),), "invitation", who, seconds=15.0)
    match = INVITATION.match(text)
    if not match:
        return None
    event = f"{match['who']}’s {match['kind'].lower()}"
    does = (finished(f"{capitalised(match['who'])} {match['does']}"),) if match["does"] else ()
    return Occasion(event, (f"You’re invited to {event}.", *does), "invitation", seconds=15.0)


def reminder(text: str) -> Occasion | None:
    """``Remind everyone that the office is closed on Monday``."""
    match = REMIND.match(text)
    if not match:
        return None
    tokens = tagged(match["what"])
    verb = next((token.start for token in tokens[1:] if token.tag in {"VBZ", "VBP", "MD", "VBD"}), 0)
    return Occasion(match["what"][:verb].strip() or "a reminder", (finished(match["what"]),), "announcement", seconds=8.0)


def recipe(text: str) -> Occasion | None:
    """``Recipe for banana pancakes: mash …, whisk …``: one step a sentence."""
    match = RECIPE.match(text)
    if not match or re.match(r"(?:books?|apps?|is|was|has|that)\b", match["dish"], re.I):
        return None
    rest = match["rest"].strip(" ,.;:")
    return Occasion(f"how to make {lowered(match['dish'].strip())}", tuple(spoken(rest, steps=True)) if rest else (), "recipe")


def deeds(text: str) -> Occasion | None:
    """``Tell the story of how I quit my job, moved to Portugal and opened a café``: one deed a sentence."""
    match = TOLD.match(text)
    if not match:
        return None
    pieces = re.split(r",\s+(?:and\s+|then\s+)*|\s+and (?:then )?(?=now\b|[a-z]+ed\b)", match["deeds"].strip(" ."))
    if not all(
        re.match(r"VB[DPZN]?$", (tagged(re.sub(r"^(?:now|then|finally) ", "", piece))[:1] or tagged("a"))[0].tag) for piece in pieces
    ):
        pieces = [match["deeds"].strip(" .")]
    said = [re.sub(r"^(now |then |finally )?", rf"\1{match['who']} ", piece, count=1) for piece in pieces]
    return Occasion(f"how {match['who']} {pieces[0]}", tuple(finished(sentence) for sentence in said), "story")


def listed(text: str) -> Occasion | None:
    """``Three facts about octopuses: …``: a heading, then what it heads."""
    match = LISTED.match(text)
    if (
        not match
        or (has_verb(match["head"]) and not re.match(r"how to\b", match["head"], re.I))
        or ", " not in match["items"]
        or '"' in match["items"]
    ):
        return None
    head = match["head"].strip()
    inner = counted(head) or guide(head)
    sentences = spoken(match["items"], steps=re.search(r"how to\b|\b(?:instructions|rules|steps)\b", head, re.I) is not None)
    if len(sentences) == 1:
        sentences = [finished(f"{head}: {joined(match['items'].strip(' .'))}")]
    topic = inner.topic if inner else re.sub(r"\s+in \d+ (?:\w+ )?steps$", "", as_phrase(head))
    return Occasion(topic, tuple(sentences), inner.kind if inner else head)


def reported(text: str) -> Occasion | None:
    """``Our 2025 sustainability report: emissions fell 18 percent``."""
    match = REPORTED.match(text)
    return Occasion(as_phrase(match["head"].strip()), tuple(spoken(match["items"])), "report on") if match else None


def counted(text: str) -> Occasion | None:
    """``5 reasons to visit Portugal``: the number is a promise that only whoever lists them can keep."""
    match = COUNTED.match(text)
    if not match or ":" in text:
        return None
    what = re.sub(r"\s+in \d+ (?:\w+ )?steps$", "", match["what"].strip(" ."))
    to = (match["to"] or "").lower()
    seen = re.match(r"(?:visit|see|explore|discover|try|love) (?P<thing>.+)$", what) if to == "to" else None
    if seen:
        return Occasion(seen["thing"], kind="explain")
    return Occasion(gerund(what) if to == "to" else f"why {what}" if to == "why" else what, kind="explain")


def guide(text: str) -> Occasion | None:
    """``Travel guide to Kyoto in autumn``."""
    match = GUIDE.match(text)
    return Occasion(match["what"].strip(" ."), kind="explain") if match and ":" not in text else None


def with_facts(text: str) -> Occasion | None:
    """``Open day at Greenfield School on Friday 3 May from 9 to 12``: the heading is short, the facts are said."""
    cut = FACTS.search(text)
    head = text[: cut.start()].strip() if cut else ""
    if not head or has_verb(text) or len(head) < 3 or re.match(QUESTION, text, re.I) or not 5 <= len(text.split()) <= 30:
        return None
    return Occasion(as_phrase(head), (finished(text),), head)


def spoken(items: str, steps: bool = False) -> list[str]:
    """Write a row of steps, clauses or figures as sentences of their own; of mere names make one, with its ``and``."""
    text = items.strip(" .")
    if re.search(r"[.!?;]\s", text):
        return [finished(piece) for piece in re.split(r"(?<=[.!?;])\s+", text)]
    pieces = [piece for piece in re.split(r",\s+(?:and\s+|then\s+)*|\s+and (?=(?:then|they|it|we|you|never|do)\b)", text) if piece]
    told = [tagged(piece)[0].tag == "VB" or re.match(r"(?:never|don[’']t|always)\b", piece, re.I) is not None for piece in pieces]
    figures = all(re.search(r"\d", piece) for piece in pieces) and sum(len(piece.split()) for piece in pieces) >= 3 * len(pieces)
    if len(pieces) > 2 and (steps or 2 * sum(told) > len(pieces) or figures or all(has_verb(piece) for piece in pieces)):
        return [finished(piece) for piece in pieces]
    return [finished(joined(text))]


def joined(row: str) -> str:
    """Give a row of names its last ``and``."""
    return row if re.search(r"\b(?:and|or)\s[^,]+$", row) else re.sub(r",\s+([^,]+)$", r" and \1", row)


def tale(text: str) -> Occasion | None:
    """``Bedtime story: Once upon a time …``: told as it stands."""
    match = TALE.match(text)
    return Occasion("", (finished(match["rest"]),), match["kind"]) if match else None


def facts_of(topic: str) -> tuple[str, str]:
    """Split an ordered topic where its days, prices and measures begin: the short topic, and the whole to be said."""
    cut = DATED.search(topic)
    head = topic[: cut.start()].strip(" ,") if cut else ""
    long = len(topic) > LONG_HEADING and len(head.split()) > 1
    return (head, finished(topic)) if long and not has_verb(topic) and not re.match(QUESTION, topic) else (topic, "")


def as_phrase(head: str) -> str:
    """Write a heading as it would stand in a sentence: ``Quarterly report`` → ``quarterly report``."""
    first, _, rest = head.partition(" ")
    return (
        lowered(head)
        if not rest or rest[:1].isupper()
        else lowered(f"{first.lower()} {rest}")
        if tagged(f"the {first.lower()} {rest}")[1].tag != "NNP" and first.istitle()
        else head
    )
