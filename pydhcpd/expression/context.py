"""What an expression may look at: the request, its client, and the values set so far."""

from typing import final

from pydhcpd.expression.state import OptionState


@final
class Context:
    """One packet's view for expressions (dhcp-eval(5)); without a packet everything is empty.

    `hardware` is type byte and address. `spaces` holds the request's decoded sub-option spaces
    (`agent` and those that `parse-vendor-option` decoded) by name. `state` is given by whoever
    executes statements; expressions that only test the request do without.
    """

    __slots__ = ("hardware", "is_known", "is_static", "log", "options", "spaces", "state")

    state: OptionState

    def __init__(
        self,
        options: dict[int, bytes],
        spaces: dict[str, dict[int, bytes]],
        hardware: bytes | None,
    ) -> None:
        self.options = options
        self.spaces = spaces
        self.hardware = hardware
        self.is_known: bool | None = None
        self.is_static = False
        self.log: list[tuple[str, str]] = []

    def request_option(self, space: str, code: int) -> bytes | None:
        """The request's value of an option, or None."""
        if space == "dhcp":
            return self.options.get(code)
        values = self.spaces.get(space)
        return None if values is None else values.get(code)


def empty_context() -> Context:
    """The view at start-up, when the global scope runs without a packet."""
    context = Context({}, {}, None)
    context.state = OptionState()
    return context
