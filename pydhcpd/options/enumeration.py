"""Values from a fixed set: format f (flag) and N (name from a set, one or two bytes wide)."""

from typing import Final

from pydhcpd.options.word import WordReader, is_identifier

# f: any case, as in `ping-check OFF`
FLAGS: Final[dict[str, int]] = {"true": 1, "on": 1, "false": 0, "off": 0, "ignore": 2}

# N: the case counts
SETS: Final[dict[str, dict[str, int]]] = {
    "ddns-styles": {"none": 0, "ad-hoc": 1, "interim": 2, "standard": 3},
    "syslog-facilities": {
        "kern": 0 << 3,
        "user": 1 << 3,
        "mail": 2 << 3,
        "daemon": 3 << 3,
        "auth": 4 << 3,
        "syslog": 5 << 3,
        "lpr": 6 << 3,
        "news": 7 << 3,
        "uucp": 8 << 3,
        "cron": 9 << 3,
        "authpriv": 10 << 3,
        "ftp": 11 << 3,
        "local0": 16 << 3,
        "local1": 17 << 3,
        "local2": 18 << 3,
        "local3": 19 << 3,
        "local4": 20 << 3,
        "local5": 21 << 3,
        "local6": 22 << 3,
        "local7": 23 << 3,
    },
    "prefix_length_modes": {"ignore": 0, "prefer": 1, "exact": 2, "minimum": 3, "maximum": 4},
    # RFC 8415 section 21.13, RFC 5007
    "status-codes": {
        "success": 0,
        "UnspecFail": 1,
        "NoAddrsAvail": 2,
        "NoBinding": 3,
        "NotOnLink": 4,
        "UseMulticast": 5,
        "NoPrefixAvail": 6,
        "UnknownQueryType": 7,
        "MalformedQuery": 8,
        "NotConfigured": 9,
        "NotAllowed": 10,
        "QueryTerminated": 11,
    },
    # RFC 8415 section 7.3 and its successors
    "dhcpv6-messages": {
        "SOLICIT": 1,
        "ADVERTISE": 2,
        "REQUEST": 3,
        "CONFIRM": 4,
        "RENEW": 5,
        "REBIND": 6,
        "REPLY": 7,
        "RELEASE": 8,
        "DECLINE": 9,
        "RECONFIGURE": 10,
        "INFORMATION-REQUEST": 11,
        "RELAY-FORW": 12,
        "RELAY-REPL": 13,
        "LEASEQUERY": 14,
        "LEASEQUERY-REPLY": 15,
        "LEASEQUERY-DONE": 16,
        "LEASEQUERY-DATA": 17,
        "RECONFIGURE-REQUEST": 18,
        "RECONFIGURE-REPLY": 19,
        "DHCPV4-QUERY": 20,
        "DHCPV4-RESPONSE": 21,
    },
}
# Sets of more than one byte. Observed: such a value is stored with its low byte first.
WIDE_SETS: Final[dict[str, int]] = {"status-codes": 2}


def read_flag(reader: WordReader) -> bytes:
    """true, on, false, off or ignore."""
    word = reader.peek()
    if not is_identifier(word):
        raise reader.problem("expecting identifier.")
    value = FLAGS.get(word.text.lower())
    if value is None:
        raise reader.problem("expecting boolean.")
    reader.take()
    return bytes((value,))


def print_flag(value: bytes) -> str:
    """`false`, or `true` for everything else (also for `ignore`)."""
    return "true" if value[0] else "false"


def read_member(reader: WordReader, name: str) -> bytes:
    """A member of the set, by name."""
    word = reader.peek()
    if not is_identifier(word):
        raise reader.problem("identifier expected")
    value = SETS[name].get(word.text)
    if value is None:
        raise reader.problem("unknown value")
    reader.take()
    return value.to_bytes(member_size(name), "little")


def print_member(value: bytes, name: str) -> str:
    """The member's name, or its number if the set doesn't know it."""
    number = int.from_bytes(value, "little")
    for member, known in SETS[name].items():
        if known == number:
            return member
    return str(number)


def member_size(name: str) -> int:
    """How many bytes a member of the set takes."""
    return WIDE_SETS.get(name, 1)
