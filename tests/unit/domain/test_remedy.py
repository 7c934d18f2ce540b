"""What to do next: something for every trouble, lines that can be run as they are, and nothing that trades."""

import re
import shlex
from dataclasses import replace

import pytest

from tests.support.states import NOW, exchange, starting
from tui.domain.address import PathKind, parse_address
from tui.domain.failure import Failure, FailureKind
from tui.domain.path import PathState
from tui.domain.remedy import Remedy, remedy_for_failure, remedy_for_session, ssh_line
from tui.domain.rivals import RIVALS
from tui.domain.session import AuthStatus, SessionState
from tui.domain.stamped import Stamped
from tui.domain.state import Here, MonitorState
from tui.domain.verdict import VerdictName, verdict
from tui.domain.way import ToldBy, Way

AT_HOME = Here("trader")
OVER_SSH = Here("trader", "192.0.2.17")
STATUSES = {
    VerdictName.LOGGED_OUT: AuthStatus(False, False, False),
    VerdictName.COMPETING: AuthStatus(False, True, True),
    VerdictName.SESSION_LAPSED: AuthStatus(False, True, False),
    VerdictName.INITIALISING: AuthStatus(True, True, False, False),
    VerdictName.CONTESTED: AuthStatus(True, True, True, True),
}
ADDRESSES = (
    "https://localhost:5000",
    "http://127.0.0.1:5001",
    "https://[::1]:5000",
    "https://gw.example.com:5000",
    "https://quiet.ngrok-free.app:443",
    "https://quiet-river.trycloudflare.com:443",
    "https://box.tail1234.ts.net:443",
    "https://[fe80::1%eth0]:5000",
)
HERES = (AT_HOME, OVER_SSH, Here(), Here("trader", "2001:db8::17", 2222))


def at(url: str, here: Here = AT_HOME) -> MonitorState:
    """A gateway at that address, seen from there."""
    return replace(starting(), path=PathState(parse_address(url)), here=here)


def all_remedies() -> list[Remedy]:
    """Every remedy, at every address and from everywhere."""
    states = [at(url, here) for url in ADDRESSES for here in HERES]
    found = [remedy_for_failure(Failure(kind, "x"), state) for kind in FailureKind for state in states]
    found += [r for name in STATUSES for state in states if (r := remedy_for_session(name, state)) is not None]
    return found


@pytest.mark.parametrize(
    ("url", "here", "line"),
    [
        ("https://localhost:5000", AT_HOME, None),
        ("https://localhost:5000", OVER_SSH, "ssh -L 5000:localhost:5000 trader@192.0.2.17"),
        ("https://127.0.0.1:5001", OVER_SSH, "ssh -L 5001:localhost:5001 trader@192.0.2.17"),
        (
            "https://localhost:5000",
            Here("trader", "192.0.2.17", 2222),
            "ssh -p 2222 -L 5000:localhost:5000 trader@192.0.2.17",
        ),
        ("https://localhost:5000", Here("trader", "2001:db8::17"), "ssh -L 5000:localhost:5000 trader@2001:db8::17"),
        ("https://localhost:5000", Here(None, "192.0.2.17"), "ssh -L 5000:localhost:5000 USER@192.0.2.17"),
        # On another machine the gateway is asked for by its own name, from here as over SSH.
        ("https://gw.example.com:5000", AT_HOME, "ssh -L 5000:localhost:5000 trader@gw.example.com"),
        ("https://10.1.2.3:5001", OVER_SSH, "ssh -L 5001:localhost:5001 trader@10.1.2.3"),
        ("https://[2001:db8::7]:5000", AT_HOME, "ssh -L 5000:localhost:5000 trader@2001:db8::7"),
        # What is reached at a web server's port listens behind something, on a machine that an edge's name is not.
        ("https://box.tail1234.ts.net", AT_HOME, "ssh -L 5000:localhost:5000 trader@box.tail1234.ts.net"),
        ("https://quiet.ngrok-free.app", AT_HOME, "ssh -L 5000:localhost:5000 trader@HOST"),
    ],
)
def test_the_line_that_brings_the_gateways_port_home(url: str, here: Here, line: str | None) -> None:
    assert ssh_line(parse_address(url), here) == line


