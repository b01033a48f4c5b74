"""Event blocks of dhcpd.leases(5), read with the parser of dhcpd.conf as dhcpd does it.

Many leases hold the same text, which is read once.
"""

from typing import Final, final

from pydhcpd.expression.context import EventBlock
from pydhcpd.model.configuration import Configuration
from pydhcpd.resolve.storedevent import StoredEvents

KEPT_TEXTS: Final = 4096


@final
class EventReader:
    """Makes blocks of texts, for a configuration whose options and classes they speak of."""

    __slots__ = ("_blocks", "_stored")

    def __init__(self, configuration: Configuration) -> None:
        self._stored: Final = StoredEvents(configuration)
        self._blocks: Final[dict[bytes, EventBlock | str]] = {}

    def read(self, text: bytes) -> EventBlock | str:
        """The block of `on EVENTS { ... }`, or what is wrong with it."""
        found = self._blocks.get(text)
        if found is None:
            found = self._stored.read(text)
            if len(self._blocks) < KEPT_TEXTS:
                self._blocks[text] = found
        return found
