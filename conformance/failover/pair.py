"""One scenario lived through by one pair.

The servers' clocks stand still but for the steps that move them, and a step is over when both
have gone around their loops and nothing is under way between them. So every run of a scenario is
the same, and nothing takes real time but what the kernel makes wait.
"""

import re
import select
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from conformance.conversation import FAR_MAC, MARKER, MARKER_LINE, Stopped
from conformance.failover.configuration import ROLES
from conformance.failover.hand import Hand
from conformance.failover.network import CLIENT_LINK, PairNetwork, build_pair
from conformance.failover.orders import give_order
from conformance.failover.scenario import Scenario, Step, setting_of
from conformance.frames import Seen, arp_answer, dissect
from conformance.message import Promise, frame
from conformance.network import Names, receive
from conformance.scenario import Send
from conformance.server import FROZEN_AT, Server

MARKER_AGAIN_S: Final = 1.0
MARKER_LIMIT_S: Final = 10.0
SETTLE_LIMIT_S: Final = 20.0
STABLE_ROUNDS: Final = 2
JOIN_LIMIT_S: Final = 15.0
UNTIL_LIMIT_S: Final = 150  # of the servers' time
REST_S: Final = 4
REST_LIMIT_S: Final = 40
BROADCAST_VERBS: Final = frozenset({"discover", "request", "reboot", "rebind", "decline", "inform"})


