"""Verdicts on the way: the tunnel told from the gateway, by the way's kind, its agent, and the marks on answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.broken_ways import FORWARD, HERE, NAMED, NGROK, QUICK, TAILNET, failing, marked, over, plain
from tests.support.states import NOW
from tui.domain.address import PathKind
from tui.domain.broken_way import Broken, broken_way
from tui.domain.failure import Failure, FailureKind
from tui.domain.path import PathState
from tui.domain.tunnel import Tunnel
from tui.domain.verdict import VerdictName, verdict
from tui.domain.way import ToldBy

K, P, V = FailureKind, PathKind, VerdictName
SSH = over(HERE, P.SSH, ToldBy.REMEMBERED, forward=FORWARD)
DOWN = Tunnel(P.TAILSCALE, "tailscale", up=False, down_because="NeedsLogin")
UP = Tunnel(P.TAILSCALE, "tailscale", up=True)
UNTOLD = Tunnel(P.TAILSCALE, "tailscale", up=None)


@pytest.mark.parametrize(
    ("path", "failure", "name", "words"),
    [
        # The four ends of `ssh -L`.
        (SSH, plain(K.REFUSED), V.TUNNEL_DOWN, "The ssh tunnel is down: nothing listens on port 5000 here any more."),
        (SSH, plain(K.TLS_TIMEOUT), V.TUNNEL_DOWN, "The ssh tunnel hangs"),
        (SSH, plain(K.CUT), V.GATEWAY_DOWN, "The ssh tunnel stands, but on its far side no gateway answers."),
        (SSH, plain(K.SILENT), V.BACKEND_HUNG, "gets no answer from IBKR"),
        (over(HERE, P.SSH), plain(K.REFUSED), V.TUNNEL_DOWN, "nothing listens on port 5000 here."),
        (over(NAMED, P.FRP), plain(K.REFUSED), V.TUNNEL_DOWN, "frp tunnel is down: nothing listens on port 443 of gw."),
        (over(HERE, P.FRP), plain(K.CUT), V.GATEWAY_DOWN, "The frp tunnel stands"),
        # Without anything that says ssh, it is the gateway's port.
        (over(HERE), plain(K.REFUSED), V.GATEWAY_DOWN, "Nothing answers at localhost port 5000."),
        (over(HERE, P.LOCAL, ToldBy.OWNER), plain(K.REFUSED), V.GATEWAY_DOWN, "Nothing answers"),
        (over(HERE), plain(K.TLS_TIMEOUT), V.UNREACHABLE, "takes the connection, and says nothing"),
        (over(NAMED), plain(K.TLS_TIMEOUT), V.UNREACHABLE, "network or firewall"),
        # An agent here knows better than a request that came to nothing.
        (over(TAILNET, P.TAILSCALE, tunnel=DOWN), plain(K.CONNECT_TIMEOUT), V.TUNNEL_DOWN, "this machine: NeedsLogin."),
        (over(TAILNET, P.TAILSCALE, tunnel=DOWN), plain(K.SILENT), V.TUNNEL_DOWN, "Tailscale is not connected"),
        (over(TAILNET, P.TAILSCALE, tunnel=DOWN), plain(K.DENIED, 404), V.DENIED, "allow list"),
        (over(TAILNET, P.TAILSCALE, tunnel=UP), plain(K.CONNECT_TIMEOUT), V.UNREACHABLE, "over Tailscale"),
        (over(TAILNET, P.TAILSCALE, tunnel=UNTOLD), plain(K.REFUSED), V.GATEWAY_DOWN, "Nothing answers"),
        (over(TAILNET), plain(K.CONNECT_TIMEOUT), V.UNREACHABLE, "over Tailscale: its network, or a firewall"),
        (over("https://10.9.0.1:5000", P.WIREGUARD), plain(K.CONNECT_TIMEOUT), V.UNREACHABLE, "over the VPN"),
        # Marks.
        (over(NGROK), marked(K.TUNNEL_DOWN, P.NGROK, "ERR_NGROK_3200", 404), V.TUNNEL_DOWN, "no agent serves"),
        (over(NGROK), marked(K.TUNNEL_DOWN, P.NGROK, "ERR_NGROK_3210"), V.TUNNEL_DOWN, "can't hand requests"),
        (over(NGROK), marked(K.TUNNEL_DOWN, P.NGROK, "ERR_NGROK_9", 500), V.TUNNEL_DOWN, "in its place (ERR_NGROK_9)"),
        (over(NGROK), marked(K.NOTHING_BEHIND, P.NGROK, "ERR_NGROK_8012"), V.GATEWAY_DOWN, "The ngrok tunnel stands"),
        (over(NGROK), marked(K.UPSTREAM_SCHEME, P.NGROK, "ERR_NGROK_3004"), V.WRONG_SCHEME, "speaks http to"),
        (over(NGROK), marked(K.TUNNEL_LIMITED, P.NGROK, "ERR_NGROK_727"), V.TUNNEL_DENIED, "until the month is over"),
        (over(NGROK), marked(K.TUNNEL_LIMITED, P.NGROK, "ERR_NGROK_702"), V.TUNNEL_DENIED, "for now"),
        (over(NGROK), marked(K.TUNNEL_DENIED, P.NGROK, "ERR_NGROK_6024", 200), V.TUNNEL_DENIED, "for browsers"),
        (over(NGROK), marked(K.TUNNEL_DENIED, P.NGROK, "", 401), V.TUNNEL_DENIED, "user name and password"),
        (over(NGROK), marked(K.TUNNEL_DENIED, P.NGROK, "", 302), V.TUNNEL_DENIED, "ngrok wants a login"),
        (over(NAMED), marked(K.TUNNEL_DOWN, P.CLOUDFLARE, "1033", 530), V.TUNNEL_DOWN, "no cloudflared is connected"),
        (over(NAMED), marked(K.TUNNEL_DOWN, P.CLOUDFLARE, "1016", 530), V.TUNNEL_DOWN, "gw.example.com leads to none"),
        (over(NAMED), marked(K.NOTHING_BEHIND, P.CLOUDFLARE, "502"), V.GATEWAY_DOWN, "The Cloudflare Tunnel stands"),
        (over(NAMED), marked(K.TUNNEL_DENIED, P.CLOUDFLARE, "", 302), V.TUNNEL_DENIED, "Cloudflare Access"),
        (over(NAMED), marked(K.TUNNEL_DENIED, P.CLOUDFLARE, "", 401), V.TUNNEL_DENIED, "Cloudflare Access"),
        (over(NAMED), marked(K.TUNNEL_DENIED, P.CLOUDFLARE, "1020", 403), V.TUNNEL_DENIED, "refuses cpwatch (1020)"),
        (over(NAMED), marked(K.SILENT, P.CLOUDFLARE, "524", 524), V.BACKEND_HUNG, "gets no answer from IBKR"),
        (over(QUICK), marked(K.TUNNEL_DOWN, P.CLOUDFLARE, "", None), V.TUNNEL_DOWN, "The quick tunnel is gone"),
        (over(QUICK), plain(K.UNRESOLVED), V.UNREACHABLE, "Cloudflare's servers can't be reached"),
        (over(NGROK), plain(K.CONNECT_TIMEOUT), V.UNREACHABLE, "ngrok's servers can't be reached"),
        (over(NGROK), plain(K.CUT), V.UNREACHABLE, "ngrok's servers can't be reached"),
        (over(NAMED, P.CLOUDFLARE), plain(K.REFUSED), V.UNREACHABLE, "Cloudflare's servers can't be reached"),
        # A password under a name of the user's own is the tunnel's where the way is said to be one.
        (over(NAMED, P.NGROK), plain(K.NOT_A_GATEWAY, 401), V.TUNNEL_DENIED, "asks for a user name and password"),
        (over(NAMED, P.NGROK), plain(K.NOT_A_GATEWAY, 404), V.NOT_A_GATEWAY, "no gateway"),
        (over(NAMED), plain(K.NOT_A_GATEWAY, 401), V.NOT_A_GATEWAY, "no gateway"),
    ],
)
def test_where_the_way_is_broken(path: PathState, failure: Failure, name: VerdictName, words: str) -> None:
    found = verdict(failing(path, failure), NOW)
    assert found.name is name
    assert words in found.summary
    assert found.seen == failure.evidence
    assert found.remedy is not None
    assert found.summary.endswith(".")
    assert ".." not in found.summary


MARKS = (K.TUNNEL_DOWN, K.TUNNEL_DENIED, K.TUNNEL_LIMITED, K.NOTHING_BEHIND, K.UPSTREAM_SCHEME)


@given(
    st.sampled_from(list(K)),
    st.sampled_from([HERE, NGROK, QUICK, NAMED, TAILNET]),
    st.none() | st.sampled_from(list(P)),
    st.sampled_from(list(ToldBy)),
    st.none() | st.builds(Tunnel, st.sampled_from(list(P)), st.text(max_size=9), st.none() | st.booleans()),
    st.none() | st.sampled_from([200, 302, 401, 403, 404, 502, 530]),
    st.sampled_from(["", "1016", "1033", "ERR_NGROK_727"]),
)
def test_on_every_way_every_failure_is_told_in_a_sentence(
    kind: K, url: str, way: P | None, told_by: ToldBy, tunnel: Tunnel | None, status: int | None, code: str
) -> None:
    path = over(url, way, told_by, tunnel=tunnel)
    by = path.kind if kind in MARKS else None
    failure = Failure(kind, "seen", status, tunnel=by, code=code if by else "")
    broken = broken_way(failure, path)
    found = verdict(failing(path, failure), NOW)
    assert found.remedy is not None
    assert found.summary.endswith(".")
    assert "None" not in f"{found.summary} {found.remedy.text} {found.remedy.commands}"
    if broken is not None:
        assert found.name is broken.verdict
    assert (broken is not None) or kind not in MARKS
    # What the gateway or IBKR said stays theirs, whatever the way's agent says.
    if kind in {K.DENIED, K.BACKEND, K.NO_LOGIN, K.RATE_LIMITED, K.MISCONFIGURED, K.EDGE_DENIED, K.NO_BRIDGE}:
        assert broken is None


@pytest.mark.parametrize("broken", list(Broken))
def test_a_broken_way_is_one_of_five_verdicts(broken: Broken) -> None:
    assert broken.verdict in {V.TUNNEL_DOWN, V.TUNNEL_DENIED, V.GATEWAY_DOWN, V.WRONG_SCHEME, V.UNREACHABLE}
