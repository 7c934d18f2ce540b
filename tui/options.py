"""The command line's options, and their help."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from tui import __version__
from tui.config.themes import ThemeName
from tui.domain.address import DEFAULT_URL
from tui.domain.verdict_name import VerdictName
from tui.output import complain
from tui.simulator.scenarios import Scenario

WAIT_AT_MOST = 300.0
"""Seconds for which a verdict is waited for where nobody says how long."""
LONGEST_WAIT = 7 * 86400.0
EXIT_USAGE = 2
LOG_FOLDER = "\0"
"""What `--log-file` is without a FILE; no file can have this name."""
SHELLS = ("bash", "zsh", "fish")
"""The shells that `completion` writes for."""


class _Parser(argparse.ArgumentParser):
    def __init__(self, **settings: Any) -> None:
        # An abbreviation that works today would be ambiguous with tomorrow's options.
        super().__init__(allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where help is; exit 2."""
        complain(f"{self.prog}: {message}\nTry: {self.prog} --help")
        raise SystemExit(EXIT_USAGE)


def parser() -> argparse.ArgumentParser:
    """All commands with all their options."""
    top = _Parser(
        prog="cpwatch",
        description="A monitor for the Interactive Brokers Client Portal Gateway. It watches and repairs; it never "
        "trades. Without a command it shows the monitor.",
        epilog="Environment: CPWATCH_URL, CPWATCH_PROFILE, CPWATCH_CA and CPWATCH_THEME stand for the options of that "
        "name, and CPWATCH_CONFIG names the settings file. "
        "Exit codes of status and doctor: 0 ready, 1 session, 2 usage, 3 gateway or network, 4 the gateway's settings, "
        "5 the tunnel, 6 IBKR, 7 rate limit.",
    )
    top.add_argument("--version", action="version", version=f"cpwatch {__version__}", help="print the version, and end")
    _gateway_options(top, default=None)
    top.add_argument(
        "--demo",
        nargs="?",
        const=Scenario.READY.value,
        choices=[scenario.value for scenario in Scenario],
        metavar="SCENARIO",
        help=f"watch an embedded simulated gateway: {', '.join(scenario.value for scenario in Scenario)}",
    )
    top.add_argument(
        "--theme",
        choices=[name.value for name in ThemeName],
        metavar="THEME",
        help=f"the colours of the screen: {', '.join(name.value for name in ThemeName)}",
    )
    top.add_argument(
        "--no-keep-alive", action="store_true", help="send no tickle, where another program keeps the session alive"
    )
    top.add_argument(
        "--slow-link",
        action="store_true",
        help="draw every 5 s, and in 256 colours at most, where the way to the terminal is slow or paid by the byte; "
        "what needs you is drawn at once all the same",
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    status = commands.add_parser("status", help="one look, a few lines of text, an exit code")
    _gateway_options(status, default=argparse.SUPPRESS)
    status.add_argument("--json", action="store_true", help="print one JSON document instead")
    status.add_argument(
        "--wait",
        choices=[name.value for name in VerdictName],
        metavar="VERDICT",
        help="look until the verdict is this one, and exit 0 then",
    )
    status.add_argument(
        "--timeout",
        type=_seconds,
        metavar="SECONDS",
        help=f"with --wait: give up after so long, and exit with the verdict's code (default: {WAIT_AT_MOST:g})",
    )
    _doctor_options(commands)
    _watch_options(commands)
    _config_options(commands)
    _allowlist_options(commands)
    commands.add_parser(
        "setup",
        help="the wizard: a gateway's conf.yaml judged, who may reach it, written safely; then a tunnel, a service",
    )
    _shell_options(commands)
    simulate = commands.add_parser("simulate", help="run the simulated gateway")
    simulate.add_argument(
        "--port", type=int, default=5000, metavar="PORT", help="0 picks one and prints it (default: 5000)"
    )
    simulate.add_argument(
        "--scenario",
        default=Scenario.READY.value,
        choices=[scenario.value for scenario in Scenario],
        metavar="SCENARIO",
        help=f"the situation that it starts in: {', '.join(scenario.value for scenario in Scenario)} "
        "(default: %(default)s)",
    )
    simulate.add_argument("--positions", type=int, default=12, metavar="N", help="rows in each account (default: 12)")
    simulate.add_argument("--accounts", type=int, default=1, metavar="N", help="how many there are (default: 1)")
    simulate.add_argument("--no-tls", action="store_true", help="plain http, as with listenSsl: false")
    simulate.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    return top


def actions(parser: argparse.ArgumentParser) -> Sequence[argparse.Action]:
    """A parser's own options and arguments in their order, its commands' choice among them."""
    return tuple(parser._actions)  # noqa: SLF001 (argparse has no public list of them; shells' completions read it too)


def commands_of(parser: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    """The commands directly below a parser; empty where it has none."""
    for action in actions(parser):
        if action.nargs == argparse.PARSER and isinstance(action.choices, Mapping):
            return action.choices
    return {}


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value <= LONGEST_WAIT:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds up to {LONGEST_WAIT:g}")
    return value


def _doctor_options(commands: Any) -> None:
    """`cpwatch doctor`. commands: argparse's collection, which has no public type."""
    doctor = commands.add_parser("doctor", help="every check, what each has found, and what to do about it")
    _gateway_options(doctor, default=argparse.SUPPRESS)
    doctor.add_argument("--json", action="store_true", help="print one JSON document instead")
    doctor.add_argument(
        "--bundle",
        metavar="FILE",
        help="write a zip file for whoever helps: checks, settings, versions, events, latency and the gateway's log, "
        "masked of secrets, names, account ids and public addresses; what is in it is shown first",
    )
    doctor.add_argument("--yes", action="store_true", help="with --bundle: write it without asking")
    doctor.add_argument(
        "--include-addresses", action="store_true", help="with --bundle: leave public addresses and names as they are"
    )


def _watch_options(commands: Any) -> None:
    """`cpwatch watch`. commands: argparse's collection, which has no public type."""
    watch = commands.add_parser(
        "watch", help="no screen: keep the session alive and tell what changes, until SIGTERM or Ctrl-C"
    )
    _gateway_options(watch, default=argparse.SUPPRESS)
    watch.add_argument(
        "--no-keep-alive",
        action="store_true",
        default=argparse.SUPPRESS,
        help="send no tickle, where another program keeps the session alive",
    )
    watch.add_argument(
        "--reopen",
        action="store_true",
        help="re-open a lapsed brokerage session after 30, 60 and 120 s, never against another login",
    )
    watch.add_argument(
        "--test-alert",
        action="store_true",
        help="send one alert through each channel of the settings, say what came of it, and exit 0 where all took it",
    )
    watch.add_argument("--log-format", choices=["text", "json"], default="text", help="what a line is (default: text)")
    watch.add_argument(
        "--log-file",
        nargs="?",
        const=LOG_FOLDER,
        metavar="FILE",
        help="write the lines to this file instead of standard output, by default one in the platform's log folder; "
        "it is put aside at 1 MB, and four older ones are kept",
    )
    watch.add_argument(
        "--serve",
        metavar="ADDRESS",
        help="answer /livez, /readyz, /state and /metrics at this ADDRESS:PORT, such as 127.0.0.1:9464; where other "
        "machines reach it, only with the token that CPWATCH_SERVE_TOKEN holds",
    )
    watch.add_argument(
        "--account-ids", action="store_true", help="with --serve: tell account ids and worths, which are masked else"
    )
    for what, name in (("dashboard", "a Grafana dashboard"), ("rules", "Prometheus alert rules")):
        watch.add_argument(f"--print-{what}", action="store_true", help=f"print {name} for what --serve tells, and end")


def _shell_options(commands: Any) -> None:
    """`cpwatch completion` and `cpwatch help`. commands: argparse's collection, which has no public type."""
    completion = commands.add_parser("completion", help="print a shell's completion script")
    completion.add_argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS))
    topics = commands.add_parser("help", help="a verdict, the exit codes, variables, files or a command explained")
    # Without `choices`: an unknown topic is answered with the nearest, and `login required` is two words.
    topics.add_argument("topic", nargs="*", metavar="TOPIC", help="without one: what topics there are")


