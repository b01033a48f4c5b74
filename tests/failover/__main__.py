"""python -m tests.failover --seeds FROM[-TO] [--hours H]: lives of a pair from many seeds."""

import time
from collections import Counter

import click

from tests.failover.simulation import hours_of, simulate


@click.command()
@click.option("--seeds", default="0-9", help="One seed, or the first and the last (0-9).")
@click.option("--hours", default=0.0, help="How long each life lasts (by its pace).")
def main(seeds: str, hours: float) -> None:
    """Simulate pairs, and count what was seen."""
    first, _, last = seeds.partition("-")
    total: Counter[str] = Counter()
    begin = time.monotonic()
    failed: list[int] = []
    seeds_run = range(int(first), int(last or first) + 1)
    lived = 0.0
    for seed in seeds_run:
        at = time.monotonic()
        try:
            simulation = simulate(seed, hours or hours_of(seed))
        except AssertionError as error:
            failed.append(seed)
            click.echo(f"seed {seed}: {error}")
            for note in error.__notes__:
                click.echo(note)
            continue
        total.update(simulation.figures)
        total.update(acks=simulation.ledger.acks)
        lived += simulation.hours
        click.echo(f"seed {seed}: {simulation.hours:.0f} h in {time.monotonic() - at:.1f} s")
    figures = ", ".join(f"{count} {name}" for name, count in sorted(total.items()))
    click.echo(f"{lived:.0f} hours in {time.monotonic() - begin:.0f} s: {figures}")
    click.echo(f"{len(seeds_run) - len(failed)} of {len(seeds_run)} seeds are well")
    if failed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
