"""Signals lead to the same end as the key, and a terminal that has gone is noticed."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from tui.ui.ends import OurTerminal, on_signals

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
