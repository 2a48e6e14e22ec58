"""What a film is about: the topic as a noun phrase, found in an order or in the client's own sentences."""

import re
from collections import Counter
from dataclasses import dataclass, field

from kiwi.local.grammar import NOUN_TAGS, SMALL_WORDS, Tagged, knows, lowered, tagged
from kiwi.local.instructions import THEM, Asked
from kiwi.local.vocabulary import FILM_NOUN, PERSON
from kiwi.local.wishes import CUT

ACRONYMS = frozenset(
    """ai usa uk eu nasa dna rna diy seo crm vr ar iot led cpu gpu api apis ev evs tv pc pcs 3d 5g nft nfts gps dj ceo bbq adhd hr pr unesco ux ui saas pdf sql
    html css usb ai's mri ivf hiit b2b kpi kpis roi llm llms rv rvs suv suvs nyc""".split()
)
PROPER = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february april june july august september october november december christmas halloween easter
    thanksgiving hanukkah ramadan diwali english french german italian spanish japanese chinese korean indian mexican american british european african asian america europe africa asia
    australia antarctica france germany italy spain japan china korea india mexico canada brazil greece egypt ireland scotland london paris rome berlin tokyo venice amsterdam barcelona lisbon
    mars jupiter saturn venus pluto neptune uranus einstein newton darwin shakespeare mozart beethoven picasso instagram tiktok youtube google facebook python javascript excel iceland norway sweden
    swiss portugal hawaii california texas""".split()
)
TOPIC_LEAD = (
    r"(?:about|regarding|concerning|on the (?:topic|subject) of|on|explaining|(?:that |which )?explains?|to explain|showing|(?:that |which )?shows?|to show|describing|(?:that |which )?describes?|"
    r"covering|(?:that |which )?covers?|introducing|(?:that |which )?introduces?|to introduce|promoting|(?:that |which )?promotes?|to promote|advertising|(?:that |which )?advertises|to advertise|"
    r"announcing|(?:that |which )?announces?|to announce|celebrating|(?:that |which )?celebrates?|to celebrate|teaching|(?:that |which )?teaches|to teach|telling|(?:that |which )?tells|featuring|titled|entitled|"
    r"presenting|inviting (?:people|everyone) to|to invite people to|where (?:you|we) (?:explain|show|talk about)|how to|how|why|what)"
)
OWNER = r"(?:my|our|the|a|an|this|his|her|their)"
OCCASION = r"(?:birthday|anniversary|wedding|graduation|retirement|farewell|memorial)"
PAIRS = re.compile(
    r"\b(terms|fish|research|salt|black|cookies|pros|bed|rock|trial|health|peace|supply|food|bread|ups|do['’]s|arts|mac|drum|hide|back|rise|lost) and (conditions|chips|development|pepper|white|cream|cons|breakfast|roll|error|safety|quiet|demand|drinks?|butter|downs|don['’]ts|crafts|cheese|bass|seek|forth|fall|found)\b",
    re.I,
)
TRAILING = re.compile(
    r"(?:[\s,;:–—-]+(?:and|or|but|with|in|for|of|to|the|a|an|on|at|by|please|thanks|thank you|that|which|it|is|just|maybe|also|using|so|as|okay))+[\s,.;:]*$",
    re.I,
)
SUBORDINATE = re.compile(
    r"(?:,\s*|\s+)(?:and (?:make|keep|use|then|please|have|i|we|it|also|maybe)|but (?:make|keep|not|please)|so (?:that|people)|(?:which|where) (?:is|are|we|you|has|have|will)|using\b|i (?:think|want|guess))\b.*$",
    re.I | re.S,
)


@dataclass(frozen=True)
class Ordered:
    """What an order says besides its wishes."""

    topic: str
    name: str = ""
    audience: str = ""
    points: tuple[str, ...] = field(default=())


def topic_from_order(asked: Asked) -> Ordered:
    """Find the topic, and the client's name, in what follows ``make a video`` or ``explain``."""
    if not asked.bare_film:
        return topic_of_telling(asked.verb, asked.rest)
    rest, name = without_name(asked.rest)
    rest = re.sub(rf"^\s*{FILM_NOUN}\b", "", rest)
    rest = re.sub(
        r"\bon (?=(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december|the \d)\b)",
        "- on_",
        rest,
        flags=re.I,
    )
    rest = re.sub(r"^[\s,.:;-]*(?:that (?:can|will|would|should|is)\b)?", "", rest)
    rest, points = without_points(rest)
    about = re.search(rf"(?:^|[\s,{CUT}:])(?P<lead>{TOPIC_LEAD})\s+(?P<topic>[^{CUT}]+)", rest, re.I)
    owner = re.search(
        rf"(?:^|[\s,{CUT}])(?:for|of|from)\s+(?P<topic>[^{CUT}]+?)(?=$|[{CUT},.;]|\s(?:about|explaining|showing|announcing|promoting|on|that|to|called|introducing|celebrating|with)\b)",
        rest,
        re.I,
    )
    modifiers = left_of_film(asked.modifiers)
    audience = ""
    if about and not (
        owner
        and owner.start() < about.start()
        and about["lead"].lower() in {"on", "to show"}
        and re.search(r"\bon\s+(?:\w+day|the \d|sale)\b", rest)
    ):
        lead = about["lead"].lower()
        topic = f"{lead} {about['topic']}" if lead.split()[0] in {"how", "why", "what"} else about["topic"]
        if lead.endswith(("teaching", "teaches", "teach")):
            topic, audience = without_pupil(topic)
        topic = re.sub(
            r"(?:,\s*|\s+)(?:for|at|by|from) (?:my|our) (?:company|business|brand|firm|start-?up|shop|store|organi[sz]ation|team|agency|clinic|school)\b.*$",
            "",
            topic,
        )
        if owner and owner.start() < about.start():
            name = name or name_in(clean_topic(owner["topic"]))
            if not name and re.match(r"(?:my|our)\b", owner["topic"], re.I) and not re.search(PERSON, owner["topic"], re.I):
                topic = topic if len(topic.split()) > 3 else topic
    elif owner:
        topic = owner["topic"]
        occasion = re.search(OCCASION, modifiers, re.I)
        if occasion:
            topic = f"{clean_topic(topic)}'s {occasion[0].lower()}"
        elif (
            modifiers
            and re.match(r"^(?:our|my)?\s*[\w' -]+$", modifiers)
            and not re.fullmatch(r"(?:promotional|product|company|brand|marketing|explainer|launch|business)", modifiers, re.I)
            and is_topic(modifiers)
        ):
            name = name or name_in(clean_topic(topic))
            topic = modifiers if not name else topic
    else:
        colon = re.match(rf"^\s*[:\-–—,]\s*(?P<topic>[^{CUT}]+)", asked.rest)
        topic = colon["topic"] if colon else modifiers if is_topic(modifiers) else ""
        if asked.verb in {"quote", "quotes"} and not topic and name:
            topic = name
    topic = clean_topic(topic.replace("- on_ ", "on ").replace("- on_", "on ")) or name
    mine = re.search(
        r"\b(?:my|our) (?:company|business|brand|firm|start-?up|shop|store|organi[sz]ation|agency|clinic|school|bakery|restaurant|caf[eé]|studio|app),? (?P<name>[A-Z][\w&'’-]*(?: [A-Z][\w&'’-]*)*)",
        asked.rest,
    )
    named = name or (mine["name"] if mine else "") or name_in(topic) or (name_in(clean_topic(owner["topic"])) if owner else "")
    return Ordered(topic, named, audience, points)


