"""What cpwatch does for a recipe itself: its files, and the checks after each step."""

import asyncio
import os
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.clock import ManualClock, settle
from tui.clock import SystemClock
from tui.domain.address import Address, PathKind
from tui.domain.finding import Finding
from tui.domain.journal import Level
from tui.domain.tunnel import Tunnel
from tui.path.agents import Ask, Missed
from tui.path.machine import System
from tui.setup.recipe import File, Format, Leads, Looks, Reads, Runs
from tui.setup.recipes_check import ASKED_WITHIN, Checked, Standing, checked, led, put, stands
from tui.setup.recipes_place import Place
from tui.setup.recipes_services import Manager, service_recipe
from tui.setup.recipes_tunnels import Target, cloudflare, ngrok
from tui.setup.service import gateway_service
from tui.setup.tunnel_files import UNSET
from tui.setup.write import Unwritten, Why, Written


def script(path: Path, text: str) -> None:
    """A program that stands for one that may not be on this machine."""
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o700)


def filled_in(path: Path, data: bytes, mode: int) -> None:
    """What the user does to the file."""
    path.write_bytes(data)
    path.chmod(mode)


LEADS = Leads(PathKind.NGROK, 5000, True, "ngrok leads to the gateway.")
POSIX = pytest.mark.skipif(os.name == "nt", reason="modes and programs of POSIX systems")


@pytest.fixture
def unit(tmp_path: Path) -> File:
    """A user's unit within a folder of the test's."""
    place = Place(System.LINUX, str(tmp_path / "me"), "me")
    return service_recipe(gateway_service("/srv/gw"), Manager.SYSTEMD_USER, place, str(tmp_path)).files[0]


@POSIX
def test_a_file_is_written_for_its_owner_alone_with_the_folders_that_it_needs(unit: File) -> None:
    there = stands(unit)
    assert there.standing is Standing.FREE
    done = put(unit, ManualClock(), there)
    path = Path(unit.path)
    assert done == Written(path, None)
    assert path.read_bytes() == unit.data
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) & 0o077 == 0
    assert stands(unit).standing is Standing.SAME
    assert put(unit, ManualClock(), stands(unit)) == Written(path, None)


@POSIX
def test_another_file_in_its_place_is_kept_beside_it(unit: File) -> None:
    path = Path(unit.path)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"the user's own")
    there = stands(unit)
    assert there.standing is Standing.OTHER
    done = put(unit, ManualClock(), there)
    assert isinstance(done, Written)
    assert done.backup is not None
    assert done.backup.read_bytes() == b"the user's own"
    assert path.read_bytes() == unit.data


@POSIX
def test_what_came_meanwhile_is_not_written_over(unit: File) -> None:
    there = stands(unit)
    path = Path(unit.path)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"news")
    done = put(unit, ManualClock(), there)
    assert isinstance(done, Unwritten)
    assert done.why is Why.CHANGED
    old = stands(unit)
    path.write_bytes(b"later news")
    assert isinstance(put(unit, ManualClock(), old), Unwritten)
    assert path.read_bytes() == b"later news"


@POSIX
def test_a_place_that_can_not_be_written_to_is_told(tmp_path: Path, unit: File) -> None:
    (tmp_path / "me").write_bytes(b"a file where a folder should be")
    done = put(unit, ManualClock(), stands(unit))
    assert isinstance(done, Unwritten)
    assert done.reason.endswith(".")
    folder = File(str(tmp_path), unit.data, Format.USER_UNIT)
    assert stands(folder).standing is Standing.UNREADABLE
    assert isinstance(put(folder, ManualClock(), stands(folder)), Unwritten)


def test_a_broken_file_is_never_written(tmp_path: Path, unit: File) -> None:
    broken = File(str(tmp_path / "x.service"), unit.data.replace(b"ExecStart", b"ExecStrat"), Format.USER_UNIT)
    done = put(broken, ManualClock(), stands(broken))
    assert isinstance(done, Unwritten)
    assert not (tmp_path / "x.service").exists()


@POSIX
async def test_a_password_that_is_still_to_be_chosen_and_open_rights_are_told(tmp_path: Path) -> None:
    recipe = ngrok(Place(System.LINUX, str(tmp_path), "me"), Target(), "x.ngrok-free.app")
    file = recipe.files[0]
    assert isinstance(put(file, ManualClock(), stands(file)), Written)
    check = Reads(file.path, Format.NGROK, "It is guarded.")
    told = await checked(check, ManualClock())
    assert told.ok is False
    assert UNSET in told.text
    filled_in(Path(file.path), file.data.replace(UNSET.encode(), b"planted-password"), 0o600)
    assert await checked(check, ManualClock()) == Checked(True, "It is guarded.")
    filled_in(Path(file.path), file.data.replace(UNSET.encode(), b"planted-password"), 0o644)
    told = await checked(check, ManualClock())
    assert told.ok is False
    assert "chmod 600" in told.text
    assert "planted" not in repr(told)


@POSIX
async def test_a_file_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path):
        told = await checked(Reads(str(path), Format.CLOUDFLARED, "x"), ManualClock())
        assert told.ok is False
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert (await checked(Reads(str(pipe), Format.CLOUDFLARED, "x"), ManualClock())).ok is False


