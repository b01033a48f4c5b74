"""Where the subject may differ from the reference: the decided differences, and no others.

Each row says the number of the decision, the scenario, what differs there, and why. Anything that
differs without a row makes the run fail.
"""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from conformance.compare import Difference


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A log line that is worded differently everywhere; the subject's becomes the reference's."""

    decision: str
    pattern: str
    becomes: str
    why: str


@dataclass(frozen=True, slots=True)
class Allowed:
    """A difference that may appear in scenarios named like `scenario`.

    `pattern` must match the whole text of the difference, with its leading - or +.
    """

    decision: str
    scenario: str
    aspect: str
    pattern: str
    why: str


REWRITES = (
    Rewrite(
        "14a",
        r"(Internet Systems Consortium DHCP Server 4\.4\.3-P1) replacement: pydhcpd \S+",
        r"\1",
        "the banner begins like the reference's, then names us",
    ),
    Rewrite(
        "14a",
        r"Copyright .*",
        "Copyright 2004-2022 Internet Systems Consortium.",
        "the copyright line names our own authors",
    ),
)

_RECORD = (
    r"[-+] (lease 10\.0\.0\.10[1-5] \{|\}"
    r"|  (starts|ends|tstp|cltt|(next |rewind )?binding state|hardware ethernet|uid"
    r"|client-hostname) .*)"
)
_LEASES_READER = (
    r"[-+] (DIR/dhcpd\.leases line \d+: .*|Corrupt lease file - possible data loss!"
    r"|Wrote \d+ leases to leases file\.|\s*\^|\s*)"
)

ALLOWED = (
    Allowed(
        "2",
        "config-error",
        "logs",
        r"[-+] +(option routers 10\.0\.0\.1;|option|\^) *",
        "the whole source line is quoted and the caret stands under the offending token",
    ),
    *(
        Allowed(
            "7",
            "unknown-site-space-confirmed",
            aspect,
            pattern,
            "a lease that was held in memory only is recorded before it is confirmed",
        )
        for aspect, pattern in (
            ("wire", r".*: offer 10\.0\.0\.100: (ip\.dst|yiaddr) 10\.0\.0\.100; .*\.101"),
            ("leases", r"(before restart 1: )?\+ (lease 10\.0\.0\.100 \{|  .*|\})"),
            (
                "logs",
                r"- reuse_lease: .* for 10\.0\.0\.100|[-+] DHCPOFFER on 10\.0\.0\.10[01] to .*"
                r"|[-+] Wrote [01] leases to leases file\.",
            ),
        )
    ),
    Allowed(
        "10",
        "*damaged-leases",
        "leases",
        r"\+ file dhcpd\.leases\.damaged\.\d+ mode 0o\d+",
        "the damaged original is kept",
    ),
    Allowed(
        "10",
        "*damaged-leases",
        "leases",
        _RECORD,
        "whole records behind a damaged one are kept, damaged ones are not",
    ),
    Allowed(
        "10",
        "*damaged-leases",
        "logs",
        _LEASES_READER,
        "damage is reported once, with its line",
    ),
    Allowed(
        "10",
        "recorded-21-start-with-damaged-leases",
        "logs",
        r"[-+] ( +hardware ethernet 02:00:00:00:|garbage statement here;)",
        "quoted lines belong to such a report",
    ),
    Allowed(
        "10",
        "damaged-leases",
        "logs",
        r"[-+] ( +colour .*| +ends .*|scribble here;)",
        "quoted lines belong to such a report",
    ),
    Allowed(
        "10",
        "damaged-leases",
        "logs",
        r"[-+] (DHCPOFFER on 10\.0\.0\.1\d\d to 02:00:00:00:01:0[235] via v4s0"
        r"|reuse_lease: .* for 10\.0\.0\.103|DHCPDISCOVER from 02:00:00:00:01:0[235] via v4s0)",
        "clients 2, 3 and 5 see which records were kept",
    ),
    Allowed(
        "10",
        "damaged-leases",
        "wire",
        r"line \d+ 'client [235] discover': offer .*",
        "clients 2, 3 and 5 see which records were kept",
    ),
    Allowed(
        "9",
        "rotation",
        "logs",
        r"[-+] DHCP(DISCOVER from|(OFFER|ACK) on 10\.0\.0\.103 to) 02:00:00:00:01:04 via v4s0",
        "the rewrite does not hold up service: a client may be served before `Wrote N leases`",
    ),
    Allowed(
        "9",
        "recorded-19-expiry-and-rotation",
        "logs",
        r"[-+] Wrote 2 leases to leases file\.",
        "the same: the next request may be logged before the rewrite is",
    ),
    Allowed(
        "10",
        "restart-old-leases",
        "leases",
        r"(before restart 1: )?\+ file dhcpd\.leases\.damaged\.\d+ mode 0o\d+",
        "the damaged original is kept",
    ),
    Allowed(
        "10",
        "restart-old-leases",
        "logs",
        r"[-+] (lease 10\.0\.0\.114 \{.*|DIR/dhcpd\.leases line \d+: .*|\s*\^"
        r"|Corrupt lease file - possible data loss!|lease 10\.0\.0\.200: no subnet\.)",
        "damage is reported once, and the record behind it is read",
    ),
    Allowed(
        "25",
        "empty-chaddr-restart",
        "wire",
        r"line \d+ 'client [12] dora .*hlen=0 .*: (offer|ack) .*: chaddr 0{32}; subject 0200.*",
        "chaddr is always the request's, also for a lease read from the leases file",
    ),
    Allowed(
        "27",
        "one-lease-of-another",
        "leases",
        r"- (lease 10\.0\.0\.101 \{|  .*|\})",
        "one-lease-per-client ends only leases of the client itself",
    ),
    Allowed(
        "27",
        "one-lease-of-another",
        "logs",
        r"\+ reuse_lease: .* for 10\.0\.0\.101",
        "the lease was not ended, so it is confirmed as it stands",
    ),
    Allowed(
        "execute",
        "event-execute",
        "logs",
        r"[-+] (execute: \S+ exit status \d+|Unable to execute .*|execute_statement .*"
        r"|DHCP[A-Z]+ .*|Server starting service\.)",
        "commands run beside the service, so their end is told later",
    ),
    # Two walks of a thousand in which an old offer brings a client to an address that another
    # had since; that other's lease is all that differs, for good.
    *(
        Allowed(
            "27",
            scenario,
            "leases",
            rf"(before restart \d+: )?[-+] (lease {address} \{{|\}}|  (starts|ends|tstp|cltt) .*"
            rf"|  ((next |rewind )?binding state|hardware ethernet {hardware}).*)",
            "one-lease-per-client ends only leases of the client itself",
        )
        for scenario, address, hardware in (
            ("walk-strict-38", r"10\.9\.0\.104", "02:00:00:00:01:0d"),
            ("walk-strict-368", r"10\.9\.0\.106", "02:00:00:00:01:10"),
        )
    ),
    Allowed(
        "26",
        "*",
        "logs",
        r"- (Received DHCPv4 packet without client-id option and empty hlen field\."
        r"|DHCPNAK from [0-9a-f:]{17} via [0-9.]+: unknown network segment)",
        "the server does not hear its own replies to relays",
    ),
    Allowed(
        "32",
        "leasequery-many",
        "wire",
        r"line \d+ 'client \d+ leasequery .*': active: (ip\.length|udp\.length|option 92) .*",
        "dhcpd sends what stands in its memory behind the forty addresses",
    ),
    *(
        Allowed(
            "31",
            scenario,
            "wire",
            # The last line: all that the relay said was replaced, so nothing is left to answer.
            r"line \d+ 'client \d+ leasequery .*': active: "
            r"((ip\.length|udp\.length|option 82) .*"
            r"|other fields\n    - (?P<same>.*) option 82=\w+ end=\d+ zero bytes"
            r"\n    \+ (?P=same) end=\d+ zero bytes)",
            "what is answered does not depend on a restart",
        )
        for scenario in ("leasequery-agent-set", "walk-relays-*")
    ),
    Allowed(
        "30",
        "*",
        "wire",
        r"(?s)line \d+ 'client \d+ inform .*agent=.*': ack: other fields\n"
        r"    - .* option 5=[0-9a-f]{8} .*\n    \+ .*",
        "a selected link is no name server of the client",
    ),
    Allowed(
        "29",
        "*",
        "wire",
        r".*: udp\.checksum absent; subject correct",
        "a checksum that comes out as zero is sent as ones (RFC 768), one frame in 65,536",
    ),
    Allowed(
        "28",
        "*",
        "logs",
        r"- soft impossible condition \(dhcp\.c:\d+\): stale host .* found on lease [0-9.]+",
        "dhcpd complains of a reference it forgot to drop; here is none",
    ),
    Allowed(
        "12",
        "*",
        "logs",
        r"\+ Received signal 15, initiating shutdown\.",
        "SIGTERM stops in order and says so",
    ),
    Allowed(
        "15",
        "server-id-check",
        "wire",
        r"line \d+ 'client 2 request server=10\.0\.0\.77':"
        r" reference sent ack 10\.0\.0\.101; subject nothing",
        "server-id-check is honoured in every pool",
    ),
    Allowed(
        "15",
        "server-id-check",
        "leases",
        r"- (lease 10\.0\.0\.101 \{|  .*|\})",
        "server-id-check is honoured in every pool",
    ),
    Allowed(
        "15",
        "server-id-check",
        "logs",
        r"- DHCP(REQUEST for|ACK on) 10\.0\.0\.101 .*"
        r"|\+ DHCPREQUEST for 10\.0\.0\.101 \(10\.0\.0\.77\) .*: not our server id",
        "server-id-check is honoured in every pool",
    ),
)


def subject_line(line: str) -> str:
    """A log line of the subject as the reference would word it."""
    for rewrite in REWRITES:
        if re.fullmatch(rewrite.pattern, line):
            return re.sub(rewrite.pattern, rewrite.becomes, line, count=1)
    return line


def decision_for(
    scenario: str, difference: Difference, allowed: tuple[Allowed, ...] = ALLOWED
) -> str | None:
    """The number of the decision that allows `difference`; None: it is not allowed."""
    for row in allowed:
        if _allows(row, scenario, difference):
            return row.decision
    return None


def idle_decisions(
    seen: dict[str, list[Difference]], allowed: tuple[Allowed, ...] = ALLOWED
) -> list[str]:
    """The decisions whose scenarios ran without the difference they allow, as `15 server-id-check`.

    Either the subject does not do what was decided, or the row is no longer needed.
    """
    ran = {(row.decision, row.scenario) for row in allowed for name in seen if _named(row, name)}
    made = {
        (row.decision, row.scenario)
        for row in allowed
        for name, differences in seen.items()
        if any(_allows(row, name, one) for one in differences)
    }
    return sorted(f"{decision} {scenario}" for decision, scenario in ran - made)


def _named(row: Allowed, scenario: str) -> bool:
    return fnmatchcase(scenario, row.scenario)


def _allows(row: Allowed, scenario: str, difference: Difference) -> bool:
    return (
        row.aspect == difference.aspect
        and _named(row, scenario)
        and re.fullmatch(row.pattern, difference.text, re.DOTALL) is not None
    )
