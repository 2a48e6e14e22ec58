"""Which card shows a scene, and what stands on it."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from kiwi.film.captions import ends_sentence
from kiwi.film.model import (
    BulletsCard,
    Card,
    ClosingCard,
    ComparisonCard,
    Form,
    IconsCard,
    Intent,
    NumberCard,
    Point,
    QuoteCard,
    Scene,
    SceneRole,
    Script,
    Side,
    Spoken,
    SpotlightCard,
    StatementCard,
    StepsCard,
    TitleCard,
)
from kiwi.local.storyboard.cues import AHEAD_SECONDS, emphasis, find_phrase, plan_cues, telling, token, tokens
from kiwi.local.storyboard.icon_choice import IconFinder
from kiwi.local.storyboard.legends import number_legend, sides, stands, whole_figure

STATEMENT_WORDS = 16
QUOTE_WORDS = 30
TILE_CHARACTERS = 24
"""A label longer than this stands better in a row than on a tile."""
HEADING_CHARACTERS = 60
"""A clause longer than this is no heading."""
LATEST_CLAUSE_SECONDS = 1.4
"""A statement that begins later would leave the picture empty."""
REVEAL_SECONDS = 0.12
"""Between two words of a heading that nobody speaks."""
QUOTED = re.compile(r"[“\"](.+?)[”\"]")
FALLBACK = ("statement", "spotlight")


@dataclass
class Casting:
    """What all cards of a film have in common, and the icons they have taken."""

    script: Script
    intent: Intent
    fps: int
    icons: IconFinder

    def scene_icon(self, scene: Scene) -> str:
        """An icon for what a scene is about."""
        return self.icons.choose(" ".join(scene.keywords[:2]) or scene.title or scene.voice_over, scene.voice_over)

    def common(self) -> set[str]:
        """Tokens said in many scenes: they tell little about any one of them."""
        scenes = [set(tokens(scene.voice_over)) for scene in self.script.scenes]
        words = {word for scene in scenes for word in scene}
        return {word for word in words if sum(word in scene for scene in scenes) > max(2, len(scenes) // 2)}


@dataclass(frozen=True)
class Part:
    """A scene as it will be spoken: its words in frames of the shot, and the frames in which cards may bring things in."""

    scene: Scene
    spoken: tuple[Spoken, ...]
    first: int
    last: int


def fitting(scene: Scene) -> tuple[str, ...]:
    """Kinds of card made for a scene of this role or form, best first."""
    if scene.role is not SceneRole.BODY:
        return ("title",) if scene.role is SceneRole.OPENING else ("closing",)
    words, points = len(scene.voice_over.split()), len(scene.points)
    tiles = all(len(point) <= TILE_CHARACTERS for point in scene.points)
    listed = 2 <= points <= 6
    forms: dict[Form, tuple[bool, tuple[str, ...]]] = {
        Form.LIST: (listed, ("icons", "bullets") if tiles else ("bullets",)),
        Form.STEPS: (listed, ("steps", "bullets")),
        Form.CONTRAST: (points >= 2, ("comparison",)),
        # a number that nothing names would stand over the film's topic, which it does not count
        Form.NUMBER: (bool(scene.figure and (number_legend(scene.figure, scene.voice_over) or scene.title)), ("number",)),
        Form.QUOTE: (0 < words <= QUOTE_WORDS, ("quote",)),
    }
    fits, kinds = forms.get(scene.form, (False, ()))
    if scene.doubtful:
        return ("spotlight",)
    if fits:
        return kinds
    if sides(scene.voice_over):
        return ("comparison",)
    if words and not stands(scene.title, scene.voice_over):
        return ("statement",)
    return ("statement", "spotlight") if 0 < words <= STATEMENT_WORDS else ("spotlight", "statement")


def choose_kinds(scenes: Sequence[Scene], held: Sequence[str | None] = ()) -> list[str]:
    """A kind of card for every scene, never the same for neighbours, and the rarest so far where several fit.

    ``held`` are kinds that should stay as they are; one gives way only when its neighbour cannot be told from it. What a person
    chose stands, whatever its neighbours are, and what they wanted another for comes again only when nothing else is left.
    """
    kinds: list[str] = []
    held = [scene.card or kept for scene, kept in zip_longest(scenes, held or [None] * len(scenes))]
    for scene, kept, ahead in zip_longest(scenes, held, held[1:]):
        before = kinds[-1] if kinds else None
        if scene.card:
            kinds.append(scene.card)
            continue
        if kept and kept != before:
            kinds.append(kept)
            continue
        if scene.passed:
            kinds.append(another_kind(scene, {before, ahead}))
            continue
        own = fitting(scene)
        free = [kind for kind in own if kind not in (before, ahead)] or [kind for kind in FALLBACK if kind not in (before, ahead)]
        free = free or [kind for kind in (*own, *FALLBACK) if kind != before]
        kinds.append(min(free, key=lambda kind: (kinds.count(kind), free.index(kind))))
    return kinds


def another_kind(scene: Scene, neighbours: Collection[str | None]) -> str:
    """A kind of card for a scene of which a person wanted another picture: never the one they saw last.

    Rather none of its neighbours', and rather one they have not seen; then the one that they saw longest ago.
    """
    quotable = ["quote"] if 0 < len(scene.voice_over.split()) <= QUOTE_WORDS else []
    kinds = list(dict.fromkeys([*fitting(scene), *FALLBACK, *quotable]))
    new = [kind for kind in kinds if kind not in scene.passed]
    wanted = [*new, *(kind for kind in scene.passed[:-1] if kind in kinds)]
    return next((kind for kind in wanted if kind not in neighbours), wanted[0])


def fill_card(kind: str, part: Part, casting: Casting) -> Card:
    """Make the card of a kind for a scene."""
    return CARDS[kind](part, casting)


def _title(part: Part, casting: Casting) -> Card:
    scene, intent = part.scene, casting.intent
    headline = casting.script.title or scene.title if scene.role is SceneRole.OPENING else scene.title or casting.script.title
    lines = [scene.title, intent.name, f"For {intent.audience}" if intent.audience else ""]
    known = set(tokens(headline))
    subline = next((line for line in lines if line and not set(tokens(line)) <= known), "")
    icon = casting.icons.choose(" ".join(scene.keywords[:2]) or intent.topic, headline)
    return TitleCard(headline=headline, subline=subline, icon=icon)


def _statement(part: Part, casting: Casting) -> Card:
    words = statement_words(part, casting.fps)
    keywords = [*part.scene.keywords, *telling(casting.intent.topic), casting.intent.name]
    return StatementCard(words=words, emphasis=emphasis(words, keywords, casting.common()), icon=casting.scene_icon(part.scene))


def _spotlight(part: Part, casting: Casting) -> Card:
    return SpotlightCard(heading=_spotlight_heading(part, casting.intent), icon=casting.scene_icon(part.scene), cue=part.first)


def _spotlight_heading(part: Part, intent: Intent) -> str:
    """The scene's title; if it would say something else than the sentence, the clause that tells most."""
    scene = part.scene
    if scene.doubtful:
        return scene.title or intent.topic
    if scene.title and stands(scene.title, scene.voice_over):
        return scene.title
    wanted = {token(word) for word in telling(scene.title)}
    runs = [run for run in _runs(part.spoken) if sum(len(word.text) + 1 for word in run) <= HEADING_CHARACTERS]
    best = max(runs, key=lambda run: (sum(token(word.text) in wanted for word in run), -len(run)), default=())
    return " ".join(word.text for word in _as_sentence(best)) if best else scene.title or intent.topic


