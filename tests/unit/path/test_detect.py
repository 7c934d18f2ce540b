"""Detection puts together what the machine and the agents tell; what breaks or hangs takes nothing else with it."""

import asyncio
import socket
from collections.abc import Mapping

import pytest

from tests.support.agents import cloudflared_agent, endpoint, ngrok_agent, rule
from tests.support.clock import ManualClock
from tests.support.machines import FakeMachine, forwarding, listening
from tests.support.project import run_python
from tui.clock import SystemClock
from tui.domain.address import Address, PathKind, parse_address
from tui.domain.tunnel import Tunnel
from tui.domain.way import Forward, ToldBy, Way
from tui.path import local_http, wireguard
from tui.path.agents import Ask, Missed, asked
from tui.path.detect import Hints, Seen, detect
from tui.path.machine import Listeners, Program

HERE = parse_address("https://localhost:5000")
NGROK = parse_address("https://trader.ngrok-free.app")
TAILNET = parse_address("https://100.101.102.103:5000")
FORWARD = Forward("trader@box", 5000, "localhost", 5000)


class Agents(dict[PathKind, Ask]):
    """Agents that tell of the given tunnels. asked: the kinds that were, each with the port, addresses and host."""

    def __init__(self, tunnels: Mapping[PathKind, tuple[Tunnel, ...]] | None = None) -> None:
        self.asked: dict[PathKind, tuple[int, tuple[Address, ...], str]] = {}
        self._tunnels = tunnels or {}
        for kind in (PathKind.NGROK, PathKind.CLOUDFLARE, PathKind.TAILSCALE, PathKind.FRP):
            self[kind] = self._asker(kind)

    def _asker(self, kind: PathKind) -> Ask:
        async def ask(port: int, at: tuple[Address, ...], host: str) -> tuple[Tunnel, ...]:
            self.asked[kind] = (port, at, host)
            return self._tunnels.get(kind, ())

        return ask


async def seen(
    address: Address, machine: FakeMachine, hints: Hints | None = None, agents: Mapping[PathKind, Ask] | None = None
) -> Seen:
    return await detect(address, hints or Hints(), ManualClock(), machine, Agents() if agents is None else agents)


async def test_a_gateway_on_this_machine() -> None:
    found = await seen(HERE, FakeMachine(ports={5000: listening()}))
    (owner,) = listening().owners
    assert found.way == Way(PathKind.LOCAL, ToldBy.OWNER, owner)
    assert [finding.id for finding in found.findings] == ["listens-everywhere"]


async def test_a_forward_is_read_from_the_program_that_listens() -> None:
    found = await seen(HERE, forwarding("ssh -N -L 5000:localhost:5000 trader@box"))
    assert (found.way.kind, found.way.told_by, found.way.forward) == (PathKind.SSH, ToldBy.OWNER, FORWARD)
    assert found.findings == ()


async def test_all_agents_are_asked_beside_the_gateway_and_their_tunnels_told() -> None:
    here = Tunnel(PathKind.NGROK, "gw", up=True, leads_here=True)
    elsewhere = Tunnel(PathKind.CLOUDFLARE, "blog", up=True)
    agents = Agents({PathKind.NGROK: (here,), PathKind.CLOUDFLARE: (elsewhere,)})
    found = await seen(HERE, FakeMachine(ports={5000: listening()}), agents=agents)
    assert found.tunnels == (here, elsewhere)
    assert found.way.kind is PathKind.LOCAL
    assert {kind: port for kind, (port, _, _) in agents.asked.items()} == dict.fromkeys(agents, 5000)


@pytest.mark.parametrize(("bind", "ids"), [("0.0.0.0", ["agent-metrics-open"]), ("127.0.0.1", [])])
async def test_an_agent_that_tells_every_network_of_itself_is_a_finding(bind: str, ids: list[str]) -> None:
    tunnel = Tunnel(PathKind.CLOUDFLARE, "gw", up=True, leads_here=True, agent="127.0.0.1:20241")
    machine = FakeMachine(ports={20241: listening("cloudflared", 7, bind)})
    found = await seen(HERE, machine, agents=Agents({PathKind.CLOUDFLARE: (tunnel, tunnel)}))
    assert [finding.id for finding in found.findings] == ids


