"""Which columns are shown: by priority, never with a number cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.ui.line import plain, width
from tui.ui.position_words import ALL_COLUMNS, COLUMNS
from tui.ui.widgets.columns import Align, Cell, Column, Slot, fit_columns, marked, padded

WANTED = [18, 6, 0, 8, 9, 10, 10, 10, 6, 0, 3, 0]
"""Of rows of which neither names nor exchanges nor realised profits are known."""


def ids(cells: int) -> list[str]:
    """The ids of the positions' columns that are shown in that width."""
    return [COLUMNS[slot.index].id for slot in fit_columns(COLUMNS, WANTED, cells)]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (140, ["symbol", "type", "quantity", "price", "value", "cost", "unrealised", "percent", "currency"]),
        (78, ["symbol", "type", "quantity", "price", "value", "unrealised", "percent", "currency"]),
        (58, ["symbol", "quantity", "value", "unrealised", "percent"]),
        (50, ["symbol", "quantity", "value", "unrealised"]),
        (45, ["symbol", "quantity", "unrealised", "percent"]),  # the name goes before the value
        (24, ["symbol", "unrealised"]),
    ],
)
def test_narrow_tables_drop_columns_by_priority(cells: int, expected: list[str]) -> None:
    assert ids(cells) == expected


def test_wide_tables_show_more_and_cut_only_texts() -> None:
    wanted = [18, 6, 60, 8, 9, 10, 10, 10, 6, 9, 3, 8]
    slots = fit_columns(COLUMNS, wanted, 143)
    shown = {COLUMNS[slot.index].id: slot for slot in slots}
    assert list(shown) == [column.id for column in COLUMNS]
    assert shown["name"].width == 26
    assert "exchange" not in {COLUMNS[slot.index].id for slot in fit_columns(COLUMNS, wanted, 125)}


@pytest.mark.parametrize(
    ("text", "room", "taken", "expected"),
    [
        ("1.5", 1, 0, "  ▴1.5"),
        ("123456", 1, 1, "▴123456"),
        ("123456", 0, 0, "123456"),
        ("", 1, 0, "      "),
    ],
)
def test_a_mark_stands_before_the_text(text: str, room: int, taken: int, expected: str) -> None:
    parts = padded(Cell(text), Slot(0, 1, 6, Align.RIGHT))
    assert (taken, expected) == ((made := marked(parts, "▴", room))[0], plain(made[1]))


@given(st.integers(24, 220))
def test_columns_neither_overlap_nor_leave_the_table(cells: int) -> None:
    slots = fit_columns(COLUMNS, WANTED, cells)
    ends = [slot.x + slot.width for slot in slots]
    assert ends[-1] == cells
    assert all(slot.x > end for slot, end in zip(slots[1:], ends, strict=False))


@given(st.integers(24, 220))
def test_no_number_is_narrower_than_its_content(cells: int) -> None:
    assert all(slot.width >= WANTED[slot.index] for slot in fit_columns(COLUMNS, WANTED, cells)[1:])


def test_a_name_is_shown_whole_before_lesser_columns_are() -> None:
    slots = fit_columns(COLUMNS, WANTED, 78)
    assert slots[0].width >= WANTED[0]


OPTIONS = [24, 6, 0, 8, 10, 16, 12, 14, 6, 0, 3, 0]


@pytest.mark.parametrize("columns", [COLUMNS, ALL_COLUMNS], ids=["one", "all"])
@pytest.mark.parametrize("cells", [57, 77, 117])
def test_the_name_of_an_option_is_readable_at_every_size(columns: tuple[Column, ...], cells: int) -> None:
    wanted = OPTIONS if columns is COLUMNS else [OPTIONS[0], 9, *OPTIONS[1:]]
    slots = fit_columns(columns, wanted, cells)
    shown = [columns[slot.index].id for slot in slots]
    assert slots[0].width >= 20
    assert {"symbol", "quantity", "unrealised"} <= set(shown)
    assert ("account" in shown) is (columns is ALL_COLUMNS)


def test_a_name_gives_way_where_nothing_else_can() -> None:
    huge = [24, 6, 0, 8, 10, 16, 12, 40, 6, 0, 3, 0]
    slots = fit_columns(COLUMNS, huge, 57)
    assert [COLUMNS[slot.index].id for slot in slots] == ["symbol", "unrealised"]
    assert (slots[0].width, slots[1].width) == (16, 40)


def test_no_columns_no_slots() -> None:
    assert fit_columns((), (), 20) == ()


def test_more_than_fits_is_cut_at_the_edge() -> None:
    columns = (Column("a", "A", 6), Column("b", "B", 6))
    assert [slot.width for slot in fit_columns(columns, [6, 6], 9)] == [6, 2]


@pytest.mark.parametrize(
    ("text", "align", "expected"),
    [
        ("ab", Align.LEFT, "ab    "),
        ("ab", Align.RIGHT, "    ab"),
        ("トヨ", Align.LEFT, "トヨ  "),
        ("トヨタ自", Align.LEFT, "トヨ… "),
        ("longer name", Align.LEFT, "longe…"),
        ("1,234.56", Align.RIGHT, "######"),
    ],
)
def test_a_cell_fills_its_slot(text: str, align: Align, expected: str) -> None:
    parts = padded(Cell(text), Slot(0, 0, 6, align))
    assert plain(parts) == expected
    assert width(parts) == 6
