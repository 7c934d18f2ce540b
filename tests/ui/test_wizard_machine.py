"""The wizard's real machine: over a temporary folder, with a machine that is told, and nobody asked beyond it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

import pytest

from tests.support.clock import ManualClock
from tests.support.machines import FakeMachine, listening
from tests.support.wizards import BRIDGE, LAN, found_at, gateway_folder, read_at
from tui.clock import SystemClock
from tui.domain.address import Address, PathKind
from tui.domain.proof import Proof
from tui.domain.tunnel import Tunnel
from tui.path.machine import System
from tui.setup.judge import judge
from tui.setup.networks import Network, NetworkKind, Peer
from tui.setup.recipe import File, Format, Leads, Looks, Reads, Runs, Step
from tui.ui.screens.wizard.tools import Sorry, Tools
from tui.ui.wizard_machine import ThisMachine
from tui.ui.wizard_offers import offers_of
from tui.ui.wizard_state import NAMED

UNIT = File("", b"", Format.USER_UNIT)


@pytest.fixture
def asked() -> list[tuple[Address, ...]]:
    """Where the gateway was asked."""
    return []


@pytest.fixture
def machine(asked: list[tuple[Address, ...]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ThisMachine:
    """This machine, in a home of its own, on which somebody has port 5000."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("tui.setup.find.system_roots", lambda system: ())
    monkeypatch.setattr("tui.setup.networks.networks", lambda machine: (LAN, BRIDGE))

    def prove(addresses: tuple[Address, ...], tell: Any) -> bool:
        asked.append(addresses)
        return True

    return ThisMachine(SystemClock(), prove, FakeMachine(ports={5000: listening("other", 7)}))


def test_it_finds_reads_judges_and_writes(machine: ThisMachine, tmp_path: Path) -> None:
    tools: Tools = machine
    home = gateway_folder(tmp_path)
    found = [each for each in tools.find() if each.folder == home]
    assert len(found) == 1
    assert tools.look(str(home)).conf == home / "root" / "conf.yaml"
    reading = tools.read(found[0])
    assert "port-in-use" in {each.id for each in reading.judged.findings}
    assert tools.free_port() == 5001
    done = tools.write(reading.seen, b"listenPort: 5001\n")
    assert done.backup is not None
    assert done.backup.read_bytes() == reading.seen.data
    with pytest.raises(Sorry, match="somebody has changed it"):
        tools.write(reading.seen, b"listenPort: 5002\n")


@pytest.mark.parametrize("typed", ["", "/nowhere", "\0", "~nobody/x", "a" * 5000, "\x1b[31m"])
def test_a_path_that_leads_nowhere_is_said(machine: ThisMachine, typed: str) -> None:
    with pytest.raises(Sorry) as sorry:
        machine.look(typed)
    assert str(sorry.value).isprintable()


def test_a_file_that_is_none_is_said(machine: ThisMachine, tmp_path: Path) -> None:
    home = gateway_folder(tmp_path)
    (home / "root" / "conf.yaml").unlink()
    with pytest.raises(Sorry, match="can't be read"):
        machine.read(found_at(home))


def test_only_its_own_addresses_are_ever_asked(
    machine: ThisMachine, asked: list[tuple[Address, ...]], tmp_path: Path
) -> None:
    wizard = read_at(gateway_folder(tmp_path, b"listenPort: 5005\nlistenSsl: false\n"))
    stranger = Address("https", "203.0.113.9", 5000)
    assert machine.prove((stranger,), lambda _: None)
    own = machine.own(wizard)
    assert [each.url for each in own] == ["http://127.0.0.1:5005", "http://192.168.1.7:5005", "http://172.17.0.1:5005"]
    told: list[Proof] = []
    assert machine.prove((*own, stranger), told.append)
    assert asked == [(), own]


def test_a_gateway_that_does_not_run_is_started_and_never_restarted(machine: ThisMachine, tmp_path: Path) -> None:
    place = found_at(gateway_folder(tmp_path))
    how = machine.restarting(place)
    assert not how.mine
    assert "No gateway runs here" in how.how.text
    with pytest.raises(Sorry, match="Nothing was done"):
        machine.restart(place, how, "restart")


