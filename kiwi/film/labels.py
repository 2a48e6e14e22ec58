"""Which scenes show the label that says how the film was made."""

from collections.abc import Mapping

from kiwi.film.model import Shot, Storyboard, Take, VoiceOver


def speaks(voice: VoiceOver | None) -> bool:
    """Whether a synthetic voice is heard in a scene: all our narrators are."""
    return voice is not None and bool(voice.words)


def is_synthetic(take: Take | None) -> bool:
    """Whether a trained model made a scene's footage; of footage that somebody filmed there is a credit."""
    return take is not None and take.footage is not None and take.credit is None


def labelled(storyboard: Storyboard, voice_over: Mapping[str, VoiceOver], label: str) -> Storyboard:
    """The storyboard with the scenes marked that show the label: ``corner``, all; ``end`` or empty, the last; ``none``, none.

    Where nobody speaks it stands on those scenes alone whose footage is synthetic, which is known when they are rendered.
    """
    spoken = any(map(speaks, voice_over.values()))
    last = len(storyboard.shots) - 1

    def mark(number: int, shot: Shot) -> Shot:
        if label == "none":
            return shot.model_copy(update={"label": ""})
        if not spoken:
            return shot.model_copy(update={"label": "synthetic"})
        return shot.model_copy(update={"label": "always" if label == "corner" or number == last else ""})

    return storyboard.model_copy(update={"shots": tuple(mark(*pair) for pair in enumerate(storyboard.shots))})


def shows_label(shot: Shot, take: Take | None) -> bool:
    """Whether a scene shows it."""
    return shot.label == "always" or (shot.label == "synthetic" and is_synthetic(take))
