"""A failover pair under test: two servers in their namespaces, each with its files and its log."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final, final

from conformance.bench.network import SERVER_INTERFACE, within
from conformance.bench.pair_configuration import (
    BOTH_NORMAL,
    PairSettings,
    pair_configuration_text,
)
from conformance.bench.pair_network import PairNetwork
from conformance.bench.server import BenchError, Server

_READY: Final = "Server starting service."
_NORMAL_LIMIT_S: Final = 60.0
_KNOWN_LIMIT_S: Final = 60.0


def _no_prefix(server: int) -> list[str]:
    return []


@final
class Pair:
    """A context: inside it both servers run. `prefix` begins each one's command."""

    def __init__(
        self,
        network: PairNetwork,
        folder: Path,
        commands: tuple[list[str], list[str]],
        settings: PairSettings,
        cores: tuple[int, int],
        leases: tuple[str, str],
        prefix: Callable[[int], list[str]] = _no_prefix,
    ) -> None:
        self._folders: Final = tuple(folder / name for name in ("primary", "secondary"))
        self.servers: Final[list[Server]] = []
        self._stack: Final = ExitStack()
        for server, inner in enumerate(self._folders):
            shutil.rmtree(inner, ignore_errors=True)
            inner.mkdir()
            (inner / "dhcpd.conf").write_text(pair_configuration_text(server, settings))
            (inner / "dhcpd.leases").write_text(leases[server])
            files = ["-cf", str(inner / "dhcpd.conf"), "-lf", str(inner / "dhcpd.leases")]
            words = [
                *(*prefix(server), *commands[server], "-4", "-f", "-d", *files),
                *("--no-pid", SERVER_INTERFACE),
            ]
            self.servers.append(
                Server(
                    within(network.namespaces[server], words),
                    directory=None,
                    log=self.log(server),
                    ready=_READY,
                    core=cores[server],
                )
            )

    def log(self, server: int) -> Path:
        return self._folders[server] / "log"

    def configuration(self, server: int) -> Path:
        return self._folders[server] / "dhcpd.conf"

    def leases(self, server: int) -> Path:
        return self._folders[server] / "dhcpd.leases"

    def __enter__(self) -> Pair:
        try:
            for server in self.servers:
                self._stack.enter_context(server)
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def restart(self, server: int) -> None:
        """Start one again that was killed; what it said goes to the log of earlier lives."""
        with self.earlier_log(server).open("ab") as earlier:
            earlier.write(self.log(server).read_bytes())
        self.servers[server].__enter__()

    def earlier_log(self, server: int) -> Path:
        return self._folders[server] / "earlier-log"

    def await_line(self, server: int, text: str, limit_s: float) -> None:
        """Until a server has logged it."""
        deadline = time.monotonic() + limit_s
        while text not in self.log(server).read_text(errors="replace"):
            if time.monotonic() > deadline:
                words = "\n".join(each.last_words() for each in self.servers)
                raise BenchError(f"no `{text}` in {limit_s:.0f} s:\n{words}")
            time.sleep(0.1)

    def await_normal(self) -> None:
        """Until both servers know that both are in normal."""
        for server in (0, 1):
            self.await_line(server, BOTH_NORMAL, _NORMAL_LIMIT_S)

    def await_agreement(self, leases: int) -> float | None:
        """Until both files know so many active leases; how long that took, None: too long."""
        begin = time.monotonic()
        while time.monotonic() < begin + _KNOWN_LIMIT_S:
            counts = [active_leases(self.leases(at)) for at in (0, 1)]
            if min(counts) >= leases:
                return time.monotonic() - begin
            time.sleep(0.1)
        return None


def active_leases(path: Path) -> int:
    """How many addresses are active in a leases file (no address ceases to be in a bench)."""
    records = path.read_bytes().split(b"\nlease ")
    return len(
        {text[: text.index(b" ")] for text in records if b"\n  binding state active" in text}
    )
