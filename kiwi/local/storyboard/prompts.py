"""What a camera shall film for a scene, and what to look for in stock footage: from its words, by rules."""

import re

from kiwi.film.model import Intent, Mood, Scene, SceneRole
from kiwi.local.read.grammar import NOUN_TAGS, tagged
from kiwi.local.storyboard.keywords import singular
from kiwi.local.storyboard.pictures import FILMED, can_be_seen

LIGHT = {
    Mood.CALM: ("soft, even morning light", "the camera drifts slowly forward"),
    Mood.ENERGETIC: ("bright, clear daylight", "the camera tracks briskly alongside"),
    Mood.HAPPY: ("warm sunlight", "the camera moves gently around it"),
    Mood.NOSTALGIC: ("golden evening light", "the camera pulls slowly back"),
    Mood.TENDER: ("soft light from a window", "the camera comes slowly closer"),
}
SIZES = ("Close-up", "Medium shot", "Wide shot")
ENDS = {SceneRole.OPENING: "Striking wide shot", SceneRole.CLOSING: "Quiet wide shot"}
NOTHING_WRITTEN = "No text, no letters, no numbers, no signs, no logos, no screens."
TOPIC_CHARACTERS = 80
ANYWHERE = ("people walking along the street of a small town", "town street")
"""For a film that names nothing that can be seen."""


def plan_prompt(scene: Scene, intent: Intent) -> tuple[str, str]:
    """What to film for a scene, in English, and one to three words to look for in stock footage.

    A person's own words are taken as they are; whoever wanted another picture gets another size of shot.
    """
    if scene.prompt:
        return scene.prompt, " ".join(next(iter(things_in(scene.prompt)), scene.prompt.lower()).split()[:3])
    picture, search = picture_of(scene, intent)
    number = int(re.sub(r"\D", "", scene.id) or 0)
    light, move = LIGHT[intent.mood]
    usual = SIZES[(number + len(scene.passed)) % len(SIZES)]
    size = usual if scene.passed else ENDS.get(scene.role, usual)
    return f"{size}: {picture}. {light.capitalize()}; {move}. Real and natural, one continuous shot. {NOTHING_WRITTEN}", search


def picture_of(scene: Scene, intent: Intent) -> tuple[str, str]:
    """A scene's picture: its own things, or what stands for its keywords; the film's subject at both ends and when there is neither."""
    english = intent.language == "en"
    subject = _shown(things_in(intent.topic), intent) if english else None
    own = _shown(own_things(scene), intent, subject) if english else None
    spoken = set(re.findall(r"\w+", scene.voice_over.lower())) if not english else set()
    standing = next((FILMED[word] for word in scene.keywords if word in FILMED and word not in spoken), None)
    choices = (own, standing, subject) if scene.role is SceneRole.BODY else (subject, own, standing)
    return next((choice for choice in choices if choice), ANYWHERE)


def own_things(scene: Scene) -> list[str]:
    """Things a scene names itself, best first: keywords that are spoken, or that are no icon's name."""
    spoken = things_in(scene.voice_over)
    words = {singular(word) for thing in spoken for word in thing.split()}
    named = [word for word in scene.keywords if re.fullmatch(r"[a-z]+", word) and can_be_seen(word)]
    keyed = [word for word in named if word not in FILMED and (word in words or not spoken)]
    return list(dict.fromkeys([*(thing for thing in spoken if any(word in keyed for word in thing.split())), *spoken, *keyed]))


def things_in(text: str) -> list[str]:
    """Noun phrases that can be seen, as looked for: ``solar panels``, ``bicycle tyre``."""
    runs: list[list[str]] = [[]]
    for token in tagged(text):
        word = token.text.lower()
        is_noun = token.tag in NOUN_TAGS and re.fullmatch(r"[a-z]{3,}", word) is not None and token.tag not in {"NNP", "NNPS"}
        if is_noun and can_be_seen(singular(word)):
            runs[-1].append(word)
        elif token.tag == "JJ" and re.fullmatch(r"[a-z]{3,}", word):
            runs.append([f"~{word}"])
        elif runs[-1]:
            runs.append([])
    # an adjective counts only in front of a noun
    whole = [run for run in runs if run and not run[-1].startswith("~")]
    return list(dict.fromkeys(" ".join(word.lstrip("~") for word in run[-3:]) for run in whole))


def _shown(things: list[str], intent: Intent, subject: tuple[str, str] | None = None) -> tuple[str, str] | None:
    """The picture of the first thing, with what stands for it if a camera cannot find it, and a second one beside it."""
    if not things:
        return None
    first = things[0]
    if " " not in first and singular(first) in FILMED:
        return FILMED[singular(first)]
    beside = next((thing for thing in things[1:] if thing not in first and singular(thing.split()[-1]) not in FILMED), "")
    search = first if " " in first else " ".join(dict.fromkeys(filter(None, (first, beside or (subject or ("", ""))[1]))))
    picture = f"{first} and {beside}" if beside else first
    return f"{picture}, in a film about {intent.topic[:TOPIC_CHARACTERS]}", " ".join(search.split()[:3])
