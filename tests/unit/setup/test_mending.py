"""What can be mended on the way: every mending makes its finding go, and touches nothing that it does not name."""

from pathlib import Path

import pytest

from tui.setup.context import Context
from tui.setup.edit import Edited, edited
from tui.setup.judge import Judgement, judge
from tui.setup.mending import Mending, change_with, hides, mendings

FOLDER = Path(__file__).parents[2] / "data" / "conf"
FILES = sorted(FOLDER.glob("*.yaml"))
TAKEN = Context(port_in_use=lambda port: port == 5000)
AIRPLAY = Context(macos=True)
LINES = {
    "port-range": "listenPort: 70000",
    "port-random": "listenPort: 0",
    "port-privileged": "listenPort: 443",
    "plain-http": "listenSsl: false",
    "cors": "cors: {origin.allowed: '*', allowCredentials: true}",
    "proxy-host": "proxyRemoteHost: null",
    "proxy-host-unknown": "proxyRemoteHost: 'https://example.net'",
    "proxy-websocket": "proxyRemoteHost: 'https://api.ibkr.com/'",
    "portal-base-url": "portalBaseURL:",
    "environment": "svcEnvironment: '('",
    "keystore": "sslCert: ''",
    "unknown-key": "listenHost: 127.0.0.1",
}
SOUND = {
    "proxyRemoteHost": "proxyRemoteHost: 'https://api.ibkr.com'",
    "portalBaseURL": "portalBaseURL: ''",
    "cors": "cors: {origin.allowed: 'https://localhost:5000', allowCredentials: false}",
    "ips": "ips: {allow: [127.0.0.1], deny: [255.255.255.255]}",
}


def mended(data: bytes, judged: Judgement, *chosen: Mending) -> Judgement:
    """What the gateway makes of the file with these mended."""
    change = change_with(chosen, judged.conf, ("127.0.0.1",), ("255.255.255.255",))
    made = edited(data, change)
    assert isinstance(made, Edited), made
    return made.judged


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_all_that_is_offered_can_be_done_and_leaves_nothing_of_its_kind(file: Path) -> None:
    data = file.read_bytes()
    judged = judge(data)
    found = mendings(data, judged, 5001)
    assert len({each.id for each in found}) == len(found)
    if hides(judged):
        assert found == ()
        return
    assert mendings(data, mended(data, judged, *found), 5001) == () or not found
    assert mended(data, judged, *found).listens


@pytest.mark.parametrize(("finding", "line"), LINES.items(), ids=LINES)
def test_each_mending_makes_its_own_finding_go(finding: str, line: str) -> None:
    sound = [each for key, each in SOUND.items() if not line.startswith(key)]
    data = "\n".join([*sound, line, ""]).encode()
    judged = judge(data)
    assert finding in {each.id for each in judged.findings}
    (one,) = [each for each in mendings(data, judged, 5001) if each.finding.id == finding]
    assert finding not in {each.id for each in mended(data, judged, one).findings}


@pytest.mark.parametrize("context", [TAKEN, AIRPLAY])
def test_a_port_that_another_has_is_left_for_a_free_one(context: Context) -> None:
    data = (FOLDER / "careful.yaml").read_bytes()
    judged = judge(data, context)
    assert mendings(data, judged, None) == ()
    (one,) = mendings(data, judged, 5003)
    assert one.settings == {"listenPort": 5003}
    assert one.does == "writes `listenPort: 5003`"
    assert mended(data, judged, one).conf.listen_port == 5003


def test_the_page_that_may_read_is_the_gateways_own_under_its_new_address() -> None:
    data = (
        b"listenPort: 0\nlistenSsl: false\n" + "\n".join(each for key, each in SOUND.items() if key != "cors").encode()
    )
    judged = judge(data)
    found = mendings(data, judged, None)
    change = change_with(found, judged.conf, (), ())
    assert change.settings["cors.origin.allowed"] == "https://localhost:5000"
    only = [each for each in found if "cors.origin.allowed" in each.settings]
    assert change_with(only, judged.conf, (), ()).settings == {"cors.origin.allowed": "http://localhost:0"}


def test_a_list_of_pages_becomes_one_expression_for_them() -> None:
    data = (FOLDER / "cors-list.yaml").read_bytes()
    (one,) = mendings(data, judge(data))
    assert one.settings == {"cors.origin.allowed": "http://localhost:3000|http://localhost:8080"}
    odd = data.replace(b"8080", b"(8080|9090)")
    assert mendings(odd, judge(odd)) == ()


def test_hostile_names_are_taken_out_whole_and_shown_harmlessly() -> None:
    data = b'"a\\e[31m\\u202e": 1\nunknown: 2\n'
    found = mendings(data, judge(data), None)
    taken = [each for each in found if each.removed]
    assert [each.removed for each in taken] == [("a\x1b[31m\u202e",), ("unknown",)]
    assert all(each.does.isprintable() for each in taken)


@pytest.mark.parametrize("data", [b"", b"- 1\n", b"a: [", b"\xe9: 1", b"a:\n\t- b", b"--- 1\n--- 2\n"])
def test_a_file_that_can_not_be_read_hides_what_is_in_it(data: bytes) -> None:
    assert hides(judge(data))
    assert [each for each in mendings(data, judge(data), 5001) if each.removed] == []
