"""Runs the command line and writes down when each job of its children began and ended: ``python -m bench.marking FILE film …``.

Nothing of the program is imported before it imports it itself, so that its start is as it always is.
"""

import importlib.abc
import importlib.util
import sys
import time
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, TextIO

PROCESSES = "kiwi.work.processes"


class Marking(importlib.abc.MetaPathFinder):
    """Changes the pool of children as soon as it is imported."""

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.looking = False

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != PROCESSES or self.looking:
            return None
        self.looking = True
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.loader is not None
        execute = spec.loader.exec_module

        def executed(module: ModuleType) -> None:
            execute(module)
            self._mark(module)

        spec.loader.exec_module = executed  # type: ignore[method-assign]
        return spec

    def _mark(self, module: Any) -> None:
        do = module.ChildPool.do

        async def marked(pool: Any, job: Any, *rest: Any, **more: Any) -> Any:
            self.say(job.name, "asked")
            try:
                return await do(pool, job, *rest, **more)
            finally:
                self.say(job.name, "ended")

        module.ChildPool.do = marked

    def say(self, job: str, what: str) -> None:
        self.file.write(f"{time.time():.4f} {job} {what}\n")


def main() -> None:
    place, *words = sys.argv[1:]
    with open(place, "w", buffering=1, encoding="utf-8") as file:
        sys.meta_path.insert(0, Marking(file))
        sys.argv = ["kiwi", *words]
        from cli import main as run  # noqa: PLC0415 - its start is what is looked at

        run()


if __name__ == "__main__":
    main()
