"""The recipes: what they promise is in them, nothing secret is, and no path changes what a line does."""

import re
import shlex
from pathlib import PurePosixPath

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tui.domain.way import Forward
from tui.path.argv import without_secrets
from tui.path.machine import System
from tui.setup.java import JavaReport, JavaState
from tui.setup.recipe import Leads, Reads, Recipe, Runs, Unfit, Where, posix_line
from tui.setup.recipes_gateway import DOWNLOAD, no_gateway
from tui.setup.recipes_place import Place
from tui.setup.recipes_services import Manager, managers, service_recipe, service_recipes
from tui.setup.recipes_tunnels import Target, cloudflare, ngrok, quick_tunnel, ssh, tailscale, tunnel_recipes
from tui.setup.service import RESTART_ENDS_LOGIN, Service, gateway_service, ssh_service, watch_service
from tui.setup.task_reader import windows_words
from tui.setup.tunnel_files import HOST_UNSET, ID_UNSET, UNSET
from tui.setup.validate import problems

IDENTITY = "a566f92d-7d3c-4a41-9a4e-0c7e3f1f2b6d"
LINUX = Place(System.LINUX, "/srv/it's me", "me")
MACOS = Place(System.MACOS, "/srv/me", "me")
WINDOWS = Place(System.WINDOWS, "C:\\Jo & Do", "PC\\Jo Do")
FORWARD = Forward("me@far", 5000, "127.0.0.1", 5000)


def services(place: Place) -> tuple[Service, ...]:
    """The gateway's and the watch's, for that system."""
    if place.windows:
        return (
            gateway_service("C:\\client portal.gw", windows=True),
            watch_service(("C:\\py thon\\cpwatch.exe",), "C:\\state"),
        )
    return (
        gateway_service("/srv/client portal.gw"),
        watch_service(("/srv/bin/cpwatch",), "/srv/state"),
        ssh_service("/usr/bin/ssh", FORWARD),
    )


def everything(place: Place) -> tuple[Recipe, ...]:
    """All recipes for that system."""
    made, reasons = service_recipes(services(place), place, place.own("staging"))
    assert reasons == ()
    known = cloudflare(place, Target(), "gw.example.org", identity=IDENTITY)
    return (*tunnel_recipes(place, Target()), known, no_gateway(place), *made)


ALL = [(place, each) for place in (LINUX, MACOS, WINDOWS) for each in everything(place)]
IDS = [f"{place.system}-{each.id}" for place, each in ALL]


@pytest.mark.parametrize(("place", "recipe"), ALL, ids=IDS)
def test_every_recipe_keeps_the_rules(place: Place, recipe: Recipe) -> None:
    ids = [step.id for step in recipe.steps]
    assert len(ids) == len(set(ids))
    assert recipe.about.endswith((".", ":"))
    for step in recipe.steps:
        assert step.text.endswith((".", ":")), step.text
        assert step.commands or step.file or step.where is Where.BROWSER or step.checks, step.id
        privileged = [line for line in step.commands if line.startswith("sudo ")]
        if not place.windows:
            assert step.root or not privileged
        if step.root:
            assert "administrator" in step.text or "Get one" in step.text, step.text
        for line in step.commands:
            assert line.isprintable()
            words = line.split()
            # What a user types goes into the program itself; here there is a word in capitals.
            assert without_secrets(words) == tuple(words) or "TOKEN" in words
        if step.file is not None:
            assert any(isinstance(check, Reads) for check in step.checks)
            amiss = problems(step.file.data, step.file.format)
            assert bool(amiss) == step.file.filled_by_hand, amiss
            assert step.file.mode == 0o600
            assert step.file.text
    assert set(recipe.files) == {step.file for step in recipe.steps if step.file}


@pytest.mark.parametrize("place", [LINUX, MACOS, WINDOWS], ids=str)
def test_every_service_says_that_a_restart_ends_the_login(place: Place) -> None:
    made, _ = service_recipes(services(place), place, place.own("staging"))
    assert len(made) == len(services(place)) * len(managers(place.system))
    for recipe in made:
        assert RESTART_ENDS_LOGIN in recipe.warnings
        assert "second factor" in RESTART_ENDS_LOGIN
        assert recipe.undo
    gateway = made[0]
    assert gateway.steps[0].id == "stop"
    assert gateway.steps[-1].id == "login"
    assert RESTART_ENDS_LOGIN in gateway.steps[-1].text


HOMES = st.text(st.sampled_from("ab '\"\\$`!*?;&|<>(){}~#%é漢"), min_size=1, max_size=15).map(
    lambda text: f"/srv/{text}x"
)


