"""What one server has promised to a client the other does not take away.

Each of these was found by the simulation; dhcpd gives the address to a second client.
"""

import pytest

from pydhcpd.lease.lease import ABANDONED, ACTIVE, BACKUP, EXPIRED, FREE, RELEASED
from pydhcpd.lease.peerstate import (
    COMMUNICATIONS_INTERRUPTED,
    NORMAL,
    PARTNER_DOWN,
    RECOVER,
    SHUTDOWN,
)
from pydhcpd.v4.message import ACK, DECLINE, DISCOVER, RELEASE, REQUEST
from pydhcpd.wire.address import format_ipv4
from tests.failover.pair import Pair
from tests.lease.pools import address
from tests.v4.room import packet_of

# By the hash of the hardware address, with split 128.
PRIMARYS, SECONDARYS, OTHER = 2, 1, 20


def _asking(text: str) -> tuple[int, bytes]:
    return 50, address(text).to_bytes(4, "big")


def _bound(pair: Pair, client: int, lease_time: int = 120) -> str:
    """The address of a client that both servers know of."""
    (offer,) = pair.packet(packet_of(DISCOVER, client))
    text = format_ipv4(int.from_bytes(offer[16:20], "big"))
    asked = (_asking(text), (51, lease_time.to_bytes(4, "big")))
    assert pair.packet(packet_of(REQUEST, client, asked))
    pair.wait(3)
    return text


def _renew(pair: Pair, number: int, client: int, text: str) -> None:
    """At one server only, which says yes."""
    before = len(pair.nodes[number].replies)
    pair.nodes[number].packet(packet_of(REQUEST, client, ciaddr=text), text)
    (reply,) = pair.nodes[number].replies[before:]
    assert reply[242] == ACK
    pair.settle()


def _cut_off(pair: Pair) -> None:
    pair.cut()
    pair.wait(12)
    assert pair.states == (COMMUNICATIONS_INTERRUPTED, COMMUNICATIONS_INTERRUPTED)


def _together(pair: Pair) -> None:
    pair.heal()
    pair.wait(12)
    assert pair.states == (NORMAL, NORMAL)


def _states(pair: Pair, text: str) -> list[int]:
    return [node.store.lease_of(address(text)).state for node in pair.nodes]


@pytest.mark.parametrize("is_restarted", [False, True])
def test_client_that_comes_back_is_not_released(is_restarted: bool) -> None:
    """It gave the lease back at one server, and goes on with it at the other: the later counts."""
    pair = Pair(mclt=120)
    text = _bound(pair, SECONDARYS)
    _cut_off(pair)
    pair.secondary.packet(packet_of(RELEASE, SECONDARYS, ciaddr=text), text)
    # Confirmed as it stands: nothing changes that the secondary would hear of.
    _renew(pair, 0, SECONDARYS, text)
    assert any(line.startswith("reuse_lease") for line in pair.primary.log)
    assert _states(pair, text) == [ACTIVE, RELEASED]
    if is_restarted:
        pair.kill(0)
        pair.restart(0)
    _together(pair)
    assert _states(pair, text) == [ACTIVE, ACTIVE]


def test_release_is_believed_if_the_client_did_not_come_back() -> None:
    pair = Pair()
    text = _bound(pair, PRIMARYS)
    _cut_off(pair)
    pair.secondary.packet(packet_of(RELEASE, PRIMARYS, ciaddr=text), text)
    _together(pair)
    assert _states(pair, text) == [FREE, FREE]


def test_address_declined_elsewhere_long_ago_is_its_new_clients() -> None:
    """dhcpd does not look who declines; the other server has leased the address meanwhile."""
    pair = Pair()
    _cut_off(pair)
    primary, secondary = pair.nodes
    primary.packet(packet_of(DISCOVER, PRIMARYS), "0.0.0.0")
    text = format_ipv4(int.from_bytes(primary.replies[-1][16:20], "big"))
    secondary.packet(packet_of(DECLINE, OTHER, (_asking(text),)), "0.0.0.0")
    assert _states(pair, text)[1] == ABANDONED
    primary.packet(packet_of(REQUEST, PRIMARYS, (_asking(text),)), "0.0.0.0")
    _together(pair)
    assert _states(pair, text) == [ACTIVE, ACTIVE]


def test_renewal_does_not_shorten_a_lease() -> None:
    """After the loss of its file a server knows less of what was acknowledged than of the lease:
    a client that does not hear the answer would hold the address longer than the servers think."""
    pair = Pair(mclt=10)
    text = _bound(pair, SECONDARYS, 60)
    for seconds in (2, 25):
        pair.wait(seconds)
        _renew(pair, 0, SECONDARYS, text)
    pair.wait(3)
    pair.kill(0)
    pair.primary.journal = ""
    pair.restart(0)
    pair.wait(12)
    assert pair.states == (NORMAL, NORMAL)
    lease = pair.primary.store.lease_of(address(text))
    before = lease.ends
    assert before > lease.tsfp
    _renew(pair, 0, SECONDARYS, text)
    assert pair.primary.store.lease_of(address(text)).ends >= before


