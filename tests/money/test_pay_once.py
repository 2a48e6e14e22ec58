"""A paid film whose workers are killed again and again: the vendors' own ledgers show nothing bought twice."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bench.kills import doubles, kill_films
from emulators.runway import Runway
from emulators.vendor import Purchase as Sale
from kiwi.money.purchases import Purchase, Stage

KILLS = 6


async def test_nothing_is_bought_twice_when_workers_are_killed_at_random_moments(tmp_path: Path) -> None:
    tally = await kill_films(KILLS, 11, tmp_path, cameras="runway", narrators="", chat_model="")
    assert tally.kills == KILLS
    assert tally.kills_at_purchases
    assert tally.sold >= 4
    assert not tally.doubles


def a_purchase(number: int, **wishes: Any) -> Purchase:
    usual = {"stage": Stage.SETTLED, "part": "shot-1", "request": "r", "most": Decimal(1), "job": {"id": f"job-{number}"}}
    return Purchase(number=number, task_id="film", provider="runway", model="gen4.5", at=datetime.now(UTC), **{**usual, **wishes})


@pytest.mark.parametrize(
    ("rows", "sales", "said"),
    [
        ([a_purchase(1)], ["job-1"], []),
        ([a_purchase(1, stage=Stage.FAILED), a_purchase(2)], ["job-1", "job-2"], []),
        ([a_purchase(1, stage=Stage.UNKNOWN, job={})], ["job-1"], []),
        ([a_purchase(1, stage=Stage.REFUSED, job={}), a_purchase(2)], ["job-2"], []),
        ([a_purchase(1), a_purchase(2)], ["job-1", "job-2"], ["shot-1 was bought as purchases [1, 2]", "2 times"]),
        ([a_purchase(1, stage=Stage.UNKNOWN, job={}), a_purchase(2)], ["job-1", "job-2"], ["shot-1 was bought", "2 times"]),
        ([a_purchase(1)], ["job-1", "job-2"], ["no job of", "2 times"]),
        ([], ["job-1"], ["no job of"]),
    ],
    ids=["once", "failed", "unknown", "refused", "twice", "after an unknown outcome", "behind our back", "without an intent"],
)
def test_the_audit_finds_what_was_bought_twice(rows: list[Purchase], sales: list[str], said: list[str]) -> None:
    vendor = Runway()
    vendor.purchases = [Sale(job, "/v1/text_to_video", "a river", 0.0) for job in sales]
    found = list(doubles(rows, [vendor]))
    assert len(found) == len(said)
    assert all(words in double for words, double in zip(said, found, strict=True)), found
