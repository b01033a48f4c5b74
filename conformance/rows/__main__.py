"""python -m conformance.rows: every case through `dhcpd -t` and `pydhcpd -t`, one table."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from multiprocessing import Pool
from pathlib import Path

import click

from conformance.rows.case import CASES, Case, read_cases
from conformance.rows.examples import PRELUDE, PRELUDE6
from conformance.rows.generate import generated_cases
from conformance.rows.judge import Judge, Judgement, find_reference

SKIPPED = 77  # exit status when nothing could be compared
ALONE = "PYDHCPD_ROWS_ALONE"  # set inside the namespace without network
WORKERS = 2
SHOWN = 40

_judges: list[Judge] = []  # the one of each worker process


@click.command()
@click.option("--kind", "kinds", multiple=True, help="Only cases of this line of the table.")
@click.option("--only", multiple=True, help="Only cases whose row or text contains this.")
@click.option("--reference", default=find_reference(), help="The real dhcpd.")
@click.option("--all", "is_all", is_flag=True, help="Show every difference.")
@click.option("--show", is_flag=True, help="Show what dhcpd says to each case.")
def main(
    kinds: tuple[str, ...], only: tuple[str, ...], reference: str | None, is_all: bool, show: bool
) -> None:
    """Compare the verdicts of two servers on small configurations."""
    if reference is None:
        click.echo("rows: skipped: dhcpd (Debian package isc-dhcp-server) is not installed")
        sys.exit(SKIPPED)
    leave_the_network("conformance.rows")
    cases = [
        case
        for case in _all_cases()
        if (not kinds or case.kind in kinds) and (not only or any(_has(case, one) for one in only))
    ]
    judgements = _judge_all(cases, reference)
    if show:
        for judgement in judgements:
            _show(judgement)
    _print_differences(judgements, None if is_all else SHOWN)
    _print_table(judgements)
    sys.exit(0 if judgements and all(one.is_good for one in judgements) else 1)


def leave_the_network(module: str) -> None:
    """Go on in a namespace without network: dhcpd runs what configurations tell it to run."""
    if ALONE in os.environ:
        # The loopback interface is there, but somebody has to switch it on.
        subprocess.run(["ip", "link", "set", "lo", "up"], check=False)
        return
    unshare = shutil.which("unshare")
    if unshare is None:
        click.echo("rows: skipped: unshare (Debian package util-linux) is not installed")
        sys.exit(SKIPPED)
    rights = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    command = [unshare, *rights, "--net", sys.executable, "-m", module, *sys.argv[1:]]
    os.execve(unshare, command, {**os.environ, ALONE: "1"})


def _all_cases() -> list[Case]:
    cases = generated_cases()
    for path in sorted(CASES.glob("*.txt")):
        cases.extend(read_cases(path))
    return cases


def _has(case: Case, part: str) -> bool:
    return part in case.row or part in case.text


def _judge_all(cases: list[Case], reference: str) -> list[Judgement]:
    memory = Path("/dev/shm")
    home = Path(tempfile.mkdtemp(prefix="rows", dir=memory if memory.is_dir() else None))
    try:
        with Pool(WORKERS, _start_worker, (reference, home)) as pool:
            return pool.map(_judge, cases, chunksize=16)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _start_worker(reference: str, home: Path) -> None:
    _judges.append(Judge(reference, home))


def _judge(case: Case) -> Judgement:
    return _judges[0].judge(case)


def _show(judgement: Judgement) -> None:
    click.echo(f"== {judgement.case.kind}: {judgement.case.row}\n{judgement.case.text}")
    for line in judgement.reference.lines:
        click.echo(f"    {line}")
    click.echo(f"    exit {judgement.reference.status}")


def _print_differences(judgements: list[Judgement], limit: int | None) -> None:
    bad = [judgement for judgement in judgements if not judgement.is_good]
    for judgement in bad[:limit]:
        case = judgement.case
        click.echo(f"{case.kind}: {case.row}: -{case.family} {_short(case.text)!r}")
        for difference in judgement.differences:
            click.echo(f"    {difference}")
    if limit is not None and len(bad) > limit:
        click.echo(f"... and {len(bad) - limit} more; --all shows them")


def _short(text: str) -> str:
    """The text without what many cases begin with."""
    for prelude in (PRELUDE, PRELUDE6):
        text = text.removeprefix(prelude)
    return text


def _print_table(judgements: list[Judgement]) -> None:
    kinds: dict[str, dict[str, list[Judgement]]] = {}
    for judgement in judgements:
        case = judgement.case
        kinds.setdefault(case.kind, {}).setdefault(case.row, []).append(judgement)
    width = max(map(len, kinds), default=4)
    click.echo(f"{'kind':{width}}  cases  differing  decided   rows  verified")
    for kind, rows in sorted(kinds.items()):
        cases = [judgement for one in rows.values() for judgement in one]
        differing = sum(not judgement.is_good for judgement in cases)
        decided = sum(judgement.decision is not None for judgement in cases)
        good = _count_good(rows.values())
        click.echo(
            f"{kind:{width}}  {len(cases):5}  {differing:9}  {decided:7}  {len(rows):5}  {good:8}"
        )
    for decision, count in sorted(_decisions(judgements).items()):
        click.echo(f"decision {decision}: {count} cases")
    verified = sum(_count_good(rows.values()) for rows in kinds.values())
    total = sum(map(len, kinds.values()))
    click.echo(f"rows verified against dhcpd: {verified} of {total}")


def _count_good(rows: Iterable[list[Judgement]]) -> int:
    return sum(all(judgement.is_good for judgement in row) for row in rows)


def _decisions(judgements: list[Judgement]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for judgement in judgements:
        if judgement.decision is not None:
            counts[judgement.decision] = counts.get(judgement.decision, 0) + 1
    return counts


if __name__ == "__main__":
    main()
