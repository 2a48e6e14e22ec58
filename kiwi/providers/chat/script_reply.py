"""A model's script, as its own small type and as ours, and what is wrong with it."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from kiwi.film.model import BUTTON_CHARACTERS, TITLE_CHARACTERS, Form, Intent, Scene, SceneRole, Script, VideoType
from kiwi.local.speak.speech import speech_seconds
from kiwi.local.write.titles import button_of
from kiwi.providers.chat.allowed_text import Line, foreign_matter, keywords, stands_in, tokens_of
from kiwi.providers.chat.asking import Reply, Verdict
from kiwi.providers.chat.lengths import ENDS, LEAST_ENDS, LEAST_PAUSE, MOST_PAUSE, VOICE_SHARE

POINT_CHARACTERS, FEWEST_POINTS, MOST_POINTS = 32, 2, 6
KEYWORDS = 6
OVERLONG, SHORT = 1.07, 0.93
"""Share of the asked seconds that a film may need, and must at least be able to fill; a tenth is allowed and estimates err."""
SCENE_SECONDS = 5.5
LONG_SCENE_SECONDS = 12.0
THIN, TOO_THIN = 0.72, 0.66
"""Share of the speech that a film should have: with less a script is sent back, or is none that a film can be made of."""
OWN_ROOM = 0.8
"""Share of the film that the client's own sentences may take."""
SHORT_SENTENCE = 12
"""Characters of what may be said again: ``Thank you.``"""
LISTED = frozenset({Form.LIST, Form.STEPS, Form.CONTRAST})
COUNTED = re.compile(r"\d+(?:[.,]\d+)*")


class SceneReply(Reply):
    """One scene. The first opens the film and the last closes it, whatever their form."""

    title: Line = Field(max_length=TITLE_CHARACTERS)
    voice_over: Line = Field(max_length=700)
    form: Form
    points: tuple[Annotated[Line, Field(max_length=80)], ...] = Field(max_length=MOST_POINTS)
    """Of a number that alone, of a quotation who said it."""
    keywords: Line = Field(max_length=90)
    """With commas between them."""


class ScriptReply(Reply):
    """The film's text."""

    title: Line = Field(max_length=TITLE_CHARACTERS)
    scenes: tuple[SceneReply, ...] = Field(min_length=2)
    button: Line = Field(max_length=60)


def scenes_for(seconds: float) -> int:
    """How many scenes a film of so many seconds should have."""
    return max(2, round(seconds / SCENE_SECONDS))


def speech_room(seconds: float) -> float:
    """Seconds of speech that a film should have."""
    most = OVERLONG * seconds - scenes_for(seconds) * LEAST_PAUSE - LEAST_ENDS
    return min(VOICE_SHARE * seconds, 0.92 * most)


def must_be_spoken(intent: Intent) -> tuple[str, ...]:
    """The client's own sentences that there is time for, whole and in their order; the most telling if there is not time for all."""
    sentences = list(dict.fromkeys(filter(None, intent.sentences)))
    wanted = set(tokens_of(f"{intent.topic} {' '.join(intent.key_points)}"))

    def telling(place: int) -> tuple[bool, int]:
        """The first one, then those that name what the film is about, with figures before others."""
        own = tokens_of(sentences[place])
        return place == 0, len(wanted & set(own)) + 2 * any(token[0].isdigit() for token in own)

    left, kept = OWN_ROOM * intent.seconds, set[int]()
    for place in sorted(range(len(sentences)), key=telling, reverse=True):
        if (spoken := speech_seconds(sentences[place])) <= left:
            kept.add(place)
            left -= spoken
    return tuple(sentences[place] for place in sorted(kept))


def script_of(reply: ScriptReply, intent: Intent) -> Script:
    """The model's answer as ours: what a form needs and a scene lacks makes it a plain statement, and no sentence is said twice."""
    reply = without_repeats(reply)
    first, *between, last = reply.scenes
    button = intent.call_to_action or reply.button
    scenes = [
        _end(1, SceneRole.OPENING, first, ""),
        *(_scene(number, scene) for number, scene in enumerate(between, start=2)),
        _end(len(reply.scenes), SceneRole.CLOSING, last, button_of(button)[:BUTTON_CHARACTERS] if button else ""),
    ]
    return Script(title=_title(reply.title), scenes=tuple(scenes))


