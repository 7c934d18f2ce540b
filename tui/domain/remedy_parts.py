"""What every remedy is made of: its shape, the commands that it may offer, the line that brings a port home."""

from dataclasses import dataclass, replace

from tui.domain.address import Address, PathKind
from tui.domain.state import Here

REOPEN, COPY = "reopen", "copy"
"""The monitor's commands that a remedy may offer, by their ids."""
REOPEN_KEY = "{reopen}"
"""Stands in a text for the name of the key that re-opens the session, which the user's settings may change."""
GATEWAY_PORT = 5000
"""On which a gateway listens unless its settings say otherwise."""
START = "bin/run.sh root/conf.yaml"
"""Starts a gateway, in its own folder."""
_OF_WEB_SERVERS = frozenset({80, 443})


@dataclass(frozen=True, slots=True)
class Remedy:
    """The one thing to do next.

    text: sentences. commands: lines to run, as they are. address: what to open in a browser. reopens: whether to
    re-open the brokerage session may mend it, which the monitor can do itself. monitor_text: the sentences where it
    can, with REOPEN_KEY for the key's name; None where `text` does for the monitor too. by_key: whether the key does
    all that the commands do.
    """

    text: str
    commands: tuple[str, ...] = ()
    address: str | None = None
    reopens: bool = False
    monitor_text: str | None = None
    by_key: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The ids of the commands with which the monitor can do this, or hand it to the user's clipboard."""
        copied = bool(self.commands or self.address)
        return (REOPEN,) * self.reopens + (COPY,) * copied

    @property
    def shown_commands(self) -> tuple[str, ...]:
        """The lines that the monitor has to show: none where a key does the same."""
        return () if self.by_key else self.commands

    def said(self, reopen_key: str) -> str:
        """The sentences for the monitor, with the name of the key that re-opens the session."""
        return self.text if self.monitor_text is None else self.monitor_text.replace(REOPEN_KEY, reopen_key)

    def after(self, sentence: str) -> "Remedy":
        """The same with a sentence before it."""
        first = f"{sentence} "
        monitor = None if self.monitor_text is None else first + self.monitor_text
        return replace(self, text=first + self.text, monitor_text=monitor)


def far_port(address: Address) -> int:
    """The gateway's port on its own machine: what is reached at a web server's port listens behind something."""
    return GATEWAY_PORT if address.port in _OF_WEB_SERVERS and not address.loopback else address.port


def ssh_line(address: Address, here: Here, kind: PathKind | None = None) -> str | None:
    """The line that, run at the user's own machine, brings the gateway's port there; None where nobody needs one.

    Over SSH to the gateway's machine that is this server as the user reached it; a gateway on another
    machine is asked for by its own name, unless that is the name of a tunnel's servers. kind: that of the way.
    """
    if not address.loopback:
        port = far_port(address)
        host = "HOST" if (kind or address.kind).by_edge else address.host
        return f"ssh -L {port}:localhost:{port} {here.user or 'USER'}@{host}"
    if here.ssh_server is None:
        return None
    port_option = "" if here.ssh_port == 22 else f"-p {here.ssh_port} "
    target = f"{here.user or 'USER'}@{here.ssh_server}"
    return f"ssh {port_option}-L {address.port}:localhost:{address.port} {target}"
