"""Whatever a partner sends after the handshake: an answer or a closed link, never an exception."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pydhcpd.failover import message, option
from pydhcpd.failover.codec import encode
from pydhcpd.failover.message import MESSAGE_ROWS, Message
from pydhcpd.failover.option import OPTIONS
from pydhcpd.failover.state import SERVER_STATES
from pydhcpd.lease.peerstate import PeerState
from tests.failover.side import Side, configuration_text
from tests.lease.pools import address
from tests.resolve.reading import configuration_of

START_US = 1_795_333_775_000_000
NOW = START_US // 1_000_000
CONFIGURATIONS = {
    is_primary: configuration_of(configuration_text(is_primary)) for is_primary in (True, False)
}
TIMES = st.sampled_from((0, NOW - 100, NOW, NOW + 30, NOW + 100, 0x7FFFFFFF, 0xFFFFFFFF))
NUMBERS = {
    option.ASSIGNED_IP_ADDRESS: st.integers(address("10.13.37.199"), address("10.13.37.206")),
    option.BINDING_STATUS: st.integers(0, 9),
    option.SERVER_STATE: st.sampled_from((*SERVER_STATES, 12, 99)),
    option.IP_FLAGS: st.integers(0, 7),
    option.LEASE_EXPIRATION_TIME: TIMES,
    option.POTENTIAL_EXPIRATION_TIME: TIMES,
    option.START_TIME_OF_STATE: TIMES,
    option.REJECT_REASON: st.integers(0, 30),
}


@st.composite
def messages(draw: st.DrawFn) -> Message:
    row = draw(st.sampled_from([row for row in MESSAGE_ROWS if row.code != message.DISCONNECT]))
    numbers: dict[int, int] = {}
    data: dict[int, bytes] = {}
    for code in row.options:
        if draw(st.integers(0, 4)):
            if OPTIONS[code].size:
                most = 256 ** OPTIONS[code].size - 1
                numbers[code] = draw(NUMBERS.get(code, st.integers(0, most)))
            else:
                data[code] = draw(st.sampled_from((b"", b"\x01\x02\x00\x00\x00\x00\x01", b"abc")))
    return Message(row.code, NOW, draw(st.integers(0, 60)), numbers, data)


STEPS = st.lists(st.one_of(messages(), st.sampled_from((0.5, 3.0, 20.0))), max_size=40)


@given(st.booleans(), st.sampled_from([*SERVER_STATES]), STEPS)
@settings(max_examples=250, deadline=None)
def test_any_messages_leave_the_server_in_a_defined_state(
    is_primary: bool, saved_state: int, steps: list[Message | float]
) -> None:
    if saved_state == 1:
        saved_state = 6
    mclt = None if is_primary else 30
    saved = PeerState("fo", saved_state, NOW - 50, 2, NOW - 50, mclt)
    side = Side(CONFIGURATIONS[is_primary], START_US, saved=saved)
    side.start()
    side.accepted(1, "10.13.37.60" if is_primary else "10.13.37.5")
    shake = _handshake(is_primary)
    side.received(1, encode(shake))
    for step in steps:
        if isinstance(step, Message):
            side.received(1, encode(step))
        else:
            side.wait(step)
        assert side.peer.my_state in SERVER_STATES
        assert side.peer.partner_state in SERVER_STATES
        counts = side.store.counts(0)
        assert sum(counts.by_queue) == counts.total
        assert min(counts.by_queue) >= 0


def _handshake(is_primary: bool) -> Message:
    numbers = {option.MAX_UNACKED_BNDUPD: 3, option.RECEIVE_TIMER: 10, option.PROTOCOL_VERSION: 1}
    data = {option.RELATIONSHIP_NAME: b"fo"}
    if is_primary:
        return Message(message.CONNECTACK, NOW, 0, numbers, data)
    numbers[option.MCLT] = 30
    data[option.HBA] = b"\xff" * 16 + bytes(16)
    return Message(message.CONNECT, NOW, 0, numbers, data)
