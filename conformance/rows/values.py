"""How option values are written, by the letters of their formats, well and badly."""

from typing import Final

from pydhcpd.options.format import Item, parse_format

# Two ways to write each letter.
SAMPLES: Final[dict[str, tuple[str, str]]] = {
    "I": ("10.0.0.1", "192.168.255.254"),
    "6": ("2001:db8::1", "::ffff:10.0.0.1"),
    "l": ("-3600", "0x7fffffff"),
    "L": ("3600", "010"),
    "s": ("-300", "5"),
    "S": ("1500", "0xffff"),
    "b": ("-7", "5"),
    "B": ("7", "255"),
    "T": ("3600", "infinite"),
    "f": ("true", "Off"),
    "t": ('"two words"', "word"),
    "X": ("1:2:ff", '"text"'),
    "E": ("1:2:ff", '"text"'),
    "d": ("example.org", "a.b.example."),
    "D": ('"example.org"', '"a.example.org", "b.example.org."'),
    "Dc": ('"example.org"', '"a.example.org", "b.example.org."'),
    "Z": ("", ""),
    "U": ("foo", "agent"),
    "k": ("k", '"k"'),
}
MEMBERS: Final[dict[str, tuple[str, str]]] = {
    "ddns-styles": ("none", "interim"),
    "syslog-facilities": ("local7", "daemon"),
    "prefix_length_modes": ("exact", "ignore"),
    "status-codes": ("success", "NoBinding"),
    "dhcpv6-messages": ("SOLICIT", "RELAY-FORW"),
}
# Tried with every format; for each of them some are right.
TRIALS: Final = (
    "",
    '""',
    '"text"',
    "word",
    "two words",
    "dotted.word",
    "5",
    "-5",
    "300",
    "70000",
    "5000000000",
    "09",
    "0x1g",
    "1a",
    "yes",
    "true",
    "ignore",
    "infinite",
    "10.0.0.1",
    "10.0.0",
    "10.0.0.256",
    "10.0.0.1, 10.0.0.2",
    "10.0.0.1 10.0.0.2",
    "10.0.0.1,",
    "1:2:3",
    "1:2:300",
    "1:",
    "2001:db8::1",
    "2001:db8::1, ::2",
    "2001::db8::1",
    '"a.example", "b.example"',
    '"a..example"',
    "a..example",
    ".",
    "{",
    "1 2 3",
    "true 10.0.0.1",
    "success",
    "none",
)


def written_values(form: str) -> tuple[str, ...]:
    """Values of a format: plain, otherwise written, and with more elements where it repeats."""
    parsed = parse_format(form)
    first, second = (
        " ".join(filter(None, (_sample(item, which) for item in parsed.items))) for which in (0, 1)
    )
    values = [first, second]
    if parsed.is_repeated:
        values.append(f"{first}, {second}, {first}")
    if parsed.items and parsed.items[-1].is_repeated:
        values.append(f"{first}, {_sample(parsed.items[-1], 1)}")
    if parsed.items and parsed.items[-1].is_optional:
        values.append(" ".join(_sample(item, 0) for item in parsed.items[:-1]))
    return tuple(dict.fromkeys(values))


def _sample(item: Item, which: int) -> str:
    samples = MEMBERS[item.name] if item.letter == "N" else SAMPLES[item.letter]
    return samples[which]
