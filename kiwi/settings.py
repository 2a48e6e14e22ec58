"""The only reader of the environment."""

import os
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def _data_folder() -> Path:
    return user_data_path("kiwi-video", appauthor=False)


class Settings(BaseSettings):
    """What an operator may set; each field is the environment variable ``KIWI_<FIELD>``, described in env.example."""

    model_config = SettingsConfigDict(env_prefix="KIWI_", env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    data_dir: Path = Field(default_factory=_data_folder, description="Where the database, the films and the models live.")
    database_url: str = Field(default="", description="PostgreSQL to use; empty: the embedded one, inside KIWI_DATA_DIR.")
    hands: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, le=64, description="Child processes that draw, speak and mix.")

    films: int = Field(default=2, ge=1, le=64, description="Films made at once by one process; the others wait.")
    queue: int = Field(default=100, ge=1, le=100_000, description="Films that may wait; more are refused with 429.")
    host: str = Field(default="127.0.0.1", description="Address to serve on; any but this machine's own asks for KIWI_API_KEYS.")
    port: int = Field(default=8000, ge=0, le=65_535, description="Port to serve on.")
    api_keys: SecretStr = Field(default=SecretStr(""), description="Keys that clients must send, separated by commas; empty: none.")
    origins: str = Field(
        default="http://localhost:3000,http://localhost:3001",
        description="Web pages that may call the server from a browser, separated by commas.",
    )
    hosts: str = Field(
        default="",
        description="Host names the server answers to, separated by commas; empty: this machine's own, or any when keys are set.",
    )
    upload_mb: int = Field(default=64, ge=1, le=4_096, description="Megabytes that a request may have.")

    @property
    def data_folder(self) -> Path:
        """KIWI_DATA_DIR as an absolute path."""
        return self.data_dir.expanduser().resolve()
