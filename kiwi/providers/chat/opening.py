"""Opening the chat model as the operator has set it: by which of LangChain's packages, at which address, with which key."""

import contextlib
import importlib
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
from langchain_core.language_models import BaseChatModel
from pydantic import SecretStr

from kiwi.addresses import Resolve, is_at_home, system_resolve
from kiwi.errors import SetupIncomplete
from kiwi.network import CONNECT_SECONDS, checked_base, host_of
from kiwi.providers.chat import model
from kiwi.providers.chat.faults import faults
from kiwi.providers.chat.model import Chat, sold_as
from kiwi.settings import Settings

GOOGLE, OPENAI, OLLAMA = "google_genai", "openai", "ollama"
PROVIDERS = {GOOGLE: "gemini"}
"""LangChain's names of providers that the catalogue calls otherwise."""
NO_KEY = "none"
"""Sent where no key is needed: OpenAI's library insists on one."""
READ_SECONDS = model.SILENCE_SECONDS + 10.0
"""HTTP libraries give up later than we do, who can tell why."""
ONE_REQUEST = {"connection": "close"}
"""These libraries keep their connections where nobody can close them."""
DIRECTLY = ((socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),)
"""With an option for its sockets OpenAI's library goes to an address itself, whatever proxy the environment names."""
GATEWAY = "smith.langchain.com"


@contextlib.asynccontextmanager
async def open_chat(settings: Settings, resolve: Resolve = system_resolve) -> AsyncIterator[Chat | None]:
    """The chat model of KIWI_CHAT_MODEL for as long as the block runs; None without one, or without the key it needs.

    SetupIncomplete when its package is missing or it cannot be set up.
    """
    chat = await make_chat(settings, resolve)
    try:
        yield chat
    finally:
        close = getattr(chat.model, "aclose", None) if chat else None
        if close is not None:
            await close()


async def make_chat(settings: Settings, resolve: Resolve) -> Chat | None:
    """See open_chat."""
    named = settings.chat_model.strip()
    provider, _, model_id = named.partition(":")
    if not named:
        return None
    if not model_id:
        raise SetupIncomplete(f"KIWI_CHAT_MODEL is “{named}”: write provider:model, such as google_genai:gemini-3.8-flash.")
    if provider == GOOGLE:
        gemini = _gemini(settings, model_id)
        return _chat(gemini, provider, model_id, own=False) if gemini else None
    made, own = await _made_by_langchain(settings, provider, model_id, resolve)
    return _chat(made, provider, model_id, own)


def _gemini(settings: Settings, model_id: str) -> BaseChatModel | None:
    if settings.chat_url.strip():
        raise SetupIncomplete(f"KIWI_CHAT_URL is set, but google_genai:{model_id} is reached at KIWI_GEMINI_BASE_URL: set KIWI_CHAT_MODEL.")
    key = settings.gemini_key.get_secret_value()
    if not key:
        return None
    made: BaseChatModel = importlib.import_module("langchain_google_genai").ChatGoogleGenerativeAI(
        model=model_id,
        api_key=key,
        # explicit, or LANGSMITH_GATEWAY would send everything somewhere else
        base_url=settings.gemini_base_url,
        vertexai=False,
        timeout=model.LONGEST_SECONDS,  # Google is told, and ends the whole answer then
        client_args={"trust_env": False},
        max_retries=1,  # 1 is no retry here; 0 would be five attempts
    )
    return made


async def _made_by_langchain(settings: Settings, provider: str, model_id: str, resolve: Resolve) -> tuple[BaseChatModel, bool]:
    """Any other provider's model, and whether it runs at the host's own.

    Without KIWI_CHAT_URL it reads its key and address from the environment as its documentation says.
    """
    url, at_home = await _checked(settings, resolve)
    options = _options(provider, url, settings.chat_key.get_secret_value().strip() or (NO_KEY if at_home else ""), at_home)
    try:
        made = _made(provider, model_id, options)
    except SetupIncomplete:
        if provider != OPENAI or url:
            raise
        made = _made(provider, model_id, options | {"api_key": NO_KEY})  # if only a key was missing: is one needed where it goes?
        if not await _is_environment_at_home(made, resolve):
            raise
    if GATEWAY in _address_of(made):
        raise SetupIncomplete("LANGSMITH_GATEWAY would send every brief through LangSmith: unset it.")
    return made, at_home if url else await _is_environment_at_home(made, resolve)