@pytest.mark.parametrize(
    ("system", "names"), [(System.LINUX, {"nft", "ufw"}), (System.MACOS, {"pf"}), (System.WINDOWS, {"Windows"})]
)
def test_the_firewalls_are_those_of_the_system(
    system: System, names: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.ui.wizard_machine.found", lambda program: f"/usr/sbin/{program}")
    tools = ThisMachine(ManualClock(), lambda *_: True, FakeMachine(system=system))
    guards = dict(tools.guarding(5000, ("192.168.1.*",)))
    assert set(guards) == names
    assert all(each.commands for each in guards.values())
    monkeypatch.setattr("tui.ui.wizard_machine.found", lambda program: None)
    assert set(dict(tools.guarding(5000, ()))) == names - {"ufw"}


def test_there_are_recipes_for_tunnels_and_services(machine: ThisMachine, tmp_path: Path) -> None:
    wizard = read_at(gateway_folder(tmp_path))
    ids = [each.id for each in machine.recipes(wizard)]
    assert ids[:5] == ["ngrok", "cloudflare", "quick-tunnel", "tailscale", "ssh"]
    assert any(each.startswith("service-gateway") for each in ids)
    assert not any("gateway" in each for each in [one.id for one in machine.recipes(replace(wizard, place=None))][5:])
    assert machine.none_yet().steps[0].id == "java"


def test_a_file_is_written_once_and_not_over_another(machine: ThisMachine, tmp_path: Path) -> None:
    wizard = read_at(gateway_folder(tmp_path))
    recipe = next(each for each in machine.recipes(wizard) if each.files)
    step = next(each for each in recipe.steps if each.file is not None)
    assert step.file is not None
    assert machine.put(step).startswith("Written: ")
    written = Path(step.file.path)
    assert written.read_bytes() == step.file.data
    assert written.is_relative_to(tmp_path)
    with pytest.raises(Sorry, match="there already"):
        machine.put(step)
    with pytest.raises(Sorry, match="no file"):
        machine.put(replace(step, file=None))
    bad = replace(UNIT, path=str(tmp_path / "x.service"), data=b"[Service]\nExecStart=\x00")
    with pytest.raises(Sorry, match="Nothing was written"):
        machine.put(replace(step, file=bad))
    assert not Path(bad.path).exists()


def test_what_the_system_refuses_is_said(machine: ThisMachine, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    blocked = replace(UNIT, path=str(tmp_path / "file" / "x"), filled_by_hand=True)
    with pytest.raises(Sorry, match="could not be written"):
        machine.put(Step("x", "", file=blocked))


def agents(*tunnels: Tunnel) -> Any:
    """ngrok's agent, which tells of these."""

    @asynccontextmanager
    async def asked(clock: Any, *, tls: bool) -> AsyncIterator[Mapping[PathKind, Any]]:
        async def ask(port: int, at: Any, host: str) -> tuple[Tunnel, ...]:
            return tunnels

        yield {PathKind.NGROK: ask}

    return asked


def test_checks_tell_what_is_so(machine: ThisMachine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def checked(*checks: Any) -> tuple[bool | None, str]:
        return machine.checked(Step("x", "", checks=checks))

    looks = Looks("It is there.")
    assert checked(looks)[0] is None
    assert checked()[0] is None
    assert checked(Runs("no-such-program-here", (), "no"), looks) == (
        False,
        "There is no no-such-program-here on this machine's PATH.",
    )
    monkeypatch.setattr("tui.ui.wizard_machine.found", lambda program: f"/bin/{program}")
    assert checked(Runs("true", (), "It runs.")) == (True, "It runs.")
    assert checked(Runs("false", (), "It runs."))[0] is False
    reads = Reads(str(tmp_path / "x.service"), Format.USER_UNIT, "It is well.")
    assert checked(reads)[0] is False
    (tmp_path / "x.service").write_bytes(b"[Service]\n")
    assert checked(reads)[0] is False
    leads = Leads(PathKind.NGROK, 5000, True, "It leads here.")
    there = Tunnel(PathKind.NGROK, "ibkr", up=True, leads_here=True)
    for tunnels, expected in (((), False), ((there,), True), ((replace(there, up=False),), False)):
        monkeypatch.setattr("tui.ui.wizard_machine.asked", agents(*tunnels))
        assert checked(leads)[0] is expected
    assert checked(replace(leads, kind=PathKind.TAILSCALE))[0] is False


@pytest.mark.parametrize("archive", ["no.zip", "bad.zip"])
def test_a_zip_that_is_none_is_said(machine: ThisMachine, tmp_path: Path, archive: str) -> None:
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04 no")
    with pytest.raises(Sorry):
        machine.unpack(str(tmp_path / archive), str(tmp_path / "gw"))
    assert not (tmp_path / "gw").exists()


def test_everybody_who_may_be_let_in_is_offered_once() -> None:
    wireguard = Network(NetworkKind.WIREGUARD, "wg0", IPv4Address("10.9.0.1"), IPv4Network("10.9.0.0/24"))
    judged = judge(b"ips: {allow: [127.0.0.1, 192.168.1.*, 10.8.0.7, 1.2.3.4, 'x.x.x.x'], deny: []}")
    offers = offers_of((LAN, BRIDGE, wireguard), [Peer("box", "100.100.1.1")], [Peer("wg", "10.9.0.2")], judged)
    ids = [each.id for each in offers]
    assert len(set(ids)) == len(ids)
    assert ids == [
        "this-machine",
        "own",
        NAMED,
        "lan:192.168.1.*",
        "containers:172.17.*",
        "wireguard:10.9.0.*",
        "tailscale:100.100.1.1",
        "wireguard:10.9.0.2",
        "tunnel",
        "kept:10.8.0.7",
        "kept:1.2.3.4",
    ]
    assert [each.id for each in offers if each.wanted] == ["kept:10.8.0.7"]
    assert [each.id for each in offers if each.fixed] == ["this-machine"]
    many = judge("ips: {{allow: [{}], deny: []}}".format(", ".join(f"10.0.0.{n}" for n in range(1, 200))).encode())
    assert len(offers_of((), [], [], many)) < 30
