"""The keyed table: what its header and its marks tell, and where the view stays when rows are put in another order."""

from tests.support.tables import COLUMNS, TableApp, row, rows
from tui.ui.widgets.columns import Cell, Column
from tui.ui.widgets.table import Anchor, KeyedTable


async def test_a_click_tells_whether_the_cursor_stood_there() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 8)) as pilot:
        app.table.set_rows(rows("abc"))
        await pilot.pause()
        for y in (1, 2, 2):
            await pilot.click(KeyedTable, offset=(3, y))
        await pilot.press("enter")
        assert app.again == [True, False, True, True]


async def test_a_click_on_the_header_names_its_column() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 8)) as pilot:
        app.table.set_rows(rows("abc"))
        await pilot.pause()
        app.messages.clear()
        for name, slot in app.table.places.items():
            await pilot.click(KeyedTable, offset=(slot.x + slot.width - 1, 0))
            assert app.messages[-1] == ("header", name)
        await pilot.click(KeyedTable, offset=(39, 0))
        assert len(app.messages) == 3


async def test_the_sorted_column_carries_its_mark_without_moving_anything() -> None:
    app = TableApp()
    async with app.run_test(size=(22, 8)) as pilot:
        app.table.set_rows([row("a", m="12345678")])
        await pilot.pause()
        before = app.text()
        app.table.painted.clear()
        app.table.set_sorted("m", "↓")
        assert app.text()[0] == before[0].replace(" M", "↓M")
        assert app.text()[1:] == before[1:]
        assert [region and region.y for region in app.table.painted] == [0]
        app.table.painted.clear()
        app.table.set_sorted("m", "↓")
        assert app.table.painted == []
        app.table.set_sorted("name", "↑")
        assert app.text()[0] == before[0].replace("Name ", "Name↑")
        app.table.set_sorted(None, "")
        assert app.text() == before


async def test_marks_stand_before_numbers_and_cost_their_own_cells() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 8)) as pilot:
        many = rows(range(20))
        app.table.set_rows(many)
        await pilot.pause()
        before = app.text()
        app.table.painted.clear()
        app.table.set_rows(many, {"1": {"n": "▴", "m": "▾"}, "2": {"m": "▾"}, "19": {"n": "▴"}, "gone": {"n": "▴"}})
        assert app.text()[2] == before[2].replace(" 1 ", "▴1 ")
        assert app.text()[3].count("▾") == 1
        assert [region and (region.y, region.width) for region in app.table.painted] == [(2, 1), (3, 1)]
        assert app.table.marked_in_view == 2
        app.table.painted.clear()
        app.table.set_rows(many)
        assert app.text() == before
        assert [region and (region.y, region.width) for region in app.table.painted] == [(2, 1), (3, 1)]


async def test_sorted_anew_the_top_comes_into_view_and_a_placed_cursor_keeps_its_row() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 8)) as pilot:
        app.table.set_rows(rows(range(100)))
        await pilot.pause()
        turned = rows(range(99, -1, -1))
        app.table.set_rows(turned, anchor=Anchor.TOP)
        assert app.table.cursor_key == "99", "a cursor that nobody has moved stays at the top"
        await pilot.press("down")
        app.table.set_rows(rows(range(100)), anchor=Anchor.TOP)
        await pilot.pause()
        assert (app.table.cursor_key, app.table.scroll_offset.y) == ("98", 0)
        await pilot.press("down")
        assert app.table.cursor_key == "99"
        assert app.table.scroll_offset.y > 0


async def test_where_the_order_moves_the_view_follows_no_row() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 8)) as pilot:
        app.table.set_rows(rows(range(100)))
        await pilot.pause()
        app.table.move_cursor(60)
        await pilot.pause()
        top = app.table.scroll_offset.y
        moved = [*range(top), *range(top + 1, 100), top]
        app.table.set_rows(rows(moved), anchor=Anchor.PLACE)
        await pilot.pause()
        assert app.table.scroll_offset.y == top
        assert app.table.cursor_key == "60"


async def test_an_optional_column_comes_with_its_first_text() -> None:
    columns = (*COLUMNS, Column("x", "Extra", 5, priority=3, optional=True))
    app = TableApp()
    async with app.run_test(size=(60, 8)) as pilot:
        app.table.set_columns(columns)
        app.table.set_rows([("a", (*row("a")[1], Cell("–")))])
        await pilot.pause()
        assert "x" not in app.table.shown_columns
        app.table.set_rows([("a", (*row("a")[1], Cell("seen")))])
        assert "x" in app.table.shown_columns
        assert "seen" in app.text()[1]
