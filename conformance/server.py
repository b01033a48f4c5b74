"""One server process in its namespace: start, log, leases, clock, stop by its own pid."""

import os
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
    offset: int = 0
    process: subprocess.Popen[bytes] | None = None
    history: list[Files] = field(default_factory=list)

    def prepare(self, config: str, leases: str) -> None:
        """Write the files it starts from."""
        self.directory.mkdir(parents=True)
        (self.directory / "dhcpd.conf").write_text(config, encoding="latin-1")
        (self.directory / "dhcpd.leases").write_text(leases, encoding="latin-1")
        (self.directory.parent / f"{self.directory.name}.clock").write_text("+0\n")
        self.log_path.touch()

    @property
    def log_path(self) -> Path:
        """Its stderr, beside its directory so that it is not part of it."""
        return self.directory.parent / f"{self.directory.name}.log"

    def start(self) -> None:
        """Set it going; `wait_started` says when it serves."""
        directory = str(self.directory)
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        if self.clock:
            environment |= {
                "LD_PRELOAD": str(FAKETIME),
                "FAKETIME_TIMESTAMP_FILE": f"{directory}.clock",
                "FAKETIME_NO_CACHE": "1",
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

    def jump(self, seconds: int) -> None:
        """Set its clock forward."""
        self.offset += seconds
        clock = self.directory.parent / f"{self.directory.name}.clock"
        fresh = clock.with_suffix(".new")
        fresh.write_text(f"+{self.offset}\n")
        fresh.rename(clock)

    def snapshot(self) -> None:
        """Remember its files as they are now."""
        modes = tuple(
            (path.name, oct(path.stat().st_mode & 0o777)) for path in self.directory.iterdir()
        )
        leases = (self.directory / "dhcpd.leases").read_bytes().decode("latin-1")
        self.history.append(Files(tuple(sorted(modes)), leases))

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
