"""A lease's record as dhcpd.leases(5) shows it, byte for byte what dhcpd 4.4.3-P1 writes.

A record is made for every ACK, so its parts are looked up rather than computed.
"""

from collections.abc import Callable
from typing import Final, final

from pydhcpd.expression.binding import Routine
from pydhcpd.lease.binding import STATE_NAMES
from pydhcpd.lease.date import DateWriter
from pydhcpd.lease.event import NO_EVENTS, Variables
from pydhcpd.lease.lease import BOOTP, RESERVED, AgentOptions, Billing, Lease
from pydhcpd.lease.peerstate import SERVER_STATE_NAMES, PeerState
from pydhcpd.options.space import OptionSpace
from pydhcpd.options.value import print_value
from pydhcpd.wire.address import format_ipv4
from pydhcpd.wire.hardware import hardware_type_name

# The value of `lease-id-format` that is not the default
HEX: Final = "hex"

_PRINTABLE: Final = range(32, 127)
_QUOTE: Final = ord('"')
_BACKSLASH: Final = ord("\\")


def _octal_character(byte: int) -> str:
    if byte in (_QUOTE, _BACKSLASH):
        return "\\" + chr(byte)
    return chr(byte) if byte in _PRINTABLE else f"\\{byte:03o}"


# Only a host name of these reaches the file: printable, no quotes, no backslashes.
_PLAIN: Final = bytes(byte for byte in _PRINTABLE if byte not in (_QUOTE, _BACKSLASH))
_OCTAL_CHARACTERS: Final = tuple(_octal_character(byte) for byte in range(256))


def state_text(state: int, next_state: int, rewind_state: int) -> str:
    """The lines about the binding states, each with the line end before it."""
    lines = [f"\n  binding state {STATE_NAMES[state]};"]
    if next_state != state:
        lines.append(f"\n  next binding state {STATE_NAMES[next_state]};")
    if rewind_state != state:
        lines.append(f"\n  rewind binding state {STATE_NAMES[rewind_state]};")
    return "".join(lines)


# By state, next state and rewind state in base 8.
_STATE_TEXTS: Final = {
    state << 6 | next_state << 3 | rewind_state: state_text(state, next_state, rewind_state)
    for state in STATE_NAMES
    for next_state in STATE_NAMES
    for rewind_state in STATE_NAMES
}


