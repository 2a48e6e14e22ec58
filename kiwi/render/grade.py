"""The grade: brings footage nearer to a theme's colours, and makes it dark enough under words for them to be read."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from kiwi.render.canvas import ink
from kiwi.render.curtain import darkest
from kiwi.render.themes import Colour, Theme, luminance, over

Plane = NDArray[np.uint8]
Planes = tuple[Plane, Plane, Plane]
"""Y at full size, Cb and Cr at half; BT.709, limited range."""

BLACK, WHITE = 16, 235
LIFTED, LOWERED = 22.0, 224.0
"""Where black and white end up: film never shows the screen's own."""
CONTRAST = 0.16
"""How much the middle tones are spread."""
SATURATION = 0.92
SHADOW_TINT, LIGHT_TINT = 0.30, 0.10
"""Shares of the theme's chroma that dark and light parts take on."""
LEAST_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3."""
SPARE = 1.12
"""Of contrast, over the least: coding and movement cost some."""
BRIGHT = 0.36
"""Relative luminance from which a colour is read on footage that need not be darkened much."""


def dim(theme: Theme) -> Colour:
    """What footage is darkened with."""
    return over(0xB0000000, darkest(theme))


def bright(colour: Colour) -> Colour:
    """A colour's own brightest shade, and lighter still until it can be read on footage."""
    channels = [colour >> shift & 255 for shift in (16, 8, 0)]
    scale = 255 / max(1, *channels)
    lit = 0xFF000000 | sum(min(255, round(channel * scale)) << shift for channel, shift in zip(channels, (16, 8, 0), strict=True))
    for white in range(0, 256, 8):
        if luminance(mixed := over(white << 24 | 0xFFFFFF, lit)) >= BRIGHT:
            return mixed
    return 0xFFFFFFFF


def filmed(theme: Theme) -> Theme:
    """The theme as it is drawn over footage: light on dark, whatever it is on its own ground."""
    night = dim(theme)
    text = theme.text if luminance(theme.text) > 0.6 else theme.panel | 0xFF000000
    accent = next((colour for colour in (theme.accent, theme.caption_pill) if luminance(colour) >= BRIGHT), bright(theme.accent))
    second = next((colour for colour in (theme.second, theme.badge_tint) if luminance(colour) >= BRIGHT), bright(theme.second))
    return replace(
        theme,
        ground=(night,),
        text=text,
        dim=over(0xD9000000 | text & 0xFFFFFF, night),
        accent=accent,
        accent_text=night,
        second=second,
        second_text=night,
        panel=0xC4000000 | night & 0xFFFFFF,
        panel_edge=0x40000000 | text & 0xFFFFFF,
        shadow=0x66000000,
        hard_shadow=False,
    )


def _channels(colour: Colour) -> tuple[float, float, float]:
    """Y, Cb, Cr of an opaque colour."""
    packed = ink(colour | 0xFF000000)
    return float(packed >> 8 & 255), float(packed & 255), float(packed >> 16 & 255)


@dataclass(frozen=True)
class Tables:
    """What a luma becomes, and what is added to chroma where the luma is such; offsets by 128."""

    luma: Plane
    blue: Plane
    red: Plane


def tables(theme: Theme) -> Tables:
    """The grade of a theme."""
    share = np.clip((np.arange(256) - BLACK) / (WHITE - BLACK), 0, 1)
    curved = share + CONTRAST * (share * share * (3 - 2 * share) - share)
    luma = LIFTED + (LOWERED - LIFTED) * curved
    shadow, light = darkest(theme), max((*theme.ground, theme.accent), key=luminance)
    offsets = []
    for channel in (1, 2):
        dark = (_channels(bright(shadow))[channel] - 128) * SHADOW_TINT * (1 - share) ** 2
        lit = (_channels(light)[channel] - 128) * LIGHT_TINT * share
        offsets.append(np.clip(np.rint(128 + dark + lit), 0, 255).astype(np.uint8))
    return Tables(np.rint(luma).astype(np.uint8), offsets[0], offsets[1])


def darkest_needed(colours: Iterable[Colour]) -> float:
    """The lightest luma (16..235) of a ground on which all these colours keep the contrast that reading needs."""
    least = min(luminance(colour) for colour in colours)
    ground = max(0.0, (least + 0.05) / (LEAST_CONTRAST * SPARE) - 0.05)
    share = ground * 12.92 if ground <= 0.0031308 else 1.055 * ground ** (1 / 2.4) - 0.055
    return BLACK + (WHITE - BLACK) * share


def cover_needed(lightest: float, most: float, night: float) -> float:
    """How much of a luma must be covered by the dark for it to come down to ``most``; 0..1."""
    return min(1.0, max(0.0, (lightest - most) / max(lightest - night, 1.0)))


class Grade:
    """Turns planes into a theme's colours and lays a scrim over them."""

    def __init__(self, theme: Theme) -> None:
        self._tables = tables(theme)
        self._night = _channels(dim(theme))
        self._kept: list[Plane] = []
        self._added: list[Plane] = []

    @property
    def night(self) -> float:
        """The luma of what a scrim is made of."""
        return self._night[0]

    def cover(self, cover: NDArray[np.float32]) -> None:
        """Set the scrim: for every pixel of the frame, how much of it the dark covers, 0..1."""
        half = np.asarray(cv2.resize(cover, (cover.shape[1] // 2, cover.shape[0] // 2), interpolation=cv2.INTER_AREA), np.float32)
        chance = np.random.default_rng(7)
        self._kept, self._added = [], []
        for share, level in zip((cover, half, half), self._night, strict=True):
            kept = np.rint(255 * (1 - share))
            # dithered, or the dark would show its steps where the footage is smooth
            noise = chance.random(share.shape, np.float32) - 0.5
            self._kept.append(kept.astype(np.uint8))
            self._added.append(np.clip(np.rint((255 - kept) / 255 * level + noise), 0, 255).astype(np.uint8))

    def tone(self, planes: Planes) -> Planes:
        """New planes of the same sizes in the theme's colours."""
        luma, blue, red = planes
        small = cv2.resize(luma, blue.shape[::-1], interpolation=cv2.INTER_NEAREST)
        return (
            _plane(cv2.LUT(luma, self._tables.luma)),
            _plane(cv2.addWeighted(blue, SATURATION, cv2.LUT(small, self._tables.blue), 1, -128 * SATURATION)),
            _plane(cv2.addWeighted(red, SATURATION, cv2.LUT(small, self._tables.red), 1, -128 * SATURATION)),
        )

    def shade(self, planes: Planes) -> None:
        """Lay the scrim over planes of the frame's size, in place."""
        for plane, kept, added in zip(planes, self._kept, self._added, strict=True):
            cv2.multiply(plane, kept, dst=plane, scale=1 / 255)
            cv2.add(plane, added, dst=plane)


def _plane(pixels: object) -> Plane:
    return np.asarray(pixels, np.uint8)
