"""The cut for editing programs, opened by the formats' own readers."""

import zipfile
from pathlib import Path
from typing import Any

import av
import opentimelineio as otio  # type: ignore[import-untyped]
import pytest

from kiwi.film.captions import in_film
from kiwi.film.job_inputs import CutInput, ExportInput
from kiwi.film.timeline import shots_in_film
from kiwi.render.join.editing import CAPTIONS, MUSIC, PICTURES, VOICES, export, text_of
from tests.reels import FPS, a_cut_order

TITLE = "Tea & <coffee>\x07 ]]> “for two”"


def silence(share: float) -> None:
    """Report to nobody."""


@pytest.fixture(scope="module")
def job_input(tmp_path_factory: pytest.TempPathFactory) -> ExportInput:
    """Three scenes, of which the second is silent."""
    folder = tmp_path_factory.mktemp("parts")
    order: CutInput = a_cut_order(folder)
    spoken = {scene: voice for scene, voice in order.voice_over.items() if scene != "scene-2"}
    return ExportInput(
        title=TITLE,
        storyboard=order.storyboard,
        names={scene.id: f"{scene.title} & more" for scene in order.script.scenes},
        words={scene.id: scene.voice_over for scene in order.script.scenes},
        cameras=dict.fromkeys(order.reels, "cards"),
        reels=order.reels,
        voices={scene: str(folder / voice.asset.name) for scene, voice in spoken.items()},
        voice_seconds={scene: voice.seconds for scene, voice in spoken.items()},
        music=str(folder / "music.wav"),
        music_title="Tone & Nobody",
    )


@pytest.fixture(scope="module")
def made(job_input: ExportInput, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    exported = export(job_input, folder, silence)
    assert sorted(path.name for path in folder.iterdir()) == ["cut.fcpxml", "cut.otioz"]
    assert exported.otioz.size == (folder / "cut.otioz").stat().st_size
    return folder


def laid(track: Any) -> list[tuple[int, int]]:
    """From where to where a track's clips stand, in frames of the film."""
    ranges = [clip.transformed_time_range(clip.trimmed_range(), track) for clip in track.find_clips()]
    return [(round(one.start_time.rescaled_to(FPS).value), round(one.end_time_exclusive().rescaled_to(FPS).value)) for one in ranges]


def pictures(job_input: ExportInput) -> list[tuple[int, int]]:
    return [(starts, starts + shot.frames) for shot, starts in shots_in_film(job_input.storyboard)]


def voices(job_input: ExportInput) -> list[tuple[int, int]]:
    spoken = [
        (shot, starts + shot.voice_starts) for shot, starts in shots_in_film(job_input.storyboard) if shot.scene_id in job_input.voices
    ]
    return [(starts, starts + int(job_input.voice_seconds[shot.scene_id] * FPS)) for shot, starts in spoken]


def test_an_otioz_is_opened_with_all_its_media(made: Path, job_input: ExportInput, tmp_path: Path) -> None:
    timeline = otio.adapters.read_from_file(str(made / "cut.otioz"), extract_to_directory=str(tmp_path))
    assert timeline.name == TITLE
    tracks = {track.name: track for track in timeline.tracks}
    assert [*tracks] == [PICTURES, CAPTIONS, VOICES, MUSIC]
    assert [tracks[name].kind for name in tracks] == ["Video", "Video", "Audio", "Audio"]
    assert laid(tracks[PICTURES]) == pictures(job_input)
    assert laid(tracks[VOICES]) == voices(job_input)
    assert laid(tracks[MUSIC]) == [(0, job_input.storyboard.frames)]
    captions = in_film(job_input.storyboard)
    assert laid(tracks[CAPTIONS]) == [(caption.start, caption.end) for caption in captions]
    assert [clip.media_reference.parameters["text"] for clip in tracks[CAPTIONS].find_clips()] == [*map(text_of, captions)]
    assert not tracks[CAPTIONS].enabled
    for name in (PICTURES, VOICES, MUSIC):
        for clip in tracks[name].find_clips():
            with av.open(str(tmp_path / clip.media_reference.target_url)) as media:
                seconds = clip.source_range.duration.to_seconds()
                assert media.duration is not None
                assert media.duration / av.time_base >= seconds - 0.001, clip.name
    with zipfile.ZipFile(made / "cut.otioz") as bundle:
        assert bundle.testzip() is None


@pytest.mark.filterwarnings("ignore:Testing an element's truth value:DeprecationWarning")
def test_fcpxml_is_opened_with_the_same_media_in_lanes_of_their_own(made: Path, job_input: ExportInput) -> None:
    event = otio.adapters.read_from_file(str(made / "cut.fcpxml"))
    timeline = event[0]
    assert timeline.name == "Tea & <coffee> ]]> “for two”"
    tracks = {track.name: track for track in timeline.tracks}
    assert {name: track.kind for name, track in tracks.items()} == {"-2": "Audio", "-1": "Audio", "0": "Video"}
    assert laid(tracks["0"]) == pictures(job_input)
    assert laid(tracks["-1"]) == voices(job_input)
    assert laid(tracks["-2"]) == [(0, job_input.storyboard.frames)]
    with zipfile.ZipFile(made / "cut.otioz") as bundle:
        asked = {clip.media_reference.target_url for track in tracks.values() for clip in track.find_clips()}
        assert asked <= set(bundle.namelist())
    text = (made / "cut.fcpxml").read_text("utf-8")
    assert text.count("<caption ") == len(in_film(job_input.storyboard))
    assert "See for yourself." in text


def test_a_voice_that_would_outlast_its_scene_ends_with_it(job_input: ExportInput, tmp_path: Path) -> None:
    longer = job_input.model_copy(update={"voice_seconds": dict.fromkeys(job_input.voices, 60.0)})
    export(longer, tmp_path, silence)
    timeline = otio.adapters.read_from_file(str(tmp_path / "cut.otioz"))
    ends = {end for _, end in pictures(job_input)}
    assert {end for _, end in laid(timeline.tracks[2])} <= ends
