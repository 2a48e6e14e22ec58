"""One turn: what a message changes, what is asked next, and what is answered; pure."""

import re
from datetime import datetime

from kiwi.conversations import questions as wording
from kiwi.conversations.merging import merged, settings_of
from kiwi.conversations.talk import Conversation, Kind, Message, Question, Role, Said, State, Wanted, read_wanted
from kiwi.film.model import Intent, Understood, VideoType
from kiwi.tasks.task import Status

SPEAKS_OF_FILM = {"tell", "change", "remove"}
"""Acts, in the reader's words."""
NAMED = ("seconds", "size", "mood", "audience", "sentences", "key_points", "topic")
"""What a message may name that is like that already."""
LONGEST_TALK = 80
"""Characters of a message that tells nothing of the film."""
VAGUE = re.compile(
    r"(?:(?:my|our|a|an|the|this|some|new|small|own|little|local|online)\s+)*(?:business|company|shop|store|brand|product|products|app|service|"
    r"services|start-?up|event|project|website|channel|organi[sz]ation|team|idea|something|stuff|it|that|this|things?)",
    re.I,
)
"""Topics that say next to nothing."""
EVERYBODY = re.compile(r"(?:for )?(?:everyone|everybody|anyone|all(?: people)?|the (?:general )?public)", re.I)
ASKED_AGAIN = 2
"""So often at most is a question asked that was passed over; the topic always is."""
ASKS = {
    VideoType.PROMOTIONAL: (Question.AUDIENCE, Question.ACTION),
    VideoType.EXPLAINER: (Question.AUDIENCE, Question.LENGTH),
    VideoType.TUTORIAL: (Question.AUDIENCE, Question.LENGTH),
    VideoType.STORY: (Question.LENGTH,),
    VideoType.NEWS: (Question.LENGTH,),
}
"""What helps to know of a type of film, the most helpful first; of the others nothing does."""
OWN_TEXT = 3
"""Who brings so many sentences has thought it over, and is asked nothing."""


def next_turn(
    conversation: Conversation, said: Said, understood: Understood, at: datetime, *, confirm: bool = False
) -> tuple[Conversation, bool]:
    """The conversation after a client's message and the answer to it, and whether they want the film made now (``confirm``: they do)."""
    act = act_of(understood, conversation)
    was = conversation.wanted
    kept = conversation.filming and act == "cancel"
    wanted = was if kept else wanted_after(conversation, understood, act)
    starting = read_wanted(wanted) is not None and (confirm or act == "go")
    turned = conversation.model_copy(
        update={
            "wanted": wanted,
            "earlier": conversation.earlier if wanted == was else was,
            **_stand(conversation, act, wanted, starting),
        }
    )
    answer = _answer(conversation, turned, understood, act, starting)
    told = ((Role.USER, said.shown or said.words, said.kind), (Role.ASSISTANT, answer, Kind.TEXT))
    numbered = enumerate(told, start=len(conversation.messages) + 1)
    messages = [Message(number=number, role=role, words=words, kind=kind, at=at) for number, (role, words, kind) in numbered]
    return turned.model_copy(update={"messages": (*conversation.messages, *messages)}), starting


def act_of(understood: Understood, conversation: Conversation) -> str:
    """What a message does, as the reader saw it, where it stands."""
    act = understood.act.replace("brief", "tell")
    if len(understood.words) > LONGEST_TALK and act not in SPEAKS_OF_FILM:
        return "tell"
    if conversation.open and EVERYBODY.fullmatch(understood.words.strip(" .!")):
        return "skip"
    was = conversation.wanted.film
    if act in {"go", "yes", "no"} and any(value != getattr(was, name) for name, value in settings_of(understood, was).items()):
        # who changes something has not seen what that comes to: a film is begun by the next word
        return "change"
    if act == "no" and conversation.open is None:
        # nothing more to change
        return "yes"
    return act


def wanted_after(conversation: Conversation, understood: Understood, act: str) -> Wanted:
    """What is wanted once a message has been heard."""
    if act in {"cancel", "restart"}:
        return Wanted()
    if act == "undo":
        return conversation.earlier or conversation.wanted
    if act in SPEAKS_OF_FILM or (act == "skip" and understood.about and not conversation.wanted.film.about):
        said = understood if understood.act == "brief" else understood.model_copy(update={"act": act})
        return merged(conversation.wanted, said, conversation.open)
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
    return next(
        (question for question in ASKS.get(read.video_type, ()) if asked.count(question) < ASKED_AGAIN and not known[question]), None
    )


