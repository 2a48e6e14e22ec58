"""What a chat model said: its answer as plain JSON text, why it ended, what it read and wrote."""

import json

from langchain_core.messages import AIMessage

from kiwi.film.model import Value

CUT_OFF = frozenset({"MAX_TOKENS", "LENGTH"})
REFUSALS = frozenset(
    {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY", "LANGUAGE", "CONTENT_FILTER", "REFUSAL"}
)


MOST_TOKENS = 10_000_000
"""No model reads or writes as many; who tells of more has told nothing."""


class Said(Value):
    """One answer of a model, as it is kept."""

    text: str
    """JSON, or whatever came instead."""
    refused: str = ""
    """Why the provider would not answer, in its own word; empty: it would."""
    cut_off: bool = False
    read: int = 0
    written: int = 0
    """Tokens, thoughts included; both 0: not told."""
    reused: int = 0
    """Of the tokens read, those that the server still knew from a question before."""

    @property
    def empty(self) -> bool:
        """Whether nothing came at all, not even a reason."""
        return not (self.text or self.refused or self.cut_off or self.read or self.written)


def said_of(message: AIMessage) -> Said:
    """Read a message whose provider may say things in its own way."""
    told = message.response_metadata
    ended = str(told.get("finish_reason") or told.get("done_reason") or told.get("stop_reason") or "").upper()
    blocked = (told.get("prompt_feedback") or {}).get("block_reason")
    usage = message.usage_metadata
    read = usage["input_tokens"] if usage else 0
    written = max(usage["output_tokens"], usage["total_tokens"] - read) if usage else 0
    if not (0 <= read <= MOST_TOKENS and 0 <= written <= MOST_TOKENS):
        read = written = 0
    reused = usage.get("input_token_details", {}).get("cache_read", 0) if usage else 0
    text = json.dumps(message.tool_calls[0]["args"]) if message.tool_calls else message.text
    return Said(
        text=text,
        refused=str(blocked or (ended if ended in REFUSALS else "")),
        cut_off=ended in CUT_OFF,
        read=read,
        written=written,
        reused=min(max(reused, 0), read),
    )
