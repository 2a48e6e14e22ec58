"""Conversations in the database: one row each, written only over the version that was read."""

import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from kiwi.access.owners import LOCAL
from kiwi.conversations.talk import MOST_MESSAGES, Conversation, Kind, Message, Role, Said
from kiwi.conversations.turn import next_turn
from kiwi.errors import ConversationFull, NoSuchConversation, Unable
from kiwi.film.model import MAX_WORDS_CHARACTERS, Understood
from kiwi.storage.database import Connection, Database
from kiwi.tasks.table import Enqueue
from kiwi.tasks.task import Status
from kiwi.tasks.watch import OUR_IDS

KEPT = {"messages", "wanted", "earlier", "asked", "open", "mood", "made"}
LONGEST_TALK = MAX_WORDS_CHARACTERS - 2_000
"""Characters that a client may say in all: a brief is made of them, with a few lines of ours."""

GET = """
select c.id, c.version, c.talk, c.task_id, t.status, t.error
from kiwi_conversation c left join kiwi_task t on t.id = c.task_id where c.id = %(id)s and c.owner = %(owner)s
"""
ADD = """
insert into kiwi_conversation (id, owner, version, talk, task_id) values (%(id)s, %(owner)s, 1, %(talk)s, %(task_id)s)
on conflict do nothing returning id
"""
CHANGE = """
update kiwi_conversation set version = version + 1, talk = %(talk)s, task_id = %(task_id)s, updated_at = clock_timestamp()
where id = %(id)s and owner = %(owner)s and version = %(version)s returning id
"""
DELETE = "delete from kiwi_conversation where id = %(id)s and owner = %(owner)s returning id"
NOW = "select clock_timestamp() as now"


class Overtaken(Unable):
    """Somebody else has changed the conversation meanwhile: read it again."""


Promise = Callable[[Conversation, Enqueue], Awaitable[None]]
"""Promises the film of a conversation; in the transaction that stores its task, it calls what it is given with the task's id."""


Understand = Callable[[str], Awaitable[Understood]]
"""What a message says."""


class Conversations:
    """One owner's conversations in a database; changes to one conversation happen one after the other."""

    def __init__(self, database: Database, understand: Understand, owner: str = LOCAL) -> None:
        self._database = database
        self._understand = understand
        self._owner = owner

    async def get(self, conversation_id: str) -> Conversation:
        """The conversation as it stands. NoSuchConversation."""
        async with self._database.pool.connection() as connection:
            rows = await (await connection.execute(GET, self._named(conversation_id))).fetchall()
        if not rows:
            raise no_such_conversation(conversation_id)
        row = dict(rows[0])
        return Conversation.model_validate({**row.pop("talk"), **row})

    async def say(self, conversation_id: str | None, said: Said, promise: Promise, *, confirm: bool = False) -> Conversation:
        """Hear a message and answer it, in a new conversation or in one that exists.

        The film is promised as well when the message asks for that (``go``, ``make it now``), or with ``confirm``.

        NoSuchConversation; ConversationFull; BadBrief and whatever promising raises, when nothing is kept.
        """
        new = Conversation(id=str(uuid.uuid4()))
        understood = await self._understand(said.words)
        while True:
            conversation = new if conversation_id is None else await self.get(conversation_id)
            _check_room(conversation, said)
            turned, starting = next_turn(conversation, said, understood, await self._now(), confirm=confirm)
            try:
                return await self._keep(turned, promise if starting else None)
            except Overtaken:
                continue

    async def note(self, conversation_id: str | None, words: str) -> Conversation:
        """Say something of our own, in a new conversation or in one that exists; nothing is changed by it.

        NoSuchConversation; ConversationFull.
        """
        new = Conversation(id=str(uuid.uuid4()))
        while True:
            conversation = new if conversation_id is None else await self.get(conversation_id)
            _check_room(conversation, Said(words=""))
            told = Message(number=len(conversation.messages) + 1, role=Role.ASSISTANT, words=words, kind=Kind.TEXT, at=await self._now())
            try:
                return await self._keep(conversation.model_copy(update={"messages": (*conversation.messages, told)}), None)
            except Overtaken:
                continue

    async def film(self, conversation_id: str, promise: Promise) -> Conversation:
        """Have the film made, unless it is being made or is there. NoSuchConversation; BadBrief; whatever promising raises."""
        while True:
            conversation = await self.get(conversation_id)
            if conversation.filming or conversation.filmed:
                return conversation
            try:
                return await self._keep(conversation, promise)
            except Overtaken:
                continue

    async def delete(self, conversation_id: str) -> None:
        """Forget a conversation; the film it led to stays. NoSuchConversation."""
        async with self._database.pool.connection() as connection:
            if not await (await connection.execute(DELETE, self._named(conversation_id))).fetchall():
                raise no_such_conversation(conversation_id)

    async def _keep(self, conversation: Conversation, promise: Promise | None) -> Conversation:
        """Write a conversation, together with the promise of its film; as it then stands. Overtaken."""
        if promise is None or conversation.filming or conversation.filmed:
            async with self._database.pool.connection() as connection, connection.transaction():
                return await _write(connection, conversation, self._owner)
        kept: list[Conversation] = []

        async def also(connection: Connection, task_id: str) -> None:
            film = {"made": conversation.wanted, "task_id": task_id, "status": Status.PENDING, "error": None}
            kept.append(await _write(connection, conversation.model_copy(update=film), self._owner))

        await promise(conversation, also)
        return kept[-1]

    def _named(self, conversation_id: str) -> dict[str, str]:
        if not OUR_IDS.fullmatch(conversation_id):
            raise no_such_conversation(conversation_id)
        return {"id": conversation_id, "owner": self._owner}

    async def _now(self) -> datetime:
        async with self._database.pool.connection() as connection:
            now: datetime = (await (await connection.execute(NOW)).fetchall())[0]["now"]
        return now


def no_such_conversation(conversation_id: str) -> NoSuchConversation:
    """What to say of an id that nobody has."""
    return NoSuchConversation(f"There is no conversation {conversation_id[:64]!r}.")


def _check_room(conversation: Conversation, said: Said) -> None:
    if conversation.full:
        raise ConversationFull(f"This conversation has {MOST_MESSAGES} messages, which is the most: make its film or begin another one.")
    if sum(map(len, conversation.said(Role.USER))) + len(said.words) > LONGEST_TALK:
        raise ConversationFull(f"This conversation has {LONGEST_TALK:,} characters, which is the most: make its film or begin another one.")


async def _write(connection: Connection, conversation: Conversation, owner: str) -> Conversation:
    """Store a conversation over the version that was read. Overtaken."""
    entry: dict[str, Any] = {
        "id": conversation.id,
        "owner": owner,
        "version": conversation.version,
        "talk": Jsonb(conversation.model_dump(mode="json", include=KEPT)),
        "task_id": conversation.task_id,
    }
    if not await (await connection.execute(CHANGE if conversation.version else ADD, entry)).fetchall():
        raise Overtaken("The conversation has changed meanwhile.")
    return conversation.model_copy(update={"version": conversation.version + 1})
