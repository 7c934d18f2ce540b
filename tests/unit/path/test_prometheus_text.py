"""Prometheus's text format, against what cloudflared really printed."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support.agents import METRICS_DOWN, METRICS_UP
from tui.path.prometheus_text import Sample, samples

NAMES = {"build_info", "cloudflared_tunnel_server_locations", "cloudflared_tunnel_total_requests"}
VALUES = st.one_of(st.integers(-(10**6), 10**6).map(float), st.floats(allow_nan=False, allow_infinity=False))


def test_the_captures() -> None:
    build = {"goversion": "go1.26.6", "revision": "unknown", "type": "", "version": "2026.8.2"}
    requests = "cloudflared_tunnel_total_requests"
    assert list(samples(METRICS_UP, NAMES)) == [
        Sample("build_info", build, 1.0),
        Sample("cloudflared_tunnel_server_locations", {"connection_id": "0", "edge_location": "fra03"}, 1.0),
        Sample(requests, {}, 2.0),
    ]
    assert list(samples(METRICS_DOWN, NAMES)) == [Sample("build_info", build, 1.0), Sample(requests, {}, 0.0)]


def test_every_line_of_the_captures_is_understood() -> None:
    for text in (METRICS_UP, METRICS_DOWN):
        lines = [line for line in text.splitlines() if line and not line.startswith("#")]
        names = {line.split("{")[0].split(" ")[0] for line in lines}
        assert len(list(samples(text, names))) == len(lines)


def test_the_corners_of_the_format() -> None:
    lines = [
        "# a 1",
        'a{b="x} 7",c="\\"\\\\\\n"} 1.5e3 1700000000000',
        "a 2\r",
        "a NaN",
        "a +Inf",
        "a",
        "a one",
        "ab 3",
        'a{b="unclosed 4',
        "a{} 5",
    ]
    assert list(samples("\n".join(lines), {"a"})) == [
        Sample("a", {"b": "x} 7", "c": '"\\\n'}, 1500.0),
        Sample("a", {}, 2.0),
        Sample("a", {}, 5.0),
    ]


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text(max_size=12), max_size=3), VALUES)
def test_what_is_written_is_read(labels: dict[str, str], value: float) -> None:
    escaped = {
        name: text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n") for name, text in labels.items()
    }
    inside = ",".join(f'{name}="{text}"' for name, text in escaped.items())
    assert list(samples(f"x{{{inside}}} {value!r}\n", {"x"})) == [Sample("x", labels, value)]


@given(st.text(alphabet='ab{}="\\ 1.e+\n#', max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert all(sample.name == "a" for sample in samples(text, {"a"}))
