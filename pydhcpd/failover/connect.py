"""The handshake: the primary sends CONNECT on every connection, the secondary answers it.

Both servers dial and both listen; whichever connection comes up first is used. Checks, their
order and what is sent are dhcpd's (observed).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydhcpd.core.turn import Turn
from pydhcpd.failover import loglines, option, reject
from pydhcpd.failover.bndack import printable
from pydhcpd.failover.link import Link
from pydhcpd.failover.message import CONNECT, CONNECTACK, DISCONNECT, Message
from pydhcpd.failover.relationship import Relationship, is_valid_hba
from pydhcpd.failover.times import LARGEST_TIME_OFFSET_S
from pydhcpd.failover.transition import send_state
from pydhcpd.wire.moment import Moment

PROTOCOL_VERSION: Final = 1
VENDOR_CLASS: Final = b"isc-4.4.3-P1"
# More updates are never under way, so that what waits for a slow partner stays small.
LARGEST_WINDOW: Final = 16_384
# How an HBA of dhcpd 3.0 begins: there its option has the number of the vendor class.
OLD_VENDOR_CLASS: Final = b"isc-V3.0."

MISSING_NAME: Final = "missing relationship-name"
UNKNOWN_NAME: Final = "unknown failover relationship name"
TIME_OFFSET: Final = "time offset too large"
INVALID_HBA: Final = "invalid HBA"
ALREADY_CONNECTED: Final = "already connected"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Reject reason and text; a silent one is only a closed connection."""

    reason: int
    text: str
    is_silent: bool = False


def send_connect(peer: Relationship, link: Link, moment: Moment, turn: Turn) -> None:
    """The first message on a connection; the primary's."""
    numbers = _announcement(peer)
    numbers[option.TLS_REQUEST] = 0
    numbers[option.MCLT] = peer.mclt
    assert peer.hba is not None, "a primary has split or hba"
    data = {
        option.RELATIONSHIP_NAME: peer.name.encode("latin-1"),
        option.VENDOR_CLASS: VENDOR_CLASS,
        option.HBA: peer.hba,
    }
    xid = link.take_xid(True)
    link.has_sent_connect = True
    peer.answer(link, CONNECT, xid, numbers, data, False, moment, turn)


def _announcement(peer: Relationship) -> dict[int, int]:
    """What both sides tell of themselves."""
    return {
        option.MAX_UNACKED_BNDUPD: peer.peer.max_unacked_updates,
        option.RECEIVE_TIMER: peer.peer.max_response_delay,
        option.PROTOCOL_VERSION: PROTOCOL_VERSION,
    }


def receive_connect(
    peers: Mapping[str, Relationship],
    first: Relationship,
    link: Link,
    message: Message,
    moment: Moment,
    turn: Turn,
) -> Relationship | None:
    """Answer CONNECT; the relationship that the link belongs to now, None if it is refused.

    `first` is one that has the partner's address.
    """
    name = message.data.get(option.RELATIONSHIP_NAME)
    named = peers.get(name.decode("latin-1")) if name is not None else None
    if named is not None and link.remote not in named.addresses:
        named = None
    refusal = _refuse_connect(named, name, message, moment)
    if refusal is not None or named is None:
        assert refusal is not None, "a CONNECT without a relationship is refused"
        if not refusal.is_silent:
            numbers: dict[int, int] = {} if named is None else _announcement(named)
            _reject(first, link, name, message, refusal, numbers, moment, turn)
        elif refusal.reason != reject.DUPLICATE_CONNECTION:
            # dhcpd says nothing at all; two connections at once are everyday life.
            first.info(loglines.connect_refused(first.name, refusal.text), turn)
        first.close(link, turn)
        return None
    hba = message.data[option.HBA]
    if hba.startswith(OLD_VENDOR_CLASS):
        first.info(loglines.old_version(), turn)
    if not named.peer.is_primary:
        named.hba = hba
        named.mclt = message.numbers[option.MCLT]
    numbers = _announcement(named)
    if option.TLS_REQUEST in message.numbers:
        numbers[option.TLS_REPLY] = 0
    data = {
        option.RELATIONSHIP_NAME: named.name.encode("latin-1"),
        option.VENDOR_CLASS: VENDOR_CLASS,
    }
    named.answer(link, CONNECTACK, message.xid, numbers, data, False, moment, turn)
    _come_up(named, link, message, moment, turn)
    return named


