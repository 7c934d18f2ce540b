"""What the settings of IBKR's side mean: the upstream's address and the path before its own."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from tui.setup.conf import Conf
from tui.setup.finding import Finding, Severity, Stop, shown
from tui.setup.scalars import whole_number

IBKR = 'Write `proxyRemoteHost: "https://api.ibkr.com"`.'
_OWNED = ("ibkr.com", "interactivebrokers.com", "interactivebrokers.com.cn", "interactivebrokers.com.hk")


def upstream_findings(conf: Conf) -> Iterator[Finding]:
    """What is to be said of `proxyRemoteHost`, `proxyRemoteSsl` and `portalBaseURL`."""
    yield from _host(conf)
    if conf.portal_base_url is None:
        line = conf.line("portalBaseURL")
        there = "has nothing in it" if line else "is missing"
        said = f"`portalBaseURL` {there}: the gateway answers 500 to every call that it should pass on to IBKR."
        yield Finding("portal-base-url", Severity.ERROR, line, said, 'Write `portalBaseURL: ""`.')


def _host(conf: Conf) -> Iterator[Finding]:
    host, line = conf.proxy_remote_host, conf.line("proxyRemoteHost")
    if host is None:
        said = "`proxyRemoteHost` has nothing in it: the gateway's process runs, but never listens, and says nothing."
        yield Finding("proxy-host", Severity.ERROR, line, said, IBKR, Stop.LISTEN)
        return
    if not conf.proxy_remote_ssl and (bad := _bad_port(host)) is not None:
        said = (
            f"With `proxyRemoteSsl: false` the gateway takes `{shown(bad)}`, after the colon in `proxyRemoteHost`, for "
            "a port: its process runs, but never listens."
        )
        fix = "Write `proxyRemoteSsl: true` for an address that begins with https://."
        yield Finding("proxy-host", Severity.ERROR, line, said, fix, Stop.LISTEN)
        return
    scheme, separator, rest = host.partition("://")
    if line is None or not separator or scheme.lower() not in ("http", "https") or not rest.strip("/"):
        there = f"`{shown(host)}`" + ("" if line else ", which is in force as `proxyRemoteHost` is missing,")
        said = (
            f"{there} has no http:// or https://: the gateway answers 500 to every call that it should pass on to IBKR."
        )
        yield Finding("proxy-host", Severity.ERROR, line, said, IBKR)
        return
    yield from _elsewhere(host, scheme, conf)


def _bad_port(host: str) -> str | None:
    """What the gateway would read as a port, where it is none."""
    parts = host.replace("http://", "").split(":")
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    if len(parts) != 2:
        return None
    plain = parts[1].removeprefix("-").isdigit() and whole_number(parts[1].lstrip("-0") or "0") is not None
    return None if plain else parts[1]


def _elsewhere(host: str, scheme: str, conf: Conf) -> Iterator[Finding]:
    line = conf.line("proxyRemoteHost")
    try:
        url = urlsplit(host)
        name = (url.hostname or "").rstrip(".")
    except ValueError:
        name, url = "", urlsplit("")
    if not any(name == each or name.endswith(f".{each}") for each in _OWNED):
        said = f"`{shown(host)}` is no address of IBKR's: the login, password and all, goes to whoever answers there."
        yield Finding("proxy-host-unknown", Severity.WARN, line, said, IBKR)
    if url.path:
        said = f"`{shown(host)}` has a path, or a / at its end: no websocket gets through to IBKR."
        yield Finding("proxy-websocket", Severity.WARN, line, said, "Leave out all after the host.")
    elif conf.proxy_remote_ssl is not (scheme.lower() == "https") and name:
        said = (
            "`proxyRemoteSsl` does not go with the beginning of `proxyRemoteHost`: no websocket gets through to IBKR."
        )
        yield Finding("proxy-websocket", Severity.WARN, conf.line("proxyRemoteSsl", "proxyRemoteHost"), said, IBKR)
