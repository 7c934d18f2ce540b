"""States whose newest look failed, seen over one way or another."""

from dataclasses import replace

from tests.support.exchanges import asked, state_of
from tests.support.states import ago
from tui.domain.address import PathKind, parse_address
from tui.domain.failure import Failure, FailureKind
from tui.domain.finding import Finding
from tui.domain.path import PathState
from tui.domain.stamped import Stamped
from tui.domain.state import MonitorState
from tui.domain.tunnel import Tunnel
from tui.domain.way import Forward, Owner, ToldBy, Way

HERE = "https://localhost:5000"
NGROK = "https://quiet.ngrok-free.app"
QUICK = "https://quiet-river.trycloudflare.com"
NAMED = "https://gw.example.com"
TAILNET = "https://100.64.0.7:5000"
FORWARD = Forward("trader@box", 5000, "localhost", 5002, 2222)


def over(
    url: str,
    kind: PathKind | None = None,
    told_by: ToldBy = ToldBy.SETTINGS,
    *,
    forward: Forward | None = None,
    tunnel: Tunnel | None = None,
    owner: Owner | None = None,
    interface: str | None = None,
    findings: tuple[Finding, ...] = (),
) -> PathState:
    """The way to that address, as it was found out a moment ago. kind: None for what the address alone tells."""
    address = parse_address(url)
    way = None if kind is None else Way(kind, told_by, owner, forward, interface, tunnel)
    return PathState(address, way=Stamped(way, ago(1)) if way else None, findings=findings)


def failing(path: PathState, failure: Failure) -> MonitorState:
    """The newest question failed so, on that way."""
    return replace(state_of(auth=asked(failure, 1)), path=path)


def marked(kind: FailureKind, tunnel: PathKind, code: str = "", status: int | None = 502) -> Failure:
    """A failure that bears that tunnel's mark."""
    return Failure(kind, f"seen: {code or kind}", status, tunnel=tunnel, code=code)


def plain(kind: FailureKind, status: int | None = None) -> Failure:
    """A failure without any mark."""
    return Failure(kind, f"seen: {kind}", status)
