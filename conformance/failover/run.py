"""Running scenarios with every pairing, many at a time."""

import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conformance.failover.pair import Outcome, Pair
from conformance.failover.scenario import Scenario
from conformance.network import Names

CONTROL: Final = "real+real"
PAIRINGS: Final = (CONTROL, "real+pyd", "pyd+real", "pyd+pyd")
CONTROL_RUNS: Final = 2


@dataclass(frozen=True, slots=True)
class Run:
    """One scenario with one pairing; `failure` says why there is no outcome."""

    scenario: str
    pairing: str
    outcome: Outcome | None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Servers:
    """Command lines of dhcpd and of pydhcpd."""

    real: tuple[str, ...]
    pyd: tuple[str, ...]

    def of(self, pairing: str) -> dict[str, tuple[str, ...]]:
        """Who plays which role."""
        primary, secondary = pairing.split("+")
        commands = {"real": self.real, "pyd": self.pyd}
        return {"primary": commands[primary], "secondary": commands[secondary]}


def live_all(
    scenarios: Mapping[str, Scenario],
    wanted: Sequence[tuple[str, str]],
    servers: Servers,
    jobs: int,
) -> Iterator[Run]:
    """Every wanted (scenario, pairing), as it ends."""
    names, stop = Names(), threading.Event()
    memory = Path("/dev/shm")  # fsync costs nothing here
    home = Path(tempfile.mkdtemp(prefix="failover", dir=memory if memory.is_dir() else None))
    pool = ThreadPoolExecutor(jobs)
    try:
        futures: dict[Future[Outcome], tuple[str, str]] = {}
        for number, (name, pairing) in enumerate(wanted):
            pair = Pair(
                scenarios[name],
                servers.of(pairing),
                servers.real,
                names,
                home / f"{name}-{pairing}-{number}",
                stop,
            )
            futures[pool.submit(pair.live)] = name, pairing
        for done in as_completed(futures):
            yield _result(*futures[done], done)
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)
        names.delete_all()
        shutil.rmtree(home, ignore_errors=True)


def _result(name: str, pairing: str, done: Future[Outcome]) -> Run:
    failure = done.exception()
    if failure is not None:
        return Run(name, pairing, None, f"{type(failure).__name__}: {failure}")
    return Run(name, pairing, done.result())
