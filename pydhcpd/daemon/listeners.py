"""The sockets on which failover partners are awaited.

Opened while the process may open low ports. What can't be opened, because somebody has the port
or the address is not there yet, is tried again later, as dhcpd does; unlike there it is told.
"""

import socket
from collections.abc import Iterable
from typing import Final, final

from pydhcpd.daemon.log import Log
from pydhcpd.model.peer import FailoverPeer

BACKLOG: Final = 8
# As htons(3) cuts a port; it is no error in dhcpd.conf.
PORT_MASK: Final = 0xFFFF

Place = tuple[str, int]


def places_of(peers: Iterable[FailoverPeer]) -> set[Place]:
    """Address and port of mine for all these peers; addresses are numeric."""
    return {(peer.address or "", peer.port & PORT_MASK) for peer in peers}


@final
class Listeners:
    """`sockets` are those that are open, by their places."""

    def __init__(self, log: Log) -> None:
        self._log: Final = log
        self._told: Final[set[Place]] = set()
        self.sockets: Final[dict[Place, socket.socket]] = {}

    def open(self, places: Iterable[Place]) -> bool:
        """Open what is not open yet; False if some can't be, which is told once."""
        is_whole = True
        for place in sorted(places):
            if place in self.sockets:
                continue
            try:
                self.sockets[place] = _open(place)
                self._told.discard(place)
            except OSError as error:
                is_whole = False
                if place not in self._told:
                    self._told.add(place)
                    where = f"{place[0]} port {place[1]}"
                    self._log.err(f"failover: can't listen on {where}: {error.strerror}")
        return is_whole

    def close(self, place: Place) -> None:
        """Partners are no longer awaited there."""
        self.sockets.pop(place).close()


def _open(place: Place) -> socket.socket:
    listener = socket.socket(
        socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
    )
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
