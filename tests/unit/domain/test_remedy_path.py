"""What to do about the way: each hop's own command, on the right machine, safe to run as it is."""

import re
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.broken_ways import FORWARD, HERE, NAMED, NGROK, QUICK, TAILNET, failing, marked, over, plain
from tests.support.states import NOW
from tui.domain.address import PathKind
from tui.domain.failure import Failure, FailureKind
from tui.domain.finding import Finding
from tui.domain.journal import Level
from tui.domain.path import PathState
from tui.domain.remedy import Remedy, remedy_for_failure
from tui.domain.tunnel import Tunnel
from tui.domain.verdict import verdict
from tui.domain.way import Owner, ToldBy

K, P = FailureKind, PathKind
SSH = over(HERE, P.SSH, ToldBy.OWNER, forward=FORWARD, owner=Owner("ssh", 812))
LINE = "ssh -N -p 2222 -L 5000:localhost:5002 trader@box"
LONGEST = 400


def remedy(path: PathState, failure: Failure) -> Remedy:
    return remedy_for_failure(failure, failing(path, failure))


@pytest.mark.parametrize(
    ("path", "failure", "commands", "words"),
    [
        (SSH, plain(K.REFUSED), (LINE,), "On this machine, start the ssh tunnel again"),
        (over(HERE, P.SSH), plain(K.REFUSED), ("ssh -N -L 5000:localhost:5000 USER@HOST",), "in place of HOST"),
        (
            SSH,
            plain(K.TLS_TIMEOUT),
            (LINE.replace("-N", "-N -o ServerAliveInterval=15 -o ServerAliveCountMax=3"),),
            "(process 812)",
        ),
        (SSH, plain(K.CUT), ("bin/run.sh root/conf.yaml",), "On trader@box, start the gateway"),
        (SSH, plain(K.CUT), ("bin/run.sh root/conf.yaml",), "port 5002"),
        (over(HERE, P.FRP), plain(K.REFUSED), ("frpc -c frpc.toml",), "on this machine"),
        (over(NAMED, P.FRP), plain(K.TLS_TIMEOUT), ("frpc -c frpc.toml",), "on the gateway's machine"),
        (
            over(HERE, P.CLOUDFLARE, ToldBy.OWNER, owner=Owner("cloudflared", 9)),
            plain(K.CUT),
            ("cloudflared access tcp --hostname NAME --url localhost:5000",),
            "on the gateway's machine, start the gateway",
        ),
        (over(HERE, P.NGROK), plain(K.REFUSED), (), "take the kind out of the profile's path"),
        (over(HERE), plain(K.TLS_TIMEOUT), ("bin/run.sh root/conf.yaml",), "no firewall is to blame"),
        (
            over(TAILNET, P.TAILSCALE, tunnel=Tunnel(P.TAILSCALE, "t", up=False)),
            plain(K.CONNECT_TIMEOUT),
            ("tailscale up", "tailscale ping -c 1 100.64.0.7"),
            "On this machine",
        ),
        (over(TAILNET), plain(K.CONNECT_TIMEOUT), ("tailscale ping -c 1 100.64.0.7",), "firewall"),
        (
            over("https://10.9.0.1:5000", P.WIREGUARD, interface="wgA"),
            plain(K.CONNECT_TIMEOUT),
            ("wg show wgA latest-handshakes", "wg-quick up wgA"),
            "firewall",
        ),
        (
            over("https://10.9.0.1:5000", P.WIREGUARD, tunnel=Tunnel(P.WIREGUARD, "wg1", up=False)),
            plain(K.TLS_TIMEOUT),
            ("wg-quick up wg1", "wg show wg1 latest-handshakes"),
            "as root",
        ),
        (over(NGROK), plain(K.CONNECT_TIMEOUT), (), "internet connection"),
        (
            over(NGROK),
            marked(K.TUNNEL_DOWN, P.NGROK, "ERR_NGROK_3200", 404),
            ("ngrok http --url https://quiet.ngrok-free.app https://localhost:5000",),
            "On the gateway's machine",
        ),
        (
            over(NGROK, P.NGROK, tunnel=Tunnel(P.NGROK, "gw", up=False)),
            plain(K.UNRESOLVED),
            ("ngrok http --url https://quiet.ngrok-free.app https://localhost:5000",),
            "On this machine, start the ngrok agent",
        ),
        (over(NGROK), marked(K.NOTHING_BEHIND, P.NGROK, "ERR_NGROK_8012"), ("bin/run.sh root/conf.yaml",), "https://"),
        (
            over(NGROK),
            marked(K.UPSTREAM_SCHEME, P.NGROK, "ERR_NGROK_3004"),
            ("ngrok http --url https://quiet.ngrok-free.app https://localhost:5000",),
            "listenSsl",
        ),
        (over(NGROK), marked(K.TUNNEL_LIMITED, P.NGROK, "ERR_NGROK_727"), (), "20,000 requests a month"),
        (over(NGROK), marked(K.TUNNEL_LIMITED, P.NGROK, "ERR_NGROK_702"), (), "metered = true"),
        (over(NGROK), marked(K.TUNNEL_DENIED, P.NGROK, "", 401), (), "basic_auth under [profiles.NAME.path]"),
        (over(NGROK), marked(K.TUNNEL_DENIED, P.NGROK, "", 302), (), "login page"),
        (over(NGROK), marked(K.TUNNEL_DENIED, P.NGROK, "ERR_NGROK_3203", 403), (), "public address"),
        (
            over(NGROK),
            marked(K.TUNNEL_DENIED, P.NGROK, "ERR_NGROK_6022", 200),
            (),
            "account",
        ),
        (
            over(NAMED),
            marked(K.TUNNEL_DOWN, P.CLOUDFLARE, "1033", 530),
            ("cloudflared tunnel run NAME",),
            "On the gateway's machine",
        ),
        (
            over(NAMED, P.CLOUDFLARE, tunnel=Tunnel(P.CLOUDFLARE, "ibkr", up=False)),
            marked(K.TUNNEL_DOWN, P.CLOUDFLARE, "1033", 530),
            ("cloudflared tunnel run ibkr",),
            "On this machine",
        ),
        (
            over(NAMED),
            marked(K.TUNNEL_DOWN, P.CLOUDFLARE, "1016", 530),
            ("cloudflared tunnel route dns NAME gw.example.com", "cloudflared tunnel run NAME"),
            "gw.example.com",
        ),
        (
            over(QUICK),
            marked(K.TUNNEL_DOWN, P.CLOUDFLARE, "", None),
            ("cloudflared tunnel --no-tls-verify --url https://localhost:5000",),
            "--url",
        ),
        (
            over(QUICK),
            marked(K.TUNNEL_DOWN, P.CLOUDFLARE, "1033", 530),
            ("cloudflared tunnel --no-tls-verify --url https://localhost:5000",),
            "new quick tunnel",
        ),
        (over(NAMED), marked(K.NOTHING_BEHIND, P.CLOUDFLARE, "502"), ("bin/run.sh root/conf.yaml",), "noTLSVerify"),
        (over(NAMED), marked(K.TUNNEL_DENIED, P.CLOUDFLARE, "", 302), (), "CF-Access-Client-Secret"),
        (over(NAMED), marked(K.TUNNEL_DENIED, P.CLOUDFLARE, "", 401), (), "Service Auth"),
        (over(NAMED), marked(K.TUNNEL_DENIED, P.CLOUDFLARE, "1020", 403), (), "public address"),
        (over(NAMED), marked(K.TUNNEL_DOWN, P.FRP, "", 404), ("frpc -c frpc.toml",), "gw.example.com"),
        (
            over("https://box.tail1234.ts.net"),
            marked(K.NOTHING_BEHIND, P.TAILSCALE),
            ("bin/run.sh root/conf.yaml",),
            "https+insecure",
        ),
    ],
)
def test_each_hop_has_its_own_command(path: PathState, failure: Failure, commands: tuple[str, ...], words: str) -> None:
    found = remedy(path, failure)
    assert found.commands == commands
    assert words in found.text
    assert len(found.text) < LONGEST
    assert verdict(failing(path, failure), NOW).remedy == found


