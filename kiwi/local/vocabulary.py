"""The words by which a client tells us what kind of film they want."""

import re

from kiwi.film import LANDSCAPE, PORTRAIT, SQUARE, Mood, Size, VideoType

FILM_NOUN = (
    r"(?:videos?|vids?|films?|movies?|clips?|reels?|shorts?|ads?|adverts?|advertisements?|commercials?|promos?|trailers?|"
    r"teasers?|animations?|explainers?|"
    r"tutorials?|demos?|poems?|greetings?|greeting cards?|fairy ?tales?|tales?|fables?|"
    r"documentary|documentaries|presentations?|slideshows?|spots?|vlogs?|montages?|bulletins?|newsflash|"
    r"announcements?|tributes?|"
    r"lessons?|reports?|briefings?|story|stories|episode|voice-?over|script|tik ?toks?|quotes?|"
    r"(?:instagram|insta|ig|facebook|linkedin|social media) posts?)"
)
"""What a film may be called, in an order for one."""

PORTRAIT_WORDS = (
    r"(?:vertical|portrait|9 ?: ?16|9 by 16|nine by sixteen|tik ?toks?|(?:instagram |insta |ig |facebook )?reels?|(?:youtube )?shorts|"
    r"(?:instagram |insta |ig |facebook )?stories|(?:instagram|insta|ig) story|snapchat|(?:mobile )?phones?|mobile|upright)"
)
SQUARE_WORDS = r"(?:square|1 ?: ?1|one by one|(?:instagram|insta|ig|facebook|linkedin) (?:posts?|feed))"
LANDSCAPE_WORDS = (
    r"(?:landscape|wide-?screen|wide|horizontal|16 ?: ?9|16 by 9|sixteen by nine|you ?tube|television|tv|vimeo|"
    r"(?:our |my |the )?(?:website|homepage)|full hd|1080p)"
)
OTHER_PLATFORMS = r"(?:instagram|insta|facebook|linkedin|social media|socials|whatsapp|twitter|x)"
ASPECTS: tuple[tuple[str, Size | None], ...] = (
    (PORTRAIT_WORDS, PORTRAIT),
    (SQUARE_WORDS, SQUARE),
    (LANDSCAPE_WORDS, LANDSCAPE),
    (OTHER_PLATFORMS, None),
)
"""Shapes by name and by the place where the film will be seen; None: a place that takes any shape."""

MOODS: dict[Mood, str] = {
    Mood.CALM: "calm calming peaceful relaxing relaxed soothing quiet serene slow meditative serious professional formal sober "
    "informative corporate "
    "trustworthy clear mellow chill minimal minimalist neutral elegant classy sophisticated thoughtful educational "
    "matter-of-fact mindful tranquil",
    Mood.ENERGETIC: "energetic upbeat exciting excited dynamic bold punchy powerful fast fast-paced high-energy epic modern "
    "motivational motivating "
    "urgent dramatic edgy confident futuristic cool catchy lively intense energizing techy trendy sporty",
    Mood.HAPPY: "happy cheerful fun funny playful joyful bright light-hearted lighthearted light friendly humorous optimistic "
    "sunny positive festive cute "
    "silly whimsical cheery uplifting celebratory merry",
    Mood.NOSTALGIC: "nostalgic retro vintage old-fashioned sentimental wistful melancholic melancholy sad bittersweet reflective nostalgia",
    Mood.TENDER: "tender warm heartfelt emotional touching loving romantic intimate sweet gentle soft kind moving caring cosy "
    "cozy inspiring "
    "inspirational hopeful personal sincere warmhearted",
}
MOOD_OF = {word: mood for mood, words in MOODS.items() for word in words.split()}
MILD = frozenset(
    [
        "warm",
        "friendly",
        "modern",
        "clear",
        "light",
        "kind",
        "cool",
        "slow",
        "bright",
        "positive",
        "personal",
        "fast",
        "soft",
        "sweet",
        "educational",
        "inspirational",
        "professional",
    ]
)
"""Tone words that yield when a stronger one stands beside them."""
MOOD_WORD = "(?:" + "|".join(sorted((re.escape(word) for word in MOOD_OF), key=len, reverse=True)) + ")"

BEFORE_SLEEP = re.compile(r"\b(?:bed ?time|good ?night|lullaby|fall(?:ing)? asleep|before (?:bed|sleep))\b", re.I)
"""A story told so falls softly."""
DEFAULT_MOOD = {
    VideoType.PROMOTIONAL: Mood.ENERGETIC,
    VideoType.EXPLAINER: Mood.CALM,
    VideoType.STORY: Mood.NOSTALGIC,
    VideoType.NEWS: Mood.ENERGETIC,
    VideoType.TUTORIAL: Mood.HAPPY,
    VideoType.QUOTE: Mood.TENDER,
}

