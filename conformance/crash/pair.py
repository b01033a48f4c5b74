"""A failover pair under load: servers are killed and cables pulled at random moments.

Whatever happens, an ACK is in the leases file of the server that gave it, and an address has one
client at a time. When it is over the pair finds back to normal by itself, and both files agree
on every lease.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

import click

from conformance.bench.load import Load
from conformance.bench.network import SERVER_INTERFACE, within
from conformance.bench.pair import Pair
from conformance.bench.pair_configuration import PairSettings, pair_leases_text
from conformance.bench.pair_network import ADDRESSES, BRIDGE, PERFDHCP_ADDRESS, PairNetwork
from conformance.bench.perfdhcp import perfdhcp_program
from conformance.bench.run_load import start_load
from conformance.bench.server import BenchError
from conformance.crash.leases import LeasesFile, lease_facts, read_leases_file
from conformance.crash.ledger import Ledger
from conformance.crash.witness import Witness

SETTINGS: Final = PairSettings(
    pool_size=8_192,
    mclt=20,
    lease_time=60,
    max_response_delay=4,
    peer_statements="  min-balance 2;\n  max-balance 10;\n",
)
RENEWING_CLIENTS: Final = 300
_NEW_CLIENTS: Final = 2_000
_DIFFERENT_LOADS: Final = 5
_WINDOW: Final = 16
_PERFDHCP_CLIENTS: Final = 1_000
_PERFDHCP_RATE: Final = 100
_RENEWAL_XIDS: Final = 1 << 30
_LOAD_LIMIT_S: Final = 20.0
_LONGEST_PAUSE_S: Final = 2.5
_LONGEST_TROUBLE_S: Final = 9.0
_LOOK_EVERY_S: Final = 0.1
_SILENCE_S: Final = 0.3
_NORMAL_LIMIT_S: Final = 90.0
_AGREEMENT_LIMIT_S: Final = 180.0
_STATE: Final = re.compile(
    rb"^failover peer \"bench\" state \{\n  my state ([a-z-]+) at .*\n  partner state ([a-z-]+) ",
    re.MULTILINE,
)


@dataclass(slots=True)
class Trouble:
    """Something that is broken until `ends` (monotonic seconds), and how it is mended."""

    name: str
    ends: float
    mend: Callable[[], None]


@final
class Chaos:
    """One run. Its figures are read when it is over.

    `problems` has a line for each fault; what servers that are not `judged` have broken of their
    own promises is only told, in `remarks`.
    """

    def __init__(
        self,
        network: PairNetwork,
        pair: Pair,
        chance: random.Random,
        core: int,
        judged: tuple[int, ...],
    ) -> None:
        self._network: Final = network
        self._pair: Final = pair
        self._chance: Final = chance
        self._core: Final = core
        self._judged: Final = [ADDRESSES[server] for server in judged]
        self._ledger: Final = Ledger()
        self._heard = 0
        self._troubles: Final[list[Trouble]] = []
        # New clients, renewing ones, and perfdhcp's.
        self._loads: Final[list[subprocess.Popen[str] | None]] = [None, None, None]
        self._loads_begun = 0
        self.kills = 0
        self.cuts = 0
        self.pauses = 0
        self.problems: Final[list[str]] = []
        self.remarks: Final[list[str]] = []

    def run(self, seconds: float) -> None:
        """So long, and at least until each trouble was there once; then wait for peace."""
        with Witness(self._network.relay_namespace, BRIDGE) as witness:
            try:
                self._make_trouble(witness, seconds)
            finally:
                for load in self._loads:
                    if load is not None:
                        load.kill()
                        load.wait()
            for trouble in self._troubles:
                trouble.mend()
            self._note(witness)
            self._await_normal()
            self._await_agreement(witness)
            if witness.unheard():
                raise BenchError(f"{witness.unheard()} frames were not heard")
        if witness.failure is not None:
            raise witness.failure
        self._look_for_mistakes()
        for by, line in self._ledger.twice:
            self._say(by, line)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.cuts} cuts, {self.pauses} pauses, "
            f"{self._ledger.acks} ACKs seen, "
            f"{len(self._ledger.twice)} addresses promised twice, {len(self.problems)} problems, "
            f"{len(self.remarks)} of a server that is not judged"
        )

    # -- Trouble

    def _make_trouble(self, witness: Witness, seconds: float) -> None:
        end = time.monotonic() + seconds
        is_first = True
        while is_first or time.monotonic() < end:
            is_first = False
            deck: list[Callable[[], None]] = [
                lambda: self._kill(0, witness),
                lambda: self._kill(1, witness),
                lambda: self._pull(0),
                lambda: self._pull(1),
                self._separate,
                lambda: self._pause(self._chance.randrange(2)),
            ]
            self._chance.shuffle(deck)
            for begin in deck:
                self._pass(self._chance.uniform(0.0, _LONGEST_PAUSE_S), witness)
                begin()

    def _pass(self, seconds: float, witness: Witness) -> None:
        """Let time pass: loads go on, troubles end."""
        until = time.monotonic() + seconds
        while (now := time.monotonic()) < until:
            self._keep_loads()
            for trouble in [one for one in self._troubles if one.ends <= now]:
                self._troubles.remove(trouble)
                trouble.mend()
            time.sleep(_LOOK_EVERY_S)
        self._note(witness)

    def _begin(self, name: str, mend: Callable[[], None]) -> bool:
        """False if this trouble is there already."""
        if any(trouble.name == name for trouble in self._troubles):
            return False
        ends = time.monotonic() + self._chance.uniform(0.0, _LONGEST_TROUBLE_S)
        self._troubles.append(Trouble(name, ends, mend))
        return True

    def _kill(self, server: int, witness: Witness) -> None:
        if self._begin(f"dead {server}", lambda: self._pair.restart(server)):
            self._pair.servers[server].kill()
            self.kills += 1
            time.sleep(_SILENCE_S)
            self._note(witness)
            self._judge(server, read_leases_file(self._pair.leases(server)), "after the kill")

    def _pull(self, server: int) -> None:
        if self._begin(f"pulled {server}", lambda: self._network.set_port(server, True)):
            self._network.set_port(server, False)
            self.cuts += 1

    def _separate(self) -> None:
        if self._begin("separate", lambda: self._network.set_between(True)):
            self._network.set_between(False)
            self.cuts += 1

    def _pause(self, server: int) -> None:
        paused = self._pair.servers[server]
        if not self._is_dead(server) and self._begin(f"paused {server}", paused.resume):
            paused.pause()
            self.pauses += 1

    def _is_dead(self, server: int) -> bool:
        return any(trouble.name == f"dead {server}" for trouble in self._troubles)

    # -- Clients

    def _keep_loads(self) -> None:
        """New clients come all the time, and others renew."""
        for number, load in enumerate(self._loads):
            if load is None or load.poll() is not None:
                self._loads[number] = self._begin_load(number)

    def _begin_load(self, number: int) -> subprocess.Popen[str] | None:
        if number == 2:
            return self._start_perfdhcp()
        self._loads_begun += 1
        xid = self._loads_begun * _NEW_CLIENTS * 4
        if number == 1:
            return self._send(True, _RENEWAL_XIDS + xid, 0, RENEWING_CLIENTS)
        block = self._loads_begun % _DIFFERENT_LOADS
        first = RENEWING_CLIENTS + block * _NEW_CLIENTS
        return self._send(False, xid, first, _NEW_CLIENTS)

    def _start_perfdhcp(self) -> subprocess.Popen[str] | None:
        """Clients that never ask twice; None if it is not installed."""
        program = perfdhcp_program()
        if program is None:
            return None
        command = [
            *(program, "-4", "-l", PERFDHCP_ADDRESS, "-r", str(_PERFDHCP_RATE)),
            *("-R", str(_PERFDHCP_CLIENTS), "-p", str(round(_LOAD_LIMIT_S)), ADDRESSES[0]),
        ]
        return subprocess.Popen(
            within(self._network.relay_namespace, command),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def _send(
        self, is_renewing: bool, first_xid: int, first: int, clients: int
    ) -> subprocess.Popen[str]:
        load = Load(
            renewing=is_renewing,
            first_xid=first_xid,
            first_client=first,
            clients=clients,
            exchanges=_NEW_CLIENTS,
            window=_WINDOW,
            rate=0.0,
            limit_s=_LOAD_LIMIT_S,
            grace_s=0.0,
            time_scale=0.25,
            core=self._core,
        )
        return start_load(self._network.relay_namespace, load)

    # -- Judgement

    def _note(self, witness: Witness) -> None:
        heard = len(witness.promises)
        self._ledger.keep(witness.promises[self._heard : heard])
        self._heard = heard

    def _judge(self, server: int, file: LeasesFile, when: str) -> None:
        by = ADDRESSES[server]
        for line in self._ledger.missing(by, file, int(time.time())):
            self._say(by, f"{by} {when}: {line}")

    def _say(self, by: str, line: str) -> None:
        """Something is wrong with what a server has promised."""
        if by in self._judged:
            self.problems.append(line)
        else:
            self.remarks.append(line)

    def _await_normal(self) -> None:
        deadline = time.monotonic() + _NORMAL_LIMIT_S
        wanted = [(b"normal", b"normal")] * 2
        while (states := [_last_states(self._pair.leases(at)) for at in (0, 1)]) != wanted:
            if time.monotonic() > deadline:
                self.problems.append(f"the pair does not find back to normal: {states}")
                return
            time.sleep(_LOOK_EVERY_S)

    def _await_agreement(self, witness: Witness) -> None:
        """Both files have the same leases, and every promise that still runs."""
        deadline = time.monotonic() + _AGREEMENT_LIMIT_S
        while True:
            files = [read_leases_file(self._pair.leases(at)) for at in (0, 1)]
            differing = _differences(files[0], files[1])
            if not differing:
                break
            if time.monotonic() > deadline:
                self.problems.extend([f"no agreement: {line}" for line in differing])
                break
            time.sleep(0.5)
        self._note(witness)
        now = int(time.time())
        for server, file in enumerate(files):
            self._judge(server, file, "in the end")
            for by, line in self._ledger.missing_anywhere(file, now):
                self._say(by, f"{ADDRESSES[server]} does not know: {line}")

    def _look_for_mistakes(self) -> None:
        for server in (0, 1):
            for log in (self._pair.earlier_log(server), self._pair.log(server)):
                if log.exists() and "Internal error" in (text := log.read_text(errors="replace")):
                    at = text.index("Internal error")
                    self.problems.append(f"{log}: {text[at : at + 3000]}")


def _last_states(path: Path) -> tuple[bytes, bytes] | None:
    found = _STATE.findall(path.read_bytes())
    return found[-1] if found else None


def _differences(first: LeasesFile, second: LeasesFile) -> list[str]:
    """A line for each address of which the files say something else."""
    addresses = sorted(first.bodies.keys() | second.bodies.keys())
    facts = [(at, lease_facts(first, at), lease_facts(second, at)) for at in addresses]
    return [f"{at}: {mine} and {theirs}" for at, mine, theirs in facts if mine != theirs]


def break_pair(
    commands: tuple[list[str], list[str]],
    judged: tuple[int, ...],
    folder: Path,
    seconds: float,
    seed: int,
) -> bool:
    """One run of chaos; says what was seen. True if all was well."""
    cores = sorted(os.sched_getaffinity(0))
    leases = (
        pair_leases_text(0, SETTINGS, active=RENEWING_CLIENTS),
        pair_leases_text(1, SETTINGS, active=RENEWING_CLIENTS),
    )
    with (
        PairNetwork() as network,
        Pair(network, folder, commands, SETTINGS, (cores[0], cores[-1]), leases) as pair,
    ):
        _send_small_frames(network)
        pair.await_normal()
        chaos = Chaos(network, pair, random.Random(seed), cores[-1], judged)
        try:
            chaos.run(seconds)
        except BenchError as error:
            chaos.problems.append(str(error))
        click.echo(str(chaos))
        for line in [*chaos.problems[:20], *chaos.remarks[:5]]:
            click.echo(line)
        if chaos.problems:
            kept = Path(f"{folder}-kept-{seed}")
            shutil.copytree(folder, kept, ignore=shutil.ignore_patterns("*.ctl"))
            click.echo(f"files and logs are kept in {kept}")
    return not chaos.problems


def _send_small_frames(network: PairNetwork) -> None:
    """The witness wants one frame for each reply, not many replies in a long one."""
    one = ["link", "set", SERVER_INTERFACE, "gso_max_segs", "1"]
    for namespace in network.namespaces:
        subprocess.run(["ip", "-n", namespace, *one], check=True)
