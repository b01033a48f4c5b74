"""The real dhcpd, where it is installed; a venv's `dhcpd` is pydhcpd itself, so not from PATH.

In CI it must be there: what cannot be compared has not been tested.
"""

import os
import shutil

import pytest

DHCPD = shutil.which("dhcpd", path="/usr/sbin:/usr/local/sbin")
needs_dhcpd = pytest.mark.skipif(
    DHCPD is None and os.environ.get("CI") != "true", reason="dhcpd is not installed"
)
