"""Fills a film: pattern scenes beside the client's own until speech and pauses make up its seconds."""

from collections.abc import Sequence

from kiwi.film import Intent, VideoType
from kiwi.local.drafts import Draft, alternatives, draft_of_beat, facts, point_drafts, recap
from kiwi.local.patterns.chapters import chapters_for
from kiwi.local.patterns.kinds import BRIEFLY, ORDER, PRIORITY
from kiwi.local.sentences import split_sentences
from kiwi.local.subject import Subject

VOICE_SHARE, MOST_VOICE_SHARE = 0.74, 0.82
"""Share of a film's seconds that patterns aim to fill with speech, and may."""
LEAST_VOICE_SHARE = 0.5
"""With less, a film is mostly silent."""


LEAST_PAUSE, MOST_PAUSE, ENDS, LEAST_ENDS = 0.6, 2.2, 4.2, 1.3
"""Seconds of silence a scene needs and can carry; what title and end card carry besides."""


CHAPTER_SECONDS = 9.0
"""So much speech must be missing before a chapter is opened."""


EASY_PAUSE = 1.7
MANY = 3
"""From so many sentences on a client has said what there is to say: pauses and the places of ``NEAR`` do the rest."""
NEAR = ("audience", "bridge", "invite")
"""Places whose patterns speak of the film's own topic only."""
NEAR_STORY = ("audience", "invite")
"""A story told in the client's own words is not begun a second time."""


OWN_VOICE_SHARE = 0.55
"""With the client's own words, so much speech is enough when pauses of a comfortable length carry the rest."""


class Budget:
    """The seconds that speech and scenes may still take."""

    def __init__(self, seconds: float, drafts: Sequence[Draft], own: int = 0) -> None:
        self.seconds = seconds
        self.own = own
        self.spoken = sum(draft.seconds for draft in drafts)
        self.scenes = len(drafts)
        self.said = {sentence.lower() for draft in drafts for sentence in split_sentences(draft.voice)}
        self.titles = {draft.title for draft in drafts}

    @property
    def full(self) -> bool:
        """Whether there is speech enough; a client's own words rather get pauses than company."""
        enough = self.spoken >= VOICE_SHARE * self.seconds
        share = 0.0 if self.own >= MANY else OWN_VOICE_SHARE
        breathes = self.spoken >= share * self.seconds and self.spoken + EASY_PAUSE * self.scenes + ENDS >= self.seconds
        return enough or (self.own > 0 and breathes)

    @property
    def carried(self) -> bool:
        """Whether the scenes there are can be as long as the film."""
        return self.spoken + MOST_PAUSE * self.scenes + ENDS >= self.seconds

    def take(self, draft: Draft) -> bool:
        """Add a scene if it fits, says something new and leaves room to breathe."""
        spoken = self.spoken + draft.seconds
        new = not any(sentence.lower() in self.said for sentence in split_sentences(draft.voice)) and draft.title not in self.titles
        fits = spoken <= MOST_VOICE_SHARE * self.seconds and spoken + LEAST_PAUSE * (self.scenes + 1) + LEAST_ENDS <= 1.02 * self.seconds
        if not (draft.voice and fits and new):
            return False
        self.spoken, self.scenes = spoken, self.scenes + 1
        self.said |= {sentence.lower() for sentence in split_sentences(draft.voice)}
        self.titles.add(draft.title)
        return True


def filled(intent: Intent, subject: Subject, opening: Draft, own: list[Draft], closing: Draft) -> list[Draft]:
    """Put the client's scenes between opening and closing and add pattern scenes until the speech fills its share."""
    budget = Budget(intent.seconds, [opening, *own, closing], len(intent.sentences) if own else 0)
    if intent.language != "en":
        return own
    points = [draft for draft in point_drafts(intent, subject) if budget.take(draft)]
    summary = [draft for draft in (*facts(own), *recap(subject, own)) if not budget.full and budget.take(draft)]
    chosen = fill_places(intent, subject, own, budget)
    chapters = chapter_drafts(intent, subject, budget)
    before, after = around(intent.video_type, chosen, bool(own))
    few = [] if own else brief_drafts(intent, subject, budget)
    return [*before, *own, *points, *after[:-1], *chapters, *after[-1:], *summary, *few]


def fill_places(intent: Intent, subject: Subject, own: Sequence[Draft], budget: Budget) -> dict[str, list[Draft]]:
    """Fill a film's places by their priority, each once, then each once more while speech is short."""
    chosen: dict[str, list[Draft]] = {}
    reports = bool(own) and (intent.video_type is VideoType.NEWS or budget.own >= MANY)
    for rounds in range(1, 4):
        near = NEAR_STORY if intent.video_type is VideoType.STORY else NEAR
        for place in near if reports else PRIORITY[intent.video_type]:
            if budget.full:
                return chosen
            taken = chosen.setdefault(place, [])
            if len(taken) >= rounds or (place == "audience" and taken):
                continue
            for draft in alternatives(place, intent, subject, own):
                if budget.take(draft):
                    taken.append(draft)
                    break
    if reports and not budget.carried:
        return {**fill_places(intent, subject, (), budget), **{place: drafts for place, drafts in chosen.items() if drafts}}
    return chosen


def around(video_type: VideoType, chosen: dict[str, list[Draft]], own: bool) -> tuple[list[Draft], list[Draft]]:
    """Order the pattern scenes; a film without the client's own words starts with whom it is for and a question."""
    lead = {"audience"} if own else {"audience", "question"}
    rounds = [[(place, chosen[place][turn]) for place in ORDER[video_type] if len(chosen.get(place, ())) > turn] for turn in range(3)]
    before = [draft for place, draft in rounds[0] if place in lead]
    last = [draft for place, draft in rounds[0] if place == "invite"]
    after = [draft for turn in rounds for place, draft in turn if draft not in before and draft not in last]
    return before, [*after, *last]


def brief_drafts(intent: Intent, subject: Subject, budget: Budget) -> list[Draft]:
    """A few words for a film so short that no other pattern fits."""
    found: list[Draft] = []
    for beat in BRIEFLY.get(intent.video_type, ()):
        draft = draft_of_beat(beat, subject)
        if draft and budget.spoken < LEAST_VOICE_SHARE * budget.seconds and budget.take(draft):
            found.append(draft)
    return found


def chapter_drafts(intent: Intent, subject: Subject, budget: Budget) -> list[Draft]:
    """Chapters for a film that its own places cannot fill: each asks about one side of the topic."""
    drafts: list[Draft] = []
    if VOICE_SHARE * budget.seconds - budget.spoken < CHAPTER_SECONDS:
        return drafts
    for chapter in chapters_for(intent.video_type):
        for beat in chapter:
            if budget.full and budget.carried:
                return drafts
            draft = draft_of_beat(beat, subject)
            if draft and budget.take(draft):
                drafts.append(draft)
    return drafts
