"""Records byte for byte as dhcpd 4.4.3-P1 writes them."""

import re
from pathlib import Path

import pytest

from pydhcpd.expression.context import EventBlock
from pydhcpd.expression.data import Constant
from pydhcpd.expression.function import Function
from pydhcpd.expression.statement import SetVariable
from pydhcpd.lease.event import Events
from pydhcpd.lease.lease import ACTIVE, BOOTP, FREE, RESERVED, Billing, Lease
from pydhcpd.lease.reader import read_leases
from tests.lease.pools import address, make_configuration, make_pool, make_writer

RECORDED = sorted((Path(__file__).parents[1] / "data" / "leases" / "recorded").glob("*.leases"))
EVERYWHERE = make_pool(0, ("1.0.0.0", "223.255.255.255"))
RECORD = re.compile(r"^lease .*?^}\n", re.MULTILINE | re.DOTALL)
NOW = 1_767_571_200
HOST = address("10.0.0.100")


def as_read_back(record: str) -> str:
    """What dhcpd itself makes of a record at a restart: `tstp` is `ends`, variables turn round."""
    if "\n  tstp " not in record and (ends := re.search(r"  ends (.*;)\n", record)):
        tstp = f"  tstp {ends.group(1)}\n"
        record = record[: ends.end()] + tstp + record[ends.end() :]
    variables = re.findall(r"  set .*\n", record)
    return record.replace("".join(variables), "".join(reversed(variables)))


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_recorded_leases_are_written_as_they_were(path: Path) -> None:
    text = path.read_text("ascii")
    records = RECORD.findall(text)
    assert records
    writer = make_writer()
    for record in records:
        class_names = re.findall(r'billing (?:sub)?class "([^"]*)"', record)
        configuration = make_configuration([EVERYWHERE], class_names)
        (lease,) = read_leases("x", [record.encode()], configuration, NOW).leases.values()
        assert writer.record(lease, NOW) == as_read_back(record)


def body(lease: Lease, id_format: str = "octal") -> list[str]:
    text = make_writer(id_format).record(lease, NOW)
    head, tail = "lease 10.0.0.100 {\n  binding state free;\n", "}\n"
    assert text.startswith(head)
    assert text.endswith(tail)
    return text[len(head) : -len(tail)].splitlines()


@pytest.mark.parametrize(
    ("uid", "octal", "hexadecimal"),
    [
        (b'ab" \\c\x7f\xff\0', r'"ab\" \\c\177\377\000"', "61:62:22:20:5c:63:7f:ff:00"),
        (b"\1\2\0\0\0\1\1", r'"\001\002\000\000\000\001\001"', "01:02:00:00:00:01:01"),
    ],
)
def test_uid(uid: bytes, octal: str, hexadecimal: str) -> None:
    assert body(Lease(HOST, uid=uid)) == [f"  uid {octal};"]
    assert body(Lease(HOST, uid=uid), "hex") == [f"  uid {hexadecimal};"]


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        (((5, b"\x0a\0\x80\0"),), ["link-selection 10.0.128.0"]),
        (((1, b'a"b'), (2, b"\0\x9f")), ['circuit-id "a\\"b"', "remote-id 0:9f"]),
        (((1, b"a\\bc"), (151, b"\0\1")), ['circuit-id "a\\\\bc"', "unknown-151 0:1"]),
        (
            ((3, b"\1\2\3\4"), (4, b"\0\0\0\7"), (151, b"abc")),
            ["agent-id 1.2.3.4", "DOCSIS-device-class 7", 'unknown-151 "abc"'],
        ),
        (((4, b"\1"), (3, b"ab")), ["DOCSIS-device-class <error>", "agent-id <error>"]),
        (((19, b"ab"), (1, b"\x7f")), ["relay-port ", "circuit-id 7f"]),
        (((1, b""), (2, b"\0\1\x22")), ["remote-id 0:1:22"]),
    ],
)
def test_agent_options(options: tuple[tuple[int, bytes], ...], lines: list[str]) -> None:
    expected = [f"  option agent.{line};" for line in lines]
    assert body(Lease(HOST, agent_options=options)) == expected


