"""A server under test: started in its namespace, watched through /proc, stopped by its pid."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, final

_START_LIMIT_S: Final = 30.0
_STOP_LIMIT_S: Final = 5.0
_LOOK_EVERY_S: Final = 0.02
_CLOCK_TICKS: Final = os.sysconf("SC_CLK_TCK")


class BenchError(Exception):
    """The benchmark cannot go on; the text says why."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process has used so far."""

    cpu_s: float
    written_bytes: int
    flushes: int

    def since(self, before: Usage) -> Usage:
        return Usage(
            self.cpu_s - before.cpu_s,
            self.written_bytes - before.written_bytes,
            self.flushes - before.flushes,
        )


@final
class Server:
    """A context: inside it the process runs and has written the text `ready`."""

    def __init__(
        self, command: list[str], *, directory: Path | None, log: Path, ready: str, core: int
    ) -> None:
        self._command: Final = command
        self._directory: Final = directory
        self._log: Final = log
        self._ready: Final = ready
        self._core: Final = core
        self._process: subprocess.Popen[bytes] | None = None
        self.started_in_s = 0.0

    def __enter__(self) -> Server:
        begin = time.monotonic()
        with self._log.open("wb") as log:
            process = subprocess.Popen(
                self._command,
                cwd=self._directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._process = process
        try:
            os.sched_setaffinity(process.pid, {self._core})
            self._await_ready(process, begin + _START_LIMIT_S)
        except BaseException:
            self._stop()
            raise
        self.started_in_s = time.monotonic() - begin
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def usage(self) -> Usage:
        """CPU time and bytes handed to the disk, of the process; flushes, of the whole machine."""
        assert self._process is not None, "usage of a server that was not started"
        process = Path("/proc") / str(self._process.pid)
        try:
            # The name, in parentheses, may hold blanks; utime and stime are fields 14 and 15.
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            counters = dict(line.split(": ") for line in (process / "io").read_text().splitlines())
        except OSError as error:
            raise BenchError(f"the server is gone: {self.last_words()}") from error
        return Usage(
            (int(fields[11]) + int(fields[12])) / _CLOCK_TICKS,
            int(counters["write_bytes"]),
            _disk_flushes(),
        )

    def kill(self) -> None:
        """End it at once, without a chance to finish anything (SIGKILL)."""
        assert self._process is not None, "a server that was not started"
        self._process.kill()
        self._process.wait()

    def pause(self) -> None:
        """Let it hang, as a virtual machine does that is moved (SIGSTOP)."""
        assert self._process is not None, "a server that was not started"
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on; nothing if it has ended meanwhile."""
        assert self._process is not None, "a server that was not started"
        self._process.send_signal(signal.SIGCONT)

    def last_words(self) -> str:
        """The end of its output, for an error message."""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-8:])

    def _await_ready(self, process: subprocess.Popen[bytes], deadline: float) -> None:
        wanted = self._ready.encode()
        while wanted not in self._log.read_bytes():
            if process.poll() is not None:
                command = " ".join(self._command)
                raise BenchError(
                    f"`{command}` ended with status {process.returncode}:\n{self.last_words()}"
                )
            if time.monotonic() > deadline:
                raise BenchError(f"no `{self._ready}` after {_START_LIMIT_S:.0f} s")
            time.sleep(_LOOK_EVERY_S)

    def _stop(self) -> None:
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _disk_flushes() -> int:
    """Cache flushes of all disks, each of which an fsync waits for (kernel 5.5 on).

    Volumes and loop devices have no `device`: their flushes would count twice.
    """
    flushes = 0
    for disk in Path("/sys/block").iterdir():
        fields = (disk / "stat").read_text().split()
        if (disk / "device").exists() and len(fields) > 15:
            flushes += int(fields[15])
    return flushes
