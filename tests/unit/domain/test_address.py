"""Addresses: what a user may write, what is refused and how, and what an address tells of the path."""

import ipaddress
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui.domain.address import BadAddress, PathKind, is_tailscale, parse_address, safe_ip


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://localhost:5000", "https://localhost:5000"),
        ("  https://localhost:5000/ \n", "https://localhost:5000"),
        ("HTTPS://LocalHost:5000", "https://localhost:5000"),
        ("http://gateway:5001", "http://gateway:5001"),
        ("https://gw.example.com", "https://gw.example.com:443"),
        ("http://gw.example.com", "http://gw.example.com:80"),
        ("https://gw.example.com:", "https://gw.example.com:443"),
        ("https://gw.example.com:1", "https://gw.example.com:1"),
        ("https://gw.example.com:65535", "https://gw.example.com:65535"),
        ("https://192.168.1.20:5000", "https://192.168.1.20:5000"),
        ("https://[::1]:5000", "https://[::1]:5000"),
        ("https://[0:0:0:0:0:0:0:1]:5000", "https://[::1]:5000"),
        ("https://[2001:DB8::7]", "https://[2001:db8::7]:443"),
        ("https://[fe80::1%eth0]:5000", "https://[fe80::1%eth0]:5000"),
        ("https://[fe80::1%25eth0]:5000", "https://[fe80::1%eth0]:5000"),
        ("https://my_host-2.local.:5000", "https://my_host-2.local.:5000"),
        (f"https://{'a.' * 126}b:5000", f"https://{'a.' * 126}b:5000"),
        ("https://xn--mnchen-3ya.example:5000", "https://xn--mnchen-3ya.example:5000"),
    ],
)
def test_what_a_gateways_address_may_look_like(text: str, url: str) -> None:
    address = parse_address(text)
    assert address.url == url
    assert parse_address(address.url) == address


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "does not start with"),
        ("   ", "does not start with"),
        ("localhost", "does not start with"),
        ("localhost:5000", "does not start with"),
        ("//localhost:5000", "does not start with"),
        ("ftp://localhost:5000", "does not start with"),
        ("file:///etc/passwd", "does not start with"),
        ("https:localhost:5000", "names no host"),
        ("https://", "names no host"),
        ("https:///path", "names no host"),
        ("https://:5000", "names no host"),
        ("https://localhost:0", "port 0"),
        ("https://localhost:65536", "is not a URL"),
        ("https://localhost:-1", "is not a URL"),
        ("https://localhost:+5000", "is not a URL"),
        ("https://localhost:5_000", "is not a URL"),
        ("https://localhost:٥٠٠٠", "is not a URL"),
        ("https://localhost:five", "is not a URL"),
        ("https://localhost:5000:5000", "is not a URL"),
        ("https://[::1", "is not a URL"),
        ("https://::1:5000", "is not a URL"),
        ("https://[localhost]:5000", "is not"),
        ("https://[v1.x]:5000", "neither a name nor an IP address"),
        ("https://[::1%$(id)]:5000", "neither a name nor an IP address"),
        ("https://[1:2:3]:5000", "is not"),
        ("https://256.1.1.1:5000", "neither a name nor an IP address"),
        ("https://1.2.3:5000", "neither a name nor an IP address"),
        ("https://127.000.000.001:5000", "neither a name nor an IP address"),
        ("https://..:5000", "neither a name nor an IP address"),
        ("https://a..b:5000", "neither a name nor an IP address"),
        ("https://-v:5000", "neither a name nor an IP address"),
        ("https://$(id):5000", "neither a name nor an IP address"),
        ("https://`id`:5000", "neither a name nor an IP address"),
        ("https://a;b:5000", "neither a name nor an IP address"),
        ("https://a|b:5000", "neither a name nor an IP address"),
        ("https://a%20b:5000", "neither a name nor an IP address"),
        ("https://<host>:5000", "neither a name nor an IP address"),
        (r"https://localhost\x:5000", "neither a name nor an IP address"),
        (f"https://{'a' * 64}:5000", "neither a name nor an IP address"),
        (f"https://{'a.' * 127}b:5000", "neither a name nor an IP address"),
        ("https://münchen.example:5000", "in its xn-- spelling"),
        ("https://local host:5000", "blank or a control character"),
        ("https://local\thost:5000", "blank or a control character"),
        ("https://local\nhost:5000", "blank or a control character"),
        ("https://localhost:5000\x00", "blank or a control character"),
        ("https://\x1b[31mlocalhost:5000", "blank or a control character"),
        ("https://\u202elocalhost:5000", "blank or a control character"),
        ("https://\udc80localhost:5000", "blank or a control character"),
        ("https://localhost:5000/v1/api", "something behind the port"),
        ("https://localhost:5000/sso/Login?x=1", "something behind the port"),
        ("https://localhost:5000?x=1", "something behind the port"),
        ("https://localhost:5000#top", "something behind the port"),
    ],
)
def test_anything_else_is_refused_in_one_printable_line_that_shows_a_good_one(text: str, why: str) -> None:
    with pytest.raises(BadAddress) as caught:
        parse_address(text)
    message = str(caught.value)
    assert why in message
    assert message.isprintable()
    assert "https://localhost:5000" in message


