"""Option spaces (dhcpd calls them universes): which codes exist, their names and formats.

The built-in rows are literal tables; a configuration adds its own definitions to its own
OptionSpaces while it is read. Names are matched in any case.
"""

from dataclasses import dataclass
from typing import Final, final

from pydhcpd.options.dhcp6_rows import DHCP6_ROWS, FQDN6, ISC6_ROWS, VSIO_ROWS
from pydhcpd.options.dhcp_rows import DHCP_ROWS
from pydhcpd.options.format import parse_format
from pydhcpd.options.row import Row
from pydhcpd.options.server_rows import SERVER_ROWS
from pydhcpd.options.suboption_rows import (
    AGENT_ROWS,
    FQDN_ROWS,
    ISC_ROWS,
    NWIP_ROWS,
    VENDOR_CLASS_ROWS,
    VENDOR_ROWS,
)
from pydhcpd.options.word import ValueProblem

DHCP: Final = "dhcp"
DHCP6: Final = "dhcp6"
AGENT: Final = "agent"
SERVER: Final = "server"
FQDN: Final = "fqdn"
PAD: Final = 0
END: Final = 255
UNKNOWN_PREFIX: Final = "unknown-"
UNKNOWN_FORMAT: Final = "X"

# name, code width, length width, end code (0: none), kept in setting order?, rows
SPACE_ROWS: Final[tuple[tuple[str, int, int, int, bool, tuple[Row, ...]], ...]] = (
    (DHCP, 1, 1, END, False, DHCP_ROWS),
    (AGENT, 1, 1, 0, True, AGENT_ROWS),
    ("nwip", 1, 1, 0, True, NWIP_ROWS),
    (FQDN, 1, 1, 0, False, FQDN_ROWS),
    ("vendor-class", 4, 1, 0, False, VENDOR_CLASS_ROWS),
    ("vendor", 4, 1, 0, False, VENDOR_ROWS),
    ("isc", 2, 2, 0, False, ISC_ROWS),
    (SERVER, 1, 1, 0, False, SERVER_ROWS),
    (DHCP6, 2, 2, 0, False, DHCP6_ROWS),
    (FQDN6, 1, 1, 0, False, ()),
    ("vsio", 4, 0, 0, False, VSIO_ROWS),
    # Observed: nothing tells how long each value is.
    ("isc6", 4, 0, 0, False, ISC6_ROWS),
)


@dataclass(frozen=True, slots=True)
class OptionDefinition:
    """One option: the space it belongs to, its code, its name and its format string."""

    space: str
    code: int
    name: str
    format: str

    @property
    def encapsulated_space(self) -> str | None:
        """The space whose options this one carries, or None; empty for vendor-option-space."""
        if "E" not in self.format:
            return None
        return parse_format(self.format).items[-1].name


@final
class OptionSpace:
    """The options of one space by code and by name.

    `text_codes` are the codes with text in their format: a client's NULs at the end of these
    are dropped. `is_linked`: values go out in the order of setting, not in hash order.
    """

    __slots__ = (
        "code_width",
        "codes",
        "end_code",
        "is_linked",
        "length_width",
        "name",
        "names",
        "text_codes",
    )

    def __init__(
        self, name: str, code_width: int, length_width: int, end_code: int, is_linked: bool
    ) -> None:
        self.name: Final = name
        self.code_width: Final = code_width
        self.length_width: Final = length_width
        self.end_code: Final = end_code
        self.is_linked: Final = is_linked
        self.codes: Final[dict[int, OptionDefinition]] = {}
        self.names: Final[dict[str, OptionDefinition]] = {}
        self.text_codes: Final[set[int]] = set()

    def define(self, definition: OptionDefinition) -> None:
        """Add a definition. One that takes over a name frees the code that name had.

        One that takes over a code leaves the old name usable (observed: after `option foo code
        12 = string`, `option host-name "x"` still works).
        """
        name = definition.name.lower()
        former = self.names.get(name)
        if former is not None and self.codes.get(former.code) is former:
            del self.codes[former.code]
            self.text_codes.discard(former.code)
        self.names[name] = definition
        self.codes[definition.code] = definition
        if any(item.letter == "t" for item in parse_format(definition.format).items):
            self.text_codes.add(definition.code)
        else:
            self.text_codes.discard(definition.code)

    def find(self, name: str) -> OptionDefinition | None:
        """The option of that name; `unknown-N` finds any code, defined or not.

        Raises ValueProblem for the codes that stand for padding and end.
        """
        found = self.names.get(name.lower())
        if found is not None or not name.lower().startswith(UNKNOWN_PREFIX):
            return found
        code = leading_number(name[len(UNKNOWN_PREFIX) :])
        if code == 0 or code == self.end_code:
            raise ValueProblem(
                f"Option codes 0 and {self.end_code} are illegal in the {self.name} space.", -1
            )
        return self.find_code(code)

    def find_code(self, code: int) -> OptionDefinition:
        """The option of that code, made up as `unknown-N` if nothing defines it."""
        found = self.codes.get(code)
        if found is not None:
            return found
        return OptionDefinition(self.name, code, f"{UNKNOWN_PREFIX}{code}", UNKNOWN_FORMAT)


@final
class OptionSpaces:
    """All option spaces of one configuration, built-in ones and its own."""

    __slots__ = ("dhcp", "encapsulations", "spaces")

    def __init__(self) -> None:
        self.spaces: Final[dict[str, OptionSpace]] = {}
        # Which option carries a space: set by the option's definition.
        self.encapsulations: Final[dict[str, OptionDefinition]] = {}
        for name, code_width, length_width, end_code, is_linked, rows in SPACE_ROWS:
            space = OptionSpace(name, code_width, length_width, end_code, is_linked)
            self.spaces[name] = space
            for code, option, form in rows:
                self._define(space, OptionDefinition(name, code, option, form))
        self.dhcp: Final = self.spaces[DHCP]

    def find(self, name: str) -> OptionSpace | None:
        """The space of that name."""
        return self.spaces.get(name.lower())

    def add_space(self, name: str, code_width: int, length_width: int) -> OptionSpace:
        """`option space`: a new space. One of the same name is forgotten with its options."""
        space = OptionSpace(name, code_width, length_width, 0, False)
        self.spaces[name.lower()] = space
        return space

    def define(self, space: OptionSpace, code: int, name: str, form: str) -> OptionDefinition:
        """`option NAME code N = TYPE`: a new option, or another meaning for an old one."""
        definition = OptionDefinition(space.name, code, name, form)
        self._define(space, definition)
        return definition

    def _define(self, space: OptionSpace, definition: OptionDefinition) -> None:
        space.define(definition)
        carried = definition.encapsulated_space
        if carried:
            self.encapsulations[carried] = definition


def redefinition_notice(name: str, definition: OptionDefinition) -> str | None:
    """What dhcpd logs (info) when `unknown-N` is written for an option that has a name."""
    if name.lower() == definition.name.lower():
        return None
    if not name.lower().startswith(UNKNOWN_PREFIX) or definition.name.startswith(UNKNOWN_PREFIX):
        return None
    return (
        f"option {name} has been redefined as option {definition.name}.  "
        "Please update your configs if necessary."
    )


def leading_number(text: str) -> int:
    """What C's atoi makes of a text without sign: its leading decimal digits."""
    end = 0
    while end < len(text) and text[end].isdigit():
        end += 1
    return int(text[:end] or "0")
