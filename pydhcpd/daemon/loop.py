"""The main loop: asyncio with readers of our own that drain the sockets batch by batch.

Everything that has arrived, up to a limit, is served together and shares one commit; nothing
waits for more to come, so `delayed-ack` and `max-ack-delay` have no delay to set. SIGTERM and
SIGINT stop in order, a second signal at once; SIGHUP reads the configuration again.
"""

import asyncio
import gc
import signal
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final, Protocol, final

from pydhcpd.control.control import answer_request
from pydhcpd.core.datagram import Datagram
from pydhcpd.core.interface import Interface
from pydhcpd.core.log import ERR, LogLine
from pydhcpd.core.peer_report import PeerControl
from pydhcpd.core.turn import Turn
from pydhcpd.daemon.commands import Commands
from pydhcpd.daemon.control_socket import ControlListener, ControlSocket
from pydhcpd.daemon.database import Database
from pydhcpd.daemon.delivery import Delivery, Recorder
from pydhcpd.daemon.failover_links import FailoverCore, FailoverLinks
from pydhcpd.daemon.fatal import Fatal
from pydhcpd.daemon.frame import FrameReader
from pydhcpd.daemon.icmp_socket import IcmpSocket
from pydhcpd.daemon.listeners import Listeners
from pydhcpd.daemon.log import Log
from pydhcpd.daemon.notify import Notify
from pydhcpd.daemon.packet_socket import PacketSocket
from pydhcpd.daemon.resolver import Resolver, look_up_name
from pydhcpd.model.peer import FailoverPeer
from pydhcpd.wire.moment import MICROSECONDS, Moment

# Under overload the sockets must be drained, or REQUESTs are lost among DISCOVERs that nobody
# waits for any more; which of a batch are served is decided in server/batch.py.
BATCH_LIMIT: Final = 4096
# After a failed commit the records are tried again this often, packets or not.
RETRY_S: Final = 1.0
# Timers are wall clock times: look again now and then, somebody may set the clock.
LONGEST_SLEEP_US: Final = MICROSECONDS
# How often is looked whether an interface that was down has been made anew.
FIND_AGAIN_S: Final = 1.0
STATUS: Final = "Serving DHCPv4."


class Core(Recorder, FailoverCore, PeerControl, Protocol):
    """The server as the loop drives it."""

    def receive(self, datagrams: Sequence[Datagram], moment: Moment) -> Turn:
        """Serve a batch."""

    def echo_replied(self, address: int, moment: Moment) -> Turn:
        """An ICMP echo reply came from the address."""

    def name_found(self, address: int, name: bytes, moment: Moment) -> None:
        """The resolver's answer to a look-up."""

    @property
    def discover_share(self) -> float:
        """The part of all DISCOVERs to let in, up to 1."""

    def next_timer_us(self) -> int | None:
        """When `handle_timer` wants to be called."""

    def handle_timer(self, moment: Moment) -> Turn:
        """What is due."""

    def drop_links(self, moment: Moment) -> Turn:
        """A commit has failed."""


@final
class Port:
    """A packet socket with the interface it serves, whose network a reload may change."""

    def __init__(self, link: PacketSocket, interface: Interface) -> None:
        self.link: Final = link
        self.interface = interface


