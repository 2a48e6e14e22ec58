"""env.example says what Settings reads, no more and no less."""

import re
from pathlib import Path

import pytest

from kiwi.settings import Settings

EXAMPLE = Path(__file__).parent.parent / "env.example"


def test_env_example_names_every_setting_and_nothing_else() -> None:
    named = re.findall(r"^#?(KIWI_\w+)=", EXAMPLE.read_text("utf-8"), re.MULTILINE)
    assert named == [f"KIWI_{name.upper()}" for name in Settings.model_fields]


def test_env_example_describes_every_setting_in_its_own_words() -> None:
    text = " ".join(line.removeprefix("#").strip() for line in EXAMPLE.read_text("utf-8").splitlines())
    for field in Settings.model_fields.values():
        assert field.description
        assert field.description.rstrip(".") in text


def test_a_callers_value_beats_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIWI_HANDS", "7")
    assert Settings().hands == 7
    assert Settings(hands=3).hands == 3