@dataclass(slots=True)
class Member:
    """One server of the pair; `starts` counts how often it was started."""

    role: str
    server: Server
    starts: int = 0
    log_at: int = 0
    markers: int = 0
    grown: int = 0  # bytes it has logged besides markers
    states: list[str] = field(default_factory=list)

    def take_log(self) -> None:
        """Read on in its log."""
        size = self.server.log_size()
        fresh = self.server.log_from(self.log_at, size)
        whole = fresh[: fresh.rfind("\n") + 1]
        self.log_at += len(whole)
        for line in whole.splitlines():
            if line == MARKER_LINE:
                self.markers += 1
                continue
            self.grown += len(line)
            moved = re.match(r"failover peer .*: I move from \S+ to (\S+)$", line)
            if moved is not None:
                self.states.append(moved[1])

    @property
    def state(self) -> str:
        """The state it has last moved to."""
        return self.states[-1] if self.states else ""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A server has promised an address to a client until `until`, on the servers' clock."""

    client: int
    address: str
    at: int
    until: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What both servers did: answers by line of the scenario, logs and leases files by role."""

    answers: Mapping[int, tuple[str, ...]]
    logs: Mapping[str, str]
    leases: Mapping[str, str]
    survivors: tuple[str, ...]
    doubles: tuple[str, ...]
    seconds: float


Commands = Mapping[str, tuple[str, ...]]


class Pair:
    """Lives through one scenario. `commands` start the servers by role, `dhcpd` the real one."""

    def __init__(
        self,
        scenario: Scenario,
        commands: Commands,
        dhcpd: tuple[str, ...],
        names: Names,
        directory: Path,
        stop: threading.Event,
    ) -> None:
        self._scenario = scenario
        self._commands = commands
        self._dhcpd = dhcpd
        self._names = names
        self._directory = directory
        self._stop = stop
        self._members: dict[str, Member] = {}
        self._promises: dict[int, Promise] = {}
        self._promised: list[Acknowledged] = []
        self._doubles: list[str] = []
        self._answers: dict[int, list[str]] = {}
        self._seen: list[tuple[str, Seen]] = []
        self._xid = 0x10000000
        self._hand: Hand | None = None
        self._is_pinging = False
        self._elapsed = 0

    def live(self) -> Outcome:
        """Live through it all, and leave nothing behind."""
        begun = time.monotonic()
        self._network: PairNetwork = build_pair(self._names)
        try:
            for role in ROLES:
                if role != self._scenario.partner:
                    self._members[role] = self._member(role)
            if self._scenario.partner:
                side = self._network.sides[self._scenario.partner]
                self._hand = Hand(side.namespace, self._scenario.partner)
            for step in self._scenario.steps:
                self._answers[step.line] = []
                self._act(step)
            self._come_to_rest()
            survivors = tuple(role for role, one in self._members.items() if one.server.alive())
            return Outcome(
                {line: tuple(texts) for line, texts in self._answers.items()},
                {role: self._log(one) for role, one in self._members.items()},
                {role: self._leases(one) for role, one in self._members.items()},
                survivors,
                tuple(self._doubles),
                time.monotonic() - begun,
            )
        finally:
            if self._hand is not None:
                self._hand.close_all()
            for one in self._members.values():
                one.server.stop(hard=True)
            self._network.close(self._names)

    def _come_to_rest(self) -> None:
        """Acknowledgements may take two seconds, and so may dhcpd's writing of what they say."""
        quiet, last = 0, self._written()
        for _ in range(REST_LIMIT_S):
            self._pass(1)
            now = self._written()
            quiet = quiet + 1 if now == last else 0
            last = now
            if quiet == REST_S:
                return

    def _member(self, role: str) -> Member:
        scenario = self._scenario
        server = Server(
            self._dhcpd if scenario.begins_with_dhcpd else self._commands[role],
            self._network.sides[role].namespace,
            self._directory / role,
            (),
            (CLIENT_LINK,),
            clock=True,
            frozen=True,
        )
        text = scenario.configuration_of(role, server.command == self._dhcpd)
        server.prepare(text, scenario.leases.get(role, ""))
        return Member(role, server)

    def _log(self, one: Member) -> str:
        return one.server.log().replace(str(one.server.directory), "DIR")

    def _leases(self, one: Member) -> str:
        return (one.server.directory / "dhcpd.leases").read_text("latin-1")

    # -- Steps

    def _act(self, step: Step) -> None:
        match step.words:
            case ("start", who):
                self._start(who)
            case ("stop" | "kill" as how, who):
                for one in self._those(who):
                    one.server.stop(hard=how == "kill")
            case ("until", who, "log", *words):
                text = " ".join(words)
                self._until(step, who, lambda one: text in one.server.log())
            case ("until", who, state):
                self._until(step, who, lambda one: one.state == state)
            case ("client", number, verb, *words):
                self._client(step, int(number), verb, words)
            case ("clock", who, seconds):
                for one in self._those(who):
                    one.server.jump(int(seconds))
            case ("clock", seconds):
                self._pass(int(seconds))
            case ("cut",):
                self._network.set_link(False)
            case ("join",):
                self._join()
            case ("order", who, state):
                for one in self._those(who):
                    is_dhcpd = one.server.command == self._dhcpd
                    give_order(one.server, self._scenario.peer_name, state, is_dhcpd)
            case ("lose", who):
                for one in self._those(who):
                    (one.server.directory / "dhcpd.leases").write_text("")
            case ("append", who, *_):
                text = step.text.split(" ", 2)[2].replace("\\n", "\n")
                for one in self._those(who):
                    with (one.server.directory / "dhcpd.leases").open("a") as file:
                        file.write(text + "\n")
            case ("alter", who, *_):
                text = step.text.split(" ", 1)[1].removeprefix("both ")
                self._scenario = self._scenario.altered(setting_of(text))
                for one in self._those(who):
                    self._exchange_server(one, one.server.command)
            case ("exchange", who, *to):
                for one in self._those(who):
                    self._exchange_server(one, self._dhcpd if to else self._commands[one.role])
            case ("partner", *words):
                self._partner(words)
            case _:
                raise AssertionError(f"a step without meaning: {step.text}")
        self._settle()
        if self._hand is not None:
            self._answers[step.line] += self._hand.listen_in(FROZEN_AT + self._elapsed)

    def _partner(self, words: list[str]) -> None:
        """What the partner does that is played by hand."""
        hand = self._hand
        assert hand is not None, "nobody plays the partner"
        now = FROZEN_AT + self._elapsed
        match words:
            case ["listen"]:
                hand.listen()
            case ["dial"]:
                hand.dial()
            case ["close"]:
                hand.close()
            case ["acknowledge"]:
                hand.acknowledge(now)
            case ["say", wire]:
                hand.say(bytes.fromhex(wire))
            case ["send", name, *rest]:
                hand.send(name, rest, now)
            case _:
                raise AssertionError(f"the partner can't {words}")

    def _those(self, who: str) -> list[Member]:
        return [one for role, one in self._members.items() if who in (role, "both")]

    def _exchange_server(self, one: Member, command: tuple[str, ...]) -> None:
        """From its next start on it is another program, over the same leases file."""
        one.server.command = command
        text = self._scenario.configuration_of(one.role, command == self._dhcpd)
        (one.server.directory / "dhcpd.conf").write_text(text, encoding="latin-1")

    def _start(self, who: str) -> None:
        for one in self._those(who):
            one.starts += 1
            one.server.start()
        for one in self._those(who):
            one.server.wait_started(one.starts)

    def _pass(self, seconds: int) -> None:
        """Time passes for both, second by second, so that nothing comes out of its turn."""
        for _ in range(seconds):
            self._elapsed += 1
            for one in self._members.values():
                one.server.jump(1)
            self._settle()

    def _until(self, step: Step, who: str, is_reached: Callable[[Member], bool]) -> None:
        """Let the servers' time pass, second by second."""
        passed = 0
        self._settle()
        while not all(is_reached(one) for one in self._those(who)):
            if passed >= UNTIL_LIMIT_S:
                self._answers[step.line].append(f"not within {passed} s")
                return
            self._pass(1)
            passed += 1
        self._answers[step.line].append(f"after {passed} s")

    def _join(self) -> None:
        """Let the link carry again, and the kernel try again what it tried in vain."""
        self._network.set_link(True)
        limit = time.monotonic() + JOIN_LIMIT_S
        while self._network.retrying() and time.monotonic() < limit:
            self._pump(0.05)

    # -- Clients

    def _client(self, step: Step, number: int, verb: str, words: list[str]) -> None:
        given = dict(word.split("=", 1) for word in words)
        to, preferred = given.pop("to", ""), given.pop("from", "")
        for each in ("discover", "request") if verb == "dora" else (verb,):
            if each in ("discover", "reboot", "renew", "rebind", "release", "decline"):
                self._xid += 1
            send = Send(number, each, tuple(given.items()))
            answers = self._exchange(send, to)
            self._answers[step.line] += [_answer(role, seen) for role, seen in answers]
            offers = [one for one in answers if one[1].message in ("offer", "ack")]
            offers.sort(key=lambda one: one[0] != preferred)
            if offers:
                chosen = offers[0][1]
                self._promises[number] = Promise(chosen.address, chosen.server)
            elif each == "discover":
                return
            self._note(number, each, answers)

    def _exchange(self, send: Send, to: str) -> list[tuple[str, Seen]]:
        promise = self._promises.get(send.client, Promise())
        first: list[tuple[str, bytes]] = []
        last: list[tuple[str, bytes]] = []
        self._seen.clear()
        for role in self._members:
            port = self._network.sides[role].ports[CLIENT_LINK]
            is_its = promise.server == port.address
            if to and role != to:
                continue
            if not to and send.verb not in BROADCAST_VERBS and not is_its:
                continue
            # Who is meant hears it last: else its partner may be told before it hears the client.
            (last if is_its else first).append((role, frame(send, promise, port, self._xid)))
        for role, data in (*first, *last):
            if self._members[role].server.alive():
                self._network.sides[role].sockets[CLIENT_LINK].send(data)
                self._settle()
        while self._is_pinging:
            # Nobody has the address: the offer comes when the ping's second is over.
            self._is_pinging = False
            self._pass(1)
        return sorted(self._seen, key=lambda one: ROLES.index(one[0]))

    def _note(self, client: int, verb: str, answers: list[tuple[str, Seen]]) -> None:
        """Keep account of who holds which address until when."""
        if verb in ("release", "decline"):
            self._promised = [one for one in self._promised if one.client != client]
        for role, seen in answers:
            if seen.message != "ack":
                continue
            until = self._elapsed + int(dict(seen.fields).get("option 51", "0"), 16)
            self._doubles += [
                f"{role} gave {one.address} to client {client} at {self._elapsed} s"
                f" while client {one.client} held it until {one.until} s"
                for one in self._promised
                if one.address == seen.address
                and one.client != client
                and one.until > self._elapsed
            ]
            self._promised.append(Acknowledged(client, seen.address, self._elapsed, until))

    # -- Waiting

    def _settle(self) -> None:
        """Wait until nothing moves any more."""
        limit = time.monotonic() + SETTLE_LIMIT_S
        stable, last = 0, self._fingerprint()
        while stable < STABLE_ROUNDS and time.monotonic() < limit:
            self._mark()
            now = self._fingerprint()
            stable = stable + 1 if now == last else 0
            last = now

    def _fingerprint(self) -> tuple[object, ...]:
        return (self._network.counters(), self._written())

    def _written(self) -> tuple[tuple[int, ...], ...]:
        """How much both have logged, and how much is in their leases files."""
        found: list[tuple[int, ...]] = []
        for one in self._members.values():
            one.take_log()
            leases = (one.server.directory / "dhcpd.leases").stat()
            found.append((one.grown, leases.st_size, leases.st_ino))
        return tuple(found)

    def _mark(self) -> None:
        """A packet that is only logged, to each: what came before it has been dealt with."""
        waited: dict[str, int] = {}
        for role, one in self._members.items():
            if one.server.alive():
                one.take_log()
                waited[role] = one.markers
                self._send_marker(role)
        again = time.monotonic() + MARKER_AGAIN_S
        limit = time.monotonic() + MARKER_LIMIT_S
        while waited and time.monotonic() < limit:
            self._pump(0.003)
            for role in list(waited):
                one = self._members[role]
                one.take_log()
                if one.markers > waited[role] or not one.server.alive():
                    del waited[role]
            if waited and time.monotonic() > again:
                again += MARKER_AGAIN_S
                for role in waited:
                    self._send_marker(role)
        self._pump(0)

    def _send_marker(self, role: str) -> None:
        side = self._network.sides[role]
        data = frame(MARKER, Promise(), side.ports[CLIENT_LINK], 0)
        side.sockets[CLIENT_LINK].send(data)

    def _pump(self, timeout: float) -> None:
        """Take in what has come for the clients, answering ARP as they would."""
        if self._stop.is_set():
            raise Stopped
        poll = select.poll()
        ends = {role: self._network.sides[role].sockets[CLIENT_LINK] for role in ROLES}
        for end in ends.values():
            poll.register(end, select.POLLIN)
        poll.poll(timeout * 1000)
        for role, end in ends.items():
            while (got := receive(end)) is not None:
                answer = arp_answer(got[0], FAR_MAC)
                if answer is not None:
                    end.send(answer)
                    continue
                seen = dissect(got[0], 0.0, got[1])
                if seen is not None and seen.message:
                    self._seen.append((role, seen))
                self._is_pinging |= seen is not None and seen.summary.startswith("ping ")


def _answer(role: str, seen: Seen) -> str:
    lease = dict(seen.fields).get("option 51")
    time_s = f" for {int(lease, 16)}" if lease else ""
    return f"{role} {seen.summary}{time_s}"
