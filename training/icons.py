"""Writes the icons' vectors, as the trained encoder sees their names and tags, beside the program: `python icons.py`."""

from pathlib import Path

import numpy as np

from kiwi.local.read.encoder import Encoder
from kiwi.local.storyboard.icon_choice import VECTORS, describe


def write_vectors(encoder: Encoder, out: Path = VECTORS) -> None:
    """One byte a number: likeness changes by less than 0.01."""
    names, vectors = describe(encoder)
    np.savez_compressed(out, names=np.array(names), vectors=np.round(vectors / np.abs(vectors).max() * 127).astype(np.int8))


if __name__ == "__main__":
    write_vectors(Encoder())
