"""The whole chat crew against a real llama.cpp server, for protocol and timing: its model is far too small to be of use."""

import contextlib
import logging
import re
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import Any

import pytest

from kiwi.errors import ProviderError
from kiwi.film.model import Brief
from kiwi.providers.chat import streaming
from kiwi.providers.chat.asking import ask
from kiwi.providers.chat.critic import question_of
from kiwi.providers.chat.model import Chat
from kiwi.providers.chat.reader import ChatReader
from kiwi.storage.database import Database
from kiwi.tasks.table import Tasks
from kiwi.tasks.task import Status
from kiwi.work.production import Production
from tests.llama import missing, running_llama
from tests.providers.test_chat_emulated import a_production
from tests.providers.test_cloud_film import open_lot

pytestmark = [pytest.mark.skipif(bool(missing()), reason=f"{missing()} is not installed"), pytest.mark.timeout(900)]

WRITTEN = 64
"""Tokens of an answer: this model finds no end by itself."""
SHARED = 300
"""Tokens at least that all questions of a kind begin with."""
READ = re.compile(r"has read (\d+) tokens, (\d+) of them known before, and written (\d+)")
UNUSABLE = "cannot be used"
"""What is said of answers that came in time and were of no use."""


@pytest.fixture
def pieces(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many pieces each answer came in."""
    counted, taken = list[int](), streaming._pieces

    async def counting(*asked: Any) -> AsyncIterator[Any]:
        counted.append(0)
        async with contextlib.aclosing(taken(*asked)) as coming:
            async for piece in coming:
                counted[-1] += 1
                yield piece

    monkeypatch.setattr(streaming, "_pieces", counting)
    return counted


def answer_briefly(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    limited = chat.limited
    monkeypatch.setattr(chat, "limited", lambda tokens: limited(min(tokens, WRITTEN)))


async def why_not(asking: Awaitable[Any]) -> str:
    """Why an answer was not taken; empty: it was."""
    try:
        await asking
    except ProviderError as failure:
        return str(failure)
    return ""


async def ask_for_more(chat: Chat, production: Production) -> list[str]:
    """What a crew asks of a second film, and of one that is finished, without the stills that this model cannot see."""
    words = "A film about cats for children, square, happy."
    scenes: list[dict[str, Any]] = [{"id": "scene-1", "start": 0.0, "end": 3.0, "voice_over": "Tea comes from China."}]
    reading = await why_not(ChatReader(chat, production).read(words, Brief(words=words), None))
    return [reading, await why_not(ask(chat, production, question_of(scenes, ())))]


async def test_a_film_with_a_model_of_the_clients_own(
    database: Database,
    tasks: Tasks,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    pieces: list[int],
) -> None:
    caplog.set_level(logging.INFO, streaming.__name__)
    with running_llama(tmp_path / "llama.log") as url:
        own: dict[str, Any] = {"runway_key": "", "chat_model": "openai:smollm2", "chat_url": f"{url}/v1"}
        async with open_lot(database, tasks, tmp_path, **own) as lot:
            chat = lot.chat
            answer_briefly(chat, monkeypatch)
            task = await lot.film("Explain in five seconds how tea is made.")
            caplog.clear()
            production, buyer = a_production(tmp_path)
            more = await ask_for_more(chat, production)
            async with database.pool.connection() as connection:
                bought = await (await connection.execute("select * from kiwi_purchase")).fetchall()
    assert task.status is Status.COMPLETED
    assert task.result is not None
    assert task.result["title"]
    assert task.result["total_scenes"] >= 2
    falls = [(fall["node"], fall["wanted"], fall["used"], UNUSABLE in fall["why"]) for fall in task.result["degraded"]]
    assert set(falls) <= {(node, "openai:smollm2", "embedded", True) for node in ("read_intent", "write_script", "draw_storyboard")}
    assert all(why == "" or UNUSABLE in why for why in more)
    assert not chat.plain
    assert bought == []
    assert buyer.purchases == []
    assert task.cost == {"currency": "USD", "spent": 0.0, "providers": {}}
    assert len(pieces) >= 5
    assert min(pieces) > 10
    read, known, _ = map(int, READ.findall(caplog.text)[0])
    assert read > known >= SHARED
