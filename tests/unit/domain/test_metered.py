"""What a pace costs a month over a way where every request counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.domain.metered import FREE_MONTHLY, METERED_EVERY, monthly_cost
from tui.domain.state import Pace

KINDS = frozenset({"accounts", "summary", "others", "pnl", "positions"})


@pytest.mark.parametrize(
    ("pace", "keep_alive", "cost"),
    [
        (Pace(auth=METERED_EVERY, on_word=KINDS), False, 8_640),
        (Pace(auth=METERED_EVERY, on_word=KINDS), True, 8_640 + 43_200),
        (Pace(auth=300, positions=600, on_word=KINDS - {"positions"}), False, 8_640 + 4_320),
        # The summary and the ledger are two questions.
        (Pace(auth=300, summary=600, on_word=KINDS - {"summary"}), False, 8_640 + 2 * 4_320),
        (Pace(), True, 43_200 * 49),
    ],
)
def test_what_a_month_costs(pace: Pace, keep_alive: bool, cost: int) -> None:
    assert monthly_cost(pace, keep_alive) == cost


def test_the_contracts_pace_leaves_the_free_plan_room_for_the_users_word() -> None:
    assert monthly_cost(Pace(auth=METERED_EVERY, on_word=KINDS), keep_alive=False) < FREE_MONTHLY / 2


@given(st.floats(2, 3600), st.floats(2, 3600), st.sets(st.sampled_from(sorted(KINDS))))
def test_asking_more_rarely_never_costs_more(auth: float, rarer: float, on_word: set[str]) -> None:
    auth, rarer = sorted((auth, rarer))
    pace = Pace(auth=auth, on_word=frozenset(on_word))
    assert monthly_cost(Pace(auth=rarer, on_word=pace.on_word), keep_alive=False) <= monthly_cost(
        pace, keep_alive=False
    )
    assert monthly_cost(Pace(auth=auth, on_word=KINDS), keep_alive=False) <= monthly_cost(pace, keep_alive=False)
    assert monthly_cost(pace, keep_alive=False) < monthly_cost(pace, keep_alive=True)
