"""The TCP connections with failover partners: listening, dialling, reading, writing.

All sockets are non-blocking and wait in the main loop; what a partner sends is read in small
pieces so that clients are served between them, and a partner that does not read is given up
before its queue fills the memory.
"""

import asyncio
import errno
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Final, Protocol, final

from pydhcpd.core.turn import LinkAction, LinkClose, LinkDial, LinkSend, Turn
from pydhcpd.daemon.host_name import TEMPORARY, find_addresses
from pydhcpd.daemon.listeners import PORT_MASK, Listeners, places_of
from pydhcpd.daemon.log import Log
from pydhcpd.daemon.shortage import REST_S, SHORTAGES, rest, start_thread
from pydhcpd.model.peer import FailoverPeer
from pydhcpd.wire.address import format_ipv4, parse_ipv4
from pydhcpd.wire.moment import Moment

READ_BYTES: Final = 16 * 1024
# A partner that takes nothing while so much waits for it is gone.
LONGEST_OUTPUT_BYTES: Final = 8 * 1024 * 1024
# After this time a listener is tried again that could not be opened.
LISTEN_AGAIN_S: Final = 90.0
DIAL_TIMEOUT_S: Final = 20.0
# How long a connection may take to send its last bytes.
CLOSE_TIMEOUT_S: Final = 5.0
# dhcpd's words for what keeps a connection from being tried.
LOCAL_FAILURES: Final[Mapping[int, str]] = {
    errno.ENETUNREACH: "network unreachable",
    errno.EHOSTUNREACH: "host unreachable",
    errno.ENETDOWN: "network down",
    errno.EADDRNOTAVAIL: "address not available",
    errno.EADDRINUSE: "address in use",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EINVAL: "invalid argument",
}
# And for all else, a name without an address among it.
OTHER_FAILURE: Final = "unexpected error"

Lookup = asyncio.Future[tuple[int, ...] | str]


class FailoverCore(Protocol):
    """The server, as far as links go."""

    def link_accepted(self, link: int, remote: int, moment: Moment) -> Turn:
        """Somebody at `remote` has connected."""

    def link_dialled(self, link: int, peer: str, remote: int, moment: Moment) -> Turn:
        """A connection that a Turn asked for is there."""

    def dial_failed(self, peer: str, reason: str | None, moment: Moment) -> Turn:
        """It is not there; `reason` if it could not even be tried."""

    def dial_refused(self, peer: str, moment: Moment) -> Turn:
        """The partner's host has refused the connection."""

    def link_received(self, link: int, data: bytes, moment: Moment) -> Turn:
        """Bytes have come."""

    def link_closed(self, link: int, moment: Moment) -> Turn:
        """The partner has closed a link, behind all that it had sent."""

    def link_broken(self, link: int, moment: Moment) -> Turn:
        """A link was reset, or can't go on."""

    def peer_resolved(self, peer: str, addresses: tuple[int, ...]) -> None:
        """The addresses of a partner, from its name."""


@final
class Connection:
    """One socket; `output` waits for the kernel to take it."""

    def __init__(self, connected: socket.socket) -> None:
        self.socket: Final = connected
        self.output: Final = bytearray()
        self.is_writing = False
        self.is_closing = False