@pytest.mark.parametrize(
    ("url", "kinds"),
    [
        ("https://x.ngrok-free.app", {PathKind.NGROK}),
        ("https://x.trycloudflare.com", {PathKind.CLOUDFLARE}),
        ("https://gw.tail1234.ts.net", {PathKind.TAILSCALE}),
        ("https://100.101.102.103:5000", {PathKind.TAILSCALE}),
        ("https://192.168.1.20:5000", set()),
        ("https://gw.example.com", {PathKind.NGROK, PathKind.CLOUDFLARE}),
    ],
)
async def test_elsewhere_only_those_are_asked_that_may_have_a_say(url: str, kinds: set[PathKind]) -> None:
    agents = Agents()
    await seen(parse_address(url), FakeMachine(), agents=agents)
    assert set(agents.asked) == kinds
    assert all(port == 0 for port, _, _ in agents.asked.values())


async def test_an_agents_own_address_goes_to_agents_of_that_kind_alone() -> None:
    agents = Agents()
    at = (Address("http", "127.0.0.1", 4050),)
    await seen(HERE, FakeMachine(), Hints(PathKind.NGROK, at), agents)
    assert {kind: where for kind, (_, where, _) in agents.asked.items() if where} == {PathKind.NGROK: at}
    await seen(HERE, FakeMachine(), Hints(agents=at), agents)
    assert all(where == at for _, where, _ in agents.asked.values())


async def test_tailscale_is_asked_by_the_number_behind_a_name_of_the_users_own() -> None:
    machine = FakeMachine(names={"gw.lan": ("100.101.102.103",)}, routes={"": "tailscale0"})
    agents = Agents()
    found = await seen(parse_address("https://gw.lan:5000"), machine, agents=agents)
    assert agents.asked[PathKind.TAILSCALE] == (0, (), "100.101.102.103")
    assert (found.way.kind, found.way.told_by) == (PathKind.TAILSCALE, ToldBy.ROUTE)


async def test_an_agent_that_names_our_address_belongs_to_the_way() -> None:
    ours = Tunnel(PathKind.NGROK, "gw", up=False, public_url="https://TRADER.ngrok-free.app")
    other = Tunnel(PathKind.NGROK, "x", up=True, public_url="https://x.ngrok-free.app")
    found = await seen(NGROK, FakeMachine(), agents=Agents({PathKind.NGROK: (other, ours)}))
    assert found.way == Way(PathKind.NGROK, ToldBy.ADDRESS, tunnel=ours)
    own_name = parse_address("https://gw.example.com")
    named = Tunnel(PathKind.CLOUDFLARE, "ibkr", public_url="https://gw.example.com")
    found = await seen(own_name, FakeMachine(), agents=Agents({PathKind.CLOUDFLARE: (named,)}))
    assert (found.way.kind, found.way.told_by, found.way.tunnel) == (PathKind.CLOUDFLARE, ToldBy.AGENT, named)


async def test_tailscale_itself_belongs_to_a_way_over_its_network() -> None:
    itself = Tunnel(PathKind.TAILSCALE, "laptop", up=False)
    serves = Tunnel(PathKind.TAILSCALE, "laptop", up=False, public_url="https://laptop.ts.net")
    found = await seen(TAILNET, FakeMachine(routes={"": "eth0"}), agents=Agents({PathKind.TAILSCALE: (serves, itself)}))
    assert (found.way.kind, found.way.told_by, found.way.tunnel) == (PathKind.TAILSCALE, ToldBy.AGENT, itself)


async def test_an_agent_that_breaks_or_hangs_takes_nothing_with_it(caplog: pytest.LogCaptureFixture) -> None:
    tunnel = Tunnel(PathKind.NGROK, "gw", leads_here=True)
    agents = Agents({PathKind.NGROK: (tunnel,)})

    async def breaks(_port: int, _at: tuple[Address, ...], _host: str) -> tuple[Tunnel, ...]:
        raise KeyError("no such thing")

    async def hangs(_port: int, _at: tuple[Address, ...], _host: str) -> tuple[Tunnel, ...]:
        reached.set()
        await asyncio.Event().wait()
        return (tunnel,)

    reached = asyncio.Event()
    agents[PathKind.FRP] = breaks
    agents[PathKind.CLOUDFLARE] = hangs
    clock = ManualClock()
    machine = FakeMachine(ports={5000: listening()})
    doing = asyncio.create_task(detect(HERE, Hints(), clock, machine, agents))
    await reached.wait()
    await clock.advance(2.0)
    found = await doing
    assert found.tunnels == (tunnel,)
    assert found.way.kind is PathKind.LOCAL
    assert "looking the machine over failed" in caplog.text


