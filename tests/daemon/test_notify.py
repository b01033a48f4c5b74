"""sd_notify(3): states over the socket that NOTIFY_SOCKET names."""

import os
import socket
from pathlib import Path

import pytest

from pydhcpd.daemon.notify import Notify


@pytest.mark.parametrize("kind", ["path", "abstract"])
def test_states_are_sent(kind: str, tmp_path: Path) -> None:
    path = str(tmp_path / "notify") if kind == "path" else f"@pydhcpd-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("\0" + path[1:] if kind == "abstract" else path)
        manager.settimeout(1)
        notify = Notify(path)
        notify.ready("Serving.")
        notify.reloading()
        notify.stopping()
        notify.close()
        ready, reloading, stopping = (manager.recv(999).decode().split("\n") for _ in range(3))
    assert ready == ["READY=1", "STATUS=Serving.", f"MAINPID={os.getpid()}"]
    # Type=notify-reload wants the time in microseconds beside RELOADING
    assert reloading[0] == "RELOADING=1"
    assert reloading[1].removeprefix("MONOTONIC_USEC=").isdecimal()
    assert stopping[0] == "STOPPING=1"


@pytest.mark.parametrize("address", [None, "", "/nowhere/at/all"])
def test_no_manager_is_no_error(address: str | None) -> None:
    Notify(address).ready("Serving.")
