"""The state that the DHCPv4 messages share: configuration, leases, classes, billing, pings."""

from typing import Final, final

from pydhcpd.core.log import ERR
from pydhcpd.core.partner import Partner
from pydhcpd.core.turn import Turn
from pydhcpd.expression.binding import Bindings
from pydhcpd.expression.context import empty_context
from pydhcpd.lease.change import LeaseChange
from pydhcpd.lease.event import functions_in
from pydhcpd.lease.expiry import expire
from pydhcpd.lease.lease import ABANDONED, ACTIVE, Lease
from pydhcpd.lease.store import LeaseStore
from pydhcpd.lease.transition import release
from pydhcpd.model.configuration import Configuration
from pydhcpd.v4.billing import Bills
from pydhcpd.v4.classify import Classifier
from pydhcpd.v4.client import Client
from pydhcpd.v4.effective import ScopeFolder
from pydhcpd.v4.event import run_expiry, run_release
from pydhcpd.v4.hostnames import HostNames
from pydhcpd.v4.hosts import HostLists
from pydhcpd.v4.outcome import ServerEnds
from pydhcpd.v4.ping import Pings

# The texts of option 56 in a NAK: what the last look-up without success left behind, whatever
# client it was for; until there was one a NAK has no text (observed).
NOT_AVAILABLE: Final = b"requested address not available"
INCORRECT: Final = b"requested address is incorrect"


@final
class Service:
    """One DHCPv4 service: everything that lives longer than a packet."""

    __slots__ = (
        "abandon_lease_time",
        "authority_refusals",
        "bills",
        "broadcast_address",
        "checks_secs_byte_order",
        "classifier",
        "client_port",
        "configuration",
        "exceeded_pools",
        "host_lists",
        "host_names",
        "nak_text",
        "partners",
        "pings",
        "scopes",
        "server_port",
        "store",
        "variables",
    )

    def __init__(
        self,
        configuration: Configuration,
        store: LeaseStore,
        server_port: int,
        client_port: int,
        broadcast_address: int,
    ) -> None:
        self.configuration: Final = configuration
        self.server_port: Final = server_port
        self.client_port: Final = client_port
        self.broadcast_address: Final = broadcast_address
        self.store: Final = store
        self.host_lists: Final = HostLists(configuration)
        # The variables that the global scope has set at the start.
        self.variables: Final = Bindings(dict(configuration.variables))
        self.classifier: Final = Classifier(configuration.classes)
        self.scopes: Final = ScopeFolder(configuration.classes)
        self.bills: Final = Bills(store)
        self.pings: Final = Pings()
        self.host_names: Final = HostNames()
        self.exceeded_pools: Final[set[int]] = set()
        # Failover partners by the index of the pool; a pool whose peer is not here is served
        # alone.
        self.partners: Final[dict[int, Partner]] = {}
        global_scope = self.scopes.effective(configuration.scope, None, (), None, empty_context())
        self.abandon_lease_time: Final = global_scope.parameters.abandon_lease_time
        self.checks_secs_byte_order: Final = global_scope.parameters.checks_secs_byte_order
        self.nak_text = b""
        self.authority_refusals = 0

    def apply(self, before: Lease, after: Lease, is_recorded: bool, turn: Turn) -> None:
        """Put a lease that ended into the store and, when dhcpd records it, into the Turn."""
        self.store.put(after)
        if before.billing is not after.billing:
            self.bills.moved(before.billing, after.billing)
        if is_recorded:
            _record(before, after, turn)
            if self.partners:
                self._tell_partner(before, after)

    def apply_granted(self, before: Lease, after: Lease, is_recorded: bool, turn: Turn) -> None:
        """The same for a lease that is offered or granted."""
        self.store.put_granted(after)
        if before.billing is not after.billing:
            self.bills.moved(before.billing, after.billing)
        if is_recorded:
            _record(before, after, turn)
            if self.partners:
                self._tell_partner(before, after)

    def record(self, before: Lease, after: Lease, turn: Turn) -> None:
        """Have a lease recorded that is in the store as it is."""
        _record(before, after, turn)

    def replace(self, before: Lease, after: Lease, turn: Turn) -> None:
        """A lease that the partner, or the protocol between the two, has changed."""
        self.store.put(after)
        if before.billing is not after.billing:
            self.bills.moved(before.billing, after.billing)
        _record(before, after, turn)

    def end(self, lease: Lease, now: int, turn: Turn) -> None:
        """A lease whose time is over, unless it must wait for the failover partner."""
        partner = self.partner_at(lease.address)
        if partner is not None and not partner.may_end(lease):
            return
        variables = lease.variables
        if lease.state == ACTIVE:
            try:
                variables = run_expiry(lease, now, turn)
            except ServerEnds as end:
                turn.fatal = str(end)
                return
        if partner is None:
            after = expire(lease, now, variables)
        else:
            after = partner.expire(lease, now, variables)
        self.apply(lease, after, True, turn)

    def partner_at(self, address: int) -> Partner | None:
        """The failover partner with whom the address is shared."""
        if not self.partners:
            return None
        pool = self.store.pool_of(address)
        return None if pool is None else self.partners.get(pool.index)

    def _tell_partner(self, before: Lease, after: Lease) -> None:
        partner = self.partner_at(after.address)
        if partner is not None:
            partner.changed(before, after)

    def release(self, lease: Lease, client: Client, now: int, turn: Turn) -> None:
        """End a lease early, on request or because its client took another one."""
        if lease.state in (ACTIVE, ABANDONED) and lease.ends > now:
            if lease.events.release is not None:
                run_release(lease, client.context, now, turn)
            partner = self.partner_at(lease.address)
            after = release(lease, now) if partner is None else partner.release(lease, now)
            self.apply(lease, after, True, turn)

    def echo_client_id(self, client: Client) -> bool:
        """`echo-client-id` where there is no lease: the scope of the network counts."""
        scope = self.configuration.scope
        if client.network is not None:
            scope = self.configuration.shared_networks[client.network].scope
        effective = self.scopes.effective(scope, None, client.classes, None, client.context)
        return effective.parameters.echo_client_id


def _record(before: Lease, after: Lease, turn: Turn) -> None:
    turn.changes.append(LeaseChange(before, after, True))
    if after.variables:
        for name in functions_in(after.variables):
            turn.log.append((ERR, f"{name}: persistent functions not supported."))
