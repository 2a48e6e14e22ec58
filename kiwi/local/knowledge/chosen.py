"""Which facts the library on this machine has for an intent: those that answer, then those most worth telling, as many as fit."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiwi.film.model import Intent, Source
from kiwi.local.knowledge.answers import REFERRING, answers, tells_of
from kiwi.local.knowledge.around import facts_around
from kiwi.local.knowledge.facts import LONGEST, LONGEST_WHOLE, Fact, best_within, facts_of, known_things
from kiwi.local.knowledge.find import Embed, find_articles, find_sides
from kiwi.local.knowledge.library import Article, NoLibrary, open_library, source_of
from kiwi.local.knowledge.names import forms, key
from kiwi.local.knowledge.topics import is_question, mentioned, questions_in, read_topic
from kiwi.local.read.usage import rare_words

ANSWERING = 0.5
"""What a fact is worth more when it answers what was asked."""
NEARNESS = 0.6
"""What full nearness to the question is worth, where nothing answers it."""
DEFINING = 2.0
"""What a fact is worth more that says what the subject is: nothing else is told without it."""
ASIDE = 0.8
"""What a fact of another article is worth, where its own article's would be 1; at most ``MOST_ASIDE``."""
MOST_ASIDE = 0.5
SPECIALIST, HARD = 0.28, 0.3
"""A fact worth less tells only specialists something; in a film for children each rare word costs as much as ``HARD``."""
CHILDREN = re.compile(r"\b(?:kids?|child(?:ren)?|\w+[- ]years?[- ]olds?|pupils?|class|grade\w*|toddlers?|kindergarten|little ones)\b", re.I)
APART = 1.5
"""What a fact is worth more in a comparison that names both."""
MOST_READ = 400
"""Characters of a brief in which the name is looked for that “it” means."""
COMPARED = 1.5
"""So much longer than a film that says what a thing is is one that compares, says why, or answers twice, where nobody named a length."""
TOLD_IN, FILLED = (LONGEST_WHOLE, 30, LONGEST), 0.75
"""Words of the sentences that a source is told in, and the share of its seconds from which on longer ones are as good."""
SPOKEN_SHARE = 0.76
"""Of the seconds that a source shall fill, so many are speech."""


Spoken = Callable[[str], float]
"""The seconds that words are spoken."""


@dataclass(frozen=True)
class Known:
    """Facts from a source, and what they do for the brief."""

    facts: tuple[Fact, ...] = ()
    title: str = ""
    """Of the article; empty: there is none."""
    unanswered: tuple[str, ...] = ()
    """What was asked and no source answers."""
    sources: tuple[Source, ...] = ()

    called: str = ""
    """What the client calls it, if that is the same in another number: ``bees``."""

    @property
    def subject(self) -> str:
        """What the film is about where its question is not answered: the article's title without what tells it apart."""
        return self.called or self.title.split(" (", 1)[0]


def look_up(intent: Intent, embed: Embed, seconds: float, spoken: Spoken) -> Known:
    """The facts about an intent's topic that fill about ``seconds`` of film."""
    library = open_library()
    asked = (*questions_in(intent.topic), *(part for point in intent.key_points if is_question(point) for part in questions_in(point)))
    if isinstance(library, NoLibrary):
        return Known(unanswered=asked)
    room = SPOKEN_SHARE * max(seconds, 0.0)
    if len(intent.sides) == 2:
        room *= 1.0 if intent.length_asked else COMPARED
        sides = find_sides(*intent.sides, library, embed) or ()
        told = shared_out(sides, room, intent, spoken)
        apart = any(tells_apart(fact, sides) for fact in told)
        open_question = (f"the difference between {' and '.join(intent.sides)}",) if sides and not apart else ()
        return Known(told, " and ".join(side.title for side in sides), open_question, tuple(map(source_of, sides)))
    head = asked[0]
    if not intent.length_asked and (asked[1:] or read_topic(head).asks in {"why", "how"}):
        room *= COMPARED
    wordings = tuple(dict.fromkeys((intent.topic, head.split(", ", 1)[0])))
    if REFERRING.search(head) and (named := next(mentioned(intent.original[:MOST_READ]), None)):
        wordings = (named.words, *wordings)  # “we fly to Iceland: what sort of country it is”
    article = article_for(head, [found for wording in wordings for found in find_articles(wording, library, embed)], intent)
    phrases = read_topic(head).phrases
    subject = article.title if article else phrases[0].words if phrases else ""
    own = told_for(article, room, intent, spoken) if article else ()
    open_questions = [question for question in asked if not any(settles(question, fact, intent) for fact in own)]
    others = facts_around(intent.topic, subject, library, embed) if subject and (not article or open_questions) else []
    answering = [any(settles_aside(question, told_of(fact, subject), intent) for question in open_questions) for fact in others]
    questioned = read_topic(head).asks in {"why", "how", "whether"}
    # what others tell of a subject by the way is no answer, and no fact of its own
    fills = article is None and not questioned
    aside = [lent(fact, does) for fact, does in zip(others, answering, strict=True) if does or (fills and fact.opening)]
    chosen = chosen_of([*(nearest(head, own, embed) if head in open_questions else own), *aside], room, intent, spoken)
    told = tuple(told_of(fact, subject) for fact in chosen)
    titles = dict.fromkeys(fact.title for fact in chosen)
    return Known(
        facts=chosen,
        title=subject if chosen else "",
        called=next((one.words for one in phrases if set(forms(key(one.words))) & set(forms(key(subject)))), ""),
        unanswered=tuple(question for question in asked if not any(settles(question, fact, intent) for fact in told)),
        sources=tuple(source_of(library.article(title)) for title in titles),
    )


