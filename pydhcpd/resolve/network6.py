"""Declarations of DHCPv6 networks (dhcpd.conf(5)): subnet6, pool6, range6, prefix6.

In DHCPv4 mode dhcpd knows the words, and says that they belong to DHCPv6 mode.
"""

from typing import Final

from pydhcpd.config.problem import problem_at
from pydhcpd.options.space import leading_number
from pydhcpd.options.word import ValueProblem
from pydhcpd.resolve.address import format_ipv6, read_address6
from pydhcpd.resolve.draft import (
    DraftNetwork,
    DraftPool6,
    DraftPrefix6,
    DraftRange6,
    DraftScope,
    DraftSubnet6,
)
from pydhcpd.resolve.network import check_overlap
from pydhcpd.resolve.phrase import Phrase
from pydhcpd.resolve.place import POOL, POOL6, SHARED_NETWORK, SUBNET, SUBNET6, Place
from pydhcpd.resolve.walk import Walk

ADDRESS_BITS: Final = 128
# `temporary` without a length stands for a network of this size.
TEMPORARY_BITS: Final = 64


def read_subnet6(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`subnet6 ADDRESS/BITS { ... }`; alone it is a shared network of its own."""
    _check_mode(walk, phrase)
    reader = phrase.reader
    address = read_address6(phrase.reader)
    if not reader.accept("/"):
        raise reader.problem("Expecting a '/'.")
    if reader.is_at_end or reader.peek().kind != "number":
        raise reader.problem("Expecting a number.")
    length = _take_number(phrase)
    if not 0 <= length <= ADDRESS_BITS:
        raise ValueProblem("Expecting a number between 0 and 128.", reader.index - 1)
    if address & _host_mask(length):
        raise ValueProblem("New subnet mask too short.", reader.index - 1)
    body = phrase.expect_body()
    inside = place.inside(SUBNET6)
    if place.kind == SHARED_NETWORK and place.network is not None:
        network = place.network
    else:
        name = f"{format_ipv6(address)}/{length}"
        network = DraftNetwork(name, inside.scope, True, phrase.keyword)
    subnet = DraftSubnet6(address, length, inside.scope, network)
    check_overlap(walk.draft, phrase.keyword, 6, address, length)
    walk.draft.subnets6.append(subnet)
    network.subnets6.append(subnet)
    walk.read_body(body, inside.of_subnet6(subnet))
    if network.is_implicit:
        walk.draft.networks.append(network)


def read_pool6(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`pool6 { ... }`."""
    if place.kind in (POOL, POOL6):
        phrase.refuse("pool6 declared within pool.")
    network = place.network
    if place.kind not in (SUBNET, SUBNET6) or network is None:
        phrase.refuse("pool6 declared outside of network")
    body = phrase.expect_body()
    inside = place.inside(POOL6)
    pool = DraftPool6(inside.scope, network)
    before = walk.problem_count
    walk.read_body(body, inside.of_pool6(pool))
    if not (pool.ranges or pool.prefixes):
        if walk.problem_count == before:
            text = "Pool6 declaration with no address range6 or prefix6."
            walk.report(problem_at(body.close, text))
        return
    network.pools6.append(pool)
    walk.draft.pools6.append(pool)


def read_range6(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`range6 LOW HIGH;`, `range6 NET/BITS [temporary];` or `range6 NET temporary;`."""
    _check_mode(walk, phrase)
    subnet = place.subnet6
    if subnet is None:
        phrase.refuse("range6 in a subnet that is not one of DHCPv6")
    reader = phrase.reader
    low = read_address6(phrase.reader)
    _check_inside(phrase, subnet, low, "start")
    is_temporary = False
    if reader.accept("/"):
        length = _read_bits(phrase, 0, ADDRESS_BITS, "networks have 0 to 128 bits")
        if length < subnet.length:
            text = "network mask smaller than subnet mask"
            raise ValueProblem(text, reader.index - 1)
        high = _last_address(phrase, low, length)
        is_temporary = phrase.accept("temporary")
    elif phrase.accept("temporary"):
        is_temporary = True
        high = _last_address(phrase, low, TEMPORARY_BITS)
    else:
        high = read_address6(phrase.reader)
        _check_inside(phrase, subnet, high, "end")
    phrase.expect_semicolon()
    pool = place.pool6 or _implicit_pool(walk, subnet.network)
    pool.ranges.append(DraftRange6(subnet, min(low, high), max(low, high), is_temporary))


def read_prefix6(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`prefix6 LOW HIGH / BITS;`: prefixes of so many bits, for delegation."""
    _check_mode(walk, phrase)
    reader = phrase.reader
    low = read_address6(phrase.reader)
    high = read_address6(phrase.reader)
    if not reader.accept("/"):
        raise reader.problem("expecting '/'")
    length = _read_bits(phrase, 1, ADDRESS_BITS - 1, "networks have 0 to 128 bits (exclusive)")
    for address in (low, high):
        _last_address(phrase, address, length)
    phrase.expect_semicolon()
    network = place.network
    assert network is not None, "the row allows nothing else"
    pool = place.pool6 or _implicit_pool(walk, network)
    pool.prefixes.append(DraftPrefix6(place.subnet6, min(low, high), max(low, high), length))


def read_prefix(phrase: Phrase) -> tuple[int, int]:
    """`NET/BITS` as `fixed-prefix6` has it."""
    address = read_address6(phrase.reader)
    if not phrase.reader.accept("/"):
        raise phrase.reader.problem("expecting '/'")
    length = _read_bits(phrase, 0, ADDRESS_BITS, "networks have 0 to 128 bits")
    _last_address(phrase, address, length)
    return address, length


def _check_mode(walk: Walk, phrase: Phrase) -> None:
    if walk.draft.family != 6:
        phrase.refuse(f"{phrase.keyword.word} statement is only supported in DHCPv6 mode.")


def _check_inside(phrase: Phrase, subnet: DraftSubnet6, address: int, which: str) -> None:
    if address & ~_host_mask(subnet.length) != subnet.address:
        text = f"range6 {which} address is outside the subnet"
        raise ValueProblem(text, phrase.reader.index - 1)


def _read_bits(phrase: Phrase, least: int, most: int, text: str) -> int:
    reader = phrase.reader
    if reader.is_at_end or reader.peek().kind != "number":
        raise reader.problem("expecting number")
    length = _take_number(phrase)
    if not least <= length <= most:
        raise ValueProblem(text, reader.index - 1)
    return length


def _take_number(phrase: Phrase) -> int:
    text = phrase.reader.take().text
    number = leading_number(text.removeprefix("-"))
    return -number if text.startswith("-") else number


def _last_address(phrase: Phrase, address: int, length: int) -> int:
    """The last address of a network, whose first one must be the given one."""
    if address & _host_mask(length):
        raise ValueProblem("network mask too short", phrase.reader.index - 1)
    return address | _host_mask(length)


def _host_mask(length: int) -> int:
    return (1 << ADDRESS_BITS - length) - 1


def _implicit_pool(walk: Walk, network: DraftNetwork) -> DraftPool6:
    """The pool for ranges and prefixes outside pool bodies: the one without an access list."""
    for pool in network.pools6:
        if not pool.permits and not pool.prohibits:
            return pool
    pool = DraftPool6(DraftScope(network.scope), network)
    network.pools6.append(pool)
    walk.draft.pools6.append(pool)
    return pool
