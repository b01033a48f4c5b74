"""The options of failover messages: code, name and size.

The numbers are those of dhcpd since 3.1.0 (draft-ietf-dhc-failover-12 has others in places).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

ADDRESSES_TRANSFERRED: Final = 1
ASSIGNED_IP_ADDRESS: Final = 2
BINDING_STATUS: Final = 3
CLIENT_IDENTIFIER: Final = 4
CLIENT_HARDWARE_ADDRESS: Final = 5
CLTT: Final = 6
REPLY_OPTIONS: Final = 7
REQUEST_OPTIONS: Final = 8
DDNS: Final = 9
DELAYED_SERVICE: Final = 10
HBA: Final = 11
IP_FLAGS: Final = 12
LEASE_EXPIRATION_TIME: Final = 13
MAX_UNACKED_BNDUPD: Final = 14
MCLT: Final = 15
MESSAGE: Final = 16
MESSAGE_DIGEST: Final = 17
POTENTIAL_EXPIRATION_TIME: Final = 18
RECEIVE_TIMER: Final = 19
PROTOCOL_VERSION: Final = 20
REJECT_REASON: Final = 21
RELATIONSHIP_NAME: Final = 22
SERVER_FLAGS: Final = 23
SERVER_STATE: Final = 24
START_TIME_OF_STATE: Final = 25
TLS_REPLY: Final = 26
TLS_REQUEST: Final = 27
VENDOR_CLASS: Final = 28
VENDOR_OPTIONS: Final = 29

# Bits of IP_FLAGS and SERVER_FLAGS
IP_FLAG_RESERVED: Final = 1
IP_FLAG_BOOTP: Final = 2
IP_FLAGS_KNOWN: Final = IP_FLAG_RESERVED | IP_FLAG_BOOTP
STARTUP_FLAG: Final = 1


@dataclass(frozen=True, slots=True)
class OptionRow:
    """`size` in bytes: a number of that size, in network order; 0 for data of any size."""

    code: int
    name: str
    size: int


OPTION_ROWS: Final = (
    OptionRow(ADDRESSES_TRANSFERRED, "addresses-transferred", 4),
    OptionRow(ASSIGNED_IP_ADDRESS, "assigned-IP-address", 4),
    OptionRow(BINDING_STATUS, "binding-status", 1),
    OptionRow(CLIENT_IDENTIFIER, "client-identifier", 0),
    OptionRow(CLIENT_HARDWARE_ADDRESS, "client-hardware-address", 0),
    OptionRow(CLTT, "client-last-transaction-time", 4),
    OptionRow(REPLY_OPTIONS, "client-reply-options", 0),
    OptionRow(REQUEST_OPTIONS, "client-request-options", 0),
    OptionRow(DDNS, "DDNS", 0),
    OptionRow(DELAYED_SERVICE, "delayed-service", 1),
    OptionRow(HBA, "hash-bucket-assignment", 0),
    OptionRow(IP_FLAGS, "IP-flags", 2),
    OptionRow(LEASE_EXPIRATION_TIME, "lease-expiration-time", 4),
    OptionRow(MAX_UNACKED_BNDUPD, "max-unacked-bndupd", 4),
    OptionRow(MCLT, "MCLT", 4),
    OptionRow(MESSAGE, "message", 0),
    OptionRow(MESSAGE_DIGEST, "message-digest", 0),
    OptionRow(POTENTIAL_EXPIRATION_TIME, "potential-expiration-time", 4),
    OptionRow(RECEIVE_TIMER, "receive-timer", 4),
    OptionRow(PROTOCOL_VERSION, "protocol-version", 1),
    OptionRow(REJECT_REASON, "reject-reason", 1),
    OptionRow(RELATIONSHIP_NAME, "relationship-name", 0),
    OptionRow(SERVER_FLAGS, "server-flags", 1),
    OptionRow(SERVER_STATE, "server-state", 1),
    OptionRow(START_TIME_OF_STATE, "start-time-of-state", 4),
    OptionRow(TLS_REPLY, "TLS-reply", 1),
    OptionRow(TLS_REQUEST, "TLS-request", 1),
    OptionRow(VENDOR_CLASS, "vendor-class-identifier", 0),
    OptionRow(VENDOR_OPTIONS, "vendor-specific-options", 0),
)
OPTIONS: Final[Mapping[int, OptionRow]] = {row.code: row for row in OPTION_ROWS}
