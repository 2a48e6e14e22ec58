"""Following a lead from sentence to sentence, to know what its pronouns mean."""

import re
from dataclasses import dataclass

from kiwi.local.knowledge.clauses import parsed, text_of
from kiwi.local.knowledge.subject import PRONOUNS, Subject, after_front, names_other_people

EXPLETIVE = re.compile(
    r"(?:[^,]{1,40}, )?It (?:is|was|has been|can be|may be) (?:\w+ly )?(?:not )?(?:\w+ed|known|thought|said|held|possible|likely|"
    r"unclear|unknown|common|important|difficult|necessary|clear|often|customary|usual)\b.{0,30}\b(?:that|to|whether|how|which|when|for)\b|"
    r"It (?:was|is) (?:in|on|at|only|during|not until|here)\b"
)
"""“It is thought that …” is about nothing."""
POINTING = re.compile(r"(?:This|These|Such|That|Those|Both|Others?)\b")
"""Sentences that begin so are about the one before."""
OPENING = re.compile(r"(It|They|He|She|Its|Their|His|Her)\s(?!and\b)(?:(?:also|later|first|then|soon|once|\w+ly)\s)?(\w+)")
KIND = re.compile(r"This (\w+) (?:(?:also|\w+ly)\s)?(\w+)")
"""“This organ pumps blood”: the heart does."""
WITHIN = re.compile(r",\s(?:it|they|he|she|its|their|his|her)\s")
PAST = re.compile(r"(?:was|were|had|has|have|\w+ed|became|led|wrote|took|began|won|made|came|spread|fell|rose|grew|saw|gave|brought)$")
OWNING = frozenset({"its", "their", "his", "her"})


@dataclass
class Thread:
    """What a lead's pronouns can mean at the sentence that is read."""

    subject: Subject | None
    on_subject: bool = False
    """Whether the sentence before was about the article's subject."""


def with_name(said: str, thread: Thread) -> tuple[str, bool]:
    """A sentence whose pronoun at the beginning is the article's subject, with its name there; whether there was one."""
    subject = thread.subject
    if subject is None or not thread.on_subject or EXPLETIVE.match(said):
        return said, False
    opening = OPENING.match(said)
    if opening:
        pronoun = opening[1].lower()
        if PRONOUNS.get(pronoun, "she") != subject.pronoun:
            return said, False
        name = subject.owning() if pronoun in OWNING else subject.named(past=PAST.match(opening[2]) is not None)
        return name + said[len(pronoun) :], True
    kind = KIND.match(said)
    if kind and kind[1].lower() in subject.kinds:
        return subject.named(past=PAST.match(kind[2]) is not None) + said[kind.end(1) :], True
    return named_within(said, subject) if WITHIN.search(said[:120]) else (said, False)


def named_within(said: str, subject: Subject) -> tuple[str, bool]:
    """The same where something stands before the pronoun: “In 1903, she …”."""
    clause = parsed(said)
    core = after_front(clause) if clause else ()
    if not clause or not core or PRONOUNS.get(core[0].text.lower()) != subject.pronoun:
        return said, False
    if core[0].tag == "PRP$":
        name = subject.owning()
    elif len(core) == 1 or core[1].tag == "RB":
        name = subject.named(past=PAST.match(clause.rest[0].text) is not None)
    else:
        return said, False
    name = re.sub(r"^(?:The|An?)\s", lambda match: match[0].lower(), name)
    name = name[:1].lower() + name[1:] if subject.is_common else name
    return said[: core[0].start] + name + said[core[0].end :], True


def follow(thread: Thread, named: str, place: int) -> None:
    """Note whether this sentence is about the article's subject, for the pronouns of the next."""
    subject = thread.subject
    clause = None if subject is None or POINTING.match(named) else parsed(named)
    if subject is None or clause is None:
        thread.on_subject = subject is not None and place == 0
        return
    if any(named.startswith(f"{subject.named(past)} ") for past in (False, True)):
        thread.on_subject = True
        return
    core = after_front(clause)
    thing = core[-1].text.lower() if len(core) == 2 and core[0].text.lower() == "the" else ""
    by_name = place == 0 or subject.is_meant_by(text_of(core, named)) or thing in subject.kinds
    if subject.pronoun in {"he", "she"}:
        thread.on_subject = by_name or (thread.on_subject and not names_other_people(core, subject))
    else:
        others = core and core[-1].tag in {"NNS", "NNPS"} and subject.pronoun == "it"
        thread.on_subject = by_name or bool(thread.on_subject and others)
