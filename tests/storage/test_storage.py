"""What films take on the disk, and whether there is room for another."""

from pathlib import Path

import pytest

from kiwi.errors import DiskFull
from kiwi.storage.assets import AssetStore
from kiwi.storage.disk import check_room, free_bytes, megabytes_of_all, megabytes_of_task


def test_a_task_takes_what_all_its_files_take_and_all_tasks_take_the_sum(tmp_path: Path) -> None:
    for task, size in (("a", 3 * 2**20), ("b", 2**20)):
        folder = AssetStore.of_task(tmp_path, task).root / "order"
        folder.mkdir(parents=True)
        (folder / "film.mp4").write_bytes(bytes(size))
        (folder / "elsewhere").symlink_to("/nowhere")
    assert megabytes_of_task(tmp_path, "a") == pytest.approx(3, abs=0.01)
    assert megabytes_of_all(tmp_path) == pytest.approx(4, abs=0.01)
    assert megabytes_of_task(tmp_path, "c") == 0


def test_a_place_that_is_yet_to_be_made_has_the_room_of_where_it_will_lie(tmp_path: Path) -> None:
    assert free_bytes(tmp_path / "not" / "yet") == pytest.approx(free_bytes(tmp_path), rel=0.1)
    check_room(tmp_path / "not" / "yet", 0)
    with pytest.raises(DiskFull, match="less than 1000000000 MB left"):
        check_room(tmp_path, 10**9)
