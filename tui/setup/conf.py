"""The settings that a conf.yaml makes, with those that it leaves out as the gateway has them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tui.setup.matcher import Entry
from tui.setup.yaml_nodes import Node


class Kind(StrEnum):
    """What a setting is."""

    TEXT = "a text"
    NUMBER = "a whole number"
    FLAG = "true or false"
    TABLE = "a mapping"
    APPS = "a list"


KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(
        ("ip2loc", "portalBaseURL", "proxyRemoteHost", "sslCert", "sslPwd", "svcEnvironment", "twsBaseURL"), Kind.TEXT
    ),
    **dict.fromkeys(("authDelay", "listenPort", "ssoPing"), Kind.NUMBER),
    **dict.fromkeys(("ccp", "listenSsl", "proxyRemoteSsl", "tst"), Kind.FLAG),
    **dict.fromkeys(("cors", "ips", "serverOptions"), Kind.TABLE),
    "webApps": Kind.APPS,
}
"""Every key that the gateway knows. Any other ends it at its start."""

SERVER_OPTIONS = (
    "blockedThreadCheckInterval",
    "eventLoopPoolSize",
    "workerPoolSize",
    "maxWorkerExecuteTime",
    "internalBlockingPoolSize",
)


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of a list, and its line."""

    entry: Entry
    line: int


def own_page(port: int, *, tls: bool) -> str:
    """The address of the page of a gateway that listens on that port."""
    return f"{'https' if tls else 'http'}://localhost:{port}"


@dataclass(slots=True)
class Conf:
    """lines: where each key stands that the file has. allow, deny: None where there is no such list.

    cors: None where it is null, and then the gateway sends no CORS headers at all.
    """

    listen_port: int = 5000
    listen_ssl: bool = True
    proxy_remote_host: str | None = "gdcdyn.interactivebrokers.com"
    proxy_remote_ssl: bool = True
    portal_base_url: str | None = None
    svc_environment: str | None = "v1"
    ssl_cert: str | None = "vertx.jks"
    ssl_pwd: str | None = field(default="mywebapi", repr=False)
    cors: dict[str, Node] | None = field(default_factory=dict)
    allow: tuple[Listed, ...] | None = None
    deny: tuple[Listed, ...] | None = None
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def in_force(self) -> bool:
        """Whether the gateway looks at its lists: it does where there are both."""
        return self.allow is not None and self.deny is not None

    @property
    def page(self) -> str:
        """The address of the gateway's own page, as a browser on its machine has it."""
        return own_page(self.listen_port, tls=self.listen_ssl)

    def line(self, *keys: str) -> int | None:
        """The line of the first of these keys that the file has."""
        return next((self.lines[key] for key in keys if key in self.lines), None)