def test_a_login_on_this_machine_needs_a_browser_only() -> None:
    remedy = remedy_for_failure(Failure(FailureKind.NO_LOGIN, "401"), at("https://localhost:5001"))
    assert "https://localhost:5001" in remedy.text
    assert remedy.address == "https://localhost:5001"
    assert remedy.commands == ()


def test_a_login_over_ssh_names_the_line_and_the_address_at_home() -> None:
    remedy = remedy_for_failure(Failure(FailureKind.NO_LOGIN, "401"), at("http://127.0.0.1:5001", OVER_SSH))
    assert remedy.commands == ("ssh -L 5001:localhost:5001 trader@192.0.2.17",)
    assert remedy.address == "http://localhost:5001"


def test_a_login_behind_an_edge_is_made_at_the_gateways_own_port() -> None:
    remedy = remedy_for_failure(Failure(FailureKind.NO_LOGIN, "401"), at("https://quiet.ngrok-free.app"))
    assert remedy.commands == ("ssh -L 5000:localhost:5000 trader@HOST",)
    assert remedy.address == "https://localhost:5000"


def test_a_refused_port_here_of_which_nothing_is_known_names_both() -> None:
    remedy = remedy_for_failure(Failure(FailureKind.REFUSED, "x"), at("https://localhost:5001"))
    assert "ssh -L" in remedy.text
    assert remedy.commands == ("bin/run.sh root/conf.yaml", "ssh -N -L 5001:localhost:5000 USER@HOST")


@pytest.mark.parametrize(
    ("url", "way"),
    [
        ("https://gw.example.com:5000", None),
        ("https://localhost:5000", Way(PathKind.LOCAL, ToldBy.SETTINGS)),
        ("https://localhost:5000", Way(PathKind.LOCAL, ToldBy.REMEMBERED)),
    ],
)
def test_where_it_is_known_to_be_the_gateway_that_is_down_only_that_is_named(url: str, way: Way | None) -> None:
    state = at(url)
    state = replace(state, path=replace(state.path, way=Stamped(way, NOW) if way else None))
    assert remedy_for_failure(Failure(FailureKind.REFUSED, "x"), state).commands == ("bin/run.sh root/conf.yaml",)


@pytest.mark.parametrize(("name", "status"), list(STATUSES.items()))
def test_every_trouble_with_the_session_has_its_remedy(name: VerdictName, status: AuthStatus) -> None:
    found = verdict(replace(starting(), session=SessionState(auth=exchange(status))), NOW)
    assert found.name is name
    assert found.remedy == remedy_for_session(name, starting())
    assert found.remedy is not None


def test_all_is_well_needs_none() -> None:
    assert remedy_for_session(VerdictName.READY, starting()) is None


@pytest.mark.parametrize("kind", list(FailureKind))
def test_every_failure_has_a_remedy_in_whole_sentences(kind: FailureKind) -> None:
    for url in ADDRESSES:
        remedy = remedy_for_failure(Failure(kind, "x"), at(url))
        assert remedy.text[0].isupper()
        assert remedy.text.endswith(".")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (FailureKind.REFUSED, "port 5001"),
        (FailureKind.CUT, "listenPort"),
        (FailureKind.UNRESOLVED, "gw.example.com"),
        (FailureKind.CONNECT_TIMEOUT, "gw.example.com port 5001"),
        (FailureKind.TLS_TIMEOUT, "firewall"),
        (FailureKind.UNTRUSTED, "--ca"),
        (FailureKind.NOT_A_GATEWAY, "port 5001"),
        (FailureKind.UNEXPECTED, ":5001"),
        (FailureKind.SILENT, "proxyRemoteHost"),
        (FailureKind.DENIED, "ips.allow"),
        (FailureKind.MISCONFIGURED, "proxyRemoteHost"),
        (FailureKind.EDGE_DENIED, "public address"),
        (FailureKind.RATE_LIMITED, "waits"),
        (FailureKind.BACKEND, "Wait"),
        (FailureKind.NO_BRIDGE, "brokerage session"),
    ],
)
def test_a_remedy_names_what_matters(kind: FailureKind, words: str) -> None:
    assert words in remedy_for_failure(Failure(kind, "x"), at("https://gw.example.com:5001")).text


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("https://localhost:5000", "http://localhost:5000"),
        ("http://[::1]:5000", "https://[::1]:5000"),
        ("http://gw.example.com:5000", "https://gw.example.com:5000"),
        ("http://quiet.ngrok-free.app", "https://quiet.ngrok-free.app:443"),
        ("https://quiet.ngrok-free.app", "http://quiet.ngrok-free.app:80"),
    ],
)
def test_the_wrong_scheme_names_the_other(url: str, other: str) -> None:
    (command,) = remedy_for_failure(Failure(FailureKind.WRONG_SCHEME, "x"), at(url)).commands
    assert shlex.split(command) == ["cpwatch", "--url", other]


