"""What the checks of one run share: everything is looked at once at the most, and what is fresh already is taken."""

import asyncio
import contextlib
import ipaddress
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from tui.clock import Moment, within
from tui.doctor.host import Conf, Folder, Host
from tui.domain.accounts import Account
from tui.domain.address import PathKind
from tui.domain.broken_way import Broken, broken_way
from tui.domain.events import AccountsSeen, PositionsSeen
from tui.domain.failure import Failure, FailureKind
from tui.domain.path import PathState
from tui.domain.positions import Position
from tui.domain.reduce_path import LOST
from tui.domain.session import AuthStatus
from tui.domain.state import MonitorState
from tui.domain.verdict import Verdict, decisive, verdict
from tui.engine.account_jobs import true_at
from tui.engine.core import Core
from tui.engine.jobs import AuthJob
from tui.engine.keepalive import TickleJob
from tui.engine.look import Way, look_at_login, no_way
from tui.engine.probe_job import PROBE, probe
from tui.gateway.endpoints import Endpoint
from tui.gateway.errors import GatewayError
from tui.gateway.websocket import Greeting
from tui.path.machine import Listeners
from tui.path.processes import GatewayProcess, Java
from tui.setup.gateway_logs import GatewayLogs

T = TypeVar("T")

RECENT = 15.0
"""Seconds for which what the monitor saw of the session stands for a look of our own; a question may take twelve."""
WAY_RECENT = 60.0
OWN_RECENT = 60.0
DATA_RECENT = 120.0
OWN_WITHIN = 2.0
"""Seconds for an answer that a gateway gives by itself: it takes milliseconds, and twelve more may follow."""
MACHINE_WITHIN = 4.0
TICKLE_WAIT = 3.0
"""Seconds for which a keep-alive that is sent again waits for its turn."""
TWS_PORTS = (7496, 7497, 4001, 4002)
"""On which Trader Workstation and IB Gateway listen for the other API, the first of each pair for real money."""

TRANSPORT = (LOST | {FailureKind.UNTRUSTED, FailureKind.WRONG_SCHEME}) - {FailureKind.SILENT}
"""Failures on the way: no gateway's answer came, whatever the gateway does."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the settings say. profile: its name, None for none. verified: whether the certificate is.

    problems: what is amiss with them though they can be used, in sentences.
    """

    profile: str | None = None
    verified: bool = False
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Own:
    """What came of asking for what a gateway answers by itself. took: seconds; failure: why it was not answered.

    Both None where it was not asked.
    """

    took: float | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """One account's rows, or why they could not be had. behind: seconds by which IBKR's own time is behind ours."""

    account: str
    rows: tuple[Position, ...] = ()
    failure: Failure | None = None
    behind: float | None = None
    paged: bool = False


