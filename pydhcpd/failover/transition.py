"""Carrying out what the state machine says: my moves, the partner's, loss of the link.

Each change of a state is recorded in the leases file before the partner is told.
"""

from collections.abc import Callable, Mapping
from typing import Final

from pydhcpd.core.log import ERR
from pydhcpd.core.turn import Turn
from pydhcpd.failover import loglines, option
from pydhcpd.failover.expiry import ENDED_AT_ONCE, expire_waiting, keep_some
from pydhcpd.failover.lease import is_client_known, taken_over
from pydhcpd.failover.link import Link
from pydhcpd.failover.machine import (
    BOTH_RECOVERED,
    CHECK_POOLS,
    DEAF_TO_REPETITION,
    INVALID,
    ON_LOSS,
    REFUSE,
    REQUEST,
    REQUEST_ALL,
    REQUEST_FULL,
    SEND_UPDATES,
    SPURIOUS_NORMAL,
    on_state,
    on_update_done,
)
from pydhcpd.failover.message import STATE, UPDREQALL
from pydhcpd.failover.pools import balance_pools, schedule_balance
from pydhcpd.failover.relationship import Relationship, after_us
from pydhcpd.failover.scan import Scan
from pydhcpd.failover.state import tells_startup
from pydhcpd.failover.times import STARTUP_S
from pydhcpd.failover.update import request, request_all, send_updates, tell_unknown
from pydhcpd.lease.peerstate import (
    COMMUNICATIONS_INTERRUPTED,
    CONFLICT_DONE,
    NORMAL,
    PARTNER_DOWN,
    POTENTIAL_CONFLICT,
    RECOVER,
    RECOVER_DONE,
    RECOVER_WAIT,
    RESOLUTION_INTERRUPTED,
    SERVER_STATE_NAMES,
    SHUTDOWN,
    STARTUP,
    UNKNOWN,
)
from pydhcpd.lease.untold import is_waiting
from pydhcpd.wire.moment import MICROSECONDS, Moment

# In these states, when they are left, what is under way will not be acknowledged any more.
_SENDING_STATES: Final = (NORMAL, POTENTIAL_CONFLICT, PARTNER_DOWN)


def start(peer: Relationship, moment: Moment, turn: Turn) -> None:
    """The server starts: startup, until the partner is heard or fifteen seconds are over."""
    peer.startup_us = after_us(moment, STARTUP_S)
    peer.redial_us = moment.us
    before = peer.my_state
    peer.saved_state = before
    peer.my_state = STARTUP
    # dhcpd ends them while it reads its leases file.
    expire_waiting(peer, moment, turn)
    peer.record(turn)
    peer.info(loglines.i_move(peer.name, before, STARTUP), turn)


def send_state(peer: Relationship, moment: Moment, turn: Turn) -> None:
    """STATE: mine, or the one before the restart with the STARTUP flag."""
    is_told = tells_startup(peer.my_state, peer.partner_state)
    numbers = {
        option.SERVER_STATE: peer.state_before_startup,
        option.SERVER_FLAGS: option.STARTUP_FLAG if is_told else 0,
        option.START_TIME_OF_STATE: peer.my_since,
    }
    peer.send(STATE, numbers, {}, True, moment, turn)


# -- My moves


def move_to(peer: Relationship, state: int, moment: Moment, turn: Turn) -> None:
    """Take a state, tell everybody, do what belongs to it."""
    before = peer.my_state
    left = peer.state_before_startup
    peer.startup_us = None
    peer.auto_partner_down_us = None
    peer.recover_wait_us = None
    peer.balance_us = None
    peer.balancing = None
    if before in _SENDING_STATES:
        peer.queue.put_back()
    is_declared = state == PARTNER_DOWN and left != PARTNER_DOWN
    # In dhcpd partner-down that comes out of startup is as old as the state before: then what the
    # partner promised until now is taken to be over.
    if is_declared or (before != STARTUP and state != RECOVER_WAIT):
        peer.my_since = moment.seconds
        if _needs_no_wait(peer, left, state):
            peer.my_since = moment.seconds - peer.mclt
    if left == RECOVER and state == POTENTIAL_CONFLICT:
        # What I had is lost, and I was not told yet what there is; dhcpd would never ask.
        peer.requested = UPDREQALL
    if is_declared and peer.partner_state == RECOVER:
        _keep_promises(peer, moment, turn)
    if state == NORMAL:
        # What the partner gave unseen it tells one by one, unless I have just asked for all.
        peer.told_at = moment.seconds + (0 if left == RECOVER_DONE else peer.mclt)
    peer.my_state = state
    peer.is_handing_back = False
    peer.due_takeovers.clear()
    peer.record(turn)
    peer.info(loglines.i_move(peer.name, before, state), turn)
    if state == NORMAL and peer.partner_state == NORMAL:
        peer.info(loglines.both_normal(peer.name), turn)
    if peer.link is not None:
        send_state(peer, moment, turn)
    enter = ON_ENTERING.get(state)
    if enter is not None:
        enter(peer, moment, turn)
    expire_waiting(peer, moment, turn)


