"""The request for a film: one model, whoever asks."""

import inspect
from typing import Any

import pytest

from api.runnable import CreateInput
from commands.film import film
from kiwi.client.wire import Wishes
from kiwi.film.model import SQUARE
from kiwi.tasks.request import BadField, FilmRequest, parse_brief, parse_request

FIELDS = set(FilmRequest.model_fields)


def test_every_door_knows_the_same_fields() -> None:
    assert set(Wishes.__annotations__) == FIELDS - {"text_input", "audio_data"}
    assert set(CreateInput.model_fields) == FIELDS | {"answer"}  # to what a film of the thread waits for
    # a command stays until its film is made, and tells so itself
    assert set(inspect.signature(film).parameters) >= FIELDS - {"text_input", "audio_data", "webhook_url"}


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"seconds": 4}, "seconds", "seconds is 4: choose from 5 to 600."),
        ({"seconds": "soon"}, "seconds", "This must be a number."),
        ({"seconds": True}, "seconds", "This must be a number."),
        ({"fps": 23.5}, "fps", "fps is 23.5: choose one of 24, 25, 30, 60."),
        ({"size": "4x4"}, "size", "size is “4x4”: choose one of 1920x1080, 1080x1920, 1080x1080."),
        ({"aspect": "4:5"}, "aspect", "Choose one of 16:9, 9:16, 1:1."),
        ({"aspect": "1:1", "size": "1920x1080"}, "aspect", "1:1 is not the shape of 1920x1080: send one of the two."),
        ({"strict": "yes"}, "strict", "Send true or false."),
        ({"theme": 7}, "theme", "This must be text."),
        ({"budget": -1}, "budget", "budget is -1: choose from 0 to 100,000 US dollars."),
        ({"text_input": "te\x00a"}, "text_input", "The text contains characters that are no text: remove control and half characters."),
    ],
)
def test_a_field_that_cannot_be_is_named_with_a_sentence(fields: dict[str, Any], field: str, sentence: str) -> None:
    with pytest.raises(BadField) as refused:
        parse_request(fields)
    assert (refused.value.field, str(refused.value)) == (field, sentence)


def test_an_unknown_field_is_named_with_those_there_are() -> None:
    with pytest.raises(BadField, match="There is no such field: send text_input, audio_data, seconds") as refused:
        parse_request({"lenght": 30})
    assert refused.value.field == "lenght"


def test_what_was_not_said_is_empty_or_none_or_left_out() -> None:
    nothing = dict.fromkeys(FilmRequest.model_fields)
    assert parse_request(nothing) == parse_request({}) == parse_request(dict.fromkeys(FilmRequest.model_fields, ""))


def test_a_form_sends_text_and_means_the_same() -> None:
    typed = {"text_input": "tea", "seconds": "20", "fps": "24", "aspect": "1:1", "strict": "true", "budget": "0"}
    assert parse_request(typed).brief() == parse_brief("tea", seconds=20, fps=24, size=str(SQUARE), strict=True, budget=0)
