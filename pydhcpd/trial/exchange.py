"""Simulated clients on one packet socket: frames out, frames in, retransmission.

All clients talk at once, because a server that checks an address by ping takes a second for
each before its OFFER leaves.
"""

import socket
from collections.abc import Callable, Sequence
from typing import Final

import dpkt

from pydhcpd.trial.client import Reply, SimulatedClient, read_reply
from pydhcpd.wire.errors import WireError

SERVER_PORT: Final = 67
CLIENT_PORT: Final = 68
BROADCAST_HARDWARE: Final = b"\xff" * 6
FRAME_SIZE: Final = 65535

# RFC 2131 section 4.1 begins with 4 s; nobody shares this wire, so sooner is no harm.
RETRANSMIT_S: Final = 2.0
# A server that said nothing for so long has nothing to say.
GIVE_UP_S: Final = 5.0


def serve_all(
    wire: socket.socket, clients: Sequence[SimulatedClient], clock: Callable[[], float]
) -> None:
    """Let every client run through its exchange, until all are BOUND or the server is silent."""
    by_xid = {client.xid: client for client in clients}
    waiting = set(by_xid)
    for client in clients:
        _send(wire, client)
    heard = sent = clock()
    while waiting and clock() < heard + GIVE_UP_S:
        if clock() >= sent + RETRANSMIT_S:
            for xid in sorted(waiting):
                _send(wire, by_xid[xid])
            sent = clock()
        reply = _receive(wire, max(0.01, min(sent + RETRANSMIT_S, heard + GIVE_UP_S) - clock()))
        if reply is None or reply.xid not in waiting:
            continue
        client = by_xid[reply.xid]
        if client.receive(reply):
            heard = clock()
            _send(wire, client)
        if client.lease is not None:
            waiting.remove(client.xid)


def _send(wire: socket.socket, client: SimulatedClient) -> None:
    message = client.next_message()
    if message is None:
        return
    datagram = dpkt.udp.UDP(sport=CLIENT_PORT, dport=SERVER_PORT, data=message)
    datagram.ulen = len(datagram)
    packet = dpkt.ip.IP(src=bytes(4), dst=b"\xff" * 4, p=dpkt.ip.IP_PROTO_UDP, data=datagram)
    packet.len = len(packet)
    frame = dpkt.ethernet.Ethernet(dst=BROADCAST_HARDWARE, src=client.hardware, data=packet)
    wire.send(bytes(frame))


def _receive(wire: socket.socket, timeout_s: float) -> Reply | None:
    """The next reply on the wire; None for any other frame, and when time is up."""
    wire.settimeout(timeout_s)
    try:
        frame = wire.recv(FRAME_SIZE)
        packet = dpkt.ethernet.Ethernet(frame).data
        if not isinstance(packet, dpkt.ip.IP) or not isinstance(packet.data, dpkt.udp.UDP):
            return None
        if packet.data.dport != CLIENT_PORT:
            return None
        return read_reply(bytes(packet.data.data))
    except (TimeoutError, dpkt.UnpackError, WireError):
        return None
