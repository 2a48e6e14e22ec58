"""The chat model reads: the client's wishes and own words become an intent, and nothing else does."""

from pathlib import Path
from typing import Any

import pytest

from kiwi.errors import BadBrief, ProviderError
from kiwi.film.chain import Chain, ChainReader
from kiwi.film.crew import Reader
from kiwi.film.model import LANDSCAPE, PORTRAIT, SQUARE, Brief, Heard, Mood, VideoType
from kiwi.local.embedded import TrainedReader
from kiwi.providers.chat.reader import ChatReader, IntentReply, critique, intent_of, question_of
from kiwi.storage.assets import AssetStore
from kiwi.work.workshop import Workshop
from tests.cameras import NearPool
from tests.chats import open_studio, says

WORDS = (
    "Um, make a twenty second TikTok about our bakery Crumb and its winter menu. "
    "Our buns are, um, baked at five every morning. They should come by today."
)
REPLY: dict[str, Any] = {
    "topic": "our bakery’s winter menu",
    "video_type": "promotional",
    "seconds": 20,
    "shape": "portrait",
    "mood": "happy",
    "audience": "for neighbours",
    "key_points": ["winter menu"],
    "sentences": ["Our buns are baked at five every morning."],
    "call_to_action": "they should come by today",
    "name": "Crumb",
    "language": "en",
}


def a_reply(**changes: Any) -> IntentReply:
    return IntentReply.model_validate(REPLY | changes)


async def test_a_brief_becomes_an_intent_for_one_request(tmp_path: Path) -> None:
    async with open_studio(tmp_path, says(REPLY)) as studio:
        intent = await ChatReader(studio.chat, studio.production).read(WORDS, Brief(words=WORDS), None)
    assert (intent.topic, intent.video_type, intent.mood) == ("our bakery’s winter menu", VideoType.PROMOTIONAL, Mood.HAPPY)
    assert (intent.seconds, intent.size, intent.name, intent.audience) == (20, PORTRAIT, "Crumb", "neighbours")
    assert intent.sentences == ("Our buns are baked at five every morning.",)
    assert intent.call_to_action == "Come by today"
    assert intent.original == WORDS
    assert len(studio.server.requests) == 1
    assert studio.server.paths == ["/v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse"]


async def test_an_invented_sentence_is_complained_about_and_the_repaired_answer_taken(tmp_path: Path) -> None:
    invented = REPLY | {"sentences": ["Crumb is the finest bakery in the whole country."]}
    async with open_studio(tmp_path, says(invented), says(REPLY)) as studio:
        intent = await ChatReader(studio.chat, studio.production).read(WORDS, Brief(words=WORDS), None)
        assert "finest bakery" in studio.server.prompt(1)
        assert "is not a sentence of the brief" in studio.server.prompt(1)
    assert intent.sentences == ("Our buns are baked at five every morning.",)
    assert [purchase.part for purchase in studio.buyer.purchases] == ["read_intent", "read_intent-repair"]


async def test_two_unusable_answers_are_the_providers_failure(tmp_path: Path) -> None:
    async with open_studio(tmp_path, says(REPLY | {"name": "Acme"})) as studio:
        with pytest.raises(ProviderError, match=r"twice.*Acme"):
            await ChatReader(studio.chat, studio.production).read(WORDS, Brief(words=WORDS), None)
        assert len(studio.server.requests) == 2


async def test_a_brief_without_words_costs_nothing(tmp_path: Path) -> None:
    async with open_studio(tmp_path, says(REPLY)) as studio:
        with pytest.raises(BadBrief):
            await ChatReader(studio.chat, studio.production).read(" 123 … ", Brief(words="123"), None)
        assert studio.server.requests == []


async def test_how_it_was_said_is_part_of_the_material(tmp_path: Path) -> None:
    heard = Heard(words=WORDS, language="en", seconds=9, tone="excited, fast")
    assert "excited, fast" in question_of(WORDS, heard).material
    assert "tone" not in question_of(WORDS, None).material


def test_the_briefs_own_wishes_win() -> None:
    intent = intent_of(a_reply(), WORDS, Brief(words=WORDS, seconds=45, size=SQUARE))
    assert (intent.seconds, intent.size) == (45, SQUARE)
    assert intent_of(a_reply(shape="open"), WORDS, Brief(words=WORDS)).size == LANDSCAPE


@pytest.mark.parametrize(("said", "seconds"), [(0, 30), (7_200, 600), (1, 5), (61.5, 61.5), (-4, 30)])
def test_lengths_stay_within_what_a_film_can_last(said: float, seconds: float) -> None:
    assert intent_of(a_reply(seconds=said), WORDS, Brief(words=WORDS)).seconds == seconds


def test_a_ready_text_gets_the_time_it_needs() -> None:
    long = [f"Sentence number {n} tells one more thing about the bread that we bake in the morning." for n in range(8)]
    words = " ".join(long)
    intent = intent_of(a_reply(sentences=long, seconds=0), words, Brief(words=words))
    assert 40 <= intent.seconds <= 60


async def test_an_intent_without_a_topic_is_sent_back(tmp_path: Path) -> None:
    async with open_studio(tmp_path, says(REPLY | {"topic": " … "}), says(REPLY)) as studio:
        intent = await ChatReader(studio.chat, studio.production).read(WORDS, Brief(words=WORDS), None)
        assert "The topic is empty" in studio.server.prompt(1)
    assert intent.topic == "our bakery’s winter menu"


@pytest.mark.parametrize("hollow", [{"topic": ""}, {"topic": " 12 … "}, {"seconds": float("nan")}, {"seconds": float("inf")}])
async def test_a_hollow_intent_is_the_models_failure_and_ours_reads_instead(tmp_path: Path, hollow: dict[str, Any]) -> None:
    async with open_studio(tmp_path, says(REPLY | hollow)) as studio:
        name = studio.chat.sold.name
        ours = TrainedReader(Workshop(NearPool(), AssetStore(tmp_path / "ours")))
        chain = Chain[Reader]("read_intent", [(name, ChatReader(studio.chat, studio.production))], ("embedded", ours))
        intent = await ChainReader(chain).read(WORDS, Brief(words=WORDS), None)
        assert len(studio.server.requests) == 2
    assert intent.by == "embedded"
    assert "bakery" in intent.topic
    assert [(fall.node, fall.wanted) for fall in intent.falls] == [("read_intent", name)]
    assert "twice" in intent.falls[0].why


def test_an_odd_language_is_told_from_the_words() -> None:
    german = "Wir backen jeden Tag frisches Brot und wir sind für euch da."
    assert intent_of(a_reply(language="German"), german, Brief(words=german)).language == "de"


@pytest.mark.parametrize(
    "sentence",
    [
        "Our buns are baked at five every morning.",
        "our buns are baked at five every morning",
        "Our buns are baked at 5 every morning.",
    ],
)
def test_hesitations_left_out_and_a_number_as_a_figure_are_still_the_clients_sentence(sentence: str) -> None:
    assert critique(a_reply(sentences=[sentence]), WORDS).faults == ()


@pytest.mark.parametrize(
    "sentences",
    [
        ["Our bakery is open at five every Sunday."],
        ["Come by today.", "Our buns are baked at five every morning."],
        ["Our buns are baked by the best bakers of this town at five."],
    ],
)
def test_what_the_client_did_not_say_or_not_in_this_order_is_a_fault(sentences: list[str]) -> None:
    assert critique(a_reply(sentences=sentences), WORDS).faults
