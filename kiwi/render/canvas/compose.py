"""Canvas: frames composed from premultiplied pictures directly in the codec's colours, so that encoding needs no conversion.

Every picture is drawn once in ordinary colours and turned into *ink*: packed Cb, Y, Cr, alpha (BT.709, limited range) in the
place of blue, green, red, alpha. Blending premultiplied colours is linear and so is the turn to ink, so blending ink gives what
blending colours would have given, and a frame becomes planes by picking channels: 0.9 ms at 1080p, against 3.2 ms for swscale
and for cv2 a picture in BT.601.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt
import skia  # type: ignore[import-not-found]

from kiwi.film.model import Size
from kiwi.render.canvas.layout import Box
from kiwi.render.canvas.motion import STILL, Pose

Pixels: TypeAlias = npt.NDArray[np.uint8]
"""Height x width x 4."""
Plane: TypeAlias = npt.NDArray[np.uint8]
Planes: TypeAlias = tuple[Plane, Plane, Plane]
"""Y at full size, Cb and Cr at half; BT.709, limited range."""

RED_WEIGHT, GREEN_WEIGHT, BLUE_WEIGHT = 0.2126, 0.7152, 0.0722
"""ITU-R BT.709-6, item 3.2."""
FINE_AREA = 400_000
"""Pixels up to which a picture is kept in the sixteen shifts that fine moves need."""
STRIP = 216
"""Rows of a frame turned to planes or back at a time: a strip read once is still in the processor's cache when it is read again."""
NEAREST = skia.SamplingOptions()


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


def parted(planes: Pixels) -> Planes:
    """The three planes of I420, height * 3 / 2 rows of width bytes: Y, then Cb, then Cr at half size each way; nothing is copied."""
    rows, width = planes.shape
    height = rows * 2 // 3
    blue, red = planes[height:].reshape(2, height // 2, width // 2)
    return planes[:height], blue, red


def image_of(inked: Pixels) -> skia.Image:
    """Let skia see pixels as a premultiplied picture, without copying them: they must live, and stay as they are, while it is used."""
    return skia.Image.fromarray(inked, skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType, copy=False)


@dataclass(frozen=True, eq=False)
class Picture:
    """A premultiplied picture in ink; ``left`` and ``top`` say where on the frame it belongs, in whole pixels."""

    pixels: Pixels
    image: skia.Image
    """The same pixels for skia; it does not keep them alive, this picture does."""
    left: int
    top: int
    _shifted: dict[tuple[int, int], "Picture"] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, pixels: Pixels, left: int = 0, top: int = 0) -> "Picture":
        """Of premultiplied BGRA pixels in ordinary colours."""
        return cls.of_ink(to_ink(pixels), left, top)

    @classmethod
    def of_ink(cls, inked: Pixels, left: int = 0, top: int = 0) -> "Picture":
        """Of pixels that are ink already and will not change."""
        inked = np.ascontiguousarray(inked)
        return cls(inked, image_of(inked), left, top)

    @property
    def width(self) -> int:
        """Pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Pixels."""
        return int(self.pixels.shape[0])

    def moved(self, dx: int, dy: int) -> "Picture":
        """The same picture elsewhere."""
        return Picture(self.pixels, self.image, self.left + dx, self.top + dy)

    def shifted(self, right: int, down: int) -> "Picture":
        """The same picture shifted by so many quarters of a pixel (0..3 each); it has a clear edge that takes them up. Made once."""
        if (right, down) not in self._shifted:
            moved = _warped(self.pixels, 1.0, 0.0, (right / 4, down / 4), (self.width, self.height))
            self._shifted[right, down] = Picture.of_ink(moved, self.left, self.top)
        return self._shifted[right, down]


def _warped(pixels: Pixels, along: float, across: float, shift: tuple[float, float], size: tuple[int, int]) -> Pixels:
    """Turn and scale by the matrix (along, -across; across, along), shift, and cut to a size: cv2 does it 8 times faster than skia."""
    # cv2 counts from the middle of the first pixel, we from its corner
    x, y = shift[0] + (along - across - 1) / 2, shift[1] + (along + across - 1) / 2
    matrix = np.array([[along, -across, x], [across, along, y]])
    return np.asarray(cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0), np.uint8)


def paint_pixels(box: Box, draw: Callable[[skia.Canvas], None], margin: float = 0.0) -> tuple[Pixels, int, int]:
    """Draw in the frame's coordinates and ordinary colours; return BGRA of a box grown by ``margin``, its left and top."""
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
    """Draw once, in the frame's coordinates and ordinary colours, what lies in a box and ``margin`` pixels around it (shadows)."""
    return Picture.of(*paint_pixels(box, draw, margin))


