"""Is another DHCP server at work on the same interface and port? (dhcpd does not notice.)

Among ourselves a lock decides: an abstract Unix socket, which belongs to the network namespace
and vanishes with its process. Others are recognised by what every DHCP server holds: a packet
socket on the interface and a UDP socket on the port.
"""

import contextlib
import os
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, final

from pydhcpd.daemon.fatal import Fatal

# A relay agent holds the same sockets but is no server.
RELAY_AGENT: Final = "dhcrelay"
SOCK_RAW: Final = "3"
SOCKET_LINK: Final = re.compile(r"socket:\[([0-9]+)\]")


@final
@dataclass(frozen=True, slots=True)
class Holder:
    """A process with packet sockets: on these interfaces, and with these UDP ports."""

    pid: int
    name: str
    interfaces: frozenset[int]
    ports: frozenset[int]


def find_holders() -> tuple[Holder, ...]:
    """The processes of this network namespace that hold packet sockets and UDP ports.

    Must be asked before a chroot hides /proc; finds what the caller may see.
    """
    packet_sockets = {
        fields[8]: int(fields[4]) for fields in _table("packet") if fields[2] == SOCK_RAW
    }
    udp_ports = {fields[9]: int(fields[1].rpartition(":")[2], 16) for fields in _table("udp")}
    if not packet_sockets or not udp_ports:
        return ()
    holders: list[Holder] = []
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) != os.getpid():
            inodes = set(_socket_inodes(entry))
            interfaces = frozenset(packet_sockets[i] for i in inodes & packet_sockets.keys())
            ports = frozenset(udp_ports[inode] for inode in inodes & udp_ports.keys())
            if interfaces and ports:
                holders.append(Holder(int(entry), _name_of(entry), interfaces, ports))
    return tuple(holders)


@final
class Guard:
    """The locks of this process, one for each interface and port."""

    def __init__(self, port: int, others: Iterable[Holder]) -> None:
        self._port: Final = port
        self._others: Final = tuple(others)
        self._locks: Final[dict[int, socket.socket]] = {}

    def claim(self, name: str, index: int) -> None:
        """Refuse an interface that another server has; keep others from taking it from us."""
        if index in self._locks:
            return  # a label (eth0:1) of an interface that is ours already
        for other in self._others:
            if (
                index in other.interfaces
                and self._port in other.ports
                and other.name != RELAY_AGENT
            ):
                raise self._refusal(name, f" (process {other.pid}, {other.name})")
        lock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        try:
            lock.bind(f"\0pydhcpd/{index}/{self._port}")
        except OSError:
            lock.close()
            raise self._refusal(name, "") from None
        self._locks[index] = lock

    def _refusal(self, name: str, who: str) -> Fatal:
        return Fatal(f"There's already a DHCP server running on {name}, port {self._port}{who}.")


def _table(name: str) -> list[list[str]]:
    """The rows of a table of /proc/net without its head."""
    try:
        with open(f"/proc/net/{name}", encoding="ascii") as file:
            return [line.split() for line in file][1:]
    except OSError:
        return []


def _socket_inodes(pid: str) -> list[str]:
    inodes: list[str] = []
    # Processes end while we look, and some are none of our business.
    with contextlib.suppress(OSError):
        for entry in os.scandir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                link = SOCKET_LINK.fullmatch(os.readlink(entry.path))
                if link is not None:
                    inodes.append(link[1])
    return inodes


def _name_of(pid: str) -> str:
    try:
        with open(f"/proc/{pid}/comm", encoding="latin-1") as file:
            return file.read().rstrip("\n")
    except OSError:
        return "?"
