"""How fast the DHCPv4 core is without sockets and disk: `python -m tests.bench.bench_v4`.

New clients get a lease each, in batches of 128 as the closed-loop benchmark sends them: DISCOVER,
OFFER, REQUEST, ACK, the record as text. Prints exchanges per second of processor time, and with
`--profile` where that time goes.
"""

import cProfile
import gc
import pstats
import sys
import time
from struct import pack

from pydhcpd.core.datagram import Datagram
from pydhcpd.core.interface import Interface
from pydhcpd.lease.store import LeaseStore
from pydhcpd.lease.text import LeaseWriter
from pydhcpd.options.space import AGENT
from pydhcpd.server.server import Server
from pydhcpd.wire.moment import Moment
from tests.v4.room import (
    COOKIE,
    DEFAULT_LEASE_TIME_600,
    DISCOVER,
    PING_CHECK_OFF,
    REQUEST,
    SERVER_MAC,
    START_S,
    address,
    one_subnet,
    option,
)

CLIENTS = 20_000
BATCH = 128
RELAY = address("10.0.0.2")
SERVER = address("10.0.0.1")


def main() -> None:
    """Measure, or profile."""
    if "--profile" in sys.argv:
        profile = cProfile.Profile()
        profile.runcall(serve)
        pstats.Stats(profile).sort_stats("tottime").print_stats(40)
        return
    for _ in range(3):
        seconds = serve()
        each_us = seconds / CLIENTS * 1e6
        print(f"{CLIENTS / seconds:8,.0f} exchanges/s, {each_us:6.1f} us each")


def serve() -> float:
    """All clients through DORA; processor seconds spent in the server."""
    server, interface = make_server()
    spent = 0.0
    gc.disable()
    for first in range(0, CLIENTS, BATCH):
        moment = Moment((START_S + first // 1000) * 1_000_000)
        discovers = [request(n, DISCOVER, b"", interface) for n in range(first, first + BATCH)]
        begun = time.process_time()
        offers = server.receive(discovers, moment).replies
        spent += time.process_time() - begun
        requests = [answer(reply.payload, interface) for reply in offers]
        begun = time.process_time()
        turn = server.receive(requests, moment)
        server.record_text(turn.changes)
        server.committed()
        spent += time.process_time() - begun
        assert len(turn.replies) == BATCH, "every client gets its lease"
    gc.enable()
    return spent


def make_server() -> tuple[Server, Interface]:
    """A pool of 65,536 addresses and a few options."""
    statements = (
        PING_CHECK_OFF,
        DEFAULT_LEASE_TIME_600,
        option(6, b"\x0a\x00\x00\x01"),
        option(15, b"example.org"),
    )
    configuration = one_subnet(statements, "10.1.0.0", "10.1.255.255")
    writer = LeaseWriter(configuration.spaces.spaces[AGENT], "octal", None)
    store = LeaseStore(configuration.pools)
    server = Server(configuration, store, writer, 67, 68, 0xFFFFFFFF)
    return server, Interface("v4s0", 1, SERVER_MAC, (SERVER,), 0)


def request(number: int, kind: int, options: bytes, interface: Interface) -> Datagram:
    """A relayed request of client `number`."""
    mac = b"\x02\x01" + number.to_bytes(4, "big")
    payload = pack(
        "!BBBBIHHIIII16s64s128s",
        *(1, 1, 6, 1, number, 0, 0, 0, 0, 0, RELAY),
        *(mac, b"", b""),
    )
    payload += COOKIE + bytes((53, 1, kind)) + b"\x3d\x07\x01" + mac + b"\x37\x04\x01\x03\x06\x0f"
    return Datagram(payload + options + b"\xff", interface, RELAY)


def answer(offer: bytes, interface: Interface) -> Datagram:
    """The REQUEST that takes an offer."""
    options = b"\x32\x04" + offer[16:20] + b"\x36\x04" + SERVER.to_bytes(4, "big")
    return request(int.from_bytes(offer[4:8], "big"), REQUEST, options, interface)


if __name__ == "__main__":
    main()
