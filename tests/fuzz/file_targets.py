"""Targets: files that anybody may have written, from their bytes to what is said of them."""

import json
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tests.fuzz.shown import check
from tests.fuzz.target import Target
from tests.support.project import ROOT
from tui.config.preferences import Preferences, read_preferences
from tui.config.remembered_paths import FILE, remembered
from tui.config.settings_file import BadSettings, read_settings
from tui.doctor.bundled_settings import masked_file
from tui.doctor.log_lines import known_lines
from tui.domain.address import parse_address
from tui.domain.login import Login
from tui.engine.record import Record
from tui.engine.record_text import LONGEST, NotARecord, from_text, to_text
from tui.setup.context import Context
from tui.setup.edit import Change, Edited, edited
from tui.setup.gateway_logs import told_by, upstream_in
from tui.setup.java_errors import BadPattern, Unfollowed
from tui.setup.java_regex import read
from tui.setup.judge import judge
from tui.setup.matcher import rule_of
from tui.setup.pattern import Pattern
from tui.setup.report import document, lines
from tui.setup.task_reader import task_problems, windows_words
from tui.setup.tunnel_reader import cloudflared_problems, ngrok_problems
from tui.setup.unit_reader import Malformed, command_words, path_words, plain_value, read_unit

CONFS = ROOT / "tests" / "data" / "conf"
CLIENTS = ("127.0.0.1", "192.168.1.20", "203.0.113.77", "not an address")


class _File:
    """Has an input stand in a file. read: what is done with it."""

    def __init__(self, name: str, read: Callable[[Path], None]) -> None:
        self._name, self._read = name, read
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __call__(self, data: bytes) -> None:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="cpwatch-fuzz-")
        path = Path(self._folder.name) / self._name
        path.write_bytes(data)
        self._read(path)


def _settings(path: Path) -> None:
    try:
        found = read_settings(path)
    except BadSettings as error:
        for line in str(error).split("\n"):
            check(line)
        return
    assert found.exists
    check(json.dumps(repr(found.settings)))


def _preferences(path: Path) -> None:
    found = read_preferences(path)
    assert isinstance(found, Preferences)
    check(json.dumps(repr(found)))


def _remembered(path: Path) -> None:
    for url in ("https://localhost:5000", "https://box.example.net:5000"):
        seen = remembered(parse_address(url), path.parent)
        if seen is not None:
            check(str(seen))


def _record(data: bytes) -> None:
    try:
        found = from_text(data[: LONGEST + 1], "localhost:5000")
    except NotARecord as error:
        check(str(error))
        return
    now = 1_795_000_000.0
    settled = found.anchored(now).settled(now)
    again = from_text(to_text(settled, "localhost:5000", now).encode(), "localhost:5000")
    check(json.dumps(repr(again)))


def _conf(data: bytes) -> None:
    judged = judge(data, Context())
    answers = dict(zip(CLIENTS, judged.decide_all(CLIENTS), strict=True))
    for line in lines("conf.yaml", judged, answers):
        check(line)
    json.dumps(document("conf.yaml", judged, answers))
    change = Change(
        allow=("127.0.0.1", "192.168.1.*"), deny=(), settings={"listenPort": 5001}, removed=("proxyRemoteHost",)
    )
    made = edited(data, change)
    if isinstance(made, Edited):
        # What was changed is in force, and changing it again changes nothing.
        again = edited(made.data, change)
        assert isinstance(again, Edited)
        assert again.data == made.data
        assert made.judged.conf.listen_port == 5001
    else:
        check(f"{made.reason} {made.fix}")


def _pattern(data: bytes) -> None:
    text = (
        data.decode("utf-8", "surrogatepass" if b"\xed" in data else "replace")
        if _decodes(data)
        else data.decode("latin-1")
    )
    try:
        read(text)
    except BadPattern as error:
        check(str(error))
    except (Unfollowed, RecursionError):
        pass  # told by the pattern itself
    rule = rule_of(text)
    for each in (rule.pattern, _compiled(text)):
        if each is not None:
            each.matches("192.168.1.20")
            each.matches("a" * 15)
            each.count()


def _compiled(text: str) -> Pattern | None:
    try:
        return Pattern(text)
    except BadPattern as error:
        check(str(error))
        return None


