"""The server of a trial: a child process in a namespace, its files in a folder of its own."""

import contextlib
import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from pydhcpd.trial.namespace import NetworkNamespace
from pydhcpd.trial.refusal import TrialRefusal

# The last line of a server's start (it is also what dhcpd says).
STARTED: Final = "Server starting service."
START_TIMEOUT_S: Final = 20.0
STOP_TIMEOUT_S: Final = 5.0


@contextlib.contextmanager
def running_server(
    command: Sequence[str], namespace: NetworkNamespace, log: Path
) -> Iterator[subprocess.Popen[str]]:
    """The server while it runs; it has started its service when the block is entered.

    `command` must log to stderr (`-d`); all of that goes to the file `log`.
    """
    with (
        log.open("w", encoding="utf-8") as log_file,
        subprocess.Popen(
            namespace.command(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            # Ctrl-C is for us: we stop the server after its clients, in order.
            start_new_session=True,
        ) as process,
    ):
        assert process.stderr is not None, "stderr is a pipe"
        lines = process.stderr
        started = threading.Event()

        def copy_log() -> None:
            for line in lines:
                log_file.write(line)
                log_file.flush()
                if line.strip() == STARTED:
                    started.set()
            # The end of the stream: whoever waits need not wait on.
            started.set()

        copier = threading.Thread(target=copy_log, daemon=True)
        copier.start()
        try:
            has_started = started.wait(START_TIMEOUT_S)
            if not has_started or STARTED not in log.read_text(encoding="utf-8"):
                raise TrialRefusal(
                    f"The server did not start. This is what it said:\n\n{_last_lines(log)}"
                )
            yield process
        finally:
            _stop(process)
            copier.join()


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _last_lines(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8").splitlines()[-20:])
