"""Whether the gateway loads a file: each line here was given to the real program, and is as it said."""

import pytest

from tui.setup.finding import Stop
from tui.setup.judge import Judgement, judge

LOADED = [
    "listenPort: '5221'\n",
    "listenPort: 5_000\n",
    "listenPort: +7\n",
    "listenPort: 5000 # as ever\n",
    "listenPort : 5\n",
    '"listenPort": 5\n',
    "? listenPort\n: 5\n",
    "listenPort: ! 5\n",
    "--- \nlistenPort: 5\n...\n",
    "%YAML 1.2\n---\nlistenPort: 5\n",
    "listenPort: 5\t\n",
    "listenPort: 5\t# a tab\n",
    "ip2loc: a\tb\n",
    "ip2loc: 'a\tb'\n",
    "    listenPort: 5\n    ip2loc: a\n",
    "listenPort: 5\rip2loc: a\r",
    "listenPort: 5\r\nip2loc: a\n",
    "listenPort: 5",
    "\ufefflistenPort: 5\n",
    "# é\nip2loc: 'é'\n",
    "ip2loc: a:b\n",
    "ip2loc: <<\n",
    "ip2loc: [a]\n",
    "ip2loc: ~\n",
    "ip2loc: &a b\nsslPwd: *a\n",
    "ip2loc: !!str 5\n",
    "listenSsl: 'ON'\n",
    "listenSsl: tRUE\n",
    "<<: {listenPort: 5}\n",
    "[]\n",
    "ips: {}\n",
    "ips: {foo: {a: b}, bar: ~}\n",
    "ips: {allow: [{a: b}, [1.2.3.4]], deny: []}\n",
    "ips: {allow: &a [*a], deny: []}\n",
    "ips:\n  allow:\n    - 1.2.3.4\t\n  deny: []\n",
    "ips: {allow: [1.2.3.4:], deny: []}\n",
    "cors: {a: [b, {c: 1}], 5: 6, d: 2001-99-99}\n",
    "serverOptions: {foo: x, eventLoopPoolSize: 012}\n",
    "webApps: [{name: a, index: b, cache: yes}, {}]\n",
    "ips: 5\nips: {}\n".replace("5", "~"),
]
REFUSED = [
    "",
    "# nothing\n",
    "---\n",
    "listenPort 5\n",
    "listenPort:5\n",
    "- listenPort: 5\n",
    "listenPort: 5\n---\nip2loc: a\n",
    "listenPort: 5\n---\n",
    "\tlistenPort: 5\n",
    "listenPort:\t5\n",
    'ip2loc: "US"\t# a tab\n',
    "ips:\t\n  allow: []\n",
    "ips:\n  allow:\n    -\t1.2.3.4\n",
    "listenPort: 5\n\t\n",
    "ip2loc: a: b\n",
    "ip2loc: @a\n",
    "ip2loc: *a\n",
    "ip2loc: 'a\n",
    'ip2loc: "\\d"\n',
    'ip2loc: "a\\/"\n',
    "ip2loc: !a b\n",
    "# \N{GRINNING FACE}\nlistenPort: 5\n",
    "# \x07\nlistenPort: 5\n",
    "%YAML 2.0\n---\nlistenPort: 5\n",
    "%YAML 1.1\nlistenPort: 5\n",
    "---\n\ufefflistenPort: 5\n",
    "  ip2loc: a\n sslPwd: b\n",
    "listenPort: 5000.0\n",
    "listenPort: 08\n",
    "listenPort: ''\n",
    "listenPort: ~\n",
    "listenPort: [5]\n",
    "listenPort: 2147483648\n",
    "listenPort: !!str 5\n",
    "listenPort: 5#c\n",
    "listenSsl: 1\n",
    "listenSsl: y\n",
    "listenSsl: ~\n",
    "ip2loc: [a, b]\n",
    "ip2loc: {a: b}\n",
    "tickleDelay: 5\n",
    "webapps: []\n",
    "1: 2\n",
    "? [a]\n: b\n",
    "<<: 5\n",
    "'<<': {listenPort: 5}\n",
    "ips: []\n",
    "ips: ''\n",
    "ips: {foo: bar}\n",
    "ips: {allow: ''}\n",
    "ips: {allow: [<<]}\n",
    "ips: {allow: [!foo x]}\n",
    "ips: {allow: [0x_]}\n",
    "ips: {allow: [::1]}\n",
    "ips: {allow: [127.0.0.1:50]}\n",
    "ips: {allow: [a?b]}\n",
    "ips: {allow: !foo [a]}\n",
    "cors: []\n",
    "cors: {a:b}\n",
    "cors: {a: http://x}\n",
    "cors: {x: {<<: 5}}\n",
    "serverOptions: ~\n",
    "serverOptions: {eventLoopPoolSize: 0}\n",
    "serverOptions: {eventLoopPoolSize: '20'}\n",
    "serverOptions: {workerPoolSize: 5.5}\n",
    "webApps: 5\n",
    "webApps: {name: a}\n",
    "webApps: [a]\n",
    "webApps: [{name: a, indx: b}]\n",
    "webApps: [{cache: x}]\n",
    "listenPort: x\nlistenPort: 5\n",
]
SILENT = [
    "ips: ~\n",
    "ips:\n",
    "ips: {allow: {a: b}}\n",
    "webApps: ~\n",
    "webApps: [~]\n",
    "proxyRemoteHost: ~\n",
    "proxyRemoteSsl: false\nproxyRemoteHost: https://api.ibkr.com\n",
    "proxyRemoteSsl: false\nproxyRemoteHost: http://127.0.0.1:9/\n",
    "sslCert: ~\n",
    "sslPwd: ''\n",
    "svcEnvironment: '('\n",
    "cors: {origin.allowed: ~}\n",
    "cors: {origin.allowed: [a, b]}\n",
    "cors: {origin.allowed: 5}\n",
    "cors: {origin.allowed: '*.foo'}\n",
    "cors: {origin.allowed: '*', allowCredentials: true}\n",
    "cors: {origin.allowed: a, allowCredentials: 'true'}\n",
    "cors: {allowCredentials: ~}\n",
    "listenPort: 70000\n",
    "listenPort: -5\n",
]


