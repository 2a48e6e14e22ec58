"""One turn: what a message changes, what is asked next, and what is answered; pure."""

import re
from datetime import datetime

from kiwi.conversations import wording
from kiwi.conversations.briefs import read_wanted
from kiwi.conversations.drift import Drift
from kiwi.conversations.meaning import Meaning
from kiwi.conversations.talk import Conversation, Kind, Message, Question, Role, Said, State, Wanted
from kiwi.conversations.understanding import understand
from kiwi.film import MAX_SECONDS, MIN_SECONDS, Intent, VideoType
from kiwi.local.vocabulary import FILM_NOUN
from kiwi.task import Status

VAGUE = re.compile(
    r"(?:(?:my|our|a|an|the|this|some|new|small|own|little|local|online)\s+)*(?:business|company|shop|store|brand|product|products|app|service|"
    r"services|start-?up|event|project|website|channel|organi[sz]ation|team|idea|something|stuff|it|that|this|things?)",
    re.I,
)
"""Topics that say next to nothing."""
ASKED_AGAIN = 2
"""So often at most is a question asked that was passed over; the topic always is."""
ASKS = {
    VideoType.PROMOTIONAL: (Question.AUDIENCE, Question.ACTION),
    VideoType.EXPLAINER: (Question.AUDIENCE, Question.LENGTH),
    VideoType.TUTORIAL: (Question.AUDIENCE, Question.LENGTH),
    VideoType.STORY: (Question.LENGTH,),
    VideoType.NEWS: (Question.LENGTH,),
    VideoType.QUOTE: (),
}
"""What helps to know of each type of film, the most helpful first."""
OWN_TEXT = 3
"""Who brings so many sentences has thought it over, and is asked nothing."""


def next_turn(conversation: Conversation, said: Said, at: datetime, *, confirm: bool = False) -> Conversation:
    """The conversation after a client's message and the answer to it; ``confirm``: they want the film now."""
    was = conversation.wanted
    before = read_wanted(was)
    meaning = understand(said.words, was, before, conversation.open)
    kept = conversation.filming and meaning.drift is Drift.CANCEL
    wanted = was if kept else conversation.earlier or was if meaning.drift is Drift.UNDO else wanted_after(was, meaning)
    turned = conversation.model_copy(
        update={
            "wanted": wanted,
            "earlier": conversation.earlier if wanted == was else was,
            **_stand(conversation, meaning, wanted, confirm),
        }
    )
    number = len(conversation.messages)
    asked = Message(number=number + 1, role=Role.USER, words=said.shown or said.words, kind=said.kind, at=at)
    turned = turned.model_copy(update={"messages": (*conversation.messages, asked)})
    answer = _answer(conversation, turned, meaning, confirm and read_wanted(wanted) is not None)
    told = Message(number=number + 2, role=Role.ASSISTANT, words=answer, kind=Kind.TEXT, at=at)
    return turned.model_copy(update={"messages": (*turned.messages, told)})


def wanted_after(wanted: Wanted, meaning: Meaning) -> Wanted:
    """What is wanted once a message has been heard: what was said later holds."""
    if meaning.drift in {Drift.CANCEL, Drift.AFRESH}:
        return Wanted()
    changes: dict[str, object] = {
        name: value
        for name in ("size", "audience", "style", "video_type", "name", "action")
        if (value := getattr(meaning, name)) not in (None, "")
    }
    if meaning.words:
        changes["words"] = (meaning.words,) if meaning.new_topic else (*wanted.words, meaning.words)
    if meaning.swap:
        old, new = meaning.swap
        changes["words"] = tuple(re.sub(re.escape(old), lambda _: new, words, flags=re.I) for words in wanted.words)
    if meaning.new_topic and wanted.words:
        # a name and a call belong to what they were said of
        changes = {"name": "", "action": "", **changes}
    if meaning.seconds is not None:
        changes["seconds"] = min(max(meaning.seconds, float(MIN_SECONDS)), float(MAX_SECONDS))
    return wanted.model_copy(update=changes)


def question_after(read: Intent | None, wanted: Wanted, asked: tuple[Question, ...]) -> Question | None:
    """The one question that helps most now; None: enough is known."""
    if read is None:
        return Question.TOPIC
    if len(read.sentences) >= OWN_TEXT or read.language != "en":
        return None
    if VAGUE.fullmatch(read.topic) and not read.sentences and not read.name and asked.count(Question.SUBJECT) < ASKED_AGAIN:
        return Question.SUBJECT
    known = {Question.AUDIENCE: read.audience, Question.ACTION: read.call_to_action, Question.LENGTH: wanted.seconds}
    return next((question for question in ASKS[read.video_type] if asked.count(question) < ASKED_AGAIN and not known[question]), None)


def _stand(conversation: Conversation, meaning: Meaning, wanted: Wanted, confirm: bool) -> dict[str, object]:
    """The open question and the mood after a message."""
    if conversation.filming and meaning.drift in {Drift.CANCEL, Drift.YES, Drift.THANKS}:
        return {}
    if meaning.drift is Drift.CANCEL:
        return {"open": None, "asked": (), "mood": State.CANCELLED}
    read = read_wanted(wanted)
    if read is not None and (confirm or meaning.drift is Drift.YES):
        return {"open": None, "mood": State.CONFIRMED}
    if meaning.drift is Drift.THANKS and conversation.open is None:
        return {}
    asked = () if meaning.drift is Drift.AFRESH else conversation.asked
    if meaning.drift is Drift.SKIP and conversation.open:
        asked = (*asked, *[conversation.open] * ASKED_AGAIN)
    waiting = conversation.open if meaning.drift in {Drift.HELP, Drift.GREETING, Drift.UNLIKE} else None
    question = waiting or question_after(read, wanted, asked)
    mood = State.CLARIFYING if question else State.ACTIVE
    return {"open": question, "asked": asked if question is None or waiting else (*asked, question), "mood": mood}


