"""Edits a client's own sentences into the runs of a script: trimmed, split or joined to scene length, the most telling kept."""

import re
from collections import Counter
from collections.abc import Sequence

from kiwi.film import Form
from kiwi.local.forms import shape_of
from kiwi.local.grammar import NOUN_TAGS, capitalised, tagged
from kiwi.local.sentences import finished
from kiwi.local.speech import speech_seconds

LONGEST_RUN, SHORTEST_RUN = 7.6, 1.5
"""Seconds of speech that one scene can and should carry."""
LEAD_WORDS = re.compile(
    r"^(?:and then|and so|and|so|also|plus|well|anyway|okay|oh|yeah|yes|in addition|furthermore|moreover|"
    r"additionally)\b,?\s+(?!that\b|far\b|many\b|much\b)",
    re.I,
)
WEAK = (
    (re.compile(r"\b(?:really|basically|actually|literally|simply|obviously|honestly|kind of|sort of) (?=\w)", re.I), ""),
    (re.compile(r"^(?:I think|I guess|I believe|I mean|I would say) (?:that )?", re.I), ""),
    (
        re.compile(
            r",? (?:I think|I guess|and stuff(?: like that)?|and so on|or something|or whatever|and things like that|you know|"
            r"right|okay)(?=[.!?]?$)",
            re.I,
        ),
        "",
    ),
    (re.compile(r"\bgonna\b", re.I), "going to"),
    (re.compile(r"\bwanna\b", re.I), "want to"),
)
JOINTS = (
    re.compile(r"\s*[;—–]\s+|\s+[—–]\s*"),
    re.compile(r"(?<=\w):\s+"),
    re.compile(r",\s+(?=(?:and|but|so)\s+(?:we|you|it|they|he|she|i|there|the|our|your|a|an|that|this)\b)", re.I),
    re.compile(r"\s+(?=(?:and|but|so)\s+(?:we|you|it|they|he|she|i|there)\b)", re.I),
    re.compile(r",\s+(?=(?:which|where|when|while|because|with|from|including)\b)", re.I),
)


def trimmed(sentence: str) -> str:
    """Take out what only fills: openings such as ``And so``, hedges, ``basically``; facts and wording stay."""
    text = LEAD_WORDS.sub("", sentence)
    for pattern, replacement in WEAK:
        text = pattern.sub(replacement, text)
    return finished(re.sub(r"\s+", " ", text))


def split_long(sentence: str) -> list[str]:
    """Split a sentence that no scene can carry where one thought ends; unsplittable ones stay whole."""
    if speech_seconds(sentence) <= LONGEST_RUN:
        return [sentence]
    for joint in JOINTS:
        halves = balanced(sentence, joint)
        if halves:
            first, second = halves
            second = re.sub(r"^(?:and|so)\s+", "", second, flags=re.I)
            if re.match(r"(?:which|where|when|while|because|with|from|including)\b", second, re.I):
                continue
            return [*split_long(finished(first)), *split_long(finished(capitalised(second)))]
    return [sentence]


def balanced(sentence: str, joint: re.Pattern[str]) -> tuple[str, str] | None:
    """Cut at the joint nearest to the middle that leaves four words on both sides."""
    cuts = [(match.start(), match.end()) for match in joint.finditer(sentence)]
    cuts = [cut for cut in cuts if len(sentence[: cut[0]].split()) >= 4 and len(sentence[cut[1] :].split()) >= 4]
    if not cuts:
        return None
    start, end = min(cuts, key=lambda cut: abs(cut[0] - len(sentence) / 2))
    return sentence[:start], sentence[end:]


def weights(sentences: Sequence[str], wanted: str) -> list[float]:
    """Weigh how much each sentence tells: its frequent nouns, figures, names, place, and the client's key points."""
    nouns = [[token.text.lower() for token in tagged(sentence) if token.tag in NOUN_TAGS] for sentence in sentences]
    counts = Counter(noun for line in nouns for noun in set(line))
    asked = {token.text.lower() for token in tagged(wanted) if token.tag in NOUN_TAGS}
    found = []
    for place, (sentence, line) in enumerate(zip(sentences, nouns, strict=True)):
        weight = sum(min(counts[noun], 3) for noun in set(line)) / (2 + len(sentence.split()) ** 0.5)
        weight += 0.6 * len(asked & set(line))
        weight += 0.5 if re.search(r"\d", sentence) else 0.0
        weight += 0.3 if shape_of(sentence).form is not Form.STATEMENT else 0.0
        weight += 1.2 if place == 0 else 0.5 if place == len(sentences) - 1 else 0.2 if place == 1 else 0.0
        weight -= 0.6 if re.match(r"(?:this|that|it|they|he|she|these|those)\b", sentence, re.I) and place else 0.0
        found.append(weight)
    return found


def select(sentences: Sequence[str], seconds: float, wanted: str = "") -> list[str]:
    """Keep the most telling sentences that fit the seconds, in their order; at least one."""
    spoken = [speech_seconds(sentence) for sentence in sentences]
    if sum(spoken) <= seconds:
        return list(sentences)
    weighed = weights(sentences, wanted)
    ranked = sorted(range(len(sentences)), key=lambda place: (-weighed[place], place))
    kept: set[int] = set()
    left = seconds
    for place in ranked:
        if spoken[place] <= left or (not kept and spoken[place] <= 1.3 * seconds):
            kept.add(place)
            left -= spoken[place]
    if not kept:
        kept = {min(range(len(sentences)), key=lambda place: spoken[place])}
    return [sentences[place] for place in sorted(kept)]


def runs_of(sentences: Sequence[str], scenes: int) -> list[str]:
    """Join neighbours until there are about as many runs as scenes; a list or a number keeps its scene to itself if it can."""
    runs = [piece for sentence in sentences for piece in split_long(sentence)]
    while len(runs) > 1:
        pairs = [(joined_cost(runs[at], runs[at + 1]), at) for at in range(len(runs) - 1)]
        cost, at = min(pairs)
        short = min(speech_seconds(runs[at]), speech_seconds(runs[at + 1])) < SHORTEST_RUN
        if cost == float("inf") or not (len(runs) > scenes or (short and len(runs) > 2) or cost == 0):
            break
        runs[at : at + 2] = [f"{runs[at]} {runs[at + 1]}"]
    return runs


def belong(left: str, right: str) -> bool:
    """Whether two neighbours make one picture: steps in a row, or before and after."""
    steps = re.match(r"(?:first|then|next|after that|second)\b", left, re.I) and re.match(
        r"(?:then|next|finally|after that|second|third|lastly)\b", right, re.I
    )
    then_and_now = re.match(r"(?:before|back then|yesterday)\b", left, re.I) and re.match(r"(?:today|now|after)\b", right, re.I)
    return bool(steps or then_and_now)


def joined_cost(left: str, right: str) -> float:
    """How little two neighbours like to share a scene; infinite when they cannot."""
    seconds = speech_seconds(left) + speech_seconds(right)
    if seconds > LONGEST_RUN:
        return float("inf")
    if belong(left, right):
        return 0.0
    forms = (shape_of(left).form, shape_of(right).form)
    both_shown = sum(form is not Form.STATEMENT for form in forms)
    return seconds + 2.5 * both_shown
