"""THE table of rules: a stable name, how bad it is, what to do, and who looks for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from pydhcpd.check import (
    client_class,
    failover,
    host,
    lease_time,
    network,
    obsolete,
    option,
    pair,
    pair_option,
    pool,
    subnet_option,
)
from pydhcpd.check.finding import INFO, WARNING, Spot
from pydhcpd.check.subject import Subject


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule over one file."""

    name: str
    severity: str
    find: Callable[[Subject], Iterator[Spot]]
    advice: str


@dataclass(frozen=True, slots=True)
class PairRule:
    """A rule over both files of a failover pair, asked for each side."""

    name: str
    severity: str
    find: Callable[[Subject, Subject], Iterator[Spot]]
    advice: str


RULES: Final[tuple[Rule, ...]] = (
    # Networks
    Rule(
        "overlapping-subnets",
        WARNING,
        network.overlapping_subnets,
        "Give each subnet addresses of its own: a client is served by the narrowest one.",
    ),
    Rule(
        "overlapping-ranges",
        WARNING,
        network.overlapping_ranges,
        "End the range before the other subnet begins.",
    ),
    Rule(
        "range-on-the-edge",
        WARNING,
        network.range_on_the_edge,
        "Leave this address out of the range: many hosts cannot use it.",
    ),
    Rule(
        "broken-netmask",
        WARNING,
        network.broken_netmask,
        "Correct the netmask: no client understands such a one.",
    ),
    Rule(
        "repeated-shared-network",
        WARNING,
        network.repeated_shared_network,
        "Put all subnets of one wire in one shared-network, or give this one another name.",
    ),
    Rule(
        "subnet-without-addresses",
        INFO,
        network.subnet_without_addresses,
        "Nothing, if the server only has an interface there; otherwise add a range or hosts.",
    ),
    Rule(
        "router-outside-subnet",
        WARNING,
        subnet_option.router_outside_subnet,
        "Set option routers in the subnet, to an address in it.",
    ),
    Rule(
        "router-in-range",
        WARNING,
        subnet_option.router_in_range,
        "Leave the router's address out of the range.",
    ),
    Rule(
        "wrong-broadcast-address",
        WARNING,
        subnet_option.wrong_broadcast_address,
        "Correct the address, or set the option in each subnet.",
    ),
    Rule(
        "wrong-subnet-mask",
        WARNING,
        subnet_option.wrong_subnet_mask,
        "Drop the option: clients are sent the netmask of their subnet anyway.",
    ),
    # Pools
    Rule(
        "unreachable-pool",
        WARNING,
        pool.unreachable_pool,
        "Correct the access list, or drop the pool.",
    ),
    Rule(
        "shadowed-permit",
        WARNING,
        pool.shadowed_permit,
        "Drop one of the two.",
    ),
    # Hosts
    Rule(
        "host-outside-subnets",
        WARNING,
        host.host_outside_subnets,
        "Correct the address, or declare its subnet: nobody gets this address now.",
    ),
    Rule(
        "host-in-other-subnet",
        WARNING,
        host.host_in_other_subnet,
        "Move the host: the options of the subnet around it override those of its address.",
    ),
    Rule(
        "fixed-address-in-range",
        WARNING,
        host.fixed_address_in_range,
        "Leave the address out of the range: another client may get it.",
    ),
    Rule(
        "duplicate-fixed-address",
        WARNING,
        host.duplicate_fixed_address,
        "Give each host its own address, unless both are interfaces of one machine.",
    ),
    Rule(
        "duplicate-hardware",
        WARNING,
        host.duplicate_hardware,
        "Drop one of the two: only the first one counts.",
    ),
    Rule(
        "duplicate-client-identifier",
        WARNING,
        host.duplicate_client_identifier,
        "Drop one of the two: only the first one counts.",
    ),
    Rule(
        "host-without-identity",
        WARNING,
        host.host_without_identity,
        "Add the hardware address of the client, or drop the host.",
    ),
    # Classes
    Rule(
        "unused-class",
        WARNING,
        client_class.unused_class,
        "Name the class in a pool (allow members of ...), or drop it.",
    ),
    Rule(
        "class-without-members",
        WARNING,
        client_class.class_without_members,
        "Add match if, or match and subclasses, or spawn with.",
    ),
    # Options and parameters
    Rule(
        "overridden-statement",
        WARNING,
        option.overridden_statement,
        "Drop one of the two: the last one counts.",
    ),
    Rule(
        "duplicate-option-code",
        WARNING,
        option.duplicate_option_code,
        "Correct the code of one of the two.",
    ),
    Rule(
        "unsendable-option",
        WARNING,
        option.unsendable_option,
        "Set vendor-option-space, or define an option that encapsulates the space.",
    ),
    Rule(
        "default-above-max",
        WARNING,
        lease_time.default_above_max,
        "Raise max-lease-time, or lower default-lease-time.",
    ),
    Rule(
        "default-below-min",
        WARNING,
        lease_time.default_below_min,
        "Lower min-lease-time, or raise default-lease-time.",
    ),
    Rule(
        "min-above-max",
        WARNING,
        lease_time.min_above_max,
        "Correct one of the two: the minimum wins.",
    ),
    Rule(
        "odd-renewal-times",
        WARNING,
        lease_time.odd_renewal_times,
        "Leave both options out: clients then take 1/2 and 7/8 of the lease time.",
    ),
    Rule(
        "global-only-parameter",
        WARNING,
        obsolete.global_only_parameter,
        "Move it to the top of the file, outside of all declarations.",
    ),
    Rule(
        "ineffective-statement",
        WARNING,
        obsolete.ineffective_statement,
        "Drop it.",
    ),
    Rule(
        "deprecated-statement",
        WARNING,
        obsolete.deprecated_statement,
        "Use class with match if, or match and subclasses.",
    ),
    Rule(
        "deprecated-flag",
        INFO,
        obsolete.deprecated_flag,
        "Use the access list of a pool: deny unknown-clients in a pool.",
    ),
    Rule(
        "weak-key",
        WARNING,
        obsolete.weak_key,
        "Make a new key with hmac-sha256, here and where it is used.",
    ),
    # Failover, one file
    Rule(
        "failover-without-address",
        WARNING,
        failover.failover_without_address,
        "Add address: the address by which the partner knows this server.",
    ),
    Rule(
        "failover-without-role",
        WARNING,
        failover.failover_without_role,
        "Say primary or secondary.",
    ),
    Rule(
        "failover-port",
        WARNING,
        failover.failover_port,
        "Take a port from 1 to 65535; 647 is the usual one.",
    ),
    Rule(
        "failover-with-itself",
        WARNING,
        failover.failover_with_itself,
        "Correct address or peer address.",
    ),
    Rule(
        "mclt-on-secondary",
        INFO,
        failover.mclt_on_secondary,
        "Drop it here; the primary's counts.",
    ),
    Rule(
        "pool-without-failover",
        WARNING,
        failover.pool_without_failover,
        "Add failover peer, or make sure that the partner does not have this pool.",
    ),
)

