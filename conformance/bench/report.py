"""The one table: a row for each measure, the medians of both sides, ratio, wanted, verdict.

The ratio is the medians'. Beside it stand the least and the greatest ratio of a single round, for
the reader to see how much of it is the machine's noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Final

from conformance.bench.measures import CLOSED_LOOP_CLIENTS, Figures


@dataclass(frozen=True, slots=True)
class Row:
    """How a figure is shown, and what is wanted: of the ratio, or of the subject's own figure."""

    name: str
    label: str
    digits: int
    least_ratio: float | None = None
    least_own: float | None = None


# With 128 clients waiting, at most 128 ACKs can share an fsync: fewer flushes than that, and an
# ACK left before its record was on disk.
_LEAST_FLUSHES: Final = 1 / CLOSED_LOOP_CLIENTS

ROWS: Final = (
    Row("start_s", "start to `Server starting service.`, s", 2),
    Row("a_rate", "(a) new clients/s", 0, least_ratio=20.0),
    Row("a_cpu_s", "(a) server CPU s per 1,000 exchanges", 3),
    Row("a_flushes", "(a) disk flushes per ACK", 3, least_own=_LEAST_FLUSHES),
    Row("a_written", "(a) bytes written per ACK", 0),
    Row("b_rate", "(b) renewals/s, default cache threshold", 0, least_ratio=1.0),
    Row("b_cpu_s", "(b) server CPU s per 1,000 exchanges", 3),
    Row("b0_rate", "(b) renewals/s, dhcp-cache-threshold 0", 0, least_ratio=1.0),
    Row("b0_cpu_s", "(b) server CPU s per 1,000 exchanges", 3),
    Row("b0_flushes", "(b) disk flushes per ACK", 3, least_own=_LEAST_FLUSHES),
    Row("c_offered", "(c) offered load, own peaks", 2),
    Row("c_completed", "(c) completed under it, own peaks", 2, least_own=0.8),
    Row("d_p50_ms", "(d) p50 latency at half peak, ms", 2),
    Row("d_p99_ms", "(d) p99 latency at half peak, ms", 2),
    Row("d_completed", "(d) share of clients served", 3),
    Row("perfdhcp_rate", "(e) perfdhcp, exchanges/s", 0),
)

_WIDTHS: Final = (41, 8, 8, 6, 13, 13, 0)


def table(reference: Figures, subject: Figures) -> tuple[str, bool]:
    """The table's text, and whether all that is wanted was met."""
    lines = [_line("measure", "dhcpd", "pydhcpd", "ratio", "by round", "wanted", "verdict")]
    all_met = True
    for row in ROWS:
        theirs, ours = _median(reference, row), _median(subject, row)
        if theirs is None or ours is None:
            continue
        ratio = ours / theirs if theirs else None
        wanted, met = _verdict(row, theirs, ours, ratio)
        all_met = all_met and met is not False
        lines.append(
            _line(
                row.label,
                _number(theirs, row.digits),
                _number(ours, row.digits),
                "-" if ratio is None else f"{ratio:.2f}",
                _by_round(reference.values[row.name], subject.values[row.name]),
                wanted,
                "" if met is None else "met" if met else "NOT MET",
            )
        )
    return "\n".join(lines), all_met


def _verdict(row: Row, theirs: float, ours: float, ratio: float | None) -> tuple[str, bool | None]:
    if row.least_ratio is not None and ratio is not None:
        return f"ratio >= {row.least_ratio:g}", ratio >= row.least_ratio
    if row.least_own is None:
        return "", None
    if row.least_own is _LEAST_FLUSHES and theirs < 1.0 - _LEAST_FLUSHES:
        # dhcpd syncs for every ACK. If that does not show, this disk does not count flushes.
        return "(not counted)", None
    return f">= {row.least_own:.3g}", ours >= row.least_own


def _median(figures: Figures, row: Row) -> float | None:
    values = figures.values.get(row.name)
    return median(values) if values else None


def _by_round(theirs: list[float], ours: list[float]) -> str:
    ratios = [our / their for our, their in zip(ours, theirs, strict=True) if their]
    return f"{min(ratios):.2f} - {max(ratios):.2f}" if len(ratios) > 1 else ""


def _number(value: float, digits: int) -> str:
    return "lost" if value == float("inf") else f"{value:,.{digits}f}"


def _line(label: str, *cells: str) -> str:
    padded = [label.ljust(_WIDTHS[0])]
    padded += [cell.rjust(width) for cell, width in zip(cells[:-1], _WIDTHS[1:], strict=False)]
    return "  ".join([*padded, cells[-1]]).rstrip()
