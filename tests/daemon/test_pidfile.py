"""The pid file: who may start beside it, what it holds, how it goes."""

import os
import subprocess
from pathlib import Path

import pytest

from pydhcpd.daemon.fatal import Fatal
from pydhcpd.daemon.pidfile import PidFile, check_pid_file

RUNNING = "There's already a DHCP server running."


# Each observed with dhcpd 4.4.3-P1: garbage and senseless numbers count as a running server.
@pytest.mark.parametrize("text", ["garbage", "0\n", "-1\n", "\n", "pid 7\n"])
def test_senseless_number_refuses_the_start(text: str, tmp_path: Path) -> None:
    (tmp_path / "pid").write_text(text)
    with pytest.raises(Fatal) as refusal:
        check_pid_file(str(tmp_path / "pid"))
    assert refusal.value.lines == (RUNNING,)


def test_number_of_a_living_process_refuses_the_start(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        (tmp_path / "pid").write_text(f"{process.pid}\n")
        with pytest.raises(Fatal) as refusal:
            check_pid_file(str(tmp_path / "pid"))
        process.kill()
    assert refusal.value.lines == (RUNNING,)


def test_missing_empty_or_stale_file_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "pid"
    check_pid_file(str(path))
    path.write_text("")
    check_pid_file(str(path))
    with subprocess.Popen(["true"]) as process:
        process.wait()
    path.write_text(f"{process.pid}\n")
    check_pid_file(str(path))


def test_own_number_is_fine(tmp_path: Path) -> None:
    # A container's server is always the same process number.
    (tmp_path / "pid").write_text(f"{os.getpid()}\n")
    check_pid_file(str(tmp_path / "pid"))


def test_file_holds_the_number_and_goes(tmp_path: Path) -> None:
    path = tmp_path / "pid"
    path.write_text("123456789\n")
    pid_file = PidFile(str(path))
    assert path.read_text() == f"{os.getpid()}\n"
    pid_file.remove()
    assert not path.exists()


def test_file_that_cannot_go_is_left_empty(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    pid_file = PidFile(str(folder / "pid"))
    folder.rename(tmp_path / "moved")  # the name is out of reach, the open file is not
    pid_file.remove()
    assert (tmp_path / "moved" / "pid").read_text() == ""