TYPE_WORDS: tuple[tuple[VideoType, str], ...] = (
    (VideoType.QUOTE, r"quotes?|quotations?|affirmations?|sayings?|proverbs?|motto|words of wisdom"),
    (
        VideoType.TUTORIAL,
        r"tutorials?|how[- ]to|step[- ]by[- ]step|recipe|lessons?|walk-?through|instructions? (?:for|on)|diy|teach(?:es|ing)?|guide",
    ),
    (
        VideoType.NEWS,
        r"news|newsflash|bulletin|breaking|announc(?:e|es|ing|ement|ements)|headlines?|press release|update on|(?:weekly|"
        r"monthly|quarterly|annual|company|team) (?:update|report|results)|report on",
    ),
    (
        VideoType.PROMOTIONAL,
        r"promo(?:s|tional|te|tes|ting|tion)?|ads?|adverts?|advertis(?:e|es|ing|ement|ements)|commercials?|marketing|"
        r"launch|sale|trailer|teaser|pitch|brand|"
        r"sell(?:s|ing)?|product video|introduc(?:e|es|ing) (?:our|my)|recruit(?:ing|ment)?|fundrais(?:er|ing)|invit(?:e|ation)",
    ),
    (
        VideoType.STORY,
        r"story|stories|tale|memory|memories|birthday|anniversary|wedding|tribute|journey|biography|once upon a time|"
        r"bedtime|legend|life of|retirement|"
        r"goodbye|farewell|family history|remember(?:ing)?|thank(?:ing|[- ]you| (?:my|our|the))",
    ),
    (
        VideoType.EXPLAINER,
        r"explain(?:s|er|ing|ed)?|educational|documentary|how [\w' -]+ works?|why|what (?:is|are)|understand|"
        r"introduction to|overview|history of|science|"
        r"difference between|facts about|describ(?:e|es|ing)|learn",
    ),
)
"""Cues for what a film is for, the most telling first."""

PERSON = (
    r"(?:teen(?:ager)?s?|teens|kids?|children|child|toddlers?|pre-?schoolers?|students?|pupils?|beginners?|newbies|"
    r"novices|dummies|parents?|mothers?|moms?|mums?|"
    r"fathers?|dads?|grand(?:mother|father|ma|pa|parents?|mas|pas|kids|children)|seniors?|retirees|pensioners|elderly|"
    r"adults?|grown-ups|people|folks|everyone|everybody|"
    r"(?:famil(?:y|ies))|women|men|girls?|boys?|friends?|colleagues?|coworkers?|co-workers?|employees?|staff|teams?|"
    r"managers?|leaders?|executives?|ceos?|hr|"
    r"(?:business )?owners?|entrepreneurs?|founders?|start-?ups?|investors?|customers?|clients?|shoppers?|buyers?|"
    r"users?|members?|patients?|doctors?|nurses?|"
    r"teachers?|professors?|educators?|engineers?|developers?|programmers?|designers?|artists?|musicians?|writers?|"
    r"readers?|gamers?|players?|athletes?|runners?|"
    r"cyclists?|hikers?|travell?ers?|tourists?|visitors?|guests?|homeowners?|renters?|tenants?|neighbou?rs?|"
    r"residents?|locals?|citizens?|voters?|volunteers?|donors?|"
    r"farmers?|gardeners?|cooks?|bakers?|chefs?|foodies|(?:\w+[- ])?(?:lovers?|fans?|enthusiasts?|geeks|nerds)|"
    r"commuters?|drivers?|workers?|professionals?|freelancers?|"
    r"creators?|influencers?|marketers?|scientists?|researchers?|lawyers?|audiences?|viewers?|the public|public|"
    r"newcomers?|immigrants?|learners?|job ?seekers?|graduates?|"
    r"wife|husband|son|daughter|sister|brother|aunt|uncle|partner|couples?|brides?|newlyweds|millennials|gen[- ]z|boomers?|"
    r"(?:\d{1,2}|five|six|seven|eight|nine|ten|eleven|twelve|thirteen)[- ]year[- ]olds?|ages? \d+(?: ?(?:to|-|"
    r"–) ?\d+)?|(?:\d+(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth)[- ]graders?|"
    r"\w+-goers|pet owners|dog owners|cat owners)"
)
"""Who a film can be for."""
