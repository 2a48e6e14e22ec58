"""Whom or what an article is about, and how its sentences name it: which “it” means it, and what to say in its place."""

import re
from dataclasses import dataclass

from kiwi.local.knowledge.clauses import Clause, Tokens, parsed, text_of
from kiwi.local.knowledge.lead import sentences_of
from kiwi.local.knowledge.names import forms, key
from kiwi.local.read.grammar import NOUN_TAGS, word_set

PRONOUNS = {"it": "it", "its": "it", "he": "he", "his": "he", "she": "she", "her": "she", "they": "they", "their": "they"}
ABBREVIATION = re.compile(r"([A-Z][A-Za-z]{0,5}[A-Z])\)")
BEFORE_VERB = re.compile(r"^(.{3,240}?)\s(is|are|was|were)\s(.+)", re.S)


@dataclass(frozen=True)
class Subject:
    """How an article's subject is named."""

    name: str
    """As a sentence begins with it: ``A solar cell``, ``The Moon``, ``Bees``, ``Marie Curie``."""
    later: str
    """The same after the first sentence: a person's last name where the lead uses it so."""
    pronoun: str
    """``it``, ``they``, ``he`` or ``she``."""
    keys: frozenset[str]
    """All it is called by, as keys."""
    is_common: bool
    """Whether its name is written with a small letter within a sentence: ``salt``."""
    kinds: frozenset[str]
    """The nouns that say what it is: of a city ``city``, so that “the city” is it."""

    def named(self, past: bool = False) -> str:
        """What stands for its pronoun at a sentence's beginning; something that was is one certain thing: “The printing press marked …”."""
        return re.sub(r"^An?\s", "The ", self.later) if past else self.later

    def owning(self) -> str:
        """What stands for ``its``: ``The Moon's``."""
        name = self.named()
        return f"{name}'" if name.endswith("s") and self.pronoun == "they" else f"{name}'s"

    def is_meant_by(self, words: str) -> bool:
        """Whether some words name it."""
        return key(words) in self.keys


def subject_of(title: str, lead: str, first: str, is_person: bool) -> Subject | None:
    """The subject of a lead whose first sentence, without brackets and other names, is ``first``; None when it does not begin with it.

    A person is called by the title where all its words stand in that sentence.
    """
    bare_title = title.partition(" (")[0]
    if is_person:
        bare_title = bare_title.partition(", ")[0]
    clause = parsed(first)
    if clause is None:
        return None
    start = after_front(clause)
    own = text_of(start, first)
    keys = {*forms(key(bare_title)), *forms(key(own)), *abbreviations(lead, bare_title)}
    if is_person:
        name = bare_title if stands_in(bare_title, sentences_of(lead)[0]) else own
        last = name.split(" ")[-1]
        short = len(name.split()) > 1 and any(f". {last}{end}" in lead for end in (" ", "'s ", "' "))
        pronoun = personal(lead)
        person = Subject(name, last if short else name, pronoun, frozenset(keys | {key(last), key(name)}), False, kinds_of(clause))
        return person if pronoun else None
    same = set(forms(key(own))) & set(forms(key(bare_title)))
    alike = len(start) <= 6 and set(key(own).split()) & set(key(bare_title).split())
    if not own or not (same or alike):
        return None
    plural = clause.tokens[clause.verb].text in {"are", "were", "have"} or clause.tokens[clause.verb].tag == "VBP"
    own = own[:1].upper() + own[1:]
    return Subject(own, own, "they" if plural else "it", frozenset(keys), is_common_noun(own, lead), kinds_of(clause))


def is_common_noun(name: str, lead: str) -> bool:
    """Whether the lead writes a name with a small letter within its sentences, or could."""
    low = name[:1].lower() + name[1:]
    return f" {low} " in lead and not name.startswith(("The ", "A ", "An "))


def kinds_of(clause: Clause) -> frozenset[str]:
    """The nouns right behind “is a …”: of “is an ancient city and port in Mali” city and port."""
    nouns: list[str] = []
    rest = clause.rest
    for place, token in enumerate(rest[1:14], 1):
        if token.tag in {"IN", "WDT", "WP", "VBN", "VBG", "TO", ":"}:
            break
        following = rest[place + 1].tag if place + 1 < len(rest) else ""
        if token.tag == "NN" and following not in NOUN_TAGS:
            nouns.append(token.text.lower())
    return frozenset(nouns)


def stands_in(name: str, text: str) -> bool:
    """Whether all words of a name stand in a text, letter by letter."""
    return set(name.split()) <= set(re.findall(r"[^\s()\[\]\"“”,;]+", text))


def after_front(clause: Clause) -> Tokens:
    """A clause's subject without what stands before it: “In mathematics, a group” → a group."""
    subject = clause.subject
    if len(subject) > 2 and subject[-1].tag == "PRP" and subject[-2].text == ",":
        return subject[-1:]
    if subject and subject[0].tag in {"IN", "RB", "VBG", "VBN"}:
        commas = [place for place, token in enumerate(subject) if token.text == ","]
        if commas:
            return subject[commas[-1] + 1 :]
    return subject


def abbreviations(lead: str, title: str) -> set[str]:
    """What the lead's beginning says in brackets for the title: ``Artificial intelligence (AI)``."""
    before, _, after = lead[:200].partition(f"{title} (")
    found = ABBREVIATION.match(after)
    return {key(found[1])} if found and before in {"", "The "} else set()


def personal(lead: str) -> str:
    """Whether a person is ``he`` or ``she``; empty when the lead does not say."""
    he, she = len(re.findall(r"\b(?:he|his)\b", lead, re.I)), len(re.findall(r"\b(?:she|her)\b", lead, re.I))
    return "he" if he > she else "she" if she > he else ""


def plainly_named(first: str, title: str, is_person: bool) -> str:
    """A first sentence whose subject bears one name: “A solar cell, also known as …, is” → “A solar cell is”."""
    match = BEFORE_VERB.match(first)
    if not match:
        return first
    front = re.match(r"((?:In|On|At|Within|For)\s[^,]{2,60},\s)(.+)", match[1])
    opening, prefix = (front[1], front[2]) if front else ("", match[1])
    bare_title = title.partition(" (")[0]
    if is_person and stands_in(bare_title, prefix) and re.fullmatch(r"[^,;:]*(?:,.*)?", prefix):
        return f"{bare_title} {match[2]} {match[3]}"
    if not re.search(r",|\sor\s|\s–\s|;", prefix):
        return first
    head = re.split(r",|\sor\s|\s–\s|;", prefix)[0].strip()
    same = set(forms(key(head))) & set(forms(key(bare_title)))
    if same or (
        key(bare_title) in key(prefix) and re.search(r",\s[^,]*(?:known|called|referred)|\sor\s", prefix) and len(head.split()) <= 6
    ):
        return f"{opening}{head} {match[2]} {match[3]}"
    return first


def names_other_people(tokens: Tokens, subject: Subject) -> bool:
    """Whether a clause's subject may be another person, so that the next “he” may be theirs."""
    names = [token for token in tokens if token.tag in {"NNP", "NNPS"}]
    own = {word for name in subject.keys for word in name.split()}
    return any(key(token.text) not in own for token in names) or any(
        token.tag in NOUN_TAGS and token.text.lower() in PEOPLE for token in tokens
    )


PEOPLE = word_set("father mother wife husband brother sister son daughter king queen friend teacher successor")
