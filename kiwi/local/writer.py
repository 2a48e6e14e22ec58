"""Writes the script: the client's own sentences edited to fit, and patterns around a topic that comes without any."""

import re
from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from kiwi.film import Form, Intent, Scene, SceneRole, Script, VideoType
from kiwi.local.actions import button_of, is_call_to_action, spoken_action
from kiwi.local.drafts import Draft, company_of, draft_of_run, has_quotation, told_by_doer
from kiwi.local.editor import runs_of, select, trimmed
from kiwi.local.filling import ENDS, LEAST_ENDS, LEAST_PAUSE, MANY, MOST_PAUSE, filled
from kiwi.local.forms import Shape, shape_of
from kiwi.local.grammar import capitalised
from kiwi.local.keywords import keywords_of
from kiwi.local.patterns.beats import Beat
from kiwi.local.patterns.fields import FIELDS
from kiwi.local.patterns.kinds import TYPES
from kiwi.local.patterns.occasions import GREETED
from kiwi.local.sentences import finished, split_sentences
from kiwi.local.speech import LETTERS_A_SECOND, speech_seconds
from kiwi.local.subject import TITLE_CHARACTERS, Subject, choose, shortened, subject_of

ATTEMPTS = ((0.97, False), (0.97, True), (0.85, True), (0.7, True), (0.5, True), (0.3, True))
"""Share of the seconds for the client's own sentences, which are all kept up to a quarter over 0.78; then ever less, the ends silent."""
LONGEST_FILM = 1.07
"""Over the seconds asked for; a tenth is allowed and the estimate errs."""
REST_SECONDS = 4.5
SCENE_SECONDS = 4.8
SHORT_FILM = 12.0
CLOSING_SHARE = 0.3
"""Of the film, for a closing thought."""
LONGEST_OPENING = 6.0
"""Seconds of speech that a title card can carry."""
SIGNED = re.compile(r"(?:from|with love|love,|yours|your friends)\b", re.I)
"""Who sends a greeting, its last words."""


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
    closing, own = closing_of(intent, subject, own, quiet)
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
    runs = runs_of(kept, max(MANY if len(kept) >= MANY else 2, round(intent.seconds / SCENE_SECONDS) - 1))
    used = [subject.title]
    drafts = []
    for run in runs:
        drafts.append(draft_of_run(run, used, subject))
        used.append(drafts[-1].title)
    return drafts


def opening_of(intent: Intent, subject: Subject, own: list[Draft], quiet: bool) -> tuple[Draft, list[Draft]]:
    """Open with the client's own first sentence if it is a hook or time is short, else with the title or a pattern's hook."""
    icons = keywords_of(subject.slots["topic"], intent.name)
    if own and company_of(intent, subject) is GREETED:
        icons = own[0].icons
    plain = Shape(Form.STATEMENT)
    derived = not intent.name and any(intent.topic.lower() in draft.voice.lower() for draft in own)
    derived = derived or told_by_doer(intent)
    if (own and (len(own) > 1 or derived) and (derived or own[0].shape.form is Form.STATEMENT) and own_hook(intent, subject, own)) or (
        own and quiet and intent.seconds < SHORT_FILM
    ):
        return Draft(subject.title, own[0].voice, plain, tuple(dict.fromkeys((*icons, *own[0].icons)))[:6]), own[1:]
    company = company_of(intent, subject)
    openings = (company or TYPES[intent.video_type])["opening"]
    beats = [beat for beat in openings if subject.say(beat) and len(subject.say(beat).split()) <= (18 if company else 12)]
    asks = [beat for beat in beats if re.search(r"\{(?:question|act|name|event)\}", beat.say)]
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
    if told_by_doer(intent):
        return True
    if re.match(r"(?:he|she|they|it|this|that)\b", first, re.I) and not tight(intent, own):
        return False
    names_topic = subject.title.lower() in first.lower() and own[0].seconds <= 4.2
    derived = not intent.name and any(intent.topic.lower() in draft.voice.lower() for draft in own)
    short = own[0].seconds <= LONGEST_OPENING
    return intent.language != "en" or tight(intent, own) or len(first.split()) <= 7 or names_topic or (derived and short)


def tight(intent: Intent, own: Sequence[Draft]) -> bool:
    """Whether the client's words leave no time for another."""
    return sum(draft.seconds for draft in own) > 0.8 * intent.seconds


def closing_of(intent: Intent, subject: Subject, own: list[Draft], quiet: bool) -> tuple[Draft, list[Draft]]:
    """Close with the call to action, the client's last sentence, or a closing thought on the topic."""
    plain = Shape(Form.STATEMENT)
    if intent.call_to_action:
        voice = spoken_action(intent.call_to_action)
        title = intent.name or subject.title
        if title.lower() == voice.strip(".!").lower() or len(title) > TITLE_CHARACTERS:
            title = subject.title
        return Draft(title, voice, plain, keywords_of(intent.call_to_action, intent.topic), button_of(intent.call_to_action)), own
    if quiet and own and not intent.call_to_action:
        last = own[-1]
        return Draft(last.title, last.voice, plain, last.icons, ""), own[:-1]
    complete = intent.video_type is not VideoType.PROMOTIONAL or len(intent.sentences) > MANY
    thought = own and own[-1].shape.form in {Form.STATEMENT, Form.CONTRAST} and complete and not has_quotation(intent)
    if own and len(own) > 1 and is_call_to_action(split_sentences(own[-1].voice)[0]):
        last = own[-1]
        asked = split_sentences(last.voice)[0].rstrip(".!")
        return Draft(intent.name or subject.title, last.voice, plain, last.icons, button_of(asked)), own[:-1]
    if (len(own) > 1 and (thought or tight(intent, own))) or (own and intent.language != "en"):
        last = own[-1]
        return Draft(last.title, last.voice, plain, last.icons, ""), own[:-1]
    if own and SIGNED.match(own[-1].voice) and len(own[-1].voice.split()) <= 9:
        return Draft(own[-1].title, own[-1].voice, plain, ("heart", "gift", *own[-1].icons)), own[:-1]
    return closing_thought(intent, subject), own


def closing_thought(intent: Intent, subject: Subject) -> Draft:
    """Close with a pattern's thought on the topic; in a language that has none, with the title."""
    plain = Shape(Form.STATEMENT)
    if not subject.english:
        return Draft(subject.title, "", plain)
    company = company_of(intent, subject)
    beats = company.get("closing") or TYPES[intent.video_type].get("closing") or FIELDS[subject.field]["closing"]
    first = choose(intent.topic + "closing", len(beats))
    turned = [*beats[first:], *beats[:first]]
    room = CLOSING_SHARE * intent.seconds
    beat = next((beat for beat in turned if speech_seconds(subject.say(beat)) <= room), turned[0])
    voice = subject.say(beat)
    if speech_seconds(voice) > room:
        voice = finished(capitalised((beat.button or beat.title).lower()))
    title = intent.name if intent.name and intent.video_type is VideoType.PROMOTIONAL else beat.title
    return Draft(title, voice, plain, tuple(beat.icons.split()), beat.button)


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
