"""What goes into a bundle for support: checks, settings, versions, events, latency and logs, in one zip file."""

import io
import json
import os
import platform
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib import metadata
from typing import Any
from urllib.parse import urlsplit

from tui import __version__
from tui.clock import Moment
from tui.doctor.bundled_settings import masked_file, masked_in_force
from tui.doctor.check import Result
from tui.doctor.log_lines import known_lines
from tui.doctor.masks import Masks
from tui.doctor.report import document, lines
from tui.domain.journal import Entry
from tui.domain.latency import Series, stats
from tui.domain.legs import legs
from tui.domain.remedy import Remedy
from tui.domain.sanitise import safe_text
from tui.domain.state import MonitorState
from tui.domain.text import rfc3339
from tui.domain.verdict import Verdict

MOST = 2 * 1024 * 1024
"""Bytes of all members together, before they are packed."""
_MEMBER_MOST = 200 * 1024
_EVENTS_MOST = 200
_TEXT_MOST = 300
_LIBRARIES = ("textual", "rich", "httpx", "httpcore", "h11", "pydantic", "psutil", "PyYAML", "platformdirs", "plotext")
_CUT = "\n(cut here)\n"
_INTRODUCTION = """\
What `cpwatch doctor --bundle` gathered for whoever helps. Secrets, names and session ids are masked. Account ids are
cut to their last digits, the same id always alike. {addresses}
Read it through all the same before you hand it on.
"""
_MASKED = "Public addresses are numbered."
_KEPT = "Public addresses are in it, as was asked for."


@dataclass(frozen=True, slots=True)
class Material:
    """What a bundle is made of, raw. code: the exit code. state: None where no gateway was looked at.

    settings: the settings file's text, None where there is none. in_force: as `cpwatch config show --json` tells it,
    None where the settings can't be used. logs: the ends of the gateway's logs, by the files' names. variables: names
    of those of cpwatch's that are set. addresses: whether public addresses stay.
    """

    results: Sequence[Result]
    found: Verdict
    code: int
    at: Moment
    state: MonitorState | None = None
    settings: str | None = None
    in_force: Mapping[str, object] | None = None
    logs: Mapping[str, str] = field(default_factory=dict)
    variables: Sequence[str] = ()
    addresses: bool = False


def members(of: Material, masks: Masks) -> dict[str, bytes]:
    """The bundle's files by their names, masked, each of bounded size."""
    results = tuple(_masked(each, masks) for each in of.results)
    found = replace(of.found, summary=masks.text(of.found.summary), seen=None, remedy=_remedy(of.found.remedy, masks))
    told: dict[str, str] = {
        "README.txt": _INTRODUCTION.format(addresses=_KEPT if of.addresses else _MASKED),
        "checks.txt": "\n".join(lines(results, found, of.code)) + "\n",
        "checks.json": _json(document(results, found), masks),
        "versions.json": _json({"at": rfc3339(of.at.wall), **_versions(), "variables": sorted(of.variables)}, masks),
    }
    if of.in_force is not None:
        told["settings.json"] = _json(masked_in_force(of.in_force), masks)
    if of.settings is not None:
        told["settings.toml"] = masks.text(masked_file(of.settings))
    if of.state is not None:
        told["events.json"] = _json(list(_events(of.state.journal)), masks)
        told["latency.json"] = _json(_latency(of.state, of.found), masks)
    for name, text in of.logs.items():
        told[f"logs/{name}"] = masks.text(known_lines(text))
    return _bounded({name: _cut(text) for name, text in told.items()})


def _masked(result: Result, masks: Masks) -> Result:
    outcome = result.outcome
    seen, means = masks.text(outcome.evidence), masks.text(outcome.means)
    return replace(result, outcome=replace(outcome, evidence=seen, means=means, remedy=_remedy(outcome.remedy, masks)))


def _remedy(remedy: Remedy | None, masks: Masks) -> Remedy | None:
    if remedy is None:
        return None
    return Remedy(masks.text(remedy.text), tuple(masks.text(command) for command in remedy.commands))


def _json(value: object, masks: Masks) -> str:
    return json.dumps(masks.value(value), indent=1, ensure_ascii=False) + "\n"