def without_repeats(reply: ScriptReply) -> ScriptReply:
    """Leave out sentences that were said before, and scenes that say nothing else; the ends always keep their words."""
    first, *between, last = reply.scenes
    said = {_key(sentence) for end in (first, last) for sentence in sentences_of(end.voice_over)}
    scenes = []
    for scene in between:
        new = [
            sentence for sentence in sentences_of(scene.voice_over) if len(_key(sentence)) <= SHORT_SENTENCE or _key(sentence) not in said
        ]
        said |= {_key(sentence) for sentence in new}
        if new:
            scenes.append(scene.model_copy(update={"voice_over": " ".join(new)}))
    return reply.model_copy(update={"scenes": (first, *scenes, last)})


def sentences_of(voice_over: str) -> list[str]:
    """A voice-over cut at its full stops."""
    return re.split(r"(?<=[.!?。！？])\s+", voice_over)


def _key(sentence: str) -> str:
    return " ".join(tokens_of(sentence))


def _end(number: int, role: SceneRole, reply: SceneReply, figure: str) -> Scene:
    icons = keywords(reply.keywords, KEYWORDS)
    return Scene(id=f"scene-{number}", role=role, title=_title(reply.title), voice_over=reply.voice_over, figure=figure, keywords=icons)


def _scene(number: int, reply: SceneReply) -> Scene:
    plain = _end(number, SceneRole.BODY, reply, "")
    if reply.form is Form.STATEMENT or wants_of(reply):
        return plain
    shaped = {"points": tuple(point.rstrip(" .,;") for point in reply.points)} if reply.form in LISTED else {"figure": _figure(reply)}
    return plain.model_copy(update={"form": reply.form, **shaped})


def _figure(reply: SceneReply) -> str:
    return reply.points[0] if reply.points else ""


def _title(text: str) -> str:
    return text.rstrip(" .:;,")


def wants_of(scene: SceneReply) -> tuple[str, ...]:
    """What a scene's form lacks."""
    found: list[str] = []
    spoken = tokens_of(scene.voice_over)
    if scene.form in LISTED:
        least, most = (2, 2) if scene.form is Form.CONTRAST else (FEWEST_POINTS, MOST_POINTS)
        if not least <= len(scene.points) <= most:
            found.append(f"a {scene.form} needs {least} to {most} points, not {len(scene.points)}")
        found += [
            f"the point “{point}” is longer than {POINT_CHARACTERS} characters" for point in scene.points if len(point) > POINT_CHARACTERS
        ]
        after = 0
        for point in scene.points:
            ends = stands_in(point, spoken, after, skipped=1)
            if not ends:
                found.append(f"the point “{point}” is not spoken, or not in this order")
            after = ends or after
    elif scene.form is Form.NUMBER:
        figure = _figure(scene)
        digits = COUNTED.findall(figure)
        if not digits or len(figure) > 16 or not set(digits) <= set(COUNTED.findall(scene.voice_over)):
            found.append(f"its one point “{figure}” must be a short number that stands in the voice-over")
    elif scene.form is Form.QUOTE and not re.search(r"[“\"].{8,}[”\"]", scene.voice_over):
        found.append("a quote needs quotation marks around the words")
    return tuple(found)


def judge(reply: ScriptReply, intent: Intent) -> Verdict:
    """Everything wrong with an answer, before it becomes a script and after."""
    flaws = [f"Scene {number}: {want}." for number, scene in enumerate(reply.scenes[1:-1], start=2) for want in wants_of(scene)]
    if without_repeats(reply) != reply:
        flaws.append("Some sentences are said twice: say each once.")
    script = script_of(reply, intent)
    faults = (*foreign_matter(reply.model_dump(mode="json"), intent.original), *critique(script, intent))
    return Verdict(faults=faults, flaws=(*flaws, *blemishes(script, intent)))


def critique(script: Script, intent: Intent) -> list[str]:
    """What makes a script unusable for this film, in sentences for whoever wrote it."""
    return [*_misfits(script, intent), *_unspoken(script, intent), *_misquoted(script, intent), *_hollow(script)]


