"""The emulated Gemini satisfies Google's own client and LangChain's, and its refusals are theirs to read."""

import base64
import io
import json
import wave
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, Literal

import av
import httpx
import jsonschema  # type: ignore[import-untyped]
import pytest
from google import genai
from google.genai import errors, types
from google.genai.client import AsyncClient
from google.genai.interactions import Interaction
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.messages import HumanMessage
from langchain_google_genai import ChatGoogleGenerativeAI
from pydantic import BaseModel, ConfigDict, Field

from emulators.gemini import HEARD, Gemini
from emulators.gemini_answers import answer
from emulators.gemini_material import read_material
from emulators.gemini_models import film_size, picture_size
from emulators.gemini_wire import camel, json_schema
from emulators.running import Emulators, running_emulators
from emulators.scenarios import Scenario
from emulators.speech import speak
from emulators.timeline import SteppedClock

FLASH, TTS, IMAGE, VEO, OMNI = (
    "gemini-3.8-flash",
    "gemini-3.8-flash-tts",
    "gemini-nano-banana-2.1",
    "veo-3.1-generate-preview",
    "gemini-omni-1.1-flash",
)
BRIEF = """You write scripts. Between 4 and 6 scenes.
<brief>
Hi, I'd like a 30 second film for my bakery. We bake sourdough every morning at five. Our bread takes 36 hours to rise. Come and taste it.
</brief>"""
CLOCK = SteppedClock()


