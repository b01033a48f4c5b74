"""Which classes a packet is a member of (dhcpd.conf(5) CLIENT CLASSING, order observed)."""

from typing import Final, final

from pydhcpd.core.log import ERR, LogLine
from pydhcpd.expression.context import Context
from pydhcpd.model.client_class import ClientClass, Subclass
from pydhcpd.v4 import loglines
from pydhcpd.v4.effective import MAXIMUM_MEMBERSHIPS, NO_CLASSES, AnyClass
from pydhcpd.v4.packet import Packet

# A class that spawns on a value every client chooses must not fill the memory. A forgotten
# subclass is spawned anew: bills go by its name and key.
SPAWNED_SUBCLASSES_LIMIT: Final = 10_000


@final
class Classifier:
    """The configured classes, with subclasses that spawning classes made since the start."""

    __slots__ = ("_classes", "_spawned")

    def __init__(self, classes: tuple[ClientClass, ...]) -> None:
        self._classes: Final = classes
        self._spawned: dict[tuple[str, bytes], Subclass] = {}

    def classify(
        self, packet: Packet, context: Context, log: list[LogLine]
    ) -> tuple[AnyClass, ...]:
        """The memberships in order of declaration; a packet has at most five."""
        if not self._classes:
            return NO_CLASSES
        members: list[AnyClass] = []
        for client_class in self._classes:
            member = self._membership(client_class, context)
            if member is None:
                continue
            if len(members) == MAXIMUM_MEMBERSHIPS:
                log.append((ERR, loglines.too_many_classes(packet.hardware_text)))
                continue
            members.append(member)
        context.classes.clear()
        return tuple(members)

    def _membership(self, client_class: ClientClass, context: Context) -> AnyClass | None:
        if client_class.match_if is not None and not client_class.match_if.test(context):
            return None
        if client_class.submatch is None:
            return client_class if client_class.match_if is not None else None
        key = client_class.submatch.data(context)
        return self._subclass(client_class, key) if key else None

    def _subclass(self, client_class: ClientClass, key: bytes) -> Subclass | None:
        declared = client_class.subclasses.get(key)
        if declared is not None or not client_class.is_spawning:
            return declared
        spawned = self._spawned.get((client_class.name, key))
        if spawned is None:
            if len(self._spawned) >= SPAWNED_SUBCLASSES_LIMIT:
                self._spawned.clear()
            spawned = Subclass(client_class.name, key, client_class.scope, client_class.lease_limit)
            self._spawned[client_class.name, key] = spawned
        return spawned


def class_name_of(client_class: AnyClass) -> str:
    """The name that `members of` and the log know: a subclass goes by its class."""
    return client_class.name if isinstance(client_class, ClientClass) else client_class.class_name
