"""A TCP stream cut into messages: by the length that each begins with.

Nothing is kept beyond one unfinished message, so a partner can't fill the memory.
"""

from typing import Final, final

from pydhcpd.failover.codec import HEADER_SIZE, LONGEST_MESSAGE, decode
from pydhcpd.failover.message import Message
from pydhcpd.wire.errors import WireError

LENGTH_SIZE: Final = 2
_WAIT: Final = "message length wait"


@final
class Framer:
    """Takes bytes as they come and gives the messages in them, one by one."""

    __slots__ = ("_at", "_wire")

    def __init__(self) -> None:
        self._wire = b""
        self._at = 0

    def feed(self, data: bytes) -> None:
        """These bytes have arrived."""
        self._wire = self._wire[self._at :] + data
        self._at = 0

    def next_message(self) -> Message | None:
        """The next whole message, None if it is not there yet; WireError ends the stream."""
        wire = self._wire
        at = self._at
        if len(wire) - at < LENGTH_SIZE:
            return None
        size = int.from_bytes(wire[at : at + LENGTH_SIZE], "big")
        if not HEADER_SIZE <= size <= LONGEST_MESSAGE:
            raise WireError(_WAIT, "unexpected error")
        if len(wire) - at < size:
            return None
        self._at = at + size
        return decode(wire[at : at + size])
