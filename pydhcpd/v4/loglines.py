"""The log texts of the DHCPv4 room, each in one place: tools parse these lines.

Every function returns the exact text that dhcpd 4.4.3-P1 logs (observed).
"""

from typing import Final

from pydhcpd.wire.address import format_ipv4

BOGUS_HLEN: Final = "Discarding packet with bogus hlen."
EMPTY_CLIENT_IDENTIFIER: Final = "Dropped DHCPv4 packet with zero-length client-id"
SHORT_CLIENT_IDENTIFIER: Final = (
    "Accepted DHCPv4 packet with one-character client-id"
    " - a future version of ISC DHCP will reject this"
)
NO_IDENTIFIER: Final = "Received DHCPv4 packet without client-id option and empty hlen field."
EMPTY_HOST_NAME: Final = "Ignoring empty DHO_HOST_NAME option"
UNSUITABLE_HOST_NAME: Final = "Hostname Unsuitable for Printing"
MAXIMUM_PRINTED_HOST_NAME: Final = 64
# All that prints, without quotes and backslashes
PRINTED: Final = bytes(byte for byte in range(32, 127) if byte not in b'"\\')

# Logged the first time and every 101st that an INFORM is refused for lack of authority.
AUTHORITY_ADVICE: Final = (
    "If this DHCP server is authoritative for that subnet,",
    "please write an `authoritative;' directive either in the",
    "subnet declaration or in some scope that encloses the",
    "subnet declaration - for example, write it at the top",
    "of the dhcpd.conf file.",
)


def host_part(client_hostname: bytes | None) -> str:
    """The `(name) ` of a log line, with its blank; empty without a name."""
    if client_hostname is None:
        return ""
    if len(client_hostname) > MAXIMUM_PRINTED_HOST_NAME or client_hostname.translate(None, PRINTED):
        return f"({UNSUITABLE_HOST_NAME}) "
    return f"({client_hostname.decode('ascii')}) "


def no_host_name(address: int) -> str:
    """`get-lease-hostnames` without success."""
    return f"No hostname for {format_ipv4(address)}"


def discover(hardware: str, host: str, via: str) -> str:
    return f"DHCPDISCOVER from {hardware} {host}via {via}"


def request(address: int, server: str, hardware: str, host: str, via: str) -> str:
    """`server` is ` (10.0.0.1)`, or empty without option 54."""
    return f"DHCPREQUEST for {format_ipv4(address)}{server} from {hardware} {host}via {via}"


def bootrequest(hardware: str, via: str) -> str:
    return f"BOOTREQUEST from {hardware} via {via}"


def unknown_segment(type_name: str, hardware: str, via: str) -> str:
    return f"{type_name} from {hardware} via {via}: unknown network segment"


def unknown_type(message_type: int, hardware: str, via: str) -> str:
    return f"type {message_type} from {hardware} via {via}: unknown packet type"


def no_free_leases(prefix: str, network: str) -> str:
    return f"{prefix}: network {network}: no free leases"


def peer_holds_all(prefix: str) -> str:
    """Of the network's free leases none is this server's."""
    return f"{prefix}: peer holds all free leases"


def not_responding(prefix: str, reason: str) -> str:
    """The failover state forbids to answer."""
    return f"{prefix}: not responding ({reason})"


def ignored(prefix: str, reason: str) -> str:
    """The same for a RELEASE or DECLINE."""
    return f"{prefix}: ignored ({reason})"


def load_balance(prefix: str, peer: str) -> str:
    """The failover partner answers this client."""
    return f"{prefix}: load balance to peer {peer}"


def cancel_load_balance(prefix: str, peer: str) -> str:
    """The failover partner should answer this client, but has nothing to give."""
    return f"{prefix}: cancel load balance to peer {peer} - no free leases"


def owned_by_peer(prefix: str) -> str:
    """The failover partner gives this address."""
    return f"{prefix}: lease owned by peer"


def in_transition(prefix: str, state: str) -> str:
    """The failover partner does not know yet that the lease is over."""
    return f"{prefix}: lease in transition state {state}"


def reset_by_administrator(prefix: str) -> str:
    """The client must not use the lease any longer."""
    return f"{prefix}: lease reset by administrator"


def reply(name: str, address: int, hardware: str, host: str, via: str) -> str:
    """`name` is DHCPOFFER, DHCPACK or BOOTREPLY."""
    return f"{name} on {format_ipv4(address)} to {hardware} {host}via {via}"


def nak(address: int, hardware: str, via: str) -> str:
    return f"DHCPNAK on {format_ipv4(address)} to {hardware} via {via}"


def release(address: int, hardware: str, host: str, via: str, found: str) -> str:
    return f"DHCPRELEASE of {format_ipv4(address)} from {hardware} {host}via {via} ({found})"


