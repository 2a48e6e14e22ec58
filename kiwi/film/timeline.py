"""Where shots and voices lie in a film."""

from collections.abc import Iterator, Mapping

from kiwi.film.model import Shot, Storyboard, VoiceOver

SOUND_RATE = 48_000
"""Samples a second of all sound between our stages, and of films."""
AAC_FRAME = 1024
"""Samples of one packet of a film's sound."""


def shots_in_film(storyboard: Storyboard) -> Iterator[tuple[Shot, int]]:
    """Every shot and the frame of the film where it starts."""
    starts_at = 0
    for shot in storyboard.shots:
        yield shot, starts_at
        starts_at += shot.frames


def voices_in_film(storyboard: Storyboard, voice_over: Mapping[str, VoiceOver]) -> Iterator[tuple[VoiceOver, float]]:
    """Every voice-over and the second of the film where its sound starts; a silent scene has none."""
    for shot, starts_at in shots_in_film(storyboard):
        if shot.scene_id in voice_over:
            yield voice_over[shot.scene_id], (starts_at + shot.voice_starts) / storyboard.fps


def packets_before(frame: int, fps: int) -> int:
    """The packets of sound that begin before a frame of the film."""
    return -(-frame * SOUND_RATE // (fps * AAC_FRAME))
