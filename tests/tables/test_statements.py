"""The statement table: every row where it may stand, everything else refused."""

from pathlib import Path

import pytest

from conformance.rows.examples import PLACES, PLACES6, PRELUDE, PRELUDE6, STATEMENTS
from pydhcpd.config.keyword import KEYWORDS
from pydhcpd.config.parser import TERMINALS
from pydhcpd.lease.statement import STATEMENTS as LEASE_STATEMENTS
from pydhcpd.options.server_rows import SERVER_ROWS
from pydhcpd.resolve.machine import NO_MACHINE
from pydhcpd.resolve.option import FLAG_NAMES
from pydhcpd.resolve.peer import SETTINGS
from pydhcpd.resolve.place import (
    CLASS,
    EXECUTABLE,
    GLOBAL,
    GROUP,
    HOST,
    POOL,
    POOL6,
    SHARED_NETWORK,
    SUBNET,
    SUBNET6,
)
from pydhcpd.resolve.pool import CLIENT_PERMITS, SHORT_PERMITS
from pydhcpd.resolve.resolution import resolve_configuration
from pydhcpd.resolve.statements import ROWS, STATEMENT_ROWS
from pydhcpd.resolve.walk import Row
from tests.config.reading import parse

REFERENCE = Path(__file__).parent.parent / "data" / "reference-statements.tsv"
FORMS = {example.keyword: example.forms for example in STATEMENTS}
# The kind of body that each place of the examples is.
KINDS = {
    "global": GLOBAL,
    "shared-network": SHARED_NETWORK,
    "subnet": SUBNET,
    "pool": POOL,
    "group": GROUP,
    "host": HOST,
    "class": CLASS,
    "subclass": CLASS,
    "if": EXECUTABLE,
    "subnet6": SUBNET6,
    "pool6": POOL6,
}
# Rows that belong to DHCPv6 mode.
DHCPV6 = {"subnet6", "range6", "prefix6", "pool6"}
# Where a row may stand although its reader refuses it there, in words of its own.
REFUSED_BY_READER = {
    ("authoritative", HOST),
    ("not", HOST),
    ("hardware", None),
    ("fixed-address", None),
    ("fixed-address6", None),
    ("pool", None),
    ("pool6", None),
    ("failover", None),
    ("group", HOST),
    # Nobody to add at the start; dhcpd crashes.
    ("add", GLOBAL),
}
ROW_PLACES = [
    (row, place)
    for row in STATEMENT_ROWS
    if not row.keyword.startswith("ldap-")
    for place in (PLACES6 if row.keyword in DHCPV6 else PLACES)
    if place in KINDS
]


def mistake(row: Row, place: str, form: str) -> str | None:
    """What is wrong with the statement there, None if nothing is."""
    family = 6 if row.keyword in DHCPV6 else 4
    prelude, places = (PRELUDE6, PLACES6) if family == 6 else (PRELUDE, PLACES)
    tree = parse(prelude + places[place].format(form), {"included": ""})
    resolution = resolve_configuration(tree, None, NO_MACHINE, family)
    if resolution.fatal is None:
        return None
    return " ".join((*[text for _, text in resolution.messages], resolution.fatal))


def test_each_row_has_examples() -> None:
    assert [row.keyword for row in STATEMENT_ROWS if row.keyword not in FORMS] == []


@pytest.mark.parametrize(
    ("row", "place"), ROW_PLACES, ids=[f"{row.keyword} in {place}" for row, place in ROW_PLACES]
)
def test_statements_stand_where_they_may_and_nowhere_else(row: Row, place: str) -> None:
    kind = KINDS[place]
    mistakes = [mistake(row, place, form) for form in FORMS[row.keyword]]
    taken = [text for text in mistakes if text is None]
    if kind not in row.places:
        assert taken == []
    elif not {(row.keyword, kind), (row.keyword, None)} & REFUSED_BY_READER:
        assert taken != []
        assert len(taken) < len(mistakes)


def test_keywords_are_unique() -> None:
    assert len(ROWS) == len(STATEMENT_ROWS)


def test_every_statement_of_dhcpd_has_its_row() -> None:
    permits = {f"{word} clients" for word in CLIENT_PERMITS} | set(SHORT_PERMITS)
    permits |= {"dynamic bootp clients", "members of", "after"}
    tables = {
        "statement": set(ROWS),
        "parameter": {name for _, name, _ in SERVER_ROWS},
        "flag": set(FLAG_NAMES),
        "permit": permits,
        "peer": set(SETTINGS) | {f"peer {name}" for name in SETTINGS} | {"peer"},
        "leases": set(LEASE_STATEMENTS) | {"on", "class"},
        "record": {"lease"},
        "shape": set(TERMINALS) | {"option code", "option space", "call"},
        "reserved": KEYWORDS - ROWS.keys(),
        "ldap": {keyword for keyword in ROWS if keyword.startswith("ldap-")},
    }
    # Records of DHCPv6 leases wait for their room.
    missing = []
    for line in REFERENCE.read_text().splitlines():
        if line.startswith("#"):
            continue
        name, table, key = line.split("\t")
        if table != "record6" and key not in tables[table]:
            missing.append(name)
    assert missing == []