def test_declined_address_is_its_old_clients_until_the_partner_knows() -> None:
    """There the client might ask for it again; dhcpd gives it to the next one who asks here."""
    pair = Pair(pool="range 10.13.37.200;")
    text = _bound(pair, PRIMARYS)
    pair.cut()
    primary = pair.primary
    primary.packet(packet_of(DECLINE, PRIMARYS, (_asking(text),)), "0.0.0.0")
    assert _states(pair, text) == [ABANDONED, ACTIVE]
    asks = packet_of(DISCOVER, OTHER, secs=60)
    before = len(primary.replies)
    primary.packet(asks, "0.0.0.0")
    assert len(primary.replies) == before
    pair.wait(12)
    _together(pair)
    assert _states(pair, text) == [ABANDONED, ABANDONED]
    primary.packet(asks, "0.0.0.0")
    assert len(primary.replies) == before + 1


def test_lease_that_the_lost_partner_may_have_renewed_is_not_taken_over_early() -> None:
    """Cut off for long it served its clients; then it died, and the admin declares that."""
    pair = Pair()
    text = _bound(pair, SECONDARYS)
    pair.wait(7)
    _renew(pair, 1, SECONDARYS, text)
    pair.wait(3)
    _cut_off(pair)
    pair.wait(30)
    _renew(pair, 1, SECONDARYS, text)
    promised = pair.secondary.store.lease_of(address(text)).ends
    pair.kill(1)
    assert pair.primary.set_state(PARTNER_DOWN)
    # Here the lease ends, and 30 seconds after partner-down dhcpd would have taken it.
    while pair.now_us // 1_000_000 < promised:
        pair.wait(1)
        lease = pair.primary.store.lease_of(address(text))
        assert lease.state in (ACTIVE, EXPIRED)
    # The mclt beyond what the partner had acknowledged it is free.
    pair.wait(90)
    assert pair.primary.store.lease_of(address(text)).state == FREE


def test_its_own_client_may_have_it_when_dhcpd_would_take_it_over() -> None:
    pair = Pair()
    text = _bound(pair, SECONDARYS)
    _cut_off(pair)
    pair.kill(1)
    assert pair.primary.set_state(PARTNER_DOWN)
    pair.wait(50)
    assert _states(pair, text)[0] == EXPIRED
    asked = packet_of(REQUEST, OTHER, (_asking(text),))
    assert pair.packet(asked) == []
    _renew(pair, 0, SECONDARYS, text)
    assert _states(pair, text)[0] == ACTIVE


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("is_released", [False, True])
def test_client_that_comes_back_while_the_partner_is_away_keeps_its_address(
    is_released: bool, number: int
) -> None:
    """As in dhcpd, whatever it asks with: as far as the partner knows it has the lease still."""
    pair = Pair()
    text = _bound(pair, SECONDARYS)
    pair.kill(1 - number)
    node = pair.nodes[number]
    if is_released:
        node.packet(packet_of(RELEASE, SECONDARYS, ciaddr=text), text)
    pair.wait(35)
    assert _states(pair, text)[number] == (RELEASED if is_released else EXPIRED)
    before = len(node.replies)
    node.packet(packet_of(REQUEST, OTHER, (_asking(text),)), "0.0.0.0")
    assert len(node.replies) == before
    node.packet(packet_of(DISCOVER, SECONDARYS), "0.0.0.0")
    assert node.replies[-1][16:20] == address(text).to_bytes(4, "big")
    lease = node.store.lease_of(address(text))
    # An offer changes nothing of what the partner will hear.
    assert lease.ends < pair.now_us // 1_000_000
    _renew(pair, number, SECONDARYS, text)
    assert _states(pair, text)[number] == ACTIVE


def test_lease_that_was_taken_over_is_its_last_clients() -> None:
    """It is free, and the primary's; dhcpd offers it, and ignores the request."""
    pair = Pair()
    pair.wait(30)
    text = _bound(pair, SECONDARYS)
    pair.kill(0)
    pair.wait(6)
    assert pair.secondary.set_state(PARTNER_DOWN)
    pair.wait(61)
    assert _states(pair, text)[1] == FREE
    _renew(pair, 1, SECONDARYS, text)
    assert _states(pair, text)[1] == ACTIVE


def test_partner_that_has_plainly_ended_is_taken_over_after_the_mclt() -> None:
    """Its host closed the connection and refuses new ones: it has served nobody since."""
    pair = Pair()
    text = _bound(pair, SECONDARYS)
    pair.kill(1)
    pair.wait(6)
    assert pair.primary.set_state(PARTNER_DOWN)
    pair.wait(31)
    assert pair.primary.store.lease_of(address(text)).state == FREE