@given(HOMES)
def test_no_path_changes_what_a_line_does_in_a_shell(home: str) -> None:
    place = Place(System.LINUX, home, "me")
    recipe = ngrok(place, Target(), "x.ngrok-free.app")
    start = recipe.step("start")
    assert start is not None
    own, ours = f"{home}/.config/ngrok/ngrok.yml", f"{home}/.config/ngrok/ibkr.yml"
    assert shlex.split(start.commands[0]) == ["ngrok", "start", "--config", own, "--config", ours, "ibkr"]
    run = cloudflare(place, Target()).step("run")
    assert run is not None
    assert shlex.split(run.commands[0])[3] == f"{home}/.cloudflared/config.yml"
    file = cloudflare(place, Target(), identity=IDENTITY).files[0]
    assert yaml.safe_load(file.data)["credentials-file"] == f"{home}/.cloudflared/{IDENTITY}.json"


def test_a_windows_line_is_taken_apart_as_it_was_meant() -> None:
    start = ngrok(WINDOWS, Target()).step("start")
    assert start is not None
    words = windows_words(start.commands[0])
    assert words[3] == "C:\\Jo & Do\\AppData\\Local\\ngrok\\ngrok.yml"
    assert '"C:\\Jo & Do\\' in start.commands[0]  # outside quotes, the prompt would start a second command at the &


def test_ngrok_gets_its_token_and_its_password_from_the_user_alone() -> None:
    recipe = ngrok(LINUX, Target(), "X.ngrok-free.app.")
    file = recipe.files[0]
    config = yaml.safe_load(file.data)
    assert "authtoken" not in file.text
    endpoint = config["endpoints"][0]
    assert endpoint["url"] == "https://x.ngrok-free.app"
    assert endpoint["upstream"]["url"] == "https://localhost:5000"
    assert "verify" not in file.text  # that it does not is ngrok's own default
    action = endpoint["traffic_policy"]["on_http_request"][0]["actions"][0]
    assert action["config"]["credentials"] == [f"ibkr:{UNSET}"]
    assert len(UNSET) < 8  # ngrok starts with no password that short
    assert config["agent"]["inspect_db_size"] == -1
    assert [step.id for step in recipe.steps if step.typed] == ["token", "configuration", "cpwatch"]
    assert any("127.0.0.1" in each for each in recipe.warnings)
    assert "url" not in yaml.safe_load(ngrok(LINUX, Target(5001, tls=False)).files[0].data)["endpoints"][0]


def test_cloudflares_file_is_as_cloudflared_wants_it() -> None:
    recipe = cloudflare(LINUX, Target(5001), "gw.Example.org", identity=IDENTITY.upper())
    config = yaml.safe_load(recipe.files[0].data)
    first, last = config["ingress"]
    assert config["tunnel"] == IDENTITY
    assert first["hostname"] == "gw.example.org"
    assert first["service"] == "https://localhost:5001"
    assert first["originRequest"]["noTLSVerify"] is True
    assert last == {"service": "http_status:404"}
    programs = [check for step in recipe.steps for check in step.checks if isinstance(check, Runs)]
    assert any(check.arguments[-2:] == ("ingress", "validate") for check in programs)
    order = [step.id for step in recipe.steps]
    assert order.index("guard") < order.index("name") < order.index("run")  # never open, not even for a minute
    plain = yaml.safe_load(cloudflare(LINUX, Target(tls=False), "gw.example.org", identity=IDENTITY).files[0].data)
    assert "noTLSVerify" not in plain["ingress"][0]["originRequest"]


def test_what_cloudflare_has_not_been_told_is_left_for_the_user() -> None:
    file = cloudflare(LINUX, Target()).files[0]
    assert file.filled_by_hand
    said = problems(file.data, file.format)
    assert any(HOST_UNSET in each for each in said)
    assert any(ID_UNSET in each for each in said)


def test_tailscale_serves_the_tailnet_on_both_ends_and_never_the_internet() -> None:
    recipe = tailscale(LINUX, Target(), "box.tail1234.ts.net")
    lines = [line for step in recipe.steps for line in step.commands]
    assert "sudo tailscale serve --bg https+insecure://localhost:5000" in lines
    assert "tailscale ping -c 1 box.tail1234.ts.net" in lines
    assert not any("funnel" in line for line in lines)
    assert any("funnel" in each for each in recipe.warnings)
    assert {step.where for step in recipe.steps} == {Where.BOTH, Where.GATEWAY, Where.CLIENT}
    plain = tailscale(WINDOWS, Target(tls=False)).step("serve")
    assert plain is not None
    assert plain.commands == ("tailscale serve --bg http://localhost:5000",)
    assert not plain.root


def test_the_quick_tunnel_is_told_to_be_open() -> None:
    recipe = quick_tunnel(LINUX, Target())
    assert recipe.steps[0].commands == ("cloudflared tunnel --url https://localhost:5000 --no-tls-verify",)
    assert "Nothing can guard it" in recipe.warnings[0]


