"""The simulated gateway's core: a request in, a reply out, no socket and no sleep.

The order of the decisions is the real program's: websocket upgrades pass the allow list by, everything else is
measured by it, the gateway answers a few paths itself, hands some on to IBKR and redirects all others off the box.
"""

import base64
import hashlib
import posixpath
import re
from urllib.parse import unquote, urlsplit

from tui.clock import Clock, Moment
from tui.simulator.backend import Backend
from tui.simulator.journal import Journal
from tui.simulator.messages import HANG, Hang, Headers, Reply, Request, compact_json, reply
from tui.simulator.scenarios import SITUATIONS, Scenario, Situation, Upstream, scenario_in
from tui.simulator.world import World

CONTROL = "/_sim/"
UPSTREAM = "https://api.ibkr.com"
LOGIN = "/sso/Login?forwardTo=22&RL=1&ip2loc=US"
_PROXIED_API = re.compile(r"/(?:v1|qa|ci|alpha|local)/(?:portal|api)(/.*)")
_REAUTHENTICATE = re.compile(r"/v1/(?:portal|api)/iserver/reauthenticate")
_OTHER_SERVICE = re.compile(r"/v1/(?!api/|portal/)(tws|am)/.*")
_WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_JSON: Headers = ((b"Content-Type", b"application/json; charset=utf-8"),)
_PREFLIGHT: Headers = (
    (b"Access-Control-Allow-Origin", b"*"),
    (b"Access-Control-Allow-Methods", b"POST,GET,OPTIONS,DELETE,PUT"),
    (b"Access-Control-Allow-Headers", b"Content-Type,portal,Cookie"),
    (b"Content-Length", b"0"),
)


class SimulatedGateway:
    """One gateway and the IBKR behind it.

    clock: tells the time, is never slept on. seed: of prices and of made-up positions. positions: how many each
    account holds. accounts: how many there are.
    """

    def __init__(
        self,
        clock: Clock,
        scenario: Scenario = Scenario.READY,
        seed: int = 1,
        positions: int = 12,
        accounts: int = 1,
    ) -> None:
        self._clock = clock
        self._started: Moment = clock.now()
        self._scenario = scenario
        self._backend = Backend(World(seed=seed, positions=positions, accounts=accounts), self._started)
        self.journal = Journal()

    @property
    def scenario(self) -> Scenario:
        """The scenario that plays now."""
        return self._scenario

    def set_scenario(self, scenario: Scenario) -> None:
        """Play another scenario from the next request on; connections that hang already stay hung."""
        self._scenario = scenario

    @property
    def world(self) -> World:
        """The accounts behind the gateway."""
        return self._backend.world

    def respond(self, request: Request) -> Reply | Hang:
        """What the gateway answers at this moment: a Reply, or HANG for zero bytes for ever."""
        path = _path(request)
        if path.startswith(CONTROL):
            return self._control(request, path)
        now = self._clock.now()
        self.journal.note(request.method, request.path, self._scenario.value, now.ticks - self._started.ticks)
        if _is_websocket(request):
            return _upgrade(request)
        situation = SITUATIONS[self._scenario]
        if not situation.admits:
            return reply(404, b"Access Denied", ((b"Content-Length", b"13"),), chunked=False)
        return self._admitted(request, path, situation, now)

    def _admitted(self, request: Request, path: str, situation: Situation, now: Moment) -> Reply | Hang:
        if request.method == "OPTIONS" and _is_preflight(request):
            return Reply(204, "No Content", _PREFLIGHT, b"", chunked=False)
        cors: Headers = ((b"Access-Control-Allow-Origin", b"*"),) if request.header("Origin") else ()
        if _REAUTHENTICATE.fullmatch(path):
            done: dict[str, str] = {"message": "triggered"} if situation.sso else {"error": "not logged in"}
            return reply(200, compact_json(done), cors + _JSON, chunked=False)
        if path.startswith("/sso/"):
            return self._proxied(request, path, situation, now)
        if found := _PROXIED_API.fullmatch(path):
            return self._proxied(request, found[1], situation, now)
        return self._local(request, path, cors)

    def _local(self, request: Request, path: str, cors: Headers) -> Reply | Hang:
        match path.rstrip("/"):
            case "":
                return reply(302, headers=(*cors, (b"Location", LOGIN.encode("ascii"))))
            case "/clear":
                # It empties the cookie jar, and the cookies are the login.
                if self._scenario in {Scenario.READY, Scenario.COMPETING}:
                    self.set_scenario(Scenario.LOGIN_REQUIRED)
                return reply(200, b"cleared", cors, chunked=False)
            case "/status":
                return HANG
            case "*":
                return reply(404, b"Not Found", ((b"Content-Length", b"9"),), chunked=False)
        if found := _OTHER_SERVICE.fullmatch(path):
            return reply(200, f"Unknown service {found[1]}".encode("ascii"), cors)
        target = _split(request).encode("latin-1", "replace")
        return reply(302, headers=(*cors, (b"Location", UPSTREAM.encode("ascii") + target)))

    def _proxied(self, request: Request, path: str, situation: Situation, now: Moment) -> Reply | Hang:
        if situation.upstream is Upstream.SILENT:
            return HANG
        if request.method == "POST" and request.header("Content-Length") is None:
            return self._backend.length_required(now)
        if situation.upstream is Upstream.FAILS:
            return self._backend.unavailable(path, now)
        if path.startswith("/sso/Dispatcher") and request.method == "POST":
            if situation.login_ends_it:
                self._backend.log_in(now)
                self.set_scenario(Scenario.READY)
            return reply(200, b"Client login succeeds", chunked=False)
        return self._backend.answer(request, path, situation, now)

    def _control(self, request: Request, path: str) -> Reply:
        match (request.method, path.removeprefix(CONTROL)):
            case ("GET", "scenario"):
                return _told({"scenario": self._scenario.value, "scenarios": [name.value for name in Scenario]})
            case ("POST", "scenario"):
                try:
                    self.set_scenario(scenario_in(request.body))
                except ValueError as error:
                    return _told({"error": str(error), "scenarios": [name.value for name in Scenario]}, 400)
                return _told({"scenario": self._scenario.value})
            case ("GET", "requests"):
                return _told(self.journal.as_json())
        return _told({"error": "there are GET and POST /_sim/scenario, and GET /_sim/requests"}, 404)


