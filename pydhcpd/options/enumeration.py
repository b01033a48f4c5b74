"""Values from a fixed set: format f (flag) and N (name from a set, one byte wide)."""

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
}


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
    return bytes((value,))


def print_member(value: bytes, name: str) -> str:
    """The member's name, or its number if the set doesn't know it."""
    for member, number in SETS[name].items():
        if number == value[0]:
            return member
    return str(value[0])
