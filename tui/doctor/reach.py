"""The checks of the way to the gateway: settings, name, port, tunnel, TLS, and whether a gateway is at its end."""

from dataclasses import replace

from tui.doctor.check import Check, Outcome, Status
from tui.doctor.gateway_story import GUIDE, story
from tui.doctor.outcome import failed, judged, passed, skipped, warned, with_remedy
from tui.doctor.scene import TWS_PORTS, Scene
from tui.domain.broken_way import Broken, agent_of, maker
from tui.domain.failure import Failure, FailureKind
from tui.domain.public import leading_here
from tui.domain.remedy import Remedy

OTHER_API = (
    "Trader Workstation and IB Gateway offer another API there, of sockets; what speaks the Web API needs the Client "
    "Portal Gateway, which is a program of its own."
)
TUNNELS_TALE = (
    "A bare `ngrok http 5000`, and `http://localhost:5000` in cloudflared's settings, can't work, whatever guides say: "
    "the gateway speaks https."
)
CERTIFICATE = (
    "The browser's warning about the certificate is normal: every gateway ships the same one, which nobody signed and "
    "which ended in 2019. Pass it on the gateway's own address, and nowhere else."
)


async def settings(scene: Scene) -> Outcome:
    """What is asked, and whether the settings for it are sound."""
    address, facts = scene.state.path.address, scene.facts
    looked = "the address and what the settings say of it"
    seen = address.url + (f", profile {facts.profile}" if facts.profile else "")
    if address.port in TWS_PORTS:
        means = f"Port {address.port} is one of Trader Workstation's. {OTHER_API}"
        remedy = Remedy("Give the address of the Client Portal Gateway with --url; it listens on 5000 unless changed.")
        return warned("tws-port", seen, means, remedy, looked_at=looked)
    trouble = (*facts.problems, *filter(None, (scene.core.budget.trouble,)))
    if trouble:
        means = "The settings can be used, but something is amiss with them or with what cpwatch keeps beside them."
        return warned("trouble", "; ".join(trouble), means, Remedy("See `cpwatch config`."), looked_at=looked)
    if address.scheme == "http" and not address.loopback:
        means = "Everything on the way can be read and changed by whoever is on it: plain http to another machine."
        remedy = Remedy("Come through ssh or a tunnel that encrypts, or let the gateway speak TLS (listenSsl: true).")
        return warned("clear", seen, means, remedy, looked_at=looked)
    return passed("sound", seen, looked_at=looked)


async def name(scene: Scene) -> Outcome:
    """Whether the host's name has an address."""
    address = scene.state.path.address
    looked = f"the name {address.host}"
    if address.loopback:
        return passed("resolves", "this machine", looked_at=looked)
    failure = await scene.contact()
    if failure is not None and failure.kind is FailureKind.UNRESOLVED:
        return judged("unresolved", failure, scene.verdict(), looked_at=looked)
    if failure is not None and failure.status is None and await scene.broken() is Broken.NO_ROUTE:
        return judged("quick-tunnel-gone", failure, scene.verdict(), looked_at=looked)
    return passed("resolves", ", ".join((await scene.addresses())[:4]), looked_at=looked)


async def port(scene: Scene) -> Outcome:
    """Whether something takes the connection."""
    address = scene.state.path.address
    failure = await scene.contact()
    looked = f"a connection to {address.host} port {address.port}"
    if failure is None and not await _asked(scene):
        return skipped("unasked", "a limit on requests holds cpwatch's questions back just now")
    match await scene.broken() if failure else None:
        case Broken.AGENT_DOWN:
            return judged("agent-down", failure, scene.verdict(), looked_at=looked)
        case Broken.FORWARD_GONE:
            return judged("forward-gone", failure, scene.verdict(), looked_at=looked)
        case Broken.EDGE:
            own = "The gateway itself may well be up." if failure else ""
            return judged("edge", failure, scene.verdict(), own, looked_at=looked)
    match failure.kind if failure else None:
        case FailureKind.REFUSED:
            return await _refused(scene, failure, looked)
        case FailureKind.CONNECT_TIMEOUT:
            return _unconnected(scene, failure, looked)
    return passed("reached", address.url, looked_at=looked)


async def _asked(scene: Scene) -> bool:
    return scene.recent() is not None or (await scene.own()).took is not None or await scene.auth() is not None


