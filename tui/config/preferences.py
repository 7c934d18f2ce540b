"""What the monitor remembers by itself from one start to the next: how the user last had it, no data of any account."""

import json
import logging
import re
from dataclasses import dataclass
from pathlib import Path

from tui.config.themes import ThemeName

log = logging.getLogger(__name__)

SCHEMA = 1
_LARGEST = 16_384
_ID = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sort:
    """By which column the positions are sorted. column: its id."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Preferences:
    """theme: chosen in the palette, None where none ever was. zoom: the pane that fills the screen, by its id.

    sort: None as the gateway sends them. show_closed: whether closed positions are shown.
    """

    theme: ThemeName | None = None
    sort: Sort | None = None
    zoom: str | None = None
    show_closed: bool = False


def read_preferences(path: Path) -> Preferences:
    """What was remembered; the defaults for what is missing or makes no sense, whatever the file is. Never raises."""
    try:
        if not path.is_file():
            return Preferences()
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        log.warning("what was remembered can't be read: %s", getattr(error, "strerror", None) or error)
        return Preferences()
    try:
        raw = json.loads(data) if len(data) <= _LARGEST else None
    except (ValueError, RecursionError):
        raw = None
    if not isinstance(raw, dict) or raw.get("schema") != SCHEMA:
        log.warning("what was remembered is no file of this cpwatch; it is begun anew")
        return Preferences()
    theme, closed = raw.get("theme"), raw.get("show_closed")
    return Preferences(
        theme=ThemeName(theme) if theme in list(ThemeName) else None,
        sort=_sort(raw.get("sort")),
        zoom=_id(raw.get("zoom")),
        show_closed=closed is True,
    )


class PreferencesFile:
    """Where they are kept."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def save(self, preferences: Preferences) -> str | None:
        """Write them; None, or a sentence that says why that could not be, which is logged too."""
        sort = preferences.sort
        document = {
            "schema": SCHEMA,
            "theme": preferences.theme,
            "sort": None if sort is None else {"column": sort.column, "descending": sort.descending},
            "zoom": preferences.zoom,
            "show_closed": preferences.show_closed,
        }
        from tui.files import private_folder, write_whole

        try:
            private_folder(self.path.parent)
            write_whole(self.path, f"{json.dumps(document, indent=1)}\n".encode())
        except OSError as error:
            said = f"This could not be remembered for the next start: {error.strerror or error}."
            log.warning("%s", said)
            return said
        return None


def _sort(raw: object) -> Sort | None:
    if not isinstance(raw, dict) or (column := _id(raw.get("column"))) is None:
        return None
    return Sort(column, raw.get("descending") is True)


def _id(raw: object) -> str | None:
    return raw if isinstance(raw, str) and _ID.fullmatch(raw) else None
