"""Folding tickles into the state: ours, and those of another process."""

from tests.support.happenings import BROKEN, REFUSED, at, auth, due, elsewhere, folded, said, tickle
from tests.support.states import GOOD, starting
from tui.domain.session import HOUR, Slot, Tickle

# The keep-alive


def test_answered_of_due_through_failures_and_retries() -> None:
    state = folded(due(0))
    assert state.session.keep_alive.this_hour(at(0)) == (0, 0)  # under way
    state = folded(tickle(REFUSED, 0.1, next_in=5), state=state)
    assert state.session.keep_alive.this_hour(at(1)) == (0, 1)
    assert state.session.keep_alive.failures == 1
    assert state.session.keep_alive.next_at == at(5.1)
    state = folded(tickle(REFUSED, 5.1, next_in=5), tickle(Tickle(GOOD), 10.1, next_in=49.9), state=state)
    assert state.session.keep_alive.this_hour(at(11)) == (1, 1)  # the retry answered the one that was due
    assert state.session.keep_alive.failures == 0
    assert state.session.keep_alive.answered_at == at(10.1)
    state = folded(due(60), state=state)
    assert state.session.keep_alive.this_hour(at(60)) == (1, 1)
    assert state.session.keep_alive.next_at is None
    state = folded(tickle(Tickle(GOOD), 60.1), state=state)
    assert state.session.keep_alive.this_hour(at(61)) == (2, 2)


def test_one_under_way_counts_as_neither_even_after_a_failure() -> None:
    state = folded(due(0), tickle(REFUSED, 0.1), due(60))
    assert state.session.keep_alive.this_hour(at(60)) == (0, 1)
    assert folded(tickle(REFUSED, 60.1), state=state).session.keep_alive.this_hour(at(61)) == (0, 2)


def test_slots_are_forgotten_after_an_hour() -> None:
    state = starting()
    for minute in range(200):
        state = folded(due(60.0 * minute), tickle(Tickle(GOOD), 60.0 * minute + 0.1), state=state)
    keep_alive = state.session.keep_alive
    assert len(keep_alive.slots) == 60
    assert keep_alive.this_hour(at(199 * 60 + 1)) == (60, 60)


def test_an_answer_without_a_slot_is_no_slot() -> None:
    assert folded(tickle(Tickle(GOOD), 1)).session.keep_alive.slots == ()


def test_the_journal_tells_the_first_failure_and_the_recovery() -> None:
    state = folded(auth(GOOD, 0), due(0), tickle(REFUSED, 0.1), tickle(REFUSED, 5), tickle(REFUSED, 10))
    assert said(state)[1:2] == ["keep-alive unanswered: connection refused"]
    state = folded(tickle(Tickle(GOOD), 15), state=state)
    assert "keep-alive answered again after 3 failures" in said(state)
    assert sum("keep-alive" in text for text in said(state)) == 2
    once = folded(tickle(REFUSED, 1), tickle(Tickle(GOOD), 2))
    assert "keep-alive answered again after 1 failure" in said(once)


def test_another_processes_tickle_is_a_slot_that_was_answered() -> None:
    state = folded(elsewhere(9.5, 10, next_in=49.5))
    keep_alive = state.session.keep_alive
    assert keep_alive.slots == (Slot(at(9.5), at(9.5), elsewhere=True),)
    assert (keep_alive.next_at, keep_alive.answered_at, keep_alive.elsewhere) == (at(59.5), at(9.5), True)
    assert keep_alive.this_hour(at(10)) == (1, 1)


def test_the_same_tickle_elsewhere_counts_once() -> None:
    state = folded(elsewhere(9.5, 10), elsewhere(9.5, 30), elsewhere(9.5, 69))
    assert state.session.keep_alive.this_hour(at(70)) == (1, 1)
    assert state.session.keep_alive.next_at == at(129)
    state = folded(elsewhere(69.5, 70), state=state)
    assert state.session.keep_alive.this_hour(at(71)) == (2, 2)
    older = folded(elsewhere(40, 72), state=state)
    assert older.session.keep_alive.slots == state.session.keep_alive.slots


def test_whose_the_newest_answered_tickle_was() -> None:
    state = folded(due(0), tickle(Tickle(GOOD), 0.1))
    assert not state.session.keep_alive.elsewhere
    state = folded(elsewhere(60, 60.5), state=state)
    assert state.session.keep_alive.elsewhere
    state = folded(due(120), state=state)
    assert state.session.keep_alive.elsewhere  # ours is under way
    state = folded(tickle(Tickle(GOOD), 120.1), state=state)
    assert not state.session.keep_alive.elsewhere


def test_a_tickle_elsewhere_ends_a_row_of_failures() -> None:
    state = folded(auth(GOOD, 0), due(0), tickle(BROKEN, 0.1, next_in=5), elsewhere(3, 5.1), auth(GOOD, 5.2))
    assert state.session.keep_alive.failures == 0
    assert state.session.keep_alive.answered_at == at(3)
    assert said(state)[-2:] == ["keep-alive answered again, that of another cpwatch", "ready: trading session live"]
    later = folded(auth(GOOD, 60), elsewhere(60, 61), state=state)
    assert sum("answered again" in text for text in said(later)) == 1


def test_slots_of_another_process_are_forgotten_after_an_hour_too() -> None:
    state = starting()
    for minute in range(200):
        state = folded(elsewhere(60.0 * minute, 60.0 * minute + 1), state=state)
    assert state.session.keep_alive.this_hour(at(199 * 60 + 1)) == (60, 60)
    assert all(at(199 * 60 + 1).seconds_since(slot.due_at) < HOUR for slot in state.session.keep_alive.slots)