async def _refused(scene: Scene, failure: Failure | None, looked: str) -> Outcome:
    """Refused is an answer: the machine is there, no firewall is in between, and nobody listens."""
    found = scene.verdict()
    why = "The connection was refused at once: the machine is there, and no program listens on that port."
    if not await scene.here():
        return judged("refused", failure, found, why, looked_at=looked)
    told = await story(scene)
    if told.status is not Status.FAILED:
        return judged("refused", failure, found, why, looked_at=looked)
    outcome = judged("refused", failure, found, told.means, looked_at=looked, links=(GUIDE,))
    seen = "; ".join(filter(None, (outcome.evidence, told.evidence)))
    # What is known to start a gateway that was ended is the verdict's own; all else is told better by its cause.
    outcome = outcome if told.cause == "none" and told.remedy is None else with_remedy(outcome, told.remedy)
    return replace(outcome, evidence=seen, act=told.act)


def _unconnected(scene: Scene, failure: Failure | None, looked: str) -> Outcome:
    seen = failure.evidence if failure else ""
    if "not permitted" in seen:
        more = "This machine itself forbids it: a firewall or a sandbox on it does not let cpwatch out."
        return judged("not-permitted", failure, scene.verdict(), more, looked_at=looked)
    if seen.startswith("no route"):
        more = "This machine knows no way to that address: another network, a VPN that is off, or a wrong address."
        return judged("no-route", failure, scene.verdict(), more, looked_at=looked)
    more = (
        "Nothing came back, not even a refusal: a firewall drops what it does not allow, or the machine is off. A "
        "gateway that is only stopped would be refused at once."
    )
    return judged("filtered", failure, scene.verdict(), more, looked_at=looked)


_OF_TUNNEL = {
    Broken.FORWARD_HANGS: "forward-hangs",
    Broken.BEHIND_FORWARD: "behind-forward",
    Broken.OFFLINE: "offline",
    Broken.NO_ROUTE: "no-route",
    Broken.DENIED: "denied",
    Broken.LIMITED: "limited",
    Broken.NOTHING_BEHIND: "nothing-behind",
    Broken.UPSTREAM_SCHEME: "upstream-scheme",
}
_UPSTREAM = frozenset({"ngrok-upstream-scheme", "cloudflared-upstream-scheme", "cloudflared-verifies"})


async def tunnel(scene: Scene) -> Outcome:
    """Whether the tunnel on the way, if there is one, passes requests on to a gateway."""
    path = await scene.path()
    looked = f"the way: {path.kind.words}"
    failure = await scene.contact()
    broken = await scene.broken() if failure else None
    if broken is not None and (cause := _OF_TUNNEL.get(broken)) is not None:
        wrong = TUNNELS_TALE if broken in {Broken.UPSTREAM_SCHEME, Broken.NOTHING_BEHIND} else _UNKNOWN
        return judged(cause, failure, scene.verdict(), wrong, looked_at=looked)
    for each in leading_here(path):
        finding = next((one for one in each.findings if one.id in _UPSTREAM), None)
        if finding is not None:
            remedy = Remedy(finding.fix, (finding.command,) if finding.command else ())
            means = f"A tunnel of this machine leads to the gateway in a way that can't work. {finding.text}."
            said = f"{means} {TUNNELS_TALE}"
            return warned("wrong-upstream", f"{each.kind.words} {each.name}", said, remedy, looked_at=looked)
    if not (path.kind.by_edge or path.kind.forwarded) and agent_of(path) is None:
        return passed("none", "no tunnel on the way", looked_at=looked)
    agent = agent_of(path)
    seen = agent.detail if agent and agent.detail else f"{maker(path.kind)} passes requests on"
    return passed("stands", seen, looked_at=looked)


_UNKNOWN = "Whether a gateway runs behind it can't be known until the tunnel is mended."


async def tls(scene: Scene) -> Outcome:
    """Whether both sides speak the same of TLS and plain http."""
    address = scene.state.path.address
    looked = f"the beginning of {address.scheme} on port {address.port}"
    failure = await scene.contact()
    match failure.kind if failure else None:
        case FailureKind.WRONG_SCHEME:
            return judged("wrong-scheme", failure, scene.verdict(), looked_at=looked)
        case FailureKind.UNTRUSTED:
            return judged("untrusted", failure, scene.verdict(), CERTIFICATE, looked_at=looked)
        case FailureKind.CUT | FailureKind.TLS_TIMEOUT if (tws := await _tws(scene)) is not None:
            return failed("tws", failure.evidence if failure else "", *tws, looked_at=looked)
        case FailureKind.CUT | FailureKind.TLS_TIMEOUT if (held := await _held(scene)) is not None:
            seen = "; ".join(filter(None, (failure.evidence if failure else "", held.evidence)))
            return failed("held", seen, held.means, held.remedy, looked_at=looked, act=held.act)
        case FailureKind.TLS_TIMEOUT:
            more = "What took the connection speaks no TLS, or hangs."
            return judged("silent", failure, scene.verdict(), more, looked_at=looked)
        case FailureKind.CUT:
            more = "Something took the connection and closed it before a word: no gateway that is well does so."
            return judged("cut", failure, scene.verdict(), more, looked_at=looked)
    if address.scheme == "http":
        return passed("plain", "plain http", "The gateway is set up to speak plain http.", looked_at=looked)
    verified = scene.facts.verified or not address.loopback
    seen = "TLS, the certificate verified" if verified else "TLS, the certificate not verified on this machine"
    return passed("speaks", seen, CERTIFICATE if address.loopback else "", looked_at=looked)


