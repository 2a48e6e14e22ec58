"""Which parts a film has time for, and how long it is."""

from collections.abc import Sequence

import pytest

from kiwi.film.pacing import bounds
from kiwi.local.write.fitting import STRETCH, fit
from kiwi.local.write.parts import Part


def plain(parts: Sequence[Part]) -> list[float]:
    return [0.0, *(part.seconds for part in parts), 0.0]


def part(text: str, weight: float = 1.0, *, leans: bool = False, kept: bool = False) -> Part:
    return Part(text, weight=weight, leans=leans, kept=kept)


LONG = "The library on the hill is open again from nine in the morning until eight in the evening."


def test_what_fits_is_all_told_for_as_long_as_asked() -> None:
    parts = [part(LONG), part("Everybody is welcome there.")]
    fitted = fit(parts, 11, plain)
    assert (fitted.parts, fitted.left_out, fitted.seconds) == (tuple(parts), (), 11)


def test_what_tells_least_goes_first_and_whole() -> None:
    parts = [part(LONG, 2), part(f"{LONG} Really.", 0.5), part("It costs nothing.", 1)]
    fitted = fit(parts, 14, plain)
    assert fitted.left_out == (parts[1],)
    assert fitted.parts == (parts[0], parts[2])


def test_a_sentence_goes_together_with_what_leans_on_it() -> None:
    parts = [part(LONG, 3), part("Children pay nothing at all.", 1), part("But only on Sundays, and only before noon.", 1.2, leans=True)]
    fitted = fit(parts, 11, plain)
    assert fitted.left_out in {(), (parts[1], parts[2])}
    assert parts[1] not in fitted.parts or parts[2] in fitted.parts


def test_words_are_stretched_a_little_and_no_more() -> None:
    parts = [part(LONG), part("Everybody is welcome there.")]
    words = sum(one.seconds for one in parts)
    least, _ = bounds(plain(parts))
    assert fit(parts, 60, plain).seconds == pytest.approx(max(STRETCH * words, least))


def test_a_film_grows_rather_than_cut_its_only_sentence() -> None:
    fitted = fit([part(LONG)], 5, plain)
    assert fitted.parts
    assert fitted.seconds > 5


def test_a_length_that_nobody_named_follows_the_words() -> None:
    short, long = fit([part(LONG)], None, plain), fit([part(LONG)] * 4, None, plain)
    assert short.seconds < long.seconds
    assert not long.left_out
