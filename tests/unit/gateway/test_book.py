"""Positions out of texts: the same as by parsing each whole, with the very same objects for what has not changed."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.clock import ManualClock
from tests.support.recordings import FOLDER
from tui.domain.as_sent import read_json
from tui.domain.positions import Position
from tui.gateway import book as books
from tui.gateway import translate
from tui.gateway.book import AS_OF_KEPT, BookReader, Page, parsed_page

ACCOUNT = "U1234567"
TIME = 1775169611


def text(rows: Sequence[Any]) -> bytes:
    return json.dumps(rows, separators=(",", ":")).encode()


def row(conid: object = "265598", **fields: object) -> dict[str, object]:
    said = {"position": 3.0, "conid": conid, "currency": "USD", "marketPrice": 584.25, "timestamp": TIME}
    return said | {"description": "QQQ", "secType": "STK", "model": ""} | fields


def whole(body: bytes) -> Page:
    """What parsing the whole text says."""
    return parsed_page(translate.position_rows(read_json(body)), ACCOUNT)


def everything(rows: Sequence[Position]) -> list[Any]:
    """All of them, with what their comparison leaves out."""
    return [(each, repr(each), dict(each.sent)) for each in rows]


async def reread(reader: BookReader, *bodies: bytes) -> list[Page]:
    found = [await reader.read(body, ACCOUNT) for body in bodies]
    return [page for page in found if page is not None]


async def test_an_unchanged_row_is_the_very_same_object() -> None:
    reader = BookReader(ManualClock())
    first, second = await reread(
        reader,
        text([row(1), row(2), row(3)]),
        text([row(3, timestamp=TIME + 3), row(1, timestamp=TIME + 3, marketPrice=584.5), row(4, timestamp=TIME + 3)]),
    )
    assert second.rows[0] is first.rows[2]
    assert [each.price for each in second.rows] == [Decimal("584.25"), Decimal("584.5"), Decimal("584.25")]
    assert second.as_of == datetime.fromtimestamp(TIME + 3, UTC)
    assert second.received == 3


async def test_a_rows_own_time_lags_by_less_than_a_minute() -> None:
    late = TIME + int(AS_OF_KEPT)
    first, soon, later = await reread(
        BookReader(ManualClock()), *(text([row(timestamp=at), row(2, timestamp=at)]) for at in (TIME, late - 1, late))
    )
    assert soon.rows[0] is first.rows[0]
    assert soon.as_of == datetime.fromtimestamp(late - 1, UTC)
    assert later.rows[0].as_of == later.as_of == datetime.fromtimestamp(late, UTC)
    assert later.rows[0].sent["timestamp"] == late
    assert later.rows == first.rows


async def test_a_time_that_goes_back_is_told() -> None:
    _, back = await reread(BookReader(ManualClock()), text([row(timestamp=TIME + 2)]), text([row(timestamp=TIME)]))
    assert back.as_of == datetime.fromtimestamp(TIME, UTC)


@pytest.mark.parametrize("name", ["positions_direct", "positions_minimal", "positions_rich"])
async def test_the_recordings_read_alike(name: str) -> None:
    body = text(json.loads((FOLDER / f"{name}.json").read_text("utf-8")))
    for page in await reread(BookReader(ManualClock()), body, body):
        assert everything(page.rows) == everything(whole(body).rows)
        assert (page.received, page.full, page.as_of) == (whole(body).received, whole(body).full, whole(body).as_of)


VALUES: tuple[Any, ...] = (
    *(None, True, 1, 0, 2, 1.0, 0.25, -7.125, 1e300, float("nan"), TIME, TIME + 90, TIME * 1000),
    *("", "1", "1.0", "USD", "N/A", "OPT", 'a"b', "},{", '},{"position":', '"timestamp":5,', "\ud800", "é"),
    *([], {}, [{"timestamp": 7, "x": 1}], {"timestamp": 8, "z": [1.0]}),
)
FIGURES = ("position", "marketPrice", "mktPrice", "marketValue", "mktValue", "avgCost", "avgPrice")
GAINS = ("realizedPnl", "unrealizedPnl", "mkt_price", "timestamp", "pageSize")
CONTRACT = ("conid", "model", "acctId", "strike", "description", "secType", "expiry", "name", "listingExchange")
NAMES = (*FIGURES, *GAINS, *CONTRACT)
CHANGES = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES), max_size=3)


@st.composite
def answers(draw: st.DrawFn) -> list[bytes]:
    """Some answers, each alike to the one before: some of its rows say something else, and the time has passed."""
    first: dict[str, object] = draw(st.sampled_from([{}, {"timestamp": TIME}, {"conid": "1"}]))
    rows = [first | row(str(n)) | draw(CHANGES) for n in range(draw(st.integers(1, 3)))]
    found = [text(rows)]
    for turn in (1, 2, 3):
        rows = [one | draw(CHANGES) for one in draw(st.permutations(rows))]
        if draw(st.booleans()):
            rows = [one | {"timestamp": TIME + turn} for one in rows]
        found.append(text([*rows, *draw(st.lists(st.sampled_from([[], 1, rows[0]]), max_size=1))]))
    return found


@settings(max_examples=80, deadline=None)
@given(answers())
def test_nothing_is_read_otherwise_than_as_a_whole(bodies: list[bytes]) -> None:
    async def compare() -> None:
        reader = BookReader(ManualClock())
        for body in bodies:
            page = await reader.read(body, ACCOUNT)
            if page is None:
                continue
            told = whole(body)
            assert [repr(each) for each in _timeless(page.rows)] == [repr(each) for each in _timeless(told.rows)]
            assert translate.with_own_keys(page.rows) == told.rows
            assert (page.received, page.full, page.as_of) == (told.received, told.full, told.as_of)

    asyncio.run(compare())


def _timeless(rows: Sequence[Position]) -> list[Position]:
    """Their keys made different, and without the times, which may lag."""
    return [replace(each, as_of=None) for each in translate.with_own_keys(rows)]


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{}",
        b"null",
        b'[{"conid":1},{"conid":2}',
        b'[{"conid":1},{"conid":2},]',
        b'[{"conid":1}},{"conid":2}]',
        b'[{"conid":1,},{"conid":2}]',
        b'[{"conid":1},2,{"conid":2}]',
        b'[{"a":[{"b":1},{"a":2}]}]',
        b'[ {"conid":1} ]',
        b'[{"conid":"\xff"}]',
        b'[{"conid":' + b"[" * 100_000 + b"}]",
        b'[{"conid":' + b"9" * 5000 + b"}]",
        b'[{"conid":1},{"conid":2,"x":[' + b"1," * books._LONGEST_ROW + b"1]}]",
    ],
)
async def test_what_can_not_be_cut_is_left_to_the_parser(body: bytes) -> None:
    assert await BookReader(ManualClock()).read(body, ACCOUNT) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"strike": 1.0}, {"strike": 1}),
        ({"conid": 1}, {"conid": "1"}),
        ({"description": "1"}, {"description": 1}),
        ({"conid": 1.5, "description": 1.5}, {"conid": 1.5, "description": 1.25}),
        ({"name": 1}, {"name": True}),
        ({"marketPrice": 5.5}, {"marketPrice": None, "mktPrice": 6.5}),
        ({"marketPrice": None}, {"marketPrice": None, "mkt_price": 6.5}),
        ({"unrealizedPnl": 1.0}, {"unrealizedPnl": -1.0}),
        ({"realizedPnl": 1.0}, {"realizedPnl": -1.0}),
        (
            {"name": {"timestamp": TIME, "x": 1}, "timestamp": None},
            {"name": {"timestamp": 5, "x": 1}, "timestamp": None},
        ),
        ({"name": {"timestamp": TIME, "x": 1}}, {"name": {"timestamp": 5, "x": 1}}),
        ({"name": {"timestamp": TIME}, "timestamp": None}, {"name": {"timestamp": 5}, "timestamp": None}),
        ({"timestamp": TIME}, {"timestamp": -TIME}),
        ({"timestamp": 0}, {"timestamp": TIME}),
        ({"timestamp": 10**14}, {"timestamp": TIME}),
        ({"und_sym": "QQQ"}, {"position": 4.0}),
        ({"position": 4.0}, {"und_sym": "QQQ"}),
        ({"timestamp": TIME}, {"timestamp": f"{TIME}"}),
    ],
)
async def test_what_looks_alike_and_is_not(before: dict[str, Any], after: dict[str, Any]) -> None:
    bodies = [text([row() | fields]) for fields in (before, after)]
    for page, body in zip(await reread(BookReader(ManualClock()), *bodies), bodies, strict=True):
        assert everything(page.rows) == everything(whole(body).rows)
        assert page.as_of == whole(body).as_of


async def test_a_row_whose_figures_moved_keeps_all_that_its_contract_is(monkeypatch: pytest.MonkeyPatch) -> None:
    contract = {
        "acctId": "U7654321",
        "model": "Core",
        "assetClass": "OPT",
        "contractDesc": "SPX JAN2027 6000 C [SPXW 270115C06000000 100]",
        "ticker": "SPX",
        "undSym": "SPX",
        "name": "S&P 500 Stock Index",
        "listingExchange": "CBOE",
        "expiry": "20270115",
        "lastTradingDay": "20270114",
        "strike": "6000",
        "putOrCall": "C",
        "multiplier": 250.0,
    }
    figures = {
        "position": -2.0,
        "marketPrice": 9.5,
        "marketValue": -4750.25,
        "avgCost": 11.5,
        "unrealizedPnl": 7.25,
        "realizedPnl": 1.125,
        "timestamp": TIME + 90,
    }
    first, moved = text([row() | contract]), text([row() | contract | figures])
    reader = BookReader(ManualClock())
    await reader.read(first, ACCOUNT)
    monkeypatch.setattr(books, "position", None)  # what makes a row out of all its fields
    (page,) = await reread(reader, moved)
    assert everything(page.rows) == everything(whole(moved).rows)
    said = page.rows[0]
    unsaid = [each.name for each in fields(said) if getattr(said, each.name) in (None, "")]
    assert not unsaid, "a field that is not said here may be left out unseen"
    assert (said.multiplier, said.quantity) == (Decimal(250), Decimal(-2))


async def test_a_time_within_a_field_is_not_the_rows() -> None:
    bodies = [b'[{"conid":1,"name":[{"timestamp":%d,"x":1}]}]' % at for at in (TIME, TIME, TIME + 3)]
    for page, told in zip(await reread(BookReader(ManualClock()), *bodies), bodies, strict=True):
        assert page.as_of is None
        assert everything(page.rows)[0][:2] == everything(whole(told).rows)[0][:2]


async def test_digits_that_say_no_more_are_another_text() -> None:
    body = text([row(description=1.5)])
    longer = body.replace(b"1.5", b"1.50")
    assert body != longer
    for page, told in zip(await reread(BookReader(ManualClock()), body, longer), (body, longer), strict=True):
        assert everything(page.rows) == everything(whole(told).rows)


async def test_a_time_with_a_zero_before_it_is_no_number() -> None:
    reader = BookReader(ManualClock())
    await reader.read(text([row(timestamp=5)]), ACCOUNT)
    assert await reader.read(text([row(timestamp=5)]).replace(b":5,", b":05,"), ACCOUNT) is None


async def test_a_row_that_begins_otherwise_is_another_row() -> None:
    reader = BookReader(ManualClock())
    for name in ("marketPrice", "avgCost"):
        (page,) = await reread(reader, b'[{"' + name.encode() + b'":5.5,"conid":1}]')
        assert (page.rows[0].price is None) is (name == "avgCost")


async def test_an_answer_that_breaks_off_ends_nothing() -> None:
    reader = BookReader(ManualClock())
    good = text([row(1), row(2)])
    await reader.read(good, ACCOUNT)
    assert await reader.read(good[:-4] + b"}]", ACCOUNT) is None
    (page,) = await reread(reader, good)
    assert [each.conid for each in page.rows] == ["1", "2"]


async def test_accounts_and_pages_are_kept_apart_and_not_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "_MOST_BOOKS", 2)
    reader, body = BookReader(ManualClock()), text([row()])

    async def read(account: str, page: int | None) -> Position:
        found = await reader.read(body, account, page)
        assert found is not None
        return found.rows[0]

    first = await read("U1", 0)
    assert (await read("U2", 0)).key == "U2/265598/"
    assert await read("U1", 0) is first
    await read("U1", 1)
    await read("U1", 0)
    assert len(reader._books) == 2
    assert await read("U1", 0) is first


async def test_thousands_of_rows_leave_the_loop_its_turns() -> None:
    turns: list[float] = []

    class Counting(ManualClock):
        async def sleep(self, seconds: float) -> None:
            turns.append(seconds)

    body = text([row(n) for n in range(3000)])
    await reread(BookReader(Counting()), body, body)
    assert len(turns) > 3000 * books._CHANGED_COSTS / books.WORK_AT_ONCE
    assert not any(turns)
