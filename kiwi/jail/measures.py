"""The layers of the jail by name, and what is missed where some do not hold."""

from collections.abc import Sequence
from typing import NamedTuple

LIMITED, USER, FILES, NETWORK = "limits", "a user of its own", "a file system of its own", "a network of its own"
CAPABILITIES, PRIVILEGES, LANDLOCK, SECCOMP = "no capabilities", "no new privileges", "Landlock", "seccomp"
EACH = (USER, FILES, NETWORK, CAPABILITIES, PRIVILEGES, LANDLOCK, SECCOMP)
ONLY_LINUX = "only Linux has it"


class Measure(NamedTuple):
    """One layer of the jail."""

    name: str
    holds: bool
    says: str = ""
    """Which one, or why not."""


ENOUGH = {
    "other users' files": (LANDLOCK, FILES),
    "the network": (SECCOMP, NETWORK),
    "root's own files": (USER,),
    "root's capabilities": (CAPABILITIES,),
    "programs with more rights": (PRIVILEGES,),
}
"""What a jailed child must not reach, and the layers of which one is enough for that."""


def reachable(measures: Sequence[Measure]) -> list[str]:
    """What the jail does not shut off, each with the reasons why no layer does; a layer that is not mentioned is not needed."""
    known = {measure.name: measure for measure in measures}
    open_still = {
        what: [known[layer] for layer in layers if layer in known]
        for what, layers in ENOUGH.items()
        if not any(known[layer].holds for layer in layers if layer in known)
    }
    return [f"{what} ({'; '.join(f'{one.name}: {one.says}' for one in layers)})" for what, layers in open_still.items() if layers]


def describe(measures: Sequence[Measure]) -> str:
    """In words, for people: what holds, then what does not and why."""
    holding = ", ".join(f"{measure.name} ({measure.says})" if measure.says else measure.name for measure in measures if measure.holds)
    missing = ", ".join(f"{measure.name} ({measure.says})" for measure in measures if not measure.holds)
    return f"{holding or 'nothing'}{'; not here: ' if missing else ''}{missing}"
