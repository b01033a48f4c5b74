"""One scenario held with both servers at once: what was sent, and what each answered.

Every message leaves for both servers at the same moment, early in a second of the clock, so that
a whole-second clock reads the same in both. A step ends when both servers have answered, or have
been quiet for a while and their logs show nothing half done.
"""

import re
import select
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from conformance.frames import Seen, arp_answer, dissect, echo_answer, echo_request
from conformance.message import Promise, frame
from conformance.network import Names, Side, build, receive
from conformance.scenario import (
    Action,
    Clock,
    Link,
    Ping,
    Raw,
    Restart,
    Scenario,
    Send,
    Step,
    Wait,
)
from conformance.server import Files, Server

QUIET = 0.25  # no answer after this long without frame or log line: there will be none
AFTERMATH = 0.03  # a second frame of the same answer would come within this
HALF_DONE = 2.5  # a request line without its end: longest wait for the answer
PING_WAIT = 4.5  # longest ping-timeout a scenario may use, and a little more
PARTNER_WAIT = 2.0  # one has answered: how much longer the other may take
SAFE_FROM, SAFE_TO = 0.03, 0.70  # the part of a second in which messages are sent
FAR_MAC = bytes((2, 0, 0, 0, 0, 2))
_HALF_DONE_LINE = re.compile(r"^(DHCPDISCOVER|DHCPREQUEST|BOOTREQUEST|DHCPINFORM) .* via \S+$")


