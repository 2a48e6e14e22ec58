"""A still shows a scene as it will look, the same as the frame of its reel."""

import asyncio
import base64
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
import pytest_asyncio

from graph.stills import Stills, still_input
from kiwi.errors import NoSuchScene
from kiwi.film.model import PORTRAIT, Reel, Take
from kiwi.render.scene.reel import render
from kiwi.render.scene.still import draw_still, still_frame
from kiwi.storage.assets import AssetStore
from kiwi.storage.postgres import Server
from kiwi.work import jobs
from testing.fakes import an_asset
from testing.servers import House, Studio, open_house, settings_for
from tests.local.test_storyboard import plan

BUSY = 10
"""So much slower may a machine be that others use, too."""


def pixels(jpeg: bytes) -> np.ndarray:
    decoded = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    return decoded.astype(int)


@pytest.fixture
def store(tmp_path: Path) -> AssetStore:
    return AssetStore(tmp_path)


def test_a_still_is_the_frame_of_the_reel_where_everything_is_to_be_seen(store: AssetStore, tmp_path: Path) -> None:
    order = still_input({"storyboard": plan(size=PORTRAIT)}, 3, store)  # type: ignore[typeddict-item]
    picture = pixels(base64.b64decode(draw_still(order, tmp_path, lambda _: None).jpeg))
    assert picture.shape == (960, 540, 3)
    render(order.drawn, tmp_path, lambda _: None)
    with av.open(str(tmp_path / "reel.mp4")) as reel:
        frames = [frame.to_ndarray(format="bgr24", src_colorspace="ITU709") for frame in reel.decode(video=0)]
    shown = frames[still_frame(order.drawn.shot, order.drawn.fps)]
    assert np.abs(cv2.resize(shown, (540, 960), interpolation=cv2.INTER_AREA).astype(int) - picture).mean() < 3
    assert np.abs(cv2.resize(frames[0], (540, 960)).astype(int) - picture).mean() > 6


def test_stills_are_named_by_what_they_show_and_footage_counts_once_it_is_rendered(store: AssetStore) -> None:
    board = plan()
    shot = board.shots[0]
    take = Take(shot_id=shot.id, camera="runway", footage=an_asset("clip.mp4"))
    drawn = still_input({"storyboard": board}, 1, store)  # type: ignore[typeddict-item]
    begun: Any = {"storyboard": board, "takes": {shot.id: take}}
    assert still_input(begun, 1, store) == drawn
    rendered: Any = {**begun, "reels": {shot.scene_id: Reel(asset=an_asset("reel.mp4"), frames=shot.frames)}}
    done = still_input(rendered, 1, store)
    assert done.drawn.footage == str(store.path(an_asset("clip.mp4")))
    for number in (0, len(board.shots) + 1):
        with pytest.raises(NoSuchScene, match=f"no scene {number}: it has 8"):
            still_input(begun, number, store)
    nothing: Any = {}
    with pytest.raises(NoSuchScene, match="no storyboard yet"):
        still_input(nothing, 1, store)


async def test_a_still_is_drawn_once_however_many_look_and_the_oldest_are_forgotten(
    store: AssetStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Hand:
        data_folder = Path()

        async def do(self, job: Any, order: Any, folder: Path, report: Any) -> dict[str, Any]:
            asked.append(order["drawn"]["shot"]["id"])
            await asyncio.sleep(0.01)
            return {"jpeg": base64.b64encode(order["drawn"]["shot"]["id"].encode()).decode()}

    monkeypatch.setattr("graph.stills.MOST_KEPT", 2)
    board, stills, hand = plan(), Stills(), Hand()
    pictures = [stills.picture(hand, still_input({"storyboard": board}, n, store)) for n in (1, 2, 3)]  # type: ignore[arg-type, typeddict-item]
    assert await asyncio.gather(*(pictures[0].draw() for _ in range(5))) == [b"shot-1"] * 5
    assert [await picture.draw() for picture in pictures] == [b"shot-1", b"shot-2", b"shot-3"]
    assert asked == ["shot-1", "shot-2", "shot-3"]
    await pictures[0].draw()
    assert asked[3:] == ["shot-1"]


@pytest_asyncio.fixture
async def house(server: Server, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(settings_for(server.url, tmp_path), Studio(tmp_path)) as house:
        yield house
        await house.clean()


async def test_stills_are_fetched_by_their_address_and_not_twice(house: House) -> None:
    house.studio.hold("draw")
    task_id = await house.create()
    address = f"/api/video/task/{task_id}/scenes/{{}}/still.jpg"
    assert (await house.client.get(address.format(1))).status_code == 404
    house.studio.release("draw")
    task = await house.ended(task_id)
    first = await house.client.get(task["data"]["scenes"][0]["still_url"])
    assert (first.status_code, first.headers["content-type"], pixels(first.content).shape) == (200, "image/jpeg", (540, 960, 3))
    known = await house.client.get(address.format(1), headers={"If-None-Match": first.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    began = time.monotonic()
    second = await house.client.get(address.format(2))  # its child has everything that draws by now
    assert time.monotonic() - began < 0.3 * BUSY
    assert second.headers["etag"] != first.headers["etag"]
    for number in (0, 4, 10**20):
        assert (await house.client.get(address.format(number))).status_code == 404
    assert (await house.client.get(address.format("x"))).status_code == 422
    assert (await house.client.get("/api/video/task/nope/scenes/1/still.jpg")).status_code == 404
    assert jobs.STILL.quick
