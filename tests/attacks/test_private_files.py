"""Whoever else has an account on the machine could read films and recordings. Folders are 0700 and files 0600."""

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import asyncio, sys
from pathlib import Path
from kiwi.film.model import Brief
from kiwi.settings import Settings
from server import open_engine

async def main():
    async with open_engine(Settings(data_dir=Path(sys.argv[1]), hands=1)) as engine:
        await engine.submit(Brief(), b"RIFF" + bytes(100))

asyncio.run(main())
"""
ROOT = Path(__file__).parent.parent.parent


def open_to_others(folder: Path) -> list[str]:
    return [str(path) for path in (folder, *folder.rglob("*")) if path.lstat().st_mode & 0o077 and not path.is_symlink()]


def test_nobody_else_may_look_into_a_data_folder_not_even_into_one_that_an_earlier_version_left_open(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "tasks").mkdir(parents=True)
    for folder in (data, data / "tasks"):
        folder.chmod(0o755)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", PROGRAM, str(data)], check=True, cwd=ROOT, env=environment, umask=0o022, capture_output=True)
    assert [path for path in (data / "tasks").rglob("*") if path.is_file()]
    assert open_to_others(data) == []
