"""Assistants' tools, asked by the SDK's own client over both transports."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from kiwi.access.scopes import Scope
from kiwi.film.model import Brief, Intent, Script
from kiwi.money.estimate import Estimate, Line
from kiwi.money.producer import Unpaid
from kiwi.storage.postgres import Server
from testing.servers import House
from tests.attacks.tenants import Headers, Tenants, open_tenants
from tests.databases import an_empty_database

pytestmark = pytest.mark.asyncio(loop_scope="module")

TOOLS = {"estimate_film", "make_film", "film_status", "approve_script", "retake_scene", "list_films"}
NOBODYS = "00000000-0000-0000-0000-000000000000"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tenants(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Tenants]:
    async with open_tenants(an_empty_database(server), tmp_path_factory.mktemp("mcp")) as tenants:
        yield tenants


@asynccontextmanager
async def an_assistant(house: House, headers: Headers) -> AsyncIterator[Client]:
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60) as http,
        Client(streamable_http_client(f"{house.url}/mcp", http_client=http)) as client,
    ):
        yield client


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """What a tool answers; AssertionError where it refuses."""
    answer = await client.call_tool(tool, arguments)
    assert not answer.is_error, answer.content
    assert isinstance(answer.structured_content, dict)
    return answer.structured_content


async def refusal(client: Client, tool: str, **arguments: Any) -> str:
    """Why a tool refuses."""
    answer = await client.call_tool(tool, arguments)
    assert answer.is_error
    return str(answer.content[0].text)  # type: ignore[union-attr]


async def make(client: Client, **arguments: Any) -> str:
    made = await call(client, "make_film", words="Tea is good. Drink it.", **arguments)
    return str(made["task_id"])


async def test_an_assistant_makes_a_film_and_has_a_scene_retaken(tenants: Tenants) -> None:
    async with an_assistant(tenants.house, tenants.ada) as client:
        assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS
        assert "estimate_film first" in (client.instructions or "")
        priced = await call(client, "estimate_film", words="tea", seconds=10)
        assert (priced["costs_money"], priced["up_to_usd"]) == (False, 0.0)
        film = await make(client)
        done = await call(client, "film_status", task_id=film, wait_seconds=30)
        assert (done["status"], len(done["scenes"])) == ("completed", 3)
        assert (await tenants.house.client.get(done["video_url"], headers=tenants.ada)).status_code == 200
        again = await call(client, "retake_scene", task_id=film, scene_number=2, text="Another text.")
        assert again["status"] == "pending"
        done = await call(client, "film_status", task_id=film, wait_seconds=30)
        assert (done["status"], done["scenes"][1]["description"]) == ("completed", "Another text.")
        assert film in [line["task_id"] for line in (await call(client, "list_films", status="completed"))["films"]]


async def test_an_assistant_approves_a_script_and_turns_one_down(tenants: Tenants) -> None:
    async with an_assistant(tenants.house, tenants.ada) as client:
        film = await make(client, review=True)
        waiting = await call(client, "film_status", task_id=film, wait_seconds=30)
        assert (waiting["status"], len(waiting["scenes"])) == ("awaiting_review", 3)
        await call(client, "approve_script", task_id=film, scenes=[{"scene_number": 1, "description": "Other words."}])
        done = await call(client, "film_status", task_id=film, wait_seconds=30)
        assert (done["status"], done["scenes"][0]["description"]) == ("completed", "Other words.")
        other = await make(client, review=True)
        await call(client, "film_status", task_id=other, wait_seconds=30)
        assert (await call(client, "approve_script", task_id=other, approve=False))["status"] == "cancelled"
        assert "is cancelled: there is no" in await refusal(client, "approve_script", task_id=other)


async def test_what_goes_wrong_is_told_in_our_words(tenants: Tenants) -> None:
    async with an_assistant(tenants.house, tenants.ada) as client:
        assert await refusal(client, "make_film", words="tea", theme="ugly")
        assert "There is no brief" in await refusal(client, "make_film", words="  ")
        assert "seconds" in await refusal(client, "estimate_film", words="tea", seconds=9999)
        assert "no scene 9" in await refusal(client, "retake_scene", task_id=await made(client), scene_number=9, text="x")
        assert "There is no task" in await refusal(client, "film_status", task_id="../../etc/passwd")


async def made(client: Client) -> str:
    film = await make(client)
    await call(client, "film_status", task_id=film, wait_seconds=30)
    return film


async def test_each_key_reaches_what_its_owner_and_scopes_allow(tenants: Tenants) -> None:
    async with an_assistant(tenants.house, tenants.ada) as ada:
        film = await made(ada)
    async with an_assistant(tenants.house, tenants.bob) as bob:
        retake: dict[str, Any] = {"scene_number": 1, "text": "x"}
        for tool, more in (("film_status", {}), ("approve_script", {}), ("retake_scene", retake), ("estimate_film", {})):
            theirs = await refusal(bob, tool, task_id=film, **more)
            nobodys = await refusal(bob, tool, task_id=NOBODYS, **more)
            assert theirs.replace(film, NOBODYS) == nobodys
        assert film not in str(await call(bob, "list_films"))
    async with an_assistant(tenants.house, await tenants.key("ada", [Scope.READ])) as reader:
        assert (await call(reader, "film_status", task_id=film))["status"] == "completed"
        for tool, more in (("make_film", {"words": "tea"}), ("retake_scene", {"task_id": film, **retake})):
            assert "needs the scope" in await refusal(reader, tool, **more)


async def test_without_a_key_nobody_is_answered(tenants: Tenants) -> None:
    for headers in ({}, {"X-API-Key": "kiwi_0123456789ab_" + "x" * 43}):
        answer = await tenants.house.client.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, headers=headers)
        assert answer.status_code == 401


@dataclass(frozen=True)
class Selling(Unpaid):
    """Hires the same crews, and asks a dollar a second."""

    def names(self) -> list[str]:
        return ["runway:gen4"]

    async def estimate(self, brief: Brief, intent: Intent | None = None, script: Script | None = None) -> Estimate | None:
        seconds = brief.seconds or 10
        cost = Decimal(str(seconds)) / 10
        line = Line(node="shoot_scene", provider="runway", model="gen4", units=seconds, unit="second", dollars=cost)
        return Estimate(seconds=seconds, scenes=3, lines=(line,), total=cost, cap=Decimal(5), as_of=date(2026, 11, 1))


@pytest_asyncio.fixture(loop_scope="module")
async def selling(tenants: Tenants) -> AsyncIterator[Tenants]:
    worker = tenants.house.app.state.context.engine.worker
    worker.producer, unpaid = Selling(worker.producer.crew_of), worker.producer
    yield tenants
    worker.producer = unpaid


async def test_no_money_is_spent_that_nobody_has_agreed_to(selling: Tenants) -> None:
    engine = selling.house.app.state.context.engine
    async with an_assistant(selling.house, selling.ada) as client, an_assistant(selling.house, selling.bob) as bob:
        before = len((await call(client, "list_films"))["films"])
        asked = {"words": "Tea is good. Drink it.", "seconds": 20}
        priced = await call(client, "estimate_film", **asked)
        assert (priced["costs_money"], priced["total"], priced["up_to_usd"]) == (True, 2.0, 3.1)
        agreed = priced["estimate_id"]
        assert "costs money: up to $3.10" in await refusal(client, "make_film", **asked)
        for other in (asked | {"seconds": 30}, asked | {"words": "Coffee is good."}, asked | {"camera": "pika"}):
            assert "another film" in await refusal(client, "make_film", **other, confirm=agreed)
        assert "another film" in await refusal(bob, "make_film", **asked, confirm=agreed)
        assert len((await call(client, "list_films"))["films"]) == before
        film = (await call(client, "make_film", **asked, review=True, confirm=agreed))["task_id"]
        assert (await engine.tasks.get(film)).brief.budget == 3.1
        await call(client, "film_status", task_id=film, wait_seconds=30)
        assert "costs money" in await refusal(client, "approve_script", task_id=film)
        assert "another film" in await refusal(client, "approve_script", task_id=film, confirm=agreed)
        approval = (await call(client, "estimate_film", task_id=film))["estimate_id"]
        await call(client, "approve_script", task_id=film, confirm=approval)
        await call(client, "film_status", task_id=film, wait_seconds=30)
        retake = {"task_id": film, "scene_number": 1, "text": "Another text."}
        assert "costs money" in await refusal(client, "retake_scene", **retake)
        assert (await call(client, "retake_scene", **retake, confirm=approval))["status"] == "pending"


STUDIO = """
import asyncio, sys
from pathlib import Path
from kiwi.settings import Settings
from server import serve_mcp
from testing.servers import Studio

