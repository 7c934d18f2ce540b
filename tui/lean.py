"""What is kept from being loaded: imported before httpx, by the packages that use it."""

import sys

# httpx's own command line. Where click is installed, it loads that, rich and pygments: five megabytes, and a third of a
# start. httpx does without it where it can't be imported, and None is Python's own word for that.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
