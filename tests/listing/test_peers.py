"""Failover relationships as objects: what goes through the control socket comes out equal."""

from hypothesis import given
from hypothesis import strategies as st

from pydhcpd.core.peer_report import PeerReport, PoolReport
from pydhcpd.listing.peers import OddObject, peer_object, peer_report
from pydhcpd.listing.recorded import is_leases_file

NUMBER = st.integers(0, 1 << 32)
TEXT = st.text(st.characters(max_codepoint=255), max_size=5)
POOLS = st.builds(PoolReport, TEXT, st.lists(TEXT, max_size=2).map(tuple), NUMBER, NUMBER, NUMBER)
REPORTS = st.builds(
    PeerReport,
    TEXT,
    st.none() | TEXT,
    TEXT,
    NUMBER,
    TEXT,
    NUMBER,
    st.none() | st.booleans(),
    st.none() | NUMBER,
    st.lists(POOLS, max_size=2).map(tuple),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "role", "pools", "my_since"]), inner, max_size=4)
    ),
)


@given(REPORTS)
def test_objects_are_read_back(report: PeerReport) -> None:
    assert peer_report(peer_object(report, int)) == report


@given(JSON)
def test_anything_is_a_relationship_or_odd(value: object) -> None:
    try:
        report = peer_report(value)
    except OddObject:
        return
    assert peer_object(report, int)["name"] == report.name


def test_leases_files_are_told_from_configurations() -> None:
    head = b"# The format of this file is documented in the dhcpd.leases(5) manual page.\n"
    for text in (
        b"authoring-byte-order little-endian;\n",
        b"\n\nlease 10.0.0.1 {\n}\n",
        b'failover peer "fo" state {\n}\n',
    ):
        assert is_leases_file(text)
        assert is_leases_file(head + text)
    for text in (
        b"",
        b'failover peer "fo" {\n primary; }\n',
        b"default-lease-time 600;\n",
        b'# lease 10.0.0.1 {\nlease-file-name "x";\n',
    ):
        assert not is_leases_file(text)
        assert not is_leases_file(head + text)
