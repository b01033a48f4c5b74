"""Any bytes may stand in the leases file: what can be read is read, the rest is reported."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pydhcpd.lease.load import Loaded, load_leases
from tests.property.configuration import CONFIGURATION
from tests.v4.room import START_S, address

RECORD = b"""lease 10.0.0.20 {
  starts 2 2023/11/14 22:13:20;
  ends 2 2023/11/14 22:23:20;
  cltt 2 2023/11/14 22:13:20;
  binding state active;
  next binding state free;
  rewind binding state free;
  billing subclass "port" "port-1";
  hardware ethernet 02:00:00:00:01:02;
  uid "\\001\\002a\\"";
  set vendor-class-identifier = "voice";
  option agent.circuit-id "port-1";
  client-hostname "two";
}
"""
OTHER = RECORD.replace(b"10.0.0.20", b"10.0.0.21").replace(b":02;", b":03;")
SCRAPS = (
    RECORD,
    OTHER,
    *RECORD.splitlines(keepends=True),
    b"lease 10.77.0.1 {\n}\n",
    b"lease 10.0.0.22 { }\n",
    b"  ends never;\n",
    b"  ends epoch 1700000000; # Tue\n",
    b'  on expiry { set a = "b"; }\n',
    b"host x {\n  dynamic;\n}\n",
    b'class "c" {\n  lease limit 2;\n}\n\n',
    b'failover peer "f" state {\n  my state normal at 1 2023/11/13 00:00:00;\n}\n',
    b'server-duid "\\000\\001";\n',
    b"authoring-byte-order little-endian;\n",
    *(b"{", b"}", b";", b'"', b"#", b"\\", b"\n", b"\0", b"\xff", b"lease ", b"999999999999"),
)
files = st.lists(st.one_of(st.sampled_from(SCRAPS), st.binary(max_size=8)), max_size=14).map(
    b"".join
)
FUZZ = settings(max_examples=200, deadline=None, derandomize=True)


def load(*chunks: bytes) -> Loaded:
    return load_leases("dhcpd.leases", chunks, CONFIGURATION, START_S)


@given(st.one_of(st.binary(max_size=300), files))
@FUZZ
def test_any_bytes_are_read(file: bytes) -> None:
    loaded = load(file)
    assert not loaded.is_damaged or loaded.messages
    for text in loaded.messages:
        assert "\n" not in text


@given(files, st.integers(0, 2000), st.integers(0, 2000))
@FUZZ
def test_it_does_not_matter_in_which_chunks_a_file_comes(file: bytes, one: int, two: int) -> None:
    first, second = sorted((one, two))
    whole, parts = load(file), load(file[:first], file[first:second], file[second:])
    assert parts.messages == whole.messages
    assert [lease.address for lease in parts.store.leases()] == [
        lease.address for lease in whole.store.leases()
    ]


@given(st.integers(0, 3 * len(RECORD)), st.binary(max_size=6), st.integers(0, 12))
@FUZZ
def test_damage_in_one_record_leaves_those_before_and_behind_it(
    at: int, inserted: bytes, removed: int
) -> None:
    at = len(OTHER) + at % len(RECORD)
    good = OTHER + RECORD + OTHER
    last = RECORD.replace(b"10.0.0.20", b"10.0.0.22")
    loaded = load(good[:at] + inserted + good[at + removed :], last)
    found = {lease.address for lease in loaded.store.leases()}
    assert found >= {address("10.0.0.21"), address("10.0.0.22")}
