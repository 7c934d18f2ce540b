"""The settings as they go into a bundle: the file's text and what is in force, with nothing that may be a secret."""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path

from tui.config.alert_settings import AlertRule
from tui.config.secrets import Store, parse_reference
from tui.config.settings import Badge, Intervals
from tui.config.themes import ThemeName
from tui.domain.address import BadAddress, PathKind, parse_address
from tui.domain.redact import redacted

MASK = "•••"
_BLANKS = " \t\n\r\f\v"
_TABLE = re.compile(r"\[\[?\s*[A-Za-z0-9_-]{1,60}(?:\s*\.\s*[A-Za-z0-9_-]{1,60})*\s*\]\]?", re.ASCII)
_SETTING = re.compile(r"([A-Za-z0-9_-]{1,60})\s*=\s*(.*)", re.ASCII)
_TEXT = r"\"[^\"\\#]*\"|'[^'#]*'"
# A value that stands whole on its line; what a file may hold besides is masked without being understood.
_LIST = rf"\[\s*(?:(?:{_TEXT})\s*(?:,\s*)?)*\]"
_VALUE = re.compile(rf"(true|false|[+-]?[0-9][0-9_.eE+-]*|{_TEXT}|{_LIST})\s*(#.*)?", re.ASCII)
_TEXTS = re.compile(_TEXT)
_WORD = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)
_KEYS = re.compile(r"[!-~]{1,24}", re.ASCII)
_COMMENT = f"# {MASK}"


def masked_file(text: str) -> str:
    """The file's text, line by line: known keys with values that can be no secret stay, and all else is masked.

    The lines keep their numbers. Still to be masked: addresses, and folders with a user's name.
    """
    table, kept = "", []
    for line in text.split("\n"):
        body = line.strip(_BLANKS)
        indent = line[: line.index(body)] if body else line
        if _TABLE.fullmatch(body.partition("#")[0].strip()):
            table = body.partition("#")[0].strip()
        kept.append((indent if not indent.strip(" \t") else "") + _masked(body, table))
    return "\n".join(kept)


def _masked(body: str, table: str) -> str:
    if not body or body in _own_lines():
        return body
    before, comment, _ = body.partition("#")
    if not before.strip():
        return _COMMENT
    if _TABLE.fullmatch(before.strip()):
        return before.strip() + (f"  {_COMMENT}" if comment else "")
    setting = _SETTING.fullmatch(body)
    if setting is None:
        return MASK
    key, value = setting.groups()
    found = _VALUE.fullmatch(value)
    if found is None:
        return f"{key} = {MASK}"
    plain, remark = found.groups()
    return f"{key} = {_shown(key, plain, table)}" + (f"  {_COMMENT}" if remark else "")


def _shown(key: str, value: str, table: str) -> str:
    """Numbers and switches of known keys stay; of texts those that have the form that is wanted there."""
    names = [each.strip() for each in table.strip("[]").split(".")]
    show = _of_header if names[-1] == "headers" else _key if names == ["keys"] else _SHOWN.get(key)
    if show is None:
        return MASK
    return _TEXTS.sub(lambda found: f'"{show(found[0][1:-1])}"', value)


def _of_header(text: str) -> str:
    """Where the secret is kept is told, but for the name under which a person keeps it."""
    reference = parse_reference(text)
    if reference is None:
        return MASK
    return str(reference) if reference.store is Store.ENVIRONMENT else f"{Store.KEYRING}:{MASK}"


def _key(text: str) -> str:
    return text if _KEYS.fullmatch(text) else MASK


def _word(text: str) -> str:
    return text if _WORD.fullmatch(text) else MASK


def _address(text: str) -> str:
    try:
        return parse_address(text).url
    except BadAddress:
        return MASK


def _account(text: str) -> str:
    """Masked as everywhere; whole where it does not look like an account's."""
    shown = redacted(text)
    return MASK if MASK not in shown else shown


def _path(text: str) -> str:
    return redacted(text)


def _nothing(_text: str) -> str:
    return MASK


def _one_of(*words: str) -> Callable[[str], str]:
    return lambda text: text if text in words else MASK


_SHOWN: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(("schema", "bell", "notify", "keep_alive", "metered", "monthly", "every", "high"), _nothing),
    **dict.fromkeys((each.name for each in fields(Intervals)), _nothing),
    **dict.fromkeys(("url", "agent"), _address),
    "profile": _word,
    "theme": _one_of(*ThemeName),
    "badge": _one_of(*Badge),
    "kind": _one_of(*PathKind),
    "region": _one_of("US", "NJ", "EU", "ZG", "HK", "America/New_York", "Europe/Zurich", "Asia/Hong_Kong"),
    "ca": _path,
    "hide_accounts": _account,
    **dict.fromkeys(("down_after", "competing_after", "gap", "latency", "latency_after", "login_ends_in"), _nothing),
    **dict.fromkeys(("figures", "quiet", "zone"), _nothing),
    "rules": _one_of(*AlertRule),
    "urls": _of_header,
}
"""What is shown of the texts that a key has; of numbers and switches all is."""


@cache
def _own_lines() -> frozenset[str]:
    """Those of the file that `cpwatch config init` writes: they are ours."""
    import tui.config

    example = Path(tui.config.__file__).with_name("example.toml")
    try:
        return frozenset(line.strip() for line in example.read_text("utf-8").splitlines())
    except OSError:
        return frozenset()


def masked_in_force(document: Mapping[str, object]) -> dict[str, object]:
    """What `cpwatch config show --json` tells, without titles and names. Still to be masked: as with the file."""
    settings = document.get("settings")
    if not isinstance(settings, Mapping):
        return dict(document)
    return {**document, "settings": {key: _in_force(key, each) for key, each in settings.items()}}


def _in_force(key: str, told: object) -> object:
    if not isinstance(told, Mapping) or told.get("value") is None:
        return told
    value = told["value"]
    match key:
        case "title" | "path.basic_auth.user":
            value = MASK
        case "hide_accounts" if isinstance(value, list):
            value = [_account(str(each)) for each in value]
        case "alerts.command":
            value = MASK
        case "alerts.urls" if isinstance(value, list):
            value = [_of_header(str(each)) for each in value]
        case "path.basic_auth.password":
            value = _of_header(str(value))
        case _ if key.startswith("path.headers."):
            value = _of_header(str(value))
    return {**told, "value": value}