async def test_what_was_known_stands_where_an_agent_answers_too_late_and_only_there() -> None:
    known = Tunnel(PathKind.NGROK, "gw", up=True, leads_here=True, agent="127.0.0.1:4040")
    other = Tunnel(PathKind.NGROK, "blog", up=True, agent="127.0.0.1:4041")
    gone = Tunnel(PathKind.CLOUDFLARE, "old", up=True)
    agents = Agents()

    async def late(_port: int, _at: tuple[Address, ...], _host: str) -> tuple[Tunnel, ...]:
        raise Missed((other,))

    agents[PathKind.NGROK] = late
    machine = FakeMachine(ports={5000: listening()})
    found = await seen(HERE, machine, Hints(known=(known, other, gone)), agents)
    assert found.tunnels == (other, known)
    assert found.missed == {PathKind.NGROK}


async def test_a_real_agent_that_hangs_is_missed_and_one_that_is_gone_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_http, "WHOLE_SECONDS", 0.3)
    taken = socket.create_server(("127.0.0.1", 0))
    with taken:
        at = (Address("http", "127.0.0.1", taken.getsockname()[1]),)
        async with asked(SystemClock(), tls=True) as agents:
            with pytest.raises(Missed):
                await agents[PathKind.FRP](5000, at, "")
    async with asked(SystemClock(), tls=True) as agents:
        assert await agents[PathKind.FRP](5000, at, "") == ()


class Broken(FakeMachine):
    """A machine that keeps none of its promises."""

    def listeners(self, port: int) -> Listeners:
        raise KeyError(port)

    def running(self, names: frozenset[str]) -> tuple[Program, ...]:
        raise KeyError(names)


async def test_a_machine_that_breaks_is_unknown_and_what_was_remembered_counts() -> None:
    found = await seen(HERE, Broken(), Hints(remembered=FORWARD))
    assert (found.way.kind, found.way.told_by, found.way.forward) == (PathKind.SSH, ToldBy.REMEMBERED, FORWARD)
    found = await seen(HERE, Broken())
    assert (found.way.kind, found.way.unknown) == (PathKind.LOCAL, "who listens on port 5000 is not known")


async def test_secrets_in_arguments_are_told_of_and_not_kept() -> None:
    words = ("ngrok", "http", "--authtoken", "s3cr3t-token", "https://localhost:5000")
    processes = dict.fromkeys(range(7), ("ngrok", words)) | {8: ("cloudflared", None), 9: ("bash", words)}
    found = await seen(HERE, FakeMachine(processes=processes))
    assert [finding.id for finding in found.findings] == ["secret-in-arguments"] * 5
    assert "s3cr3t" not in repr(found)


async def test_wireguard_is_asked_where_the_route_goes_through_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def tunnel(interface: str, _clock: object) -> Tunnel:
        asked.append(interface)
        return Tunnel(PathKind.WIREGUARD, interface)

    monkeypatch.setattr(wireguard, "tunnel", tunnel)
    address = parse_address("https://10.99.0.2:5000")
    found = await seen(address, FakeMachine(routes={"": "wg0"}))
    assert (found.way.kind, found.way.told_by, found.way.interface) == (PathKind.WIREGUARD, ToldBy.ROUTE, "wg0")
    assert found.way.tunnel == Tunnel(PathKind.WIREGUARD, "wg0")
    assert found.tunnels == ()
    await seen(address, FakeMachine(routes={"": "tun0"}))
    await seen(HERE, FakeMachine(routes={"": "wg0"}))
    assert asked == ["wg0"]


async def test_a_name_of_a_tunnels_edge_is_not_looked_up_and_this_machine_is_not_routed_to() -> None:
    machine = FakeMachine()
    await seen(NGROK, machine)
    assert machine.asked == []
    await seen(HERE, machine)
    assert machine.asked == ["listeners 5000"]


def test_to_import_it_brings_no_network_library_and_no_psutil() -> None:
    done = run_python("-c", "import sys, tui.path.detect; sys.exit(bool({'httpx', 'psutil'} & set(sys.modules)))")
    assert done.returncode == 0, done.stderr


async def test_the_real_agents_are_asked_over_real_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONNECT_SECONDS", "WHOLE_SECONDS"):  # a busy machine is none of this test's business
        monkeypatch.setattr(local_http, name, 30.0)
    endpoints = [endpoint("https://trader.ngrok-free.app", "https://localhost:5000")]
    rules = [rule("gw.example.com", "https://localhost:5000")]
    with ngrok_agent(endpoints) as ngrok, cloudflared_agent(rules) as flare:
        found = await detect(HERE, Hints(agents=(ngrok, flare)), ManualClock(), FakeMachine(ports={5000: listening()}))
    leads = {tunnel.kind: tunnel.public_url for tunnel in found.tunnels if tunnel.leads_here}
    assert leads[PathKind.NGROK] == "https://trader.ngrok-free.app"
    assert leads[PathKind.CLOUDFLARE] == "https://gw.example.com"
