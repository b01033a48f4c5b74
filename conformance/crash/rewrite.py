"""SIGKILL while the leases file is written anew: the promises made before and since are kept.

A running server writes the file anew when the last time is more than an hour ago, so its clock
(libfaketime) leaps an hour under load. The kill falls somewhere between the making of the new
file and the moment at which it takes the old one's name.
"""

from __future__ import annotations

import random
import re
import time
from pathlib import Path
from typing import Final, final

import click

from conformance.bench.server import BenchError, Server
from conformance.crash.kill import Figures, report
from conformance.crash.site import CORRUPT, Site
from conformance.crash.witness import Witness
from conformance.server import FAKETIME

STORED_LEASES: Final = 20_000
_HOUR_S: Final = 3601
_WINDOW: Final = 64
_LIMIT_S: Final = 20.0
_SILENCE_S: Final = 0.3
_LOOK_EVERY_S: Final = 0.001
_TRIES: Final = 5
# Longer than all leaps together; the last statement of its kind counts.
_TIMES: Final = "default-lease-time 864000;\nmax-lease-time 864000;\n"


@final
class Clock:
    """The server's clock, some hours ahead of ours; `prefix` begins its command line."""

    def __init__(self, file: Path) -> None:
        self._file: Final = file
        self._ahead_s = 0
        self.prefix: Final = [
            "env",
            f"LD_PRELOAD={FAKETIME}",
            f"FAKETIME_TIMESTAMP_FILE={file}",
            "FAKETIME_NO_CACHE=1",
            "FAKETIME_DONT_FAKE_MONOTONIC=1",
        ]
        self._set()

    def leap(self) -> None:
        """An hour passes."""
        self._ahead_s += _HOUR_S
        self._set()

    def _set(self) -> None:
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"+{self._ahead_s}\n")
        fresh.rename(self._file)


def kill_in_rewrites(
    site: Site, clock: Clock, times: int, chance: random.Random, dhcpd: str | None
) -> Figures:
    """Start, load, let an hour pass, kill, look; each time on the file the time before left."""
    site.prepare(STORED_LEASES)
    configuration = site.view / "dhcpd.conf"
    configuration.write_text(configuration.read_text() + _TIMES)
    site.leases.write_text(re.sub(r"(?m)^  ends .*;$", "  ends never;", site.leases.read_text()))
    figures = Figures()
    for number in range(times):
        for _ in range(_TRIES):
            if _kill_once(site, clock, chance, figures):
                break
        else:
            raise BenchError(f"each of {_TRIES} rewrites was over before the kill")
        file, missing = site.missing()
        report(missing, figures)
        figures.torn += file.is_torn
        if dhcpd is not None and not file.is_torn:
            site.judge(dhcpd, site.log.parent)
        with site.server():
            if CORRUPT in site.log.read_text() and not file.is_torn:
                raise BenchError(f"a whole file is not read:\n{site.log.read_text()}")
            report(site.missing()[1], figures)
        click.echo(
            f"{number + 1} of {times}: {figures.kills} kills in rewrites, {figures.acks} ACKs "
            f"seen, {len(figures.missing)} missing in the leases file, {figures.twice} addresses "
            f"promised twice, {figures.unheard} frames unheard"
        )
    return figures


def _kill_once(site: Site, clock: Clock, chance: random.Random, figures: Figures) -> bool:
    """One whole rewrite shows how long it takes; False: the next one was over before the kill."""
    with Witness(site.network.relay_namespace) as witness:
        with site.server() as server, site.load(_WINDOW, STORED_LEASES):
            if not witness.await_promises(1, _LIMIT_S):
                raise BenchError(f"no ACK: {witness.failure or server.last_words()}")
            clock.leap()
            begin = _await_rewrite(site, True, server)
            length_s = _await_rewrite(site, False, server) - begin
            heard = len(witness.promises)
            clock.leap()
            _await_rewrite(site, True, server)
            time.sleep(chance.uniform(0.0, length_s))
            server.kill()
            is_caught = bool(_new_files(site))
        witness.await_silence(_SILENCE_S)
        figures.unheard += witness.unheard()
    if witness.failure is not None:
        raise witness.failure
    if len(witness.promises) == heard:
        raise BenchError("the load was over before the second rewrite")
    figures.kills += is_caught
    figures.acks += len(witness.promises)
    figures.twice += len(site.keep(witness.promises))
    for file in _new_files(site):
        file.unlink()
    return is_caught


def _await_rewrite(site: Site, is_begun: bool, server: Server) -> float:
    """When a rewrite has begun, or is over."""
    deadline = time.monotonic() + _LIMIT_S
    while bool(_new_files(site)) != is_begun:
        if time.monotonic() > deadline:
            raise BenchError(f"no rewrite begins or ends: {server.last_words()}")
        time.sleep(_LOOK_EVERY_S)
    return time.monotonic()


def _new_files(site: Site) -> list[Path]:
    """The file that is to become the leases file, while there is one."""
    found = site.view.glob(f"{site.leases.name}.*")
    return [
        path
        for path in found
        if path.suffix.removeprefix(".").isdigit() and path.stem == site.leases.name
    ]
