"""Signals lead to the same end as the key, and a terminal that has gone is noticed."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.clock import settle
from tui.ui.ends import OurTerminal, mend_continue, on_signals

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="these signals and terminals are POSIX")


@pytest.mark.parametrize("told", ["SIGTERM", "SIGHUP"])
async def test_a_signal_is_an_end_with_its_own_code(told: str) -> None:
    number = signal.Signals[told]
    left: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    on_signals(left.set_result)
    os.kill(os.getpid(), number)
    assert await asyncio.wait_for(left, 10) == 128 + number


async def test_a_hang_up_that_is_ignored_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        on_signals(lambda code: None)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_terminal_that_has_gone_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = os.openpty()
    with os.fdopen(theirs, encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "__stdin__", stdin)
        terminal = OurTerminal()
        assert not terminal.gone
        os.close(ours)
        assert terminal.gone


def test_what_never_was_a_terminal_has_not_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path(os.devnull).open(encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "__stdin__", stdin)
        assert not OurTerminal().gone
    assert not OurTerminal().gone
    monkeypatch.setattr(sys, "__stdin__", None)
    assert not OurTerminal().gone


@dataclass
class Stops:
    """What Textual's own handlers were asked, and the system."""

    seen: list[str] = field(default_factory=list)


@pytest.fixture
def stops(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stops]:
    """Handlers of stop and continue that only remember, as Textual's driver has set its own."""
    told = Stops()
    before = {number: signal.getsignal(number) for number in (signal.SIGTSTP, signal.SIGCONT)}
    signal.signal(signal.SIGTSTP, lambda *_: told.seen.append("stopped"))
    signal.signal(signal.SIGCONT, lambda *_: told.seen.append("resumed"))
    monkeypatch.setattr("tui.ui.ends.os.kill", lambda _, number: told.seen.append(signal.Signals(number).name))
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


async def mended() -> None:
    driver: Any = SimpleNamespace(suspend_application_mode=lambda: None, resume_application_mode=lambda: None)
    mend_continue(driver, lambda: None)


def test_a_stop_that_is_off_before_it_came_about_never_comes(stops: Stops) -> None:
    async def stopped_and_continued() -> None:
        await mended()
        signal.raise_signal(signal.SIGTSTP)
        signal.raise_signal(signal.SIGCONT)
        await settle()

    asyncio.run(stopped_and_continued())
    assert "stopped" not in stops.seen


def test_a_stop_and_a_continue_reach_textual_in_their_turn(stops: Stops) -> None:
    async def stopped_then_continued() -> None:
        await mended()
        signal.raise_signal(signal.SIGTSTP)
        await settle()
        signal.raise_signal(signal.SIGCONT)
        await settle()

    asyncio.run(stopped_then_continued())
    assert stops.seen == ["stopped", "resumed"]


def test_once_the_screen_is_given_back_a_stop_is_the_systems(stops: Stops) -> None:
    asyncio.run(mended())
    signal.raise_signal(signal.SIGTSTP)
    signal.raise_signal(signal.SIGCONT)
    assert stops.seen == ["SIGSTOP"]