def topic_of_telling(verb: str, rest: str) -> Ordered:
    """Find the topic of ``explain …``, ``teach kids how to …``, ``tell the story of …``."""
    rest, name = without_name(rest)
    rest, points = without_points(rest)
    audience = ""
    rest = rest.strip(f" {CUT},")
    if verb in {"teach", "show", "tell"} or verb.startswith("walk"):
        rest, audience = without_pupil(rest)
        rest = re.sub(r"^(?:us |me )?(?:the|a|an)?\s*(?:\w+ )?(?:story|tale|history|news)\s+(?:of|about|behind)\s+", "", rest, flags=re.I)
        rest = re.sub(r"^about\s+", "", rest, flags=re.I)
    if re.match(r"(?:the|a|an)\s+(?:video|film|idea that|fact that)\b", rest, re.I):
        rest = re.sub(r"^(?:the|an?)\s+(?:video|film|idea that|fact that)\s+(?:about|of)?", "", rest, flags=re.I)
    topic = clean_topic(rest.split(CUT)[0] or rest)
    return Ordered(topic, name or name_in(topic), audience, points)


def without_pupil(rest: str) -> tuple[str, str]:
    """Take who is taught out of ``kids how to brush their teeth``."""
    pupil = re.match(
        rf"^(?P<who>(?:(?:my|our|the|young|all|some|new|busy) )*(?:{THEM}|{PERSON}|me|us))\s+(?=(?:how|what|why|about|the|to|that|where|a)\b)",
        rest,
        re.I,
    )
    if not pupil:
        return rest, ""
    who = pupil["who"]
    general = re.fullmatch(r"(?:people|them|everyone|everybody|(?:the |our )?viewers?|me|us|others|anyone|the audience|folks)", who, re.I)
    return re.sub(r"^to (?=\w)", "how to ", rest[pupil.end() :]), "" if general else who


