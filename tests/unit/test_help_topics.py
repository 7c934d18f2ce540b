"""The help topics: one for everything that there is, in lines that fit, and the man page that is made from them."""

import re
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import manual
from tests.support.project import run, sources
from tui.domain.verdict_name import VerdictName
from tui.help_topics import (
    ADVICE,
    EXIT_CODES,
    FILES,
    VARIABLES,
    WIDTH,
    Place,
    help_text,
    marked,
    nearest,
    overview,
    plain,
    topic_of,
    topics,
)
from tui.options import parser

PLACES = {place: place.value for place in Place}


def test_everything_that_there_is_is_explained() -> None:
    assert list(ADVICE) == list(VerdictName)
    assert all(text.endswith(".") for advice in ADVICE.values() for text in (advice.meaning, advice.act))
    assert set(EXIT_CODES) == {name.exit_code for name in VerdictName} | {2, 70}
    assert set(FILES) == set(Place)
    read = {
        f"CPWATCH_{name}"
        for path in sources()
        for name in re.findall(r'(?:setting|_variable)\(environment, "(\w+)"\)', path.read_text("utf-8"))
    }
    assert set(VARIABLES) == read | {"NO_COLOR"}


@pytest.mark.parametrize("topic", topics())
def test_a_topic_is_a_few_lines_that_fit_a_terminal(topic: str) -> None:
    lines = help_text(topic, PLACES).splitlines()
    assert len(lines) > 3
    assert max(map(len, lines)) <= WIDTH
    assert all(line == line.rstrip() and line.isprintable() for line in lines)
    assert not re.search(r"\]\(|\*[a-z]", "\n".join(lines), re.IGNORECASE)


@pytest.mark.parametrize("name", VerdictName)
def test_a_verdict_says_all_of_its_advice(name: VerdictName) -> None:
    text = help_text(name.value, PLACES)
    assert text.startswith(f"{name.words} (`{name.value}`, exit code {name.exit_code})\n")
    said = " ".join(text.split())
    for part in (ADVICE[name].meaning, ADVICE[name].act):
        assert " ".join(plain(part).split()) in said


def test_the_lists_leave_nothing_out() -> None:
    verdicts, codes = help_text("verdicts", PLACES), help_text("exit-codes", PLACES)
    assert re.findall(r"^  (\w+)  ", verdicts, re.MULTILINE) == list(VerdictName)
    first, _, of_each = codes.partition("The verdicts of each:")
    assert [int(code) for code in re.findall(r"^  (\d+) ", first, re.MULTILINE)] == list(EXIT_CODES)
    told: dict[str, int] = {}
    for code, names in re.findall(r"^  (\d) ((?:[a-z_, ]|\n {3})+)", of_each, re.MULTILINE):
        told |= dict.fromkeys(re.findall(r"\w+", names), int(code))
    assert told == {name.value: name.exit_code for name in VerdictName}
    assert re.findall(r"^  (\w+)  ", help_text("environment", PLACES), re.MULTILINE) == list(VARIABLES)
    assert set(topics()) <= set(re.findall(r"[\w-]+", overview(("status",))))


def test_the_files_are_those_of_the_machine() -> None:
    long = "/a/very/long/path" * 8
    text = help_text("files", {Place.SETTINGS: long, Place.STATE: "/s t", Place.LOGS: "/l"})
    assert [line for line in text.splitlines() if line.startswith("/")] == [long, "/s t", "/l"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("login_required", "login_required"),
        ("LOGIN REQUIRED", "login_required"),
        (" tunnel-down ", "tunnel_down"),
        ("Exit_Codes", "exit-codes"),
        ("status", "status"),
        ("login", None),
        ("", None),
    ],
)
def test_a_topic_is_found_as_it_is_read_on_the_screen(typed: str, meant: str | None) -> None:
    assert topic_of(typed, ("status",)) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("redy", "ready"),
        ("login", "login_required"),
        ("exitcodes", "exit-codes"),
        ("statsu", "status"),
        ("compteing", "competing"),
        ("qqqq", None),
    ],
)
def test_a_mistake_is_answered_with_what_was_probably_meant(typed: str, meant: str | None) -> None:
    assert nearest(typed, ("status",)) == meant


@given(st.text(max_size=300))
def test_whatever_is_typed_is_a_topic_or_is_not(typed: str) -> None:
    assert topic_of(typed) in {*topics(), None}
    assert nearest(typed) in {*topics(), None}


def test_an_unknown_topic_has_no_text() -> None:
    with pytest.raises(KeyError):
        help_text("status", PLACES)


def test_marks_go_and_code_stays() -> None:
    text = "See [the settings](#settings), *now*: `a*b*` or a `*`."
    assert plain(text) == "See the settings, now: `a*b*` or a `*`."
    assert marked(text, lambda code: f"<{code}>", str.upper) == "SEE THE SETTINGS, NOW: <a*b*> OR A <*>."


def test_the_man_page_is_what_the_source_makes() -> None:
    assert manual.PAGE.read_text("utf-8") == manual.page(), "run: .venv/bin/python -m tests.support.manual"


def test_the_man_page_names_every_option_verdict_and_variable() -> None:
    page = manual.page()
    offered = set(re.findall(r"--[a-z][a-z-]+", parser().format_help())) - {"--help"}
    assert "--demo" in offered
    for name in (*offered, "--scenario", "--wait", *VerdictName, *VARIABLES, "cpwatch config check"):
        assert manual.roff(name) in page
    assert "--with-parent" not in page.replace("\\", "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (".TH is no request", "\\&.TH is no request"),
        ("'tis", "\\(aqtis"),
        ("a\\fBb", "a\\efBb"),
        ("--url", "\\-\\-url"),
        ("~/x `y` …", "\\(ti/x \\(gay\\(ga \\[u2026]"),
    ],
)
def test_no_text_is_taken_for_a_request(text: str, shown: str) -> None:
    assert manual.roff(text) == shown


@given(st.text(st.characters(codec="ascii", exclude_characters="*[]`", exclude_categories=("Cc",)), max_size=400))
def test_no_line_of_prose_is_a_request(text: str) -> None:
    assert not [line for line in manual.prose(text) if line.startswith((".", "'"))]


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not here")
def test_groff_has_nothing_to_complain_about() -> None:
    done = run(["groff", "-man", "-Tutf8", "-ww", "-P-cbou", str(manual.PAGE)])
    assert (done.returncode, done.stderr) == (0, "")
    text = " ".join(done.stdout.split())
    assert "--profile NAME a gateway that the settings file names" in text
    assert "login_required (1) The gateway runs, and nobody is logged in." in text


@pytest.mark.skipif(shutil.which("mandoc") is None, reason="mandoc is not here")
def test_mandoc_has_nothing_to_complain_about_but_the_date() -> None:
    done = subprocess.run(
        ["mandoc", "-T", "lint", "-W", "warning", str(manual.PAGE)],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    # A date would be another one in each build; the version says which page it is.
    assert [line for line in (done.stdout + done.stderr).splitlines() if "missing date" not in line] == []
