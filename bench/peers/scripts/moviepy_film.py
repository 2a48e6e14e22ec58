"""The film by moviepy 2: slow zooms, crossfades, captions and music under the voice; encoded as moviepy does unless told otherwise.

moviepy/bin/python moviepy_film.py MATERIAL OUT.mp4 FONT.ttf
"""

import json
import sys
from pathlib import Path
from typing import Any

from moviepy import (  # type: ignore[import-not-found]
    AudioFileClip,
    CompositeAudioClip,
    CompositeVideoClip,
    ImageClip,
    TextClip,
    VideoFileClip,
    afx,
    vfx,
)
from moviepy.video.tools.subtitles import file_to_subtitles  # type: ignore[import-not-found]

FADE = 0.4
"""Seconds of a crossfade."""


def scene_clip(material: Path, scene: dict[str, Any], size: tuple[int, int], seconds: float) -> Any:
    path = str(material / scene["picture"])
    if not scene["still"]:
        return VideoFileClip(path, audio=False).subclipped(0, seconds)
    still = ImageClip(path).resized(size).with_duration(seconds)
    zoomed = still.resized(lambda t: 1 + 0.03 * t).with_position("center")
    return CompositeVideoClip([zoomed], size=size).with_duration(seconds)


def captions(path: Path, font: str, size: tuple[int, int]) -> list[Any]:
    made = []
    for (start, end), text in file_to_subtitles(str(path), encoding="utf-8"):
        clip = TextClip(
            text=text,
            font=font,
            font_size=52,
            color="white",
            stroke_color="black",
            stroke_width=3,
            size=(round(size[0] * 0.8), None),
            method="caption",
            text_align="center",
            margin=(0, 16),
        )
        made.append(clip.with_start(start).with_end(end).with_position(("center", round(size[1] * 0.84))))
    return made


def main() -> None:
    material, out, font = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    plan = json.loads((material / "plan.json").read_text("utf-8"))
    size, clips, at = (plan["width"], plan["height"]), [], 0.0
    for number, scene in enumerate(plan["scenes"]):
        seconds = scene["frames"] / plan["fps"]
        over = FADE if number + 1 < len(plan["scenes"]) else 0.0
        clip = scene_clip(material, scene, size, seconds + over).with_start(at)
        clips.append(clip.with_effects([vfx.CrossFadeIn(FADE)]) if number else clip)
        at += seconds
    voice = AudioFileClip(str(material / plan["narration"]))
    music = AudioFileClip(str(material / plan["music"])).with_effects([afx.MultiplyVolume(0.4), afx.AudioFadeOut(2)])
    film = CompositeVideoClip([*clips, *captions(material / plan["captions"], font, size)], size=size).with_duration(plan["seconds"])
    film = film.with_audio(CompositeAudioClip([voice, music]).with_duration(plan["seconds"]))
    film.write_videofile(out, fps=plan["fps"], audio_fps=48000, audio_codec="aac", logger=None)


if __name__ == "__main__":
    main()