def has_told_all(peer: Relationship, link: Link, moment: Moment) -> bool:
    """Has the partner told what it gave, before we both came to normal and since?"""
    is_normal = peer.my_state == NORMAL and peer.partner_state == NORMAL
    return is_normal and peer.told_at <= moment.seconds and not link.is_backlogged(moment)


def _needs_no_wait(peer: Relationship, before: int, state: int) -> bool:
    """Shut down in good order: the partner knew all that I gave."""
    return (
        before == SHUTDOWN
        and state == RECOVER
        and peer.partner_state == PARTNER_DOWN
        and peer.queue.is_empty
    )


def _enter_normal(peer: Relationship, moment: Moment, turn: Turn) -> None:
    balance_pools(peer, False, moment, turn)
    tell_unknown(peer, moment, turn)


def _enter_potential_conflict(peer: Relationship, moment: Moment, turn: Turn) -> None:
    if peer.peer.is_primary or peer.partner_state == CONFLICT_DONE:
        request(peer, moment, turn)


def _enter_recover(peer: Relationship, moment: Moment, turn: Turn) -> None:
    if peer.link is not None:
        request_all(peer, moment, turn)


def _enter_recover_wait(peer: Relationship, moment: Moment, turn: Turn) -> None:
    peer.recover_wait_us = (peer.my_since + peer.mclt) * MICROSECONDS


def _enter_communications_interrupted(peer: Relationship, moment: Moment, turn: Turn) -> None:
    if peer.peer.auto_partner_down:
        peer.auto_partner_down_us = after_us(moment, peer.peer.auto_partner_down)


def _enter_partner_down(peer: Relationship, moment: Moment, turn: Turn) -> None:
    await_takeovers(peer)


def _keep_promises(peer: Relationship, moment: Moment, turn: Turn) -> None:
    """The partner has lost its leases, and what it promised unseen is known to nobody.

    So each client keeps its lease for as long as the partner may have promised it. dhcpd gives
    the address to another client when the partner, who knows nothing, acknowledges the end.
    """
    if peer.has_ended:
        return
    scan = Scan(peer.store, peer.pools, is_client_known)
    while not scan.work():
        pass
    peer.keeping.update((placed[4], None) for placed in scan.found())
    keep_some(peer, ENDED_AT_ONCE, moment, turn)


def await_takeovers(peer: Relationship) -> None:
    """What waits for the partner's acknowledgement waits for a time now.

    Not recorded: a restart comes here again.
    """
    scan = Scan(peer.store, peer.pools, is_waiting)
    while not scan.work():
        pass
    # Pool after pool, the last of each queue first.
    for placed in sorted(reversed(list(scan.found())), key=lambda one: one[0]):
        lease = peer.store.lease_of(placed[4])
        peer.store.remember(taken_over(lease, peer.add_takeover(lease)))


Enter = Callable[[Relationship, Moment, Turn], None]
ON_ENTERING: Final[Mapping[int, Enter]] = {
    NORMAL: _enter_normal,
    COMMUNICATIONS_INTERRUPTED: _enter_communications_interrupted,
    PARTNER_DOWN: _enter_partner_down,
    POTENTIAL_CONFLICT: _enter_potential_conflict,
    RECOVER: _enter_recover,
    RECOVER_WAIT: _enter_recover_wait,
}


# -- Events


def receive_state(
    peer: Relationship, state: int, is_startup: bool, moment: Moment, turn: Turn
) -> None:
    """The partner tells its state."""
    before = peer.partner_state
    is_starting = peer.is_starting
    mine = peer.state_before_startup
    if state == before and is_starting:
        _resume(peer, moment, turn)
        if mine == PARTNER_DOWN and state == RECOVER_DONE:
            # I ended before I could say that I am in normal; dhcpd's pair would stay like this.
            _begin_to_hand_back(peer, moment, turn)
        return
    if state == before and mine in DEAF_TO_REPETITION:
        return
    is_known = state in SERVER_STATE_NAMES
    peer.partner_state = state if is_known else UNKNOWN
    peer.partner_since = moment.seconds
    peer.record(turn)
    peer.info(loglines.peer_moves(peer.name, before, peer.partner_state), turn)
    if not is_known:
        turn.log.append((ERR, loglines.invalid_state(peer.name, state)))
        move_to(peer, SHUTDOWN, moment, turn)
        return
    if state == NORMAL and peer.my_state == NORMAL:
        peer.info(loglines.both_normal(peer.name), turn)
    if mine == PARTNER_DOWN and state == RECOVER and is_startup:
        # One that has its leases yet starts in the state that it had.
        _keep_promises(peer, moment, turn)
    reaction = on_state(mine, is_starting, state, is_startup)
    if reaction.action is not None:
        _act(peer, reaction.action, before, moment, turn)
    if mine == PARTNER_DOWN and reaction.state == NORMAL:
        _begin_to_hand_back(peer, moment, turn)
    elif reaction.state is not None:
        move_to(peer, reaction.state, moment, turn)
    elif peer.is_starting:
        _resume(peer, moment, turn)


