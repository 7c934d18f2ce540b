"""Services as systemd units: nothing in a path changes the meaning of a line, and systemd itself takes them."""

import re
import shutil
import stat
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.project import run
from tests.support.requirements import needs_program
from tui.clock import SystemClock
from tui.domain.way import Forward
from tui.setup.recipe import Format, Unfit
from tui.setup.service import (
    Role,
    Service,
    cloudflared_service,
    gateway_service,
    ngrok_service,
    posix_path,
    ssh_service,
    watch_service,
)
from tui.setup.service_units import command_value, path_word, system_unit, unit_name, unit_value, user_unit
from tui.setup.unit_reader import command_words, path_words, plain_value, read_unit
from tui.setup.validate import analyzed, problems

NASTY = '/srv/it\'s a "gate"/way; 50% $HOME ${X} \\x41 #1 é 漢'
FORWARD = Forward("me@far.example.com", 5000, "127.0.0.1", 5000)
# env stands for programs that are not on every machine: systemd-analyze wants them to be there.
SERVICES = {
    "gateway": gateway_service("/srv/clientportal.gw"),
    "cloudflared": cloudflared_service("/usr/bin/env", "/etc/cloudflared/config.yml"),
    "ngrok": ngrok_service("/usr/bin/env", ("/srv/a b/ngrok.yml", "/srv/a b/ibkr.yml"), "ibkr"),
    "ssh": ssh_service("/usr/bin/env", FORWARD),
    "watch": watch_service(("/usr/bin/env",), "/srv/state", profile="home"),
}
LETTERS = st.text(st.sampled_from("ab/ \"'\\%$#;{}=[]~*?!&|<>`^-+@:,.x41é漢🙂"), min_size=1, max_size=30)
PLAIN = LETTERS.filter(lambda text: text == text.strip())


def values(unit: bytes) -> dict[str, list[str]]:
    """The values by key."""
    found: dict[str, list[str]] = {}
    for entry in read_unit(unit):
        found.setdefault(entry.key, []).append(entry.value)
    return found


@given(st.lists(PLAIN, max_size=4))
@example(["", "a"])
@example([";"])
@example(["a\\"])
def test_a_command_is_read_back_word_by_word(words: list[str]) -> None:
    assert command_words(command_value(("/bin/x y", *words))) == ("/bin/x y", *words)


@given(PLAIN.filter(lambda text: not text.endswith("\\")))
def test_a_path_is_read_back_alone_and_in_a_list(text: str) -> None:
    assert plain_value(unit_value(text)) == text
    assert path_words(f"{path_word(text)} {path_word(f'/{text}')}") == (text, f"/{text}")


@given(PLAIN.map(lambda text: f"/srv/{text}"))
def test_a_unit_starts_the_gateway_in_its_folder_whatever_that_is_called(folder: str) -> None:
    try:
        service = gateway_service(folder)
        unit = system_unit(service, "ibkr")
    except Unfit:
        assert "+" in folder or ".." in folder.split("/") or folder.endswith("\\")
        return
    told = values(unit)
    assert plain_value(told["WorkingDirectory"][0]) == service.folder
    assert path_words(told["ReadWritePaths"][0]) == (f"{service.folder}/logs",)
    assert command_words(told["ExecStart"][0]) == ("/bin/bash", "bin/run.sh", "root/conf.yaml")
    assert problems(unit, Format.UNIT) == ()


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
async def test_every_unit_passes_our_parser_and_systemds(service: Service) -> None:
    needs_program("systemd-analyze")
    for unit, user in ((system_unit(service, "daemon"), False), (user_unit(service), True)):
        assert problems(unit, Format.USER_UNIT if user else Format.UNIT) == ()
        told = await analyzed(SystemClock(), unit, unit_name(service), user=user)
        assert told is not None
        assert told.amiss == ()


async def test_systemd_finds_a_program_by_its_name_as_we_wrote_it_and_says_so_where_it_does_not(tmp_path: Path) -> None:
    needs_program("systemd-analyze")
    program = tmp_path / "a program; 50% #1 é"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    unit = user_unit(Service(Role.WATCH, "50% of it", (str(program), "watch")))
    missing = await analyzed(SystemClock(), unit, "cpwatch-watch.service", user=True)
    assert missing is not None
    assert len(missing.amiss) == 1
    assert "not executable" in missing.amiss[0]
    assert str(tmp_path.parent) in missing.amiss[0] or tmp_path.name in missing.amiss[0]
    program.chmod(stat.S_IRWXU)
    found = await analyzed(SystemClock(), unit, "cpwatch-watch.service", user=True)
    assert found is not None
    assert found.amiss == ()


async def test_what_systemd_ignores_with_a_word_is_told(tmp_path: Path) -> None:
    needs_program("systemd-analyze")
    unit = user_unit(SERVICES["watch"]).replace(b"Restart=", b"Restrat=")
    told = await analyzed(SystemClock(), unit, "x.service", user=True)
    assert told is not None
    assert len(told.amiss) == 1
    assert "Restrat" in told.amiss[0]
    assert "cpwatch-" not in told.amiss[0]


async def test_without_systemd_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.setup.validate.found", lambda _: None)
    assert await analyzed(SystemClock(), b"", "x.service", user=False) is None