def without_name(rest: str) -> tuple[str, str]:
    """Take a name out of ``for my café called Kiwi Coffee``."""
    quoted = re.search(r"[\"“](?P<name>[A-Z][\w'’&. -]{1,30})[\"”]", rest)
    if quoted and len(quoted["name"].split()) <= 4:
        return f"{rest[: quoted.start()]} {rest[quoted.end() :]}", quoted["name"].strip(" .,")
    named = re.search(
        rf"(?:,\s*)?\b(?:called|named|by the name of)\s+[\"“]?(?P<name>[A-Z0-9][\w'’&.-]*(?:\s+(?:(?:and|of|the|&|de|la)\s+)?[A-Z0-9][\w'’&.-]*){{0,4}}|[a-z][\w'’-]*(?: (?!{CUT}|about|with|in|on|for|that|and|which|to)[\w'’-]+){{0,2}})[\"”]?",
        rest,
    )
    if not named:
        return rest, ""
    name = named["name"].strip(" .,")
    if name.islower():
        name = name.title()
    rest = f"{rest[: named.start()]} {rest[named.end() :]}"
    return rest, name


def without_points(rest: str) -> tuple[str, tuple[str, ...]]:
    """Take ``covering a, b and c`` or ``including x`` off the end of an order."""
    match = re.search(
        rf"(?:,\s*|\s+)(?:and )?(?:(?:it should |that |which )?(?:cover(?:s|ing)?|including|includes?|mention(?:s|ing)?|highlight(?:s|ing)?|featuring|focus(?:es|ing|ed)? on)|with (?:a )?focus on)\s+(?P<points>[^{CUT}]+)",
        rest,
        re.I,
    )
    if not match or not re.search(r"\w{3,}", rest[: match.start()]):
        return rest, ()
    return rest[: match.start()], tuple(points_in(match["points"]))


