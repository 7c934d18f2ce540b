"""The allow list's matching: the real program's verdicts, and a second reading of the rules, apart from ours."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui.setup.judge import judge
from tui.setup.matcher import Decision, Entry, Matcher, Other

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "allowlist_vectors.json").read_text("utf-8"))
ADDRESSES = ["127.0.0.1", "127.0.0.2", "127.1.2.3", "192.168.1.5", "10.1.2.3"]
# What the real program's conf.yaml needs beside its lists to answer at all.
REST = 'proxyRemoteHost: "https://api.ibkr.com"\nportalBaseURL: ""\n'


@pytest.mark.parametrize("vector", VECTORS, ids=[each["name"] for each in VECTORS])
def test_the_verdicts_of_the_real_program(vector: dict[str, Any]) -> None:
    judged = judge((REST + vector["ips"]).encode())
    match vector["verdict"]:
        case {"start": start}:
            assert (judged.starts, judged.listens) == (start == "never_listens", False)
        case verdict:
            assert judged.listens
            assert dict(zip(verdict, judged.decide_all(verdict), strict=True)) == verdict


class Naive:
    """Section 4 of what is known of the gateway, word for word, with Python's expressions in place of Java's."""

    NUMBER = "([01]?[0-9]{1,2}|2[0-4][0-9]|25[0-5])"

    def __init__(self, allow: list[Entry] | None, deny: list[Entry] | None) -> None:
        self.allow, self.deny = allow, deny
        self.pattern: re.Pattern[str] | None = None
        self.regex: str | None = None

    def request(self, address: str) -> str:
        if self.allow is None or self.deny is None:
            return "allowed"
        try:
            if any(self.matches(entry, address) for entry in self.deny):
                return "denied"
            return "allowed" if any(self.matches(entry, address) for entry in self.allow) else "denied"
        except (TypeError, re.error):
            return "error"

    def matches(self, entry: Entry, address: str) -> bool:
        if not isinstance(entry, str):
            raise TypeError
        p = re.sub(r"\.+$", "", entry).split(".") if set(entry) != {"."} else []
        n = self.NUMBER
        if entry == "*":
            self.compile("*")
        elif len(p) == 2 and p[1] == "*" and re.fullmatch(n, p[0]):
            self.compile(rf"{p[0]}\.{n}\.{n}\.{n}")
        elif len(p) == 3 and p[2] == "*" and re.fullmatch(n, p[0]) and re.fullmatch(n, p[1]):
            self.compile(rf"{p[0]}\.{p[1]}\.{n}\.{n}")
        elif len(p) == 4 and p[3] == "*" and all(re.fullmatch(n, part) for part in p[:3]):
            self.compile(rf"{p[0]}\.{p[1]}\.{p[2]}\.{n}")
        elif len(p) == 4:
            self.compile(r"\.".join(p))
        elif len(p) >= 5:
            if self.regex is None:
                raise TypeError
            self.compile(self.regex)
        return self.pattern is not None and bool(self.pattern.fullmatch(address))

    def compile(self, text: str) -> None:
        self.regex = text
        self.pattern = re.compile(text)


# Only what Python and Java read alike.
PARTS = st.sampled_from(
    ["127", "0", "1", "2", "10", "192", "168", "007", "256", "*", "[1-9]", r"\d+", "(1|2)", "x", ""]
)
PARTS |= st.sampled_from(["0/8", "1-9", "[", "(", ")", "+", "1?", "{", "::1", "localhost"])
TEXTS = st.lists(PARTS, min_size=1, max_size=6).map(".".join) | st.sampled_from(
    ["*", "localhost", "127.0.0.1", "127.*"]
)
ENTRIES: st.SearchStrategy[Entry] = TEXTS | st.builds(Other, st.just("a whole number"), st.just("127"))
LISTS = st.none() | st.lists(ENTRIES, max_size=4)
COMMON = st.sampled_from(["127.0.0.1", "127.0.0.2", "10.1.2.3", "192.168.1.1", "2.2.2.2"])
ANY = COMMON | st.ip_addresses(v=4).map(str)


@given(LISTS, LISTS, st.lists(ANY, min_size=1, max_size=5))
@example(["127.*"], ["localhost"], ["127.0.0.1", "127.0.0.2"])
@example(["1.2.3.4.5", "127.0.0.1"], [], ["127.0.0.1", "127.0.0.1"])
@example(["127.0.0.1", "*", "1.1.1.1.1"], ["1.1.1.1.1"], ["10.1.2.3"])
@example(["127.0.0.1..", ".", "..", ""], [], ["127.0.0.1", "10.1.2.3"])
def test_it_decides_as_the_rules_say_over_any_row_of_requests(
    allow: list[Entry] | None, deny: list[Entry] | None, addresses: list[str]
) -> None:
    # Python takes a { without a count for itself; Java refuses it.
    unlike = [entry for entry in [*(allow or []), *(deny or [])] if isinstance(entry, str) and "{" in entry]
    if any(entry.rstrip(".").count(".") == 3 for entry in unlike):
        return
    ours, theirs = Matcher(allow, deny), Naive(allow, deny)
    assert [ours.decide(each) for each in addresses] == [theirs.request(each) for each in addresses]


def test_a_bad_entry_that_is_the_first_to_deny_takes_what_the_request_before_has_left() -> None:
    matcher = Matcher(["127.*"], ["localhost"])
    assert [matcher.decide("127.0.0.1") for _ in range(3)] == [Decision.ALLOWED, Decision.DENIED, Decision.DENIED]


def test_five_parts_are_the_last_text_once_more_and_a_bad_last_text_is_500() -> None:
    assert Matcher(["1.2.3.4.5"], ["9.9.9.9"]).decide("127.0.0.1") is Decision.DENIED
    assert Matcher(["1.2.3.4.5"], ["9.9.9.9"]).decide("9.9.9.9") is Decision.DENIED
    assert Matcher(["1.2.3.4.5"], []).decide("127.0.0.1") is Decision.ERROR
    matcher = Matcher(["127.0.0.1", "*"], ["1.1.1.1.1"])
    assert [matcher.decide("127.0.0.1") for _ in range(2)] == [Decision.ERROR, Decision.ERROR]


@pytest.mark.parametrize("deny", [None, []])
def test_a_list_that_is_missing_is_another_thing_than_an_empty_one(deny: list[Entry] | None) -> None:
    assert Matcher(["127.0.0.1"], deny).decide("8.8.8.8") is (Decision.ALLOWED if deny is None else Decision.DENIED)
    assert Matcher(deny, ["127.0.0.1"]).decide("8.8.8.8") is (Decision.ALLOWED if deny is None else Decision.DENIED)
