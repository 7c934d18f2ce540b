"""Java's regular expressions: what Java says of each, bounds for what is hostile, and counts that are exact."""

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.setup.java_errors import BadPattern
from tui.setup.pattern import ALL, EVERY, Begin, Box, Pattern

TRIED = ("1.1.1.1", "127.0.0.1", "127.0.0.2", "10.1.2.3", "255.255.255.255")


# Each line was asked of java.util.regex (Java 17): 1 where `matches()` is true.
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (r"127\.0\.0\.[1-9]", "01100"),
        (r"^127\.0\.0\.1$", "01000"),
        (r"\A127.*\z", "01100"),
        (r"127\.0\.0\.(?:1|2)", "01100"),
        (r"(?i)127\.0\.0\.1", "01000"),
        (r"(1|127)\.(?=0).*", "01100"),
        (r"(?!127).*", "10011"),
        (r".*(?<=1)", "11000"),
        (r".*(?<!1)", "00111"),
        (r"(\d+)\.\1\.\1\.\1", "10001"),
        (r"(?<n>\d+)(\.\k<n>){3}", "10001"),
        (r"(\d*)*\.(\d+)\.\2\.\2", "10001"),
        (r"(?:(1)2|1)27\.0\.0\.\1", "00000"),
        (r"(?:(1)|2)*27\.0\.0\.\1", "01000"),
        (r"\d++\.\d++\.\d++\.\d++", "11111"),
        (r"\d++7\.0\.0\.1", "00000"),
        (r"(?>1|12)7\.0\.0\.1", "00000"),
        (r"(?>12|1)7\.0\.0\.1", "01000"),
        (r"\d{3}\.\d\.\d\.\d", "01100"),
        (r"\d{2,}\.\d{1,1}\.\d?.\d*?", "01110"),
        (r"{2}127\.0\.0\.1{1}{3}", "01000"),
        (r"[^2-9]+", "10000"),
        (r"[\d.]+", "11111"),
        (r"[]1.]+", "10000"),
        (r"[1[.]]+", "10000"),
        (r"[.-1]+", "10000"),
        (r"\Q127.0.0.\E\d", "01100"),
        (r"\x31\061\u0037?.*|127.*", "01100"),
        (r"\p{Nd}+\.\P{L}+", "11111"),
        (r"\b127\b.*", "01100"),
        (r".*\B2", "00000"),
        (r"127\S+", "01100"),
        (r"1|127\.0\.0\.1", "01000"),
        (r"\8.*", "00000"),
        (r"127\h.*|\R|\e|\cA|é|10.*", "00010"),
        ("", "00000"),
        ("*", "E"),
        ("+1", "E"),
        ("1**", "E"),
        ("(?i)*1", "E"),
        ("[1", "E"),
        ("[3-1]", "E"),
        ("(1", "E"),
        ("1)", "E"),
        ("1{", "E"),
        ("1{2", "E"),
        ("1{3,1}", "E"),
        ("1{99999999999}", "E"),
        (r"\y", "E"),
        ("1\\", "E"),
        (r"\E", "E"),
        (r"\x3", "E"),
        (r"\0", "E"),
        (r"(?<1>a)", "E"),
        (r"(?<n>a)(?<n>b)", "E"),
        (r"\k<n>", "E"),
        ("(?q)", "E"),
        (r"[1-\d]", "E"),
    ],
)
def test_what_java_says(text: str, said: str) -> None:
    if said == "E":
        with pytest.raises(BadPattern, match=r"\w"):
            Pattern(text)
        return
    pattern = Pattern(text)
    assert not pattern.unfollowed
    assert "".join("01"[pattern.matches(each)] for each in TRIED) == said


@pytest.mark.parametrize(
    "text", [r"[1&&2]", r"(?x)1", r"\p{IsGreek}", r"\N{DIGIT ONE}", r"(?<=1+)2", "(" * 60 + ")" * 60, "1" * 5000]
)
def test_what_cannot_be_followed_is_said(text: str) -> None:
    pattern = Pattern(text)
    assert pattern.unfollowed
    assert not pattern.matches("1.1.1.1")
    assert pattern.count() is None


@pytest.mark.parametrize(
    "text",
    [
        r"((\d*)*)*x",
        r"(\d|\d\d|\d*)*" * 20,
        r"((\d?){1000}){1000}",
        r"(\d*\d*\d*\d*\d*)*(\d+)\2x",
        r"((((\d?\d?)*)*)*)++x",
        r"(\d*)\1" * 40,
    ],
)
def test_a_hostile_one_ends(text: str) -> None:
    pattern = Pattern(text)
    assert not pattern.matches("255.255.255.255")
    pattern.count()


NUMBERS = st.integers(0, 255)
PART = st.sampled_from(["1", "12", "[0-5]", r"\d", r"\d+", r"\d{2}", "(1|2)", "[^3]", "25[0-5]", ".", r"\D", "2?"])
EXPRESSIONS = st.lists(st.lists(PART, min_size=1, max_size=3).map("".join), min_size=4, max_size=4).map(r"\.".join)


@given(EXPRESSIONS, st.ip_addresses(v=4).map(str))
def test_what_both_read_alike_matches_as_in_python(text: str, address: str) -> None:
    assert Pattern(text).matches(address) is bool(re.fullmatch(text, address, re.ASCII))


@given(EXPRESSIONS, st.lists(st.tuples(NUMBERS, st.integers(0, 3)), min_size=4, max_size=4))
def test_a_count_is_what_trying_each_would_find(text: str, edges: list[tuple[int, int]]) -> None:
    first, second, third, fourth = (range(at, min(256, at + more)) for at, more in edges)
    box: Box = (first, second, third, fourth)
    pattern = Pattern(text)
    tried = sum(pattern.matches(".".join(map(str, parts))) for parts in product(*box))
    assert pattern.count(box) == tried


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (r"\d+.\d+.\d+.\d+", EVERY),
        (r"[\d.]*", EVERY),
        (r"10\.\d+.\d+.\d+", 2**24),
        (r"172\.(1[6-9]|2\d|3[01])\.\d+\.\d+", 2**20),
        (r"^127\.0\.0\.1$", 1),
        (r"0\.0\.0\.0/0", 0),
        (r"127\.*\.*\.*", 0),
        (r"(\d+)\.\1\.\1\.\1", None),
    ],
)
def test_counts_over_all_addresses(text: str, count: int | None) -> None:
    assert Pattern(text).count() == count


@given(st.lists(st.sampled_from(["10", "0", "007", "256", "255", "1234"]), min_size=1, max_size=4))
def test_a_beginning_is_the_expression_that_it_stands_for(parts: list[str]) -> None:
    number = "([01]?[0-9]{1,2}|2[0-4][0-9]|25[0-5])"
    begin, whole = Begin(parts), Pattern(r"\.".join([*parts, *[number] * (4 - len(parts))]))
    assert begin.count() == whole.count()
    box: Box = (range(5, 11), ALL, range(1), range(255, 256))
    assert begin.count(box) == whole.count(box)
    for address in ("10.0.0.0", "0.10.255.10", "255.255.255.255", "7.7.7.7"):
        assert begin.matches(address) is whole.matches(address)