@pytest.mark.parametrize(
    "text",
    [
        "https://trader:s3cret@localhost:5000",
        "https://s3cret@localhost:5000",
        "https://:s3cret@localhost:5000",
        "https://trader:s3cret@",
        "https://trader:s3/cret@localhost:5000",
        "https://trader:s3cret@localhost:0",
        "https://trader:s3cret@localhost:99999",
        "ftp://trader:s3cret@localhost",
        "trader:s3cret@localhost:5000",
        "https://trader:s3cret@local host",
        "https://trader:s3cret\N{FULLWIDTH COMMERCIAL AT}localhost",
    ],
)
def test_credentials_are_refused_and_never_repeated(text: str) -> None:
    with pytest.raises(BadAddress, match="user name or password") as caught:
        parse_address(text)
    assert "s3" not in str(caught.value)
    assert "trader" not in str(caught.value)


def test_a_message_stays_short_whatever_was_given() -> None:
    for text in ("https://" + "x" * 100_000, "x" * 100_000, "https://localhost:" + "9" * 4000):
        with pytest.raises(BadAddress) as caught:
            parse_address(text)
        assert len(str(caught.value)) < 400


SHELL_SAFE = re.compile(r"[A-Za-z0-9._:%-]+", re.ASCII)
near_urls = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["https://", "http://", "HTTPS://", "https:", "", " https://"]),
        st.text(alphabet=st.sampled_from("abz019.-_:[]%$`@/\\ \t\u202eé١"), max_size=12),
        st.sampled_from(["", ":5000", ":0", ":x", ":99999", "]:5000"]),
        st.sampled_from(["", "/", "/v1", "?q", "#f"]),
    ),
)


@given(st.one_of(st.text(), near_urls, near_urls.map(lambda text: text.replace("@", ""))))
@example("https://[fe80::1%25$(reboot)]:5000")
@example("https://\udcff")
def test_any_text_is_an_address_or_a_bad_one(text: str) -> None:
    try:
        address = parse_address(text)
    except BadAddress as error:
        assert str(error).isprintable()  # noqa: PT017 (most texts are refused: raising is one of two good ends)
        return
    assert SHELL_SAFE.fullmatch(address.host)
    assert not address.host.startswith("-")
    assert 1 <= address.port <= 65535
    assert parse_address(address.url) == address


