"""Where the verdicts may differ: the decided differences, and no others."""

import re
from dataclasses import dataclass

from conformance.rows.verdict import Verdict

# Lines that one side says and the other does not, or words otherwise, whatever the case.
EXECUTION = re.compile(r"execute_statement argv\[\d+\] = .*|execute: .*|would execute: .*")
# dhcpd asks for host names even under -t, and what it hears depends on the machine.
RESOLVER = re.compile(r"\S+: (host unknown\.|temporary name server failure)")


@dataclass(frozen=True, slots=True)
class Allowed:
    """Differences that may appear where `case` is found in the configuration.

    `difference` must match the whole text of each difference.
    """

    decision: str
    case: str
    difference: str
    why: str


CRASH = "4"
ALLOWED: tuple[Allowed, ...] = (
    Allowed(
        "1",
        "secondary;.*(split|hba)",
        r"- \S+ line \d+: secondary may not define load balance settings\."
        r"|\+ WARNING: \S+ line \d+: secondary may not define load balance settings: .*"
        r"|\+ (ERROR|WARNING): .*[Ff]ailover peer.*|\+ Failover configuration sanity check failed"
        r"|\+ (Config file|Database file|PID file): .*",
        "a secondary's share of the load is ignored with a warning",
    ),
    Allowed(
        "6",
        r"a{1500}|\s{1500}",
        r"status 1, subject 0|- \S+ line \d+: (string constant larger than internal buffer"
        r"|whitespace too long, buffer overflow\.)|\+ (Config file|Database file|PID file): .*",
        "long strings and blanks do no harm",
    ),
    Allowed(
        "33",
        r"(^|[\s;{}])ldap-",
        r"- \S+ line \d+: semicolon expected\."
        r"|\+ \S+ line \d+: ldap-[a-z-]+: configurations in LDAP are not supported\.",
        "a parameter of LDAP is refused by name",
    ),
    Allowed(
        "4",
        "subnet6",
        r"- subnet_number\(\):inet\.c:\d+: Addr/mask length mismatch\."
        r"|\+ \S+ line \d+: (subnets of DHCPv4 and DHCPv6 in one configuration"
        r"|(range declaration not allowed here|expecting left brace)\.|address range not on .*)",
        "dhcpd ends with an internal error where it compares addresses of both families",
    ),
)
# dhcpd goes on with memory that holds anything, line ends included.
GARBLED = re.compile(r"(OMAPI key |\S+ line \d+: Bad format ').*")


def comparable(verdict: Verdict) -> Verdict:
    """The verdict up to where it is garbled, without lines about programs and host names."""
    lines: list[str] = []
    for line in verdict.lines:
        if EXECUTION.fullmatch(line) or RESOLVER.fullmatch(line):
            continue
        garbled = GARBLED.fullmatch(line)
        if garbled is not None:
            lines.append(garbled[1])
            break
        lines.append(line)
    return Verdict(verdict.status, tuple(lines))


def decision_for(
    text: str, found: list[str], allowed: tuple[Allowed, ...] = ALLOWED
) -> Allowed | None:
    """The decision that allows all the differences of a configuration, None if there is none."""
    for row in allowed:
        if re.search(row.case, text, re.MULTILINE) and all(
            re.fullmatch(row.difference, one) for one in found
        ):
            return row
    return None