def left_of_film(modifiers: str) -> str:
    """Drop from ``a short ¦ promotional`` all that says nothing of the topic."""
    text = re.sub(rf"[{CUT},]", " ", modifiers)
    manner = r"an?|the|some|another|one|short|quick|little|nice|new|simple|brief|great|good|small|beautiful|professional|animated|promotional|promo|explainer|educational|tutorial|news|social|media|marketing|full|fun|very|really|of|company|brand|corporate|video|narrated|real|cool|me|this|my|our|kind|sort|like|full-length|longer?|whole|complete|proper|interesting|engaging"
    return re.sub(rf"\b(?:{manner})\b(?!['’-])", " ", text, flags=re.I).strip()


def is_topic(modifiers: str) -> bool:
    """Whether the words before ``video`` name a subject: ``coffee shop promo``."""
    return any(token.tag in NOUN_TAGS for token in tagged(modifiers)) if modifiers else False


def clean_topic(text: str) -> str:
    """Write a topic as it would stand in a sentence."""
    topic = text.replace(CUT, " ").strip()
    topic = re.split(r"[.!?](?:\s|$)", topic)[0]
    topic = SUBORDINATE.sub("", topic)
    topic = re.sub(r"\s+", " ", topic).strip(" ,.;:!?-–—")
    if not re.match(r"(?:how|why|what|when|where|who)\b.* (?:is|are|it)\W*$", topic, re.I):
        topic = TRAILING.sub("", topic)
    topic = topic.strip(' ,.;:!?"“”')
    topic = re.sub(r"^(?:about|on|the (?:topic|subject|idea|concept|process|basics) of|some|this:?|it['’]s|just)\s+", "", topic, flags=re.I)
    topic = re.sub(r"^(?:exactly|simply|briefly)\s+|(?<=^how)\s+exactly\b", "", topic, flags=re.I)
    topic = from_question(in_sentence_case(topic))
    words = [raised(word) for word in topic.split()]
    topic = " ".join(words)
    return topic[:1].lower() + topic[1:] if re.match(r"(?:The|A|An|Our|My|How|Why|What|Your|When|Where)\b", topic) else lowered(topic)


def raised(word: str) -> str:
    """Write acronyms and well-known names with capitals: ``ai`` → ``AI``, ``paris`` → ``Paris``."""
    core = word.strip(",.'’\"")
    if core.lower() in ACRONYMS:
        return word.replace(
            core,
            core.upper().replace("'S", "'s")
            if not core.endswith("s") or core.lower() in {"css", "gps", "saas"}
            else core[:-1].upper() + "s",
        )
    stem = re.sub(r"['’]s$", "", core)
    return word.replace(stem, stem.capitalize(), 1) if stem in PROPER else word


def in_sentence_case(topic: str) -> str:
    """Undo Title Case: ``How Solar Panels Work`` → ``how solar panels work``; names of two words stay."""
    words = topic.split()
    capitals = sum(word[:1].isupper() for word in words)
    opens = re.match(r"(?:How|Why|What|The|When|Where|An?)\b", topic)
    if capitals < max(2, 0.7 * len(words)) or not (opens or len(words) > 4):
        return topic
    return " ".join(
        word if word.isupper() and len(word) > 1 or word.lower() in PROPER or not knows(word.lower().strip(",'")) else word.lower()
        for word in words
    )


def from_question(topic: str) -> str:
    """Turn a question into the clause it asks for: ``how do bees fly`` → ``how bees fly``."""
    match = re.match(r"^(how|why|when|where) (do|does|did|is|are|was|were|can) (.+)$", topic, re.I)
    if match:
        word, helper, rest = match[1].lower(), match[2].lower(), match[3]
        if helper == "do":
            return f"{word} {'to ' + rest[4:] if rest.startswith('you ') and word == 'how' else rest}"
        if helper in {"does", "did", "is", "are", "was", "were", "can"}:
            return f"{word} {reordered(helper, rest)}"
    match = re.match(r"^(?:what|who) (?:is|are|was|were|'s|’s) (?!going|happening|the difference)(.+)$", topic, re.I)
    if match:
        return match[1]
    match = re.match(r"^what (?:do|does) (.+) mean$", topic, re.I)
    return match[1] if match else topic