@final
class FailoverLinks:
    """`carry_out` is the loop's: it does what a Turn says."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        listeners: Listeners,
        peers: Mapping[str, FailoverPeer],
        core: FailoverCore,
        carry_out: Callable[[Turn, Moment], object],
        now: Callable[[], Moment],
        log: Log,
        listen_again_s: float = LISTEN_AGAIN_S,
        rest_s: float = REST_S,
    ) -> None:
        self._loop: Final = loop
        self._listeners: Final = listeners
        self._peers = peers
        self._core = core
        self._carry_out: Final = carry_out
        self._now: Final = now
        self._log: Final = log
        self._listen_again_s: Final = listen_again_s
        self._rest_s: Final = rest_s
        self._connections: Final[dict[int, Connection]] = {}
        self._dialling: Final[dict[str, asyncio.TimerHandle]] = {}
        self._dial_sockets: Final[dict[str, socket.socket]] = {}
        self._last_number = 0
        self._to_dial: Final[list[str]] = []
        self._lookups: Final[dict[str, Lookup]] = {}
        self._listen_again: asyncio.TimerHandle | None = None

    def listen(self) -> None:
        """Await partners wherever they may connect; places that can't be had are tried again."""
        if self._listen_again is not None:
            self._listen_again.cancel()
            self._listen_again = None
        sockets = self._listeners.sockets
        wanted = places_of(self._peers.values())
        for place in sockets.keys() - wanted:
            self._loop.remove_reader(sockets[place].fileno())
            self._listeners.close(place)
        is_whole = self._listeners.open(wanted)
        for listener in sockets.values():
            self._loop.add_reader(listener.fileno(), self._accept, listener)
        if not is_whole:
            self._listen_again = self._loop.call_later(self._listen_again_s, self.listen)

    def do(self, actions: Sequence[LinkAction], is_on_disk: bool) -> None:
        """Carry out what a Turn says about links; what is held leaves only if it is on disk."""
        for action in actions:
            if isinstance(action, LinkSend):
                if is_on_disk or not action.is_held:
                    self._send(action.link, action.payload)
            elif isinstance(action, LinkDial):
                self._to_dial.append(action.peer)
                self._loop.call_soon(self.dial)
            elif isinstance(action, LinkClose):
                self._close(action.link)

    def change_core(self, core: FailoverCore, peers: Mapping[str, FailoverPeer]) -> None:
        """Another server takes over: it asks again for what is being dialled.

        Connections stay; it says which of them are to be closed.
        """
        self._core = core
        self._peers = peers
        self._to_dial.clear()
        self._lookups.clear()
        for name in list(self._dial_sockets):
            self._end_dial(name)
        self.listen()

    # -- Dialling

    def dial(self) -> None:
        """Dial those whom Turns wanted dialled; those who can't be are told of at once."""
        while self._to_dial:
            self._dial(self._to_dial.pop(0))

    def _dial(self, name: str) -> None:
        peer = self._peers.get(name)
        if peer is None:
            return
        address = parse_ipv4(peer.peer_address)
        if address is not None:
            self._connect(peer, (address,), True)
            return
        lookup: Lookup = self._loop.create_future()
        self._lookups[name] = lookup
        lookup.add_done_callback(partial(self._resolved, peer))
        # Not an executor's: the process would wait for it at its end.
        if start_thread(partial(self._look_up, peer.peer_address, lookup), "lookup") is None:
            lookup.set_result(f"{peer.peer_address}: {TEMPORARY}")

    def _look_up(self, name: str, lookup: Lookup) -> None:
        """Called in a thread."""
        found = find_addresses(name)
        with suppress(RuntimeError):  # the loop ended meanwhile
            self._loop.call_soon_threadsafe(lookup.set_result, found)

    def _resolved(self, peer: FailoverPeer, task: Lookup) -> None:
        if self._lookups.get(peer.name) is not task:
            return  # another server has taken over meanwhile
        del self._lookups[peer.name]
        addresses = task.result()
        if isinstance(addresses, str):
            self._log.err(addresses)
            self._fail(peer.name, OTHER_FAILURE)
            return
        self._core.peer_resolved(peer.name, addresses)
        self._connect(peer, addresses, True)

    def _connect(self, peer: FailoverPeer, addresses: tuple[int, ...], is_refused: bool) -> None:
        """`is_refused` says that every address tried before has refused."""
        name = peer.name
        address, others = addresses[0], addresses[1:]
        try:
            dialled = _begin_to_dial(peer, address)
        except OSError as error:
            # Who refuses at once is there, and may listen soon.
            if error.errno == errno.ECONNREFUSED:
                self._tell_silence(name, is_refused)
            else:
                self._fail(name, LOCAL_FAILURES.get(error.errno or 0, OTHER_FAILURE))
            return
        self._dial_sockets[name] = dialled
        self._dialling[name] = self._loop.call_later(
            DIAL_TIMEOUT_S, self._dial_over, peer, others, False
        )
        self._loop.add_writer(dialled.fileno(), self._dial_ready, peer, address, others, is_refused)

    def _dial_ready(
        self, peer: FailoverPeer, address: int, others: tuple[int, ...], is_refused: bool
    ) -> None:
        dialled = self._dial_sockets[peer.name]
        code = dialled.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            self._dial_over(peer, others, is_refused and code == errno.ECONNREFUSED)
            return
        del self._dial_sockets[peer.name]
        self._dialling.pop(peer.name).cancel()
        self._loop.remove_writer(dialled.fileno())
        number = self._add(dialled)
        moment = self._now()
        self._carry_out(self._core.link_dialled(number, peer.name, address, moment), moment)

    def _dial_over(self, peer: FailoverPeer, others: tuple[int, ...], is_refused: bool) -> None:
        """Nobody answers at that address."""
        self._end_dial(peer.name)
        if others:
            self._connect(peer, others, is_refused)
        else:
            self._tell_silence(peer.name, is_refused)

    def _tell_silence(self, name: str, is_refused: bool) -> None:
        """No connection; `is_refused` if the partner's host says so at every address."""
        if is_refused:
            moment = self._now()
            self._carry_out(self._core.dial_refused(name, moment), moment)
        else:
            self._fail(name, None)

    def _end_dial(self, name: str) -> None:
        dialled = self._dial_sockets.pop(name)
        self._dialling.pop(name).cancel()
        self._loop.remove_writer(dialled.fileno())
        dialled.close()

    def _fail(self, name: str, reason: str | None) -> None:
        moment = self._now()
        self._carry_out(self._core.dial_failed(name, reason, moment), moment)

    # -- Connections

    def _accept(self, listener: socket.socket) -> None:
        try:
            accepted, (remote, _) = listener.accept()
        except OSError as error:
            if error.errno in SHORTAGES:
                self._log.err(f"failover: can't accept a connection: {error.strerror}")
                rest(self._loop, listener, partial(self._accept, listener), self._rest_s)
            return  # else the partner has given up meanwhile
        accepted.setblocking(False)
        address = parse_ipv4(remote)
        assert address is not None, f"an IPv4 socket's peer is {remote}"
        number = self._add(accepted)
        moment = self._now()
        self._carry_out(self._core.link_accepted(number, address, moment), moment)

    def _add(self, connected: socket.socket) -> int:
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._last_number += 1
        number = self._last_number
        self._connections[number] = Connection(connected)
        self._loop.add_reader(connected.fileno(), self._read, number)
        return number

    def _read(self, number: int) -> None:
        connection = self._connections[number]
        try:
            data = connection.socket.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            self._break(number)
            return
        moment = self._now()
        if not data:
            if self._discard(number) and not connection.is_closing:
                self._carry_out(self._core.link_closed(number, moment), moment)
        elif not connection.is_closing:
            self._carry_out(self._core.link_received(number, data, moment), moment)

    def _break(self, number: int) -> None:
        connection = self._connections.get(number)
        if connection is not None and self._discard(number) and not connection.is_closing:
            moment = self._now()
            self._carry_out(self._core.link_broken(number, moment), moment)

    def _send(self, number: int, payload: bytes) -> None:
        connection = self._connections.get(number)
        if connection is None:
            return
        connection.output.extend(payload)
        if len(connection.output) > LONGEST_OUTPUT_BYTES:
            connection.output.clear()
            self._loop.call_soon(self._break, number)
        elif not connection.is_writing:
            # Everything that one Turn says leaves together.
            connection.is_writing = True
            self._loop.call_soon(self._write, number)

    def _write(self, number: int) -> None:
        connection = self._connections.get(number)
        if connection is None:
            return
        try:
            taken = connection.socket.send(connection.output)
        except BlockingIOError:
            taken = 0
        except OSError:
            self._break(number)
            return
        del connection.output[:taken]
        descriptor = connection.socket.fileno()
        if connection.output:
            self._loop.add_writer(descriptor, self._write, number)
            return
        self._loop.remove_writer(descriptor)
        connection.is_writing = False
        if connection.is_closing:
            self._discard(number)

    def _close(self, number: int) -> None:
        connection = self._connections.get(number)
        if connection is None:
            return
        connection.is_closing = True
        if not connection.output:
            self._discard(number)
        else:
            self._loop.call_later(CLOSE_TIMEOUT_S, self._discard, number)

    def _discard(self, number: int) -> bool:
        """Close the socket; False if that was done."""
        connection = self._connections.pop(number, None)
        if connection is None:
            return False
        descriptor = connection.socket.fileno()
        self._loop.remove_reader(descriptor)
        self._loop.remove_writer(descriptor)
        connection.socket.close()
        return True


def _begin_to_dial(peer: FailoverPeer, address: int) -> socket.socket:
    """A socket on its way to the partner, or OSError."""
    dialled = socket.socket(
        socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
    )
    try:
        dialled.bind((peer.address or "", 0))
        code = dialled.connect_ex((format_ipv4(address), peer.peer_port & PORT_MASK))
        if code not in (0, errno.EINPROGRESS):
            raise OSError(code, os.strerror(code))
    except OSError:
        dialled.close()
        raise
    return dialled
