"""The peers: how each is installed in an environment of its own, and the command that makes the film."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import wave
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import imageio_ffmpeg  # type: ignore[import-untyped]

from bench.peers.material import Given

ROOT = Path(__file__).parents[2]
SCRIPTS = Path(__file__).parent / "scripts"
REMOTION = ("remotion", "@remotion/bundler", "@remotion/renderer", "react", "react-dom")
FADE = 0.4
"""Seconds of plain ffmpeg's crossfades."""


@dataclass(frozen=True)
class Place:
    """Where everything lies."""

    work: Path
    """What is installed and made; outside the repository."""
    browser: str
    """Remotion's browser."""

    @property
    def material(self) -> Path:
        return self.work / "material"

    def environment(self, *, lossless: bool) -> dict[str, str]:
        """Of every peer; for a lossless film with a stand-in for ffmpeg, which moviepy is told of and others find first."""
        base = {**os.environ, "MPT_HOME": str(self.work / "mpt-home")}
        if not lossless:
            return base
        real = shutil.which("ffmpeg") or ""
        (self.work / "lossless").mkdir(exist_ok=True)
        stand_in = self.work / "lossless" / "ffmpeg"
        stand_in.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(SCRIPTS / "lossless_ffmpeg.py"))} "$@"\n')
        stand_in.chmod(0o755)
        return {**base, "REAL_FFMPEG": real, "IMAGEIO_FFMPEG_EXE": str(stand_in), "PATH": f"{stand_in.parent}:{base['PATH']}"}


Command = Callable[[Place, Path, bool], list[str]]
"""The command for a film at a path, without loss if that is wanted."""


@dataclass(frozen=True)
class Entrant:
    """One who makes the film."""

    name: str
    label: str
    install: Callable[[Place], None]
    command: Command
    ours: bool = False

    def folder(self, place: Place) -> Path:
        """Where its program runs."""
        return ROOT if self.ours else place.material


def nothing(place: Place) -> None: ...


def shell(command: str, folder: Path) -> None:
    subprocess.run(["sh", "-ec", command], cwd=folder, check=True)


def font(style: str = "SemiBold") -> str:
    """A typeface for captions."""
    return str(files("fontpkg_poppins") / "files" / f"Poppins-{style}.ttf")


def ours(way: str) -> Command:
    def command(place: Place, out: Path, lossless: bool) -> list[str]:
        return [sys.executable, "-m", "bench.peers.ours", "lossless" if lossless else way, str(place.material), str(out)]

    return command


def install_pip(package: str, name: str) -> Callable[[Place], None]:
    def install(place: Place) -> None:
        if not (place.work / name / "ready").exists():
            shell(f"{sys.executable} -m venv {name} && {name}/bin/pip install -q {package} && touch {name}/ready", place.work)

    return install


def install_mpt(place: Place) -> None:
    """The package, and what its project mode wants prepared: a sound for every scene, and stills as clips that move."""
    install_pip("mpt", "mpt")(place)
    prepared = place.work / "prepared"
    if (prepared / "manifest.json").exists():
        return
    prepared.mkdir(exist_ok=True)
    given = Given.model_validate_json((place.material / "plan.json").read_text("utf-8"))
    cut_narration(given, place.material, prepared)
    scenes = []
    for number, scene in enumerate(given.scenes, 1):
        source = clip = place.material / scene.picture
        if scene.still:
            clip = prepared / f"scene-{number}.mp4"
            ffmpeg = [shutil.which("ffmpeg") or "ffmpeg", "-y", "-v", "error", "-i", str(source), "-vf", zoom(scene.frames + 2, given)]
            subprocess.run([*ffmpeg, "-c:v", "libx264", "-preset", "veryfast", "-crf", "17", "-pix_fmt", "yuv420p", str(clip)], check=True)
        scenes.append(
            {"id": f"scene-{number}", "footage": str(clip), "audio": str(prepared / f"scene-{number}.wav"), "narration": scene.text}
        )
    settings = {"width": given.width, "height": given.height, "fps": given.fps}
    manifest = {"project_id": "film", "scenes": scenes, "settings": settings, "bgm": str(place.material / given.music)}
    (prepared / "manifest.json").write_text(json.dumps(manifest, indent=1), "utf-8")


def cut_narration(given: Given, material: Path, folder: Path) -> None:
    """The narration's part of every scene, in a file of its own."""
    with wave.open(str(material / given.narration), "rb") as whole:
        for number, scene in enumerate(given.scenes, 1):
            with wave.open(str(folder / f"scene-{number}.wav"), "wb") as part:
                part.setparams(whole.getparams())
                part.writeframes(whole.readframes(round(scene.frames / given.fps * whole.getframerate())))


def mpt_classic(place: Place, out: Path, lossless: bool) -> list[str]:
    return [str(place.work / "mpt/bin/python"), str(SCRIPTS / "mpt_classic.py"), str(place.material), str(out)]


