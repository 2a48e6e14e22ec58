"""A person changes a real film before and after it is made, through a real server in another process."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import av
import httpx
import pytest

from kiwi.client import Event, KiwiClient
from testing.servers import a_free_port

ROOT = Path(__file__).parents[2]
BRIEF = "Promote Kiwi Coffee. We roast every morning. Our beans are from Ethiopia, Brazil and Peru. Visit us at the old harbour."
PATIENCE = 240
"""Seconds for a film, on a machine that others use, too."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, port = tmp_path_factory.mktemp("changing"), a_free_port()
    environment = {**os.environ, "KIWI_DATA_DIR": str(folder / "data")}
    with (folder / "log").open("wb") as log:
        command = [sys.executable, "-m", "cli", "serve", "--port", str(port)]
        program = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            until = time.monotonic() + 60
            while time.monotonic() < until:
                assert program.poll() is None, (folder / "log").read_text()
                try:
                    httpx.get(f"http://127.0.0.1:{port}/readyz").raise_for_status()
                    break
                except httpx.HTTPError:
                    time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            program.terminate()
            program.wait(20)


def seconds_of(film: Path) -> float:
    with av.open(str(film)) as opened:
        frames = sum(1 for _ in opened.decode(video=0))
        return frames / float(opened.streams.video[0].average_rate or 1)


def test_a_film_is_changed_before_and_after_it_is_made(url: str, tmp_path: Path) -> None:
    with KiwiClient(url) as client:
        task = client.create(BRIEF, review="storyboard", size="1080x1080", fps=24).wait(timeout=PATIENCE)
        board = task.storyboard()
        scenes = board["scenes"]
        still = httpx.get(url + scenes[0]["still_url"], timeout=30)
        assert (still.headers["content-type"], still.content[:2]) == ("image/jpeg", b"\xff\xd8")
        scenes[1] |= {"description": "Three countries grow our beans.", "card": "quote"}
        added = {"description": "Our cups are made of clay, sand and patience."}
        task.review(approve=False, scenes=[*scenes[:2], added, *scenes[2:]], revision=board["revision"]).wait(timeout=PATIENCE)
        seen = task.storyboard()["scenes"]
        assert [seen[1]["card"], seen[2]["description"]] == ["quote", added["description"]]
        heard: list[tuple[float, Event]] = []
        task.review().wait(lambda event: heard.append((time.monotonic(), event)), timeout=PATIENCE)
        between = [at for at, event in heard if 23 <= event.progress <= 87]
        assert max(later - earlier for earlier, later in pairwise(between)) < 2  # a second, and what a busy machine adds
        counted = [event.message for _, event in heard if event.message.startswith("Rendering")]
        assert counted[0] == f"Rendering: 0 of {len(seen)} scenes"
        assert counted == sorted(counted)
        first = task.download(tmp_path / "first.mp4")
        assert seconds_of(first) == pytest.approx(sum(one["seconds"] for one in seen), abs=0.1)
        assert task.result["faults"] == []
        before = task.state.scenes[1]["card"]
        task.retake(2, picture=True).wait(timeout=PATIENCE)
        assert task.state.scenes[1]["card"] != before
        task.remove(3).wait(timeout=PATIENCE)
        assert [version["version"] for version in task.result["versions"]] == [1, 2, 3]
        shorter = task.download(tmp_path / "shorter.mp4")
        assert seconds_of(shorter) < seconds_of(first) - 1
        assert task.download(tmp_path / "again.mp4", version=1).read_bytes() == first.read_bytes()
        upright = task.variant(aspect="9:16").wait(timeout=PATIENCE)
        assert (upright.result["resolution"], upright.result["faults"]) == ("1080x1920", [])
        assert [one["description"] for one in upright.state.scenes] == [one["description"] for one in task.state.scenes]
