"""Runs both servers on a case: dhcpd as a process, pydhcpd's `-t` inside this one.

The real dhcpd runs what `execute()` names, so this happens in a namespace without network, and
cases name harmless commands only.
"""

import gc
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from conformance.rows.case import Case
from conformance.rows.decisions import CRASH, comparable, decision_for
from conformance.rows.verdict import Verdict, differences, read_verdict
from pydhcpd.daemon.start import run

CONFIGURATION: Final = "c.conf"
LEASES: Final = "leases"
PATIENCE_S: Final = 20.0
TIMED_OUT: Final = -9
RAISED: Final = -1


@dataclass(frozen=True, slots=True)
class Judgement:
    """The differences of a case and the decision that allows them."""

    case: Case
    reference: Verdict
    differences: tuple[str, ...]
    decision: str | None

    @property
    def is_good(self) -> bool:
        """Alike, or decided otherwise."""
        return not self.differences or self.decision is not None


@final
class Judge:
    """Has a folder of its own and the standard error stream of its process."""

    def __init__(self, reference: str, home: Path) -> None:
        self._reference: Final = reference
        self._folder: Final = Path(tempfile.mkdtemp(dir=home))
        os.chdir(self._folder)
        Path(LEASES).touch()
        self._output: Final = os.memfd_create("stderr")
        os.dup2(self._output, 2)

    def judge(self, case: Case) -> Judgement:
        """Run both and compare."""
        Path(CONFIGURATION).write_bytes(case.text.encode("latin-1"))
        for name, text in case.files:
            Path(name).write_bytes(text.encode("latin-1"))
        arguments = ["-t", f"-{case.family}", "-cf", CONFIGURATION, "-lf", LEASES]
        reference = self._run_reference(arguments)
        subject = self._run_subject(arguments)
        for name, _ in case.files:
            Path(name).unlink()
        if reference.is_crash and subject.status == 1:
            return Judgement(case, reference, ("no verdict of dhcpd",), CRASH)
        found = differences(comparable(reference), comparable(subject))
        allowed = decision_for(case.text, found) if found else None
        decision = allowed.decision if allowed is not None else None
        return Judgement(case, reference, tuple(found), decision)

    def _run_reference(self, arguments: list[str]) -> Verdict:
        command = [self._reference, *arguments]
        try:
            done = subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            return Verdict(TIMED_OUT, ())
        return read_verdict(done.returncode, done.stderr)

    def _run_subject(self, arguments: list[str]) -> Verdict:
        os.ftruncate(self._output, 0)
        os.lseek(self._output, 0, os.SEEK_SET)
        try:
            status = run("dhcpd", arguments, True)
        except Exception as error:  # whatever it is, it is what this looks for
            return Verdict(RAISED, (f"{type(error).__name__}: {error}",))
        gc.unfreeze()  # what the server keeps for good when it starts
        size = os.lseek(self._output, 0, os.SEEK_END)
        return read_verdict(status, os.pread(self._output, size, 0))


def find_reference() -> str | None:
    """The real dhcpd, not the `dhcpd` of a virtual environment, which is pydhcpd."""
    return shutil.which("dhcpd", path="/usr/sbin:/usr/local/sbin:/sbin")
