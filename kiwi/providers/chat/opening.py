"""Opening the chat model as the operator has set it: by which of LangChain's packages, at which address, with which key."""

import contextlib
import importlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
from langchain_core.language_models import BaseChatModel
from pydantic import SecretStr

from kiwi.errors import SetupIncomplete
from kiwi.net.addresses import Resolve, is_at_home, system_resolve
from kiwi.net.network import CONNECT_SECONDS, checked_base, host_of
from kiwi.providers.chat import model
from kiwi.providers.chat.faults import faults
from kiwi.providers.chat.model import OWN, Chat, sold_as
from kiwi.settings import Settings

GOOGLE, OPENAI, OLLAMA = "google_genai", "openai", "ollama"
PROVIDERS = {GOOGLE: "gemini"}
"""LangChain's names of providers that the catalogue calls otherwise."""
NO_KEY = "none"
"""Sent where no key is needed: OpenAI's library insists on one."""
ONE_REQUEST = {"connection": "close"}
"""These libraries keep their connections where nobody can close them."""
DIRECTLY = ((socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),)
"""With an option for its sockets OpenAI's library goes to an address itself, whatever proxy the environment names."""
GATEWAY = "smith.langchain.com"


@dataclass(frozen=True)
class Place:
    """Where a model is reached."""

    url: str = ""
    """Empty: where its package says, or the environment."""
    key: str = field(default="", repr=False)
    """Empty: the one in the environment."""
    at_home: bool = False
    """On this machine or in a private network."""


@contextlib.asynccontextmanager
async def open_chat(
    settings: Settings, resolve: Resolve = system_resolve, silence_seconds: float | None = None
) -> AsyncIterator[Chat | None]:
    """The chat model of KIWI_CHAT_MODEL for as long as the block runs; None without one, or without the key it needs.

    It may be silent for as long as is usual, unless somebody says otherwise. SetupIncomplete when its package is missing or it cannot
    be set up.
    """
    chat = await make_chat(settings, resolve, silence_seconds)
    try:
        yield chat
    finally:
        close = getattr(chat.model, "aclose", None) if chat else None
        if close is not None:
            await close()


async def make_chat(settings: Settings, resolve: Resolve, silence_seconds: float | None) -> Chat | None:
    """The chat model as the operator set it, opened; None where none is set. BadSettings."""
    named = settings.chat_model.strip()
    provider, _, model_id = named.partition(":")
    if not named:
        return None
    if not model_id:
        raise SetupIncomplete(f"KIWI_CHAT_MODEL is “{named}”: write provider:model, such as google_genai:gemini-3.8-flash.")
    if provider == GOOGLE:
        gemini = _gemini(settings, model_id)
        return _chat(gemini, provider, model_id, False, silence_seconds) if gemini else None
    place = await _place(settings, provider, model_id, resolve)
    own = place.at_home or provider in OWN
    silence_seconds = silence_seconds or (model.OWN_SILENCE_SECONDS if own else model.SILENCE_SECONDS)
    made = _made(provider, model_id, _options(provider, place, silence_seconds))
    if GATEWAY in _address_of(made):
        raise SetupIncomplete("LANGSMITH_GATEWAY would send every brief through LangSmith: unset it.")
    return _chat(made, provider, model_id, own, silence_seconds)


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


async def _place(settings: Settings, provider: str, model_id: str, resolve: Resolve) -> Place:
    """Where a model is reached; only at home in the clear, and without a key. SetupIncomplete."""
    url, key = settings.chat_url.strip(), settings.chat_key.get_secret_value().strip()
    if not url:
        return await _environment(provider, model_id, resolve)
    at_home = await _is_at_home(url, resolve)
    checked_base("the chat model (KIWI_CHAT_URL)", url, at_home)
    if not key and not at_home:
        raise SetupIncomplete("KIWI_CHAT_URL is not known to be on this machine or in a private network: it needs KIWI_CHAT_KEY.")
    return Place(url, key or NO_KEY, at_home)


async def _environment(provider: str, model_id: str, resolve: Resolve) -> Place:
    """Where a model is reached whose package reads the environment as its documentation says. Vendors, who are asked by https, are
    not looked up."""

    async def nowhere(host: str, port: int) -> list[str]:
        return []

    async def at_home(place: Place) -> bool:
        address = _address_of(_made(provider, model_id, _options(provider, place, model.SILENCE_SECONDS)))
        return await _is_at_home(address, nowhere if address.startswith("https:") else resolve)

    try:
        return Place(at_home=await at_home(Place()))
    except SetupIncomplete:
        keyless = Place(key=NO_KEY, at_home=True)  # perhaps a key is all that is missing, and none is needed
        if provider != OPENAI or not await at_home(keyless):
            raise
        return keyless


async def _is_at_home(url: str, resolve: Resolve) -> bool:
    try:
        host = host_of(httpx.URL(url))
    except httpx.InvalidURL:
        return False
    return bool(host) and await is_at_home(host, resolve)


def _options(provider: str, place: Place, silence_seconds: float) -> dict[str, Any]:
    """What LangChain's model of a provider is made with."""
    options: dict[str, Any] = {"base_url": place.url} if place.url else {}
    if provider == OLLAMA:  # it has no retries to turn off, and no key of its own
        headers = ONE_REQUEST | ({"authorization": f"Bearer {place.key}"} if place.key and place.key != NO_KEY else {})
        timeout = httpx.Timeout(silence_seconds, connect=CONNECT_SECONDS)
        proxied = bool(place.url) and not place.at_home  # where Ollama looks by itself is this machine
        return options | {"client_kwargs": {"timeout": timeout, "headers": headers, "trust_env": proxied}}
    options |= {"max_retries": 0, "timeout": silence_seconds} | ({"api_key": place.key} if place.key else {})
    if provider == OPENAI:
        options |= {"timeout": (CONNECT_SECONDS, silence_seconds), "default_headers": ONE_REQUEST}
        options |= {"stream_usage": True, "stream_chunk_timeout": 0}
        options |= {"http_socket_options": DIRECTLY} if place.at_home else {}
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


def _chat(made: BaseChatModel, provider: str, model_id: str, own: bool, silence_seconds: float | None) -> Chat:
    profile = dict(made.profile or {})
    ours = provider == GOOGLE
    return Chat(
        model=made,
        sold=sold_as(PROVIDERS.get(provider, provider), model_id, own),
        hears=bool(profile.get("audio_inputs", ours)),
        sees=bool(profile.get("image_inputs", ours)),
        silence_seconds=silence_seconds or model.SILENCE_SECONDS,
        longest_seconds=model.OWN_LONGEST_SECONDS if own else model.LONGEST_SECONDS,
        thought_tokens=model.OWN_THOUGHT_TOKENS if own else model.THOUGHT_TOKENS,
        by_pieces=ours,
        secrets=tuple(value.get_secret_value() for _, value in made if isinstance(value, SecretStr)),
    )
