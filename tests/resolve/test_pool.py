"""Pools: access lists, order, merging."""

from pydhcpd.model.permit import (
    AFTER,
    ALL_CLIENTS,
    CLASS_MEMBERS,
    DYNAMIC_BOOTP_CLIENTS,
    KNOWN_CLIENTS,
    UNKNOWN_CLIENTS,
    Permit,
)
from tests.resolve.reading import configuration_of, execute, messages_of

SUBNET = "subnet 10.0.0.0 netmask 255.255.255.0"


def pools_of(body: str) -> list[list[int]]:
    """The last octets of the pools' ranges."""
    configuration = configuration_of(f'class "c" {{ }} {SUBNET} {{ {body} }}')
    return [[one.low & 255 for one in pool.ranges] for pool in configuration.pools]


def test_every_kind_of_permit() -> None:
    configuration = configuration_of(
        f'class "c" {{ }} {SUBNET} {{ pool {{ range 10.0.0.1; allow known clients;'
        'deny unknown-clients; allow members of "c"; deny dynamic bootp clients;'
        "allow all clients; deny after 4 2024/02/29 12:00:01 3600; } }"
    )
    (pool,) = configuration.pools
    assert pool.permits == (
        Permit(KNOWN_CLIENTS),
        Permit(CLASS_MEMBERS, "c"),
        Permit(ALL_CLIENTS),
    )
    assert pool.prohibits == (
        Permit(UNKNOWN_CLIENTS),
        Permit(DYNAMIC_BOOTP_CLIENTS),
        Permit(AFTER, "", 1709208001 + 3600),
    )


def test_pools_come_in_order_of_creation() -> None:
    pool = "pool {{ default-lease-time {0}; range 10.0.0.{0}; }}"
    assert pools_of(f"{pool.format(9)} range 10.0.0.5; {pool.format(1)}") == [[9], [5], [1]]


def test_pools_that_differ_in_nothing_are_one() -> None:
    assert pools_of("pool { range 10.0.0.1; } pool { range 10.0.0.2; }") == [[1, 2]]
    assert pools_of("pool { range 10.0.0.1; } pool { deny unknown-clients; range 10.0.0.2; }") == [
        [1],
        [2],
    ]
    assert pools_of("pool { range 10.0.0.1; } pool { ping-check off; range 10.0.0.2; }") == [
        [1],
        [2],
    ]


def test_the_moment_of_after_does_not_keep_pools_apart() -> None:
    assert pools_of(
        "pool { deny after epoch 5; range 10.0.0.1; } pool { deny after never; range 10.0.0.2; }"
    ) == [[1, 2]]


def test_a_plain_range_joins_a_pool_with_the_same_access_list() -> None:
    assert pools_of(
        "pool { deny dynamic bootp clients; range 10.0.0.1; } range 10.0.0.2; "
        "pool { deny dynamic bootp clients; range 10.0.0.3; }"
    ) == [[1, 2, 3]]


def test_ignore_stays_a_flag_in_a_pool() -> None:
    configuration = configuration_of(
        f"{SUBNET} {{ pool {{ ignore unknown-clients; range 10.0.0.1; }} }}"
    )
    (pool,) = configuration.pools
    assert (pool.permits, pool.prohibits) == ((), ())
    assert execute(pool.scope).server == {6: b"\2"}


def test_a_pool_without_range_says_it_in_three_lines() -> None:
    assert messages_of(f"{SUBNET} {{ pool {{ }} }}")[3:] == [
        "Pool declarations must always contain at least",
        "one range statement.",
    ]
