"""The grade: brings footage nearer to a theme's colours, and the theme nearer to footage."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from kiwi.render.canvas.compose import Plane, Planes, ink
from kiwi.render.look.colours import Colour, luminance, over
from kiwi.render.look.themes import Theme, darkest

BLACK, WHITE = 16, 235
LIFTED, LOWERED = 22.0, 224.0
"""Where black and white end up: film never shows the screen's own."""
CONTRAST = 0.16
"""How much the middle tones are spread."""
SATURATION = 0.92
SHADOW_TINT, LIGHT_TINT = 0.30, 0.10
"""Shares of the theme's chroma that dark and light parts take on."""
BRIGHT = 0.5
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


def channels(colour: Colour) -> tuple[float, float, float]:
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
        dark = (channels(bright(shadow))[channel] - 128) * SHADOW_TINT * (1 - share) ** 2
        lit = (channels(light)[channel] - 128) * LIGHT_TINT * share
        offsets.append(np.clip(np.rint(128 + dark + lit), 0, 255).astype(np.uint8))
    return Tables(np.rint(luma).astype(np.uint8), offsets[0], offsets[1])


class Grade:
    """Turns planes into a theme's colours."""

    def __init__(self, theme: Theme) -> None:
        self._tables = tables(theme)

    def tone(self, planes: Planes, into: Planes | None = None) -> Planes:
        """Planes of the same sizes in the theme's colours: new ones, or ``into``."""
        luma, blue, red = planes
        out = into or (np.empty_like(luma), np.empty_like(blue), np.empty_like(red))
        small = cv2.resize(luma, blue.shape[::-1], interpolation=cv2.INTER_AREA)
        cv2.LUT(luma, self._tables.luma, dst=out[0])
        for chroma, table, plane in ((blue, self._tables.blue, out[1]), (red, self._tables.red, out[2])):
            cv2.addWeighted(chroma, SATURATION, cv2.LUT(small, table), 1, -128 * SATURATION, dst=plane)
        return out
