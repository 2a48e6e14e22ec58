"""Canvas: frames composed from premultiplied pictures directly in the codec's colours, so that encoding needs no conversion.

Every picture is drawn once in ordinary colours and turned into *ink*: packed Cb, Y, Cr, alpha (BT.709, limited range) in the
place of blue, green, red, alpha. Blending premultiplied colours is linear and so is the turn to ink, so blending ink gives what
blending colours would have given, and a frame becomes planes by picking channels: 1.3 ms at 1080p, against 3.2 ms for swscale
and for cv2 a picture in BT.601.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt
import skia  # type: ignore[import-not-found]

from kiwi.film import Size
from kiwi.render.layout import Box
from kiwi.render.motion import STILL, Pose

Pixels: TypeAlias = npt.NDArray[np.uint8]
"""Height x width x 4."""

RED_WEIGHT, GREEN_WEIGHT, BLUE_WEIGHT = 0.2126, 0.7152, 0.0722
"""ITU-R BT.709-6, item 3.2."""
SMOOTH_AREA = 320_000
"""Pixels up to which a layer is moved by fractions of a pixel; larger ones jump whole pixels, which are 10 times cheaper."""
NEAREST = skia.SamplingOptions()
SMOOTH = skia.SamplingOptions(skia.FilterMode.kLinear)


def _ink_matrix() -> npt.NDArray[np.float32]:
    """Premultiplied blue, green, red, alpha (0..255) -> Cb, Y, Cr, alpha; ITU-R BT.709-6, items 3.2 to 3.5."""
    luma = np.array([BLUE_WEIGHT, GREEN_WEIGHT, RED_WEIGHT, 0.0])
    blue, red = np.array([1.0, 0, 0, 0]), np.array([0, 0, 1.0, 0])
    alpha = np.array([0, 0, 0, 1.0])
    cb = 224 / 255 * (blue - luma) / (2 * (1 - BLUE_WEIGHT)) + 128 / 255 * alpha
    cr = 224 / 255 * (red - luma) / (2 * (1 - RED_WEIGHT)) + 128 / 255 * alpha
    return np.array([cb, 219 / 255 * luma + 16 / 255 * alpha, cr, alpha], np.float32)


INK = _ink_matrix()


def to_ink(pixels: Pixels) -> Pixels:
    """Turn premultiplied BGRA into ink."""
    return np.asarray(cv2.transform(pixels, INK), np.uint8)


@lru_cache(maxsize=512)
def ink(colour: int) -> int:
    """Turn a colour 0xAARRGGBB (not premultiplied) into the one to paint on a frame's ``sheet`` with."""
    blue, green, red = (np.float32(colour >> shift & 255) for shift in (0, 8, 16))
    cb, luma, cr = (int(np.rint(row @ np.array([blue, green, red, 255], np.float32))) for row in INK[:3])
    return (colour & 0xFF000000) | cr << 16 | luma << 8 | cb


@dataclass(frozen=True, eq=False)
class Picture:
    """A premultiplied picture in ink; ``left`` and ``top`` say where on the frame it belongs, in whole pixels."""

    image: skia.Image
    left: int
    top: int
    width: int
    height: int

    @classmethod
    def of(cls, pixels: Pixels, left: int = 0, top: int = 0) -> "Picture":
        """Of premultiplied BGRA pixels in ordinary colours."""
        return cls.of_ink(to_ink(pixels), left, top)

    @classmethod
    def of_ink(cls, inked: Pixels, left: int = 0, top: int = 0) -> "Picture":
        """Of pixels that are ink already."""
        height, width = inked.shape[:2]
        image = skia.Image.fromarray(np.ascontiguousarray(inked), skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType, copy=True)
        return cls(image, left, top, width, height)

    def moved(self, dx: int, dy: int) -> "Picture":
        """The same picture elsewhere."""
        return Picture(self.image, self.left + dx, self.top + dy, self.width, self.height)