def _versions() -> dict[str, Any]:
    return {
        "cpwatch": __version__,
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "platform": platform.platform(),
        "machine": platform.machine(),
        "encoding": sys.stdout.encoding if sys.stdout is not None else None,
        "terminal": {name: safe_text(os.environ.get(name, ""), 60) or None for name in ("TERM", "COLORTERM", "LANG")},
        "libraries": {name: _version(name) for name in _LIBRARIES},
    }


def _version(library: str) -> str | None:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return None


def _events(journal: Sequence[Entry]) -> Iterator[dict[str, str]]:
    for entry in journal[-_EVENTS_MOST:]:
        text = safe_text(entry.text, _TEXT_MOST)
        yield {"at": rfc3339(entry.at.wall), "level": entry.level.value, "text": text}


def _latency(state: MonitorState, found: Verdict) -> dict[str, Any]:
    """What each leg takes, and what the samples of each series come to; seconds."""
    path = state.path
    return {
        "kind": path.kind.value,
        "url": path.address.url,
        "metered": path.plan.metered,
        "legs": [
            {
                "name": leg.name.value,
                "seconds": leg.took.value if leg.took else None,
                "reason": leg.reason or None,
                "broken": leg.broken,
            }
            for leg in legs(path, found.name)
        ],
        "first_byte": path.first_byte.value if path.first_byte else None,
        "series": {each.value: asdict(stats(path.gauges.ring(each))) for each in Series},
        "tunnels": [
            {
                "kind": tunnel.kind.value,
                "up": tunnel.up,
                "detail": safe_text(tunnel.detail, _TEXT_MOST),
                "down_because": None if tunnel.down_because is None else safe_text(tunnel.down_because, _TEXT_MOST),
                "public_url": tunnel.public_url,
                "upstream": tunnel.upstream,
                "protected": tunnel.protected,
                "findings": [each.id for each in tunnel.findings],
            }
            for tunnel in path.tunnels[:16]
        ],
        "findings": [each.id for each in path.findings],
    }


def _cut(text: str) -> bytes:
    """The text as bytes, its end cut off where it is longer than a member may be: a log's newest lines stand last."""
    data = text.encode("utf-8", "replace")
    if len(data) <= _MEMBER_MOST:
        return data
    return data[:_MEMBER_MOST].decode("utf-8", "ignore").encode() + _CUT.encode()


def _bounded(found: Mapping[str, bytes]) -> dict[str, bytes]:
    """As many of the members as there is room for; what matters most comes first."""
    kept: dict[str, bytes] = {}
    left = MOST
    for name, data in found.items():
        if len(data) <= left:
            kept[name] = data
            left -= len(data)
    return kept


def listing(found: Mapping[str, bytes]) -> list[str]:
    """What is in the bundle, a line a member with its size in bytes."""
    width = max(map(len, found), default=0)
    sizes = [f"{len(data):,}" for data in found.values()]
    digits = max(map(len, sizes), default=0)
    return [f"  {name:{width}}  {size:>{digits}} bytes" for name, size in zip(found, sizes, strict=True)]


def zipped(found: Mapping[str, bytes], at: Moment) -> bytes:
    """The members as one zip file, which says of each that it was made at that time."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in found.items():
            # The format knows no earlier year, and no time zone.
            when = (max(at.wall.year, 1980), *at.wall.timetuple()[1:6])
            entry = zipfile.ZipInfo(name, when)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, data)
    return held.getvalue()


def known_to(state: MonitorState | None) -> tuple[Iterable[str], Iterable[str], Iterable[str]]:
    """What a run has learned that may not come out: account ids, the names that people gave accounts, public hosts."""
    if state is None:
        return (), (), ()
    accounts = state.accounts
    aliases = {each.alias for each in accounts.all if each.alias}
    if accounts.brokerage is not None:
        aliases |= set(accounts.brokerage.value.aliases.values())
    ids = {each.id for each in accounts.all} | set(accounts.hidden)
    urls = [each.public_url for each in state.path.tunnels if each.public_url]
    hosts = {state.path.address.host, *filter(None, (_host(url) for url in urls))}
    return ids, aliases - ids, hosts


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
