"""What to do next about each verdict: one act, in words, with the line to run or the address to open."""

from dataclasses import replace
from shlex import quote

from tui.domain.address import Address, PathKind
from tui.domain.broken_way import broken_way
from tui.domain.failure import Failure, FailureKind
from tui.domain.remedy_parts import COPY, REOPEN, REOPEN_KEY, START, Remedy, far_port, ssh_line
from tui.domain.remedy_path import remedy_for_way, ssh_template, unreachable_by_way
from tui.domain.rivals import RIVALS
from tui.domain.state import MonitorState
from tui.domain.way import ToldBy

__all__ = ["COPY", "REOPEN", "REOPEN_KEY", "Remedy", "remedy_for_failure", "remedy_for_session", "ssh_line"]


def _home(state: MonitorState) -> str | None:
    """The line that brings the gateway's port to the user, None where nobody needs one."""
    return ssh_line(state.path.address, state.here, state.path.kind)


def _login(state: MonitorState) -> Remedy:
    address = state.path.address
    line = _home(state)
    local = f"{address.scheme}://localhost:{far_port(address)}"
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
        (START,),
    )


def _refused(state: MonitorState) -> Remedy:
    """Where nothing says what listened there, it may have been the near end of a tunnel."""
    path = state.path
    told = path.way.value.told_by if path.way else None
    if not path.address.loopback or path.kind is not PathKind.LOCAL or told not in {None, ToldBy.ADDRESS}:
        return _start(state)
    start = _start(state)
    return replace(
        start,
        text=f"{start.text} If it runs elsewhere and is reached by ssh -L, start that instead, by the second line.",
        commands=(*start.commands, ssh_template(path.address)),
    )


def _other_scheme(state: MonitorState) -> Remedy:
    address = state.path.address
    other = "http" if address.scheme == "https" else "https"
    port = _USUAL_PORTS[other] if address.port == _USUAL_PORTS[address.scheme] else address.port
    who = "the tunnel takes" if state.path.by_edge else "the gateway on that port speaks"
    where = "" if state.path.by_edge else " (listenSsl in root/conf.yaml)"
    return Remedy(
        f"Start cpwatch with the line below: {who} {other}{where}.",
        (f"cpwatch --url {quote(replace(address, scheme=other, port=port).url)}",),
    )


_USUAL_PORTS = {"http": 80, "https": 443}


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
    if (by_way := unreachable_by_way(state.path)) is not None:
        return by_way
    if failure.kind is FailureKind.TLS_TIMEOUT and address.loopback:
        return Remedy(
            f"A program of this machine takes connections at port {address.port} and then says nothing, so that no "
            "firewall is to blame. If it is the gateway, end its java and start it again, in its own folder, with the "
            "line below (Windows: bin\\run.bat root\\conf.yaml); if it is a tunnel, start that again.",
            (START,),
        )
    return Remedy(
        f"Check that this machine may reach {address.host} port {address.port}: a firewall drops what it does not "
        "allow without a word. From the gateway's own machine, try cpwatch there, or come through ssh.",
        tuple(filter(None, (_home(state),))),
    )


def _silent(state: MonitorState) -> Remedy:
    remedy = Remedy(
        "The gateway itself can't reach IBKR: check the internet connection, the name service and a firewall "
        "on the gateway's machine, and proxyRemoteHost in root/conf.yaml. Its logs/gw.message.*.log names the "
        "cause. It recovers by itself once IBKR can be reached.",
    )
    if state.path.by_program and state.path.address.scheme == "http":
        # Without TLS nothing comes before the answer, so that both look alike.
        return remedy.after(f"Make sure that {state.path.kind.words} itself does not hang: end it and start it again.")
    return remedy


_ALWAYS = {
    FailureKind.DENIED: Remedy(
        "Add this machine's address to ips.allow in the gateway's root/conf.yaml (exact, or with a * at the "
        "end; no CIDR), then restart the gateway; a restart ends the login."
    ),
    FailureKind.MISCONFIGURED: Remedy(
        "In the gateway's root/conf.yaml, proxyRemoteHost needs its scheme (https://api.ibkr.com), and every "
        "entry of ips must be an address or end in a number's place with *; then restart the gateway."
    ),
    FailureKind.EDGE_DENIED: Remedy(
        "IBKR refuses the public address from which the gateway calls (data centres are often refused): run "
        "it behind another address, or ask IBKR."
    ),
    FailureKind.RATE_LIMITED: Remedy(
        "Something at this address asked too much: look for another program that polls this gateway. cpwatch "
        "waits; asking on would lengthen the penalty."
    ),
    FailureKind.BACKEND: Remedy(
        "Wait: IBKR restarts its servers around midnight of each region and on Saturday evenings. If it lasts, "
        "see IBKR's system status page; logging in again does not help."
    ),
}
"""The same on every way and from everywhere."""


def remedy_for_failure(failure: Failure, state: MonitorState) -> Remedy:
    """What to do about a failed exchange: first about the way, where it is the way that is broken."""
    if (broken := broken_way(failure, state.path)) is not None:
        return remedy_for_way(broken, failure, state.path)
    if (always := _ALWAYS.get(failure.kind)) is not None:
        return always
    match failure.kind:
        case FailureKind.REFUSED:
            return _refused(state)
        case FailureKind.CUT:
            return _start(state)
        case FailureKind.UNRESOLVED | FailureKind.CONNECT_TIMEOUT | FailureKind.TLS_TIMEOUT:
            return _unreachable(failure, state)
        case FailureKind.WRONG_SCHEME:
            return _other_scheme(state)
        case FailureKind.NOT_A_GATEWAY:
            return _not_a_gateway(state)
        case FailureKind.UNTRUSTED:
            return Remedy(
                "Give the certificate that signed the server's with --ca FILE. The certificate that every gateway "
                "ships with can't be verified by anyone: put a proxy or tunnel with a certificate of your own before "
                "it, or come through ssh.",
                tuple(filter(None, (_home(state),))),
            )
        case FailureKind.SILENT:
            return _silent(state)
        case FailureKind.NO_LOGIN:
            return _login(state)
        case FailureKind.NO_BRIDGE:
            return _reopen(state)
    return Remedy(
        "Wait, cpwatch asks again by itself. If it stays so, make sure that a gateway runs at "
        f"{state.path.address.url}, then start cpwatch with --log FILE --debug and report what was seen."
    )


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