def _config_options(commands: Any) -> None:
    """`cpwatch config` with its own commands. commands: argparse's collection, which has no public type."""
    config = commands.add_parser("config", help="the settings file: where it is, what is in force, whether it is well")
    acts = config.add_subparsers(dest="act", metavar="ACT", parser_class=_Parser, required=True)
    acts.add_parser("path", help="print where the settings file is")
    show = acts.add_parser("show", help="print what is in force, and from where each value is")
    _which_gateway(show, default=argparse.SUPPRESS)
    show.add_argument("--json", action="store_true", help="print one JSON document instead")
    acts.add_parser("init", help="write a settings file to begin with, where there is none")
    check = acts.add_parser("check", help="judge a settings file; exit 0 where all is well, 2 where not")
    check.add_argument("file", nargs="?", metavar="FILE", help="by default the one that is in use")


def _allowlist_options(commands: Any) -> None:
    """`cpwatch allowlist` with its one command. commands: argparse's collection, which has no public type."""
    allowlist = commands.add_parser("allowlist", help="the gateway's settings file conf.yaml, and whom it lets in")
    acts = allowlist.add_subparsers(dest="act", metavar="ACT", parser_class=_Parser, required=True)
    check = acts.add_parser("check", help="judge a conf.yaml as the gateway would; exit 1 where it is wrong")
    check.add_argument("file", metavar="CONF", help="the gateway's root/conf.yaml")
    check.add_argument(
        "--client", action="append", default=[], metavar="IP", help="say what this IPv4 address gets; may come again"
    )
    check.add_argument("--json", action="store_true", help="print one JSON document instead")


def _which_gateway(parser: argparse.ArgumentParser, default: str | None) -> None:
    parser.add_argument("--url", default=default, help=f"the gateway's address (default: {DEFAULT_URL})")
    parser.add_argument("--profile", default=default, metavar="NAME", help="a gateway that the settings file names")
    parser.add_argument(
        "--ca",
        default=default,
        metavar="FILE",
        help="verify the server's certificate with these (PEM). It can't verify the certificate that every gateway "
        "ships with: that one is expired, names no host, and its key is public",
    )


def _gateway_options(parser: argparse.ArgumentParser, default: str | None) -> None:
    """The options of every command that reaches a gateway; a subcommand's must not undo the main parser's."""
    _which_gateway(parser, default)
    parser.add_argument(
        "--log", default=default, metavar="FILE", help="write what happens to this file, redacted of personal data"
    )
    parser.add_argument(
        "--debug",
        action="store_true",
        default=False if default is None else default,
        help="write each request too; without --log, status writes to standard error",
    )
