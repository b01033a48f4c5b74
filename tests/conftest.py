"""For all tests: in the gate hypothesis draws the same examples each time."""

import os

from hypothesis import settings

settings.register_profile("gate", derandomize=True, database=None)
if os.environ.get("CI") == "true":
    settings.load_profile("gate")
