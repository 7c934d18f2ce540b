"""The lines of a watch: each change of the verdict and each entry of the journal, as text or as JSON."""

import json
from collections.abc import Callable
from typing import Any

from tui.clock import Clock, Moment
from tui.domain.journal import Entry, Level, newer
from tui.domain.levels import level_of
from tui.domain.redact import redacted
from tui.domain.sanitise import safe_text
from tui.domain.state import MonitorState, Standing
from tui.domain.text import age, rfc3339
from tui.domain.verdict import verdict
from tui.domain.verdict_name import VerdictName

SCHEMA = 1
LONGEST = 1000
"""Characters of one text in a line at the most."""


class LineLog:
    """Makes lines of what changes in the states that it is shown, in their order.

    write: takes one line without its end, and returns at once. profile: its name, empty where there is none.

    A line's JSON: schema, at (UTC), level, event (`started`, `verdict`, `journal`, `stopped`), gateway, profile or
    null, text; a verdict's has verdict, was, was_for (seconds), summary, seen, remedy and person (whether only a
    person's login helps) too, what is not known being null.
    """

    def __init__(self, write: Callable[[str], None], clock: Clock, *, as_json: bool, profile: str = "") -> None:
        self._write = write
        self._clock = clock
        self._as_json = as_json
        self._profile = profile
        self._before: MonitorState | None = None

    def started(self, state: MonitorState, text: str) -> None:
        """The first line; what is in the state already is taken as told."""
        self._before = state
        self._say(state, self._clock.now(), Level.INFO, "started", text)

    def stopped(self, state: MonitorState, text: str) -> None:
        """The last line."""
        self._say(state, self._clock.now(), Level.INFO, "stopped", text)

    def follow(self, state: MonitorState) -> None:
        """Tell what this state has that the one before had not; to be called for every state."""
        before, self._before = self._before, state
        standing = state.standing if before is None or state.standing is not before.standing else None
        for entry in newer(state.journal, before.journal if before else ()):
            if standing is not None and _of_verdict(entry, standing):
                self._verdict(state, standing, before.standing if before else None)
                standing = None
            else:
                self._say(state, entry.at, entry.level, "journal", entry.text)

    def _verdict(self, state: MonitorState, standing: Standing, was: Standing | None) -> None:
        found = verdict(state, standing.since)
        name = VerdictName(standing.verdict)
        person = name is VerdictName.LOGIN_REQUIRED
        stood = None if was is None else round(standing.since.seconds_since(was.since), 1)
        words = f"{name.value} (was {was.verdict if was else 'unknown'}"
        words += f" for {age(stood)}): " if stood is not None else "): "
        words += found.summary
        if found.seen:
            words += f" [{found.seen}]"
        remedy = " ".join((found.remedy.text, *found.remedy.commands)) if found.remedy else None
        if remedy is not None and not name.tradable:
            words += f" -> {remedy}"
        self._say(
            state,
            standing.since,
            level_of(name),
            "verdict",
            words,
            verdict=name.value,
            was=was.verdict if was else VerdictName.UNKNOWN.value,
            was_for=stood,
            summary=_clean(found.summary),
            seen=_clean(found.seen),
            remedy=_clean(remedy),
            person=person,
        )

    def _say(self, state: MonitorState, at: Moment, level: Level, event: str, text: str, **more: Any) -> None:
        cleaned = _clean(text) or ""
        if self._as_json:
            document = {
                "schema": SCHEMA,
                "at": rfc3339(at.wall),
                "level": level.value,
                "event": event,
                "gateway": _clean(state.path.address.url),
                "profile": self._profile or None,
                "text": cleaned,
                **more,
            }
            self._write(json.dumps(document, ensure_ascii=False))
            return
        name = f"{self._profile} " if self._profile else ""
        self._write(f"{rfc3339(at.wall)} {level.value.upper():5} {name}{event}: {cleaned}")


def _of_verdict(entry: Entry, standing: Standing) -> bool:
    """Whether the entry is the one that the change of the verdict itself has left in the journal."""
    words = VerdictName(standing.verdict).words.lower()
    return entry.at is standing.since and entry.text.startswith(f"{words}: ")


def _clean(text: str | None) -> str | None:
    return None if text is None else redacted(safe_text(text, LONGEST))
