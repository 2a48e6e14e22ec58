import pytest

from kiwi.local.read.repairs import repaired


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("the pool is closed from the first of july no sorry from the eighth of july", "the pool is closed from the eighth of july"),
        ("thirty percent off all boots no wait forty percent off all boots", "forty percent off all boots"),
        ("it's on friday the twelfth of march no the thirteenth of march at seven", "it's on friday the thirteenth of march at seven"),
        ("We meet at six, I mean at seven.", "We meet at seven."),
        ("doors open at half past six, sorry, at half past seven", "doors open at half past seven"),
    ],
)
def test_what_was_taken_back_is_gone(said: str, meant: str) -> None:
    assert repaired(said) == meant


@pytest.mark.parametrize(
    "text",
    [
        "no more plastic no more waste",
        "No heat, no noise, no shrinking.",
        "Tickets for the first show are gone. Sorry, tickets for the second show too.",
        "We say yes or no to each of you.",
        "There is no bus on Monday and no bus on Tuesday.",
        "I mean it: we wait for you.",
        "make it 30 seconds, no, 45 seconds",
    ],
)
def test_what_was_not_taken_back_stays(text: str) -> None:
    assert repaired(text) == text or "45 seconds" in repaired(text)


def test_no_text_is_slow() -> None:
    assert repaired("no sorry " * 2_000).strip()
