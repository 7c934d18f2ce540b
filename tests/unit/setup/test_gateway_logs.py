"""The gateway's logs: what is told of them, how much is read, and that no secret in them is."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.setup.gateway_logs import TAIL, GatewayLogs, read_logs, told_by, upstream_in

DAY = "gw.2026-11-20.log"
MESSAGES = "gw.message.2026-11-20.log"
SESSION = "bb665d0f5b6289d70bc7380089fc96f0"
START = "17:33:48.465 INFO  main GatewayStart         : config ../root/conf.yaml !!ibgroup.web.Config"
DUMP = "sslPwd: planted-password\nips:\n  allow: [127.0.0.1]\nCookie: x-sess-uuid=planted-cookie"
LOOP = "vert.x-eventloop-thread-0"


def line(level: str, who: str, said: str, at: str = "17:36:58.208") -> str:
    return f"{at} {level:5} {LOOP} {who:20} : {said}"


REFUSED = line("ERROR", "IPv4Validator", "ipv4 address 127.0.0.2 is forbidden")
INVALID = line("ERROR", "IPv4Validator", "invalidate ip address localhost")
BUSY = line("ERROR", "DeploymentManager", "Address already in use")
BROKEN = line("ERROR", "GatewayStart", "loading configuration file error:while parsing, sslPwd: planted-password")
CALL = line("INFO", "BaseServiceProxy", f"-> GET /v1/api/portfolio/U1234567/summary?session={SESSION},200|9ms")


def test_lines_of_known_kinds_are_told_and_nothing_else() -> None:
    told = told_by(DAY, f"{START}\n{DUMP}\n{CALL}\n{REFUSED}\n{INVALID}\n{BUSY}\n{BROKEN}")
    assert told.forbidden == ("127.0.0.2",)
    assert told.refused == f"{DAY} 17:36:58 ipv4 address 127.0.0.2 is forbidden"
    assert told.listen == f"{DAY} 17:36:58 Address already in use"
    assert told.invalid is not None
    assert "localhost" in told.invalid
    assert told.broken is not None
    for planted in ("planted", SESSION, "U1234567"):
        assert planted not in repr(told)


def test_what_was_before_the_last_start_belongs_to_another_process() -> None:
    assert told_by(DAY, f"{START}\n{BUSY}\n{REFUSED}\n{START}\n{DUMP}") == GatewayLogs()


def test_the_newest_addresses_are_kept_each_once() -> None:
    order = (1, 2, 3, 4, 1)
    said = "\n".join(line("ERROR", "IPv4Validator", f"ipv4 address 10.0.0.{n} is forbidden") for n in order)
    assert told_by(DAY, said).forbidden == ("10.0.0.3", "10.0.0.4", "10.0.0.1")


TRACE = """\
-> POST /v1/api/tickle
uri /v1/api/tickle failed
java.net.UnknownHostException: api.ibkr.com: Name or service not known
\tat java.base/java.net.InetAddress.getAllByName(InetAddress.java:1)
"""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (TRACE, "UnknownHostException: api.ibkr.com: Name or service not known"),
        (TRACE + "<- 200 POST /v1/api/tickle\n", None),
        (
            "Caused by: io.netty.channel.AbstractChannel$AnnotatedConnectException: Connection refused: /1.2.3.4:443\n",
            "AnnotatedConnectException: Connection refused: /1.2.3.4:443",
        ),
        (f"java.lang.IllegalStateException: session {SESSION}\n", None),
        ("", None),
    ],
)
def test_why_ibkr_was_not_reached(text: str, reason: str | None) -> None:
    assert upstream_in(MESSAGES, text) == (None if reason is None else f"{MESSAGES} {reason}")


@given(st.text(max_size=300))
def test_no_text_whatever_breaks_the_reading(text: str) -> None:
    told = told_by(DAY, text)
    assert all(part is None or part.isprintable() for part in (told.refused, told.listen, upstream_in(MESSAGES, text)))


def test_the_newest_file_of_each_kind_is_read_and_only_its_end(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "gw.2026-11-19.log").write_text(BUSY, encoding="utf-8")
    (logs / "clientportal.log").write_text(BUSY, encoding="utf-8")
    (logs / DAY).write_text(f"{BUSY}\n{'x' * TAIL}\n{REFUSED}\n", encoding="utf-8")
    (logs / MESSAGES).write_text(TRACE, encoding="utf-8")
    told = read_logs(tmp_path)
    assert told.listen is None
    assert told.refused is not None
    assert told.upstream is not None
    assert told.upstream.startswith(MESSAGES)


def test_where_there_is_nothing_to_read_nothing_is_told(tmp_path: Path) -> None:
    assert read_logs(tmp_path / "nowhere") == GatewayLogs()
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / DAY).mkdir()
    assert read_logs(tmp_path) == GatewayLogs()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
def test_a_pipe_in_place_of_a_log_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    os.mkfifo(tmp_path / "logs" / DAY)
    assert read_logs(tmp_path) == GatewayLogs()