def _decodes(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _logs(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    found = told_by("gw.2026-11-30.log", text)
    check(json.dumps(repr(found)))
    for each in (
        found.broken,
        found.refused,
        found.invalid,
        found.listen,
        upstream_in("gw.message.2026-11-30.log", text),
    ):
        check(each or "")
    for line in known_lines(text).split("\n"):
        check(line)


def _services(data: bytes) -> None:
    for reader in (read_unit, task_problems, cloudflared_problems, ngrok_problems):
        try:
            found: Any = reader(data)
        except Malformed as error:
            check(str(error))
            continue
        for each in found if reader is read_unit else ():
            for words in (plain_value, path_words, command_words):
                try:
                    words(each.value)
                except Malformed as error:
                    check(str(error))
            windows_words(each.value)
        for each in found if reader is not read_unit else ():
            check(each)


def _bundled(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    masked = masked_file(text)
    assert masked.count("\n") == text.count("\n")


def _setting_seeds() -> Iterable[bytes]:
    yield (
        b'schema = 1\nurl = "https://localhost:5000"\ntheme = "dark"\nca = "my.pem"\n\n[intervals]\nauth = 5.0\n\n'
        b'[profiles.home]\nurl = "https://gw.example.net"\nbadge = "red"\n\n[profiles.home.headers]\nx = "env:Y"\n'
    )
    yield b'[alerts]\n[[alerts.channels]]\nname = "x"\nurl = "env:Z"\ncommand = ["a", "b"]\n\n[keys]\nquit = "q"\n'
    yield b"\xef\xbb\xbfurl = 1\r\nx = [1, [2, {a = 2026-11-30T10:00:00+23:59}]]\r\n'''\n"
    yield b'a.b.c = 1\n[a]\nb = 2\n[[a.b]]\n"\\u0000" = inf\n'


def _state_seeds() -> Iterable[bytes]:
    sort = b'{"column": "value", "descending": true}'
    yield b'{"schema": 1, "theme": "dark", "sort": %s, "zoom": "path", "show_closed": true}' % sort
    forward = {
        "kind": "ssh",
        "destination": "u@box",
        "local_port": 5000,
        "host": "localhost",
        "port": 5000,
        "ssh_port": 22,
        "options": ["-J", "x"],
    }
    yield json.dumps(
        {"schema": 1, "gateways": {"localhost:5000": forward, "box.example.net:5000": {"kind": "frp"}}}
    ).encode()
    record = Record(
        login=Login(None, "NJ", True, True), login_seen_at=1_795_000_000.0, tickled_at=1_795_000_000.0, tickled_by="1"
    )
    yield to_text(record, "localhost:5000", 1_795_000_000.0).encode()
    full = {
        "format": 1, "gateway": "localhost:5000", "turns": [{"at": 1_795_000_000.0, "for": "GET /x", "by": "1"}] * 3,
        "frozen": {"GET /x": {"since": 1_795_000_000, "seconds": 900}}, "waiting": {"2": 1_795_000_000},
        "tickled_at": None, "tickled_by": "", "limited_at": 1_795_000_000, "login_seen_at": 1,
        "login": {"login_at": 1_795_000_000, "region": "NJ", "paper": None, "valid": True},
    }  # fmt: skip
    yield json.dumps(full).encode()


def _conf_seeds() -> Iterable[bytes]:
    for path in sorted(CONFS.glob("*.yaml")):
        yield path.read_bytes()
    yield b"a: &a [x, *a]\nips: !!binary aGVsbG8=\nlistenPort: 0x1388\n? {a: b}\n: - |2+\n   x\n"
    yield b"ips:\n  allow: [ '192.168.*', \"10.*\\x41\" ]\n  deny:\n  - 2[0-9]*.(a|b)+.\\d{1,3}.*\n"
    yield b"<<: {listenPort: 1_000}\n"


def _pattern_seeds() -> Iterable[bytes]:
    yield from (
        b"192.168.*",
        b"*",
        b"10.0.0.1",
        b"(a|aa)+b.c.d.e",
        b"(?i:x{2,3}+)\\p{Alpha}[^a-z&&[aeiou]]",
        b"(?<n>a)\\k<n>(?=b)(?!c)",
    )
    yield from (
        b"1.2.3.[0-9]{1,3}",
        b"((((((a*)*)*)*)*)*)*.1.1.1",
        b"\\Q.*\\E.x.y.z",
        b"a{2147483647}.b.c.d",
        b"[\\x{10FFFF}\\uD800]...",
    )
    yield b"(" * 60 + b")" * 60
    yield b"(.*)*(.*)*(.*)*(.*)*x.1.1.1"


def _log_seeds() -> Iterable[bytes]:
    yield (
        b"10:11:12.123 INFO  vert.x-eventloop-thread-0 GatewayStart : config ../root/conf.yaml\n"
        b"10:11:13.123 WARN  vert.x-eventloop-thread-1 IPv4Validator : ipv4 address 203.0.113.77 is forbidden\n"
        b"10:11:14.123 WARN  t IPv4Validator : invalidate ip address 0:0:0:0:0:0:0:1\n"
        b"10:11:15.123 ERROR main DeploymentManager : Address already in use\n"
        b"10:11:16.123 INFO  t BaseServiceProxy : -> GET /v1/api/portfolio/U1234567/summary?x=1,200|12ms\n"
        b"Caused by: java.net.UnknownHostException: api.ibkr.com: Name or service not known\n<- 200 GET /x\n"
        b"\tat java.base/java.net.X(X.java:1)\nuri /v1/api/x failed\n"
    )


def _service_seeds() -> Iterable[bytes]:
    yield (
        b"# a unit\n[Unit]\nDescription=x\n\n[Service]\n"
        b'ExecStart=/usr/bin/ssh -N \\\n  -L 5000:localhost:5000 "a b" $$x %%\n'
        b"ReadWritePaths=/a \"/b c\"\nEnvironment='A=\\x41\\u00e9'\n"
    )
    rules = b"- hostname: gw.example.com\n  service: https://localhost:5000\n- service: http_status:404\n"
    yield b"tunnel: x\ncredentials-file: /y\ningress:\n" + rules
    policy = b"  traffic_policy: {on_http_request: []}\n"
    endpoint = b"- name: ibkr\n  url: https://x.ngrok.app\n  upstream: {url: https://localhost:5000}\n"
    yield b"version: 3\nendpoints:\n" + endpoint + policy
    namespace = "http://schemas.microsoft.com/windows/2004/02/mit/task"
    task = (
        f'<?xml version="1.0" encoding="UTF-16"?><Task xmlns="{namespace}">'
        "<Triggers><BootTrigger/></Triggers><Actions><Exec>"
        '<Command>C:\\x.exe</Command><Arguments>-a "b c\\"</Arguments></Exec></Actions></Task>'
    )
    yield b"\xff\xfe" + task.encode("utf-16-le")
    yield b"a: 2026-02-30\nb: !!float x\nc: !!int 0x\nd: 1__\n? [a]\n: b\n"


JSON_WORDS = (
    b"null", b"true", b"-1", b"1e999", b"NaN", b"9" * 5000, b"[" * 1200, b'{"a":' * 1200, b'"\\ud800"',
    b'"\\u001b[31m"', b"1e400", b"253402300800",
    b"99999999999", b"0.1e-400", b'"ssh"', b"{}", b"[]", b"true", b"70000",
)  # fmt: skip
YAML_WORDS = (
    b"&a", b"*a", b"!!binary ", b"!!python/object:x ", b"<<: ", b"? ", b": ", b"- ", b"|2\n", b">-\n", b"\t",
    b"---\n", b"...\n", b"%YAML 1.1\n", b"'", b'"\\x1b"', b"\xef\xbb\xbf", b"\xff\xfe", b"\r\n", b"\xc2\x85",
    b"ips:\n", b"  allow:\n", b"[", b"{", b"~", b"0x", b"1_0", b"190:20:30", b"=", b"!!set ", b"\x00", b"'*'",
)  # fmt: skip
REGEX_WORDS = (
    b"(", b")", b"*", b"+", b"?", b"{1,", b"}", b"[", b"]", b"&&", b"\\Q", b"\\E", b"\\p{", b"\\k<", b"(?<", b"(?=",
    b"(?!", b"(?<=", b"|", b".", b"^", b"$", b"\\b", b"\\1", b"\\x{", b"\\u", b"\\c", b"\\0", b"-", b"(?i)", b"(?>",
    b"{2147483648}", b"(.*)*", b"(a|a)*",
)  # fmt: skip
TOML_WORDS = (
    b"[[", b"]]", b'"""', b"'''", b"= ", b"inf", b"nan", b"1979-05-27T07:32:00-07:00", b"\\uD800", b"\\x", b"{", b"}",
    b"#", b"\n[profiles.x]\n", b'url = "https://x"\n', b"\x1b", b"\xe2\x80\xae", b"0x", b"1e999", b"9" * 4400,
    b"[" * 1200, b"a" * 1001, b"." * 50, b"[a]\n" * 20, b"[intervals]\n",
)  # fmt: skip
LINE_WORDS = (
    b"\n",
    b"\\\n",
    b"%",
    b"$x",
    b"'",
    b'"',
    b"=",
    b"[",
    b"]",
    b"\\x",
    b"ERROR",
    b" : ",
    b"Caused by: ",
    b"is forbidden",
    b"\x1b",
    b"#",
    b";",
)


def targets() -> Iterable[Target]:
    """Those of this module."""
    yield Target("settings", _File("config.toml", _settings), _setting_seeds, TOML_WORDS)
    yield Target("settings-bundled", _bundled, _setting_seeds, TOML_WORDS)
    yield Target("preferences", _File("monitor.json", _preferences), _state_seeds, JSON_WORDS)
    yield Target("remembered", _File(FILE, _remembered), _state_seeds, JSON_WORDS)
    yield Target("record", _record, _state_seeds, JSON_WORDS)
    yield Target("conf", _conf, _conf_seeds, YAML_WORDS, 5.0)
    yield Target("pattern", _pattern, _pattern_seeds, REGEX_WORDS, 5.0)
    yield Target("logs", _logs, _log_seeds, LINE_WORDS)
    yield Target("services", _services, _service_seeds, (*LINE_WORDS, *YAML_WORDS))
