"""The table of leases: what each column says."""

import pytest

from pydhcpd.lease.lease import ACTIVE, BOOTP, EXPIRED, FREE, RESERVED, Lease
from pydhcpd.listing.table import format_table
from pydhcpd.listing.text import (
    client_identifier_text,
    end_text,
    hardware_text,
    host_name_text,
    state_text,
)
from pydhcpd.wire.moment import NEVER

NOW = 1_000


def test_columns_are_as_wide_as_their_widest_word() -> None:
    leases = [
        Lease(0x0A000001, ACTIVE, FREE, FREE, ends=2_000, hardware=b"\1\2\0\0\0\0\1", uid=b"a b"),
        Lease(0x0A000064, FREE, client_hostname=b"pc"),
    ]
    assert format_table(leases, NOW, str, "UTC") == [
        "address     state   ends (UTC)  hardware           client identifier  host name",
        "----------  ------  ----------  -----------------  -----------------  ---------",
        '10.0.0.1    active  2000        02:00:00:00:00:01  "a b"              -',
        "10.0.0.100  free    -           -                  -                  pc",
    ]


@pytest.mark.parametrize(
    ("lease", "text"),
    [
        (Lease(1, ACTIVE, FREE, FREE, ends=1_001), "active"),
        # The server has not recorded the end yet.
        (Lease(1, ACTIVE, FREE, FREE, ends=1_000), "active (over)"),
        (Lease(1, FREE, FREE, FREE, ends=1_000), "free"),
        (
            Lease(1, ACTIVE, FREE, FREE, ends=NEVER, flags=RESERVED | BOOTP),
            "active (reserved, bootp)",
        ),
        (Lease(1, EXPIRED, FREE, FREE, ends=999), "expired (over)"),
    ],
)
def test_states(lease: Lease, text: str) -> None:
    assert state_text(lease, NOW) == text


def test_ends() -> None:
    assert end_text(Lease(1), str) == "-"
    assert end_text(Lease(1, ends=5), str) == "5"
    assert end_text(Lease(1, ends=NEVER), str) == "never"


@pytest.mark.parametrize(
    ("uid", "text"),
    [
        (None, "-"),
        (b"printer", '"printer"'),
        # RFC 2132: type 0, then a text; type 1, then an Ethernet address
        (b"\0printer", '00:"printer"'),
        (b"\1\2\0\0\0\0\1", "01:02:00:00:00:00:01"),
        (b"\0", "00"),
        (b"caf\xe9", "63:61:66:e9"),
        (b"a\nb", "61:0a:62"),
    ],
)
def test_client_identifiers(uid: bytes | None, text: str) -> None:
    assert client_identifier_text(uid) == text


def test_host_names_do_not_command_the_terminal() -> None:
    assert host_name_text(b"pc\x1b[2J\x9b") == "pc?[2J?"
    assert host_name_text(b"caf\xe9") == "caf\xe9"


@pytest.mark.parametrize(
    ("hardware", "text"),
    [
        (None, "-"),
        (b"\1\2\0\0\0\0\1", "02:00:00:00:00:01"),
        (b"\6\2\0\0\0\0\1", "token-ring 02:00:00:00:00:01"),
        (b"\x20", "infiniband"),
    ],
)
def test_hardware(hardware: bytes | None, text: str) -> None:
    assert hardware_text(hardware) == text
