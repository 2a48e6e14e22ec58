"""Asking a chat model: one answer of our type, paid once, repaired once, and every failure in our words."""

import asyncio
import json
import socket
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import Field

from kiwi.errors import (
    KeyRejected,
    OutcomeUnknown,
    OutOfCredits,
    OverBudget,
    ProviderBusy,
    ProviderError,
    ProviderRefused,
    ProviderUnreachable,
    RequestRejected,
)
from kiwi.money.purchases import Stage
from kiwi.providers.chat.asking import MORE_ROOM, PATIENCE, Question, Reply, Verdict, ask, conversation, request_of
from kiwi.providers.chat.model import THOUGHT_TOKENS
from kiwi.providers.chat.opening import open_chat
from kiwi.work.production import Production
from tests.buyers import FakeBuyer
from tests.chats import KEY, Answer, Studio, blocks, chat_settings, events, fails, open_studio, restarted, says

GOOD = {"name": "Kiwi"}
RETRY = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "7.5s"}
A_DAY = {
    "@type": "type.googleapis.com/google.rpc.QuotaFailure",
    "violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}],
}
BAD_KEY = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}


class NameReply(Reply):
    """A name."""

    name: str = Field(max_length=8)


def a_question(judge: Callable[[NameReply], Verdict] = lambda _: Verdict(), material: str = "material") -> Question[NameReply]:
    return Question("read_intent", NameReply, "instructions", material, 100, judge=judge)


async def asked(studio: Studio) -> str:
    return (await ask(studio.chat, studio.production, a_question())).name


async def test_an_answer_is_bought_once_however_often_it_is_asked_for(tmp_path: Path) -> None:
    async with open_studio(tmp_path, says(GOOD, read=1_000, wrote=200, thought=100)) as studio:
        assert [await asked(studio) for _ in range(3)] == ["Kiwi"] * 3
        assert len(studio.server.requests) == 1
        (purchase,) = studio.buyer.purchases
    assert purchase.stage is Stage.SETTLED
    assert purchase.cost == Decimal("0.001875")
    assert purchase.most > purchase.cost
    assert (purchase.provider, purchase.model, purchase.part) == ("gemini", "gemini-3.8-flash", "read_intent")


async def test_what_was_read_and_written_is_estimated_when_the_provider_does_not_say(tmp_path: Path) -> None:
    answer = json.loads(says(GOOD).body.removeprefix(b"data: "))
    del answer["usageMetadata"]
    async with open_studio(tmp_path, events(answer)) as studio:
        await asked(studio)
        (purchase,) = studio.buyer.purchases
    assert (purchase.stage, purchase.cost) == (Stage.SETTLED, None)


@pytest.mark.parametrize("read", [10**15, 10**25, -5])
async def test_counts_that_no_model_reaches_are_not_told(tmp_path: Path, read: int) -> None:
    async with open_studio(tmp_path, says(GOOD, read=read)) as studio:
        assert await asked(studio) == "Kiwi"
        (purchase,) = studio.buyer.purchases
    assert (purchase.stage, purchase.cost) == (Stage.SETTLED, None)


@pytest.mark.parametrize("details", [3.5, True, "x", {"reason": "x"}, [7, None]])
async def test_odd_details_of_a_failure_are_passed_over(tmp_path: Path, details: object) -> None:
    error = {"error": {"code": 400, "message": "no", "status": "FAILED", "details": details}}
    async with open_studio(tmp_path, Answer(json.dumps(error).encode(), 400)) as studio:
        with pytest.raises(RequestRejected):
            await asked(studio)


async def test_the_key_goes_to_the_set_address_and_nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGSMITH_GATEWAY", "true")
    monkeypatch.setenv("LANGSMITH_API_KEY", "tracing-key")
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("HTTP_PROXY", "http://192.0.2.1:3128")
    async with open_studio(tmp_path, says(GOOD)) as studio:
        assert await asked(studio) == "Kiwi"
        assert studio.server.keys == [KEY]
        assert "temperature" not in json.dumps(studio.server.requests)