def test_what_the_agents_settings_show_to_be_wrong_is_said_first() -> None:
    wrong = Finding("cloudflared-upstream-scheme", Level.WARN, "It leads to http.", "Make it https.", "cloudflared x")
    other = Finding("quick-tunnel", Level.WARN, "It is open.", "Close it.")
    failure = marked(K.NOTHING_BEHIND, P.CLOUDFLARE, "502")
    for path in (
        over(NAMED, P.CLOUDFLARE, findings=(other, wrong)),
        over(NAMED, P.CLOUDFLARE, tunnel=Tunnel(P.CLOUDFLARE, "gw", findings=(other, wrong))),
    ):
        assert remedy(path, failure) == Remedy("It leads to http. Make it https.", ("cloudflared x",))
    assert "Close it" not in remedy(over(NAMED, P.CLOUDFLARE, findings=(other,)), failure).text


def test_without_tls_a_frozen_tunnel_looks_like_a_gateway_that_hangs() -> None:
    assert "ssh -L itself" in remedy(over("http://localhost:5000", P.SSH), plain(K.SILENT)).text
    assert "ssh -L" not in remedy(SSH, plain(K.SILENT)).text


kinds = st.sampled_from(list(P))
words = st.text(st.characters(blacklist_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["-x", "$(id)", "a;b", "`x`"]
)


@given(
    st.sampled_from(list(K)),
    st.sampled_from([HERE, NGROK, QUICK, NAMED, TAILNET, "https://[fe80::1%eth0]:5000", "https://box.a.ts.net"]),
    kinds,
    st.none() | st.builds(Tunnel, kinds, words, st.none() | st.booleans()),
    words,
    st.sampled_from(["", "1016", "1033", "1020", "ERR_NGROK_727"]),
    st.none() | st.sampled_from([302, 401, 403, 502]),
)
def test_every_line_can_be_run_as_it_is_and_no_secret_is_to_be_typed(
    kind: K, url: str, way: P, tunnel: Tunnel | None, interface: str, code: str, status: int | None
) -> None:
    path = over(url, way, tunnel=tunnel, interface=interface)
    found = remedy(path, Failure(kind, "seen", status, tunnel=way, code=code))
    assert found.text[0].isupper()
    assert found.text.endswith(".")
    for command in found.commands:
        lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        assert not {word for word in lexer if set(word) <= set("();<>|&")}
        assert not set("$`\\\n*?~") & set(command)
        assert command.isprintable()
        assert not re.search(r"password|basic-auth|--token", command)
        assert all(not word.startswith("-x") for word in shlex.split(command))
