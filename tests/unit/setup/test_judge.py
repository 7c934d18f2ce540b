"""What is said of whole files: of the kinds that people have, of their parts, and of the machine around them."""

import hashlib
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.setup.context import Context
from tui.setup.finding import Finding, Severity
from tui.setup.judge import Judgement, judge
from tui.setup.meaning import opens

GOLDEN = Path(__file__).parents[2] / "data" / "conf"
Change = Callable[[str], bytes]
CLIENTS = ("127.0.0.1", "192.168.1.5", "10.1.2.3", "8.8.8.8", "127.0.0.1")
CAREFUL = (GOLDEN / "careful.yaml").read_text("utf-8")


def found(judged: Judgement, least: Severity = Severity.WARN) -> list[str]:
    """`id:line` of what is more than a note, in order."""
    kinds = list(Severity)[: list(Severity).index(least) + 1]
    return [f"{each.id}:{each.line}" for each in judged.findings if each.severity in kinds]


def only(judged: Judgement, name: str) -> Finding:
    """The one finding of that id."""
    (finding,) = [each for each in judged.findings if each.id == name]
    return finding


# The answers are the real program's; A allowed, D denied, E 500, - no gateway.
@pytest.mark.parametrize(
    ("name", "answers", "everyone", "ids"),
    [
        ("shipped", "AADDA", False, ["cors-any:19", "public-range:26", "public-range:27"]),
        (
            "container",
            "AAADA",
            False,
            ["cors-any:None", "public-range:14", "public-range:15", "placeholder:18", "deny-everyone:21"],
        ),
        (
            "guide-sample",
            "-----",
            False,
            ["unknown-key:8", "proxy-host:5", "portal-base-url:None", "open-to-everyone:1", "cors-any:None"],
        ),
        (
            "cidr-without-deny",
            "AAAAA",
            True,
            ["open-to-everyone:7", "cors-any:None", "plain-http:5", "cidr:10", "cidr:11", "cidr:12"],
        ),
        ("star-without-deny", "AAAAA", True, ["open-to-everyone:4", "cors-any:None", "plain-http:2", "star:5"]),
        ("deny-alone", "AAAAA", True, ["open-to-everyone:4", "cors-any:None", "plain-http:2"]),
        ("empty-deny", "AAAAA", True, ["open-to-everyone:8", "cors-any:None", "public-range:6"]),
        ("old-upstream", "AADDA", False, ["portal-base-url:None", "cors-any:11", "public-range:15", "public-range:16"]),
        ("second-allow", "DDDDD", False, ["cors-any:None", "loopback:4", "duplicate-key:10", "public-range:11"]),
        ("flow", "AADDA", False, ["cors-any:1", "public-range:1", "public-range:1"]),
        ("cors-list", "-----", False, ["cors:6"]),
        ("any-address", "AAADA", False, ["cors-any:None", "public-range:7", "public-range:11"]),
        ("star", "-----", False, ["yaml-star:5"]),
        ("stale-deny", "ADDDD", False, ["stale-deny:7", "cors-any:None"]),
        ("nested", "AAAAA", True, ["open-to-everyone:None", "ignored-key:6"]),
        ("wrong-case", "-----", False, ["unknown-key:3", "unknown-key:4", "open-to-everyone:None", "cors-any:None"]),
        ("careful", "AADDA", False, []),
        (
            "numbers",
            "AEEEA",
            False,
            ["not-text:7", "not-text:8", "not-text:9", "not-text:10", "cors-any:None", "port-privileged:3"],
        ),
        ("plain-upstream", "-----", False, ["proxy-host:1", "cors-any:None"]),
    ],
)
def test_files_that_people_have(name: str, answers: str, everyone: bool, ids: list[str]) -> None:
    judged = judge((GOLDEN / f"{name}.yaml").read_bytes())
    words = {"allowed": "A", "denied": "D", "error": "E", "no_gateway": "-"}
    assert "".join(words[each] for each in judged.decide_all(CLIENTS)) == answers
    assert judged.open_to_everyone is everyone
    assert sorted(found(judged)) == sorted(ids)
    order = [list(Severity).index(each.severity) for each in judged.findings]
    assert order == sorted(order)


def test_every_golden_file_is_judged_above() -> None:
    (cases,) = [mark.args[1] for mark in test_files_that_people_have.pytestmark]  # type: ignore[attr-defined]
    assert {case[0] for case in cases} == {path.stem for path in GOLDEN.glob("*.yaml")}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r\n", 5).encode(),
        lambda text: text.rstrip("\n").encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: ("---\n" + text).encode(),
    ],
    ids=["crlf", "mixed", "no final newline", "mark", "utf-16", "document start"],
)
def test_the_same_file_saved_in_another_way_is_judged_the_same(change: Change) -> None:
    text = (GOLDEN / "shipped.yaml").read_text("utf-8")
    plain, changed = judge(text.encode()), judge(change(text))
    assert changed.entries[0].line - plain.entries[0].line == int(change(text).startswith(b"---"))
    assert [each.id for each in changed.findings] == [each.id for each in plain.findings]
    assert changed.decide_all(CLIENTS) == plain.decide_all(CLIENTS)


