"""The simulated gateway's core: a request in, a reply out, no socket and no sleep.

The order of the decisions is the real program's: websocket upgrades pass the allow list by, everything else is
measured by it, the gateway answers a few paths itself, hands some on to IBKR and redirects all others off the box.
"""

import re
from collections.abc import Callable

from tui.clock import Clock, Moment
from tui.simulator.backend import Backend
from tui.simulator.control import CONTROL, control
from tui.simulator.greeting import Greeting
from tui.simulator.journal import Journal
from tui.simulator.messages import HANG, Hang, Headers, Reply, Request, compact_json, reply
from tui.simulator.pacing import Pacing
from tui.simulator.portal import Portal
from tui.simulator.regions import NEW_JERSEY
from tui.simulator.routes import is_preflight, is_websocket, proxied, raw_path, routed_path, upgraded
from tui.simulator.scenarios import Scenario
from tui.simulator.session import Session
from tui.simulator.shapes import iserver_accounts
from tui.simulator.situations import SCRIPTS, AllowList, Crowd, Situation, Upstream
from tui.simulator.stage import Stage
from tui.simulator.trading import reachable_stream
from tui.simulator.world import World

UPSTREAM = "https://api.ibkr.com"
LOGIN = "/sso/Login?forwardTo=22&RL=1&ip2loc=US"
_REAUTHENTICATE = re.compile(r"/v1/(?:portal|api)/iserver/reauthenticate")
_OTHER_SERVICE = re.compile(r"/v1/(?!api/|portal/)(tws|am)/.*")
_JSON: Headers = ((b"Content-Type", b"application/json; charset=utf-8"),)
_PREFLIGHT: Headers = (
    (b"Access-Control-Allow-Origin", b"*"),
    (b"Access-Control-Allow-Methods", b"POST,GET,OPTIONS,DELETE,PUT"),
    (b"Access-Control-Allow-Headers", b"Content-Type,portal,Cookie"),
    (b"Content-Length", b"0"),
)
_DENIED = reply(404, b"Access Denied", ((b"Content-Length", b"13"),), chunked=False)
_CHOKED = reply(500, b"Internal Server Error", chunked=False)