async def test_a_crash_between_answer_and_payment_never_asks_again(tmp_path: Path) -> None:
    async with open_studio(tmp_path, says(GOOD)) as studio:

        async def crash(*args: object) -> None:
            raise ConnectionResetError

        settle, studio.buyer.settle = studio.buyer.settle, crash  # type: ignore[method-assign,assignment]
        with pytest.raises(ConnectionResetError):
            await asked(studio)
        studio.buyer.settle = settle  # type: ignore[method-assign]
        production = restarted(studio, tmp_path)
        assert (await ask(studio.chat, production, a_question())).name == "Kiwi"
        assert len(studio.server.requests) == 1
        assert studio.buyer.purchases[0].stage is Stage.SETTLED


async def test_a_crash_between_the_stored_answer_and_the_till_uses_the_answer(tmp_path: Path) -> None:
    async with open_studio(tmp_path, says(GOOD)) as studio:
        await asked(studio)
        studio.buyer.store._change(studio.buyer.purchases[0], stage=Stage.INTENDED, cost=None)
        production = restarted(studio, tmp_path)
        assert (await ask(studio.chat, production, a_question())).name == "Kiwi"
        assert len(studio.server.requests) == 1
        (purchase,) = studio.buyer.purchases
        assert (purchase.stage, purchase.cost) == (Stage.SETTLED, Decimal("0.001875"))


async def test_a_crash_before_the_answer_is_an_outcome_nobody_knows(tmp_path: Path) -> None:
    async with open_studio(tmp_path, Answer(b"", hangs=True), seconds=0.3) as studio:
        for _ in range(2):
            with pytest.raises(OutcomeUnknown):
                await asked(studio)
        assert len(studio.server.requests) == 1
        assert studio.buyer.purchases[0].stage is Stage.UNKNOWN


async def test_an_answer_whose_store_was_emptied_is_not_bought_again(tmp_path: Path) -> None:
    async with open_studio(tmp_path, says(GOOD)) as studio:
        await asked(studio)
        elsewhere = restarted(studio, tmp_path / "elsewhere")
        with pytest.raises(OutcomeUnknown, match="no longer in the store"):
            await ask(studio.chat, elsewhere, a_question())
        assert len(studio.server.requests) == 1


async def test_what_is_reserved_is_what_the_model_may_write_at_most(tmp_path: Path) -> None:
    async with open_studio(tmp_path, says(GOOD)) as studio:
        await asked(studio)
        limit = studio.server.requests[0]["generationConfig"]["maxOutputTokens"]
        (purchase,) = studio.buyer.purchases
    assert limit == 100 + THOUGHT_TOKENS
    written = studio.chat.sold.cost_of_tokens(0, limit)
    assert written < purchase.most < written + Decimal("0.001")


async def test_an_answer_that_was_cut_off_gets_more_room_and_no_other_does(tmp_path: Path) -> None:
    for first, times in ((says('{"name": "Ki', ends="MAX_TOKENS"), MORE_ROOM), (says("no"), 1)):
        folder = tmp_path / str(times)
        folder.mkdir()
        async with open_studio(folder, first, says(GOOD)) as studio:
            assert await asked(studio) == "Kiwi"
            limits = [request["generationConfig"]["maxOutputTokens"] for request in studio.server.requests]
        assert limits[1] == times * limits[0]


async def test_over_the_cap_nothing_is_sent(tmp_path: Path) -> None:
    async with open_studio(tmp_path, says(GOOD)) as studio:
        poor = FakeBuyer(studio.clock, cap=Decimal("0.01"))
        production = Production("film", poor, studio.production.workshop, studio.clock)
        with pytest.raises(OverBudget):
            await ask(studio.chat, production, a_question())
        assert studio.server.requests == []


@pytest.mark.parametrize(
    ("first", "told"),
    [
        (says({"name": "far too long a name"}), "name: String should have at most 8 characters"),
        (says({"title": "Kiwi"}), "name: Field required"),
        (says({"name": "Kiwi", "path": "/etc/passwd"}), "path: Extra inputs are not permitted"),
        (says("I would rather not."), "Invalid JSON"),
        (says('{"name": "Ki', ends="MAX_TOKENS"), "It was cut off"),
        (says(""), "Invalid JSON"),
    ],
)
async def test_an_unusable_answer_is_repaired_once(tmp_path: Path, first: Answer, told: str) -> None:
    async with open_studio(tmp_path, first, says(GOOD)) as studio:
        assert await asked(studio) == "Kiwi"
        assert [purchase.part for purchase in studio.buyer.purchases] == ["read_intent", "read_intent-repair"]
        assert told in studio.server.prompt(1)
        assert await asked(studio) == "Kiwi"
        assert len(studio.server.requests) == 2


