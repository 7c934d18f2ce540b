"""`cpwatch watch --serve`: whether it lives, whether one can trade, the state and the figures, over HTTP.

Everything is told from the engine's last state: whoever asks here costs no request to the gateway.
"""

import asyncio
import hmac
import ipaddress
import json
import os
import re
import socket

from tui.clock import Clock, Moment
from tui.domain.journal import Level
from tui.domain.masked_id import masked_id
from tui.domain.report import Document, document
from tui.domain.secret import Secret
from tui.domain.state import MonitorState
from tui.domain.verdict import Verdict, verdict
from tui.watch.http import Reply, Request, plain, serve
from tui.watch.metrics import CONTENT_TYPE, Metrics
from tui.watch.watcher import Watcher

HUNG_AFTER = 60.0
"""Seconds on the monotonic clock without a word of the engine after which it no longer counts as alive."""
SHORTEST_TOKEN = 16
_PATHS = "/livez, /readyz, /state and /metrics"
_TOKEN = re.compile(rf"[!-~]{{{SHORTEST_TOKEN},}}", re.ASCII)
_PLACE = re.compile(r"(?:(?P<host>[^\[\]:]+|\[[^\[\]]+\]):)?(?P<port>[0-9]{1,5})", re.ASCII)


class BadServe(ValueError):
    """What `--serve` asks for can't be done; the message says why and what could."""


def place(text: str) -> tuple[str, int]:
    """The address and port of `PORT`, `ADDRESS:PORT` or `[ADDRESS]:PORT`; without an address, 127.0.0.1.

    Raises BadServe. `localhost` is 127.0.0.1, and no other name is looked up: it could be anywhere tomorrow.
    """
    found = _PLACE.fullmatch(text.strip())
    port = int(found["port"]) if found else 65536
    if found is None or port > 65535:
        raise BadServe(f"{text!r} is no place to serve at: give ADDRESS:PORT, as in 127.0.0.1:9464")
    host = (found["host"] or "127.0.0.1").strip("[]")
    if host.lower() == "localhost":
        return "127.0.0.1", port
    try:
        return str(ipaddress.ip_address(host)), port
    except ValueError:
        raise BadServe(f"{host!r} is no IP address: give one of this machine's, as in 127.0.0.1:{port}") from None


def listen(text: str, token: str | None) -> "Listening":
    """Listen there, so that a port in use is told before anything else begins. token: None where there is none.

    Raises BadServe; nobody listens then.
    """
    host, port = place(text)
    if token is None and not ipaddress.ip_address(host).is_loopback:
        raise BadServe(
            f"{host} is reached by other machines: set CPWATCH_SERVE_TOKEN to a secret that they send as "
            "`Authorization: Bearer …`, or serve on 127.0.0.1"
        )
    if token is not None and _TOKEN.fullmatch(token) is None:
        raise BadServe(f"CPWATCH_SERVE_TOKEN has to be {SHORTEST_TOKEN} or more characters of ASCII, without spaces")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise BadServe(f"can't serve at {_shown(host, port)}: {why}; choose another port with --serve") from None
    listener.setblocking(False)
    return Listening(listener, None if token is None else Secret(token))


class Listening:
    """A socket that listens, and the token that is asked for there, or None. Whoever opened it closes it."""

    def __init__(self, listener: socket.socket, token: Secret | None) -> None:
        self.socket = listener
        self.token = token

    @property
    def url(self) -> str:
        """Where it is reached: `http://127.0.0.1:9464`."""
        host, port = self.socket.getsockname()[:2]
        return f"http://{_shown(host, port)}"

    def close(self) -> None:
        """Listen no more."""
        self.socket.close()


def _shown(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class HealthServer:
    """A service of the watcher. account_ids: whether ids and what accounts are worth are told; masked otherwise."""

    def __init__(self, listening: Listening, clock: Clock, *, account_ids: bool = False) -> None:
        self.listening = listening
        self._clock = clock
        self._account_ids = account_ids
        self._metrics = Metrics(account_ids=account_ids)
        self._last: tuple[MonitorState, Moment] | None = None
        self._subscribed = False

    async def run(self, watcher: Watcher) -> None:
        """Serve until cancelled. After a defect it may be run again: the port is kept all the while."""
        if not self._subscribed:
            watcher.subscribe(self.take)
            self._subscribed = True
        watcher.core.notice(Level.INFO, f"health and metrics are served at {self.listening.url}")
        try:
            await serve(self.listening.socket.dup(), self.answer, self._clock)
        except asyncio.CancelledError:
            self.listening.close()
            raise

    def take(self, state: MonitorState, found: Verdict, now: Moment) -> None:
        """Note the state; once a second and on every change, on the engine's loop."""
        self._last = state, now
        self._metrics.take(state, found)

    def answer(self, request: Request) -> Reply:
        """What a request gets."""
        if (refused := self._refused(request)) is not None:
            return refused
        match request.path:
            case "/livez":
                return self._live()
            case "/readyz":
                return self._ready()
            case "/state":
                return self._state()
            case "/metrics":
                return Reply(200, self._metrics.text(self._clock.now()), CONTENT_TYPE)
        return plain(404, f"there are {_PATHS}")

    def _refused(self, request: Request) -> Reply | None:
        token = self.listening.token
        if token is None:
            # A web page may give this machine's address a name of its own, and have the browser ask for it.
            own = _names_this_machine(request.headers.get("host", ""))
            return None if own else plain(403, "ask by address: a name needs CPWATCH_SERVE_TOKEN")
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        # Both as bytes: compare_digest takes no text beyond ASCII. In constant time, so that guessing learns nothing.
        same = hmac.compare_digest(given.strip().encode("utf-8", "replace"), token.reveal().encode())
        if kind.lower() == "bearer" and same:
            return None
        return plain(401, "a token is needed", ("WWW-Authenticate", "Bearer"))

    def _live(self) -> Reply:
        """200 while the engine's loop turns; that this is answered says it too, since it is answered there."""
        silent = 0.0 if self._last is None else self._clock.now().ticks - self._last[1].ticks
        if silent > HUNG_AFTER:
            return plain(503, f"nothing from the engine for {silent:.0f} s")
        return plain(200, "alive")

    def _ready(self) -> Reply:
        found = self._found()
        if found is None:
            return plain(503, "unknown: nothing has been seen yet")
        if found.name.tradable:
            return plain(200, found.name.value)
        return plain(503, f"{found.name.value}: {found.summary}")

    def _found(self) -> Verdict | None:
        """The verdict now: what was ready a minute ago is not, where nothing fresh has come since."""
        return None if self._last is None else verdict(self._last[0], self._clock.now())

    def _state(self) -> Reply:
        if self._last is None:
            return plain(503, "nothing has been seen yet")
        now = self._clock.now()
        state = self._last[0]
        said = document(state, verdict(state, now), now)
        if not self._account_ids:
            said = _masked(said)
        return Reply(200, json.dumps(said).encode(), "application/json")


def _masked(said: Document) -> Document:
    """The status without ids and without what the accounts are worth."""
    accounts = said["accounts"]
    for account in accounts:
        account["id"] = masked_id(account["id"])
        account["net_liquidation"] = None
    return said


def _names_this_machine(host: str) -> bool:
    """Whether a Host header is an address or `localhost`, with or without a port; none is sent by HTTP/1.0."""
    name = re.sub(r":[0-9]*$", "", host).strip("[]").lower()
    if name in {"", "localhost"}:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
