"""By what a gateway was started, how to start it anew, and when cpwatch may do that itself: never but on proof."""

import os
import shlex
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clock import ManualClock
from tui.path.machine import System
from tui.path.processes import GatewayProcess
from tui.setup import origin as subject
from tui.setup.origin import Ancestor, Origin, Started, Traces, confirmed, of_cgroup, origin, this_machine
from tui.setup.restart import CONSENT, LOGIN_ENDS, owns, restart, restarted

GROUP = "/user.slice/user-1000.slice/user@1000.service/app.slice/ibkr-gateway.service"
OWN = Origin(Started.SYSTEMD_USER, "ibkr-gateway.service", 1000, group=GROUP)
PROCESS = GatewayProcess(42, "/srv/gw", "root/conf.yaml")
CONTAINER = "0123456789ab" + "c" * 52


def traces(cgroup: str = "", *above: Ancestor, contained: bool = False, uid: int | None = 1000) -> Traces:
    """A machine that tells this of every process."""
    return Traces(lambda _: cgroup, lambda _: above, lambda: contained, uid)


@pytest.mark.parametrize(
    ("text", "started", "unit", "uid"),
    [
        (f"0::{GROUP}\n", Started.SYSTEMD_USER, "ibkr-gateway.service", 1000),
        ("0::/system.slice/ibkr\\x2dgateway.service\n", Started.SYSTEMD, "ibkr\\x2dgateway.service", None),
        ("0::/system.slice/system-ibkr.slice/ibkr@1.service\n", Started.SYSTEMD, "ibkr@1.service", None),
        (
            "12:pids:/system.slice/x.service\n1:name=systemd:/system.slice/x.service\n0::/\n",
            Started.SYSTEMD,
            "x.service",
            None,
        ),
        ("0::/user.slice/user-1000.slice/session-3.scope\n", Started.SHELL, None, None),
        ("0::/user.slice/user-1000.slice/user@1000.service/app.slice/vte-spawn-1.scope\n", Started.SHELL, None, None),
        ("0::/user.slice/user-1000.slice/user@1000.service/init.scope\n", Started.SHELL, None, None),
        ("0::/user.slice/user-1000.slice/user@1000.service\n", Started.UNKNOWN, None, None),
        ("0::/\n", Started.UNKNOWN, None, None),
        ("", Started.UNKNOWN, None, None),
        ("nonsense", Started.UNKNOWN, None, None),
        ("0::/system.slice/a;rm -rf.service\n", Started.UNKNOWN, None, None),
        (f"0::/system.slice/docker-{CONTAINER}.scope\n", Started.CONTAINER, None, None),
        (f"5:cpu:/docker/{CONTAINER}\n", Started.CONTAINER, None, None),
        (f"0::/user.slice/user@1000.service/libpod-{CONTAINER}.scope/container\n", Started.CONTAINER, None, None),
        ("0::/kubepods/besteffort/pod1/x\n", Started.CONTAINER, None, None),
    ],
)
def test_control_groups(text: str, started: Started, unit: str | None, uid: int | None) -> None:
    found = of_cgroup(text)
    assert (found.started, found.unit, found.uid, found.sure) == (started, unit, uid, False)
    if CONTAINER in text:
        assert found.container == "0123456789ab"


@given(st.text(max_size=80))
def test_no_control_group_makes_it_fail_or_puts_anything_into_a_command(text: str) -> None:
    found = of_cgroup(text)
    for line in restart(PROCESS, "/srv/gw", "root/conf.yaml", System.LINUX, found).commands:
        assert len(shlex.split(line)) in {2, 3, 4}
        assert line.isprintable()


@pytest.mark.parametrize(
    ("system", "names", "orphaned", "started"),
    [
        (System.MACOS, ["run.sh", "zsh", "launchd"], False, Started.SHELL),
        (System.MACOS, ["run.sh", "launchd"], False, Started.LAUNCHD),
        (System.MACOS, ["launchd"], False, Started.LAUNCHD),
        (System.MACOS, ["launchd"], True, Started.SHELL),
        (System.MACOS, [], False, Started.SHELL),
        (System.WINDOWS, ["run.bat", "svchost", "services"], False, Started.WINDOWS_TASK),
        (System.WINDOWS, ["run.bat", "explorer"], False, Started.SHELL),
        (System.OTHER, [], False, Started.UNKNOWN),
    ],
)
def test_elsewhere_the_programs_above_tell(system: System, names: list[str], orphaned: bool, started: Started) -> None:
    above = [Ancestor(n + 2, name.replace("run.sh", "bash"), name.startswith("run.")) for n, name in enumerate(names)]
    assert origin(replace(PROCESS, orphaned=orphaned), system, traces("", *above)).started is started


