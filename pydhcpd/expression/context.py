"""What an expression may look at, and where statements leave what they do."""

from typing import Final, final

from pydhcpd.expression.binding import Bindings, Value
from pydhcpd.expression.node import Statement
from pydhcpd.expression.state import OptionState

# How deep calls of functions may be nested, counted by the nesting of their bodies.
DEPTH_LIMIT: Final = 240
# How often `config-option` may lead to another option that speaks of options.
LOOKUPS_LIMIT: Final = 20

# The level of a line that ends the server.
FATAL: Final = "fatal"
# Among the names of `classes`: `check` has put the client into all its classes once more.
CHECKED: Final = ""


@final
class EventBlock:
    """The body of an `on` statement; `text` is the text that the leases file has behind the
    names of the events, braces included.

    A block without statements clears its events.
    """

    __slots__ = ("events", "statements", "text")

    def __init__(
        self, events: tuple[str, ...], statements: tuple[Statement, ...], text: str
    ) -> None:
        self.events: Final = events
        self.statements: Final = statements
        self.text: Final = text


@final
class Context:
    """One packet's view for expressions (dhcp-eval(5)); without a packet everything is empty.

    What is looked at:
    `hardware` is type byte and address. `spaces` holds the request's decoded sub-option spaces
    (`agent` and those that `parse-vendor-option` decoded) by name. `packet` is the raw packet
    from its op field on. `leased_address` is 4 or 16 bytes; `lease_ends` and `now` are epoch
    seconds, the former None without a lease; `host_name` is the name of the host declaration.
    `is_in_class`: any class matched. `variables` is the scope that `set` works on.

    What statements leave behind:
    `state`: options by space. `log`: levels (`fatal` ends the server) and texts in order.
    `commands`: what `execute` wants run, the path first. `events`: `on` blocks in order.
    `classes`: names that `add` puts the client into. `has_ended`: a `log(fatal, ...)` was
    executed, and nothing that follows is logged or run.
    """

    __slots__ = (
        "classes",
        "commands",
        "depth",
        "events",
        "hardware",
        "has_ended",
        "host_name",
        "is_in_class",
        "is_known",
        "is_static",
        "lease_ends",
        "leased_address",
        "log",
        "lookups",
        "now",
        "options",
        "packet",
        "result",
        "spaces",
        "state",
        "variables",
    )

    def __init__(
        self,
        options: dict[int, bytes] | None,
        spaces: dict[str, dict[int, bytes]],
        hardware: bytes | None,
    ) -> None:
        self.options = options
        self.spaces = spaces
        self.hardware = hardware
        self.packet: bytes | None = None
        self.is_known: bool | None = None
        self.is_static = False
        self.is_in_class = False
        self.leased_address: bytes | None = None
        self.lease_ends: int | None = None
        self.now = 0
        self.host_name: bytes | None = None
        self.variables = Bindings()
        self.state = OptionState()
        self.log: list[tuple[str, str]] = []
        self.commands: list[tuple[bytes, ...]] = []
        self.events: list[EventBlock] = []
        self.classes: list[str] = []
        self.has_ended = False
        # How deep calls and `config-option` are nested, and what the last `return` gave.
        self.depth = 0
        self.lookups = 0
        self.result: Value | None = None

    def take_result(self) -> Value | None:
        """What the last `return` gave, once."""
        result = self.result
        self.result = None
        return result

    def request_option(self, space: str, code: int) -> bytes | None:
        """The request's value of an option, or None."""
        if space == "dhcp":
            return None if self.options is None else self.options.get(code)
        values = self.spaces.get(space)
        return None if values is None else values.get(code)


def empty_context() -> Context:
    """The view at start-up, when the global scope runs without a packet."""
    return Context(None, {}, None)
