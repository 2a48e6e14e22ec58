"""A chat model is reached where the operator says; at home it costs nothing, needs no key, and is asked in the clear and directly."""

from decimal import Decimal
from typing import Any

import pytest

from kiwi.errors import SetupIncomplete
from kiwi.film.model import Brief
from kiwi.money.estimate import guessed_plan
from kiwi.money.purchases import Spending
from kiwi.providers.agency import open_agency
from kiwi.providers.chat.model import (
    LONGEST_SECONDS,
    OWN_LONGEST_SECONDS,
    OWN_SILENCE_SECONDS,
    SILENCE_SECONDS,
    Chat,
)
from kiwi.providers.chat.opening import NO_KEY, open_chat
from kiwi.providers.hiring import Purse, cast_film
from kiwi.settings import Settings
from tests.chats import Answer, openai_says, running_chat_server
from tests.clocks import SteppedClock
from tests.net.test_addresses import Resolver
from tests.providers.test_chat_model import a_production, answer_of, ollama_says

ENVIRONMENT = ("OPENAI_BASE_URL", "OPENAI_API_BASE", "OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OLLAMA_HOST", "LANGSMITH_GATEWAY")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)


async def opened(resolver: Resolver | None = None, **settings: Any) -> Chat:
    async with open_chat(Settings(_env_file=None, **{"chat_model": "openai:qwen", **settings}), resolver or Resolver(())) as chat:
        assert chat is not None
        return chat


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8080/v1", "http://[::1]:8080/v1", "http://192.168.1.7:1234/v1", "https://10.0.0.1/v1", "http://studio.local/v1"],
)
async def test_at_home_a_model_costs_nothing_needs_no_key_and_is_given_time(url: str) -> None:
    chat = await opened(chat_url=url)
    assert chat.free
    assert chat.sold.cost_of_tokens(1_000_000, 1_000_000) == Decimal(0)
    assert (chat.sold.name, chat.sold.concurrent) == ("openai:qwen", 1)
    assert (chat.silence_seconds, chat.longest_seconds) == (OWN_SILENCE_SECONDS, OWN_LONGEST_SECONDS) == (60, 900)
    assert str(chat.model.root_async_client.base_url).rstrip("/") == url  # type: ignore[attr-defined]
    assert chat.model.root_async_client.api_key == NO_KEY  # type: ignore[attr-defined]


async def test_a_name_is_looked_up_and_at_home_if_it_leads_there() -> None:
    home = Resolver(("10.0.0.7",))
    assert (await opened(home, chat_url="http://llama:8080/v1")).free
    assert home.asked == ["llama"]


async def test_elsewhere_a_model_is_as_dear_as_any_and_gets_the_key_that_is_meant_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "openais-own-key")
    chat = await opened(Resolver(("203.0.113.9",)), chat_url="https://models.example/v1", chat_key="models-key")
    assert not chat.free
    assert (chat.silence_seconds, chat.longest_seconds) == (SILENCE_SECONDS, LONGEST_SECONDS)
    assert chat.model.root_async_client.api_key == "models-key"  # type: ignore[attr-defined]


async def test_openais_key_goes_to_no_other_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "openais-own-key")
    with pytest.raises(SetupIncomplete, match="KIWI_CHAT_KEY"):
        await opened(Resolver(("203.0.113.9",)), chat_url="https://models.example/v1")
    assert (await opened(chat_url="http://192.168.1.7/v1")).model.root_async_client.api_key == NO_KEY  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "url", ["http://models.example/v1", "ftp://127.0.0.1", "127.0.0.1:8080", "http://u:p@127.0.0.1/v1", "http://[::1", "https://"]
)
async def test_other_addresses_are_the_operators_to_correct(url: str) -> None:
    with pytest.raises(SetupIncomplete, match="KIWI_CHAT_URL"):
        await opened(Resolver(("203.0.113.9",)), chat_url=url, chat_key="key")


async def test_gemini_is_not_reached_there() -> None:
    with pytest.raises(SetupIncomplete, match="KIWI_CHAT_MODEL"):
        await opened(chat_model="google_genai:gemini-3.8-flash", chat_url="http://127.0.0.1:8080/v1", gemini_key="key")


@pytest.mark.parametrize("name", ["OPENAI_BASE_URL", "OPENAI_API_BASE"])
async def test_the_address_that_openais_library_reads_may_be_at_home_too(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:8080/v1")
    chat = await opened()
    assert chat.free
    monkeypatch.setenv("OPENAI_API_KEY", "servers-key")
    chat = await opened()
    assert chat.free
    assert chat.model.root_async_client.api_key == "servers-key"  # type: ignore[attr-defined]


async def test_a_vendors_own_address_is_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "openais-own-key")
    resolver = Resolver(("10.0.0.7",))
    assert not (await opened(resolver)).free
    assert resolver.asked == []


async def test_no_proxy_hears_what_a_model_at_home_is_asked(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://192.0.2.1:3128")
    for model, answer, path in (
        ("openai:qwen", openai_says('{"name": "Kiwi"}'), "/v1"),
        ("ollama:qwen", ollama_says('{"name": "Kiwi"}'), ""),
    ):
        with running_chat_server(answer) as server:
            chat = await opened(chat_model=model, chat_url=f"{server.url}{path}")
            folder = tmp_path / model.partition(":")[0]
            assert await answer_of(chat, a_production(folder)) == "Kiwi"


async def test_ollama_is_free_wherever_it_runs_and_shown_the_key_it_asks_for() -> None:
    chat = await opened(Resolver(("203.0.113.9",)), chat_model="ollama:qwen", chat_url="https://ollama.example", chat_key="ollama-key")
    assert chat.free
    assert chat.model.client_kwargs["headers"]["authorization"] == "Bearer ollama-key"  # type: ignore[attr-defined]
    with running_chat_server(Answer(b"")) as server:
        keyless = await opened(chat_model="ollama:qwen", chat_url=server.url)
    assert "authorization" not in keyless.model.client_kwargs["headers"]  # type: ignore[attr-defined]


async def test_a_server_that_can_answer_several_may_be_told_to() -> None:
    settings = Settings(_env_file=None, chat_model="openai:qwen", chat_url="http://127.0.0.1:8080/v1", concurrent="openai=4")
    async with open_agency(settings, SteppedClock()) as agency:
        assert agency.chat is not None
        assert agency.chat.sold.concurrent == 4


async def test_a_model_is_hired_for_what_it_can_and_no_film_misses_it_elsewhere() -> None:
    settings = Settings(_env_file=None, chat_model="openai:qwen", chat_url="http://127.0.0.1:8080/v1", gemini_key="")
    purse = Purse(cap=Decimal(0), spending=Spending(spent=Decimal(0), providers={}))
    async with open_agency(settings, SteppedClock()) as agency:
        assert agency.chat is not None
        for sees, hears, nodes in ((False, False, set()), (True, True, {"hear_brief", "inspect_film"})):
            agency.chat.sees, agency.chat.hears = sees, hears
            casting = cast_film(agency, Brief(words="tea"), guessed_plan(30, 9.0), purse)
            assert {one.node for one in casting.chat} == {"read_intent", "write_script", "draw_storyboard"} | nodes
            assert casting.chat_out == ""
            assert casting.estimate.total == 0