class Stopped(Exception):
    """The run was interrupted."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One action and the frames each server (reference, subject) sent because of it."""

    step: Step
    number: int  # of the action within the step, from 1
    seen: tuple[tuple[Seen, ...], tuple[Seen, ...]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything two servers did in one scenario; pairs are (reference, subject)."""

    scenario: Scenario
    exchanges: tuple[Exchange, ...]
    files: tuple[tuple[Files, ...], tuple[Files, ...]]
    logs: tuple[str, str]
    seconds: float


@dataclass(slots=True)
class Participant:
    """One server, its network, and what its clients remember of it."""

    server: Server
    side: Side
    promises: dict[int, Promise] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    log_mark: int = 0
    log_size: int = 0
    active: float = 0.0

    def fresh_log(self) -> str:
        """What it has said since the current action began."""
        return self.server.log_path.read_bytes()[self.log_mark :].decode("latin-1")

    def answered(self) -> bool:
        """Whether a DHCP or BOOTP answer has come."""
        return any(one.message for one in self.seen)


class Conversation:
    """Runs one scenario."""

    def __init__(
        self, scenario: Scenario, names: Names, directory: Path, stop: threading.Event
    ) -> None:
        self._scenario = scenario
        self._names = names
        self._directory = directory
        self._stop = stop
        self._pair: list[Participant] = []
        self._pinged: set[str] = set()
        self._xids: dict[int, int] = {}
        self._xid = 0x10000000
        self._starts = 1
        self._sent = 0.0

    def run(self, commands: tuple[tuple[str, ...], tuple[str, ...]]) -> Outcome:
        """Hold the conversation with the servers `commands` start, and leave nothing behind."""
        begun = time.monotonic()
        try:
            for letter, command in zip("ab", commands, strict=True):
                self._pair.append(self._participant(letter, command))
            self._start()
            exchanges = [
                Exchange(step, number, self._act(action))
                for step in self._scenario.steps
                for number, action in enumerate(step.actions, 1)
            ]
            for each in self._pair:
                each.server.snapshot()
            logs = self._logs()
            first, second = (tuple(each.server.history) for each in self._pair)
            taken = time.monotonic() - begun
            return Outcome(self._scenario, tuple(exchanges), (first, second), logs, taken)
        finally:
            for each in self._pair:
                each.server.stop(hard=True)
                each.side.close()
                self._names.delete(each.side.namespace)
                self._names.delete(each.side.far)

    def _participant(self, letter: str, command: tuple[str, ...]) -> Participant:
        scenario = self._scenario
        side = build(self._names, scenario.interfaces, scenario.route)
        interfaces = tuple(name for name, _ in scenario.interfaces)
        server = Server(
            command,
            side.namespace,
            self._directory / letter,
            scenario.flags,
            interfaces,
            scenario.needs_clock,
        )
        server.prepare(scenario.config, _dated(scenario.leases))
        return Participant(server, side)

    def _logs(self) -> tuple[str, str]:
        first, second = (
            each.server.log().replace(str(each.server.directory), "DIR") for each in self._pair
        )
        return first, second

    def _start(self) -> None:
        self._wait_for_safe_moment()
        for each in self._pair:
            each.server.start()
        for each in self._pair:
            each.server.wait_started(self._starts)

    def _act(self, action: Action) -> tuple[tuple[Seen, ...], tuple[Seen, ...]]:
        if isinstance(action, Send | Raw):
            self._wait_for_safe_moment()
        self._sent = time.monotonic()
        for each in self._pair:
            each.seen.clear()
            each.log_mark = each.log_size = each.server.log_size()
            each.active = self._sent
        match action:
            case Send():
                self._send(action)
                self._collect()
                self._remember(action.client)
            case Raw():
                for each in self._pair:
                    each.side.sockets[action.interface].send(action.frame)
                self._collect()
            case Wait():
                self._pump_for(action.seconds)
            case Clock():
                self._jump(action.seconds)
            case Restart():
                self._restart(action.hard)
            case Ping():
                known = self._pinged.union if action.answer else self._pinged.difference
                self._pinged = set(known(action.addresses))
            case Link():
                self._link(action)
        reference, subject = (tuple(each.seen) for each in self._pair)
        return reference, subject

    def _send(self, send: Send) -> None:
        if send.verb != "request" or send.client not in self._xids:
            self._xid += 1
            self._xids[send.client] = self._xid
        interface = dict(send.words).get("on", self._scenario.interfaces[0][0])
        frames = []
        for each in self._pair:
            promise = each.promises.get(send.client, Promise())
            port = each.side.ports[interface]
            frames.append(frame(send, promise, port, self._xids[send.client]))
        for each, data in zip(self._pair, frames, strict=True):
            each.side.sockets[interface].send(data)

    def _remember(self, client: int) -> None:
        for each in self._pair:
            for one in each.seen:
                if one.message in ("offer", "ack", "bootreply") and one.address != "0.0.0.0":
                    old = each.promises.get(client, Promise())
                    each.promises[client] = Promise(one.address, one.server or old.server)

    def _jump(self, seconds: int) -> None:
        """Both clocks forward, then a datagram too short to mean anything, to wake both up."""
        self._wait_for_safe_moment()
        for each in self._pair:
            each.server.jump(seconds)
        name = self._scenario.interfaces[0][0]
        short = Send(255, "message", (("truncate", "20"),))
        for each in self._pair:
            each.side.sockets[name].send(frame(short, Promise(), each.side.ports[name], 0))
        self._pump_for(0.4)

    def _restart(self, hard: bool) -> None:
        for each in self._pair:
            each.server.snapshot()
        for each in self._pair:
            each.server.stop(hard)
        self._starts += 1
        self._start()

    def _link(self, link: Link) -> None:
        for each in self._pair:
            command = ["ip", "-n", each.side.namespace, "link", "set", link.interface]
            subprocess.run([*command, "up" if link.up else "down"], check=True)
        self._pump_for(0.5)

    def _wait_for_safe_moment(self) -> None:
        part = time.time() % 1
        if not SAFE_FROM <= part <= SAFE_TO:
            self._pump_for((SAFE_FROM - part) % 1)

    def _pump_for(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._pump(min(left, 0.1))

    def _collect(self) -> None:
        while not self._settled(time.monotonic()):
            self._pump(0.02)

    def _settled(self, now: float) -> bool:
        """Whether the answers to what was last sent are all there."""
        if not all(self._quiet(each, now) for each in self._pair):
            return False
        answered = [each.answered() or not each.server.alive() for each in self._pair]
        if any(answered) and not all(answered):
            latest = max(each.active for each in self._pair)
            return now - latest > PARTNER_WAIT
        return True

    def _quiet(self, each: Participant, now: float) -> bool:
        """Whether nothing more is to be expected from this server."""
        if each.answered():
            return now - each.active > AFTERMATH
        if not each.server.alive():
            return True
        if now - each.active < QUIET:
            return False
        if now - self._sent > PING_WAIT:
            return True
        fresh = each.fresh_log()
        if each.seen and "Abandoning" not in fresh:
            return False  # a ping is out
        lines = fresh.splitlines()
        half_done = bool(lines) and _HALF_DONE_LINE.match(lines[-1]) is not None
        return not half_done or now - self._sent > HALF_DONE

    def _pump(self, timeout: float) -> None:
        """Take in what has come, answering ARP (and pings, where told) as a client would."""
        if self._stop.is_set():
            raise Stopped
        ends = {end.fileno(): (each, end) for each in self._pair for end in _ends(each)}
        poll = select.poll()
        for number in ends:
            poll.register(number, select.POLLIN)
        ready = poll.poll(timeout * 1000)
        now = time.monotonic()
        for number, _ in ready:
            each, end = ends[number]
            while (got := receive(end)) is not None:
                data, checksum_ready = got
                if (answer := arp_answer(data, FAR_MAC)) is not None:
                    end.send(answer)
                    continue
                if echo_request(data) in self._pinged:
                    end.send(echo_answer(data, FAR_MAC))
                one = dissect(data, now - self._sent, checksum_ready)
                if one is not None:
                    each.seen.append(one)
                    each.active = now
        for each in self._pair:
            size = each.server.log_size()
            if size != each.log_size:
                each.log_size, each.active = size, now


def _ends(each: Participant) -> list[socket.socket]:
    return list(each.side.sockets.values())


def _dated(text: str) -> str:
    """A leases file with {now-60}, {now+600}… as dates in its own form."""

    def date(found: re.Match[str]) -> str:
        moment = time.gmtime(time.time() + int(found[1] or 0))
        weekday = (moment.tm_wday + 1) % 7
        return f"{weekday} " + time.strftime("%Y/%m/%d %H:%M:%S", moment)

    return re.sub(r"\{now([+-]\d+)?\}", date, text)
