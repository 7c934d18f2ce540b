"""What `cpwatch help`, the man page and README.md say of verdicts, exit codes, variables and files: one source for all.

Texts are in README.md's own marks: `code`, *stress*, [words](target). `plain` takes them out for a terminal.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from textwrap import wrap

from tui.domain.verdict_name import VerdictName

WIDTH = 79
"""Columns that no line of a help text goes beyond."""
_MARKS = re.compile(r"`(?P<code>[^`]*)`|\[(?P<link>[^]]*)\]\([^)]*\)|\*(?P<stress>[^*]+)\*")


@dataclass(frozen=True, slots=True)
class Advice:
    """What a verdict means, and what to do about it; whole sentences."""

    meaning: str
    act: str


ADVICE: Mapping[VerdictName, Advice] = {
    VerdictName.UNKNOWN: Advice(
        "Nothing fresh has been seen, as in the first moments.",
        "Wait a few seconds. If it stays, start cpwatch with `--log FILE --debug` and read the file.",
    ),
    VerdictName.TUNNEL_DOWN: Advice(
        "The tunnel to the gateway is not connected: its own answer or its agent says so, or nothing listens any more "
        "where an `ssh -L` did.",
        "Run the line that cpwatch shows, on the machine that it names: `ssh -L …`, `ngrok http …`, `cloudflared "
        "tunnel run …`, `tailscale up`.",
    ),
    VerdictName.TUNNEL_DENIED: Advice(
        "The tunnel's own guard refuses: basic auth, Cloudflare Access, or the tunnel's limits.",
        "Name its credentials in the [settings](#settings) (`path.headers`, `path.basic_auth`), or wait until the "
        "limit has passed.",
    ),
    VerdictName.GATEWAY_DOWN: Advice(
        "Nothing listens on that port, or the connection is cut before any answer, or the tunnel says that nothing is "
        "behind it.",
        "Start the gateway in its own folder with `bin/run.sh root/conf.yaml`. If it runs, compare `listenPort` in "
        "`root/conf.yaml` with the port you gave.",
    ),
    VerdictName.UNREACHABLE: Advice(
        "The name has no address, or nothing comes back: network or firewall.",
        "Check the spelling, and that this machine may reach that port; a firewall drops without a word. Or come "
        "through `ssh -L`.",
    ),
    VerdictName.WRONG_SCHEME: Advice(
        "A gateway is there, but speaks http where you said https, or the reverse.",
        "Start cpwatch with the other scheme; `listenSsl` in `root/conf.yaml` decides which it is.",
    ),
    VerdictName.UNTRUSTED_CERTIFICATE: Advice(
        "The gateway is not on this machine, and its certificate can't be verified.",
        "Come through `ssh -L`. Where a proxy with a certificate of your own stands before the gateway, name that "
        "certificate's authority with `--ca FILE`.",
    ),
    VerdictName.NOT_A_GATEWAY: Advice(
        "Something answers on that port, but not as a gateway does: on a Mac, AirPlay takes 5000.",
        "Find what holds the port, or give the gateway another `listenPort`, and cpwatch the new address.",
    ),
    VerdictName.BACKEND_HUNG: Advice(
        "The gateway takes the request and never answers: it can't reach IBKR.",
        "Check the internet connection, the name service and the firewall on the gateway's machine. It recovers by "
        "itself.",
    ),
    VerdictName.DENIED: Advice(
        "The gateway's allow list refuses this machine.",
        "Add this machine's address to `ips.allow` in `root/conf.yaml`, exactly or with a `*` at the end (no CIDR), "
        "and restart the gateway. The restart ends the login.",
    ),
    VerdictName.MISCONFIGURED: Advice(
        "The gateway chokes on its own settings.",
        "In `root/conf.yaml`, give `proxyRemoteHost` its `https://`, and write each entry of `ips` as an address or "
        "with a `*` for its last number; restart the gateway.",
    ),
    VerdictName.EDGE_DENIED: Advice(
        "IBKR refuses the public address from which the gateway calls; data centres often are.",
        "Run the gateway behind another address, or ask IBKR.",
    ),
    VerdictName.RATE_LIMITED: Advice(
        "IBKR asks to slow down.",
        "Look for another program that polls this gateway. cpwatch waits.",
    ),
    VerdictName.BACKEND_DOWN: Advice(
        "IBKR's servers answer with an error.",
        "Wait: they restart around midnight of each region and on Saturday evenings. Logging in again does not help.",
    ),
    VerdictName.LOGIN_REQUIRED: Advice(
        "The gateway runs, and nobody is logged in.",
        "Open the gateway's address in a browser on its machine, pass the certificate warning and log in with the "
        "second factor.",
    ),
    VerdictName.LOGGED_OUT: Advice(
        "The link to IBKR's brokerage servers is gone.",
        "Log in again.",
    ),
    VerdictName.COMPETING: Advice(
        "Another program holds the brokerage session: Trader Workstation, the mobile app, another gateway.",
        "Log out there, then run the line that cpwatch shows. A second user name for the API avoids this. Portfolio "
        "data goes on meanwhile.",
    ),
    VerdictName.SESSION_LAPSED: Advice(
        "The login lives, but the brokerage session has ended.",
        "Run the line that cpwatch shows: it opens the session again without a browser.",
    ),
    VerdictName.INITIALISING: Advice(
        "The session is coming up.",
        "Wait half a minute.",
    ),
    VerdictName.CONTESTED: Advice(
        "The session is live, but another login is taking it.",
        "Log out of the other program, or expect this session to end.",
    ),
    VerdictName.READY: Advice(
        "The trading session is live.",
        "Nothing.",
    ),
}
EXIT_CODES: Mapping[int, str] = {
    0: "ready to trade (`ready`, or `contested` with a warning)",
    1: "the session: nobody is logged in, it lapsed, another program holds it, it is coming up, or nothing is known",
    2: "the command was called in a way that can't work; the message says why",
    3: "the gateway or the network: nothing answers there, or not what should",
    4: "the gateway's own settings: its allow list, or a file that it chokes on",
    5: "the tunnel: it is not connected, or its own guard refuses",
    6: "IBKR: its servers don't answer, fail, or refuse the gateway's address",
    7: "IBKR asks to slow down",
    70: "a defect of cpwatch; it names the file that holds the details",
}
VARIABLES: Mapping[str, str] = {
    "CPWATCH_URL": "the gateway's address, as `--url`",
    "CPWATCH_PROFILE": "a gateway that the settings file names, as `--profile`",
    "CPWATCH_CA": "a PEM file with certificates to verify the server's by, as `--ca`",
    "CPWATCH_THEME": "the colours of the screen, as `--theme`",
    "CPWATCH_CONFIG": "the settings file, in place of the one in the platform's folder",
    "CPWATCH_SERVE_TOKEN": "the token that others must bring to what `watch --serve` answers",
    "NO_COLOR": "where it is set to anything, the screen has no colours",
}


class Place(StrEnum):
    """A folder or file of the user's; the value is where it lies on Linux, where no variable says otherwise."""

    SETTINGS = "~/.config/cpwatch/settings.toml"
    STATE = "~/.local/state/cpwatch"
    LOGS = "~/.local/state/cpwatch/log"


