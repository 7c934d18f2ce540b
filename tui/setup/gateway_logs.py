"""What the gateway's own logs say of its troubles: lines of known kinds from the ends of the newest ones."""

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from tui.domain.address import safe_ip
from tui.domain.redact import redacted
from tui.domain.sanitise import safe_text
from tui.files import opened

TAIL = 64 * 1024
"""Bytes of a log that are read, from its end. It grows by megabytes a day."""
_FILES_MOST = 500
_SHOWN = 160
_KEPT = 3
_DAILY = re.compile(r"gw\.(\d{4}-\d\d-\d\d)\.log", re.ASCII)
_MESSAGES = re.compile(r"gw\.message\.(\d{4}-\d\d-\d\d)\.log", re.ASCII)
_LINE = re.compile(r"(\d\d:\d\d:\d\d)\.\d{3} (\w{1,5}) +(?:\S+) +(\w+) +: (.*)", re.ASCII)
_FORBIDDEN = re.compile(r"ipv4 address (\S{1,45}) is forbidden", re.ASCII)
_INVALID = re.compile(r"invalidate ip address (.{1,60})")
_CAUSE = re.compile(
    r"(?:Caused by: )?(?:\w{1,60}[.$])+(\w{3,40}(?:Exception|Error))(?:: ([^\n]{1,120}))?",
    re.ASCII,
)
# The causes of which a reader learns something; what else is in a trace may hold anything.
_OF_THE_WAY = frozenset(
    {
        "UnknownHostException",
        "ConnectException",
        "NoRouteToHostException",
        "AnnotatedConnectException",
        "ConnectTimeoutException",
        "SSLHandshakeException",
        "SocketException",
        "ClosedChannelException",
        "MalformedURLException",
        "DnsNameResolverTimeoutException",
    }
)


@dataclass(frozen=True, slots=True)
class GatewayLogs:
    """What the newest logs tell, each a line that is safe to show, with the file's name and its time where it has one.

    forbidden: the addresses that the allow list refused, the newest last. refused: the newest line about one.
    invalid: the newest line about an entry that it can't read. listen: why it could not listen, since its last start.
    upstream: why it could not reach IBKR. broken: why it could not load its settings.
    """

    forbidden: tuple[str, ...] = ()
    refused: str | None = None
    invalid: str | None = None
    listen: str | None = None
    upstream: str | None = None
    broken: str | None = None


def read_logs(folder: Path) -> GatewayLogs:
    """The logs of the gateway that was started in that folder. Blocks for a moment; never raises."""
    names = _names(folder / "logs")
    daily, messages = _newest(names, _DAILY), _newest(names, _MESSAGES)
    told = told_by(daily, _tail(folder / "logs" / daily)) if daily else GatewayLogs()
    upstream = upstream_in(messages, _tail(folder / "logs" / messages)) if messages else None
    return GatewayLogs(told.forbidden, told.refused, told.invalid, told.listen, upstream, told.broken)


def ends_of_logs(folder: Path) -> dict[str, str]:
    """The ends of the newest log of each kind, by the files' names. Nothing of them is masked. Blocks; never raises."""
    names = _names(folder / "logs")
    newest = (_newest(names, kind) for kind in (_DAILY, _MESSAGES))
    return {name: _tail(folder / "logs" / name) for name in newest if name is not None}


def told_by(name: str, text: str) -> GatewayLogs:
    """From `gw.DATE.log`: only lines of known kinds are looked at, since the last start that it tells of."""
    forbidden: dict[str, str] = {}
    told: dict[str, str] = {}
    for line in text.splitlines():
        found = _LINE.fullmatch(line[:400])
        if found is None:
            continue
        at, level, who, said = found.groups()
        match who:
            case "GatewayStart" if said.startswith("config "):
                forbidden, told = {}, {}  # what was before belongs to a process that is gone
            case "GatewayStart" if level == "ERROR":
                told["broken"] = _shown(name, at, said)
            case "IPv4Validator" if (refused := _FORBIDDEN.search(said)) and (ip := safe_ip(refused[1])):
                forbidden.pop(ip, None)
                forbidden[ip] = told["refused"] = _shown(name, at, said)
            case "IPv4Validator" if _INVALID.search(said):
                told["invalid"] = _shown(name, at, said)
            case "DeploymentManager" if level == "ERROR":
                told["listen"] = _shown(name, at, said)
    return GatewayLogs(tuple(forbidden)[-_KEPT:], **told)


def upstream_in(name: str, text: str) -> str | None:
    """From `gw.message.DATE.log`: the newest reason for which IBKR was not reached; None where it names none.

    An answer of IBKR's that came after it says that it is over.
    """
    reason: str | None = None
    for line in text.splitlines():
        if line.startswith("<- ") and line[3:4].isdigit():
            reason = None
        elif (cause := _CAUSE.match(line[:400].strip())) and cause[1] in _OF_THE_WAY:
            reason = f"{cause[1]}: {cause[2]}" if cause[2] else cause[1]
    return None if reason is None else _shown(name, "", reason)


def _shown(name: str, at: str, said: str) -> str:
    # Cut last: half an id or a token would no longer look like one.
    return safe_text(redacted(" ".join(filter(None, (name, at, said)))), _SHOWN)


def _names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry, _ in zip(entries, range(_FILES_MOST), strict=False)]
    except (OSError, ValueError):
        return []


def _newest(names: list[str], kind: re.Pattern[str]) -> str | None:
    """By the day that it is named for."""
    return max((name for name in names if kind.fullmatch(name)), default=None)


def _tail(path: Path) -> str:
    """The end of a plain file; nothing of a pipe, a device, or what is not to be read."""
    try:
        with opened(path, getattr(os, "O_NOFOLLOW", 0)) as file:
            state = os.fstat(file.fileno())
            if not stat.S_ISREG(state.st_mode):
                return ""
            start = max(0, state.st_size - TAIL)
            file.seek(start)
            data = file.read(TAIL)
    except (OSError, ValueError):
        return ""
    # The first line of a tail is the rest of one.
    return (data.partition(b"\n")[2] if start else data).decode("utf-8", "replace")
