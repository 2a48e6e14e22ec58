"""Facts: what an article says, sentence by sentence, as a narrator can say it, each with how much it is worth telling."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import ceil

from kiwi.film.value import Value
from kiwi.local.knowledge.clauses import Clause, parsed, text_of
from kiwi.local.knowledge.figures import Figure, figure_in, parts_in, year_in
from kiwi.local.knowledge.lead import bare, mended, sentences_of
from kiwi.local.knowledge.library import Article
from kiwi.local.knowledge.names import key, singulars
from kiwi.local.knowledge.sayable import can_be_said, can_follow
from kiwi.local.knowledge.shorten import shortened
from kiwi.local.knowledge.spoken import as_said
from kiwi.local.knowledge.subject import PRONOUNS, Subject, after_front, plainly_named, subject_of
from kiwi.local.knowledge.thread import POINTING, Thread, follow, with_name
from kiwi.local.knowledge.worth import TAXONOMY, worth_of
from kiwi.local.read.usage import rare_words

LONGEST = 22
"""Words of a sentence that a listener takes in at once. Shorter ones had to lose words that they needed."""
LONGEST_WHOLE, WHOLE = 42, 0.8
"""A sentence of at most so many words that would lose more than a fifth of them is told as it stands."""
MOST_RARE = 4
"""Rare words in a sentence from which on a shorter one is told."""


class Fact(Value):
    """One sentence of an article as it is spoken, with what it knows of itself."""

    text: str
    source: str
    """The article's own sentence; before it the first one, where the subject's name comes from there."""
    title: str
    place: int
    """Which sentence of the article it comes from, from 0."""
    worth: float
    """How much it should be told, 0 to 1; the definition is 1."""
    is_definition: bool = False
    leans: bool = False
    """It is understood only right behind the fact before it: “These collisions …”."""
    opening: str = ""
    """The subject's name when the text begins with it, so that ``pronoun`` can stand there instead."""
    pronoun: str = ""
    figure: Figure | None = None
    year: str = ""
    """When it happened, as a timeline shows it: ``1935``, ``221 BC``; empty: it names no year."""
    parts: tuple[str, ...] = ()
    """Three to five things that it lists."""


def facts_of(article: Article, *, longest: int = LONGEST_WHOLE) -> tuple[Fact, ...]:
    """All that can be said of an article, in its own order; what has more than ``longest`` words is told in short ones."""
    raw = sentences_of(article.lead)
    if not raw:
        return ()
    first = as_said(bare(plainly_named(mended(raw[0]), article.title, article.is_person)))
    thread = Thread(subject_of(article.title, article.lead, first, article.is_person) if first else None)
    found: list[Fact] = []
    told_whole = False
    for place, sentence in enumerate(raw):
        said = first if place == 0 else as_said(bare(sentence))
        named, resolved = (said, False) if place == 0 else with_name(said, thread)
        follow(thread, named, place)
        texts, leans = told_of(named, thread.subject, follows=told_whole or place == 0, longest=longest)
        told_whole = bool(texts) and words_of(texts) >= WHOLE * words_of([named])
        for text, renamed in texts:
            source = f"{raw[0]} {sentence}" if (resolved or renamed) and place else sentence
            defined = any(one.is_definition for one in found)
            found.append(
                fact(text, source, article, place, thread.subject, defined=defined).model_copy(update={"leans": leans and place > 0})
            )
    return tuple(dict.fromkeys(without_loose(known_things(found, article.title))))


def words_of(texts: Iterable[str | tuple[str, bool]]) -> int:
    """How many words some texts have."""
    return sum(len((text if isinstance(text, str) else text[0]).split()) for text in texts)


def told_of(named: str, subject: Subject | None, *, follows: bool, longest: int) -> tuple[list[tuple[str, bool]], bool]:
    """A sentence as it is told, and whether it leans on the one before: in short ones, whole where those would lose too much of it.

    ``follows``: the sentence before is told whole, so that what it named is known; ``longest``: words of a whole one.
    """
    pronoun = subject.pronoun if subject else ""
    texts = said_of(named, subject, LONGEST)
    whole = in_sentences(named if re.search(r"[.!?][\"”]?$", named) else f"{named}.")
    if words_of(texts) >= WHOLE * words_of([whole]) or (texts and is_for_specialists(whole)):
        return texts, False
    if can_be_said(whole, longest, pronoun) and not POINTING.match(named):
        return [(whole, False)], False
    if follows and can_follow(whole, longest):
        return [(whole, False)], True
    longer = said_of(named, subject, longest)
    return (longer if words_of(longer) > words_of(texts) else texts), False


def said_of(named: str, subject: Subject | None, longest: int) -> list[tuple[str, bool]]:
    """The sentences of at most so many words that a sentence is told in; those that point back are left out."""
    if POINTING.match(named):
        return []
    pronoun = subject.pronoun if subject else ""
    return [one for one in spoken_pieces(named, subject, longest) if can_be_said(one[0], longest, pronoun)]


def in_sentences(text: str) -> str:
    """A text with a full stop in place of its semicolon, where both sides are sentences."""
    before, mark, after = text.partition("; ")
    return f"{before}. {after[:1].upper()}{after[1:]}" if mark and parsed(before) and parsed(after) else text


def is_for_specialists(text: str) -> bool:
    """Whether a sentence is better told without what only specialists follow."""
    return TAXONOMY.search(text) is not None or rare_words(text, "") >= MOST_RARE


