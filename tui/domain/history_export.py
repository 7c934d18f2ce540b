"""The session's history as CSV, a row a bucket, for a spreadsheet or a script."""

import csv
import io
import re
from datetime import UTC

from tui.domain.history import Bucket, History
from tui.domain.legs import LegName
from tui.domain.text import rfc3339

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9-]")


def history_csv(history: History) -> str:
    """RFC 4180: a header, then a line a bucket; CRLF. Time that nobody saw has no line, what is unknown is empty.

    start: RFC 3339 in UTC; seconds: how long the bucket is. verdict: the one that mattered most. tickles_due and
    tickles_answered; for each leg the least, the median and the most in seconds; for each account and currency that was
    looked at, the newest net liquidation. To be written as UTF-8.
    """
    keys = sorted({each.key for bucket in history.buckets for each in bucket.worth}, key=str)
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(
        [
            "start",
            "seconds",
            "verdict",
            "tickles_due",
            "tickles_answered",
            *(f"{leg}_{what}_seconds" for leg in LegName for what in ("least", "median", "most")),
            *(_column(account, currency) for account, currency in keys),
        ]
    )
    for bucket in history.buckets:
        worth = {each.key: str(each.value) for each in bucket.worth}
        writer.writerow(
            [
                _start(history, bucket),
                f"{history.width:.0f}",
                bucket.verdict.value,
                bucket.due,
                bucket.answered,
                *(figure for leg in LegName for figure in _figures(bucket, leg)),
                *(worth.get(key, "") for key in keys),
            ]
        )
    return written.getvalue()


def _column(account: str, currency: str | None) -> str:
    """`net_liquidation_DU1234567_USD`: letters and digits only, so that no spreadsheet takes it for a formula."""
    return "_".join(["net_liquidation", *(_NOT_IN_NAMES.sub("", each) for each in (account, currency) if each)])


def _start(history: History, bucket: Bucket) -> str:
    at = history.wall(bucket.index * history.width)
    return "" if at is None else rfc3339(at.astimezone(UTC))


def _figures(bucket: Bucket, leg: LegName) -> tuple[str, str, str]:
    spread = bucket.leg(leg)
    if spread is None:
        return "", "", ""
    return f"{spread.low:.6f}", f"{spread.middle:.6f}", f"{spread.high:.6f}"
