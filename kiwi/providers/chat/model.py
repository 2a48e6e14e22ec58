"""The chat model: opened as the operator has set, priced by the catalogue, closed at the end."""

import contextlib
import importlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from langchain_core.language_models import BaseChatModel
from pydantic import SecretStr

from kiwi.errors import SetupIncomplete
from kiwi.providers.catalogue import Model, catalogue
from kiwi.providers.chat.faults import faults
from kiwi.settings import Settings

GOOGLE = "google_genai"
PROVIDERS = {GOOGLE: "gemini"}
"""LangChain's names of providers that the catalogue calls otherwise."""
ANSWER_SECONDS = 120.0
"""The script of ten minutes takes a minute to write."""
WRITTEN_TOKENS = 24_000
"""An answer's most, thoughts included, where nothing is paid for it."""
LIMITS = ("max_output_tokens", "max_tokens")
"""What LangChain's models call that limit."""
SETTING_OUT_SECONDS = 10.0
"""To connect and to send a recording, before the answer is waited for."""
UNKNOWN_AT_ONCE = 4
OWN = frozenset({"ollama"})
"""Providers that run on the host's own machines."""
ONE_REQUEST = {"connection": "close"}
"""These libraries keep their connections where nobody can close them."""
GATEWAY = "smith.langchain.com"


@dataclass(frozen=True)
class Chat:
    """An open chat model and what it is sold as."""

    model: BaseChatModel
    sold: Model
    hears: bool
    """It understands recordings."""
    sees: bool
    """It understands pictures."""
    seconds: float
    """It may take for one answer."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """Its keys, which nobody shall read who is told of a failure."""

    def limited(self, tokens: int) -> BaseChatModel:
        """The model with this limit on what it writes, thoughts included; as it is where nothing is paid."""
        if not self.sold.price_out:
            return self.model
        return self.model.model_copy(update={name: tokens for name in LIMITS if name in type(self.model).model_fields})


@contextlib.asynccontextmanager
async def open_chat(settings: Settings, answer_seconds: float = ANSWER_SECONDS) -> AsyncIterator[Chat | None]:
    """The chat model of KIWI_CHAT_MODEL for as long as the block runs; None without one, or without the key it needs.

    SetupIncomplete when its package is missing or it cannot be set up.
    """
    chat = make_chat(settings, answer_seconds)
    try:
        yield chat
    finally:
        close = getattr(chat.model, "aclose", None) if chat else None
        if close is not None:
            await close()


def make_chat(settings: Settings, answer_seconds: float) -> Chat | None:
    """See open_chat."""
    named = settings.chat_model.strip()
    provider, _, model_id = named.partition(":")
    if not named:
        return None
    if not model_id:
        raise SetupIncomplete(f"KIWI_CHAT_MODEL is “{named}”: write provider:model, such as google_genai:gemini-3.8-flash.")
    if provider != GOOGLE:
        return _chat(_made_by_langchain(provider, model_id, answer_seconds), provider, model_id, answer_seconds)
    key = settings.gemini_key.get_secret_value()
    if not key:
        return None
    made = importlib.import_module("langchain_google_genai").ChatGoogleGenerativeAI(
        model=model_id,
        api_key=key,
        # explicit, or LANGSMITH_GATEWAY would send everything somewhere else
        base_url=settings.gemini_base_url,
        vertexai=False,
        timeout=answer_seconds,
        client_args={"trust_env": False},
        max_retries=1,  # 1 is no retry here; 0 would be five attempts
    )
    return _chat(made, provider, model_id, answer_seconds)


def _made_by_langchain(provider: str, model_id: str, answer_seconds: float) -> BaseChatModel:
    """Any other provider's model, which reads its own key and address from the environment as its documentation says."""
    package = f"langchain-{provider.replace('_', '-')}"
    options: dict[str, Any] = {"max_retries": 0, "max_tokens": WRITTEN_TOKENS, "timeout": answer_seconds}
    if provider == "ollama":  # it has no retries to turn off
        options = {"num_predict": WRITTEN_TOKENS, "client_kwargs": {"timeout": answer_seconds, "headers": ONE_REQUEST}}
    elif provider == "openai":
        options["default_headers"] = ONE_REQUEST
    try:
        made: BaseChatModel = importlib.import_module("langchain.chat_models").init_chat_model(model_id, model_provider=provider, **options)
    except ImportError as missing:
        raise SetupIncomplete(f"KIWI_CHAT_MODEL is {provider}:{model_id}, which needs `pip install langchain {package}`.") from missing
    except faults() as refused:
        raise SetupIncomplete(f"KIWI_CHAT_MODEL {provider}:{model_id} cannot be set up: {str(refused)[:300]}") from refused
    addresses = (getattr(made, name, None) for name in ("openai_api_base", "anthropic_api_url", "base_url"))
    if any(GATEWAY in str(address) for address in addresses):
        raise SetupIncomplete("LANGSMITH_GATEWAY would send every brief through LangSmith: unset it.")
    return made


def _chat(made: BaseChatModel, provider: str, model_id: str, answer_seconds: float) -> Chat:
    profile = dict(made.profile or {})
    ours = provider == GOOGLE
    return Chat(
        model=made,
        sold=sold_as(PROVIDERS.get(provider, provider), model_id),
        hears=bool(profile.get("audio_inputs", ours)),
        sees=bool(profile.get("image_inputs", ours)),
        seconds=answer_seconds + SETTING_OUT_SECONDS,
        secrets=tuple(value.get_secret_value() for _, value in made if isinstance(value, SecretStr)),
    )


def sold_as(provider: str, model_id: str) -> Model:
    """The catalogue's entry, or one for a model it does not know: as dear as its provider's dearest.

    Of a provider that the catalogue does not know, as dear as any it knows, so that the caps on spending hold; four at a time.
    What runs on the host's own machines costs nothing.
    """
    if provider in OWN:
        return Model(provider=provider, id=model_id, kind="chat", unit="token-million", concurrent=UNKNOWN_AT_ONCE, source="free")
    known = [model for model in catalogue() if model.kind == "chat"]
    theirs = [model for model in known if model.provider == provider]
    for model in theirs:
        if model.id == model_id:
            return model
    dearest = max(theirs or known, key=lambda model: (model.price_out, model.price_in))
    unknown = {"provider": provider, "id": model_id, "status": "uncertain", "source": f"unknown; as dear as {dearest.name}"}
    return dearest.model_copy(update=unknown if theirs else {**unknown, "concurrent": UNKNOWN_AT_ONCE})
