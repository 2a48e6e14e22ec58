import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwi.local.speak.alignment import display_words, share_spoken


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Say what you want.", ["Say", "what", "you", "want."]),
        ("Yes — you!", ["Yes —", "you!"]),
        ("— well  then\n…", ["— well", "then …"]),
        ("Salt & pepper", ["Salt", "&", "pepper"]),
        ("Hooray 🎉 now", ["Hooray 🎉", "now"]),
        (" … ", []),
    ],
)
def test_a_mark_nobody_says_hangs_on_to_its_word(text: str, words: list[str]) -> None:
    assert display_words(text) == words


@given(st.text(alphabet="ab —,.&1\n", max_size=40))
def test_display_words_are_the_text(text: str) -> None:
    words = display_words(text)
    assert not words or " ".join(words) == " ".join(text.split())


SOUNDS = {"7:30": "seven thirty", "am,": "am", "A.M.,": "Aem", "$5": "five dollars", "5": "five", "Dr.": "doctor", "Dr": "doctor"}


def sound(word: str) -> str:
    return SOUNDS.get(word, word.lower())


@pytest.mark.parametrize(
    ("written", "spoken", "shares"),
    [
        ("At 7:30 am, come", "At seven thirty A.M., come", ["At", "seven thirty", "A.M.,", "come"]),
        ("Dr. Smith’s tea", "Dr Smith's tea", ["Dr", "Smith's", "tea"]),
        ("costs $5 million now", "costs 5 million dollars now", ["costs", "5", "million dollars", "now"]),
        ("it is TM good", "it is good", ["it", "is", "", "good"]),
    ],
)
def test_rewritten_words_are_found_by_their_sound(written: str, spoken: str, shares: list[str]) -> None:
    said = spoken.split()
    assert [" ".join(said[share.start : share.stop]) for share in share_spoken(written.split(), said, sound)] == shares


WORDS = st.lists(st.sampled_from(["7:30", "am,", "seven", "thirty", "A.M.,", "tea", "5", "$5", "five", "dollars"]), max_size=14)


@given(WORDS.filter(bool), WORDS)
def test_shares_cover_what_was_said_once_and_in_order(written: list[str], spoken: list[str]) -> None:
    shares = share_spoken(written, spoken, sound)
    assert len(shares) == len(written)
    assert [index for share in shares for index in share] == list(range(len(spoken)))


def test_a_hopeless_puzzle_is_dealt_out_evenly() -> None:
    shares = share_spoken(["x"] * 100, ["y"] * 100, sound)
    assert [len(share) for share in shares] == [1] * 100
