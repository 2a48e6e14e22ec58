"""For editors: the cut as a timeline with its media, in the formats that editing programs open: OpenTimelineIO and FCPXML."""

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

import opentimelineio as otio  # type: ignore[import-untyped]

from kiwi.film.captions import in_film
from kiwi.film.job_inputs import Exported, ExportInput, Report
from kiwi.film.model import Caption
from kiwi.film.timeline import shots_in_film
from kiwi.storage.assets import asset_of

MEDIA = "media"
"""The folder that a bundle unpacks its media into."""
CAPTION_STARTS = 3_600
"""Seconds at which a caption's own clock starts, as Final Cut Pro writes it."""
TRACKS = PICTURES, CAPTIONS, VOICES, MUSIC = "Pictures", "Captions", "Voice-over", "Music"
ROLE = "iTT?captionFormat=ITT.en"


@dataclass(frozen=True)
class Cut:
    """A stretch of one file in the film, in whole frames."""

    name: str
    source: str
    """Absolute path."""
    file: str
    """What the file is called in a bundle."""
    starts: int
    """In the film."""
    frames: int
    about: dict[str, str]

    @property
    def ends(self) -> int:
        """The first frame behind it."""
        return self.starts + self.frames


@dataclass(frozen=True)
class Edit:
    """The film as an editor sees it."""

    title: str
    fps: int
    pictures: tuple[Cut, ...]
    voices: tuple[Cut, ...]
    music: Cut
    captions: tuple[Caption, ...]


def export(job_input: ExportInput, folder: Path, report: Report) -> Exported:
    """Make cut.otioz, with all media in it, and cut.fcpxml, which expects that media beside it, in ``folder``."""
    edit = plan_edit(job_input)
    with TemporaryDirectory(dir=folder) as bundle:
        for cut in (*edit.pictures, *edit.voices, edit.music):
            _link(Path(cut.source), Path(bundle) / cut.file)
        otio.adapters.write_to_file(timeline_of(edit, Path(bundle)), str(folder / "cut.otioz"))
    report(0.9)
    (folder / "cut.fcpxml").write_text(write_fcpxml(edit, job_input), "utf-8", newline="\n")
    report(1.0)
    return Exported(otioz=asset_of(folder / "cut.otioz"), fcpxml=asset_of(folder / "cut.fcpxml"))


def plan_edit(job_input: ExportInput) -> Edit:
    """Where everything stands, in whole frames: each scene's picture, its voice as long as the scene lasts, music throughout."""
    storyboard = job_input.storyboard
    pictures, voices = [], []
    for number, (shot, starts) in enumerate(shots_in_film(storyboard), 1):
        scene, name = shot.scene_id, job_input.names.get(shot.scene_id) or shot.scene_id
        about = {"scene": scene, "camera": job_input.cameras.get(scene, "")}
        pictures.append(Cut(name, job_input.reels[scene], f"{number:02d}-{scene}.mp4", starts, shot.frames, about))
        if scene in job_input.voices:
            frames = min(int(job_input.voice_seconds[scene] * storyboard.fps), shot.frames - shot.voice_starts)
            said = {"scene": scene, "words": job_input.words.get(scene, "")}
            voices.append(Cut(name, job_input.voices[scene], f"{number:02d}-{scene}.wav", starts + shot.voice_starts, frames, said))
    music = Cut(job_input.music_title or MUSIC, job_input.music, "music.wav", 0, storyboard.frames, {})
    return Edit(job_input.title, storyboard.fps, tuple(pictures), tuple(voices), music, in_film(storyboard))


def timeline_of(edit: Edit, folder: Path) -> otio.schema.Timeline:
    """The film as OpenTimelineIO has it; captions are text that is switched off, since they stand in the pictures."""
    timeline = otio.schema.Timeline(name=edit.title)
    kinds = otio.schema.TrackKind
    captions = otio.schema.Track(name=CAPTIONS, kind=kinds.Video, children=list(_captions(edit)))
    captions.enabled = False
    timeline.tracks.extend(
        [
            otio.schema.Track(name=PICTURES, kind=kinds.Video, children=list(_clips(edit.pictures, edit.fps, folder))),
            captions,
            otio.schema.Track(name=VOICES, kind=kinds.Audio, children=list(_clips(edit.voices, edit.fps, folder))),
            otio.schema.Track(name=MUSIC, kind=kinds.Audio, children=list(_clips([edit.music], edit.fps, folder))),
        ]
    )
    return timeline


def _clips(cuts: Sequence[Cut], fps: int, folder: Path) -> Iterator[otio.core.Composable]:
    ends = 0
    for cut in cuts:
        yield from _gap(ends, cut.starts, fps)
        media = otio.schema.ExternalReference((folder / cut.file).as_uri(), _range(0, cut.frames, fps))
        yield otio.schema.Clip(cut.name, media, _range(0, cut.frames, fps), metadata={"kiwi": cut.about})
        ends = cut.ends


