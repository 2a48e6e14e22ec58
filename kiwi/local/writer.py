"""Writes the script: the client's own sentences edited to fit, and patterns around a topic that comes without any."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from kiwi.film import Form, Intent, Scene, SceneRole, Script, VideoType
from kiwi.local.actions import button_of, spoken_action
from kiwi.local.editor import runs_of, select, trimmed
from kiwi.local.forms import POINT_CHARACTERS, Shape, label_of, shape_of
from kiwi.local.grammar import capitalised, is_plural, lowered, title_case
from kiwi.local.keywords import heading_of, keywords_of
from kiwi.local.patterns.beats import Beat
from kiwi.local.patterns.chapters import chapters_for
from kiwi.local.patterns.domains import FIELDS
from kiwi.local.patterns.kinds import ORDER, PRIORITY, QUOTED, TYPES
from kiwi.local.patterns.points import CLAUSES, SINGLY, TOGETHER
from kiwi.local.sentences import finished, split_sentences
from kiwi.local.speech import LETTERS_A_SECOND, speech_seconds
from kiwi.local.subject import TITLE_CHARACTERS, Subject, choose, parts_of, shortened, subject_of
from kiwi.local.topics import noun_phrases

VOICE_SHARE, MOST_VOICE_SHARE = 0.74, 0.82
"""Share of a film's seconds that patterns aim to fill with speech, and may."""
ATTEMPTS = ((0.97, False), (0.97, True), (0.85, True), (0.7, True), (0.5, True), (0.3, True))
"""Share of the seconds for the client's own sentences, which are all kept up to a quarter over 0.78; then ever less, the ends silent."""
LONGEST_FILM = 1.07
"""Over the seconds asked for; a tenth is allowed and the estimate errs."""
LEAST_PAUSE, MOST_PAUSE, ENDS, LEAST_ENDS = 0.6, 2.2, 4.2, 1.3
"""Seconds of silence a scene needs and can carry; what title and end card carry besides."""
REST_SECONDS = 4.5
CHAPTER_SECONDS = 9.0
"""So much speech must be missing before a chapter is opened."""
EASY_PAUSE = 1.6
OWN_VOICE_SHARE = 0.55
"""With the client's own words, so much speech is enough when pauses of a comfortable length carry the rest."""
SCENE_SECONDS = 4.8
SHORT_FILM = 12.0
COUNTS = ("", "One", "Two", "Three", "Four", "Five", "Six")


@dataclass(frozen=True)
class Draft:
    """A scene before it has a place in the film."""

    title: str
    voice: str
    shape: Shape
    icons: tuple[str, ...] = ()
    button: str = ""

    @property
    def seconds(self) -> float:
        """What the narrator needs for it."""
        return speech_seconds(self.voice)


def write_script(intent: Intent) -> Script:
    """Write a film's text so that speech and pauses can fill its seconds; no sentence is said twice."""
    subject = subject_of(intent)
    for share, quiet in ATTEMPTS:
        drafts = composed(intent, subject, share, quiet)
        if least_seconds(drafts) <= LONGEST_FILM * intent.seconds:
            break
    scenes = tuple(scene_of(index, draft, len(drafts)) for index, draft in enumerate(drafts))
    return Script(title=subject.title, scenes=scenes)


def composed(intent: Intent, subject: Subject, share: float, quiet: bool) -> list[Draft]:
    """Put a film together, the client's own sentences taking at most a share of it; a quiet one leaves its ends to the music."""
    own = own_drafts(intent, subject, share)
    opening, own = opening_of(intent, subject, own, quiet)
    closing, own = closing_of(intent, subject, own)
    if quiet and own and opening.voice not in " ".join(intent.sentences):
        opening = replace(opening, voice="")
    if quiet and not intent.call_to_action and closing.voice not in " ".join(intent.sentences):
        closing = replace(closing, voice="")
    bodies = filled(intent, subject, opening, own, closing)
    return with_rests(without_repeats([opening, *bodies, closing]), intent, subject)


def least_seconds(drafts: Sequence[Draft]) -> float:
    """How short a film of these scenes can be, every pause at its least."""
    return sum(draft.seconds for draft in drafts) + LEAST_PAUSE * len(drafts) + LEAST_ENDS


