"""The only reader of the environment."""

import os
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_data_path
from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from kiwi.errors import SetupIncomplete


def _data_folder() -> Path:
    return user_data_path("kiwi-video", appauthor=False)


def _key(provider: str, *usual: str, description: str) -> Any:
    """A vendor's key: by our name, or by the one the vendor's own documentation uses."""
    names = AliasChoices(f"KIWI_{provider.upper()}_KEY", *usual)
    return Field(default=SecretStr(""), validation_alias=names, description=description)


SHARED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH")
"""What children may know of the environment: nothing in it is a secret."""


def child_environment() -> dict[str, str]:
    """The environment of child processes: no key, one thread each (as many run as there are cores), and no word to anybody's maker."""
    kept = {name: os.environ[name] for name in SHARED if name in os.environ}
    own = str(Path(__file__).parent.parent)
    paths = os.pathsep.join(filter(None, (own, kept.get("PYTHONPATH", ""))))
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return kept | {"PYTHONPATH": paths, "ORT_DISABLE_TELEMETRY": "1"} | threads


def _told(strange: Mapping[str, Any]) -> str:
    """What is wrong with a setting; the value of a key is not repeated."""
    name = str(strange["loc"][0])
    variable = name if name.isupper() else f"KIWI_{name.upper()}"
    secret = re.search(r"KEY|SECRET|TOKEN|URL", variable)
    value = "" if secret else f"“{strange['input']}”: "
    return f"{variable} is not right: {value}{strange['msg'][:1].lower()}{strange['msg'][1:]}."