def test_within_a_container_without_a_group_of_its_own() -> None:
    assert origin(PROCESS, System.LINUX, traces("0::/\n", contained=True)).started is Started.CONTAINER
    assert origin(PROCESS, System.LINUX, traces("0::/\n")).started is Started.UNKNOWN


@pytest.mark.parametrize("system", [System.LINUX, System.MACOS, System.WINDOWS])
@pytest.mark.parametrize("started", Started)
@pytest.mark.parametrize("orphaned", [False, True])
def test_every_way_has_its_words_and_lines(system: System, started: Started, orphaned: bool) -> None:
    how = Origin(started, "x.service" if "systemd" in started else None, 1000)
    made = restart(replace(PROCESS, orphaned=orphaned, port=5001), "/srv/my gw", "root/conf.yaml", system, how)
    assert made.caution == LOGIN_ENDS
    assert "second factor" in LOGIN_ENDS
    assert made.commands
    assert made.text.endswith((".", ":"))
    assert all(each.isprintable() for each in (made.text, *made.commands))
    if started in (Started.SHELL, Started.UNKNOWN):
        assert len(made.commands) == 3
        assert "5001" in made.commands[-1]
        assert "'/srv/my gw'" in made.commands[1] or system is System.WINDOWS
        assert ("Ctrl+C" in made.text) is not orphaned


def test_a_service_that_is_sure_and_one_that_is_not() -> None:
    sure = restart(PROCESS, "", "root/conf.yaml", System.LINUX, replace(OWN, sure=True))
    assert sure.commands == ("systemctl --user restart ibkr-gateway.service",)
    assert restart(PROCESS, "", "root/conf.yaml", System.LINUX, OWN).commands == (
        "systemctl --user status ibkr-gateway.service",
        "systemctl --user restart ibkr-gateway.service",
    )
    system = Origin(Started.SYSTEMD, "a\\x2db.service", sure=True)
    assert restart(PROCESS, "", "root/conf.yaml", System.LINUX, system).commands == (
        "sudo systemctl restart 'a\\x2db.service'",
    )


def test_where_none_runs_nothing_ends() -> None:
    made = restart(None, "/srv/gw", "root/mine.yaml", System.LINUX)
    assert made.commands == ("cd /srv/gw", "bin/run.sh root/mine.yaml")
    assert made.caution == ""
    windows = restart(None, "C:\\my gw", "root/conf.yaml", System.WINDOWS)
    assert windows.commands == ('cd /d "C:\\my gw"', "bin\\run.bat root\\conf.yaml")


@given(st.text(max_size=30), st.text(max_size=20))
def test_no_folder_gets_out_of_its_quotes(folder: str, conf: str) -> None:
    change, run = restart(None, folder, conf, System.LINUX).commands
    assert len(shlex.split(change)) == 2
    assert len(shlex.split(run)) == 2
    assert (change + run).isprintable()


# -- what cpwatch may restart itself -------------------------------------------------------------------------------

SHOW = "LoadState=loaded\nActiveState=active\nControlGroup={group}\nMainPID={main}\n"
FAKE = """#!/bin/sh
echo "$XDG_RUNTIME_DIR $*" >> "{log}"
case "$*" in
  *" show "*) printf '%s' '{show}';;
  *" restart "*) {restart};;
esac
"""


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "FakeSystemd":
    """A systemctl of the test's own making."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return FakeSystemd(tmp_path)


class FakeSystemd:
    """calls: what it was asked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.says()

    def says(self, show: str = "", restart: str = "exit 0") -> None:
        """What it answers from now on."""
        program = self._folder / "systemctl"
        program.write_text(FAKE.format(log=self._folder / "log", show=show, restart=restart))
        program.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        """What it was asked, each with the folder of the user's own manager."""
        log = self._folder / "log"
        return log.read_text().splitlines() if log.exists() else []


RUN_SH = Ancestor(41, "bash", starts_it=True)
SHELL = Ancestor(40, "bash")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="systemd is Linux's")


@linux_only
@pytest.mark.parametrize("main", [42, 41])
async def test_a_service_that_is_ones_own_is_restarted_on_consent(systemd: FakeSystemd, main: int) -> None:
    systemd.says(SHOW.format(group=GROUP, main=main))
    machine = traces(f"0::{GROUP}\n", RUN_SH, SHELL)
    how = await confirmed(origin(PROCESS, System.LINUX, machine), 42, machine, ManualClock())
    assert how == replace(OWN, sure=True)
    assert await owns(how, 42, machine, ManualClock())
    done = await restarted(how, 42, f" {CONSENT.upper()} ", machine, ManualClock())
    assert done.restarted
    assert "log in again" in done.said
    assert systemd.calls[-1] == "/run/user/1000 --user --no-pager restart -- ibkr-gateway.service"
    assert sum(" restart " in call for call in systemd.calls) == 1


