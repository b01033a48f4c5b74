"""`parse-vendor-option` (dhcp-eval(5)): the request's option 43 as a space of its own.

Which space that is says `vendor-option-space`, a parameter of the reply so far.
"""

from typing import Final, final

from pydhcpd.expression.context import Context
from pydhcpd.expression.node import NEXT, Statement
from pydhcpd.options.decode import parse_suboptions
from pydhcpd.options.space import DHCP, SERVER, OptionSpaces
from pydhcpd.wire.errors import WireError

VENDOR_ENCAPSULATED_OPTIONS: Final = 43
VENDOR_OPTION_SPACE: Final = 19


@final
class ParseVendorOption(Statement):
    """Decodes the codes and values of option 43 into the request's options."""

    __slots__ = ("_spaces",)

    def __init__(self, spaces: OptionSpaces) -> None:
        self._spaces = spaces

    def execute(self, context: Context) -> int:
        slot = context.state.find(SERVER, VENDOR_OPTION_SPACE)
        name = None if slot is None else slot.data(context)
        value = context.request_option(DHCP, VENDOR_ENCAPSULATED_OPTIONS)
        space = None if name is None else self._spaces.find(name.decode("latin-1"))
        if space is None or value is None:
            return NEXT
        values = dict(context.spaces.get(space.name, {}))
        try:
            parse_suboptions(value, space, values)
        except WireError as error:
            context.log.append(("error", f"parse_option_buffer: {error}"))
        context.spaces = {**context.spaces, space.name: values}
        return NEXT
