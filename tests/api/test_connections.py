"""How many connections there may be, and what is said when there are too many."""

import asyncio
import logging
import resource
from typing import Any

import pytest

from api.connections import FEWEST, FILES, OUT_OF_FILES, SELDOM_SECONDS, Room, Seldom, make_room, quieter
from api.peers import network_of


class Limit:
    """A limit of open files that a process may raise up to the system's."""

    def __init__(self, soft: int, hard: int) -> None:
        self.soft, self.hard = soft, hard

    def getrlimit(self, _: int) -> tuple[int, int]:
        return self.soft, self.hard

    def setrlimit(self, _: int, limits: tuple[int, int]) -> None:
        assert limits[0] <= limits[1] or limits[1] == resource.RLIM_INFINITY
        self.soft, self.hard = limits


@pytest.mark.parametrize(
    ("soft", "hard", "room", "raised"),
    [
        (1024, 20_000, Room(1000, 600), 2216),  # raised as far as it is needed
        (1024, resource.RLIM_INFINITY, Room(1000, 600), 2216),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, Room(1000, 600), resource.RLIM_INFINITY),
        (4096, 4096, Room(1000, 600), 4096),
        (1024, 1024, Room(404, 404), 1024),  # half of what the films leave
        (64, 64, Room(FEWEST, FEWEST), 64),
    ],
)
def test_connections_leave_the_films_their_descriptors(
    soft: int, hard: int, room: Room, raised: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = Limit(soft, hard)
    monkeypatch.setattr("api.connections.resource.getrlimit", limit.getrlimit)
    monkeypatch.setattr("api.connections.resource.setrlimit", limit.setrlimit)
    assert make_room(1000, 600, pool=1, films=2) == room
    assert limit.soft == raised
    assert room.all <= FEWEST or raised == resource.RLIM_INFINITY or room.all * 2 + FILES <= raised


def test_what_happens_all_the_time_is_said_seldom_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    now = 100.0
    seldom = Seldom(clock=lambda: now)
    for _ in range(1_000):
        seldom.warn("a connection found no room")
    now += SELDOM_SECONDS
    seldom.warn("a connection found no room")
    assert [record.getMessage().rpartition(": ")[2] for record in caplog.records] == ["1", "1000"]


async def test_only_the_want_of_descriptors_is_said_seldom(caplog: pytest.LogCaptureFixture) -> None:
    loop, passed_on = asyncio.get_running_loop(), list[dict[str, Any]]()
    handle = quieter(Seldom(), lambda _, context: passed_on.append(context))
    for _ in range(50):
        handle(loop, {"message": OUT_OF_FILES, "exception": OSError(24, "Too many open files")})
    handle(loop, {"message": "something else"})
    assert passed_on == [{"message": "something else"}]
    with caplog.at_level(logging.ERROR):
        quieter(Seldom(), None)(loop, {"message": "something else again"})
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 2
    assert "Too many open files" in said[0]
    assert said[1] == "something else again"


def test_a_client_has_an_address_or_a_whole_network() -> None:
    assert network_of("192.0.2.1") == network_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert network_of("2001:db8::1") == network_of("2001:db8:0:0:ffff::2") != network_of("2001:db8:0:1::1")
    assert network_of("fe80::1%eth0") == network_of("fe80::2")
    assert network_of("") == ""
