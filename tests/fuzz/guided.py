"""Drives one target by atheris, which follows what its inputs reach in the compiled code: far faster than we do.

It is no dependency of the project's: where it is not installed, `tests.fuzz.drive` does.
"""

import sys
import tempfile
from pathlib import Path
from random import Random
from typing import Any

from tests.fuzz.drive import tried, written
from tests.fuzz.mutate import LONGEST, spoiled


def guided(name: str, seconds: float, seed: int, folder: Path | None) -> None:
    """Drive that target for so long. Never returns: atheris ends the process, and prints what it reached."""
    import atheris  # type: ignore[import-not-found]

    with atheris.instrument_imports(include=["tui"]):
        from tests.fuzz.targets import fuzzer

        target = fuzzer(name)
    found: set[str] = set()
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    seeds = list(target.seeds())
    corpus = Path(tempfile.mkdtemp(prefix="cpwatch-fuzz-"))
    for at, data in enumerate(seeds):
        (corpus / f"{at}").write_bytes(data)

    def one(data: bytes) -> None:
        finding = tried(target, data, target.seconds * 2)
        if finding is not None and finding.place not in found:
            found.add(finding.place)
            written(finding, len(found), folder)
            print(f"FINDING {name}: {finding.place}\n{finding.told}\n{data[:400]!r}", flush=True)

    def spoil(data: bytes, most: int, number: int) -> Any:
        random = Random(number)
        return spoiled(random, target, data, seeds)[: min(most, LONGEST)]

    flags = (
        f"-max_total_time={seconds:.0f}",
        f"-seed={seed}",
        f"-max_len={LONGEST}",
        "-rss_limit_mb=2048",
        "-timeout=60",
    )
    more = (
        "-print_final_stats=1",
        "-close_fd_mask=0",
        "-verbosity=1",
        f"-artifact_prefix={(folder or corpus)}/{name}-",
    )
    atheris.Setup([sys.argv[0], *flags, *more, str(corpus)], one, custom_mutator=spoil)
    atheris.Fuzz()
