"""What the contract is tried on: the simulated gateway, and the real one with a stand-in for IBKR behind it."""

from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

from tests.support.fake_ibkr import Canned, FakeIbkr
from tests.support.ports import free_port
from tests.support.raw import Wire, asked
from tests.support.real_gateway import CHOKES, RealGateway
from tui.simulator.child import SimulatorChild
from tui.simulator.scenarios import Scenario

# What IBKR's servers, behind the real gateway, answer in the scenarios that are theirs.
_CANNED = {
    Scenario.NO_SESSION: Canned(200, b'{"error":"no session"}'),
    Scenario.EDGE_DENIED: Canned(403, b"<HTML><H1>Access Denied</H1></HTML>\n", "text/html;charset=utf-8"),
    Scenario.RATE_LIMITED: Canned(429, b'{"error":"Too many requests"}'),
    Scenario.BACKEND_DOWN: Canned(503, b'{"error":"Service Unavailable","statusCode":503}'),
}


class Subject(Protocol):
    """A gateway that can be brought into a scenario. upstream: where its redirects off the box lead."""

    upstream: str

    def play(self, scenario: Scenario) -> None:
        """Bring it there; connections from now on see it."""
        ...

    def wire(self) -> Wire:
        """A connection to it, in the clear where it speaks so."""
        ...

    def crossed(self) -> Wire:
        """A connection by the other scheme than it speaks. Raises OSError where TLS finds nobody."""
        ...

    def speak(self, *, tls: bool) -> None:
        """Speak https, or plain http as with `listenSsl: false`."""
        ...

    def log_in(self) -> bytes:
        """Log in as a browser does; all bytes of the answer."""
        ...

    def restart(self) -> None:
        """End its process and start another one on the same port."""
        ...

    def down(self) -> int:
        """End its process; the port that it had. `restart` brings it back."""
        ...


def logged_in(wire: Wire) -> bytes:
    """The answer to the last step of a login."""
    with wire:
        wire.send(asked("POST", "/sso/Dispatcher", "Content-Length: 0"))
        return wire.until(b"\r\n0\r\n\r\n")


class Simulated:
    """The simulated gateway, in a process of its own."""

    upstream = "https://api.ibkr.com"

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._children = {tls: self._started(tls=tls) for tls in (True, False)}
        self._tls = True

    def _started(self, *, tls: bool, port: int = 0, scenario: Scenario = Scenario.READY) -> SimulatorChild:
        child = self._stack.enter_context(SimulatorChild(scenario, tls=tls, port=port))
        child.set_pacing(on=False)
        return child

    def play(self, scenario: Scenario) -> None:
        """Bring it there."""
        self._tls = True
        self._children[True].set_scenario(scenario)

    def speak(self, *, tls: bool) -> None:
        """Speak https or plain http."""
        self._tls = tls

    def wire(self) -> Wire:
        """A connection to it."""
        return Wire(self._children[self._tls].port, tls=self._tls)

    def crossed(self) -> Wire:
        """A connection by the other scheme."""
        return Wire(self._children[self._tls].port, tls=not self._tls)

    def log_in(self) -> bytes:
        """Log in as a browser does."""
        return logged_in(self.wire())

    def restart(self) -> None:
        """End its process and start another one on the same port, in the scenario that a new process finds."""
        self._children[True].stop()
        self._children[True] = self._started(tls=True, port=self._children[True].port, scenario=Scenario.LOGIN_REQUIRED)

    def down(self) -> int:
        """End its process; the port that it had."""
        self._children[True].stop()
        return self._children[True].port


class Real:
    """The real gateway: a process for each conf.yaml that is needed, started when it first is."""

    def __init__(self, stack: ExitStack, home: Path, folder: Path) -> None:
        self._stack = stack
        self._home = home
        self._folder = folder
        self._ibkr = stack.enter_context(FakeIbkr())
        self._running: dict[str, RealGateway] = {}
        self._kind = ""
        self._source = "127.0.0.1"
        self.upstream = self._ibkr.url

    def play(self, scenario: Scenario) -> None:
        """Choose the process and what IBKR answers. Every kind of conf.yaml but one has IBKR behind it."""
        self._kind, self._source = "", "127.0.0.1"
        self._ibkr.canned = _CANNED.get(scenario)
        self._ibkr.greets = scenario is Scenario.READY
        match scenario:
            case Scenario.BACKEND_HUNG:
                self._kind = "absent"
            case Scenario.MISCONFIGURED:
                self._kind = "choking"
            case Scenario.DENIED:
                self._source = "127.0.0.2"
            case Scenario.LOGIN_REQUIRED:
                self._clear()
            case Scenario.READY:
                self.log_in()

    def speak(self, *, tls: bool) -> None:
        """Speak https or plain http."""
        self._kind = "" if tls else "plain"

    def without_a_scheme(self) -> None:
        """Let `proxyRemoteHost` name no scheme."""
        self._kind = "schemeless"

    def wire(self) -> Wire:
        """A connection to it, from the address that the scenario needs."""
        gateway = self._gateway()
        return Wire(gateway.port, tls=gateway.tls, source=self._source)

    def crossed(self) -> Wire:
        """A connection by the other scheme."""
        gateway = self._gateway()
        return Wire(gateway.port, tls=not gateway.tls)

    def log_in(self) -> bytes:
        """Log in as a browser does."""
        return logged_in(self.wire())

    def restart(self) -> None:
        """End its process and start another one."""
        self._gateway().stop()
        self._gateway().start()

    def down(self) -> int:
        """End its process; the port that it had."""
        gateway = self._gateway()
        gateway.stop()
        return gateway.port

    def _clear(self) -> None:
        with self.wire() as wire:
            wire.send(asked("GET", "/clear"))
            wire.until(b"cleared")

    def _gateway(self) -> RealGateway:
        kind = self._kind
        if kind not in self._running:
            folder = self._folder / f"{kind or 'plainly'}-{len(list(self._folder.iterdir()))}"
            match kind:
                case "absent":
                    gateway = RealGateway(self._home, folder, f"http://127.0.0.1:{free_port()}")
                case "choking":
                    gateway = RealGateway(self._home, folder, self._ibkr.url, ips=CHOKES)
                case "plain":
                    gateway = RealGateway(self._home, folder, self._ibkr.url, tls=False)
                case "schemeless":
                    gateway = RealGateway(self._home, folder, self._ibkr.url.removeprefix("http://"))
                case _:
                    gateway = RealGateway(self._home, folder, self._ibkr.url)
            self._running[kind] = self._stack.enter_context(gateway)
        return self._running[kind]