async def _checked(settings: Settings, resolve: Resolve) -> tuple[str, bool]:
    """KIWI_CHAT_URL, and whether it is at home; only there is a model asked in the clear, and without a key. SetupIncomplete."""
    url = settings.chat_url.strip()
    at_home = await _is_at_home(url, resolve)
    if url:
        checked_base("the chat model (KIWI_CHAT_URL)", url, at_home)
        if not at_home and not settings.chat_key.get_secret_value().strip():
            raise SetupIncomplete("KIWI_CHAT_URL is not known to be on this machine or in a private network: it needs KIWI_CHAT_KEY.")
    return url, at_home


async def _is_environment_at_home(made: BaseChatModel, resolve: Resolve) -> bool:
    """Whether a model is at home that reads its address from the environment; vendors', which are https, are not looked up."""
    address = _address_of(made)

    async def nowhere(host: str, port: int) -> list[str]:
        return []

    return await _is_at_home(address, nowhere if address.startswith("https:") else resolve)


async def _is_at_home(url: str, resolve: Resolve) -> bool:
    try:
        host = host_of(httpx.URL(url))
    except httpx.InvalidURL:
        return False
    return bool(host) and await is_at_home(host, resolve)


def _options(provider: str, url: str, key: str, at_home: bool) -> dict[str, Any]:
    """What LangChain's model of a provider is made with."""
    if provider == OLLAMA:  # it has no retries to turn off, and no key of its own
        headers = ONE_REQUEST | ({"authorization": f"Bearer {key}"} if key and key != NO_KEY else {})
        timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
        return {"client_kwargs": {"timeout": timeout, "headers": headers, "trust_env": not at_home}} | ({"base_url": url} if url else {})
    options: dict[str, Any] = {"max_retries": 0, "timeout": READ_SECONDS}
    if url:
        options |= {"base_url": url, "api_key": key}
    if provider == OPENAI:
        options |= {
            "timeout": (CONNECT_SECONDS, READ_SECONDS),
            "default_headers": ONE_REQUEST,
            "stream_usage": True,
            "stream_chunk_timeout": 0,
        }
        options |= {"http_socket_options": DIRECTLY} if at_home else {}
    return options


def _made(provider: str, model_id: str, options: dict[str, Any]) -> BaseChatModel:
    package = f"langchain-{provider.replace('_', '-')}"
    try:
        made: BaseChatModel = importlib.import_module("langchain.chat_models").init_chat_model(model_id, model_provider=provider, **options)
    except ImportError as missing:
        raise SetupIncomplete(f"KIWI_CHAT_MODEL is {provider}:{model_id}, which needs `pip install langchain {package}`.") from missing
    except faults() as refused:
        raise SetupIncomplete(f"KIWI_CHAT_MODEL {provider}:{model_id} cannot be set up: {str(refused)[:300]}") from refused
    return made


def _address_of(made: BaseChatModel) -> str:
    """Where a model sends what it is asked, as far as it tells."""
    client = getattr(made, "root_async_client", None)
    named = (getattr(made, name, None) for name in ("openai_api_base", "anthropic_api_url", "base_url"))
    return next((str(address) for address in (getattr(client, "base_url", None), *named) if address), "")


def _chat(made: BaseChatModel, provider: str, model_id: str, own: bool) -> Chat:
    profile = dict(made.profile or {})
    ours = provider == GOOGLE
    chat = Chat(
        model=made,
        sold=sold_as(PROVIDERS.get(provider, provider), model_id, own),
        hears=bool(profile.get("audio_inputs", ours)),
        sees=bool(profile.get("image_inputs", ours)),
        secrets=tuple(value.get_secret_value() for _, value in made if isinstance(value, SecretStr)),
    )
    if chat.free:
        chat.silence_seconds, chat.longest_seconds = model.OWN_SILENCE_SECONDS, model.OWN_LONGEST_SECONDS
        chat.thought_tokens = model.OWN_THOUGHT_TOKENS
    return chat
