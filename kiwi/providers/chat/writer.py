"""The chat model as writer: a script that fits the film's seconds and keeps the client's own sentences."""

from dataclasses import dataclass

from kiwi.film.model import Intent, Script
from kiwi.providers.chat.asking import Question, ask
from kiwi.providers.chat.fence import fenced, prompt
from kiwi.providers.chat.model import Chat
from kiwi.providers.chat.script_reply import ScriptReply, judge, must_be_spoken, scenes_for, script_of, speech_room
from kiwi.work.production import Production

WORDS_A_SECOND = {"en": 2.9}
"""Spoken, pauses left out: between our own narrator's 3.3 and the 2.6 of slower voices."""
USUAL_WORDS_A_SECOND = 2.4
"""In other languages, whose words are longer."""
CHARACTERS_A_SECOND = {"ja": 4.3, "ko": 4.3, "zh": 4.3, "th": 12.0}
"""Where words cannot be counted by their spaces."""
FRAME_TOKENS, SCENE_TOKENS, SPOKEN_TOKENS_A_SECOND = 400, 180, 8
"""Of a script, of all in a scene that is not spoken, and of a second's words, at most."""
LEAST_SHARE, MOST_SHARE = 0.9, 1.07
"""Of the speech that a film should have."""
LANGUAGES = {
    "ar": "Arabic", "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "fr": "French", "he": "Hebrew", "hi": "Hindi",
    "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "pt": "Portuguese", "ru": "Russian", "th": "Thai", "zh": "Chinese",
}  # fmt: skip


@dataclass(frozen=True)
class ChatWriter:
    """Writes with a chat model."""

    chat: Chat
    production: Production

    async def write(self, intent: Intent) -> Script:
        reply = await ask(self.chat, self.production, question_of(intent))
        return script_of(reply, intent)


def question_of(intent: Intent) -> Question[ScriptReply]:
    """What the model is asked: limits of ours, and the intent as material."""
    own = must_be_spoken(intent)
    return Question(
        part="write_script",
        kind=ScriptReply,
        instructions=prompt("write_script"),
        order=order(intent, len(own)),
        material=fenced("brief", intent.original) + "\n\n" + fenced("intent", told(intent, own)),
        tokens=round(FRAME_TOKENS + SCENE_TOKENS * scenes_for(intent.seconds) + SPOKEN_TOKENS_A_SECOND * intent.seconds),
        judge=lambda reply: judge(reply, intent),
    )


def order(intent: Intent, own: int) -> str:
    """This film's numbers."""
    signs = CHARACTERS_A_SECOND.get(intent.language)
    good = speech_room(intent.seconds) * (signs or WORDS_A_SECOND.get(intent.language, USUAL_WORDS_A_SECOND))
    unit = "characters" if signs else "words"
    language = LANGUAGES.get(intent.language, f"the language {intent.language}")
    spoken = f"{own} of the client's sentences must be spoken. " if own else ""
    return (
        f"This film: {intent.seconds:g} seconds in {language}. {spoken}"
        f"Write {round(LEAST_SHARE * good)} to {round(good)} {unit} of voice-over in all, "
        f"never more than {round(MOST_SHARE * good)}, in about {scenes_for(intent.seconds)} scenes. "
        "Too long cannot be cut, too short falls silent: count before you answer."
    )


def told(intent: Intent, own: tuple[str, ...]) -> str:
    """The intent in words; all of it comes from the client."""
    lines = [
        f"topic: {intent.topic}",
        f"video type: {intent.video_type}",
        f"mood: {intent.mood}",
        f"audience: {intent.audience or 'everybody'}",
        f"name: {intent.name or 'none'}",
        f"call to action: {intent.call_to_action or 'none'}",
        *(f"to be covered: {point}" for point in intent.key_points),
        *(f"must be spoken: {sentence}" for sentence in own),
    ]
    return "\n".join(lines)
