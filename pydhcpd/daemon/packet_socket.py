"""One AF_PACKET socket per interface (packet(7)): requests in, replies without ARP out.

The kernel filters: IPv4, UDP, first fragment, our port, no foreign VLAN. Addresses are not
looked at: dhcpd serves whatever the interface delivers. PACKET_VNET_HDR tells of checksums
that are still to be filled in; unlike PACKET_AUXDATA it comes with the data, so that the plain
and much faster recv(2) does.
"""

import ctypes
import errno
import socket
import struct
from collections.abc import Sequence
from typing import Final, final

from pydhcpd.core.datagram import Datagram
from pydhcpd.core.interface import Interface
from pydhcpd.core.log import ERR, LogLine
from pydhcpd.daemon.fatal import Fatal
from pydhcpd.daemon.frame import NO_VNET_HEADER, VNET_HEADER_SIZE, FrameReader

# Names that the socket module lacks (asm-generic/socket.h, linux/if_packet.h)
SO_ATTACH_FILTER: Final = 26
SO_RCVBUFFORCE: Final = 33
SOL_PACKET: Final = 263
PACKET_VNET_HDR: Final = 15
PACKET_IGNORE_OUTGOING: Final = 23
ETH_P_ALL: Final = 3
ARPHRD_ETHER: Final = 1

# Room for a few thousand clients that boot at once (measured: fifty times the throughput).
RECEIVE_BUFFER_BYTES: Final = 8 * 1024 * 1024
# dhcpd's buffer; a datagram that does not fit is "too long".
LONGEST_FRAME: Final = 1536

# Classic BPF: (code, jump if true, jump if false, operand), filter(7) of the kernel
_LOAD_HALF: Final = 0x28
_LOAD_BYTE: Final = 0x30
_LOAD_HALF_INDEXED: Final = 0x48
_LOAD_WORD: Final = 0x20
_LOAD_IP_HEADER_SIZE: Final = 0xB1
_LOAD_WORD_INDEXED: Final = 0x40
_LOAD_LENGTH: Final = 0x80
_SUBTRACT_INDEX: Final = 0x1C
_AND: Final = 0x54
_IF_EQUAL: Final = 0x15
_IF_GREATER_OR_EQUAL: Final = 0x35
_IF_BITS: Final = 0x45
_RETURN: Final = 0x06
_VLAN_TAG: Final = 0xFFFFF000 + 44
_RANDOM: Final = 0xFFFFF000 + 56

# The cookie's last byte and a DISCOVER's message type, where every client puts it (RFC 2131
# section 3): offset without the IP header, and the word there.
_TYPE_AT: Final = 14 + 8 + 239
_DISCOVER_WORD: Final = 0x63350101

Instruction = tuple[int, int, int, int]


def filter_program(port: int, discover_share: float) -> tuple[Instruction, ...]:
    """What the kernel lets through to us; of DISCOVERs only a share, up to 1, at random."""
    head = (
        (_LOAD_HALF, 0, 0, 12),
        (_IF_EQUAL, 0, 10, 0x0800),
        (_LOAD_BYTE, 0, 0, 23),
        (_IF_EQUAL, 0, 8, socket.IPPROTO_UDP),
        (_LOAD_HALF, 0, 0, 20),
        (_IF_BITS, 6, 0, 0x1FFF),
        (_LOAD_IP_HEADER_SIZE, 0, 0, 14),
        (_LOAD_HALF_INDEXED, 0, 0, 16),
        (_IF_EQUAL, 0, 3, port),
        (_LOAD_WORD, 0, 0, _VLAN_TAG),
        (_AND, 0, 0, 0x0FFF),
        (_IF_EQUAL, 1, 0, 0),
        (_RETURN, 0, 0, 0),
    )
    accept = (_RETURN, 0, 0, LONGEST_FRAME)
    if discover_share >= 1:
        return (*head, accept)
    return (
        *head,
        # A load behind a packet's end would drop it.
        (_LOAD_LENGTH, 0, 0, 0),
        (_SUBTRACT_INDEX, 0, 0, 0),
        (_IF_GREATER_OR_EQUAL, 0, 5, _TYPE_AT + 4),
        (_LOAD_WORD_INDEXED, 0, 0, _TYPE_AT),
        (_IF_EQUAL, 0, 3, _DISCOVER_WORD),
        (_LOAD_WORD, 0, 0, _RANDOM),
        (_IF_GREATER_OR_EQUAL, 0, 1, int(discover_share * 2**32)),
        (_RETURN, 0, 0, 0),
        accept,
    )


