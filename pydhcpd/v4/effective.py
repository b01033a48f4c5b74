"""The statements in force for one client: scopes executed in order, folded when they can be.

Order (dhcpd.conf(5), observed): the chain of the subnet from the global scope inwards, the pool,
the classes in reverse order of their match, the host with its groups. Of the chain of a pool
only the part below the chain of the subnet is executed, of the chains of classes and hosts the
part below the chain of the pool of the lease, or of the subnet if there is none: in a shared
network the statements of a subnet run once more for a class or host written in it.
Chains without conditions give the same result for every packet, which is kept.
"""

from collections.abc import Sequence
from typing import Final, final

from pydhcpd.expression.context import CHECKED, Context
from pydhcpd.expression.node import Statement, execute_all
from pydhcpd.expression.state import OptionState, Slots, evaluate
from pydhcpd.model.client_class import ClientClass, Subclass
from pydhcpd.model.host import Host
from pydhcpd.model.network import Pool, Subnet
from pydhcpd.model.scope import Scope
from pydhcpd.v4.message import (
    PARAMETER_REQUEST_LIST,
    REBINDING_TIME,
    RENEWAL_TIME,
    SERVER_IDENTIFIER,
)
from pydhcpd.v4.parameters import Parameters

AnyClass = ClientClass | Subclass
MAXIMUM_MEMBERSHIPS: Final = 5
NO_CLASSES: Final[tuple[AnyClass, ...]] = ()
# Parameter request list, subnet of the lease, message type, server identifier
ReplyKey = tuple[bytes | None, Subnet, int, int]
# sname to the head of option 51; the options behind its value; these with End and padding
ReplyParts = tuple[bytes, bytes, bytes]
FoldKey = tuple[Scope, Pool | None, tuple[AnyClass, ...], Host | None, bool]
FOLDED_SCOPES_LIMIT: Final = 10_000
REPLIES_LIMIT: Final = 256


@final
class Effective:
    """Options by space and parameters. `dhcp` is in the order of setting, without null values.

    Parameters are evaluated at once. Options are when the reply is encoded: until `finish` only
    the server identifier is there, unless nothing depends on the packet.
    `added` are the classes that `add` has put the client into. `is_constant`: nothing was
    executed for this packet. `is_plain`: of a client's packet only its parameter request list
    shapes the options.
    `replies` keeps encoded options by what they depend on (v4/reply.py).
    """

    __slots__ = (
        "_state",
        "added",
        "dhcp",
        "is_constant",
        "is_plain",
        "others",
        "parameters",
        "replies",
    )

    def __init__(
        self,
        state: OptionState,
        is_constant: bool,
        context: Context,
        added: tuple[AnyClass, ...],
    ) -> None:
        self.added: Final = added
        self.is_constant: Final = is_constant
        self.dhcp: Final[dict[int, bytes]] = {}
        self.others: Final[dict[str, dict[int, bytes]]] = {}
        self.parameters: Final = Parameters(evaluate(state.server, context))
        self._state: OptionState | None = state
        if is_constant:
            self.finish(context, None)
        else:
            slot = state.dhcp.get(SERVER_IDENTIFIER)
            identifier = None if slot is None else slot.data(context)
            if identifier is not None:
                self.dhcp[SERVER_IDENTIFIER] = identifier
        self.is_plain: Final = (
            is_constant
            and not self.parameters.echo_client_id
            and not self.parameters.use_lease_addr_for_default_route
            and not self.parameters.get_lease_hostnames
            and RENEWAL_TIME not in self.dhcp
            and REBINDING_TIME not in self.dhcp
        )
        self.replies: Final[dict[ReplyKey, ReplyParts]] = {}

    @property
    def is_finished(self) -> bool:
        """Nothing is left to evaluate."""
        return self._state is None

    def finish(self, context: Context, requested: bytes | None) -> None:
        """Evaluate the options; they see the variables that the context has by now.

        What a client with a parameter request list does not ask for is not evaluated, since
        that may log.
        """
        state = self._state
        if state is None:
            return
        self._state = None
        slots = state.dhcp
        slot = slots.get(PARAMETER_REQUEST_LIST)
        if slot is not None:
            requested = slot.data(context) or requested
        early: dict[int, bytes | None] = {}
        if requested:
            for code in requested:
                if code in slots and code not in early:
                    early[code] = slots[code].option_data(context)
        self.dhcp.clear()
        for code, slot in slots.items():
            if code in early:
                value = early[code]
            else:
                value = slot.option_data(context) if not requested or slot.is_constant else None
            if value is not None:
                self.dhcp[code] = value
        for space, slots in state.others.items():
            values: dict[int, bytes] = {}
            _evaluate_into(values, slots, context)
            self.others[space] = values