def _stand(conversation: Conversation, act: str, wanted: Wanted, starting: bool) -> dict[str, object]:
    """The open question and the mood after a message."""
    if conversation.filming and act in {"cancel", "yes", "thanks", "go"}:
        return {}
    if act == "cancel":
        return {"open": None, "asked": (), "mood": State.CANCELLED}
    read = read_wanted(wanted)
    if read is not None and (starting or act == "yes"):
        return {"open": None, "mood": State.CONFIRMED}
    if act == "thanks" and conversation.open is None:
        return {}
    asked = () if act == "restart" else conversation.asked
    if act in {"skip", "no"} and conversation.open:
        asked = (*asked, *[conversation.open] * ASKED_AGAIN)
    waiting = conversation.open if act in {"help", "hello"} else None
    question = waiting or question_after(read, wanted, asked)
    mood = State.CLARIFYING if question else State.ACTIVE
    return {"open": question, "asked": asked if question is None or waiting else (*asked, question), "mood": mood}


def questions_of(conversation: Conversation) -> list[str]:
    """The question that waits for an answer, if there is one."""
    return [wording.QUESTIONS[conversation.open]] if conversation.open and not conversation.filming else []


def standing(conversation: Conversation) -> str:
    """What there is to say to who looks in: how the film stands, or else what was said last."""
    if conversation.made == conversation.wanted and conversation.wanted.film.about and conversation.status is not None:
        if conversation.filming:
            return wording.UNDER_WAY.format(summary=wording.summary_of(conversation.wanted))
        failed = wording.FAILED.format(error=conversation.error or "")
        return {Status.COMPLETED: wording.READY, Status.CANCELLED: wording.STOPPED}.get(conversation.status, failed)
    latest = conversation.said(Role.ASSISTANT)[-1]
    outdated = not conversation.filming and latest in {wording.NEXT_VERSION, wording.STOP_IT}
    return wording.NEXT_NOW if outdated else latest


def _answer(conversation: Conversation, turned: Conversation, understood: Understood, act: str, starting: bool) -> str:
    """What is said to a message; ``starting``: and the film is begun."""
    question = wording.QUESTIONS[turned.open] if turned.open else ""
    changed = turned.wanted != conversation.wanted
    if act == "cancel":
        return wording.STOP_IT if conversation.filming else wording.CANCELLED
    if not turned.wanted.film.about:
        return _about_topic(conversation, turned, act, question)
    if turned.filmed and (starting or conversation.filming or act in {"yes", "thanks"}):
        return wording.READY
    if conversation.filming and changed:
        return wording.NEXT_VERSION
    summary = wording.summary_of(turned.wanted)
    if starting or conversation.filming:
        return wording.UNDER_WAY.format(summary=summary)
    talk = {
        "yes": f"Good, that is settled: {summary}. {wording.BEGIN}",
        "thanks": f"You are welcome. {question or wording.START}",
        "help": f"{wording.HELP} {question or wording.CHANGES}",
        "hello": f"Hello! {question or wording.CHANGES}",
        "undo": _joined(f"{wording.UNDONE} It is {summary} again." if changed else wording.NOTHING_TO_UNDO, question or wording.START),
    }
    return talk[act] if act in talk else _about_film(conversation, turned, understood, act, question)


def _about_topic(conversation: Conversation, turned: Conversation, act: str, question: str) -> str:
    """What is said as long as there is no topic."""
    changed = turned.wanted != conversation.wanted
    lost = Question.TOPIC in conversation.asked and act in SPEAKS_OF_FILM
    opening = {
        "hello": "Hello!",
        "help": wording.HELP,
        "skip": wording.IDEAS,
        "yes": wording.NO_TOPIC,
        "go": wording.NO_TOPIC,
        "restart": wording.AFRESH,
        "thanks": "You are welcome.",
        "undo": wording.UNDONE if changed else wording.NOTHING_TO_UNDO,
    }.get(act, wording.wishes_of(turned.wanted) if changed else wording.NOT_FOUND if lost else wording.GLADLY)
    return _joined(opening, question, "" if act == "skip" else wording.EXAMPLES)


def _about_film(conversation: Conversation, turned: Conversation, understood: Understood, act: str, question: str) -> str:
    """What is said to a message that speaks of the film."""
    was, now = conversation.wanted, turned.wanted
    bounds = wording.bounds_of(understood.seconds) if understood.seconds is not None else ""
    refused = wording.unfulfilled(understood.wishes)
    if was.film.about != now.film.about:
        foreign = wording.FOREIGN if now.film.language != "en" else ""
        return _joined(f"Got it: {wording.summary_of(now)}.", foreign, bounds, refused, question or wording.START)
    noted = wording.changes_of(was, now)
    if not noted and not refused and act in SPEAKS_OF_FILM:
        unclear = understood.style and understood.mood is None
        known = was != now or any(getattr(understood, name) for name in NAMED)
        noted = wording.UNLIKE if unclear else wording.ALREADY if known else f"{wording.UNSURE} {wording.CHANGES}"
    # what it comes to is said once, when the last question has been answered
    settled = f"So it is {wording.summary_of(now)}." if conversation.open is not None and not question else ""
    return _joined(noted or ("" if refused else "All right."), refused, bounds, settled, question or wording.START)


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
