"""The Accounts pane on the screen: the search, what it costs when nothing changed, and what fits."""

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from tests.support.screen import SIZE, SMALL, app_of, screen_text, settled, source_of
from tests.support.states import advisor, all_accounts, several_accounts
from tui.ui.app import CpwatchApp
from tui.ui.panes.accounts import AccountsPane
from tui.ui.widgets.table import KeyedTable
from tui.ui.zoom import focus_pane

LARGE = (200, 60)


def pane_of(app: CpwatchApp) -> AccountsPane:
    """The app's pane."""
    return app.screen.query_one(AccountsPane)


def table_of(app: CpwatchApp) -> KeyedTable:
    """The pane's table."""
    return app.screen.query_one("#accounts-table", KeyedTable)


async def searching(pilot: Pilot[int], *keys: str) -> None:
    """Open the search and press these keys."""
    app = pilot.app
    assert isinstance(app, CpwatchApp)
    await settled(pilot)
    focus_pane(app.screen, "accounts")
    pane_of(app).open_search()
    await settled(pilot)
    await pilot.press(*keys)
    await settled(pilot)


async def test_typing_searches_and_the_title_counts() -> None:
    app = app_of(advisor())
    async with app.run_test(size=LARGE) as pilot:
        await settled(pilot)
        assert table_of(app).row_count == 301
        await searching(pilot, *"trust", "space", *"293")
        assert "Accounts  1 of 300 · trust 293" in screen_text(app)
        assert len(table_of(app).keys) == 1
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen.focused is table_of(app)
        await pilot.press("enter")
        assert source_of(app).chosen == list(table_of(app).keys)


async def test_a_search_without_a_hit_says_so_and_escape_ends_it() -> None:
    app = app_of(several_accounts())
    async with app.run_test(size=SIZE) as pilot:
        await searching(pilot, *"zz")
        assert "none of 3 · zz" in screen_text(app)
        assert not table_of(app).display
        await pilot.press("escape")
        await settled(pilot)
        assert table_of(app).row_count == 4
        assert app.screen.focused is table_of(app)
        assert pane_of(app).close() is False


async def test_closing_ends_a_search_that_was_left() -> None:
    app = app_of(several_accounts())
    async with app.run_test(size=SIZE) as pilot:
        await searching(pilot, *"inc", "enter")
        assert table_of(app).keys == ("DU1234568",)
        assert pane_of(app).close() is True
        await settled(pilot)
        assert pane_of(app).search == ""
        assert table_of(app).row_count == 4


async def test_what_is_typed_is_never_markup() -> None:
    app = app_of(several_accounts())
    async with app.run_test(size=SIZE) as pilot:
        await searching(pilot, "left_square_bracket", *"red", "right_square_bracket")
        assert "none of 3 · [red]" in screen_text(app)


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (SIZE, ("account", "currency", "net")),
        ((160, 40), ("account", "currency", "net", "day", "cushion", "at")),
        (LARGE, ("account", "alias", "currency", "net", "cash", "day", "cushion", "at")),
    ],
)
async def test_columns_as_the_room_allows(size: tuple[int, int], shown: tuple[str, ...]) -> None:
    app = app_of(advisor())
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        assert table_of(app).shown_columns == shown


@pytest.mark.parametrize("size", [SMALL, SIZE, LARGE])
async def test_with_the_whole_screen_the_list_leaves_the_details_their_room(size: tuple[int, int]) -> None:
    app = app_of(advisor())
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        await pilot.press("3")
        await settled(pilot)
        if app.screen.zoomed is None:  # type: ignore[attr-defined]
            await pilot.press("z")
            await settled(pilot)
        text = screen_text(app)
        for word in ("Account ", "Day P&L", "Cushion", "Cash by currency", "JPY  -31,500.00  0.006421", "trust 3"):
            assert word in text
        assert table_of(app).page > 5
        pane_of(app).search = "keller"
        await settled(pilot)
        assert "60 of 300 · keller" in screen_text(app)
        assert "Keller family 5" in screen_text(app)
        await pilot.press("z")
        await settled(pilot)
        assert ("Cash by currency" in screen_text(app)) is (size == LARGE)


async def test_masked_the_pane_shows_no_amount_and_no_id() -> None:
    app = app_of(all_accounts())
    async with app.run_test(size=LARGE) as pilot:
        await settled(pilot)
        pane = pane_of(app)
        assert pane.state is not None
        pane.state = replace(pane.state, masked=True)
        await settled(pilot)
        lines = [row[:88] for row in screen_text(app).splitlines()[7:40]]
        assert "DU•••567" in "\n".join(lines)
        for secret in ("DU1234567", "88,020", "1,113,697", "income", "+1,1", "20,512"):
            assert secret not in "\n".join(lines)


async def test_where_nothing_changed_nothing_is_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    app = app_of(advisor())
    async with app.run_test(size=LARGE) as pilot:
        await settled(pilot)
        pane, table = pane_of(app), table_of(app)
        assert pane.now is not None
        painted: list[object] = []
        given: list[object] = []
        set_rows = KeyedTable.set_rows

        def counted(self: KeyedTable, rows: object, *more: object) -> None:
            if self is table:
                given.append(rows)
            set_rows(self, rows, *more)  # type: ignore[arg-type]

        monkeypatch.setattr(KeyedTable, "set_rows", counted)
        monkeypatch.setattr(table, "refresh", lambda *regions, **_: painted.append(regions))
        for second in range(1, 4):
            pane.now = pane.now.plus(0.001 * second)
        assert len(given) == 3
        assert all(rows is given[0] for rows in given)
        assert painted == []
