"""The history as CSV: a row a bucket, gaps without rows, unknowns empty, amounts to the last digit."""

import csv
import io

from tests.support.parts import ACCOUNT, NOW
from tests.support.sessions import Watched, an_afternoon
from tests.support.states import ready
from tui.domain.history import History
from tui.domain.history_export import history_csv
from tui.domain.legs import LegName
from tui.domain.text import rfc3339
from tui.domain.verdict_name import VerdictName


def rows(history: History) -> list[dict[str, str]]:
    """The file as a script reads it."""
    return list(csv.DictReader(io.StringIO(history_csv(history), newline="")))


def test_a_row_tells_one_bucket() -> None:
    watched = Watched(ready())
    watched.passes(12)
    watched.connects(0.0015)
    watched.connects(0.0005)
    watched.tickles(answered=True)
    watched.is_worth("1000000000000000000.01")
    watched.verdict = VerdictName.CONTESTED
    watched.passes(10)
    row = rows(watched.history)[1]
    assert row["start"] == rfc3339(NOW.plus(10).wall)
    assert (row["seconds"], row["verdict"]) == ("10", "contested")
    assert (row["tickles_due"], row["tickles_answered"]) == ("1", "1")
    # Two measurements at one moment are one.
    assert [row[f"gateway_{what}_seconds"] for what in ("least", "median", "most")] == ["0.001500"] * 3
    assert row["edge_median_seconds"] == ""
    assert row[f"net_liquidation_{ACCOUNT}_USD"] == "1000000000000000000.01"


def test_every_bucket_has_its_row_and_time_that_nobody_saw_has_none() -> None:
    history = an_afternoon()
    found = rows(history)
    assert len(found) == len(history.buckets)
    assert [row["start"] for row in found] == [
        rfc3339(NOW.plus(bucket.index * history.width).wall) for bucket in history.buckets
    ]
    assert len({row["start"] for row in found}) == len(found)
    down = sum(bucket.verdict is VerdictName.GATEWAY_DOWN for bucket in history.buckets)
    assert [row["verdict"] for row in found].count("gateway_down") == down


def test_what_an_account_is_called_can_not_be_a_formula() -> None:
    watched = Watched(ready())
    watched.is_worth("5", currency='=1+1;"@x')
    watched.passes(12)
    header = history_csv(watched.history).splitlines()[0]
    assert f",net_liquidation_{ACCOUNT}_11x" in header
    assert not set(header) & set('=+;"@')


def test_without_a_history_there_is_a_header_alone() -> None:
    text = history_csv(History())
    assert text.endswith("\r\n")
    assert text.split(",")[:3] == ["start", "seconds", "verdict"]
    assert len(text.splitlines()) == 1
    assert sum(f"{leg}_median_seconds" in text for leg in LegName) == len(LegName)
