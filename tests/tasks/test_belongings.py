"""What an owner has; how the limits are told over the wire is tried in tests/attacks."""

from decimal import Decimal
from pathlib import Path

import pytest

from kiwi.access.owners import LOCAL, OPERATOR, own_name
from kiwi.conversations.store import Conversations
from kiwi.conversations.talk import Said
from kiwi.errors import NoSuchConversation, NoSuchTask, TooManyFilms
from kiwi.film.model import Brief
from kiwi.storage.assets import AssetStore
from kiwi.storage.database import Database
from kiwi.tasks.quotas import Allowance, Quotas, Scales, bequeath, folder_bytes
from kiwi.tasks.table import Tasks
from testing.servers import settings_for
from tests.conversations.test_conversations import nobody, understand

BRIEF = Brief(words="tea")
LITTLE = Allowance(films=1, spend_day=Decimal(0), megabytes=1)


async def test_the_server_itself_is_limited_by_its_own_limits_only(tasks: Tasks, database: Database, tmp_path: Path) -> None:
    for owner in (LOCAL, OPERATOR, "ada"):
        await tasks.submit(BRIEF, owner=owner)
        belongings = Quotas(database, Scales(tmp_path), owner, LITTLE)
        async with database.pool.connection() as connection, connection.transaction():
            if owner == "ada":
                with pytest.raises(TooManyFilms, match=r"1 of your films .* \(KIWI_OWNER_FILMS\)"):
                    await belongings.check(connection, "another", 0, buys=True)
            else:
                await belongings.check(connection, "another", 10**12, buys=True)


async def test_folders_are_weighed_and_remembered_for_a_while(
    tasks: Tasks, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, _ = await tasks.submit(BRIEF, owner="ada")
    folder = AssetStore.of_task(tmp_path, task.id).root / "order"
    folder.mkdir(parents=True)
    (folder / "film.mp4").write_bytes(b"x" * 1_000)
    (folder.parent / "link").symlink_to("/")
    scales = Scales(tmp_path)
    belongings = Quotas(database, scales, "ada", LITTLE)
    weighed = await belongings.weigh()
    assert weighed == folder_bytes(folder.parent) == 1_000
    assert await Quotas(database, scales, "bob", LITTLE).weigh() == 0
    (folder / "more.mp4").write_bytes(b"x" * 500)
    assert await belongings.weigh() == 1_000
    monkeypatch.setattr("kiwi.tasks.quotas.WEIGHED_SECONDS", -1.0)
    assert await Quotas(database, Scales(tmp_path), "ada", LITTLE).weigh() == 1_500
    assert folder_bytes(tmp_path / "nowhere") == 0


async def test_a_task_is_got_and_listed_by_its_owner_only(tasks: Tasks) -> None:
    ours = [(await tasks.submit(BRIEF, owner="ada"))[0] for _ in range(3)]
    theirs, _ = await tasks.submit(BRIEF, owner="bob")
    assert (await tasks.get(ours[0].id, "ada")).owner == "ada"
    with pytest.raises(NoSuchTask):
        await tasks.get(theirs.id, "ada")
    assert (await tasks.get(theirs.id)).owner == "bob"
    page = await tasks.list(2, owner="ada")
    rest = await tasks.list(2, page.cursor, owner="ada")
    assert [task.id for task in (*page.tasks, *rest.tasks)] == [task.id for task in reversed(ours)]
    assert len((await tasks.list()).tasks) == 4
    async for event in tasks.follow(theirs.id):
        assert event.task.owner == "bob"
        break


async def test_one_idempotency_key_is_a_key_of_each_owner(tasks: Tasks) -> None:
    adas, new = await tasks.submit(BRIEF, "key", "one", owner="ada")
    bobs, also_new = await tasks.submit(BRIEF, "key", "two", owner="bob")
    assert (new, also_new) == (True, True)
    assert (await tasks.submit(BRIEF, "key", "one", owner="ada"))[0].id == adas.id
    assert (await tasks.submit(BRIEF, "key", "two", owner="bob"))[0].id == bobs.id


async def test_what_was_made_before_there_were_keys_is_the_operators_afterwards(tasks: Tasks, database: Database, tmp_path: Path) -> None:
    local, _ = await tasks.submit(BRIEF, "key", "same")
    operators, _ = await tasks.submit(BRIEF, "key", "same", owner=OPERATOR)
    adas, _ = await tasks.submit(BRIEF, owner="ada")
    talk = await Conversations(database, understand).say(None, Said(words="an advert for our bakery"), nobody)
    with pytest.raises(NoSuchConversation):
        await Conversations(database, understand, OPERATOR).get(talk.id)
    assert own_name(settings_for("", tmp_path)) == own_name(settings_for("", tmp_path, api_keys=" , ")) == LOCAL
    await bequeath(database, LOCAL, own_name(settings_for("", tmp_path, api_keys="k" * 20)))
    assert {task.id for task in (await tasks.list(owner=OPERATOR)).tasks} == {local.id, operators.id}
    assert (await tasks.submit(BRIEF, "key", "same", owner=OPERATOR))[0].id == operators.id
    assert (await tasks.get(adas.id)).owner == "ada"
    assert (await Conversations(database, understand, OPERATOR).get(talk.id)).id == talk.id
