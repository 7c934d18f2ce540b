"""Everything that is known of the way, for the Path pane with the whole screen: each leg with its reason, and so on."""

from collections.abc import Iterator

from tui.clock import Moment
from tui.domain.address import PathKind
from tui.domain.finding import Finding
from tui.domain.journal import Level
from tui.domain.latency import Series, stats
from tui.domain.legs import Leg, legs
from tui.domain.public import as_written, leading_here, standing
from tui.domain.text import DASH, duration
from tui.domain.tunnel import Tunnel
from tui.domain.way import ToldBy, Way
from tui.ui import glyphs
from tui.ui.gauge_words import MEANINGS, SERIES, high_words, loss, old_words, strip_line
from tui.ui.keymap import DEFAULT, Keymap
from tui.ui.line import Line, Part, Tone, joined, line, wrap
from tui.ui.path_words import (
    HOPS,
    LOOKED_OVER,
    PathView,
    broken_words,
    chain_lines,
    exposed_variants,
    forward_words,
    fresh_for,
    kind_words,
    metered_variants,
    owner_words,
    program,
)
from tui.ui.widgets.strip import scale_words
from tui.ui.words import mark, stamp, status, tone

_COLUMN = 15
_STRIP = 46
_TOLD_BY = {
    ToldBy.SETTINGS: "as the settings name it",
    ToldBy.OWNER: "by the program that listens on the port",
    ToldBy.REMEMBERED: "by the program that listened on the port when it was last seen",
    ToldBy.ANSWER: "by a mark on the answers",
    ToldBy.AGENT: "by an agent on this machine that names the address as its own",
    ToldBy.ADDRESS: "by the address alone",
    ToldBy.ROUTE: "by the network interface on the route",
}
_GUARDS = {
    True: status(Level.OK, "the agent tells of a guard of its own before the gateway"),
    False: status(Level.ALARM, "none: whoever knows the address reaches the gateway"),
    None: status(None, "only a request from outside tells"),
}


def detail_lines(view: PathView, now: Moment, width: int, keymap: Keymap = DEFAULT) -> list[Line]:
    """All that is known, in `width` cells, in sections with a heading each. keymap: the keys in force."""
    rows = chain_lines(view, now, width)
    sections = (
        ("Legs, there and back", _legs(view, now)),
        ("The way", _way(view, now)),
        ("Latency", _latency(view, now)),
        ("Tunnels on this machine", _tunnels(view)),
        ("What is open", _findings(view, keymap)),
        ("What it costs", (("", variants[0]) for variants in (metered_variants(view, keymap),) if variants)),
    )
    for title, facts in sections:
        made = list(facts)
        if not made:
            continue
        rows += [(), line(Part(title, Tone.STRONG))]
        for name, content in made:
            head = line(Part(f"  {name:<{_COLUMN}}", Tone.LABEL)) if name else line("  ")
            deep = name or content[0].text.startswith(" " * _COLUMN)
            rows += wrap(line(*head, *content), width, indent=2 + _COLUMN if deep else 4)
    return rows


Facts = Iterator[tuple[str, Line]]
"""A name, and what there is to say; without a name the line stands for itself."""


def _legs(view: PathView, now: Moment) -> Facts:
    for leg in legs(view.path, view.verdict):
        yield HOPS[leg.name], _leg(leg, view, now)
    for name, took in (("first byte", view.path.first_byte), ("IBKR's part", view.path.ibkr)):
        if took is not None:
            yield name, joined((line(duration(took.value)), stamp(took.at, now, view.pace.fresh_for(view.pace.auth))))


def _leg(leg: Leg, view: PathView, now: Moment) -> Line:
    if leg.broken:
        word = broken_words(view.path, view.verdict)
        return line(Part(f"{glyphs.BROKEN} {word}", Tone.ALARM), Part(f"  {leg.reason}", Tone.MUTED))
    if leg.took is None:
        return line(Part(f"{DASH}  {leg.reason}", Tone.MUTED))
    return joined((line(duration(leg.took.value)), stamp(leg.took.at, now, fresh_for(leg.name, view.pace))))


def _way(view: PathView, now: Moment) -> Facts:
    path = view.path
    yield "address", line(as_written(path.address))
    if path.way is None:
        yield "kind", line(kind_words(path.kind), Part(f"  {_TOLD_BY[ToldBy.ADDRESS]}", Tone.MUTED))
        return
    way = path.way.value
    told = Part(_TOLD_BY[way.told_by], Tone.MUTED)
    looked = stamp(path.way.at, now, view.pace.fresh_for(LOOKED_OVER))
    yield "kind", joined((line(kind_words(path.kind)), line(told), looked))
    yield from _known(way)


