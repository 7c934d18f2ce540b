"""The wizard's real machine: over a temporary folder, with a machine that is told, and nobody asked beyond it."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

import pytest

from tests.support.clock import ManualClock
from tests.support.machines import FakeMachine, listening
from tests.support.wizards import BRIDGE, LAN, found_at, gateway_folder, read_at
from tui.clock import SystemClock
from tui.domain.address import Address
from tui.domain.proof import Proof
from tui.path.machine import System
from tui.path.programs import Ran
from tui.setup.judge import judge
from tui.setup.networks import Network, NetworkKind, Peer
from tui.setup.recipe import Check, File, Format, Looks, Reads, Recipe, Runs, Step
from tui.setup.recipes_check import Standing
from tui.setup.service import gateway_service
from tui.setup.service_units import user_unit
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
    monkeypatch.setenv("LOGNAME", "me")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("tui.setup.find.system_roots", lambda system: ())
    monkeypatch.setattr("tui.setup.networks.networks", lambda machine: (LAN, BRIDGE))

    async def nothing_runs(*_: Any) -> None:
        return None

    monkeypatch.setattr("tui.ui.wizard_machine.ran", nothing_runs)

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


def test_a_tunnel_that_was_set_up_is_offered_as_a_service(
    machine: ThisMachine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wizard = read_at(gateway_folder(tmp_path))
    monkeypatch.setattr("tui.ui.wizard_machine.found", lambda program: f"/usr/bin/{program}")

    def services() -> dict[str, Recipe]:
        return {each.id: each for each in machine.recipes(wizard) if each.id.startswith("service-tunnel")}

    assert services() == {}
    for name in (".config/ngrok/ngrok.yml", ".config/ngrok/ibkr.yml", ".cloudflared/config.yml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    made = services()
    assert [each.title for each in made.values()] == [
        "A service for ngrok: systemd, of this user",
        "A service for cloudflared: systemd, of this user",
        "A service for ngrok: systemd, for the whole system",
        "A service for cloudflared: systemd, for the whole system",
    ]
    assert len(made) == 4
    assert b"/usr/bin/cloudflared" in made["service-tunnel-systemd-user-cloudflared"].files[0].data


def test_watching_is_offered_where_the_installed_cpwatch_can_and_writes_where_a_service_remembers(
    machine: ThisMachine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wizard = read_at(gateway_folder(tmp_path))
    asked_for: list[tuple[str, ...]] = []

    async def ran(clock: Any, *words: str) -> Ran:
        asked_for.append(words)
        return Ran(0, "")

    monkeypatch.setattr("tui.ui.wizard_machine.ran", ran)
    made = {each.id: each for each in machine.recipes(wizard)}
    recipe = made["service-watch-systemd"]
    assert [words[-2:] for words in asked_for] == [("watch", "--help")]
    file = recipe.files[0]
    assert file.path == str(tmp_path / "state" / "cpwatch" / "setup" / "cpwatch-watch.service")
    state = tmp_path / ".local" / "state" / "cpwatch"
    assert f"ReadWritePaths={state}".encode() in file.data
    assert recipe.steps[0].commands == (f"mkdir -p {state}",)


def test_a_file_is_written_once_and_over_another_only_where_that_was_seen(machine: ThisMachine, tmp_path: Path) -> None:
    wizard = read_at(gateway_folder(tmp_path))
    file = next(each for recipe in machine.recipes(wizard) for each in recipe.files)
    path, free = Path(file.path), machine.stands(file)
    assert free.standing is Standing.FREE
    assert machine.put(file, free).backup is None
    assert path.read_bytes() == file.data
    assert path.is_relative_to(tmp_path)
    assert machine.stands(file).standing is Standing.SAME
    path.write_bytes(b"mine")
    with pytest.raises(Sorry, match="has come into the place"):
        machine.put(file, free)
    assert path.read_bytes() == b"mine"
    done = machine.put(file, machine.stands(file))
    assert done.backup is not None
    assert done.backup.read_bytes() == b"mine"
    assert path.read_bytes() == file.data
    bad = replace(UNIT, path=str(tmp_path / "x.service"), data=b"[Service]\nExecStart=\x00")
    with pytest.raises(Sorry, match="not as it should be"):
        machine.put(bad, machine.stands(bad))
    assert not Path(bad.path).exists()


def test_what_the_system_refuses_is_said(machine: ThisMachine, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    blocked = replace(UNIT, path=str(tmp_path / "file" / "x"), filled_by_hand=True)
    with pytest.raises(Sorry, match="can't be written"):
        machine.put(blocked, machine.stands(blocked))


async def systemd_is_not_here(*_: Any, **__: Any) -> None:
    """In place of `systemd-analyze verify`."""


def test_the_first_check_that_can_tell_decides(
    machine: ThisMachine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def checked(*checks: Check) -> tuple[bool | None, str]:
        done = machine.checked(Step("x", "", checks=checks))
        return done.ok, done.text

    looks, missing = Looks("It is there."), Runs("no-such-program-here", (), "no")
    reads = Reads(str(tmp_path / "x.service"), Format.USER_UNIT, "It is well.")
    assert checked() == (None, "cpwatch can't see that from here: look yourself, as the step says.")
    assert checked(looks) == (None, "See for yourself: It is there.")
    assert checked(missing, looks) == (None, "no-such-program-here is not to be found on this machine.")
    assert checked(missing, reads)[0] is False
    unit = user_unit(gateway_service("/srv/gw"))
    (tmp_path / "x.service").write_bytes(unit)
    monkeypatch.setattr("tui.setup.recipes_check.analyzed", systemd_is_not_here)
    assert checked(looks, reads) == (True, "It is well.")


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
