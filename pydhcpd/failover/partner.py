"""The answers that DHCPv4 gets about pools with a partner (core/partner.py)."""

from typing import Final, final

from pydhcpd.failover.balance import is_primarys
from pydhcpd.failover.expiry import end_lease, may_end
from pydhcpd.failover.lease import abandoned, granted, is_held, offered, prolonged, released
from pydhcpd.failover.relationship import Relationship
from pydhcpd.failover.state import is_silent, refusal_reason
from pydhcpd.failover.times import limited_time, potential_expiration
from pydhcpd.lease.event import Variables
from pydhcpd.lease.lease import ABANDONED, ACTIVE, BACKUP, EXPIRED, FREE, RELEASED, Lease
from pydhcpd.lease.peerstate import COMMUNICATIONS_INTERRUPTED, NORMAL, PARTNER_DOWN
from pydhcpd.lease.untold import is_unknown_to_partner


@final
class ClientPartner:
    """One relationship as DHCPv4 sees it."""

    __slots__ = ("_peer",)

    def __init__(self, peer: Relationship) -> None:
        self._peer: Final = peer

    @property
    def name(self) -> str:
        """The name of the relationship."""
        return self._peer.name

    def refusal_reason(self) -> str:
        """Why clients are not answered now; empty if they are."""
        return refusal_reason(self._peer.my_state, self._peer.partner_state)

    def may_allocate(self, lease: Lease, now: int) -> bool:
        """May a lease that no client holds be given to one?"""
        peer = self._peer
        state = lease.state
        if state == ABANDONED and self._is_untold(lease):
            # To the partner it is its client's still, who may come there again; dhcpd gives the
            # address to another one at once when there is no other left.
            return peer.my_state == PARTNER_DOWN and now > peer.promised_until(lease)
        if state in (FREE, ABANDONED, BACKUP):
            owner = FREE if state == ABANDONED else state
            if owner == peer.my_free_state:
                return True
            if peer.my_state != PARTNER_DOWN or peer.is_handing_back:
                return False
            return now > peer.promised_until(lease)
        if state in (RELEASED, EXPIRED) and lease.rewind_state == peer.my_free_state:
            return True
        return peer.my_state == PARTNER_DOWN and now > peer.promised_until(lease)

    def _is_untold(self, lease: Lease) -> bool:
        return is_unknown_to_partner(lease) or self._peer.queue.has(lease.address)

    def may_return(self, lease: Lease, now: int) -> bool:
        """May a lease that is over be given to the client that had it last?

        As far as the partner knows that client has it still; or in partner-down, when dhcpd
        would give it to anybody: nobody else can have it.
        """
        peer = self._peer
        if lease.rewind_state == ACTIVE:
            return True
        return peer.my_state == PARTNER_DOWN and now > peer.my_since + peer.mclt

    def owns_free(self) -> int:
        """The binding state of free leases that are mine to give: FREE or BACKUP."""
        return self._peer.my_free_state

    def is_balanced_to_peer(self, key: bytes, secs: int) -> bool:
        """Is a client left to the partner, by its identifier (or hardware address) and `secs`?"""
        peer = self._peer
        limit = peer.peer.load_balance_max_seconds
        if not limit or secs > limit or peer.my_state != NORMAL:
            return False
        if peer.hba is None:
            return True
        return is_primarys(peer.hba, key) != peer.peer.is_primary

    def lease_time(self, lease: Lease, time: int, now: int) -> int:
        """The lease time in seconds that may be given where `time` is wanted."""
        limited = limited_time(time, lease.tsfp, self._peer.mclt, now)
        if lease.state == ACTIVE:
            # What the client holds it keeps, even if it does not hear the answer; dhcpd gives
            # less where tsfp went back, as after the loss of a leases file.
            return max(limited, min(time, lease.ends - now))
        return limited

    def offer(self, before: Lease, after: Lease) -> Lease:
        """A lease as it is remembered when it is offered."""
        return offered(before, after)

    def grant(self, before: Lease, after: Lease, wanted: int, now: int) -> Lease:
        """A lease that is granted, where `wanted` seconds would have been right."""
        lease = granted(before, after, potential_expiration(wanted, after.ends - now, now))
        if is_held(before) and before.ends > after.ends:
            # Until it hears the answer the client may count on what it was held for.
            return prolonged(lease, before.ends, before.ends)
        return lease

    def records_confirmations(self) -> bool:
        """Is a lease that is confirmed unaltered recorded all the same?

        While the partner is not heard, its client may have given it back there, before: what
        tells which was last is the time of this confirmation, which must outlive a restart.
        """
        return self._peer.my_state == COMMUNICATIONS_INTERRUPTED

    def release(self, lease: Lease, now: int) -> Lease:
        """A lease that its client gives back."""
        return released(lease, self._peer.tells_at_once(), now)

    def abandon(self, before: Lease, after: Lease) -> Lease:
        """A lease whose address somebody else has."""
        return abandoned(before, after, self._peer.tells_at_once())

    def may_end(self, lease: Lease) -> bool:
        """May a lease whose time is over change, or must it wait for the partner?"""
        return may_end(self._peer, lease)

    def expire(self, lease: Lease, now: int, variables: Variables) -> Lease:
        """A lease whose time is over, and that may change."""
        return end_lease(self._peer, lease, now, variables)

    def changed(self, before: Lease, after: Lease) -> None:
        """The partner must hear of this lease: at once, or when I come to a state that serves."""
        peer = self._peer
        if not is_silent(peer.state_before_startup):
            peer.queue.push(after.address)
            peer.has_news = True
        peer.touch(before, after)
