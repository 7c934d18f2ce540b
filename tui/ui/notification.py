"""A notification of the desktop, which the terminal shows while its window is out of sight."""

from tui.domain.redact import redacted
from tui.domain.sanitise import safe_text
from tui.domain.text import to_ascii
from tui.domain.verdict_name import VerdictName


def notification(profile: str, name: VerdictName) -> str:
    """The sequence (OSC 9) for that verdict. profile: what the header calls the gateway, empty for no name.

    Terminals that know it show a pop-up: iTerm2, kitty, WezTerm, Ghostty, foot. The others pass over it.
    """
    # Never a digit first: with one, Windows Terminal and ConEmu take the sequence for another.
    text = f"{f'cpwatch {profile}'.strip()}: {name.words}"
    return f"\x1b]9;{to_ascii(safe_text(redacted(text), 80))}\a"
