"""The checks of what the gateway does with a request: lets us in, answers in time, and gets through to IBKR."""

from tui.doctor.check import Act, Check, Outcome
from tui.doctor.gateway_story import LOGS
from tui.doctor.outcome import failed, judged, passed, skipped, warned
from tui.doctor.scene import Scene
from tui.domain.failure import Failure, FailureKind
from tui.domain.latency import Limits
from tui.domain.remedy import Remedy
from tui.domain.text import duration
from tui.setup.judge import Answer

STATUS_PAGE = "https://www.interactivebrokers.com/en/software/systemStatus.php"
SLOW = 2.0
"""Seconds of an answer from IBKR from which on programs begin to time out; IBKR itself gives up after ten."""

SLOW_OWN = 0.5
"""Seconds of a gateway's own answer; its very first one after a start takes a third of a second."""


async def allow_list(scene: Scene) -> Outcome:
    """Whether the gateway's own list of addresses lets us in."""
    looked = "what the gateway answers to this machine, and what its conf.yaml says of it"
    outcome = await scene.auth()
    kind = outcome.kind if isinstance(outcome, Failure) else None
    if isinstance(outcome, Failure) and kind is FailureKind.DENIED:
        return await _denied(scene, outcome, looked)
    if isinstance(outcome, Failure) and kind is FailureKind.MISCONFIGURED:
        return await _chokes(scene, outcome, looked)
    if (told := await _by_file(scene)) not in {None, Answer.ALLOWED, Answer.NO_GATEWAY}:
        means = (
            "The gateway lets this machine in now, by the list that it read at its start; with conf.yaml as it stands "
            "now it would not after the next start."
        )
        remedy = Remedy("Put this machine's address back into ips.allow before you restart the gateway.")
        return warned("not-again", f"by conf.yaml: {told}", means, remedy, looked_at=looked, act=Act.SETUP)
    return passed("admits", "this machine is let in", looked_at=looked)


async def _by_file(scene: Scene) -> Answer | None:
    """What the settings as they stand now make of us; None where they, or our address, are not known."""
    if not await scene.here():
        return None
    found, client = await scene.conf(), await scene.client_address()
    if found is None or found.judged is None or client is None:
        return None
    return found.judged.decide(client)


async def _denied(scene: Scene, failure: Failure, looked: str) -> Outcome:
    found = scene.verdict()
    client = await scene.client_address() if await scene.here() else None
    who = f"It sees this machine as {client}." if client else "It sees this machine by its address on the way there."
    logs = await scene.logs()
    seen = "; ".join(filter(None, (failure.evidence, logs.refused)))
    if await _by_file(scene) is Answer.ALLOWED:
        means = (
            "The gateway's allow list refuses this machine, though its conf.yaml lets it in: the file is read once, at "
            "the start, and was changed since."
        )
        remedy = Remedy("Restart the gateway, and log in again: a restart ends the login.")
        return failed("needs-restart", seen, means, remedy, looked_at=looked)
    rules = (
        "An entry is one address, or ends in .* for all below; 0.0.0.0/0 and other networks with a / do nothing, and "
        "an entry in ips.deny counts first. A container's network has addresses of its own, such as 172.18.*."
    )
    return judged("denied", failure, found, who, rules, seen=seen, looked_at=looked, act=await _setup(scene))


async def _chokes(scene: Scene, failure: Failure, looked: str) -> Outcome:
    found = scene.verdict()
    if failure.status is not None and 300 <= failure.status < 400:
        more = "It sends what it is asked on to IBKR's own host: its svcEnvironment, or a path before it, is another."
        return judged("off-path", failure, found, more, looked_at=looked, act=await _setup(scene))
    conf = await scene.conf() if await scene.here() else None
    findings = conf.judged.findings if conf and conf.judged else ()
    worst = next((each for each in findings if each.severity == "error"), None)
    if conf is not None and worst is not None:
        at = f"; {conf.path} line {worst.line}" if worst.line else ""
        remedy = Remedy(f"{worst.fix} Then restart the gateway; that ends the login.")
        means = f"{found.summary} {worst.message}"
        return failed("chokes", f"{failure.evidence}{at}", means, remedy, looked_at=looked, act=Act.SETUP)
    more = "It answers so to everybody, whatever is asked: a bad entry in ips, or a proxyRemoteHost without https://."
    return judged("chokes", failure, found, more, looked_at=looked, act=await _setup(scene))


async def _setup(scene: Scene) -> Act | None:
    """The wizard works on files of this machine."""
    return Act.SETUP if await scene.here() else None


