"""Reading the leases file in whatever state it is; rows and texts observed with dhcpd 4.4.3-P1."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pydhcpd.lease.lease import ABANDONED, ACTIVE, BACKUP, BOOTP, EXPIRED, FREE, RESERVED, Billing
from pydhcpd.lease.odd import OddRecord
from pydhcpd.lease.reader import CORRUPT, LeasesReader, read_leases
from tests.lease.pools import address, make_configuration, make_pool, make_writer

DATA = Path(__file__).parents[1] / "data" / "leases"
NOW = 1_795_334_141
CONFIGURATION = make_configuration([make_pool(0, ("10.0.0.100", "10.0.0.110"))], ["b1", "sp", "ns"])
STAMP = 1_767_571_200  # 2026-01-05 00:00:00
FULL = "  ends 5 2030/01/04 00:00:00;\n  hardware ethernet 02:00:00:00:01:09;\n"


def good(number: int) -> str:
    return f"""\
lease 10.0.0.{number} {{
  starts 1 2026/01/05 00:00:00;
  ends 5 2030/01/04 00:00:00;
  cltt 1 2026/01/05 00:00:00;
  binding state active;
  next binding state free;
  rewind binding state free;
  hardware ethernet 02:00:00:00:01:{number:02x};
}}
"""


def record(body: str, number: int = 100) -> str:
    return f"lease 10.0.0.{number} {{\n{body}}}\n"


def read(text: str | bytes) -> LeasesReader:
    data = text.encode("latin-1") if isinstance(text, str) else text
    return read_leases("leases", [data], CONFIGURATION, NOW)


def numbers(read: LeasesReader) -> list[int]:
    return [found & 255 for found in read.leases]


def body_of(text: str) -> list[str]:
    """The lease as it would be written again, or nothing."""
    found = read(text)
    assert not found.is_damaged
    (lease,) = found.leases.values()
    return [line.strip() for line in make_writer().record(lease, NOW).splitlines()[1:-1]]


HARDWARE = "hardware ethernet 02:00:00:00:01:09;"
ENDS = ["ends 5 2030/01/04 00:00:00;", "tstp 5 2030/01/04 00:00:00;"]
AS_ACTIVE = ["binding state active;", "next binding state free;"]


@pytest.mark.parametrize(
    ("statements", "lines"),
    [
        # No binding state: active while it lasts. No tstp: that of ends.
        ("", [*ENDS, *AS_ACTIVE, HARDWARE]),
        ("  rewind binding state expired;\n", [*ENDS, *AS_ACTIVE, HARDWARE]),
        ("  binding state active;\n", [*ENDS, "binding state active;", HARDWARE]),
        ("  binding state backup;\n", [*ENDS, "binding state free;", HARDWARE]),
        (
            "  binding state backup;\n  next binding state free;\n",
            [*ENDS, "binding state free;", HARDWARE],
        ),
        ("  abandoned;\n", [*ENDS, "binding state abandoned;", HARDWARE]),
        ("  reserved;\n", [*ENDS, *AS_ACTIVE, "reserved;", HARDWARE]),
        ("  dynamic-bootp;\n", [*ENDS, *AS_ACTIVE, "dynamic-bootp;", HARDWARE]),
        (
            "  binding state reserved;\n",
            [*ENDS, "binding state active;", "reserved;", HARDWARE],
        ),
        (
            "  binding state bootp;\n",
            [*ENDS, "binding state active;", "dynamic-bootp;", HARDWARE],
        ),
        ("  starts epoch 1767571200;\n", ["starts 1 2026/01/05 00:00:00;", *ENDS]),
        ("  starts epoch 1767571200; # Mon\n", ["starts 1 2026/01/05 00:00:00;", *ENDS]),
        ("  starts 1 2026/01/05 00:00:00 3600;\n", ["starts 1 2026/01/05 01:00:00;", *ENDS]),
        ("  starts 1 2026/01/05 00:00:00 -3600;\n", ["starts 0 2026/01/04 23:00:00;", *ENDS]),
        ("  starts 1 2026/1/5 1:2:3;\n", ["starts 1 2026/01/05 01:02:03;", *ENDS]),
        ("  starts 1 126/01/05 00:00:00;\n", ["starts 1 2026/01/05 00:00:00;", *ENDS]),
        ('  uid "";\n', [*ENDS, *AS_ACTIVE, HARDWARE]),
        ('  uid "a\0b";\n', [*ENDS, *AS_ACTIVE, HARDWARE, 'uid "a\\000b";']),
        ("  uid 1:2:ff;\n", [*ENDS, *AS_ACTIVE, HARDWARE, 'uid "\\001\\002\\377";']),
        (
            '  set a = "x";\n  set b = TRUE;\n  set c = %7;\n  set a = "again";\n',
            [*ENDS, *AS_ACTIVE, HARDWARE, "set c = %7;", "set b = true;", 'set a = "again";'],
        ),
        (
            '  ddns-fwd-name "fwd";\n',
            [*ENDS, *AS_ACTIVE, HARDWARE, 'set ddns-fwd-name = "fwd";'],
        ),
        (
            '  option agent.circuit-id "a\\"b";\n  option agent.unknown-151 01:2;\n'
            "  option agent.link-selection 10.0.0.0;\n",
            [
                *ENDS,
                *AS_ACTIVE,
                HARDWARE,
                'option agent.circuit-id "a\\"b";',
                "option agent.unknown-151 1:2;",
                "option agent.link-selection 10.0.0.0;",
            ],
        ),
        (
            '  billing subclass "sp" "new";\n',
            [*ENDS, *AS_ACTIVE, 'billing subclass "sp" "new";', HARDWARE],
        ),
        (
            '  binding state free;\n  billing class "b1";\n',
            [*ENDS, "binding state free;", HARDWARE],
        ),
        (
            "  on release {\n    break;\n  }\n  on commit { break; }\n  on expiry { break; }\n",
            [
                *(*ENDS, *AS_ACTIVE, HARDWARE),
                *("on expiry {", "break;", "}", "on release {", "break;", "}"),
            ],
        ),
        (
            "  on release or commit { break; }\n  on release;\n",
            [*ENDS, *AS_ACTIVE, HARDWARE, "on release {", "break;", "}"],
        ),
        ("  timestamp 1;\n", [*ENDS, *AS_ACTIVE, HARDWARE]),
    ],
)
def test_statements_and_what_is_understood(statements: str, lines: list[str]) -> None:
    found = body_of(record(FULL + statements))
    assert found[: len(lines)] == lines
    if lines[0].startswith("ends"):
        assert found == lines


def test_any_hand_is_read() -> None:
    text = (
        "LEASE 10.0.0.100 {\n STARTS   1 2026/01/05   00:00:00 ;ends 5 2030/01/04\n 00:00:00;"
        " Binding State Active; NEXT binding state FREE;hardware  Ethernet 2:0:0:0:1:9;"
        'Uid "ab"; Client-Hostname "X";}\n# a comment\n'
        "lease 10.0.0.101{ends 5 2030/ 1/ 4  0: 0: 0;hardware ethernet 02:00:00:00:01:09;}"
    )
    found = read(text)
    assert found.messages == []
    assert numbers(found) == [100, 101]
    first, second = found.leases.values()
    assert (first.starts, first.state, first.next_state) == (STAMP, ACTIVE, FREE)
    assert (first.hardware, first.uid) == (bytes.fromhex("01020000000109"), b"ab")
    assert first.client_hostname == b"X"
    assert second.ends == first.ends


@pytest.mark.parametrize(
    ("damaged", "line", "text", "quoted", "column"),
    [
        (
            record(FULL + "  bogus thing here;\n"),
            4,
            "Unexpected configuration directive.",
            "  bogus thing here;",
            2,
        ),
        (record(FULL + "  starts x;\n"), 4, "numeric day of week expected.", "  starts x;", 9),
        (
            record("  ends 5 2030/13/04 00:00:00;\n"),
            2,
            "bad date.",
            "  ends 5 2030/13/04 00:00:00;",
            7,
        ),
        (
            record(FULL + "  binding state weird;\n"),
            4,
            "weird: expecting a binding state.",
            "  binding state weird;",
            16,
        ),
        (record(FULL + "  uid ;\n"), 4, "expecting numeric value.", "  uid ;", 5),
        (
            record(FULL + "  set a = 5;\n"),
            4,
            "expecting a constant value.",
            "  set a = 5;",
            10,
        ),
        (
            record(FULL + '  set a "x";\n'),
            4,
            "expecting '=' in set statement.",
            '  set a "x";',
            8,
        ),
        (
            record(FULL + "  on expiry { bogus }\n"),
            4,
            "semicolon expected.",
            "  on expiry { bogus }",
            20,
        ),
        (
            record(FULL + '  \0\0client-hostname "x";\n'),
            4,
            "Unexpected configuration directive.",
            '  ??client-hostname "x";',
            2,
        ),
        ("\0" * 4 + "\n", 1, "Unexpected configuration directive.", "????", 0),
        (
            "garbage statement here;\n",
            1,
            "Unexpected configuration directive.",
            "garbage statement here;",
            0,
        ),
        ("}\n", 1, "Unexpected configuration directive.", "}", 0),
        (
            "lease 10.0.0.300 {\n}\n",
            1,
            "300 exceeds max (255) for precision.",
            "lease 10.0.0.300 {",
            13,
        ),
        ("lease foo {\n}\n", 1, "expecting numeric value.", "lease foo {", 6),
        ("lease 10.0.0 {\n}\n", 1, "too few numbers.", "lease 10.0.0 {", 13),
        # A torn record with the next one right behind it, and one without its brace.
        (
            good(104)[:-10],
            8,
            "semicolon expected.",
            "  hardware ethernet 02:00:00:00lease 10.0.0.101 {",
            48,
        ),
        (good(104)[:-2], 9, "semicolon expected.", "lease 10.0.0.101 {", 17),
        (
            record(FULL + '  client-hostname "abc', 104)[:-2],
            4,
            "unexpected end of file",
            '  client-hostname "abclease 10.0.0.101 {',
            18,
        ),
    ],
)
def test_only_the_damaged_record_is_lost(
    damaged: str, line: int, text: str, quoted: str, column: int
) -> None:
    found = read(damaged + good(101) + good(102))
    assert numbers(found) == [101, 102]
    assert found.is_damaged
    assert found.messages == [f"leases line {line}: {text}", quoted, " " * column + "^", CORRUPT]


@pytest.mark.parametrize("size", [1, 17, 18, 19, 40, 150, len(good(100)) - 2])
def test_a_truncated_last_record_leaves_the_older_one(size: int) -> None:
    older = good(100).replace("01:64", "01:99")
    found = read(older + good(101) + good(100)[:size])
    assert numbers(found) == [100, 101]
    hardware = found.leases[address("10.0.0.100")].hardware
    assert hardware == bytes.fromhex("01020000000199")
    assert found.is_damaged


def test_a_client_cannot_forge_a_record() -> None:
    # A host name reaches the file on one line, without quotes: a record's first line has no other.
    forged = "lease 10.0.0.109 { binding state active; ends never; }"
    lost = record(FULL + f'  bogus;\n  client-hostname "{forged}";\n', 104)
    assert numbers(read(lost + good(101))) == [101]


@pytest.mark.parametrize(
    ("statements", "message"),
    [
        ('  billing class "nope";\n', "leases line 4: unknown class nope"),
        ('  billing subclass "nope" 01:02;\n', "leases line 4: no class named nope"),
        ('  billing "b1";\n', 'leases line 4: expecting "class"'),
        ('  option agent.bogus "x";\n', "leases line 4: no option named bogus in space agent"),
        ('  option domain-name "x";\n', "leases line 4: agent option expected."),
        ("  option agent.link-selection foo;\n", "leases line 4: expecting numeric value."),
        (
            "  hardware ethernet 02:00:00:00:01:09;\n",
            "leases line 4: Too many hardware parameters in lease 10.0.0.100",
        ),
    ],
)
def test_a_warning_costs_no_lease(statements: str, message: str) -> None:
    found = read(record(FULL + statements))
    assert found.messages[0] == message
    assert len(found.messages) == 3
    assert not found.is_damaged
    (lease,) = found.leases.values()
    assert lease.billing is None
    assert lease.agent_options == ()
    assert lease.hardware == bytes.fromhex("01020000000109")


def test_leases_outside_all_pools() -> None:
    text = "lease 10.0.0.111 {}\nlease 10.0.0.111 {}\nlease 11.0.0.1 {}\n" + good(111) + good(100)
    found = read(text)
    assert found.messages == [
        "lease 10.0.0.111: no subnet.",
        "lease 10.0.0.111: no subnet.",
        "lease 11.0.0.1: no subnet.",
        "lease 10.0.0.111: no subnet.",
    ]
    assert numbers(found) == [100]
    assert not found.is_damaged


def test_states_of_a_former_pair() -> None:
    text = (
        record(FULL + "  binding state backup;\n  next binding state free;\n")
        + record(FULL + "  binding state expired;\n  next binding state free;\n", 101)
        + record(FULL + "  binding state abandoned;\n  next binding state free;\n", 102)
    )
    assert [lease.state for lease in read(text).leases.values()] == [FREE, EXPIRED, ABANDONED]
    paired = make_configuration([make_pool(0, ("10.0.0.100", "10.0.0.110"), peer="fo")])
    found = read_leases("leases", [text.encode()], paired, NOW)
    assert [lease.state for lease in found.leases.values()] == [BACKUP, EXPIRED, ABANDONED]


def test_both_ways_of_reading_agree() -> None:
    by_hand = record(
        "  starts 1 2026/01/05 00:00:00;\n  ends never;\n  tstp 1 2026/01/05 00:00:01;\n"
        "  tsfp 1 2026/01/05 00:00:02;\n  atsfp 1 2026/01/05 00:00:03;\n"
        "  cltt epoch 1767571204; # Mon Jan  5 00:00:04 2026\n"
        "  binding state active;\n  next binding state expired;\n  rewind binding state free;\n"
        '  reserved;\n  dynamic-bootp;\n  billing subclass "sp" 00:01:ff;\n'
        '  hardware token-ring 02:0a;\n  uid "\\001a\\"\\\\\\377";\n'
        '  set a = "x\\001";\n  set b = false;\n  set c = %-7;\n'
        '  option agent.circuit-id "cA";\n  option agent.remote-id 0:1:22;\n'
        '  client-hostname "pc 1";\n'
        '  on expiry or release {\n    set e = "e" ;\n  }\n'
    )
    fast, slow = (read(text) for text in (by_hand, by_hand.replace(" {\n  starts", "{starts")))
    (quick,), (careful,) = fast.leases.values(), slow.leases.values()
    for name in ("starts", "ends", "tstp", "tsfp", "atsfp", "cltt"):
        assert getattr(quick, name) == getattr(careful, name)
    assert quick.cltt - quick.starts == 4
    assert quick.flags == careful.flags == RESERVED | BOOTP
    assert quick.billing == careful.billing == Billing("sp", b"\0\1\xff")
    assert quick.hardware == careful.hardware == b"\x06\x02\x0a"
    assert quick.uid == careful.uid == b'\1a"\\\xff'
    assert quick.variables == careful.variables == (("c", -7), ("b", False), ("a", b"x\1"))
    assert quick.agent_options == careful.agent_options == ((1, b"cA"), (2, b"\0\1\x22"))
    assert quick.client_hostname == careful.client_hostname == b"pc 1"
    texts = ['on expiry or release {\n    set e = "e" ;\n  }']
    assert quick.events.texts() == careful.events.texts() == texts
    writer = make_writer()
    assert writer.record(quick, NOW) == writer.record(careful, NOW)


def test_the_damaged_file() -> None:
    found = read((DATA / "damaged.leases").read_bytes())
    assert [message for message in found.messages if message.startswith("lease")] == [
        "lease 192.168.99.1: no subnet.",
        "leases line 44: Unexpected configuration directive.",
        "leases line 55: unexpected end of file",
    ]
    assert numbers(found) == [100, 101, 102]
    winner = found.leases[address("10.0.0.100")]
    assert winner.client_hostname == b"pc1-second-record-wins"
    assert found.odd_records == [
        OddRecord(
            "host",
            "dyn",
            b"host dyn {\n  dynamic;\n  hardware ethernet 02:00:00:00:01:77;\n"
            b"  fixed-address 10.0.0.77;\n}",
            is_dynamic=True,
            is_deleted=False,
            line=45,
        )
    ]
    assert found.server_duid == bytes.fromhex("0001000130000000020000000001")


def test_the_line_of_a_record_whatever_the_chunks() -> None:
    text = (good(100) + "host a {\n  dynamic;\n}\n\ngroup b {\n  dynamic;\n}\n").encode()
    first = good(100).count("\n") + 1
    for size in (1, 7, 64, 1 << 20):
        chunks = [text[at : at + size] for at in range(0, len(text), size)]
        found = read_leases("leases", chunks, CONFIGURATION, NOW)
        assert [record.line for record in found.odd_records] == [first, first + 4]


def test_another_byte_order() -> None:
    orders = [f"authoring-byte-order {order}-endian;\n" for order in ("little", "big")]
    messages = [message for order in orders for message in read(order).messages]
    assert messages == [
        "WARNING: Lease file authored using different byte order, will attempt to convert"
    ]


def test_reports_have_a_limit() -> None:
    found = read("bogus;\nlease 10.0.0.100 {\n" * 5000 + "}\n")
    assert len(found.messages) < 500
    assert found.messages[-1] == "leases: 4900 more damaged records"


def test_long_garbage_is_quoted_in_part() -> None:
    found = read(b"\0" * 3_000_000 + b"\n" + good(100).encode())
    assert numbers(found) == [100]
    assert max(map(len, found.messages)) < 1000


def as_text(found: LeasesReader) -> tuple[list[str], list[str]]:
    writer = make_writer()
    return [writer.record(lease, NOW) for lease in found.leases.values()], found.messages


PIECES = st.sampled_from(
    [
        good(100),
        good(101)[:-40],
        record(FULL),
        "lease 10.0.0.102 {\n",
        '  client-hostname "abc',
        '";\n',
        "}",
        "# comment\n",
        "\0\0\0",
        "host a { dynamic; }\n",
        "on expiry {",
        'uid "\\3";',
        "failover peer",
        "epoch 99999999999999999999;",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join), st.integers(1, 200))
@settings(max_examples=150, deadline=None)
def test_chunks_make_no_difference(text: str, size: int) -> None:
    data = text.encode("latin-1")
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    assert as_text(read_leases("leases", chunks, CONFIGURATION, NOW)) == as_text(read(data))


@given(st.one_of(st.binary(max_size=400), st.lists(PIECES, max_size=12).map("".join)))
@example(b"lease 10.0.0.100 { hardware ethernet 999999999999999999999:1; }")
@example(b"lease 10.0.0.100 { starts 1 99999999999999999999/1/1 1:1:1; }")
@example(b"lease 10.0.0.100 { hardware unknown-999 1; hardware unknown-\xb2 1; }")
@example(b'lease 10.0.0.100 { option agent.unknown-0 "x"; option agent.; option agent.x; }')
@example(b"lease 10.0.0.100 { uid 0_1; set a = %--; set = ; billing class; }")
@example(b"server-duid;")
@example(b"authoring-byte-order;")
@settings(max_examples=300, deadline=None)
def test_any_bytes_do(text: str | bytes) -> None:
    found = read(text)
    assert all(100 <= number <= 110 for number in numbers(found))
    assert found.is_damaged == (CORRUPT in found.messages)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_changed_byte_costs_at_most_two_leases(data: st.DataObject) -> None:
    # Two: a byte may also turn one address into another.
    text = bytearray("".join(good(number) for number in range(100, 111)), "latin-1")
    at = data.draw(st.integers(0, len(text) - 1))
    text[at] = data.draw(st.integers(0, 255))
    assert len(read(bytes(text)).leases) >= 9
