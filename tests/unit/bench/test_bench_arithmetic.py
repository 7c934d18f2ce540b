"""The sums of the benchmark: a wrong one would be believed."""

import zlib

import pytest

from tests.bench.arithmetic import Chunk, Compressed, Resized, bursts, compressed_sizes, median, percentile


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [
        ([5.0], 0.95, 5.0),
        ([3.0, 1.0, 2.0], 0.5, 2.0),
        (range(1, 101), 0.95, 95),
        (range(1, 41), 0.95, 38),
        (range(1, 41), 1.0, 40),
        (range(1, 41), 0.0, 1),
    ],
)
def test_a_percentile_is_a_value_that_was_measured(values: list[float], share: float, found: float) -> None:
    assert percentile(values, share) == found


@pytest.mark.parametrize(("values", "found"), [([4.0], 4.0), ([9.0, 1.0, 2.0], 2.0), ([9.0, 1.0, 2.0, 4.0], 3.0)])
def test_the_median(values: list[float], found: float) -> None:
    assert median(values) == found


def test_of_nothing_there_is_no_figure() -> None:
    for sum_of in (median, lambda values: percentile(values, 0.5)):
        with pytest.raises(ValueError, match="no values"):
            sum_of([])


def test_a_compressed_connection_is_one_stream_that_is_flushed_after_each_read() -> None:
    repaint = b"\x1b[1;72H\x1b[38;2;230;237;243;48;2;22;29;39m19:18:02 \x1b[0m" * 20
    stream = Compressed()
    opened = stream.sent(repaint)
    again = [stream.sent(repaint) for _ in range(3)]
    alone = len(zlib.compress(repaint, 6))
    # What was sent before is known to the other end, and each flush costs a few bytes of its own.
    assert max(again) < alone / 2
    assert min(again) > 4
    assert opened + sum(again) > len(zlib.compress(repaint * 4, 6))


def test_what_is_compressed_can_be_read_at_once() -> None:
    stream, other = zlib.compressobj(6), zlib.decompressobj()
    parts = [b"one", b"two", b"three" * 100]
    for part, size in zip(parts, compressed_sizes([Chunk(0, part) for part in parts]), strict=True):
        sent = stream.compress(part) + stream.flush(zlib.Z_SYNC_FLUSH)
        assert len(sent) == size
        assert other.decompress(sent) == part


def test_a_new_size_sends_nothing() -> None:
    chunk = Chunk(1.0, b"some text")
    assert compressed_sizes([Resized(0.5, 80, 24), chunk]) == [0, *compressed_sizes([chunk])]


def test_reads_that_follow_each_other_at_once_are_one_repaint() -> None:
    tape = [Chunk(at, b"x") for at in (0.0, 0.015, 0.030, 1.0, 1.5)]
    assert [[chunk.at for chunk in group] for group in bursts([*tape[:2], Resized(0.02, 90, 30), *tape[2:]])] == [
        [0.0, 0.015, 0.030],
        [1.0],
        [1.5],
    ]
