"""dhcpd.conf of both servers of a pair, from the few things in which scenarios differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

PRIMARY: Final = "primary"
SECONDARY: Final = "secondary"
ROLES: Final = (PRIMARY, SECONDARY)
ADDRESSES: Final[Mapping[str, str]] = {PRIMARY: "10.13.37.5", SECONDARY: "10.13.37.60"}
OTHER: Final[Mapping[str, str]] = {PRIMARY: SECONDARY, SECONDARY: PRIMARY}

# Statements of the failover peer declaration in their order, with what they say unless a
# scenario says otherwise; "-" leaves one out. When a balance is scheduled hangs on a random number:
# mostly there is none.
STATEMENTS: Final[Mapping[str, str]] = {
    "port": "647",
    "peer port": "647",
    "max-response-delay": "10",
    "max-unacked-updates": "10",
    "load balance max seconds": "3",
    "mclt": "30",
    "split": "128",
    "hba": "-",
    "auto-partner-down": "-",
    "min-balance": "600",
    "max-balance": "-",
    "max-lease-misbalance": "-",
    "max-lease-ownership": "-",
}
PRIMARY_ONLY: Final = frozenset({"mclt", "split", "hba", "auto-partner-down"})
# What stands elsewhere; these may be said more than once.
REPEATED: Final = frozenset({"global", "pool", "subnet"})
ELSEWHERE: Final = REPEATED | {"name", "role", "address", "peer address", "range"}


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of a scenario: what differs from the usual configuration, for which servers."""

    roles: tuple[str, ...]
    key: str
    value: str


def configuration_text(role: str, settings: tuple[Setting, ...]) -> str:
    """The file of the server that plays `role`."""
    mine = [one for one in settings if role in one.roles]
    mine = [one for one in mine if one.key not in REPEATED or one.value != "-"]
    said = {one.key: one.value for one in mine}
    spoken_role = said.get("role", role)
    name = said.get("name", "fo")
    outer = [_statement(one.value) for one in mine if one.key == "global"]
    pool = [_statement(one.value) for one in mine if one.key == "pool"]
    subnet = [one.value for one in mine if one.key == "subnet"]
    lines = [
        f"{spoken_role};",
        f"address {said.get('address', ADDRESSES[role])};",
        f"peer address {said.get('peer address', ADDRESSES[OTHER[role]])};",
    ]
    for statement, usual in STATEMENTS.items():
        is_usual = statement not in PRIMARY_ONLY or spoken_role == PRIMARY
        value = said.get(statement, usual if is_usual else "-")
        if value != "-":
            lines.append(f"{statement} {value};")
    return "\n".join(
        [
            "authoritative;",
            "ddns-update-style none;",
            "ping-check off;",
            "omapi-port 7911;",
            "default-lease-time 60;",
            "max-lease-time 120;",
            "min-lease-time 10;",
            *outer,
            f'failover peer "{name}" {{',
            *(f"  {line}" for line in lines),
            "}",
            "subnet 10.13.37.0 netmask 255.255.255.0 {",
            "  option routers 10.13.37.254;",
            *subnet,
            "  pool {",
            f'    failover peer "{name}";',
            "    deny dynamic bootp clients;",
            f"    range {said.get('range', '10.13.37.200 10.13.37.209')};",
            *(f"    {line}" for line in pool),
            "  }",
            "}",
            "",
        ]
    )


def _statement(text: str) -> str:
    return text if text.endswith("}") else f"{text};"
