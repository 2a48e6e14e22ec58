"""Words the ear is not sure of: what they may have been, and which of them nobody should see in large letters.

A word that no lexicon knows and that Whisper doubts is held against the known words that sound like it, and Whisper itself judges
them: the best is used if it is about as likely, in its place in the recording, as what was written there. A name that the client
typed beside the recording is held against whatever sounds like it. So nothing is ever put where the sound does not bear it out.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from kiwi.local.hear.known_words import alike_words, as_written, knows, sound_of
from kiwi.local.hear.sounds import SoundIndex
from kiwi.local.hear.weighing import HeardWord

SURE = 0.9
"""A word of this probability is taken as it stands, known or not."""
DOUBTFUL = 0.75
"""An unknown word below this probability is not shown in large letters."""
MOST_EXAMINED, CANDIDATES = 8, 10
"""How many unknown words of a passage are held against others, and against how many: each of those takes about 40 ms."""
ALIKE, ALIKE_NAME = 0.35, 0.28
"""How unlike (see `unlikeness`) a known word, or a typed name, may sound."""
COST_OF_UNLIKENESS = 20.0
"""Likelihood, as a natural logarithm, that a word must make good which sounds wholly unlike what was written."""
WORTH, WORTH_NAME = -7.0, -10.0
"""The least gain, less what unlikeness costs, with which a known word, or a typed name, is taken."""
AHEAD = 2.0
"""By how much the best must beat the second best."""
MOST_NAMES, LONGEST_RUN = 20, 3
"""Names that are looked for, and written words that may stand for one of them."""
SHORTEST_NAME, SHORT_LINE = 3, 4
"""Letters of the shortest name looked for; words of a typed line that is no sentence, so that its first capital tells a name."""
EDGES = re.compile(r"^(\W*)(.*?)((?:['’]s)?\W*)$", re.S)
SENTENCE_END = re.compile(r"[.!?…][\W]*$")


class Weighable(Protocol):
    """A passage whose words can be weighed against others (see `Passage`)."""

    @property
    def words(self) -> Sequence[HeardWord]:
        """Its words, in order."""
        ...

    def gain(self, replaced: range, text: str) -> float:
        """How much likelier it is with ``text`` in some places."""
        ...


@dataclass(frozen=True)
class Option:
    """Another word for what was written, how unlike it sounds and how much likelier Whisper finds it."""

    word: str
    unlikeness: float
    gain: float

    @property
    def score(self) -> float:
        """What speaks for it; 0 for what was written."""
        return self.gain - COST_OF_UNLIKENESS * self.unlikeness


@dataclass(frozen=True)
class Settled:
    """The words for the film, what was taken for what, and which are still in doubt."""

    words: str
    repaired: tuple[tuple[str, str], ...] = ()
    doubtful: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """Some words of a passage and what is used in their place."""

    places: range
    heard: str
    used: str
    text: str
    """As it stands in the passage, with its marks."""


def settle(passages: Iterable[Weighable], hints: str = "", *, translated: bool = False) -> Settled:
    """Mend what can be mended; ``hints``: what the client typed beside the recording.

    Words that were ``translated`` do not sound like what was said: only names among them are mended.
    """
    names = names_in(hints)
    spelled = {name.casefold() for name in names}
    texts: list[str] = []
    changes: list[Change] = []
    doubtful: list[str] = []
    for passage in passages:
        named = [*find_names(passage, names)]
        unknown = [place for place in unknown_places(passage, spelled) if not any(place in change.places for change in named)]
        mended = [] if translated else [*mend(passage, unknown[:MOST_EXAMINED])]
        here = {change.places.start: change for change in (*named, *mended)}
        inside = {place for change in here.values() for place in change.places[1:]}
        texts += [here[place].text if place in here else word.text for place, word in enumerate(passage.words) if place not in inside]
        changes += [here[place] for place in sorted(here)]
        doubtful += [
            core(passage.words[place].text) for place in unknown if place not in here and passage.words[place].probability < DOUBTFUL
        ]
    repaired = dict.fromkeys((change.heard, change.used) for change in changes if change.heard.casefold() != change.used.casefold())
    return Settled(" ".join("".join(texts).split()), tuple(repaired), tuple(dict.fromkeys(doubtful)))


def remarks_of(settled: Settled) -> tuple[str, ...]:
    """What the client should know of it."""
    taken = [f"Heard “{heard}”, taken for “{used}”." for heard, used in settled.repaired]
    return (*taken, *[f"Not sure about “{word}”: type it beside the recording to have it right." for word in settled.doubtful])


def unknown_places(passage: Weighable, spelled: Collection[str]) -> list[int]:
    """Where words stand that Whisper is not sure of and that are in no lexicon, nor among the names ``spelled`` by the client."""
    unsure = (place for place, word in enumerate(passage.words) if word.probability < SURE)
    return [place for place in unsure if (word := core(passage.words[place].text)).casefold() not in spelled and not knows(word)]


def mend(passage: Weighable, places: Iterable[int]) -> Iterator[Change]:
    """Known words for the unknown ones at some places, where one of them was probably said."""
    for place in places:
        written = passage.words[place].text
        before, heard, after = edges(written)
        if heard.isupper() and len(heard) > 1:
            continue  # letters that were spelt out
        begins = place == 0 or SENTENCE_END.search(passage.words[place - 1].text)
        found = alike_words(heard, ALIKE, CANDIDATES)
        words = [as_written(alike.word) for alike in found]
        texts = [f"{before}{word[:1].upper() + word[1:] if begins else word}{after}" for word in words]
        options = [
            Option(word, alike.unlikeness, passage.gain(range(place, place + 1), text))
            for word, text, alike in zip(words, texts, found, strict=True)
        ]
        if best := choose(options, WORTH):
            yield Change(range(place, place + 1), heard, best.word, texts[words.index(best.word)])


def find_names(passage: Weighable, names: Sequence[str]) -> list[Change]:
    """Typed names where something that sounds like them was written: one to three words for one name, the best first, none twice."""
    if not names:
        return []
    index = SoundIndex((name, sound_of(name)) for name in names)
    sounds = [sound_of(core(word.text)) for word in passage.words]
    runs = (range(start, start + length) for start in range(len(sounds)) for length in range(1, LONGEST_RUN + 1))
    found = [named for run in runs if run.stop <= len(sounds) and (named := _name_at(passage, index, sounds, run))]
    chosen: list[Change] = []
    for _, change in sorted(found, key=lambda named: -named[0].score):
        if not any(set(change.places) & set(other.places) for other in chosen):
            chosen.append(change)
    return chosen


def _name_at(passage: Weighable, index: SoundIndex, sounds: Sequence[str], places: range) -> tuple[Option, Change] | None:
    """The name that was probably said where some words stand, unless the ear is sure of them."""
    written = [passage.words[place] for place in places]
    heard = " ".join(core(word.text) for word in written)
    before, after = edges(written[0].text)[0], edges(written[-1].text)[2]
    options = []
    for alike in index.alike("".join(sounds[place] for place in places), ALIKE_NAME):
        if alike.word.casefold() == heard.casefold():
            used = heard if alike.word.islower() else alike.word
            return Option(alike.word, 0.0, 0.0), Change(places, heard, used, f"{before}{used}{after}")
        if min(word.probability for word in written) < SURE:
            options.append(Option(alike.word, alike.unlikeness, passage.gain(places, f"{before}{alike.word}{after}")))
    best = choose(options, WORTH_NAME)
    return (best, Change(places, heard, best.word, f"{before}{best.word}{after}")) if best else None


def choose(options: Iterable[Option], worth: float) -> Option | None:
    """The best of the words if it is worth as much and well ahead of the second."""
    first, second = islice((*sorted(options, key=lambda option: option.score, reverse=True), None, None), 2)
    if first is None or first.score < worth:
        return None
    return first if second is None or first.score - second.score >= AHEAD else None


def names_in(hints: str) -> list[str]:
    """The names in what was typed: words that no lexicon has, and words with a capital that no sentence's beginning gives them."""
    found: list[str] = []
    for line in re.split(r"[.!?\n]+\s+|\n", hints):
        words = [core(word) for word in line.split()]
        for place, word in enumerate(words):
            raised = word[:1].isupper() and (place > 0 or len(words) <= SHORT_LINE)
            if len(word) >= SHORTEST_NAME and word.isalpha() and (raised or not knows(word)):
                found.append(word)
    return [*dict.fromkeys(found)][:MOST_NAMES]


def edges(written: str) -> tuple[str, str, str]:
    """A written word as blank and marks before it, itself, and a genitive's s and marks after it."""
    parts = EDGES.match(written)
    return (parts[1], parts[2], parts[3]) if parts else ("", written, "")


def core(written: str) -> str:
    """A written word without marks."""
    return edges(written)[1]