folder, url = Path(sys.argv[1]), sys.argv[2]
asyncio.run(serve_mcp(Settings(_env_file=None, data_dir=folder, database_url=url, hands=1), Studio(folder).hire))
"""


async def test_over_stdin_and_stdout_the_program_is_the_assistants_own(server: Server, tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    asked = StdioServerParameters(command=sys.executable, args=["-c", STUDIO, str(tmp_path), an_empty_database(server)], cwd=root)
    async with Client(asked) as client:
        film = await make(client)
        done = await call(client, "film_status", task_id=film, wait_seconds=40)
        assert done["status"] == "completed"
        assert str(tmp_path) in done["mp4"]
    # the program is gone with who started it, and the film is there for the next
    async with Client(asked) as client:
        assert [line["task_id"] for line in (await call(client, "list_films"))["films"]] == [film]


async def test_the_command_line_has_it_with_the_crew_and_database_that_come_along(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("kiwi")
    asked = StdioServerParameters(command=str(command), args=["mcp"], env={"KIWI_DATA_DIR": str(tmp_path)}, cwd=tmp_path)
    async with Client(asked) as client:
        assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS
        assert not (await call(client, "estimate_film", words="Kiwi Coffee roasts every morning."))["costs_money"]
        assert (await call(client, "list_films")) == {"films": []}


async def test_the_sdk_is_not_imported_before_somebody_asks() -> None:
    code = "import sys, server, cli; print([name for name in sys.modules if name == 'mcp' or name.startswith('mcp.')])"
    asked = [sys.executable, "-c", code]
    done = await asyncio.to_thread(subprocess.run, asked, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert done.stdout.strip() == "[]"
