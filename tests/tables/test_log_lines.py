"""Every log text of the v4 room has the form that tools parse (as dhcpd 4.4.3-P1 was seen to log).

Each pattern is the text of the line with <ip>, <hw> and the like for what varies.
"""

import re
from pathlib import Path

import pytest

from pydhcpd.v4 import loglines

IP = 0x0A000064
HW = "02:00:00:00:01:01"
FORMS = {
    "ip": r"\d+\.\d+\.\d+\.\d+",
    "hw": r"[0-9a-f]{2}(?::[0-9a-f]{2})*",
    "host": r"(?:\([^)]*\) )?",
    "server": r"(?: \(\d+\.\d+\.\d+\.\d+\))?",
    "via": r"(?:[a-z0-9]+|\d+\.\d+\.\d+\.\d+)",
    "n": r"-?\d+",
    "net": r"\S+",
    "text": r".*",
}
PREFIX = loglines.discover(HW, "", "eth0")
REQUEST = loglines.request(IP, " (10.0.0.1)", HW, "(name) ", "10.9.0.254")
DYNAMIC = loglines.dynamic_and_static(IP, "name", "net")

LINES = [
    (loglines.discover(HW, "(name) ", "eth0"), "DHCPDISCOVER from <hw> <host>via <via>"),
    (PREFIX, "DHCPDISCOVER from <hw> <host>via <via>"),
    (REQUEST, "DHCPREQUEST for <ip><server> from <hw> <host>via <via>"),
    (
        loglines.request(IP, "", HW, "", "eth0"),
        "DHCPREQUEST for <ip><server> from <hw> <host>via <via>",
    ),
    (loglines.no_host_name(IP), "No hostname for <ip>"),
    (loglines.bootrequest(HW, "eth0"), "BOOTREQUEST from <hw> via <via>"),
    (
        loglines.unknown_segment("DHCPDISCOVER", HW, "eth0"),
        "DHCPDISCOVER from <hw> via <via>: unknown network segment",
    ),
    (loglines.unknown_type(9, HW, "eth0"), "type <n> from <hw> via <via>: unknown packet type"),
    (
        loglines.no_free_leases(PREFIX, "net"),
        "DHCPDISCOVER from <hw> <host>via <via>: network <net>: no free leases",
    ),
    # With a failover partner
    (
        loglines.peer_holds_all(PREFIX),
        "DHCPDISCOVER from <hw> <host>via <via>: peer holds all free leases",
    ),
    (
        loglines.not_responding(PREFIX, "recovering"),
        r"DHCPDISCOVER from <hw> <host>via <via>: not responding \(recovering\)",
    ),
    (
        loglines.ignored("DHCPDECLINE of 10.0.0.5", "startup"),
        r"DHCPDECLINE of <ip>: ignored \(startup\)",
    ),
    (
        loglines.load_balance(PREFIX, "fo"),
        "DHCPDISCOVER from <hw> <host>via <via>: load balance to peer fo",
    ),
    (
        loglines.cancel_load_balance(PREFIX, "fo"),
        "DHCPDISCOVER from <hw> <host>via <via>: cancel load balance to peer fo - no free leases",
    ),
    (
        loglines.owned_by_peer(PREFIX),
        "DHCPDISCOVER from <hw> <host>via <via>: lease owned by peer",
    ),
    (
        loglines.in_transition(PREFIX, "expired"),
        "DHCPDISCOVER from <hw> <host>via <via>: lease in transition state expired",
    ),
    (
        loglines.reset_by_administrator(PREFIX),
        "DHCPDISCOVER from <hw> <host>via <via>: lease reset by administrator",
    ),
    (loglines.reply("DHCPOFFER", IP, HW, "", "eth0"), "DHCPOFFER on <ip> to <hw> <host>via <via>"),
    (
        loglines.reply("DHCPACK", IP, HW, "(name) ", "eth0"),
        "DHCPACK on <ip> to <hw> <host>via <via>",
    ),
    (loglines.nak(IP, HW, "eth0"), "DHCPNAK on <ip> to <hw> via <via>"),
    (
        loglines.release(IP, HW, "(name) ", "eth0", "found"),
        r"DHCPRELEASE of <ip> from <hw> <host>via <via> \(found\)",
    ),
    (
        loglines.release_with_requested_address(HW),
        "DHCPRELEASE from <hw> specified requested-address.",
    ),
    (
        loglines.decline(IP, HW, "", "eth0", ": abandoned"),
        "DHCPDECLINE of <ip> from <hw> <host>via <via>: abandoned",
    ),
    (loglines.abandoning(IP, "declined."), "Abandoning IP address <ip>: declined."),
    (
        loglines.abandoning(IP, "pinged before offer"),
        "Abandoning IP address <ip>: pinged before offer",
    ),
    (loglines.reclaiming(IP), "Reclaiming abandoned lease <ip>."),
    (loglines.reclaiming_requested(IP), "Reclaiming REQUESTed abandoned IP address <ip>."),
    (
        loglines.reuse(5, 25, IP),
        r"reuse_lease: lease age <n> \(secs\) under <n>% threshold,"
        " reply with unaltered, existing lease for <ip>",
    ),
    (loglines.duplicate_leases(HW, "net"), "client <hw> has duplicate leases on <net>"),
    (
        loglines.duplicate_uid_lease(IP, HW, "net"),
        "uid lease <ip> for client <hw> is duplicate on <net>",
    ),
    (DYNAMIC[0], "Dynamic and static leases present for <ip>."),
    (DYNAMIC[1], "Remove host declaration name or remove <ip>"),
    (DYNAMIC[2], "from the dynamic address pool for <net>"),
    (loglines.too_many_classes(HW), "too many classes match <hw>"),
    (
        loglines.no_billing(PREFIX, "c"),
        "DHCPDISCOVER from <hw> <host>via <via>: no available billing:"
        r" lease limit reached in all matching classes \(last: 'c'\)",
    ),
    (
        loglines.min_secs(PREFIX, 5, 4),
        "DHCPDISCOVER from <hw> <host>via <via>: configured min-secs value"
        r" \(<n>\) is greater than secs field \(<n>\)\.  message dropped\.",
    ),
    (loglines.infinite_reservation(IP), "Infinite-leasetime reservation made on <ip>."),
    (
        loglines.threshold_exceeded("net", IP, 80, 8, 10),
        "Pool threshold exceeded - shared subnet: <net>; address: <ip>;"
        " high threshold <n>% <n>/<n>.",
    ),
    (
        loglines.threshold_reset("net", IP, 5, 10),
        "Pool threshold reset - shared subnet: <net>; address: <ip>; low threshold <n>/<n>.",
    ),
    (
        loglines.adaptive(10, 5, -7, 300, 50, 50),
        "Adap-lease: Total: <n>, Free: <n>, Ends: <n>, Adaptive: <n>, Fill: <n>, Threshold: <n>",
    ),
    (
        loglines.adaptive_reduced(IP, 600, 300),
        "Pool over threshold, time for <ip> reduced from <n> to <n>.",
    ),
    (
        loglines.field_truncated("file", 128, b"x" * 200),
        "file name longer than packet field truncated - field: 128 name: 200 x{200}",
    ),
    (
        loglines.field_truncated("server", 64, b"x" * 64),
        "server name longer than packet field truncated - field: 64 name: 64 x{64}",
    ),
    (
        loglines.leasequery_too_many(44, "IP 10.0.0.1", 40),
        r"<n> IP addresses associated with IP <ip>, only <n> sent in reply\.",
    ),
    (loglines.unknown_site_space("x"), r"unknown option space x\."),
    (
        loglines.unknown_vendor_space("x"),
        "option_space_encapsulate: option space 'x' does not exist, but is configured\\.",
    ),
    (loglines.inform(IP, "eth0"), "DHCPINFORM from <ip> via <via>"),
    (
        loglines.inform(IP, "eth0", ": ignored (null source address)."),
        r"DHCPINFORM from <ip> via <via>: ignored \(null source address\)\.",
    ),
    (loglines.inform_ack(IP, HW, "eth0"), r"DHCPACK to <ip> \(<hw>\) via <via>"),
    (
        loglines.bootp_reply(IP, "name", HW, "eth0"),
        r"BOOTREPLY for <ip> to name \(<hw>\) via <via>",
    ),
    (loglines.echo_while_valid(IP), "ICMP Echo reply while lease <ip> valid."),
    (loglines.echo_late(IP), "ICMP Echo Reply for <ip> late or spurious."),
    (loglines.echo_unexpected(IP), "unexpected ICMP Echo Reply from <ip>"),
]
CONSTANTS = {
    "BOGUS_HLEN": "Discarding packet with bogus hlen.",
    "EMPTY_CLIENT_IDENTIFIER": "Dropped DHCPv4 packet with zero-length client-id",
    "SHORT_CLIENT_IDENTIFIER": (
        "Accepted DHCPv4 packet with one-character client-id"
        " - a future version of ISC DHCP will reject this"
    ),
    "NO_IDENTIFIER": "Received DHCPv4 packet without client-id option and empty hlen field.",
    "EMPTY_HOST_NAME": "Ignoring empty DHO_HOST_NAME option",
    "UNSUITABLE_HOST_NAME": "Hostname Unsuitable for Printing",
    "AUTHORITY_ADVICE": (
        "If this DHCP server is authoritative for that subnet,",
        "please write an `authoritative;' directive either in the",
        "subnet declaration or in some scope that encloses the",
        "subnet declaration - for example, write it at the top",
        "of the dhcpd.conf file.",
    ),
}


