"""What is masked for a bundle: secrets, names, ids and public addresses, and what is left as it is."""

import base64
import ipaddress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.doctor.bundled_settings import masked_file, masked_in_force
from tui.doctor.log_lines import known_lines
from tui.doctor.masks import Masks, secrets_in

WITHIN = ("10.1.2.3", "172.16.0.9", "192.168.1.20", "127.0.0.1", "169.254.3.4", "100.100.3.4", "0.0.0.0")


@pytest.mark.parametrize("ip", [*WITHIN, "::1", "fe80::1", "fd7a:115c:a1e0::5", "::ffff:192.168.1.20"])
def test_an_address_within_a_house_stays(ip: str) -> None:
    assert (
        Masks().text(f"ipv4 address {ip} is forbidden, [{ip}]:5000") == f"ipv4 address {ip} is forbidden, [{ip}]:5000"
    )


@pytest.mark.parametrize(
    "text",
    [
        "ipv4 address 203.0.113.77 is forbidden",
        "ssh -L 5000:203.0.113.77:5000 someone@203.0.113.77.",
        "https://203.0.113.77:5000/x",
        '{"ip":203.0.113.77}',
        "peer [2001:db8::77:1]:443",
        "2a02:8070:a1b2::77",
        "::ffff:203.0.113.77",
        "deny 203.0.113.*",
        "203.0.113.77/24",
        "https://quiet-river-77.ngrok-free.app",
        "quiet-77.trycloudflare.com, box-77.tail1234.ts.net",
        "https://gw-77.example.com:8443",
        "ssh someone@gw-77.example.com",
        "tcp://77.tcp.ngrok.io:1234",
    ],
)
def test_an_address_on_the_internet_is_numbered_or_stays_where_it_is_wanted(text: str) -> None:
    masked = Masks().text(text)
    assert "77" not in masked
    assert "203.0" not in masked
    assert "address-1" in masked
    assert Masks(addresses=True).text(text) == text


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_stays_only_where_it_leads_nowhere_outside(ip: ipaddress.IPv4Address) -> None:
    kept = str(ip) in Masks().text(f"from {ip}, port 5000")
    assert not kept or not ip.is_global or ip.is_multicast


def test_the_same_address_and_account_look_the_same_everywhere() -> None:
    masks = Masks(ids=("X9",))
    first, second = masks.text("8.8.8.8 1.1.1.1 DU1234567 X9"), masks.text("1.1.1.1 DU1234567 8.8.8.8 X9")
    assert first == "address-1 address-2 DU•••567 account-1"
    assert second == "address-2 DU•••567 address-1 account-1"
    assert masks.text(first) == first


@pytest.mark.parametrize(
    "text", ["https://localhost:5000", "at 14:03:22, version 5.3.2", "https://api.ibkr.com", "root/conf.yaml"]
)
def test_what_is_everybodys_stays(text: str) -> None:
    assert Masks(user="root", home=Path("/root")).text(text) == text


def test_the_gateways_own_public_name_is_masked_without_a_scheme() -> None:
    masks = Masks(hosts=("gw.example.com", "localhost", "192.168.1.20"))
    assert masks.text("gw.example.com port 5000, not xgw.example.com; localhost; 192.168.1.20") == (
        "address-1 port 5000, not xgw.example.com; localhost; 192.168.1.20"
    )


def test_a_person_is_not_named() -> None:
    masks = Masks(user="jsmith", home=Path("/srv/people/jsmith"), names=("The Smiths",))
    unix, windows = "/home/{}/x", "C:{0}Users{0}{{}}{0}y".format("\\")
    text = f"/srv/people/jsmith/gw {unix.format('other')} {windows.format('Jane Doe')}; jsmith@box; the smiths' title"
    assert masks.text(text) == f"~/gw {unix.format('•••')} {windows.format('•••')}; •••@box; •••' title"


def test_secrets_are_found_by_their_variables_names_and_within_basic_auth() -> None:
    basic = "Basic " + base64.b64encode(b"someone:hunter22").decode()
    found = secrets_in(
        {"NGROK_AUTHTOKEN": "2abcDEF", "MY_PASSWORD": "true", "TERM": "xterm-256color"}, basic, "sh4red!"
    )
    masks = Masks(secrets=found)
    text = f"2abcDEF true xterm-256color {basic} {basic[6:]} hunter22 sh4red! 2ABCdef"
    assert masks.text(text) == "••• true xterm-256color ••• ••• ••• ••• •••"


def test_values_are_masked_at_any_depth() -> None:
    masks = Masks(secrets=("hunter22",))
    assert masks.value({"a": ["DU1234567", {"hunter22": ("hunter22", 1.5, None, True)}]}) == {
        "a": ["DU•••567", {"•••": ["•••", 1.5, None, True]}]
    }


SETTINGS = """\
# my password is hunter22
schema = 1  # hunter22
profile = "box"
theme = "hunter 22"
[profiles.box]
url = "https://localhost:5000"   # the one
title = "hunter22"
hide_accounts = ["U1234567", "hunter22"]
token = "hunter22"
keep_alve = true
region = 'US'
url = "https://me:hunter22@box/hunter22"
intervals = { auth = 5, note = "hunter22" }
hunter22
[alerts]
rules = ["down", "hunter22"]
gap = 200
command = ["hunter22"]
urls = ["env:MAIL", "keyring:cpwatch/hunter22"]
[profiles.box.path.headers]
X-Guard = "env:GUARD"
X-Other = "keyring:service/hunter22"
X-Wrong = "hunter22"
[profiles."hunter22"]
note = \"\"\"
hunter22
ca = "x"
\"\"\"
[keys]
quit = ["q", "ctrl+q"]
help = "hunter22 is far too long for a key"
# url = "https://localhost:5000"
"""


