"""The path's slice: which kind of way it is, as far as that is known."""

import pytest

from tests.support.states import NOW
from tui.domain.address import PathKind, parse_address
from tui.domain.path import PathState
from tui.domain.stamped import Stamped
from tui.domain.way import ToldBy, Way


@pytest.mark.parametrize(
    ("url", "way", "kind"),
    [
        ("https://localhost:5000", None, PathKind.LOCAL),
        ("https://quiet.ngrok-free.app", None, PathKind.NGROK),
        ("https://localhost:5000", Way(PathKind.SSH, ToldBy.OWNER), PathKind.SSH),
        ("https://gw.example.com", Way(PathKind.CLOUDFLARE, ToldBy.SETTINGS), PathKind.CLOUDFLARE),
        ("https://quiet.ngrok-free.app", Way(PathKind.REMOTE, ToldBy.SETTINGS), PathKind.REMOTE),
    ],
)
def test_what_was_found_out_beats_what_the_address_tells(url: str, way: Way | None, kind: PathKind) -> None:
    assert PathState(parse_address(url), way=Stamped(way, NOW) if way else None).kind is kind