FILES: Mapping[Place, str] = {
    Place.SETTINGS: "the settings: profiles, keys, alerts; `cpwatch config init` writes one to begin with",
    Place.STATE: "what is remembered: how the screen was left, what was copied last, the way that was seen, the "
    "count of requests that all cpwatch processes share, the watcher's lock, and the setup's own files",
    Place.LOGS: "logs, and the details of a defect, redacted and readable by you alone",
}


def plain(text: str) -> str:
    """The text for a terminal: code stays between its backticks, as in the program's messages; other marks go."""

    def unmarked(found: re.Match[str]) -> str:
        return found[0] if found["code"] is not None else found["link"] or found["stress"]

    return _MARKS.sub(unmarked, text)


def marked(text: str, code: Callable[[str], str], words: Callable[[str], str]) -> str:
    """The text with its code through one function, and everything else, with other marks gone, through the other."""
    done, at = [], 0
    for found in _MARKS.finditer(text):
        done.append(words(text[at : found.start()]))
        done.append(words(found["link"] or found["stress"]) if found["code"] is None else code(found["code"]))
        at = found.end()
    return "".join([*done, words(text[at:])])


def topics() -> tuple[str, ...]:
    """Every topic, as it is given to `cpwatch help`."""
    return (*_GENERAL, *(name.value for name in VerdictName))


