"""One trial from beginning to end: namespaces, server, clients; then everything is taken away.

What stays is the folder with the leases file and the server's log, for the admin to read.
"""

import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydhcpd.model.configuration import Configuration
from pydhcpd.trial.exchange import serve_all
from pydhcpd.trial.interruption import ignore_signals, orderly_exit
from pydhcpd.trial.namespace import NetworkNamespace, add_veth
from pydhcpd.trial.plan import Plan, plan_trial
from pydhcpd.trial.refusal import TrialRefusal
from pydhcpd.trial.server import running_server

CLIENT_INTERFACE: Final = "eth0"


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial leaves: the plan, with the leases in its clients, and the files."""

    plan: Plan
    leases_file: Path
    log: Path


def require_root(user_id: int) -> None:
    """Refuse the trial to everybody else."""
    if user_id != 0:
        raise TrialRefusal(
            "Only root can make network namespaces: run this as root (sudo pydhcpctl try)."
        )


def run_trial(
    configuration: Configuration, path: Path, client_count: int, server: Sequence[str]
) -> Trial:
    """Serve the configuration (read from `path`) to simulated clients with the command `server`."""
    plan = plan_trial(configuration, client_count)
    folder = Path(tempfile.mkdtemp(prefix="pydhcpd-try-"))
    # dhcpd may run as another user (-user): let it find its files.
    folder.chmod(0o755)
    trial = Trial(plan, folder / "dhcpd.leases", folder / "server.log")
    trial.leases_file.touch()
    served = folder / "dhcpd.conf"
    served.write_text(_served_configuration(path, folder), encoding="utf-8")
    files = ["-cf", str(served), "-lf", str(trial.leases_file), "-pf", str(folder / "dhcpd.pid")]
    command = [*server, "-4", "-f", "-d", *files, plan.interface]
    tag = f"pydhcpd-try-{os.getpid()}"
    with (
        orderly_exit(),
        NetworkNamespace(f"{tag}-server") as server_side,
        NetworkNamespace(f"{tag}-clients") as client_side,
    ):
        add_veth(server_side, plan.interface, client_side, CLIENT_INTERFACE)
        server_side.add_address(plan.interface, plan.server_address)
        server_side.set_up(plan.interface)
        client_side.set_up(CLIENT_INTERFACE)
        with (
            client_side.open_packet_socket(CLIENT_INTERFACE) as wire,
            running_server(command, server_side, trial.log),
        ):
            serve_all(wire, plan.clients, time.monotonic)
            ignore_signals()
    return trial


def _served_configuration(path: Path, folder: Path) -> str:
    """The admin's file, and after it our own file names: the last statement counts.

    A lease-file-name of the admin's own would have the trial write to the leases file of a
    server that may be at work right now.
    """
    return (
        f'include "{path.absolute()}";\n'
        f'lease-file-name "{folder}/dhcpd.leases";\n'
        f'pid-file-name "{folder}/dhcpd.pid";\n'
    )
