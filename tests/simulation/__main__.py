"""python -m tests.simulation --seeds FROM[-TO] [--days N]: months from many seeds."""

import time
from collections import Counter

import click

from tests.simulation.test_month import DAYS, simulate


@click.command()
@click.option("--seeds", default="0-9", help="One seed, or the first and the last (0-9).")
@click.option("--days", default=float(DAYS), help="How long each simulation lasts (30).")
def main(seeds: str, days: float) -> None:
    """Simulate months, and count what was seen; ends at the first failure."""
    first, _, last = seeds.partition("-")
    total: Counter[str] = Counter()
    begin = time.monotonic()
    for seed in range(int(first), int(last or first) + 1):
        month = simulate(seed, days)
        total.update(month.figures)
        total.update(months=1, acks=month.ledger.acks)
        figures = ", ".join(f"{count} {name}" for name, count in sorted(total.items()))
        click.echo(f"seed {seed}: all well; so far {figures}, {time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    main()