@pytest.mark.parametrize(("line", "form"), LINES, ids=[line[:40] for line, _ in LINES])
def test_the_line_has_its_form(line: str, form: str) -> None:
    pattern = re.sub(r"<(\w+)>", lambda match: FORMS[match[1]], form)
    assert re.fullmatch(pattern, line)


@pytest.mark.parametrize("name", sorted(CONSTANTS))
def test_the_text_is_the_one_of_dhcpd(name: str) -> None:
    assert getattr(loglines, name) == CONSTANTS[name]


def test_each_function_of_the_table_has_a_case() -> None:
    functions = {
        name
        for name, value in vars(loglines).items()
        if callable(value) and getattr(value, "__module__", "") == loglines.__name__
    }
    source = Path(__file__).read_text(encoding="utf-8")
    called = set(re.findall(r"loglines\.(\w+)\(", source)) | {"host_part"}
    assert functions == called


@pytest.mark.parametrize(
    ("name", "part"),
    [
        (None, ""),
        (b"name", "(name) "),
        (b"", "() "),
        (b"a b", "(a b) "),
        (b"x" * 64, f"({'x' * 64}) "),
        (b"x" * 65, "(Hostname Unsuitable for Printing) "),
        (b"a\n", "(Hostname Unsuitable for Printing) "),
        (b"\xe9", "(Hostname Unsuitable for Printing) "),
    ],
)
def test_the_host_name_in_a_line(name: bytes | None, part: str) -> None:
    assert loglines.host_part(name) == part