async def _tws(scene: Scene) -> tuple[str, Remedy] | None:
    """What to say where the port is Trader Workstation's, by its number and who listens; None where it is not."""
    if scene.state.path.address.port not in TWS_PORTS:
        return None
    means = f"Trader Workstation or IB Gateway answers there, not the Client Portal Gateway. {OTHER_API}"
    return means, Remedy("Start the Client Portal Gateway, and give its address with --url, https://localhost:5000.")


async def _held(scene: Scene) -> Outcome | None:
    """What is told of another program that has the port of this machine; None where none is known to have it."""
    told = await story(scene) if await scene.here() else None
    return told if told is not None and told.cause in {"held", "container"} else None


async def gateway(scene: Scene) -> Outcome:
    """Whether what answers there is a gateway."""
    failure = await scene.contact()
    looked = "how it answers what every gateway answers by itself"
    if failure is None or failure.kind not in {FailureKind.NOT_A_GATEWAY, FailureKind.UNEXPECTED}:
        return await _told_by_silence(scene, looked)
    own = await scene.own()
    if own.took is not None and own.failure is None:
        return passed("gateway", "it answers by itself as a gateway does", looked_at=looked)
    who = await _owner(scene)
    seen = "; ".join(filter(None, (failure.evidence, who)))
    found = scene.verdict()
    if "AirTunes" in failure.evidence:
        more = "It is the AirPlay receiver of macOS, which takes port 5000 before the gateway does."
        cause = "airplay"
    elif failure.kind is FailureKind.UNEXPECTED:
        more, cause = "Something between may have changed the answer, such as a proxy.", "unexpected"
    else:
        more, cause = f"Another program has the port{f': {who}' if who else ''}.", "another-server"
    return judged(cause, failure, found, more, seen=seen, looked_at=looked)


async def _told_by_silence(scene: Scene, looked: str) -> Outcome:
    outcome = await scene.auth() if (await scene.own()).failure is not None else None
    if isinstance(outcome, Failure) and outcome.kind is FailureKind.SILENT:
        return skipped("untold", "it takes requests and answers none, by which nothing is told")
    return passed("gateway", "it answers as a gateway does", looked_at=looked)


async def _owner(scene: Scene) -> str:
    """The program that has the port, where that is this machine's."""
    if not await scene.here():
        return ""
    owner = next(iter((await scene.listeners()).owners), None)
    if owner is None or owner.program is None:
        return ""
    return f"{owner.program}, process {owner.pid}"


CHECKS: tuple[Check[Scene], ...] = (
    Check("settings", "The settings", settings, (), frozenset({"sound", "tws-port", "trouble", "clear"})),
    Check(
        "name",
        "The name resolves",
        name,
        ("settings",),
        frozenset({"resolves", "unresolved", "quick-tunnel-gone"}),
    ),
    Check(
        "port",
        "The port is reached",
        port,
        ("name",),
        frozenset(
            {
                "reached",
                "unasked",
                "refused",
                "filtered",
                "no-route",
                "not-permitted",
                "agent-down",
                "forward-gone",
                "edge",
            }
        ),
    ),
    Check(
        "tunnel",
        "The tunnel passes requests on",
        tunnel,
        ("port",),
        frozenset({"none", "stands", "wrong-upstream", *_OF_TUNNEL.values()}),
    ),
    Check(
        "tls",
        "TLS or plain http",
        tls,
        ("tunnel",),
        frozenset({"speaks", "plain", "wrong-scheme", "untrusted", "tws", "held", "silent", "cut"}),
    ),
    Check(
        "gateway",
        "A gateway is there",
        gateway,
        ("tls",),
        frozenset({"gateway", "untold", "airplay", "another-server", "unexpected"}),
    ),
)
"""In the order in which they depend on each other."""
