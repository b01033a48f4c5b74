"""SIGKILL at random moments under load: what was acknowledged is in the leases file."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from typing import Final

import click

from conformance.bench.server import BenchError
from conformance.crash.site import CORRUPT, RENEWING_CLIENTS, Site
from conformance.crash.witness import Witness

_WINDOW: Final = 64
_FIRST_ACK_LIMIT_S: Final = 30.0
_SILENCE_S: Final = 0.3
_LATEST_KILL_S: Final = 1.0


@dataclass(slots=True)
class Figures:
    """What was seen in all rounds."""

    kills: int = 0
    start_s: float = 0.5
    acks: int = 0
    twice: int = 0
    torn: int = 0
    unheard: int = 0
    # A line for each promise that was not kept.
    missing: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills under load and as many at start, {self.acks} ACKs seen, "
            f"{len(self.missing)} missing in the leases file, {self.twice} addresses promised "
            f"twice, {self.torn} torn ends, "
            f"{self.unheard} frames unheard"
        )


def kill_repeatedly(site: Site, times: int, chance: random.Random, dhcpd: str | None) -> Figures:
    """Start, load, kill, look; each time on the file that the time before has left."""
    site.prepare(RENEWING_CLIENTS)
    figures = Figures()
    for number in range(times):
        _kill_once(site, chance, figures)
        file, missing = site.missing()
        report(missing, figures)
        figures.torn += file.is_torn
        if dhcpd is not None and not file.is_torn:
            site.judge(dhcpd, site.log.parent)
        # The file is written anew at every start: a start that is cut off may cost nothing.
        site.kill_at_start(chance.uniform(0.0, figures.start_s))
        report(site.missing()[1], figures)
        with site.server() as server:
            figures.start_s = server.started_in_s
            if CORRUPT in site.log.read_text() and not file.is_torn:
                raise BenchError(f"a whole file is not read:\n{site.log.read_text()}")
            report(site.missing()[1], figures)
        click.echo(f"{number + 1} of {times}: {figures}")
    return figures


def _kill_once(site: Site, chance: random.Random, figures: Figures) -> None:
    with Witness(site.network.relay_namespace) as witness:
        with site.server() as server, site.load(_WINDOW, RENEWING_CLIENTS):
            if not witness.await_promises(1, _FIRST_ACK_LIMIT_S):
                raise BenchError(f"no ACK: {witness.failure or server.last_words()}")
            time.sleep(chance.uniform(0.0, _LATEST_KILL_S))
            server.kill()
        witness.await_silence(_SILENCE_S)
        figures.unheard += witness.unheard()
    if witness.failure is not None:
        raise witness.failure
    figures.kills += 1
    figures.acks += len(witness.promises)
    twice = site.keep(witness.promises)
    figures.twice += len(twice)
    for line in twice[:5]:
        click.echo(line)


def report(missing: list[str], figures: Figures) -> None:
    """Show the first promises that were not kept, and count all of them."""
    for line in missing[:5]:
        click.echo(line)
    figures.missing.update(missing)
