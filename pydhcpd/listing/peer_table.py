"""Failover relationships for people: a paragraph for each, and a table of its pools."""

from collections.abc import Iterator, Sequence
from typing import Final

from pydhcpd.core.peer_report import PeerReport
from pydhcpd.listing.text import NOTHING, DateText, printable

HEADINGS: Final = ("network", "range", "size", "free", "backup")
CONNECTION: Final = {True: "connected", False: "not connected", None: None}


def format_peers(reports: Sequence[PeerReport], date_text: DateText, zone: str) -> list[str]:
    """The lines; `zone` names the time zone of the dates."""
    lines: list[str] = []
    for report in reports:
        lines += ["", *_states(report, date_text, zone), *_pools(report)]
    return [printable(line) for line in lines[1:]] or ["There is no failover peer."]


def _states(report: PeerReport, date_text: DateText, zone: str) -> Iterator[str]:
    notes = [note for note in (report.role, CONNECTION[report.is_connected]) if note]
    yield f'failover peer "{report.name}"' + (f": {', '.join(notes)}" if notes else "")
    for title, state, since in (
        ("my state", report.my_state, report.my_since),
        ("partner state", report.partner_state, report.partner_since),
    ):
        when = f" since {date_text(since)} {zone}" if since else ""
        yield f"  {title:13}  {state}{when}"
    unknown = NOTHING if report.unacknowledged is None else report.unacknowledged
    yield f"  leases whose last change the partner has not acknowledged: {unknown}"


def _pools(report: PeerReport) -> Iterator[str]:
    if not report.pools:
        return
    rows: list[tuple[str, ...]] = [HEADINGS]
    for pool in report.pools:
        counts = (str(pool.size), str(pool.free), str(pool.backup))
        first, *others = pool.ranges or (NOTHING,)
        rows.append((pool.network, first, *counts))
        rows.extend(("", addresses, "", "", "") for addresses in others)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    form = "  %-{}s  %-{}s  %{}s  %{}s  %{}s".format(*widths)
    yield ""
    yield (form % rows[0]).rstrip()
    yield "  " + "  ".join("-" * width for width in widths)
    for row in rows[1:]:
        yield (form % row).rstrip()