def _misfits(script: Script, intent: Intent) -> Iterator[str]:
    """Too long or too short for the seconds."""
    scenes, seconds = script.scenes, intent.seconds
    spoken, good = _spoken(script), speech_room(seconds)
    room = OVERLONG * seconds - LEAST_PAUSE * len(scenes) - LEAST_ENDS
    if spoken > room:
        fewer = f"{100 * (1 - min(good, room) / spoken):.0f}% fewer words in {scenes_for(seconds)} scenes"
        yield f"It takes {spoken:.1f} seconds to speak and may take about {good:.1f}: use {fewer}."
    if spoken < TOO_THIN * good:
        yield _too_little(spoken, good)
    elif spoken + MOST_PAUSE * len(scenes) + ENDS < SHORT * seconds:
        yield f"{len(scenes)} scenes are too few to fill {seconds:.0f} seconds: write about {scenes_for(seconds)}."
    if len(scenes) > 2 * scenes_for(seconds) + 2:
        yield f"{len(scenes)} scenes are too many: write about {scenes_for(seconds)}."


def _spoken(script: Script) -> float:
    return sum(speech_seconds(scene.voice_over) for scene in script.scenes)


def _too_little(spoken: float, good: float) -> str:
    more = f"{100 * (good / spoken - 1):.0f}% more words" if spoken else "words"
    return f"It takes only {spoken:.1f} seconds to speak and should take about {good:.1f}: use {more}."


def _unspoken(script: Script, intent: Intent) -> Iterator[str]:
    """Sentences of the client that are left out or changed."""
    said, after = tokens_of(" ".join(scene.voice_over for scene in script.scenes)), 0
    for sentence in must_be_spoken(intent):
        ends = stands_in(sentence, said, after, skipped=0)
        if not ends:
            yield f"The client's sentence “{sentence}” must be spoken word for word, at its place in their order."
        after = ends or after


def _misquoted(script: Script, intent: Intent) -> Iterator[str]:
    """Quotations that nobody gave us."""
    client = tokens_of(intent.original)
    for scene in script.scenes:
        for quoted in re.findall(r"[“\"]([^”\"]{8,})[”\"]", scene.voice_over):
            if len(tokens_of(quoted)) > 2 and not stands_in(quoted, client):
                yield f"The client never quoted “{quoted[:60]}”: leave it out."


def _hollow(script: Script) -> Iterator[str]:
    """Texts without words."""
    if not tokens_of(script.title):
        yield "The film needs a title."
    for scene in script.scenes:
        if not tokens_of(scene.voice_over) or not tokens_of(scene.title):
            yield f"{scene.id} needs a title and a voice-over."


def blemishes(script: Script, intent: Intent) -> list[str]:
    """What could be better and does not keep a script from being filmed."""
    spoken, good = _spoken(script), speech_room(intent.seconds)
    found = [_too_little(spoken, good)] if TOO_THIN * good <= spoken < THIN * good else []
    for scene in script.scenes:
        if tokens_of(scene.title) == tokens_of(scene.voice_over) and scene.role is SceneRole.BODY:
            found.append(f"The title of {scene.id} only repeats its voice-over: write a heading of two to five words.")
        if speech_seconds(scene.voice_over) > LONG_SCENE_SECONDS:
            found.append(f"{scene.id} is too long for one picture: split it.")
        if not scene.keywords:
            found.append(f"{scene.id} needs keywords: two to four single lower-case English nouns.")
    found += [f"{one.id} and {other.id} have the same title." for one, other in pairwise(script.scenes) if one.title == other.title]
    return [*found, *_invented(script.scenes, intent)]


def _invented(scenes: Sequence[Scene], intent: Intent) -> list[str]:
    """Figures in what shall sell or inform that the client never named."""
    if intent.video_type not in {VideoType.PROMOTIONAL, VideoType.NEWS}:
        return []
    known = set(COUNTED.findall(intent.original))
    return [
        f"{scene.id} says {number}, which the client never said: name no figures of your own."
        for scene in scenes
        for number in COUNTED.findall(scene.voice_over)
        if number not in known
    ]