class Scene:
    """One run's looks, each made once, for whoever asks first. End it with `aclose`.

    core: the engine's, its own or a running monitor's, whose fresh answers are taken. look_at_way: looks over the way;
    a monitor's own job does so anyway. since: what was seen before that moment is not taken for fresh.
    """

    def __init__(
        self,
        core: Core,
        host: Host,
        facts: Facts | None = None,
        look_at_way: Way = no_way,
        since: Moment | None = None,
    ) -> None:
        self.core = core
        self.host = host
        self.facts = facts or Facts()
        self._look_at_way = look_at_way
        self._since = since
        self._tasks: dict[str, asyncio.Task[Any]] = {}

    @property
    def state(self) -> MonitorState:
        """The latest."""
        return self.core.state

    def verdict(self) -> Verdict:
        """The verdict now, in whose words a failure is told."""
        return verdict(self.core.state, self.core.now())

    def recent(self) -> AuthStatus | Failure | None:
        """What decides, where it was seen just now; None where it has to be asked for."""
        session, now = self.state.session, self.core.now()
        seen = any(self._fresh(each.at, RECENT) for each in (session.auth, session.tickle) if each is not None)
        return decisive(session, self.state.pace, now) if seen else None

    async def path(self) -> PathState:
        """The way, looked over."""
        await self._once("way", self._looked_at_way)
        return self.core.state.path

    async def auth(self) -> AuthStatus | Failure | None:
        """What decides: the session's status, or why there is none; None where it may not be asked now."""
        return await self._once("auth", self._auth)

    async def own(self) -> Own:
        """What the gateway answers by itself."""
        return await self._once("own", self._own)

    async def contact(self) -> Failure | None:
        """Why no gateway's answer comes, be it on the way or for want of a gateway; None where one comes.

        A gateway's own page is asked for first, so that nothing waits for IBKR that needs no IBKR.
        """
        if self.recent() is None and (own := await self.own()).took is not None and own.failure is None:
            return None
        outcome = await self.auth()
        if not isinstance(outcome, Failure):
            return None
        stopped = outcome.kind in TRANSPORT | {FailureKind.NOT_A_GATEWAY, FailureKind.UNEXPECTED}
        if stopped or outcome.tunnel is not None or await self.broken() is not None:
            return outcome
        return None

    async def broken(self) -> Broken | None:
        """Where the way is broken by what decides; None where it is not."""
        path, outcome = await asyncio.gather(self.path(), self.auth())
        return broken_way(outcome, path) if isinstance(outcome, Failure) else None

    async def here(self) -> bool:
        """Whether the gateway is expected on this very machine."""
        return (await self.path()).kind is PathKind.LOCAL

    async def addresses(self) -> tuple[str, ...]:
        """Of the gateway's name."""
        host = self.state.path.address.host
        return await self._machine("addresses", lambda: self.host.machine.addresses(host), ())

    async def listeners(self) -> Listeners:
        """Who listens on the gateway's port of this machine."""
        port = self.state.path.address.port
        nothing = Listeners(complete=False, taken=None)
        return await self._machine("listeners", lambda: self.host.machine.listeners(port), nothing)

    async def gateways(self) -> tuple[GatewayProcess, ...]:
        """The gateways that run on this machine, the one on the asked port first."""
        port = self.state.path.address.port
        nobody: tuple[GatewayProcess, ...] = ()
        found = await self._machine("gateways", self.host.gateways, nobody)
        return tuple(sorted(found, key=lambda each: port not in (each.ports or ())))

    async def gateway(self) -> GatewayProcess | None:
        """The one that is meant: on the asked port, or on none that is known. Where nothing answers there, any other.

        One that listens elsewhere tells nothing of the gateway that does answer.
        """
        port = self.state.path.address.port
        found = await self.gateways()
        meant = next((each for each in found if not each.ports or port in each.ports), None)
        return meant if meant is not None or await self.contact() is None else next(iter(found), None)

    async def tws(self) -> tuple[int, ...]:
        """Ports on which Trader Workstation or IB Gateway listens on this machine."""

        def look() -> tuple[int, ...]:
            return tuple(port for port in TWS_PORTS if self.host.machine.listeners(port).owners)

        return await self._machine("tws", look, ())

    async def java(self) -> Java | None:
        """The Java on the user's path."""
        return await self._once("java", lambda: self.host.java(self.core.clock))

    async def conf(self) -> Conf | None:
        """The settings file of the gateway that runs; None where it is not known."""
        process = await self.gateway()
        return None if process is None else await self._machine("conf", lambda: self.host.conf(process), None)

    async def folder(self) -> Folder | None:
        """What is in the folder of the gateway that runs."""
        process = await self.gateway()
        if process is None or (name := process.folder) is None:
            return None
        return await self._machine("folder", lambda: self.host.folder(name), None)

    async def logs(self) -> GatewayLogs:
        """What the logs of the gateway that runs say."""
        process = await self.gateway()
        if process is None or (name := process.folder) is None:
            return GatewayLogs()
        return await self._machine("logs", lambda: self.host.logs(name), GatewayLogs())

    async def client_address(self) -> str | None:
        """By which IPv4 address the gateway on this machine sees us; None where that can't be told."""
        address = self.state.path.address
        ips = ("127.0.0.1",) if address.loopback and address.host.strip("0123456789.") else await self.addresses()
        for ip in ips:
            with contextlib.suppress(ValueError):
                if ipaddress.ip_address(ip).version == 4:
                    return ip
        return None

    async def accounts(self) -> tuple[Account, ...] | Failure:
        """The login's accounts."""
        return await self._once("accounts", self._accounts)

    async def book(self) -> Book | None:
        """The first account's positions; None where there is no account."""
        return await self._once("book", self._book)

    async def login(self) -> None:
        """Learn when the login was made and where; the state tells it then, where it could be had."""
        await self._once("login", self._login)

    async def tickle(self) -> None:
        """Send one keep-alive, unless one is known to have been answered just now; the state tells what came of it."""
        await self._once("tickle", self._tickle)

    async def greeting(self) -> Greeting | Failure:
        """What a websocket hears."""
        return await self._once("greeting", self._greeting)

    async def aclose(self) -> None:
        """End the looks that are still under way."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _fresh(self, at: Moment, limit: float) -> bool:
        """Whether what was seen then stands for a look of this run's."""
        since = self._since
        return self.core.now().seconds_since(at) < limit and (since is None or at.ticks >= since.ticks)

    async def _once(self, name: str, look: Callable[[], Awaitable[T]]) -> T:
        """The look's result. It goes on where one who waits for it is cancelled: others wait for it as well."""

        async def looked() -> T:
            return await look()

        task = self._tasks.get(name)
        if task is None:
            task = self._tasks[name] = asyncio.create_task(looked(), name=f"doctor {name}")
        result: T = await asyncio.shield(task)
        return result

    async def _machine(self, name: str, look: Callable[[], T], otherwise: T) -> T:
        """A look at this machine, in a thread; `otherwise` where it takes too long."""

        async def looked() -> T:
            with contextlib.suppress(TimeoutError):
                return await within(self.core.clock, MACHINE_WITHIN, self.host.aside(look))
            return otherwise

        return await self._once(name, looked)

    async def _auth(self) -> AuthStatus | Failure | None:
        if (recent := self.recent()) is None:
            # A monitor's own question may be under way, and one behind it would come too late for a check.
            async with self.core.deciding:
                recent = self.recent()
        if recent is None:
            await AuthJob(self.core).round()
            recent = decisive(self.state.session, self.state.pace, self.core.now())
        return recent

    async def _own(self) -> Own:
        recent, known = self.recent(), self.state.path.own
        silent = isinstance(recent, Failure) and recent.kind is FailureKind.SILENT
        if recent is not None and not silent and known is not None and self._fresh(known.at, OWN_RECENT):
            return Own(known.value)
        if self.core.hanging.is_set() or await self.core.budget.turn_unless_held(PROBE) > 0:
            return Own()  # of a gateway that hangs, one question at a time is all that is asked
        try:
            return await within(self.core.clock, 2 * OWN_WITHIN, self._in_turn())
        except TimeoutError:
            return Own()  # another question is under way: what that one waits for tells nothing of this one

    async def _in_turn(self) -> Own:
        async with self.core.deciding:
            try:
                return await within(self.core.clock, OWN_WITHIN, self._probed())
            except TimeoutError:
                return Own(OWN_WITHIN, Failure(FailureKind.SILENT, f"no byte of an answer in {OWN_WITHIN:g} s"))

    async def _probed(self) -> Own:
        began = self.core.now()
        failure = await probe(self.core)
        known = self.state.path.own
        measured = failure is None and known is not None and known.at.ticks >= began.ticks
        return Own(known.value if known and measured else self.core.now().seconds_since(began), failure)

    async def _looked_at_way(self) -> None:
        way = self.state.path.way
        if way is None or not self._fresh(way.at, WAY_RECENT):
            await self._look_at_way()

    async def _accounts(self) -> tuple[Account, ...] | Failure:
        core, known = self.core, self.state.accounts
        if known.accounts is not None and known.failure is None and self._fresh(known.accounts.at, DATA_RECENT):
            return known.all
        try:
            answer = await core.ask(Endpoint.PORTFOLIO_ACCOUNTS, core.client.portfolio_accounts)
        except GatewayError as error:
            core.apply(AccountsSeen(core.gateway, core.now(), error.failure))
            return error.failure
        core.apply(AccountsSeen(core.gateway, core.now(), answer.value))
        return answer.value

    async def _book(self) -> Book | None:
        core = self.core
        accounts = await self.accounts()
        if isinstance(accounts, Failure) or not accounts:
            return None
        names = [each.id for each in accounts]
        visible = self.state.accounts.visible
        account = visible if visible in names else names[0]
        known = self.state.positions.books.get(account)
        failed = account in self.state.positions.failures
        if known is not None and not failed and self._fresh(known.at, DATA_RECENT):
            return Book(account, known.value, behind=known.age(core.now()))
        try:
            answer = await core.ask_paged(
                Endpoint.POSITIONS, lambda between: core.client.positions(account, between=between)
            )
        except GatewayError as error:
            core.apply(PositionsSeen(core.gateway, core.now(), account, error.failure))
            return Book(account, failure=error.failure)
        core.apply(PositionsSeen(core.gateway, true_at(answer), account, answer.value))
        behind = None if answer.as_of is None else (answer.at.wall - answer.as_of).total_seconds()
        return Book(account, answer.value, behind=behind, paged=core.client.paged)

    async def _login(self) -> None:
        known = self.state.session.sign_in
        if known is None or known.age(self.core.now()) >= RECENT * 60:
            await look_at_login(self.core)

    async def _tickle(self) -> None:
        keep_alive, now = self.state.session.keep_alive, self.core.now()
        at = keep_alive.answered_at or self.core.budget.tickled_at()
        pace = self.state.pace.tickle
        under_way = bool(keep_alive.slots) and now.seconds_since(keep_alive.slots[-1].due_at) < 2 * pace
        due = not under_way and (at is None or now.seconds_since(at) >= pace)
        if not keep_alive.enabled or not (due or self.overcome()):
            return
        job = TickleJob(self.core)
        wait = await job.round()
        if self.overcome() and wait <= TICKLE_WAIT:  # a retry waits for room in the budget
            await self.core.clock.sleep(wait)
            await job.round()

    def overcome(self) -> bool:
        """Whether the newest keep-alive failed by what is over: the engine's next one may be a minute away."""
        tickle, auth = self.state.session.tickle, self.state.session.auth
        if tickle is None or auth is None or not isinstance(tickle.outcome, Failure):
            return False
        return isinstance(auth.outcome, AuthStatus) and auth.at.ticks > tickle.at.ticks

    async def _greeting(self) -> Greeting | Failure:
        try:
            return (await self.core.ask(Endpoint.WEBSOCKET, self.core.client.greeting)).value
        except GatewayError as error:
            return error.failure