def paint_pixels(box: Box, draw: Callable[[skia.Canvas], None], margin: float = 0.0) -> tuple[Pixels, int, int]:
    """Draw in the frame's coordinates and ordinary colours; return premultiplied BGRA of the box grown by ``margin``, and its left and top."""
    left, top = int(np.floor(box.left - margin)) - 1, int(np.floor(box.top - margin)) - 1
    right, bottom = int(np.ceil(box.right + margin)) + 1, int(np.ceil(box.bottom + margin)) + 1
    pixels = np.zeros((max(1, bottom - top), max(1, right - left), 4), np.uint8)
    info = skia.ImageInfo.Make(pixels.shape[1], pixels.shape[0], skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType)
    surface = skia.Surface.MakeRasterDirect(info, pixels, pixels.strides[0])
    canvas = surface.getCanvas()
    canvas.translate(-left, -top)
    draw(canvas)
    return pixels, left, top


def paint(box: Box, draw: Callable[[skia.Canvas], None], margin: float = 0.0) -> Picture:
    """Draw once, in the frame's coordinates and ordinary colours, what lies in a box and up to ``margin`` pixels around it (shadows, overhang)."""
    return Picture.of(*paint_pixels(box, draw, margin))


class Canvas:
    """One frame being composed; used again for the next."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.pixels: Pixels = np.zeros((size.height, size.width, 4), np.uint8)
        """Ink, opaque."""
        info = skia.ImageInfo.Make(size.width, size.height, skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType)
        self._surface = skia.Surface.MakeRasterDirect(info, self.pixels, self.pixels.strides[0])
        self.sheet: skia.Canvas = self._surface.getCanvas()
        """For what must be drawn anew each frame; its colours must go through ``ink``."""
        self._half: Pixels = np.zeros((size.height // 2, size.width // 2, 4), np.uint8)

    def draw(self, picture: Picture, pose: Pose = STILL, pivot: tuple[float, float] | None = None) -> None:
        """Lay a picture on the frame; it turns and scales about ``pivot``, by default its own centre."""
        if pose is STILL:
            self.sheet.drawImage(picture.image, picture.left, picture.top)
        elif pose.alpha > 0.004 and pose.scale > 0:
            self._draw_posed(picture, pose, pivot)

    def _draw_posed(self, picture: Picture, pose: Pose, pivot: tuple[float, float] | None) -> None:
        paint = skia.Paint(Alphaf=pose.alpha) if pose.alpha < 0.996 else None
        x, y = picture.left + pose.dx, picture.top + pose.dy
        stiff = abs(pose.scale - 1) < 0.0005 and abs(pose.turn) < 0.01
        small = picture.width * picture.height <= SMOOTH_AREA
        if stiff and not (small and (x % 1 or y % 1)):
            x, y = round(x), round(y)
        whole = pose.window == (0.0, 0.0, 1.0, 1.0)
        if whole and stiff:
            self.sheet.drawImage(picture.image, x, y, SMOOTH if isinstance(x, float) else NEAREST, paint)
            return
        self.sheet.save()
        if not stiff:
            middle_x, middle_y = pivot or (picture.left + picture.width / 2, picture.top + picture.height / 2)
            self.sheet.translate(middle_x + pose.dx, middle_y + pose.dy)
            self.sheet.rotate(pose.turn)
            self.sheet.scale(pose.scale, pose.scale)
            self.sheet.translate(-middle_x - pose.dx, -middle_y - pose.dy)
        if not whole:
            left, top, right, bottom = pose.window
            self.sheet.clipRect(
                skia.Rect.MakeLTRB(
                    x + left * picture.width, y + top * picture.height, x + right * picture.width, y + bottom * picture.height
                )
            )
        self.sheet.drawImage(picture.image, x, y, NEAREST if stiff and not isinstance(x, float) else SMOOTH, paint)
        self.sheet.restore()

    def write_planes(self, planes: Pixels) -> None:
        """Fill ``planes``, height * 3 / 2 rows of width bytes: Y, then Cb, then Cr at half size each way (I420); needs even sizes."""
        height, width = self.pixels.shape[:2]
        cv2.extractChannel(self.pixels, 1, planes[:height])
        cv2.resize(self.pixels, (width // 2, height // 2), dst=self._half, interpolation=cv2.INTER_AREA)
        chroma = planes[height:].reshape(2, height // 2, width // 2)
        cv2.extractChannel(self._half, 0, chroma[0])
        cv2.extractChannel(self._half, 2, chroma[1])