@linux_only
@pytest.mark.parametrize(
    ("show", "machine", "how", "typed"),
    [
        (SHOW.format(group=GROUP, main=41), traces(f"0::{GROUP}\n", RUN_SH), OWN, "yes"),
        (SHOW.format(group=GROUP, main=41), traces(f"0::{GROUP}\n", RUN_SH), OWN, ""),
        # Another user's, the system's, no service, another one by now.
        (SHOW.format(group=GROUP, main=41), traces(f"0::{GROUP}\n", RUN_SH, uid=1001), OWN, CONSENT),
        (
            SHOW.format(group=GROUP, main=41),
            traces(f"0::{GROUP}\n", RUN_SH),
            replace(OWN, started=Started.SYSTEMD),
            CONSENT,
        ),
        (SHOW.format(group=GROUP, main=41), traces("0::/user.slice/session-1.scope\n", RUN_SH), OWN, CONSENT),
        (SHOW.format(group=GROUP, main=41), traces("0::/\n", uid=None), OWN, CONSENT),
        # A terminal that is a service itself, in which the gateway was started by hand.
        (
            SHOW.format(group=GROUP, main=39),
            traces(f"0::{GROUP}\n", RUN_SH, SHELL, Ancestor(39, "konsole")),
            OWN,
            CONSENT,
        ),
        (SHOW.format(group=GROUP, main=40), traces(f"0::{GROUP}\n", RUN_SH, SHELL), OWN, CONSENT),
        # Its manager does not know it so.
        (SHOW.format(group="/other", main=41), traces(f"0::{GROUP}\n", RUN_SH), OWN, CONSENT),
        (
            SHOW.format(group=GROUP, main=41).replace("=active", "=inactive"),
            traces(f"0::{GROUP}\n", RUN_SH),
            OWN,
            CONSENT,
        ),
        (SHOW.format(group="", main=41), traces(f"0::{GROUP}\n", RUN_SH), OWN, CONSENT),
        (SHOW.format(group=GROUP, main=""), traces(f"0::{GROUP}\n", RUN_SH), OWN, CONSENT),
        ("", traces(f"0::{GROUP}\n", RUN_SH), OWN, CONSENT),
    ],
)
async def test_nothing_is_restarted_without_proof_or_consent(
    show: str, machine: Traces, how: Origin, typed: str, systemd: FakeSystemd
) -> None:
    systemd.says(show)
    done = await restarted(how, 42, typed, machine, ManualClock())
    assert not done.restarted
    assert "Nothing was done" in done.said
    assert not [call for call in systemd.calls if " restart " in call]


@linux_only
async def test_a_service_that_is_for_something_else_is_a_shells(systemd: FakeSystemd) -> None:
    machine = traces(f"0::{GROUP}\n", RUN_SH, SHELL)
    systemd.says(SHOW.format(group=GROUP, main=39))
    assert (await confirmed(OWN, 42, machine, ManualClock())).started is Started.SHELL
    system = Origin(Started.SYSTEMD, "ssh.service", group="/system.slice/ssh.service")
    assert (await confirmed(system, 42, machine, ManualClock())).started is Started.SHELL
    assert systemd.calls[-1].startswith(" --no-pager show ")
    # Another user's manager can't be asked.
    asked = len(systemd.calls)
    assert await confirmed(OWN, 42, replace(machine, uid=7), ManualClock()) == OWN
    assert len(systemd.calls) == asked


@linux_only
async def test_a_restart_that_fails_is_said(systemd: FakeSystemd) -> None:
    systemd.says(SHOW.format(group=GROUP, main=42), restart="echo 'Job failed' >&2; exit 1")
    done = await restarted(OWN, 42, CONSENT, traces(f"0::{GROUP}\n"), ManualClock())
    assert done == type(done)(False, "systemctl could not restart ibkr-gateway.service: Job failed")


async def test_without_systemctl_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "found", lambda _: None)
    assert await confirmed(OWN, 42, traces(f"0::{GROUP}\n"), ManualClock()) == OWN
    assert not await owns(OWN, 42, traces(f"0::{GROUP}\n"), ManualClock())


def test_this_machine_tells(tmp_path: Path) -> None:
    group = tmp_path / "proc" / "7"
    group.mkdir(parents=True)
    (group / "cgroup").write_text("0::/x\n")
    machine = this_machine(tmp_path)
    assert (machine.cgroup(7), machine.cgroup(8), machine.contained()) == ("0::/x\n", "", False)
    (tmp_path / ".dockerenv").touch()
    assert machine.contained()
    above = machine.ancestors(os.getpid())
    assert os.getppid() in [each.pid for each in above] or os.getppid() == 0
    assert machine.ancestors(2**30) == ()
