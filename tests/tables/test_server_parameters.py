"""The parameters that the v4 server reads, by their names in dhcpd.conf(5)."""

import pytest

from pydhcpd.options.server_rows import SERVER_ROWS
from pydhcpd.v4.parameters import Parameters

CODES = {name: code for code, name, _ in SERVER_ROWS}
FIVE = (5).to_bytes(4, "big")
ADDRESS = bytes((10, 0, 0, 5))

# Name, attribute, value when unset, a value in wire form, what it means. The defaults are those
# of dhcpd.conf(5); an unset filter of clients allows.
NUMBERS = [
    ("default-lease-time", "default_lease_time", 43200),
    ("max-lease-time", "max_lease_time", 86400),
    ("min-lease-time", "min_lease_time", 300),
    ("dynamic-bootp-lease-cutoff", "bootp_lease_cutoff", None),
    ("dynamic-bootp-lease-length", "bootp_lease_length", None),
    ("abandon-lease-time", "abandon_lease_time", 86400),
    ("ping-cltt-secs", "ping_cltt", 60),
]
PERCENTAGES = [
    ("min-secs", "min_secs", 0),
    ("adaptive-lease-time-threshold", "adaptive_threshold", 0),
    ("dhcp-cache-threshold", "cache_threshold", 25),
    ("log-threshold-low", "log_threshold_low", 0),
    ("log-threshold-high", "log_threshold_high", 0),
]
# deny 0, allow 1, ignore 2
FILTERS = [
    ("boot-unknown-clients", "boot_unknown_clients"),
    ("allow-bootp", "allow_bootp"),
    ("allow-booting", "allow_booting"),
    ("declines", "declines"),
]
FLAGS = [
    ("one-lease-per-client", "one_lease_per_client", False),
    ("get-lease-hostnames", "get_lease_hostnames", False),
    ("use-host-decl-names", "use_host_decl_names", False),
    ("use-lease-addr-for-default-route", "use_lease_addr_for_default_route", False),
    ("always-reply-rfc1048", "always_reply_rfc1048", False),
    ("always-broadcast", "always_broadcast", False),
    ("duplicates", "duplicates", True),
    ("stash-agent-options", "stash_agent_options", True),
    ("ping-check", "ping_check", True),
    ("infinite-is-reserved", "infinite_is_reserved", False),
    ("leasequery", "leasequery", False),
    ("ignore-client-uids", "ignore_client_uids", False),
    ("check-secs-byte-order", "checks_secs_byte_order", False),
    ("echo-client-id", "echo_client_id", False),
    ("server-id-check", "server_id_check", False),
]
ADDRESSES = [("next-server", "next_server")]
TEXTS = [("vendor-option-space", "vendor_option_space"), ("site-option-space", "site_option_space")]
NAMES = [("filename", "filename"), ("server-name", "server_name")]

Case = tuple[str, str, object, bytes, object]
CASES: list[Case] = [
    *((name, attribute, default, FIVE, 5) for name, attribute, default in NUMBERS),
    *((name, attribute, default, b"\5", 5) for name, attribute, default in PERCENTAGES),
    *(
        (name, attribute, 1, value, value[0])
        for name, attribute in FILTERS
        for value in (b"\0", b"\2")
    ),
    *((name, attribute, default, b"\1", True) for name, attribute, default in FLAGS),
    *((name, attribute, default, b"\0", False) for name, attribute, default in FLAGS),
    *((name, attribute, None, ADDRESS, 0x0A000005) for name, attribute in ADDRESSES),
    *((name, attribute, None, b"s", "s") for name, attribute in TEXTS),
    *((name, attribute, None, b"s", b"s") for name, attribute in NAMES),
    ("ping-timeout", "ping_timeout_us", 1_000_000, FIVE, 5_000_000),
    ("ping-timeout-ms", "ping_timeout_us", 1_000_000, FIVE, 5_000),
]


@pytest.mark.parametrize(("name", "attribute", "default", "value", "meaning"), CASES)
def test_each_parameter_is_read_by_the_code_of_its_row(
    name: str, attribute: str, default: object, value: bytes, meaning: object
) -> None:
    assert getattr(Parameters({}), attribute) == default
    assert getattr(Parameters({CODES[name]: value}), attribute) == meaning


def test_no_other_parameter_is_touched() -> None:
    for name, attribute, _, value, _ in CASES:
        unset, one = Parameters({}), Parameters({CODES[name]: value})
        changed = {
            other for other in Parameters.__slots__ if getattr(unset, other) != getattr(one, other)
        }
        # A written maximum takes the unset minimum down with it; `is_open` sums filters up.
        allowed = {attribute, "is_open"}
        if name == "max-lease-time":
            allowed.add("min_lease_time")
        assert changed <= allowed, name


def test_the_cases_cover_all_that_is_read() -> None:
    read = {attribute for _, attribute, *_ in CASES}
    assert read == set(Parameters.__slots__) - {"is_open"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("boot-unknown-clients", b"\0"),
        ("allow-bootp", b"\2"),
        ("allow-booting", b"\0"),
        ("min-secs", b"\1"),
    ],
)
def test_a_scope_is_open_unless_something_may_refuse_a_client(name: str, value: bytes) -> None:
    assert Parameters({}).is_open
    assert not Parameters({CODES[name]: value}).is_open


def test_values_that_mean_nothing_count_as_unset() -> None:
    # No percentage; an address of less than four bytes; a null that hides an outer value.
    assert Parameters({CODES["dhcp-cache-threshold"]: b"\x64"}).cache_threshold == 25
    assert Parameters({CODES["next-server"]: b"\x0a\0\0"}).next_server is None
    assert Parameters({CODES["default-lease-time"]: None}).default_lease_time == 43200
    assert Parameters({CODES["ping-timeout-ms"]: bytes(4)}).ping_timeout_us == 1_000_000
