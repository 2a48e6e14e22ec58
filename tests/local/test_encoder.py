"""The reader's network as it is shipped."""

import time
from pathlib import Path

import numpy as np
import pytest

from kiwi.errors import SetupIncomplete
from kiwi.local.read.encoder import WEIGHTS, Encoder, open_encoder
from kiwi.local.storyboard.icon_choice import IconFinder, describe, vectors_of
from kiwi.render.look.icons import FALLBACKS


def test_the_weights_are_one_small_file() -> None:
    assert WEIGHTS.stat().st_size <= 25_000_000


def test_other_weights_are_refused(tmp_path: Path) -> None:
    damaged = tmp_path / "reader.onnx"
    damaged.write_bytes(WEIGHTS.read_bytes()[:-1])
    with pytest.raises(SetupIncomplete, match="weights"):
        Encoder(damaged)
    with pytest.raises(SetupIncomplete, match="weights"):
        Encoder(tmp_path / "missing.onnx")


def test_what_means_the_same_is_alike() -> None:
    cat, kitten, invoice = open_encoder().embed(["a cat", "a kitten", "an unpaid invoice"])
    assert cat @ kitten > 0.5 > cat @ invoice


@pytest.mark.parametrize("text", ['"“a' * 1000, "a" * 20_000, "“" * 5_000, "ha " * 6_000, "\n" * 100 + "x", "🎉" * 300])
def test_odd_texts_are_read_in_no_time(text: str) -> None:
    began = time.process_time()
    open_encoder().read(text)
    assert time.process_time() - began < 10


def test_a_long_text_is_read_like_its_parts() -> None:
    sentence = "We open at {} on weekdays. "
    marks = open_encoder().read("Make a 30 second ad for our bakery. " + "".join(sentence.format(hour) for hour in range(5, 95)))
    assert len(marks.words_of("length")) == 1
    assert len(marks.words_of("say")) >= 80


def test_the_icons_vectors_are_those_of_this_network() -> None:
    names, kept = vectors_of()
    anew_names, anew = describe(open_encoder())
    assert names == anew_names
    assert float(np.abs(kept - anew).max()) < 0.02


def test_an_icon_shows_what_is_meant_or_a_neutral_shape_stands() -> None:
    icons = IconFinder()
    assert icons.choose("solar panels") in {"solar-panel", "solar-roof"}
    assert "cat" in icons.choose("why cats purr")
    assert icons.choose("the ninth") in FALLBACKS
    assert icons.choose("solar panels") != "solar-panel"