@pytest.mark.parametrize(
    ("line", "name", "said"),
    [
        ("listenhost: 127.0.0.1", "unknown-key", "listenPort"),
        ("listenHost: 127.0.0.1", "unknown-key", "firewall"),
        ("proxyremotehost: x", "unknown-key", "`proxyRemoteHost`"),
        ("allow: [127.0.0.1]", "unknown-key", "below `ips:`"),
        ("zzz: 1", "unknown-key", "Take the line out."),
        ("listenSsl: maybe", "wrong-type", "`listenSsl: true`"),
        ("listenPort: five", "wrong-type", "`listenPort: 5000`"),
        ("serverOptions: {eventLoopPoolsize: 5}", "ignored-key", "`eventLoopPoolSize`"),
        ("ip2loc: \t US", "yaml-tab", "blanks"),
    ],
)
def test_a_mistake_has_its_line_and_the_nearest_that_there_is(line: str, name: str, said: str) -> None:
    finding = only(judge(f"{CAREFUL}{line}\n".encode()), name)
    assert finding.line == CAREFUL.count("\n") + 1
    assert said in finding.fix


@pytest.mark.parametrize(
    ("allow", "name", "line", "said"),
    [
        ("10.0.0.0/8", "cidr", 9, "10.*"),
        ("172.16.0.0/12", "cidr", 9, r"172.(16|17|18|19|20|21|22|23|24|25|26|27|28|29|30|31).\d+.\d+"),
        ("192.168.4.0/23", "cidr", 9, "192.168.4.*, and 192.168.5.*"),
        ("127.0.0.1/32", "cidr", 9, "127.0.0.1"),
        ("10.0.0.0/40", "cidr", 9, "Name the addresses"),
        ("localhost", "malformed", 9, "127.0.0.1"),
        ("192.168.1", "malformed", 9, "127.0.0.1"),
        ('"::1"', "ipv6", 9, "IPv4"),
        ("127.*.*.*", "stars", 9, "127.*"),
        ("10.0.0.1, 10.0.0.2", "comma", 9, "a line of its own"),
        ("10.0.0.1-9", "no-effect", 9, "192.168.1.*"),
        ("10.0.0.256", "no-effect", 9, "Correct it"),
        ('"*"', "star", 9, "Name the addresses"),
        ("127.0.0.[1", "bad-pattern", 9, "192.168.1.*"),
        ("192.168.1.5: laptop", "not-text", 9, "four parts"),
        ("8.8.8.8", "public-address", 9, "yours"),
        ("8.8.*", "public-range", 9, "your own network"),
        ("10.0.0.[1-9]", "regex", 9, "meant so"),
        (r"10.0.0.(\d)\1", "public-range", 9, "your own network"),
        ("10.0.0.[0-9&&1-2]", "java-regex", 9, "Name the addresses"),
    ],
)
def test_entries_that_do_something_else_than_they_look_like(allow: str, name: str, line: int, said: str) -> None:
    judged = judge(CAREFUL.replace("192.168.1.*", f"192.168.1.*\n    - {allow}").encode())
    finding = only(judged, name)
    assert finding.line == line
    assert said in finding.fix
    assert judged.entries[2].finding is finding


@pytest.mark.parametrize(
    "cidr", ["10.0.0.0/8", "172.16.0.0/12", "192.168.4.0/23", "192.168.4.8/29", "1.2.3.4/32", "1.2.3.4/31"]
)
def test_what_is_offered_in_place_of_a_network_admits_just_that_network(cidr: str) -> None:
    fix = only(judge(CAREFUL.replace("192.168.1.*", cidr).encode()), "cidr").fix
    offered = fix.removeprefix("Write ").removesuffix(" in its place.").split(", and ")
    again = judge(CAREFUL.replace("192.168.1.*", "\n    - ".join(offered)).encode())
    added = sum(each.reach.addresses or 0 for each in again.entries[1:])
    network = ip_network(cidr, strict=False)
    assert added == network.num_addresses
    assert {again.decide(str(network[0])), again.decide(str(network[-1]))} == {"allowed"}


