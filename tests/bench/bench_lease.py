"""Times of the leases room: python -m tests.bench.bench_lease [LEASES]

Prints microseconds of processor time per operation, the best of several runs.
"""

import gc
import random
import sys
from collections.abc import Callable
from time import process_time

from pydhcpd.lease.lease import ACTIVE, FREE, Lease
from pydhcpd.lease.reader import read_leases
from pydhcpd.lease.rewrite import Rewriting
from pydhcpd.lease.store import LeaseStore
from tests.lease.pools import make_configuration, make_pool, make_writer

NOW = 1_800_000_000
FIRST = 10 << 24
CHUNK = 4 << 20
DEFAULT_LEASES = 50_000
RUNS = 5


def lease(number: int, at: int, ends: int) -> Lease:
    identifier = number.to_bytes(5, "big")
    return Lease(
        FIRST + number,
        ACTIVE,
        FREE,
        FREE,
        starts=at,
        ends=ends,
        cltt=at,
        hardware=b"\1\2" + identifier,
        uid=b"\1\1\2" + identifier,
        variables=(("vendor-class-identifier", b"MSFT 5.0"),),
        client_hostname=b"host%d" % number,
    )


def report(name: str, leases: int, run: Callable[[], object]) -> None:
    best = 1e9
    for _ in range(RUNS):
        start = process_time()
        run()
        best = min(best, process_time() - start)
    print(f"{name:40} {best / leases * 1e6:8.2f} us  {leases / best:10.0f} /s")


def main(count: int) -> None:
    gc.disable()
    configuration = make_configuration([make_pool(0, ("10.0.0.0", "10.255.255.255"))])
    writer = make_writer()
    numbers = list(range(count))
    random.Random(1).shuffle(numbers)
    leases = [lease(n, NOW + k // 50, NOW + 600 + k // 50) for k, n in enumerate(numbers)]

    def grant() -> LeaseStore:
        store = LeaseStore(configuration.pools)
        for number in range(count):
            head = store.free_head(0)
            assert head is not None
            hardware = b"\1" + number.to_bytes(6, "big")
            store.put(Lease(head.address, ends=NOW + 120, hardware=hardware))
        return store

    def put() -> LeaseStore:
        store = LeaseStore(configuration.pools)
        for one in leases:
            store.put(one)
        return store

    store = put()

    def renew() -> None:
        for one in leases:
            store.put(one)

    def write() -> bytes:
        return "".join([writer.record(one, NOW) for one in leases]).encode("latin-1")

    text = write()
    chunks = [text[at : at + CHUNK] for at in range(0, len(text), CHUNK)]

    def read() -> dict[int, Lease]:
        return read_leases("leases", chunks, configuration, NOW).leases

    def rewrite() -> None:
        for _ in Rewriting(store, [], configuration, writer, NOW).chunks():
            pass

    report("free_head and put (an offer)", count, grant)
    report("put, new", count, put)
    report("put, renewed", count, renew)
    report("record text", count, write)
    report("read", count, read)
    report("store of leases read", count, lambda: LeaseStore(configuration.pools, leases))
    report("rewrite", count, rewrite)
    steps: list[float] = []
    last = process_time()
    for _ in Rewriting(store, [], configuration, writer, NOW).chunks():
        steps.append(process_time() - last)
        last = process_time()
    print(f"longest step of a rewrite: {max(steps) * 1e3:.1f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_LEASES)
