"""The chat crew against the emulated Gemini: every way it fails is told in our words, and paid for once."""

import dataclasses
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from emulators.gemini import Gemini
from emulators.running import Emulators, running_emulators
from emulators.scenarios import Scenario
from kiwi.errors import KeyRejected, OutcomeUnknown, OutOfCredits, ProviderBusy, ProviderError, ProviderRefused, RequestRejected
from kiwi.film.model import Brief, Form
from kiwi.money.purchases import Stage
from kiwi.providers.chat.model import Chat
from kiwi.providers.chat.opening import open_chat
from kiwi.providers.chat.reader import ChatReader
from kiwi.providers.chat.writer import ChatWriter
from kiwi.storage.assets import AssetStore
from kiwi.work.processes import ChildPool
from kiwi.work.production import Production
from kiwi.work.workshop import Workshop
from tests.buyers import FakeBuyer
from tests.chats import chat_settings
from tests.clocks import SteppedClock
from tests.providers.test_chat_reader import REPLY, WORDS
from tests.providers.test_chat_writer import a_reply

BRIEF = Brief(words=WORDS)
SCRIPT_REPLY = a_reply()
SCRIPT_REPLY = SCRIPT_REPLY | {"scenes": [*SCRIPT_REPLY["scenes"][:3], SCRIPT_REPLY["scenes"][-1]]}


@pytest.fixture(scope="module")
def emulators() -> Iterator[Emulators]:
    with running_emulators(Gemini()) as emulators:
        yield emulators


@pytest.fixture
def gemini(emulators: Emulators) -> Gemini:
    vendor = emulators.vendor(Gemini)
    vendor.clear()
    vendor.reply("IntentReply", REPLY)
    vendor.reply("ScriptReply", SCRIPT_REPLY)
    return vendor


@pytest.fixture
async def chat(emulators: Emulators) -> AsyncIterator[Chat]:
    async with open_chat(chat_settings(emulators.url("gemini"))) as chat:
        assert chat is not None
        yield chat


def a_production(folder: Path) -> tuple[Production, FakeBuyer]:
    clock = SteppedClock()
    buyer = FakeBuyer(clock)
    return Production("film", buyer, Workshop(ChildPool(0, folder), AssetStore(folder / "store")), clock), buyer


async def test_a_brief_is_read_and_written_for_two_purchases(gemini: Gemini, chat: Chat, tmp_path: Path) -> None:
    production, buyer = a_production(tmp_path)
    intent = await ChatReader(chat, production).read(WORDS, BRIEF, None)
    script = await ChatWriter(chat, production).write(intent)
    assert script.scenes[2].form is Form.LIST
    assert [(purchase.part, purchase.stage) for purchase in buyer.purchases] == [
        ("read_intent", Stage.SETTLED),
        ("write_script", Stage.SETTLED),
    ]
    assert all(purchase.cost and purchase.cost < purchase.most for purchase in buyer.purchases)
    assert len(gemini.purchases) == 2


async def test_a_whole_films_questions_fit_into_a_small_budget(gemini: Gemini, chat: Chat, tmp_path: Path) -> None:
    production, buyer = a_production(tmp_path)
    intent = await ChatReader(chat, production).read(WORDS, BRIEF, None)
    await ChatWriter(chat, production).write(intent)
    assert max(purchase.most for purchase in buyer.purchases) < Decimal("0.04")
    limits = [request.json["generationConfig"]["maxOutputTokens"] for request in gemini.requests]
    for purchase, limit in zip(buyer.purchases, limits, strict=True):
        assert purchase.cost is not None
        assert purchase.cost <= purchase.most
        assert chat.sold.cost_of_tokens(0, limit) < purchase.most