async def answers(scene: Scene) -> Outcome:
    """Whether the gateway answers by itself, and how fast."""
    looked = "what the gateway answers by itself, without IBKR"
    own = await scene.own()
    if own.failure is not None and own.failure.kind is FailureKind.SILENT:
        outcome = await scene.auth()
        if isinstance(outcome, Failure) and outcome.kind is FailureKind.SILENT:
            means = (
                "The gateway takes requests and answers none, not even those that need no IBKR: it hangs, or what "
                "is before it does. Whether IBKR can be reached can't be known until it answers."
            )
            return failed("silent", own.failure.evidence, means, _AGAIN, looked_at=looked)
        return warned("slow", own.failure.evidence, _SLOW_OWN, looked_at=looked)
    if own.took is None:
        return passed("unasked", "not asked: another question of cpwatch's, or a limit, goes first", looked_at=looked)
    path = scene.state.path
    limit = path.high if path.high is not None else Limits().of(path.kind)
    if own.took >= max(limit, SLOW_OWN):
        remedy = Remedy("Look at the way's legs in the Path pane: they tell which part of it takes the time.")
        return warned("slow", duration(own.took), _SLOW_OWN, remedy, looked_at=looked)
    return passed("in-time", duration(own.took), looked_at=looked)


_AGAIN = Remedy(
    "End the gateway and start it again, then log in. If a tunnel is on the way, such as ssh -L, that first."
)
_SLOW_OWN = (
    "The gateway, or the way to it, is slow: this answer needs no IBKR. On this machine it takes a few milliseconds."
)


async def ibkr(scene: Scene) -> Outcome:
    """Whether the gateway gets through to IBKR."""
    looked = "the status of the session, which the gateway asks of IBKR"
    outcome = await scene.auth()
    if outcome is None:
        return skipped("unasked", "a limit on requests, or another question that hangs, holds cpwatch's back just now")
    found = scene.verdict()
    if not isinstance(outcome, Failure):
        took = scene.state.path.first_byte
        if took is not None and scene.state.path.forwarded and took.value >= SLOW:
            means = (
                "IBKR answers slowly: programs that wait for a few seconds only begin to time out, and IBKR itself "
                "gives up after ten, with 503."
            )
            return warned("slow", duration(took.value), means, _NODE, looked_at=looked, links=(STATUS_PAGE,))
        return passed("reached", duration(took.value if took else None), looked_at=looked)
    match outcome.kind:
        case FailureKind.SILENT:
            return await _silent(scene, outcome, looked)
        case FailureKind.EDGE_DENIED:
            return judged("edge-denied", outcome, found, looked_at=looked)
        case FailureKind.RATE_LIMITED:
            more = "IBKR counts by address and user name, so that all programs behind this gateway wait together."
            return judged("rate-limited", outcome, found, more, looked_at=looked)
        case FailureKind.BACKEND:
            more = (
                "If it stays so for hours while IBKR's status page shows nothing, try another of its nodes: "
                "proxyRemoteHost https://1.api.ibkr.com up to 8, in root/conf.yaml."
            )
            return judged("backend", outcome, found, more, looked_at=looked, links=(STATUS_PAGE,))
        case FailureKind.NO_LOGIN | FailureKind.NO_BRIDGE:
            return passed("reached", outcome.evidence, looked_at=looked)
    means = (
        "A gateway is there, but what comes for an answer of IBKR's is none: a page of IBKR's maintenance, or "
        "something on the way that changes answers, such as a proxy."
    )
    return failed("garbled", outcome.evidence, means, _GARBLED, looked_at=looked, links=(STATUS_PAGE,))


_GARBLED = Remedy(
    "Wait a few minutes and look at IBKR's status page; if it stays so, look for a proxy between the gateway's machine "
    "and the internet that answers in IBKR's place."
)

_NODE = Remedy(
    "Look at IBKR's status page and at the internet connection of the gateway's machine; where it stays so, another "
    "node may help: proxyRemoteHost https://1.api.ibkr.com up to 8 in root/conf.yaml, then restart the gateway."
)


async def _silent(scene: Scene, failure: Failure, looked: str) -> Outcome:
    """The gateway answers by itself, so it is IBKR that it does not reach; its log names the reason."""
    logs = await scene.logs() if await scene.here() else None
    seen = "; ".join(filter(None, (failure.evidence, logs.upstream if logs else None)))
    more = f"It keeps such requests for ever, so every program behind it times out. {LOGS}"
    if scene.recent() is not None and (await scene.own()).took is None:
        more = f"Whether the gateway itself hangs can't be told from here. {LOGS}"
    return judged("no-answer", failure, scene.verdict(), more, seen=seen, looked_at=looked)


CHECKS: tuple[Check[Scene], ...] = (
    Check(
        "allow-list",
        "The allow list lets us in",
        allow_list,
        ("tls",),
        frozenset({"admits", "not-again", "denied", "needs-restart", "chokes", "off-path"}),
    ),
    Check(
        "answers",
        "The gateway answers in time",
        answers,
        ("tls",),
        frozenset({"in-time", "slow", "silent", "unasked"}),
    ),
    Check(
        "ibkr",
        "IBKR is reached",
        ibkr,
        ("allow-list", "answers", "gateway"),
        frozenset({"reached", "slow", "no-answer", "edge-denied", "rate-limited", "backend", "garbled", "unasked"}),
    ),
)
"""In the order in which they depend on each other."""
