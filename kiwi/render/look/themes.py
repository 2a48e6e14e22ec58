"""The looks a film can have: colours, typefaces, shapes and background of every theme, and which moods they suit."""

import hashlib
from dataclasses import dataclass
from typing import Literal

from kiwi.film.model import Mood
from kiwi.render.look.colours import Colour, luminance

BackgroundKind = Literal["glows", "paper", "hills", "leaves", "halftone", "ridges", "grid", "clouds"]
ShapeKind = Literal["outlines", "arcs", "sparks", "leaves", "confetti", "stars", "crosses", "bubbles"]


@dataclass(frozen=True)
class Face:
    """A typeface: a font file inside an installed font package and, for a variable font, where on its axes."""

    package: str
    """The package's import name; its fonts lie in its folder ``files``."""
    file: str
    axes: tuple[tuple[str, float], ...] = ()
    """Axis tag and value: ``("wght", 700.0)``."""


@dataclass(frozen=True)
class Theme:
    """Everything about a look that is not layout; colours named by what they are for, each readable on what it lies on."""

    name: str
    moods: tuple[Mood, ...]
    background: BackgroundKind
    shapes: ShapeKind
    ground: tuple[Colour, ...]
    """The background's gradient, from the top (or top left) down; opaque."""
    glows: tuple[Colour, ...]
    """Second colours of the background: glows, hills, dots; their alpha is how much they cover."""
    text: Colour
    """On the ground and on a panel, like ``dim``, which is for what matters less."""
    dim: Colour
    accent: Colour
    """Emphasised words, numbers, progress; on the ground and on a panel."""
    accent_text: Colour
    """On a surface filled with ``accent``."""
    second: Colour
    """The other accent: kickers, second sides, details; on the ground and on a panel."""
    second_text: Colour
    """On a surface filled with ``second``."""
    panel: Colour
    """The fill of panels and tiles; may be translucent."""
    panel_edge: Colour
    badge: Colour
    """The disc behind an icon."""
    badge_icon: Colour
    """An icon's lines on a badge."""
    badge_tint: Colour
    """An icon's second tone on a badge."""
    caption_panel: Colour
    caption_text: Colour
    """Words not spoken just now, on the caption panel."""
    caption_pill: Colour
    """Behind the word being spoken."""
    caption_pill_text: Colour
    cover: tuple[Colour, Colour]
    """The gradient that transitions cover the picture with."""
    display: Face
    """Headings and numbers."""
    strong: Face
    """Labels, buttons, captions."""
    body: Face
    radius: float
    """Corner radius of panels in pixels of a picture whose shorter side is 1080."""
    edge: float
    """Width of a panel's border in the same pixels."""
    shadow: Colour
    """Under panels and badges."""
    hard_shadow: bool = False
    """The shadow is a crisp offset copy, not a blur."""


def _wght(package: str, file: str, weight: float, **axes: float) -> Face:
    return Face(package, file, (("wght", weight), *axes.items()))


def _poppins(style: str) -> Face:
    return Face("fontpkg_poppins", f"Poppins-{style}.ttf")


def _dm_sans(weight: float) -> Face:
    return _wght("fontpkg_dm_sans", "DMSans[opsz,wght].ttf", weight, opsz=28.0)


def _inter(weight: float) -> Face:
    return _wght("fontpkg_inter", "Inter[opsz,wght].ttf", weight, opsz=28.0)


def _archivo(weight: float, width: float = 100.0) -> Face:
    return _wght("fontpkg_archivo", "Archivo[wdth,wght].ttf", weight, wdth=width)


def _outfit(weight: float) -> Face:
    return _wght("fontpkg_outfit", "Outfit[wght].ttf", weight)


def _nunito(weight: float) -> Face:
    return _wght("fontpkg_nunito", "Nunito[wght].ttf", weight)


def _bricolage(weight: float) -> Face:
    return _wght("fontpkg_bricolage_grotesque", "BricolageGrotesque[opsz,wdth,wght].ttf", weight, opsz=40.0, wdth=100.0)


def _space_grotesk(weight: float) -> Face:
    return _wght("fontpkg_space_grotesk", "SpaceGrotesk[wght].ttf", weight)


NIGHT = Theme(
    name="night",
    moods=(Mood.ENERGETIC, Mood.CALM),
    background="glows",
    shapes="outlines",
    ground=(0xFF0A0A24, 0xFF1A1156, 0xFF08203F),
    glows=(0xD8663BD6, 0xC4A8348F, 0xB0067CA2),
    text=0xFFFFFFFF,
    dim=0xFFDEDEF9,
    accent=0xFFFFD166,
    accent_text=0xFF1B1038,
    second=0xFF8BE9FF,
    second_text=0xFF0B1730,
    panel=0xB8120F2C,
    panel_edge=0x4DFFFFFF,
    badge=0xFF5638C4,
    badge_icon=0xFFFFFFFF,
    badge_tint=0xFF8E78F0,
    caption_panel=0xD908071A,
    caption_text=0xFFB9C0FF,
    caption_pill=0xFF6D4BE8,
    caption_pill_text=0xFFFFFFFF,
    cover=(0xFF3B22A0, 0xFF150F45),
    display=_poppins("ExtraBold"),
    strong=_poppins("SemiBold"),
    body=_poppins("Medium"),
    radius=36,
    edge=2,
    shadow=0x73000014,
)

