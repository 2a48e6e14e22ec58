"""Nothing older than what its advisories were mended in may be installed, whatever else asks for it."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = (ROOT / "pyproject.toml").read_text("utf-8")

FLOORS: dict[str, tuple[str, tuple[str, ...]]] = {
    "starlette": ("1.3.1", ("CVE-2026-54282", "CVE-2026-54283", "CVE-2026-48817", "CVE-2026-48818", "CVE-2026-48710", "CVE-2025-62727")),
    "langgraph-checkpoint": ("4.1.1", ("CVE-2026-48775", "CVE-2026-27794", "CVE-2025-64439")),
    "langgraph-sdk": ("0.4.6", ("CVE-2026-118667", "GHSA-fvww-7h3r-vfhp", "CVE-2026-48776")),
    "langgraph": ("1.2.14", ("CVE-2026-118667", "CVE-2026-28277")),
    "langsmith": ("0.6.3", ("CVE-2026-25528",)),
    "langchain-core": ("1.3.3", ("CVE-2026-44843", "CVE-2026-34070", "CVE-2026-26013", "CVE-2025-68664", "CVE-2025-65106")),
    "python-multipart": ("0.0.31", ("CVE-2026-42561", "CVE-2026-40347", "CVE-2024-53981")),
    "langserve": ("0.0.16", ()),
}
"""What each package was mended in, and of what."""


def asked_for(package: str) -> Version:
    """The oldest version of a package that pyproject lets in."""
    wanted = [Requirement(line) for line in tomllib.loads(PROJECT)["project"]["dependencies"]]
    ours = next((one for one in wanted if one.name == package), None)
    assert ours is not None, f"{package} is no dependency of our own, so nothing keeps an old one out"
    return min(Version(clause.version) for clause in ours.specifier if clause.operator in {">=", "=="})


@pytest.mark.parametrize("package", FLOORS)
def test_nothing_older_than_its_advisories_is_let_in(package: str) -> None:
    floor, advisories = FLOORS[package]
    said = f"{package} {floor} mends {', '.join(advisories) or 'a playground that gave any file away'}"
    assert Version(version(package)) >= Version(floor), said
    assert asked_for(package) >= Version(floor), said
    locked = re.search(rf"^{re.escape(package)}==(\S+)", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    assert locked is not None
    assert Version(locked[1]) >= Version(floor), said
    line = next(line for line in PROJECT.splitlines() if re.match(rf'\s*"{re.escape(package)}[=><]', line))
    assert [advisory for advisory in advisories if advisory not in line] == []
