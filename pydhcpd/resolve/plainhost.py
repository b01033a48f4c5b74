"""Runs of plain host declarations, read column by column: there may be very many."""

import struct
from collections.abc import Sequence
from typing import Final

from pydhcpd.config.ast import PlainRun
from pydhcpd.config.problem import problem_at
from pydhcpd.config.run import option_keywords, statements_of
from pydhcpd.expression.data import Constant
from pydhcpd.expression.statement import SUPERSEDE, SetOption
from pydhcpd.options.address import HostName, HostNames
from pydhcpd.options.space import DHCP
from pydhcpd.resolve.address import read_ethernet_addresses, read_quads
from pydhcpd.resolve.draft import DraftHosts, DraftScope
from pydhcpd.resolve.host import warn_of_scope
from pydhcpd.resolve.option import resolve_names
from pydhcpd.resolve.place import Place
from pydhcpd.resolve.walk import Walk

HOST_NAME: Final = "host-name"
TEXT: Final = "t"


def read_plain_hosts(walk: Walk, place: Place, run: PlainRun, is_after_declaration: bool) -> bool:
    """Hosts with an Ethernet address, perhaps a fixed address and an option host-name."""
    draft = walk.draft
    definition = draft.spaces.dhcp.find(HOST_NAME)
    if definition is None or definition.format != TEXT:
        return walk.read_each(run, place, is_after_declaration)
    warn_of_scope(draft, place)
    rows: Sequence[tuple[str, ...]] = run.rows
    different = {row[0] for row in rows}
    if len(different) < len(rows) or not draft.hosts.keys().isdisjoint(different):
        if any(_is_name(row[2]) for row in rows):
            # What is said of names and of repeated hosts comes in one order.
            return walk.read_each(run, place, is_after_declaration)
        rows = _refuse_repeated(walk, run)
        if not rows:
            return is_after_declaration
    names, hardware, addresses, _, host_names = zip(*rows, strict=True)
    statements: Sequence[SetOption | None] = [None] * len(rows)
    if any(host_names):
        # With hosts left out the file is refused, and nobody asks where something stands.
        keywords = option_keywords(run)[: len(rows)]
        code = definition.code
        statements = [
            SetOption(DHCP, code, Constant(name.encode("latin-1")), SUPERSEDE, token=keyword)
            if name
            else None
            for name, keyword in zip(host_names, keywords, strict=True)
        ]
    hosts = DraftHosts(
        names,
        DraftScope(place.scope),
        read_ethernet_addresses(hardware),
        _read_addresses(walk, addresses),
        statements,
    )
    draft.hosts.update(dict.fromkeys(names, hosts))
    return True


def _refuse_repeated(walk: Walk, run: PlainRun) -> list[tuple[str, ...]]:
    """A problem for each host of the run whose name is taken; the others."""
    taken = set(walk.draft.hosts)
    rows: list[tuple[str, ...]] = []
    for row, statement in zip(run.rows, statements_of(run), strict=True):
        if row[0] in taken:
            walk.report(problem_at(statement.end, f"host {row[0]}: already exists"))
        else:
            rows.append(row)
            taken.add(row[0])
    return rows


def _read_addresses(walk: Walk, texts: Sequence[str]) -> list[tuple[int, ...]]:
    """Quads, host names and empty texts."""
    named = {at for at, text in enumerate(texts) if _is_name(text)}
    if not named:
        return read_quads(texts)
    addresses = read_quads(["" if at in named else text for at, text in enumerate(texts)])
    for at in sorted(named):
        value = HostNames((HostName(texts[at], False),))
        octets = resolve_names(value, walk.draft, walk.look_up) or b""
        addresses[at] = struct.unpack(f"!{len(octets) // 4}I", octets)
    return addresses


def _is_name(address: str) -> bool:
    return address[:1].isalpha()
