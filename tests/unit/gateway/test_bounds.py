"""How much of an answer is taken: values, rows, digits, and dates that are in the calendar."""

from decimal import Decimal

import httpx
import pytest

from tests.support.clock import ManualClock
from tui.domain.address import parse_address
from tui.domain.as_sent import LONGEST_NUMBER, read_json
from tui.domain.failure import Failure, FailureKind
from tui.gateway.answers import MOST_VALUES, payload
from tui.gateway.client import GatewayClient
from tui.gateway.errors import Unexpected
from tui.gateway.received import Received
from tui.gateway.translate import MOST_ROWS

ACCOUNT = "DU1234567"


def received(body: bytes, **headers: str) -> Received:
    """That answer."""
    return Received(200, httpx.Headers(headers), body)


def client(body: bytes) -> GatewayClient:
    """Of a gateway that answers so, whatever it is asked."""

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=httpx.ByteStream(body))

    transport = httpx.MockTransport(answer)
    return GatewayClient(parse_address("https://localhost:5000"), clock=ManualClock(), transport=transport)


@pytest.mark.parametrize("item", [b"1", b"[]", b"{}", b'{"a":1}'])
def test_more_values_than_are_read_are_told_without_reading_one(item: bytes) -> None:
    body = b"[" + (item + b",") * MOST_VALUES + item + b"]"
    found = payload(received(body), decides=True)
    assert isinstance(found, Failure)
    assert found.kind is FailureKind.UNEXPECTED
    assert found.evidence == f"200 with more than 1,000,000 values in {len(body):,} bytes"


@pytest.mark.parametrize("row", [b'{"conid":1}', b'{"x y":1}'])
async def test_more_rows_than_are_drawn_are_told(row: bytes) -> None:
    """Rows that are read by what has changed, and rows that are parsed as a whole."""
    asked = client(b"[" + (row + b",") * MOST_ROWS + row + b"]")
    with pytest.raises(Unexpected) as error:
        await asked.rich_positions(ACCOUNT)
    assert error.value.failure.evidence == "200 with more than 20,000 rows"
    await asked.aclose()


async def test_more_values_than_are_read_are_told_of_a_row_as_well() -> None:
    asked = client(b'[{"conid":1,"x":[' + b"[]," * (MOST_VALUES // 3) + b"[]]}]")
    with pytest.raises(Unexpected) as error:
        await asked.rich_positions(ACCOUNT)
    assert "more than 1,000,000 values" in error.value.failure.evidence
    await asked.aclose()


async def test_as_many_rows_as_are_drawn_are_taken() -> None:
    row = b'{"x y":1}'
    asked = client(b"[" + (row + b",") * (MOST_ROWS - 1) + row + b"]")
    answer = await asked.positions(ACCOUNT)
    assert len(answer.value) == MOST_ROWS
    await asked.aclose()


def test_a_number_of_more_digits_than_any_amount_has_is_none() -> None:
    digits = "0." + "1" * (LONGEST_NUMBER - 2)
    assert read_json(f"[{digits}, {digits}1]".encode()) == [Decimal(digits), None]


@pytest.mark.parametrize(
    "date", ["Fri, 31 Dec 9999 23:59:59 -2359", "Mon, 01 Jan 0100 00:00:00 +2359", "x" * 100_000, "99999999999"]
)
def test_a_date_beyond_the_calendar_is_none(date: str) -> None:
    found = received(b"", date=date).date
    assert found is None or found.year == 99
