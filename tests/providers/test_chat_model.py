"""The chat model is opened as set: Gemini, Ollama, OpenAI or none, each asked once and priced as known."""

import asyncio
import importlib
import json
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Self
from unittest.mock import ANY

import pytest
from langchain_core.messages import AIMessageChunk
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.runnables import Runnable, RunnableGenerator, RunnableLambda, RunnablePassthrough

from kiwi.errors import KeyRejected, OutcomeUnknown, OutOfCredits, ProviderBusy, ProviderError, ProviderRefused, SetupIncomplete
from kiwi.money.catalogue import catalogue
from kiwi.money.purchases import Stage
from kiwi.providers.chat.asking import Question, Reply, ask
from kiwi.providers.chat.model import OWN_THOUGHT_TOKENS, Chat, sold_as
from kiwi.providers.chat.opening import open_chat
from kiwi.providers.hire.shooting import JobFailed, Look, State
from kiwi.settings import Settings
from kiwi.storage.assets import AssetStore
from kiwi.work.processes import ChildPool
from kiwi.work.production import Production
from kiwi.work.workshop import Workshop
from tests.buyers import FakeBuyer
from tests.chats import Answer, chat_settings, openai_fails, openai_says, running_chat_server
from tests.clocks import SteppedClock


class NameReply(Reply):
    """A name."""

    name: str


QUESTION = Question("read_intent", NameReply, "instructions", "material", 100)


def a_production(folder: Path) -> Production:
    clock = SteppedClock()
    return Production("film", FakeBuyer(clock), Workshop(ChildPool(0, folder), AssetStore(folder / "store")), clock)


def ollama_says(text: str) -> Answer:
    message = {"role": "assistant", "content": text}
    body = {"model": "qwen3", "created_at": "2026-11-22T12:00:00Z", "message": message, "done": True, "done_reason": "stop",
            "prompt_eval_count": 50, "eval_count": 5, "total_duration": 1, "load_duration": 1, "prompt_eval_duration": 1,
            "eval_duration": 1}  # fmt: skip
    return Answer(json.dumps(body).encode() + b"\n", headers={"content-type": "application/x-ndjson"})


async def answer_of(chat: Chat | None, production: Production) -> str:
    assert chat is not None
    return (await ask(chat, production, QUESTION)).name


@pytest.mark.parametrize("model", ["", "  "])
async def test_no_model_means_our_rules(model: str) -> None:
    async with open_chat(chat_settings("http://127.0.0.1:9", chat_model=model)) as chat:
        assert chat is None


async def test_gemini_without_a_key_means_our_rules() -> None:
    async with open_chat(Settings(gemini_key="", _env_file=None)) as chat:
        assert chat is None


async def test_a_model_without_a_provider_is_refused_in_words() -> None:
    with pytest.raises(SetupIncomplete, match="provider:model"):
        async with open_chat(chat_settings("http://127.0.0.1:9", chat_model="gemini-3.8-flash")):
            pass


async def test_gemini_is_sold_as_the_catalogue_says_and_hears_and_sees() -> None:
    async with open_chat(chat_settings("http://127.0.0.1:9")) as chat:
        assert chat is not None
        assert (chat.sold.name, chat.hears, chat.sees) == ("gemini:gemini-3.8-flash", True, True)
        assert chat.sold.price_out == Decimal("3.75")


def test_an_unknown_model_of_a_known_provider_is_as_dear_as_the_dearest() -> None:
    sold = sold_as("gemini", "gemini-9-flash")
    assert (sold.id, sold.price_in, sold.price_out) == ("gemini-9-flash", Decimal("2.00"), Decimal("10.00"))


def test_what_runs_on_the_hosts_own_machines_is_asked_for_nothing_one_film_after_the_other() -> None:
    sold = sold_as("ollama", "qwen3")
    assert (sold.concurrent, sold.cost_of_tokens(1_000_000, 1_000_000)) == (1, Decimal(0))


def test_a_provider_the_catalogue_does_not_know_is_as_dear_as_any() -> None:
    sold = sold_as("acme", "oracle")
    assert (sold.name, sold.concurrent, sold.status) == ("acme:oracle", 4, "uncertain")
    assert sold.price_out == max(model.price_out for model in catalogue() if model.kind == "chat")


