"""Declarations of networks (dhcpd.conf(5)): subnet, shared-network, range, interface."""

from typing import Final

from pydhcpd.config.problem import Refusal, problem_at
from pydhcpd.config.token import Token
from pydhcpd.model.network import Range
from pydhcpd.model.permit import ALL_CLIENTS, DYNAMIC_BOOTP_CLIENTS, Permit
from pydhcpd.options.address import read_dotted_name
from pydhcpd.options.word import ValueProblem, is_identifier
from pydhcpd.resolve.address import format_ipv6, read_quad
from pydhcpd.resolve.draft import (
    ERR,
    Draft,
    DraftNetwork,
    DraftPool,
    DraftScope,
    DraftSubnet,
    DraftSubnet6,
    FatalError,
)
from pydhcpd.resolve.phrase import Phrase
from pydhcpd.resolve.place import POOL, SHARED_NETWORK, SUBNET, SUBNET6, Place
from pydhcpd.resolve.walk import Walk
from pydhcpd.wire.address import format_ipv4

FULL_MASK: Final = 0xFFFFFFFF
# The access lists of the pools that are made for ranges outside pool bodies.
PLAIN_PROHIBITS: Final = [Permit(DYNAMIC_BOOTP_CLIENTS)]
BOOTP_PERMITS: Final = [Permit(ALL_CLIENTS)]