@pytest.mark.parametrize("url", ADDRESSES)
def test_the_line_that_opens_the_session_again_evicts_nobody(url: str) -> None:
    remedy = remedy_for_session("session_lapsed", at(url))
    assert remedy is not None
    (command,) = remedy.commands
    words = shlex.split(command)
    assert words[0] == "curl"
    assert words[-1] == f"{url}/v1/api/iserver/auth/ssodh/init"
    assert '{"publish":true,"compete":false}' in words
    assert ("-k" in words) is (parse_address(url).loopback and url.startswith("https"))


def test_no_remedy_leads_to_what_cpwatch_never_asks() -> None:
    found = all_remedies()
    assert len(found) > 100
    for remedy in found:
        said = " ".join((remedy.text, remedy.said("b"), *remedy.commands, remedy.address or ""))
        assert not re.search(r"/orders?\b|/iserver/account\b|/logout|/clear|reauthenticate|\"compete\":true", said)
        assert set(re.findall(r"/v1/api/\S+?(?='|\s|$)", said)) <= {"/v1/api/iserver/auth/ssodh/init"}


def test_no_line_holds_anything_that_a_shell_would_run_besides() -> None:
    for remedy in all_remedies():
        for command in remedy.commands:
            lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
            lexer.whitespace_split = True
            assert not {word for word in lexer if set(word) <= set("();<>|&")}
            assert not set("$`\\\n") & set(command)


@pytest.mark.parametrize(
    ("name", "keys", "by_key"),
    [
        ("session_lapsed", ("reopen", "copy"), True),
        ("competing", ("reopen", "copy"), True),
        ("logged_out", ("reopen", "copy"), False),
        ("initialising", (), False),
        ("contested", (), False),
    ],
)
@pytest.mark.parametrize("here", HERES)
def test_what_the_monitor_can_do_by_a_key(name: str, keys: tuple[str, ...], by_key: bool, here: Here) -> None:
    remedy = remedy_for_session(name, at("https://localhost:5000", here))
    assert remedy is not None
    assert remedy.keys == keys
    assert remedy.shown_commands == (() if by_key else remedy.commands)
    said = remedy.said("F9")
    assert ("ress F9" in said) is ("reopen" in keys)
    assert "{" not in said
    assert "line below" not in said or remedy.shown_commands


def test_no_bridge_is_a_lapsed_session() -> None:
    state = at("https://localhost:5000")
    assert remedy_for_failure(Failure(FailureKind.NO_BRIDGE, "x"), state) == remedy_for_session("session_lapsed", state)


def test_competing_names_who_is_thrown_out() -> None:
    remedy = remedy_for_session("competing", starting())
    assert remedy is not None
    assert RIVALS in remedy.said("b")


@pytest.mark.parametrize("kind", list(FailureKind))
def test_what_can_be_copied_is_offered(kind: FailureKind) -> None:
    remedy = remedy_for_failure(Failure(kind, "x"), at("https://gw.example.com:5000"))
    assert ("copy" in remedy.keys) is bool(remedy.commands or remedy.address)
    assert ("reopen" in remedy.keys) is (kind is FailureKind.NO_BRIDGE)


def test_a_sentence_before_it_comes_before_both_texts() -> None:
    remedy = remedy_for_session("session_lapsed", starting())
    assert remedy is not None
    later = remedy.after("Expected.")
    assert later.text == f"Expected. {remedy.text}"
    assert later.said("b") == f"Expected. {remedy.said('b')}"
    assert replace(later, text=remedy.text, monitor_text=remedy.monitor_text) == remedy
    plain = Remedy("Wait.").after("Expected.")
    assert (plain.text, plain.said("b")) == ("Expected. Wait.", "Expected. Wait.")
