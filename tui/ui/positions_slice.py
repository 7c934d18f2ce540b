"""The Positions pane's slice: of the account that is looked at, or of all of them put together."""

from tui.domain.accounts import ALL
from tui.domain.state import MonitorState
from tui.domain.together import Book, merged_book
from tui.domain.verdict import Verdict
from tui.ui.position_words import PositionsView, base_currencies


class PositionsSlice:
    """Makes it of a state; remembers the books that it put together last."""

    def __init__(self) -> None:
        self._merged: tuple[dict[str, Book], Book | None] = ({}, None)

    def of(self, state: MonitorState, verdict: Verdict) -> PositionsView:
        """The slice of the account that is looked at, or of all of them."""
        visible, held, failures = state.accounts.visible, state.positions.books, state.positions.failures
        interval = state.positions.interval or state.pace.positions
        if visible != ALL:
            failure = failures.get(visible) if visible else None
            told = failure is not None and failure.value.evidence == verdict.seen
            book = held.get(visible) if visible else None
            return PositionsView(
                visible,
                book,
                failure,
                state.pace,
                interval,
                told,
                ledgers=state.accounts.ledgers,
                base_currencies={} if visible is None else base_currencies(state.accounts, [visible]),
            )
        ids = [account.id for account in state.accounts.all]
        books = {each: held[each] for each in ids if each in held}
        # Putting thousands of rows together anew each second would be felt.
        before = self._merged[0]
        if list(books) != list(before) or any(book is not before[each] for each, book in books.items()):
            self._merged = (books, merged_book(books))
        failed = {each: failures[each] for each in ids if each in failures}
        return PositionsView(
            ALL,
            self._merged[1],
            None,
            state.pace,
            # They are asked about in turn.
            interval * max(len(ids), 1),
            told=bool(failed) and all(failure.value.evidence == verdict.seen for failure in failed.values()),
            failures=failed,
            missing=len(ids) - len(books),
            ledgers=state.accounts.ledgers,
            base_currencies=base_currencies(state.accounts, ids),
        )
