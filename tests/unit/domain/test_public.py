"""Under which addresses the gateway is to be had from outside, and which of those a look may ask."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import path_states
from tests.support.parts import NOW
from tests.support.path_states import CLOUDFLARED, EVERYWHERE, FUNNEL_ON, NGROK, NGROK_AGENT, QUICK, QUICK_TUNNEL
from tui.domain.address import PathKind, parse_address
from tui.domain.path import PathState
from tui.domain.public import PublicUrl, internet_urls, leading_here, public_urls, standing, tunnel_urls
from tui.domain.stamped import Stamped
from tui.domain.tunnel import Tunnel
from tui.domain.way import ToldBy, Way

HERE = PathState(parse_address("https://localhost:5000"))
SERVE = Tunnel(PathKind.TAILSCALE, "box", True, "https://box.tail1234.ts.net", leads_here=True)


def test_each_address_of_a_tunnel_that_leads_here_once() -> None:
    elsewhere = replace(NGROK_AGENT, public_url="https://other.ngrok.app", leads_here=False)
    twice = replace(NGROK_AGENT, name="again", public_url=f"{NGROK.upper()}/")
    path = replace(HERE, tunnels=(CLOUDFLARED, NGROK_AGENT, twice, elsewhere))
    assert public_urls(path) == (PublicUrl(QUICK, PathKind.CLOUDFLARE), PublicUrl(NGROK, PathKind.NGROK))


def test_our_own_ways_address_is_asked_but_is_none_that_an_agent_here_tells_of() -> None:
    path = path_states.by_ngrok().path
    assert internet_urls(path) == (NGROK,)
    assert tunnel_urls(path) == ()


def test_our_own_ways_tunnel_comes_first_and_once() -> None:
    path = replace(path_states.by_cloudflare().path, tunnels=(NGROK_AGENT, CLOUDFLARED))
    assert leading_here(path) == (CLOUDFLARED, NGROK_AGENT)
    assert internet_urls(path) == (QUICK, NGROK)


@pytest.mark.parametrize(
    ("tunnel", "internet"),
    [
        (SERVE, ()),
        (replace(SERVE, findings=(FUNNEL_ON,)), (SERVE.public_url,)),
        (replace(NGROK_AGENT, public_url="tcp://0.tcp.ngrok.io:17301"), ()),
        (replace(NGROK_AGENT, public_url="https://[oops"), ()),
        (replace(NGROK_AGENT, public_url="http://a.ngrok.io:80/"), ("http://a.ngrok.io",)),
        (replace(NGROK_AGENT, public_url=None), ()),
    ],
)
def test_only_what_the_internet_reaches_over_http_is_asked(tunnel: Tunnel, internet: tuple[str, ...]) -> None:
    path = replace(HERE, tunnels=(tunnel,))
    assert internet_urls(path) == internet
    assert len(public_urls(path)) == (tunnel.public_url is not None)


@pytest.mark.parametrize("url", ["https://gw.example.net", "https://192.168.1.20:5000", "https://100.101.1.2:5000"])
def test_a_remote_hosts_own_address_is_never_asked(url: str) -> None:
    assert public_urls(PathState(parse_address(url))) == ()


def test_a_name_of_ones_own_is_asked_once_the_way_is_known_to_lead_through_an_edge() -> None:
    path = PathState(parse_address("https://gw.example.net"))
    way = Stamped(Way(PathKind.CLOUDFLARE, ToldBy.ANSWER), NOW)
    assert internet_urls(replace(path, way=way)) == ("https://gw.example.net",)


def test_findings_stand_the_gravest_first_and_each_once() -> None:
    tunnels = (CLOUDFLARED, replace(SERVE, findings=(FUNNEL_ON, QUICK_TUNNEL)))
    path = replace(HERE, findings=(EVERYWHERE, QUICK_TUNNEL), tunnels=tunnels)
    assert standing(path) == (FUNNEL_ON, EVERYWHERE, QUICK_TUNNEL)
    assert standing(HERE) == ()


@given(st.one_of(st.text(max_size=60), st.from_regex(r"(https?|tcp)://[^\n]{0,40}", fullmatch=True)))
def test_whatever_an_agent_tells_what_is_asked_is_an_origin(url: str) -> None:
    path = replace(HERE, tunnels=(replace(CLOUDFLARED, public_url=url),))
    for each in internet_urls(path):
        assert public_urls(path) == (PublicUrl(each, PathKind.CLOUDFLARE),)
        assert parse_address(each).url.startswith(("http://", "https://"))
