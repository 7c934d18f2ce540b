"""Named examinations: runs of the walkthrough's checks as they stand at one moment, for pictures and for the screen."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from tests.support import states
from tests.support.parts import NOW, ago
from tui.doctor.check import Act, Outcome, Result, Status
from tui.doctor.examination import Examination
from tui.domain.remedy import Remedy
from tui.domain.state import MonitorState
from tui.domain.verdict import verdict

TITLES = {
    "settings": "The settings",
    "name": "The name resolves",
    "port": "The port is reached",
    "tunnel": "The tunnel passes requests on",
    "tls": "TLS or plain http",
    "gateway": "A gateway is there",
    "process": "The gateway's process",
    "java": "Java",
    "folder": "The gateway's folder",
    "conf": "Its conf.yaml loads",
    "allow-list": "The allow list lets us in",
    "answers": "The gateway answers in time",
    "ibkr": "IBKR is reached",
    "login": "Somebody is logged in",
    "brokerage": "The brokerage session",
    "competing": "No other login competes",
    "established": "Its accounts are loaded",
    "accounts": "The accounts",
    "positions": "The positions, whole and fresh",
    "keep-alive": "The keep-alive is answered",
    "clock": "The clock is right",
    "reset": "The time to the next reset",
    "websocket": "The data stream opens and greets",
    "exposure": "Nothing is open to strangers",
}
"""As the checks have them; a test holds the two together."""
_SEEN = {
    "settings": "https://localhost:5000",
    "name": "this machine",
    "port": "https://localhost:5000",
    "tunnel": "no tunnel on the way",
    "tls": "TLS, the certificate not verified on this machine",
    "gateway": "it answers as a gateway does",
    "process": "process 4121 in ~/clientportal.gw",
    "java": "java 17.0.15",
    "folder": "~/clientportal.gw",
    "conf": "root/conf.yaml",
    "allow-list": "this machine is let in",
    "answers": "2.1 ms",
    "ibkr": "37 ms",
    "login": "somebody is logged in",
    "brokerage": "authenticated yes, connected yes, competing no",
    "competing": "competing no",
    "established": "established yes",
    "accounts": "1 (DU•••567), paper",
    "positions": "12 positions",
    "keep-alive": "answered 12 s ago",
    "clock": "+0 s",
    "reset": "in 14 h 56 m",
    "websocket": "system, act, sts",
    "exposure": "nothing is known to be open",
}
FINE = {each: Outcome(Status.PASSED, "fine", seen, looked_at="what there is") for each, seen in _SEEN.items()}
_ELSEWHERE = ("process", "java", "folder", "conf", "exposure")
"""What goes on whether or not the gateway is reached."""


def examination(outcomes: Mapping[str, Outcome], *, ended: bool = True) -> Examination:
    """A run in which those came."""
    results = {each: Result(each, TITLES[each], outcome, 0.2) for each, outcome in outcomes.items()}
    return Examination(TITLES, results, frozenset(), ago(4), NOW if ended else None)


def failing(check: str, outcome: Outcome) -> Examination:
    """A run in which that failed, and what comes after it was skipped for it."""
    ids = list(TITLES)
    skipped = Outcome(Status.SKIPPED, "skipped", f"“{TITLES[check]}” failed")
    after = {each: FINE[each] if each in _ELSEWHERE else skipped for each in ids[ids.index(check) + 1 :]}
    return examination({**{each: FINE[each] for each in ids[: ids.index(check)]}, check: outcome, **after})


def healthy() -> Examination:
    """All is well."""
    return examination(FINE)


def beginning() -> Examination:
    """The run has begun, and nothing has come."""
    return Examination(begun_at=NOW)


def running() -> Examination:
    """The first ones have passed, and others are under way."""
    ids = list(TITLES)
    return replace(
        examination({each: FINE[each] for each in ids[:5]}, ended=False), running=frozenset({"gateway", "process"})
    )


def found(state: MonitorState, check: str, cause: str, act: Act | None = None, **more: object) -> Examination:
    """A run that fails in the verdict's own words."""
    judged = verdict(state, NOW)
    outcome = Outcome(
        Status.FAILED, cause, judged.seen or "", judged.summary, judged.remedy, "what decides", act=act, **more
    )  # type: ignore[arg-type]
    return failing(check, outcome)


def nobody() -> Examination:
    """Nobody is logged in."""
    return found(states.login_required(), "login", "nobody", Act.LOGIN)


def nobody_over_ssh() -> Examination:
    """The same, where the user has come over SSH."""
    return found(states.login_required_over_ssh(), "login", "nobody", Act.LOGIN)


def competing() -> Examination:
    """Another login has the session."""
    return found(states.competing(), "competing", "competing", Act.REOPEN)


def down() -> Examination:
    """There is no gateway."""
    return found(states.gateway_down(), "port", "refused", links=("https://example.com/guide",))


def bad_conf() -> Examination:
    """The settings file of the gateway stops it."""
    remedy = Remedy(
        "In ips.allow, give 192.168.1.* instead. Then start the gateway again.", ("bin/run.sh root/conf.yaml",)
    )
    means = "The gateway can't read its settings: 192.168.1.0/24 is no address. It never begins to listen."
    outcome = Outcome(
        Status.FAILED,
        "never-listens",
        "root/conf.yaml line 21",
        means,
        remedy,
        "the gateway's root/conf.yaml",
        act=Act.SETUP,
    )
    return failing("conf", outcome)


def warned() -> Examination:
    """It works, and one thing is to be minded."""
    remedy = Remedy("Start cpwatch without --no-keep-alive.")
    off = Outcome(
        Status.WARNED, "off", "keep-alive off", "cpwatch sends no keep-alive here. Something else has to.", remedy
    )
    return examination({**FINE, "keep-alive": off})


def hostile() -> Examination:
    """Texts that try to be more than text."""
    nasty = "[red]bold[/] \x1b[31m\x07 [@click=app.quit]トヨタ[/] " + "x" * 300
    remedy = Remedy(nasty, (f"echo {nasty}\nrm", nasty), nasty)
    outcome = Outcome(Status.FAILED, "odd", nasty, nasty, remedy, nasty, (nasty,), Act.LOGIN)
    return replace(failing("login", outcome), titles={**TITLES, "login": nasty})


def in_trouble() -> Examination:
    """The run was ended by a defect."""
    return Examination(
        TITLES, {}, frozenset(), ago(4), NOW, "The checks were ended by a defect of cpwatch (KeyError: 'x')."
    )


EXAMINATIONS: dict[str, tuple[Callable[[], MonitorState], Callable[[], Examination]]] = {
    "healthy": (states.ready, healthy),
    "beginning": (states.starting, beginning),
    "running": (states.starting, running),
    "nobody": (states.login_required, nobody),
    "nobody-over-ssh": (states.login_required_over_ssh, nobody_over_ssh),
    "competing": (states.competing, competing),
    "down": (states.gateway_down, down),
    "bad-conf": (states.gateway_down, bad_conf),
    "warned": (states.ready, warned),
    "hostile": (states.login_required, hostile),
    "in-trouble": (states.ready, in_trouble),
}
"""Each with a state that goes with it."""
