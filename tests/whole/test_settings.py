"""env.example says what Settings reads, no more and no less."""

import os
import re
from pathlib import Path

import pytest

import kiwi.settings
from kiwi.errors import SetupIncomplete
from kiwi.settings import Settings, child_environment

EXAMPLE = Path(__file__).parents[2] / "env.example"


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


def test_children_get_no_key_and_tell_nobody_but_us_what_they_do(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KIWI_API_KEYS", "KIWI_DATABASE_URL", "GEMINI_API_KEY", "AWS_SECRET_ACCESS_KEY", "HOME"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    environment = child_environment()
    assert "secret" not in environment.values()
    assert environment["ORT_DISABLE_TELEMETRY"] == "1"
    assert environment["PYTHONPATH"].split(os.pathsep)[0] == str(Path(kiwi.settings.__file__).parent.parent)
    assert environment["PYTHONPATH"].endswith(f"{os.pathsep}/elsewhere")


def test_a_setting_that_cannot_be_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIWI_SPEND_TASK", "abc")
    monkeypatch.setenv("KIWI_PORT", "70000")
    with pytest.raises(SetupIncomplete) as told:
        Settings()
    assert "KIWI_SPEND_TASK is not right: “abc”" in str(told.value)
    assert "KIWI_PORT is not right: “70000”" in str(told.value)