def release_with_requested_address(hardware: str) -> str:
    return f"DHCPRELEASE from {hardware} specified requested-address."


def decline(address: int, hardware: str, host: str, via: str, status: str) -> str:
    return f"DHCPDECLINE of {format_ipv4(address)} from {hardware} {host}via {via}{status}"


def abandoning(address: int, reason: str) -> str:
    return f"Abandoning IP address {format_ipv4(address)}: {reason}"


def reclaiming(address: int) -> str:
    return f"Reclaiming abandoned lease {format_ipv4(address)}."


def reclaiming_requested(address: int) -> str:
    return f"Reclaiming REQUESTed abandoned IP address {format_ipv4(address)}."


def reuse(age_s: int, threshold: int, address: int) -> str:
    return (
        f"reuse_lease: lease age {age_s} (secs) under {threshold}% threshold,"
        f" reply with unaltered, existing lease for {format_ipv4(address)}"
    )


def duplicate_leases(hardware: str, network: str) -> str:
    return f"client {hardware} has duplicate leases on {network}"


def duplicate_uid_lease(address: int, hardware: str, network: str) -> str:
    return f"uid lease {format_ipv4(address)} for client {hardware} is duplicate on {network}"


def dynamic_and_static(address: int, host: str, network: str) -> tuple[str, str, str]:
    text = format_ipv4(address)
    return (
        f"Dynamic and static leases present for {text}.",
        f"Remove host declaration {host} or remove {text}",
        f"from the dynamic address pool for {network}",
    )


def too_many_classes(hardware: str) -> str:
    return f"too many classes match {hardware}"


def no_billing(prefix: str, class_name: str) -> str:
    return (
        f"{prefix}: no available billing: lease limit reached in all matching classes"
        f" (last: '{class_name}')"
    )


def min_secs(prefix: str, wanted: int, secs: int) -> str:
    return (
        f"{prefix}: configured min-secs value ({wanted}) is greater than secs field ({secs})."
        "  message dropped."
    )


def infinite_reservation(address: int) -> str:
    return f"Infinite-leasetime reservation made on {format_ipv4(address)}."


def threshold_exceeded(network: str, address: int, percent: int, used: int, total: int) -> str:
    return (
        f"Pool threshold exceeded - shared subnet: {network}; address: {format_ipv4(address)};"
        f" high threshold {percent}% {used}/{total}."
    )


def threshold_reset(network: str, address: int, used: int, total: int) -> str:
    return (
        f"Pool threshold reset - shared subnet: {network}; address: {format_ipv4(address)};"
        f" low threshold {used}/{total}."
    )


def adaptive(total: int, free: int, ends: int, adaptive_s: int, fill: int, threshold: int) -> str:
    return (
        f"Adap-lease: Total: {total}, Free: {free}, Ends: {ends}, Adaptive: {adaptive_s},"
        f" Fill: {fill}, Threshold: {threshold}"
    )


def adaptive_reduced(address: int, before_s: int, after_s: int) -> str:
    return (
        f"Pool over threshold, time for {format_ipv4(address)} reduced"
        f" from {before_s} to {after_s}."
    )


def field_truncated(kind: str, field_size: int, value: bytes) -> str:
    """`kind` is `file` or `server`."""
    text = value.decode("latin-1")
    return (
        f"{kind} name longer than packet field truncated"
        f" - field: {field_size} name: {len(value)} {text}"
    )


def leasequery_too_many(count: int, what: str, sent: int) -> str:
    return f"{count} IP addresses associated with {what}, only {sent} sent in reply."


def unknown_site_space(name: str) -> str:
    return f"unknown option space {name}."


def unknown_vendor_space(name: str) -> str:
    return f"option_space_encapsulate: option space '{name}' does not exist, but is configured."


def inform(address: int, via: str, reason: str = "") -> str:
    return f"DHCPINFORM from {format_ipv4(address)} via {via}{reason}"


def inform_ack(address: int, hardware: str, via: str) -> str:
    return f"DHCPACK to {format_ipv4(address)} ({hardware}) via {via}"


def bootp_reply(address: int, name: str, hardware: str, via: str) -> str:
    return f"BOOTREPLY for {format_ipv4(address)} to {name} ({hardware}) via {via}"


def echo_while_valid(address: int) -> str:
    return f"ICMP Echo reply while lease {format_ipv4(address)} valid."


def echo_late(address: int) -> str:
    return f"ICMP Echo Reply for {format_ipv4(address)} late or spurious."


def echo_unexpected(address: int) -> str:
    return f"unexpected ICMP Echo Reply from {format_ipv4(address)}"
