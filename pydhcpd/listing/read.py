"""Reads a leases file without a configuration: every address counts, and so does every class."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydhcpd.lease.lease import ACTIVE, Lease
from pydhcpd.lease.reader import read_leases
from pydhcpd.model.client_class import ClientClass
from pydhcpd.model.configuration import Configuration
from pydhcpd.model.network import Pool, Range, SharedNetwork
from pydhcpd.model.scope import Scope
from pydhcpd.options.space import OptionSpaces

BILLING: Final = re.compile(rb'^[ \t]*billing (?:sub)?class "([^"\n]*)"', re.MULTILINE)
ALL_ONES: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Listing:
    """The latest record of each address, by address; `messages` tell what could not be read."""

    leases: Sequence[Lease]
    messages: Sequence[str]
    is_damaged: bool


def read_listing(path: str, text: bytes, now: int) -> Listing:
    """Read a whole file; `path` is only for the messages, `now` for records without a state."""
    read = read_leases(path, (text,), all_addresses(text), now)
    leases = sorted(read.leases.values(), key=lambda lease: lease.address)
    return Listing(leases, read.messages, read.is_damaged)


def is_in_use(lease: Lease, now: int) -> bool:
    """True if a client has the address; an end that has passed need not be recorded yet."""
    return lease.state == ACTIVE and lease.ends > now


def all_addresses(text: bytes) -> Configuration:
    """One network of all addresses, with a partner: the partner's free addresses stay his."""
    scope = Scope((), None)
    pool = Pool(0, 0, scope, (Range(0, ALL_ONES),), (), (), "partner")
    network = SharedNetwork(0, "all", scope, False, (), (pool,), ())
    names = {name.decode("latin-1") for name in BILLING.findall(text)}
    return Configuration(
        scope=scope,
        spaces=OptionSpaces(),
        shared_networks=(network,),
        subnets=(),
        pools=(pool,),
        classes=tuple(ClientClass(name, scope, None, None, False, 0, {}) for name in names),
        hosts={},
        hosts_by_hardware={},
        hosts_by_client_identifier={},
        hosts_by_identifier=(),
        peers={},
        keys={},
        zones={},
    )