PAPER = Theme(
    name="paper",
    moods=(Mood.NOSTALGIC, Mood.CALM, Mood.TENDER),
    background="paper",
    shapes="arcs",
    ground=(0xFFF8F2E6, 0xFFF1E7D5, 0xFFE9DCC5),
    glows=(0xA6EFD2AE, 0x8CD5DECB, 0xB3F4DCC8),
    text=0xFF201A14,
    dim=0xFF594E40,
    accent=0xFFA6361B,
    accent_text=0xFFFFF7EA,
    second=0xFF1D5468,
    second_text=0xFFF6FBFC,
    panel=0xF2FFFCF5,
    panel_edge=0x33201A14,
    badge=0xFF1D5468,
    badge_icon=0xFFFFF7EA,
    badge_tint=0xFF5C96A8,
    caption_panel=0xF2201A14,
    caption_text=0xFFD9CFBD,
    caption_pill=0xFFB5432A,
    caption_pill_text=0xFFFFFFFF,
    cover=(0xFFB9482D, 0xFF8F2E17),
    display=Face("fontpkg_dm_serif_display", "DMSerifDisplay-Regular.ttf"),
    strong=_dm_sans(650),
    body=_dm_sans(500),
    radius=6,
    edge=2,
    shadow=0x33402C14,
)

SUNRISE = Theme(
    name="sunrise",
    moods=(Mood.HAPPY, Mood.TENDER),
    background="hills",
    shapes="sparks",
    ground=(0xFFFFF3DB, 0xFFFFDFB0, 0xFFFFC596),
    glows=(0xFFFFF7DC, 0xFFFFB98A, 0xFFFFAE82, 0xFFFAA07E),
    text=0xFF3C1230,
    dim=0xFF5E2A47,
    accent=0xFFB3203F,
    accent_text=0xFFFFF6EC,
    second=0xFF6B2A86,
    second_text=0xFFFFF4FB,
    panel=0xE6FFF9F0,
    panel_edge=0x66FFFFFF,
    badge=0xFFD6432F,
    badge_icon=0xFFFFFFFF,
    badge_tint=0xFFFFB08A,
    caption_panel=0xEB3C1230,
    caption_text=0xFFF5CFC0,
    caption_pill=0xFFFFB347,
    caption_pill_text=0xFF3C1230,
    cover=(0xFFF0703F, 0xFFC63257),
    display=_bricolage(800),
    strong=_bricolage(700),
    body=_dm_sans(550),
    radius=44,
    edge=2,
    shadow=0x40803020,
)

MEADOW = Theme(
    name="meadow",
    moods=(Mood.CALM, Mood.HAPPY),
    background="leaves",
    shapes="leaves",
    ground=(0xFF0D3B2A, 0xFF0F4A33, 0xFF0A3328),
    glows=(0xFF135A3C, 0xFF17663F, 0xFF0E4A3A, 0x663F8F4A),
    text=0xFFF8FBEF,
    dim=0xFFD3E6CF,
    accent=0xFFD7EE6B,
    accent_text=0xFF123322,
    second=0xFFFFC98A,
    second_text=0xFF3A2108,
    panel=0xC7082A1E,
    panel_edge=0x40D7EE6B,
    badge=0xFFD7EE6B,
    badge_icon=0xFF0F3A28,
    badge_tint=0xFF8FB53C,
    caption_panel=0xE6041C14,
    caption_text=0xFFC4DDC3,
    caption_pill=0xFFD7EE6B,
    caption_pill_text=0xFF123322,
    cover=(0xFF2F8A4E, 0xFF136045),
    display=_outfit(750),
    strong=_outfit(600),
    body=_outfit(450),
    radius=40,
    edge=2,
    shadow=0x66021A10,
)

POP = Theme(
    name="pop",
    moods=(Mood.ENERGETIC, Mood.HAPPY),
    background="halftone",
    shapes="confetti",
    ground=(0xFFFFD91F, 0xFFFFD30A, 0xFFFFCB05),
    glows=(0xFFFFBA08, 0xFFFFEE9A),
    text=0xFF15110A,
    dim=0xFF3A300C,
    accent=0xFFC8102E,
    accent_text=0xFFFFFFFF,
    second=0xFF1F2BC9,
    second_text=0xFFFFFFFF,
    panel=0xFFFFFDF5,
    panel_edge=0xFF15110A,
    badge=0xFFE8305A,
    badge_icon=0xFF15110A,
    badge_tint=0xFFFFD7E0,
    caption_panel=0xFF15110A,
    caption_text=0xFFE6DFC8,
    caption_pill=0xFFFFD91F,
    caption_pill_text=0xFF15110A,
    cover=(0xFF2A37E0, 0xFF1F2BC9),
    display=_archivo(850, 108.0),
    strong=_archivo(750),
    body=_archivo(550),
    radius=18,
    edge=6,
    shadow=0xFF15110A,
    hard_shadow=True,
)

