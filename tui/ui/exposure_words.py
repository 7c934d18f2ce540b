"""What the Exposure screen says: what is open, the public addresses, what a look would send, and what it showed."""

from dataclasses import dataclass

from tui.clock import Moment
from tui.domain.address import PathKind
from tui.domain.exposure import Exposure, Openness, Probe
from tui.domain.journal import Level
from tui.domain.path import PathState
from tui.domain.public import internet_urls, leading_here, public_urls, standing
from tui.ui.line import Line, Part, Tone, line, wrap
from tui.ui.path_detail import finding_lines
from tui.ui.words import mark, tone, when

_INDENT = 2


@dataclass(frozen=True, slots=True)
class ExposureView:
    """The slice: the path as it is known now."""

    path: PathState


@dataclass(frozen=True, slots=True)
class Shown:
    """How an answer is told. what: in a word or three; means: what follows from it; fix: what to do, "" for nothing."""

    level: Level | None
    what: str
    means: str
    fix: str = ""


SHOWN = {
    Openness.TRADABLE: Shown(
        Level.ALARM,
        "CRITICAL: anyone can trade",
        "The session's status was given to a stranger. Whoever knows this address can use the session that is logged "
        "in now, orders included.",
    ),
    Openness.OPEN: Shown(
        Level.ALARM,
        "open to the internet",
        "The gateway itself answered a stranger. Nobody was logged in at that moment; from the next login on, whoever "
        "knows this address can use the session.",
    ),
    Openness.PROTECTED: Shown(
        Level.OK, "protected", "The tunnel's own guard refused the stranger, before the gateway was reached."
    ),
    Openness.CLOSED: Shown(Level.INFO, "closed", "Nothing answers for the gateway there at present."),
    Openness.UNCLEAR: Shown(
        Level.WARN,
        "not clear",
        "The answer tells neither that it is open nor that it is protected; take it for open until you know.",
    ),
}

_GUARDS = {
    PathKind.NGROK: (
        "Stop the tunnel (Ctrl+C at its agent), or start it again with a guard: a traffic policy with basic-auth, "
        "oauth or restrict-ips."
    ),
    PathKind.CLOUDFLARE: (
        "Stop cloudflared, or put an Access application before the host name; a quick tunnel can't have one, so make "
        "it a named tunnel."
    ),
    PathKind.TAILSCALE: (
        "Turn Funnel off (tailscale funnel --https=443 off); tailscale serve keeps it within the tailnet."
    ),
}
_ANY_GUARD = "Stop the tunnel, or put a guard before the gateway that asks for a password."

ALLOW_LIST = (
    "The gateway's allow list is no protection here: a tunnel's agent on this machine asks from this machine, which "
    "the list admits. And whatever it lists, it never guards the gateway's websockets."
)
_ALLOW_LIST_LAN = (
    "The gateway's allow list guards its pages and its API, but never its websockets: whoever reaches the port reaches "
    "those as well."
)
NO_ADDRESS = "None is known: no agent on this machine tells of one, so there is nothing to try."
AUTH_STATUS = "/v1/api/iserver/auth/status"
_PROMISE = (
    "No cookie, password or token goes with it, redirects are not followed, nothing is changed. It is never done "
    "unasked."
)
_NO_FINDING = "Nothing is known to be open."
_NOT_LOOKED = "This machine has not been looked over yet."


def exposure_lines(view: ExposureView, now: Moment, width: int, keys: str) -> list[Line]:
    """The whole text in `width` cells. keys: those that ask, as a person reads them."""
    rows: list[Line] = []

    def heading(text: str) -> None:
        if rows:
            rows.append(())
        rows.append(line(Part(text, Tone.STRONG)))

    def said(*parts: Part | str, deeper: int = 0) -> None:
        rows.extend(wrap(line(" " * _INDENT, *parts), width, indent=_INDENT + deeper))

    path = view.path
    heading("Public addresses of this gateway")
    for row in address_lines(path):
        said(*row)
    for row in look_lines(path, keys):
        said(*row)
    if path.exposure is not None and path.exposure.at is not None:
        heading(f"As a stranger saw it at {when(path.exposure.asked_at, now)}")
        for row in result_lines(path.exposure, path):
            said(*row, deeper=2)
    heading("What is open")
    found = standing(path)
    if not found:
        said(Part(_NO_FINDING if path.way else _NOT_LOOKED, Tone.MUTED))
    for finding in found:
        for row in finding_lines(finding):
            said(*row, deeper=2)
    if (note := allow_list_note(path)) is not None:
        said(Part(note, Tone.MUTED))
    return rows


def allow_list_note(path: PathState) -> str | None:
    """What the gateway's allow list does not do, where that matters; else None."""
    if leading_here(path) or path.by_edge:
        return ALLOW_LIST
    owner = path.way.value.owner if path.way else None
    return _ALLOW_LIST_LAN if owner is not None and owner.everywhere else None


def address_lines(path: PathState) -> list[Line]:
    """`https://…  ngrok` each, and who reaches it where that is not everyone."""
    urls = public_urls(path)
    if not urls:
        return [line(Part(NO_ADDRESS, Tone.MUTED))]
    return [
        line(each.url, Part(f"  {each.kind.words}{'' if each.internet else ', within the tailnet only'}", Tone.MUTED))
        for each in urls
    ]


def look_lines(path: PathState, keys: str) -> list[Line]:
    """Exactly what a look would send, and where to; that it is under way; nothing where there is nothing to ask."""
    urls = internet_urls(path)
    if under_way(path):
        return [line(Part("Asking as a stranger now; the answer takes some seconds at most.", Tone.STRONG))]
    if not urls:
        return []
    to = urls[0] if len(urls) == 1 else f"each of the {len(urls)} addresses that the internet reaches"
    again = "again, " if path.exposure else ""
    them = "it" if len(urls) == 1 else "them"
    does = f" tries {them} {again}as a stranger: one request without any credentials to {to}, for the session's status"
    return [
        line(Part(keys, Tone.KEY), does, Part(f" (POST {AUTH_STATUS}).", Tone.MUTED)),
        line(Part(_PROMISE, Tone.MUTED)),
    ]


def under_way(path: PathState) -> bool:
    """Whether a look has begun and not ended."""
    return path.exposure is not None and path.exposure.at is None


def result_lines(exposure: Exposure, path: PathState) -> list[Line]:
    """What came of a look that has ended, one address after the other."""
    if not exposure.probes:
        return [line(Part("No public address was known then.", Tone.MUTED))]
    rows: list[Line] = []
    kinds = {each.url: each.kind for each in public_urls(path)}
    for probe in exposure.probes:
        rows += _probe(probe, kinds.get(probe.url))
    return rows


def _probe(probe: Probe, kind: PathKind | None) -> list[Line]:
    shown = SHOWN[probe.openness]
    level = shown.level or Level.INFO
    look = tone(level) if level in {Level.WARN, Level.ALARM} else Tone.PLAIN
    rows = [
        line(mark(level), " ", Part(shown.what, look), "  ", probe.url),
        line("  ", shown.means),
        line("  ", Part("Seen: ", Tone.LABEL), Part(probe.seen, Tone.MUTED)),
    ]
    if probe.openness in {Openness.TRADABLE, Openness.OPEN}:
        rows.append(line("  ", _GUARDS.get(kind, _ANY_GUARD) if kind else _ANY_GUARD))
    return rows
