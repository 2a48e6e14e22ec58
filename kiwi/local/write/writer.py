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
from kiwi.local.knowledge.library import Library, open_library
from kiwi.local.knowledge.topics import questions_in
from kiwi.local.read.encoder import open_encoder
from kiwi.local.read.sentences import finished
from kiwi.local.read.usage import counts
from kiwi.local.speak.speech import speech_seconds
from kiwi.local.write.fitting import NATURAL, Fitted, fit
from kiwi.local.write.forms import PLAIN
from kiwi.local.write.parts import Part, client_parts, greeting_title, source_parts
from kiwi.local.write.remarks import remarks_of
from kiwi.local.write.tales import tale_parts
from kiwi.local.write.titles import button_of, film_title, heading_of, opening_of, shortened

LONGEST_OPENING, LONGEST_CLOSING = 8.0, 6.5
"""Seconds of speech that a title card or an end card can carry."""
LONGEST_SCENE, SCENE_SECONDS = 8.0, 4.6
"""Seconds of speech: a scene that joins sentences, and what a scene has on average."""
UNSOURCED = frozenset({VideoType.STORY, VideoType.GREETING, VideoType.QUOTE})
"""Films of these types are never filled with knowledge that nobody asked for."""
SILENT = Part("", origin=Origin.FRAME)
"""An end of the film that leaves its time to the music."""


def prepare() -> None:
    """Open what is looked things up in, before it is known what."""
    counts()
    if isinstance(library := open_library(), Library):
        library.names  # noqa: B018 - made when it is first asked for


def write(job_input: WriteInput, folder: Path, report: Report) -> Script:
    """The job: write an order's script."""
    return write_script(job_input.intent, open_encoder().embed, knowledge=job_input.knowledge)


def write_script(intent: Intent, embed: Embed, *, knowledge: bool = True) -> Script:
    """Write a film's text: the client's parts, then what the library knows where the client wants that, fitted to the seconds."""
    tale = tale_parts(intent)
    told = tale or client_parts(intent)
    action = finished(intent.call_to_action)
    room = intent.seconds - sum(part.seconds for part in told)
    wants = (intent.wants_knowledge and not tale) or (not told and not intent.name and intent.video_type not in UNSOURCED)
    known = look_up(intent, embed, room, speech_seconds) if wants and knowledge else Known()
    parts = [*told, *source_parts(known.facts), *([Part(action, weight=1.9)] if action else [])]
    unanswered = bool(known.title) and questions_in(intent.topic)[0] in known.unanswered
    parts = [*([] if unanswered else opening_parts(parts, intent, action)), *parts]
    title = film_title(intent, known.subject, greeting_title(intent), promised=not unanswered)
    # facts alone are spread over the usual length, where they need no more
    spread = known.facts and not told and NATURAL * sum(part.seconds for part in parts) <= intent.seconds
    asked = intent.seconds if intent.length_asked or spread else None
    fitted = fit(
        parts, None if intent.at_most else asked, arrange := lambda kept: [part.seconds for part in _arranged(kept, action, intent.seconds)]
    )
    if intent.at_most and fitted.seconds > intent.seconds:
        fitted = fit(parts, asked, arrange)
    scenes = _scenes(fitted, title, intent, action)
    return Script(
        title=title,
        scenes=scenes,
        seconds=None if fitted.seconds == intent.seconds else round(fitted.seconds, 2),
        sources=known.sources if any(scene.origin is Origin.SOURCE for scene in scenes) else (),
        remarks=remarks_of(intent, fitted.seconds, fitted.left_out, known if intent.wants_knowledge and knowledge and not tale else None),
    )


def opening_parts(parts: Sequence[Part], intent: Intent, action: str) -> list[Part]:
    """A line to open with, where nothing of what is told can be said over the title, or would say the name of what is advertised."""
    name, first = intent.name.lower(), parts[0] if parts else SILENT
    unnamed = name and name in intent.topic.lower() and not any(name in part.voice.lower() for part in parts)
    line = opening_of(intent) if unnamed or first.shape != PLAIN or first.voice in {"", action} else ""
    if line and name and name not in line.lower() and intent.video_type is VideoType.PROMOTIONAL:
        line = finished(intent.name)
    return [Part(line, origin=Origin.FRAME, weight=0.5)] if line and line.rstrip(".").lower() not in first.voice.lower() else []


def _arranged(parts: Sequence[Part], action: str, seconds: float) -> list[Part]:
    """Title card, bodies and end card of a film of so many seconds; the ends speak where the first and last words suit them."""
    inner = list(parts)
    opening = inner.pop(0) if inner and inner[0].shape == PLAIN and inner[0].seconds <= LONGEST_OPENING else SILENT
    last = inner[-1] if inner else SILENT
    closes = last.shape == PLAIN and last.origin is Origin.CLIENT and last.seconds <= LONGEST_CLOSING and (last.kept or len(inner) > 3)
    closing = inner.pop() if inner and (closes or last.voice == action) else SILENT
    return [opening, *joined(inner, max(1, round(seconds / SCENE_SECONDS) - 2)), closing]


def _scenes(fitted: Fitted, title: str, intent: Intent, action: str) -> tuple[Scene, ...]:
    """The film's scenes with their headings."""
    opening, *bodies, closing = _arranged(fitted.parts, action, fitted.seconds)
    used = [title]
    scenes = [_scene(1, SceneRole.OPENING, title, opening, intent)]
    for number, part in enumerate(bodies, start=2):
        listed = part.shape.form is Form.LIST and part.origin is Origin.CLIENT
        heading = "" if part.origin is Origin.FRAME or listed else _heading(part, [*used, *intent.doubtful], intent)
        used.append(heading)
        scenes.append(_scene(number, SceneRole.BODY, heading, part, intent))
    button = button_of(action) if action and closing.voice == action else ""
    last = title if closing.voice else shortened(intent.name) or title
    scenes.append(_scene(len(scenes) + 1, SceneRole.CLOSING, last, replace(closing, shape=replace(PLAIN, figure=button)), intent))
    return tuple(scenes)


def _heading(part: Part, used: Sequence[str], intent: Intent) -> str:
    return heading_of(part.voice, used, intent.topic, prose=part.origin is Origin.SOURCE)


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