@final
class Loop:
    """Serves until a signal ends it; `reload` gives a new core, or None to keep the old one."""

    def __init__(
        self,
        core: Core,
        ports: Sequence[Port],
        icmp: IcmpSocket | None,
        delivery: Delivery,
        database: Database,
        commands: Commands,
        log: Log,
        notify: Notify,
        reload: Callable[[], Core | None],
        control: ControlListener | None,
        listeners: Listeners,
        peers: Callable[[], Mapping[str, FailoverPeer]],
        start_failover: Callable[[Moment], Turn],
        found_again: Callable[[Port], None],
    ) -> None:
        self._core = core
        self._ports: Final = ports
        self._icmp: Final = icmp
        self._delivery: Final = delivery
        self._database: Final = database
        self._commands: Final = commands
        self._log: Final = log
        self._notify: Final = notify
        self._reload: Final = reload
        self._reader: Final = FrameReader()
        self._resolver: Final = Resolver(self._name_found, look_up_name)
        self._loop: Final = asyncio.new_event_loop()
        self._discover_share = 1.0
        self._first = 0  # which port a batch begins with, so that none starves
        self._timer: asyncio.TimerHandle | None = None
        self._timer_us: int | None = None
        self._is_working = False
        self._is_retrying = False
        self._is_reload_wanted = False
        self._failure: str | None = None
        self._peers: Final = peers
        self._start_failover: Final = start_failover
        self._found_again: Final = found_again
        self._is_finding = False
        self._control: ControlSocket | None = None
        if control is not None:
            self._control = ControlSocket(self._loop, control, self._answer)
        self._links: Final = FailoverLinks(
            self._loop, listeners, peers(), core, self._carry_out, _now, log
        )

    def prepare(self) -> None:
        """From here on packets and signals wait for `run`; they are not lost."""
        loop = self._loop
        loop.set_exception_handler(self._report_exception)
        for port in self._ports:
            loop.add_reader(port.link.fileno(), self._drain)
        if self._icmp is not None:
            loop.add_reader(self._icmp.fileno(), self._take_echo_replies)
        loop.add_signal_handler(signal.SIGTERM, self._stop, signal.SIGTERM)
        loop.add_signal_handler(signal.SIGINT, self._stop, signal.SIGINT)
        loop.add_signal_handler(signal.SIGCHLD, self._commands.reap)
        loop.add_signal_handler(signal.SIGHUP, self._want_reload)
        moment = _now()
        self._links.listen()
        self._carry_out(self._start_failover(moment), moment)
        self._links.dial()
        if self._control is not None:
            self._control.listen()
        self._set_timer(moment)

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        self._notify.ready(STATUS)
        self._loop.run_forever()
        self._loop.close()
        if self._failure is not None:
            raise Fatal(self._failure)

    def _drain(self) -> None:
        datagrams: list[Datagram] = []
        lines: list[LogLine] = []
        ports = self._ports
        room = BATCH_LIMIT
        self._first = (self._first + 1) % len(ports)
        for at in range(len(ports)):
            port = ports[self._first - at]
            room -= port.link.drain(room, port.interface, self._reader, datagrams, lines)
            if room <= 0:
                break
        if lines:
            self._log.write(lines)
            self._watch_interfaces()
        if datagrams:
            moment = _now()
            due = self._core.next_timer_us()
            if due is not None and due <= moment.us:
                # What has expired has expired before these packets came.
                self._carry_out(self._core.handle_timer(moment), moment)
            if self._failure is None:
                self._carry_out(self._core.receive(datagrams, moment), moment)

    def _watch_interfaces(self) -> None:
        if not self._is_finding and any(port.link.was_down for port in self._ports):
            self._is_finding = True
            self._loop.call_later(FIND_AGAIN_S, self._find_interfaces)

    def _find_interfaces(self) -> None:
        for port in self._ports:
            if port.link.was_down and port.link.find_again():
                self._found_again(port)
        self._loop.call_later(FIND_AGAIN_S, self._find_interfaces)

    def _let_in(self, discover_share: float) -> None:
        """Tell the kernel how many of the DISCOVERs may come."""
        self._discover_share = discover_share
        for port in self._ports:
            try:
                port.link.let_in(discover_share)
            except OSError as error:
                self._log.err(f"Can't install packet filter program: {error.strerror}")

    def _take_echo_replies(self) -> None:
        assert self._icmp is not None, "a reader without its socket"
        moment = _now()
        turn = Turn()
        for sender in self._icmp.replies():
            turn.add(self._core.echo_replied(sender, moment))
        self._carry_out(turn, moment)

    def _name_found(self, address: int, name: bytes) -> None:
        """Called in the resolver's thread."""
        with suppress(RuntimeError):  # the loop ended meanwhile
            self._loop.call_soon_threadsafe(self._take_name, address, name)

    def _take_name(self, address: int, name: bytes) -> None:
        self._core.name_found(address, name, _now())

    def _take_timer(self) -> None:
        self._timer = None
        self._timer_us = None
        moment = _now()
        self._carry_out(self._core.handle_timer(moment), moment)

    def _answer(self, line: bytes) -> bytes:
        """Do what comes through the control socket; the line to answer."""
        moment = _now()
        answer = answer_request(line, self._core, moment)
        if answer.turn is None or self._carry_out(answer.turn, moment):
            return answer.text
        return answer.failure

    def _carry_out(self, turn: Turn, moment: Moment) -> bool:
        """Do what the turn says; False if the disk failed."""
        is_on_disk = self._delivery.carry_out(self._core, turn, moment)
        if not is_on_disk and not self._is_retrying:
            self._is_retrying = True
            self._loop.call_later(RETRY_S, self._retry)
        self._links.do(turn.links, is_on_disk)
        if not is_on_disk:
            dropped = self._core.drop_links(moment)
            self._links.do(dropped.links, False)
            self._delivery.carry_out(self._core, dropped, moment)
        for address in turn.lookups:
            self._resolver.ask(address)
        if turn.commands:
            self._commands.submit(turn.commands)
        if turn.fatal is not None:
            # `log(fatal, ...)`: the server ends here, as its configuration says.
            self._failure = turn.fatal
            self._end()
            return is_on_disk
        self._work_on_rewrite()
        if self._core.discover_share != self._discover_share:
            self._let_in(self._core.discover_share)
        self._set_timer(moment)
        return is_on_disk

    def _set_timer(self, moment: Moment) -> None:
        due = self._core.next_timer_us()
        if due == self._timer_us and self._timer is not None:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._timer_us = due
        if due is not None:
            wait = min(max(due - moment.us, 0), LONGEST_SLEEP_US)
            self._timer = self._loop.call_later(wait / MICROSECONDS, self._take_timer)

    def _retry(self) -> None:
        self._is_retrying = False
        if not self._delivery.retry(self._core):
            self._is_retrying = True
            self._loop.call_later(RETRY_S, self._retry)

    def _work_on_rewrite(self) -> None:
        if self._database.is_rewriting and not self._is_working:
            self._is_working = True
            self._loop.call_soon(self._write_slice)

    def _write_slice(self) -> None:
        wait = self._database.work()
        if wait is None:
            self._is_working = False
        elif wait:
            self._loop.call_later(wait, self._write_slice)
        else:
            self._loop.call_soon(self._write_slice)

    def _want_reload(self) -> None:
        """Once for all the signals that have come, however many."""
        if not self._is_reload_wanted:
            self._is_reload_wanted = True
            self._loop.call_soon(self._read_configuration_again)

    def _read_configuration_again(self) -> None:
        self._is_reload_wanted = False
        self._notify.reloading()
        self._database.abandon()
        if self._delivery.retry(self._core):
            core = self._reload()
            if core is not None:
                self._core = core
                moment = _now()
                self._links.change_core(core, self._peers())
                self._carry_out(self._start_failover(moment), moment)
                self._set_timer(moment)
                _collect_garbage()
        else:
            self._log.err("Records of leases are not on disk: configuration not read again.")
        self._notify.ready(STATUS)

    def _stop(self, number: signal.Signals) -> None:
        for again in (signal.SIGTERM, signal.SIGINT):
            signal.signal(again, signal.SIG_DFL)  # a second one ends the process at once
        self._notify.stopping()
        self._log.info(f"Received signal {number.value}, initiating shutdown.")
        self._end()

    def _end(self) -> None:
        """Take nothing more in, and bring the pending records to disk."""
        for port in self._ports:
            self._loop.remove_reader(port.link.fileno())
        if self._icmp is not None:
            self._loop.remove_reader(self._icmp.fileno())
        if self._control is not None:
            self._control.close()
        if self._timer is not None:
            self._timer.cancel()
        self._delivery.retry(self._core)
        self._loop.stop()

    def _report_exception(
        self, loop: asyncio.AbstractEventLoop, context: dict[str, object]
    ) -> None:
        """A mistake of ours in one event: say where, and go on with the next."""
        error = context.get("exception")
        lines: list[LogLine] = [(ERR, f"Internal error: {context.get('message')}")]
        if isinstance(error, BaseException):
            text = "".join(traceback.format_exception(error)).rstrip("\n")
            lines += [(ERR, line) for line in text.split("\n")]
        self._log.write(lines)


def _collect_garbage() -> None:
    """Free the server that was replaced, which else might wait for many more to come.

    What serves now is not looked at again by later collections (a hundredth of a reload's time).
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _now() -> Moment:
    return Moment(time.time_ns() // 1000)
