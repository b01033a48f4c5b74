"""The parameters of a scope (`server` option space) as typed values, with dhcpd's defaults.

dhcpd.conf(5) REFERENCE: DECLARATIONS AND PARAMETERS. Codes are those of the `server` rows.
"""

from typing import Final, final

from pydhcpd.expression.state import Values

# Values of a flag: `ignore` is a third one, for refusals without a log line.
DENY: Final = 0
ALLOW: Final = 1
IGNORE: Final = 2

DEFAULT_LEASE_TIME_S: Final = 43200
MAXIMUM_LEASE_TIME_S: Final = 86400
MINIMUM_LEASE_TIME_S: Final = 300
CACHE_THRESHOLD_PERCENT: Final = 25
ABANDON_LEASE_TIME_S: Final = 86400
PING_TIMEOUT_S: Final = 1
PING_CLTT_S: Final = 60


@final
class Parameters:
    """One scope's parameters; None where dhcpd tells unset from any value. Times in seconds."""

    __slots__ = (
        "abandon_lease_time",
        "adaptive_threshold",
        "allow_booting",
        "allow_bootp",
        "always_broadcast",
        "always_reply_rfc1048",
        "boot_unknown_clients",
        "bootp_lease_cutoff",
        "bootp_lease_length",
        "cache_threshold",
        "checks_secs_byte_order",
        "declines",
        "default_lease_time",
        "duplicates",
        "echo_client_id",
        "filename",
        "get_lease_hostnames",
        "ignore_client_uids",
        "infinite_is_reserved",
        "is_open",
        "leasequery",
        "log_threshold_high",
        "log_threshold_low",
        "max_lease_time",
        "min_lease_time",
        "min_secs",
        "next_server",
        "one_lease_per_client",
        "ping_check",
        "ping_cltt",
        "ping_timeout_us",
        "server_id_check",
        "server_name",
        "site_option_space",
        "stash_agent_options",
        "use_host_decl_names",
        "use_lease_addr_for_default_route",
        "vendor_option_space",
    )

    def __init__(self, values: Values) -> None:
        self.default_lease_time: Final = _number(values, 1, DEFAULT_LEASE_TIME_S)
        self.max_lease_time: Final = _number(values, 2, MAXIMUM_LEASE_TIME_S)
        # Unset, the minimum gives way to a smaller maximum; a written one does not.
        self.min_lease_time: Final = _number(
            values, 3, min(MINIMUM_LEASE_TIME_S, self.max_lease_time)
        )
        self.bootp_lease_cutoff: Final = _optional_number(values, 4)
        self.bootp_lease_length: Final = _optional_number(values, 5)
        self.boot_unknown_clients: Final = _number(values, 6, ALLOW)
        self.allow_bootp: Final = _number(values, 8, ALLOW)
        self.allow_booting: Final = _number(values, 9, ALLOW)
        # Nobody is refused by scope-level permissions (v4/refusal.py): true nearly everywhere.
        self.is_open: Final = (
            self.boot_unknown_clients == ALLOW
            and self.allow_bootp == ALLOW
            and self.allow_booting == ALLOW
            and not values.get(14)
        )
        self.one_lease_per_client: Final = _flag(values, 10, False)
        self.get_lease_hostnames: Final = _flag(values, 11, False)
        self.use_host_decl_names: Final = _flag(values, 12, False)
        self.use_lease_addr_for_default_route: Final = _flag(values, 13, False)
        self.min_secs: Final = _number(values, 14, 0)
        self.filename: Final = values.get(15)
        self.server_name: Final = values.get(16)
        self.next_server: Final = _address(values, 17)
        self.vendor_option_space: Final = _text(values, 19)
        self.always_reply_rfc1048: Final = _flag(values, 20, False)
        self.site_option_space: Final = _text(values, 21)
        self.always_broadcast: Final = _flag(values, 22, False)
        self.duplicates: Final = _flag(values, 28, True)
        self.declines: Final = _number(values, 29, ALLOW)
        self.stash_agent_options: Final = _flag(values, 37, True)
        self.ping_check: Final = _flag(values, 42, True)
        self.infinite_is_reserved: Final = _flag(values, 47, False)
        self.leasequery: Final = _flag(values, 49, False)
        self.adaptive_threshold: Final = _number(values, 50, 0)
        threshold = _number(values, 78, CACHE_THRESHOLD_PERCENT)
        # A value that is no percentage leaves the default in force (observed with 100).
        self.cache_threshold: Final = threshold if threshold < 100 else CACHE_THRESHOLD_PERCENT
        self.ignore_client_uids: Final = _flag(values, 82, False)
        self.log_threshold_low: Final = _number(values, 83, 0)
        self.log_threshold_high: Final = _number(values, 84, 0)
        self.echo_client_id: Final = _flag(values, 85, False)
        self.server_id_check: Final = _flag(values, 86, False)
        self.abandon_lease_time: Final = _number(values, 89, ABANDON_LEASE_TIME_S)
        self.checks_secs_byte_order: Final = _flag(values, 92, False)
        self.ping_cltt: Final = _number(values, 99, PING_CLTT_S)
        milliseconds = _number(values, 100, 0)
        if milliseconds > 0:
            self.ping_timeout_us = milliseconds * 1000
        else:
            self.ping_timeout_us = _number(values, 46, PING_TIMEOUT_S) * 1_000_000


def _number(values: Values, code: int, default: int) -> int:
    value = values.get(code)
    return default if value is None else int.from_bytes(value, "big")


def _optional_number(values: Values, code: int) -> int | None:
    value = values.get(code)
    return None if value is None else int.from_bytes(value, "big")


def _flag(values: Values, code: int, default: bool) -> bool:
    return _number(values, code, ALLOW if default else DENY) == ALLOW


def _address(values: Values, code: int) -> int | None:
    """The first address of an address option, None unless there are four bytes."""
    value = values.get(code)
    if value is None or len(value) < 4:
        return None
    return int.from_bytes(value[:4], "big")


def _text(values: Values, code: int) -> str | None:
    value = values.get(code)
    return None if value is None else value.decode("latin-1")
