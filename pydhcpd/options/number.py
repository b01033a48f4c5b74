"""Integers: formats l L (32 bits), s S (16), b B (8) and T (seconds, or `infinite`).

Digits are read in base 10, 16 after `0x`, 8 after a leading 0. More than 32 bits wrap around,
as in dhcpd, whose arithmetic is 32 bits wide.
"""

from typing import Final

from pydhcpd.options.word import WordReader, is_numeric

SIZES: Final[dict[str, int]] = {"l": 4, "L": 4, "T": 4, "s": 2, "S": 2, "b": 1, "B": 1}
# Observed: dhcpd shows signed integers of 16 bits as if they were unsigned.
SIGNED: Final = frozenset("lb")
INFINITE: Final = 0xFFFFFFFF

# How dhcpd prints a value that is out of range, by base.
RANGE_FORMS: Final[dict[int, str]] = {8: "o", 10: "d", 16: "x"}


def read_integer(reader: WordReader, letter: str) -> bytes:
    """The integer of the next word in network order."""
    word = reader.peek()
    if letter == "T" and word.text.lower() == "infinite" and word.kind == "name":
        reader.take()
        return INFINITE.to_bytes(4, "big")
    if not is_numeric(word):
        raise reader.problem("expecting number.")
    return convert_number(reader, 0, SIZES[letter])


def print_integer(value: bytes, letter: str) -> str:
    """The integer in decimal; T also as `infinite`."""
    number = int.from_bytes(value, "big", signed=letter in SIGNED)
    if letter == "T" and number == INFINITE:
        return "infinite"
    return str(number)


def convert_number(reader: WordReader, base: int, size: int) -> bytes:
    """The next word, which is numeric, as `size` bytes; base 0 finds the base by the prefix."""
    word = reader.peek()
    is_negative = word.text.startswith("-")
    digits = word.text[1:] if is_negative else word.text
    if not digits:
        raise reader.problem(f"Bogus number: {word.text}.")
    if base == 0:
        base, digits = find_base(digits)
    number = 0
    for character in digits:
        digit = int(character, 36)
        if digit >= base:
            raise reader.problem(f"Bogus number {word.text}: digit {digit} not in base {base}")
        number = number * base + digit
    number &= 0xFFFFFFFF
    check_range(reader, number, is_negative, base, size)
    reader.take()
    if is_negative:
        number = -number
    return (number & (1 << size * 8) - 1).to_bytes(size, "big")


def find_base(digits: str) -> tuple[int, str]:
    """The base that a prefix announces, and the digits behind the prefix."""
    if digits.startswith("0x"):
        return 16, digits[2:]
    if digits[0] == "0" and digits[1:2].isdigit():
        return 8, digits[1:]
    return 10, digits


def check_range(reader: WordReader, number: int, is_negative: bool, base: int, size: int) -> None:
    """Refuse what doesn't fit; a signed and an unsigned reading are both allowed."""
    if is_negative:
        limit = 1 << size * 8 - 1
        sign = "-"
    else:
        limit = (1 << size * 8) - 1
        sign = ""
    if number <= limit:
        return
    # dhcpd prints the limit as a signed int, which shows for 32 bits only.
    shown = limit - (1 << 32) if limit > 0x7FFFFFFF else limit
    raise reader.problem(f"{sign}{number:{RANGE_FORMS[base]}} exceeds max ({shown}) for precision.")