def mpt_project(place: Place, out: Path, lossless: bool) -> list[str]:
    """A project of its own every time, so that nothing is found made already."""
    python, project = place.work / "mpt/bin/python", out.with_suffix(".project")
    tool = f"{python} -m app.services.video_project --project {project}"
    clean = f"rm -rf {project}"
    copy = f'cp $({python} -c \'import json,sys; print(json.load(sys.stdin)["export"]["path"])\' < {out}.json) {out}'
    steps = (clean, f"{tool} revise {place.work}/prepared/manifest.json", f"{tool} render > {out}.json", copy, clean)
    return ["sh", "-ec", "; ".join(steps)]


def moviepy_film(place: Place, out: Path, lossless: bool) -> list[str]:
    return [str(place.work / "moviepy/bin/python"), str(SCRIPTS / "moviepy_film.py"), str(place.material), str(out), font()]


def install_remotion(place: Place) -> None:
    folder = place.work / "remotion"
    folder.mkdir(exist_ok=True)
    if not (folder / "node_modules").exists():
        shell(f"npm init -y > npm.log && npm install --no-audit --no-fund {' '.join(REMOTION)} >> npm.log", folder)
    for script in (SCRIPTS / "remotion").iterdir():
        shutil.copy(script, folder)
    if not (folder / "bundle").exists():
        shell(f"node bundle.mjs {place.material} {folder}/bundle", folder)


def remotion_film(place: Place, out: Path, lossless: bool) -> list[str]:
    folder = place.work / "remotion"
    command = ["node", str(folder / "render.mjs"), str(folder / "bundle"), str(place.material), str(out), place.browser]
    return [*command, "lossless"] if lossless else command


def zoom(frames: int, given: Given) -> str:
    """A slow zoom into a still by ffmpeg's own filter, at the picture's own size."""
    return f"zoompan=z=1+0.001*on:x=iw/2-iw/zoom/2:y=ih/2-ih/zoom/2:d={frames}:s={given.width}x{given.height}:fps={given.fps},setsar=1"


def pictures_graph(given: Given) -> str:
    """The filter graph of the pictures: zooms, crossfades, captions."""
    steps, at = [], 0.0
    for number, scene in enumerate(given.scenes):
        frames = scene.frames + (round(FADE * given.fps) if number + 1 < len(given.scenes) else 0)
        moved = zoom(frames, given) if scene.still else f"trim=end_frame={frames},setpts=PTS-STARTPTS,fps={given.fps}"
        steps.append(f"[{number}:v]{moved},format=yuv420p,settb=1/{given.fps}[s{number}]")
    joined = "s0"
    for number, scene in enumerate(given.scenes[:-1], 1):
        at += scene.frames / given.fps
        steps.append(f"[{joined}][s{number}]xfade=transition=fade:duration={FADE}:offset={at:.4f}[x{number}]")
        joined = f"x{number}"
    style = "FontName=Poppins SemiBold,FontSize=18,Outline=1.5,MarginV=24"
    steps.append(f"[{joined}]subtitles={given.captions}:fontsdir={Path(font()).parent}:force_style='{style}'[v]")
    return ";".join(steps)


def sound_graph(voice: int, music: int) -> str:
    """Music that makes room for the voice, and the loudness of the sum, in one pass."""
    stereo = "aformat=sample_rates=48000:channel_layouts=stereo"
    return (
        f"[{voice}:a]{stereo},asplit[said][key];[{music}:a]{stereo}[tape];"
        "[tape][key]sidechaincompress=threshold=0.02:ratio=8:attack=50:release=600[low];"
        f"[said][low]amix=inputs=2:normalize=0,loudnorm=I=-14:TP=-1,{stereo}[a]"
    )


def plain_ffmpeg(place: Place, out: Path, lossless: bool) -> list[str]:
    """One command of Debian's ffmpeg."""
    given = Given.model_validate_json((place.material / "plan.json").read_text("utf-8"))
    inputs = [word for scene in given.scenes for word in ("-i", scene.picture)] + ["-i", given.narration, "-i", given.music]
    graph = f"{pictures_graph(given)};{sound_graph(len(given.scenes), len(given.scenes) + 1)}"
    coding = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart"]
    return [
        "ffmpeg",
        "-y",
        "-v",
        "error",
        *inputs,
        "-filter_complex",
        graph,
        "-map",
        "[v]",
        "-map",
        "[a]",
        *coding,
        "-t",
        str(given.seconds),
        str(out),
    ]


def judge() -> str:
    """An ffmpeg that can measure VMAF."""
    return str(imageio_ffmpeg.get_ffmpeg_exe())


ENTRANTS = (
    Entrant("assemble", "KIWI-Video, assembling", nothing, ours("assemble"), ours=True),
    Entrant("film", "KIWI-Video, whole", nothing, ours("film"), ours=True),
    Entrant("ffmpeg", "plain ffmpeg", nothing, plain_ffmpeg),
    Entrant("project", "MoneyPrinterTurbo `video_project`", install_mpt, mpt_project),
    Entrant("classic", "MoneyPrinterTurbo classic", install_mpt, mpt_classic),
    Entrant("moviepy", "moviepy 2", install_pip("moviepy", "moviepy"), moviepy_film),
    Entrant("remotion", "Remotion", install_remotion, remotion_film),
)