def read_subnet(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`subnet NET netmask MASK { ... }`; alone it is a shared network of its own."""
    reader = phrase.reader
    address = read_quad(reader)
    if not phrase.accept("netmask"):
        raise reader.problem("Expecting netmask")
    mask = read_quad(reader)
    if address & ~mask & FULL_MASK:
        text = f"subnet {format_ipv4(address)} netmask {format_ipv4(mask)}: "
        raise ValueProblem(f"{text}bad subnet number/mask combination.", reader.index - 1)
    body = phrase.expect_body()
    inside = place.inside(SUBNET)
    if place.kind == SHARED_NETWORK and place.network is not None:
        network = place.network
    else:
        network = DraftNetwork(_subnet_text(address, mask), inside.scope, True, phrase.keyword)
    subnet = DraftSubnet(address, mask, inside.scope, network, phrase.keyword)
    check_overlap(walk.draft, phrase.keyword, 4, address, _mask_length(mask))
    walk.draft.subnets.append(subnet)
    network.subnets.append(subnet)
    walk.read_body(body, inside.of_subnet(subnet))
    if network.is_implicit:
        walk.draft.networks.append(network)


def read_shared_network(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`shared-network NAME { ... }`."""
    reader = phrase.reader
    word = reader.peek()
    if not reader.is_at_end and word.kind == "string":
        name = reader.take().text
        if not name:
            raise ValueProblem("zero-length shared network name", reader.index - 1)
    elif not reader.is_at_end and (is_identifier(word) or word.kind == "number"):
        name = read_dotted_name(reader)
    else:
        raise reader.problem("expecting a name for shared-network")
    body = phrase.expect_body()
    inside = place.inside(SHARED_NETWORK)
    network = DraftNetwork(name, inside.scope, False, phrase.keyword)
    before = walk.problem_count
    walk.read_body(body, inside.of_network(network))
    if network.subnets or network.subnets6:
        walk.draft.networks.append(network)
    elif walk.problem_count == before:
        raise Refusal(problem_at(body.close, "empty shared-network decl"))


def read_interface(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`interface NAME;`: ties a network to an interface."""
    reader = phrase.reader
    word = reader.peek()
    if reader.is_at_end or word.kind == "punctuation":
        raise ValueProblem("semicolon expected.", reader.index + reader.is_at_end)
    name = reader.take().text
    phrase.expect_semicolon()
    owner = _owner(place)
    if owner.interface is not None:
        text = "A subnet or shared network can't be connected to two interfaces."
        raise ValueProblem(text, reader.count)
    owner.interface = name


def read_range(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`range [dynamic-bootp] LOW [HIGH];`, in either order."""
    reader = phrase.reader
    is_bootp = phrase.accept("dynamic-bootp")
    low = read_quad(reader)
    is_single = reader.is_at_end and phrase.terminator.kind == ";"
    high = low if is_single else read_quad(reader)
    phrase.expect_semicolon()
    network = place.network
    assert network is not None, "the row allows nothing else"
    if place.kind == POOL:
        subnet = place.subnet or _find_subnet(network, low)
        pool = place.pool
        assert pool is not None, "a pool body has its pool"
        if subnet is None:
            text = f"address range not on network {network.name}"
            hint = "Be sure to place pool statement after related subnet declarations."
            walk.report(problem_at(phrase.terminator, text))
            walk.draft.log(ERR, hint)
            return
    else:
        if place.subnet is None:
            # In a subnet6 dhcpd ends with an internal error.
            phrase.refuse("range declaration not allowed here.")
        subnet = place.subnet
        pool = _implicit_pool(walk.draft, network, is_bootp, phrase.keyword)
    for address in (low, high):
        if address & subnet.mask != subnet.address:
            where = f"subnet {format_ipv4(subnet.address)} netmask {format_ipv4(subnet.mask)}"
            raise FatalError(f"bad range, address {format_ipv4(address)} not in {where}")
    addresses = Range(min(low, high), max(low, high), phrase.keyword)
    _add_range(walk.draft, pool, addresses, reader.count)


def _add_range(draft: Draft, pool: DraftPool, addresses: Range, index: int) -> None:
    common = draft.ranges.first_common(addresses.low, addresses.high)
    pool.ranges.append(addresses)
    if common is not None:
        raise ValueProblem(f"lease {format_ipv4(common)} is declared twice!", index)
    draft.ranges.add(addresses.low, addresses.high)


def _implicit_pool(draft: Draft, network: DraftNetwork, is_bootp: bool, token: Token) -> DraftPool:
    """The pool for a range outside pool bodies: any with the same access list will do."""
    permits = BOOTP_PERMITS if is_bootp else []
    prohibits = [] if is_bootp else PLAIN_PROHIBITS
    for pool in network.pools:
        if pool.permits == permits and pool.prohibits == prohibits:
            return pool
    pool = DraftPool(DraftScope(network.scope), network, token)
    pool.permits.extend(permits)
    pool.prohibits.extend(prohibits)
    network.pools.append(pool)
    draft.pools.append(pool)
    return pool


def _find_subnet(network: DraftNetwork, address: int) -> DraftSubnet | None:
    for subnet in network.subnets:
        if address & subnet.mask == subnet.address:
            return subnet
    return None


def check_overlap(draft: Draft, keyword: Token, family: int, address: int, length: int) -> None:
    """Compare a subnet with the one declared just before it, the only one that dhcpd looks at."""
    before, draft.last_subnet = draft.last_subnet, (family, address, length)
    if before is None:
        return
    if before[0] != family:
        # dhcpd ends with an internal error here.
        raise Refusal(problem_at(keyword, "subnets of DHCPv4 and DHCPv6 in one configuration"))
    unused = (32 if family == 4 else 128) - min(length, before[2])
    if address >> unused == before[1] >> unused:
        first, second = _net_text(family, address, length), _net_text(*before)
        draft.log(ERR, f"Warning: subnet {first} overlaps subnet {second}")


def _owner(place: Place) -> DraftNetwork | DraftSubnet | DraftSubnet6:
    """What an interface is tied to."""
    if place.kind == SUBNET6:
        assert place.subnet6 is not None, "a subnet6 body has its subnet"
        return place.subnet6
    owner = place.subnet if place.kind == SUBNET else place.network
    assert owner is not None, "the row allows nothing else"
    return owner


def _net_text(family: int, address: int, length: int) -> str:
    if family == 4:
        return f"{format_ipv4(address)}/{length}"
    # dhcpd counts no further than the first 32 bits.
    return f"{format_ipv6(address)}/{min(length, 32)}"


def _subnet_text(address: int, mask: int) -> str:
    return f"{format_ipv4(address)}/{_mask_length(mask)}"


def _mask_length(mask: int) -> int:
    # dhcpd looks for the last one of the mask, contiguous or not.
    return 32 - ((mask & -mask).bit_length() - 1) if mask else 0
