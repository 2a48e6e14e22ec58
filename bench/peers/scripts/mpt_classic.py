"""MoneyPrinterTurbo's classic mode, as ``task.start`` runs it for local materials and an own sound: materials, combining, final film.

    MPT_HOME=HOME mpt/bin/python mpt_classic.py MATERIAL OUT.mp4

Left out is what needs the internet: script, voice, stock search, and the transcription that would find the captions (they are given).
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

from app.models.schema import MaterialInfo, VideoParams  # type: ignore[import-not-found]
from app.services import video  # type: ignore[import-not-found]
from app.utils import utils  # type: ignore[import-not-found]


def main() -> None:
    material, out = Path(sys.argv[1]), Path(sys.argv[2])
    plan = json.loads((material / "plan.json").read_text("utf-8"))
    local, songs = Path(utils.storage_dir("local_videos", create=True)), Path(utils.storage_dir("bgm", create=True))
    for scene in plan["scenes"]:
        shutil.copyfile(material / scene["picture"], local / scene["picture"])
    shutil.copyfile(material / plan["music"], songs / plan["music"])
    params = VideoParams(
        video_subject=plan["title"],
        video_aspect="16:9",
        video_concat_mode="sequential",
        video_source="local",
        video_materials=[MaterialInfo(provider="local", url=scene["picture"]) for scene in plan["scenes"]],
        bgm_type="custom",
        bgm_file=plan["music"],
    )
    with tempfile.TemporaryDirectory() as folder:
        ready = video.preprocess_video(params.video_materials, params.video_clip_duration, params.image_motion)
        combined, narration = str(Path(folder) / "combined.mp4"), str(material / plan["narration"])
        video.combine_videos(
            combined,
            [one.url for one in ready],
            narration,
            video_aspect=params.video_aspect,
            video_concat_mode=params.video_concat_mode,
            max_clip_duration=params.video_clip_duration,
            threads=params.n_threads,
        )
        if not video.generate_video(combined, narration, str(material / plan["captions"]), str(out), params):
            sys.exit("the music could not be mixed")


if __name__ == "__main__":
    main()