class SimulatedGateway:
    """One gateway and the IBKR behind it.

    clock: tells the time, is never slept on. seed: of prices and of made-up positions. positions: how many each
    account holds. accounts: how many there are; a scenario may need more of both. region: whose midnight ends the
    login. paced: IBKR counts requests. changed: called when another scenario is set or the gateway is restarted.
    """

    def __init__(
        self,
        clock: Clock,
        scenario: Scenario = Scenario.READY,
        seed: int = 1,
        positions: int = 12,
        accounts: int = 1,
        *,
        region: str = NEW_JERSEY,
        paced: bool = True,
    ) -> None:
        self._clock = clock
        self._started: Moment = clock.now()
        self._seed, self._positions, self._accounts = seed, positions, accounts
        self._worlds: dict[Crowd, World] = {}
        self._moving = 1.0
        self.journal = Journal()
        self.pacing = Pacing(on=paced)
        self.session = Session(self._started, region)
        self.changed: list[Callable[[], None]] = []
        self._stage = Stage(scenario, self.session, self._started)
        portal = Portal(self.session, self._world())
        self._backend = Backend(self.session, portal, self.pacing, self._started)

    @property
    def scenario(self) -> Scenario:
        """The scenario that plays now."""
        return self._stage.scenario

    @property
    def world(self) -> World:
        """The accounts behind the gateway."""
        return self._backend.portal.world

    @property
    def listens(self) -> bool:
        """Whether a connection is taken at this moment; where not, those that are open are cut."""
        return self._situation().listens

    def seconds_to_change(self) -> float:
        """Seconds until the scenario goes on by itself; infinite where it does not."""
        return self._stage.seconds_to_change(self._clock.now())

    def set_scenario(self, scenario: Scenario) -> None:
        """Play a scenario from its beginning, from the next request on; connections that hang already stay hung.

        IBKR forgets what it has counted.
        """
        self._play(scenario)
        self.pacing.forget()
        self._tell()

    def set_moving(self, share: float) -> None:
        """How much of the prices moves from one answer with live positions to the next, from 0 to 1; 1: all do."""
        self._moving = share
        for world in self._worlds.values():
            world.moving = share

    def restart(self) -> None:
        """The gateway's process ends and another one starts: nobody is logged in any more."""
        self._situation()
        self.session.restart()
        self._tell()

    def respond(self, request: Request) -> Reply | Hang:
        """What the gateway answers at this moment: a Reply, or HANG for zero bytes for ever."""
        path = routed_path(request)
        if path.startswith(CONTROL):
            return control(self, request, path)
        now = self._clock.now()
        situation = self._situation()
        self.journal.note(request.method, request.path, self.scenario.value, now.ticks - self._started.ticks)
        if is_websocket(request):
            return upgraded(request)
        if path == "*":
            return reply(404, b"Not Found", chunked=False)
        match situation.allow_list:
            case AllowList.REFUSES:
                return _DENIED
            case AllowList.CHOKES:
                return _CHOKED
        return self._admitted(request, path, situation, now)

    def greeting(self) -> Greeting:
        """What a websocket hears that has just been accepted."""
        now = self._clock.now()
        accounts = iserver_accounts(self.world.account_ids, advisor=self.world.advisor)
        return Greeting(self.session, accounts, self._stage.script.timers.greeting, now, self._hears)

    def _hears(self) -> bool:
        """Whether IBKR's servers say anything to a websocket now."""
        return self._situation().upstream is Upstream.ANSWERS and reachable_stream(self.session)

    def _situation(self) -> Situation:
        return self._stage.situation(self._clock.now())

    def _play(self, scenario: Scenario) -> None:
        self._situation()
        self._stage.play(scenario, self._clock.now())
        self._backend.portal.show(self._world())

    def _world(self) -> World:
        crowd = SCRIPTS[self.scenario].crowd
        if crowd not in self._worlds:
            accounts, positions = max(self._accounts, crowd.accounts), max(self._positions, crowd.positions)
            self._worlds[crowd] = World(seed=self._seed, positions=positions, accounts=accounts, advisor=crowd.advisor)
            self._worlds[crowd].moving = self._moving
        return self._worlds[crowd]

    def _tell(self) -> None:
        for listener in self.changed:
            listener()

    def _admitted(self, request: Request, path: str, situation: Situation, now: Moment) -> Reply | Hang:
        if request.method == "OPTIONS" and is_preflight(request):
            return Reply(204, "No Content", _PREFLIGHT, b"", chunked=False)
        cors: Headers = ((b"Access-Control-Allow-Origin", b"*"),) if request.header("Origin") else ()
        if _REAUTHENTICATE.fullmatch(path):
            # It answers from memory: a login that has ended since is still one to it.
            seen = self.session.remembered
            done: dict[str, str] = {"message": "triggered"} if seen else {"error": "not logged in"}
            return reply(200, compact_json(done), cors + _JSON, chunked=False)
        if behind := proxied(path):
            return self._proxied(request, behind, situation, now)
        return self._local(request, path, cors)

    def _local(self, request: Request, path: str, cors: Headers) -> Reply | Hang:
        match path.rstrip("/"):
            case "":
                return reply(302, headers=(*cors, (b"Location", LOGIN.encode("ascii"))))
            case "/clear":
                # It empties the cookie jar, and the cookies are the login.
                if self._stage.script.login_ends_it:
                    self._play(Scenario.LOGIN_REQUIRED)
                self.session.log_out()
                return reply(200, b"cleared", cors, chunked=False)
            case "/status":
                return HANG
        if found := _OTHER_SERVICE.fullmatch(path):
            said = f"Unknown service {found[1]}".encode("ascii")
            return Reply(200, "OK", cors, said, written=len("Unknown service "))
        target = raw_path(request).encode("latin-1", "replace")
        return reply(302, headers=(*cors, (b"Location", UPSTREAM.encode("ascii") + target)))

    def _proxied(self, request: Request, path: str, situation: Situation, now: Moment) -> Reply | Hang:
        if situation.upstream is Upstream.SILENT:
            return HANG
        answer = self._backend.answer(request, path, self._stage.script, situation.upstream, now)
        logged_in = path.startswith("/sso/Dispatcher") and answer.status == 200 and request.method == "POST"
        if logged_in and self._stage.script.login_ends_it and self.scenario is not Scenario.READY:
            self._play(Scenario.READY)
            self.session.log_in(now)
        return answer