def test_partner_whose_end_was_not_heard_may_have_served_on() -> None:
    """It had not noticed yet that nothing passed when it promised more, and then it died."""
    pair = Pair()
    text = _bound(pair, SECONDARYS)
    pair.wait(7)
    _renew(pair, 1, SECONDARYS, text)
    pair.wait(24)
    pair.cut()
    _renew(pair, 1, SECONDARYS, text)
    promised = pair.secondary.store.lease_of(address(text)).ends
    pair.heal()
    pair.kill_unheard(1)
    pair.wait(6)
    assert pair.primary.set_state(PARTNER_DOWN)
    early = max(pair.primary.store.lease_of(address(text)).ends, pair.primary.peer.my_since + 30)
    assert early < promised
    pair.wait(promised - pair.now_us // 1_000_000)
    assert _states(pair, text)[0] == EXPIRED


@pytest.mark.parametrize(("window", "is_early"), [(1, False), (2, True)])
def test_partner_that_ends_amid_updates_may_not_have_told_all(window: int, is_early: bool) -> None:
    """It tells no more at once than is taken, and what it has sent it can't know to be heard."""
    pair = Pair(settings=f"max-unacked-updates {window};")
    text = _bound(pair, SECONDARYS)
    pair.wait(7)
    _renew(pair, 1, SECONDARYS, text)
    pair.wait(31)
    pair.secondary.packet(packet_of(RELEASE, SECONDARYS, ciaddr=text), text)
    pair.settle()
    pair.wait(1)
    pair.kill(1)
    assert pair.primary.peer.has_ended == is_early


@pytest.mark.parametrize(("seconds_in_normal", "is_early"), [(1, False), (31, True)])
def test_partner_that_ends_soon_after_a_cut_may_not_have_told_all(
    seconds_in_normal: int, is_early: bool
) -> None:
    """What it promised during the cut it tells lease by lease, as the window allows."""
    pair = Pair()
    text = _bound(pair, SECONDARYS)
    pair.wait(7)
    _renew(pair, 1, SECONDARYS, text)
    _cut_off(pair)
    _together(pair)
    pair.wait(seconds_in_normal)
    pair.kill(1)
    pair.wait(6)
    assert pair.primary.set_state(PARTNER_DOWN)
    lease = pair.primary.store.lease_of(address(text))
    early = max(lease.ends, pair.primary.peer.my_since + 30)
    assert early < lease.tsfp + 30
    pair.wait(early + 1 - pair.now_us // 1_000_000)
    assert _states(pair, text)[0] == (FREE if is_early else EXPIRED)


@pytest.mark.parametrize("is_over", [False, True])
def test_client_that_a_partner_served_before_it_lost_its_leases_keeps_its_address(
    is_over: bool,
) -> None:
    """Its promise is known to nobody any more, and the end of the lease is acknowledged."""
    pair = Pair()
    text = _bound(pair, SECONDARYS)
    pair.wait(7)
    _renew(pair, 1, SECONDARYS, text)
    pair.wait(3)
    _cut_off(pair)
    pair.wait(30 if is_over else 1)
    _renew(pair, 1, SECONDARYS, text)
    promised = pair.secondary.store.lease_of(address(text)).ends
    pair.wait(15)
    assert _states(pair, text)[0] == (EXPIRED if is_over else ACTIVE)
    pair.kill(1)
    pair.secondary.journal = ""
    pair.heal()
    pair.restart(1)
    pair.wait(3)
    assert pair.primary.peer.my_state == PARTNER_DOWN
    seconds = promised - pair.now_us // 1_000_000
    assert seconds > 10
    for _ in range(seconds):
        pair.wait(1)
        assert _states(pair, text)[0] == ACTIVE
    pair.wait(120)
    assert pair.states == (NORMAL, NORMAL)
    assert _states(pair, text) == [BACKUP, BACKUP]


def _served_unseen(pair: Pair) -> tuple[str, int]:
    """An address that the secondary goes on renewing after a cut, and until when, by its last
    promise; to the primary it is long over."""
    text = _bound(pair, SECONDARYS)
    pair.wait(7)
    _renew(pair, 1, SECONDARYS, text)
    pair.wait(3)
    _cut_off(pair)
    for _ in range(10):
        pair.wait(20)
        _renew(pair, 1, SECONDARYS, text)
    promised = pair.secondary.store.lease_of(address(text)).ends
    pair.wait(3)
    assert _states(pair, text)[0] == EXPIRED
    return text, promised


def _assert_kept(pair: Pair, text: str, promised: int) -> None:
    """The primary, which serves alone, gives the address to nobody else."""
    assert pair.primary.peer.my_state == PARTNER_DOWN
    seconds = promised - pair.now_us // 1_000_000
    assert seconds > 5
    for _ in range(seconds):
        assert _states(pair, text)[0] in (ACTIVE, EXPIRED)
        pair.wait(1)


@pytest.mark.parametrize("is_restarted", [False, True])
def test_partner_that_comes_back_without_leases_was_declared_to_be_down_before(
    is_restarted: bool,
) -> None:
    """What it acknowledges says nothing of what it had promised; dhcpd believes it."""
    pair = Pair()
    text, promised = _served_unseen(pair)
    pair.kill(1)
    pair.secondary.journal = ""
    assert pair.primary.set_state(PARTNER_DOWN)
    pair.wait(2)
    if is_restarted:
        pair.kill(0)
        pair.restart(0)
    pair.heal()
    pair.restart(1)
    pair.wait(1)
    _assert_kept(pair, text, promised)


def test_server_that_was_restarted_counts_from_when_it_hears_that_leases_are_lost() -> None:
    """Not from when it was cut off; so dhcpd does, whose states keep their age in startup."""
    pair = Pair()
    text, promised = _served_unseen(pair)
    pair.kill(1)
    pair.secondary.journal = ""
    pair.kill(0)
    pair.heal()
    pair.restart(0)
    pair.wait(2)
    pair.restart(1)
    pair.wait(1)
    _assert_kept(pair, text, promised)


def test_partner_down_that_is_declared_in_startup_counts_from_then() -> None:
    pair = Pair()
    text, promised = _served_unseen(pair)
    pair.kill(1)
    pair.kill(0)
    pair.restart(0)
    pair.wait(2)
    assert pair.primary.set_state(PARTNER_DOWN)
    _assert_kept(pair, text, promised)


def test_partner_that_was_shut_down_served_until_it_is_heard_in_startup() -> None:
    pair = Pair()
    text, promised = _served_unseen(pair)
    assert pair.secondary.set_state(SHUTDOWN)
    pair.kill(0)
    pair.heal()
    pair.restart(0)
    pair.wait(6)
    _assert_kept(pair, text, promised)


def test_client_that_does_not_hear_its_renewal_keeps_what_it_was_held_for() -> None:
    """The partner that lost its leases may have promised that; the renewal would give less."""
    pair = Pair()
    text = _bound(pair, SECONDARYS)
    pair.wait(7)
    _renew(pair, 1, SECONDARYS, text)
    pair.wait(3)
    _cut_off(pair)
    pair.kill(1)
    pair.secondary.journal = ""
    pair.heal()
    pair.restart(1)
    pair.wait(3)
    held = pair.primary.store.lease_of(address(text)).ends
    lease_time = 60
    assert held > pair.now_us // 1_000_000 + lease_time
    _renew(pair, 0, SECONDARYS, text)
    pair.wait(40)
    _renew(pair, 1, SECONDARYS, text)
    assert held > pair.now_us // 1_000_000 + lease_time
    assert [node.store.lease_of(address(text)).ends for node in pair.nodes] == [held, held]
    pair.wait(25)
    _renew(pair, 1, SECONDARYS, text)
    assert pair.secondary.store.lease_of(address(text)).ends > held


def test_lease_is_held_although_more_was_announced_than_acknowledged() -> None:
    pair = Pair()
    text = _bound(pair, SECONDARYS)
    pair.wait(7)
    _renew(pair, 1, SECONDARYS, text)
    pair.wait(3)
    _cut_off(pair)
    pair.kill(1)
    pair.secondary.journal = ""
    assert pair.primary.set_state(PARTNER_DOWN)
    pair.wait(20)
    _renew(pair, 0, SECONDARYS, text)
    announced = pair.primary.store.lease_of(address(text)).tstp
    pair.heal()
    pair.restart(1)
    pair.wait(23)  # long enough not to be confirmed as it stands
    held = pair.primary.store.lease_of(address(text)).ends
    assert pair.now_us // 1_000_000 + 60 < held < announced
    _renew(pair, 0, SECONDARYS, text)
    assert pair.primary.store.lease_of(address(text)).ends == held


def test_loss_of_a_file_is_made_good_even_if_the_partner_was_away_too() -> None:
    """dhcpd asks for nothing then, and makes the partner forget its clients."""
    pair = Pair()
    text = _bound(pair, PRIMARYS)
    pair.kill(1)
    pair.kill(0)
    pair.primary.journal = ""
    pair.restart(0)
    pair.wait(16)
    assert pair.primary.peer.my_state == RECOVER
    pair.restart(1)
    pair.wait(3)
    assert pair.states == (NORMAL, NORMAL)
    assert _states(pair, text) == [ACTIVE, ACTIVE]
