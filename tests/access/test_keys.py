"""Keys that are given out: made, found, ended; and the command that does it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli import app
from commands.keys import parse_expiry
from kiwi.access.keys import Keys, digest_of_key, prefix_of
from kiwi.access.scopes import USUAL, Scope
from kiwi.errors import BadBrief, NoSuchKey
from kiwi.storage.database import Database

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def test_a_key_opens_until_it_is_revoked(fresh_database: Database) -> None:
    keys = Keys(fresh_database)
    assert not await keys.ever()
    first, said = await keys.create("ada")
    second, _ = await keys.create("ada", [Scope.READ])
    assert (first.owner, first.scopes, second.scopes) == ("ada", USUAL, (Scope.READ,))
    assert prefix_of(said) == first.prefix
    assert await keys.find(first.prefix) == (digest_of_key(said), first)
    assert (await keys.good()).keys() == {first.prefix, second.prefix}
    ended = await keys.revoke(first.prefix)
    assert ended.revoked_at is not None
    assert (await keys.revoke(first.prefix)).revoked_at == ended.revoked_at
    assert await keys.find(first.prefix) is None
    assert (await keys.good()).keys() == {second.prefix}
    assert [key.prefix for key in await keys.list()] == [first.prefix, second.prefix]
    await keys.revoke(second.prefix)
    assert await keys.ever()


async def test_a_key_that_has_expired_opens_nothing(fresh_database: Database) -> None:
    keys = Keys(fresh_database)
    key, _ = await keys.create("ada", expires_at=datetime.now(UTC) + timedelta(hours=1))
    assert await keys.find(key.prefix) is not None
    async with fresh_database.pool.connection() as connection:
        await connection.execute("update kiwi_key set expires_at = clock_timestamp()")
    assert (await keys.find(key.prefix), await keys.good()) == (None, {})


@pytest.mark.parametrize("name", ["", "Ada", "a b", "local", "operator", "a" * 64, "-a", "a/b", "ада", "a\n"])
async def test_an_owner_has_a_plain_name_that_is_nobody_elses(fresh_database: Database, name: str) -> None:
    with pytest.raises(BadBrief):
        await Keys(fresh_database).create(name)


async def test_what_no_key_can_be_is_refused(fresh_database: Database) -> None:
    keys = Keys(fresh_database)
    with pytest.raises(BadBrief, match="at least one"):
        await keys.create("ada", [])
    with pytest.raises(BadBrief, match="expired"):
        await keys.create("ada", expires_at=NOON)
    for prefix in ("", "kiwi_0123456789ab", "\0", "' or 1=1", "\ud800"):
        with pytest.raises(NoSuchKey):
            await keys.revoke(prefix)
    for text in ("", "kiwi_", "kiwi__x", "kiwi_0123456789ab", "kiwi_0123456789ab_", "kiwi_0123456789AB_x", "wiki_0123456789ab_x"):
        assert prefix_of(text) == ""


def test_a_key_ends_after_a_span_or_on_a_day() -> None:
    assert parse_expiry("", NOON) is None
    assert parse_expiry("90d", NOON) == NOON + timedelta(days=90)
    assert parse_expiry("12h", NOON) == NOON + timedelta(hours=12)
    assert parse_expiry("2027-03-01", NOON) == datetime(2027, 3, 1, tzinfo=UTC)
    assert parse_expiry("2027-03-01T10:00+02:00", NOON) == datetime(2027, 3, 1, 8, tzinfo=UTC)
    for strange in ("soon", "-1d", "1y", "99999w" * 2, "2027-13-01", "٣d"):
        with pytest.raises(BadBrief, match="--expires"):
            parse_expiry(strange, NOON)


@pytest.fixture
def kiwi(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("KIWI_DATABASE_URL", database_url)
    monkeypatch.setenv("KIWI_DATA_DIR", str(tmp_path))
    return CliRunner()


def test_the_command_makes_lists_and_ends_keys(kiwi: CliRunner) -> None:
    def run(*words: str) -> Result:
        return kiwi.invoke(app, ["keys", *words])

    made = run("create", "ada", "--scope", "read", "--scope", "metrics", "--expires", "30d")
    assert made.exit_code == 0
    key = made.stdout.strip()
    assert "not shown again" in made.stderr
    assert key not in made.stderr
    listed = json.loads(run("list", "--json").stdout)
    assert [(one["prefix"], one["owner"], one["scopes"]) for one in listed] == [(prefix_of(key), "ada", ["read", "metrics"])]
    assert key not in run("list").stdout
    assert run("revoke", prefix_of(key)).exit_code == 0
    assert "revoked" in run("list").stdout
    for words in (
        ("revoke", "kiwi_none"),
        ("create", "operator"),
        ("create", "bob", "--expires", "never"),
        ("create", "b", "--scope", "all"),
    ):
        refused = run(*words)
        assert (refused.exit_code, refused.stdout) == (2, "")
