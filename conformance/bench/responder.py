"""The least a DHCP server can be: every DISCOVER gets an OFFER, every REQUEST an ACK.

No disk, no state, no log. Against it the generator shows its own ceiling. Runs in the server's
namespace until it is stopped: `python -m conformance.bench.responder`.
"""

from __future__ import annotations

import gc
import select
import socket
from typing import Final

from conformance.bench.network import RELAY_ADDRESS, SERVER_ADDRESS
from conformance.bench.packets import ACK, DISCOVER, OFFER, TYPE_AT
from conformance.bench.sending import enlarge_receive_buffer

READY: Final = "responder is ready"

_SERVER: Final = bytes(int(part) for part in SERVER_ADDRESS.split("."))
_OPTIONS: Final = b"\x36\x04" + _SERVER + b"\x33\x04\x00\x00\x0e\x10\xff"


def main() -> None:
    gc.disable()
    relayed = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    enlarge_receive_buffer(relayed)
    relayed.bind((SERVER_ADDRESS, 67))
    relayed.setblocking(False)
    readable = select.poll()
    readable.register(relayed, select.POLLIN)
    print(READY, flush=True)
    receive, send = relayed.recv, relayed.sendto
    relay = (RELAY_ADDRESS, 67)
    offer = bytes((53, 1, OFFER)) + _OPTIONS
    ack = bytes((53, 1, ACK)) + _OPTIONS
    while True:
        readable.poll()
        while True:
            try:
                packet = receive(1500)
            except BlockingIOError:
                break
            head = b"\x02" + packet[1:16]
            options = offer if packet[TYPE_AT] == DISCOVER else ack
            if packet[24:28] != b"\0\0\0\0":
                send(head + b"\x0a" + packet[31:34] + packet[20 : TYPE_AT - 2] + options, relay)
            else:
                address = ".".join(str(byte) for byte in packet[12:16])
                send(head + packet[12:16] + packet[20 : TYPE_AT - 2] + options, (address, 68))


if __name__ == "__main__":
    main()
