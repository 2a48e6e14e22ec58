"""A beat: one scene of a pattern film, with slots for the topic and marks for the points it shows."""

import re
from dataclasses import dataclass

from kiwi.film import Form

POINT = re.compile(r"<([^<>]+)>")
FORMS = {"": None, "list": Form.LIST, "steps": Form.STEPS, "contrast": Form.CONTRAST, "statement": Form.STATEMENT}


@dataclass(frozen=True)
class Beat:
    """One scene as a pattern.

    ``{topic}`` is the topic as a noun phrase, ``[is|are]`` agrees with it, ``<…>`` marks a point that is shown as it is spoken.
    Other slots: ``{about}`` the whole topic, ``{act}`` and ``{acting}`` an activity's verb, ``{question}``, ``{name}``, ``{audience}``.
    A beat whose slots the topic cannot fill is not used.
    """

    title: str
    say: str
    icons: str = ""
    form: str = ""
    button: str = ""

    @property
    def shape(self) -> Form:
        """The form said, or what its points make it."""
        return FORMS[self.form] or (Form.LIST if len(POINT.findall(self.say)) > 1 else Form.STATEMENT)


Slots = dict[str, tuple[Beat, ...]]
"""Alternatives for each place in a film."""
