"""Asking a person, and waiting for the answer without holding anything."""

from langgraph.types import interrupt

from kiwi.errors import BadBrief
from kiwi.film.model import Intent, Script, Storyboard
from kiwi.film.review import Review, parse_review, question, revised


def ask(script: Script, intent: Intent, storyboard: Storyboard | None = None) -> tuple[Review, Script]:
    """Stop the thread until somebody has answered: what they decided, and the script as they want it.

    An answer that makes no sense is asked for again.
    """
    fault = "\n".join(storyboard.remarks) if storyboard else ""
    while True:
        asked = question(script, fault, storyboard)
        try:
            review = parse_review(interrupt(asked), len(script.scenes), str(asked["stage"]))
            return review, revised(script, review.edits, intent, storyboard) if review.edits else script
        except BadBrief as wrong:
            fault = str(wrong)