def reordered(helper: str, rest: str) -> str:
    """Put the verb behind its subject: ``is`` + ``the sky blue`` → ``the sky is blue``."""
    tokens = [token for token in tagged(rest) if re.match(r"\w", token.text)]
    subject = subject_end(tokens, verb_follows=helper in {"does", "did", "can"})
    if not 0 < subject < len(tokens):
        return rest
    head, tail = rest[: tokens[subject].start].strip(), rest[tokens[subject].start :]
    if helper not in {"does", "did"}:
        return f"{head} {helper} {tail}"
    verb, _, after = tail.partition(" ")
    return f"{head} {third_person(verb) if helper == 'does' else f'did {verb}'} {after}".strip()


def subject_end(tokens: list[Tagged], verb_follows: bool) -> int:
    """Find how many tokens the subject of a question has."""
    for index in range(1, len(tokens)):
        tag = tokens[index].tag
        if verb_follows and tag in {"VB", "VBP"}:
            return index
        if not verb_follows and tokens[index - 1].tag in NOUN_TAGS | {"PRP"} and tag not in NOUN_TAGS | {"IN", "CC", "POS"}:
            return index
    if verb_follows:
        return len(tokens) - 1
    return 2 if tokens and tokens[0].tag in {"DT", "PRP$"} else 1


def third_person(verb: str) -> str:
    """Add the third person's s: ``work`` → ``works``, ``become`` → ``becomes``."""
    if re.search(r"(?:s|x|z|ch|sh|o)$", verb):
        return verb + "es"
    return verb[:-1] + "ies" if re.search(r"[^aeiou]y$", verb) else verb + "s"


def points_in(text: str) -> list[str]:
    """Split ``our free delivery, the new menu and parking`` into its points."""
    text = re.sub(rf"[{CUT}.!?]+\s*$", "", text.replace(CUT, " ").strip()).strip()
    text = re.sub(
        r"^(?:the fact that|things like|topics like|points like|that|also|both|the following:?|these (?:points|things):?)\s+",
        "",
        text,
        flags=re.I,
    )
    text = PAIRS.sub(lambda match: match[0].replace(" and ", " AND "), text)
    pieces = re.split(r"\s*[,;]\s*(?:and |or |also |plus |maybe |then )*|\s+(?:and(?: also| maybe| then)?|plus|as well as)\s+", text)
    found = [clean_point(piece.replace(" AND ", " and ")) for piece in pieces]
    return [point for point in found if re.search(r"\w", point)]


def clean_point(text: str) -> str:
    """Write one point as a short phrase in the client's own words."""
    point = re.sub(r"\s+", " ", text).strip(" .,;:!?\"“”'")
    point = re.sub(r"\s+(?:please|too|as well|okay|of course)$", "", point, flags=re.I)
    return " ".join(raised(word) for word in lowered(point).split())


NOT_NAMES = frozenset(
    "english french german italian spanish japanese chinese i monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december christmas halloween easter".split()
)


PLACE_ENDINGS = re.compile(r"\b(?:Street|Road|Avenue|Lane|Square|Boulevard|Drive|Way)$")


def name_in(topic: str) -> str:
    """Find a brand or a person in a topic: ``Kiwi Coffee`` in ``our café Kiwi Coffee``."""
    runs = re.findall(r"[A-Z][\w&’'-]*[a-z][\w’'-]*(?:\s+(?:&\s+|of\s+(?=[A-Z]))?[A-Z][\w&’'-]*)*", topic)
    for run in sorted(runs, key=len, reverse=True):
        name = re.sub(r"['’]s?$", "", run)
        if name.lower() in NOT_NAMES or name.lower() in PROPER or PLACE_ENDINGS.search(name):
            continue
        if " " in name or re.search(r"[a-z][A-Z]", name) or not knows(name.lower()):
            return str(name)
    return ""


