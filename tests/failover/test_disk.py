"""A disk that takes no records: nobody is told what is not on it, and the link is given up."""

from random import Random

from pydhcpd.core.turn import LinkClose, LinkSend
from pydhcpd.failover import message, option
from pydhcpd.failover.codec import decode, encode
from pydhcpd.failover.message import Message
from pydhcpd.lease.lease import ACTIVE, BACKUP
from pydhcpd.lease.load import load_leases
from pydhcpd.lease.peerstate import COMMUNICATIONS_INTERRUPTED, NORMAL, PeerState
from pydhcpd.v4.message import ACK, DISCOVER, OFFER, REQUEST
from tests.failover.process import Process
from tests.failover.side import configuration_text
from tests.lease.pools import address
from tests.resolve.reading import configuration_of
from tests.v4.room import packet_of

NOW = 1_795_333_775
PARTNER = address("10.13.37.5")
LINK = 1
LEASED = address("10.13.37.200")
MAC = bytes.fromhex("01020000000011")


def _normal() -> Process:
    """A secondary that talks with its primary; what it has to say so far is said."""
    configuration = configuration_of(configuration_text(False))
    process = Process(configuration, address("10.13.37.60"), 0, Random(0))
    saved = PeerState("fo", NORMAL, NOW - 50, NORMAL, NOW - 50, 30)
    process.disk = [process.writer.peer_state(saved).encode("latin-1")]
    process.set_clock(NOW * 1_000_000)
    process.start(False)
    process.accepted(LINK, PARTNER)
    _connect(process, LINK)
    assert process.state == NORMAL
    process.actions.clear()
    return process


def _connect(process: Process, link: int) -> None:
    numbers = {option.MAX_UNACKED_BNDUPD: 10, option.RECEIVE_TIMER: 10, option.MCLT: 30}
    data = {option.RELATIONSHIP_NAME: b"fo", option.HBA: b"\xff" * 16 + bytes(16)}
    process.received(link, encode(Message(message.CONNECT, NOW, 0, numbers, data)))
    numbers = {option.SERVER_STATE: NORMAL}
    process.received(link, encode(Message(message.STATE, NOW, 1, numbers, {})))


def _update(state: int, at: int = LEASED) -> bytes:
    numbers = {
        option.ASSIGNED_IP_ADDRESS: at,
        option.BINDING_STATUS: state,
        option.LEASE_EXPIRATION_TIME: NOW + 60 if state == ACTIVE else 0,
        option.POTENTIAL_EXPIRATION_TIME: NOW + 90,
        option.START_TIME_OF_STATE: NOW,
    }
    data = {option.CLIENT_HARDWARE_ADDRESS: MAC} if state == ACTIVE else {}
    return encode(Message(message.BNDUPD, NOW, 77, numbers, data))


def _sent(process: Process) -> list[str]:
    sends = [one for one in process.actions if isinstance(one, LinkSend)]
    return [decode(one.payload).name for one in sends]


def test_update_that_can_not_be_recorded_is_not_acknowledged() -> None:
    process = _normal()
    process.is_disk_failing = True
    written = b"".join(process.disk)
    process.received(LINK, _update(ACTIVE))
    assert _sent(process) == []
    assert [one.link for one in process.actions if isinstance(one, LinkClose)] == [LINK]
    assert process.log[-2:] == [
        "peer fo: disconnected",
        "failover peer fo: I move from normal to communications-interrupted",
    ]
    assert b"".join(process.disk) == written


def test_disk_that_works_again_has_everything_and_the_partner_is_found_again() -> None:
    process = _normal()
    process.is_disk_failing = True
    process.received(LINK, _update(ACTIVE))
    process.is_disk_failing = False
    process.set_clock((NOW + 1) * 1_000_000)
    process.pass_time()
    chunks = [b"".join(process.disk)]
    loaded = load_leases("dhcpd.leases", chunks, process.configuration, NOW + 1)
    assert loaded.messages == []
    assert loaded.store.lease_of(LEASED).state == ACTIVE
    assert loaded.peer_states["fo"].my_state == COMMUNICATIONS_INTERRUPTED
    process.accepted(2, PARTNER)
    _connect(process, 2)
    assert process.state == NORMAL


def test_client_is_promised_nothing_and_the_partner_is_not_told_of_it() -> None:
    process = _normal()
    process.received(LINK, _update(BACKUP))
    process.set_clock((NOW + 3) * 1_000_000)
    process.pass_time()
    process.actions.clear()
    process.packet(packet_of(DISCOVER, 1, secs=10), 0)
    (offer,) = process.replies
    assert offer.payload[242] == OFFER
    process.replies.clear()
    process.is_disk_failing = True
    asked = (50, offer.payload[16:20])
    process.packet(packet_of(REQUEST, 1, (asked,), secs=10), 0)
    assert process.replies == []
    assert _sent(process) == []
    # The client asks again when the disk works, and the partner hears of it when it is back.
    process.is_disk_failing = False
    process.packet(packet_of(REQUEST, 1, (asked,), secs=10), 0)
    assert [reply.payload[242] for reply in process.replies] == [ACK]
    process.actions.clear()
    process.accepted(2, PARTNER)
    _connect(process, 2)
    assert "BNDUPD" in _sent(process)
