"""The tables of README.md that are made from the source. `python -m tests.support.readme` writes them anew."""

import re
from collections.abc import Callable

from tests.support import settings_keys
from tests.support.project import README
from tui.domain.state import Pace
from tui.domain.verdict_name import VerdictName
from tui.engine.core import FAST_RETRY
from tui.engine.keepalive import FAST_RETRIES
from tui.engine.limits import BURST, PER_MINUTE, SPACING
from tui.engine.probe_job import EVERY as PROBE_EVERY
from tui.gateway.endpoints import Endpoint
from tui.help_topics import ADVICE, EXIT_CODES
from tui.ui.command import Scope, key_name
from tui.ui.commands import commands

_PLACES = {
    Scope.APP: "everywhere",
    Scope.MONITOR: "on the monitor",
    Scope.TABLE: "in a table",
    Scope.HELP: "on the help screen",
    Scope.EVENTS: "on the events screen",
    Scope.HISTORY: "on the history screen",
    Scope.EXPOSURE: "on the exposure screen",
    Scope.WALKTHROUGH: "in the walkthrough",
    Scope.WIZARD: "in the setup",
    Scope.DIALOG: "where something is asked",
    Scope.POSITIONS: "where positions are listed",
    Scope.REOPEN: "where re-opening is asked",
    Scope.FIRST_RUN: "on the first run",
    Scope.SUSPEND: "where Ctrl+Z asks",
}


def keys_table() -> str:
    """Every command of the registry with all of its keys."""
    rows = []
    for scope in Scope:
        for command in commands(scope):
            keys = " ".join(f"`{key_name(key)}`" for key in command.keys)
            rows.append(f"| {keys} | {_PLACES[scope]} | `{command.id}` | {command.help} |")
    return "\n".join(["| Keys | Where | Id | What they do |", "|---|---|---|---|", *rows])


def asked_table() -> str:
    """Every request that exists, and how often the monitor sends it."""
    pace = Pace()
    when = {
        Endpoint.AUTH_STATUS: f"every {pace.auth:g} s",
        Endpoint.TICKLE: f"every {pace.tickle:g} s; after a lost connection or a server error again after "
        f"{FAST_RETRY:g} s, at most {FAST_RETRIES} times in a row; never with `--no-keep-alive`",
        Endpoint.VALIDATE: f"every {SPACING[Endpoint.VALIDATE]:g} s, once for all cpwatch processes together",
        Endpoint.PORTFOLIO_ACCOUNTS: f"every {pace.accounts:g} s",
        Endpoint.SUBACCOUNTS: "the same, for an advisor's login",
        Endpoint.SUBACCOUNTS_PAGE: "page by page, for an advisor's login with a hundred accounts or more",
        Endpoint.BROKERAGE_ACCOUNTS: f"every {pace.accounts:g} s, until it is known whether this is a paper login",
        Endpoint.SUMMARY: f"every {pace.summary:g} s, for the account that you look at; every {pace.others:g} s for "
        "one of the others, in turn",
        Endpoint.LEDGER: f"every {pace.summary:g} s, for the account that you look at",
        Endpoint.PNL: f"every {pace.pnl:g} s, for all accounts together",
        Endpoint.POSITIONS: f"every {pace.positions:g} s, for the account that you look at; more rarely where "
        "there are thousands of rows",
        Endpoint.POSITIONS_PAGE: "once or twice, for names and exchanges; and page by page in place of `portfolio2` "
        "where a gateway does not answer that",
        Endpoint.SSODH_INIT: "only when you ask for it on the screen, where the brokerage session has ended or another "
        f"program has it: once, not again within {SPACING[Endpoint.SSODH_INIT]:g} s, and with `compete` only where you "
        "confirm that",
        Endpoint.INVALIDATE: "only when you ask for everything anew on the screen, and only where the positions come "
        "page by page",
        Endpoint.WEBSOCKET: "only by the walkthrough and `cpwatch doctor`: opened once, and closed after its greeting",
        Endpoint.ROOT: f"about every {PROBE_EVERY:g} s, to tell the gateway's own part of the way from IBKR's; and at "
        "most once a minute over the other of http and https, where the connection is cut before any answer",
    }
    rows = [f"| `{endpoint.value}` | {when[endpoint]} |" for endpoint in Endpoint]
    return "\n".join(["| Request | How often |", "|---|---|", *rows])


def requests_a_minute() -> int:
    """What the monitor sends in a quiet minute, all is well and one page holds the positions."""
    pace = Pace()
    often = (
        pace.auth,
        pace.tickle,
        pace.accounts,
        pace.summary,
        pace.summary,
        pace.pnl,
        pace.positions,
        PROBE_EVERY,
    )
    return round(sum(60 / each for each in often))


def pace_sentence() -> str:
    """The sum of the table, and the limits above it."""
    return (
        f"In a quiet minute these are about {requests_a_minute()} requests. All your cpwatch processes on a machine "
        f"together hold themselves to {BURST} requests in any second and {PER_MINUTE} in any minute; the keep-alive "
        "alone never waits for its turn, and is counted."
    )


def verdicts_table() -> str:
    """Every verdict with its exit code, what it means and what to do."""
    rows = [
        f"| `{name.value}` | {name.exit_code} | {ADVICE[name].meaning} | {ADVICE[name].act} |" for name in VerdictName
    ]
    return "\n".join(["| Verdict | Exit | What it means | What to do |", "|---|---|---|---|", *rows])


def exits_table() -> str:
    """Every exit code with its meaning."""
    rows = [f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items()]
    return "\n".join(["| Exit code | Meaning |", "|---|---|", *rows])


PARTS: dict[str, Callable[[], str]] = {
    "keys": keys_table,
    "asked": asked_table,
    "pace": pace_sentence,
    "settings": settings_keys.table,
    "verdicts": verdicts_table,
    "exits": exits_table,
}


def with_parts(text: str) -> str:
    """The README's text with each made part between its markers as it should be. Raises ValueError: no markers."""
    for name, make in PARTS.items():
        found = re.findall(rf"<!-- {name}:begin[^\n]*-->\n(.*?)<!-- {name}:end -->", text, re.DOTALL)
        if len(found) != 1:
            raise ValueError(f"README.md must have one pair of markers <!-- {name}:begin --> and <!-- {name}:end -->")
        begin = text.index("\n", text.index(f"<!-- {name}:begin")) + 1
        text = f"{text[:begin]}{make()}\n{text[begin + len(found[0]) :]}"
    return text


def main() -> None:
    """Write the parts into README.md."""
    README.write_text(with_parts(README.read_text("utf-8")), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
