"""The keyed table: repaints what changed, keeps cursor and scroll by key, and answers every key and the mouse."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.events import MouseScrollDown

from tests.support.tables import TableApp, row, rows
from tui.ui.widgets.table import KeyedTable


async def test_equal_rows_repaint_nothing() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 8)) as pilot:
        app.table.set_rows(rows("abc"))
        await pilot.pause()
        app.table.painted.clear()
        app.table.set_rows(rows("abc"))
        assert app.table.painted == []


async def test_only_changed_cells_in_view_are_repainted() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 8)) as pilot:
        many = rows(range(100))
        app.table.set_rows(many)
        await pilot.pause()
        app.table.painted.clear()
        changed = list(many)
        changed[2] = row("2", n=7)
        changed[50] = row("50", n=9)
        app.table.set_rows(changed)
        painted = app.table.painted
        assert [region.y for region in painted if region] == [3]
        assert painted[0] is not None
        assert painted[0].width == 1


async def test_a_cell_that_outgrows_its_column_lays_the_table_out_anew() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 8)) as pilot:
        app.table.set_rows(rows("ab"))
        await pilot.pause()
        app.table.painted.clear()
        app.table.set_rows([row("a", m="1,000,000.00"), row("b")])
        assert None in app.table.painted
        assert "1,000,000.00" in app.text()[1]
        app.table.set_rows(rows("ab"))
        before = app.text()[0]
        app.table.set_rows([row("a", n=3), row("b")])
        assert app.text()[0] == before


async def test_columns_narrow_again_when_all_rows_are_others() -> None:
    app = TableApp()
    async with app.run_test(size=(26, 8)) as pilot:
        app.table.set_rows([row("a", m="1,000,000,000.00")])
        await pilot.pause()
        assert app.table.shown_columns == ("name", "n")
        app.table.set_rows(rows("xy"))
        assert app.table.shown_columns == ("name", "n", "m")


async def test_cursor_follows_its_key_when_rows_move() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 8)) as pilot:
        app.table.set_rows(rows("abcdef"))
        await pilot.pause()
        app.table.move_to_key("c")
        app.table.set_rows(rows("fedcba"))
        assert app.table.cursor_key == "c"
        app.table.set_rows(rows("zcba"))
        assert app.table.cursor_key == "c"


@pytest.mark.parametrize(("left", "expected"), [("abdef", "d"), ("ab", "b"), ("", None)])
async def test_cursor_is_clamped_when_its_row_is_gone(left: str, expected: str | None) -> None:
    app = TableApp()
    async with app.run_test(size=(40, 8)) as pilot:
        app.table.set_rows(rows("abcdef"))
        await pilot.pause()
        app.table.move_to_key("c")
        app.table.set_rows(rows(left))
        assert app.table.cursor_key == expected


async def test_what_is_in_view_stays_when_rows_come_in_above() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 8)) as pilot:
        app.table.set_rows(rows(range(100)))
        await pilot.pause()
        app.table.move_cursor(60)
        await pilot.pause()
        before = app.text()
        app.table.set_rows(rows(["new", "newer", *range(100)]))
        await pilot.pause()
        assert app.text() == before
        assert app.table.cursor_key == "60"


async def test_at_the_top_new_rows_come_into_view() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 8)) as pilot:
        app.table.set_rows(rows(range(100)))
        await pilot.pause()
        app.table.set_rows(rows(["new", *range(100)]))
        await pilot.pause()
        assert app.text()[1].startswith("new")
        assert app.table.cursor_key == "0"


async def test_scroll_ends_where_rows_end() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 8)) as pilot:
        app.table.set_rows(rows(range(100)))
        await pilot.pause()
        app.table.action_last()
        await pilot.pause()
        app.table.set_rows(rows(range(3)))
        await pilot.pause()
        assert app.table.scroll_offset.y == 0
        assert app.table.cursor_key == "2"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["down"], "1"),
        (["j", "j"], "2"),
        (["j", "up"], "0"),
        (["j", "j", "k"], "1"),
        (["up"], "0"),
        (["pagedown"], "7"),
        (["space"], "7"),
        (["ctrl+f", "ctrl+b"], "0"),
        (["pagedown", "pageup"], "0"),
        (["end"], "99"),
        (["G"], "99"),
        (["end", "home"], "0"),
        (["G", "g"], "0"),
        (["end", "down"], "99"),
    ],
)
async def test_keys_move_the_cursor_and_keep_it_in_view(keys: list[str], expected: str) -> None:
    app = TableApp()
    async with app.run_test(size=(40, 8)) as pilot:
        app.table.set_rows(rows(range(100)))
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        assert app.table.cursor_key == expected
        assert any(line.split()[0] == expected for line in app.text()[1:])
        assert app.text()[0].startswith("Name")


async def test_moving_the_cursor_repaints_two_rows() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 8)) as pilot:
        app.table.set_rows(rows(range(100)))
        await pilot.pause()
        app.table.painted.clear()
        await pilot.press("down")
        assert sorted(region.y for region in app.table.painted if region) == [1, 2]
        assert None not in app.table.painted


async def test_enter_and_click_select() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 8)) as pilot:
        app.table.set_rows(rows("abc"))
        await pilot.pause()
        app.messages.clear()
        await pilot.press("down", "enter")
        await pilot.click(KeyedTable, offset=(3, 3))
        await pilot.click(KeyedTable, offset=(3, 0))
        await pilot.click(KeyedTable, offset=(3, 6))
        assert app.messages == [
            ("highlighted", "b"),
            ("selected", "b"),
            ("highlighted", "c"),
            ("selected", "c"),
            ("header", "name"),
        ]


async def test_keys_in_an_empty_table_do_nothing() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 8)) as pilot:
        await pilot.press("down", "end", "pagedown", "enter", "home")
        assert app.messages == []
        assert app.table.cursor_key is None
        app.table.move_to_key("nothing")


async def test_the_wheel_scrolls_and_leaves_the_cursor() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 8)) as pilot:
        app.table.set_rows(rows(range(100)))
        await pilot.pause()
        await pilot._post_mouse_events([MouseScrollDown], KeyedTable, (3, 3))
        await pilot.pause()
        assert app.table.scroll_offset.y > 0
        assert app.table.cursor_key == "0"


async def test_resizing_keeps_the_cursor_in_view() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 30)) as pilot:
        app.table.set_rows(rows(range(100)))
        await pilot.pause()
        app.table.move_cursor(25)
        await pilot.resize_terminal(30, 8)
        await pilot.pause()
        assert any(line.startswith("25 ") for line in app.text())


async def test_wide_characters_are_aligned() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 8)) as pilot:
        app.table.set_rows([row("トヨタ", 100), row("plain", 100), row("[b]x[/b]", 100)])
        await pilot.pause()
        lines = app.text()[1:4]
        columns = {cell_len(text[: text.index("100")]) for text in lines}
        assert len(columns) == 1
        assert "[b]x[/b]" in lines[2]


async def test_five_thousand_rows_repaint_what_is_in_view() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 8)) as pilot:
        app.table.set_rows(rows(range(5000)))
        await pilot.pause()
        app.table.painted.clear()
        app.table.set_rows([row(str(n), n=7) for n in range(5000)])
        assert len(app.table.painted) == app.table.page


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(st.integers(0, 30), unique=True, min_size=1, max_size=25),
        min_size=2,
        max_size=6,
    ),
    st.integers(0, 30),
)
def test_the_cursor_stays_on_its_key_and_in_view(books: list[list[int]], start: int) -> None:
    async def run() -> None:
        app = TableApp()
        async with app.run_test(size=(40, 8)) as pilot:
            app.table.set_rows(rows(books[0]))
            await pilot.pause()
            app.table.move_cursor(start)
            for book in books[1:]:
                await pilot.pause()
                key = app.table.cursor_key
                app.table.set_rows(rows(book))
                await pilot.pause()
                if key in app.table.keys:
                    assert app.table.cursor_key == key
                assert app.table.cursor_key in app.table.keys
                top = app.table.scroll_offset.y
                at = app.table.keys.index(str(app.table.cursor_key))
                assert top <= at < top + app.table.page

    asyncio.run(run())
