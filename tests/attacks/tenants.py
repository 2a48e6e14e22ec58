"""A server that several owners share, each with keys of their own, and what an attacker is given."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiwi.access.keys import Keys
from kiwi.access.scopes import USUAL, Scope
from testing.servers import House, Studio, open_house, settings_for

OPERATOR = "kiwi_the_operators_own"
Headers = dict[str, str]


def bearer(key: str) -> Headers:
    return {"Authorization": f"Bearer {key}"}


@dataclass
class Tenants:
    """A running server and the keys of its owners."""

    house: House
    keys: Keys
    ada: Headers = field(default_factory=dict)
    bob: Headers = field(default_factory=dict)
    operator: Headers = field(default_factory=lambda: bearer(OPERATOR))

    async def key(self, owner: str, scopes: Iterable[Scope] = USUAL) -> Headers:
        """Another key."""
        _, key = await self.keys.create(owner, scopes)
        return bearer(key)

    async def film(self, headers: Headers, **body: Any) -> str:
        """A promised film's id."""
        answer = await self.house.client.post("/api/video/create", json={"text_input": "tea", **body}, headers=headers)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["task_id"])

    async def made(self, headers: Headers, **body: Any) -> str:
        """A finished film's id."""
        waiting = {**headers, "Prefer": "wait=30"}
        answer = await self.house.client.post("/api/video/create", json={"text_input": "tea", **body}, headers=waiting)
        assert (answer.status_code, answer.json()["status"]) == (200, "completed"), answer.text
        return str(answer.json()["task_id"])


@asynccontextmanager
async def open_tenants(database_url: str, folder: Path, **settings: Any) -> AsyncIterator[Tenants]:
    """A server with an operator and two owners, Ada and Bob."""
    async with open_house(settings_for(database_url, folder, api_keys=OPERATOR, **settings), Studio(folder)) as house:
        tenants = Tenants(house, Keys(house.app.state.context.engine.database))
        tenants.ada, tenants.bob = await tenants.key("ada"), await tenants.key("bob")
        yield tenants
