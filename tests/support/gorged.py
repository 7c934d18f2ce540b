"""Asks servers that answer without end or measure, in a process of its own, and tells what came of it and at what cost.

`python -m tests.support.gorged client URL…` prints a JSON object a line: what the client made of each; with
`agent` in its place the agents' client, with `websocket` the greeting.
"""

import asyncio
import json
import resource
import sys
from pathlib import Path
from typing import Any

from tui.clock import SystemClock
from tui.domain.address import parse_address
from tui.gateway.client import GatewayClient
from tui.gateway.errors import GatewayError
from tui.path.local_http import LocalHttp

CONNECT, READ = 0.2, 0.4
"""Seconds: the client's limits, so that a whole request has the sum of them."""


def _peak() -> int:
    """Bytes of memory that this process has taken at most."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux's getrusage counts what the parent had taken before it became this program
        return next(int(line.split()[1]) * 1024 for line in status.read_text("ascii").split("\n") if "VmHWM" in line)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


async def _told(url: str, wanted: str) -> dict[str, Any]:
    before = _peak()
    told: dict[str, Any] = {"url": url, "kind": "none", "evidence": "", "agent": None}
    match wanted:
        case "client":
            await _client(url, told)
        case "agent":
            async with LocalHttp(SystemClock()) as http:
                reply = await http.get(parse_address(url), "/api/status")
            told["agent"] = None if reply is None else len(reply.body)
            told["json"] = None if reply is None else repr(reply.json)[:100]
        case "websocket":
            await _client(url, told, websocket=True)
    return {**told, "peak": _peak() - before}


async def _client(url: str, told: dict[str, Any], *, websocket: bool = False) -> None:
    client = GatewayClient(parse_address(url), clock=SystemClock(), connect_timeout=CONNECT, read_timeout=READ)
    try:
        if websocket:
            told["heard"] = str((await client.greeting()).value.heard)
        else:
            await client.auth_status()
    except GatewayError as error:
        told["kind"], told["evidence"] = str(error.failure.kind), error.failure.evidence
    finally:
        await client.aclose()


async def _main(wanted: str, urls: list[str]) -> None:
    for url in urls:
        print(json.dumps(await _told(url, wanted)), flush=True)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], sys.argv[2:]))
