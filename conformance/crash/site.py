"""The bench's network with a server, a load and a witness, for runs that end badly."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, final

from conformance.bench.configuration import configuration_text, leases_text
from conformance.bench.load import Load
from conformance.bench.network import SERVER_INTERFACE, Network, within
from conformance.bench.run_load import start_load
from conformance.bench.server import BenchError, Server
from conformance.crash.leases import LeasesFile, broken_promises, read_leases_file
from conformance.crash.witness import Promise

RENEWING_CLIENTS: Final = 2_000
NEW_CLIENTS: Final = 6_000
# So many loads of new clients before the first ones come again.
DIFFERENT_LOADS: Final = 8
STARTED: Final = "Server starting service."
CORRUPT: Final = "Corrupt lease file"
_RENEWAL_XIDS: Final = 1 << 30
_LOAD_LIMIT_S: Final = 60.0


@final
class Site:
    """`folder` holds dhcpd.conf, the log and, as the server sees it, dhcpd.leases.

    `prefix` is what a command must begin with to see the same files; `view` is where this
    process finds that folder.
    """

    def __init__(
        self,
        network: Network,
        command: list[str],
        folder: Path,
        cores: tuple[int, int],
        prefix: tuple[str, ...] = (),
        view: Path | None = None,
    ) -> None:
        self.network: Final = network
        self._command: Final = command
        self._folder: Final = folder
        self._server_core, self._load_core = cores
        self._prefix: Final = prefix
        self.view: Final = view or folder
        self.leases: Final = self.view / "dhcpd.leases"
        self.log: Final = folder.parent / "server.log"
        self._loads = 0
        # The last promise for each address.
        self.promised: Final[dict[str, Promise]] = {}
        self._forgotten: Final[set[Promise]] = set()

    def prepare(self, renewing_clients: int) -> None:
        """A configuration, and leases of the clients that will renew."""
        # The witness wants one frame for each reply, not many replies in a long one.
        one = ["link", "set", SERVER_INTERFACE, "gso_max_segs", "1"]
        subprocess.run(["ip", "-n", self.network.server_namespace, *one], check=True)
        (self.view / "dhcpd.conf").write_text(configuration_text(1, 0))
        self.leases.write_text(leases_text(renewing_clients))

    def server(self) -> Server:
        """The server; its words of this start go to `log`."""
        return Server(
            self._words(),
            directory=None,
            log=self.log,
            ready=STARTED,
            core=self._server_core,
        )

    def kill_at_start(self, seconds: float) -> None:
        """Start the server and kill it so much later, ready or not."""
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                self._words(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        time.sleep(seconds)
        process.kill()
        process.wait()

    def _words(self) -> list[str]:
        files = ["-cf", str(self._folder / "dhcpd.conf"), "-lf", str(self._folder / "dhcpd.leases")]
        inner = [*self._command, "-4", "-f", "-d", *files, "--no-pid", SERVER_INTERFACE]
        return [*self._prefix, *within(self.network.server_namespace, inner)]

    @contextmanager
    def load(self, window: int, renewing_clients: int) -> Iterator[None]:
        """New clients, and beside them some that renew, until the block ends."""
        self._loads += 1
        first = RENEWING_CLIENTS + self._loads % DIFFERENT_LOADS * NEW_CLIENTS
        first_xid = self._loads * NEW_CLIENTS * 4
        loads = [self._of(False, first_xid, first, NEW_CLIENTS, NEW_CLIENTS, window)]
        if renewing_clients:
            xid = _RENEWAL_XIDS + first_xid
            loads.append(self._of(True, xid, 0, renewing_clients, NEW_CLIENTS * 4, window))
        processes = [start_load(self.network.relay_namespace, load) for load in loads]
        try:
            yield
        finally:
            for process in processes:
                process.kill()
                process.wait()

    def keep(self, promises: list[Promise]) -> list[str]:
        """Remember promises; a line for each address that two clients were promised."""
        twice: list[str] = []
        for promise in promises:
            if promise in self._forgotten:
                continue
            before = self.promised.get(promise.address)
            if before is not None and before.hardware != promise.hardware:
                twice.append(f"{promise.address}: {before.hardware} and {promise.hardware}")
            if before is None or before.ends <= promise.ends:
                self.promised[promise.address] = promise
        return twice

    def forget_lost(self, promises: set[Promise]) -> int:
        """Of these, forget for good the ones that the file does not keep; how many."""
        file = read_leases_file(self.leases)
        lost = {promise for promise in promises if broken_promises([promise], file)}
        for promise in lost:
            del self.promised[promise.address]
        self._forgotten.update(lost)
        return len(lost)

    def missing(self) -> tuple[LeasesFile, list[str]]:
        """The leases file as it is now, and a line for each promise that it does not keep."""
        file = read_leases_file(self.leases)
        return file, broken_promises(self.promised.values(), file)

    def judge(self, dhcpd: str, scratch: Path) -> None:
        """The real dhcpd reads a copy of the file; raises if it does not like it."""
        copy = scratch / "judged.leases"
        shutil.copy(self.leases, copy)
        configuration = scratch / "judged.conf"
        shutil.copy(self.view / "dhcpd.conf", configuration)
        done = subprocess.run(
            [dhcpd, "-T", "-cf", str(configuration), "-lf", str(copy)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode or CORRUPT in done.stderr:
            raise BenchError(f"dhcpd -T does not read the leases file:\n{done.stderr[-2000:]}")

    def _of(
        self, is_renewing: bool, first_xid: int, first: int, clients: int, count: int, window: int
    ) -> Load:
        return Load(
            renewing=is_renewing,
            first_xid=first_xid,
            first_client=first,
            clients=clients,
            exchanges=count,
            window=window,
            rate=0.0,
            limit_s=_LOAD_LIMIT_S,
            grace_s=0.0,
            time_scale=0.25,
            core=self._load_core,
        )
