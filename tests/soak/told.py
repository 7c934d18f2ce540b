"""What the journal tells, gathered from every snapshot: gapless, each thing once, and as often as it happened."""

from collections import Counter
from collections.abc import Callable

from tui.domain.journal import JOURNAL_LIMIT, Entry
from tui.domain.state import MonitorState, Standing
from tui.domain.verdict_name import VerdictName

KINDS: dict[str, Callable[[str], bool]] = {
    "slept": lambda text: "this machine slept for" in text,
    "set back": lambda text: text.startswith("the clock was set back"),
    "stopped": lambda text: text.startswith("cpwatch was stopped"),
    "unanswered": lambda text: text.startswith("keep-alive unanswered"),
    "answered again": lambda text: text.startswith("keep-alive answered again"),
    "re-opening": lambda text: text.startswith("re-opening the brokerage session, "),
    "re-opened": lambda text: text.startswith(("re-opening the brokerage session failed", "the brokerage session is")),
    "not re-opened": lambda text: text.startswith("Not re-opened"),
    "way": lambda text: text.startswith("the gateway is reached by"),
    "address": lambda text: "has another public address" in text,
    "down": lambda text: "is not connected any more" in text,
    "up": lambda text: "is connected again" in text,
    "person": lambda text: text.startswith("a person has to log in"),
    "gives up": lambda text: "a person is needed" in text,
    "alerts": lambda text: text.startswith(("alert sent", "no alert:", "ready again after what")),
    "served": lambda text: text.startswith("health and metrics"),
    "defect": lambda text: "defect" in text,
}
_WORDS = tuple(f"{name.words.lower()}: " for name in VerdictName)


def kind_of(entry: Entry) -> str:
    """What an entry tells of: `verdict`, a name of KINDS, or its own text where it is of none."""
    if entry.text.startswith(_WORDS):
        return "verdict"
    return next((name for name, fits in KINDS.items() if fits(entry.text)), entry.text)


class Told:
    """Follows every snapshot. counts: entries by their kind. changes: of the verdict. broken: what does not fit."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.entries = 0
        self.changes = 0
        self.published = 0
        self.broken: list[str] = []
        self._journal: tuple[Entry, ...] = ()
        self._standing: Standing | None = None

    def publish(self, state: MonitorState) -> None:
        """One more snapshot."""
        self.published += 1
        if state.journal is not self._journal:
            self._follow(state.journal)
        if state.standing is not self._standing:
            self._standing = state.standing
            self.changes += 1

    def _follow(self, journal: tuple[Entry, ...]) -> None:
        before, self._journal = self._journal, journal
        if len(journal) > JOURNAL_LIMIT:
            self.broken.append(f"the journal has {len(journal)} entries")
        fresh = journal
        if before:
            last = before[-1]
            place = next((i for i in range(len(journal) - 1, -1, -1) if journal[i] is last), None)
            if place is None:
                self.broken.append(f"entries were lost between two snapshots, after {last.text!r}")
            else:
                fresh = journal[place + 1 :]
                kept = before[len(before) - place - 1 :]
                if any(one is not other for one, other in zip(kept, journal[: place + 1], strict=True)):
                    self.broken.append(f"older entries have changed before {last.text!r}")
        self.entries += len(fresh)
        self.counts.update(kind_of(entry) for entry in fresh)