def test_of_the_settings_file_stays_what_can_be_no_secret() -> None:
    kept = masked_file(SETTINGS).split("\n")
    assert "hunter22" not in "\n".join(kept)
    assert "hunter 22" not in "\n".join(kept)
    assert len(kept) == len(SETTINGS.split("\n"))
    assert kept[:8] == [
        "# •••",
        "schema = 1  # •••",
        'profile = "box"',
        'theme = "•••"',
        "[profiles.box]",
        'url = "https://localhost:5000"  # •••',
        "title = •••",
        'hide_accounts = ["U•••567", "•••"]',
    ]
    assert 'X-Guard = "env:GUARD"' in kept
    assert 'rules = ["down", "•••"]' in kept
    assert 'urls = ["env:MAIL", "keyring:•••"]' in kept
    assert "gap = 200" in kept
    assert 'X-Other = "keyring:•••"' in kept
    assert 'quit = ["q", "ctrl+q"]' in kept
    assert '# url = "https://localhost:5000"' in kept  # as `cpwatch config init` writes it


@given(st.text(max_size=80))
def test_no_line_of_settings_keeps_an_unknown_text(noise: str) -> None:
    text = f'secret_thing = "s3cr3t!"\nnote = {noise}\n{noise} = "s3cr3t!"'
    assert "s3cr3t!" not in masked_file(text).replace('ca = "s3cr3t!"', "")  # the one key that takes any text


def test_what_is_in_force_has_no_titles_and_no_names() -> None:
    told = {
        "settings": {
            "title": {"value": "The Smiths", "source": "file"},
            "path.basic_auth.user": {"value": "jsmith"},
            "path.basic_auth.password": {"value": "keyring:x/jsmith"},
            "path.headers.X-Guard": {"value": "env:GUARD"},
            "hide_accounts": {"value": ["U•••567", "odd"]},
            "url": {"value": "https://localhost:5000"},
            "ca": {"value": None},
            "alerts.command": {"value": ["notify-jsmith"]},
            "alerts.urls": {"value": ["env:MAIL", "keyring:x/jsmith"]},
            "alerts.gap": {"value": 180.0},
        }
    }
    settings = masked_in_force(told)["settings"]
    assert isinstance(settings, dict)
    assert {key: each["value"] for key, each in settings.items()} == {
        "title": "•••",
        "path.basic_auth.user": "•••",
        "path.basic_auth.password": "keyring:•••",
        "path.headers.X-Guard": "env:GUARD",
        "hide_accounts": ["U•••567", "•••"],
        "url": "https://localhost:5000",
        "ca": None,
        "alerts.command": "•••",
        "alerts.urls": ["env:MAIL", "keyring:•••"],
        "alerts.gap": 180.0,
    }


LOG = """\
17:33:48.465 INFO  main GatewayStart         : config ../root/conf.yaml !!ibgroup.Config {sslPwd: hunter22}
sslPwd: hunter22
  - hunter22
17:36:58.208 ERROR vert.x-eventloop-thread-0 IPv4Validator        : ipv4 address 8.8.8.8 is forbidden
17:41:07.397 ERROR vert.x-eventloop-thread-0 IPv4Validator        : invalidate ip address localhost
17:47:07.240 INFO  vert.x-eventloop-thread-0 BaseServiceProxy     : -> GET /v1/api/iserver/auth/status,401|2ms
17:47:08.240 INFO  vert.x-eventloop-thread-0 BaseServiceProxy     : -> GET /v1/api/x?session=hunter22,200|2ms
17:48:00.000 DEBUG vert.x-eventloop-thread-1 CookieJar            : Cookie: XYZAB=hunter22
17:49:00.000 ERROR vert.x-eventloop-thread-1 DeploymentManager    : Address already in use
-> POST /v1/api/tickle
<- 200 POST /v1/api/tickle {"session":"hunter22","accountTitle":"The Smiths"}
uri /v1/api/portfolio/accounts?x=hunter22 failed
java.net.UnknownHostException: hunter22
	at hunter22.Thing(Thing.java:12)
"""


def test_of_a_log_stay_lines_of_known_kinds() -> None:
    assert known_lines(LOG).splitlines() == [
        "17:33:48.465 INFO  GatewayStart: config ../root/conf.yaml •••",
        "(2 left out)",
        "17:36:58.208 ERROR IPv4Validator: ipv4 address 8.8.8.8 is forbidden",
        "17:41:07.397 ERROR IPv4Validator: invalidate ip address localhost",
        "17:47:07.240 INFO  BaseServiceProxy: -> GET /v1/api/iserver/auth/status,401|2ms",
        "17:47:08.240 INFO  BaseServiceProxy: -> GET /v1/api/x,200|2ms",
        "17:48:00.000 DEBUG CookieJar: •••",
        "17:49:00.000 ERROR DeploymentManager: Address already in use",
        "-> POST /v1/api/tickle",
        "<- 200 POST /v1/api/tickle",
        "uri /v1/api/portfolio/accounts failed",
        "java.net.UnknownHostException",
        "(1 left out)",
    ]


@given(st.lists(st.text(max_size=60), max_size=30))
def test_a_log_of_anything_at_all_is_marks(noise: list[str]) -> None:
    text = "\n".join(f"x{each} s3cr3t" for each in noise)
    assert "s3cr3t" not in known_lines(text)
