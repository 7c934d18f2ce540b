"""Where agents send requests, in all their spellings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.path.upstream import Upstream, upstream


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5000", Upstream("", "localhost", 5000)),
        (":5000", Upstream("", "localhost", 5000)),
        ("localhost:5000", Upstream("", "localhost", 5000)),
        ("HTTPS://LocalHost:5000/path?q#f", Upstream("https", "LocalHost", 5000)),
        ("https://localhost", Upstream("https", "localhost", 443)),
        ("http://box", Upstream("http", "box", 80)),
        ("https+insecure://[::1]:5000", Upstream("https+insecure", "::1", 5000)),
        ("https://me:pass@127.0.0.1:5000", Upstream("https", "127.0.0.1", 5000)),
        ("me:pass@127.0.0.1:5000", Upstream("", "127.0.0.1", 5000)),
        ("[localhost]:5000", Upstream("", "localhost", 5000)),
        ("tcp://localhost:5000", Upstream("tcp", "localhost", 5000)),
        ("", None),
        ("localhost", None),
        ("http_status:404", None),
        ("hello_world", None),
        ("unix:/run/x.sock", None),
        ("file:///srv", None),
        ("http://", None),
        ("localhost:0", None),
        ("localhost:65536", None),
        ("local host:5000", None),
        ("$(reboot):5000", None),
        pytest.param("https://localhost:5000" + "/" * 3000, None, id="long"),
    ],
)
def test_the_spellings(text: str, expected: Upstream | None) -> None:
    assert upstream(text) == expected


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.8.9.1", "::1", "0.0.0.0", "::"]
)
def test_this_machine(host: str) -> None:
    assert Upstream("https", host, 5000).leads_to(5000)
    assert not Upstream("https", host, 5000).leads_to(5001)


@pytest.mark.parametrize("host", ["192.0.2.1", "localhost.example.com", "127.example.com", "2001:db8::1"])
def test_another_machine(host: str) -> None:
    assert not Upstream("https", host, 5000).leads_to(5000)


@given(st.text(max_size=60) | st.from_regex(r"\A(https?://)?[a-z.@:\[\]0-9/]{0,30}\Z"))
def test_what_is_shown_names_the_same(text: str) -> None:
    found = upstream(text)
    if found is not None:
        assert upstream(found.words) == found
        assert found.words.isascii()
        assert found.words.isprintable()
        assert "@" not in found.words
