"""The man page, made from the options and the help topics. `python -m tests.support.manual` writes it anew."""

import argparse
import re
import textwrap
from collections.abc import Iterable

from tests.support.project import ROOT
from tui import __version__
from tui.domain.verdict_name import VerdictName
from tui.help_topics import ADVICE, EXIT_CODES, FILES, VARIABLES, marked
from tui.options import actions, commands_of, parser

PAGE = ROOT / "tui" / "man" / "cpwatch.1"
# In a typesetter's fonts, these are other signs than those that a shell takes.
_SIGNS = str.maketrans({"\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti", '"': "\\(dq"})


def roff(text: str) -> str:
    """A text as roff shows it, sign by sign; the whole line is text, whatever it begins with."""
    signs = "".join(sign if sign.isascii() else f"\\[u{ord(sign):04X}]" for sign in text.translate(_SIGNS))
    return re.sub(r"^(?=\.)", r"\\&", signs, flags=re.MULTILINE)


def bold(text: str) -> str:
    """A text in bold, as what is typed is."""
    return f"\\fB{roff(text)}\\fR"


def prose(text: str) -> list[str]:
    """A text in README.md's marks as lines of roff, a sentence each or a part of one."""
    sentences = re.split(r"(?<=[.:]) (?=[A-Z])", marked(text, bold, roff))
    lines = [line for each in sentences for line in textwrap.wrap(each, 78, break_on_hyphens=False)]
    return [re.sub(r"^(?=\.)", r"\\&", line) for line in lines]


def term(name: str, text: str, more: str = "") -> list[str]:
    """One entry of a list. name, more: roff."""
    return [".TP", f"{name}{more}", *prose(text)]


def entry(owner: argparse.ArgumentParser, action: argparse.Action) -> list[str]:
    """One option or argument with its help."""
    shown = owner._get_formatter()
    assert action.help, f"{action.dest} has no help"
    what = shown._expand_help(action)
    if not action.option_strings:
        return term(f"\\fI{roff(str(action.metavar or action.dest))}\\fR", what)
    values = "" if action.nargs == 0 else roff(" " + shown._format_args(action, action.dest.upper()))
    return term(", ".join(map(bold, action.option_strings)), what, values)


def told(owner: argparse.ArgumentParser) -> list[argparse.Action]:
    """What `--help` shows of a command's own, but for `--help` itself and the choice of commands."""
    return [
        each
        for each in actions(owner)
        if each.help != argparse.SUPPRESS and each.nargs != argparse.PARSER and "--help" not in each.option_strings
    ]


def command(name: str, owner: argparse.ArgumentParser, what: str, above: set[str]) -> list[str]:
    """A command with those of its options that the main program does not have, then its own commands."""
    own = [each for each in told(owner) if not above & set(each.option_strings)]
    shared = [option for each in told(owner) for option in each.option_strings if option in above]
    lines = [f".SS {roff(name)}", *prose(what)]
    if shared:
        lines += [".PP", *prose(f"Takes {', '.join(f'`{option}`' for option in shared)} too.")]
    lines += [line for each in own for line in entry(owner, each)]
    for act, below in commands_of(owner).items():
        lines += command(f"{name} {act}", below, help_of(owner, act), above)
    return lines


def help_of(owner: argparse.ArgumentParser, name: str) -> str:
    """The sentence about a command."""
    (choice,) = (each for each in actions(owner) if each.nargs == argparse.PARSER)
    return next(each.help or "" for each in choice._get_subactions() if each.dest == name)  # type: ignore[attr-defined]


def page() -> str:
    """The whole page."""
    top = parser()
    above = {option for each in told(top) for option in each.option_strings}
    lines: list[str] = [
        '.\\" Made from the source: .venv/bin/python -m tests.support.manual',
        f'.TH CPWATCH 1 "" "cpwatch {roff(__version__)}" "User Commands"',
        ".SH NAME",
        "cpwatch \\- monitor for the Interactive Brokers Client Portal Gateway",
        ".SH SYNOPSIS",
        f"{bold('cpwatch')} [\\fIOPTION\\fR]...",
        ".br",
        f"{bold('cpwatch')} [\\fIOPTION\\fR]... \\fICOMMAND\\fR [\\fIOPTION\\fR]...",
        ".SH DESCRIPTION",
        *prose(top.description or ""),
        ".SH OPTIONS",
        *(line for each in told(top) for line in entry(top, each)),
        ".SH COMMANDS",
        *(
            line
            for name, owner in commands_of(top).items()
            for line in command(f"cpwatch {name}", owner, help_of(top, name), above)
        ),
        ".SH VERDICTS",
        "In the order in which they are decided, each with its exit code.",
        *(
            line
            for name in VerdictName
            for line in term(
                bold(name.value), f"{ADVICE[name].meaning} What to do: {ADVICE[name].act}", f" ({name.exit_code})"
            )
        ),
        ".SH EXIT STATUS",
        *_listed((str(code), meaning) for code, meaning in EXIT_CODES.items()),
        ".SH ENVIRONMENT",
        *_listed(VARIABLES.items()),
        ".SH FILES",
        "On Linux, where no variable says otherwise;",
        f"{bold('cpwatch help files')} names those of this machine.",
        *_listed((place.value, what) for place, what in FILES.items()),
    ]
    return "\n".join(lines) + "\n"


def _listed(rows: Iterable[tuple[str, str]]) -> list[str]:
    return [line for name, text in rows for line in term(bold(name), text)]


def main() -> None:
    """Write the page."""
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