@pytest.mark.parametrize("name", ["gateway", "ssh"])
def test_systemd_rates_the_walls_as_good(name: str, tmp_path: Path) -> None:
    analyzer = needs_program("systemd-analyze")
    unit = tmp_path / unit_name(SERVICES[name])
    unit.write_bytes(system_unit(SERVICES[name], "daemon"))
    done = run([analyzer, "security", "--offline=true", "--no-pager", str(unit)])
    exposure = re.search(r"Overall exposure level[^:]*: (\d+\.\d)", done.stdout)
    if exposure is None:
        pytest.skip("this systemd rates no files")
    assert float(exposure[1]) < 3.0


def test_what_would_break_a_service_is_in_no_unit() -> None:
    gateway = values(system_unit(SERVICES["gateway"], "ibkr"))
    assert "MemoryDenyWriteExecute" not in gateway  # it would end java
    assert not any(key.startswith("IPAddress") for key in gateway)
    assert gateway["SuccessExitStatus"] == ["143"]
    assert gateway["ReadWritePaths"] == ["/srv/clientportal.gw/logs"]
    assert gateway["ProtectHome"] == ["yes"]
    tunnel = values(system_unit(SERVICES["cloudflared"], "ibkr"))
    assert "Requires" not in tunnel  # it lives on while the gateway restarts
    assert tunnel["After"] == ["network-online.target ibkr-gateway.service"]
    assert tunnel["MemoryDenyWriteExecute"] == ["yes"]
    assert tunnel["StartLimitIntervalSec"] == ["0"]  # or it would give up while the internet is away
    watch = values(system_unit(SERVICES["watch"], "ibkr"))
    assert watch["Restart"] == ["on-failure"]
    assert watch["RestartPreventExitStatus"] == ["2 75"]
    assert watch["ReadWritePaths"] == ["/srv/state"]


def test_a_users_unit_asks_for_nothing_that_a_user_can_not_have() -> None:
    told = values(user_unit(SERVICES["gateway"]))
    assert "User" not in told
    assert "After" not in told
    assert not [key for key in told if key.startswith(("Private", "Protect", "Capability", "ReadWrite"))]
    assert told["NoNewPrivileges"] == ["yes"]
    assert told["WantedBy"] == ["default.target"]


@pytest.mark.parametrize("home", ["/home", "/Users", "/root"])
def test_a_service_in_a_home_may_read_it(home: str) -> None:
    for service in (gateway_service(f"{home}/gw"), cloudflared_service("/bin/cloudflared", f"{home}/c.yml")):
        assert values(system_unit(service, "me"))["ProtectHome"] == ["read-only"]


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("clientportal.gw", "absolute"),
        ("/srv/../gw", "absolute"),
        ("/srv/a+b", "never listens"),
        ("/srv/a\nExecStart=/bin/evil", "no such file can hold"),
        ("/srv/a\x1b[2J", "no such file can hold"),
        ("/srv/a\u2028b", "end of a line"),
        (" /srv/gw", "blank"),
        ("", "empty"),
        (f"/{'a' * 5000}", "longer"),
    ],
)
def test_a_folder_that_no_unit_can_hold_is_refused_with_the_reason(folder: str, said: str) -> None:
    with pytest.raises(Unfit, match=said) as refused:
        gateway_service(folder)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("user", ["root", "me; rm", "", "-x", "a b", "x" * 40])
def test_a_user_that_is_none_or_root_is_refused(user: str) -> None:
    with pytest.raises(Unfit, match="user"):
        system_unit(SERVICES["gateway"], user)


@pytest.mark.parametrize("conf", ["/etc/conf.yaml", "../root/conf.yaml", "conf.yaml", "root/conf.yaml x", "a b/c.yaml"])
def test_settings_outside_the_gateways_folder_are_refused(conf: str) -> None:
    with pytest.raises(Unfit, match="own"):
        gateway_service("/srv/gw", conf)


def test_other_services_refuse_what_they_can_not_be_started_with() -> None:
    with pytest.raises(Unfit, match="no name of a machine"):
        ssh_service("/usr/bin/ssh", Forward("-oProxyCommand=x", 5000, "127.0.0.1", 5000))
    with pytest.raises(Unfit, match="absolute"):
        cloudflared_service("cloudflared", "/etc/c.yml")
    for program in ("/bin/a$b", "/bin/a'b", '/bin/a"b', "/bin/a\\b"):
        with pytest.raises(Unfit, match=r"starts no program"):
            command_value((program,))
    with pytest.raises(Unfit, match="backslash"):
        unit_value("/srv/a\\")
    with pytest.raises(Unfit, match="backslash"):
        path_word("/srv/a\\")
    assert posix_path("//srv/./gw/", "It") == "/srv/gw"


def test_ssh_listens_here_alone_and_gives_up_by_itself() -> None:
    words = ssh_service("/usr/bin/ssh", Forward("me@far", 5001, "::1", 5000, 2222, ("-J", "bastion"))).command
    assert words[-1] == "me@far"
    assert words[words.index("-L") + 1] == "127.0.0.1:5001:[::1]:5000"
    assert words[words.index("-p") + 1] == "2222"
    assert {"ExitOnForwardFailure=yes", "ServerAliveInterval=15", "ServerAliveCountMax=3", "BatchMode=yes"} <= {*words}
    if (ssh := shutil.which("ssh")) is not None:
        # It reads its options, and goes nowhere.
        done = run([ssh, "-G", *words[1:]])
        assert "serveralivecountmax 3" in done.stdout