def stops(judged: Judgement) -> set[Stop]:
    """How far the gateway comes, by the findings."""
    return {each.stops for each in judged.findings} - {Stop.NOTHING}


@pytest.mark.parametrize("text", LOADED)
def test_it_loads(text: str) -> None:
    judged = judge(text.encode())
    assert (judged.starts, judged.listens, stops(judged)) == (True, True, set())


@pytest.mark.parametrize("text", REFUSED)
def test_the_gateway_ends(text: str) -> None:
    judged = judge(text.encode())
    assert (judged.starts, judged.listens) == (False, False)
    assert Stop.START in stops(judged)
    assert judged.findings[0].stops is Stop.START
    assert judged.findings[0].fix


@pytest.mark.parametrize("text", SILENT)
def test_the_gateway_runs_and_never_listens(text: str) -> None:
    judged = judge(text.encode())
    assert (judged.starts, judged.listens, stops(judged)) == (True, False, {Stop.LISTEN})


@pytest.mark.parametrize(
    ("data", "starts"),
    [
        ("listenPort: 5 # é\n".encode("utf-16"), True),
        (b"\xfe\xff" + "listenPort: 5\n".encode("utf-16-be"), True),
        ("listenPort: 5\n".encode("utf-8-sig"), True),
        ("listenPort: 5\n".encode("utf-16-be"), False),
        ("listenPort: 5\n".encode("utf-32"), False),
        ("# é\nlistenPort: 5\n".encode("latin-1"), False),
        (b"\xff\xfel", False),
        (b"ip2loc: \xed\xa0\x80\n", False),
        (b"listenPort: 5\n\x00", False),
    ],
)
def test_encodings(data: bytes, starts: bool) -> None:
    assert judge(data).starts is starts


@pytest.mark.parametrize(
    ("text", "port"),
    [
        ("listenPort: 012\n", 10),
        ("listenPort: 1:30\n", 90),
        ("listenPort: 0x1388\n", 5000),
        ("listenPort: 0b11\n", 3),
        ("listenPort: '0x5'\n", 5),
        ("listenPort: 6\nlistenPort: 7\n", 7),
        ("<<: [{listenPort: 8}, {listenPort: 9}]\n", 8),
        ("listenPort: 7\n<<: {listenPort: 6}\n", 7),
    ],
)
def test_numbers_are_those_of_yaml_1_1(text: str, port: int) -> None:
    assert judge(text.encode()).conf.listen_port == port


@pytest.mark.parametrize(
    ("word", "effect"),
    [
        *((word, "error") for word in ("012", "1:30", "127.0", "127.", "08", "0x1f", "yes", "Off", "~", "null", "1_0")),
        *(
            (word, "error")
            for word in ("2001-01-01", ".inf", "1e3", "-.5", "190:20:30.15", "!!int 5", "2001-1-1 1:00:00")
        ),
        *(
            (word, "malformed")
            for word in ("y", "N", "=", "1:60", "0o17", "2001-1-1", "'127'", "!!str 5", "nULL", '""')
        ),
    ],
)
def test_what_yaml_makes_of_a_word_in_a_list(word: str, effect: str) -> None:
    text = f"ips:\n  allow:\n    - 127.0.0.1\n    - {word}\n  deny: []\n"
    assert judge(text.encode()).entries[1].effect == effect
