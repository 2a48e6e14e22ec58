"""Which versions made a film, for its manifest."""

from functools import cache
from importlib.metadata import version

PACKAGES = ("kiwi-video", "av", "faster-whisper", "hibari-tts", "immich-memories-music", "langgraph", "py-phosphor-icons", "skia-python")
"""What a film's bytes depend on."""


@cache
def versions() -> dict[str, str]:
    """Package to its installed version."""
    return {package: version(package) for package in PACKAGES}
