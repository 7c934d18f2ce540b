"""Scenes for the walkthrough's checks: a simulated gateway, or a state alone, on a machine of the test's own making."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

import httpx

from tests.support.clock import START, ManualClock, settle
from tests.support.flights import Watched
from tests.support.machines import FakeMachine, listening
from tests.support.parts import moved
from tests.support.rig import Rig, rig
from tui.clock import Clock
from tui.doctor.check import Outcome, Result
from tui.doctor.checks import BY_ID, CHECKS
from tui.doctor.host import Conf, Folder, Host
from tui.doctor.run import examine
from tui.doctor.scene import Facts, Scene
from tui.domain.state import MonitorState
from tui.engine.core import Core
from tui.engine.look import Way, no_way
from tui.gateway.client import GatewayClient
from tui.path.machine import Listeners
from tui.path.processes import GatewayProcess, Java
from tui.setup.context import Context
from tui.setup.gateway_logs import GatewayLogs
from tui.setup.judge import judge
from tui.simulator.greeting import LOOK, Greeting
from tui.simulator.scenarios import Scenario

T = TypeVar("T")

HOME = "/srv/gateway"
GATEWAY = GatewayProcess(4121, HOME, "root/conf.yaml", None, (5000,))
SHIPPED = """\
    ip2loc: "US"
    proxyRemoteSsl: true
    proxyRemoteHost: "https://api.ibkr.com"
    listenPort: 5000
    listenSsl: true
    svcEnvironment: "v1"
    sslCert: "vertx.jks"
    sslPwd: "mywebapi"
    portalBaseURL: ""
    cors:
        origin.allowed: "https://localhost:5000"
        allowCredentials: false
    ips:
      allow:
        - 192.168.*
        - 127.0.0.1
      deny:
        - 212.90.324.10
"""
RUNNING = FakeMachine(ports={5000: listening("java", 4121, "127.0.0.1")})
IDLE = FakeMachine()
NEW = Java((17, 0, 15))
NO_LOGS = GatewayLogs()
WHOLE = Folder()
_STEP = 0.25
_STEPS_MOST = 400


async def _at_once(call: Callable[[], T], /) -> T:
    return call()


def conf(text: str = SHIPPED, folder: str = HOME) -> Conf:
    """That file, judged as the one of the gateway in that folder."""
    return Conf("root/conf.yaml", judge(text.encode(), Context(folder, "root/conf.yaml", folder)))


def host(
    machine: FakeMachine = RUNNING,
    *gateways: GatewayProcess,
    java: Java | None = NEW,
    settings: Conf | None = None,
    logs: GatewayLogs = NO_LOGS,
    folder: Folder | None = WHOLE,
) -> Host:
    """A machine on which these gateways run. settings: of the first of them."""

    async def its_java(_clock: Clock) -> Java | None:
        return java

    def its_conf(_process: GatewayProcess) -> Conf | None:
        return settings

    return Host(machine, lambda: gateways, its_java, its_conf, lambda _: logs, lambda _: folder, _at_once)


def well() -> Host:
    """One on which a gateway runs as it should."""
    return host(RUNNING, GATEWAY, settings=conf())


class _Stream:
    """A websocket to a simulated gateway, as httpcore hands one out."""

    def __init__(self, greeting: Greeting, clock: ManualClock) -> None:
        self._greeting = greeting
        self._clock = clock

    async def read(self, _most: int) -> bytes:
        while not (said := self._greeting.say(self._clock.now())):
            await self._clock.sleep(LOOK)
        return said

    async def write(self, data: bytes) -> None:
        self._greeting.hear(data)


class WithWebsocket(Watched):
    """A transport that goes on after the handshake of a websocket."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """As Watched does it."""
        response = await super().handle_async_request(request)
        if response.status_code == 101:
            response.extensions["network_stream"] = _Stream(self.gateway.greeting(), self._clock)
        return response


def simulated(scenario: Scenario = Scenario.READY, **options: Any) -> Rig:
    """A rig whose gateway takes websockets as well."""
    made = rig(scenario, **options)
    transport = WithWebsocket(made.gateway, made.clock)
    client = GatewayClient(made.core.client.address, clock=made.clock, transport=transport)
    core = Core(client, made.clock, made.core.state, made.published.append, made.core.budget)
    return Rig(made.clock, made.gateway, transport, core, made.published)


def scene_of(made: Rig, on: Host | None = None, facts: Facts | None = None, way: Way = no_way) -> Scene:
    """The rig's scene, on a machine on which all is well unless said otherwise."""
    return Scene(made.core, on or well(), facts, way)


Answering = Callable[[httpx.Request], httpx.Response]


def root(request: httpx.Request) -> httpx.Response:
    """A gateway's own page, and nothing for any other."""
    if request.url.path != "/":
        return httpx.Response(500, content=b"{}")
    return httpx.Response(302, headers={"Location": "/sso/Login?forwardTo=22&RL=1&ip2loc=US"})


def seen(
    state: MonitorState,
    on: Host | None = None,
    answering: Answering = root,
    facts: Facts | None = None,
    wall: datetime = START,
) -> Scene:
    """A scene of which all is known from a running monitor's state, at the moment of the named states, or at `wall`."""
    clock = ManualClock(wall)
    state = moved(state, wall) if wall != START else state
    client = GatewayClient(state.path.address, clock=clock, transport=httpx.MockTransport(answering))
    return Scene(Core(client, clock, state), on or well(), facts)


def preset(scene: Scene, **looks: object) -> Scene:
    """The scene with the results of these looks, by their names."""

    async def known(value: object) -> object:
        return value

    for name, value in looks.items():
        scene._tasks[name] = asyncio.ensure_future(known(value))
    return scene


async def played(doing: Coroutine[Any, Any, T], clock: ManualClock) -> T:
    """What it returns, with time passing on the clock for as long as it takes."""
    task = asyncio.ensure_future(doing)
    for _ in range(_STEPS_MOST):
        await settle()
        if task.done():
            return task.result()
        await clock.advance(_STEP)
    task.cancel()
    raise AssertionError("it did not end within a hundred seconds of the clock's")


async def look(scene: Scene, check: str) -> Outcome:
    """What one check finds there; the scene is ended."""
    clock = scene.core.clock
    assert isinstance(clock, ManualClock)
    outcome = await played(_awaited(BY_ID[check].look(scene)), clock)
    assert outcome.cause in BY_ID[check].causes
    await end(scene)
    return outcome


async def run(scene: Scene) -> tuple[Result, ...]:
    """All checks there; the scene is ended."""
    clock = scene.core.clock
    assert isinstance(clock, ManualClock)
    results = await played(examine(CHECKS, scene, clock), clock)
    await end(scene)
    return results


async def end(scene: Scene) -> None:
    """End its looks and its connections."""
    await scene.aclose()
    await scene.core.client.aclose()


async def _awaited(doing: Awaitable[Outcome]) -> Outcome:
    return await doing


def hears(data: Listeners, port: int = 5000, **more: Any) -> FakeMachine:
    """A machine on which that listens on the port."""
    return replace(IDLE, ports={port: data}, **more)
