"""The lines that a DHCPv4 server logs while it serves, and which of them a run has seen.

Failover, DNS updates and what only a broken dhcpd would say are not here. What no scenario can
bring about stands in `ELSEWHERE` with the test that does.
"""

import re
from collections.abc import Iterable

FORMS = {
    "ip": r"\d+\.\d+\.\d+\.\d+",
    "hw": r"(?:[0-9a-f]{2}(?::[0-9a-f]{2})*|<no identifier>|)",
    "host": r"(?:\([^)]*\) )?",
    "server": r"(?: \(\d+\.\d+\.\d+\.\d+\))?",
    "via": r"\S+",
    "n": r"-?\d+",
    "net": r"\S+",
    "text": r".*",
    "request": r"(?:DHCPDISCOVER|DHCPREQUEST|BOOTREQUEST) .*",
}
# With <ip>, <hw> and the like for what varies.
LINES = (
    "DHCPDISCOVER from <hw> <host>via <via>",
    "DHCPDISCOVER from <hw> <host>via <via>: network <net>: no free leases",
    "<net> from <hw> via <via>: unknown network segment",
    "type <n> from <hw> via <via>: unknown packet type",
    "DHCPREQUEST for <ip><server> from <hw> <host>via <via>",
    "DHCPREQUEST for <ip><server> from <hw> <host>via <via>: wrong network.",
    "DHCPREQUEST for <ip><server> from <hw> <host>via <via>: lease <ip> unavailable.",
    "DHCPREQUEST for <ip><server> from <hw> <host>via <via>: unknown lease <ip>.",
    "DHCPREQUEST for <ip><server> from <hw> <host>via <via>: ignored (not authoritative).",
    "DHCPREQUEST for <ip><server> from <hw> <host>via <via>: ignored (unknown subnet).",
    "<request>: not our server id",
    "<request>: unknown client",
    "<request>: booting disallowed",
    "<request>: bootp disallowed",
    "<request>: no available billing: lease limit reached in all matching classes (last: '<net>')",
    "<request>: configured min-secs value (<n>) is greater than secs field (<n>)."
    "  message dropped.",
    "DHCPRELEASE from <hw> specified requested-address.",
    "DHCPRELEASE of <ip> from <hw> <host>via <via> (found)",
    "DHCPRELEASE of <ip> from <hw> <host>via <via> (not found)",
    "DHCPDECLINE of <ip> from <hw> <host>via <via>: abandoned",
    "DHCPDECLINE of <ip> from <hw> <host>via <via>: not found",
    "DHCPDECLINE of <ip> from <hw> <host>via <via>: ignored",
    "DHCPINFORM from <ip> via <via>",
    "DHCPINFORM from <ip> via <via>: ignored (null source address).",
    "DHCPINFORM from <ip> via <via>: ignored (invalid subnet selection option).",
    "DHCPINFORM from <ip> via <via>: unknown subnet for <text> address <ip>",
    "DHCPINFORM from <ip> via <via>: not authoritative for subnet <net>",
    "If this DHCP server is authoritative for that subnet,",
    "please write an `authoritative;' directive either in the",
    "subnet declaration or in some scope that encloses the",
    "subnet declaration - for example, write it at the top",
    "of the dhcpd.conf file.",
    "DHCPLEASEQUERY from <ip> for <text>",
    "DHCPLEASEQUERY from <ip>: missing giaddr, ciaddr is <ip>, no reply sent",
    "DHCPLEASEQUERY from <ip>: LEASEQUERY not allowed, query ignored",
    "<n> IP addresses associated with <text>, only 40 sent in reply.",
    "BOOTREQUEST from <hw> via <via>",
    "BOOTREQUEST from <hw> via <via>: network unknown",
    "BOOTREQUEST from <hw> via <via>: BOOTP from dynamic client and no dynamic leases",
    "DHCPOFFER on <ip> to <hw> <host>via <via>",
    "DHCPACK on <ip> to <hw> <host>via <via>",
    "BOOTREPLY on <ip> to <hw> <host>via <via>",
    "DHCPNAK on <ip> to <hw> via <via>",
    "DHCPACK to <ip> (<hw>) via <via>",
    "BOOTREPLY for <ip> to <net> (<hw>) via <via>",
    "DHCPLEASEACTIVE to <ip> for <text> (<n> associated IPs)",
    "DHCPLEASEUNASSIGNED to <ip> for <text> (<n> associated IPs)",
    "DHCPLEASEUNKNOWN to <ip> for <text> (<n> associated IPs)",
    "send_packet: <text>",
    "send_packet: please consult README file regarding broadcast address.",
    "dhcp.c:<n>: Failed to send <n> byte long packet over <net> interface.",
    "file name longer than packet field truncated - field: 128 name: <n> <text>",
    "server name longer than packet field truncated - field: 64 name: <n> <text>",
    "unknown option space <net>.",
    "option_space_encapsulate: option space '<net>' does not exist, but is configured.",
    "No hostname for <ip>",
    "reuse_lease: lease age <n> (secs) under <n>% threshold,"
    " reply with unaltered, existing lease for <ip>",
    "Cannot reuse: lease is changing to RESERVED",
    "Infinite-leasetime reservation made on <ip>.",
    "Adap-lease: Total: <n>, Free: <n>, Ends: <n>, Adaptive: <n>, Fill: <n>, Threshold: <n>",
    "Pool over threshold, time for <ip> reduced from <n> to <n>.",
    "Pool threshold exceeded - shared subnet: <net>; address: <ip>; high threshold <n>% <n>/<n>.",
    "Pool threshold reset - shared subnet: <net>; address: <ip>; low threshold <n>/<n>.",
    "Abandoning IP address <ip>: declined.",
    "Abandoning IP address <ip>: pinged before offer",
    "Reclaiming abandoned lease <ip>.",
    "Reclaiming REQUESTed abandoned IP address <ip>.",
    "ICMP Echo reply while lease <ip> valid.",
    "ICMP Echo Reply for <ip> late or spurious.",
    "unexpected ICMP Echo Reply from <ip>",
    "icmp_echorequest <ip>: <text>",
    "client <hw> has duplicate leases on <net>",
    "uid lease <ip> for client <hw> is duplicate on <net>",
    "Dynamic and static leases present for <ip>.",
    "Remove host declaration <net> or remove <ip>",
    "from the dynamic address pool for <net>",
    "too many classes match <hw>",
    "commit_leases: unable to commit, fflush(): <text>",
    "commit_leases: unable to commit, fsync(): <text>",
    "Can't create new lease file: <text>",
    "Can't remove old lease database backup <text>: <text>",
    "Can't backup lease database <text> to <text>: <text>",
    "<text> is missing - no lease db to backup.",
    "Discarding packet with bogus hlen.",
    "parse_option_buffer: malformed option <net>.<text> (code <n>):"
    " option length exceeds option buffer length.",
    "parse_option_buffer: malformed option <net>.<text> (code <n>):"
    " code tag at end of buffer - missing length field.",
    "Ignoring empty DHO_HOST_NAME option",
    "Dropped DHCPv4 packet with zero-length client-id",
    "Accepted DHCPv4 packet with one-character client-id"
    " - a future version of ISC DHCP will reject this",
    "Received DHCPv4 packet without client-id option and empty hlen field.",
    "<n> bad IP checksums seen in <n> packets",
    "<n> bad udp checksums in <n> packets",
    "<n> udp packets in <n> too long - dropped",
    "receive_packet failed on <net>: <text>",
)
# Where a line is produced that no scenario brings about in dhcpd.
ELSEWHERE = {
    "<request>: not our server id": "conformance/scenarios/server-id-check.txt",
    "No hostname for <ip>": "tests/v4/test_hostnames.py",
    "icmp_echorequest <ip>: <text>": "tests/daemon/test_delivery.py",
    "commit_leases: unable to commit, fflush(): <text>": "tests/daemon/test_journal.py",
    "commit_leases: unable to commit, fsync(): <text>": "tests/daemon/test_journal.py",
    "Can't create new lease file: <text>": "tests/daemon/test_database.py",
    "Can't remove old lease database backup <text>: <text>": "tests/daemon/test_database.py",
    "Can't backup lease database <text> to <text>: <text>": "tests/daemon/test_database.py",
    "<text> is missing - no lease db to backup.": "tests/daemon/test_database.py",
    "<n> bad IP checksums seen in <n> packets": "tests/daemon/test_frame.py",
    "<n> bad udp checksums in <n> packets": "tests/daemon/test_frame.py",
    "<n> udp packets in <n> too long - dropped": "tests/daemon/test_frame.py",
}


def pattern_of(line: str) -> str:
    """The regular expression of a line."""
    parts = re.split(r"<(\w+)>", line)
    return "".join(
        FORMS[part] if number % 2 else re.escape(part) for number, part in enumerate(parts)
    )


def unseen(logs: Iterable[str]) -> list[str]:
    """The lines that none of these logs has, without those of `ELSEWHERE`."""
    left = {line: re.compile(pattern_of(line)) for line in LINES if line not in ELSEWHERE}
    for text in {line for log in logs for line in log.splitlines()}:
        for line in [line for line, pattern in left.items() if pattern.fullmatch(text)]:
            del left[line]
    return list(left)
