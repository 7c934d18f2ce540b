"""What to do next about each verdict: one act, in words, with the line to run or the address to open."""

from dataclasses import dataclass, replace
from shlex import quote

from tui.domain.failure import Failure, FailureKind
from tui.domain.path import Address
from tui.domain.rivals import RIVALS
from tui.domain.state import Here, MonitorState

REOPEN, COPY = "reopen", "copy"
"""The monitor's commands that a remedy may offer, by their ids."""
REOPEN_KEY = "{reopen}"
"""Stands in a text for the name of the key that re-opens the session, which the user's settings may change."""


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


def ssh_line(address: Address, here: Here) -> str | None:
    """The line that, run at the user's own machine, brings the gateway's port there; None where nobody needs one.

    Over SSH to the gateway's machine that is this server as the user reached it; a gateway on another
    machine is asked for by its own name.
    """
    if not address.loopback:
        return f"ssh -L {address.port}:localhost:{address.port} {here.user or 'USER'}@{address.host}"
    if here.ssh_server is None:
        return None
    port = "" if here.ssh_port == 22 else f"-p {here.ssh_port} "
    return f"ssh {port}-L {address.port}:localhost:{address.port} {here.user or 'USER'}@{here.ssh_server}"


def _login(state: MonitorState) -> Remedy:
    address, here = state.path.address, state.here
    line = ssh_line(address, here)
    local = f"{address.scheme}://localhost:{address.port}"
    if line is None:
        return Remedy(
            f"Open {local} in a browser on this machine, pass its certificate warning (normal for a gateway), "
            "and log in with the second factor.",
            address=local,
        )
    return Remedy(
        f"At home, run the line below, then open {local} there, pass its certificate warning (normal for a "
        "gateway), and log in with the second factor.",
        (line,),
        local,
    )


def _start(state: MonitorState) -> Remedy:
    address = state.path.address
    where = "on this machine" if address.loopback else f"on {address.host}"
    return Remedy(
        f"Start the gateway {where}, in its own folder, with the line below (Windows: bin\\run.bat root\\conf.yaml). "
        f"If it runs already, compare listenPort in root/conf.yaml with port {address.port}, and look at its console "
        "for “Server listen failed”.",
        ("bin/run.sh root/conf.yaml",),
    )


def _other_scheme(state: MonitorState) -> Remedy:
    address = state.path.address
    other = "http" if address.scheme == "https" else "https"
    return Remedy(
        f"Start cpwatch with the line below: the gateway on that port speaks {other} (listenSsl in root/conf.yaml).",
        (f"cpwatch --url {quote(replace(address, scheme=other).url)}",),
    )


def _not_a_gateway(state: MonitorState) -> Remedy:
    port = state.path.address.port
    return Remedy(
        f"Find what holds port {port} (on macOS the AirPlay receiver takes 5000), give the gateway another listenPort "
        "in root/conf.yaml, restart it, and give cpwatch the new address with --url."
    )


def _unreachable(failure: Failure, state: MonitorState) -> Remedy:
    address = state.path.address
    if failure.kind is FailureKind.UNRESOLVED:
        return Remedy(f"Check the spelling of {address.host}, and this machine's name service.")
    return Remedy(
        f"Check that this machine may reach {address.host} port {address.port}: a firewall drops what it does not "
        "allow without a word. From the gateway's own machine, try cpwatch there, or come through ssh.",
        tuple(filter(None, (ssh_line(address, state.here),))),
    )


