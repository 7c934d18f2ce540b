"""The positions' order as it is remembered, and back."""

from tui.config.preferences import Sort
from tui.domain.ordering import Sorting, SortKey


def sort_of(sorting: Sorting) -> Sort | None:
    """What is kept of an order; nothing for IBKR's own."""
    return None if sorting.key is None else Sort(sorting.key.value, sorting.descending)


def sorting_of(sort: Sort | None) -> Sorting:
    """The order that was kept; IBKR's own for none, and for a column that there is no more."""
    if sort is None or sort.column not in list(SortKey):
        return Sorting()
    return Sorting(SortKey(sort.column), sort.descending)
