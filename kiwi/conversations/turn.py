"""One turn: what a message changes, what is asked next, and what is answered; pure."""

import re
from datetime import datetime
from enum import StrEnum

from kiwi.conversations import questions as wording
from kiwi.conversations.merging import EVERYBODY, merged
from kiwi.conversations.talk import Conversation, Kind, Message, Question, Role, Said, State, Wanted
from kiwi.conversations.wanted import read_wanted
from kiwi.film.model import Intent, Understood, VideoType
from kiwi.tasks.task import Status


class Act(StrEnum):
    """What a message does, in the reader's words."""

    TELL = "tell"
    CHANGE = "change"
    REMOVE = "remove"
    GO = "go"
    YES = "yes"
    NO = "no"
    SKIP = "skip"
    UNDO = "undo"
    RESTART = "restart"
    CANCEL = "cancel"
    HELLO = "hello"
    THANKS = "thanks"
    HELP = "help"


SPEAKS_OF_FILM = {Act.TELL, Act.CHANGE, Act.REMOVE}
LONGEST_TALK = 80
"""Characters of a message that tells nothing of the film."""
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
    VideoType.GREETING: (),
}
"""What helps to know of each type of film, the most helpful first."""
OWN_TEXT = 3
"""Who brings so many sentences has thought it over, and is asked nothing."""


def next_turn(
    conversation: Conversation, said: Said, understood: Understood, at: datetime, *, confirm: bool = False
) -> tuple[Conversation, bool]:
    """The conversation after a client's message and the answer to it, and whether they want the film made now (``confirm``: they do)."""
    act = act_of(understood, conversation)
    was = conversation.wanted
    kept = conversation.filming and act is Act.CANCEL
    wanted = was if kept else wanted_after(conversation, understood, act)
    starting = read_wanted(wanted) is not None and (confirm or act is Act.GO)
    turned = conversation.model_copy(
        update={
            "wanted": wanted,
            "earlier": conversation.earlier if wanted == was else was,
            **_stand(conversation, act, wanted, starting),
        }
    )
    number = len(conversation.messages)
    asked = Message(number=number + 1, role=Role.USER, words=said.shown or said.words, kind=said.kind, at=at)
    turned = turned.model_copy(update={"messages": (*conversation.messages, asked)})
    answer = _answer(conversation, turned, understood, act, starting)
    told = Message(number=number + 2, role=Role.ASSISTANT, words=answer, kind=Kind.TEXT, at=at)
    return turned.model_copy(update={"messages": (*turned.messages, told)}), starting


def act_of(understood: Understood, conversation: Conversation) -> Act:
    """What a message does, as the reader saw it, where it stands."""
    act = Act.TELL if understood.act == "brief" else Act(understood.act)
    if len(understood.words) > LONGEST_TALK and act not in SPEAKS_OF_FILM:
        return Act.TELL
    if conversation.open and EVERYBODY.fullmatch(understood.words.strip(" .!")):
        return Act.SKIP
    if act is Act.NO and conversation.open is None:
        # nothing more to change
        return Act.YES
    return act


def wanted_after(conversation: Conversation, understood: Understood, act: Act) -> Wanted:
    """What is wanted once a message has been heard."""
    if act in {Act.CANCEL, Act.RESTART}:
        return Wanted()
    if act is Act.UNDO:
        return conversation.earlier or conversation.wanted
    if act in SPEAKS_OF_FILM or (act is Act.SKIP and understood.about and not conversation.wanted.film.about):
        return merged(
            conversation.wanted,
            understood if understood.act == "brief" else understood.model_copy(update={"act": act.value}),
            conversation.open,
        )
    return conversation.wanted


def question_after(read: Intent | None, wanted: Wanted, asked: tuple[Question, ...]) -> Question | None:
    """The one question that helps most now; None: enough is known."""
    if read is None:
        return Question.TOPIC
    if len(read.sentences) >= OWN_TEXT or read.language != "en":
        return None
    if VAGUE.fullmatch(read.topic) and not read.sentences and not read.name and asked.count(Question.SUBJECT) < ASKED_AGAIN:
        return Question.SUBJECT
    known = {Question.AUDIENCE: read.audience, Question.ACTION: read.call_to_action, Question.LENGTH: wanted.film.seconds}
    return next((question for question in ASKS[read.video_type] if asked.count(question) < ASKED_AGAIN and not known[question]), None)