def _known(way: Way) -> Facts:
    if way.owner is not None:
        binds = f" on {', '.join(way.owner.binds)}" if way.owner.binds else ""
        open_to = line("  ", mark(Level.WARN), " ", Part("every network of this machine", Tone.WARN))
        yield "listens", line(f"{owner_words(way.owner)}{binds}", *(open_to if way.owner.everywhere else ()))
    if way.forward is not None:
        yield "leads to", line(forward_words(way.forward))
        yield "made by", line(Part("$ ", Tone.MUTED), Part(way.forward.line, Tone.COMMAND))
    if way.interface is not None:
        yield "interface", line(way.interface)
    if way.unknown is not None:
        yield "not known", line(Part(way.unknown, Tone.MUTED))


def _latency(view: PathView, now: Moment) -> Facts:
    gauges = view.path.gauges
    for series in Series:
        ring = gauges.ring(series)
        if not ring.samples:
            continue
        found = stats(ring)
        times = (
            ("p50", found.p50),
            ("p95", found.p95),
            ("p99", found.p99),
            ("mean", found.ewma),
            ("jitter", found.jitter),
        )
        high = high_words(gauges) if series is gauges.judged else ()
        said = joined(line(Part(f"{what} ", Tone.MUTED), duration(took)) for what, took in times)
        count = line(Part(f"of {found.count} samples", Tone.MUTED))
        yield SERIES[series], joined((high, said, line(*loss(found), " ", *count), old_words(ring, view.pace, now)))
        yield "", line(" " * _COLUMN, Part(MEANINGS[series], Tone.MUTED))
    shown = strip_line(gauges, view.pace, _STRIP)
    if shown:
        yield "strip", shown
        yield "", line(" " * _COLUMN, Part(scale_words(), Tone.MUTED))


def _tunnels(view: PathView) -> Facts:
    here = leading_here(view.path)
    for tunnel in here:
        yield from _tunnel(tunnel, here=True)
    for tunnel in (each for each in view.path.tunnels if each not in here):
        yield from _tunnel(tunnel, here=False)


def _tunnel(tunnel: Tunnel, *, here: bool) -> Facts:
    name = program(tunnel)
    called = line(Part(tunnel.name, Tone.MUTED)) if tunnel.name != name else ()
    elsewhere = () if here else line(Part("does not lead to this gateway", Tone.MUTED))
    yield name, joined((_state(tunnel), called, elsewhere))
    if tunnel.public_url is not None:
        yield "  address", line(tunnel.public_url)
    if tunnel.upstream is not None:
        yield "  leads to", line(tunnel.upstream)
    if tunnel.public_url is not None and here:
        yield "  guard", _GUARDS[tunnel.protected]
    if tunnel.kind is not PathKind.WIREGUARD:
        reason = line(Part(f"{DASH}  {tunnel.edge_reason}", Tone.MUTED))
        yield "  to its edge", line(duration(tunnel.edge)) if tunnel.edge is not None else reason
    if tunnel.requests is not None:
        yield "  requests", line(f"{tunnel.requests:,} since the agent started")
    if tunnel.agent is not None:
        yield "  seen at", line(Part(tunnel.agent, Tone.MUTED))


def _state(tunnel: Tunnel) -> Line:
    match tunnel.up:
        case True:
            return status(Level.OK, tunnel.detail or "connected")
        case False:
            because = f": {tunnel.down_because}" if tunnel.down_because else ""
            return status(Level.ALARM, f"not connected{because}")
    return status(None, tunnel.detail or "whether it is connected is not known")


def _findings(view: PathView, keymap: Keymap) -> Facts:
    for exposed in exposed_variants(view, keymap)[:1]:
        yield "", exposed
    for finding in standing(view.path):
        yield from ((("", row)) for row in finding_lines(finding))


def finding_lines(finding: Finding) -> list[Line]:
    """What is so, how to mend it, and the line that does; to be wrapped."""
    look = tone(finding.level) if finding.level is not Level.INFO else Tone.PLAIN
    rows = [line(mark(finding.level), " ", Part(finding.text, look)), line("  ", finding.fix)]
    if finding.command is not None:
        rows.append(line("  ", Part("$ ", Tone.MUTED), Part(finding.command, Tone.COMMAND)))
    return rows
