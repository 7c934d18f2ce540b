"""`cpwatch completion` and `cpwatch help`: texts for a shell and for a person, printed without asking any gateway."""

import argparse
import os
from collections.abc import Mapping, Sequence

from tui.config.locations import config_file, log_folder, state_folder
from tui.config.settings_file import shown
from tui.domain.sanitise import safe_text
from tui.help_topics import WIDTH, Place, help_text, nearest, overview, topic_of, topics
from tui.options import actions, commands_of, parser
from tui.output import UsageError, printable, say

_FILES = {"FILE", "CONF"}
"""The placeholders of what is a file, for which a shell offers its own."""
_SHOWN = 40


def completion(shell: str) -> int:
    """Print a completion script for bash, zsh or fish; the exit code. Raises OutputFailed."""
    import shtab

    top = parser()
    _prepare(top, shtab.FILE)
    say(printable(shtab.complete(top, shell=shell).rstrip("\n")))
    return 0


def _prepare(below: argparse.ArgumentParser, files: object) -> None:
    """Tell shtab what the parser itself does not know: which values are files, and which topics there are.

    files: shtab's own mark for a file's name.
    """
    for action in actions(below):
        if action.metavar in _FILES:
            action.complete = files  # type: ignore[attr-defined]
        if action.metavar == "TOPIC":
            action.choices = (*topics(), *commands_of(parser()))
    for each in commands_of(below).values():
        _prepare(each, files)


def explain(words: Sequence[str], environment: Mapping[str, str] = os.environ) -> int:
    """Print what a topic is about, or a command's options; the exit code.

    words: the topic as it was typed, in one word or more. Raises UsageError: there is no such topic; OutputFailed.
    """
    top = parser()
    commands = commands_of(top)
    typed = " ".join(words)
    if not typed.strip():
        say(overview(tuple(commands)))
        return 0
    topic = topic_of(typed, tuple(commands))
    if topic is None:
        near = nearest(typed, tuple(commands))
        hint = f"did you mean {near}?" if near else "`cpwatch help` lists them"
        raise UsageError(f"there is no topic {safe_text(typed, _SHOWN)!r}: {hint}")
    if topic in commands:
        say(printable(_options_of(commands[topic])))
        return 0
    places = {Place.SETTINGS: config_file(environment), Place.STATE: state_folder(), Place.LOGS: log_folder()}
    say(printable(help_text(topic, {place: shown(path) for place, path in places.items()})))
    return 0


def _options_of(command: argparse.ArgumentParser) -> str:
    """A command's own `--help`, as narrow as every other topic."""
    command.formatter_class = lambda prog: argparse.HelpFormatter(prog, width=WIDTH)
    return command.format_help().rstrip("\n")
