"""What else in a conf.yaml can be mended on the way, each by settings that are written or taken out."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tui.setup.conf import KINDS, Conf, own_page
from tui.setup.conf_text import text_of
from tui.setup.edit import Change
from tui.setup.finding import Finding, shown
from tui.setup.judge import Judgement
from tui.setup.render import Value
from tui.setup.yaml_nodes import BadYaml, Items, Pairs, Scalar, compose

IBKR = "https://api.ibkr.com"
USUAL_PORT = 5000
_ORIGIN = "cors.origin.allowed"
_PAGE = re.compile(r"https?://[A-Za-z0-9.:-]{1,200}", re.ASCII)
_MOST_PAGES = 20


@dataclass(frozen=True, slots=True)
class Mending:
    """id: stable within one file. finding: what it is against. does: what would be written, safe to print.

    settings: by name, as a `Change` has them. removed: names at the left edge that would go.
    """

    id: str
    finding: Finding
    does: str
    settings: Mapping[str, Value] = field(default_factory=dict)
    removed: tuple[str, ...] = ()


def mendings(data: bytes, judged: Judgement, free_port: int | None = None) -> tuple[Mending, ...]:
    """What can be mended, the gravest first; of two against the same setting, the graver one.

    free_port: one that nobody has, for a gateway whose own is taken; None where none is known.
    """
    found: dict[tuple[str, ...], Mending] = {}
    unknown = iter(_unknown_keys(data))
    for finding in judged.findings:
        for each in _against(finding, judged.conf, free_port, unknown):
            found.setdefault((*sorted(each.settings), *each.removed), each)
    return tuple(found.values())


def change_with(chosen: Iterable[Mending], conf: Conf, allow: tuple[str, ...], deny: tuple[str, ...]) -> Change:
    """The lists, and what was chosen. conf: as it is before."""
    settings: dict[str, Value] = {}
    removed: list[str] = []
    for each in chosen:
        settings |= each.settings
        removed += [name for name in each.removed if name not in removed]
    if settings.get(_ORIGIN) == conf.page:
        # The page's own address is the one that it has from then on.
        port, tls = settings.get("listenPort", conf.listen_port), settings.get("listenSsl", conf.listen_ssl)
        settings[_ORIGIN] = own_page(int(port), tls=bool(tls))
    return Change(allow, deny, settings, tuple(removed))


def _against(finding: Finding, conf: Conf, free_port: int | None, unknown: Iterator[str]) -> Iterator[Mending]:
    match finding.id:
        case "unknown-key":
            if (name := next(unknown, None)) is not None:
                does = f"takes `{shown(name)}` out"
                yield Mending(f"unknown-key:{name}", finding, does, removed=(name,))
        case "port-range" | "port-random" | "port-privileged":
            yield _set(finding, {"listenPort": USUAL_PORT})
        case "port-in-use" | "port-airplay":
            if free_port is not None:
                yield _set(finding, {"listenPort": free_port})
        case "cors-any":
            yield _set(finding, {_ORIGIN: conf.page})
        case "cors" if finding.message.startswith("`allowCredentials"):
            yield _set(finding, {"cors.allowCredentials": False})
        case "cors" if (pages := _pages(conf)) is not None:
            yield _set(finding, {_ORIGIN: pages})
        case "proxy-host" | "proxy-host-unknown":
            yield _set(finding, {"proxyRemoteHost": IBKR, "proxyRemoteSsl": True})
        case "proxy-websocket":
            yield from _websocket(finding, conf)
        case "portal-base-url":
            yield _set(finding, {"portalBaseURL": ""})
        case "plain-http":
            yield _set(finding, {"listenSsl": True})
        case "environment":
            yield _set(finding, {"svcEnvironment": "v1"})
        case "keystore" if not conf.ssl_cert:
            yield _set(finding, {"sslCert": "vertx.jks"})


def _websocket(finding: Finding, conf: Conf) -> Iterator[Mending]:
    host = conf.proxy_remote_host or ""
    scheme, separator, rest = host.partition("://")
    if not separator:
        return
    plain = f"{scheme}://{rest.partition('/')[0]}"
    if plain != host:
        yield _set(finding, {"proxyRemoteHost": plain})
    else:
        yield _set(finding, {"proxyRemoteSsl": scheme.lower() == "https"})


def _pages(conf: Conf) -> str | None:
    """What `origin.allowed` is to be: of a list, its pages as one expression; else the gateway's own page.

    None for a list of which that can't be made.
    """
    node = (conf.cors or {}).get("origin.allowed")
    if not isinstance(node, Items):
        return conf.page
    texts = [each.text for each in node.items if isinstance(each, Scalar) and _PAGE.fullmatch(each.text)]
    if not texts or len(texts) != len(node.items) or len(texts) > _MOST_PAGES:
        return None
    return "|".join(text.replace(".", "[.]") for text in texts)


def _set(finding: Finding, settings: Mapping[str, Value]) -> Mending:
    names = ", ".join(f"`{name}: {_yaml(value)}`" for name, value in settings.items())
    return Mending(f"{finding.id}:{'+'.join(settings)}", finding, f"writes {names}", settings)


def _yaml(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
    return f'"{shown(value)}"'


def _unknown_keys(data: bytes) -> list[str]:
    """The names at the left edge that the gateway does not know, in the order of the findings against them."""
    try:
        root = compose(text_of(data).text)
    except BadYaml:
        return []
    if not isinstance(root, Pairs):
        return []
    keys = [key for key, _ in root.pairs if isinstance(key, Scalar) and key.text not in KINDS]
    return list(dict.fromkeys(key.text for key in sorted(keys, key=lambda each: each.line)))


_UNREADABLE = frozenset({"encoding", "size", "conf-shape"})


def hides(judged: Judgement) -> bool:
    """Whether nothing in the file can be changed before it is mended by hand: it can't be read, or is no settings."""
    return any(each.id in _UNREADABLE or each.id.startswith("yaml-") for each in judged.findings)
