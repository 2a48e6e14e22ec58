"""Stands in for ffmpeg where a peer shall encode its pictures without loss: any H.264 that is asked for gets quantiser 0.

REAL_FFMPEG=/path/to/ffmpeg lossless_ffmpeg.py ARGUMENTS…
"""

import os
import sys

LOSSY = {"-crf", "-qp", "-b:v", "-preset", "-profile:v", "-maxrate", "-bufsize"}


def without_loss(arguments: list[str]) -> list[str]:
    """The same command with a lossless H.264; the last argument is the output. Copies and other codecs stay as they are."""
    if "libx264" not in arguments:
        return arguments
    kept, rest = [], iter(arguments[:-1])
    for one in rest:
        if one in LOSSY:
            next(rest)
            continue
        kept.append(one)
    return [*kept, "-preset", "ultrafast", "-qp", "0", arguments[-1]]


def main() -> None:
    real = os.environ["REAL_FFMPEG"]
    os.execv(real, [real, *without_loss(sys.argv[1:])])


if __name__ == "__main__":
    main()