def _bullets(part: Part, casting: Casting) -> Card:
    return BulletsCard(heading=_list_heading(part, casting), points=_points(part, casting))


def _icons(part: Part, casting: Casting) -> Card:
    return IconsCard(heading=_list_heading(part, casting), points=_points(part, casting))


def _steps(part: Part, casting: Casting) -> Card:
    return StepsCard(heading=_list_heading(part, casting), steps=_points(part, casting))


def _list_heading(part: Part, casting: Casting) -> str:
    """The scene's title; the film's if there is none, or it only says again what one of its points says."""
    title, points = part.scene.title, part.scene.points
    repeats = not title or any(set(tokens(title)) <= set(tokens(point)) for point in points)
    return casting.script.title if repeats else title


def _points(part: Part, casting: Casting) -> tuple[Point, ...]:
    """A scene's points at their cues, each with an icon of its own."""
    scene = part.scene
    cues = plan_cues(scene.points, part.spoken, casting.fps, part.first, part.last)
    icons = [casting.icons.choose(point, scene.title or casting.intent.topic) for point in scene.points]
    return tuple(Point(text=_label(text), cue=cue, icon=icon) for text, cue, icon in zip(scene.points, cues, icons, strict=True))


def _label(text: str) -> str:
    """A label as it stands on a card: with a capital, unless its first word has one inside, as in ``iPhone``."""
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if first.islower() else text


def _comparison(part: Part, casting: Casting) -> Card:
    scene = part.scene
    listed = scene.form is Form.CONTRAST and len(scene.points) >= 2
    labels = scene.points if listed else sides(scene.voice_over) or scene.points
    cues = plan_cues(labels, part.spoken, casting.fps, part.first, part.last)
    points = [Point(text=_label(label), cue=cue) for label, cue in zip(labels, cues, strict=True)]
    half = (len(points) + 1) // 2
    left, right = (_side(points[:half], casting), _side(points[half:], casting))
    return ComparisonCard(heading=scene.title if listed else "", left=left, right=right)


