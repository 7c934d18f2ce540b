"""One scene for every outcome of every check: `check/cause` -> what it is made of, and how it ends."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import httpx

from tests.support import states
from tests.support.broken_ways import FORWARD, HERE, NGROK, QUICK, TAILNET, failing, marked, over, plain
from tests.support.doctoring import (
    GATEWAY,
    HOME,
    IDLE,
    NO_LOGS,
    RUNNING,
    SHIPPED,
    conf,
    hears,
    host,
    preset,
    seen,
)
from tests.support.machines import FakeMachine, listening
from tests.support.parts import ACCOUNT, BOOK, SIGN_IN, ago, session_with
from tests.support.path_states import by_ngrok
from tui.doctor.check import Status
from tui.doctor.host import Conf, Folder
from tui.doctor.scene import Book, Facts, Scene
from tui.domain.address import PathKind, parse_address
from tui.domain.failure import Failure, FailureKind
from tui.domain.finding import Finding
from tui.domain.journal import Level
from tui.domain.path import PathState
from tui.domain.session import AuthStatus, Exchange, KeepAlive, Slot
from tui.domain.stamped import Stamped
from tui.domain.state import MonitorState
from tui.domain.tunnel import Tunnel
from tui.gateway.websocket import Greeting, Heard
from tui.path.processes import Java
from tui.setup.gateway_logs import GatewayLogs

PASSED, WARNED, FAILED, SKIPPED = Status.PASSED, Status.WARNED, Status.FAILED, Status.SKIPPED
Make = Callable[[], Scene]
BOX = "https://192.168.1.20:5000"
SILENT = plain(FailureKind.SILENT)
REFUSED = plain(FailureKind.REFUSED)
FOREIGN = Failure(FailureKind.NOT_A_GATEWAY, '404 "nginx"', 404)
WRONG_UPSTREAM = Finding(
    "ngrok-upstream-scheme", Level.WARN, "ngrok speaks http to TLS", "Lead it to https.", "ngrok http"
)


def at(url: str, state: MonitorState | None = None) -> MonitorState:
    """A state, of that address."""
    return replace(state or states.ready(), path=PathState(parse_address(url), own=Stamped(0.001, ago(2))))


def fails(failure: Failure, url: str = HERE, **way: Any) -> Scene:
    """The newest question failed so; nothing runs on this machine."""
    return seen(failing(over(url, **way), failure), host(IDLE))


def status(*flags: bool | None, message: str | None = None, **session: Any) -> MonitorState:
    """IBKR says that of the session: authenticated, connected, competing, established."""
    state = states.ready()
    told = AuthStatus(bool(flags[0]), *flags[1:], server="JifN19053", message=message)
    return replace(state, session=replace(session_with(told), **session))


def nothing(request: httpx.Request) -> httpx.Response:
    """No answer to anything."""
    raise httpx.ReadTimeout("", request=request)


def foreign(_request: httpx.Request) -> httpx.Response:
    """Another web server."""
    return httpx.Response(404, content=b"nginx")


def hanging(state: MonitorState) -> Scene:
    """A scene within a monitor whose gateway hangs."""
    scene = seen(state)
    scene.core.hanging.set()
    scene.core.tickling.set()
    return scene


def not_here() -> Scene:
    """The gateway is on another machine."""
    return seen(at(BOX))


def refused(on: Any) -> Scene:
    """Nothing answers on this machine, on which that is to be seen."""
    return seen(failing(over(HERE), REFUSED), on)


def mute(settings: Conf | None = None, logs: GatewayLogs = NO_LOGS, machine: FakeMachine = IDLE) -> Any:
    """A gateway runs that listens on nothing."""
    return host(machine, replace(GATEWAY, ports=()), settings=settings, logs=logs)


def with_session(**changes: Any) -> MonitorState:
    """Ready, but for these parts of the session."""
    state = states.ready()
    return replace(state, session=replace(state.session, **changes))


def held(**changes: Any) -> Scene:
    """A scene whose book is that."""
    return preset(seen(states.ready()), book=Book(ACCOUNT, **changes))


def heard(what: Heard, *topics: str) -> Scene:
    """A scene whose websocket heard that."""
    return preset(seen(states.ready()), greeting=Greeting(what, topics))


def dated(seconds: float) -> Scene:
    """Answers bear a time that is so much later than ours."""
    scene = seen(states.ready())
    now = scene.core.now()
    scene.core.client._asker.dated = Stamped(now.plus(seconds).wall, now)
    return scene


def tunnelled(*tunnels: Tunnel, findings: tuple[Finding, ...] = ()) -> MonitorState:
    """Ready on this machine, with tunnels that lead there."""
    state = states.ready()
    return replace(state, path=replace(state.path, tunnels=tunnels, findings=findings))


LEADING = Tunnel(PathKind.NGROK, "web", up=True, leads_here=True, findings=(WRONG_UPSTREAM,))
DOWN = Tunnel(PathKind.TAILSCALE, "tailnet", up=False, down_because="logged out")
UNLOADED = SHIPPED + "    listenHost: 127.0.0.1\n"
NO_UPSTREAM = SHIPPED.replace('"https://api.ibkr.com"', "~")
NO_SCHEME = SHIPPED.replace("https://api", "api")
ONLY_LAN = SHIPPED.replace("        - 127.0.0.1\n", "")
EVERYONE = SHIPPED.replace("      deny:\n        - 212.90.324.10\n", "")
DENIED = Failure(FailureKind.DENIED, '404 "Access Denied"', 404)
CHOKES = Failure(FailureKind.MISCONFIGURED, '500 "Internal Server Error"', 500)
NO_LOGIN = Failure(FailureKind.NO_LOGIN, "401 with an empty body", 401)
DIFFERENT = replace(GATEWAY, ports=(5001,), port=5001)

WAY: Mapping[str, tuple[Status, Make]] = {
    "settings/sound": (PASSED, lambda: seen(states.ready())),
    "settings/tws-port": (WARNED, lambda: seen(at("https://localhost:7497"))),
    "settings/trouble": (WARNED, lambda: seen(states.ready(), facts=Facts(problems=("the keyring is locked",)))),
    "settings/clear": (WARNED, lambda: seen(at("http://192.168.1.20:5000"))),
    "name/resolves": (PASSED, lambda: seen(at(BOX))),
    "name/unresolved": (FAILED, lambda: fails(plain(FailureKind.UNRESOLVED), "https://bax:5000")),
    "name/quick-tunnel-gone": (
        FAILED,
        lambda: fails(Failure(FailureKind.TUNNEL_DOWN, "no address", tunnel=PathKind.CLOUDFLARE), QUICK),
    ),
    "port/reached": (PASSED, lambda: seen(states.ready())),
    "port/unasked": (SKIPPED, lambda: hanging(states.starting())),
    "port/refused": (FAILED, lambda: fails(REFUSED)),
    "port/filtered": (FAILED, lambda: fails(plain(FailureKind.CONNECT_TIMEOUT), BOX)),
    "port/no-route": (FAILED, lambda: fails(Failure(FailureKind.CONNECT_TIMEOUT, "no route to box"), BOX)),
    "port/not-permitted": (
        FAILED,
        lambda: fails(
            Failure(FailureKind.CONNECT_TIMEOUT, "connection to box:5000 not permitted by this machine"), BOX
        ),
    ),
    "port/agent-down": (
        FAILED,
        lambda: fails(plain(FailureKind.CONNECT_TIMEOUT), TAILNET, kind=PathKind.TAILSCALE, tunnel=DOWN),
    ),
    "port/forward-gone": (FAILED, lambda: fails(REFUSED, kind=PathKind.SSH, forward=FORWARD)),
    "port/edge": (FAILED, lambda: fails(plain(FailureKind.CONNECT_TIMEOUT), NGROK)),
    "tunnel/none": (PASSED, lambda: seen(states.ready())),
    "tunnel/stands": (PASSED, lambda: seen(by_ngrok())),
    "tunnel/wrong-upstream": (WARNED, lambda: seen(tunnelled(LEADING))),
    "tunnel/forward-hangs": (
        FAILED,
        lambda: fails(plain(FailureKind.TLS_TIMEOUT), kind=PathKind.SSH, forward=FORWARD),
    ),
    "tunnel/behind-forward": (FAILED, lambda: fails(plain(FailureKind.CUT), kind=PathKind.SSH, forward=FORWARD)),
    "tunnel/offline": (
        FAILED,
        lambda: fails(marked(FailureKind.TUNNEL_DOWN, PathKind.NGROK, "ERR_NGROK_3200", 404), NGROK),
    ),
    "tunnel/no-route": (
        FAILED,
        lambda: fails(marked(FailureKind.TUNNEL_DOWN, PathKind.CLOUDFLARE, "1016", 530), "https://gw.example.com"),
    ),
    "tunnel/denied": (FAILED, lambda: fails(marked(FailureKind.TUNNEL_DENIED, PathKind.NGROK, status=401), NGROK)),
    "tunnel/limited": (
        FAILED,
        lambda: fails(marked(FailureKind.TUNNEL_LIMITED, PathKind.NGROK, "ERR_NGROK_727", 403), NGROK),
    ),
    "tunnel/nothing-behind": (
        FAILED,
        lambda: fails(marked(FailureKind.NOTHING_BEHIND, PathKind.NGROK, "ERR_NGROK_8012"), NGROK),
    ),
    "tunnel/upstream-scheme": (
        FAILED,
        lambda: fails(marked(FailureKind.UPSTREAM_SCHEME, PathKind.NGROK, "ERR_NGROK_3004"), NGROK),
    ),
    "tls/speaks": (PASSED, lambda: seen(states.ready())),
    "tls/plain": (PASSED, lambda: seen(at("http://localhost:5000"))),
    "tls/wrong-scheme": (FAILED, lambda: fails(plain(FailureKind.WRONG_SCHEME))),
    "tls/untrusted": (FAILED, lambda: fails(plain(FailureKind.UNTRUSTED), BOX)),
    "tls/tws": (FAILED, lambda: fails(plain(FailureKind.CUT), "https://localhost:7497")),
    "tls/held": (
        FAILED,
        lambda: seen(failing(over(HERE), plain(FailureKind.CUT)), host(hears(listening("python", 80)))),
    ),
    "tls/silent": (FAILED, lambda: fails(plain(FailureKind.TLS_TIMEOUT))),
    "tls/cut": (FAILED, lambda: fails(plain(FailureKind.CUT))),
    "gateway/gateway": (PASSED, lambda: seen(states.ready())),
    "gateway/untold": (SKIPPED, lambda: seen(failing(over(HERE), SILENT), answering=nothing)),
    "gateway/airplay": (
        FAILED,
        lambda: seen(
            failing(over(HERE), Failure(FailureKind.NOT_A_GATEWAY, "403 from AirPlay (AirTunes)", 403)),
            answering=foreign,
        ),
    ),
    "gateway/another-server": (FAILED, lambda: seen(failing(over(HERE), FOREIGN), answering=foreign)),
    "gateway/unexpected": (
        FAILED,
        lambda: seen(failing(over(HERE), plain(FailureKind.UNEXPECTED, 418)), answering=foreign),
    ),
    "process/elsewhere": (SKIPPED, not_here),
    "process/unseen": (PASSED, lambda: seen(states.ready(), host())),
    "process/several": (
        WARNED,
        lambda: seen(states.ready(), host(RUNNING, replace(GATEWAY, pid=7, ports=()), GATEWAY)),
    ),
    "process/orphaned": (WARNED, lambda: seen(states.ready(), host(RUNNING, replace(GATEWAY, orphaned=True)))),
    "process/runs": (PASSED, lambda: seen(states.ready())),
    "process/held": (
        FAILED,
        lambda: seen(
            failing(over(HERE), FOREIGN), host(hears(listening("nginx", 80)), replace(GATEWAY, ports=())), foreign
        ),
    ),
    "process/container": (
        FAILED,
        lambda: seen(failing(over(HERE), plain(FailureKind.CUT)), host(hears(listening("docker-proxy", 80)))),
    ),
    "process/other-port": (FAILED, lambda: refused(host(IDLE, DIFFERENT))),
    "process/not-listening": (FAILED, lambda: refused(mute())),
    "process/tws-instead": (FAILED, lambda: refused(host(hears(listening("java", 9), 7497)))),
    "process/none": (FAILED, lambda: refused(host(IDLE))),
    "java/elsewhere": (SKIPPED, not_here),
    "java/in-use": (PASSED, lambda: seen(states.ready())),
    "java/missing": (FAILED, lambda: refused(host(IDLE, java=None))),
    "java/unknown": (WARNED, lambda: refused(host(IDLE, java=Java()))),
    "java/too-old": (FAILED, lambda: refused(host(IDLE, java=Java((1, 8, 0, 181))))),
    "java/fit": (PASSED, lambda: refused(host(IDLE))),
    "folder/elsewhere": (SKIPPED, not_here),
    "folder/no-process": (SKIPPED, lambda: refused(host(IDLE))),
    "folder/unknown": (SKIPPED, lambda: seen(states.ready(), host(RUNNING, replace(GATEWAY, folder=None)))),
    "folder/wrong-folder": (WARNED, lambda: seen(states.ready(), host(RUNNING, GATEWAY, folder=Folder(("dist",))))),
    "folder/plus": (FAILED, lambda: refused(host(IDLE, replace(GATEWAY, folder=f"{HOME}+1", ports=())))),
    "folder/own": (PASSED, lambda: seen(states.ready())),
    "conf/elsewhere": (SKIPPED, not_here),
    "conf/no-process": (SKIPPED, lambda: refused(host(IDLE))),
    "conf/unreadable": (
        SKIPPED,
        lambda: seen(
            states.ready(), host(RUNNING, GATEWAY, settings=Conf("root/conf.yaml", None, "Permission denied"))
        ),
    ),
    "conf/not-again": (WARNED, lambda: seen(states.ready(), host(RUNNING, GATEWAY, settings=conf(UNLOADED)))),
    "conf/does-not-load": (FAILED, lambda: refused(mute(conf(UNLOADED)))),
    "conf/never-listens": (FAILED, lambda: refused(mute(conf(NO_UPSTREAM)))),
    "conf/faults": (WARNED, lambda: seen(states.ready(), host(RUNNING, GATEWAY, settings=conf(NO_SCHEME)))),
    "conf/sound": (PASSED, lambda: seen(states.ready())),
}

SERVING: Mapping[str, tuple[Status, Make]] = {
    "allow-list/admits": (PASSED, lambda: seen(states.ready())),
    "allow-list/not-again": (WARNED, lambda: seen(states.ready(), host(RUNNING, GATEWAY, settings=conf(ONLY_LAN)))),
    "allow-list/denied": (
        FAILED,
        lambda: seen(failing(over(HERE), DENIED), host(RUNNING, GATEWAY, settings=conf(ONLY_LAN))),
    ),
    "allow-list/needs-restart": (FAILED, lambda: seen(failing(over(HERE), DENIED))),
    "allow-list/chokes": (FAILED, lambda: seen(failing(over(HERE), CHOKES))),
    "allow-list/off-path": (
        FAILED,
        lambda: seen(failing(over(HERE), Failure(FailureKind.MISCONFIGURED, "302 to api.ibkr.com", 302))),
    ),
    "answers/in-time": (PASSED, lambda: seen(at(HERE))),
    "answers/slow": (
        WARNED,
        lambda: seen(replace(at(HERE), path=replace(at(HERE).path, own=Stamped(1.5, ago(2))))),
    ),
    "answers/silent": (FAILED, lambda: seen(failing(over(HERE), SILENT), answering=nothing)),
    "answers/unasked": (PASSED, lambda: hanging(failing(over(HERE), SILENT))),
    "ibkr/reached": (PASSED, lambda: seen(states.ready())),
    "ibkr/slow": (
        WARNED,
        lambda: seen(replace(states.ready(), path=replace(states.ready().path, first_byte=Stamped(4.0, ago(2))))),
    ),
    "ibkr/no-answer": (FAILED, lambda: seen(failing(over(HERE), SILENT))),
    "ibkr/edge-denied": (FAILED, lambda: seen(failing(over(HERE), plain(FailureKind.EDGE_DENIED, 403)))),
    "ibkr/rate-limited": (FAILED, lambda: seen(failing(over(HERE), plain(FailureKind.RATE_LIMITED, 429)))),
    "ibkr/backend": (FAILED, lambda: seen(failing(over(HERE), plain(FailureKind.BACKEND, 503)))),
    "ibkr/garbled": (FAILED, lambda: seen(failing(over(HERE), plain(FailureKind.NOT_A_GATEWAY, 200)))),
    "ibkr/unasked": (SKIPPED, lambda: hanging(states.starting())),
}


def ended() -> MonitorState:
    """The link is gone, and IBKR says that the login is, too."""
    login = Stamped(replace(SIGN_IN, valid=False), ago(20))
    return status(False, False, None, None, sign_in=login)


SESSION: Mapping[str, tuple[Status, Make]] = {
    "login/logged-in": (PASSED, lambda: seen(states.ready())),
    "login/nobody": (FAILED, lambda: seen(states.login_required())),
    "login/ended": (FAILED, lambda: seen(ended())),
    "brokerage/open": (PASSED, lambda: seen(states.ready())),
    "brokerage/lapsed": (FAILED, lambda: seen(status(False, True, False))),
    "brokerage/no-bridge": (FAILED, lambda: seen(failing(over(HERE), plain(FailureKind.NO_BRIDGE, 400)))),
    "brokerage/link-gone": (FAILED, lambda: seen(status(False, False, None))),
    "brokerage/not-forced": (
        FAILED,
        lambda: seen(status(False, True, False, message="Force compete capability must be used together with …")),
    ),
    "brokerage/held": (WARNED, lambda: seen(states.competing())),
    "brokerage/settling": (FAILED, lambda: seen(status(False, True, False, login_seen_at=ago(20)))),
    "brokerage/unasked": (SKIPPED, lambda: hanging(states.starting())),
    "competing/alone": (PASSED, lambda: seen(states.ready())),
    "competing/competing": (FAILED, lambda: seen(states.competing())),
    "competing/contested": (WARNED, lambda: seen(states.contested())),
    "competing/untold": (WARNED, lambda: seen(status(True, True, None, True))),
    "competing/unasked": (SKIPPED, lambda: hanging(states.starting())),
    "established/established": (PASSED, lambda: seen(states.ready())),
    "established/untold": (PASSED, lambda: seen(status(True, True, False, None))),
    "established/loading": (FAILED, lambda: seen(status(True, True, False, False))),
    "established/unasked": (SKIPPED, lambda: hanging(states.starting())),
    "keep-alive/answered": (PASSED, lambda: seen(states.ready())),
    "keep-alive/off": (WARNED, lambda: seen(with_session(keep_alive=KeepAlive(enabled=False)))),
    "keep-alive/unanswered": (
        FAILED,
        lambda: seen(
            with_session(
                tickle=Exchange(SILENT, ago(14), ago(2)),
                keep_alive=KeepAlive(slots=(Slot(ago(14)),), next_at=ago(-3), failures=1),
            )
        ),
    ),
    "keep-alive/unproven": (WARNED, lambda: seen(with_session(keep_alive=KeepAlive(slots=(Slot(ago(14)),))))),
    "clock/agrees": (PASSED, lambda: dated(-1)),
    "clock/ahead": (WARNED, lambda: dated(-90)),
    "clock/behind": (WARNED, lambda: dated(3600)),
    "clock/untold": (SKIPPED, lambda: held(behind=300.0)),
    "reset/ahead": (PASSED, lambda: seen(states.ready())),
    "reset/soon": (WARNED, lambda: seen(states.ready(), wall=datetime(2026, 11, 20, 4, 40, tzinfo=UTC))),
    "reset/now": (WARNED, lambda: seen(states.ready(), wall=datetime(2026, 11, 20, 5, 10, tzinfo=UTC))),
    "reset/unknown": (
        SKIPPED,
        lambda: seen(with_session(region=None, sign_in=Stamped(replace(SIGN_IN, region=None), ago(80)))),
    ),
}


def listed(*ids: str) -> MonitorState:
    """The login's accounts, as they were seen a moment ago."""
    state = states.ready()
    accounts = state.accounts.accounts
    assert accounts is not None
    kept = tuple(each for each in accounts.value if each.id in ids)
    return replace(state, accounts=replace(state.accounts, accounts=Stamped(kept, ago(20))))


