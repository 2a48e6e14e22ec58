import json
import subprocess
import sys
import wave
from math import isnan
from pathlib import Path
from xml.etree import ElementTree

from bench.peers.entrants import ENTRANTS, cut_narration, pictures_graph
from bench.peers.material import TITLE, WORDS, Given, GivenScene, script_of
from bench.peers.measuring import Measured, Quality, pooled
from bench.peers.running import descendants
from bench.peers.scripts.lossless_ffmpeg import without_loss
from bench.peers.table import plot, summarize, table
from kiwi.film.model import SceneRole


def measured(round_: int, name: str, seconds: float, cpu: float = 10.0, peak: float = 100.0) -> Measured:
    return Measured(round=round_, name=name, seconds=seconds, cpu_seconds=cpu, peak_mb=peak, bytes=5_000_000, film_seconds=10.0, load=1.0)


def given(*frames: int) -> Given:
    scenes = [GivenScene(picture=f"scene-{n}.jpg", still=n % 2 == 0, frames=count, text="") for n, count in enumerate(frames)]
    return Given(width=320, height=180, fps=30, seconds=sum(frames) / 30, title="A", scenes=scenes)


def test_a_ratio_is_that_of_one_round_so_that_a_slow_minute_slows_both() -> None:
    runs = [
        measured(1, "assemble", 5.0, cpu=10.0),
        measured(1, "classic", 100.0, cpu=100.0),
        measured(2, "assemble", 50.0, cpu=40.0),
        measured(2, "classic", 900.0, cpu=480.0),
        measured(3, "assemble", 6.0, cpu=11.0),
        measured(3, "classic", 132.0, cpu=143.0),
    ]
    ours, classic = summarize(runs, {})
    assert (ours.name, ours.ratio, ours.cpu_ratio, ours.pace, ours.cpu) == ("assemble", 1.0, 1.0, 0.5, 1.1)
    assert (classic.rounds, classic.ratio, classic.cpu_ratio, classic.pace) == (3, 20.0, 12.0, 10.0)


def test_whoever_ran_in_no_round_of_ours_has_no_ratio() -> None:
    ours, other = summarize([measured(1, "assemble", 5.0), measured(2, "ffmpeg", 9.0, cpu=20.0)], {})
    assert ours.ratio == 1.0
    assert isnan(other.ratio)


def test_the_table_has_a_row_for_everybody_and_no_quality_where_none_was_measured() -> None:
    runs = [measured(1, "assemble", 5.0), measured(1, "project", 20.0, cpu=30.0, peak=512.4)]
    lines = table(summarize(runs, {"assemble": Quality(vmaf=97.25, worst=91.0)})).splitlines()
    assert len(lines) == 4
    assert "| 97.2 (91.0) |" in lines[2]
    assert lines[3] == "| MoneyPrinterTurbo `video_project` | 1 | 3.00 | 3.0 (by the clock 4.0) | 2.00 | 512 | 5.0 | – |"


def test_the_plot_is_a_picture_with_a_bar_for_everybody_the_slower_the_longer() -> None:
    runs = [measured(1, "assemble", 2.0), measured(1, "moviepy", 80.0, cpu=60.0), measured(1, "classic", 200.0, cpu=300.0)]
    picture = ElementTree.fromstring(plot(summarize(runs, {})))
    bars = [float(bar.get("width", "")) for bar in picture if bar.tag.endswith("rect")][1:]
    assert len(bars) == 3
    assert bars == sorted(bars)
    assert bars[0] > 0


def test_quality_is_that_of_all_frames_in_however_many_reports_it_is_told() -> None:
    first, second = ({"frames": [{"metrics": {"vmaf": score}} for score in scores]} for scores in ((98.0, 94.0, 96.0), (92.0,)))
    assert pooled(json.dumps(first, indent=1) + "\n" + json.dumps(second)) == Quality(vmaf=95.0, worst=92.0)


def test_a_lossless_stand_in_takes_the_quantiser_and_leaves_all_else() -> None:
    asked = ["-i", "in.mp4", "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p", "out.mp4"]
    assert without_loss(asked) == "-i in.mp4 -c:v libx264 -pix_fmt yuv420p -preset ultrafast -qp 0 out.mp4".split()
    copied = ["-i", "in.mp4", "-c", "copy", "out.mp4"]
    assert without_loss(copied) == copied


def test_crossfades_keep_every_cut_where_it_is() -> None:
    graph = pictures_graph(given(150, 120, 90))
    assert "offset=5.0000[x1]" in graph
    assert "offset=9.0000[x2]" in graph
    assert "[1:v]trim=end_frame=132" in graph
    assert "d=90:" in graph, "the last scene fades into nothing"


def test_the_narration_is_cut_where_scenes_are(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "narration.wav"), "wb") as whole:
        whole.setparams((1, 2, 48_000, 0, "NONE", "not compressed"))
        whole.writeframes(b"\1\0" * 48_000 + b"\2\0" * 96_000)
    (tmp_path / "parts").mkdir()
    cut_narration(given(30, 60), tmp_path, tmp_path / "parts")
    for name, frames, first in (("scene-1.wav", 48_000, b"\1\0"), ("scene-2.wav", 96_000, b"\2\0")):
        with wave.open(str(tmp_path / "parts" / name), "rb") as part:
            assert part.getnframes() == frames
            assert part.readframes(1) == first


def test_a_script_has_a_scene_for_each_sentence() -> None:
    scenes = script_of(WORDS).scenes
    assert [scene.voice_over for scene in scenes] == list(WORDS)
    assert (scenes[0].role, scenes[-1].role) == (SceneRole.OPENING, SceneRole.CLOSING)
    assert scenes[0].title == TITLE


def test_everybody_has_a_name_of_their_own() -> None:
    names = [entrant.name for entrant in ENTRANTS]
    assert len(set(names)) == len(names)


MEASURE = """
import json, os, sys
from pathlib import Path
from bench.peers.running import run
took = run([sys.executable, "-c", sys.argv[1]], os.environ, Path(sys.argv[2]), Path(sys.argv[2]) / "log")
print(json.dumps(took.cpu_seconds))
"""
GRANDCHILD = """
import subprocess, sys, time
work = "import time; begun = time.process_time()\\nwhile time.process_time() < begun + 0.5: pass"
subprocess.Popen([sys.executable, "-c", work], start_new_session=True)
"""


def test_what_a_run_leaves_behind_is_measured_with_it(tmp_path: Path) -> None:
    """In a process of its own, since whoever measures adopts orphans."""
    command = [sys.executable, "-c", MEASURE, GRANDCHILD, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert json.loads(done.stdout) >= 0.5


def test_a_program_that_fails_says_what_it_said(tmp_path: Path) -> None:
    code = "import sys\nfrom pathlib import Path\nfrom bench.peers.running import RunFailed, run\n"
    code += "try:\n    run(['sh', '-c', 'echo no film; exit 3'], {'PATH': '/usr/bin:/bin'}, Path('.'), Path(sys.argv[1]))\n"
    code += "except RunFailed as failed:\n    print(failed)\n"
    command = [sys.executable, "-c", code, str(tmp_path / "log")]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]).stdout
    assert "ended with 3" in said
    assert "no film" in said


def test_a_process_that_has_ended_has_no_descendants() -> None:
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait()
    assert descendants(child.pid) == []
