"""Failover relationships out of a leases file alone: which leases are shared it does not say.

With one relationship they are taken to be all; with several nothing is said about them.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pydhcpd.core.peer_report import PeerReport, PoolReport
from pydhcpd.lease.lease import BACKUP, FREE, Lease
from pydhcpd.lease.peerreader import read_peer_states
from pydhcpd.lease.peerstate import SERVER_STATE_NAMES
from pydhcpd.lease.reader import read_leases
from pydhcpd.lease.untold import is_unknown_to_partner
from pydhcpd.listing.read import all_addresses
from pydhcpd.model.peer import FailoverPeer

RECORD: Final = re.compile(rb'^[ \t]*failover peer "([^"\n]*)" state', re.MULTILINE)
# The first statement of a leases file, comments skipped (dhcpd.leases(5)).
BEGINNING: Final = re.compile(
    rb'(?:[ \t\r\n]|#[^\n]*\n)*(?:lease [0-9]|authoring-byte-order |failover peer "[^"\n]*" state)'
)
# Only the secondary records an mclt.
SECONDARY: Final = "secondary"
ALL_RECORDS: Final = "all records"


def is_leases_file(text: bytes) -> bool:
    """Is this a leases file rather than a dhcpd.conf?"""
    return BEGINNING.match(text) is not None


def read_recorded_peers(path: str, text: bytes, now: int) -> tuple[list[PeerReport], list[str]]:
    """The relationships, and what could not be read; `path` is only for the messages."""
    names = dict.fromkeys(name.decode("latin-1") for name in RECORD.findall(text))
    peers = {name: _peer(name) for name in names}
    configuration = replace(all_addresses(text), peers=peers)
    read = read_leases(path, (text,), configuration, now)
    states, messages = read_peer_states(path, read.odd_records, configuration, now)
    leases = list(read.leases.values())
    is_sole = len(states) == 1
    reports = [
        PeerReport(
            state.name,
            SECONDARY if state.mclt else None,
            SERVER_STATE_NAMES[state.my_state],
            state.my_since,
            SERVER_STATE_NAMES[state.partner_state],
            state.partner_since,
            None,
            sum(map(is_unknown_to_partner, leases)) if is_sole else None,
            (_pool(leases),) if is_sole else (),
        )
        for state in states.values()
    ]
    return reports, [*read.messages, *messages]


def _peer(name: str) -> FailoverPeer:
    """A partner of whom only the name is known; a secondary's record may have everything."""
    return FailoverPeer(
        name=name,
        is_primary=False,
        address=None,
        port=0,
        peer_address="",
        peer_port=0,
        max_response_delay=0,
        max_unacked_updates=0,
        mclt=0,
        split=None,
        hba=None,
        load_balance_max_seconds=0,
        max_lease_misbalance=0,
        max_lease_ownership=0,
        min_balance=0,
        max_balance=0,
        auto_partner_down=0,
    )


def _pool(leases: Sequence[Lease]) -> PoolReport:
    """Never-used addresses have no record and are not counted."""
    states = [lease.state for lease in leases]
    return PoolReport(ALL_RECORDS, (), len(leases), states.count(FREE), states.count(BACKUP))
