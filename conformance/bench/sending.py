"""Many datagrams of one size with one system call: UDP segmentation, udp(7)'s UDP_SEGMENT.

The kernel cuts one long write into datagrams of `PACKET_SIZE` before they reach the link (see
`network.py`), so the server's end sees ordinary packets. Measured on a veth pair: 1.3 µs a packet
against 5 to 6 µs with send() or sendmmsg(); at five times a fast server's peak that is the
difference between a load and a generator that is its own limit.
"""

from __future__ import annotations

import socket
from typing import Final

from conformance.bench.network import SERVER_ADDRESS
from conformance.bench.packets import PACKET_SIZE

SEND_AT_ONCE: Final = 64  # the kernel's limit of segments to a write
RECEIVE_BUFFER_BYTES: Final = 8 << 20

_SERVER: Final = (SERVER_ADDRESS, 67)
_SO_RCVBUFFORCE: Final = 33  # Linux's numbers, which the socket module does not know
_UDP_SEGMENT: Final = 103


def enlarge_receive_buffer(datagrams: socket.socket) -> None:
    """A receive buffer past the system's limit, so that no answer is lost on our side."""
    datagrams.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, RECEIVE_BUFFER_BYTES)


def segment_writes(datagrams: socket.socket) -> None:
    """Let one write hold up to `SEND_AT_ONCE` packets."""
    datagrams.setsockopt(socket.IPPROTO_UDP, _UDP_SEGMENT, PACKET_SIZE)


def send_to_server(datagrams: socket.socket, packets: bytes | memoryview) -> None:
    """Send up to `SEND_AT_ONCE` packets; all are lost if the link is full, as on any link."""
    try:
        datagrams.sendto(packets, _SERVER)
    except BlockingIOError:
        return
