import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwi.local.hear.sounds import ALPHABET, CHANGES, SoundIndex, codes_of, unlikeness


def between(one: str, other: str) -> float:
    return float(unlikeness(codes_of(one), codes_of(other)[None, :])[0])


def test_stress_is_no_sound_and_other_signs_for_a_sound_are_the_sound() -> None:
    assert between("kˈiʃ", "kiʃ") == 0
    assert between("wˈɔɾəɹ", "wˈɔTəɹ") == 0
    assert codes_of("…, ˈ").size == 0


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [
        ("bæt", "pæt", "mæt"),  # with voice or without, before another manner
        ("pɪn", "pɛn", "pun"),  # a vowel beside it, before one across the mouth
        ("sip", "zip", "kip"),
        ("θɪn", "fɪn", "ɡɪn"),
        ("kæts", "kæt", "kæ"),  # one sound missing, before two
        ("bənænə", "bnænə", "bənæə"),  # a schwa is swallowed sooner than a consonant
        ("lIt", "ɹIt", "kIt"),
    ],
)
def test_what_is_easily_misheard_is_nearer(word: str, near: str, far: str) -> None:
    assert 0 < between(word, near) < between(word, far)


sounds = st.text(alphabet=ALPHABET, min_size=1, max_size=9)


@given(sounds, sounds)
def test_unlikeness_is_the_same_both_ways_and_nothing_but_the_same_word_has_none(one: str, other: str) -> None:
    assert between(one, other) == pytest.approx(between(other, one), abs=1e-5)
    assert 0 <= between(one, other) <= 1.3
    assert between(one, one) == 0
    same = len(one) == len(other) and all(CHANGES[a][b] == 0 for a, b in zip(codes_of(one), codes_of(other), strict=True))
    assert (between(one, other) == 0) == same


@given(sounds, sounds)
def test_it_is_the_cheapest_of_all_ways(one: str, other: str) -> None:
    """Held against the textbook's recursion."""
    from functools import cache

    from kiwi.local.hear.sounds import GAPS

    a, b = codes_of(one[:5]), codes_of(other[:5])

    @cache
    def cost(i: int, j: int) -> float:
        if i == 0 or j == 0:
            return float(GAPS[a[:i]].sum() + GAPS[b[:j]].sum())
        gaps = min(cost(i - 1, j) + float(GAPS[a[i - 1]]), cost(i, j - 1) + float(GAPS[b[j - 1]]))
        return min(gaps, cost(i - 1, j - 1) + float(CHANGES[a[i - 1]][b[j - 1]]))

    assert between(one[:5], other[:5]) == pytest.approx(cost(len(a), len(b)) / max(len(a), len(b)), abs=1e-5)


def test_the_index_finds_the_most_alike_first_and_nothing_beyond_the_limit() -> None:
    index = SoundIndex([("quiche", "kˈiʃ"), ("keys", "kˈiz"), ("cash", "kˈæʃ"), ("elephant", "ˈɛləfənt"), ("…", "")])
    found = index.alike("kˈiʃ", 0.3)
    assert [one.word for one in found] == ["quiche", "keys", "cash"]
    assert [one.unlikeness for one in found] == sorted(one.unlikeness for one in found)
    assert found[0].unlikeness == 0
    assert [one.word for one in index.alike("kˈiʃ", 0.05)] == ["quiche"]
    assert index.alike("", 1.0) == []


def test_every_pair_of_sounds_has_a_cost_and_it_is_symmetric() -> None:
    assert np.array_equal(CHANGES, CHANGES.T)
    assert np.all(np.diag(CHANGES) == 0)
    assert float(CHANGES.max()) == pytest.approx(1.2)
