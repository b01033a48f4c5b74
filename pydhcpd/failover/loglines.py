"""The log lines of failover, exactly as dhcpd 4.4.3-P1 has them: tools parse them."""

from pydhcpd.failover.reject import reason_text
from pydhcpd.failover.state import state_name
from pydhcpd.wire.address import format_ipv4

# -- States


def i_move(peer: str, before: int, after: int) -> str:
    """My state changes."""
    return f"failover peer {peer}: I move from {state_name(before)} to {state_name(after)}"


def peer_moves(peer: str, before: int, after: int) -> str:
    """The partner tells another state."""
    return f"failover peer {peer}: peer moves from {state_name(before)} to {state_name(after)}"


def both_normal(peer: str) -> str:
    """The pair is whole."""
    return f"failover peer {peer}: Both servers normal"


def both_recovered() -> str:
    """Neither has anything to ask for any more."""
    return "Both servers have entered recover-done!"


def invalid_state(peer: str, state: int) -> str:
    """The partner tells a number that is no state."""
    return f"failover peer {peer}: Invalid state: {state}"


def invalid_transition(peer: str, before: int, after: int) -> str:
    """The partner resolves a conflict that I know nothing of."""
    return f"Peer {peer}: Invalid state transition {state_name(before)} to {state_name(after)}."


def spurious_normal(peer: str) -> str:
    """The partner is through with the conflict before I am."""
    return f"Peer {peer} moves to normal during conflict resolution - panic, shutting down."


def impossible_move(peer: str, before: int, after: int) -> str:
    """The partner tells a state that it can't be in while I am in conflict-done."""
    return (
        f"Peer {peer}: Invalid attempt to move from {state_name(before)} to {state_name(after)} "
        "while local state is conflict-done."
    )


# -- Connection


def disconnected(peer: str) -> str:
    """The link to the partner is lost."""
    return f"peer {peer}: disconnected"


def timeout(peer: str) -> str:
    """Nothing was heard for max-response-delay."""
    return f"timeout waiting for failover peer {peer}"


def link_startup_timeout() -> str:
    """No CONNECT or no CONNECTACK came."""
    return "failover: link startup timeout"


def no_matching_state() -> str:
    """Somebody connects who is nobody's partner."""
    return "failover: listener: no matching state"


def dial_failed(peer: str, reason: str) -> str:
    """The connection could not even be tried; `reason` as strerror has it, in lower case."""
    return f"failover peer {peer}: {reason}"


def connect_refused(peer: str, text: str) -> str:
    """A CONNECT is answered with a reject reason."""
    return f"Failover CONNECT from {peer}: {text}"


def disconnect_after(text: str) -> str:
    """The link is closed after that."""
    return f"failover: disconnect: {text}"


def connectack_refused(peer: str, text: str) -> str:
    """A CONNECTACK is answered with DISCONNECT."""
    return f"Failover CONNECTACK from {peer}: {text}"


def connect_rejected(peer: str, reason: int) -> str:
    """The partner rejects my CONNECT."""
    return f"Failover CONNECT to {peer} rejected: {reason_text(reason)}"


def disconnect_received(peer: str, reason: int) -> str:
    """The partner says why it closes the link."""
    return f"Failover DISCONNECT from {peer}: {reason_text(reason)}"


def old_version() -> str:
    """The partner is of a version that numbers its options differently."""
    return (
        "WARNING: failover as of versions 3.1.0 and on are not reverse compatible with "
        "versions 3.0.x."
    )


def protocol_error() -> str:
    """What follows the line about a message that makes no sense."""
    return "message length wait: protocol error"


def before_connect(peer: str, name: str) -> str:
    """A message came before the handshake (dhcpd obeys it)."""
    return f"Failover {name} from {peer}: not connected"


# -- Updates


def requesting_full_update(peer: str) -> str:
    """Both recover."""
    return f"failover peer {peer}: requesting full update from peer"


def sent_update_request_all(peer: str) -> str:
    """UPDREQALL has been sent."""
    return f"Sent update request all message to {peer}"


def sent_update_request(peer: str) -> str:
    """UPDREQ has been sent."""
    return f"Sent update request message to {peer}"


def sent_update_done(peer: str) -> str:
    """UPDDONE has been sent."""
    return f"Sent update done message to {peer}"


def update_request(peer: str, is_all: bool, is_pending: bool) -> str:
    """UPDREQ or UPDREQALL has come."""
    kind = "Update request all" if is_all else "Update request"
    return f"{kind} from {peer}: {'sending update' if is_pending else 'nothing pending'}"


def request_discarded() -> str:
    """A request comes while an earlier one is being served."""
    return (
        "Received update request while old update still flying!  Silently discarding old request."
    )


def update_completed(peer: str) -> str:
    """UPDDONE has come."""
    return f"failover peer {peer}: peer update completed."


def spurious_update_done() -> str:
    """UPDDONE without a request."""
    return "Spurious update-done message."


def sending_updates(peer: str) -> str:
    """On entering normal there is something that the partner does not know."""
    return f"Sending updates to {peer}."


def update_rejected(address: int, peer: str, text: str) -> str:
    """The partner rejects a BNDUPD."""
    return f"bind update on {format_ipv4(address)} from {peer} rejected: {text}"


def ack_refused(address: int, peer: str, text: str) -> str:
    """A BNDACK that fits no BNDUPD."""
    return f"bind update on {format_ipv4(address)} got ack from {peer}: {text}"


def lease_conflict(address: int) -> str:
    """A BNDUPD gives a lease that is active here to another client."""
    return f"Lease conflict at {format_ipv4(address)}"


def unknown_ip_flags(flags: int) -> str:
    """A BNDUPD has flags without a meaning."""
    return f"Unknown IP-flags set in BNDUPD (0x{flags:x})."


def bogus_binding_state(state: int) -> str:
    """A BNDUPD has a binding state without a meaning."""
    return f"Lease with bogus binding state: {state}"


# -- Pools


def pool_response(count: int) -> str:
    """The partner's answer to POOLREQ."""
    return f"pool response: {count} leases"


def pool_request_in_vain(peer: str) -> str:
    """POOLREQ is answered with nothing."""
    return (
        f"peer {peer}: Got POOLREQ, answering negatively!  "
        "Peer may be out of leases or database inconsistent."
    )


def balancing(
    pool: int, network: str, total: int, free: int, backup: int, lts: int, hold: int, asks: bool
) -> str:
    """Before a pool is balanced; `pool` is any number by which log readers tell pools apart."""
    line = (
        f"balancing pool {pool:x} {network}  total {total}  free {free}  backup {backup}  "
        f"lts {lts}  max-own (+/-){hold}"
    )
    return f"{line}  (requesting peer rebalance!)" if asks else line


def balanced(
    pool: int, network: str, total: int, free: int, backup: int, lts: int, threshold: int
) -> str:
    """After a pool was balanced."""
    word = "IMBALANCED" if lts > threshold else "balanced"
    return (
        f"{word} pool {pool:x} {network}  total {total}  free {free}  backup {backup}  "
        f"lts {lts}  max-misbal {threshold}"
    )
