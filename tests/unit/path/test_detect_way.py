"""Which way it is, by the strongest of what is known; what is not known is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.machines import FakeMachine, forwarding, listening
from tui.domain.address import PathKind, parse_address
from tui.domain.tunnel import Tunnel
from tui.domain.way import Forward, Owner, ToldBy, Way
from tui.path.detect import look
from tui.path.interfaces import InterfaceKind, kind_by_name
from tui.path.machine import Listeners
from tui.path.ssh import SshCommand
from tui.path.way import Hints, Looked, the_way

HERE = parse_address("https://localhost:5000")
FORWARD = Forward("trader@box", 5000, "localhost", 5000)
JAVA = Owner("java", 4121, ("0.0.0.0",))
FREE = Looked(here=True)


def owned(program: str | None, command: SshCommand | None = None) -> Looked:
    return Looked(here=True, owners=(Owner(program, 7, ("127.0.0.1",)),), taken=True, command=command or SshCommand())


@pytest.mark.parametrize(
    ("looked", "kind", "told_by", "unknown"),
    [
        (owned("java"), PathKind.LOCAL, ToldBy.OWNER, None),
        (owned("ssh", SshCommand("box", (FORWARD,))), PathKind.SSH, ToldBy.OWNER, None),
        (owned("ssh", SshCommand("box")), PathKind.SSH, ToldBy.OWNER, "the forward of ssh to box is not in its arg"),
        (owned("ssh", SshCommand("box", (), frozenset({5000}))), PathKind.SSH, ToldBy.OWNER, "ssh to box is a SOCKS"),
        (owned("plink"), PathKind.SSH, ToldBy.OWNER, "the forward of ssh is not in its arguments"),
        (owned("sshd"), PathKind.SSH, ToldBy.OWNER, "the far side made the forward (ssh -R)"),
        (owned("frpc"), PathKind.FRP, ToldBy.OWNER, None),
        (owned("cloudflared"), PathKind.CLOUDFLARE, ToldBy.OWNER, None),
        (owned("socat"), PathKind.LOCAL, ToldBy.OWNER, "socat passes on what comes to port 5000"),
        (owned(None), PathKind.LOCAL, ToldBy.ADDRESS, "the program on port 5000 is another user's"),
        (FREE, PathKind.LOCAL, ToldBy.ADDRESS, None),
        (Looked(here=True, taken=None), PathKind.LOCAL, ToldBy.ADDRESS, "who listens on port 5000 is not known"),
    ],
)
def test_on_this_machine_the_program_that_listens_decides(
    looked: Looked, kind: PathKind, told_by: ToldBy, unknown: str | None
) -> None:
    way = the_way(HERE, Hints(), looked)
    assert (way.kind, way.told_by) == (kind, told_by)
    assert way.owner == (looked.owners[0] if looked.owners else None)
    assert (way.unknown is None) is (unknown is None)
    assert (way.unknown or "").startswith(unknown or "")


@pytest.mark.parametrize("remembered", [FORWARD, PathKind.SSH, PathKind.FRP])
def test_what_was_seen_before_counts_where_nobody_listens_now(remembered: Forward | PathKind) -> None:
    hints = Hints(remembered=remembered)
    way = the_way(HERE, hints, FREE)
    assert way.told_by is ToldBy.REMEMBERED
    assert way.kind is (PathKind.SSH if isinstance(remembered, Forward) else remembered)
    assert way.forward == (remembered if isinstance(remembered, Forward) else None)
    # Whoever listens now counts, known or not.
    assert the_way(HERE, hints, owned("java")) == the_way(HERE, Hints(), owned("java"))
    assert the_way(HERE, hints, owned(None)) == the_way(HERE, Hints(), owned(None))


def test_what_can_not_be_remembered_is_not_believed() -> None:
    assert the_way(HERE, Hints(remembered=PathKind.NGROK), FREE) == Way(PathKind.LOCAL, ToldBy.ADDRESS)
    away = the_way(
        parse_address("https://192.168.1.9:5000"), Hints(remembered=FORWARD), Looked(addresses=("192.168.1.9",))
    )
    assert away == Way(PathKind.LAN, ToldBy.ADDRESS)


@given(
    st.sampled_from(PathKind), st.sampled_from(["https://localhost:5000", "https://x.ngrok.app", "https://10.0.0.1"])
)
def test_the_settings_beat_everything_for_the_kind(kind: PathKind, url: str) -> None:
    address = parse_address(url)
    for looked in (FREE, owned("java"), Looked(addresses=("10.0.0.1",), interface="wg0")):
        plain = the_way(address, Hints(), looked)
        way = the_way(address, Hints(kind), looked)
        assert (way.kind, way.told_by) == (kind, ToldBy.SETTINGS)
        assert (way.owner, way.interface, way.unknown) == (plain.owner, plain.interface, plain.unknown)


def test_the_forward_seen_before_stays_with_an_ssh_of_the_settings() -> None:
    assert the_way(HERE, Hints(PathKind.SSH, remembered=FORWARD), FREE).forward == FORWARD
    assert the_way(HERE, Hints(PathKind.SSH, remembered=FORWARD), owned("java")).forward == FORWARD
    assert the_way(HERE, Hints(PathKind.FRP, remembered=FORWARD), owned("java")).forward is None


@pytest.mark.parametrize(
    ("url", "addresses", "interface", "kind", "told_by"),
    [
        ("https://192.168.1.9:5000", ("192.168.1.9",), "eth0", PathKind.LAN, ToldBy.ADDRESS),
        ("https://192.168.1.9:5000", ("192.168.1.9",), "tun0", PathKind.WIREGUARD, ToldBy.ROUTE),
        ("https://192.168.1.9:5000", ("192.168.1.9",), "wg0", PathKind.WIREGUARD, ToldBy.ROUTE),
        ("https://192.168.1.9:5000", ("192.168.1.9",), "tailscale0", PathKind.TAILSCALE, ToldBy.ROUTE),
        ("https://8.8.4.4:5000", ("8.8.4.4",), "wg0", PathKind.REMOTE, ToldBy.ADDRESS),
        ("https://gw.example.com", ("8.8.4.4",), "eth0", PathKind.REMOTE, ToldBy.ADDRESS),
        ("https://gw.example.com", ("10.9.0.2",), "eth0", PathKind.LAN, ToldBy.ROUTE),
        ("https://gw.example.com", ("10.9.0.2",), "wg0", PathKind.WIREGUARD, ToldBy.ROUTE),
        ("https://gw.example.com", ("100.101.1.1",), "tailscale0", PathKind.TAILSCALE, ToldBy.ROUTE),
        ("https://nas", ("8.8.4.4",), "eth0", PathKind.REMOTE, ToldBy.ROUTE),
        ("https://100.101.1.1", ("100.101.1.1",), "utun4", PathKind.TAILSCALE, ToldBy.ROUTE),
        ("https://100.101.1.1", ("100.101.1.1",), "CloudflareWARP", PathKind.WIREGUARD, ToldBy.ROUTE),
        ("https://gw.tail1.ts.net", ("100.101.1.1",), None, PathKind.TAILSCALE, ToldBy.ADDRESS),
        ("https://gw.tail1.ts.net", ("203.0.113.5",), "eth0", PathKind.TAILSCALE, ToldBy.ADDRESS),
        ("https://x.ngrok.app", (), None, PathKind.NGROK, ToldBy.ADDRESS),
    ],
)
def test_elsewhere_the_route_tells_what_the_address_does_not(
    url: str, addresses: tuple[str, ...], interface: str | None, kind: PathKind, told_by: ToldBy
) -> None:
    interface_kind = (kind_by_name(interface) or InterfaceKind.NETWORK) if interface else None
    looked = Looked(addresses=addresses, interface=interface, interface_kind=interface_kind)
    assert the_way(parse_address(url), Hints(), looked) == Way(kind, told_by, interface=interface)


def test_a_number_of_tailscales_is_doubted_where_no_tailscale_is_seen() -> None:
    address = parse_address("https://100.101.1.1:5000")
    looked = Looked(addresses=("100.101.1.1",), interface="eth0", interface_kind=InterfaceKind.NETWORK)
    doubted = the_way(address, Hints(), looked)
    assert doubted.kind is PathKind.TAILSCALE
    assert doubted.unknown is not None
    assert doubted.unknown.startswith("no Tailscale is seen on this machine")
    itself = Tunnel(PathKind.TAILSCALE, "laptop", up=False)
    sure = the_way(address, Hints(), looked, (itself,))
    assert (sure.told_by, sure.tunnel, sure.unknown) == (ToldBy.AGENT, itself, None)


def test_a_name_without_an_address_is_told() -> None:
    way = the_way(parse_address("https://gw.example.com"), Hints(), Looked())
    assert (way.kind, way.unknown) == (PathKind.REMOTE, "the address of gw.example.com is not known here")


def test_an_address_of_this_machines_own_is_this_machine() -> None:
    machine = FakeMachine(ports={5000: listening()}, ours=frozenset({"192.168.1.20"}), names={"box": ("192.168.1.20",)})
    for url in ("https://192.168.1.20:5000", "https://box:5000"):
        address = parse_address(url)
        looked = look(address, machine)
        assert looked.here
        assert the_way(address, Hints(), looked) == Way(PathKind.LOCAL, ToldBy.OWNER, JAVA)


@pytest.mark.parametrize(
    ("url", "first", "others"),
    [
        ("https://localhost:5000", ["v6", "ssh", "all", "java"], 4),
        ("https://127.0.0.1:5000", ["ssh", "java", "all"], 3),
        ("https://[::1]:5000", ["v6", "all"], 2),
    ],
)
def test_of_several_listeners_the_one_that_a_connection_reaches_comes_first(
    url: str, first: list[str], others: int
) -> None:
    owners = (
        Owner("java", 1, ("0.0.0.0",)),
        Owner("all", 2, ("::",)),
        Owner("ssh", 3, ("127.0.0.1",)),
        Owner("v6", 4, ("::1",)),
        Owner("lan", 5, ("192.168.1.20",)),
    )
    looked = look(parse_address(url), FakeMachine(ports={5000: Listeners(owners, taken=True)}))
    assert sorted(owner.program or "" for owner in looked.owners) == sorted(first)
    assert (looked.owners[0].program, len(looked.owners)) == (first[0], others)
    way = the_way(parse_address(url), Hints(), looked)
    assert way.unknown is not None
    assert way.unknown.startswith(f"several programs listen on port 5000 ({first[0]}, ")


def test_a_listener_on_another_address_is_not_ours() -> None:
    looked = look(HERE, FakeMachine(ports={5000: listening("java", 1, "192.168.1.20")}))
    assert looked.owners == ()


def test_ssh_whose_arguments_are_hidden_is_still_ssh() -> None:
    machine = forwarding("ssh -N -L 5000:localhost:5000 trader@box")
    machine.processes = {812: ("ssh", None)}
    way = the_way(HERE, Hints(), look(HERE, machine))
    assert (way.kind, way.forward) == (PathKind.SSH, None)
    assert way.unknown is not None