def remedy_for_failure(failure: Failure, state: MonitorState) -> Remedy:
    """What to do about a failed exchange."""
    match failure.kind:
        case FailureKind.REFUSED | FailureKind.CUT:
            return _start(state)
        case FailureKind.UNRESOLVED | FailureKind.CONNECT_TIMEOUT | FailureKind.TLS_TIMEOUT:
            return _unreachable(failure, state)
        case FailureKind.WRONG_SCHEME:
            return _other_scheme(state)
        case FailureKind.NOT_A_GATEWAY:
            return _not_a_gateway(state)
        case FailureKind.UNEXPECTED:
            return Remedy(
                "Wait, cpwatch asks again by itself. If it stays so, make sure that a gateway runs at "
                f"{state.path.address.url}, then start cpwatch with --log FILE --debug and report what was seen."
            )
        case FailureKind.UNTRUSTED:
            return Remedy(
                "Give the certificate that signed the server's with --ca FILE. The certificate that every gateway "
                "ships with can't be verified by anyone: put a proxy or tunnel with a certificate of your own before "
                "it, or come through ssh.",
                tuple(filter(None, (ssh_line(state.path.address, state.here),))),
            )
        case FailureKind.SILENT:
            return Remedy(
                "The gateway itself can't reach IBKR: check the internet connection, the name service and a firewall "
                "on the gateway's machine, and proxyRemoteHost in root/conf.yaml. Its logs/gw.message.*.log names the "
                "cause. It recovers by itself once IBKR can be reached.",
            )
        case FailureKind.DENIED:
            return Remedy(
                "Add this machine's address to ips.allow in the gateway's root/conf.yaml (exact, or with a * at the "
                "end; no CIDR), then restart the gateway; a restart ends the login."
            )
        case FailureKind.MISCONFIGURED:
            return Remedy(
                "In the gateway's root/conf.yaml, proxyRemoteHost needs its scheme (https://api.ibkr.com), and every "
                "entry of ips must be an address or end in a number's place with *; then restart the gateway."
            )
        case FailureKind.EDGE_DENIED:
            return Remedy(
                "IBKR refuses the public address from which the gateway calls (data centres are often refused): run "
                "it behind another address, or ask IBKR."
            )
        case FailureKind.RATE_LIMITED:
            return Remedy(
                "Something at this address asked too much: look for another program that polls this gateway. cpwatch "
                "waits; asking on would lengthen the penalty."
            )
        case FailureKind.BACKEND:
            return Remedy(
                "Wait: IBKR restarts its servers around midnight of each region and on Saturday evenings. If it lasts, "
                "see IBKR's system status page; logging in again does not help."
            )
        case FailureKind.NO_LOGIN:
            return _login(state)
        case FailureKind.NO_BRIDGE:
            return _reopen(state)


def _reopen_line(address: Address) -> str:
    """The request that opens the brokerage session anew within a living login; it evicts nobody."""
    insecure = "-k " if address.scheme == "https" and address.loopback else ""
    return (
        f"curl {insecure}-X POST -H 'Content-Type: application/json' -d '{{\"publish\":true,\"compete\":false}}' "
        f"{quote(f'{address.url}/v1/api/iserver/auth/ssodh/init')}"
    )


def _reopen(state: MonitorState) -> Remedy:
    return Remedy(
        "The login still lives, so the brokerage session can be opened again without a browser: run the line below. "
        "If it stays so, log in again.",
        (_reopen_line(state.path.address),),
        reopens=True,
        monitor_text=(
            "The login still lives, so the brokerage session can be opened again without a browser: press "
            f"{REOPEN_KEY}. If it stays so, log in again."
        ),
        by_key=True,
    )


def _competing(state: MonitorState) -> Remedy:
    return Remedy(
        "Log out of Trader Workstation, the mobile app or the other program that uses this user name, then "
        "run the line below. A second user name for the API avoids this. Portfolio data goes on meanwhile.",
        (_reopen_line(state.path.address),),
        reopens=True,
        monitor_text=(
            f"Log out of the program that holds it, then press {REOPEN_KEY}; or let {REOPEN_KEY} throw it out: "
            f"{RIVALS}. A second user name for the API avoids this. Portfolio data goes on meanwhile."
        ),
        by_key=True,
    )


def _logged_out(state: MonitorState) -> Remedy:
    login = _login(state)
    return replace(
        login,
        text=f"Log in again. {login.text}",
        reopens=True,
        monitor_text=(
            f"Press {REOPEN_KEY} to open the brokerage session again, which works while the login lives. If it stays "
            f"so, log in again. {login.text}"
        ),
    )


def remedy_for_session(name: str, state: MonitorState) -> Remedy | None:
    """What to do about a session that IBKR describes; None where nothing is to be done."""
    match name:
        case "logged_out":
            return _logged_out(state)
        case "session_lapsed":
            return _reopen(state)
        case "competing":
            return _competing(state)
        case "initialising":
            return Remedy("Wait: IBKR loads the accounts, which takes up to half a minute.")
        case "contested":
            return Remedy("Log out of the other program, or expect this session to end.")
    return None