def _window(picture: Picture, pose: Pose) -> skia.Rect:
    left, top, right, bottom = pose.window
    x, y = picture.left + pose.dx, picture.top + pose.dy
    across, down = picture.width, picture.height
    return skia.Rect.MakeLTRB(x + left * across, y + top * down, x + right * across, y + bottom * down)


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
        # a byte more in a row: outputs that are all aligned alike cv2.split would write past the caches, where they are read next
        self._spare = np.empty((3, STRIP, size.width + 1), np.uint8)

    def draw(self, picture: Picture, pose: Pose = STILL, pivot: tuple[float, float] | None = None) -> None:
        """Lay a picture on the frame; it turns and scales about ``pivot``, by default its own centre."""
        if pose is STILL:
            self.sheet.drawImage(picture.image, picture.left, picture.top)
        elif pose.alpha > 0.004 and pose.scale > 0:
            self._draw_posed(picture, pose, pivot)

    def _draw_posed(self, picture: Picture, pose: Pose, pivot: tuple[float, float] | None) -> None:
        paint = skia.Paint(Alphaf=pose.alpha) if pose.alpha < 0.996 else None
        stiff = abs(pose.scale - 1) < 0.0005 and abs(pose.turn) < 0.01
        whole = pose.window == (0.0, 0.0, 1.0, 1.0)
        if not whole:
            self.sheet.save()
            self.sheet.clipRect(_window(picture, pose))
        if stiff:
            self._draw_shifted(picture, pose, paint)
        else:
            self._draw_turned(picture, pose, pivot, paint)
        if not whole:
            self.sheet.restore()

    def _draw_turned(self, picture: Picture, pose: Pose, pivot: tuple[float, float] | None, paint: skia.Paint | None) -> None:
        across, down = pivot or (picture.left + picture.width / 2, picture.top + picture.height / 2)
        angle = math.radians(pose.turn)
        cosine, sine = pose.scale * math.cos(angle), pose.scale * math.sin(angle)
        # where the picture's own origin comes to lie, and from it its four corners
        x = across + pose.dx + cosine * (picture.left - across) - sine * (picture.top - down)
        y = down + pose.dy + sine * (picture.left - across) + cosine * (picture.top - down)
        xs = [x, x + cosine * picture.width, x - sine * picture.height, x + cosine * picture.width - sine * picture.height]
        ys = [y, y + sine * picture.width, y + cosine * picture.height, y + sine * picture.width + cosine * picture.height]
        left, top = max(0, math.floor(min(xs))), max(0, math.floor(min(ys)))
        right, bottom = min(self.size.width, math.ceil(max(xs)) + 1), min(self.size.height, math.ceil(max(ys)) + 1)
        if right > left and bottom > top:
            turned = _warped(picture.pixels, cosine, sine, (x - left, y - top), (right - left, bottom - top))
            self.sheet.drawImage(image_of(turned), left, top, NEAREST, paint)

    def _draw_shifted(self, picture: Picture, pose: Pose, paint: skia.Paint | None) -> None:
        """Draw at whole pixels, 10 times cheaper than between them; a fine move as a picture shifted in advance by quarters of a pixel."""
        if not pose.fine or picture.width * picture.height > FINE_AREA:
            self.sheet.drawImage(picture.image, picture.left + round(pose.dx), picture.top + round(pose.dy), NEAREST, paint)
            return
        right, down = round(pose.dx * 4), round(pose.dy * 4)
        ready = picture.shifted(right % 4, down % 4) if right % 4 or down % 4 else picture
        self.sheet.drawImage(ready.image, picture.left + right // 4, picture.top + down // 4, NEAREST, paint)

    def write_planes(self, planes: Pixels, part: Box | None = None) -> None:
        """Turn the frame, or a part of it, into I420 planes (see `parted`); needs even sizes and places."""
        luma, blue, red = parted(planes)
        for whole, half in _strips(part, self.size):
            inked = self.pixels[whole]
            wide_blue, wide_red, alpha = self._spare[:, : inked.shape[0], : inked.shape[1]]
            cv2.split(inked, [wide_blue, luma[whole], wide_red, alpha])
            for wide, plane in ((wide_blue, blue[half]), (wide_red, red[half])):
                cv2.resize(wide, plane.shape[::-1], dst=plane, interpolation=cv2.INTER_AREA)

    def read_planes(self, planes: Pixels, part: Box | None = None) -> None:
        """Fill the frame, or a part of it, from I420 planes; `write_planes` gives the very same planes back."""
        luma, blue, red = parted(planes)
        for whole, half in _strips(part, self.size):
            inked = self.pixels[whole]
            opaque = np.full(inked.shape[:2], 255, np.uint8)
            cv2.merge([_doubled(blue[half]), luma[whole], _doubled(red[half]), opaque], dst=inked)


def _strips(part: Box | None, size: Size) -> Iterator[tuple[tuple[slice, slice], tuple[slice, slice]]]:
    """Rows and columns of a part of a frame, a strip at a time, in the frame and at half its size."""
    part = part or Box(0, 0, size.width, size.height)
    left, right, bottom = int(part.left), int(part.right), int(part.bottom)
    for top in range(int(part.top), bottom, STRIP):
        end = min(top + STRIP, bottom)
        yield (slice(top, end), slice(left, right)), (slice(top // 2, end // 2), slice(left // 2, right // 2))


def _doubled(plane: Plane) -> Plane:
    """Every pixel four times; 13 times as quick as cv2: a byte times 257 is that byte twice."""
    rows, columns = plane.shape
    pairs = np.multiply(plane, 257, dtype=np.uint16)
    whole = np.empty((rows, 2, columns), np.uint16)
    whole[:, 0] = whole[:, 1] = pairs
    return whole.view(np.uint8).reshape(rows * 2, columns * 2)
