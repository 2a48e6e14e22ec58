"""Text is measured, balanced, fitted and falls back to other scripts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwi.errors import SetupIncomplete
from kiwi.render.canvas.fonts import load, shape
from kiwi.render.canvas.layout import Box, columns, equal_columns, equal_rows, rows
from kiwi.render.canvas.text import Setting, balance, fit, lines_needed, set_words
from kiwi.render.look.themes import THEMES, Face

FACE = THEMES["night"].display
SETTING = Setting(FACE)


def lines_of(firsts: list[int], words: list[str]) -> list[str]:
    return [" ".join(words[first:after]) for first, after in zip(firsts, [*firsts[1:], len(words)], strict=True)]


def test_lines_are_of_like_length_instead_of_leaving_one_word_over() -> None:
    assert balance([40, 40, 40, 40], 10, 140) == [0, 2]


def test_lines_do_not_end_with_an_article() -> None:
    words = ["I", "am", "the", "one", "who"]
    widths = [1.0, 2.0, 3.0, 2.0, 2.0]
    assert lines_of(balance(widths, 1, 10), words) == ["I am the", "one who"]
    assert lines_of(balance(widths, 1, 10, [word == "the" for word in words]), words) == ["I am", "the one who"]


@given(st.lists(st.floats(1, 100), min_size=1, max_size=18), st.floats(20, 300))
@settings(max_examples=80, deadline=None)
def test_no_line_of_two_words_is_wider_than_the_limit_and_none_is_empty(widths: list[float], limit: float) -> None:
    firsts = balance(widths, 5, limit)
    assert firsts[0] == 0
    assert firsts == sorted(set(firsts))
    for first, after in zip(firsts, [*firsts[1:], len(widths)], strict=True):
        assert after - first == 1 or sum(widths[first:after]) + 5 * (after - first - 1) <= limit + 1e-6


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z", "M"]), max_size=120), st.integers(60, 500), st.integers(20, 300))
@settings(max_examples=60, deadline=None)
def test_whatever_is_said_fits_its_box(words: str, width: int, height: int) -> None:
    box = Box(100, 50, 100 + width, 50 + height)
    block = fit(words, SETTING, box, 60, 20)
    assert block.box.within(box)
    assert "".join(word.text for word in block.words) == "".join(words.split())


def test_a_word_of_a_line_to_itself_is_not_two_lines_by_rounding() -> None:
    assert lines_needed([241.1, 241.1], 13.7, 200.0) == 2
    assert balance([0.1 + 0.2, 0.3], 0.1, 0.3) == [0, 1]


def test_words_are_as_large_as_fits() -> None:
    box = Box(0, 0, 400, 200)
    block = fit("Sun", SETTING, box, 1000, 20)
    assert block.box.height > 190 or block.box.width > 380
    assert fit("Sun", SETTING, box, 40, 20).size == 40


def test_a_word_is_only_broken_when_nothing_else_helps() -> None:
    assert len(fit("Wonderful", SETTING, Box(0, 0, 200, 100), 60, 20).words) == 1
    pieces = fit("Donaudampfschifffahrtsgesellschaft", SETTING, Box(0, 0, 120, 200), 60, 20).words
    assert len(pieces) > 1
    assert {piece.index for piece in pieces} == {0}
    assert not any("-" in piece.text for piece in pieces)


def test_alignment_and_height_put_the_block_where_they_say() -> None:
    box = Box(10, 10, 510, 310)
    right = fit("Sun", Setting(FACE, align=1.0), box, 50, 20, down=1.0)
    assert right.box.right == pytest.approx(510)
    assert right.box.bottom == pytest.approx(310)
    middle = fit("Sun", Setting(FACE, align=0.5), box, 50, 20)
    assert middle.box.centre[0] == pytest.approx(260)


def test_pairs_are_kerned() -> None:
    face = THEMES["paper"].display
    assert shape("To", face).advance < shape("T", face).advance + shape("o", face).advance - 0.05


@pytest.mark.parametrize("word", ["Привет", "Ελλάδα", "שלום", "مرحبا", "नमस्ते", "สวัสดี"])
def test_other_scripts_have_glyphs_in_every_theme(word: str) -> None:
    for theme in THEMES.values():
        for face in (theme.display, theme.strong, theme.body):
            glyphs = [glyph for run in shape(word, face).runs for glyph in run.glyphs]
            assert glyphs
            assert 0 not in glyphs


def test_a_missing_font_says_what_to_do() -> None:
    with pytest.raises(SetupIncomplete, match="make setup"):
        load(Face("no_such_fonts", "None.ttf"))
    with pytest.raises(SetupIncomplete, match=r"None\.ttf"):
        load(Face(FACE.package, "None.ttf"))


def test_weights_of_a_variable_font_differ() -> None:
    heavy, light = (shape("mmm", Face("fontpkg_inter", "Inter[opsz,wght].ttf", (("wght", weight),))) for weight in (800.0, 300.0))
    assert heavy.advance > light.advance


def test_word_spacing_and_tracking_widen() -> None:
    words = [(0, "one"), (1, "two")]
    plain = set_words(words, SETTING, 40, 1e9).box.width
    assert set_words(words, Setting(FACE, spacing=0.5), 40, 1e9).box.width == pytest.approx(plain + 20, abs=0.5)
    assert set_words(words, Setting(FACE, tracking=0.1), 40, 1e9).box.width > plain + 15


def test_boxes_divide_without_gaps_or_overlaps() -> None:
    box = Box(0, 0, 100, 60)
    assert equal_rows(box, 3, 6) == [Box(0, 0, 100, 16), Box(0, 22, 100, 38), Box(0, 44, 100, 60)]
    assert equal_columns(box, 2, 10) == [Box(0, 0, 45, 60), Box(55, 0, 100, 60)]
    assert rows(box, [10, 10], 10) == [Box(0, 15, 100, 25), Box(0, 35, 100, 45)]
    assert columns(box, [20], across=1.0) == [Box(80, 0, 100, 60)]
    assert box.overlaps(Box(99, 59, 200, 200), slack=0)
    assert not box.overlaps(Box(100, 0, 200, 60))


def test_a_heading_of_three_lines_leaves_no_word_alone_when_slightly_smaller_letters_need_two() -> None:
    words = ["Electric", "Cars", "vs", "Petrol", "Cars"]
    size = 100.0
    pair = set_words([(0, "Electric"), (1, "Cars")], SETTING, size, 10_000).box.width
    box = Box(0, 0, 0.95 * pair, 600)
    heading = fit(words, SETTING, box, size, 20, lines=3)
    assert [sum(word.line == line for word in heading.words) for line in range(heading.lines)] == [2, 3]
    assert 78 <= heading.size < size
    assert fit(["Electric", "Cars", "Erupt"], SETTING, Box(0, 0, 0.7 * pair, 600), size, 20, lines=3).lines == 3