def told_for(article: Article, seconds: float, intent: Intent, spoken: Spoken) -> tuple[Fact, ...]:
    """An article's facts in the longest sentences that answer what was asked and fill the seconds: one whole sentence is no film."""

    def merit(facts: Sequence[Fact]) -> tuple[bool, float]:
        chosen = chosen_of(facts, seconds, intent, spoken)
        filled = sum(spoken(fact.text) for fact in chosen) / max(seconds, 1.0)
        answered = any(settles(question, fact, intent) for question in questions_in(intent.topic) for fact in chosen)
        return answered, min(filled, FILLED) if filled <= 1 else -filled

    return max((facts_of(article, longest=longest) for longest in TOLD_IN), key=merit)


def article_for(question: str, found: Sequence[Article], intent: Intent) -> Article | None:
    """Of the articles that a question may be about the first that answers it, else the first: bees make honey, and Honey tells how."""
    asks = read_topic(question).asks in {"why", "how"}
    answering = (one for one in found if asks and any(settles(question, fact, intent) for fact in facts_of(one)))
    return next(answering, next(iter(found), None))


def nearest(question: str, facts: Sequence[Fact], embed: Embed) -> list[Fact]:
    """Facts of which none answers a question, those worth more that are nearest to it in meaning."""
    if not facts:
        return []
    vectors = embed([question, *(fact.text for fact in facts)])
    near = vectors[1:] @ vectors[0]
    return [fact.model_copy(update={"worth": fact.worth + NEARNESS * max(0.0, float(one))}) for fact, one in zip(facts, near, strict=True)]


def shared_out(sides: Sequence[Article], seconds: float, intent: Intent, spoken: Spoken) -> tuple[Fact, ...]:
    """The facts about both sides of a comparison, half the seconds each; what one has no facts for is the other's."""
    if not sides:
        return ()
    left, right = ([nearer(fact, sides) for fact in told_for(side, seconds / 2, intent, spoken)] for side in sides)
    second = chosen_of(right, seconds / 2, intent, spoken)
    first = chosen_of(left, seconds - sum(spoken(fact.text) for fact in second), intent, spoken)
    return (*first, *chosen_of(right, seconds - sum(spoken(fact.text) for fact in first), intent, spoken))


def tells_apart(fact: Fact, sides: Sequence[Article]) -> bool:
    """Whether a fact of one side names the other."""
    said = set(key(fact.text).split())
    return all(set(forms(key(side.title.partition(" (")[0]))) & said for side in sides)


def nearer(fact: Fact, sides: Sequence[Article]) -> Fact:
    """A fact that is worth more where it names both sides: there it tells what tells them apart."""
    return fact.model_copy(update={"worth": fact.worth + APART}) if tells_apart(fact, sides) else fact


def settles(question: str, fact: Fact, intent: Intent) -> bool:
    """Whether a fact answers the topic, or a point that asks."""
    return answers(question, fact) if question in questions_in(intent.topic) else tells_of(question, fact)


def settles_aside(question: str, fact: Fact, intent: Intent) -> bool:
    """The same for a fact by the way: “the capital of Australia” must stand in it so, for many a capital has to do with Australia."""
    belonging = re.search(r"\b(\w+) of (?:the )?([\w\s]+)$", question)
    together = rf"\b{belonging[1]}\b(?:\s[a-z-]+){{0,5}} of (?:the )?{re.escape(belonging[2])}\b" if belonging else ""
    return settles(question, fact, intent) and re.search(together, fact.text, re.I) is not None


def told_of(fact: Fact, subject: str) -> Fact:
    """A fact as one that tells of a subject, whatever its article."""
    return fact.model_copy(update={"title": subject})


def lent(fact: Fact, answering: bool) -> Fact:
    """A fact of another article: no definition here, and worth less than one of the subject's own, unless it answers."""
    worth = min(ASIDE * fact.worth, MOST_ASIDE) + ANSWERING * answering
    return fact.model_copy(update={"worth": worth, "is_definition": False})


def chosen_of(facts: Sequence[Fact], seconds: float, intent: Intent, spoken: Spoken) -> tuple[Fact, ...]:
    """The facts most worth telling that fit the seconds, without what shall be avoided; what answers the question counts most."""
    hard = HARD if CHILDREN.search(intent.audience) else 0.0
    wanted = [fact for fact in facts if not any(_mentions(fact.text, avoided) for avoided in intent.avoid)]
    telling = []
    for fact in wanted:
        worth = fact.worth - hard * rare_words(fact.text, fact.title) * (not fact.is_definition)
        if worth >= SPECIALIST:
            asked = questions_in(intent.topic)
            does = any(answers(question, fact) for question in asked)
            telling.append(fact.model_copy(update={"worth": worth + ANSWERING * does + DEFINING * fact.is_definition}))
    chosen = best_within(telling, seconds, spoken)
    while unknown := {one for one in chosen if one not in set(known_things(chosen, one.title))}:
        # it speaks of “the tail” that only a fact has told of for which there is no time
        telling = [one for one in telling if one not in unknown]
        chosen = best_within(telling, seconds, spoken)
    return chosen or tuple([one for one in telling or wanted if not one.leans][:1])


def _mentions(text: str, words: str) -> bool:
    return re.search(rf"\b{re.escape(words)}\b", text, re.I) is not None