@POSIX
async def test_a_unit_is_shown_to_systemd_as_well(tmp_path: Path, unit: File, monkeypatch: pytest.MonkeyPatch) -> None:
    script(tmp_path / "systemd-analyze", 'echo "$3:3: no such thing"')
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    put(unit, ManualClock(), stands(unit))
    told = await checked(Reads(unit.path, Format.USER_UNIT, "x"), SystemClock())
    assert told.ok is False
    assert told.text == "systemd says: line 3: no such thing"


@POSIX
@pytest.mark.parametrize(
    ("does", "ok", "said"),
    [
        ("exit 0", True, "It agrees."),
        ("echo fine; exit 3", False, "exit code 3"),
    ],
)
async def test_a_program_is_run_to_see(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str, ok: bool, said: str
) -> None:
    script(tmp_path / "ngrok", does)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    told = await checked(Runs("ngrok", ("config", "check"), "It agrees."), SystemClock())
    assert told.ok is ok
    assert said in told.text


@POSIX
async def test_what_a_program_says_is_shown_without_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "ERROR: bad authtoken: --authtoken 2plantedABCdef_3plantedGHIjkl\nU1234567 \x1b[31mred"
    script(tmp_path / "ngrok", f"printf '%s' '{said}'\nexit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    told = await checked(Runs("ngrok", (), "x"), SystemClock())
    assert len(told.details) == 2
    assert "planted" not in repr(told)
    assert "U1234567" not in repr(told)
    assert all(each.isprintable() for each in told.details)


async def test_a_program_that_is_not_there_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.setup.recipes_check.found", lambda _: None)
    told = await checked(Runs("cloudflared", (), "x"), ManualClock())
    assert told == Checked(None, "cloudflared is not to be found on this machine.")


async def test_what_only_the_user_can_see_is_left_to_the_user() -> None:
    assert (await checked(Looks("It shines."), ManualClock())).ok is None


def tunnel(*, up: bool | None = True, here: bool = True, findings: tuple[Finding, ...] = ()) -> Tunnel:
    """One of ngrok's."""
    return Tunnel(
        PathKind.NGROK,
        "ibkr",
        up,
        "https://x.ngrok-free.app",
        leads_here=here,
        findings=findings,
        down_because="no net",
    )


FINDING = Finding("unguarded", Level.ALARM, "Anyone can use it", "Guard it.")


@pytest.mark.parametrize(
    ("told", "ok", "said"),
    [
        ((), False, "No agent"),
        ((tunnel(here=False),), False, "nothing of it leads to port 5000"),
        ((tunnel(up=False),), False, "not connected: no net"),
        ((tunnel(up=False), tunnel()), True, "leads to the gateway. Its address: https://x.ngrok-free.app"),
        ((tunnel(up=None),), None, "leads to the gateway"),
    ],
)
def test_an_agent_is_believed(told: tuple[Tunnel, ...], ok: bool | None, said: str) -> None:
    found = led(told, LEADS)
    assert found.ok is ok
    assert said in found.text


async def test_an_agent_is_asked_for_the_gateways_port_and_what_is_amiss_is_told() -> None:
    asked: list[int] = []

    async def ask(port: int, _at: tuple[Address, ...], _host: str) -> tuple[Tunnel, ...]:
        asked.append(port)
        return (tunnel(findings=(FINDING,)),)

    agents: Mapping[PathKind, Ask] = {PathKind.NGROK: ask}
    told = await checked(LEADS, ManualClock(), agents)
    assert told.ok is True
    assert told.details == ("Anyone can use it. Guard it.",)
    assert asked == [5000]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ((), Checked(None, "The agent of ngrok did not answer in time.")),
        ((tunnel(here=False),), Checked(None, "The agent of ngrok did not answer in time.")),
        ((tunnel(),), led((tunnel(),), LEADS)),
    ],
)
async def test_an_agent_that_answers_too_late_is_told_unless_another_one_leads_here(
    found: tuple[Tunnel, ...], said: Checked
) -> None:
    async def ask(_port: int, _at: tuple[Address, ...], _host: str) -> tuple[Tunnel, ...]:
        raise Missed(found)

    assert await checked(LEADS, ManualClock(), {PathKind.NGROK: ask}) == said


async def test_an_agent_that_never_answers_is_not_waited_for() -> None:
    async def ask(_port: int, _at: tuple[Address, ...], _host: str) -> tuple[Tunnel, ...]:
        await asyncio.Event().wait()
        raise AssertionError

    clock = ManualClock()
    task = asyncio.ensure_future(checked(LEADS, clock, {PathKind.NGROK: ask}))
    await settle()
    await clock.advance(ASKED_WITHIN)
    assert (await task).ok is None


@POSIX
def test_cloudflareds_file_with_all_filled_in_is_written_as_it_is(tmp_path: Path) -> None:
    place = Place(System.LINUX, str(tmp_path), "me")
    recipe = cloudflare(place, Target(), "gw.example.org", identity="a566f92d-7d3c-4a41-9a4e-0c7e3f1f2b6d")
    file = recipe.files[0]
    assert not file.filled_by_hand
    assert isinstance(put(file, ManualClock(), stands(file)), Written)