class Settings(BaseSettings):
    """What an operator may set; each field is the environment variable ``KIWI_<FIELD>``, described in env.example."""

    model_config = SettingsConfigDict(
        env_prefix="KIWI_", env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True, populate_by_name=True
    )

    data_dir: Path = Field(default_factory=_data_folder, description="Where the database, the films and the models live.")
    database_url: str = Field(default="", description="PostgreSQL to use; empty: the embedded one, inside KIWI_DATA_DIR.")
    hands: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, le=64, description="Child processes that draw, speak and mix.")

    films: int = Field(default=2, ge=1, le=64, description="Films made at once by one process; the others wait.")
    queue: int = Field(default=100, ge=1, le=100_000, description="Films that may wait; more are refused with 429.")
    host: str = Field(default="127.0.0.1", description="Address to serve on; any but this machine's own asks for a key.")
    port: int = Field(default=8000, ge=0, le=65_535, description="Port to serve on.")
    api_keys: SecretStr = Field(
        default=SecretStr(""), description="Keys of the operator, separated by commas; `kiwi keys create` makes others."
    )
    origins: str = Field(
        default=",".join(f"http://{host}:{port}" for port in (3000, 3001, 5173) for host in ("localhost", "127.0.0.1")),
        description="Web pages that may call the server from a browser, separated by commas.",
    )
    hosts: str = Field(
        default="",
        description="Host names the server answers to, separated by commas; empty: this machine's own, or any when keys are set.",
    )
    proxies: str = Field(
        default="",
        description="Addresses or networks of proxies whose X-Forwarded-For is believed, separated by commas; empty: nobody's.",
    )
    owner_films: int = Field(
        default=10, ge=1, le=100_000, description="Films that one owner of keys may have waiting and running; more are refused with 429."
    )
    owner_spend_day: Decimal = Field(
        default=Decimal(5), ge=0, description="US dollars that one owner's films of a day (UTC) may cost; more are refused with 402."
    )
    owner_mb: int = Field(
        default=5_000, ge=1, le=100_000_000, description="Megabytes that one owner's films may take; more are refused with 402."
    )
    owner_requests: int = Field(
        default=100,
        ge=1,
        le=65_000,
        description="Requests that one owner of keys may have open at once, streams among them; more are refused with 429.",
    )
    connections: int = Field(
        default=1_000, ge=16, le=65_000, description="Connections at once; fewer where the limit of open files is low."
    )
    connections_each: int = Field(
        default=600, ge=1, le=65_000, description="Connections at once from one address; behind a proxy all come from the proxy's."
    )
    upload_mb: int = Field(default=64, ge=1, le=4_096, description="Megabytes that a request may have.")

    webhook_url: str = Field(
        default="",
        description="Where the end of each film is told that was asked for through the server, unless its client names another.",
    )
    webhook_hosts: str = Field(
        default="",
        description="Hosts that webhooks may go to although they are not on the internet, separated by commas, such as "
        "localhost:9000 or *.internal; by http, too.",
    )

    keep_days: int = Field(
        default=30, ge=0, le=36_500, description="Days that films and conversations are kept after they last changed; 0: for ever."
    )
    keep_recordings_days: int = Field(
        default=7, ge=0, le=36_500, description="Days that recordings of briefs are kept; 0: as long as their films."
    )
    disk_reserve_mb: int = Field(
        default=500, ge=0, description="Megabytes of the disk that stay free: with less, no film is promised (507) and /readyz says so."
    )

    sign_certificate: str = Field(
        default="",
        description="Certificate that films are signed with (C2PA): PEM, the signer's own first; empty: one that is made here.",
    )
    sign_key_file: str = Field(default="", description="Its private key: PEM, without a passphrase.")

    gemini_key: SecretStr = _key(
        "gemini", "GEMINI_API_KEY", "GOOGLE_API_KEY", description="Google Gemini: listens, writes, speaks and, if chosen, films."
    )
    gemini_base_url: str = Field(default="https://generativelanguage.googleapis.com", description="Where Gemini is reached.")
    gemini_voice: str = Field(default="Kore", description="Gemini's voice.")
    runway_key: SecretStr = _key("runway", "RUNWAYML_API_SECRET", description="Runway: films.")
    runway_base_url: str = Field(default="https://api.dev.runwayml.com", description="Where Runway is reached.")
    fal_key: SecretStr = _key("fal", "FAL_KEY", description="fal: films with Pika.")
    fal_base_url: str = Field(default="https://queue.fal.run", description="Where fal's queue is reached.")
    pika_key: SecretStr = _key("pika", "PIKA_API_KEY", description="Pika's own interface, for its partners: films.")
    pika_base_url: str = Field(default="https://devapi.pika.art", description="Where Pika's own interface is reached.")
    elevenlabs_key: SecretStr = _key("elevenlabs", "ELEVENLABS_API_KEY", description="ElevenLabs: speaks.")
    elevenlabs_base_url: str = Field(default="https://api.elevenlabs.io", description="Where ElevenLabs is reached.")
    elevenlabs_voice: str = Field(default="JBFqnCBsd6RMkjVDRZzb", description="The id of ElevenLabs' voice.")
    pexels_key: SecretStr = _key("pexels", "PEXELS_API_KEY", description="Pexels: free stock footage.")
    pexels_base_url: str = Field(default="https://api.pexels.com", description="Where Pexels is reached.")
    pixabay_key: SecretStr = _key("pixabay", "PIXABAY_API_KEY", description="Pixabay: free stock footage.")
    pixabay_base_url: str = Field(default="https://pixabay.com", description="Where Pixabay is reached.")

    chat_model: str = Field(
        default="google_genai:gemini-3.8-flash",
        description="Who understands and writes, as provider:model of LangChain (google_genai, openai, ollama …); empty: our own crew.",
    )
    chat_url: str = Field(
        default="",
        description="Where the chat model is reached, if not at its vendor's, such as http://127.0.0.1:8080/v1 for openai or "
        "http://127.0.0.1:11434 for ollama; on this machine or in a private network it costs nothing.",
    )
    chat_key: SecretStr = _key("chat", description="The key that KIWI_CHAT_URL asks for, if it does.")
    knowledge: Literal["wikipedia", "none"] = Field(
        default="wikipedia",
        description="What films about the world are written from: wikipedia, the library on this machine; none: the client's words only.",
    )
    narrators: str = Field(
        default="elevenlabs,gemini",
        description="Voices to speak with, best first, by name or name:model; who has no key is passed over.",
    )
    cameras: str = Field(
        default="runway,pika,pexels,pixabay",
        description="Cameras to film with, best first, by name or name:model; who has no key is passed over. "
        "There are also omni, veo, gemini-image and pika-direct.",
    )
    concurrent: str = Field(
        default="", description="Jobs at once where your account allows others than the catalogue says, such as runway=10,pika=40."
    )
    spend_task: Decimal = Field(default=Decimal(5), ge=0, description="US dollars that one film may cost.")
    spend_day: Decimal = Field(default=Decimal(25), ge=0, description="US dollars that all films of a day (UTC) may cost.")
    wait_minutes: float = Field(default=15, gt=0, le=240, description="Minutes a provider may take for one shot.")

    def __init__(self, **values: Any) -> None:
        """SetupIncomplete, in one sentence a variable, when one has a value that it cannot have."""
        try:
            super().__init__(**values)
        except ValidationError as strange:
            raise SetupIncomplete(" ".join(map(_told, strange.errors(include_url=False)))) from strange

    @property
    def data_folder(self) -> Path:
        """KIWI_DATA_DIR as an absolute path."""
        return self.data_dir.expanduser().resolve()

    @property
    def keys(self) -> list[str]:
        """The vendors' keys that are set."""
        values = [getattr(self, name) for name in type(self).model_fields if name.endswith("_key")]
        return [value.get_secret_value() for value in values if value.get_secret_value()]

    @property
    def has_keys(self) -> bool:
        """Whether anybody beside the embedded crew may be hired; a chat model of another vendor has its key elsewhere."""
        return bool(self.keys) or (bool(self.chat_model) and not self.chat_model.startswith("google_genai:"))