def test_whom_entries_admit_and_whether_strangers() -> None:
    entries = [
        "192.*",
        "10.*",
        "100.64.*",
        "100.127.*",
        "100.128.*",
        "172.16.*",
        "172.31.*",
        "172.32.*",
        "127.0.0.1",
        r"\d+.\d+.\d+.\d+",
        r"(\d)\1.1.1.1",
    ]
    lists = "".join(f"\n    - {each}" for each in entries)
    judged = judge(CAREFUL.replace("\n    - 127.0.0.1\n    - 192.168.1.*", lists).encode())
    told = [(each.reach.addresses, each.reach.public) for each in judged.entries]
    half, all_of_them = 2**16, 2**32
    assert told == [
        (2**24, True),
        (2**24, False),
        (half, False),
        (half, False),
        (half, True),
        (half, False),
        (half, False),
        (half, True),
        (1, False),
        (all_of_them, True),
        (None, True),
    ]


@pytest.mark.parametrize(
    ("allow", "deny", "everyone"),
    [
        ([r"\d+.\d+.\d+.\d+"], ["9.9.9.9"], True),
        ([f"{first}.*" for first in range(256)], ["9.*"], True),
        ([f"{first}.*" for first in range(255)], [], False),
        ([r"(?=\d)\d+.\d+.\d+.\d+"], [], True),
        ([r"\d+.\d+.\d+.\d+"], [r"\d+.\d+.\d+.\d+"], False),
        ([r"\d+.\d+.\d+.\d+"], ["'*'"], False),
        (["'*'", r"\d+.\d+.\d+.\d+"], [], False),
        (["127.0.0.1", "1.1.1.1.1", r"\d+.\d+.\d+.\d+"], [], True),
    ],
)
def test_open_to_everyone_is_what_the_lists_come_to(allow: list[str], deny: list[str], everyone: bool) -> None:
    lists = "ips:\n  deny: []\n  allow:\n" + "".join(f"    - {each}\n" for each in allow)
    lists = lists.replace("[]", "\n" + "".join(f"    - {each}\n" for each in deny)) if deny else lists
    judged = judge(f'proxyRemoteHost: "https://api.ibkr.com"\nportalBaseURL: ""\n{lists}'.encode())
    assert judged.listens
    assert judged.open_to_everyone is everyone
    assert ("open-to-everyone" in [each.id for each in judged.findings]) is everyone


@pytest.mark.parametrize(
    ("old", "new", "ids"),
    [
        ("- 127.0.0.1\n", "- 10.0.0.1\n", ["loopback:5"]),
        ("\n    - 127.0.0.1\n    - 192.168.1.*", " []", ["nobody-allowed:6"]),
        ("deny: []", "deny: [127.0.0.1]", ["loopback:5", "denied-anyway:7"]),
        ('"https://api.ibkr.com"', "api.ibkr.com", ["proxy-host:1"]),
        ('"https://api.ibkr.com"', '"https://api.ibkr.com/"', ["proxy-websocket:1"]),
        ('"https://api.ibkr.com"', '"http://api.ibkr.com"', ["proxy-websocket:1"]),
        ('"https://api.ibkr.com"', '"https://ibkr.com.example.org"', ["proxy-host-unknown:1"]),
        ('"https://api.ibkr.com"', '"https://[oops"', ["proxy-host-unknown:1"]),
        ('proxyRemoteHost: "https://api.ibkr.com"', "ip2loc: US", ["proxy-host:None"]),
        ('portalBaseURL: ""', "portalBaseURL:", ["portal-base-url:2"]),
        ('portalBaseURL: ""', 'portalBaseURL: ""\nlistenPort: 0', ["port-random:3"]),
        ('portalBaseURL: ""', 'portalBaseURL: ""\nlistenSsl: no', ["plain-http:3"]),
        ('"https://localhost:5000"', '"*"', ["cors-any:4"]),
        ('\n  origin.allowed: "https://localhost:5000"', " ~", []),
    ],
)
def test_one_change_to_a_careful_file_is_what_is_said(old: str, new: str, ids: list[str]) -> None:
    assert CAREFUL.count(old) == 1
    assert found(judge(CAREFUL.replace(old, new).encode())) == ids


def test_entries_that_nobody_looks_at_are_told_apart() -> None:
    finding = only(judge((GOLDEN / "star-without-deny.yaml").read_bytes()), "star")
    assert finding.severity is Severity.WARN
    assert finding.message.startswith("Once the lists are in force: ")


def test_the_notes_say_what_no_list_guards() -> None:
    assert {each.id for each in judge(CAREFUL.encode()).findings} == {"all-addresses", "websockets"}


KEYSTORE = b"\xfe\xed\xfe\xed" + bytes(range(40)) + bytes.fromhex("25dd2f34c22ce4fd7ce1eb8ab3cc98e8cda2b1f4")