async def test_ollama_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    production = a_production(tmp_path)
    with running_chat_server(ollama_says('{"name": "Kiwi"}')) as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        async with open_chat(chat_settings(server.url, chat_model="ollama:qwen3")) as chat:
            assert await answer_of(chat, production) == "Kiwi"
            assert chat is not None
            assert not chat.hears
        (request,) = server.requests
    assert server.paths == ["/api/chat"]
    assert request["format"]["properties"]["name"] == {"type": "string"}
    assert request["options"]["num_predict"] == 100 + OWN_THOUGHT_TOKENS


async def test_openai_answers_without_trying_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    production = a_production(tmp_path)
    with running_chat_server(openai_says('{"name": "Kiwi"}')) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
        monkeypatch.setenv("OPENAI_API_KEY", "openai-key")
        async with open_chat(chat_settings(server.url, chat_model="openai:gpt-x")) as chat:
            assert await answer_of(chat, production) == "Kiwi"
        (request,) = server.requests
    assert server.paths == ["/v1/chat/completions"]
    assert request["response_format"]["type"] == "json_schema"


@pytest.mark.parametrize(
    ("answer", "kind", "requests"),
    [
        (openai_fails(401, "invalid_api_key"), KeyRejected, 1),
        (openai_fails(429, "insufficient_quota"), OutOfCredits, 1),
        (openai_fails(429, "rate_limit_exceeded", **{"retry-after": "90"}), ProviderBusy, 1),
        (openai_fails(503, "overloaded"), ProviderBusy, 3),
        (openai_fails(404, "model_not_found"), ProviderError, 1),
        (openai_says("", ends="content_filter"), ProviderRefused, 1),
        (openai_says("", refusal="I will not."), ProviderError, 2),  # LangChain says nothing of it
        (openai_says('{"name": "Ki', ends="length"), ProviderError, 2),
    ],
)
async def test_openais_failures_are_told_in_our_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Answer, kind: type[ProviderError], requests: int
) -> None:
    with running_chat_server(answer) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
        monkeypatch.setenv("OPENAI_API_KEY", "openai-key")
        async with open_chat(chat_settings(server.url, chat_model="openai:gpt-x")) as chat:
            with pytest.raises(kind):
                await answer_of(chat, a_production(tmp_path))
        assert len(server.requests) == requests


async def test_ollamas_missing_model_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_chat_server(Answer(b'{"error": "model \'qwen3\' not found"}', 404)) as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        async with open_chat(chat_settings(server.url, chat_model="ollama:qwen3")) as chat:
            with pytest.raises(ProviderError, match="KIWI_CHAT_MODEL"):
                await answer_of(chat, a_production(tmp_path))


class Bindable:
    """What this program needs of LangChain's models before it asks them."""

    model_fields: ClassVar[dict[str, Any]] = {}

    def model_copy(self, update: dict[str, Any]) -> Self:
        return self


class OldModel(Bindable):
    """A model that answers by calling functions alone."""

    def with_structured_output(self, schema: dict[str, Any], *, method: str) -> Runnable[Any, Any]:
        if method != "function_calling":
            raise NotImplementedError(method)
        call = tool_call_chunk(name=schema["title"], args='{"name": "Kiwi"}', id="1", index=0)
        usage: UsageMetadata = {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}
        metadata = {"finish_reason": "tool_calls"}
        message = AIMessageChunk(content="", tool_call_chunks=[call], usage_metadata=usage, response_metadata=metadata)
        return RunnableLambda(lambda _: message) | RunnablePassthrough()


async def test_a_model_without_json_schemas_answers_by_calling_a_function(tmp_path: Path) -> None:
    old: Any = OldModel()
    chat = Chat(model=old, sold=sold_as("acme", "old"), hears=False, sees=False)
    assert await answer_of(chat, a_production(tmp_path)) == "Kiwi"


class VendorModel(Bindable):
    """A model of a package that nobody here has heard of."""

    def __init__(self, failure: Exception, when: str = "asked") -> None:
        self.failure, self.when = failure, when

    def with_structured_output(self, schema: dict[str, Any], *, method: str) -> Runnable[Any, Any]:
        if self.when == "bound":
            raise self.failure

        async def fail(_: object) -> AsyncIterator[AIMessageChunk]:
            if self.when == "answering":
                yield AIMessageChunk(content='{"name": ')
            raise self.failure

        return RunnableGenerator(fail) | RunnablePassthrough()


