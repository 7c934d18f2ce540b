"""The banner: what is wrong and what to do about it, by which keys; and what is about to happen."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.support import states
from tests.support.parts import NOW
from tui.domain.state import MonitorState
from tui.domain.verdict import verdict
from tui.ui.keymap import Keymap
from tui.ui.line import Tone, plain, width
from tui.ui.widgets.banner import BannerView, banner_lines, needed

NOTICE = "The login ends at 17:00, in 25 m: IBKR ends every login at midnight in New York. Finish what needs it."


def view_of(state: MonitorState, notice: str | None = None) -> BannerView:
    """The banner of that state."""
    return BannerView(verdict(state, NOW), notice)


def rows_of(view: BannerView, cells: int = 78, brief: bool = False, keymap: Keymap | None = None) -> list[str]:
    """Its lines as text."""
    return [plain(row) for row in banner_lines(view, cells, brief, keymap or Keymap())]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (states.ready, False),
        (states.starting, False),
        (states.login_required, True),
        (states.competing, True),
        (states.backend_hung, True),
    ],
)
def test_it_is_there_when_something_is_to_be_done(state: Callable[[], MonitorState], expected: bool) -> None:
    assert needed(verdict(state(), NOW)) is expected


@pytest.mark.parametrize("cells", [58, 78, 118])
def test_it_gives_the_command_whole(cells: int) -> None:
    view = view_of(states.login_required_over_ssh())
    rows = rows_of(view, cells)
    assert rows[0].startswith("▲ LOGIN REQUIRED  ")
    assert view.verdict.remedy is not None
    assert any(row.strip() == f"$ {view.verdict.remedy.commands[0]}" for row in rows)


@pytest.mark.parametrize("name", states.STATES)
@pytest.mark.parametrize("brief", [False, True])
@pytest.mark.parametrize("cells", [57, 77, 117])
def test_it_is_never_wider_than_its_room(name: str, brief: bool, cells: int) -> None:
    view = view_of(states.STATES[name](), NOTICE)
    assert max(width(row) for row in banner_lines(view, cells, brief)) <= cells


def test_a_session_that_a_key_re_opens_needs_no_line_to_run() -> None:
    rows = rows_of(view_of(states.competing()), 118)
    assert not any("$" in row for row in rows)
    assert rows[-1].endswith("b Re-open  c Copy  d Walkthrough")


def test_what_can_be_copied_says_by_which_key() -> None:
    rows = rows_of(view_of(states.login_required_over_ssh()), 118)
    assert "c Copy" in "\n".join(rows)
    assert "Re-open" not in "\n".join(rows)


def test_the_keys_are_the_users_own() -> None:
    own = Keymap({"reopen": ("f5",), "copy": ("ctrl+y",)})
    rows = rows_of(view_of(states.competing()), 118, keymap=own)
    assert rows[-1].endswith("F5 Re-open  Ctrl+Y Copy  d Walkthrough")
    assert "press F5" in " ".join(rows)


def test_a_key_that_would_do_nothing_is_not_offered() -> None:
    view = replace(view_of(states.competing()), idle=frozenset({"reopen"}))
    assert rows_of(view, 118)[-1].endswith("c Copy  d Walkthrough")
    assert "b Re-open" not in "\n".join(rows_of(view, 118))


def test_a_key_can_be_clicked() -> None:
    links = {part.link for row in banner_lines(view_of(states.competing()), 118) for part in row}
    assert links == {None, "reopen", "copy", "walkthrough"}


@pytest.mark.parametrize("cells", range(50, 120))
def test_a_key_and_its_name_stay_together(cells: int) -> None:
    rows = rows_of(view_of(states.competing()), cells)
    assert sum("b Re-open  c Copy  d Walkthrough" in row for row in rows) == 1


def test_what_is_about_to_happen_is_said_while_all_is_well() -> None:
    assert rows_of(view_of(states.ready())) == []
    rows = banner_lines(view_of(states.ready(), NOTICE), 118)
    assert [plain(row) for row in rows] == [f"▲ {NOTICE}"]
    assert {part.tone for part in rows[0] if part.text.strip()} == {Tone.WARN}


def test_what_is_about_to_happen_comes_after_what_is_wrong() -> None:
    wrong = rows_of(view_of(states.competing()), 118)
    assert rows_of(view_of(states.competing(), NOTICE), 118) == [*wrong, f"▲ {NOTICE}"]
