"""Kept: what children made for whoever looks, remembered for a while under the digest of what it was made from."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Kept(Generic[Made]):
    """Makes each thing once while it is remembered."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, Made] = OrderedDict()
        self._turn = asyncio.Lock()

    async def get(self, name: str, make: Callable[[], Awaitable[Made]]) -> Made:
        """What is called so; made if nobody has asked for it lately."""
        async with self._turn:  # one child works: whoever waits finds what another has asked for
            if name not in self._kept:
                self._kept[name] = await make()
            self._kept.move_to_end(name)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return self._kept[name]