async def test_after_the_repair_it_is_the_providers_failure(tmp_path: Path) -> None:
    async with open_studio(tmp_path, says("no")) as studio:
        with pytest.raises(ProviderError, match="twice"):
            await asked(studio)
        assert len(studio.server.requests) == 2
        assert all(purchase.stage is Stage.SETTLED for purchase in studio.buyer.purchases)


async def test_flaws_are_mended_if_the_second_answer_is_better_and_forgiven_if_not(tmp_path: Path) -> None:
    def judge(reply: NameReply) -> Verdict:
        return Verdict(faults=("Worse.",) if reply.name == "Worse" else (), flaws=("Dull.",) if reply.name == "Dull" else ())

    for second, name in (({"name": "Kiwi"}, "Kiwi"), ({"name": "Worse"}, "Dull"), ({}, "Dull")):
        folder = tmp_path / f"{name}-{len(second)}-{second.get('name')}"
        folder.mkdir()
        async with open_studio(folder, says({"name": "Dull"}), says(second)) as studio:
            assert (await ask(studio.chat, studio.production, a_question(judge))).name == name


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (fails(400, "API key not valid.", BAD_KEY), KeyRejected, "API key not valid"),
        (fails(401, "no"), KeyRejected, "no"),
        (fails(403, "no"), KeyRejected, "no"),
        (fails(404, "models/x is not found"), ProviderError, "KIWI_CHAT_MODEL"),
        (fails(429, "quota", A_DAY, RETRY), OutOfCredits, "quota"),
        (blocks("PROHIBITED_CONTENT"), ProviderRefused, "PROHIBITED_CONTENT"),
        (says("", ends="SAFETY"), ProviderRefused, "SAFETY"),
        (says("", ends="RECITATION"), ProviderRefused, "RECITATION"),
        (fails(504, "deadline"), OutcomeUnknown, "deadline"),
        (Answer(b"<html>Sign in</html>", headers={"content-type": "text/html"}), OutcomeUnknown, "no answer that can be read"),
        (Answer(b""), OutcomeUnknown, "no answer that can be read"),
        (Answer(b'{"candidates": [{"conte'), OutcomeUnknown, "no answer that can be read"),
    ],
)
async def test_failures_say_who_can_act_after_one_request(tmp_path: Path, answer: Answer, kind: type[ProviderError], said: str) -> None:
    async with open_studio(tmp_path, answer) as studio:
        with pytest.raises(kind, match=said) as raised:
            await asked(studio)
        assert type(raised.value) is kind
        assert KEY not in str(raised.value)
        assert len(studio.server.requests) == 1
        assert studio.clock.sleeps == []


async def test_a_request_that_is_refused_with_a_schema_and_without_is_the_providers_refusal(tmp_path: Path) -> None:
    async with open_studio(tmp_path, fails(400, "schema too large")) as studio:
        with pytest.raises(RequestRejected, match="schema too large"):
            await asked(studio)
        with_schema, without = studio.server.requests
        assert "responseJsonSchema" in with_schema["generationConfig"]
        assert "responseJsonSchema" not in without["generationConfig"]
        assert not studio.chat.plain
        assert [purchase.stage for purchase in studio.buyer.purchases] == [Stage.REFUSED]


async def test_a_server_that_refuses_schemas_is_asked_in_plain_text_from_then_on(tmp_path: Path) -> None:
    answer = f"Sure, here it is:\n```json\n{json.dumps(GOOD)}\n```\nAnything else?"
    async with open_studio(tmp_path, fails(400, "no response_format"), says(answer)) as studio:
        assert await asked(studio) == "Kiwi"
        assert '"required":["name"]' in studio.server.prompt(1)
        other = a_question(material="something else")
        assert (await ask(studio.chat, studio.production, other)).name == "Kiwi"
        assert ["responseJsonSchema" in request["generationConfig"] for request in studio.server.requests] == [True, False, False]
        assert [purchase.stage for purchase in studio.buyer.purchases] == [Stage.SETTLED, Stage.SETTLED]