def scene_of(index: int, draft: Draft, count: int) -> Scene:
    """Number a draft and give it its role."""
    role = SceneRole.OPENING if index == 0 else SceneRole.CLOSING if index == count - 1 else SceneRole.BODY
    plain = role is not SceneRole.BODY
    return Scene(
        id=f"scene-{index + 1}",
        role=role,
        title=draft.title,
        voice_over=draft.voice,
        form=Form.STATEMENT if plain else draft.shape.form,
        points=() if plain else draft.shape.points,
        figure=draft.button if role is SceneRole.CLOSING else "" if plain else draft.shape.figure,
        keywords=draft.icons,
    )


def own_drafts(intent: Intent, subject: Subject, share: float) -> list[Draft]:
    """Edit the client's sentences into drafts that fit the film."""
    sentences = list(
        dict.fromkeys(
            sentence
            for sentence in (trimmed(sentence) if intent.language == "en" else sentence for sentence in intent.sentences)
            if sentence
        )
    )
    if not sentences:
        return []
    action = speech_seconds(spoken_action(intent.call_to_action)) if intent.call_to_action else 0.0
    room = max(1.0, share * intent.seconds - action - 1.2)
    kept = select(sentences, room, f"{intent.topic} {' '.join(intent.key_points)}")
    if len(kept) == 1 and speech_seconds(kept[0]) > 1.1 * room:
        kept = [finished(shortened(kept[0].rstrip(".!?"), int(LETTERS_A_SECOND * room)))]
    runs = runs_of(kept, max(2, round(intent.seconds / SCENE_SECONDS) - 1))
    used = [subject.title]
    drafts = []
    for run in runs:
        drafts.append(draft_of_run(run, used, subject))
        used.append(drafts[-1].title)
    return drafts


def draft_of_run(run: str, used: Sequence[str], subject: Subject) -> Draft:
    """Give a run of the client's sentences its heading, form and icons."""
    shape = shape_of(run)
    heading = heading_of(run, [*used, *shape.points]) if subject.english else shortened(re.split(r"[.!?。！？,;:]", run)[0], 28)
    if (
        subject.english
        and shape.form in {Form.LIST, Form.STEPS}
        and (not heading or heading.split()[0].lower() in {"it", "we", "they", "there", "you", "he", "she", "i"})
    ):
        heading = f"{COUNTS[len(shape.points)]} {'Steps' if shape.form is Form.STEPS else 'Things to Know'}"
        heading = heading if heading not in used else ""
    return Draft(heading or subject.title, run, shape, keywords_of(run))


def opening_of(intent: Intent, subject: Subject, own: list[Draft], quiet: bool) -> tuple[Draft, list[Draft]]:
    """Open with the client's own first sentence if it is a hook or time is short, else with the title or a pattern's hook."""
    icons = keywords_of(subject.slots["topic"], intent.name)
    plain = Shape(Form.STATEMENT)
    if (len(own) > 1 and own[0].shape.form is Form.STATEMENT and own_hook(intent, subject, own)) or (
        own and quiet and intent.seconds < SHORT_FILM
    ):
        return Draft(subject.title, own[0].voice, plain, tuple(dict.fromkeys((*icons, *own[0].icons)))[:6]), own[1:]
    beats = [beat for beat in TYPES[intent.video_type]["opening"] if subject.say(beat) and len(subject.say(beat).split()) <= 12]
    asks = [beat for beat in beats if re.search(r"\{(?:question|act|name)\}", beat.say)]
    pool = asks or beats
    beat = pool[choose(intent.topic + "opening", len(pool))] if pool else Beat("{title}", "{title}.")
    if intent.language != "en" or speech_seconds(subject.say(beat)) > 0.28 * intent.seconds:
        beat = Beat("{title}", "{title}.")
    return Draft(subject.title, subject.say(beat), plain, tuple(dict.fromkeys((*icons, *beat.icons.split())))[:6]), own