def without_loose(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Facts without those that lean on one that is not there."""
    before: Fact | None = None
    for one in facts:
        if not one.leans or is_behind(one, before):
            yield one
            before = one


def is_behind(one: Fact, before: Fact | None) -> bool:
    """Whether a fact comes right behind another."""
    return before is not None and before.title == one.title and 0 <= one.place - before.place <= 1


def spoken_pieces(named: str, subject: Subject | None, longest: int) -> Iterator[tuple[str, bool]]:
    """The short sentences of a long one, each beginning with a name; whether it stands for a pronoun there."""
    if not named:
        return
    texts = shortened(named, longest)
    for number, text in enumerate(texts):
        first, _, rest = text.partition(" ")
        about = subject is not None and number > 0 and begins_with(texts[0], subject)
        renamed = bool(subject and about and PRONOUNS.get(first.lower()) == subject.pronoun and rest)
        if subject and renamed:
            owned = first.lower() in {"its", "their", "his"}
            text = f"{subject.owning() if owned else subject.named()} {rest}"  # noqa: PLW2901
        stop = "" if re.search(r"[.!?][\"”]?$", text) else "."
        yield f"{text[:1].upper()}{text[1:]}{stop}", renamed


def begins_with(text: str, subject: Subject) -> bool:
    """Whether the subject of a sentence is the article's."""
    clause = parsed(text)
    return clause is not None and subject.is_meant_by(text_of(after_front(clause), text))


def fact(text: str, source: str, article: Article, place: int, subject: Subject | None, defined: bool) -> Fact:
    """A sentence with all it knows of itself; ``defined``: another says already what the subject is."""
    clause = parsed(text)
    if clause is None:
        raise ValueError(f"no verb in {text!r}")
    opening = text_of(after_front(clause), text)
    about = subject is not None and subject.is_meant_by(opening)
    is_definition = not defined and place == 0
    return Fact(
        text=text,
        source=source,
        title=article.title,
        place=place,
        worth=worth_of(clause, text, is_definition, about, place, rare_words(text, article.title)),
        is_definition=is_definition,
        opening=opening if about and text.startswith(opening) else "",
        pronoun=pronoun_of(subject, clause) if about and subject else "",
        figure=figure_in(text),
        year=year_in(text),
        parts=parts_in(text),
    )


def pronoun_of(subject: Subject, clause: Clause) -> str:
    """What may stand for the subject before this clause's verb: of penguins “A penguin has …” is told with “It has …”."""
    if subject.pronoun not in {"it", "they"}:
        return subject.pronoun.capitalize()
    verb = clause.tokens[clause.verb]
    one, many = verb.tag == "VBZ" or verb.text == "was", verb.tag == "VBP" or verb.text == "were"
    return "It" if one else "They" if many else subject.pronoun.capitalize()


def known_things(facts: Sequence[Fact], title: str) -> Iterator[Fact]:
    """Facts without those about “the phase” that no fact before has told of; right behind its own article's sentence one leans on that."""
    told, before = set(stems(title)), None
    for fact in facts:
        thing, one = bare_definite(fact.text), fact
        if thing and not told & set(singulars(thing)) and not fact.leans:
            if not is_behind(fact, before):
                continue
            one = fact.model_copy(update={"leans": True})
        before = one
        told.update(stem for stem in stems(one.text))
        yield one


def stems(text: str) -> Iterator[str]:
    """All words of a text, in every number they may stand in."""
    for word in key(text).split():
        yield from singulars(word)


def bare_definite(text: str) -> str:
    """The noun of a subject that only says which of known things is meant: “The phase begins when …” → phase."""
    clause = parsed(text)
    core = after_front(clause) if clause else ()
    plain = core and core[0].text.lower() == "the" and all(token.tag in {"NN", "NNS", "JJ", "CD", "DT", "HYPH"} for token in core)
    plain = plain and core[-1].text.islower() and not any(token.text[:1].isupper() for token in core[1:])
    return core[-1].text.lower() if plain else ""


def best_within(facts: Sequence[Fact], seconds: float, seconds_of: Callable[[str], float]) -> tuple[Fact, ...]:
    """The facts that are together most worth telling and fit a number of seconds, in the order in which they came."""
    room = int(10 * seconds)
    # by tenths of a second that they fill, and whether the last one looked at is among them, for the next may lean on it
    best: dict[tuple[int, bool], tuple[float, tuple[Fact, ...]]] = {(0, False): (0.0, ())}
    for one in facts:
        needed = ceil(10 * seconds_of(one.text))
        after: dict[tuple[int, bool], tuple[float, tuple[Fact, ...]]] = {}
        for (filled, last), (worth, chosen) in best.items():
            ways = [((filled, False), (worth, chosen))]
            stands = not one.leans or (last and is_behind(one, chosen[-1]))
            if stands and filled + needed <= room:
                ways.append(((filled + needed, True), (worth + one.worth, (*chosen, one))))
            for place, way in ways:
                if way[0] > after.get(place, (-1.0, ()))[0]:
                    after[place] = way
        best = after
    return max(best.values(), key=lambda choice: choice[0])[1]


def as_told(facts: Sequence[Fact]) -> tuple[str, ...]:
    """The facts' texts in a row, where a subject that was just named becomes its pronoun: “Bees are … They live …”."""
    texts, since = [], 99
    last = pronoun = ""
    for one in facts:
        goes_on = last == one.title and since < 2 and one.pronoun == pronoun
        if one.pronoun and one.opening and goes_on and one.text.startswith(one.opening):
            texts.append(one.pronoun + one.text[len(one.opening) :])
            since += 1
        else:
            texts.append(one.text)
            since = 0 if one.pronoun else 99
        last, pronoun = one.title, one.pronoun
    return tuple(texts)
