"""`cpwatch status`: one look, printed, and the exit code of its verdict."""

import asyncio
import json
import sys
from pathlib import Path

from tui.clock import Clock, Moment
from tui.domain.report import document, lines
from tui.domain.state import MonitorState
from tui.domain.text import to_ascii
from tui.domain.verdict import verdict
from tui.engine.core import Core
from tui.engine.detached import use_detached_threads
from tui.engine.look import look
from tui.gateway.client import GatewayClient


def status(state: MonitorState, clock: Clock, deadline: Moment, *, ca: Path | None, as_json: bool) -> int:
    """Look once, print what was seen to standard output, and give the contract's exit code."""
    seen = asyncio.run(_look(state, clock, deadline, ca))
    now = clock.now()
    found = verdict(seen, now)
    if as_json:
        print(json.dumps(document(seen, found, now)))
    else:
        _print("\n".join(lines(seen, found, now)))
    return found.name.exit_code


async def _look(state: MonitorState, clock: Clock, deadline: Moment, ca: Path | None) -> MonitorState:
    use_detached_threads()
    client = GatewayClient(state.path.address, clock=clock, ca=ca)
    try:
        return await look(Core(client, clock, state), deadline)
    finally:
        await client.aclose()


def _print(text: str) -> None:
    try:
        text.encode((sys.stdout and sys.stdout.encoding) or "utf-8")  # None where it was closed: `>&-`
    except (UnicodeEncodeError, LookupError):
        text = to_ascii(text)
    print(text)
