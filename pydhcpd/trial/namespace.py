"""Network namespaces (ip-netns(8)): made, joined by veth pairs (veth(4)), and taken away again.

A namespace is a context: leaving it takes it away, whatever happened inside.
"""

import contextlib
import ctypes
import os
import socket
import subprocess
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Final, Self, final

from pydhcpd.trial.refusal import TrialRefusal

CLONE_NEWNET: Final = 0x40000000
ETH_P_ALL: Final = 3
IP_COMMAND_TIMEOUT_S: Final = 20


def run_ip(arguments: Sequence[str]) -> None:
    """Run one `ip` command (iproute2); refuse the trial with its own message if it fails."""
    try:
        done = subprocess.run(
            ["ip", *arguments],
            capture_output=True,
            text=True,
            timeout=IP_COMMAND_TIMEOUT_S,
            check=False,
            # Ctrl-C at the terminal must not cut an `ip` command in half.
            start_new_session=True,
        )
    except FileNotFoundError:
        raise TrialRefusal(
            "The command `ip` is missing: install the package iproute2 and try again."
        ) from None
    if done.returncode:
        raise TrialRefusal(f"`ip {' '.join(arguments)}` failed: {done.stderr.strip()}")


@final
class NetworkNamespace:
    """A named network namespace with its loopback interface up."""

    def __init__(self, name: str) -> None:
        self.name: Final = name

    def __enter__(self) -> Self:
        run_ip(["netns", "add", self.name])
        try:
            run_ip(["-n", self.name, "link", "set", "lo", "up"])
        except BaseException:
            self._delete()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._delete()

    def _delete(self) -> None:
        # Whatever goes wrong here must not hide the reason why the trial ended.
        with contextlib.suppress(TrialRefusal):
            run_ip(["netns", "delete", self.name])

    def command(self, words: Sequence[str]) -> list[str]:
        """The command line that runs `words` inside."""
        return ["ip", "netns", "exec", self.name, *words]

    def add_address(self, interface: str, address: str) -> None:
        """Give an interface an address (`10.0.0.1/24`)."""
        run_ip(["-n", self.name, "address", "add", address, "brd", "+", "dev", interface])

    def set_hardware(self, interface: str, hardware: str) -> None:
        """Give an interface a hardware address (`02:00:00:00:00:01`)."""
        run_ip(["-n", self.name, "link", "set", interface, "address", hardware])

    def set_up(self, interface: str) -> None:
        """Bring an interface up."""
        run_ip(["-n", self.name, "link", "set", interface, "up"])

    def add_bridge(self, interface: str) -> None:
        """Make a bridge that forwards at once."""
        bridge = ["type", "bridge", "stp_state", "0", "forward_delay", "0"]
        run_ip(["-n", self.name, "link", "add", interface, *bridge])
        self.set_up(interface)

    def add_to_bridge(self, interface: str, bridge: str) -> None:
        """Make an interface a port of a bridge."""
        run_ip(["-n", self.name, "link", "set", interface, "master", bridge])
        self.set_up(interface)

    def open_packet_socket(self, interface: str) -> socket.socket:
        """A packet socket (packet(7)) on an interface inside, for a process outside."""
        with self._inside():
            packet_socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        try:
            packet_socket.bind((interface, ETH_P_ALL))
        except BaseException:
            packet_socket.close()
            raise
        return packet_socket

    @contextlib.contextmanager
    def _inside(self) -> Iterator[None]:
        """The calling thread inside the namespace (setns(2)); a socket stays where it was made."""
        with (
            open("/proc/thread-self/ns/net", "rb") as outside,
            open(f"/run/netns/{self.name}", "rb") as inside,
        ):
            _set_network_namespace(inside.fileno())
            try:
                yield
            finally:
                _set_network_namespace(outside.fileno())


def add_veth(left: NetworkNamespace, left_name: str, right: NetworkNamespace, name: str) -> None:
    """A veth pair: `left_name` in the left namespace, `name` in the right one."""
    peer = ["type", "veth", "peer", "name", name, "netns", right.name]
    run_ip(["link", "add", left_name, "netns", left.name, *peer])


def _set_network_namespace(descriptor: int) -> None:
    # os.setns exists from Python 3.12 on; the C library has always had it.
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(descriptor, CLONE_NEWNET):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
