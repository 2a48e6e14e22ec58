"""Topics as people say them find the article that is right, or none.

The embedding here is of letters and knows no meaning: what names alone decide must be right with it too.
"""

import re
import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kiwi.local.knowledge.find import find_article, find_sides
from kiwi.local.knowledge.library import Library, NoLibrary, open_library
from kiwi.local.knowledge.names import key, singulars
from kiwi.local.knowledge.topics import questions_in, read_topic
from kiwi.local.read.encoder import open_encoder

TOPICS = Path(__file__).parents[1] / "media" / "topics.tsv"
NEEDS_THE_LIBRARY = pytest.mark.skipif(isinstance(open_library(), NoLibrary), reason="the encyclopaedia's package is not installed")


@cache
def library() -> Library:
    opened = open_library()
    assert isinstance(opened, Library)
    return opened


def by_letters(texts: Sequence[str]) -> NDArray[np.float32]:
    """Unit vectors of the threes of letters in each text."""
    rows = np.zeros((len(texts), 384), np.float32)
    for row, text in zip(rows, texts, strict=True):
        plain = f" {key(text)} "
        for place in range(len(plain) - 2):
            row[zlib.crc32(plain[place : place + 3].encode()) % 384] += 1
    lengths: NDArray[np.float32] = np.linalg.norm(rows, axis=1, keepdims=True).astype(np.float32)
    return np.divide(rows, np.maximum(lengths, np.float32(1e-6)), dtype=np.float32)


def topics() -> list[tuple[str, list[str]]]:
    """Each topic with the titles that are right; ``-`` stands for none."""
    lines = [line for line in TOPICS.read_text("utf-8").splitlines() if not line.startswith("#")]
    return [(topic, answers.split("|")) for topic, answers in (line.split("\t") for line in lines)]


def found(topic: str) -> str:
    article = find_article(topic, library(), by_letters)
    return article.title if article else "-"


@NEEDS_THE_LIBRARY
def test_most_topics_find_their_article_even_where_only_letters_are_compared() -> None:
    wrong = [(topic, right, found(topic)) for topic, right in topics() if found(topic) not in right]
    assert len(wrong) <= 0.07 * len(topics()), wrong


@NEEDS_THE_LIBRARY
def test_no_article_is_found_for_what_is_somebodys_own_or_unknown() -> None:
    private = [topic for topic, right in topics() if right == ["-"]]
    assert len(private) >= 60
    assert {topic: found(topic) for topic in private if found(topic) != "-"} == {}


@NEEDS_THE_LIBRARY
@pytest.mark.parametrize(
    ("topic", "title"),
    [
        ("bees", "Bee"),
        ("heart attacks", "Myocardial infarction"),
        ("WW2", "World War II"),
        ("AI technology", "Artificial intelligence"),
        ("the life of Marie Curie", "Marie Curie"),
        ("how our eyes see", "Eye"),
        ("blockchain", "-"),
        ("our eyes-only menu", "-"),
    ],
)
def test_a_topic_finds(topic: str, title: str) -> None:
    assert found(topic) == title


def all_near(texts: Sequence[str]) -> NDArray[np.float32]:
    """An embedding to which every text means the same, so that what leads call things decides alone."""
    return np.full((len(texts), 384), 384**-0.5, np.float32)


@NEEDS_THE_LIBRARY
@pytest.mark.parametrize(
    ("topic", "title"), [("solar panels", "Solar cell"), ("aurora borealis", "Aurora"), ("hurricanes", "Tropical cyclone")]
)
def test_what_a_lead_calls_so_is_found_when_it_is_near_in_meaning(topic: str, title: str) -> None:
    article = find_article(topic, library(), all_near)
    assert article is not None
    assert article.title == title


@NEEDS_THE_LIBRARY
def test_a_comparison_has_two_articles_or_none() -> None:
    sides = find_sides("tea", "coffee", library(), by_letters)
    assert sides is not None
    assert [side.title for side in sides] == ["Tea", "Coffee"]
    assert find_sides("tea", "our lemonade", library(), by_letters) is None
    assert find_sides("bee", "bees", library(), by_letters) is None


@pytest.mark.parametrize(
    ("topic", "asks", "first"),
    [
        ("why cats purr", "why", "cats"),
        ("How do vaccines work?", "how", "vaccines"),
        ("What is photosynthesis?", "what", "photosynthesis"),
        ("who invented the telephone", "who", "the telephone"),
        ("the history of chess", "", "the history of chess"),
        ("why do we dream", "why", "dream"),
        ("what causes earthquakes", "why", "earthquakes"),
        ("do fish sleep", "whether", "fish sleep"),
        ("is it worth buying a dishwasher", "whether", "a dishwasher"),
    ],
)
def test_a_topic_is_read(topic: str, asks: str, first: str) -> None:
    read = read_topic(topic)
    assert (read.asks, read.phrases[0].words) == (asks, first)


@pytest.mark.parametrize(
    "topic", ["our café", "my grandmother", "local elections in our town", "how we make our cheese", "this Friday", "it", ""]
)
def test_a_topic_of_ones_own_has_nothing_to_look_for(topic: str) -> None:
    assert read_topic(topic).phrases == ()


def test_names_are_compared_without_case_accent_number_or_article() -> None:
    assert key("The Café's") == "cafes"
    assert key("World War II") == key("the Second World War") == key("WW2")
    assert key("World War I") == key("the First World War") == key("World War 1")
    assert "octopus" in singulars("octopuses")
    assert "wolf" in singulars("wolves")
    assert re.fullmatch(r"[a-z ]+", key("Ångström's law"))


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ("Who was Marie Curie and why is she so famous", ("Who was Marie Curie", "why is she so famous")),
        ("volcanoes how they form and why they erupt", ("volcanoes", "how they form", "why they erupt")),
        ("the Roman Empire, from how it began to how it fell", ("the Roman Empire", "how it began", "how it fell")),
        ("the black death like what was it", ("the black death", "what was it")),
        ("how and why leaves fall", ("how and why leaves fall",)),
        ("the woman who invented wifi", ("the woman who invented wifi",)),
    ],
)
def test_everything_that_a_topic_asks_is_seen(said: str, parts: tuple[str, ...]) -> None:
    assert questions_in(said) == parts


@NEEDS_THE_LIBRARY
@pytest.mark.parametrize(
    ("topic", "title"),
    [
        ("Who was Ada Lovelace and why do programmers care about her", "Ada Lovelace"),
        ("How far away is the Moon and how did it get there", "Moon"),
        ("Is Pluto a planet or not", "Pluto"),
        ("What do bees do for us", "Bee"),
        ("What is the capital of Australia", "Australia"),
        ("is the Great Wall of China visible from space", "Great Wall of China"),
        ("Why did the Titanic sink", "Sinking of the Titanic"),
        ("what do red pandas eat", ""),
        ("how does a heat pump work", ""),
        ("why is our coffee so good", ""),
    ],
)
def test_a_question_finds_what_it_is_about_and_no_part_of_it(topic: str, title: str) -> None:
    assert found(topic) == (title or "-")


@pytest.mark.parametrize("topic", ["how composting works", "how noise cancelling headphones work"])
def test_what_something_does_is_not_what_is_asked_about(topic: str) -> None:
    found = find_article(topic, library(), open_encoder().embed)
    assert found is None or found.title not in {"Work (human activity)", "Noise"}
