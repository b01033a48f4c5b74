"""Commands of `execute`: order, limits, exit statuses, and real processes."""

import errno
import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from pydhcpd.core.command import Command
from pydhcpd.daemon.commands import Commands, poll_process, spawn_process
from pydhcpd.daemon.log import Log


class Machine:
    """Processes that end when they are told to."""

    def __init__(self, folder: Path, most_running: int = 4, most_waiting: int = 4) -> None:
        self._said = folder / "stderr"
        self._said.touch()
        self.started: list[bytes] = []
        self.ended: dict[int, int] = {}
        log = Log("dhcpd", os.open(self._said, os.O_WRONLY | os.O_APPEND), "/nowhere")
        self.commands = Commands(log, self.spawn, self.ended.get, most_running, most_waiting)

    @property
    def log(self) -> list[str]:
        return self._said.read_text("latin-1").splitlines()

    def spawn(self, words: Sequence[bytes]) -> int:
        if words[0] == b"none":
            raise OSError(errno.ENOENT, "No such file or directory")
        self.started.append(words[0])
        return len(self.started)

    def end(self, process: int, status: int = 0) -> None:
        self.ended[process] = status
        self.commands.reap()


def command(address: int, *words: bytes) -> Command:
    return Command(address, words)


def test_commands_of_one_lease_run_one_after_the_other(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.commands.submit([command(1, b"a"), command(1, b"b"), command(2, b"c")])
    machine.commands.submit([command(1, b"d")])
    assert machine.started == [b"a", b"c"]
    machine.end(1)
    assert machine.started == [b"a", b"c", b"b"]
    machine.end(3)
    assert machine.started == [b"a", b"c", b"b", b"d"]
    assert machine.log == []


def test_only_so_many_run_at_once(tmp_path: Path) -> None:
    machine = Machine(tmp_path, most_running=2)
    machine.commands.submit([command(at, b"%d" % at) for at in range(4)])
    assert machine.started == [b"0", b"1"]
    machine.end(2)
    assert machine.started == [b"0", b"1", b"2"]


def test_what_does_not_fit_into_the_queue_is_dropped_with_a_line(tmp_path: Path) -> None:
    machine = Machine(tmp_path, most_running=1, most_waiting=2)
    machine.commands.submit([command(1, b"a")])
    machine.commands.submit([command(2, b"b"), command(2, b"c"), command(3, b"/bin/d", b"x")])
    assert machine.log == ["execute: /bin/d not run: 2 commands are waiting"]
    for process in (1, 2, 3):
        machine.end(process)
    assert machine.started == [b"a", b"b", b"c"]
    machine.commands.submit([command(3, b"d")])
    assert machine.started[-1] == b"d"


def test_the_exit_status_is_told_unless_it_is_zero(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.commands.submit([command(1, b"/a"), command(2, b"/b"), command(3, b"/c")])
    machine.end(1, 768)
    machine.end(2, 0)
    machine.end(3, 9)
    assert machine.log == ["execute: /a exit status 768", "execute: /c exit status 9"]


def test_what_cannot_be_started_is_told_and_the_next_one_runs(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.commands.submit([command(1, b"none"), command(1, b"b")])
    assert machine.log == [
        "Unable to execute none: No such file or directory",
        "execute: none exit status 32512",
    ]
    assert machine.started == [b"b"]


def run(*words: bytes) -> int:
    """The wait status of a real process."""
    process = spawn_process(os.environb, words)
    for _ in range(1000):
        status = poll_process(process)
        if status is not None:
            return status
        time.sleep(0.01)
    raise AssertionError(f"{words[0]!r} does not end")


def test_no_shell_sees_the_arguments(tmp_path: Path) -> None:
    target = tmp_path / "said"
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\nprintf '%s|' \"$@\" >$SAID\n".replace("$SAID", str(target)))
    script.chmod(0o755)
    assert run(os.fsencode(script), b"a b", b"$(id)", b"`id`;'\"", b"", b"x\0hidden") == 0
    assert target.read_text() == "a b|$(id)|`id`;'\"||x|"


def test_programs_are_found_as_execvp_finds_them(tmp_path: Path) -> None:
    assert run(b"false") == 256
    assert run(b"sh", b"-c", b"kill -9 $$") == 9
    script = tmp_path / "script"
    script.write_text("exit 3\n")
    script.chmod(0o755)
    assert run(os.fsencode(script)) == 768
    with pytest.raises(FileNotFoundError):
        spawn_process(os.environb, [b"/nonexistent/program"])


def test_a_process_that_is_not_ours_any_more_has_ended() -> None:
    process = spawn_process(os.environb, [b"true"])
    os.waitpid(process, 0)
    assert poll_process(process) == 0