def _stand(conversation: Conversation, act: Act, wanted: Wanted, starting: bool) -> dict[str, object]:
    """The open question and the mood after a message."""
    if conversation.filming and act in {Act.CANCEL, Act.YES, Act.THANKS, Act.GO}:
        return {}
    if act is Act.CANCEL:
        return {"open": None, "asked": (), "mood": State.CANCELLED}
    read = read_wanted(wanted)
    if read is not None and (starting or act is Act.YES):
        return {"open": None, "mood": State.CONFIRMED}
    if act is Act.THANKS and conversation.open is None:
        return {}
    asked = () if act is Act.RESTART else conversation.asked
    if act in {Act.SKIP, Act.NO} and conversation.open:
        asked = (*asked, *[conversation.open] * ASKED_AGAIN)
    waiting = conversation.open if act in {Act.HELP, Act.HELLO} else None
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
            return wording.UNDER_WAY.format(summary=wording.summary_of(read, conversation.wanted.film.style))
        error = conversation.error or ""
        return {Status.COMPLETED: wording.READY, Status.CANCELLED: wording.STOPPED}.get(
            conversation.status, wording.FAILED.format(error=error)
        )
    latest = conversation.said(Role.ASSISTANT)[-1]
    outdated = not conversation.filming and latest in {wording.NEXT_VERSION, wording.STOP_IT}
    return wording.NEXT_NOW if outdated else latest


def _answer(conversation: Conversation, turned: Conversation, understood: Understood, act: Act, starting: bool) -> str:
    """What is said to a message; ``starting``: and the film is begun."""
    read = read_wanted(turned.wanted)
    question = wording.QUESTIONS[turned.open] if turned.open else ""
    if act is Act.CANCEL:
        return wording.STOP_IT if conversation.filming else wording.CANCELLED
    if read is None:
        return _about_topic(conversation, turned, act, question)
    summary = wording.summary_of(read, turned.wanted.film.style)
    if starting or conversation.filming or (turned.filmed and act in {Act.YES, Act.THANKS}):
        return _about_making(conversation, turned, summary)
    talk = {
        Act.YES: f"Good, that is settled: {summary}. {wording.BEGIN}",
        Act.THANKS: f"You are welcome. {question or wording.START}",
        Act.HELP: f"{wording.HELP} {question or wording.CHANGES}",
        Act.HELLO: f"Hello! {question or wording.CHANGES}",
    }
    return talk[act] if act in talk else _about_film(conversation, turned, understood, act, question)


def _about_making(conversation: Conversation, turned: Conversation, summary: str) -> str:
    """What is said when the film is there, under way, or begun now."""
    if turned.filmed:
        return wording.READY
    changed = conversation.filming and turned.wanted != conversation.wanted
    return wording.NEXT_VERSION if changed else wording.UNDER_WAY.format(summary=summary)


def _about_topic(conversation: Conversation, turned: Conversation, act: Act, question: str) -> str:
    """What is said as long as there is no topic."""
    changed = turned.wanted != conversation.wanted
    lost = Question.TOPIC in conversation.asked and act in SPEAKS_OF_FILM
    opening = {
        Act.HELLO: "Hello!",
        Act.HELP: wording.HELP,
        Act.SKIP: wording.IDEAS,
        Act.YES: wording.NO_TOPIC,
        Act.GO: wording.NO_TOPIC,
        Act.RESTART: wording.AFRESH,
        Act.THANKS: "You are welcome.",
        Act.UNDO: wording.UNDONE if changed else wording.NOTHING_TO_UNDO,
    }.get(act, wording.wishes_of(turned.wanted) if changed else wording.NOT_FOUND if lost else wording.GLADLY)
    return _joined(opening, question, "" if act is Act.SKIP else wording.EXAMPLES)


def _about_film(conversation: Conversation, turned: Conversation, understood: Understood, act: Act, question: str) -> str:
    """What is said to a message that speaks of the film."""
    before, after = read_wanted(conversation.wanted), read_wanted(turned.wanted)
    if after is None:
        return _joined(question)
    bounds = wording.bounds_of(understood.seconds) if understood.seconds is not None else ""
    refused = wording.unfulfilled(understood.wishes)
    if before is None or before.topic != after.topic:
        foreign = wording.FOREIGN if after.language != "en" else ""
        return _joined(
            f"Got it: {wording.summary_of(after, turned.wanted.film.style)}.", foreign, bounds, refused, question or wording.START
        )
    changed = turned.wanted != conversation.wanted
    if act is Act.UNDO:
        summary = wording.summary_of(after, turned.wanted.film.style)
        return _joined(f"{wording.UNDONE} It is {summary} again." if changed else wording.NOTHING_TO_UNDO, question or wording.START)
    noted = wording.changes_of(before, after, conversation.wanted, turned.wanted)
    if not noted and not refused and act in SPEAKS_OF_FILM:
        unclear = understood.style and understood.mood is None
        noted = wording.UNLIKE if unclear else wording.ALREADY if changed or _repeats(understood) else f"{wording.UNSURE} {wording.CHANGES}"
    # what it comes to is said once, when the last question has been answered
    settled = f"So it is {wording.summary_of(after, turned.wanted.film.style)}." if conversation.open is not None and not question else ""
    return _joined(noted or ("" if refused else "All right."), refused, bounds, settled, question or wording.START)


def _repeats(understood: Understood) -> bool:
    """Whether a message names something, which then is like that already."""
    named = (
        understood.seconds,
        understood.size,
        understood.mood,
        understood.audience,
        understood.sentences,
        understood.key_points,
        understood.topic,
    )
    return any(named)


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
