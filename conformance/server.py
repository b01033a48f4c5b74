"""One server process in its namespace: start, log, leases, clock, stop by its own pid."""

import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
STARTED = "Server starting service."
EXITED = "(exit status"  # how its log shows that it ended by itself
START_LIMIT = 20.0  # seconds a server may take before it is given up
STOP_LIMIT = 5.0
REWRITE_LIMIT = 2.0
FROZEN_AT = 1767571200  # where a clock that stands still begins: Monday 2026-01-05 00:00:00 UTC


@dataclass(frozen=True, slots=True)
class Files:
    """What a server's directory holds at one moment: each file's mode, and the leases text."""

    modes: tuple[tuple[str, str], ...]
    leases: str


@dataclass(slots=True)
class Server:
    """A dhcpd (or something that takes dhcpd's flags) serving one side."""

    command: tuple[str, ...]
    namespace: str
    directory: Path
    flags: tuple[str, ...]
    interfaces: tuple[str, ...]
    clock: bool
    frozen: bool = False
    offset: int = 0
    process: subprocess.Popen[bytes] | None = None
    history: list[Files] = field(default_factory=list)
    ticks: list[tuple[int, int]] = field(default_factory=list)
    _grown: tuple[int, int] = (0, 0)

    def prepare(self, config: str, leases: str) -> None:
        """Write the files it starts from."""
        self.directory.mkdir(parents=True)
        (self.directory / "dhcpd.conf").write_text(config, encoding="latin-1")
        (self.directory / "dhcpd.leases").write_text(leases, encoding="latin-1")
        self._clock_path.write_text(self._clock_text())
        self.log_path.touch()

    @property
    def log_path(self) -> Path:
        """Its stderr, beside its directory so that it is not part of it."""
        return self.directory.parent / f"{self.directory.name}.log"

    @property
    def _clock_path(self) -> Path:
        return self.directory.parent / f"{self.directory.name}.clock"

    def _clock_text(self) -> str:
        """What libfaketime reads: an offset to the real time, or a time that stands still."""
        if self.frozen:
            return time.strftime("%Y-%m-%d %H:%M:%S\n", time.gmtime(FROZEN_AT + self.offset))
        return f"+{self.offset}\n"

    def start(self) -> None:
        """Set it going; `wait_started` says when it serves."""
        directory = str(self.directory)
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        if self.clock:
            environment |= {
                "LD_PRELOAD": str(FAKETIME),
                "FAKETIME_TIMESTAMP_FILE": f"{directory}.clock",
                "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            }
        words = [f"{key}={value}" for key, value in environment.items()]
        command = ["ip", "netns", "exec", self.namespace, "env", "-i", *words, *self.command]
        command += ["-f", "-d", "-4", "-cf", f"{directory}/dhcpd.conf"]
        command += ["-lf", f"{directory}/dhcpd.leases", "-pf", f"{directory}/dhcpd.pid"]
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *self.flags, *self.interfaces],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_started(self, starts: int) -> None:
        """Wait until the log shows its start number `starts`, or it has ended."""
        limit = time.monotonic() + START_LIMIT
        while time.monotonic() < limit and self.process is not None:
            if self.log().count(STARTED) >= starts:
                return
            if not self.alive():
                return
            time.sleep(0.02)

    def alive(self) -> bool:
        """Whether it runs; an end of its own is noted in its log, once."""
        if self.process is None:
            return False
        if self.process.poll() is None:
            return True
        with self.log_path.open("a") as log:
            log.write(f"{EXITED} {self.process.returncode})\n")
        self.process = None
        return False

    def log(self) -> str:
        """Everything it has said."""
        return self.log_path.read_bytes().decode("latin-1")

    def log_size(self) -> int:
        """How much it has said."""
        return self.log_path.stat().st_size

    def log_from(self, start: int, end: int) -> str:
        """This part of what it has said."""
        with self.log_path.open("rb") as file:
            file.seek(start)
            return file.read(end - start).decode("latin-1")

    def jump(self, seconds: int) -> None:
        """Set its clock forward."""
        self.offset += seconds
        fresh = self._clock_path.with_suffix(".new")
        fresh.write_text(self._clock_text())
        fresh.rename(self._clock_path)

    def begin_tick(self) -> None:
        """The clock is about to leap: remember where its leases file ends."""
        status = self._leases.stat()
        if status.st_ino != self._grown[0]:
            self.ticks.clear()  # they were places in another file
        self._grown = status.st_ino, status.st_size

    def end_tick(self) -> None:
        """What was written since `begin_tick` was written at one moment."""
        status = self._leases.stat()
        number, size = self._grown
        if status.st_ino == number and status.st_size > size:
            self.ticks.append((size, status.st_size))

    @property
    def _leases(self) -> Path:
        return self.directory / "dhcpd.leases"

    def wait_rewritten(self) -> None:
        """Wait until no rewrite of the leases file is going on."""
        limit = time.monotonic() + REWRITE_LIMIT
        while self.alive() and self._is_rewriting() and time.monotonic() < limit:
            time.sleep(0.005)

    def _is_rewriting(self) -> bool:
        names = os.listdir(self.directory)
        return any(re.fullmatch(r"dhcpd\.leases\.\d+", name) for name in names)

    def snapshot(self) -> None:
        """Remember its files as they are now."""
        modes = tuple(
            (path.name, oct(path.stat().st_mode & 0o777)) for path in self.directory.iterdir()
        )
        leases = self._leases.read_bytes()
        if self._leases.stat().st_ino == self._grown[0]:
            for start, end in self.ticks:
                leases = leases[:start] + _in_order(leases[start:end]) + leases[end:]
        self.history.append(Files(tuple(sorted(modes)), leases.decode("latin-1")))

    def stop(self, hard: bool) -> None:
        """End it by its pid, at last by SIGKILL."""
        process, self.process = self.process, None
        if process is None:
            return
        process.send_signal(signal.SIGKILL if hard else signal.SIGTERM)
        try:
            process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _in_order(records: bytes) -> bytes:
    """Records by their first lines: of what expires in several pools at once nobody sees an order.

    dhcpd has a timer for every pool, and timers for the same second go off in the order of a heap.
    """
    return b"".join(sorted(part + b"}\n" for part in records.split(b"}\n") if part))
