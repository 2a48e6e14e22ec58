"""How many pieces a body of JSON may be in."""

import json

import pytest

from api.bodies import MOST_ELEMENTS, MOST_MARKS, check_elements, marks_in
from api.problems import Refusal
from kiwi.film.model import MAX_WORDS_CHARACTERS


@pytest.mark.parametrize("coding", ["utf-8", "utf-16", "utf-32"])
def test_no_value_comes_without_a_mark_however_it_is_written(coding: str) -> None:
    value = {f"k{number}": [number, {"a": None}] for number in range(100)}
    for separators in ((",", ":"), (" , ", " : ")):
        body = json.dumps(value, separators=separators).encode(coding)
        assert marks_in(body) >= 4 * 100 - 1


def test_a_brief_may_be_nothing_but_marks() -> None:
    body = json.dumps({"text_input": ":," * (MAX_WORDS_CHARACTERS // 2)}).encode()
    assert marks_in(body) < MOST_MARKS


def test_values_are_counted_wherever_they_lie() -> None:
    inside: object = [0] * MOST_ELEMENTS
    check_elements(inside)
    check_elements(["x" * 10 * MOST_ELEMENTS])
    too_many: list[object] = [[0] * (MOST_ELEMENTS + 1), {"a": {"b": inside}}, [[[]] * MOST_ELEMENTS]]
    for too_much in too_many:
        with pytest.raises(Refusal, match="fields and values"):
            check_elements(too_much)
