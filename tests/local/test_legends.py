"""Legends: the few words that stand on a card for a sentence."""

import pytest

from kiwi.local.storyboard.legends import number_legend, sides, stands, whole_figure


@pytest.mark.parametrize(
    ("sentence", "both"),
    [
        ("Instead of plastic cups we use porcelain.", ("plastic cups", "porcelain")),
        ("Instead of the car, take the train.", ("the car", "the train")),
        ("We use porcelain instead of plastic cups.", ("porcelain", "plastic cups")),
        ("Choose the stairs rather than the lift!", ("the stairs", "the lift")),
        ("Not tomorrow, but today.", ("tomorrow", "today")),
        ("No more queues, just bread.", ("queues", "bread")),
    ],
)
def test_a_sentence_that_sets_two_things_against_each_other_names_them_as_they_are_spoken(sentence: str, both: tuple[str, str]) -> None:
    assert sides(sentence) == both


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "We use porcelain.",
        "Bees dance rather than talk.",
        "Instead, we use porcelain.",
        "Instead of plastic cups we use porcelain. And we are proud of it.",
        "Instead of everything that anybody has ever thought of in here we use porcelain.",
    ],
)
def test_other_sentences_set_nothing_against_anything(sentence: str) -> None:
    assert sides(sentence) is None


@pytest.mark.parametrize(
    ("title", "voice_over", "can"),
    [
        ("Plastic Cups", "Instead of plastic cups we use porcelain.", False),
        ("Disposed Young Man", "He was not an ill-disposed young man.", False),
        ("Young Man", "He was a rich young man.", False),
        ("Rain", "It didn't rain.", False),
        ("Old Bridge", "The council closes the old bridge.", True),
        ("Fresh Bread", "Fresh bread, every morning. Never on Sundays.", True),
        ("Before the Answer", "Before you look it up, make a guess.", True),
        ("", "Nobody knows.", True),
    ],
)
def test_words_cut_out_of_a_sentence_stand_alone_only_if_they_say_what_it_says(title: str, voice_over: str, can: bool) -> None:
    assert stands(title, voice_over) is can


@pytest.mark.parametrize(
    ("figure", "sentence", "legend"),
    [
        ("40%", "40% of our guests come back the same week.", "of our guests come back the same week"),
        ("12,000", "About 12,000 people cross the bridge every day.", "people cross the bridge every day"),
        ("40%", "We use 40% less water, and we are proud of it.", "less water"),
        ("3", "There are 3 people who know.", ""),
        ("nine months", "The work takes nine months.", ""),
        ("40%", "It is 40%, they say.", ""),
        ("7", "There is no such figure here.", ""),
        ("", "Nothing counts.", ""),
        ("5", "5 " + "long words " * 9, ""),
    ],
)
def test_a_numbers_legend_is_what_the_sentence_says_after_it(figure: str, sentence: str, legend: str) -> None:
    assert number_legend(figure, sentence) == legend


@pytest.mark.parametrize(
    ("figure", "sentence", "shown"),
    [
        ("10", "9 out of 10 guests come back.", "9/10"),
        ("4", "About 3 in 4 agree.", "3/4"),
        ("10", "10 guests come back.", "10"),
        ("40%", "9 out of 40% agree.", "40%"),
        ("1", "9 out of 10 guests come back.", "1"),
        ("", "9 out of 10 guests come back.", ""),
    ],
)
def test_a_figure_keeps_the_count_that_goes_with_it(figure: str, sentence: str, shown: str) -> None:
    assert whole_figure(figure, sentence) == shown
