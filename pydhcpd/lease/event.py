"""Events of a lease (dhcp-eval(5) `on`): the blocks stored on it, and running them.

A block replaces those that were stored for its events. `on commit` is forgotten once it was run,
and a lease read from the leases file has none; the scopes store it anew with each request. In
the file stand the blocks of `expiry` and `release` (dhcpd.leases(5)). All observed.
"""

from collections.abc import Iterable
from typing import Final, final

from pydhcpd.expression.binding import Bindings, Routine, Value
from pydhcpd.expression.context import Context, EventBlock
from pydhcpd.expression.node import execute_all
from pydhcpd.wire.address import address_bytes

COMMIT: Final = "commit"
EXPIRY: Final = "expiry"
RELEASE: Final = "release"

# A name without value keeps its place among the others, but is not written.
Variables = tuple[tuple[str, Value | None], ...]


@final
class Events:
    """What to run when the lease is granted, ends by itself, or is given back."""

    __slots__ = ("commit", "expiry", "release")

    def __init__(
        self,
        commit: EventBlock | None,
        expiry: EventBlock | None,
        release: EventBlock | None,
    ) -> None:
        self.commit: Final = commit
        self.expiry: Final = expiry
        self.release: Final = release

    def with_blocks(self, blocks: Iterable[EventBlock]) -> "Events":
        """With these stored one after the other; one without statements clears its events."""
        commit, expiry, release = self.commit, self.expiry, self.release
        for block in blocks:
            stored = block if block.statements else None
            if COMMIT in block.events:
                commit = stored
            if EXPIRY in block.events:
                expiry = stored
            if RELEASE in block.events:
                release = stored
        if commit is self.commit and expiry is self.expiry and release is self.release:
            return self
        return Events(commit, expiry, release)

    def after_commit(self) -> "Events":
        """As it is when `on commit` was run."""
        if self.commit is None:
            return self
        if self.expiry is None and self.release is None:
            return NO_EVENTS
        return Events(None, self.expiry, self.release)

    def texts(self) -> list[str]:
        """The `on` statements of the leases file."""
        expiry, release = self.expiry, self.release
        if expiry is not None and expiry is release:
            return [f"on expiry or release {expiry.text}"]
        found: list[str] = []
        if expiry is not None:
            found.append(f"on expiry {expiry.text}")
        if release is not None:
            found.append(f"on release {release.text}")
        return found


NO_EVENTS: Final = Events(None, None, None)


def bindings_of(variables: Variables) -> Bindings:
    """A lease's variables as a scope to work on."""
    return Bindings(dict(reversed(variables)))


def variables_of(bindings: Bindings) -> Variables:
    """What a lease keeps of a scope: the newest name first, as it is written."""
    return tuple(reversed(bindings.values.items()))


def functions_in(variables: Variables) -> list[str]:
    """The names of functions, of which the file can say nothing."""
    return [name for name, value in variables if isinstance(value, Routine)]


def run_event(block: EventBlock, context: Context, variables: Variables) -> Variables:
    """Run a block with the variables of its lease; what becomes of them."""
    context.variables = bindings_of(variables)
    execute_all(block.statements, context)
    return variables_of(context.variables)


def context_without_packet(address: int, hardware: bytes | None, ends: int, now: int) -> Context:
    """What an expiry sees: the lease, and no packet."""
    context = Context(None, {}, b"" if hardware is None else hardware)
    context.leased_address = address_bytes(address)
    context.lease_ends = ends
    context.now = now
    return context
