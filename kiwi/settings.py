"""The only reader of the environment."""

import os
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def _data_folder() -> Path:
    return user_data_path("kiwi-video", appauthor=False)


class Settings(BaseSettings):
    """What an operator may set; each field is the environment variable ``KIWI_<FIELD>``, described in env.example."""

    model_config = SettingsConfigDict(env_prefix="KIWI_", env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    data_dir: Path = Field(default_factory=_data_folder, description="Where the database, the films and the models live.")
    database_url: str = Field(default="", description="PostgreSQL to use; empty: the embedded one, inside KIWI_DATA_DIR.")
    hands: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, le=64, description="Child processes that draw, speak and mix.")

    @property
    def data_folder(self) -> Path:
        """KIWI_DATA_DIR as an absolute path."""
        return self.data_dir.expanduser().resolve()
