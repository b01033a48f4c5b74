"""Ethernet frames with IPv4 and UDP: replies built by hand, requests checked and unwrapped.

RFC 791, 768, 894. Replies look like dhcpd's (tos 0x10, ttl 128, id 0, no DF). Reading
follows dhcpd's order of checks, with its counters and its lines about links that damage
packets.
"""

import struct
from typing import Final, final

from pydhcpd.core.datagram import Datagram
from pydhcpd.core.interface import Interface
from pydhcpd.core.log import DEBUG, INFO, LogLine

# virtio_net_hdr: what PACKET_VNET_HDR puts before each frame. Its first byte is not zero if the
# UDP checksum is still to be filled in (by a device that the frame never passed), or if a
# device has found it good.
VNET_HEADER_SIZE: Final = 10
NO_VNET_HEADER: Final = bytes(VNET_HEADER_SIZE)
NEEDS_CHECKSUM: Final = 1

ETHERNET_SIZE: Final = 14
IP_SIZE: Final = 20
UDP_SIZE: Final = 8
IP_AT: Final = VNET_HEADER_SIZE + ETHERNET_SIZE
# A BOOTP header up to the options; anything shorter is dropped without a word.
SHORTEST_PAYLOAD: Final = 236
# Complain only after this many packets, and when more than half of them were bad.
COMPLAIN_AFTER: Final = 4

_FRAME = struct.Struct("!6s6sHBBHHHBBHIIHHHH")
_unpack_ip = struct.Struct("!BxHxxxxxxxxII").unpack_from
_unpack_udp = struct.Struct("!HH").unpack_from


def build_frame(
    hardware: bytes,
    own_hardware: bytes,
    source: int,
    destination: int,
    source_port: int,
    destination_port: int,
    payload: bytes,
) -> bytes:
    """The frame that carries `payload`; checksums are filled in.

    A one's complement sum is a remainder modulo 0xFFFF, and 2**16 is 1 there: whole headers and
    payloads can be summed as one big number.
    """
    udp_size = UDP_SIZE + len(payload)
    size = IP_SIZE + udp_size
    addresses = source + destination
    ip_checksum = -(0x4510 + size + 0x8011 + addresses) % 0xFFFF
    body = int.from_bytes(payload, "big")
    if len(payload) & 1:
        body <<= 8
    udp_checksum = -(addresses + 17 + 2 * udp_size + source_port + destination_port + body) % 0xFFFF
    return (
        _FRAME.pack(
            hardware,
            own_hardware,
            0x0800,
            0x45,
            0x10,
            size,
            0,
            0,
            128,
            17,
            ip_checksum,
            source,
            destination,
            source_port,
            destination_port,
            udp_size,
            udp_checksum or 0xFFFF,  # zero would say that there is none
        )
        + payload
    )


@final
class FrameReader:
    """Takes frames apart; counts what is damaged, over all interfaces as dhcpd does.

    Each of the three counts begins anew with a good packet after the first few, and with a line.
    """

    __slots__ = ("_ip_bad", "_ip_seen", "_long", "_sized", "_udp_bad", "_udp_seen")

    def __init__(self) -> None:
        self._ip_seen = 0
        self._ip_bad = 0
        self._sized = 0
        self._long = 0
        self._udp_seen = 0
        self._udp_bad = 0

    def read(self, packet: bytes, interface: Interface, log: list[LogLine]) -> Datagram | None:
        """The datagram in a frame with its virtio header, or None if it is to be dropped.

        The socket's filter has seen to IPv4, UDP, the port and that it is no later fragment.
        """
        size = len(packet)
        if size < IP_AT + IP_SIZE:
            return None
        version, ip_size, source, destination = _unpack_ip(packet, IP_AT)
        header_size = (version & 15) << 2
        udp_at = IP_AT + header_size
        if header_size < IP_SIZE or size < udp_at + UDP_SIZE or ip_size > size - IP_AT:
            return None
        udp_size, udp_checksum = _unpack_udp(packet, udp_at + 4)
        end = udp_at + udp_size
        self._sized += 1
        if udp_size < UDP_SIZE or end > size:
            self._too_long(log)
            return None
        if self._sized > COMPLAIN_AFTER:
            self._sized = self._long = 0
        self._ip_seen += 1
        if int.from_bytes(packet[IP_AT:udp_at], "big") % 0xFFFF:
            self._bad_ip_checksum(log)
            return None
        if self._ip_seen > COMPLAIN_AFTER:
            self._ip_seen = self._ip_bad = 0
        self._udp_seen += 1
        if udp_checksum and not packet[0]:
            whole = int.from_bytes(packet[udp_at:end], "big")
            if udp_size & 1:
                whole <<= 8
            if (whole + source + destination + 17 + udp_size) % 0xFFFF:
                self._bad_udp_checksum(log)
                return None
        if self._udp_seen > COMPLAIN_AFTER:
            self._udp_seen = self._udp_bad = 0
        if udp_size < UDP_SIZE + SHORTEST_PAYLOAD:
            return None
        return Datagram(packet[udp_at + UDP_SIZE : end], interface, source)

    def _too_long(self, log: list[LogLine]) -> None:
        self._long += 1
        if self._sized > COMPLAIN_AFTER and self._sized // self._long < 2:
            log.append((INFO, f"{self._long} udp packets in {self._sized} too long - dropped"))
            self._sized = self._long = 0

    def _bad_ip_checksum(self, log: list[LogLine]) -> None:
        self._ip_bad += 1
        if self._ip_seen > COMPLAIN_AFTER and self._ip_seen // self._ip_bad < 2:
            text = f"{self._ip_bad} bad IP checksums seen in {self._ip_seen} packets"
            log.append((INFO, text))
            self._ip_seen = self._ip_bad = 0

    def _bad_udp_checksum(self, log: list[LogLine]) -> None:
        self._udp_bad += 1
        if self._udp_seen > COMPLAIN_AFTER and self._udp_seen // self._udp_bad < 2:
            text = f"{self._udp_bad} bad udp checksums in {self._udp_seen} packets"
            log.append((DEBUG, text))
            self._udp_seen = self._udp_bad = 0
