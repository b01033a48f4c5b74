"""Code run in a network namespace of its own: a thread that leaves ours and never comes back."""

import ctypes
import os
import subprocess
import threading
from collections.abc import Callable

import pytest

CLONE_NEWNET = 0x40000000


def require_root() -> None:
    """Skip the test where it cannot run; under CI that is a failure."""
    if os.geteuid() == 0:
        return
    if os.environ.get("CI") == "true":
        pytest.fail("needs root")
    pytest.skip("needs root: makes a network namespace")


def run_in_namespace(setup: str, body: Callable[[], None]) -> None:
    """Run `body` in a new namespace, prepared by the lines of `setup` (arguments of `ip`)."""
    require_root()
    failure: list[BaseException] = []

    def run() -> None:
        try:
            assert ctypes.CDLL(None).unshare(CLONE_NEWNET) == 0
            for line in setup.strip().splitlines():
                subprocess.run(["ip", *line.split()], check=True)
            body()
        except BaseException as error:
            failure.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
