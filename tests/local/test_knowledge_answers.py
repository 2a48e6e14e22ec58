import pytest

from kiwi.local.knowledge.answers import answers
from kiwi.local.knowledge.facts import Fact


def fact(text: str, title: str) -> Fact:
    return Fact(text=text, source=text, title=title, place=1, worth=0.5)


@pytest.mark.parametrize(
    ("question", "text", "title"),
    [
        ("why the sea is salty", "The sea is salty because rivers carry salt into it.", "Sea"),
        ("why cats purr", "Cats purr in order to calm themselves.", "Cat"),
        ("how solar panels work", "A solar cell converts light into electricity by using the photovoltaic effect.", "Solar cell"),
        ("how honey is made", "Bees produce honey by gathering nectar.", "Honey"),
        ("how do rainbows form", "Rainbows are caused by refraction and form in water droplets.", "Rainbow"),
        ("what bees are", "Bees are winged insects.", "Bee"),
        ("the history of chess", "Chess was played in Persia before 700.", "Chess"),
        ("three facts about chess", "Chess is a board game.", "Chess"),
        ("do fish sleep", "Many fish sleep with open eyes.", "Fish"),
        ("How far away is the Moon", "The Moon orbits Earth at an average distance of 384,399 kilometres.", "Moon"),
        ("how tall is it", "The tower is 330 metres high.", "Eiffel Tower"),
        ("how many moons it has", "Jupiter has 95 known moons.", "Jupiter"),
        ("why is she so famous", "Curie won the Nobel Prize twice.", "Marie Curie"),
        ("What causes the northern lights", "An aurora is caused by charged particles.", "Aurora"),
        ("What is the capital of Australia", "The capital of Australia is Canberra.", "Australia"),
    ],
)
def test_a_fact_answers(question: str, text: str, title: str) -> None:
    assert answers(question, fact(text, title))


@pytest.mark.parametrize(
    ("question", "text", "title"),
    [
        ("why the sea is salty", "A sea is a large body of salt water.", "Sea"),
        ("why cats purr", "The cat is kept because it hunts mice.", "Cat"),
        ("why leaves change colour", "Leaves are mostly green in color due to a compound called chlorophyll.", "Leaf"),
        ("how solar panels work", "Solar cells are used worldwide.", "Solar cell"),
        ("how honey is made", "Honey is eaten by using a spoon.", "Honey"),
        ("the history of chess", "Chess is a board game.", "Chess"),
        ("is chess worth it", "Chess is a board game.", "Chess"),
        ("the benefits of chess", "Chess was played in Persia before 700.", "Chess"),
        ("how many moons it has", "Jupiter has a mass 318 times that of Earth.", "Jupiter"),
    ],
)
def test_a_fact_that_speaks_of_something_else_answers_nothing(question: str, text: str, title: str) -> None:
    assert not answers(question, fact(text, title))


def test_a_topic_that_asks_for_causes_is_answered_by_what_led_to_it() -> None:
    asked = "the causes of the First World War"
    assert not answers(asked, fact("World War I was a global conflict between two coalitions.", "World War I"))
    assert answers(asked, fact("The assassination of Archduke Franz Ferdinand triggered the war.", "World War I"))


def test_what_is_asked_may_be_a_part_of_a_things_name() -> None:
    asked = "why is the sky blue"
    assert not answers(asked, fact("Rainbows caused by sunlight always appear in the section of sky directly opposite the sun.", "Sky"))
    assert answers(asked, fact("The clear daytime sky appears blue because of an effect known as Rayleigh scattering.", "Sky"))
