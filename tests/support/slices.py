"""The slices of a state that panes are given, and the text of what they make of them."""

from tests.support.states import ACCOUNT, NOW
from tui.domain.state import MonitorState
from tui.domain.verdict import login_live, verdict
from tui.ui.account_view import AccountsView
from tui.ui.line import Line, plain
from tui.ui.panes.path import PathView
from tui.ui.panes.session import SessionView
from tui.ui.position_words import PositionsView


def text(rows: list[Line]) -> list[str]:
    """The lines' texts."""
    return [plain(row).rstrip() for row in rows]


def path_of(state: MonitorState) -> PathView:
    """The Path pane's slice."""
    return PathView(state.path, verdict(state, NOW).name, state.pace)


def session_of(state: MonitorState) -> SessionView:
    """The Session pane's slice."""
    return SessionView(state.session, login_live(state, NOW), verdict(state, NOW).name, state.pace)


def accounts_of(state: MonitorState) -> AccountsView:
    """The Accounts pane's slice."""
    return AccountsView(state.accounts, state.pace)


def positions_of(state: MonitorState) -> PositionsView:
    """The Positions pane's slice."""
    return PositionsView(
        state.accounts.visible,
        state.positions.books.get(ACCOUNT),
        state.positions.failures.get(ACCOUNT),
        state.pace,
        state.pace.positions,
    )
