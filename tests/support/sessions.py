"""Histories of a session, recorded as the engine does it: what the plots are drawn from in tests."""

import math
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from tests.support.parts import ACCOUNT, NOW, summary
from tests.support.states import ready, starting
from tui.domain.history import History
from tui.domain.recording import recorded
from tui.domain.session import KeepAlive, Slot
from tui.domain.stamped import Stamped, with_item
from tui.domain.state import MonitorState
from tui.domain.verdict_name import VerdictName


class Watched:
    """A state that goes on from NOW, and its history."""

    def __init__(self, state: MonitorState | None = None) -> None:
        self.state = state or starting()
        self.verdict = VerdictName.READY
        self.now = NOW
        self.history = recorded(History(), self.state, self.verdict, NOW)

    @property
    def elapsed(self) -> float:
        """Seconds since the first look."""
        return self.now.ticks - NOW.ticks

    def record(self) -> History:
        """One look."""
        self.history = recorded(self.history, self.state, self.verdict, self.now)
        return self.history

    def passes(self, seconds: float, *, look: float = 1.0) -> History:
        """So much time, looked at every `look` seconds."""
        end = self.now.plus(seconds)
        while self.now.ticks < end.ticks:
            self.now = self.now.plus(min(look, end.ticks - self.now.ticks))
            self.record()
        return self.history

    def connects(self, seconds: float) -> History:
        """A fresh connection, just now."""
        self.state = replace(self.state, path=replace(self.state.path, connect=Stamped(seconds, self.now)))
        return self.record()

    def answers(self, seconds: float) -> History:
        """An answer from behind the gateway, just now."""
        path = replace(self.state.path, first_byte=Stamped(seconds, self.now), forwarded=True)
        self.state = replace(self.state, path=path)
        return self.record()

    def tickles(self, *, answered: bool) -> History:
        """A tickle that was due just now."""
        slots = self.state.session.keep_alive.slots
        self.slots((*slots, Slot(self.now, self.now if answered else None)))
        return self.record()

    def slots(self, slots: tuple[Slot, ...]) -> None:
        """These tickles are known."""
        self.state = replace(self.state, session=replace(self.state.session, keep_alive=KeepAlive(slots=slots)))

    def is_worth(self, net: str, account: str = ACCOUNT, currency: str = "USD") -> History:
        """A new summary, just now."""
        seen = Stamped(summary(net, "1", currency).value, self.now)
        accounts = replace(self.state.accounts, summaries=with_item(self.state.accounts.summaries, account, seen))
        self.state = replace(self.state, accounts=accounts)
        return self.record()

    def lives(self, seconds: float, *, down: Iterable[tuple[float, float]] = ()) -> History:
        """As a session does: answers every 5 s, tickles every minute, its worth twice a minute, and outages."""
        outages = tuple(down)
        for n in range(1, int(seconds // 5) + 1):
            self.now = self.now.plus(5)
            out = any(start <= self.elapsed < end for start, end in outages)
            self.verdict = VerdictName.GATEWAY_DOWN if out else VerdictName.READY
            if not out:
                self.answers(0.04 + 0.01 * math.sin(n / 60) + (0.2 if n % 97 == 0 else 0.0))
            if n % 12 == 0:
                self.tickles(answered=not out)
                if not out:
                    self.connects(0.0004 + 0.0001 * math.sin(n / 40))
            if n % 6 == 0 and not out:
                self.is_worth(f"{1_005_165.5 + 3000 * math.sin(n / 200) + n:.2f}")
            self.record()
        return self.history


@cache
def an_afternoon() -> History:
    """An hour and a half with an outage of seven minutes, and seven minutes in which the machine slept."""
    watched = Watched(ready())
    watched.lives(3900, down=[(2000, 2400)])
    watched.now = watched.now.plus(420)
    watched.lives(1080)
    return watched.history
