"""How clients word what they ask for: orders for a film, points to mention, calls to action, styles."""

import re

from kiwi.local.vocabulary import FILM_NOUN
from kiwi.local.wishes import CUT

LABEL = re.compile(
    r"^(?P<key>topic|subject|about|title|length|duration|time|run ?time|format|aspect(?: ratio)?|size|orientation|"
    r"platform|audience|target(?: audience)?|tone(?: of voice)?|style|mood|music|voice|"
    r"cta|call[- ]to[- ]action|key points?|points?|must mention|mention|include|type|video type|name|brand|company|"
    r"client|product|goal|purpose|script|voice-?over|narration|text|content|language)\s*[:=–-]\s+(?P<value>.+)$",
    re.I,
)


POLITE = (
    r"(?:(?:hi|hello|hey|good morning)(?: there| kiwi| team| everyone| guys)?[,.!]*\s+|(?:ok(?:ay)?|so|well|"
    r"all ?right|right|now|and|then|also|please|just|maybe|yeah|yes|but|basically|alexa)[,.]*\s+|"
    r"(?:can|could|would|will) (?:you|we)(?: please| maybe| possibly| kindly)?(?: help me(?: to)?)?\s+|would you mind\s+|"
    r"(?:i|we)(?:['’]d|['’]m| would| am|['’]re| are)?(?: really| just| kind of| basically| also)?\s+(?:like|love|want|"
    r"need|wanna|looking for|look for|looking|hoping|trying|would like)(?: for)?(?: you)?(?: to(?! (?:be|get) ))?\s+|"
    r"it['’]d be great (?:if you could|to)\s+|let(?:['’]s| us)\s+|help (?:me|us)(?: to)?\s+|is it possible to\s+|"
    r"the idea is(?: to)?\s+|what i (?:want|need) is(?: to)?\s+|(?:this|it|that)(?:['’]s| is| will be|"
    r" should be)\s+(?=(?:an? )?[\w ¦,-]{0,40}\b(?:video|film|promo|ad|tutorial|explainer)\b))"
)


MAKING = (
    r"(?:make|create|produce|generate|build|do|shoot|film|record|design|prepare|craft|develop|give|put together|have|"
    r"get|write|edit|render|come up with|see|making|creating|want|need)"
)


ORDER_FILM = re.compile(
    rf"^(?P<polite>{POLITE}*)(?P<make>{MAKING}\s+)?(?:me|us|him|her|them)?\s*"
    rf"(?P<modifiers>(?:(?!\b(?:about|that|which|to|is|are|was|were|your|their|explaining|on|of|with|from)\b)(?:{CUT}|"
    rf"[\w'’/&.-]+)[ ,]+){{0,10}}?)"
    rf"(?P<film>{FILM_NOUN}(?: {FILM_NOUN})?)\b(?!['’-])(?P<rest>.*)$",
    re.I | re.S,
)


REST_OF_ORDER = re.compile(
    rf"^\s*(?:$|[.,:;!?{CUT}–—-]|(?:about|on|for|of|that|which|to|in|with|where|and|explaining|promoting|showing|"
    r"announcing|introducing|teaching|celebrating|advertising|telling|describing|called|titled|covering|from|please|"
    r"featuring|how|why|by|inviting|entitled|version|format)\b)",
    re.I,
)


TEACHING = (
    r"(?:explain(?:ing)?|describe|describing|introduce|announce|promote|promoting|advertise|advertising|celebrate|"
    r"present|summari[sz]e|teach|show|tell|talk about|talk to \w+ about|narrate|report(?: on)?|illustrate|sell|"
    r"walk (?:me|us|people|viewers) through|demonstrate|share|cover|remember)"
)


ORDER_VERB = re.compile(rf"^(?P<polite>{POLITE}*)(?P<verb>{TEACHING})\s+(?P<rest>.+)$", re.I | re.S)


THEM = (
    r"(?:people|them|everyone|everybody|(?:the |our |my |your )?(?:viewers?|customers?|folks|audience|listeners?|"
    r"users|visitors|guests|parents|families|neighbou?rs|fans|followers|members|students|clients|watchers|community)|"
    r"anyone[\w ]*|others)"
)


LEAD_IN = (
    r"(?:(?:and|also|then|please|but|oh|so|just|maybe|plus|finally|lastly|at the (?:very )?end(?: of (?:it|"
    r"the video))?|in the end|to finish)[, ]+)*"
)


MUST = (
    r"(?:(?:make sure|be sure|remember|don['’]t forget|try|(?:i|we)(?:['’]d| would)? (?:want|like|need|love)(?: you|"
    r" it| the video)?|(?:you|it|we|the (?:video|film|script|voice)) (?:should|must|could|can|needs?|has|have)|"
    r"it would be (?:nice|good|great)|feel free)"
    r"\s+(?:to|that you|that it|you|we)?\s*|please\s+|also\s+|(?:can|could) you(?: please)?(?: also)?\s+)"
)