def without_accounts() -> MonitorState:
    """Ready, and the accounts are still to be asked for."""
    return replace(states.ready(), accounts=states.starting().accounts)


DATA: Mapping[str, tuple[Status, Make]] = {
    "accounts/listed": (PASSED, lambda: seen(states.ready())),
    "accounts/none": (FAILED, lambda: seen(listed())),
    "accounts/refused": (FAILED, lambda: seen(without_accounts())),
    "accounts/loading": (SKIPPED, lambda: seen(status(True, True, False, False))),
    "positions/whole": (PASSED, lambda: seen(states.ready())),
    "positions/empty": (PASSED, held),
    "positions/refused": (FAILED, lambda: held(failure=plain(FailureKind.BACKEND, 500))),
    "positions/no-account": (SKIPPED, lambda: preset(seen(states.ready()), book=None)),
    "positions/cut": (WARNED, lambda: held(rows=BOOK[:1] * 6000, paged=True)),
    "positions/incomplete": (WARNED, lambda: held(rows=(*BOOK, replace(BOOK[0], quantity=None)))),
    "positions/stale": (WARNED, lambda: held(rows=BOOK, behind=300.0)),
    "websocket/greeted": (PASSED, lambda: heard(Heard.GREETED, "system")),
    "websocket/silent": (WARNED, lambda: heard(Heard.SILENT)),
    "websocket/waiting": (WARNED, lambda: heard(Heard.WAITING, "waiting for session")),
    "websocket/closed": (WARNED, lambda: heard(Heard.CLOSED)),
    "websocket/refused": (WARNED, lambda: preset(seen(states.ready()), greeting=plain(FailureKind.UNEXPECTED, 400))),
    "websocket/odd": (WARNED, lambda: heard(Heard.OTHER, "tic")),
    "exposure/closed": (PASSED, lambda: seen(states.ready())),
    "exposure/open": (WARNED, lambda: seen(states.ready(), host(RUNNING, GATEWAY, settings=conf(EVERYONE)))),
}

CASES: Mapping[str, tuple[Status, Make]] = MappingProxyType({**WAY, **SERVING, **SESSION, **DATA})
"""All of them."""