class Scene(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    role: Literal["opening", "body", "closing"]
    title: str = Field(max_length=30)
    voice_over: str = Field(min_length=10)
    keywords: tuple[str, ...] = ()


class Script(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: str
    scenes: tuple[Scene, ...] = Field(min_length=2, max_length=8)


@pytest.fixture(scope="module")
def emulators() -> Iterator[Emulators]:
    with running_emulators(Gemini(CLOCK, queue_seconds=5, run_seconds=20, keys={"good-key"})) as running:
        yield running


@pytest.fixture
def gemini(emulators: Emulators) -> Gemini:
    vendor = emulators.vendor(Gemini)
    vendor.clear()
    return vendor


def options(emulators: Emulators) -> types.HttpOptions:
    return types.HttpOptions(base_url=emulators.url("gemini"), timeout=20_000, retry_options=types.HttpRetryOptions(attempts=1))


@pytest.fixture
def client(emulators: Emulators, gemini: Gemini) -> Iterator[genai.Client]:
    with genai.Client(api_key="good-key", http_options=options(emulators)) as client:
        yield client


@asynccontextmanager
async def talking(emulators: Emulators) -> AsyncIterator[AsyncClient]:
    whole = genai.Client(api_key="good-key", http_options=options(emulators))
    async with whole.aio as client:
        yield client
    whole.close()


@pytest.fixture
async def chat(emulators: Emulators, gemini: Gemini) -> AsyncIterator[ChatGoogleGenerativeAI]:
    chat = ChatGoogleGenerativeAI(model=FLASH, api_key="good-key", base_url=emulators.url("gemini"), max_retries=1, timeout=20)
    yield chat
    await chat.aclose()


async def asked(chat: ChatGoogleGenerativeAI, noun: type[BaseModel], prompt: Any) -> dict[str, Any]:
    found = await chat.with_structured_output(noun, method="json_schema", include_raw=True).ainvoke(prompt)
    assert isinstance(found, dict)
    return found


def post(emulators: Emulators, path: str, body: Any, key: str = "good-key") -> httpx.Response:
    return httpx.post(f"{emulators.url('gemini')}{path}", json=body, headers={"x-goog-api-key": key}, timeout=20)


# structured answers


async def test_langchain_gets_a_script_made_of_the_brief(chat: ChatGoogleGenerativeAI, gemini: Gemini) -> None:
    found = await asked(chat, Script, BRIEF)
    script = found["parsed"]
    assert isinstance(script, Script)
    assert not found["parsing_error"]
    assert script.title == "Our bakery"
    assert 4 <= len(script.scenes) <= 6
    assert [script.scenes[0].role, script.scenes[-1].role] == ["opening", "closing"]
    spoken = " ".join(scene.voice_over for scene in script.scenes)
    assert "We bake sourdough every morning at five." in spoken
    assert "Our bread takes 36 hours to rise." in spoken
    assert len({scene.id for scene in script.scenes}) == len(script.scenes)
    assert found["raw"].usage_metadata["input_tokens"] > 30
    assert found["raw"].usage_metadata["output_tokens"] > 50
    assert [len(gemini.creates), len(gemini.purchases)] == [1, 1]
    assert gemini.requests[-1].headers["x-goog-api-key"] == "good-key"


async def test_langchain_streams_text_whose_pieces_make_the_whole(chat: ChatGoogleGenerativeAI) -> None:
    pieces = [piece async for piece in chat.astream("Tell me about wind power.")]
    assert len(pieces) >= 3
    assert "wind power" in "".join(piece.text for piece in pieces)


def test_langchain_calls_the_function_it_must_call(chat: ChatGoogleGenerativeAI) -> None:
    message = chat.bind_tools([Script], tool_choice="any").invoke(BRIEF)
    assert isinstance(Script.model_validate(message.tool_calls[0]["args"]), Script)


async def test_a_recording_is_heard_as_it_was_said(chat: ChatGoogleGenerativeAI, gemini: Gemini) -> None:
    class Heard(BaseModel):
        words: str
        language: str

    recording = base64.b64encode(wav(speak("Anything at all.").pcm)).decode()
    message = HumanMessage(
        [{"type": "text", "text": "Write down what is said."}, {"type": "audio", "base64": recording, "mime_type": "audio/wav"}]
    )
    assert (await asked(chat, Heard, [message]))["parsed"] == Heard(words=HEARD, language="en")
    gemini.hear("Make a film about tea.")
    found = await asked(chat, Heard, [message])
    assert found["parsed"].words == "Make a film about tea."
    assert found["raw"].usage_metadata["input_tokens"] >= 32


async def test_an_ordered_answer_comes_in_its_turn_and_the_last_stays(
    chat: ChatGoogleGenerativeAI, gemini: Gemini, emulators: Emulators
) -> None:
    scene = {"id": "s", "role": "body", "title": "T", "voice_over": "Long enough words."}
    gemini.reply("Script", *[{"title": name, "scenes": [scene, scene]} for name in ("first", "second")])
    assert [(await asked(chat, Script, BRIEF))["parsed"].title for _ in range(3)] == ["first", "second", "second"]
    told = post(
        emulators, "/__emulator/answers", {"title": "Script", "answers": [{"title": "third", "scenes": [scene, scene]}], "heard": "Hello."}
    )
    assert told.status_code == 204
    assert (await asked(chat, Script, BRIEF))["parsed"].title == "third"
    assert gemini.heard == "Hello."


@pytest.mark.parametrize("scenario", [Scenario.OFF_SCHEMA, Scenario.INVALID_JSON, Scenario.MAX_TOKENS])
async def test_a_wrong_answer_is_followed_by_a_right_one(chat: ChatGoogleGenerativeAI, gemini: Gemini, scenario: Scenario) -> None:
    gemini.script(scenario)
    first, second = await asked(chat, Script, BRIEF), await asked(chat, Script, BRIEF)
    assert first["parsing_error"]
    assert first["parsed"] is None
    assert first["raw"].response_metadata["finish_reason"] == ("MAX_TOKENS" if scenario is Scenario.MAX_TOKENS else "STOP")
    assert isinstance(second["parsed"], Script)


async def test_a_blocked_prompt_is_an_empty_answer_with_a_reason(chat: ChatGoogleGenerativeAI, gemini: Gemini) -> None:
    gemini.script(Scenario.MODERATED_INPUT)
    message = await chat.ainvoke("x")
    assert message.text == ""
    assert message.response_metadata["prompt_feedback"]["block_reason"] == "PROHIBITED_CONTENT"
    assert not gemini.purchases


async def test_a_blocked_answer_ends_for_safety(chat: ChatGoogleGenerativeAI, gemini: Gemini) -> None:
    gemini.script(Scenario.MODERATED_OUTPUT)
    message = await chat.ainvoke("x")
    assert message.text == ""
    assert message.response_metadata["finish_reason"] == "SAFETY"


def test_a_limit_of_tokens_cuts_the_answer(client: genai.Client) -> None:
    found = client.models.generate_content(model=FLASH, contents=BRIEF, config=types.GenerateContentConfig(max_output_tokens=70))
    assert found.candidates
    assert found.candidates[0].finish_reason is types.FinishReason.MAX_TOKENS
    assert len(found.text or "") < 40


# answers to any schema


SCHEMAS = st.recursive(
    st.one_of(
        st.builds(lambda low, more: {"type": "integer", "minimum": low, "maximum": low + more}, st.integers(-50, 50), st.integers(0, 20)),
        st.builds(
            lambda low, more: {"type": "number", "exclusiveMinimum": low, "maximum": low + more}, st.integers(-5, 5), st.integers(1, 9)
        ),
        st.builds(lambda low, step: {"type": "integer", "minimum": low, "multipleOf": step}, st.integers(-50, 50), st.integers(1, 7)),
        st.builds(lambda low, more: {"type": "string", "minLength": low, "maxLength": low + more}, st.integers(0, 90), st.integers(0, 90)),
        st.builds(lambda values: {"enum": values}, st.lists(st.text(max_size=9), min_size=1, max_size=5, unique=True)),
        st.sampled_from(
            [{"type": "boolean"}, {"type": "null"}, {"const": "fixed"}, {"type": ["string", "null"]}, {"type": "string", "format": "date"}]
        ),
        st.just({"type": "string", "pattern": "^#[0-9a-f]{6}$"}),
    ),
    lambda inner: st.one_of(
        st.builds(
            lambda items, low, more, unique: {"type": "array", "items": items, "minItems": low, "maxItems": low + more},
            inner,
            st.integers(0, 4),
            st.integers(0, 3),
            st.booleans(),
        ),
        st.builds(
            lambda items: {"type": "array", "prefixItems": items, "items": False, "minItems": len(items)},
            st.lists(inner, min_size=1, max_size=3),
        ),
        st.builds(lambda options: {"anyOf": [*options, {"type": "null"}]}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(
            lambda properties: {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False},
            st.dictionaries(
                st.sampled_from(["title", "scenes", "seconds", "id", "keywords", "voice_over", "prompt", "faults", "x"]), inner, max_size=4
            ),
        ),
        st.builds(lambda inside: {"type": "object", "additionalProperties": inside, "minProperties": 2}, inner),
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(SCHEMAS)
def test_every_schema_gets_an_answer_it_takes(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(schema).validate(answer(schema, read_material([BRIEF])))


def test_a_schema_that_contains_itself_ends() -> None:
    class Branch(BaseModel):
        name: str
        branches: "list[Branch]" = []
        next: "Branch | None" = None

    Branch.model_rebuild()
    Branch.model_validate(answer(Branch.model_json_schema(), read_material([BRIEF])))


def test_alternatives_take_turns_in_a_list_the_closing_one_last() -> None:
    class Opening(BaseModel):
        kind: Literal["title"] = "title"
        headline: str

    class Bullets(BaseModel):
        kind: Literal["bullets"] = "bullets"
        points: list[str] = Field(min_length=2)

    class Closing(BaseModel):
        kind: Literal["closing"] = "closing"
        action: str

    class Shot(BaseModel):
        scene_id: str
        card: Opening | Bullets | Closing = Field(discriminator="kind")

    class Board(BaseModel):
        shots: list[Shot]

    scenes = [{"id": f"scene-{number}", "voice_over": f"Thing {number} happens at dawn."} for number in (1, 2, 3)]
    material = read_material([f"<brief>A film about dawn.</brief>\n<script>{json.dumps({'scenes': scenes})}</script>"])
    board = Board.model_validate(answer(Board.model_json_schema(), material))
    assert [shot.scene_id for shot in board.shots] == ["scene-1", "scene-2", "scene-3"]
    assert [shot.card.kind for shot in board.shots] == ["title", "bullets", "closing"]


def test_an_opening_scenes_and_a_closing_tell_one_story_without_saying_anything_twice() -> None:
    class Part(BaseModel):
        title: str
        voice_over: str

    class Film(BaseModel):
        opening: Part
        scenes: list[Part]
        closing: Part
        brand: str
        call_to_action: str
        shape: Literal["landscape", "portrait", "open"]

    words = "Make a vertical film for Luna Cafe. Our iced latte is here. It is brewed for 12 hours. Come and try it today."
    material = read_material(
        [f"<<<BRIEF 5f1c\n{words}\n5f1c BRIEF>>>"],
        system="Write the voice-over of a film of 30 seconds, 60 to 66 words in all; about 6 scenes.",
    )
    film = Film.model_validate(answer(Film.model_json_schema(), material))
    told = [film.opening.voice_over, *(scene.voice_over for scene in film.scenes), film.closing.voice_over]
    sentences = [sentence for part in told for sentence in part.split(". ")]
    assert told[0].startswith("Our iced latte is here.")
    assert told[-1].endswith("Come and try it today.")
    assert len(told) == 6
    assert len(sentences) == len(set(sentences))
    assert 60 <= len(" ".join(told).split()) <= 66
    assert [film.brand, film.call_to_action, film.shape] == ["Luna Cafe", "Come and try it today.", "portrait"]


def test_each_record_of_a_prompt_gets_its_answer_by_the_key_they_share() -> None:
    class Filmed(BaseModel):
        scene: int
        prompt: str
        search: str

    class Filming(BaseModel):
        shots: list[Filmed]

    scenes = [{"scene": number, "voice_over": words} for number, words in ((2, "Bakers knead the dough."), (5, "The oven glows."))]
    material = read_material([f"<scenes>{json.dumps({'film': 'Bread', 'scenes': scenes})}</scenes>"])
    found = Filming.model_validate(answer(Filming.model_json_schema(), material)).shots
    assert [shot.scene for shot in found] == [2, 5]
    assert "Bakers knead" in found[0].prompt
    assert found[1].search in {"oven", "glows"}


@pytest.mark.parametrize(
    ("prompt", "topic", "seconds"),
    [
        ("Make a 45 second promotional video about AI technology with calm music.", "AI technology", 45),
        ('Fill the form for this: "Create a one minute explainer on how solar panels work, for kids"', "how solar panels work", 60),
        ("```\nShoot a thirty-second clip for my bakery, vertical\n```", "our bakery", 30),
    ],
)
def test_the_brief_in_a_prompt_is_found(prompt: str, topic: str, seconds: float) -> None:
    material = read_material([prompt])
    assert material.topic == topic
    assert material.seconds == seconds


def test_requests_may_be_written_in_either_casing_but_schemas_stay_as_they_are() -> None:
    assert camel({"generation_config": {"response_json_schema": {"a_b": 1}, "speech_config": [{"voice_name": "x"}]}}) == {
        "generationConfig": {"responseJsonSchema": {"a_b": 1}, "speechConfig": [{"voiceName": "x"}]}
    }


def test_googles_own_schemas_become_json_schemas() -> None:
    proto = {
        "type": "OBJECT",
        "properties": {"n": {"type": "ARRAY", "items": {"type": "STRING"}, "minItems": "2", "nullable": True}},
        "required": ["n"],
    }
    assert json_schema(proto)["properties"]["n"]["anyOf"][0] == {"type": "array", "items": {"type": "string"}, "minItems": 2}


def test_googles_client_parses_an_answer_to_its_own_schema_dialect(client: genai.Client) -> None:
    config = types.GenerateContentConfig(response_mime_type="application/json", response_schema=Script)
    assert isinstance(client.models.generate_content(model=FLASH, contents=BRIEF, config=config).parsed, Script)


# refusals


def raised(client: genai.Client, **asked: Any) -> errors.APIError:
    with pytest.raises(errors.APIError) as caught:
        client.models.generate_content(**{"model": FLASH, "contents": "x", **asked})
    return caught.value


def test_a_bad_key_is_a_400_with_its_reason(emulators: Emulators, gemini: Gemini) -> None:
    with genai.Client(api_key="wrong", http_options=options(emulators)) as stranger:
        error = raised(stranger)
    assert [error.code, error.status] == [400, "INVALID_ARGUMENT"]
    assert error.details["error"]["details"][0]["reason"] == "API_KEY_INVALID"
    assert not gemini.creates
    assert post(emulators, f"/v1beta/models/{FLASH}:generateContent", {}, key="").status_code == 403


@pytest.mark.parametrize(
    ("scenario", "details", "code", "status"),
    [
        (Scenario.BUSY, {}, 429, "RESOURCE_EXHAUSTED"),
        (Scenario.DAILY_QUOTA, {}, 429, "RESOURCE_EXHAUSTED"),
        (Scenario.OUT_OF_CREDITS, {}, 402, "RESOURCE_EXHAUSTED"),
        (Scenario.SERVER_ERROR, {}, 503, "UNAVAILABLE"),
        (Scenario.SERVER_ERROR, {"status": 500}, 500, "INTERNAL"),
        (Scenario.INVALID_REQUEST, {"field": "contents"}, 400, "INVALID_ARGUMENT"),
        (Scenario.INVALID_REQUEST, {"status": 404}, 404, "NOT_FOUND"),
    ],
)
def test_refusals_are_googles(
    client: genai.Client, gemini: Gemini, scenario: Scenario, details: dict[str, Any], code: int, status: str
) -> None:
    gemini.script(scenario, **details)
    error = raised(client)
    assert [error.code, error.status] == [code, status]
    assert [len(gemini.creates), len(gemini.purchases)] == [1, 0]
    assert client.models.generate_content(model=FLASH, contents="x").text


def test_a_minutes_quota_says_when_to_come_again_and_a_days_does_not(client: genai.Client, gemini: Gemini) -> None:
    gemini.script(Scenario.BUSY, retry_delay="3s", retry_after="3")
    gemini.script(Scenario.DAILY_QUOTA)
    minute, day = (raised(client).details["error"]["details"] for _ in range(2))
    assert minute[-1]["retryDelay"] == "3s"
    assert "PerMinute" in minute[0]["violations"][0]["quotaId"]
    assert "PerDay" in day[0]["violations"][0]["quotaId"]
    assert not [detail for detail in day if "retryDelay" in detail]


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("gemini-2.5-flash", "no longer available"),
        ("imagen-4.0-generate-001", "not found"),
        (OMNI, "Interactions API"),
        (VEO, "not supported"),
    ],
)
def test_models_that_are_gone_or_work_otherwise_are_not_found(client: genai.Client, model: str, words: str) -> None:
    error = raised(client, model=model)
    assert error.code == 404
    assert words in str(error.message)


def test_a_model_can_be_retired_until_everything_is_forgotten(client: genai.Client, gemini: Gemini) -> None:
    del gemini.models[FLASH]
    assert raised(client).code == 404
    gemini.clear()
    assert client.models.generate_content(model=FLASH, contents="x").text


@pytest.mark.parametrize(
    "asked",
    [
        {"contents": [types.Content(role="user", parts=[])]},
        {"model": TTS},
        {"model": TTS, "config": types.GenerateContentConfig(response_modalities=["AUDIO"], speech_config="Nobody")},
        {"model": IMAGE, "config": types.GenerateContentConfig(image_config=types.ImageConfig(aspect_ratio="7:5"))},
        {"config": types.GenerateContentConfig(response_modalities=["AUDIO"])},
        {
            "contents": [
                types.Part.from_uri(file_uri="https://generativelanguage.googleapis.com/v1beta/files/nothing", mime_type="audio/wav")
            ]
        },
        {"model": TTS, "contents": "word " * 8_000, "config": types.GenerateContentConfig(response_modalities=["AUDIO"])},
    ],
)
def test_requests_the_api_would_not_take_are_refused(client: genai.Client, gemini: Gemini, asked: dict[str, Any]) -> None:
    assert raised(client, **asked).code in {400, 403}
    assert not gemini.creates


def test_names_the_api_does_not_know_are_refused(emulators: Emulators, gemini: Gemini) -> None:
    body = {"contents": [{"parts": [{"text": "x"}]}], "generationConfig": {"temprature": 1}}
    refused = post(emulators, f"/v1beta/models/{FLASH}:generateContent", body)
    assert refused.status_code == 400
    assert "temprature" in refused.json()["error"]["message"]


@pytest.mark.parametrize("scenario", [Scenario.HTML_BODY, Scenario.EMPTY_BODY, Scenario.TRUNCATED_JSON])
def test_garbled_answers_are_paid_for(emulators: Emulators, gemini: Gemini, scenario: Scenario) -> None:
    gemini.script(scenario)
    garbled = post(emulators, f"/v1beta/models/{FLASH}:generateContent", {"contents": [{"parts": [{"text": "x"}]}]})
    with pytest.raises(ValueError, match=r"Expecting|Unterminated|delimiter"):
        garbled.json()
    assert len(gemini.purchases) == 1


async def test_a_silent_vendor_has_been_paid(emulators: Emulators, gemini: Gemini) -> None:
    gemini.script(Scenario.ACCEPTED_THEN_SILENT)
    body = {"contents": [{"parts": [{"text": "x"}]}]}
    async with httpx.AsyncClient(timeout=1.5, headers={"x-goog-api-key": "good-key"}) as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.post(f"{emulators.url('gemini')}/v1beta/models/{FLASH}:generateContent", json=body)
    assert len(gemini.purchases) == 1


def test_new_fields_and_missing_ones_do_not_trouble_the_client(client: genai.Client, gemini: Gemini) -> None:
    gemini.script(Scenario.EXTRA_FIELDS)
    gemini.script(Scenario.MISSING_OPTIONAL)
    gemini.script(Scenario.UNKNOWN_STATUS)
    assert client.models.generate_content(model=FLASH, contents="x").text
    assert client.models.generate_content(model=FLASH, contents="x").usage_metadata is None
    with pytest.warns(UserWarning, match="FINISHED_EARLY"):
        assert client.models.generate_content(model=FLASH, contents="x").text


# speech and pictures


def wav(pcm: bytes) -> bytes:
    packed = io.BytesIO()
    with wave.open(packed, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(24_000)
        file.writeframes(pcm)
    return packed.getvalue()


def speech(client: genai.Client, text: str, config: types.SpeechConfig) -> types.Blob:
    found = client.models.generate_content(
        model=TTS, contents=text, config=types.GenerateContentConfig(response_modalities=["AUDIO"], speech_config=config)
    )
    assert found.parts
    blob = found.parts[0].inline_data
    assert blob
    return blob


def voiced(name: str) -> types.VoiceConfig:
    return types.VoiceConfig(prebuilt_voice_config=types.PrebuiltVoiceConfig(voice_name=name))


def test_speech_is_raw_samples_as_long_as_the_words_need(client: genai.Client) -> None:
    short = speech(client, "Say calmly: Hello there.", types.SpeechConfig(voice_config=voiced("Kore")))
    long = speech(
        client,
        "Say calmly: Hello there, it is good to see you again on this bright morning.",
        types.SpeechConfig(voice_config=voiced("Kore")),
    )
    assert short.mime_type == "audio/L16;codec=pcm;rate=24000"
    assert short.data
    assert long.data
    assert short.data == speak("Hello there.", "Kore").pcm
    assert 0.5 < len(short.data) / 48_000 < 2
    assert 3 < len(long.data) / 48_000 < 7


def test_two_speakers_take_turns_in_their_own_voices(client: genai.Client) -> None:
    speakers = [types.SpeakerVoiceConfig(speaker=who, voice_config=voiced(voice)) for who, voice in (("Joe", "Kore"), ("Jane", "Puck"))]
    config = types.SpeechConfig(multi_speaker_voice_config=types.MultiSpeakerVoiceConfig(speaker_voice_configs=speakers))
    blob = speech(client, "Joe: How are you?\nJane: Very well.", config)
    assert blob.data == speak("How are you?", "Kore").pcm + speak("Very well.", "Puck").pcm


@pytest.mark.parametrize(("ratio", "size"), [("16:9", (1360, 768)), ("9:16", (768, 1360)), ("1:1", (1024, 1024))])
def test_pictures_have_the_ratio_asked_for(client: genai.Client, ratio: str, size: tuple[int, int]) -> None:
    config = types.GenerateContentConfig(response_modalities=["IMAGE"], image_config=types.ImageConfig(aspect_ratio=ratio))
    found = client.models.generate_content(model=IMAGE, contents="a quiet harbour", config=config)
    assert found.parts
    assert found.parts[0].inline_data
    with av.open(io.BytesIO(found.parts[0].inline_data.data or b"")) as picture:
        assert (picture.streams.video[0].width, picture.streams.video[0].height) == size == picture_size(ratio, "1K")
    assert found.parts[0].inline_data.mime_type == "image/png"


def test_a_picture_that_is_not_wanted_is_not_made(client: genai.Client, gemini: Gemini) -> None:
    gemini.script(Scenario.MODERATED_OUTPUT)
    found = client.models.generate_content(model=IMAGE, contents="x")
    assert found.candidates
    assert found.candidates[0].finish_reason is types.FinishReason.IMAGE_SAFETY
    assert not found.parts


# films


def filmed(content: bytes) -> tuple[int, int, float, int]:
    with av.open(io.BytesIO(content)) as film:
        pictures = film.streams.video[0]
        return (
            pictures.width,
            pictures.height,
            round(float((pictures.duration or 0) * (pictures.time_base or 0)), 2),
            len(film.streams.audio),
        )


def begin(client: genai.Client, **config: Any) -> types.GenerateVideosOperation:
    return client.models.generate_videos(
        model=VEO, source=types.GenerateVideosSource(prompt="a calm sea"), config=types.GenerateVideosConfig(duration_seconds=4, **config)
    )


def test_veo_films_are_polled_for_and_downloaded(client: genai.Client, gemini: Gemini) -> None:
    operation = begin(client, aspect_ratio="9:16")
    assert not client.operations.get(operation).done
    CLOCK.advance(26)
    operation = client.operations.get(operation)
    assert operation.response
    assert operation.response.generated_videos
    film = operation.response.generated_videos[0].video
    assert film
    assert str(film.uri).startswith("https://generativelanguage.googleapis.com/v1beta/files/")
    assert filmed(client.files.download(file=film)) == (720, 1280, 4.0, 1)
    assert film_size("9:16", "720p") == (720, 1280)
    assert [len(gemini.creates), len(gemini.purchases)] == [1, 1]


def test_veo_filters_without_an_error_and_fails_with_one(client: genai.Client, gemini: Gemini) -> None:
    gemini.script(Scenario.MODERATED_OUTPUT)
    gemini.script(Scenario.FAILED)
    filtered, failed = begin(client), begin(client)
    CLOCK.advance(26)
    filtered, failed = client.operations.get(filtered), client.operations.get(failed)
    assert filtered.response
    assert filtered.response.generated_videos is None
    assert filtered.response.rai_media_filtered_count == 1
    assert failed.error
    assert failed.error["code"] == 13


def test_veo_refuses_what_it_cannot_film(client: genai.Client, gemini: Gemini) -> None:
    for config in ({"resolution": "1080p"}, {"aspect_ratio": "1:1"}):
        with pytest.raises(errors.ClientError):
            begin(client, **config)
    gemini.script(Scenario.MODERATED_INPUT)
    with pytest.raises(errors.ClientError, match="Responsible AI"):
        begin(client)
    assert not gemini.purchases


def test_an_address_that_expired_is_given_anew_by_the_next_poll(client: genai.Client, gemini: Gemini) -> None:
    gemini.script(Scenario.EXPIRED_URL)
    operation = begin(client)
    CLOCK.advance(26)
    for works in (False, True):
        operation = client.operations.get(operation)
        assert operation.response
        assert operation.response.generated_videos
        film = operation.response.generated_videos[0].video
        assert film
        if works:
            assert client.files.download(file=film)[4:8] == b"ftyp"
        else:
            with pytest.raises(errors.ClientError):
                client.files.download(file=film)


async def begun(client: AsyncClient, **more: str) -> str:
    told = await client.interactions.create(model=OMNI, input="a fox runs", background=True, response_format={**OMNI_FORMAT, **more})
    assert getattr(told, "status", None) == "in_progress"
    return str(getattr(told, "id", ""))


OMNI_FORMAT = {"type": "video", "aspect_ratio": "16:9", "resolution": "360p", "duration": "3s"}


async def test_omni_films_come_inline_or_by_address(emulators: Emulators, gemini: Gemini) -> None:
    async with talking(emulators) as client:
        for delivery in ("inline", "uri"):
            film_id = await begun(client, delivery=delivery)
            CLOCK.advance(26)
            done = await client.interactions.get(film_id)
            assert isinstance(done, Interaction)
            assert done.status == "completed"
            film = done.output_video
            assert film
            content = base64.b64decode(film.data) if film.data else await client.files.download(file=str(film.uri))
            assert bool(film.data) is (delivery == "inline")
            assert filmed(content) == (640, 360, 3.0, 1)
            assert done.usage
            assert done.usage.output_tokens_by_modality
            assert done.usage.output_tokens_by_modality[0].modality == "video"
    assert len(gemini.purchases) == 2


async def test_omni_can_be_called_off_and_says_what_failed(emulators: Emulators, gemini: Gemini) -> None:
    gemini.script(Scenario.HAPPY)
    gemini.script(Scenario.MODERATED_OUTPUT)
    gemini.script(Scenario.FAILED, code="budget_exceeded")
    gemini.script(Scenario.UNKNOWN_STATUS)
    async with talking(emulators) as client:
        ids = [await begun(client) for _ in range(4)]
        assert (await client.interactions.cancel(ids[0])).status == "cancelled"
        CLOCK.advance(10)
        assert getattr(await client.interactions.get(ids[3]), "status", None) == "rendering"
        CLOCK.advance(16)
        found = [await client.interactions.get(one) for one in ids]
        assert [getattr(one, "status", None) for one in found] == ["cancelled", "failed", "budget_exceeded", "completed"]
        assert isinstance(found[1], Interaction)
        assert found[1].errors
        assert found[1].errors[0].code == "safety"
        await client.interactions.delete(ids[0])


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"model": "gemini-omni-9"}, "model_not_found"),
        ({"response_format": {**OMNI_FORMAT, "aspect_ratio": "1:1"}}, "invalid_request"),
        ({"response_format": {**OMNI_FORMAT, "duration": "12s"}}, "invalid_request"),
        ({"generation_config": {"video_config": {"task": "image_to_video"}}}, "invalid_request"),
        ({"fps": 60}, "parameter_unknown"),
    ],
)
def test_omni_refuses_in_words_of_its_own(emulators: Emulators, gemini: Gemini, asked: dict[str, Any], code: str) -> None:
    refused = post(emulators, "/v1beta/interactions", {"model": OMNI, "input": "x", "background": True, **asked})
    assert 400 <= refused.status_code < 500
    assert refused.json()["error"]["code"] == code


@pytest.mark.parametrize(
    ("scenario", "status", "code"),
    [
        (Scenario.BAD_KEY, 401, "authentication"),
        (Scenario.OUT_OF_CREDITS, 402, "payment_required"),
        (Scenario.BUSY, 429, "rate_limit_exceeded"),
        (Scenario.DAILY_QUOTA, 429, "quota_exceeded"),
        (Scenario.SERVER_ERROR, 503, "service_unavailable"),
        (Scenario.MODERATED_INPUT, 400, "prohibited_content"),
    ],
)
def test_googles_client_reads_omnis_refusals(emulators: Emulators, gemini: Gemini, scenario: Scenario, status: int, code: str) -> None:
    gemini.script(scenario)
    once = types.HttpOptions(base_url=emulators.url("gemini"), retry_options=types.HttpRetryOptions(http_status_codes=[418]))
    with genai.Client(api_key="good-key", http_options=once) as client, pytest.raises(Exception, match=code) as caught:
        client.interactions.create(model=OMNI, input="x", background=True)
    assert getattr(caught.value, "status_code", None) == status
    assert [len(gemini.creates), len(gemini.purchases)] == [1, 0]


# files and models


async def test_files_are_uploaded_in_pieces_read_and_deleted(emulators: Emulators, gemini: Gemini) -> None:
    content = wav(bytes(9 * 1024 * 1024))
    async with talking(emulators) as client:
        file = await client.files.upload(
            file=io.BytesIO(content), config=types.UploadFileConfig(mime_type="audio/wav", display_name="brief")
        )
        assert [file.size_bytes, file.mime_type, file.state] == [len(content), "audio/wav", types.FileState.ACTIVE]
        assert sum(request.path == "/upload/v1beta/files" for request in gemini.requests) == 3
        assert (await client.files.get(name=str(file.name))).display_name == "brief"
        heard = await client.models.generate_content(model=FLASH, contents=["Write down what is said.", file])
        assert heard.text == HEARD
        assert heard.usage_metadata
        assert (heard.usage_metadata.prompt_token_count or 0) > 32 * 190
        await client.files.delete(name=str(file.name))
        with pytest.raises(errors.ClientError):
            await client.files.get(name=str(file.name))


def test_the_models_are_listed_page_by_page(client: genai.Client) -> None:
    names = [model.name for model in client.models.list(config=types.ListModelsConfig(page_size=7))]
    assert len(names) == len(set(names)) > 14
    assert f"models/{FLASH}" in names
    assert client.models.get(model=FLASH).input_token_limit == 1_048_576
    assert client.models.count_tokens(model=FLASH, contents="four words of text").total_tokens == 5


# the voice


def test_letters_are_timed_in_order_and_lie_on_sound() -> None:
    speech = speak("Dr. Smith paid $9.99 at 7:30 — really! Then she left.", "Kore")
    edges = [moment for span in speech.spans for moment in span]
    assert len(speech.spans) == len(speech.text)
    assert edges == sorted(edges)
    assert edges[-1] <= speech.seconds + 0.001
    for word in ("Smith", "$9.99", "7:30", "really", "left"):
        place = speech.text.index(word)
        start, end = speech.spans[place][0], speech.spans[place + len(word) - 1][1]
        heard = speech.samples[round(start * 24_000) : round(end * 24_000)]
        assert 0.1 < end - start < 2.5, word
        assert float((heard**2).mean()) > 1e-4, word


def test_other_scripts_are_murmured_and_no_words_are_an_error() -> None:
    assert 0.8 < speak("Привет мир и море").seconds < 2
    with pytest.raises(ValueError, match="no words"):
        speak("— … !")