OPENERS = frozenset(
    "some every this these those our your my we you they he she it before after when while once then today yesterday since during here there no all most many same choose now last next one two three".split()
)


def name_in_sentences(sentences: list[str]) -> str:
    """Find the brand or person that the client's sentences are about: named twice, or of two words and never lower case."""
    counts: Counter[str] = Counter()
    for sentence in sentences:
        for match in re.finditer(r"(?<![\w.])[A-Z][\w&’'-]*[a-z][\w’'-]*(?: (?:& |of (?=[A-Z]))?[A-Z][\w&’'-]*)*", sentence):
            words = match[0].split()
            opener = match.start() == 0 and (words[0].lower() in SMALL_WORDS | OPENERS or (len(words) == 1 and knows(words[0].lower())))
            words = words[1:] if opener else words
            name = re.sub(r"['’]s?$", "", " ".join(words))
            if (
                name
                and not PLACE_ENDINGS.search(name)
                and name.split()[0].lower().removesuffix("s") not in PROPER | NOT_NAMES
                and (len(words) > 1 or not knows(name.lower()))
            ):
                counts[name] += len(words)
    best = max(counts, key=lambda name: counts[name], default="")
    return best if counts[best] >= 2 else ""


def topic_from_sentences(sentences: list[str], name: str) -> str:
    """Name what the client's own sentences are about: the name, else their most frequent noun phrase."""
    if name or not sentences:
        return name
    recalled = re.match(r"(?:I|We) (?:still )?(?:remember|miss|love|recall) (?P<what>[^,.;!?]{3,40})", sentences[0])
    subject = recalled["what"] if recalled else subject_in(sentences[0])
    if subject:
        return subject
    counts: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for place, sentence in enumerate(sentences):
        for phrase in noun_phrases(sentence):
            key = phrase.lower()
            counts[key] += 3 if place == 0 else 2
            counts[key] += min(2, len(phrase.split()) - 1)
            shown.setdefault(key, phrase)
    if not counts:
        return " ".join(re.sub(r"[.!?]+$", "", sentences[0]).split()[:6])
    best = max(counts, key=lambda key: counts[key])
    return lowered(shown[best])


def subject_in(sentence: str) -> str:
    """Take a sentence's subject, when it is a thing: ``the library on Market Street`` of ``… reopens on Saturday``."""
    tokens = tagged(sentence)
    verb = next((index for index, token in enumerate(tokens) if index and token.tag in {"VBZ", "VBP", "VBD", "MD"}), 0)
    before = tokens[:verb]
    if (
        not 1 <= len(before) <= 7
        or not any(token.tag in NOUN_TAGS for token in before)
        or any(token.tag in {"PRP", "WRB", "WDT", ",", ":", "CC", "EX"} for token in before)
    ):
        return ""
    if before[0].text.lower() in {
        "some",
        "every",
        "this",
        "that",
        "these",
        "most",
        "many",
        "each",
        "no",
        "in",
        "on",
        "at",
        "for",
        "with",
        "when",
        "if",
        "after",
        "before",
    }:
        return ""
    subject = sentence[: tokens[verb - 1].end].strip(' “"')
    return subject[:1].lower() + subject[1:] if re.match(r"(?:The|A|An|Our|My)\b", subject) else lowered(subject)


def noun_phrases(sentence: str) -> list[str]:
    """Find runs of adjectives and nouns that end in a noun, at most four words long."""
    found: list[str] = []
    run: list[Tagged] = []
    for token in (*tagged(sentence), Tagged(".", ".", len(sentence))):
        if token.tag in NOUN_TAGS or token.tag in {"JJ", "VBG"}:
            run.append(token)
            continue
        while run and run[-1].tag not in NOUN_TAGS:
            run.pop()
        run = run[-4:]
        if run and len(run[-1].text) > 2 and re.match(r"[^\W\d_]", run[0].text):
            found.append(sentence[run[0].start : run[-1].end])
        run = []
    return found
