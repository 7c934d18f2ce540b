"""What every test stands on: UTC, and a terminal whose colours the environment does not decide."""

import os
import tempfile
import time

from hypothesis import HealthCheck, settings

# Before textual is imported: it reads the environment at import.
for name in ("NO_COLOR", "TEXTUAL", "TEXTUAL_THEME", "TEXTUAL_ANIMATIONS", "TEXTUAL_DRIVER"):
    os.environ.pop(name, None)
os.environ["COLORTERM"] = "truecolor"
os.environ["TERM"] = "xterm-256color"
os.environ["TZ"] = "UTC"
if hasattr(time, "tzset"):
    time.tzset()

# What cpwatch remembers between its processes belongs to the test run, not to the user; and no settings of the user's.
os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="cpwatch-tests-")
os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp(prefix="cpwatch-tests-")
for name in ("CPWATCH_CONFIG", "CPWATCH_PROFILE"):
    os.environ.pop(name, None)

# A busy machine makes a generated case slow, and timings are never asserted here.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