async def test_a_busy_provider_is_asked_again_when_it_says(tmp_path: Path) -> None:
    async with open_studio(tmp_path, fails(429, "slow down", RETRY), fails(429, "slow down", RETRY), says(GOOD)) as studio:
        assert await asked(studio) == "Kiwi"
        assert all(7.5 <= pause <= 7.5 * 1.25 for pause in studio.clock.sleeps)
        assert len(studio.clock.sleeps) == 2
        assert [purchase.stage for purchase in studio.buyer.purchases] == [Stage.REFUSED, Stage.REFUSED, Stage.SETTLED]


async def test_an_overloaded_provider_is_asked_three_times(tmp_path: Path) -> None:
    async with open_studio(tmp_path, fails(503, "overloaded")) as studio:
        with pytest.raises(ProviderBusy):
            await asked(studio)
        assert len(studio.server.requests) == 3
        assert {purchase.stage for purchase in studio.buyer.purchases} == {Stage.REFUSED}


async def test_patience_has_an_end(tmp_path: Path) -> None:
    async with open_studio(tmp_path, fails(429, "slow down", RETRY | {"retryDelay": "25s"})) as studio:
        with pytest.raises(ProviderBusy) as raised:
            await asked(studio)
        assert raised.value.retry_after == 25
        assert sum(studio.clock.sleeps) <= PATIENCE.seconds
        assert len(studio.server.requests) == len(studio.clock.sleeps) + 1


async def test_where_nobody_listens_nothing_was_bought(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with open_studio(tmp_path, says(GOOD)) as studio, open_chat(chat_settings(f"http://127.0.0.1:{port}")) as chat:
        assert chat is not None
        with pytest.raises(ProviderUnreachable):
            await ask(chat, studio.production, a_question())
        assert {purchase.stage for purchase in studio.buyer.purchases} == {Stage.REFUSED}


async def test_a_cancelled_film_keeps_the_answer_it_paid_for(tmp_path: Path) -> None:
    async with open_studio(tmp_path, says(GOOD)) as studio:
        asking = asyncio.create_task(asked(studio))
        while not studio.server.requests:
            await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert await asked(studio) == "Kiwi"
        assert len(studio.server.requests) == 1


def test_requests_are_named_by_all_that_the_answer_depends_on(tmp_path: Path) -> None:
    class Named:
        sold = type("Sold", (), {"name": "gemini:x"})()

    chat: Any = Named()
    asked = [("one", 9), ("two", 9), ("one", 9), ("one", 99)]
    names = {request_of(chat, NameReply, conversation(a_question(material=material)), most) for material, most in asked}
    assert len(names) == 3


FLAWED = a_question(lambda _: Verdict(flaws=("It could be nicer.",)))
UNUSABLE = a_question(lambda _: Verdict(faults=("It is wrong.",)))


@pytest.mark.parametrize(
    "second", [fails(409), fails(402), blocks("SAFETY"), fails(429, "no", BAD_KEY)], ids=["bad", "empty", "blocked", "key"]
)
async def test_a_usable_answer_is_not_thrown_away_when_a_better_one_cannot_be_had(tmp_path: Path, second: Answer) -> None:
    async with open_studio(tmp_path, says(GOOD), second) as studio:
        assert (await ask(studio.chat, studio.production, FLAWED)).name == "Kiwi"
        assert len(studio.server.requests) in {2, 3}  # what is refused is asked once more without its schema


async def test_a_usable_answer_is_kept_when_there_is_no_money_for_a_better_one(tmp_path: Path) -> None:
    async with open_studio(tmp_path, says(GOOD, wrote=20_000)) as studio:
        once = FakeBuyer(studio.clock, cap=Decimal("0.08"))
        production = Production("film", once, studio.production.workshop, studio.clock)
        assert (await ask(studio.chat, production, FLAWED)).name == "Kiwi"
        assert len(studio.server.requests) == 1


async def test_an_unusable_answer_that_cannot_be_mended_fails_as_its_repair_did(tmp_path: Path) -> None:
    async with open_studio(tmp_path, says(GOOD), fails(402)) as studio:
        with pytest.raises(OutOfCredits):
            await ask(studio.chat, studio.production, UNUSABLE)


async def test_a_key_that_the_provider_quotes_is_not_told(tmp_path: Path) -> None:
    async with open_studio(tmp_path, fails(400, f"The key {KEY} may not do this")) as studio:
        with pytest.raises(RequestRejected) as refused:
            await asked(studio)
    assert KEY not in str(refused.value)
    assert KEY not in repr(studio.chat)
