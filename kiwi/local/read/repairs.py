"""Repairs: what a speaker took back at once and said anew, so that only the second is filmed.

A repair has what is taken back, a cue (“no sorry”, “I mean”) and what stands in its place, and the two are alike word by word
(E. Shriberg, Preliminaries to a Theory of Speech Disfluencies, 1994: reparandum, interregnum, repair).
"""

import re

CUE = re.compile(
    r"[,.;]?\s+(?:(?:um|uh|er)\s+)?(?:no|sorry|wait|i mean|or rather|correction|scratch that)"
    r"(?:[,\s]+(?:no|sorry|wait|actually|i mean|make (?:it|that)|that['’]?s wrong))*,?\s+",
    re.I,
)
LONGEST, FEWEST = 6, 2
"""Words that are taken back."""
ALIKE = 0.5
"""Share of the words on both sides that must be the same, each in its place."""


def repaired(text: str) -> str:
    """A text without what was taken back: “from the first of July, no sorry, from the eighth of July” → “from the eighth of July”."""
    at = 0
    while cue := CUE.search(text, at):
        before, after = text[: cue.start()].split(" "), text[cue.end() :].split(" ")
        count = next((count for count in range(LONGEST, FEWEST - 1, -1) if _stands_for(before, after, count)), 0)
        at = cue.end()
        if count:
            kept = " ".join(before[:-count])
            text = f"{kept} {text[cue.end() :]}".lstrip()
            at = len(kept)
    return text


def _stands_for(before: list[str], after: list[str], count: int) -> bool:
    """Whether so many words behind a cue stand in the place of as many before it."""
    if len(before) < count or len(after) < count:
        return False
    taken, given = ([re.sub(r"\W", "", word).lower() for word in words] for words in (before[-count:], after[:count]))
    same = [one == other for one, other in zip(taken, given, strict=True)]
    # of “no more plastic, no more waste” both are meant
    listed = (before[-count - 1 : -count] or [""])[0].lower().strip(" ,.") == "no" or taken[0] == "no"
    return (
        not listed and all(taken) and not all(same) and sum(same) >= ALIKE * count and (same[0] or same[-1]) and not _ends(before[-count:])
    )


def _ends(words: list[str]) -> bool:
    """Whether a sentence ends within some words."""
    return any(word[-1:] in ".!?" for word in words[:-1])
