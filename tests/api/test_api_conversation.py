"""The conversation door over real sockets: the wire contract's shapes, limits, sound, and one film however often it is asked for."""

import asyncio
import base64
import json
import os
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from api.conversation import hints_of
from kiwi.client import AsyncKiwiClient, KiwiClient, Refused, Unreachable
from kiwi.conversations.talk import Conversation, Kind, Message, Role, Said, Wanted
from kiwi.storage.postgres import Server
from testing.servers import House, Studio, open_house, settings_for
from tests.recordings import MEDIA, save, tone

pytestmark = pytest.mark.asyncio(loop_scope="module")

TURN = {
    *("conversation_id", "state", "ai_response", "needs_clarification", "questions", "accumulated_intent", "ready_to_generate", "task_id"),
    "messages",
}
INTENT = {"topic", "video_type", "style", "mood", "duration", "key_elements", "original_input"}
MESSAGE = {"id", "role", "content", "type", "timestamp"}
BRIEF = "Make an advert for our new bakery in Lisbon"
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one_house(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("conversation")
    async with open_house(settings_for(server.url, folder, queue=2, upload_mb=2), Studio(folder)) as house:
        yield house


@pytest_asyncio.fixture(loop_scope="module")
async def house(one_house: House) -> AsyncIterator[House]:
    await one_house.clean()
    yield one_house
    await one_house.clean()


async def post(house: House, **fields: Any) -> httpx.Response:
    return await house.client.post("/api/conversation/message", json=fields)


async def say(house: House, message: str, conversation_id: str | None = None, **more: Any) -> dict[str, Any]:
    answer = await post(house, message=message, **({"conversation_id": conversation_id} if conversation_id else {}), **more)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def look(house: House, conversation_id: str) -> dict[str, Any]:
    return dict((await house.client.get(f"/api/conversation/{conversation_id}")).json())


async def generate(house: House, conversation_id: str) -> httpx.Response:
    return await house.client.post(f"/api/conversation/{conversation_id}/generate")


async def test_choices_that_come_with_the_order_beat_what_was_said(house: House) -> None:
    known = (await say(house, f"{BRIEF}, 30 seconds, wide"))["conversation_id"]
    path = f"/api/conversation/{known}/generate"
    for wrong, field in (({"aspect": "2:3"}, "aspect"), ({"text_input": "cats"}, "text_input"), ({"seconds": 1}, "seconds")):
        refused = await house.client.post(path, json=wrong)
        assert (refused.status_code, refused.json()["field"]) == (422, field)
    chosen = {"aspect": "9:16", "seconds": 12, "theme": "pop", "review": "script"}
    made = await house.client.post(path, json=chosen)
    assert made.status_code == 202, made.text
    brief = (await house.app.state.context.engine.tasks.get(made.json()["task_id"])).brief
    assert (str(brief.size), brief.seconds, brief.theme, brief.review) == ("1080x1920", 12, "pop", "script")
    assert (str(brief.intent.size), brief.intent.seconds, brief.intent.length_asked) == ("1080x1920", 12, True)
    assert "bakery" in brief.intent.topic


async def test_a_turn_has_the_shape_of_the_contract(house: House) -> None:
    turn = await say(house, BRIEF)
    assert turn.keys() >= TURN
    assert turn["accumulated_intent"].keys() >= INTENT
    assert all(message.keys() == MESSAGE for message in turn["messages"])
    assert [(message["role"], message["type"]) for message in turn["messages"]] == [("user", "text"), ("assistant", "text")]
    assert (turn["state"], turn["needs_clarification"], turn["questions"]) == ("clarifying", True, ["Who is it for?"])
    assert (turn["ready_to_generate"], turn["task_id"]) == (True, None)
    understood = turn["accumulated_intent"]
    assert (understood["topic"], understood["video_type"], understood["duration"]) == ("our new bakery in Lisbon", "promotional", 30)
    assert understood["original_input"] == BRIEF
    assert turn["ai_response"] == turn["messages"][-1]["content"]
    assert await look(house, turn["conversation_id"]) == turn
    none = (await say(house, "hi"))["accumulated_intent"]
    assert none.keys() >= INTENT
    assert (none["topic"], none["key_elements"]) == (None, [])


async def test_from_a_greeting_to_a_film(house: House) -> None:
    house.studio.hold("render")
    turn = await say(house, "hi, I need an advert")
    known = turn["conversation_id"]
    assert (await generate(house, known)).status_code == 400
    early = await say(house, "go ahead", known, confirm_generate=True)
    assert (early["task_id"], early["needs_clarification"]) == (None, True)
    for words in ("our new bakery in Lisbon", "young families", "visit us on Garden Street", "make it vertical, 10 seconds"):
        turn = await say(house, words, known)
    assert (turn["state"], turn["needs_clarification"]) == ("active", False)
    turn = await say(house, "yes", known, confirm_generate=True)
    assert (turn["state"], turn["ready_to_generate"]) == ("generating", False)
    again = await generate(house, known)
    assert (again.status_code, again.json()["task_id"], again.json().keys()) == (
        202,
        turn["task_id"],
        {"conversation_id", "task_id", "message"},
    )
    assert again.headers["location"] == f"/api/video/status/{turn['task_id']}"
    brief = (await house.app.state.context.engine.tasks.get(turn["task_id"])).brief
    assert brief.intent is not None
    assert (brief.intent.seconds, str(brief.intent.size), "bakery" in brief.words) == (10, "1080x1920", True)
    house.studio.release("render")
    await house.ended(turn["task_id"])
    done = await look(house, known)
    assert (done["state"], done["task_id"], "ready" in done["ai_response"]) == ("completed", turn["task_id"], True)
    assert (await generate(house, known)).json()["task_id"] == turn["task_id"]
    assert await house.stored() == 1
    asked_again = await say(house, "yes", known, confirm_generate=True)
    assert (asked_again["task_id"], asked_again["state"]) == (None, "completed")
    draft = await say(house, "make it 12 seconds", known)
    assert (draft["task_id"], draft["ready_to_generate"], draft["state"]) == (None, True, "active")
    following = await say(house, "yes", known, confirm_generate=True)
    assert following["task_id"] not in {None, turn["task_id"]}
    assert (await look(house, known))["task_id"] == following["task_id"]


async def test_asked_for_many_times_at_once_it_is_one_film(house: House) -> None:
    known = (await say(house, BRIEF))["conversation_id"]
    confirming = (post(house, message="go", conversation_id=known, confirm_generate=True) for _ in range(5))
    answers = await asyncio.gather(*(generate(house, known) for _ in range(10)), *confirming)
    assert {answer.json()["task_id"] for answer in answers} - {None} == {(await look(house, known))["task_id"]}
    assert await house.stored() == 1


async def test_a_deleted_conversation_leaves_its_film_alone(house: House) -> None:
    turn = await say(house, BRIEF, confirm_generate=True)
    gone = await house.client.delete(f"/api/conversation/{turn['conversation_id']}")
    assert (gone.status_code, "message" in gone.json()) == (200, True)
    assert (await house.ended(turn["task_id"]))["status"] == "completed"
    for method, path in (("GET", ""), ("POST", "/generate"), ("DELETE", "")):
        answer = await house.client.request(method, f"/api/conversation/{turn['conversation_id']}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_conversation")
    assert (await post(house, message="hi", conversation_id=turn["conversation_id"])).status_code == 404


@pytest.mark.parametrize("name", ["nope", NOBODY, "x" * 300, "%00", "..%2f..%2fetc%2fpasswd", "' or 1=1 --"])
async def test_an_unknown_id_is_not_found(house: House, name: str) -> None:
    for method, path in (("GET", ""), ("POST", "/generate"), ("DELETE", "")):
        answer = await house.client.request(method, f"/api/conversation/{name}{path}")
        assert (answer.status_code, isinstance(answer.json()["detail"], str)) == (404, True)


@pytest.mark.parametrize(
    ("fields", "status", "field"),
    [
        ({}, 400, ""),
        ({"message": "  "}, 400, ""),
        ({"confirm_generate": True}, 400, ""),
        ({"message": "x" * 2001}, 422, "message"),
        ({"message": 7}, 422, "message"),
        ({"message": "a\x00b"}, 422, "message"),
        ({"message": "tea", "confirm_generate": "perhaps"}, 422, "confirm_generate"),
        ({"message": "tea", "conversation_id": 7}, 422, "conversation_id"),
        ({"message": "tea", "conversation_id": NOBODY}, 404, ""),
        ({"message": "tea", "text_input": "tea"}, 422, "text_input"),
        ({"audio_data": "data:audio/webm,plain"}, 422, "audio_data"),
        ({"audio_data": "§"}, 422, "audio_data"),
        ({"audio_data": base64.b64encode(b"#!/bin/sh\n" * 9).decode()}, 415, "audio_data"),
    ],
)
async def test_each_bad_field_is_named_and_nothing_is_kept(house: House, fields: dict[str, Any], status: int, field: str) -> None:
    answer = await post(house, **fields)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json().get("field", "") == field
    assert await kept(house) == 0


async def kept(house: House) -> int:
    async with house.app.state.context.engine.database.pool.connection() as connection:
        rows = await (await connection.execute("select count(*) as number from kiwi_conversation")).fetchall()
    return int(rows[0]["number"])


async def test_what_was_said_aloud_is_the_last_message_of_the_client_and_its_recording_is_not_kept(house: House) -> None:
    sound = base64.b64encode((MEDIA / "amiable.flac").read_bytes()).decode()
    told = {"audio_data": f"data:audio/flac;base64,{sound}"}
    turn = (await house.client.post("/api/conversation/message", json=told, timeout=120)).json()
    said = [message for message in turn["messages"] if message["role"] == "user"][-1]
    assert (said["type"], "amiable woman" in said["content"]) == ("audio", True)
    assert not list((house.studio.folder / "conversations").iterdir())


async def test_a_recording_that_cannot_be_heard_leaves_the_conversation_as_it_was(house: House, tmp_path: Path) -> None:
    turn = await say(house, BRIEF)
    cut = save(tone(1), tmp_path / "cut.flac").read_bytes()[:2000]
    answer = await post(house, conversation_id=turn["conversation_id"], audio_data=base64.b64encode(cut).decode())
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_brief")
    assert await look(house, turn["conversation_id"]) == turn
    assert not list((house.studio.folder / "conversations").iterdir())


async def test_a_recording_without_words_is_answered_with_what_to_do(house: House, tmp_path: Path) -> None:
    silence = base64.b64encode(save(0 * tone(2), tmp_path / "silence.flac").read_bytes()).decode()
    for known in ({}, {"conversation_id": (await say(house, BRIEF))["conversation_id"]}):
        answer = await house.client.post("/api/conversation/message", json={"audio_data": silence, **known}, timeout=120)
        turn = answer.json()
        assert (answer.status_code, turn.keys() >= TURN, turn["task_id"]) == (200, True, None)
        assert "microphone" in turn["ai_response"]
        assert turn["messages"][-1]["content"] == turn["ai_response"]
        assert turn["ready_to_generate"] is bool(known)
        assert (await look(house, turn["conversation_id"]))["messages"] == turn["messages"]


async def test_what_a_killed_server_left_of_a_recording_goes_when_the_next_is_listened_to(house: House, tmp_path: Path) -> None:
    folder = house.studio.folder / "conversations"
    for name in ("left", "somebodys"):
        (folder / name).mkdir(parents=True)
        (folder / name / "recording").write_bytes(b"fLaC")
    os.utime(folder / "left", (0, 0))
    cut = save(tone(1), tmp_path / "cut.flac").read_bytes()[:2000]
    await post(house, audio_data=base64.b64encode(cut).decode())
    assert [left.name for left in folder.iterdir()] == ["somebodys"]
    shutil.rmtree(folder / "somebodys")


async def test_only_so_many_recordings_are_listened_to_at_once(house: House) -> None:
    sound = base64.b64encode((MEDIA / "amiable.flac").read_bytes()).decode()
    context = house.app.state.context
    context.open_streams["listening"] += 4
    try:
        answer = await post(house, audio_data=sound)
    finally:
        context.open_streams["listening"] -= 4
    assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (429, True)


async def test_a_full_queue_says_so_and_keeps_nothing(house: House) -> None:
    house.studio.hold("write")
    while house.studio.notes()["begin write"] < 2:
        await post(house, message=BRIEF, confirm_generate=True)
        await asyncio.sleep(0.05)
    while (made := await post(house, message=BRIEF, confirm_generate=True)).status_code == 200:
        pass
    before = await kept(house)
    turn = await say(house, BRIEF)
    refused = await generate(house, turn["conversation_id"])
    assert (made.status_code, refused.status_code, int(refused.headers["retry-after"]) > 0) == (429, 429, True)
    assert (await kept(house), await look(house, turn["conversation_id"])) == (before + 1, turn)


async def test_a_full_conversation_says_so(house: House) -> None:
    known = (await say(house, BRIEF))["conversation_id"]
    for number in range(24):
        await say(house, f"{20 + number} seconds", known)
    answer = await post(house, conversation_id=known, message="calm")
    assert (answer.status_code, answer.json()["code"]) == (409, "conversation_full")


async def test_a_conversation_outlives_its_server(server: Server, tmp_path: Path) -> None:
    settings = settings_for(server.url, tmp_path)
    async with open_house(settings, Studio(tmp_path)) as first:
        await first.clean()
        turn = await say(first, BRIEF)
    async with open_house(settings, Studio(tmp_path)) as second:
        assert await look(second, turn["conversation_id"]) == turn
        made = await say(second, "go", turn["conversation_id"], confirm_generate=True)
        assert (await second.ended(made["task_id"]))["status"] == "completed"


async def test_the_client_talks(house: House) -> None:
    async with AsyncKiwiClient(house.url) as client:
        talk = await client.converse("I need an advert")
        assert talk.questions == ("What should your film be about?",)
        await talk.say("our new bakery in Lisbon")
        await talk.say("families")
        assert (talk.intent["audience"], talk.ready) == ("families", True)
        task = await talk.generate()
        assert (await talk.generate()).id == task.id
        assert (await task.wait()).state.status == "completed"
        assert (await talk.refresh()).state == "completed"
        assert (await client.conversation(talk.id)).messages == talk.messages
        await talk.delete()
        with pytest.raises(Refused, match="no conversation"):
            await client.conversation(talk.id)


async def test_the_client_sends_a_recording_once() -> None:
    sent: list[dict[str, Any]] = []

    def cut(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        raise httpx.ReadError("cut")

    async with AsyncKiwiClient(transport=httpx.MockTransport(cut)) as client:
        with pytest.raises(Unreachable):
            await client.converse(audio=b"\x1aE\xdf\xa3", generate=True)
    assert sent == [{"message": "", "confirm_generate": True, "audio_data": "GkXfow=="}]


async def test_the_waiting_client_talks_too(house: House) -> None:
    def talk() -> str:
        with KiwiClient(house.url) as client:
            talk = client.converse("an advert for our bakery").say("families")
            audience = client.conversation(talk.id).intent["audience"]
            film = talk.generate()
            assert film.id == talk.refresh().task_id
            talk.delete()
            return str(audience)

    assert await asyncio.to_thread(talk) == "families"


async def test_hints_for_a_recording_are_what_was_typed_so_far_and_nothing_that_was_heard() -> None:
    at = datetime.now(UTC)
    messages = (
        Message(number=1, role=Role.USER, words="A film for Kavella", kind=Kind.TEXT, at=at),
        Message(number=2, role=Role.ASSISTANT, words="Who is it for?", kind=Kind.TEXT, at=at),
        Message(number=3, role=Role.USER, words="For Zentrick users", kind=Kind.AUDIO, at=at),
    )
    conversation = Conversation(id="c", messages=messages, wanted=Wanted())
    assert hints_of(conversation, Said(words="in Harrogate")) == "in Harrogate\nA film for Kavella"
    assert hints_of(None, Said(words="")) == ""
