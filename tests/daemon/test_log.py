"""Syslog lines on a socket of our own, and copies on stderr."""

import contextlib
import os
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pydhcpd.core.log import DEBUG, ERR, INFO
from pydhcpd.daemon.log import Log
from tests.daemon.shortage import no_descriptors


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


def test_full_pipe_behind_stderr_costs_only_its_lines() -> None:
    receiver, sender = os.pipe2(os.O_NONBLOCK)
    try:
        log = Log("dhcpd", sender, "/nowhere")
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(sender, bytes(4096))
        log.info("one")
        with contextlib.suppress(BlockingIOError):
            while True:
                os.read(receiver, 65536)
        log.info("two")
        assert os.read(receiver, 99) == b"two\n"
    finally:
        os.close(receiver)
        os.close(sender)


def restart(daemon: socket.socket, path: Path) -> socket.socket:
    """Another daemon in the place of this one."""
    daemon.close()
    path.unlink()
    return start(path)


def start(path: Path) -> socket.socket:
    started = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    started.bind(str(path))
    started.setblocking(False)
    return started


def test_restarted_daemon_misses_nothing_that_comes_behind(
    syslog: socket.socket, log: Log, tmp_path: Path
) -> None:
    log.info("one")
    with restart(syslog, tmp_path / "log") as second:
        log.info("two")
        log.info("three")
        assert [second.recv(99)[-5:] for _ in range(2)] == [b": two", b"three"]
        with restart(second, tmp_path / "log") as third:
            log.info("four")
            assert third.recv(99).endswith(b": four")


def test_daemon_that_starts_later_is_found_at_once(pipe: tuple[int, int], tmp_path: Path) -> None:
    log = Log("dhcpd", pipe[1], str(tmp_path / "log"))
    log.open()
    log.info("one")
    with start(tmp_path / "log") as daemon:
        log.info("two")
        assert daemon.recv(99).endswith(b": two")
    log.close()


def test_no_descriptor_left_is_no_error(pipe: tuple[int, int], tmp_path: Path) -> None:
    with start(tmp_path / "log") as daemon:
        log = Log("dhcpd", pipe[1], str(tmp_path / "log"))
        with no_descriptors():
            log.open()
            log.info("one")
        assert os.read(pipe[0], 99) == b"one\n"
        log.info("two")
        assert daemon.recv(99).endswith(b": two")
        log.close()


def test_daemon_that_does_not_read_holds_us_up_once(syslog: socket.socket, log: Log) -> None:
    log.has_stderr = False
    lines = [(INFO, "x" * 1000)] * 5000  # far more than a socket's queue holds
    log.write(lines)
    before = time.monotonic()
    for _ in range(5):
        log.write(lines)
    # Nearer to nothing than to five times SEND_TIMEOUT_US.
    assert time.monotonic() - before < 0.5
    syslog.setblocking(False)
    taken = len(drained(syslog))
    log.info("two")
    first, second = drained(syslog)
    assert f": {6 * 5000 - taken} lines lost: the syslog daemon did not read" in first
    assert second.endswith(": two")


def drained(daemon: socket.socket) -> list[str]:
    """All that waits for the daemon."""
    messages: list[str] = []
    with contextlib.suppress(BlockingIOError):
        while True:
            messages.append(daemon.recv(2048).decode())
    return messages
