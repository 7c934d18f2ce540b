"""The command `cpwatch`, and `python -m tui`, which is the same."""

import sys

from tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