@pytest.mark.parametrize(
    ("scenario", "details", "kind", "posts"),
    [
        (Scenario.BAD_KEY, {}, KeyRejected, 1),
        (Scenario.INVALID_REQUEST, {}, RequestRejected, 2),
        (Scenario.OUT_OF_CREDITS, {}, OutOfCredits, 1),
        (Scenario.OUT_OF_CREDITS, {"status": 429}, OutOfCredits, 1),
        (Scenario.DAILY_QUOTA, {}, OutOfCredits, 1),
        (Scenario.SERVER_ERROR, {}, ProviderBusy, 3),
        (Scenario.SERVER_ERROR, {"status": 504}, OutcomeUnknown, 1),
        (Scenario.MODERATED_INPUT, {}, ProviderRefused, 1),
        (Scenario.MODERATED_OUTPUT, {}, ProviderRefused, 1),
        (Scenario.HTML_BODY, {}, OutcomeUnknown, 1),
        (Scenario.EMPTY_BODY, {}, OutcomeUnknown, 1),
        (Scenario.TRUNCATED_JSON, {}, OutcomeUnknown, 1),
        (Scenario.ACCEPTED_THEN_CUT, {}, OutcomeUnknown, 1),
        (Scenario.ACCEPTED_THEN_SILENT, {}, OutcomeUnknown, 1),
        (Scenario.OFF_SCHEMA, {}, ProviderError, 2),
        (Scenario.INVALID_JSON, {}, ProviderError, 2),
        (Scenario.MAX_TOKENS, {}, ProviderError, 2),
    ],
)
async def test_failures_are_told_in_our_words(
    gemini: Gemini, chat: Chat, tmp_path: Path, scenario: Scenario, details: dict[str, int], kind: type[ProviderError], posts: int
) -> None:
    production, _ = a_production(tmp_path)
    gemini.script(scenario, times=None, **details)
    if scenario is Scenario.ACCEPTED_THEN_SILENT:
        chat = dataclasses.replace(chat, silence_seconds=0.3)
    with pytest.raises(kind) as raised:
        await ChatReader(chat, production).read(WORDS, BRIEF, None)
    assert type(raised.value) is kind
    assert len(gemini.creates) == posts


@pytest.mark.parametrize("scenario", [Scenario.OFF_SCHEMA, Scenario.INVALID_JSON, Scenario.MAX_TOKENS])
async def test_a_wrong_answer_is_repaired(gemini: Gemini, chat: Chat, tmp_path: Path, scenario: Scenario) -> None:
    production, buyer = a_production(tmp_path)
    gemini.script(scenario, times=1)
    intent = await ChatReader(chat, production).read(WORDS, BRIEF, None)
    assert intent.name == "Crumb"
    assert [purchase.part for purchase in buyer.purchases] == ["read_intent", "read_intent-repair"]


@pytest.mark.parametrize("scenario", [Scenario.EXTRA_FIELDS, Scenario.MISSING_OPTIONAL])
async def test_more_or_fewer_fields_than_usual_do_not_matter(gemini: Gemini, chat: Chat, tmp_path: Path, scenario: Scenario) -> None:
    production, _ = a_production(tmp_path)
    gemini.script(scenario, times=None)
    assert (await ChatReader(chat, production).read(WORDS, BRIEF, None)).name == "Crumb"
    assert len(gemini.creates) == 1


async def test_a_busy_gemini_is_asked_again_when_it_says(gemini: Gemini, chat: Chat, tmp_path: Path) -> None:
    production, _ = a_production(tmp_path)
    gemini.script(Scenario.BUSY, times=2, retry_delay="7s")
    await ChatReader(chat, production).read(WORDS, BRIEF, None)
    clock = production.clock
    assert isinstance(clock, SteppedClock)
    assert [7 <= pause <= 8.75 for pause in clock.sleeps] == [True, True]
    assert (len(gemini.creates), len(gemini.purchases)) == (3, 1)


async def test_a_retired_model_is_named(emulators: Emulators, gemini: Gemini, tmp_path: Path) -> None:
    production, _ = a_production(tmp_path)
    async with open_chat(chat_settings(emulators.url("gemini"), chat_model="google_genai:gemini-2.5-flash")) as chat:
        assert chat is not None
        with pytest.raises(ProviderError, match=r"gemini-2\.5-flash.*KIWI_CHAT_MODEL"):
            await ChatReader(chat, production).read(WORDS, BRIEF, None)