ACTION = re.compile(
    rf"^{LEAD_IN}(?:{MUST})?(?:tell|ask|invite|encourage|urge|remind|get|direct|send|persuade|convince|call on|"
    rf"challenge)\s+{THEM}\s+(?P<that>to|that they (?:can|should|could|need to)|they (?:can|should|could)|how they can|"
    r"over to|towards?)\s+(?P<rest>.+)$",
    re.I | re.S,
)


ENDING = re.compile(
    rf"^{LEAD_IN}(?:{MUST})?(?:(?:end|finish|close|conclude|wrap up)(?: it| the video| the film)?(?: off)?|put|have|"
    r"add|include)?\s*(?:with |by |on )?(?:saying |telling (?:people|them) to |asking (?:people|them) to |a |an |the |"
    r"our |my |some )*"
    r"(?:(?:clear |strong |nice |final )?(?:call[- ]to[- ]action|cta|closing line|end card|slogan|tag ?line|"
    r"invitation|button)(?: (?:is|should be|to|saying|that says|of))*\s*[:,-]?\s*)(?P<rest>.+)$",
    re.I | re.S,
)


ENDING_PLAIN = re.compile(
    rf"^{LEAD_IN}(?:{MUST})?(?:end|finish|close|conclude|wrap up)(?: it| the video| the film)?(?: off)?\s+(?:with|by|"
    r"on)\s+(?:saying |telling (?:people|them) to |asking (?:people|them) to |inviting (?:people|them|everyone) to |"
    r"the (?:words|line|sentence|phrase) |a (?:line|sentence|message) (?:saying |that says )?)?(?P<rest>.+)$",
    re.I | re.S,
)


ENDING_SAID = re.compile(
    rf"^(?:(?:and|then|so|oh|please|also)[, ]+)*(?:at|in) the (?:very )?end(?: of (?:it|the video))?,?\s+(?:please\s+)?(?:{MUST})?"
    r"(?:say|write|show|put|have it say|it (?:should|can|could) say)\s+(?!that\b|thank)(?P<rest>.+)$",
    re.I | re.S,
)


HEADED = re.compile(
    rf"^(?P<polite>{POLITE}*)(?P<modifiers>(?:(?:a|the|our|some|breaking|local|school|club|team|company|office|weekly|monthly|daily|"
    r"quarterly|quick|short|short|good|big|latest|project|class|family)\s+)*)(?P<film>news(?:flash)?|updates?|headlines?|reminder|notice)"
    rf"(?P<rest>\s*(?:{CUT}|(?:about|on|from|for|of)\b)[^.!?]*)?$",
    re.I,
)
"""``Weekly update for the sales team``, before a colon."""


MEANT = re.compile(rf"^(?P<polite>{POLITE}+)(?:this|it)(?:['’]s| is)(?: all)? (?P<rest>(?:for|about) (?:the|our|my|an?) .+)$", re.I)
"""``Hey, so this is for the bake sale``: talk that orders a film without a word for it."""


SAY = re.compile(
    rf"^{LEAD_IN}(?:{MUST})?(?:(?:mention|say|state|note|stress|point out|emphasi[sz]e|highlight|include|add|explain|"
    r"tell (?:people|them|everyone|viewers|customers)|let (?:people|them|everyone|viewers) know|make (?:it )?clear|"
    r"start by saying|open with|begin with)"
    r"(?: the fact)?\s+(?:that|how)\s+|(?:say|saying|start by saying|open with(?: the words| the line)?|"
    r"begin with(?: the words| the line)?):?\s+(?=[\"“‘'\w]))(?P<rest>.+)$",
    re.I | re.S,
)


SURE_MENTION = re.compile(
    rf"^{LEAD_IN}(?:{MUST})?(?:mention(?:ing)?|talk(?:ing)? about|highlight(?:ing)?|emphasi[sz]e|touch on|bring up|"
    r"make mention of|focus(?:ing)? (?:it )?on|don['’]t forget(?: about)?|point out|give (?:me |us |"
    r"them )?examples? of)\s+(?P<rest>.+)$",
    re.I | re.S,
)


MAYBE_MENTION = re.compile(
    rf"^(?P<must>{LEAD_IN}(?:{MUST})?)(?:includ(?:e|ing)|cover(?:ing)?|featur(?:e|ing)|(?<=\s)(?:list|add|show|explain|"
    r"describe|answer))\s+(?P<rest>.+)$",
    re.I | re.S,
)


NAMED = re.compile(
    r"^(?:(?:so|and|well|our|my|the)\s+)*(?:(?:shop|company|business|brand|product|app|cafe|café|bakery|restaurant|"
    r"store|place|name|team|club|band|book|show|podcast|channel|project|startup|gym|studio|salon|hotel|farm|charity|"
    r"\w+)(?:['’]s name)?\s+(?:is|are)|it(?:['’]s| is)|we(?:['’]re| are)|they(?:['’]re| are)|that(?:['’]s|"
    r" is))\s+(?:called|named)\s+(?P<rest>(?:(?!\s+(?:and|so|but|where)\s+(?:we|it|they|you|i|our|she|"
    r"he)\b)[^,.;!?])+)(?P<after>.*)$",
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