def topic_of(words: str, more: tuple[str, ...] = ()) -> str | None:
    """The topic, or the one of `more`, that is meant: `LOGIN REQUIRED`, `login-required`; None where there is none."""
    return {_key(name): name for name in (*topics(), *more)}.get(_key(words))


def nearest(words: str, more: tuple[str, ...] = ()) -> str | None:
    """The topic, or the one of `more`, that begins so or is closest to what was typed; None where none is close."""
    keys = {_key(name): name for name in (*topics(), *more)}
    typed = _key(words[:_LONGEST])
    found = [key for key in keys if key.startswith(typed)] or get_close_matches(typed, keys, 1, 0.6)
    return keys[found[0]] if found else None


def help_text(topic: str, places: Mapping[Place, str]) -> str:
    """A topic's text in lines of at most `WIDTH` columns, but for a path that is longer. Raises KeyError: no topic.

    places: where the files are on this machine.
    """
    if (general := _GENERAL.get(topic)) is not None:
        return general(places)
    try:
        name = VerdictName(topic)
    except ValueError:
        raise KeyError(topic) from None
    advice = ADVICE[name]
    return "\n\n".join(
        [
            f"{name.words} (`{name.value}`, exit code {name.exit_code})",
            _paragraph(advice.meaning),
            f"What to do:\n{_paragraph(advice.act, '  ')}",
        ]
    )


def overview(commands: tuple[str, ...]) -> str:
    """What `cpwatch help` says without a topic: the topics that there are."""
    return "\n\n".join(
        [
            "Usage: cpwatch help TOPIC",
            _rows(
                {
                    "verdicts": "every verdict in one line each",
                    "exit-codes": "what `status` and `doctor` exit with",
                    "environment": "the variables that are read",
                    "files": "where settings, logs and what is remembered lie",
                }
            ),
            _paragraph("Or a verdict, for what it means and what to do: " + ", ".join(VerdictName) + "."),
            _paragraph("Or a command, for its options: " + ", ".join(commands) + "."),
        ]
    )


def _verdicts(_: Mapping[Place, str]) -> str:
    rows = _rows({name.value: ADVICE[name].meaning for name in VerdictName})
    return f"The verdicts, in the order in which they are decided.\n\n{rows}\n\n{_paragraph(_MORE)}"


def _exit_codes(_: Mapping[Place, str]) -> str:
    codes = _rows({str(code): meaning for code, meaning in EXIT_CODES.items()})
    of_each = {
        str(code): ", ".join(names)
        for code in EXIT_CODES
        if (names := [name.value for name in VerdictName if name.exit_code == code])
    }
    return f"The exit codes of `status` and `doctor`.\n\n{codes}\n\nThe verdicts of each:\n\n{_rows(of_each)}"


def _environment(_: Mapping[Place, str]) -> str:
    head = _paragraph("The variables that are read. An option wins over its variable, and that over the settings file.")
    return f"{head}\n\n{_rows(VARIABLES)}"


def _files(places: Mapping[Place, str]) -> str:
    return "\n\n".join(f"{places[place]}\n{_paragraph(what, '    ')}" for place, what in FILES.items())


_MORE = "`cpwatch help VERDICT` tells what to do about one."
_GENERAL: Mapping[str, Callable[[Mapping[Place, str]], str]] = {
    "verdicts": _verdicts,
    "exit-codes": _exit_codes,
    "environment": _environment,
    "files": _files,
}
_LONGEST = 60
"""Characters of a mistaken topic that are compared."""


def _key(words: str) -> str:
    return re.sub(r"[\s_-]+", "-", words.strip().lower())


def _paragraph(text: str, indent: str = "") -> str:
    lines = wrap(
        plain(text),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines)


def _rows(rows: Mapping[str, str]) -> str:
    """Two columns, the second wrapped."""
    across = max(map(len, rows)) + 4
    return "\n".join(
        f"  {name:<{across - 2}}{_paragraph(text, ' ' * across).removeprefix(' ' * across)}"
        for name, text in rows.items()
    )
