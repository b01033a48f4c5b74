"""The messages of the failover protocol, and which options mean something in each.

On the wire 7 is UPDREQALL and 9 is UPDREQ; dhcpd before 3.1.0 and tshark have them the other
way round.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

from pydhcpd.failover import option

POOLREQ: Final = 1
POOLRESP: Final = 2
BNDUPD: Final = 3
BNDACK: Final = 4
CONNECT: Final = 5
CONNECTACK: Final = 6
UPDREQALL: Final = 7
UPDDONE: Final = 8
UPDREQ: Final = 9
STATE: Final = 10
CONTACT: Final = 11
DISCONNECT: Final = 12


@dataclass(frozen=True, slots=True)
class MessageRow:
    """`options` are those that are read, in the order in which they are sent."""

    code: int
    name: str
    options: tuple[int, ...]


MESSAGE_ROWS: Final = (
    MessageRow(POOLREQ, "POOLREQ", ()),
    MessageRow(POOLRESP, "POOLRESP", (option.ADDRESSES_TRANSFERRED,)),
    MessageRow(
        BNDUPD,
        "BNDUPD",
        (
            option.ASSIGNED_IP_ADDRESS,
            option.BINDING_STATUS,
            option.CLIENT_IDENTIFIER,
            option.CLIENT_HARDWARE_ADDRESS,
            option.LEASE_EXPIRATION_TIME,
            option.POTENTIAL_EXPIRATION_TIME,
            option.START_TIME_OF_STATE,
            option.CLTT,
            option.IP_FLAGS,
        ),
    ),
    MessageRow(
        BNDACK,
        "BNDACK",
        (option.ASSIGNED_IP_ADDRESS, option.REJECT_REASON, option.MESSAGE),
    ),
    MessageRow(
        CONNECT,
        "CONNECT",
        (
            option.RELATIONSHIP_NAME,
            option.MAX_UNACKED_BNDUPD,
            option.RECEIVE_TIMER,
            option.VENDOR_CLASS,
            option.PROTOCOL_VERSION,
            option.TLS_REQUEST,
            option.MCLT,
            option.HBA,
        ),
    ),
    MessageRow(
        CONNECTACK,
        "CONNECTACK",
        (
            option.RELATIONSHIP_NAME,
            option.MAX_UNACKED_BNDUPD,
            option.RECEIVE_TIMER,
            option.VENDOR_CLASS,
            option.PROTOCOL_VERSION,
            option.TLS_REPLY,
            option.REJECT_REASON,
            option.MESSAGE,
        ),
    ),
    MessageRow(UPDREQALL, "UPDREQALL", ()),
    MessageRow(UPDDONE, "UPDDONE", ()),
    MessageRow(UPDREQ, "UPDREQ", ()),
    MessageRow(
        STATE,
        "STATE",
        (option.SERVER_STATE, option.SERVER_FLAGS, option.START_TIME_OF_STATE),
    ),
    MessageRow(CONTACT, "CONTACT", ()),
    MessageRow(DISCONNECT, "DISCONNECT", (option.REJECT_REASON, option.MESSAGE)),
)
MESSAGES: Final[Mapping[int, MessageRow]] = {row.code: row for row in MESSAGE_ROWS}


@final
class Message:
    """One message: `time` is the sender's clock (epoch seconds).

    `numbers` are the options of fixed size by code, `data` the others.
    """

    __slots__ = ("code", "data", "numbers", "time", "xid")

    def __init__(
        self,
        code: int,
        time: int,
        xid: int,
        numbers: dict[int, int],
        data: dict[int, bytes],
    ) -> None:
        self.code: Final = code
        self.time: Final = time
        self.xid: Final = xid
        self.numbers: Final = numbers
        self.data: Final = data

    @property
    def name(self) -> str:
        """`BNDUPD`, or the number of a type that nobody knows."""
        row = MESSAGES.get(self.code)
        return str(self.code) if row is None else row.name

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Message):
            return NotImplemented
        return (
            self.code == other.code
            and self.time == other.time
            and self.xid == other.xid
            and self.numbers == other.numbers
            and self.data == other.data
        )

    def __hash__(self) -> int:
        return hash((self.code, self.time, self.xid))
