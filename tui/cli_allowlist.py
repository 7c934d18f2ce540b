"""`cpwatch allowlist check`: what the gateway makes of a conf.yaml, and whom it lets in."""

import argparse
import json
import stat
from ipaddress import AddressValueError, IPv4Address
from pathlib import Path

from tui.domain.sanitise import safe_text
from tui.output import UsageError, printable, say
from tui.setup.conf_text import LARGEST
from tui.setup.finding import Severity
from tui.setup.judge import judge
from tui.setup.surroundings import context_of


def allowlist(options: argparse.Namespace) -> int:
    """Judge the file that is named; 0 where nothing is wrong with it, 1 where something is. Raises UsageError."""
    path = Path(options.file)
    clients = [_client(each) for each in options.client]
    judged = judge(_bytes(path, options.file), context_of(path))
    answers = dict(zip(clients, judged.decide_all(clients), strict=True))
    from tui.setup.report import document, lines

    file = safe_text(options.file, 1000)
    if options.json:
        say(json.dumps(document(file, judged, answers)))
    else:
        say(printable("\n".join(lines(file, judged, answers))))
    return int(any(each.severity is Severity.ERROR for each in judged.findings))


def _client(text: str) -> str:
    try:
        return str(IPv4Address(text))
    except AddressValueError:
        said = safe_text(text, 60)
        raise UsageError(f"--client {said}: that is no IPv4 address, and the gateway speaks no other") from None


def _bytes(path: Path, named: str) -> bytes:
    """The file's bytes. Raises UsageError."""
    shown = safe_text(named, 1000)
    if not named:
        raise UsageError("the CONF to check is empty: name one, root/conf.yaml for example")
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise UsageError(f"{shown} is a folder: name the file in it, conf.yaml for example")
        if not stat.S_ISREG(kind):
            raise UsageError(f"{shown} is no plain file")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise UsageError(f"{shown}: there is no such file") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it has no name that a file can have"
        raise UsageError(f"{shown} can't be read: {why}") from None
    if len(data) > LARGEST:
        raise UsageError(f"{shown} is larger than {LARGEST // 1024} KiB, so it can't be a gateway's conf.yaml")
    return data