DUSK = Theme(
    name="dusk",
    moods=(Mood.CALM, Mood.NOSTALGIC, Mood.TENDER),
    background="ridges",
    shapes="stars",
    ground=(0xFF17183A, 0xFF3A2554, 0xFF6E385E),
    glows=(0xFF5C3460, 0xFF45294F, 0xFF2B1C3C, 0x38D98A6A),
    text=0xFFFFF6EE,
    dim=0xFFEBDCE4,
    accent=0xFFFFC59B,
    accent_text=0xFF35183A,
    second=0xFFC9C4FF,
    second_text=0xFF211A45,
    panel=0xB31A1433,
    panel_edge=0x40FFD9C2,
    badge=0xFFFFC59B,
    badge_icon=0xFF3A1C40,
    badge_tint=0xFFD9865F,
    caption_panel=0xE0120E26,
    caption_text=0xFFDCCBDD,
    caption_pill=0xFFFFC59B,
    caption_pill_text=0xFF35183A,
    cover=(0xFF8A4A68, 0xFF3A2554),
    display=_wght("fontpkg_fraunces", "Fraunces[SOFT,WONK,opsz,wght].ttf", 650, opsz=96.0, SOFT=60.0, WONK=0.0),
    strong=_inter(650),
    body=_inter(500),
    radius=28,
    edge=2,
    shadow=0x73080418,
)

STUDIO = Theme(
    name="studio",
    moods=(Mood.ENERGETIC, Mood.NOSTALGIC),
    background="grid",
    shapes="crosses",
    ground=(0xFF0D1012, 0xFF12171A, 0xFF0C0F11),
    glows=(0x5C3E5A12, 0x5C0F4A4F),
    text=0xFFF5F8F6,
    dim=0xFFB9C4BF,
    accent=0xFFC8F53A,
    accent_text=0xFF12180A,
    second=0xFF63E6EA,
    second_text=0xFF06191A,
    panel=0xE6191F22,
    panel_edge=0x66C8F53A,
    badge=0xFFC8F53A,
    badge_icon=0xFF12180A,
    badge_tint=0xFF86AB16,
    caption_panel=0xF0070909,
    caption_text=0xFFB9C4BF,
    caption_pill=0xFFC8F53A,
    caption_pill_text=0xFF12180A,
    cover=(0xFFC8F53A, 0xFFA9D61E),
    display=_space_grotesk(700),
    strong=_space_grotesk(650),
    body=_space_grotesk(500),
    radius=4,
    edge=2,
    shadow=0x80000000,
)

CANDY = Theme(
    name="candy",
    moods=(Mood.TENDER, Mood.HAPPY),
    background="clouds",
    shapes="bubbles",
    ground=(0xFFFFEAF3, 0xFFF0E7FF, 0xFFE2F1FF),
    glows=(0xB3FFD3E4, 0xB3DCD2FF, 0xB3CBEBFF, 0xB3FFF0CF),
    text=0xFF2A1A52,
    dim=0xFF544380,
    accent=0xFFB81868,
    accent_text=0xFFFFFFFF,
    second=0xFF4636C7,
    second_text=0xFFFFFFFF,
    panel=0xE0FFFFFF,
    panel_edge=0xCCFFFFFF,
    badge=0xFF7A5AF0,
    badge_icon=0xFFFFFFFF,
    badge_tint=0xFFBBA8FF,
    caption_panel=0xF02A1A52,
    caption_text=0xFFD3C8F5,
    caption_pill=0xFFFF8FBF,
    caption_pill_text=0xFF2A1A52,
    cover=(0xFF8B6CF5, 0xFFE0609F),
    display=_wght("fontpkg_fredoka", "Fredoka[wdth,wght].ttf", 650, wdth=100.0),
    strong=_nunito(800),
    body=_nunito(650),
    radius=52,
    edge=3,
    shadow=0x336A4FC0,
)

THEMES: dict[str, Theme] = {theme.name: theme for theme in (NIGHT, PAPER, SUNRISE, MEADOW, POP, DUSK, STUDIO, CANDY)}


def theme_for(mood: Mood, seed: str) -> str:
    """Choose a theme's name by mood; the same seed always gets the same of the mood's themes."""
    suited = [theme.name for theme in THEMES.values() if mood in theme.moods]
    return suited[hashlib.sha256(seed.encode()).digest()[0] % len(suited)]


def darkest(theme: Theme) -> Colour:
    """The theme's darkest large colour: what a film fades into."""
    return min((*theme.ground, *theme.cover, theme.caption_panel | 0xFF000000), key=luminance)