PAIR_RULES: Final[tuple[PairRule, ...]] = (
    PairRule(
        "pair-missing-peer",
        WARNING,
        pair.missing_peer,
        "Give the peer the same name in both files.",
    ),
    PairRule(
        "pair-same-role",
        WARNING,
        pair.same_role,
        "Make one of the two primary and the other one secondary.",
    ),
    PairRule(
        "pair-address",
        WARNING,
        pair.address_mismatch,
        "Address and peer address of the two files must be each other's.",
    ),
    PairRule(
        "pair-port",
        WARNING,
        pair.port_mismatch,
        "Port and peer port of the two files must be each other's.",
    ),
    PairRule(
        "pair-mclt",
        WARNING,
        pair.mclt_mismatch,
        "Drop it on the secondary; the primary's counts.",
    ),
    PairRule(
        "pair-range",
        WARNING,
        pair.range_mismatch,
        "Failover pools must have the same ranges and the same peer in both files.",
    ),
    PairRule(
        "pair-permit",
        WARNING,
        pair.permit_mismatch,
        "Give the pool the same access list in both files.",
    ),
    PairRule(
        "pair-option",
        WARNING,
        pair_option.option_mismatch,
        "Set it alike in both files: either server may answer a client of this pool.",
    ),
    PairRule(
        "pair-subnet",
        WARNING,
        pair.subnet_mismatch,
        "Declare the same subnets in both files.",
    ),
    PairRule(
        "pair-class",
        WARNING,
        pair.class_mismatch,
        "Declare the same classes in both files.",
    ),
    PairRule(
        "pair-host",
        WARNING,
        pair.host_mismatch,
        "Declare the same hosts in both files.",
    ),
)