@final
class Execution:
    """One execution of scopes, kept for an explanation: for whom, and what was done."""

    __slots__ = ("effective", "host", "pool", "statements")

    def __init__(
        self,
        pool: Pool | None,
        host: Host | None,
        statements: list[Statement],
        effective: Effective,
    ) -> None:
        self.pool: Final = pool
        self.host: Final = host
        self.statements: Final = statements
        self.effective: Final = effective


@final
class ScopeFolder:
    """Executes scope chains, each constant combination once.

    `trace` collects the executions if it is a list; kept results are no executions.
    """

    __slots__ = ("_classes", "_constant", "_folded", "trace")

    def __init__(self, classes: Sequence[ClientClass]) -> None:
        self._classes: Final = {one.name: one for one in classes}
        self.trace: list[Execution] | None = None
        self._folded: dict[FoldKey, Effective] = {}
        self._constant: dict[Scope, bool] = {}

    def kept(
        self, base: Scope, pool: Pool | None, classes: tuple[AnyClass, ...], host: Host | None
    ) -> Effective | None:
        """The result for a lease, if it is known and the same for every packet."""
        return self._folded.get((base, pool, classes, host, True))

    def effective(
        self,
        base: Scope,
        pool: Pool | None,
        classes: tuple[AnyClass, ...],
        host: Host | None,
        context: Context,
        is_leased: bool = True,
    ) -> Effective:
        """What is in force in `base`, a subnet's scope, for a client of these classes and host.

        `is_leased` is False for a DHCPINFORM: the pool is then only that of the client's address,
        which may lie in another subnet, and only what is written in the pool itself counts.
        """
        key = (base, pool, classes, host, is_leased)
        folded = self._folded.get(key)
        if folded is not None:
            return folded
        scopes = list(base.chain())
        limit = frozenset(scopes)
        if pool is not None:
            if is_leased:
                # A pool of a shared network is not inside the subnet of its lease.
                scopes.extend(_below(pool.scope, limit))
                limit = frozenset(pool.scope.chain())
            elif pool.scope not in limit:
                scopes.append(pool.scope)
        inner: list[Scope] = []
        for client_class in reversed(classes):
            inner.extend(_below(client_class.scope, limit))
        if host is not None:
            inner.extend(_below(host.scope, limit))
        is_constant = all(self._is_constant(scope) for scope in (*scopes, *inner))
        context.state = OptionState()
        statements: list[Statement] = []
        if self.trace is not None:
            context.state.trace = statements
        for scope in scopes:
            execute_all(scope.statements, context)
        added = NO_CLASSES
        if context.classes:
            # Those added last are executed first. From here on it is too late to add any.
            added = self._added(classes, context)
            for client_class in added:
                inner[:0] = _below(client_class.scope, limit)
        for scope in inner:
            execute_all(scope.statements, context)
        context.classes.clear()
        result = Effective(context.state, is_constant, context, added)
        if self.trace is not None:
            self.trace.append(Execution(pool, host, statements, result))
        if is_constant:
            if len(self._folded) >= FOLDED_SCOPES_LIMIT:
                self._folded.clear()
            self._folded[key] = result
        return result

    def _added(self, classes: tuple[AnyClass, ...], context: Context) -> tuple[AnyClass, ...]:
        """The classes that `add` has named, and for each `check` those of the packet once more
        (observed), as long as there are at most five."""
        added: list[AnyClass] = []
        for name in context.classes:
            named = classes if name == CHECKED else (self._classes[name],)
            for client_class in named:
                if len(classes) + len(added) == MAXIMUM_MEMBERSHIPS:
                    hardware = context.hardware or b""
                    text = f"too many classes match {hardware[1:].hex(':')}"
                    context.log.append(("error", text))
                else:
                    added.append(client_class)
        return tuple(added)

    def _is_constant(self, scope: Scope) -> bool:
        known = self._constant.get(scope)
        if known is None:
            known = self._constant[scope] = scope.is_constant
        return known


def _evaluate_into(values: dict[int, bytes], slots: Slots, context: Context) -> None:
    for code, slot in slots.items():
        value = slot.option_data(context)
        if value is not None:
            values[code] = value


def _below(scope: Scope, limit: frozenset[Scope]) -> list[Scope]:
    """The part of a scope's chain that is not in `limit`, outermost first."""
    return [link for link in scope.chain() if link not in limit]
