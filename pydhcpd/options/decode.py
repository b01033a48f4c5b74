"""Options of a client's packet (RFC 2132 section 2, RFC 3396) and sub-options inside one option.

This runs for every packet: plain loops, and no exception unless the bytes are broken. The names
in dhcpd's message about a broken option are always `<unknown>`, also for codes that have one.
"""

from collections.abc import Collection
from typing import Final

from pydhcpd.options.space import OptionSpace
from pydhcpd.wire.errors import WireError

PAD: Final = 0
END: Final = 255
HOST_NAME: Final = 12

NO_LENGTH: Final = "code tag at end of buffer - missing length field."
TOO_LONG: Final = "option length exceeds option buffer length."


def parse_options(
    buffer: bytes, start: int, into: dict[int, bytes], text_codes: Collection[int]
) -> bool:
    """Put the options of the dhcp space, from `start` to the end of the buffer, into a dict.

    A code that is there already (from this field or from another one) is continued. Text loses
    the NULs at its end; True tells that the host name had some, which makes dhcpd end the text
    of its reply in NULs, too.
    """
    is_terminated = False
    code = PAD
    at = start
    size = len(buffer)
    try:
        # A packet has an END as a rule, so the end of the buffer is not looked for.
        while True:
            code = buffer[at]
            if code == END:
                break
            if code == PAD:
                at += 1
                continue
            first = at + 2
            stop = first + buffer[at + 1]
            if stop > size:
                raise malformed("dhcp", code, TOO_LONG)
            at = stop
            if code in into:
                into[code] += buffer[first:stop]
            elif buffer[stop - 1] or stop == first or code not in text_codes:
                into[code] = buffer[first:stop]
            else:
                into[code] = buffer[first:stop].rstrip(b"\0")
                if code == HOST_NAME:
                    is_terminated = True
    except IndexError:
        if at < size:
            raise malformed("dhcp", code, NO_LENGTH) from None
    return is_terminated


def parse_suboptions(buffer: bytes, space: OptionSpace, into: dict[int, bytes]) -> None:
    """Put the options of another space, which fill the whole buffer, into a dict.

    The first of several values counts. Code 0 ends the options of these spaces, and there is no
    padding. What stands before the broken place is in the dict when WireError is raised: dhcpd
    logs the error and uses the rest.
    """
    code_width = space.code_width
    header = code_width + space.length_width
    text_codes = space.text_codes
    end = len(buffer)
    at = 0
    while at < end:
        code = int.from_bytes(buffer[at : at + code_width], "big")
        if code == space.end_code:
            return
        if at + header > end:
            raise malformed(space.name, code, NO_LENGTH)
        length = int.from_bytes(buffer[at + code_width : at + header], "big")
        at += header
        if at + length > end:
            raise malformed(space.name, code, TOO_LONG)
        value = buffer[at : at + length]
        at += length
        if code not in into:
            into[code] = value.rstrip(b"\0") if code in text_codes else value


def malformed(space: str, code: int, why: str) -> WireError:
    """The error whose text dhcpd logs behind `parse_option_buffer: `."""
    return WireError(f"malformed option {space}.<unknown> (code {code})", why)
