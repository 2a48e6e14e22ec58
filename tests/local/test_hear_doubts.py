"""Doubts about what was heard, judged by an ear whose opinion is written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from kiwi.local.hear.doubts import Option, choose, core, names_in, remarks_of, settle
from kiwi.local.hear.known_words import alike_words, as_written, knows
from kiwi.local.hear.weighing import HeardWord, together

UNLIKELY = -20.0


@dataclass
class WrittenPassage:
    """Words with their probabilities, and how much likelier some others are in their place."""

    said: Sequence[tuple[str, float]]
    likelier: Mapping[str, float] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def words(self) -> Sequence[HeardWord]:
        return [HeardWord(text, sure, range(n, n + 1)) for n, (text, sure) in enumerate(self.said)]

    def gain(self, replaced: range, text: str) -> float:
        self.asked.append(text)
        return self.likelier.get(core(text), UNLIKELY)


def passage(text: str, likelier: Mapping[str, float] | None = None) -> WrittenPassage:
    """Words with a question mark at their end are doubted: ``our Keesh?``."""
    said = [(f" {word.rstrip('?')}", 0.5 if word.endswith("?") else 0.97) for word in text.split()]
    return WrittenPassage(said, likelier or {})


def test_an_unknown_word_becomes_the_known_one_that_sounds_like_it_and_that_the_ear_finds_as_likely() -> None:
    settled = settle([passage("Please promote our Keesh? and the pie.", {"quiche": -1.1, "keys": -3.2})])
    assert settled.words == "Please promote our quiche and the pie."
    assert settled.repaired == (("Keesh", "quiche"),)
    assert settled.doubtful == ()
    assert remarks_of(settled) == ("Heard “Keesh”, taken for “quiche”.",)


def test_marks_and_a_genitive_stay_where_they_were() -> None:
    heard = WrittenPassage([(" The", 0.9), (" “Keesh's”,", 0.4), (" he", 0.9), (" said.", 0.9)], {"quiche": -1.0})
    assert settle([heard]).words == "The “quiche's”, he said."


def test_a_word_that_begins_a_sentence_gets_its_capital() -> None:
    settled = settle([passage("It is late. Keesh? is served.", {"Quiche": -1.0})])
    assert settled.words == "It is late. Quiche is served."


def test_a_name_the_ear_bears_out_no_other_word_for_stays_and_is_doubted() -> None:
    settled = settle([passage("Welcome to Furncroft? Nursery.")])
    assert settled.words == "Welcome to Furncroft Nursery."
    assert settled.doubtful == ("Furncroft",)
    assert remarks_of(settled) == ("Not sure about “Furncroft”: type it beside the recording to have it right.",)


def test_words_that_are_known_or_sure_or_numbers_are_never_touched() -> None:
    likely = dict.fromkeys(("tea", "fee", "second", "quiche"), 5.0)
    heard = passage("The tee? is on the 22nd? at 9:30? and Keesh is IBM? well-known? Paul's? friends'?", likely)
    settled = settle([heard])
    assert settled.words == "The tee is on the 22nd at 9:30 and Keesh is IBM well-known Paul's friends'"
    assert (settled.repaired, settled.doubtful, heard.asked) == ((), (), [])


def test_two_words_that_are_equally_likely_are_no_repair() -> None:
    settled = settle([passage("We sell grire? here.", {"greyer": -1.0, "drier": -1.2})])
    assert settled.words == "We sell grire here."
    assert settled.doubtful == ("grire",)


def test_a_name_typed_beside_the_recording_is_written_as_it_was_typed() -> None:
    settled = settle([passage("Visit Kevella? Yoga.", {"Kavella": -0.8})], "Kavella Yoga, square")
    assert settled.words == "Visit Kavella Yoga."
    assert settled.repaired == (("Kevella", "Kavella"),)
    assert settled.doubtful == ()


def test_a_typed_name_replaces_known_words_and_several_of_them() -> None:
    settled = settle(
        [passage("Tell people that centric? headphones and mars? annie foods win.", {"Zentrik": -2.0, "Marzanni": -3.0})],
        "Zentrik\nMarzanni",
    )
    assert settled.words == "Tell people that Zentrik headphones and Marzanni foods win."


def test_a_typed_name_is_never_put_where_nothing_sounds_like_it() -> None:
    heard = passage("A film about tea and biscuits.", {"Zentrik": 50.0})
    assert settle([heard], "Zentrik").words == "A film about tea and biscuits."
    assert heard.asked == []


def test_a_typed_name_is_not_put_where_the_ear_heard_another_word() -> None:
    assert settle([passage("A centric? view of things.")], "Zentrik").words == "A centric view of things."


def test_a_slip_in_what_was_typed_does_not_spoil_a_word_that_was_surely_heard() -> None:
    heard = passage("You receive it on Monday.", {"Recieve": 0.0})
    assert settle([heard], "Recieve it, Munday").words == "You receive it on Monday."


def test_a_name_typed_in_small_letters_keeps_the_capital_it_was_heard_with() -> None:
    assert settle([passage("Tea for Dashwood? today.")], "dashwood").words == "Tea for Dashwood today."


def test_a_name_heard_as_typed_is_no_doubt_and_takes_the_typed_capitals() -> None:
    settled = settle([passage("The zentrik? wins.")], "our brand ZenTrik")
    assert settled.words == "The ZenTrik wins."
    assert (settled.repaired, settled.doubtful) == ((), ())


def test_translated_words_are_not_judged_by_their_sound() -> None:
    heard = passage("Our Keesh? is good.", {"quiche": -1.0})
    settled = settle([heard], translated=True)
    assert (settled.words, settled.doubtful, heard.asked) == ("Our Keesh is good.", ("Keesh",), [])


def test_passages_follow_one_another() -> None:
    settled = settle([passage("One Keesh?", {"quiche": -1.0}), passage("and two.")])
    assert settled.words == "One quiche and two."


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Kavella Yoga", ["Kavella", "Yoga"]),
        ("Make it square and thirty seconds long please.", []),
        ("Please use our brand Zentrik, and mention Harrogate in it.", ["Zentrik", "Harrogate"]),
        ("we are lumora, a candle maker", ["lumora"]),
        ("", []),
    ],
)
def test_names_are_told_by_their_capitals_or_because_nobody_knows_them(typed: str, names: list[str]) -> None:
    assert names_in(typed) == names


def test_the_best_must_be_worth_it_and_ahead() -> None:
    best, second = Option("a", 0.0, -1.0), Option("b", 0.0, -3.5)
    assert choose([second, best], -7.0) == best
    assert choose([second, best], -0.5) is None
    assert choose([best, Option("c", 0.0, -1.5)], -7.0) is None
    assert choose([], -7.0) is None


def test_likeness_counts_as_well_as_the_ears_opinion() -> None:
    assert choose([Option("quiche", 0.0, -1.9), Option("keys", 0.05, -1.5)], -7.0) is None
    assert choose([Option("quiche", 0.0, -1.9), Option("keys", 0.12, -1.5)], -7.0) == Option("quiche", 0.0, -1.9)


@pytest.mark.parametrize(
    "word", ["croissants", "Paul", "paul's", "halloumi", "re-opened", "BBC", "22nd", "vaccinates", "42", "don’t", "touchtone"]
)
def test_lexicons_know(word: str) -> None:
    assert knows(word)


@pytest.mark.parametrize("word", ["Quasauts", "Keesh", "Furncroft", "Zentrik", "parogi", "Brackenberry", "crapery"])
def test_lexicons_do_not_know(word: str) -> None:
    assert not knows(word)


@pytest.mark.parametrize(
    ("heard", "meant"),
    [("Keesh", "quiche"), ("Brotworst", "bratwurst"), ("quences", "quinces"), ("reasling", "riesling"), ("shazes", "chaises")],
)
def test_what_was_meant_is_among_the_words_that_sound_alike(heard: str, meant: str) -> None:
    assert meant in [one.word.lower() for one in alike_words(heard, 0.3, 12)]


def test_of_words_equally_alike_the_more_frequent_comes_first() -> None:
    words = [one.word for one in alike_words("seez", 0.3, 40)]
    assert words.index("seas") < words.index("cees") if "cees" in words else "seas" in words[:4]


def test_a_word_that_is_only_a_name_is_written_like_one() -> None:
    assert as_written("ljubljana") == "Ljubljana"
    assert as_written("quiche") == "quiche"


def test_pieces_are_put_together_to_written_words_and_marks_have_no_say() -> None:
    pieces = [
        (" Keesh", range(2)),
        (",", range(2, 3)),
        (" gluten", range(3, 4)),
        ("-", range(4, 5)),
        ("free", range(5, 6)),
        (".", range(6, 7)),
    ]
    words = together(pieces, [0.2, 0.6, 0.99, 0.9, 0.99, 0.8, 0.99])
    assert [(word.text, round(word.probability, 2), word.tokens) for word in words] == [
        (" Keesh,", 0.4, range(3)),
        (" gluten-free.", 0.85, range(3, 7)),
    ]
