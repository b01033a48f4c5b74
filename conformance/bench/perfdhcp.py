"""The figure others can repeat: Kea's perfdhcp, with a command line that can be copied."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import Final

from conformance.bench.network import RELAY_ADDRESS, SERVER_ADDRESS, within
from conformance.bench.server import BenchError

CLIENTS: Final = 60_000
OFFERED_RATE: Final = 20_000

_LIMIT_S: Final = 30.0
# perfdhcp ends with 3 when an exchange stayed incomplete, which under this load is no failure.
_STATUSES: Final = (0, 3)


def perfdhcp_program() -> str | None:
    """Where perfdhcp is, if it is installed (Debian: kea-admin)."""
    return shutil.which("perfdhcp", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")


def perfdhcp_command(program: str, period_s: int) -> list[str]:
    return [
        *(program, "-4", "-l", RELAY_ADDRESS, "-r", str(OFFERED_RATE), "-R", str(CLIENTS)),
        *("-p", str(period_s), SERVER_ADDRESS),
    ]


def run_perfdhcp(program: str, namespace: str, period_s: int, core: int) -> float:
    """Offer exchanges at a fixed rate, without retransmission; completed ones a second."""
    process = subprocess.Popen(
        within(namespace, perfdhcp_command(program, period_s)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    os.sched_setaffinity(process.pid, {core})
    try:
        text, _ = process.communicate(timeout=_LIMIT_S)
    except BaseException:
        process.kill()
        process.wait()
        raise
    rate = re.search(r"^Rate: ([0-9.e+]+) 4-way", text, re.MULTILINE)
    if process.returncode not in _STATUSES or rate is None:
        raise BenchError(f"perfdhcp ended with status {process.returncode}:\n{text}")
    return float(rate[1])
