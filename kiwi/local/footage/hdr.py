"""High dynamic range brought into a film's: PQ and HLG become BT.709, light and colours as the eye expects them there."""

from functools import lru_cache

from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

from kiwi.errors import BadMedia

HIGH = frozenset({ColorTrc.SMPTE2084, ColorTrc.ARIB_STD_B67})
"""PQ and HLG: ITU-R BT.2100."""
MAPPING = "out_color_matrix=bt709:out_range=limited:out_transfer=bt709:out_primaries=bt709:intent=perceptual"
"""swscale compresses light along a spline in the perceptual space ICtCp and brings what BT.709 cannot show to its edge."""


def in_range(frame: VideoFrame) -> VideoFrame:
    """A frame of high dynamic range in BT.709, limited range; any other as it is."""
    if frame.color_trc not in HIGH:
        return frame
    # the table of colours takes seconds to make: once for all frames alike
    graph = _mapping(frame.width, frame.height, frame.format.name, frame.color_range == ColorRange.JPEG, frame.color_trc)
    frame.color_primaries, frame.colorspace = ColorPrimaries.BT2020, Colorspace.BT2020
    frame.color_range = frame.color_range or ColorRange.MPEG
    graph.push(frame)
    mapped = graph.pull()
    if not isinstance(mapped, VideoFrame):
        raise BadMedia("The clip's colours cannot be read.")
    return mapped


@lru_cache(maxsize=2)
def _mapping(width: int, height: int, pixels: str, full: bool, transfer: int) -> Graph:
    graph = Graph()
    kind = f"video_size={width}x{height}:pix_fmt={pixels}:time_base=1/90000:colorspace=bt2020nc:range={'pc' if full else 'tv'}"
    source, scale, sink = graph.add("buffer", kind), graph.add("scale", MAPPING), graph.add("buffersink")
    source.link_to(scale)
    scale.link_to(sink)
    graph.configure()
    return graph
