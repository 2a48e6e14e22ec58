"""The program that runs in a child process: ``python -m kiwi.work.child DATA_FOLDER confined|trusted``."""

import contextlib
import ctypes
import importlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import takewhile
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NoReturn, get_type_hints

from kiwi.errors import KiwiError, SetupIncomplete
from kiwi.storage.assets import naming_a_full_disk

Say = Callable[[dict[str, Any]], None]

PR_SET_PDEATHSIG = 1
REPORT_STEP = 0.005


def die_with_parent() -> None:
    """Ask the kernel to kill us when the parent goes (Linux); elsewhere the end of our input tells."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def read_inputs(inputs: "SimpleQueue[str]") -> None:
    """Queue the lines of standard input; its end means that the parent is gone, even in mid-work."""
    for line in sys.stdin:
        inputs.put(line)
    os._exit(0)


@contextlib.contextmanager
def telling_failures(say: Say) -> Iterator[None]:
    """Whatever is known to go wrong inside is said."""
    try:
        with naming_a_full_disk():
            yield
    except KiwiError as failure:
        say({"failed": type(failure).__name__, "message": str(failure)})
    except ImportError as failure:
        say(
            {
                "failed": SetupIncomplete.__name__,
                "message": f"A library is missing ({failure}): run `kiwi doctor`, it says how to install it.",
            }
        )


def function_named(name: str) -> Any:
    """A ``module:function``, imported."""
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


def load(names: Iterable[str]) -> None:
    """Import what is named ``module:function``, and call what is named ``module:function()``; what fails fails in the job again."""
    for name in names:
        with contextlib.suppress(KiwiError, ImportError, OSError):
            function = function_named(name.removesuffix("()"))
            if name.endswith("()"):
                function()


def get_ready(line: str, waits: Callable[[], bool] = lambda: False) -> bool:
    """Load what a line expects, until somebody waits for work, which loads what it needs itself; false if it expects nothing."""
    asked = json.loads(line)
    load(takewhile(lambda _: not waits(), asked.get("expect", ())))
    return "expect" in asked


def read_order() -> str:
    """The first line that is an order, got ready for by those before it; empty when the input ends."""
    while (line := sys.stdin.readline()) and get_ready(line):
        pass
    return line


def enter_jail(line: str, say: Say) -> str:
    """Get all that a job needs but the bytes it opens, and give up the rest; its input as it reads from inside."""
    from kiwi.jail.entering import enter, furnish  # noqa: PLC0415 - few children go there

    asked = json.loads(line)
    function_named(asked["function"])
    if asked["prepare"]:
        function_named(asked["prepare"])()
    home = Path(asked["home"])
    source, user = furnish(home, Path(asked["job_input"][asked["opens"]]), asked["user"])
    say({"jail": enter(home, source, user)})
    asked["job_input"][asked["opens"]] = str(source)
    return json.dumps(asked)


def fill(line: str, say: Say) -> None:
    """Do one job and say how it went."""
    asked = json.loads(line)
    told = -1.0

    def report(share: float) -> None:
        nonlocal told
        if share >= told + REPORT_STEP:
            told = share
            say({"report": round(share, 4)})

    with telling_failures(say):
        function = function_named(asked["function"])
        job_input = get_type_hints(function)["job_input"].model_validate(asked["job_input"])
        done = function(job_input, Path(asked["folder"]), report)
        say({"done": done.model_dump(mode="json")})


def main() -> None:
    """Fill inputs until the input ends."""
    work(Path(sys.argv[1]), sys.argv[2])


def work(data_folder: Path, trust: str) -> NoReturn:
    """Fill inputs; the end of the input ends the process."""
    die_with_parent()
    os.umask(0o077)
    answers = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(2, 1)  # what libraries print must not mix with our answers

    def say(what: dict[str, Any]) -> None:
        with contextlib.suppress(BrokenPipeError):
            answers.write(json.dumps(what) + "\n")
            answers.flush()

    from kiwi.storage import models  # noqa: PLC0415 - after the answers have their own descriptor

    models.use_folder(data_folder / "models")
    inputs: SimpleQueue[str] = SimpleQueue()
    if trust == "confined" and (first := read_order()):
        # before there is another thread, which the jail would not hold
        with telling_failures(say):
            inputs.put(enter_jail(first, say))
    threading.Thread(target=read_inputs, args=(inputs,), daemon=True).start()
    while True:
        if not get_ready(line := inputs.get(), lambda: not inputs.empty()):
            fill(line, say)


if __name__ == "__main__":
    main()