def _refuse_connect(
    named: Relationship | None, name: bytes | None, message: Message, moment: Moment
) -> Refusal | None:
    if name is None:
        return Refusal(reject.INVALID_PARTNER, MISSING_NAME)
    if named is None:
        return Refusal(reject.INVALID_PARTNER, UNKNOWN_NAME)
    if abs(message.time - moment.seconds) > LARGEST_TIME_OFFSET_S:
        return Refusal(reject.TIME_MISMATCH, TIME_OFFSET)
    if not is_valid_hba(message.data.get(option.HBA)):
        return Refusal(reject.HASH_CONFLICT, INVALID_HBA)
    if named.link is not None:
        return Refusal(reject.DUPLICATE_CONNECTION, ALREADY_CONNECTED, True)
    if option.MCLT not in message.numbers:
        return Refusal(reject.INVALID_MCLT, "no MCLT provided", True)
    return None


def _reject(
    peer: Relationship,
    link: Link,
    name: bytes | None,
    message: Message,
    refusal: Refusal,
    numbers: dict[int, int],
    moment: Moment,
    turn: Turn,
) -> None:
    shown = "unknown" if name is None else printable(name)
    peer.info(loglines.connect_refused(shown, refusal.text), turn)
    peer.info(loglines.disconnect_after(refusal.text), turn)
    numbers[option.PROTOCOL_VERSION] = PROTOCOL_VERSION
    numbers[option.REJECT_REASON] = refusal.reason
    if option.TLS_REQUEST in message.numbers:
        numbers[option.TLS_REPLY] = 0
    data = {
        option.VENDOR_CLASS: VENDOR_CLASS,
        option.MESSAGE: refusal.text.encode("latin-1"),
    }
    if name is not None:
        data[option.RELATIONSHIP_NAME] = name[:LONGEST_ECHO]
    peer.answer(link, CONNECTACK, message.xid, numbers, data, False, moment, turn)


# An echoed name must leave room for the rest of the message.
LONGEST_ECHO: Final = 1024


def receive_connectack(
    peer: Relationship, link: Link, message: Message, moment: Moment, turn: Turn
) -> bool:
    """CONNECTACK: the link is up, or is closed."""
    name = message.data.get(option.RELATIONSHIP_NAME)
    reason = message.numbers.get(option.REJECT_REASON)
    if reason is not None and name is not None:
        peer.info(loglines.connect_rejected(peer.name, reason), turn)
        peer.close(link, turn)
        return False
    refusal = _refuse_connectack(peer, link, name, message, moment)
    if refusal is None:
        _come_up(peer, link, message, moment, turn)
        return True
    peer.info(loglines.connectack_refused(peer.name, refusal.text), turn)
    numbers = {option.REJECT_REASON: refusal.reason}
    data = {option.MESSAGE: refusal.text.encode("latin-1")}
    xid = link.take_xid(True)
    peer.answer(link, DISCONNECT, xid, numbers, data, False, moment, turn)
    peer.close(link, turn)
    return False


def _refuse_connectack(
    peer: Relationship, link: Link, name: bytes | None, message: Message, moment: Moment
) -> Refusal | None:
    if name is None:
        return Refusal(reject.INVALID_PARTNER, MISSING_NAME)
    if name != peer.name.encode("latin-1"):
        shown = printable(name[:LONGEST_ECHO])
        return Refusal(
            reject.INVALID_PARTNER, f"remote failover relationship name {shown} does not match"
        )
    if peer.link is not None:
        return Refusal(reject.DUPLICATE_CONNECTION, ALREADY_CONNECTED)
    if abs(message.time - moment.seconds) > LARGEST_TIME_OFFSET_S:
        return Refusal(reject.TIME_MISMATCH, TIME_OFFSET)
    return None


def _come_up(peer: Relationship, link: Link, message: Message, moment: Moment, turn: Turn) -> None:
    """The handshake is over: tell my state."""
    numbers = message.numbers
    # Who does not announce a window would never be told anything by dhcpd.
    announced = numbers.get(option.MAX_UNACKED_BNDUPD, peer.peer.max_unacked_updates)
    link.max_unacked = min(announced, LARGEST_WINDOW)
    link.receive_timer = numbers.get(option.RECEIVE_TIMER, 0)
    link.is_up = True
    peer.link = link
    peer.redial_us = None
    send_state(peer, moment, turn)
