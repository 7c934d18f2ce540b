"""The footer: whole commands by the keys in force, and the traffic where there is room."""

from typing import ClassVar

import pytest
from textual.app import App, ComposeResult

from tests.support.parts import NOW, ago
from tui.ui.command import Scope
from tui.ui.commands import footer_commands
from tui.ui.keymap import DEFAULT, Keymap
from tui.ui.line import Tone, plain, width
from tui.ui.widgets.footer import FIRST, Footer, TrafficView, commands_line, footer_line, rate_text, traffic_variants
from tui.ui.widgets.paint import TONES

OFFERED = footer_commands(Scope.MONITOR)
TRAFFIC = TrafficView(0.6, 0.6, 0, None, 1130.0)
UNTIL = ago(-108)
PENALTY = f"429 until {UNTIL.wall.astimezone():%H:%M:%S}"


@pytest.mark.parametrize("cells", [10, 20, 40, 80, 120])
def test_commands_are_shown_whole(cells: int) -> None:
    said = plain(footer_line(OFFERED, cells))
    assert len(said) <= cells
    assert said == "".join(
        f"{' ' if at == 0 else '  '}{DEFAULT.shown(each)} {each.label}"
        for at, each in enumerate(OFFERED[: said.count("  ") + (1 if said else 0)])
    )


def test_the_keys_are_the_users_own() -> None:
    row = footer_line(OFFERED, 200, Keymap({"quit": ("ctrl+x",)}))
    assert " ? Help  Ctrl+X Quit  b Re-open" in plain(row)


def test_where_a_line_is_typed_in_no_key_is_named_that_would_be_typed() -> None:
    offered = tuple(each for each in footer_commands(Scope.WIZARD) if each.id in {"wizard-back", "wizard-next"})
    assert plain(footer_line(offered, 80, entered="wizard-next")) == " Esc Back  Enter Next"
    own = Keymap({"wizard-back": ("z", "left", "f5")})
    assert plain(footer_line(offered, 80, own, entered="wizard-next")) == " F5 Back  Enter Next"


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (0, "0.0 kB/s"),
        (12, "0.0 kB/s"),
        (49, "0.0 kB/s"),
        (96, "0.1 kB/s"),
        (996, "1.0 kB/s"),
        (1130, "1.1 kB/s"),
        (9949, "9.9 kB/s"),
        (9951, "10 kB/s"),
        (123_456, "120 kB/s"),
        (1_200_000, "1.2 MB/s"),
        (2_000_000_000, "2000 MB/s"),
    ],
)
def test_bytes_a_second_by_two_digits_and_steady_at_rest(sent: float, expected: str) -> None:
    assert rate_text(sent) == expected


@pytest.mark.parametrize(
    ("traffic", "expected"),
    [
        (TrafficView(), []),
        (TRAFFIC, ["0.6 req/s  0×429  1.1 kB/s", "0.6 req/s  0×429", "0.6 req/s"]),
        (TrafficView(0.6, 1.3, 2), ["0.6 of 1.3 req/s  2×429", "0.6 of 1.3 req/s  2×429", "0.6 of 1.3 req/s"]),
        (TrafficView(0.2, 0.2, 1, UNTIL), [f"0.2 req/s  {PENALTY}", f"0.2 req/s  {PENALTY}", PENALTY]),
        (TrafficView(sent=80), ["0.1 kB/s"]),
    ],
)
def test_the_traffic_in_ever_fewer_words(traffic: TrafficView, expected: list[str]) -> None:
    assert [plain(row) for row in traffic_variants(traffic)] == expected


def test_a_penalty_that_holds_warns() -> None:
    (part,) = (
        part for part in footer_line(OFFERED, 200, traffic=TrafficView(0.2, 0.2, 1, UNTIL)) if "429" in part.text
    )
    assert part.tone is Tone.WARN


@pytest.mark.parametrize("cells", range(1, 220))
def test_the_first_commands_come_before_the_traffic(cells: int) -> None:
    row = footer_line(OFFERED, cells, traffic=TRAFFIC)
    first, _ = commands_line(OFFERED[:FIRST], 1000)
    said = plain(row)
    assert width(row) <= cells
    if "req/s" in said:
        assert said.startswith(plain(first))
        assert said.endswith(("/s", "429"))
        assert width(row) == cells - 1
    else:
        assert row == commands_line(OFFERED, cells)[0]
        assert cells < width(first) + len("  0.6 req/s") + 1


class Shown(App[None]):
    """An app with a footer."""

    COMPONENT_CLASSES: ClassVar[set[str]] = TONES

    def compose(self) -> ComposeResult:
        """The footer alone."""
        yield Footer(Scope.MONITOR)


async def test_the_traffic_stands_still_for_a_while_but_for_a_429() -> None:
    app = Shown()
    async with app.run_test(size=(200, 5)):
        footer = app.query_one(Footer)

        def said() -> str:
            return plain(footer.lines(200)[0])

        footer.tell(TRAFFIC, NOW)
        assert said().endswith("0.6 req/s  0×429  1.1 kB/s")
        footer.tell(TrafficView(0.9, 0.9), NOW.plus(4.9))
        assert said().endswith("0.6 req/s  0×429  1.1 kB/s")
        footer.tell(TrafficView(0.9, 0.9), NOW.plus(5))
        assert said().endswith("0.9 req/s  0×429")
        footer.tell(TrafficView(0.9, 0.9, 1, UNTIL), NOW.plus(6))
        assert said().endswith(PENALTY)
        footer.tell(TrafficView(0.9, 0.9, 1), NOW.plus(7))
        assert said().endswith("0.9 req/s  1×429")


async def test_another_keymap_is_shown_at_once() -> None:
    app = Shown()
    async with app.run_test(size=(200, 5)):
        footer = app.query_one(Footer)
        footer.keymap = Keymap({"help": ("f2",)})
        assert plain(footer.lines(200)[0]).startswith(" F2 Help")
