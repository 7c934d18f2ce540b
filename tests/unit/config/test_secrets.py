"""Secrets: where the settings may say that they are kept, how they are had, and that nothing ever shows one."""

import base64
import pickle
import sys
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.config.secrets import (
    LONGEST,
    BasicAuth,
    NoSecret,
    Reference,
    Store,
    WayIn,
    headers_of,
    parse_reference,
    resolve,
)
from tui.domain.secret import Secret

VARIABLE = Reference(Store.ENVIRONMENT, "CF_SECRET")
ENTRY = Reference(Store.KEYRING, "my/tunnel", "me")
PLANTED = "hunter2-c0ffee"


def keyring(monkeypatch: pytest.MonkeyPatch, found: object) -> list[tuple[str, str]]:
    """A keyring that gives, or raises, what was found; what it was asked for."""
    asked: list[tuple[str, str]] = []

    def get_password(service: str, user: str) -> object:
        asked.append((service, user))
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=get_password))
    return asked


@pytest.mark.parametrize("reference", [VARIABLE, ENTRY, Reference(Store.KEYRING, "https://x.dev", "a b")])
def test_a_reference_reads_as_it_is_written(reference: Reference) -> None:
    assert parse_reference(str(reference)) == reference


@pytest.mark.parametrize(
    "text",
    [
        *("", "env:", "env", "ENV:NAME", "env:1X", "env:A B", "env:A=B", "env:Ä", f"env:{'A' * 200}"),
        *(
            "keyring:",
            "keyring:service",
            "keyring:/user",
            "keyring:service/",
            "keyring:a\n/b",
            f"keyring:{'s' * 200}/u",
        ),
        *(PLANTED, f"{PLANTED}: x", "file:/x"),
    ],
)
def test_what_is_no_reference(text: str) -> None:
    assert parse_reference(text) is None


def test_a_variable_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = keyring(monkeypatch, "other")
    assert resolve(VARIABLE, {"CF_SECRET": PLANTED}) == PLANTED
    assert not asked


def test_the_keyring_is_asked_for_that_entry_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = keyring(monkeypatch, PLANTED)
    assert resolve(ENTRY, {"my/tunnel": "other"}) == PLANTED
    assert asked == [("my/tunnel", "me")]


@pytest.mark.parametrize("environment", [{}, {"CF_SECRET": ""}])
def test_a_variable_that_is_missing_is_named(environment: dict[str, str]) -> None:
    with pytest.raises(NoSecret, match="the variable CF_SECRET is not set"):
        resolve(VARIABLE, environment)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, "has no my/tunnel/me: put it there with `keyring set my/tunnel me`"),
        ("", "has no my/tunnel/me"),
        (OSError(f"dbus: {PLANTED}"), r"gave no my/tunnel/me \(OSError\): unlock it"),
    ],
)
def test_an_entry_that_cant_be_had(monkeypatch: pytest.MonkeyPatch, found: object, said: str) -> None:
    keyring(monkeypatch, found)
    with pytest.raises(NoSecret, match=said) as caught:
        resolve(ENTRY, {})
    assert PLANTED not in str(caught.value)
    assert caught.value.__cause__ is None


def test_without_the_extra_a_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(NoSecret, match=r"pip install 'cpwatch\[keyring\]'"):
        resolve(ENTRY, {})


@given(st.text(min_size=1, max_size=20) | st.text(st.characters(max_codepoint=127), min_size=1, max_size=20))
def test_whatever_is_kept_goes_out_as_one_plain_header_or_not_at_all(text: str) -> None:
    if text.isascii() and text.isprintable() and text == text.strip():
        assert resolve(VARIABLE, {"CF_SECRET": text}) == text
    else:
        with pytest.raises(NoSecret, match="the variable CF_SECRET holds what can't be sent"):
            resolve(VARIABLE, {"CF_SECRET": text})


def test_what_is_longer_than_any_token_is_refused() -> None:
    assert resolve(VARIABLE, {"CF_SECRET": "x" * LONGEST})
    with pytest.raises(NoSecret, match=str(LONGEST)):
        resolve(VARIABLE, {"CF_SECRET": "x" * (LONGEST + 1)})


def test_basic_auth_becomes_its_header() -> None:
    way_in = WayIn({"X-One": VARIABLE}, BasicAuth("me", Reference(Store.ENVIRONMENT, "PASSWORD")))
    found = headers_of(way_in, {"CF_SECRET": PLANTED, "PASSWORD": "a:b c"})
    assert list(found) == ["X-One", "Authorization"]
    assert found["X-One"].reveal() == PLANTED
    assert base64.b64decode(found["Authorization"].reveal().removeprefix("Basic ")) == b"me:a:b c"
    assert headers_of(WayIn(), {}) == {}


def test_the_one_that_is_missing_is_told_by_its_place() -> None:
    way_in = WayIn({"X-One": VARIABLE}, BasicAuth("me", Reference(Store.ENVIRONMENT, "PASSWORD")))
    for environment, at in (
        ({"PASSWORD": "x"}, ("headers", "X-One")),
        ({"CF_SECRET": "x"}, ("basic_auth", "password")),
    ):
        with pytest.raises(NoSecret) as caught:
            headers_of(way_in, environment)
        assert caught.value.at == at


def test_a_secret_shows_itself_to_nobody() -> None:
    secret = Secret(PLANTED)
    shown = [str(secret), repr(secret), f"{secret}", f"{secret!r:>30}", f"{secret:>10}", "%s %r" % (secret, secret)]  # noqa: UP031 (as logging does it)
    assert not any(PLANTED in text for text in (*shown, str([secret]), str({"a": secret})))
    assert all("•••" in text for text in shown)
    assert secret.reveal() == PLANTED
    with pytest.raises(TypeError, match="not written anywhere"):
        pickle.dumps(secret)
    assert not hasattr(secret, "__dict__")
