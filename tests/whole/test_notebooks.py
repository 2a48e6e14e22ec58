"""The notebooks run from top to bottom, offline, on a machine that has only this checkout."""

import time
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST_SECONDS = 60
SHARED = 2
"""How much longer it may take while other tests run beside it."""


def read(path: Path) -> nbformat.NotebookNode:
    notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    return notebook


def test_there_are_three_in_their_order() -> None:
    assert [path.name[:3] for path in NOTEBOOKS] == ["01_", "02_", "03_"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_what_it_printed(path: Path) -> None:
    for cell in read(path).cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
    assert path.stat().st_size < 20_000


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_every_assertion_in_it_holds(path: Path) -> None:
    notebook = read(path)
    began = time.monotonic()
    NotebookClient(
        notebook, timeout=MOST_SECONDS * SHARED, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    ).execute()
    assert time.monotonic() - began < MOST_SECONDS * SHARED
    checked = [cell for cell in notebook.cells if cell.cell_type == "code" and "assert " in cell.source]
    assert len(checked) >= 3
    assert all(cell.execution_count for cell in checked)
