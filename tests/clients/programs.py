"""The DHCP clients, each with its way of being started, told to renew and told to release."""

import signal
import subprocess
from contextlib import AbstractContextManager
from typing import Protocol

from tests.clients.network import HOOKS, INTERFACE, Client

Process = subprocess.Popen[bytes]

# dhclient renews, and asks any server, when its own statements say, not the server.
DHCLIENT_CONFIGURATION = """
supersede dhcp-renewal-time 4;
supersede dhcp-rebinding-time 8;
request subnet-mask, broadcast-address, routers, domain-name, domain-name-servers, host-name;
"""
DHCPCD_CONFIGURATION = """
ipv4only
noarp
option domain_name_servers, domain_name, host_name, routers
"""
# dhcpcd has no flags for its pid file, socket and lease file: it gets folders of its own.
OWN_FOLDERS = (
    *("unshare", "--mount", "sh", "-c"),
    'mount -t tmpfs none /run && mount -t tmpfs none /var/lib/dhcpcd && exec "$@"',
    "sh",
)


class Program(Protocol):
    """`tools` must be installed; `bound` and `renewed` are what its script is called for."""

    tools: tuple[str, ...]
    bound: str
    renewed: str

    def start(self, client: Client, host_name: str) -> AbstractContextManager[Process]:
        """The client at work; an empty host name is not sent."""

    def renew(self, client: Client, process: Process) -> None:
        """Renew, now or soon."""

    def release(self, client: Client, process: Process) -> None:
        """Give the lease back."""


class Dhclient:
    """ISC dhclient (package isc-dhcp-client)."""

    tools: tuple[str, ...] = ("dhclient",)
    bound = "BOUND"
    renewed = "RENEW"

    def start(self, client: Client, host_name: str) -> AbstractContextManager[Process]:
        name = f'send host-name "{host_name}";' if host_name else ""
        text = name + DHCLIENT_CONFIGURATION
        (client.folder / "conf").write_text(text, encoding="utf-8")
        return client.running(self._command(client, "-d"))

    def renew(self, client: Client, process: Process) -> None:
        """It does so by itself after four seconds."""

    def release(self, client: Client, process: Process) -> None:
        client.run(self._command(client, "-r"))

    def _command(self, client: Client, flag: str) -> list[str]:
        files = ["-cf", f"{client.folder}/conf", "-lf", f"{client.folder}/leases"]
        script = ["-sf", str(HOOKS / "dhclient-script"), "-e", f"REPORT={client.report}"]
        return ["dhclient", "-4", flag, *files, "-pf", f"{client.folder}/pid", *script, INTERFACE]


class Udhcpc:
    """busybox udhcpc (package udhcpc)."""

    tools: tuple[str, ...] = ("udhcpc",)
    bound = "bound"
    renewed = "renew"

    def start(self, client: Client, host_name: str) -> AbstractContextManager[Process]:
        name = ["-x", f"hostname:{host_name}"] if host_name else []
        flags = ["-f", "-i", INTERFACE, *name, "-s", str(HOOKS / "udhcpc-script")]
        return client.running(["env", f"REPORT={client.report}", "udhcpc", *flags])

    def renew(self, client: Client, process: Process) -> None:
        process.send_signal(signal.SIGUSR1)  # udhcpc(1)

    def release(self, client: Client, process: Process) -> None:
        process.send_signal(signal.SIGUSR2)
        client.wait_for_report("deconfig", times=2)


class Dhcpcd:
    """dhcpcd (package dhcpcd5)."""

    tools: tuple[str, ...] = ("dhcpcd", "unshare", "nsenter")
    bound = "BOUND"
    renewed = "RENEW"

    def start(self, client: Client, host_name: str) -> AbstractContextManager[Process]:
        name = f"hostname {host_name}\n" if host_name else ""
        text = name + DHCPCD_CONFIGURATION
        (client.folder / "conf").write_text(text, encoding="utf-8")
        report = ["-e", f"REPORT={client.report}"]
        return client.running(
            [*OWN_FOLDERS, "dhcpcd", "-B", *self._flags(client), *report, INTERFACE]
        )

    def renew(self, client: Client, process: Process) -> None:
        self._tell(client, process, "--renew", *self._flags(client))

    def release(self, client: Client, process: Process) -> None:
        self._tell(client, process, "--release", "-4")

    def _flags(self, client: Client) -> list[str]:
        return ["-4", "-f", f"{client.folder}/conf", "-c", str(HOOKS / "dhcpcd-script")]

    def _tell(self, client: Client, process: Process, *words: str) -> None:
        beside = ["nsenter", "--target", str(process.pid), "--mount"]
        client.run([*beside, "dhcpcd", *words, INTERFACE])
