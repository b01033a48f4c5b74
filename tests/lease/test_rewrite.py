"""A new leases file: its header and order, its moment, and the real daemon's reading of it."""

import subprocess
import sys
from pathlib import Path

from pydhcpd.lease.lease import ABANDONED, ACTIVE, EXPIRED, FREE, Lease
from pydhcpd.lease.odd import OddRecord
from pydhcpd.lease.rewrite import Rewriting, duid_text, odd_text
from pydhcpd.lease.store import LeaseStore
from tests.lease.pools import address, make_configuration, make_pool, make_writer
from tests.reference import DHCPD, needs_dhcpd

NOW = 1_800_000_000
FIRST = address("10.0.0.10")
CONFIGURATION = make_configuration([make_pool(0, ("10.0.0.10", "10.0.0.250"))])


def granted(number: int, ends: int = NOW + 600) -> Lease:
    hardware = b"\1\2\0\0\0\1" + bytes([number])
    return Lease(FIRST + number, ACTIVE, FREE, FREE, NOW, ends, cltt=NOW, hardware=hardware)


def begin(store: LeaseStore) -> Rewriting:
    return Rewriting(store, [], CONFIGURATION, make_writer(), NOW)


def test_an_empty_file() -> None:
    rewriting = begin(LeaseStore(CONFIGURATION.pools))
    order = sys.byteorder
    assert b"".join(rewriting.chunks()).decode() == (
        "# The format of this file is documented in the dhcpd.leases(5) manual page.\n"
        "# This lease file was written by isc-dhcp-4.4.3-P1\n"
        "\n"
        "# authoring-byte-order entry is generated, DO NOT DELETE\n"
        f"authoring-byte-order {order}-endian;\n"
        "\n"
    )
    assert rewriting.lines_to_log() == ["Wrote 0 leases to leases file."]


def test_queues_follow_each_other() -> None:
    pools = [make_pool(0, ("10.0.0.10", "10.0.0.250"), peer="fo")]
    store = LeaseStore(pools)
    store.put(Lease(FIRST, ABANDONED, FREE, ends=NOW + 1))
    store.put(Lease(FIRST + 1, EXPIRED, FREE, ends=NOW - 1, hardware=b"\1a"))
    store.put(granted(2))
    store.put(granted(3, NOW + 300))
    store.put(granted(4, NOW + 300))
    store.put(Lease(FIRST + 5, FREE, ends=NOW - 9, uid=b"x"))
    store.put(Lease(FIRST + 6, FREE, ends=NOW - 99))
    store.put(Lease(FIRST + 7, FREE, ends=NOW - 99, tsfp=NOW))
    configuration = make_configuration(pools)
    rewriting = Rewriting(store, [], configuration, make_writer(), NOW)
    text = b"".join(rewriting.chunks()).decode()
    heads = [line.split()[1] for line in text.splitlines() if line.startswith("lease ")]
    # .16 has nothing to remember; of equals the later one goes first.
    assert [int(head.split(".")[3]) - 10 for head in heads] == [7, 5, 4, 3, 2, 1, 0]
    assert rewriting.lines_to_log() == ["Wrote 7 leases to leases file."]


def test_a_file_shows_one_moment() -> None:
    store = LeaseStore(CONFIGURATION.pools)
    for number in range(200):
        store.put(granted(number))
    chunks = begin(store).chunks()
    text = next(chunks)
    for number in range(200):
        store.put(Lease(FIRST + number, FREE, ends=NOW, uid=b"later"))
    store.put(granted(200))
    text += b"".join(chunks)
    assert text.count(b"binding state active;") == 200
    assert b"later" not in text
    assert text.count(b"lease 10.") == 200


def test_the_blank_lines_around_other_records() -> None:
    def written(kind: str) -> bytes:
        return odd_text(OddRecord(kind, "x", b"x {\n}", is_dynamic=True, is_deleted=False))

    assert written("class") == written("subclass") == b"x {\n}\n\n"
    assert written("group") == written("host") == b"x {\n}\n"
    assert written("failover") == b"\nx {\n}\n"
    assert duid_text(make_writer(), b"\0\1\0\1a") == b'server-duid "\\000\\001\\000\\001a";\n\n'
    assert duid_text(make_writer("hex"), b"\0\1\0\1a") == b"server-duid 00:01:00:01:61;\n\n"


@needs_dhcpd
def test_the_real_daemon_reads_our_file(tmp_path: Path) -> None:
    store = LeaseStore(CONFIGURATION.pools)
    for number in range(150):
        store.put(granted(number, 2_147_000_000))
    store.put(Lease(FIRST + 150, ABANDONED, FREE, FREE, ends=2_147_000_000))
    store.put(
        Lease(
            FIRST + 151,
            FREE,
            ends=NOW,
            hardware=b"\x25\1",
            uid=b'\0\xff"\\',
            variables=(("a", b"\1"), ("b", True)),
            agent_options=((1, b"cA"), (2, b"\0"), (9, b"raw")),
            client_hostname=b"pc",
        )
    )
    leases = tmp_path / "dhcpd.leases"
    leases.write_bytes(b"".join(begin(store).chunks()))
    conf = tmp_path / "dhcpd.conf"
    conf.write_text("subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.10 10.0.0.250; }\n")
    told = subprocess.run(
        [str(DHCPD), "-4", "-T", "-cf", str(conf), "-lf", str(leases)],
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    assert "Wrote 152 leases to leases file." in told
    assert " line " not in told
