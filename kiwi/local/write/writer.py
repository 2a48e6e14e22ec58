"""The writer: says what the client said, or what a named source says, or nothing.

Sentences stand whole or are left out, and each scene knows where its words come from. See the decision page on the sourced writer.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from kiwi.film.job_inputs import Report, WriteInput
from kiwi.film.model import Form, Intent, Origin, Scene, SceneRole, Script, VideoType
from kiwi.local.knowledge.chosen import Known, look_up
from kiwi.local.knowledge.find import Embed
from kiwi.local.read.encoder import open_encoder
from kiwi.local.read.sentences import finished
from kiwi.local.speak.speech import speech_seconds
from kiwi.local.write import remarks
from kiwi.local.write.buttons import button_of
from kiwi.local.write.fitting import Fitted, fit
from kiwi.local.write.forms import PLAIN
from kiwi.local.write.frames import opening_of
from kiwi.local.write.known import parts_of
from kiwi.local.write.parts import Part, client_parts, greeting_title
from kiwi.local.write.tales import tale_parts
from kiwi.local.write.titles import film_title, heading_of

LONGEST_OPENING, LONGEST_CLOSING = 6.0, 6.5
"""Seconds of speech that a title card or an end card can carry."""
LONGEST_SCENE, SCENE_SECONDS = 8.0, 4.6
"""Seconds of speech: a scene that joins sentences, and what a scene has on average."""
UNSOURCED = frozenset({VideoType.STORY, VideoType.GREETING, VideoType.QUOTE})
"""Films of these types are never filled with knowledge that nobody asked for."""
SILENT = Part("", origin=Origin.FRAME)
"""An end of the film that leaves its time to the music."""


def write(job_input: WriteInput, folder: Path, report: Report) -> Script:
    """The job: write an order's script."""
    return write_script(job_input.intent, open_encoder().embed, knowledge=job_input.knowledge)


def write_script(intent: Intent, embed: Embed, *, knowledge: bool = True) -> Script:
    """Write a film's text: the client's parts, then what the library knows where the client wants that, fitted to the seconds."""
    tale = tale_parts(intent)
    told = tale or client_parts(intent)
    action = finished(intent.call_to_action) if intent.call_to_action else ""
    room = intent.seconds - sum(part.seconds for part in told)
    wants = (intent.wants_knowledge and not tale) or (not told and not intent.name and intent.video_type not in UNSOURCED)
    known = look_up(intent, embed, room, speech_seconds) if wants and knowledge else Known()
    parts = [*told, *parts_of(known.facts)]
    if action:
        parts.append(Part(action, weight=1.9))
    title = film_title(intent, known.subject if known.title and intent.topic in known.unanswered else "", greeting_title(intent))
    if not parts and (line := opening_of(intent)):
        parts = [Part(line, origin=Origin.FRAME)]
    opens = _needs_opening(parts, action) or _names(parts, intent)
    if opens and (line := opening_of(intent)) and line.rstrip(".").lower() not in parts[0].voice.lower():
        parts.insert(0, Part(line, origin=Origin.FRAME, weight=0.5))
    asked = intent.seconds if intent.length_asked or (known.facts and not told) else None
    fitted = fit(parts, asked, lambda kept: _voices(kept, action, intent.seconds))
    scenes = _scenes(fitted, title, intent, action, known)
    return Script(
        title=title,
        scenes=scenes,
        seconds=None if fitted.seconds == intent.seconds else round(fitted.seconds, 2),
        sources=known.sources if any(scene.origin is Origin.SOURCE for scene in scenes) else (),
        remarks=(
            *remarks.of_length(intent, fitted.seconds),
            *remarks.of_language(intent),
            *(remarks.of_knowledge(intent, known.title, known.unanswered) if intent.wants_knowledge and knowledge and not tale else ()),
            *remarks.of_omissions([part for part in fitted.left_out if part.origin is Origin.CLIENT], intent),
            *remarks.of_wishes(intent),
        ),
    )


