"""Shapes by name and platform."""

import pytest

from kiwi.film.model import LANDSCAPE, PORTRAIT, SQUARE, Size
from kiwi.local.read.shapes import size_of


@pytest.mark.parametrize(
    ("words", "size"),
    [
        ("9:16", PORTRAIT),
        ("nine by sixteen", PORTRAIT),
        ("for Insta reels", PORTRAIT),
        ("Instagram story", PORTRAIT),
        ("for TikTok", PORTRAIT),
        ("for my phone", PORTRAIT),
        ("YouTube Shorts", PORTRAIT),
        ("YouTube", LANDSCAPE),
        ("16 by 9", LANDSCAPE),
        ("for the big screen in the lobby", LANDSCAPE),
        ("widescreen", LANDSCAPE),
        ("square", SQUARE),
        ("1:1", SQUARE),
        ("square for YouTube", SQUARE),
        ("for LinkedIn, vertical", PORTRAIT),
        ("Instagram", None),
        ("for WhatsApp", None),
    ],
)
def test_a_phrase_names_a_shape(words: str, size: Size | None) -> None:
    assert size_of(words) == size
