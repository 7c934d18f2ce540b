"""All checks of the walkthrough, in the order in which they depend on each other."""

from tui.doctor import data, gateway_process, login, reach, serving
from tui.doctor.check import Check
from tui.doctor.scene import Scene

CHECKS: tuple[Check[Scene], ...] = (
    *reach.CHECKS,
    *gateway_process.CHECKS,
    *serving.CHECKS,
    *login.SESSION_CHECKS,
    *data.DATA_CHECKS,
    *login.LASTING_CHECKS,
    *data.STREAM_CHECKS,
)
"""The first of them that fails is the leading cause."""
BY_ID = {check.id: check for check in CHECKS}