@final
class LeaseWriter:
    """Writes records in the formats that the configuration asks for.

    `agent` is the option space of relay agent information; `local_text` as for DateWriter.
    """

    __slots__ = ("_agent", "_date", "_is_hex", "_last_text", "_last_times", "_type_names")

    def __init__(
        self, agent: OptionSpace, id_format: str, local_text: Callable[[int], str] | None
    ) -> None:
        self._agent: Final = agent
        self._is_hex: Final = id_format == HEX
        self._date: Final = DateWriter(local_text).text
        self._type_names: Final = tuple(hardware_type_name(htype) for htype in range(256))
        self._last_times = (0, 0, 0, 0)
        self._last_text = ""

    def record(self, lease: Lease, now: int) -> str:
        """The record, from `lease` to the line end behind the brace. Latin-1 makes it bytes."""
        states = _STATE_TEXTS[lease.state << 6 | lease.next_state << 3 | lease.rewind_state]
        parts = [f"lease {format_ipv4(lease.address)} {{{self._times_text(lease)}{states}"]
        if lease.flags:
            if lease.flags & RESERVED:
                parts.append("\n  reserved;")
            if lease.flags & BOOTP:
                parts.append("\n  dynamic-bootp;")
        if lease.billing is not None and lease.ends > now:
            parts.append(billing_text(lease.billing))
        hardware = lease.hardware
        if hardware is not None:
            parts.append(f"\n  hardware {self._type_names[hardware[0]]} {hardware[1:].hex(':')};")
        uid = lease.uid
        if uid is not None:
            text = uid.hex(":") if self._is_hex else quoted_text(uid)
            parts.append(f"\n  uid {text};")
        if lease.variables:
            parts.append(variables_text(lease.variables))
        if lease.agent_options:
            parts.append(self._agent_text(lease.agent_options))
        host_name = lease.client_hostname
        if host_name is not None and not host_name.translate(None, _PLAIN):
            parts.append(f'\n  client-hostname "{host_name.decode("ascii")}";')
        if lease.events is not NO_EVENTS:
            parts.extend([f"\n  {text}" for text in lease.events.texts()])
        parts.append("\n}\n")
        return "".join(parts)

    def peer_state(self, state: PeerState) -> str:
        """The record of a failover peer's states, with the empty line before it."""
        my_name = SERVER_STATE_NAMES[state.my_state]
        partner_name = SERVER_STATE_NAMES[state.partner_state]
        mclt = "" if state.mclt is None else f"  mclt {state.mclt};\n"
        return (
            f'\nfailover peer "{state.name}" state {{\n'
            f"  my state {my_name} at {self._date(state.my_since)}\n"
            f"  partner state {partner_name} at {self._date(state.partner_since)}\n{mclt}}}\n"
        )

    def _times_text(self, lease: Lease) -> str:
        """The dates; ACKs of one second mostly have the same ones."""
        starts = lease.starts
        ends = lease.ends
        tstp = lease.tstp
        cltt = lease.cltt
        if lease.tsfp or lease.atsfp:
            return self._make_times(starts, ends, tstp, lease.tsfp, lease.atsfp, cltt)
        times = (starts, ends, tstp, cltt)
        if times != self._last_times:
            self._last_times = times
            self._last_text = self._make_times(starts, ends, tstp, 0, 0, cltt)
        return self._last_text

    def _make_times(
        self, starts: int, ends: int, tstp: int, tsfp: int, atsfp: int, cltt: int
    ) -> str:
        date = self._date
        text = f"\n  starts {date(starts)}" if starts else ""
        if ends:
            text += f"\n  ends {date(ends)}"
        if tstp:
            text += f"\n  tstp {date(tstp)}"
        if tsfp:
            text += f"\n  tsfp {date(tsfp)}"
        if atsfp:
            text += f"\n  atsfp {date(atsfp)}"
        if cltt:
            text += f"\n  cltt {date(cltt)}"
        return text

    def identifier_text(self, identifier: bytes) -> str:
        """A uid or server-duid in the `lease-id-format`."""
        return identifier.hex(":") if self._is_hex else quoted_text(identifier)

    def _agent_text(self, options: AgentOptions) -> str:
        space = self._agent
        lines: list[str] = []
        for code, value in options:
            definition = space.find_code(code)
            if value:
                text = print_value(definition, value)
                lines.append(f"\n  option agent.{definition.name} {text};")
        return "".join(lines)


def quoted_text(value: bytes) -> str:
    """Bytes in quotes, those that don't print as three octal digits."""
    return '"' + "".join(map(_OCTAL_CHARACTERS.__getitem__, value)) + '"'


def variables_text(variables: Variables) -> str:
    """The `set` statements: data quoted, booleans by name, numbers behind a percent sign.

    Names without value, functions and empty data are not written (observed).
    """
    lines: list[str] = []
    for name, value in variables:
        if not value and not isinstance(value, int):
            continue
        if isinstance(value, Routine):
            continue
        if isinstance(value, bytes):
            text = quoted_text(value)
        elif isinstance(value, bool):
            text = "true" if value else "false"
        else:
            text = f"%{value}"
        lines.append(f"\n  set {name} = {text};")
    return "".join(lines)


def billing_text(billing: Billing) -> str:
    """The `billing` statement; a key that prints stands in quotes without any escaping."""
    key = billing.key
    if key is None:
        return f'\n  billing class "{billing.class_name}";'
    text = f'"{key.decode("ascii")}"' if _is_printable(key) else key.hex(":")
    return f'\n  billing subclass "{billing.class_name}" {text};'


def _is_printable(text: bytes) -> bool:
    return text.isascii() and text.decode("ascii").isprintable()
