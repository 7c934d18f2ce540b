"""What `cpwatch doctor` prints: the leading cause first, a table that is narrow enough, commands whole, its JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.doctor.check import Outcome, Result, Status
from tui.doctor.report import (
    EXIT_WORDS,
    WIDTH,
    cells,
    document,
    lines,
    sentences,
    wrapped,
)
from tui.domain.remedy import Remedy
from tui.domain.text import to_ascii
from tui.domain.verdict import Verdict, VerdictName

COMMAND = "ssh -N -L 5000:localhost:5000 -p 2222 -J somebody@a-long-bastion.example.com trader@192.0.2.17"
READY = Verdict(VerdictName.READY, "trading session live")
LOGIN = Verdict(VerdictName.LOGIN_REQUIRED, "The gateway runs, nobody is logged in.")
PORT = Result("port", "The port is reached", Outcome(Status.PASSED, "reached", "https://localhost:5000"), 0.0125)
NOBODY = Result(
    "login",
    "Somebody is logged in",
    Outcome(
        Status.FAILED,
        "nobody",
        '401 "Unauthorized"; and one more thing, so that it does not fit into the line',
        "The gateway runs, nobody is logged in. The tab may be closed after the login.",
        Remedy("At home, run the line below, then open https://localhost:5000 there and log in.", (COMMAND,)),
    ),
    0.25,
)
SKIPPED = Result("brokerage", "The brokerage session", Outcome(Status.SKIPPED, "skipped", "“Somebody…” failed"))
OPEN = Result(
    "exposure", "Nothing is open", Outcome(Status.WARNED, "open", "", "Everyone gets in.", Remedy("Close it."))
)

GOLDEN = f"""\
✗ The gateway runs, nobody is logged in.
  The tab may be closed after the login.

✓ The port is reached    https://localhost:5000
✗ Somebody is logged in  401 "Unauthorized"; and one more thing, so that it
                         does not fit into the line
    Do: At home, run the line below, then open https://localhost:5000 there and
        log in.
        {COMMAND}
– The brokerage session  “Somebody…” failed
▲ Nothing is open
    Everyone gets in.
    Do: Close it.

▲ LOGIN REQUIRED  Exit code 1: the login or the brokerage session."""


def test_a_failure_is_told_first_and_again_in_its_place_with_its_remedy() -> None:
    assert "\n".join(lines([PORT, NOBODY, SKIPPED, OPEN], LOGIN)) == GOLDEN


def test_all_is_well() -> None:
    assert lines([PORT], READY) == [
        "✓ All is well: nothing keeps the session from being used.",
        "",
        "✓ The port is reached  https://localhost:5000",
        "",
        "● READY  trading session live.  Exit code 0: the session can be used.",
    ]


def test_a_warning_leads_only_where_the_session_can_be_used() -> None:
    assert lines([PORT, OPEN], READY)[0] == "▲ Everyone gets in."
    assert lines([PORT, OPEN], LOGIN)[0] == "▲ The gateway runs, nobody is logged in."
    assert lines([PORT], LOGIN)[0] == "▲ The gateway runs, nobody is logged in."


def test_a_failure_without_a_meaning_is_named_by_what_was_seen() -> None:
    bare = Result("tls", "TLS or plain http", Outcome(Status.FAILED, "cut", "cut off"))
    assert lines([bare], LOGIN)[0] == "✗ TLS or plain http: cut off."


def test_plain_ascii_keeps_the_marks_apart() -> None:
    plain = to_ascii("\n".join(lines([PORT, NOBODY, SKIPPED, OPEN], LOGIN)))
    assert [line[:2] for line in plain.splitlines()[3:] if line[:1].strip()] == ["+ ", "x ", "- ", "! ", "! "]


def test_the_document_is_the_contracts() -> None:
    made = json.loads(json.dumps(document([PORT, NOBODY, SKIPPED], LOGIN)))
    assert list(made) == ["schema", "verdict", "checks"]
    assert (made["schema"], made["verdict"]) == (1, "login_required")
    assert made["checks"][0] == {
        "id": "port",
        "title": "The port is reached",
        "status": "passed",
        "evidence": "https://localhost:5000",
        "remedy": None,
        "seconds": 0.013,
    }
    assert [each["status"] for each in made["checks"]] == ["passed", "failed", "skipped"]
    assert made["checks"][1]["remedy"].splitlines() == [NOBODY.outcome.remedy.text, COMMAND]  # type: ignore[union-attr]


@pytest.mark.parametrize("name", VerdictName)
def test_every_exit_code_is_put_in_words(name: VerdictName) -> None:
    last = " ".join(line.strip() for line in lines([NOBODY], Verdict(name, "so it is"))[-2:])
    assert last.endswith(f"Exit code {name.exit_code}: {EXIT_WORDS[name.exit_code]}.")


def test_what_a_check_forgot_to_mask_is_masked_here() -> None:
    leaky = Result("x", "X", Outcome(Status.FAILED, "x", "DU1234567 password=hunter2 \x1b[31m", "It leaks."))
    for text in (json.dumps(document([leaky], LOGIN)), "\n".join(lines([leaky], LOGIN))):
        assert "hunter2" not in text
        assert "DU1234567" not in text
        assert "\x1b" not in text


@given(
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp"), include_characters=" 世界é́"), max_size=200)
)
def test_no_line_is_too_wide_and_no_word_is_lost(text: str) -> None:
    broken = wrapped(text, "    ", 30)
    assert all(cells(line) <= 30 for line in broken)
    assert "".join("".join(broken).split()) == "".join(text.split())


@given(st.lists(st.text(st.characters(categories=("L", "P", "N", "Zs")), max_size=120), min_size=3, max_size=3))
def test_a_report_keeps_to_its_width_whatever_was_seen(texts: list[str]) -> None:
    seen, means, remedy = texts
    result = Result("x", "The name resolves", Outcome(Status.FAILED, "x", seen, means, Remedy(remedy)))
    assert all(cells(line) <= WIDTH for line in lines([result, PORT], LOGIN))


def test_sentences_end_where_the_next_begins() -> None:
    assert sentences("See logs/gw.DATE.log now. Then e.g. this! “So” it is.") == [
        "See logs/gw.DATE.log now.",
        "Then e.g. this!",
        "“So” it is.",
    ]