@given(st.ip_addresses(), st.integers(1, 65535))
def test_every_ip_address_can_be_named(ip: ipaddress.IPv4Address | ipaddress.IPv6Address, port: int) -> None:
    host = f"[{ip}]" if ip.version == 6 else str(ip)
    address = parse_address(f"https://{host}:{port}")
    assert ipaddress.ip_address(address.host) == ip
    assert address.port == port


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1%eth0"),
        ("fe80::1%en0.100", "fe80::1%en0.100"),
        ("fe80::1%$(id)", None),
        ("fe80::1%a;b", None),
        ("fe80::1%-v", None),
        ("fe80::1%", None),
        ("fe80::1%" + "a" * 33, None),
        ("host", None),
        ("", None),
    ],
)
def test_an_ip_address_is_safe_on_a_command_line(text: str, safe: str | None) -> None:
    assert safe_ip(text) == safe


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://localhost:5000", PathKind.LOCAL),
        ("https://localhost.:5000", PathKind.LOCAL),
        ("https://gw.localhost:5000", PathKind.LOCAL),
        ("https://127.0.0.1:5000", PathKind.LOCAL),
        ("https://127.8.9.10:5000", PathKind.LOCAL),
        ("https://[::1]:5000", PathKind.LOCAL),
        ("https://192.168.1.20:5000", PathKind.LAN),
        ("https://10.1.2.3:5000", PathKind.LAN),
        ("https://172.16.0.9:5000", PathKind.LAN),
        ("https://169.254.3.4:5000", PathKind.LAN),
        ("https://[fe80::1%eth0]:5000", PathKind.LAN),
        ("https://[fd00::7]:5000", PathKind.LAN),
        ("https://nas.local:5000", PathKind.LAN),
        ("https://gateway:5000", PathKind.LAN),
        ("https://172.32.0.9:5000", PathKind.REMOTE),
        ("https://8.8.8.8:5000", PathKind.REMOTE),
        ("https://[2606:4700::1]:5000", PathKind.REMOTE),
        ("https://gw.example.com", PathKind.REMOTE),
        ("https://localhost.example.com", PathKind.REMOTE),
        ("https://notlocalhost.com", PathKind.REMOTE),
        *(
            (f"https://quiet.{domain}", PathKind.NGROK)
            for domain in ("ngrok-free.app", "ngrok-free.dev", "ngrok.app", "ngrok.dev", "ngrok.io", "ngrok.pizza")
        ),
        ("https://Quiet.EU.NGROK.io.", PathKind.NGROK),
        ("https://ngrok.io", PathKind.REMOTE),
        ("https://evilngrok.io", PathKind.REMOTE),
        ("https://ngrok.io.example.com", PathKind.REMOTE),
        ("https://quiet-river-sample-words.trycloudflare.com", PathKind.CLOUDFLARE),
        ("https://trycloudflare.com.evil.test", PathKind.REMOTE),
        ("https://box.tail1234.ts.net", PathKind.TAILSCALE),
        ("https://nets.net", PathKind.REMOTE),
        ("https://100.64.0.1:5000", PathKind.TAILSCALE),
        ("https://100.127.255.254:5000", PathKind.TAILSCALE),
        ("https://[fd7a:115c:a1e0::1]:5000", PathKind.TAILSCALE),
        ("https://[fd7a:115c:a1e0:ab12::53]:5000", PathKind.TAILSCALE),
        ("https://[fd7a:115c:a1e1::1]:5000", PathKind.LAN),
        ("https://100.63.255.255:5000", PathKind.REMOTE),
        ("https://100.128.0.0:5000", PathKind.REMOTE),
    ],
)
def test_the_kind_of_path_and_whether_it_stays_on_this_machine(url: str, kind: PathKind) -> None:
    address = parse_address(url)
    assert address.kind is kind
    assert address.loopback is (kind is PathKind.LOCAL)


@given(st.ip_addresses(network="100.64.0.0/10"))
@example(ipaddress.ip_address("100.115.91.255"))
@example(ipaddress.ip_address("100.115.92.0"))
@example(ipaddress.ip_address("100.115.93.255"))
@example(ipaddress.ip_address("100.115.94.0"))
def test_tailscales_range_leaves_out_the_containers_of_chromeos(ip: ipaddress.IPv4Address) -> None:
    of_chromeos = ip in ipaddress.ip_network("100.115.92.0/23")
    assert is_tailscale(str(ip)) is not of_chromeos
    assert (parse_address(f"https://{ip}:5000").kind is PathKind.TAILSCALE) is not of_chromeos


@pytest.mark.parametrize("host", ["box.ts.net", "", "fd7a:115c:a1e0::1%", "100.64.0", "::ffff:8.8.8.8"])
def test_what_is_no_address_of_tailscales_is_none(host: str) -> None:
    assert is_tailscale(host) is (host == "fd7a:115c:a1e0::1%")


@pytest.mark.parametrize(
    ("url", "quick"),
    [
        ("https://quiet-river.trycloudflare.com", True),
        ("https://Quiet-River.TryCloudflare.com.:443", True),
        ("https://trycloudflare.com", False),
        ("https://mytrycloudflare.com", False),
        ("https://gw.example.com", False),
        ("https://quiet.ngrok-free.app", False),
    ],
)
def test_a_quick_tunnel_is_known_by_its_name(url: str, quick: bool) -> None:
    assert parse_address(url).quick_tunnel is quick


@pytest.mark.parametrize("kind", list(PathKind))
def test_every_kind_has_words_and_goes_one_way_at_most(kind: PathKind) -> None:
    assert kind.words
    assert not (kind.by_edge and kind.forwarded)
    assert kind.by_edge is (kind in {PathKind.NGROK, PathKind.CLOUDFLARE})
    assert kind.forwarded is (kind in {PathKind.SSH, PathKind.FRP})
