"""Lengths of time as people say and mishear them."""

import pytest

from kiwi.local.read.lengths import CEILING, seconds_of

SAID = {
    "30 second": 30,
    "30s": 30,
    "30 sec.": 30,
    "half a minute": 30,
    "half-minute": 30,
    "a half minute": 30,
    "0:45": 45,
    "1:30": 90,
    "1½ min": 90,
    "1 1/2 minutes": 90,
    "1.5 minutes": 90,
    "a minute thirty": 90,
    "a minute and a half": 90,
    "one and a half minutes": 90,
    "two and a half minutes": 150,
    "minute and a half": 90,
    "a minute": 60,
    "A minute, thirty seconds": 90,
    "1 min 20 sec": 80,
    "2m30s": 150,
    "1min30": 90,
    "three quarters of a minute": 45,
    "a quarter of a minute": 15,
    "20 to 30 seconds": 30,
    "15-20 secs": 20,
    "thirty to forty-five seconds": 45,
    "two minutes tops": 120,
    "about forty five seconds": 45,
    "no longer than a minute": 60,
    "under a minute": 60,
    "ninety seconds": 90,
    "90": 90,
    "sixty": 60,
    "hundred seconds": 100,
    "one hundred and twenty seconds": 120,
    "22nd": 20,
    "32nd": 30,
    "thirty second": 30,
    "twenty, no, forty seconds": 40,
    "thirty seconds, no, a minute and a half, sorry": 90,
    "30, maybe 40 seconds": 40,
    "a couple of minutes": 120,
    "fifteen seconds max": 15,
    "2 mins": 120,
    "one-half minute": 30,
    "two and one half minutes": 150,
}


@pytest.mark.parametrize(("words", "seconds"), SAID.items())
def test_a_length_is_worked_out(words: str, seconds: int) -> None:
    assert seconds_of(words) == seconds


@pytest.mark.parametrize("words", ["", "short", "quick", "not too long", "zero", "as long as it takes"])
def test_words_that_name_no_length_give_none(words: str) -> None:
    assert seconds_of(words) is None


@pytest.mark.parametrize(
    ("words", "is_ceiling"),
    [("no more than 30 seconds", True), ("under a minute", True), ("20 secs tops", True), ("max. 45 s", True), ("30 seconds", False)],
)
def test_a_length_may_be_a_ceiling(words: str, is_ceiling: bool) -> None:
    assert bool(CEILING.search(words)) is is_ceiling
