"""A process with a budget, whose time its parent commands.

`python -m tests.support.budget_process FOLDER NAME PART AT`, AT being the seconds since the start of the test. It
reads one JSON command a line and answers each with one line. `{"to": T}` passes its time up to T: the answer holds
what was sent until then and when it wants to be woken next. `{"limited": ENDPOINT}` lets the newest request to that
endpoint have been answered 429.
"""

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path

from tests.support.clock import START, ManualClock, settle
from tui.domain.address import parse_address
from tui.engine.budget import Budget
from tui.engine.shared_record import shared_record
from tui.gateway.endpoints import Endpoint

GATEWAY = parse_address("https://localhost:5000")
INTERVAL = 60.0


def budget_at(folder: Path, clock: ManualClock, name: str) -> Budget:
    """The budget of one process in that folder; it complains to standard error, which fails the test."""
    return Budget(
        clock, shared_record(GATEWAY, clock, folder), name=name, tell=lambda text: print(text, file=sys.stderr)
    )


class Process:
    """sent: what was let out since the last answer, as [time, endpoint]. looks: how long each look took, seconds."""

    def __init__(self, folder: Path, name: str, at: float) -> None:
        self.clock = ManualClock(START + timedelta(seconds=at), 1000.0 + at)
        self.budget = budget_at(folder, self.clock, name)
        self.sent: list[tuple[float, str]] = []
        self.looks: list[float] = []

    @property
    def now(self) -> float:
        """Seconds since the start of the test."""
        return self.clock.now().ticks - 1000.0

    @property
    def wakes_at(self) -> float | None:
        """When the first of its sleepers is due."""
        due = [at for at, _, future in self.clock._sleepers if not future.done()]
        return min(due) - 1000.0 if due else None

    def note(self, endpoint: str) -> None:
        """A request goes out."""
        self.sent.append((self.now, endpoint))

    async def keep_alive(self) -> None:
        """A tickle a minute, answered at once."""
        while True:
            wait = await self.budget.claim_tickle(INTERVAL)
            if wait == 0:
                self.note(Endpoint.TICKLE)
                self.budget.tickled()
                wait = INTERVAL
            await self.clock.sleep(wait)

    async def poll(self, endpoint: str, seconds: float) -> None:
        """One question again and again."""
        while True:
            await self.budget.turn(endpoint)
            self.note(endpoint)
            await self.clock.sleep(seconds)

    async def validate(self) -> None:
        """The login, from the file where that is fresh."""
        while True:
            if await self.budget.turn_unless_held(Endpoint.VALIDATE) == 0:
                self.note(Endpoint.VALIDATE)
            await self.clock.sleep(INTERVAL)

    async def look(self) -> None:
        """What cron starts every minute: a few questions in a row, given up where one is held for long."""
        while True:
            began = self.now
            for endpoint in (Endpoint.AUTH_STATUS, Endpoint.PORTFOLIO_ACCOUNTS, Endpoint.SUMMARY, Endpoint.POSITIONS):
                if await self.budget.turn_unless_held(endpoint, patience=6.0) > 0:
                    break
                self.note(endpoint)
            self.looks.append(self.now - began)
            await self.clock.sleep(INTERVAL)

    def parts(self, part: str) -> list[Callable[[], Coroutine[None, None, None]]]:
        """The jobs of a kind of process."""
        paces = {
            Endpoint.AUTH_STATUS: 5.0,
            Endpoint.PORTFOLIO_ACCOUNTS: 60.0,
            Endpoint.SUMMARY: 30.0,
            Endpoint.LEDGER: 30.0,
            Endpoint.PNL: 15.0,
            Endpoint.POSITIONS: 3.0,
        }
        match part:
            case "monitor":
                return [self.keep_alive, self.validate, *(self._polling(*pace) for pace in paces.items())]
            case "greedy":  # more than any monitor wants: every endpoint as often as it is let
                polls = [endpoint for endpoint in Endpoint if endpoint is not Endpoint.TICKLE]
                return [self.keep_alive, *(self._polling(endpoint, 0.0) for endpoint in polls)]
            case "cron":
                return [self.look]
            case _:
                raise ValueError(f"no such part: {part}")

    def _polling(self, endpoint: str, seconds: float) -> Callable[[], Coroutine[None, None, None]]:
        return lambda: self.poll(endpoint, seconds)


async def run(folder: Path, name: str, part: str, at: float) -> None:
    """Follow the parent's commands until its pipe ends."""
    process = Process(folder, name, at)
    tasks = [asyncio.ensure_future(job()) for job in process.parts(part)]
    await settle()
    print(json.dumps({"next": process.now}), flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        if "limited" in command:
            process.budget.limited(command["limited"])
        else:
            # A touch further, or a sleeper that is due then might be missed by a rounding.
            await process.clock.advance(max(command["to"] - process.now, 0.0) + 1e-9)
        answer = {"sent": process.sent, "next": process.wakes_at, "looks": process.looks}
        print(json.dumps(answer), flush=True)
        process.sent, process.looks = [], []
        for task in tasks:
            if task.done():
                task.result()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4])))