def questions_of(conversation: Conversation) -> list[str]:
    """The question that waits for an answer, if there is one."""
    waits = conversation.open is not None and conversation.mood is State.CLARIFYING and not conversation.filming
    return [wording.QUESTIONS[conversation.open]] if waits and conversation.open else []


def standing(conversation: Conversation) -> str:
    """What there is to say to who looks in: how the film stands, or else what was said last."""
    read = read_wanted(conversation.wanted)
    if conversation.made == conversation.wanted and read is not None and conversation.status is not None:
        if conversation.filming:
            return wording.UNDER_WAY.format(summary=wording.summary_of(read, conversation.wanted.style))
        error = conversation.error or ""
        return {Status.COMPLETED: wording.READY, Status.CANCELLED: wording.STOPPED}.get(
            conversation.status, wording.FAILED.format(error=error)
        )
    latest = conversation.said(Role.ASSISTANT)[-1]
    outdated = not conversation.filming and latest in {wording.NEXT_VERSION, wording.STOP_IT}
    return wording.NEXT_NOW if outdated else latest


def _answer(conversation: Conversation, turned: Conversation, meaning: Meaning, starting: bool) -> str:
    """What is said to a message; ``starting``: and the film is begun."""
    read, drift = read_wanted(turned.wanted), meaning.drift
    question = wording.QUESTIONS[turned.open] if turned.open else ""
    if drift is Drift.CANCEL:
        return wording.STOP_IT if conversation.filming else wording.CANCELLED
    if read is None:
        return _about_topic(conversation, turned, meaning, question)
    summary = wording.summary_of(read, turned.wanted.style)
    if starting or conversation.filming or (turned.filmed and drift in {Drift.YES, Drift.THANKS}):
        return _about_making(conversation, turned, summary)
    talk = {
        Drift.YES: f"Good, that is settled: {summary}. {wording.BEGIN}",
        Drift.THANKS: f"You are welcome. {question or wording.START}",
        Drift.UNLIKE: wording.UNLIKE,
        Drift.HELP: f"{wording.HELP} {question or wording.CHANGES}",
        Drift.GREETING: f"Hello! {question or wording.CHANGES}",
    }
    return talk[drift] if drift in talk else _about_film(conversation, turned, meaning, summary, question)


def _about_making(conversation: Conversation, turned: Conversation, summary: str) -> str:
    """What is said when the film is there, under way, or begun now."""
    if turned.filmed:
        return wording.READY
    changed = conversation.filming and turned.wanted != conversation.wanted
    return wording.NEXT_VERSION if changed else wording.UNDER_WAY.format(summary=summary)


def _about_topic(conversation: Conversation, turned: Conversation, meaning: Meaning, question: str) -> str:
    """What is said as long as there is no topic."""
    lost = Question.TOPIC in conversation.asked and meaning.drift is Drift.FILM and meaning.empty
    asked_for_one = re.search(rf"\b{FILM_NOUN}\b", turned.said(Role.USER)[-1], re.I)
    noted = wording.wishes_of(turned.wanted) if turned.wanted != conversation.wanted else ""
    opening = {
        Drift.GREETING: "Hello!",
        Drift.HELP: wording.HELP,
        Drift.UNSURE: wording.IDEAS,
        Drift.YES: wording.NO_TOPIC,
        Drift.AFRESH: wording.AFRESH,
        Drift.THANKS: "You are welcome.",
        Drift.UNDO: wording.UNDONE if turned.wanted != conversation.wanted else wording.NOTHING_TO_UNDO,
    }.get(meaning.drift, noted or (wording.NOT_FOUND if lost and not asked_for_one else wording.GLADLY if asked_for_one else ""))
    return " ".join(part for part in (opening, question, "" if meaning.drift is Drift.UNSURE else wording.EXAMPLES) if part)


def _about_film(conversation: Conversation, turned: Conversation, meaning: Meaning, summary: str, question: str) -> str:
    """What is said to a message that speaks of the film."""
    before, after = read_wanted(conversation.wanted), read_wanted(turned.wanted)
    bounds = wording.bounds_of(meaning.seconds) if meaning.seconds is not None else ""
    if before is None or after is None or meaning.new_topic:
        foreign = wording.FOREIGN if after is not None and after.language != "en" else ""
        return _joined(f"Got it: {summary}.", foreign, bounds, question or wording.START)
    if meaning.drift is Drift.UNDO:
        undone = f"{wording.UNDONE} It is {summary} again." if turned.wanted != conversation.wanted else wording.NOTHING_TO_UNDO
        return _joined(undone, question or wording.START)
    if after.language != "en" and meaning.words:
        return _joined(wording.FOREIGN, question or wording.START)
    noted = wording.changes_of(before, after, conversation.wanted, turned.wanted)
    if not noted and meaning.drift is Drift.FILM:
        noted = f"{wording.UNSURE} {wording.CHANGES}" if meaning.empty else wording.ALREADY
    # what it comes to is said once, when the last question has been answered
    settled = f"So it is {summary}." if conversation.open is not None and not question else ""
    return _joined(noted or "All right.", bounds, settled, question or wording.START)


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
