"""`parse-vendor-option` (dhcp-eval(5)): the request's option 43 as a space of its own.

Which space that is says `vendor-option-space`, a parameter of the reply so far.
"""

from typing import Final, final

from pydhcpd.expression.context import Context
from pydhcpd.expression.node import NEXT, Statement
from pydhcpd.options.space import SERVER

VENDOR_ENCAPSULATED_OPTIONS: Final = 43
VENDOR_OPTION_SPACE: Final = 19


@final
class ParseVendorOption(Statement):
    """Decodes the codes and values of option 43 into the request's options."""

    __slots__ = ()

    def execute(self, context: Context) -> int:
        slot = context.state.find(SERVER, VENDOR_OPTION_SPACE)
        name = None if slot is None else slot.data(context)
        value = context.request_option("dhcp", VENDOR_ENCAPSULATED_OPTIONS)
        if name and value:
            spaces = dict(context.spaces)
            spaces[name.decode("latin-1")] = decode_vendor_options(value)
            context.spaces = spaces
        return NEXT


def decode_vendor_options(value: bytes) -> dict[int, bytes]:
    """Values by code; what is cut off at the end is left out."""
    values: dict[int, bytes] = {}
    at = 0
    while at + 1 < len(value):
        code, length = value[at], value[at + 1]
        content = value[at + 2 : at + 2 + length]
        if len(content) < length:
            break
        values[code] = values.get(code, b"") + content
        at += 2 + length
    return values
