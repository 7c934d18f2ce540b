"""The themes: every text can be read where it stands, and one of them tells every state apart to every eye."""

import re
from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.color import Color
from textual.css.stylesheet import Stylesheet

from tests.support.colours import BLINDNESS, contrast, distance
from tests.support.screen import SMALL, app_of, settled
from tests.support.states import ready
from tui.config.themes import ThemeName
from tui.resources import stylesheet
from tui.ui.line import Tone
from tui.ui.palettes import BADGES, COLOUR_BLIND, CONTRAST, DARK, LIGHT, TERMINAL, Palette
from tui.ui.theme import DEFAULTS, NAMES, THEMES, themes_for
from tui.ui.widgets.columns import Cell, Column
from tui.ui.widgets.paint import TONES
from tui.ui.widgets.table import KeyedTable

PALETTES = {"dark": DARK, "light": LIGHT, "contrast": CONTRAST, "colour-blind": COLOUR_BLIND}
TEXTS = ("ink", "accent", "ok", "warn", "alarm", "stale", "muted", "gain", "loss")
GROUNDS = ("ground", "panel", "cursor", "cursor_blur")


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_every_text_can_be_read_on_its_ground(name: str, text: str, ground: str) -> None:
    palette = PALETTES[name]
    least = 7.0 if palette is CONTRAST else 4.5
    assert contrast(getattr(palette, text), getattr(palette, ground)) >= least


@pytest.mark.parametrize("name", PALETTES)
def test_every_badge_can_be_read(name: str) -> None:
    palette = PALETTES[name]
    least = 7.0 if palette is CONTRAST else 4.5
    for text, back in (palette.live, palette.paper, *palette.badges):
        assert contrast(text, back) >= least


@pytest.mark.parametrize("line", ["rule", "rule_focus", "scrollbar", "scrollbar_hover"])
def test_in_high_contrast_lines_are_seen_too(line: str) -> None:
    assert contrast(getattr(CONTRAST, line), CONTRAST.ground) >= 3


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize(
    ("one", "other"), [("ok", "warn"), ("ok", "alarm"), ("warn", "alarm"), ("gain", "loss"), ("ok", "stale")]
)
def test_states_and_profits_are_told_apart_by_every_eye(one: str, other: str, blindness: str) -> None:
    assert distance(getattr(COLOUR_BLIND, one), getattr(COLOUR_BLIND, other), blindness) >= 20


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_live_and_paper_are_told_apart_by_every_eye(blindness: str) -> None:
    assert distance(COLOUR_BLIND.live[1], COLOUR_BLIND.paper[1], blindness) >= 20


def test_red_and_green_would_not_be() -> None:
    assert distance(DARK.gain, DARK.loss, "deutan") < 20


def test_there_is_a_theme_for_every_name() -> None:
    assert set(NAMES) == {each.value for each in ThemeName}
    assert all(set(each.variables) >= set(DEFAULTS) for each in THEMES)


def test_the_terminals_colours_are_all_its_own() -> None:
    assert {value[: len("ansi_")] for value in TERMINAL.variables().values()} == {"ansi_"}


@pytest.mark.parametrize("colours", ["truecolor", "256", None])
def test_with_enough_colours_the_themes_are_as_they_are(colours: str | None) -> None:
    assert themes_for(colours) == THEMES


def test_with_16_colours_themes_of_shades_are_the_terminals() -> None:
    few = themes_for("standard")
    assert [each.name for each in few] == list(NAMES)
    assert [each.name for each in few if not each.ansi] == [ThemeName.CONTRAST]
    assert [each.dark for each in few] == [each.dark for each in THEMES]


def test_every_tone_has_a_look() -> None:
    said = stylesheet("base.tcss").read_text(encoding="utf-8")
    for tone in set(Tone) - {Tone.PLAIN}:
        assert re.search(rf"^\.tone--{tone} {{", said, re.MULTILINE), tone
    assert {f"badge-{badge}" for badge in BADGES} <= set(Tone)


class Tables(App[None]):
    """Two tables: one with the focus, one without."""

    CSS_PATH: ClassVar = [stylesheet("base.tcss")]
    COMPONENT_CLASSES: ClassVar[set[str]] = TONES

    def __init__(self, theme: str, *, named: bool = False) -> None:
        super().__init__(ansi_color=named or None)
        for each in THEMES:
            self.register_theme(each)
        self.theme = theme

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our meanings' colours."""
        return DEFAULTS

    def compose(self) -> ComposeResult:
        """The tables."""
        for name in ("focused", "other"):
            yield KeyedTable((Column("name", "Name", 4),), id=name)

    def on_mount(self) -> None:
        """Two rows each."""
        for table in self.query(KeyedTable):
            table.set_rows([(key, (Cell(key, Tone.GAIN),)) for key in ("one", "two")])
        self.query_one("#focused").focus()


@pytest.mark.parametrize("theme", NAMES)
@pytest.mark.parametrize("named", [False, True], ids=["as-it-is", "without-shades"])
async def test_the_cursor_is_seen_in_every_theme(theme: str, named: bool) -> None:
    app = Tables(theme, named=named)
    async with app.run_test(size=(20, 10)) as pilot:
        await pilot.pause()
        shades = theme not in {ThemeName.TERMINAL, ThemeName.CONTRAST} and not named
        for name in ("focused", "other"):
            table = app.query_one(f"#{name}", KeyedTable)
            at, below = (table.render_line(y)._segments[0].style for y in (1, 2))
            assert at is not None
            assert below is not None
            if named or theme == ThemeName.TERMINAL:
                assert (at.reverse, at.underline) == ((True, None) if name == "focused" else (None, True))
                assert not below.reverse
                assert not below.underline
            else:
                assert (at.bgcolor != below.bgcolor) or at.reverse
                assert bool(at.reverse) is (not shades and name == "focused")


async def test_another_theme_repaints_the_tones() -> None:
    app = Tables(ThemeName.DARK)
    async with app.run_test(size=(20, 10)) as pilot:
        await pilot.pause()
        for name, palette in ((ThemeName.DARK, DARK), (ThemeName.LIGHT, LIGHT), (ThemeName.COLOUR_BLIND, COLOUR_BLIND)):
            app.theme = name
            await pilot.pause()
            await pilot.pause()
            shown = [segment for strip in app.screen._compositor.render_strips() for segment in strip]
            gains = {seg.style.color for seg in shown if seg.text.strip() in {"one", "two"} and seg.style is not None}
            assert {color.name for color in gains if color is not None} == {palette.gain.lower()}


def test_a_palette_names_every_badge() -> None:
    for palette in (*PALETTES.values(), TERMINAL):
        assert isinstance(palette, Palette)
        assert len(palette.badges) == len(BADGES)


async def test_stylesheets_are_read_once_at_the_start_and_anew_with_another_theme(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[object] = []
    reparse = Stylesheet.reparse

    def counted(self: Stylesheet) -> None:
        read.append(self)
        reparse(self)

    monkeypatch.setattr(Stylesheet, "reparse", counted)
    app = app_of(ready(), theme=NAMES[1])
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        assert read == []
        assert app.screen.styles.background == Color.parse(app.current_theme.background or "")
        before = app.screen.styles.background
        app.theme = NAMES[0]
        await settled(pilot)
        assert len(read) == 1
        assert app.screen.styles.background != before