def attach_filter(target: socket.socket, program: Sequence[Instruction]) -> None:
    """Let the kernel run `program` on what arrives at the socket."""
    code = b"".join([struct.pack("@HBBI", *instruction) for instruction in program])
    buffer = ctypes.create_string_buffer(code)
    target.setsockopt(
        socket.SOL_SOCKET,
        SO_ATTACH_FILTER,
        struct.pack(
            "@HxxxxxxP" if struct.calcsize("P") == 8 else "@HxxP",
            len(program),
            ctypes.addressof(buffer),
        ),
    )


@final
class PacketSocket:
    """The socket of one interface; `was_down`: sometime since the start."""

    def __init__(self, name: str, port: int) -> None:
        try:
            link = socket.socket(
                socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK, 0
            )
        except OSError as error:
            raise Fatal(f"Open a socket for LPF: {error.strerror}") from None
        try:
            self.hardware = _set_up(link, name, port)
        except Fatal:
            link.close()
            raise
        self._socket: Final = link
        self._name: Final = name
        self._port: Final = port
        self.was_down = False

    def fileno(self) -> int:
        """The descriptor to wait on."""
        return self._socket.fileno()

    def drain(
        self,
        limit: int,
        interface: Interface,
        reader: FrameReader,
        datagrams: list[Datagram],
        log: list[LogLine],
    ) -> int:
        """Append what has arrived, at most `limit` frames; how many were taken."""
        receive = self._socket.recv
        read = reader.read
        taken = 0
        try:
            while taken < limit:
                datagram = read(receive(VNET_HEADER_SIZE + LONGEST_FRAME), interface, log)
                if datagram is not None:
                    datagrams.append(datagram)
                taken += 1
        except BlockingIOError:
            pass
        except OSError as error:
            # EINVAL: one packet whose offload state does not fit a virtio header; it is gone.
            if error.errno == errno.ENETDOWN:
                self.was_down = True
            if error.errno != errno.EINVAL:
                log.append((ERR, f"receive_packet failed on {interface.name}: {error.strerror}"))
        return taken

    def find_again(self) -> bool:
        """True if the interface was removed, and there is one of its name again: it is served.

        The kernel tells of a removal only if the interface was up.
        """
        link = self._socket
        try:
            if link.getsockname()[0]:
                return False
            link.bind((self._name, ETH_P_ALL))
            self.hardware = link.getsockname()[4]
        except OSError:
            return False
        return True

    def let_in(self, discover_share: float) -> None:
        """Let in this share of the DISCOVERs, up to 1, and all else; OSError: as before."""
        attach_filter(self._socket, filter_program(self._port, discover_share))

    def send(self, frame: bytes) -> None:
        """Put a frame on the wire; OSError if the kernel does not take it now."""
        self._socket.send(NO_VNET_HEADER + frame)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


def _set_up(link: socket.socket, name: str, port: int) -> bytes:
    """Filter first, then bind: nothing else ever gets in. The interface's hardware address."""
    try:
        link.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        link.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
        _enlarge_buffer(link)
        attach_filter(link, filter_program(port, 1.0))
    except OSError as error:
        raise Fatal(f"Can't install packet filter program: {error.strerror}") from None
    try:
        link.bind((name, ETH_P_ALL))
    except OSError as error:
        raise Fatal(f"Bind socket to interface: {error.strerror}") from None
    hardware_type: int
    hardware: bytes
    _, _, _, hardware_type, hardware = link.getsockname()
    if hardware_type != ARPHRD_ETHER:
        raise Fatal(f'Unsupported device type {hardware_type} for "{name}"')
    return hardware


def _enlarge_buffer(link: socket.socket) -> None:
    try:
        link.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER_BYTES)
    except PermissionError:
        # Raw sockets without CAP_NET_ADMIN: as much as net.core.rmem_max allows.
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