@pytest.mark.parametrize(
    ("context", "ids"),
    [
        (Context(port_in_use=lambda port: port == 5000), ["port-in-use:None"]),
        (Context(port_in_use=lambda port: port != 5000), []),
        (Context(macos=True), ["port-airplay:None"]),
        (Context("/srv/a+b", "root/conf.yaml"), ["path-plus:None"]),
        (Context("/srv/gw", "root/conf.yaml", started_in="/srv/gw"), []),
        (Context("/srv/gw", "root/conf.yaml", started_in="/srv/gw/bin"), ["wrong-folder:None"]),
        (Context("/srv/gw", "conf.yaml"), ["conf-place:None"]),
        (Context("/srv/gw", "root/x/conf.yaml"), ["conf-place:None"]),
        (Context(read_file=lambda name: None), ["keystore:None"]),
        (Context(read_file=lambda name: KEYSTORE), ["keystore:None"]),
        (Context(read_file=lambda name: b"of another format"), []),
    ],
)
def test_what_the_machine_adds(context: Context, ids: list[str]) -> None:
    judged = judge(CAREFUL.encode(), context)
    assert found(judged) == ids
    stopping = ids and not ids[0].startswith("port-airplay")
    assert judged.listens is not bool(stopping)


def test_a_keystore_is_opened_by_its_password_alone() -> None:
    # As `keytool` writes it: the digest of the password, a fixed phrase and all before it.
    body = b"\xfe\xed\xfe\xed\0\0\0\2\0\0\0\0" + bytes(8)
    digest = hashlib.sha1("geheim".encode("utf-16-be") + b"Mighty Aphrodite" + body).digest()
    assert opens(body + digest, "geheim")
    assert not opens(body + digest, "mywebapi")


def test_the_password_is_never_shown() -> None:
    for text in ("sslPwd: [sesame, open]\n", "sslPwd: {sesame: 1}\n", "sslPwd: !x sesame\n", "sslPwd: sesame\n"):
        judged = judge(f"{CAREFUL}{text}".encode(), Context(read_file=lambda name: KEYSTORE))
        assert judged.findings
        assert "sesame" not in repr(judged)


@given(st.binary(max_size=80) | st.text(max_size=80).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_whatever_the_file_holds_it_is_judged(data: bytes) -> None:
    judged = judge(data)
    assert judged.starts or judged.findings
    assert "\x1b" not in repr([(each.message, each.fix) for each in judged.findings])


SIGNS = ["- ", "  ", "\n", "\t", "[", "]", "{", "}", "*", "&a", "*a", "!x", "<<: ", "'", '"', "#", ": ", ",", "?", "~"]
FRAGMENTS = st.sampled_from([*SIGNS, "ips:", "allow:", "deny:", "cors:", "127.0.0.1", "10.*", "listenPort: ", "5", "("])


@given(st.lists(FRAGMENTS, max_size=30).map("".join))
def test_whatever_is_made_of_the_signs_of_yaml_is_judged(text: str) -> None:
    judged = judge(text.encode())
    assert len(judged.decide_all(CLIENTS)) == len(CLIENTS)
    assert judged.listens <= judged.starts
    assert all(
        each.message and (each.line is None or 1 <= each.line <= text.count("\n") + 2) for each in judged.findings
    )


def _many(template: str, number: int) -> str:
    return "".join(template.replace("%", str(i)) for i in range(number))


@pytest.mark.parametrize(
    "text",
    [
        "a: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(f"b{i}: &a{i + 1} [{','.join([f'*a{i}'] * 9)}]\n" for i in range(12)),
        "cors:\n  a: &a0 {q: 1}\n"
        + "".join(f"  b{i}: &a{i + 1} {{<<: [{','.join([f'*a{i}'] * 9)}]}}\n" for i in range(8)),
        "<<: &a {<<: *a}\n",
        "a: " + "[" * 5000,
        "- " * 5000,
        "{a: " * 5000,
        _many("k%: 1\n", 6000),
        "ips:\n  deny: []\n  allow:\n" + _many("    - (\\\\d*)*%.\\\\d*.\\\\d*.(\\\\d?){900}\n", 60),
        "ips:\n  deny: []\n  allow:\n" + _many("    - (\\\\d*)*\\\\1%.1.1.(\\\\d*\\\\d*)*\n", 60),
    ],
    ids=["laughs", "merges", "merge of itself", "[", "-", "{", "keys", "expressions", "references"],
)
def test_a_hostile_file_ends(text: str) -> None:
    judged = judge(text.encode())
    assert judged.findings


@pytest.mark.parametrize(
    ("conf", "fix"),
    [
        (
            "listenPort: 5720\n",
            (
                "Write `cors:` at the left edge, and below it, after two blanks, the page's own address: "
                '`origin.allowed: "https://localhost:5720"`.'
            ),
        ),
        (
            'listenSsl: false\ncors:\n  origin.allowed: "*"\n',
            'Write the page\'s own address below `cors`: `origin.allowed: "http://localhost:5000"`.',
        ),
    ],
)
def test_the_page_to_admit_is_this_gateways_own_and_below_cors(conf: str, fix: str) -> None:
    assert only(judge(conf.encode()), "cors-any").fix == fix
