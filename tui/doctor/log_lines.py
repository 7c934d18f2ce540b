"""The gateway's own logs, cut to lines of kinds that are known to hold nothing of anybody's."""

import re
from collections.abc import Iterator

from tui.domain.sanitise import safe_text

_LINES_MOST = 400
_LINE_LENGTH = 240
_DAILY = re.compile(r"(\d\d:\d\d:\d\d\.\d{3}) (\w{1,5}) +(\S{1,60}) +(\w{1,40}) +: (.*)", re.ASCII)
# What a line says is kept where its maker is one of these; another one may write out a cookie or an answer.
_TOLD = {
    "GatewayStart": re.compile(r"(config [^\s!]{1,200}|loading configuration file error)", re.ASCII),
    "IPv4Validator": re.compile(r"(ipv4 address \S{1,45} is forbidden|invalidate ip address .{1,60})", re.ASCII),
    "DeploymentManager": re.compile(r"([^\"'{}=]{1,120})", re.ASCII),
    "BaseServiceProxy": re.compile(r"(-> [A-Z]{3,7} [\w/.-]{1,160}(?=[,?]))(?:\?[^,]*)?(,\d{3}\|\d+ms)", re.ASCII),
}
_EXCHANGE = re.compile(r"(->|<- \d{3}) [A-Z]{3,7} [\w/.-]{1,160}", re.ASCII)
_FAILED = re.compile(r"uri [\w/.-]{1,160}(?=\?| failed)", re.ASCII)
_CAUSE = re.compile(r"(?:Caused by: )?(?:[a-z]\w*[.$])+\w{3,40}(?:Exception|Error)\b", re.ASCII)
_HIDDEN = "•••"


def known_lines(text: str) -> str:
    """The newest lines of a log, as far as they are of known kinds; instead of others their number.

    Still to be masked: paths have account ids in them.
    """
    return "".join(f"{line}\n" for line in _kept(text))


def _kept(text: str) -> Iterator[str]:
    left_out = 0
    for line in text.splitlines()[-_LINES_MOST:]:
        known = _known(line[:2000])
        if known is None:
            left_out += 1
            continue
        if left_out:
            yield _gap(left_out)
        left_out = 0
        yield safe_text(known, _LINE_LENGTH)
    if left_out:
        yield _gap(left_out)


def _gap(count: int) -> str:
    return f"({count} left out)"


def _known(line: str) -> str | None:
    if (daily := _DAILY.fullmatch(line)) is not None:
        at, level, _, maker, said = daily.groups()
        return f"{at} {level:5} {maker}: {_told(maker, said)}"
    for pattern in (_EXCHANGE, _CAUSE):
        if (found := pattern.match(line)) is not None:
            return found[0]
    found = _FAILED.match(line)
    return None if found is None else f"{found[0]} failed"


def _told(maker: str, said: str) -> str:
    known = _TOLD.get(maker)
    found = known.match(said) if known else None
    if found is None:
        return _HIDDEN
    whole = "".join(filter(None, found.groups()))
    return whole if found.end() == len(said) else f"{whole} {_HIDDEN}"