@pytest.mark.parametrize(
    ("name", "is_written"),
    [
        (b"pc1", True),
        (b"a b", True),
        (b"x" * 70, True),
        (b'a"b', False),
        (b"a\\b", False),
        (b"h\xe9", False),
        (b"tab\there", False),
    ],
)
def test_only_plain_host_names_are_written(name: bytes, is_written: bool) -> None:
    expected = [f'  client-hostname "{name.decode("latin-1")}";'] if is_written else []
    assert body(Lease(HOST, client_hostname=name)) == expected


def test_billing_is_written_while_the_lease_lasts() -> None:
    for key, text in ((b'a"b', '"a"b"'), (b"a\0b", "61:00:62"), (b"zz", '"zz"')):
        lease = Lease(HOST, ends=NOW + 1, billing=Billing("su", key))
        assert f'\n  billing subclass "su" {text};\n' in make_writer().record(lease, NOW)
        assert "billing" not in make_writer().record(lease, NOW + 1)
    lease = Lease(HOST, ends=NOW + 1, billing=Billing("b1", None))
    assert '\n  billing class "b1";\n' in make_writer().record(lease, NOW)


def test_hardware_types() -> None:
    assert body(Lease(HOST, hardware=b"\1")) == ["  hardware ethernet ;"]
    assert body(Lease(HOST, hardware=b"\x20\1")) == ["  hardware infiniband 01;"]
    assert body(Lease(HOST, hardware=b"\x25\1\2")) == ["  hardware unknown-37 01:02;"]


def block(name: str, value: bytes) -> EventBlock:
    """A block that sets a variable."""
    text = f'{{\n    set {name} = "{value.decode()}" ;\n  }}'
    return EventBlock(("expiry",), (SetVariable(name, Constant(value)),), text)


def test_a_record_with_everything() -> None:
    lease = Lease(
        HOST,
        ACTIVE,
        FREE,
        FREE,
        starts=1795334141,
        ends=1795334741,
        tstp=1795334741,
        tsfp=1795334742,
        atsfp=1795334743,
        cltt=1795334141,
        flags=RESERVED | BOOTP,
        billing=Billing("b1", None),
        hardware=bytes.fromhex("01020000000101"),
        uid=b'\1"quo\\te\x80 sp',
        variables=(
            ("Zed", b"z"),
            ("boo", False),
            ("bin", b"\1\2\0\0\0\1\1"),
            ("count", 7),
            ("gone", None),
            ("empty", b""),
            ("function", Function((), (), 0)),
            ("myvar", b'a"b\\c'),
        ),
        agent_options=((1, b'ci"t'), (2, b"\0\xff"), (9, b"raw")),
        client_hostname=b"pc1",
        events=Events(None, block("ex", b"e"), block("rel", b"r")),
    )
    assert (
        make_writer().record(lease, NOW)
        == r"""lease 10.0.0.100 {
  starts 0 2026/11/22 07:55:41;
  ends 0 2026/11/22 08:05:41;
  tstp 0 2026/11/22 08:05:41;
  tsfp 0 2026/11/22 08:05:42;
  atsfp 0 2026/11/22 08:05:43;
  cltt 0 2026/11/22 07:55:41;
  binding state active;
  next binding state free;
  rewind binding state free;
  reserved;
  dynamic-bootp;
  billing class "b1";
  hardware ethernet 02:00:00:00:01:01;
  uid "\001\"quo\\te\200 sp";
  set Zed = "z";
  set boo = false;
  set bin = "\001\002\000\000\000\001\001";
  set count = %7;
  set myvar = "a\"b\\c";
  option agent.circuit-id "ci\"t";
  option agent.remote-id 0:ff;
  option agent.unknown-9 "raw";
  client-hostname "pc1";
  on expiry {
    set ex = "e" ;
  }
  on release {
    set rel = "r" ;
  }
}
"""
    )
