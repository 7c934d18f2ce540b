"""The budget's file: a person can read it, and nothing that stands in it is believed unseen."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tui.domain.login import Login
from tui.engine.limits import LONGEST_PENALTY
from tui.engine.record import EVERYTHING, Freeze, Record, Turn
from tui.engine.record_text import LONGEST, NotARecord, from_text, to_text
from tui.gateway.endpoints import Endpoint

NOW = 1_795_183_402.25
GATEWAY = "localhost:5000"
FULL = Record(
    turns=(Turn(NOW - 2.5, Endpoint.TICKLE, "17-a"), Turn(NOW, Endpoint.PNL, "18-b")),
    waiting={"18-b": NOW + 1.25},
    frozen={Endpoint.PNL: Freeze(NOW, 900.0), EVERYTHING: Freeze(NOW, 900.0)},
    limited_at=NOW,
    tickled_at=NOW - 2.0,
    tickled_by="17-a",
    login=Login(datetime(2026, 11, 20, 8, 12, tzinfo=UTC), "NJ", paper=True, valid=True),
    login_seen_at=NOW - 200.0,
)
TEXT = to_text(FULL, GATEWAY, NOW)


@pytest.mark.parametrize(
    "record",
    [FULL, Record(), Record(login=Login(), login_seen_at=NOW)],
    ids=["full", "new", "a login without anything"],
)
def test_there_and_back(record: Record) -> None:
    assert from_text(to_text(record, GATEWAY, NOW).encode(), GATEWAY) == record


def test_a_person_can_read_it() -> None:
    lines = TEXT.splitlines()
    assert ' "written": "2026-11-20T14:03:22Z",' in lines
    assert '  {"at": 1795183399.75, "for": "POST /v1/api/tickle", "by": "17-a"},' in lines
    assert max(map(len, lines)) < 250
    assert not {"what", "format", "gateway", "turns"} - json.loads(TEXT).keys()


def altered(**changes: Any) -> bytes:
    return json.dumps({**json.loads(TEXT), **changes}).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 4096,
        b"\xff\xfe{}",
        b"[]",
        b"null",
        b"{}",
        b"[" * 100_000,
        TEXT[:-20].encode(),
        TEXT.encode()[:4096] + b"\0" * 100,
        TEXT.encode() * 2,
        b" " * (LONGEST + 1),
        altered(format=2),
        altered(gateway="localhost:5001"),
        altered(turns=None),
        altered(turns=[1]),
        altered(turns=[{"at": "now", "for": "x", "by": "y"}]),
        altered(turns=[{"at": NOW, "for": 3, "by": "y"}]),
        altered(turns=[{"at": NOW, "for": "x", "by": "y"}] * 1001),
        altered(waiting=[]),
        altered(waiting={"a": None}),
        altered(frozen={"x": {"since": True, "seconds": 1}}),
        altered(frozen={"x": {"since": NOW}}),
        altered(frozen={str(number): {"since": NOW, "seconds": 1} for number in range(300)}),
        altered(limited_at=-1),
        altered(limited_at=1e300),
        altered(tickled_by=None),
        altered(login="yes"),
        altered(login={"paper": 1}),
        altered(tickled_at=0).replace(b'"tickled_at": 0', b'"tickled_at": NaN'),
        altered(tickled_at=0).replace(b'"tickled_at": 0', b'"tickled_at": 1e999'),
        altered(tickled_at=0).replace(b'"tickled_at": 0', b'"tickled_at": ' + b"9" * 5000),
        altered(tickled_at=0).replace(b'"tickled_at": 0', b'"tickled_at": ' + b"9" * 400),
    ],
    ids=lambda data: repr(data[:30]),
)
def test_what_is_no_record_is_told(data: bytes) -> None:
    with pytest.raises(NotARecord) as told:
        from_text(data, GATEWAY)
    assert str(told.value).isprintable()


def test_what_it_says_can_neither_steer_a_terminal_nor_block_for_ever() -> None:
    hostile = {"\x1b[2J": {"since": NOW, "seconds": 1e10}}
    record = from_text(altered(frozen=hostile, tickled_by="\x1b]52;c;eA==\x07" + "x" * 500), GATEWAY)
    assert all(key.isprintable() for key in record.frozen)
    assert record.tickled_by.isprintable()
    assert len(record.tickled_by) <= 128
    assert [freeze.seconds for freeze in record.frozen.values()] == [LONGEST_PENALTY]


@given(
    start=st.integers(0, len(TEXT) - 1), length=st.integers(0, 40), instead=st.binary(max_size=40), cut=st.booleans()
)
@example(start=TEXT.index("795183402.25"), length=0, instead=b"0", cut=False)  # a time long after all others
@settings(max_examples=400, deadline=None)
def test_any_damage_is_told_or_harmless(start: int, length: int, instead: bytes, *, cut: bool) -> None:
    data = TEXT.encode()
    damaged = data[:start] + instead + (b"" if cut else data[start + length :])
    try:
        record = from_text(damaged, GATEWAY)
    except NotARecord:
        return
    settled = record.anchored(NOW).settled(NOW)
    assert 0 <= settled.held(NOW, Endpoint.AUTH_STATUS) <= LONGEST_PENALTY
    assert 0 <= settled.full(NOW) <= 60.0
    assert from_text(to_text(settled, GATEWAY, NOW).encode(), GATEWAY).turns == settled.turns
