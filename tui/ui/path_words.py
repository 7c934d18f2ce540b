"""What the Path pane says of the way: the chain with its broken hop, which way it is, its tunnels, what is open."""

from collections.abc import Sequence
from dataclasses import dataclass

from tui.clock import Moment
from tui.domain.address import PathKind
from tui.domain.exposure import Openness
from tui.domain.finding import Finding
from tui.domain.journal import Level
from tui.domain.legs import Leg, LegName, legs
from tui.domain.path import PathState
from tui.domain.public import as_written, standing
from tui.domain.state import Pace
from tui.domain.text import duration
from tui.domain.tunnel import Tunnel
from tui.domain.verdict_name import VerdictName
from tui.domain.way import Forward, Owner, ToldBy, Way
from tui.ui import glyphs
from tui.ui.commands import BY_ID
from tui.ui.keymap import DEFAULT, Keymap
from tui.ui.line import Line, Part, Tone, first_fitting, joined, line, width
from tui.ui.words import mark, stamp, tone

HOPS = {LegName.EDGE: "edge", LegName.AGENT: "agent", LegName.GATEWAY: "gateway", LegName.IBKR: "IBKR"}
DOT = Part(" · ", Tone.MUTED)
LOOKED_OVER = 60.0
"""Seconds between two looks over this machine."""
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_PROGRAMS = {
    PathKind.NGROK: "ngrok",
    PathKind.CLOUDFLARE: "cloudflared",
    PathKind.TAILSCALE: "tailscale",
    PathKind.FRP: "frpc",
    PathKind.SSH: "ssh",
}
_BROKEN = {
    VerdictName.TUNNEL_DENIED: "refused",
    VerdictName.GATEWAY_DOWN: "down",
    VerdictName.UNREACHABLE: "unreachable",
    VerdictName.WRONG_SCHEME: "wrong scheme",
    VerdictName.UNTRUSTED_CERTIFICATE: "untrusted",
    VerdictName.NOT_A_GATEWAY: "no gateway",
    VerdictName.DENIED: "denied",
    VerdictName.MISCONFIGURED: "misconfigured",
    VerdictName.BACKEND_HUNG: "silent",
    VerdictName.BACKEND_DOWN: "errors",
    VerdictName.EDGE_DENIED: "denied",
}
_TOLD_BY = {ToldBy.SETTINGS: "by the settings", ToldBy.REMEMBERED: "as last seen", ToldBy.ANSWER: "by its answers"}


@dataclass(frozen=True, slots=True)
class PathView:
    """The slice: the path, which verdict tells where it is broken, and the pace that tells what is old.

    monthly: requests a month at this pace, None where the way is not metered.
    """

    path: PathState
    verdict: VerdictName
    pace: Pace
    monthly: int | None = None


def kind_words(kind: PathKind) -> str:
    """The kind as the pane names it: `local`, `ssh -L`, `Cloudflare Tunnel`."""
    return kind.value if kind in {PathKind.LOCAL, PathKind.LAN} else kind.words


def broken_words(path: PathState, verdict: VerdictName) -> str:
    """What is the matter where the way ends, in a word or three: `ssh down`, `offline`, `denied`."""
    match verdict:
        case VerdictName.TUNNEL_DOWN if path.by_edge:
            return "offline"
        case VerdictName.TUNNEL_DOWN:
            return f"{path.kind.words.removesuffix(' -L')} down"
        case VerdictName.GATEWAY_DOWN if path.by_program:
            return f"down behind {path.kind.words.removesuffix(' -L')}"
    return _BROKEN.get(verdict, "broken")


def chains(view: PathView, now: Moment) -> list[Line]:
    """The chain from here to IBKR in ever fewer cells; the last leaves hops out, marked by an ellipsis."""
    found = legs(view.path, view.verdict)
    word = broken_words(view.path, view.verdict)
    variants = [_chain(start, found, view, now, word, wires) for start, wires in _STARTS]
    kept = [leg for at, leg in enumerate(found) if leg.broken or at in {0, len(found) - 1}]
    if len(kept) < len(found):
        variants.append(_elided(found, kept, view, now, word))
    return variants


_STARTS = (("this machine", 2), ("here", 2), ("here", 1))


def chain(view: PathView, now: Moment, cells: int) -> Line:
    """`this machine ──0.4 ms── gateway ──37 ms── IBKR` in one line; `──✕ down──` where it is broken."""
    return first_fitting(chains(view, now), cells)