def _captions(edit: Edit) -> Iterator[otio.core.Composable]:
    ends = 0
    for caption in edit.captions:
        yield from _gap(ends, caption.start, edit.fps)
        text, length = text_of(caption), _range(0, caption.end - caption.start, edit.fps)
        words = otio.schema.GeneratorReference(text, "Text", length, {"text": text})
        yield otio.schema.Clip(text, words, length)
        ends = caption.end


def _gap(ends: int, starts: int, fps: int) -> Iterator[otio.schema.Gap]:
    if starts > ends:
        yield otio.schema.Gap(source_range=_range(0, starts - ends, fps))


def _range(start: int, frames: int, fps: int) -> otio.opentime.TimeRange:
    return otio.opentime.TimeRange(otio.opentime.RationalTime(start, fps), otio.opentime.RationalTime(frames, fps))


def text_of(caption: Caption) -> str:
    """A caption's lines."""
    return "\n".join(" ".join(word.text for word in line) for line in caption.lines)


def write_fcpxml(edit: Edit, job_input: ExportInput) -> str:
    """The film as Final Cut Pro has it: pictures in the spine; voices, music and captions connected to them in lanes of their own."""
    size, fps = job_input.storyboard.size, edit.fps
    root = ElementTree.Element("fcpxml", version="1.8")
    resources = _add(root, "resources")
    shape = {"frameDuration": f"1/{fps}s", "width": str(size.width), "height": str(size.height)}
    _add(resources, "format", id="r0", name=f"Kiwi {size} {fps}", **shape)
    whole = f"{edit.pictures[-1].ends}/{fps}s"
    event = _add(root, "event", name="KIWI-Video")
    project = _add(event, "project", name=_plain(edit.title))
    sequence = _add(project, "sequence", format="r0", duration=whole, tcStart="0s", tcFormat="NDF", audioLayout="stereo", audioRate="48k")
    spine = _add(sequence, "spine")
    numbers = {cut.file: f"r{number}" for number, cut in enumerate((*edit.pictures, *edit.voices, edit.music), 1)}
    heard = {"hasAudio": "1", "audioSources": "1", "audioRate": "48000"}
    for cut in edit.pictures:
        _asset(resources, cut, numbers[cut.file], fps, hasVideo="1", format="r0")
    for cut in edit.voices:
        _asset(resources, cut, numbers[cut.file], fps, **heard, audioChannels="1")
    _asset(resources, edit.music, numbers[edit.music.file], fps, **heard, audioChannels="2")
    captions = list(enumerate(edit.captions, 1))
    for number, cut in enumerate(edit.pictures):
        clip = _clip(spine, cut, numbers[cut.file], fps, cut.starts, format="r0", tcFormat="NDF")
        for voice in edit.voices:
            if cut.starts <= voice.starts < cut.ends:
                _clip(clip, voice, numbers[voice.file], fps, voice.starts - cut.starts, lane="-1", audioRole="dialogue")
        if number == 0:
            _clip(clip, edit.music, numbers[edit.music.file], fps, 0, lane="-2", audioRole="music")
        for index, caption in captions:
            if cut.starts <= caption.start < cut.ends:
                _caption(clip, caption, index, fps, caption.start - cut.starts)
    ElementTree.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n' + ElementTree.tostring(root, "unicode") + "\n"


def _asset(resources: ElementTree.Element, cut: Cut, number: str, fps: int, **kind: str) -> None:
    length = f"{cut.frames}/{fps}s"
    asset = _add(resources, "asset", id=number, name=_plain(cut.name), src=f"{MEDIA}/{cut.file}", start="0s", duration=length, **kind)
    about = _add(asset, "metadata")
    for name, text in (cut.about or {"title": cut.name}).items():
        _add(about, "md", key=f"org.kiwi-video.{name}", value=_plain(text))


def _clip(parent: ElementTree.Element, cut: Cut, number: str, fps: int, offset: int, **more: str) -> ElementTree.Element:
    times = {"offset": f"{offset}/{fps}s", "start": "0s", "duration": f"{cut.frames}/{fps}s"}
    return _add(parent, "asset-clip", ref=number, name=_plain(cut.name), **times, **more)


def _caption(parent: ElementTree.Element, caption: Caption, number: int, fps: int, offset: int) -> None:
    words, times = _plain(text_of(caption)), {"offset": f"{offset}/{fps}s", "duration": f"{caption.end - caption.start}/{fps}s"}
    shown = _add(parent, "caption", lane="1", name=words, start=f"{CAPTION_STARTS}s", role=ROLE, **times)
    text = _add(shown, "text", placement="bottom")
    _add(text, "text-style", ref=f"ts{number}").text = words
    style = _add(shown, "text-style-def", id=f"ts{number}")
    _add(style, "text-style", font=".AppleSystemUIFont", fontSize="13", fontColor="1 1 1 1", backgroundColor="0 0 0 1")


def _add(parent: ElementTree.Element, tag: str, **attributes: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, tag, attributes)


def _plain(text: str) -> str:
    """Text that XML can hold, on as many lines as it had."""
    return "".join(letter for letter in text if letter.isprintable() or letter == "\n")


def _link(source: Path, target: Path) -> None:
    """The same bytes under another name."""
    try:
        os.link(source, target)
    except OSError:  # another disk, or one that has no links
        shutil.copyfile(source, target)