def _told(value: object, status: int = 200) -> Reply:
    return reply(status, compact_json(value), ((b"Content-Type", b"application/json"),), chunked=False)


def _split(request: Request) -> str:
    """The path as it was sent, without a scheme and host in front and without the query."""
    if request.target.startswith("/") or request.target == "*":
        return request.path
    return urlsplit(request.target).path or "/"


def _path(request: Request) -> str:
    """The path by which the gateway routes: decoded, without `//` and `..`, a final slash kept."""
    raw = unquote(_split(request))
    if raw == "*":
        return raw
    clean = "/" + posixpath.normpath(raw).lstrip("/.")
    return clean + "/" if raw.endswith("/") and clean != "/" else clean


def _is_preflight(request: Request) -> bool:
    return bool(request.header("Origin") and request.header("Access-Control-Request-Method"))


def _is_websocket(request: Request) -> bool:
    upgrade, connection = request.header("Upgrade") or "", request.header("Connection") or ""
    return upgrade.lower() == "websocket" and "upgrade" in connection.lower()


def _upgrade(request: Request) -> Reply | Hang:
    """The websocket's handshake, done before anything is asked of IBKR and whatever the allow list says."""
    key = request.header("Sec-WebSocket-Key")
    if not key:
        return HANG
    if request.header("Sec-WebSocket-Version") != "13":
        headers = ((b"sec-websocket-version", b"13"), (b"content-length", b"0"))
        return reply(426, headers=headers, chunked=False)
    digest = hashlib.sha1((key + _WEBSOCKET_GUID).encode("latin-1"), usedforsecurity=False).digest()
    return reply(
        101,
        headers=(
            (b"upgrade", b"websocket"),
            (b"connection", b"upgrade"),
            (b"sec-websocket-accept", base64.b64encode(digest)),
        ),
        chunked=False,
    )
