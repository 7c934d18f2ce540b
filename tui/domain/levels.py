"""How much a verdict matters, and whether one is worse than the one before it."""

from tui.domain.journal import Level
from tui.domain.verdict_name import VerdictName

_RANK = {Level.OK: 0, Level.INFO: 0, Level.WARN: 1, Level.ALARM: 2}


def level_of(name: VerdictName) -> Level:
    """How much a verdict matters: good, on its way, wrong for now, or wrong until somebody acts."""
    match name:
        case VerdictName.READY:
            return Level.OK
        case VerdictName.UNKNOWN | VerdictName.INITIALISING:
            return Level.INFO
        case VerdictName.CONTESTED | VerdictName.RATE_LIMITED | VerdictName.BACKEND_DOWN:
            return Level.WARN
    return Level.ALARM


def worse(before: VerdictName | None, after: VerdictName) -> bool:
    """Whether a change between these two is worth a bell: to a warning or an alarm, from anything that matters less.

    UNKNOWN is the absence of a verdict: nothing gets worse by it, and nothing is worse than it. Whoever rings keeps
    the last other verdict as `before`, None at the start, so that `ready`, a pause, and then `login_required` rings,
    and a start with nobody logged in does not.
    """
    if before is None or VerdictName.UNKNOWN in {before, after}:
        return False
    return _RANK[level_of(after)] > _RANK[level_of(before)]
