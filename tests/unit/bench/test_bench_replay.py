"""A recording is drawn again, and tells when the cells changed that had to."""

from collections.abc import Sequence

import pytest

from tests.bench.arithmetic import Chunk, Event, Resized
from tests.bench.replay import Cursor, Replay, first, moved, painted, repaints, settled

HOME, PLAIN, MARKED = "\x1b[H", "\x1b[0m", "\x1b[48;2;27;52;84m"
WIDTH, HEIGHT = 40, 9


def at(seconds: float, text: str) -> Chunk:
    return Chunk(seconds, text.encode())


def put(y: int, text: str, looks: str = PLAIN) -> str:
    """The bytes that write one whole row, counted from 0."""
    return f"\x1b[{y + 1};1H{looks}{text:<{WIDTH}}{PLAIN}"


def table(names: Sequence[str], cursor: int) -> str:
    rows = "".join(put(2 + i, f" {name}", MARKED if i == cursor else PLAIN) for i, name in enumerate(names))
    return (
        put(0, f" cpwatch{'19:18:02 ':>32}") + put(1, " Symbol      Qty") + rows + put(7, " Total") + put(8, " Events")
    )


NAMES = ["AAPL", "MSFT", "SAP", "7203", "NESN"]


def shown(text: str) -> Replay:
    replay = Replay(WIDTH, HEIGHT)
    replay.feed(at(0, text))
    return replay


def test_the_first_paint_is_the_first_cell_that_shows_something() -> None:
    tape = [
        at(0.1, "\x1b[?1049h\x1b[?25l\x1b[?1003h\x1b[>1u\x1b[?2026$p"),
        at(0.2, f"{HOME}\x1b[48;2;1;2;3m      "),
        at(0.3, "cpw"),
        at(0.4, "atch"),
    ]
    replay = Replay(WIDTH, HEIGHT)
    assert first(replay, tape, painted) == 0.3
    assert "cpwatch" in replay.text  # what follows is drawn too


def test_what_never_was_has_no_time() -> None:
    assert first(Replay(WIDTH, HEIGHT), [at(0.1, "\x1b[?1049h")], painted) is None


def test_a_key_is_answered_when_another_row_is_the_cursors() -> None:
    replay = shown(table(NAMES, 0))
    cursor = Cursor(replay)
    tape = [
        at(1.001, "\x1b[1;32H19:18:03"),  # something else changes meanwhile
        at(1.008, put(2, " AAPL")),  # half of the answer
        at(1.010, put(3, " MSFT", MARKED)),
        at(1.100, put(3, " MSFT") + put(4, " SAP", MARKED)),
    ]
    assert first(replay, tape, moved(cursor, cursor.labels(replay))) == 1.010


def test_where_the_table_scrolls_the_row_has_another_name() -> None:
    replay = shown(table(NAMES, 4))
    cursor = Cursor(replay)
    tape = [at(5.5, table([*NAMES[1:], "TSLA"], 4))]
    assert first(replay, tape, moved(cursor, cursor.labels(replay))) == 5.5


def test_a_table_beside_others_is_found() -> None:
    left = "│ Cash   │ "
    rows = [put(2 + i, f"{left}{MARKED if i == 1 else PLAIN}{name:<20}") for i, name in enumerate(NAMES)]
    replay = shown(put(1, f"{left}Symbol") + "".join(rows) + put(7, "╰────────╯" + "─" * 20))
    assert Cursor(replay).labels(replay) == ["MSFT"]


def test_a_price_that_moves_is_no_answer() -> None:
    replay = shown(table([f"{name:<20}268.47" for name in NAMES], 1))
    cursor = Cursor(replay)
    tape = [at(1.2, put(3, f" {'MSFT':<20}268.99", MARKED))]
    assert first(replay, tape, moved(cursor, cursor.labels(replay))) is None


def test_without_a_cursor_nothing_is_measured() -> None:
    with pytest.raises(LookupError, match="no row looks like"):
        Cursor(shown(table(NAMES, -1)))
    with pytest.raises(LookupError, match="no table"):
        Cursor(shown("nothing"))


def test_settled_is_when_the_last_cell_stands() -> None:
    replay = shown(table(NAMES, 0))
    tape: list[Event] = [
        at(1.1, put(2, " NESN", MARKED) + put(3, " 7203")),
        at(1.3, put(6, " AAPL") + put(5, " MSFT")),
        at(1.6, "\x1b[1;32H19:18:03"),  # the clock goes on, and counts for nothing
    ]
    assert settled(replay, tape, 1.0) == pytest.approx(0.3)


def test_what_is_drawn_and_taken_back_was_not_settled() -> None:
    replay = shown(table(NAMES, 0))
    tape = [at(1.1, put(3, " SAP")), at(1.2, put(3, " wrong")), at(1.4, put(3, " SAP"))]
    assert settled(replay, tape, 1.0) == pytest.approx(0.4)


def test_where_nothing_changes_nothing_settles() -> None:
    replay = shown(table(NAMES, 0))
    assert settled(replay, [at(1.1, table(NAMES, 0))], 1.0) is None
    assert settled(replay, [], 1.0) is None


def test_a_new_size_is_drawn_into() -> None:
    replay = shown(table(NAMES, 0))
    wide = "\x1b[11;1Hat the bottom"
    tape = [Resized(1.0, 50, 11), at(1.05, HOME + "\x1b[2J"), at(1.2, wide), at(1.4, HOME + "\x1b[0m")]
    assert settled(replay, tape, 1.0) == pytest.approx(0.2)
    assert "at the bottom" in replay.text


def test_repaints_are_told_apart_by_what_they_change() -> None:
    replay = shown(table(NAMES, 0))
    same, clock, more = table(NAMES, 0), "\x1b[1;32H19:18:03", "\x1b[1;32H19:18:04" + put(3, " TSLA")
    found = repaints(replay, [at(1.0, same), at(2.0, clock), at(3.0, more[:10]), at(3.01, more[10:])])
    assert (found.nothing, found.clock, found.more) == (len(same), len(clock), len(more))
    assert (found.ticks, found.count) == (2, 3)