def _side(points: Sequence[Point], casting: Casting) -> Side:
    """The first point names the side, the others stand under it."""
    name = points[0]
    return Side(heading=name.text, points=tuple(points[1:]), icon=casting.icons.choose(name.text), cue=name.cue)


def _number(part: Part, casting: Casting) -> Card:
    scene = part.scene
    cue = plan_cues([scene.figure], part.spoken, casting.fps, part.first, part.last)[0]
    icon = casting.scene_icon(scene)
    label = number_legend(scene.figure, scene.voice_over) or _without(scene.title, scene.figure) or casting.intent.topic
    return NumberCard(number=whole_figure(scene.figure, scene.voice_over), label=label, icon=icon, cue=cue)


def _quote(part: Part, casting: Casting) -> Card:
    by = part.scene.figure if part.scene.form is Form.QUOTE else ""
    return QuoteCard(words=_quoted(part.spoken) or part.spoken, by=by)


def _closing(part: Part, casting: Casting) -> Card:
    scene = part.scene
    named = find_phrase(scene.figure, part.spoken) if scene.figure else None
    cue = part.spoken[named.start].start - round(AHEAD_SECONDS * casting.fps) if named else part.first
    credit = next((source.credit for source in casting.script.sources), "")
    icon = casting.icons.choose(scene.figure or scene.title, casting.intent.topic)
    headline = scene.title or ("" if scene.role is SceneRole.CLOSING else casting.script.title)
    return ClosingCard(headline=headline, action=scene.figure, icon=icon, cue=max(part.first, cue), credit=credit)


CARDS: dict[str, Callable[[Part, Casting], Card]] = {
    "title": _title,
    "statement": _statement,
    "spotlight": _spotlight,
    "bullets": _bullets,
    "icons": _icons,
    "steps": _steps,
    "comparison": _comparison,
    "number": _number,
    "quote": _quote,
    "closing": _closing,
}
"""The menu."""


def statement_words(part: Part, fps: int) -> tuple[Spoken, ...]:
    """At most sixteen words to show as they are spoken: all of them, an early clause that tells most, or the scene's title."""
    spoken = part.spoken
    if spoken and len(spoken) <= STATEMENT_WORDS:
        return spoken
    early = [run for run in _runs(spoken) if run[0].start - spoken[0].start <= LATEST_CLAUSE_SECONDS * fps]
    if early:
        wanted = {token(word) for word in [*part.scene.keywords, *telling(part.scene.title)]}
        return _as_sentence(max(early, key=lambda run: (sum(token(word.text) in wanted for word in run), len(run))))
    title = part.scene.title or " ".join(word.text for word in spoken[:STATEMENT_WORDS])
    step = max(round(REVEAL_SECONDS * fps), 1)
    begin = max(part.first, spoken[0].start if spoken else part.first)
    return tuple(Spoken(text=text, start=begin + n * step, end=begin + (n + 1) * step) for n, text in enumerate(title.split()))


def _runs(spoken: Sequence[Spoken]) -> list[tuple[Spoken, ...]]:
    """Neighbouring clauses of one sentence that are short enough to be shown: four to sixteen words."""
    edges = [0]
    for number, word in enumerate(spoken, start=1):
        after = spoken[number].text if number < len(spoken) else ""
        if word.text.rstrip("”\"')").endswith((",", ";", ":", "—")) or ends_sentence(word.text, after) or number == len(spoken):
            edges.append(number)
    runs = [tuple(spoken[start:end]) for start in edges for end in edges if 4 <= end - start <= STATEMENT_WORDS]
    return [run for run in runs if not any(ends_sentence(one.text, other.text) for one, other in pairwise(run))]


def _as_sentence(words: Sequence[Spoken]) -> tuple[Spoken, ...]:
    """A clause as it stands alone: a capital in front, no comma behind."""
    texts = [word.text for word in words]
    texts[0] = texts[0][:1].upper() + texts[0][1:]
    texts[-1] = texts[-1].rstrip(",;:—")
    return tuple(Spoken(text=text, start=word.start, end=word.end) for text, word in zip(texts, words, strict=True))


def _quoted(spoken: Sequence[Spoken]) -> tuple[Spoken, ...]:
    """The words between quotation marks, without the marks."""
    text, owners = "", []
    for number, word in enumerate(spoken):
        owners += [number] * (len(word.text) + 1)
        text += f"{word.text} "
    found = QUOTED.search(text)
    if found is None:
        return ()
    inside = spoken[owners[found.start(1)] : owners[found.end(1) - 1] + 1]
    bare = [Spoken(text=word.text.strip('“”"'), start=word.start, end=word.end) for word in inside]
    kept = [word for word in bare if word.text]
    return _as_sentence(kept) if kept else ()


def _without(title: str, figure: str) -> str:
    """A title without the figure that already stands above it."""
    gone = set(tokens(figure))
    kept = " ".join(word for word in title.split() if token(word) not in gone)
    return kept[:1].upper() + kept[1:]
