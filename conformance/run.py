"""Running scenarios against two servers, several at a time, and judging what differs."""

import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from conformance.compare import Difference, compare
from conformance.conversation import Conversation, Outcome
from conformance.decisions import decision_for, subject_line
from conformance.network import Names
from conformance.scenario import Scenario

Commands = tuple[tuple[str, ...], tuple[str, ...]]  # of the reference and of the subject
SKIPPED = 77  # exit status when nothing could be compared


@dataclass(frozen=True, slots=True)
class Row:
    """A scenario's line in the table."""

    name: str
    differences: tuple[tuple[Difference, str | None], ...]  # each with the decision allowing it
    seconds: float
    failure: str = ""

    def cell(self, aspect: str) -> str:
        """same, different, or the decision that allows the difference."""
        if self.failure:
            return "broken"
        found = [allowed for difference, allowed in self.differences if difference.aspect == aspect]
        if not found:
            return "same"
        return "different" if None in found else f"decision {found[0]}"

    @property
    def good(self) -> bool:
        """Whether nothing differs that was not decided."""
        return not self.failure and all(allowed for _, allowed in self.differences)


def default_subject() -> str:
    """The pydhcpd beside this Python."""
    return str(Path(sys.executable).with_name("pydhcpd"))


def default_reference() -> str:
    """The real dhcpd, not the `dhcpd` of a virtual environment, which is pydhcpd."""
    return shutil.which("dhcpd", path="/usr/sbin:/usr/local/sbin:/sbin") or "dhcpd"


def cannot_run(reference: str) -> str:
    """Why there can be no comparison here; empty when there can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if not shutil.which("ip"):
        return "ip (Debian package iproute2) is not installed"
    if not shutil.which(reference):
        return f"{reference} (Debian package isc-dhcp-server) is not installed"
    return ""


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """What SIGTERM does: end like Ctrl-C, which leaves nothing behind."""
    raise KeyboardInterrupt


def run_all(
    scenarios: Mapping[str, Scenario], commands: Commands, jobs: int
) -> Iterator[tuple[Outcome | None, Row]]:
    """Every scenario's outcome and row as it ends, the longest begun first."""
    names, stop = Names(), threading.Event()
    memory = Path("/dev/shm")  # fsync costs nothing here; the disk is not what is compared
    home = Path(tempfile.mkdtemp(prefix="conformance", dir=memory if memory.is_dir() else None))
    pool = ThreadPoolExecutor(jobs)
    try:
        futures: dict[Future[Outcome], str] = {}
        longest_first = sorted(scenarios.items(), key=lambda item: -item[1].length)
        for name, scenario in longest_first:
            conversation = Conversation(scenario, names, home / name, stop)
            futures[pool.submit(conversation.run, commands)] = name
        for done in as_completed(futures):
            yield _result(futures[done], done)
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)
        names.delete_all()
        shutil.rmtree(home, ignore_errors=True)


def _result(name: str, done: Future[Outcome]) -> tuple[Outcome | None, Row]:
    failure = done.exception()
    if failure is not None:
        return None, Row(name, (), 0.0, f"{type(failure).__name__}: {failure}")
    outcome = done.result()
    differences = compare(outcome, subject_line)
    judged = tuple((one, decision_for(name, one)) for one in differences)
    return outcome, Row(name, judged, outcome.seconds)
