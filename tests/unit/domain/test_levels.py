"""Which change of the verdict is one for the worse."""

import pytest

from tui.domain.levels import level_of, worse
from tui.domain.verdict_name import VerdictName

V = VerdictName


@pytest.mark.parametrize(
    ("before", "after", "rings"),
    [
        (V.READY, V.COMPETING, True),
        (V.READY, V.CONTESTED, True),
        (V.READY, V.RATE_LIMITED, True),
        (V.INITIALISING, V.SESSION_LAPSED, True),
        (V.CONTESTED, V.COMPETING, True),
        (V.BACKEND_DOWN, V.LOGIN_REQUIRED, True),
        (V.READY, V.INITIALISING, False),
        (V.COMPETING, V.SESSION_LAPSED, False),
        (V.GATEWAY_DOWN, V.BACKEND_DOWN, False),
        (V.LOGIN_REQUIRED, V.INITIALISING, False),
        (V.COMPETING, V.READY, False),
        (V.READY, V.TUNNEL_DOWN, True),
        (V.BACKEND_DOWN, V.TUNNEL_DENIED, True),
        (V.TUNNEL_DOWN, V.GATEWAY_DOWN, False),
    ],
)
def test_a_change_is_for_the_worse_or_not(before: VerdictName, after: VerdictName, rings: bool) -> None:
    assert worse(before, after) is rings
    assert not (worse(before, after) and worse(after, before))


@pytest.mark.parametrize("name", list(V))
def test_nothing_is_worse_than_not_knowing_nor_than_itself(name: VerdictName) -> None:
    assert not worse(None, name)
    assert not worse(V.UNKNOWN, name)
    assert not worse(name, V.UNKNOWN)
    assert not worse(name, name)


@pytest.mark.parametrize("name", [each for each in V if level_of(each) in {"warn", "alarm"}])
def test_from_good_to_wrong_is_always_for_the_worse(name: VerdictName) -> None:
    assert worse(V.READY, name)
    assert worse(V.INITIALISING, name)
