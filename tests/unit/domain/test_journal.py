"""The journal: bounded, and what is new in it."""

import pytest

from tests.support.states import NOW
from tui.domain.journal import JOURNAL_LIMIT, Entry, Level, newer, noted


def entries(count: int, first: int = 0) -> tuple[Entry, ...]:
    """That many entries, numbered."""
    return tuple(Entry(NOW.plus(n), Level.INFO, f"entry {n}") for n in range(first, first + count))


def test_it_keeps_the_newest() -> None:
    journal: tuple[Entry, ...] = ()
    for entry in entries(JOURNAL_LIMIT + 7):
        journal = noted(journal, entry)
    assert len(journal) == JOURNAL_LIMIT
    assert journal[0].text == "entry 7"
    assert journal[-1].text == f"entry {JOURNAL_LIMIT + 6}"


def test_several_are_noted_in_order() -> None:
    assert [e.text for e in noted(entries(1), *entries(2, 1))] == ["entry 0", "entry 1", "entry 2"]


@pytest.mark.parametrize("count", [0, 1, 3, JOURNAL_LIMIT - 2, JOURNAL_LIMIT - 1])
def test_what_is_new_is_told_even_when_the_oldest_fell_off(count: int) -> None:
    before = noted((), *entries(JOURNAL_LIMIT))
    added = entries(count, JOURNAL_LIMIT)
    assert newer(noted(before, *added), before) == added


def test_all_is_new_after_nothing_and_after_what_is_forgotten() -> None:
    journal = entries(3)
    assert newer(journal, ()) == journal
    assert newer((), ()) == ()
    assert newer(journal, journal) == ()
    assert newer(entries(3, 10), journal) == entries(3, 10)


def test_an_entry_that_says_the_same_again_is_new() -> None:
    first = Entry(NOW, Level.WARN, "again")
    before = (first,)
    second = Entry(NOW, Level.WARN, "again")
    assert first == second
    assert newer((first, second), before) == (second,)