def own_hook(intent: Intent, subject: Subject, own: Sequence[Draft]) -> bool:
    """Whether the client's first run can open the film: short, naming the topic, or with no time for another."""
    if intent.video_type is VideoType.TUTORIAL and subject.slots["act"] and not tight(intent, own):
        return False
    first = own[0].voice
    names_topic = subject.title.lower() in first.lower() and own[0].seconds <= 4.2
    derived = not intent.name and intent.topic.lower() in first.lower()
    return intent.language != "en" or tight(intent, list(own)) or len(first.split()) <= 7 or names_topic or derived


def tight(intent: Intent, own: list[Draft]) -> bool:
    """Whether the client's words leave no time for another."""
    return sum(draft.seconds for draft in own) > 0.8 * intent.seconds


def closing_of(intent: Intent, subject: Subject, own: list[Draft]) -> tuple[Draft, list[Draft]]:
    """Close with the call to action, the client's last sentence, or a closing thought on the topic."""
    plain = Shape(Form.STATEMENT)
    if intent.call_to_action:
        voice = spoken_action(intent.call_to_action)
        title = intent.name or subject.title
        if title.lower() == voice.strip(".!").lower() or len(title) > TITLE_CHARACTERS:
            title = subject.title
        return Draft(title, voice, plain, keywords_of(intent.call_to_action, intent.topic), button_of(intent.call_to_action)), own
    thought = own and own[-1].shape.form is Form.STATEMENT and intent.video_type is not VideoType.PROMOTIONAL and not has_quotation(intent)
    if (len(own) > 1 and (thought or tight(intent, own))) or (own and intent.language != "en"):
        last = own[-1]
        return Draft(last.title, last.voice, plain, last.icons, ""), own[:-1]
    beats = QUOTED["closing"] if has_quotation(intent) else TYPES[intent.video_type].get("closing") or FIELDS[subject.field]["closing"]
    beat = beats[choose(intent.topic + "closing", len(beats))]
    voice = subject.say(beat)
    if speech_seconds(voice) > 0.3 * intent.seconds:
        voice = finished(capitalised(beat.button.lower()))
    title = intent.name if intent.name and intent.video_type is VideoType.PROMOTIONAL else beat.title
    return Draft(title, voice, plain, tuple(beat.icons.split()), beat.button), own


class Budget:
    """The seconds that speech and scenes may still take."""

    def __init__(self, seconds: float, drafts: Sequence[Draft], own: bool = False) -> None:
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
        breathes = self.spoken >= OWN_VOICE_SHARE * self.seconds and self.spoken + EASY_PAUSE * self.scenes + ENDS >= self.seconds
        return enough or (self.own and breathes)

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
    budget = Budget(intent.seconds, [opening, *own, closing], bool(own))
    if intent.language != "en":
        return own
    points = [draft for draft in point_drafts(intent, subject) if budget.take(draft)]
    summary = [draft for draft in (*facts(own), *recap(subject, own)) if not budget.full and budget.take(draft)]
    chosen = fill_places(intent, subject, own, budget)
    chapters = chapter_drafts(intent, subject, budget)
    before, after = around(intent.video_type, chosen, bool(own))
    return [*before, *own, *points, *after[:-1], *chapters, *after[-1:], *summary]


def fill_places(intent: Intent, subject: Subject, own: Sequence[Draft], budget: Budget) -> dict[str, list[Draft]]:
    """Fill a film's places by their priority, each once, then each once more while speech is short."""
    chosen: dict[str, list[Draft]] = {}
    reports = own and intent.video_type is VideoType.NEWS
    places = ("audience", "bridge", "invite") if reports else PRIORITY[intent.video_type]
    for rounds in range(1, 4):
        for place in places:
            if budget.full:
                return chosen
            taken = chosen.setdefault(place, [])
            if len(taken) >= rounds or (place == "audience" and taken):
                continue
            for draft in alternatives(place, intent, subject, own):
                if budget.take(draft):
                    taken.append(draft)
                    break
    return chosen


