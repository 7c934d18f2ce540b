"""Changes to a conf.yaml: what was asked for is there, all else is as it was, and what can't be done is refused."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.setup.edit import MOST_ENTRIES, Change, Edited, Refused, edited
from tui.setup.judge import Answer, judge

CONF = Path(__file__).parents[2] / "data" / "conf"
GOLDEN = Path(__file__).parent / "golden"
SHIPPED = (CONF / "shipped.yaml").read_text("utf-8")
ALLOW = ("127.0.0.1", "192.168.1.*")
DENY = ("255.255.255.255",)
LISTS = Change(ALLOW, DENY)
COMMENTED = """ips:
  deny: []
  allow: # who
    # home
    - '192.168.1.*' # lan
    # away
    - 10.* # vpn

    -   127.0.0.1 # me
    # end
"""
COMMENTED_AFTER = """ips:
  deny: [255.255.255.255]
  allow: # who
    # home
    -   127.0.0.1 # me
    - '192.168.1.*' # lan
    # away

    # end
"""
ALL = Change(
    ALLOW,
    DENY,
    {"listenPort": 5001, "proxyRemoteHost": "https://api.ibkr.com", "cors.origin.allowed": "https://localhost:5001"},
    ("reauthenticate", "IPS", "webapps"),
)


def changed(text: str | bytes, change: Change = LISTS) -> str:
    """The text of the new file, which there has to be."""
    made = edited(text.encode() if isinstance(text, str) else text, change)
    assert isinstance(made, Edited), made
    return made.data.decode()


def refused(text: str | bytes, change: Change = LISTS) -> Refused:
    """Why there is none."""
    made = edited(text.encode() if isinstance(text, str) else text, change)
    assert isinstance(made, Refused)
    return made


def again(data: bytes, change: Change) -> bytes:
    """What comes of the same change once more."""
    made = edited(data, change)
    assert isinstance(made, Edited), made
    return made.data


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_files_that_people_have(path: Path) -> None:
    old = (CONF / path.name).read_bytes()
    made = edited(old, ALL)
    assert isinstance(made, Edited)
    assert made.data == path.read_bytes()
    assert made.judged.findings == judge(made.data).findings
    if made.judged.listens:
        assert made.judged.decide_all(["127.0.0.1", "192.168.1.7", "192.0.2.1", "8.8.8.8"]) == [
            Answer.ALLOWED,
            Answer.ALLOWED,
            Answer.DENIED,
            Answer.DENIED,
        ]


def test_all_files_but_one_are_golden() -> None:
    assert {path.name for path in CONF.glob("*.yaml")} - {path.name for path in GOLDEN.glob("*.yaml")} == {"star.yaml"}
    found = refused((CONF / "star.yaml").read_bytes())
    assert (found.line, "star" in found.reason or "*" in found.reason, bool(found.fix)) == (5, True, True)


@pytest.mark.parametrize("name", [path.name for path in sorted(GOLDEN.glob("*.yaml"))][::3])
def test_a_file_that_has_it_all_already_stays_as_it_is(name: str) -> None:
    data = (GOLDEN / name).read_bytes()
    made = edited(data, ALL)
    assert isinstance(made, Edited)
    assert made.data == data


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le-mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_marks_encodings_and_line_ends_stay(encoding: str, end: str) -> None:
    def told(text: str) -> bytes:
        ended = text.replace("\n", end)
        return b"\xff\xfe" + ended.encode("utf-16-le") if encoding == "utf-16-le-mark" else ended.encode(encoding)

    expected = (GOLDEN / "shipped.yaml").read_text("utf-8")
    made = edited(told(SHIPPED + "    # für uns\n"), ALL)
    assert isinstance(made, Edited)
    assert made.data == told(expected + "    # für uns\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # The end of the file is as it was, with and without a line end.
        ("ips:\n  allow: [127.0.0.1]", "ips:\n  allow: [127.0.0.1, 192.168.1.*]\n  deny: [255.255.255.255]"),
        ("ips:\n  allow:\n  - 10.*", "ips:\n  allow:\n  - 127.0.0.1\n  - 192.168.1.*\n  deny:\n  - 255.255.255.255"),
        (
            "ccp: no\n\n# end",
            "ccp: no\nips:\n  allow:\n    - 127.0.0.1\n    - 192.168.1.*\n  deny:\n    - 255.255.255.255\n\n# end",
        ),
        # Comments between entries stay, and so do those of entries that stay, wherever they come to stand.
        (COMMENTED, COMMENTED_AFTER),
        # In brackets, over several lines.
        (
            "ips: {allow: [ 10.*,   # vpn\n    127.0.0.1,   # me\n    '8.8.8.8' ], deny: [ ]}\n",
            "ips: {allow: [    # vpn\n    127.0.0.1,   # me\n    192.168.1.* ], deny: [255.255.255.255]}\n",
        ),
        (
            "{ips: {deny: [9.9.9.9, ], allow: []}, ccp: no}",
            "{ips: {deny: [255.255.255.255, ], allow: [127.0.0.1, 192.168.1.*]}, ccp: no}",
        ),
        ("{ips: {allow: null}}", "{ips: {allow: [127.0.0.1, 192.168.1.*], deny: [255.255.255.255]}}"),
        ("{ccp: no}", "{ccp: no, ips: {allow: [127.0.0.1, 192.168.1.*], deny: [255.255.255.255]}}"),
        # Nothing there, or nothing that is a list.
        (
            "ips: # all\nccp: no\n",
            "ips: # all\n  allow:\n    - 127.0.0.1\n    - 192.168.1.*\n  deny:\n    - 255.255.255.255\nccp: no\n",
        ),
        ("ips: {}\n", "ips: {allow: [127.0.0.1, 192.168.1.*], deny: [255.255.255.255]}\n"),
        ("ips: ~ # all\n", "ips: {allow: [127.0.0.1, 192.168.1.*], deny: [255.255.255.255]} # all\n"),
        (
            "ips:\n  - 127.0.0.1\nccp: no\n",
            "ips: {allow: [127.0.0.1, 192.168.1.*], deny: [255.255.255.255]}\nccp: no\n",
        ),
        (
            "ips:\n    allow: 127.0.0.1\n    deny: # none\n",
            "ips:\n    allow: [127.0.0.1, 192.168.1.*]\n    deny: [255.255.255.255] # none\n",
        ),
        # Of two, the last.
        (
            "ips: {allow: []}\nips:\n allow: []\n allow: [8.8.8.8]\n deny: []\n",
            "ips: {allow: []}\nips:\n allow: []\n allow: [127.0.0.1, 192.168.1.*]\n deny: [255.255.255.255]\n",
        ),
        (
            "---\nips:\n  allow: []\n  deny: []\n...\n",
            "---\nips:\n  allow: [127.0.0.1, 192.168.1.*]\n  deny: [255.255.255.255]\n...\n",
        ),
    ],
)
def test_the_lists(before: str, after: str) -> None:
    assert changed(before) == after
    assert changed(after) == after


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        ("listenPort: 5000 # here\n", {"listenPort": 5001}, "listenPort: 5001 # here\n"),
        ('listenPort: "5000"\n', {"listenPort": 5001}, 'listenPort: "5001"\n'),
        ("listenPort: 5000\nlistenPort: 4000\n", {"listenPort": 5001}, "listenPort: 5000\nlistenPort: 5001\n"),
        ("listenPort:   # none\nccp: no\n", {"listenPort": 5001}, "listenPort: 5001   # none\nccp: no\n"),
        ("listenPort:\n  5000\n", {"listenPort": 5001}, "listenPort:\n  5001\n"),
        ("proxyRemoteHost: 'a' # it\n", {"proxyRemoteHost": "it's"}, "proxyRemoteHost: 'it''s' # it\n"),
        (
            "proxyRemoteHost: api\n",
            {"proxyRemoteHost": "https://api.ibkr.com"},
            'proxyRemoteHost: "https://api.ibkr.com"\n',
        ),
        ("proxyRemoteHost: >\n  api\n  b\nccp: no\n", {"proxyRemoteHost": "c"}, "proxyRemoteHost: c\nccp: no\n"),
        ("listenSsl: no\n", {"listenSsl": True}, "listenSsl: true\n"),
        ("ccp: no\n", {"portalBaseURL": ""}, 'ccp: no\nportalBaseURL: ""\n'),
        ("svcEnvironment: v1\n", {"svcEnvironment": "yes"}, 'svcEnvironment: "yes"\n'),
        ("ccp: no\n", {"cors.allowCredentials": False}, "ccp: no\ncors:\n  allowCredentials: false\n"),
        ("cors:\nccp: no\n", {"cors.origin.allowed": "a.b"}, "cors:\n  origin.allowed: a.b\nccp: no\n"),
        (
            "cors: {origin.allowed: '*'}\n",
            {"cors.allowCredentials": False},
            "cors: {origin.allowed: '*', allowCredentials: false}\n",
        ),
        ("cors: {}\n", {"cors.origin.allowed": "a.b"}, "cors: {origin.allowed: a.b}\n"),
        ("{listenPort: 5000}\n", {"listenPort": 5001, "ccp": True}, "{listenPort: 5001, ccp: true}\n"),
    ],
)
def test_single_settings(before: str, change: dict[str, Any], after: str) -> None:
    assert changed(before, Change(settings=change)) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ccp: no\nhost: a # b\n# c\nlistenPort: 1\n", "ccp: no\n# c\nlistenPort: 1\n"),
        ("host:\n  a: [1,\n  2]\n\nccp: no", "\nccp: no"),
        ("ccp: no\nhost: a", "ccp: no"),
        ("host: a\nccp: no\nhost: b\n", "ccp: no\n"),
        ("{host: a, ccp: no}", "{ccp: no}"),
        ("{ccp: no, host: {a: 1}}", "{ccp: no}"),
    ],
)
def test_keys_that_go(before: str, after: str) -> None:
    assert changed(before, Change(removed=("host",))) == after


@pytest.mark.parametrize(
    ("text", "change", "said"),
    [
        ("ips: &a {allow: []}\n", LISTS, "anchor"),
        ("cors: &a {}\nips: *a\n", LISTS, "anchor"),
        ("ips: {<<: {allow: []}}\n", LISTS, "no word"),
        ("a: 1\n---\nb: 2\n", LISTS, "second document"),
        ("ips:\n\tallow: []\n", LISTS, "tab"),
        (b"ccp: no # f\xfcr\n", LISTS, "UTF-8"),
        ("", LISTS, "no settings"),
        ("- a\n", LISTS, "no settings"),
        ("ips: [10.*]\n", Change(ALLOW), "no mapping"),
        ("? ips\n:\n", LISTS, "colon"),
        ("{ips, ccp: no}\n", LISTS, "colon"),
        ("host: a\n", Change(removed=("host",)), "no settings left"),
        ("ccp: no\n", Change(settings={"host": "a"}), "no setting"),
        ("ccp: no\n", Change(settings={"cors.other": "a"}), "no setting"),
        ("ccp: no\n", Change(settings={"ccp": True}, removed=("ccp",)), "both"),
        ("ccp: no\n", Change(settings={"sslCert": "a\nb: c"}), "no letter"),
        ("ccp: no\n", Change(settings={"sslCert": "\N{GRINNING FACE}"}), "no letter"),
        ("ccp: no\n", Change(settings={"listenPort": 70_000}), "serve"),
        ("ccp: no\n", Change(("*",), ()), "500"),
        ("ccp: no\n", Change(("10.*",) * (MOST_ENTRIES + 1)), "more than"),
        (b"# " + b"x" * 1_048_576, LISTS, "KiB"),
    ],
)
def test_what_can_not_be_changed_is_refused_with_the_reason(text: str | bytes, change: Change, said: str) -> None:
    found = refused(text, change)
    assert said in found.reason
    assert found.reason.endswith((".", "!"))


def test_entries_that_yaml_would_take_for_something_else_get_quotes() -> None:
    text = changed("ips: {allow: [], deny: []}\n", Change(("127.0", r"10.[1-3].\d.1", r"10.\d.0.1", "1:30"), ("~",)))
    assert text == r"""ips: {allow: ["127.0", '10.[1-3].\d.1', 10.\d.0.1, "1:30"], deny: ["~"]}""" + "\n"


def test_a_huge_list_is_changed_in_time() -> None:
    entries = [f"10.0.{n // 250}.{n % 250}" for n in range(2_000)]
    text = "ips:\n  deny: []\n  allow:\n" + "".join(f"    - {each} # n\n" for each in entries)
    expected = "ips:\n  deny: []\n  allow:\n" + "".join(f"    - {each} # n\n" for each in entries[500:900])
    assert changed(text, Change(tuple(entries[500:900]))) == expected


# -- files of every shape ------------------------------------------------------------------------------------------


ENTRIES = ("127.0.0.1", "10.*", "192.168.1.*", "172.17.0.*", "8.8.8.8", "x.x.x.x", "212.90.324.10")
entries = st.lists(st.sampled_from(ENTRIES), max_size=5, unique=True)
comments = st.sampled_from(["", "", " # a: b", "  # - 10.*, [x]", " #"])


@dataclass(frozen=True)
class Made:
    """A file. lines: each with whether it has nothing to do with the lists and the port."""

    lines: Sequence[tuple[str, bool]]
    end: str
    final: bool
    mark: bool

    @property
    def data(self) -> bytes:
        """Its bytes."""
        text = self.end.join(line for line, _ in self.lines) + (self.end if self.final else "")
        return (b"\xef\xbb\xbf" if self.mark else b"") + text.encode()


@st.composite
def list_lines(draw: st.DrawFn, name: str, indent: int, dash: int) -> list[tuple[str, bool]]:
    """A list as people write it."""
    pad, inner = " " * indent, " " * (indent + dash)
    items = draw(entries)
    shape = draw(st.sampled_from(["lines", "lines", "brackets", "null", "empty"]))
    quote = draw(st.sampled_from(["", "", '"', "'"]))
    match shape:
        case "lines" if items:
            lines = [(f"{pad}{name}:{draw(comments)}", True)]
            for each in items:
                if draw(st.booleans()):
                    lines.append((draw(st.sampled_from(["", f"{inner}# about - {each}", "# left"])), True))
                lines.append(
                    (f"{inner}-{draw(st.sampled_from([' ', '   ']))}{quote}{each}{quote}{draw(comments)}", False)
                )
            return lines
        case "brackets":
            gap = draw(st.sampled_from([", ", ",", " , "]))
            return [(f"{pad}{name}: [{gap.join(quote + each + quote for each in items)}]{draw(comments)}", False)]
        case "null":
            return [(f"{pad}{name}:{draw(comments)}", True)]
    return [(f"{pad}{name}: []{draw(comments)}", False)]


@st.composite
def files(draw: st.DrawFn) -> Made:
    """A file of the kinds there are: any order, indentation, quotes, comments, line ends; keys left out or twice."""
    root, step, dash = draw(st.sampled_from([0, 4])), draw(st.sampled_from([2, 4])), draw(st.sampled_from([0, 2, 4]))
    pad = " " * root
    other: list[list[tuple[str, bool]]] = [
        [(f'{pad}proxyRemoteHost: "https://api.ibkr.com"{draw(comments)}', True)],
        [(f'{pad}portalBaseURL: ""', True)],
        [(f"{pad}webApps:", True), (f"{pad}{' ' * dash}- name: demo", True), (f"{pad}{' ' * dash}  index: 'a'", True)],
        [(f"{pad}cors: {{allowCredentials: false,", True), (f"{pad}   origin.allowed: 'x'}}", True)],
    ]
    blocks = other[: draw(st.integers(1, 4))]
    if draw(st.booleans()):
        blocks.append([(f"{pad}listenPort: 5000{draw(comments)}", False)])
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2]))):
        names = draw(st.lists(st.sampled_from(["allow", "deny"]), max_size=3))
        below = [line for name in names for line in draw(list_lines(name, root + step, dash))]
        blocks.append([(f"{pad}ips:{draw(comments)}", True), *below])
    blocks = draw(st.permutations(blocks))
    lines = [line for block in blocks for line in [*block, *draw(st.sampled_from([[], [("", True)], [("# c", True)]]))]]
    return Made(lines, draw(st.sampled_from(["\n", "\r\n"])), draw(st.booleans()), draw(st.booleans()))


@settings(max_examples=120, deadline=None)
@given(files(), entries, entries, st.none() | st.integers(1024, 60_000))
def test_whatever_the_file_looks_like(made: Made, allow: list[str], deny: list[str], port: int | None) -> None:
    asked = {} if port is None else {"listenPort": port}
    old = made.data
    result = edited(old, Change(tuple(allow), tuple(deny), asked))
    assert isinstance(result, Edited), result
    # Read by another reader, it is the old one with the change.
    expected = yaml.safe_load(old.decode("utf-8-sig"))
    expected |= asked | {"ips": (expected.get("ips") or {}) | {"allow": allow, "deny": deny}}
    assert yaml.safe_load(result.data.decode("utf-8-sig")) == expected
    # All lines that are about something else are there, in order; and nothing else but what was asked for.
    text = result.data.decode()
    end = made.end if made.end in old.decode() else "\n"
    assert text.count("\n") == text.count(end)
    # An empty line before the last one, which goes, is the last one then.
    assert text.endswith(end) == old.decode().endswith(end) or ("", True) in made.lines
    rest = text.split(end)
    rest[0] = rest[0].removeprefix("\ufeff")
    for line, other in made.lines:
        assert not other or _takes(rest, line), (line, text)
    own = {line for line, other in made.lines if not other}
    allowed = re.compile(r"\s*(?:- .*|ips:|(?:allow|deny):.*|listenPort: \d+.*)?")
    assert all(line in own or allowed.fullmatch(line) for line in rest)
    assert again(result.data, Change(tuple(allow), tuple(deny), asked)) == result.data


def _takes(lines: list[str], line: str) -> bool:
    """Whether the line is among these, or its beginning is, before what was filled in; it is taken out."""
    begin = line.partition("#")[0].rstrip()
    for at, each in enumerate(lines):
        if each == line or (begin.endswith(":") and each.startswith(begin)):
            del lines[at]
            return True
    return False


@settings(max_examples=80, deadline=None)
@given(files(), st.data())
def test_no_damaged_file_makes_it_fail_and_none_becomes_another(made: Made, data: st.DataObject) -> None:
    whole = bytearray(made.data)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole)))
        piece = data.draw(
            st.sampled_from([b"", b"*", b"&a ", b": ", b"\t", b"- ", b"[", b"}", b"#", b"'", b"\xff", b"\n"])
        )
        whole[at : at + data.draw(st.integers(0, 6))] = piece
    result = edited(bytes(whole), LISTS)
    if isinstance(result, Refused):
        assert result.reason
        return
    conf = result.judged.conf
    assert (tuple(each.entry for each in conf.allow or ()), tuple(each.entry for each in conf.deny or ())) == (
        ALLOW,
        DENY,
    )
    assert again(result.data, LISTS) == result.data


def test_a_name_that_stands_there_without_end_is_not_taken_out() -> None:
    made = edited(b'proxyRemoteHost: "x"\nlistenPort: 5000\n' * 21, Change(removed=("proxyRemoteHost",)))
    assert isinstance(made, Refused)
    assert "stands there 21 times" in made.reason
