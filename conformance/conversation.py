"""One scenario held with both servers at once: what was sent, and what each answered.

Every message leaves for both servers at the same moment, early in a second of the clock, so that
a whole-second clock reads the same in both. A step ends when both servers have answered, or have
been quiet for a while and their logs show nothing half done. Where the clock stands still there
is nothing to wait for: a marker, a packet that is only logged, shows that what came before it has
been dealt with.
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
_HALF_DONE_LINE = re.compile(
    r"^(?:(?:DHCPDISCOVER|DHCPREQUEST|BOOTREQUEST|DHCPINFORM) .* via \S+"
    r"|DHCPLEASEQUERY from \S+ for .*)$"
)
MARKER = Send(255, "message", (("hlen", "17"),))
MARKER_LINE = "Discarding packet with bogus hlen."
ECHO_HEARD = "ICMP Echo reply while lease"
MARKERS = 2
MARKER_AFTER = 0.01  # an answer mostly comes sooner, and then no marker is needed
MARKER_AGAIN = 1.0  # it may be lost, as while an interface is down
MARKER_LIMIT = 5.0


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
    log_size: int = 0
    fresh_log: str = ""  # what it has said since the current action began
    active: float = 0.0
    echoes: int = 0  # of its pings that were answered during the current action

    def begin(self, now: float) -> None:
        """Another action begins."""
        self.seen.clear()
        self.fresh_log = ""
        self.echoes = 0
        self.log_size = self.server.log_size()
        self.active = now

    def take_log(self, now: float) -> None:
        """Read on in its log."""
        size = self.server.log_size()
        if size != self.log_size:
            self.fresh_log += self.server.log_from(self.log_size, size)
            self.log_size, self.active = size, now

    def answered(self) -> bool:
        """Whether a DHCP or BOOTP answer has come."""
        return any(one.message for one in self.seen)

    def done(self, markers: int) -> bool:
        """Whether it has dealt with everything before the last of this many markers."""
        if not self.server.alive():
            return True
        lines = self.fresh_log.splitlines()
        promised = sum(_HALF_DONE_LINE.match(line) is not None for line in lines)
        if len(self.seen) < promised or self.fresh_log.count(ECHO_HEARD) < self.echoes:
            return False
        # Behind a ping there is more to do: its timer must be set before the clock may leap.
        is_answered = promised > 0 and all(one.message for one in self.seen)
        return is_answered or lines.count(MARKER_LINE) >= markers


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
            scenario.frozen,
        )
        server.prepare(scenario.config, _dated(scenario.leases))
        return Participant(server, side)

    def _logs(self) -> tuple[str, str]:
        first, second = (
            each.server.log().replace(str(each.server.directory), "DIR") for each in self._pair
        )
        if self._scenario.frozen:
            return first.replace(f"{MARKER_LINE}\n", ""), second.replace(f"{MARKER_LINE}\n", "")
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
            each.begin(self._sent)
        match action:
            case Send():
                self._send(action)
                self._collect()
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
        self._remember()
        if self._scenario.frozen:
            for each in self._pair:
                each.server.wait_rewritten()
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

    def _remember(self) -> None:
        """What each client was promised; an offer may come when a ping's time is over."""
        clients = {f"{xid:08x}": client for client, xid in self._xids.items()}
        for each in self._pair:
            for one in each.seen:
                client = clients.get(dict(one.fields).get("xid", ""))
                if client is None:
                    continue
                if one.message in ("offer", "ack", "bootreply") and one.address != "0.0.0.0":
                    old = each.promises.get(client, Promise())
                    each.promises[client] = Promise(one.address, one.server or old.server)

    def _jump(self, seconds: int) -> None:
        """Both clocks forward, then a datagram too short to mean anything, to wake both up."""
        self._wait_for_safe_moment()
        for each in self._pair:
            each.server.begin_tick()
            each.server.jump(seconds)
        if self._scenario.frozen:
            # What is due is done before the second marker, whatever the order of the first.
            for markers in range(1, MARKERS + 2):
                self._mark_until(markers)
            for each in self._pair:
                each.server.wait_rewritten()
                each.server.end_tick()
            return
        self._send_to_both(Send(255, "message", (("truncate", "20"),)))
        self._pump_for(0.4)

    def _mark_until(self, markers: int) -> None:
        """Send a marker, and wait until both servers have logged this many."""
        self._send_to_both(MARKER)
        limit = time.monotonic() + MARKER_LIMIT
        while time.monotonic() < limit:
            self._pump(0.01)
            counts = [each.fresh_log.count(MARKER_LINE) for each in self._pair]
            if min(counts) >= markers:
                return

    def _send_to_both(self, send: Send) -> None:
        name = self._scenario.interfaces[0][0]
        for each in self._pair:
            each.side.sockets[name].send(frame(send, Promise(), each.side.ports[name], 0))

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
        if self._scenario.frozen:
            return
        part = time.time() % 1
        if not SAFE_FROM <= part <= SAFE_TO:
            self._pump_for((SAFE_FROM - part) % 1)

    def _pump_for(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._pump(min(left, 0.1))

    def _collect(self) -> None:
        if self._scenario.frozen:
            self._collect_to_marker()
            return
        while not self._settled(time.monotonic()):
            self._pump(0.02)

    def _collect_to_marker(self) -> None:
        markers, due = 0, self._sent + MARKER_AFTER
        while not all(each.done(MARKERS) for each in self._pair):
            self._pump(0.005)
            now = time.monotonic()
            if now - self._sent > MARKER_LIMIT:
                return
            if markers == 1 and all(each.done(1) for each in self._pair):
                due = now  # the first may have overtaken the packet before it, the second not
            if now >= due:
                self._send_to_both(MARKER)
                markers, due = min(markers + 1, MARKERS), now + MARKER_AGAIN

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
        fresh = each.fresh_log
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
        poll.poll(timeout * 1000)
        now = time.monotonic()
        # The logs first: what was sent before a line of the log is then surely taken in as well.
        for each in self._pair:
            each.take_log(now)
        for each, end in ends.values():
            while (got := receive(end)) is not None:
                data, checksum_ready = got
                if (answer := arp_answer(data, FAR_MAC)) is not None:
                    end.send(answer)
                    continue
                if echo_request(data) in self._pinged:
                    end.send(echo_answer(data, FAR_MAC))
                    each.echoes += 1
                one = dissect(data, now - self._sent, checksum_ready)
                if one is not None:
                    each.seen.append(one)
                    each.active = now


def _ends(each: Participant) -> list[socket.socket]:
    return list(each.side.sockets.values())


def _dated(text: str) -> str:
    """A leases file with {now-60}, {now+600}… as dates in its own form."""

    def date(found: re.Match[str]) -> str:
        moment = time.gmtime(time.time() + int(found[1] or 0))
        weekday = (moment.tm_wday + 1) % 7
        return f"{weekday} " + time.strftime("%Y/%m/%d %H:%M:%S", moment)

    return re.sub(r"\{now([+-]\d+)?\}", date, text)