WHEN = re.compile(
    r"\b(?P<fact>(?:on|from|until|by|this|next|every|starting|at)\s+(?:(?:this|next|every|the)\s+)?(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|weekend|"
    r"January|February|March|April|May|June|July|August|September|October|November|December|\d{1,2}(?::\d\d)? ?[ap]\.?m\b\.?|noon|midnight)\b(?: (?:morning|afternoon|evening|night|\d{1,2}(?:st|nd|rd|th)?\b))?(?:,? (?:at|from|to|until) (?:\d{1,2}(?::\d\d)?(?: ?[ap]\.?m\b\.?)?|noon|midnight))*)"
)
WHERE = re.compile(
    r"\b(?P<fact>(?:on|at|in|near)\s+(?:the\s+)?(?:\d+\s+)?(?:[A-Z][\w'’]+\s+)+(?:Street|Road|Avenue|Square|Park|Lane|Hall|Market|Station|Library|School|Beach|Center|Centre|Garden|Gardens|Museum))\b"
)


def facts(own: Sequence[Draft]) -> list[Draft]:
    """Say once more when and where, in the client's own words."""
    found = []
    said = " ".join(draft.voice for draft in own)
    for question, pattern, icons in (("When?", WHEN, ("calendar", "clock")), ("Where?", WHERE, ("map-pin", "map"))):
        match = pattern.search(said)
        if match:
            found.append(Draft(title_case(shortened(match["fact"])), f"{question} {finished(match['fact'])}", Shape(Form.STATEMENT), icons))
    return found


def recap(subject: Subject, own: Sequence[Draft]) -> list[Draft]:
    """Name once more, as a list, what the client's own scenes were about."""
    named = [
        lowered(phrase) for draft in own for phrase in noun_phrases(draft.voice)[-1:] if len(phrase) <= POINT_CHARACTERS and " " in phrase
    ]
    labels = list(dict.fromkeys(label for label in named if label.lower() not in subject.title.lower()))[:3]
    if len(labels) < 2:
        return []
    listed = f"{', '.join(labels[:-1])} and {labels[-1]}"
    voice = f"{capitalised(subject.slots['topic'])}: {listed}."
    return [Draft("In Short", voice, Shape(Form.LIST, tuple(labels)), keywords_of(listed))]


def around(video_type: VideoType, chosen: dict[str, list[Draft]], own: bool) -> tuple[list[Draft], list[Draft]]:
    """Order the pattern scenes; a film without the client's own words starts with whom it is for and a question."""
    lead = {"audience"} if own else {"audience", "question"}
    rounds = [[(place, chosen[place][turn]) for place in ORDER[video_type] if len(chosen.get(place, ())) > turn] for turn in range(3)]
    before = [draft for place, draft in rounds[0] if place in lead]
    last = [draft for place, draft in rounds[0] if place == "invite"]
    after = [draft for turn in rounds for place, draft in turn if draft not in before and draft not in last]
    return before, [*after, *last]


def alternatives(place: str, intent: Intent, subject: Subject, own: Sequence[Draft]) -> list[Draft]:
    """Every pattern for a place, the one this topic prefers first."""
    if place == "audience" and (
        not intent.audience or re.match(r"(?:my|our)\b", intent.audience) and intent.video_type not in {VideoType.STORY, VideoType.QUOTE}
    ):
        return []
    if place == "question" and own and own[0].voice.rstrip().endswith("?"):
        return []
    beats = QUOTED.get(place, ()) if has_quotation(intent) else TYPES[intent.video_type].get(place) or FIELDS[subject.field].get(place, ())
    start = choose(intent.topic + place, len(beats)) if beats else 0
    ordered = [*beats[start:], *beats[:start]]
    return [draft for beat in ordered if (draft := draft_of_beat(beat, subject)) is not None]


def has_quotation(intent: Intent) -> bool:
    """Whether the client chose somebody's words for the film."""
    return intent.video_type is VideoType.QUOTE and any(shape_of(sentence).form is Form.QUOTE for sentence in intent.sentences)


def draft_of_beat(beat: Beat, subject: Subject) -> Draft | None:
    """Fill a pattern; None when the topic lacks a word for it."""
    voice = subject.say(beat)
    title = subject.fill(beat.title) or ""
    if not voice:
        return None
    points = subject.points(beat)
    usable = all(len(point) <= POINT_CHARACTERS for point in points)
    shape = Shape(beat.shape, points) if usable and len(points) > 1 else Shape(Form.STATEMENT)
    return Draft(shortened(title), voice, shape, tuple(beat.icons.split()))


