"""Conversations as pure turns, and in the database."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from kiwi.conversations.store import LONGEST_TALK, Conversations
from kiwi.conversations.talk import MOST_MESSAGES, Conversation, Question, Role, Said, State, Wanted, brief_of, read_wanted
from kiwi.conversations.turn import next_turn, questions_of, standing
from kiwi.errors import BadBrief, ConversationFull, NoSuchConversation, QueueFull
from kiwi.film.model import PORTRAIT, SQUARE, Intent, Mood, Understood, VideoType
from kiwi.local.read.encoder import open_encoder
from kiwi.local.read.reader import understood_of
from kiwi.storage.database import Connection, Database
from kiwi.tasks.table import Enqueue, Tasks
from kiwi.tasks.task import Status

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def talk(*messages: str, conversation: Conversation | None = None) -> Conversation:
    turned = conversation or Conversation(id="talk")
    for words in messages:
        turned, _ = next_turn(turned, Said(words=words), understood_of(words, open_encoder()), NOON)
    return turned


async def understand(words: str) -> Understood:
    return understood_of(words, open_encoder())


async def nobody(conversation: Conversation, also: Enqueue) -> None:
    raise AssertionError("no film was asked for")


def intent(conversation: Conversation) -> Intent:
    read = read_wanted(conversation.wanted)
    assert read is not None
    return read


def answer(conversation: Conversation) -> str:
    return conversation.said(Role.ASSISTANT)[-1]


@pytest.mark.parametrize(
    "words",
    [
        "hi",
        "Hello there!",
        "I want a video",
        "make me a 45 second vertical video please",
        "yes",
        "help",
        "what can you do?",
        "test",
        "asdf",
        "???",
    ],
)
def test_without_a_topic_the_topic_is_asked_for(words: str) -> None:
    turned = talk(words)
    assert (turned.open, turned.state, read_wanted(turned.wanted)) == (Question.TOPIC, State.CLARIFYING, None)
    assert "What should your film be about?" in answer(turned)
    assert questions_of(turned) == ["What should your film be about?"]


def test_wishes_that_came_before_the_topic_hold() -> None:
    read = intent(talk("make me a calm 45 second vertical advert please", "our new bakery in Lisbon"))
    assert (read.topic, read.video_type) == ("our new bakery in Lisbon", VideoType.PROMOTIONAL)
    assert (read.seconds, read.size, read.mood) == (45, PORTRAIT, Mood.CALM)


def test_an_advert_is_asked_for_whom_and_what_to_do_one_after_the_other() -> None:
    first = talk("Make an advert for our new bakery in Lisbon")
    assert (first.open, questions_of(first)) == (Question.AUDIENCE, ["Who is it for?"])
    second = talk("young families", conversation=first)
    assert (second.open, intent(second).audience) == (Question.ACTION, "young families")
    third = talk("visit bakery.example", conversation=second)
    assert (third.open, third.state, intent(third).call_to_action) == (None, State.ACTIVE, "Visit bakery.example")
    assert "30-second promotional film about your new bakery in Lisbon, for young families" in answer(third)


@pytest.mark.parametrize("words", ["no", "skip", "you decide", "everyone", "I don't know", "doesn't matter", "no preference, thanks"])
def test_nobody_has_to_answer(words: str) -> None:
    turned = talk("Make an advert for our new bakery in Lisbon", words)
    assert turned.open is Question.ACTION
    assert talk(words, conversation=turned).open is None


def test_a_question_that_is_passed_over_comes_once_more_and_no_oftener() -> None:
    turned = talk("Make an advert for our new bakery in Lisbon", "make it vertical")
    assert (turned.open, intent(turned).size) == (Question.AUDIENCE, PORTRAIT)
    turned = talk("we open at eight", conversation=turned)
    assert turned.open is Question.ACTION


def test_who_brings_a_whole_text_is_asked_nothing() -> None:
    turned = talk("My grandmother turns 80 on Sunday. She raised five children. She still dances every Friday.")
    assert (turned.open, turned.state) == (None, State.ACTIVE)
    assert len(intent(turned).sentences) == 3


def test_a_topic_that_says_nothing_is_asked_about() -> None:
    turned = talk("I need an ad for my business")
    assert turned.open is Question.SUBJECT
    read = intent(talk("It's called Luna and we sell handmade shoes", conversation=turned))
    assert read.name == "Luna"
    assert "handmade shoes" in " ".join([read.topic, *read.sentences, *read.key_points])


BASE = ("Make a 30-second promotional video about AI technology for teenagers, upbeat", "no")


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("make it vertical", "size", PORTRAIT),
        ("can you make it square?", "size", SQUARE),
        ("no, 45 seconds", "seconds", 45),
        ("a minute", "seconds", 60),
        ("shorter", "seconds", 20),
        ("half as long", "seconds", 15),
        ("a bit longer", "seconds", 40),
        ("make it happy", "mood", Mood.HAPPY),
        ("make it twice as long please", "seconds", 60),
        ("10 seconds longer", "seconds", 40),
        ("an hour", "seconds", 600),
        ("2 seconds", "seconds", 5),
        ("for their parents", "audience", "their parents"),
        ("it's for children, actually", "audience", "children"),
        ("calm", "mood", Mood.CALM),
        ("make it warm and nostalgic", "mood", Mood.NOSTALGIC),
        ("make it a tutorial", "video_type", VideoType.TUTORIAL),
        ("no, an explainer for kids", "video_type", VideoType.EXPLAINER),
        ("actually make it about robots", "topic", "robots"),
        ("make a video about robots", "topic", "robots"),
        ("robots instead", "topic", "robots"),
        ("mention our free delivery", "key_points", ("our free delivery",)),
        ("free parking", "key_points", ("free parking",)),
        ("We open at 8 every morning.", "sentences", ("We open at 8 every morning.",)),
        ("tell people to sign up at ai.example", "call_to_action", "Sign up at ai.example"),
        ("visit ai.example", "call_to_action", "Visit ai.example"),
        ("it's called Luna", "name", "Luna"),
        ("Actually, 90 seconds is better", "seconds", 90),
        ("vertical pls", "size", PORTRAIT),
        ("audience: students", "audience", "students"),
        ("send them to our blog", "call_to_action", "Visit our blog"),
        ("add: it is everywhere", "sentences", ("It is everywhere.",)),
    ],
)
def test_what_is_said_later_changes_that_and_nothing_else(words: str, field: str, value: object) -> None:
    before = talk(*BASE)
    after = talk(words, conversation=before)
    assert getattr(intent(after), field) == value
    others = {"topic", "size", "audience", "mood", "seconds", "key_points", "sentences"} - {field}
    if "for kids" in words:
        others -= {"audience"}
    assert {name: getattr(intent(after), name) for name in others} == {name: getattr(intent(before), name) for name in others}


def test_the_latest_of_several_changes_holds() -> None:
    read = intent(
        talk(*BASE, "calm", "energetic", "for adults", "for kids", "45 seconds", "20 seconds", "square", "vertical", "call us", "visit us")
    )
    assert (read.mood, read.audience, read.seconds, read.size, read.call_to_action) == (Mood.ENERGETIC, "kids", 20, PORTRAIT, "Visit us")


@pytest.mark.parametrize(
    "words",
    [
        "no emojis please",
        "the colours should be blue",
        "make it in Spanish",
        "can you dance?",
        "what else can I change?",
        "never",
        "less formal",
    ],
)
def test_what_was_not_understood_is_never_put_into_the_film(words: str) -> None:
    before = talk(*BASE)
    after = talk(words, conversation=before)
    assert after.wanted == before.wanted


def test_music_can_be_taken_away_and_put_back() -> None:
    without = talk(*BASE, "no music please")
    assert without.wanted.film.without_music
    assert talk("mention live music on Saturday", conversation=without).wanted.film.without_music
    assert not talk("with music after all", conversation=without).wanted.film.without_music
    assert talk(*BASE, "remove the music").wanted.film.without_music


def test_the_film_is_what_the_conversation_says() -> None:
    turned = talk(*BASE, "calm", "for kids", "mention robots and drones", "We build them ourselves.", "1 minute", "square")
    brief = brief_of(turned.wanted)
    assert brief.intent is not None
    assert brief.intent.model_copy(update={"original": ""}) == intent(turned).model_copy(update={"original": ""})
    assert "mention robots and drones" in brief.words


def test_one_plain_brief_goes_on_as_it_came() -> None:
    words = "Create a 30-second promotional video about AI technology"
    assert brief_of(talk(words).wanted).words == words
    with pytest.raises(BadBrief, match="no topic"):
        brief_of(Wanted())


def test_an_answer_may_hold_a_wish_as_well() -> None:
    read = intent(talk("a film about my cat", "make it funny and short"))
    assert (read.seconds, read.mood) == (20, Mood.HAPPY)


def test_words_can_be_put_right() -> None:
    before = talk("Announce that our office moves to Bristol on March 3", "employees")
    assert intent(talk("change March 3 to March 10", conversation=before)).sentences == ("Our office moves to Bristol on March 10.",)
    assert talk("change Leeds to York", conversation=before).wanted == before.wanted


def test_hostile_messages_are_read_in_no_time() -> None:
    before = talk(*BASE)
    for words in (
        "no nothing " * 180,
        "make it, " * 220,
        "instead " * 240,
        "calm and " * 220,
        "1 " * 990,
        "," * 2000,
        "a" + " " * 1900 + "b",
    ):
        began = time.process_time()
        talk(words[:2000], conversation=before)
        assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("young families, and make it vertical", {"audience": "young families", "size": PORTRAIT}),
        ("make it 20 seconds and mention free parking", {"seconds": 20, "key_points": ("free parking",)}),
        ("we open at 8 and keep it calm", {"sentences": ("We open at 8.",), "mood": Mood.CALM}),
        ("visit us, and make it square", {"call_to_action": "Visit us", "size": SQUARE}),
    ],
)
def test_one_message_may_hold_several_things(words: str, found: dict[str, object]) -> None:
    read = intent(talk("Make an advert for our new bakery in Lisbon", words))
    assert {name: getattr(read, name) for name in found} == found


def test_messages_read_at_once_do_not_mix() -> None:
    before = talk(*BASE)
    said = [f"Mention robot number {number}." for number in range(60)]
    with ThreadPoolExecutor(8) as threads:
        read = list(threads.map(lambda words: intent(talk(words, conversation=before)).key_points, said))
    assert read == [(f"robot number {number}",) for number in range(60)]


def test_a_change_can_be_taken_back() -> None:
    before = talk(*BASE)
    undone = talk("calm", "undo", conversation=before)
    assert undone.wanted == before.wanted
    assert "taken back" in answer(undone)


def test_never_mind_ends_it_and_another_topic_begins_anew() -> None:
    cancelled = talk(*BASE, "never mind")
    assert (cancelled.state, cancelled.wanted, questions_of(cancelled)) == (State.CANCELLED, Wanted(), [])
    anew = talk("how bees make honey", conversation=cancelled)
    assert (anew.state, intent(anew).topic, intent(anew).audience) == (State.CLARIFYING, "how bees make honey", "")


def test_yes_confirms_but_starts_nothing() -> None:
    turned = talk("a tutorial on folding paper planes", "yes please")
    assert (turned.state, turned.open, turned.task_id) == (State.CONFIRMED, None, None)


@pytest.mark.parametrize("words", ["start", "go", "make it now", "generate it now", "go ahead and make it", "ok start the film"])
def test_who_says_go_gets_the_film(words: str) -> None:
    before = talk("a tutorial on folding paper planes")
    turned, starting = next_turn(before, Said(words=words), understood_of(words, open_encoder()), NOON)
    assert starting
    assert turned.wanted == before.wanted
    assert not next_turn(Conversation(id="new"), Said(words=words), understood_of(words, open_encoder()), NOON)[1]


@pytest.mark.parametrize("words", ["make it happy", "make it fun", "make it happy please"])
def test_who_changes_something_has_not_said_go(words: str) -> None:
    turned, starting = next_turn(talk(*BASE), Said(words=words), understood_of(words, open_encoder()), NOON)
    assert not starting
    assert intent(turned).mood is Mood.HAPPY


def test_what_was_told_can_be_taken_out() -> None:
    before = talk(*BASE, "mention our free delivery", "mention the workshop on Friday")
    after = talk("remove the delivery", conversation=before)
    assert intent(after).key_points == ("the workshop on Friday",)
    assert "Taken out" in answer(after)


def test_a_wish_out_of_reach_is_admitted_and_never_narrated() -> None:
    before = talk(*BASE)
    after = talk("make it in French", conversation=before)
    assert "cannot do" in answer(after)
    assert (intent(after).sentences, intent(after).key_points) == (intent(before).sentences, intent(before).key_points)


def test_what_is_no_language_at_all_is_answered_however_often_it_is_said() -> None:
    words = '{"a":[' * 3_333
    turned = talk(words[:2_000], words[-2_000:], "mention our " + words[:1_500])
    assert len(turned.said(Role.ASSISTANT)) == 3


def test_another_language_is_kept_and_not_questioned() -> None:
    turned = talk("Mach ein Video über unsere Bäckerei in Hamburg")
    assert (turned.open, brief_of(turned.wanted).words) == (None, "Mach ein Video über unsere Bäckerei in Hamburg")
    assert "English" in answer(turned)


def made(status: Status, error: str | None = None) -> Conversation:
    turned = talk(*BASE)
    return turned.model_copy(update={"mood": State.ACTIVE, "made": turned.wanted, "task_id": "film", "status": status, "error": error})


@pytest.mark.parametrize(
    ("status", "state", "said"),
    [
        (Status.PENDING, State.GENERATING, "is being made"),
        (Status.PROCESSING, State.GENERATING, "is being made"),
        (Status.COMPLETED, State.COMPLETED, "is ready"),
        (Status.CANCELLED, State.CANCELLED, "was cancelled"),
        (Status.FAILED, State.ACTIVE, "The disk was full."),
    ],
)
def test_the_film_decides_where_a_conversation_stands(status: Status, state: State, said: str) -> None:
    conversation = made(status, "The disk was full.")
    assert conversation.state is state
    assert said in standing(conversation)


def test_a_film_under_way_is_left_alone() -> None:
    turned = talk("make it calm", conversation=made(Status.PROCESSING))
    assert (turned.state, "another version" in answer(turned)) == (State.GENERATING, True)
    over = turned.model_copy(update={"status": Status.COMPLETED})
    assert (over.state, "next one" in standing(over)) == (State.ACTIVE, True)
    kept = talk("cancel", conversation=turned)
    assert (kept.state, kept.wanted) == (State.GENERATING, turned.wanted)


def test_after_a_film_another_version_can_be_wanted() -> None:
    ready = made(Status.COMPLETED)
    assert talk("thanks!", conversation=ready).state is State.COMPLETED
    assert talk("make it calm", conversation=ready).state is State.ACTIVE


async def test_a_conversation_is_kept_and_deleted(database: Database) -> None:
    first = await Conversations(database, understand).say(None, Said(words="an advert for our bakery"), nobody)
    again = await Conversations(database, understand).say(first.id, Said(words="families"), nobody)
    assert await Conversations(database, understand).get(first.id) == again
    assert [message.number for message in again.messages] == [1, 2, 3, 4]
    await Conversations(database, understand).delete(first.id)
    for asked in (
        Conversations(database, understand).get(first.id),
        Conversations(database, understand).delete(first.id),
        Conversations(database, understand).get("' or 1=1"),
    ):
        with pytest.raises(NoSuchConversation):
            await asked


async def test_of_messages_that_come_at_once_none_is_lost(database: Database) -> None:
    conversations = Conversations(database, understand)
    conversation = await conversations.say(None, Said(words="an advert for our bakery"), nobody)
    said = [f"Mention bread number {number}." for number in range(12)]
    await asyncio.gather(*(conversations.say(conversation.id, Said(words=words), nobody) for words in said))
    kept = await conversations.get(conversation.id)
    assert sorted(kept.said(Role.USER)[1:]) == sorted(said)
    assert [message.number for message in kept.messages] == list(range(1, 27))
    assert len(kept.wanted.words) >= 10


async def test_a_conversation_has_bounds(database: Database) -> None:
    conversations = Conversations(database, understand)
    conversation = await conversations.say(None, Said(words="an advert for our bakery"), nobody)
    for number in range(MOST_MESSAGES // 2 - 1):
        conversation = await conversations.say(conversation.id, Said(words=f"{20 + number} seconds"), nobody)
    with pytest.raises(ConversationFull, match="50 messages"):
        await conversations.say(conversation.id, Said(words="more"), nobody)
    long = await conversations.say(None, Said(words="an advert for our bakery"), nobody)
    with pytest.raises(ConversationFull, match="characters"):
        await conversations.say(long.id, Said(words="x" * LONGEST_TALK), nobody)


class Promising:
    """Stores tasks, and counts them."""

    def __init__(self, tasks: Tasks) -> None:
        self.tasks = tasks
        self.promised = 0

    async def __call__(self, conversation: Conversation, also: Enqueue) -> None:
        async def enqueue(connection: Connection, task_id: str) -> None:
            await also(connection, task_id)

        await self.tasks.submit(brief_of(conversation.wanted), enqueue=enqueue)
        self.promised += 1


async def test_a_film_is_promised_once_for_what_is_wanted(database: Database, tasks: Tasks) -> None:
    conversations, promise = Conversations(database, understand), Promising(tasks)
    conversation = await conversations.say(None, Said(words="an advert for our bakery"), nobody)
    films = await asyncio.gather(*(conversations.film(conversation.id, promise) for _ in range(8)))
    assert len({film.task_id for film in films}) == promise.promised == await tasks.count(*Status) == 1
    task = await tasks.get(str(films[0].task_id))
    task = await tasks.begin(task.id)
    await tasks.finish(task.id, task.attempt, {"film": {}})
    assert (await conversations.film(conversation.id, promise)).task_id == task.id
    changed = await conversations.say(conversation.id, Said(words="make it calm"), nobody)
    assert (changed.task_id, changed.state) == (task.id, State.CLARIFYING)
    assert (await conversations.film(conversation.id, promise)).task_id != task.id


async def test_a_film_that_failed_or_is_gone_can_be_promised_again(database: Database, tasks: Tasks) -> None:
    conversations, promise = Conversations(database, understand), Promising(tasks)
    conversation = await conversations.say(None, Said(words="an advert for our bakery"), promise, confirm=True)
    assert conversation.state is State.GENERATING
    first = str(conversation.task_id)
    await tasks.cancel(first)
    assert (await conversations.get(conversation.id)).state is State.CANCELLED
    second = str((await conversations.film(conversation.id, promise)).task_id)
    await tasks.delete(second)
    assert (await conversations.get(conversation.id)).task_id is None
    third = str((await conversations.film(conversation.id, promise)).task_id)
    assert len({first, second, third}) == 3


async def test_a_promise_that_fails_leaves_nothing_said(database: Database) -> None:
    async def full(conversation: Conversation, also: Enqueue) -> None:
        raise QueueFull("enough")

    conversations = Conversations(database, understand)
    conversation = await conversations.say(None, Said(words="an advert for our bakery"), nobody)
    with pytest.raises(QueueFull):
        await conversations.say(conversation.id, Said(words="yes"), full, confirm=True)
    with pytest.raises(QueueFull):
        await conversations.film(conversation.id, full)
    assert await conversations.get(conversation.id) == conversation
