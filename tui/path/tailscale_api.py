"""The ways to ask Tailscale: its local API's unix socket, and the command line program that prints the same."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tui.path.local_http import WHOLE_SECONDS, LocalHttp, decoded
from tui.path.loose import mapping
from tui.path.programs import Ran, found, ran

API_HOST = "local-tailscaled.sock"

_SOCKETS = {
    "linux": ("/var/run/tailscale/tailscaled.sock", "/run/tailscale/tailscaled.sock"),
    "darwin": ("/var/run/tailscaled.socket",),
}
_APPLICATION = "/Applications/Tailscale.app/Contents/MacOS/Tailscale"


@dataclass(frozen=True, slots=True)
class Places:
    """Where Tailscale may be found: unix sockets, and the program for where none answers, None where there is none."""

    sockets: tuple[Path, ...]
    program: str | None


def usual_places() -> Places:
    """Those of this operating system."""
    program = found("tailscale")
    if program is None and sys.platform == "darwin" and Path(_APPLICATION).exists():
        program = _APPLICATION
    return Places(tuple(Path(each) for each in _SOCKETS.get(sys.platform, ())), program)


@dataclass(frozen=True, slots=True)
class Status:
    """What came of asking for the status. document: empty where nothing did. refused: the program found no service."""

    document: Mapping[str, object]
    refused: bool = False


class Source(Protocol):
    """One way to ask."""

    @property
    def words(self) -> str:
        """Which it is, to be shown."""
        ...

    async def status(self, *, with_peers: bool) -> Status:
        """The state of Tailscale on this machine."""
        ...

    async def serve(self) -> Mapping[str, object]:
        """What it serves; empty where that is nothing or not told."""
        ...


@dataclass(frozen=True, slots=True)
class _Socket:
    ask: LocalHttp
    path: Path

    @property
    def words(self) -> str:
        return str(self.path)

    async def status(self, *, with_peers: bool) -> Status:
        return Status(_state(await self._told(f"/localapi/v0/status?peers={str(with_peers).lower()}")))

    async def serve(self) -> Mapping[str, object]:
        return mapping(await self._told("/localapi/v0/serve-config"))

    async def _told(self, path: str) -> object | None:
        reply = await self.ask.unix(self.path, API_HOST, path)
        return reply.json if reply and reply.status == 200 else None


@dataclass(frozen=True, slots=True)
class _Program:
    ask: LocalHttp
    program: str

    @property
    def words(self) -> str:
        return "tailscale status"

    async def status(self, *, with_peers: bool) -> Status:
        end = await self._run("status", "--json", f"--peers={str(with_peers).lower()}")
        return Status(_state(_document(end)), refused=end is not None and end.code != 0)

    async def serve(self) -> Mapping[str, object]:
        return mapping(_document(await self._run("serve", "status", "--json")))

    async def _run(self, *arguments: str) -> Ran | None:
        return await ran(self.ask.clock, self.program, *arguments, seconds=WHOLE_SECONDS)


def sources(ask: LocalHttp, places: Places) -> tuple[Source, ...]:
    """The ways to ask, in the order in which they are tried."""
    programs = (_Program(ask, places.program),) if places.program else ()
    return (*(_Socket(ask, path) for path in places.sockets), *programs)


def _document(end: Ran | None) -> object | None:
    return decoded(end.output) if end and end.code == 0 else None


def _state(document: object) -> Mapping[str, object]:
    """The document if it is a status: another program may answer to the name."""
    return mapping(document) if "BackendState" in mapping(document) else {}