def _needs_opening(parts: Sequence[Part], action: str) -> bool:
    """Whether nothing of what is told can be said over the title: the film begins with a list, a figure or a saying."""
    first = parts[0] if parts else None
    return first is not None and (first.shape != PLAIN or first.voice == action)


def _names(parts: Sequence[Part], intent: Intent) -> bool:
    """Whether only an opening would say the name of what is advertised."""
    name = intent.name.lower()
    return bool(name) and name in intent.topic.lower() and not any(name in part.voice.lower() for part in parts)


def _opens(parts: Sequence[Part]) -> bool:
    """Whether the first part is said over the title."""
    return bool(parts) and parts[0].shape == PLAIN and parts[0].seconds <= LONGEST_OPENING


def _closes(parts: Sequence[Part], action: str) -> bool:
    """Whether the last part is said over the end card: the call to action, or a short last sentence of several."""
    if not parts:
        return False
    last = parts[-1]
    return last.voice == action or (
        (len(parts) > 3 or last.kept) and last.shape == PLAIN and last.origin is Origin.CLIENT and last.seconds <= LONGEST_CLOSING
    )


def _voices(parts: Sequence[Part], action: str, seconds: float) -> list[float]:
    """The seconds of speech of each scene that these parts become in a film of so many seconds."""
    opening, bodies, closing = _arranged(parts, action, seconds)
    return [part.seconds if part.voice else 0.0 for part in (opening, *bodies, closing)]


def _arranged(parts: Sequence[Part], action: str, seconds: float) -> tuple[Part, list[Part], Part]:
    """Title card, bodies and end card; the ends speak where the first and last words suit them."""
    inner = list(parts)
    opening = inner.pop(0) if _opens(inner) else SILENT
    closing = inner.pop() if _closes(inner, action) else SILENT
    return opening, joined(inner, max(1, round(seconds / SCENE_SECONDS) - 2)), closing


def _scenes(fitted: Fitted, title: str, intent: Intent, action: str, known: Known) -> tuple[Scene, ...]:
    """The film's scenes with their headings."""
    opening, bodies, closing = _arranged(fitted.parts, action, fitted.seconds)
    used = [title]
    scenes = [_scene(1, SceneRole.OPENING, title, opening, intent)]
    for number, part in enumerate(bodies, start=2):
        listed = part.shape.form is Form.LIST and part.origin is Origin.CLIENT
        heading = "" if part.origin is Origin.FRAME or listed else heading_of(part.voice, [*used, *intent.doubtful], intent.topic)
        used.append(heading)
        scenes.append(_scene(number, SceneRole.BODY, heading, part, intent))
    button = button_of(action) if action and closing.voice == action else ""
    scenes.append(_scene(len(scenes) + 1, SceneRole.CLOSING, title, replace(closing, shape=replace(PLAIN, figure=button)), intent))
    return tuple(scenes)


def _scene(number: int, role: SceneRole, title: str, part: Part, intent: Intent) -> Scene:
    doubtful = any(re.search(rf"\b{re.escape(word)}\b", part.voice, re.I) for word in intent.doubtful)
    body = role is SceneRole.BODY and not doubtful
    return Scene(
        id=f"scene-{number}",
        role=role,
        title=title,
        voice_over=part.voice,
        form=part.shape.form if body else Form.STATEMENT,
        points=part.shape.points if body else (),
        doubtful=doubtful,
        figure=part.shape.figure,
        origin=part.origin,
        language=intent.language if part.origin is Origin.CLIENT else "en",
    )


def joined(parts: Sequence[Part], scenes: int) -> list[Part]:
    """Join plain neighbours of one origin until there are about as many as scenes, the shortest pair first."""
    found = list(parts)
    while len(found) > scenes:
        pairs = [
            (left.seconds + right.seconds, at)
            for at, (left, right) in enumerate(pairwise(found))
            if left.shape == right.shape == PLAIN and left.origin is right.origin and left.seconds + right.seconds <= LONGEST_SCENE
        ]
        if not pairs:
            break
        _, at = min(pairs)
        left, right = found[at], found[at + 1]
        found[at : at + 2] = [replace(left, voice=f"{left.voice} {right.voice}")]
    return found