def test_ssh_is_the_line_that_was_tried() -> None:
    forward = ssh(LINUX, FORWARD).step("forward")
    assert forward is not None
    assert forward.commands == (
        (
            "ssh -N -o ExitOnForwardFailure=yes -o ServerAliveInterval=15 -o ServerAliveCountMax=3 "
            "-L 127.0.0.1:5000:127.0.0.1:5000 me@far"
        ),
    )


def test_every_way_by_an_agent_is_checked_at_that_agent() -> None:
    for recipe in tunnel_recipes(LINUX, Target(5001)):
        ports = {check.port for step in recipe.steps for check in step.checks if isinstance(check, Leads)}
        assert ports == (set() if recipe.id == "ssh" else {5001})


def test_no_gateway_leads_from_java_to_the_login() -> None:
    java = JavaReport(JavaState.OLD, "Java 1.7.0 is too old. Get one.", ("sudo apt install x",), root=True)
    recipe = no_gateway(LINUX, java, "/srv/a b")
    assert [step.id for step in recipe.steps] == ["java", "download", "unpack", "start", "login"]
    assert recipe.steps[0].commands == ("sudo apt install x", "java -version")
    assert recipe.steps[0].root
    assert DOWNLOAD in recipe.steps[1].text
    assert recipe.steps[3].commands == ("cd '/srv/a b'", "bin/run.sh root/conf.yaml")
    assert "AirPlay" in "".join(step.text for step in no_gateway(MACOS).steps)
    assert no_gateway(WINDOWS).steps[3].commands[1] == "bin\\run.bat root\\conf.yaml"
    with pytest.raises(Unfit, match="never listens"):
        no_gateway(LINUX, None, "/srv/a+b")


@pytest.mark.parametrize(
    "host", ["https://x.y", "x", "x.y/z", "10.0.0.1", "a b.example.org", "x;rm.example.org", "", "-x.example.org"]
)
def test_a_name_that_is_none_is_refused(host: str) -> None:
    with pytest.raises(Unfit):
        ngrok(LINUX, Target(), host)
    with pytest.raises(Unfit):
        cloudflare(LINUX, Target(), host)
    with pytest.raises(Unfit):
        tailscale(LINUX, Target(), host)


def test_a_tunnel_that_is_none_is_refused() -> None:
    with pytest.raises(Unfit, match="8-4-4-4-12"):
        cloudflare(LINUX, Target(), "gw.example.org", identity="../../etc/passwd")
    with pytest.raises(Unfit, match="word"):
        cloudflare(LINUX, Target(), "gw.example.org", "a b")
    with pytest.raises(Unfit, match="absolute"):
        ngrok(Place(System.LINUX, "me", "me"), Target())


def test_a_system_unit_is_put_in_place_by_root_and_taken_away_again() -> None:
    recipe = service_recipe(gateway_service("/srv/gw"), Manager.SYSTEMD, LINUX, "/srv/s t", user="ibkr")
    install = recipe.step("install")
    assert install is not None
    assert install.root
    assert shlex.split(install.commands[0])[-2:] == [
        "/srv/s t/ibkr-gateway.service",
        "/etc/systemd/system/ibkr-gateway.service",
    ]
    folders = recipe.step("folders")
    assert folders is not None
    assert folders.commands == ("sudo install -d -o ibkr -m 0700 /srv/gw/logs",)
    assert "User=ibkr" in recipe.files[0].text
    assert recipe.undo[0] == "sudo systemctl disable --now ibkr-gateway.service"


def test_a_users_unit_needs_no_root_but_perhaps_to_linger() -> None:
    recipe = service_recipe(gateway_service("/srv/gw"), Manager.SYSTEMD_USER, LINUX, "/srv/s")
    assert not any(step.root for step in recipe.steps)
    assert PurePosixPath(recipe.files[0].path).relative_to(LINUX.home) == PurePosixPath(
        ".config/systemd/user/ibkr-gateway.service"
    )
    linger = recipe.step("linger")
    assert linger is not None
    assert linger.commands == ("loginctl enable-linger me",)


def test_what_a_system_has_not_is_refused_and_told_by_service_recipes() -> None:
    with pytest.raises(Unfit, match="no Task Scheduler"):
        service_recipe(gateway_service("/srv/gw"), Manager.TASK_AT_BOOT, LINUX, "/srv/s")
    assert managers(System.OTHER) == ()
    root = Place(System.LINUX, "/srv/me", "root")
    made, reasons = service_recipes((gateway_service("/srv/gw"),), root, "/srv/s")
    assert [each.id for each in made] == ["service-gateway-systemd-user"]
    assert len(reasons) == 1
    assert "root" in reasons[0]


def test_a_line_is_one_line() -> None:
    with pytest.raises(Unfit):
        posix_line("echo", "a\nb")
    assert re.fullmatch(r"echo 'a b'", posix_line("echo", "a b"))
