"""Colours as numbers: how light they are, how well one is read on another, and one laid over another."""

Colour = int
"""0xAARRGGBB, not premultiplied, as skia's colours are."""


def luminance(colour: Colour) -> float:
    """Relative luminance 0..1 of an opaque colour (WCAG 2.2, definition of relative luminance)."""

    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour >> 16 & 255) + 0.7152 * linear(colour >> 8 & 255) + 0.0722 * linear(colour & 255)


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio 1..21 of two opaque colours (WCAG 2.2, definition of contrast ratio)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def over(colour: Colour, ground: Colour) -> Colour:
    """Lay a translucent colour over an opaque one."""
    share = (colour >> 24 & 255) / 255
    mixed = (round((colour >> shift & 255) * share + (ground >> shift & 255) * (1 - share)) << shift for shift in (16, 8, 0))
    return 0xFF000000 | sum(mixed)
