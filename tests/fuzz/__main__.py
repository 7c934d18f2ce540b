"""`python -m tests.fuzz [TARGET…] --minutes N`: drives fuzz targets, and says what they were found to do wrong."""

import argparse
import asyncio
import logging
import sys
from pathlib import Path

from tests.fuzz.drive import driven, memory_bounded, tried
from tests.fuzz.guided import guided
from tui.clock import SystemClock


def main() -> int:
    """0 where nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", nargs="*", help="targets or groups; all groups, one after the other, unless named")
    parser.add_argument("--minutes", type=float, default=1.0, help="for each target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--findings", type=Path, metavar="FOLDER", help="where inputs that do harm are written")
    parser.add_argument("--input", type=Path, metavar="FILE", help="run this one input alone, and show what it does")
    parser.add_argument("--list", action="store_true", help="the targets' names")
    parser.add_argument("--endless", action="store_true", help="answers without end, all of them, and what they cost")
    parser.add_argument("--guided", action="store_true", help="by atheris, which has to be installed; one target")
    given = parser.parse_args()
    # What is logged of bad input would be all that is to be read.
    logging.disable(logging.CRITICAL)
    if given.endless:
        from tests.fuzz.costs import endless

        return asyncio.run(endless())
    if given.guided:
        guided(given.target[0], given.minutes * 60, given.seed, given.findings)
    # These late, as atheris has to see the package imported.
    from tests.fuzz.targets import FUZZERS, GROUPS, fuzzer, targets

    known = targets()
    if given.list:
        print("\n".join((*GROUPS, *known)))
        return 0
    if unknown := [name for name in given.target if name not in known and name not in GROUPS]:
        parser.error(f"no such target: {', '.join(unknown)}")
    chosen = [fuzzer(name) for name in given.target or FUZZERS]
    if given.input is not None:
        found = tried(chosen[0], given.input.read_bytes(), chosen[0].seconds)
        print(found.told if found else "nothing goes wrong")
        return int(found is not None)
    failed = False
    memory_bounded()
    for target in chosen:
        report = driven(target, given.minutes * 60, given.seed, SystemClock(), given.findings)
        said = f"{report.runs} runs, {report.lines} lines, {report.corpus} inputs kept, slowest {report.slowest:.2f} s"
        target.end()
        print(f"{target.name:20} {said}, {len(report.findings)} findings", flush=True)
        for found in report.findings.values():
            failed = True
            print(f"  {found.place}\n{found.told}\n  {found.data[:400]!r}", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