async def failed(failure: Exception, folder: Path, when: str = "asked") -> tuple[BaseException, Stage]:
    """What the film hears of a vendor's failure, and what the books say."""
    model: Any = VendorModel(failure, when)
    chat = Chat(model=model, sold=sold_as("acme", "oracle"), hears=False, sees=False, secrets=("acme-secret-key",))
    production = a_production(folder)
    (told,) = await asyncio.gather(answer_of(chat, production), return_exceptions=True)
    assert isinstance(told, BaseException)
    assert isinstance(production.buyer, FakeBuyer)
    return told, production.buyer.purchases[-1].stage


def acme(name: str, *bases: type[Exception], **said: Any) -> Exception:
    """An error as ``acme_sdk`` defines it."""
    kind = type(name, bases or (Exception,), {"__module__": "acme_sdk.errors"})
    failure: Exception = kind("The oracle is silent; key acme-secret-key.")
    vars(failure).update(said)
    return failure


@pytest.mark.parametrize(
    ("failure", "kind", "stage"),
    [
        (acme("OracleError"), OutcomeUnknown, Stage.UNKNOWN),
        (acme("RateLimited", status_code=429), ProviderBusy, Stage.REFUSED),
        (acme("Denied", response=type("Answer", (), {"status": 401})()), KeyRejected, Stage.REFUSED),
        (acme("Gone", http_status=404), ProviderError, Stage.REFUSED),
        (acme("Odd", RuntimeError), OutcomeUnknown, Stage.UNKNOWN),
        (ExceptionGroup("both", [acme("One"), acme("Other")]), OutcomeUnknown, Stage.UNKNOWN),
        (ImportError("No module named 'acme_wire'"), OutcomeUnknown, Stage.UNKNOWN),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Exception) else None,
)
async def test_any_vendors_own_errors_are_told_in_our_words(
    tmp_path: Path, failure: Exception, kind: type[ProviderError], stage: Stage
) -> None:
    told, booked = await failed(failure, tmp_path)
    assert (type(told), booked) == (kind, stage)
    assert "acme-secret-key" not in str(told)


async def test_an_answer_that_breaks_off_may_have_been_bought(tmp_path: Path) -> None:
    assert await failed(acme("CutOff"), tmp_path, "answering") == (ANY, Stage.UNKNOWN)


async def test_a_model_that_cannot_be_bound_to_a_form_was_sent_nothing(tmp_path: Path) -> None:
    told, booked = await failed(acme("NoForms"), tmp_path, "bound")
    assert (type(told), booked) == (ProviderError, Stage.REFUSED)
    assert "acme-secret-key" not in str(told)


@pytest.mark.parametrize("ours", [SetupIncomplete("The disk is full."), JobFailed(Look(State.FAILED)), MemoryError(), UserWarning("odd")])
async def test_errors_of_ours_are_not_taken_for_a_vendors(tmp_path: Path, ours: Exception) -> None:
    told, _ = await failed(ours, tmp_path)
    assert told is ours


@pytest.mark.parametrize("model", ["upstage:solar-x", "nobody:model-x"])
async def test_a_package_that_is_missing_is_named(model: str) -> None:
    with pytest.raises(SetupIncomplete, match=model):
        async with open_chat(chat_settings("http://127.0.0.1:9", chat_model=model)):
            pass


async def test_langchain_itself_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    load = importlib.import_module

    def missing(name: str, package: str | None = None) -> Any:
        if name == "langchain.chat_models":
            raise ImportError(name)
        return load(name, package)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(SetupIncomplete, match="pip install langchain langchain-ollama"):
        async with open_chat(chat_settings("http://127.0.0.1:9", chat_model="ollama:qwen3")):
            pass


async def test_openai_without_its_key_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_ADMIN_KEY", raising=False)
    with pytest.raises(SetupIncomplete, match="cannot be set up"):
        async with open_chat(chat_settings("http://127.0.0.1:9", chat_model="openai:gpt-x")):
            pass


async def test_a_gateway_of_langsmiths_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGSMITH_GATEWAY", "true")
    monkeypatch.setenv("LANGSMITH_API_KEY", "tracing-key")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "openai-key")
    with pytest.raises(SetupIncomplete, match="LANGSMITH_GATEWAY"):
        async with open_chat(chat_settings("http://127.0.0.1:9", chat_model="openai:gpt-x")):
            pass