def chain_lines(view: PathView, now: Moment, cells: int) -> list[Line]:
    """The chain with all of its hops, in two lines where one does not hold them."""
    fitting = next((each for each in chains(view, now)[: len(_STARTS)] if width(each) <= cells), None)
    if fitting is not None:
        return [fitting]
    found = legs(view.path, view.verdict)
    word = broken_words(view.path, view.verdict)
    half = len(found) // 2
    for wires in (2, 1):
        first = _chain("here", found[:half], view, now, word, wires)
        second = line("    ", *_chain("", found[half:], view, now, word, wires))
        if max(width(first), width(second)) <= cells:
            return [first, second]
    return [chain(view, now, cells)]


def old_legs(view: PathView, now: Moment) -> Line:
    """`IBKR 13:01:42 · 1 h old`: of the legs whose time is shown though it is old, the oldest; else nothing."""
    old = [leg for leg in legs(view.path, view.verdict) if leg.took and is_old(leg, view.pace, now)]
    if not old:
        return ()
    oldest = max(old, key=lambda leg: leg.took.age(now) if leg.took else 0.0)
    at = oldest.took.at if oldest.took else now
    return line(Part(f"{HOPS[oldest.name]} ", Tone.STALE), *stamp(at, now, 0.0))


def fresh_for(name: LegName, pace: Pace) -> float:
    """Seconds for which that leg's time is fresh: what IBKR answers comes with each status, the rest with each tickle.

    Connections are opened anew with each tickle at the latest.
    """
    return pace.fresh_for(pace.auth if name is LegName.IBKR else max(pace.tickle, pace.auth))


def is_old(leg: Leg, pace: Pace, now: Moment) -> bool:
    """Whether the leg's time is older than two polls."""
    return leg.took is not None and leg.took.age(now) > fresh_for(leg.name, pace)


def _chain(start: str, found: Sequence[Leg], view: PathView, now: Moment, word: str, wires: int) -> Line:
    hops: list[Part | str] = [start]
    for leg in found:
        hops += [" " if hops != [""] else "", _wire(leg, view, now, word, wires), f" {HOPS[leg.name]}"]
    return line(*hops)


def _elided(found: Sequence[Leg], kept: Sequence[Leg], view: PathView, now: Moment, word: str) -> Line:
    """Only the first hop, the last and the broken one, each with its own leg; an ellipsis for what is between."""
    hops: list[Part | str] = ["here"]
    for at, leg in enumerate(found):
        if leg in kept:
            hops += [" ", _wire(leg, view, now, word, 1), f" {HOPS[leg.name]}"]
        elif found[at - 1] in kept:
            hops.append(Part(f" {glyphs.MORE}", Tone.MUTED))
    return line(*hops)


def _wire(leg: Leg, view: PathView, now: Moment, word: str, wires: int) -> Part:
    wire = glyphs.WIRE * wires
    if leg.broken:
        return Part(f"{wire}{glyphs.BROKEN} {word}{wire}", Tone.ALARM)
    if leg.took is None:
        return Part(f"{wire}{duration(None)}{wire}", Tone.MUTED)
    look = Tone.STALE if is_old(leg, view.pace, now) else Tone.PLAIN
    return Part(f"{wire}{duration(leg.took.value)}{wire}", look)


def way_facts(view: PathView, now: Moment) -> list[Line]:
    """Which way it is, the most telling first: `local`, `java 4121`, `listens on 0.0.0.0 ▲`, the address, its age."""
    path = view.path
    way = path.way.value if path.way else None
    facts = [line(kind_words(path.kind))]
    if way is not None:
        facts += [fact for fact in (_who(way), _interface(way), _everywhere(way.owner)) if fact]
        if way.told_by in _TOLD_BY:
            facts.append(line(Part(_TOLD_BY[way.told_by], Tone.MUTED)))
    if not path.address.loopback or way is None or not (way.owner or way.forward):
        facts.append(line(Part(as_written(path.address), Tone.MUTED)))
    if path.way is not None and path.way.age(now) > view.pace.fresh_for(LOOKED_OVER):
        facts.append(stamp(path.way.at, now, 0.0))
    return facts


def owner_words(owner: Owner) -> str:
    """`java 4121`; `a program that is not known` where the system does not tell."""
    match owner.program, owner.pid:
        case None, None:
            return "a program that is not known"
        case None, pid:
            return f"process {pid}"
        case program, None:
            return str(program)
        case program, pid:
            return f"{program} {pid}"


def forward_words(forward: Forward) -> str:
    """Where it leads: `trader@box:5000`, or `trader@box → db:5000` where the far side sends it on to another host."""
    if forward.host in _HERE:
        return f"{forward.destination}:{forward.port}"
    return f"{forward.destination} → {forward.host}:{forward.port}"


def _who(way: Way) -> Line:
    if way.forward is not None:
        # A forward that was only seen earlier has no process now.
        program = owner_words(way.owner) if way.owner and way.owner.program else "ssh"
        return line(f"{program} → {forward_words(way.forward)}")
    return line(owner_words(way.owner)) if way.owner is not None else ()


