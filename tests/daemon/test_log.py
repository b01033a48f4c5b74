"""Syslog lines on a socket of our own, and copies on stderr."""

import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from pydhcpd.core.log import DEBUG, ERR, INFO
from pydhcpd.daemon.log import Log


@pytest.fixture
def syslog(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as daemon:
        daemon.bind(str(tmp_path / "log"))
        daemon.settimeout(1)
        yield daemon


@pytest.fixture
def log(syslog: socket.socket, pipe: tuple[int, int], tmp_path: Path) -> Iterator[Log]:
    connected = Log("dhcpd", pipe[1], str(tmp_path / "log"))
    connected.open()
    yield connected
    connected.close()


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    receiver, sender = os.pipe()
    yield receiver, sender
    os.close(receiver)
    os.close(sender)


def test_line_has_priority_time_program_and_pid(syslog: socket.socket, log: Log) -> None:
    log.write([(INFO, "one"), (ERR, "two"), (DEBUG, "three")])
    received = [syslog.recv(2048).decode() for _ in range(3)]
    # facility daemon is 3, levels are those of syslog(3)
    for line, priority, text in zip(received, (30, 27, 31), ("one", "two", "three"), strict=True):
        assert re.fullmatch(
            rf"<{priority}>[A-Z][a-z]{{2}} [ 123][0-9] [0-9:]{{8}} dhcpd\[{os.getpid()}\]: {text}",
            line,
        )


def test_facility_takes_effect_at_once(syslog: socket.socket, log: Log) -> None:
    log.facility = 19
    log.info("local3")
    assert syslog.recv(2048).startswith(b"<158>")


def test_stderr_gets_bare_lines_in_one_write(tmp_path: Path) -> None:
    receiver, sender = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with receiver, sender:
        Log("dhcpd", sender.fileno(), "/nowhere").write([(INFO, "one"), (ERR, ""), (INFO, "two")])
        assert receiver.recv(2048) == b"one\n\ntwo\n"


def test_message_is_cut_at_1023_bytes(pipe: tuple[int, int]) -> None:
    Log("dhcpd", pipe[1], "/nowhere").info("x" * 5000)
    assert os.read(pipe[0], 9999) == b"x" * 1023 + b"\n"


def test_bytes_of_files_and_packets_come_through(pipe: tuple[int, int]) -> None:
    Log("dhcpd", pipe[1], "/nowhere").info(b"caf\xc3\xa9 \xff".decode("latin-1"))
    assert os.read(pipe[0], 99) == b"caf\xc3\xa9 \xff\n"


def test_no_syslog_daemon_is_no_error(pipe: tuple[int, int]) -> None:
    log = Log("dhcpd", pipe[1], "/nowhere")
    log.open()
    log.info("still here")
    assert os.read(pipe[0], 99) == b"still here\n"


def test_closed_stderr_is_no_error(syslog: socket.socket, tmp_path: Path) -> None:
    receiver, sender = os.pipe()
    os.close(receiver)
    log = Log("dhcpd", sender, str(tmp_path / "log"))
    log.open()
    log.info("one")
    log.info("two")
    log.close()
    os.close(sender)
    assert syslog.recv(99).endswith(b": one")
    assert syslog.recv(99).endswith(b": two")


def test_daemon_that_does_not_read_holds_us_up_briefly(syslog: socket.socket, log: Log) -> None:
    log.has_stderr = False
    log.write([(INFO, "x" * 1000)] * 5000)  # far more than a socket's queue holds
    assert len(syslog.recv(2048)) > 1000
