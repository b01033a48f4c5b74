"""Packets for hypothesis: well-formed ones from a few clients, mangled ones, and any bytes."""

from hypothesis import strategies as st

from tests.v4.room import (
    DECLINE,
    DISCOVER,
    INFORM,
    LEASEQUERY,
    RELEASE,
    REQUEST,
    address,
    packet_of,
)

CLIENTS = 6
ADDRESSES = (
    *("0.0.0.0", "10.0.0.5", "10.0.0.10", "10.0.0.20", "10.0.0.21", "10.0.0.23", "10.0.0.30"),
    *("10.0.0.99", "10.0.1.7", "10.9.0.100", "10.9.0.101", "10.77.0.1", "255.255.255.255"),
)
GIADDRS = ("0.0.0.0", "0.0.0.0", "10.0.0.1", "10.9.0.254", "10.77.0.1", "127.0.0.1")
KINDS = (0, DISCOVER, DISCOVER, REQUEST, REQUEST, REQUEST, DECLINE, RELEASE, INFORM, LEASEQUERY)

addresses = st.sampled_from(ADDRESSES)
address_values = addresses.map(lambda text: address(text).to_bytes(4, "big"))
texts = st.sampled_from(
    (b"", b"a", b"known", b"printer", b"voice-1", b"x\0", b"\xff\0\1", b"L" * 300)
)
suboptions = st.lists(
    st.tuples(
        st.sampled_from((1, 2, 5, 9)),
        st.sampled_from((b"", b"port-1", b"port-2", b"remote", b"\x0a\x09\0\0", b"A" * 200)),
    ),
    max_size=3,
).map(lambda pairs: b"".join(bytes((code, len(value))) + value for code, value in pairs))
option_lists = st.lists(
    st.one_of(
        st.tuples(st.just(50), address_values),
        st.tuples(st.just(54), address_values),
        st.tuples(st.just(61), texts),
        st.tuples(st.just(12), texts),
        st.tuples(st.just(60), texts),
        st.tuples(st.just(55), st.binary(max_size=20)),
        st.tuples(st.just(51), st.sampled_from((b"\0\0\0\x0a", b"\xff\xff\xff\xff", b"\1"))),
        st.tuples(st.just(57), st.sampled_from((b"\2\x40", b"\5\xdc", b"\xff\xff", b"\0"))),
        st.tuples(st.just(82), suboptions),
        st.tuples(st.just(118), address_values),
        st.tuples(st.integers(1, 254), st.binary(max_size=12)),
    ),
    max_size=5,
    unique_by=lambda pair: pair[0],
).map(tuple)
packets = st.builds(
    packet_of,
    st.sampled_from(KINDS),
    st.integers(1, CLIENTS),
    option_lists,
    ciaddr=addresses,
    giaddr=st.sampled_from(GIADDRS),
    flags=st.sampled_from((0, 0x8000, 0x1234)),
    secs=st.sampled_from((0, 5)),
    op=st.sampled_from((1, 1, 1, 2, 0)),
    htype=st.sampled_from((1, 1, 1, 0, 6, 32)),
    hlen=st.sampled_from((6, 6, 6, 0, 1, 16)),
)


@st.composite
def mangled_packets(draw: st.DrawFn) -> bytes:
    """A packet with bytes changed, cut off, or put in; or with a giant tail."""
    payload = bytearray(draw(packets))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.one_of(st.integers(0, len(payload) - 1), st.integers(236, 260)))
        payload[at % len(payload)] = draw(st.integers(0, 255))
    end = draw(st.one_of(st.none(), st.integers(0, len(payload))))
    tail = draw(st.one_of(st.just(b""), st.binary(max_size=40)))
    return bytes(payload[:end]) + tail * draw(st.sampled_from((1, 1, 1, 1600)))


any_payloads = st.one_of(
    st.binary(max_size=700), st.integers(0, 2000).map(bytes), mangled_packets()
)