def _interface(way: Way) -> Line:
    return line(way.interface) if way.interface else ()


def _everywhere(owner: Owner | None) -> Line:
    if owner is None or not owner.everywhere:
        return ()
    bind = "::" if "::" in owner.binds and "0.0.0.0" not in owner.binds else "0.0.0.0"  # noqa: S104 (recognised, not bound)
    return line(Part(f"listens on {bind} {glyphs.WARN}", Tone.WARN))


def program(tunnel: Tunnel) -> str:
    """The tunnel's program, or its name where the kind has no program of its own: `cloudflared`, `wg0`."""
    return _PROGRAMS.get(tunnel.kind, tunnel.name)


def tunnel_variants(tunnel: Tunnel) -> list[Line]:
    """`cloudflared ● 4 connections fra03  12 ms  https://…`, `ngrok ▲ not connected: …`, in ever fewer words.

    The public address is in the first of them only.
    """
    head = line(Part(f"{program(tunnel)} ", Tone.LABEL))
    if tunnel.up is False:
        bad = line(*head, mark(Level.ALARM), " ", Part("not connected", Tone.ALARM))
        because = line(*bad, f": {tunnel.down_because}") if tunnel.down_because else bad
        where = line(Part(tunnel.public_url, Tone.MUTED)) if tunnel.public_url else ()
        return [joined((because, where)), because, bad]
    known = tunnel.up is True
    sign = mark(Level.OK) if known else Part(duration(None), Tone.MUTED)
    word = tunnel.detail or ("connected" if known else "not known whether it is up")
    edge = line(duration(tunnel.edge)) if tunnel.edge is not None else ()
    url = line(Part(tunnel.public_url, Tone.MUTED)) if tunnel.public_url else ()
    said = line(*head, sign, " ", word)
    return [
        joined((said, edge, url)),
        joined((said, edge)),
        said,
        line(*head, sign),
    ]


def finding_words(finding: Finding) -> str:
    """A finding in a few words: its id, `funnel on`."""
    return finding.id.replace("-", " ")


def findings_variants(view: PathView, keymap: Keymap = DEFAULT) -> list[Line]:
    """`▲ 2 findings: funnel on, plain http (x)`, in ever fewer words; empty where there is none."""
    found = standing(view.path)
    if not found:
        return []
    level = found[0].level
    count = "1 finding" if len(found) == 1 else f"{len(found)} findings"
    look = tone(level) if level is not Level.INFO else Tone.PLAIN
    names = [finding_words(each) for each in found]
    named = [", ".join(names[:n]) + (f", {glyphs.MORE}" if n < len(names) else "") for n in range(len(names), 0, -1)]
    texts = [*(f"{count}: {each}" for each in named), count, str(len(found))]
    return [line(mark(level), " ", Part(text, look), *_key("exposure", keymap)) for text in texts]


def exposed_variants(view: PathView, keymap: Keymap = DEFAULT) -> list[Line]:
    """What the newest look at the public addresses showed, where it is grave; empty where it is not."""
    shown = {probe.openness for probe in view.path.exposure.probes} if view.path.exposure else set()
    if Openness.TRADABLE in shown:
        texts = ("anyone on the internet can use this session", "strangers can trade")
    elif Openness.OPEN in shown:
        texts = ("the gateway is open to the internet", "open to the internet")
    else:
        return []
    return [line(mark(Level.ALARM), " ", Part(text, Tone.ALARM), *_key("exposure", keymap)) for text in texts]


def metered_variants(view: PathView, keymap: Keymap = DEFAULT) -> list[Line]:
    """`metered: 8,640 of 20,000 requests a month at this pace; r asks once`; empty where the way is not metered."""
    plan = view.path.plan
    if not plan.metered or view.monthly is None:
        return []
    over = plan.monthly is not None and view.monthly > plan.monthly
    cost = f"{view.monthly:,} of {plan.monthly:,}" if plan.monthly is not None else f"{view.monthly:,}"
    key = keymap.shown(BY_ID["refresh"])
    sign = line(mark(Level.WARN), " ") if over else ()
    look = Tone.WARN if over else Tone.PLAIN
    texts = (
        f"metered: {cost} requests a month at this pace; {key} asks once",
        f"metered: {cost} requests a month; {key} asks once",
        f"metered: {cost} a month; {key} asks once",
        f"metered: {cost} requests a month",
        f"metered: {cost} a month",
    )
    return [line(*sign, Part(text, look)) for text in texts]


def _key(command: str, keymap: Keymap) -> Line:
    """` (x)`: the key that leads on, which can be clicked."""
    return line(Part(" (", Tone.MUTED), Part(keymap.shown(BY_ID[command]), Tone.KEY, command), Part(")", Tone.MUTED))
