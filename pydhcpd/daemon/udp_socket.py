"""The UDP socket (dhcpd's "fallback"): replies that the kernel routes, to relays and renewers.

It is bound to the server port, so that replies come from there and no other program takes it,
but requests are heard on the packet sockets: a filter lets the kernel drop what arrives here.
"""

import errno
import socket
import struct
from collections.abc import Sequence
from typing import Final, final

from pydhcpd.daemon.fatal import Fatal
from pydhcpd.daemon.packet_socket import attach_filter
from pydhcpd.wire.address import format_ipv4

# Names that the socket module lacks (linux/udp.h)
SOL_UDP: Final = 17
UDP_SEGMENT: Final = 103

DROP_ALL: Final = ((0x06, 0, 0, 0),)
BIND_ADVICE: Final = (
    "Please make sure there is no other dhcp server",
    "running and that there's no entry for dhcp or",
    "bootp in /etc/inetd.conf.   Also make sure you",
    "are not running HP JetAdmin software, which",
    "includes a bootp server.",
)


@final
class UdpSocket:
    """Bound to the local address and the server port."""

    def __init__(self, address: int, port: int) -> None:
        link = socket.socket(
            socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK
        )
        link.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        attach_filter(link, DROP_ALL)
        try:
            link.bind((format_ipv4(address), port))
        except OSError as error:
            link.close()
            text = f"Can't bind to dhcp address: {error.strerror}"
            if error.errno == errno.EADDRINUSE:
                raise Fatal(text, *BIND_ADVICE) from None
            raise Fatal(text) from None
        self._socket: Final = link

    def send(self, payload: bytes, address: int, port: int) -> None:
        """Send; OSError if the kernel does not take it now."""
        self._socket.sendto(payload, (format_ipv4(address), port))

    def send_alike(self, payloads: Sequence[bytes], address: int, port: int) -> None:
        """Send datagrams of one size in one call: the kernel cuts them apart (udp(7)).

        OSError if it takes none of them.
        """
        size = struct.pack("@H", len(payloads[0]))
        self._socket.sendmsg(
            payloads, ((SOL_UDP, UDP_SEGMENT, size),), 0, (format_ipv4(address), port)
        )

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()