def point_drafts(intent: Intent, subject: Subject) -> list[Draft]:
    """Scenes for what the client wants mentioned: all together, and one by one while there is time."""
    points = [point for point in intent.key_points if not said_in(point, intent.sentences)]
    if not points:
        return []
    drafts = []
    for at in range(0, len(points), 5):
        group = points[at : at + 5]
        beats = TOGETHER[intent.video_type]
        beat = beats[(choose(intent.topic + "points", len(beats)) + at // 5) % len(beats)]
        listed = group[0] if len(group) == 1 else f"{', '.join(group[:-1])} and {group[-1]}"
        voice = finished(beat.say.replace("{list}", listed))
        labels = tuple(label_of(point) if len(point) > POINT_CHARACTERS else point for point in group)
        shape = Shape(Form.LIST, labels) if len(labels) > 1 and at // 5 < len(beats) else Shape(Form.STATEMENT)
        drafts.append(Draft(beat.title if at // 5 < len(beats) else title_case(shortened(group[0])), voice, shape, keywords_of(listed)))
    return [*drafts, *single_points(points, intent.video_type)] if len(points) > 1 else drafts


def single_points(points: Sequence[str], video_type: VideoType) -> list[Draft]:
    """One scene a point: a phrase gets a sentence of its own, a clause becomes the question it answers."""
    drafts = []
    for index, point in enumerate(points):
        clause = re.match(r"(?:how|why|what|when|where|who|which)\b", point) is not None
        asked = parts_of(point)[2] or f"{capitalised(point)}?"
        frame = CLAUSES[index % len(CLAUSES)] if clause else SINGLY[video_type][index % len(SINGLY[video_type])]
        text = (
            re.sub(r"\[(.*?)\|(.*?)\]", r"\2" if is_plural(point) else r"\1", frame).replace("{point}", point).replace("{question}", asked)
        )
        drafts.append(Draft(title_case(shortened(point)), finished(capitalised(text)), Shape(Form.STATEMENT), keywords_of(point)))
    return drafts


def said_in(point: str, sentences: Sequence[str]) -> bool:
    """Whether the client's own sentences say a point already."""
    words = {word for word in re.findall(r"\w{4,}", point.lower())}
    return any(words and words <= set(re.findall(r"\w+", sentence.lower())) for sentence in sentences)


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


def without_repeats(drafts: Sequence[Draft]) -> list[Draft]:
    """Say no sentence twice; a scene that has nothing new to say is left out, the ends stay."""
    said: set[str] = set()
    kept: list[Draft] = []
    for index, draft in enumerate(drafts):
        sentences = split_sentences(draft.voice)
        new = [sentence for sentence in sentences if sentence.lower() not in said]
        said |= {sentence.lower() for sentence in sentences}
        if len(new) == len(sentences):
            kept.append(draft)
        elif new:
            voice = " ".join(new)
            kept.append(Draft(draft.title, voice, shape_of(voice), draft.icons, draft.button))
        elif index in {0, len(drafts) - 1}:
            kept.append(Draft(draft.title, "", Shape(Form.STATEMENT), draft.icons, draft.button))
    return kept


def with_rests(drafts: list[Draft], intent: Intent, subject: Subject) -> list[Draft]:
    """Put scenes without speech between the others when pauses alone cannot make the film long enough."""
    missing = 0.95 * intent.seconds - sum(draft.seconds for draft in drafts) - MOST_PAUSE * len(drafts) - ENDS
    rests = ceil(missing / REST_SECONDS) if missing > 0 else 0
    if not rests:
        return drafts
    at = [ceil((number + 1) * (len(drafts) - 1) / (rests + 1)) for number in range(rests)]
    found: list[Draft] = []
    for index, draft in enumerate(drafts):
        for turn in range(at.count(index)):
            words = drafts[(index - 1 + turn) % len(drafts)].voice.rstrip(".!?。") or subject.title
            found.append(Draft(capitalised(shortened(words, 30 - 6 * turn)), "", Shape(Form.STATEMENT), draft.icons))
        found.append(draft)
    return found
