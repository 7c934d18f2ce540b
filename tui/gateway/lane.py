"""A lane: so many requests at once, each on a connection of its own that is kept for the next one."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from tui.gateway.trace import Tap


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """One client that holds at most one connection, and the tap on it."""

    client: httpx.AsyncClient
    tap: Tap

    @property
    def unread(self) -> bool:
        """True where more came than the answer that was asked for: the next question would be given it for its own.

        Such bytes wait in one of the layers below, or within httpcore, which keeps them for the next answer. Neither it
        nor anyio shows them to anybody; hence their private parts. Where those have other names some day, only TLS and
        the beginning of the next answer tell.
        """
        pool = getattr(getattr(self.client, "_transport", None), "_pool", None)
        for connection in getattr(pool, "connections", ()):
            http = getattr(getattr(connection, "_connection", None), "_h11_state", None)
            rest, _ = getattr(http, "trailing_data", (b"", False))
            if rest:
                return True
        return self.tap.more

    async def drop(self) -> None:
        """Close the connection, whatever state it is in."""
        await self.client.aclose()
        await self.tap.close()


class Lane:
    """At most `width` requests at once.

    A slot whose request did not end cleanly, or brought more than its answer, is thrown away whole. One pool for all
    would be simpler, but a pool that is cancelled at the wrong moment keeps a dead place, and with one place that would
    be the end of the keep-alive.
    """

    def __init__(self, width: int, make: Callable[[], Slot]) -> None:
        self._turns = asyncio.Semaphore(width)
        self._make = make
        self._idle: list[Slot] = []
        self._busy: set[Slot] = set()

    @asynccontextmanager
    async def turn(self, seconds: float | None) -> AsyncIterator[None]:
        """Wait until fewer than `width` others are at it. Raises TimeoutError after so many seconds; never for None."""
        async with asyncio.timeout(seconds):
            await self._turns.acquire()
        try:
            yield
        finally:
            self._turns.release()

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[Slot]:
        """The slot used last, whose connection is the least likely to have been closed meanwhile; within a turn."""
        slot = self._idle.pop() if self._idle else self._make()
        self._busy.add(slot)
        try:
            yield slot
        except BaseException:
            await slot.drop()
            raise
        else:
            if slot.unread:
                await slot.drop()
            else:
                self._idle.append(slot)
        finally:
            self._busy.discard(slot)

    async def forget(self) -> None:
        """Close the connections that nobody uses: when one turned out to be dead, so are the others."""
        while self._idle:
            await self._idle.pop().drop()

    async def aclose(self) -> None:
        """Close everything, also under those who still ask."""
        await self.forget()
        while self._busy:
            await self._busy.pop().drop()