def _begin_to_hand_back(peer: Relationship, moment: Moment, turn: Turn) -> None:
    """What I gave of the partner's own must be under way before it serves again.

    dhcpd does not look whether the partner's window has room for it.
    """
    send_updates(peer, moment, turn)
    if peer.is_starting and not peer.queue.is_empty:
        _resume(peer, moment, turn)
    peer.is_handing_back = True
    hand_back(peer, moment, turn)


def hand_back(peer: Relationship, moment: Moment, turn: Turn) -> None:
    """In partner-down: to normal, when nothing waits that the partner has to hear of."""
    if peer.is_handing_back and peer.queue.is_empty:
        move_to(peer, NORMAL, moment, turn)


def _resume(peer: Relationship, moment: Moment, turn: Turn) -> None:
    """The partner was heard: startup is over."""
    state = peer.saved_state
    move_to(peer, POTENTIAL_CONFLICT if state == RESOLUTION_INTERRUPTED else state, moment, turn)


def _act(peer: Relationship, action: int, before: int, moment: Moment, turn: Turn) -> None:
    name, state = peer.name, peer.partner_state
    if action == SEND_UPDATES:
        peer.queue.push_unknown()
        send_updates(peer, moment, turn)
    elif action == REQUEST_FULL:
        peer.info(loglines.requesting_full_update(name), turn)
        if not peer.is_starting:
            request_all(peer, moment, turn)
    elif action == REQUEST_ALL:
        if not peer.is_starting:
            request_all(peer, moment, turn)
    elif action == REQUEST:
        if before == POTENTIAL_CONFLICT:
            request(peer, moment, turn)
    elif action == CHECK_POOLS:
        for pool in peer.pools:
            schedule_balance(peer, pool, moment)
    elif action == BOTH_RECOVERED:
        peer.info(loglines.both_recovered(), turn)
    elif action == INVALID:
        turn.log.append((ERR, loglines.invalid_transition(name, before, state)))
    elif action == SPURIOUS_NORMAL:
        turn.log.append((ERR, loglines.spurious_normal(name)))
    else:
        assert action == REFUSE, f"action {action}"
        turn.log.append((ERR, loglines.impossible_move(name, before, state)))


def receive_update_done(peer: Relationship, moment: Moment, turn: Turn) -> None:
    """UPDDONE: the partner has sent all that I asked for."""
    if peer.my_state not in (RECOVER, POTENTIAL_CONFLICT) or not peer.requested:
        peer.info(loglines.spurious_update_done(), turn)
        return
    peer.requested = 0
    peer.info(loglines.update_completed(peer.name), turn)
    is_wait_over = peer.my_since + peer.mclt <= moment.seconds
    state = on_update_done(peer.my_state, peer.peer.is_primary, peer.partner_state, is_wait_over)
    if state is not None:
        move_to(peer, state, moment, turn)


def lose_link(peer: Relationship, moment: Moment, turn: Turn) -> None:
    """The link is gone; the partner may live on."""
    peer.link = None
    peer.acks = []
    peer.ack_flush_us = None
    peer.has_more = False
    peer.queue.disconnect()
    peer.is_handing_back = False
    peer.info(loglines.disconnected(peer.name), turn)
    go_on_alone(peer, moment, turn)


def go_on_alone(peer: Relationship, moment: Moment, turn: Turn) -> None:
    """The partner is not heard any more, or was not heard since the start."""
    mine = peer.state_before_startup
    state = ON_LOSS.get(mine, mine)
    if state != peer.my_state:
        move_to(peer, state, moment, turn)


def wait_is_over(peer: Relationship, moment: Moment, turn: Turn) -> None:
    """The mclt has passed since I may have given a lease that the partner never heard of."""
    move_to(peer, RECOVER_DONE, moment, turn)
