"""The raw ICMP socket of `ping-check`: echo requests out, the senders of echo replies in."""

import os
import socket
import struct
from typing import Final, final

from pydhcpd.wire.address import format_ipv4

# Names that the socket module lacks (linux/icmp.h)
SOL_RAW: Final = 255
ICMP_FILTER: Final = 1
ECHO_REPLY: Final = 0
ECHO_REQUEST: Final = 8
DATA: Final = bytes(20)
LONGEST_PACKET: Final = 256
# The most echo replies taken at a time: somebody else's flood must not hold up service.
MOST_REPLIES: Final = 64


@final
class IcmpSocket:
    """Raises OSError when the process may not open raw sockets."""

    def __init__(self) -> None:
        link = socket.socket(
            socket.AF_INET,
            socket.SOCK_RAW | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK,
            socket.IPPROTO_ICMP,
        )
        # A set bit drops the type: everything but echo replies is none of our business.
        only_replies = 0xFFFFFFFF & ~(1 << ECHO_REPLY)
        link.setsockopt(SOL_RAW, ICMP_FILTER, struct.pack("@I", only_replies))
        self._socket: Final = link
        self._request: Final = echo_request(os.getpid() & 0xFFFF)

    def fileno(self) -> int:
        """The descriptor to wait on."""
        return self._socket.fileno()

    def ping(self, address: int) -> None:
        """Send an echo request; OSError if the kernel does not take it now."""
        self._socket.sendto(self._request, (format_ipv4(address), 0))

    def replies(self) -> list[int]:
        """Who has answered since the last look."""
        senders: list[int] = []
        try:
            while len(senders) < MOST_REPLIES:
                packet = self._socket.recv(LONGEST_PACKET)
                senders.append(int.from_bytes(packet[12:16], "big"))
        except OSError:
            return senders  # no more, or an error that belongs to one packet
        return senders

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


def echo_request(identifier: int) -> bytes:
    """An echo request like dhcpd's: sequence 0, 20 zero bytes of data."""
    checksum = -((ECHO_REQUEST << 8) + identifier) % 0xFFFF
    return struct.pack("!BBHHH", ECHO_REQUEST, 0, checksum, identifier, 0) + DATA
