"""The registry and the user's own keys: what can't be used is said, and no key stands for two commands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.ui.command import TOGETHER, Scope, key_name
from tui.ui.commands import BY_ID, COMMANDS, commands, footer_commands
from tui.ui.keymap import DEFAULT, Keymap, mistakes


def test_the_defaults_have_no_mistake() -> None:
    assert list(mistakes({})) == []
    assert list(mistakes({command.id: command.keys for command in COMMANDS})) == []


def test_ids_are_unique_and_every_scope_has_commands() -> None:
    assert len(BY_ID) == len(COMMANDS)
    assert all(commands(scope) for scope in Scope)
    assert {scope for scopes in TOGETHER for scope in scopes} == set(Scope)


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"hlep": ["x"]}, "did you mean help"),
        ({"?": ["x"]}, "there are help"),
        ({"quit": []}, "no key"),
        ({"zoom": ["ctrl+m"]}, "enter"),
        ({"zoom": ["Ctrl+I"]}, "tab"),
        ({"zoom": ["ctrl+s"]}, "stops the terminal"),
        ({"zoom": ["hyper+x"]}, "is no key"),
        ({"zoom": [""]}, "is no key"),
        ({"zoom": [" "]}, "is no key"),
        ({"zoom": ["xx"]}, "is no key"),
        ({"zoom": ["\x1b"]}, "is no key"),
        ({"export": ["j"]}, "j would stand for export and for down"),
        ({"export": ["m"]}, "m would stand for export and for mask"),
        ({"help": ["f5"], "quit": ["f5"]}, "F5 would stand for help and for quit"),
    ],
)
def test_what_is_wrong_is_said(own: dict[str, list[str]], told: str) -> None:
    found = list(mistakes(own))
    assert len(found) == 1
    assert told in found[0][1]
    assert found[0][0] in own


@pytest.mark.parametrize(
    "own",
    [
        {"mask": ["y"]},
        {"mask": ["o"], "sort": ["m"]},
        {"help": ["f2", "ctrl+h"], "zoom": ["Z"]},
        {"quit": ["alt+q"]},
        {"filter": [","]},
        {"close": ["x"], "events-close": ["x"]},  # on two screens
    ],
)
def test_keys_that_can_be_used(own: dict[str, list[str]]) -> None:
    assert list(mistakes(own)) == []


@given(
    st.dictionaries(st.text(max_size=12) | st.sampled_from(sorted(BY_ID)), st.lists(st.text(max_size=8), max_size=3))
)
def test_nothing_makes_it_raise_and_what_passes_has_no_clash(own: dict[str, list[str]]) -> None:
    if list(mistakes(own)):
        return
    keymap = Keymap({name: tuple(keys) for name, keys in own.items()})
    for scopes in TOGETHER:
        keys = [key for command in COMMANDS if command.scope in scopes for key in set(keymap.keys(command))]
        assert len(keys) == len(set(keys))


def test_shown_are_the_keys_in_force() -> None:
    own = Keymap({"mask": ("x", "f9", "f10"), "down": ("n",)})
    assert own.shown(BY_ID["mask"]) == "x F9"
    assert own.shown(BY_ID["down"]) == "n"
    assert own.shown(BY_ID["quit"]) == DEFAULT.shown(BY_ID["quit"]) == "q"
    assert DEFAULT.shown(BY_ID["down"]) == "↓ j"
    assert own.for_textual() == {"mask": "x,f9,f10", "down": "n"}
    assert Keymap({"filter": (",",)}).for_textual() == {"filter": "comma"}


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("q", "q"),
        ("?", "?"),
        ("ctrl+q", "Ctrl+Q"),
        ("pagedown", "PgDn"),
        ("shift+tab", "Shift+Tab"),
        ("f1", "F1"),
        ("up", "↑"),
    ],
)
def test_keys_are_named_as_people_read_them(key: str, name: str) -> None:
    assert key_name(key) == name


def test_the_footer_offers_each_scope_the_most_needed_first() -> None:
    for scope in set(Scope) - {Scope.TABLE, Scope.POSITIONS, Scope.APP}:
        ranks = [command.footer or 0 for command in footer_commands(scope)]
        assert ranks == sorted(ranks)
        assert ranks
    assert [command.id for command in footer_commands(Scope.MONITOR)][:2] == ["help", "quit"]
