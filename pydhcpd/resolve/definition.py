"""Definitions of options and option spaces (dhcp-options(5) DEFINING NEW OPTIONS)."""

from typing import Final

from pydhcpd.config import ast
from pydhcpd.config.problem import Refusal, problem_at
from pydhcpd.options.number import convert_number
from pydhcpd.options.space import OptionSpaces, leading_number
from pydhcpd.options.word import ValueProblem, is_identifier, is_numeric
from pydhcpd.resolve.phrase import Phrase

# type word -> format letter
SIMPLE_TYPES: Final[dict[str, str]] = {
    "boolean": "f",
    "ip-address": "I",
    "ip6-address": "6",
    "string": "X",
    "text": "t",
    "zerolen": "Z",
    "domain-name": "d",
}
UNREPEATABLE_TYPES: Final = frozenset(("domain-list", "domain-name", "string", "text"))
ENDINGS: Final[dict[str, str]] = {"t": "text", "X": "string"}
INTEGER_LETTERS: Final[dict[tuple[bool, int], str]] = {
    (True, 8): "b",
    (True, 16): "s",
    (True, 32): "l",
    (False, 8): "B",
    (False, 16): "S",
    (False, 32): "L",
}
CODE_WIDTHS: Final = (1, 2, 4)
LENGTH_WIDTHS: Final = (1, 2)
WIDTH_EXPECTED: Final[dict[str, str]] = {
    "code": "expecting number 1, 2, 4.",
    "length": "expecting number 1 or 2.",
    "hash": "expecting a 10base number",
}


def define_option(node: ast.OptionDefinition, spaces: OptionSpaces) -> None:
    """`option [SPACE.]NAME code N = TYPE;`."""
    phrase = Phrase(node.token, node.words.tokens(), node.end, None)
    space_name = node.name.space.text if node.name.space is not None else "dhcp"
    space = spaces.find(space_name)
    if space is None:
        raise Refusal(problem_at(node.name.name, f"no option space named {space_name}."))
    try:
        reader = phrase.reader
        if reader.is_at_end or reader.peek().kind != "number":
            raise reader.problem("expecting option code number.")
        code = int.from_bytes(convert_number(reader, 0, 4), "big")
        if not reader.accept("="):
            raise reader.problem('expecting "="')
        form = _read_type(phrase, spaces)
        phrase.expect_semicolon()
        spaces.define(space, code, node.name.name.text, form)
    except ValueProblem as error:
        raise Refusal(phrase.problem(error)) from None


def define_space(node: ast.OptionSpaceDefinition, spaces: OptionSpaces) -> None:
    """`option space NAME [code width N] [length width N] [hash size N];`."""
    phrase = Phrase(node.token, node.words.tokens(), node.end, None)
    reader = phrase.reader
    try:
        if reader.is_at_end or not is_identifier(reader.peek()):
            raise reader.problem("expecting identifier.")
        name = reader.take().text
        widths = {"code": 1, "length": 1, "hash": 0}
        while not reader.is_at_end:
            what = phrase.next_word()
            if what not in widths:
                raise reader.problem("Unexpected token.")
            reader.take()
            second = "size" if what == "hash" else "width"
            if not phrase.accept(second):
                raise reader.problem(f"expecting {second} token.")
            if reader.is_at_end or not is_numeric(reader.peek()):
                raise reader.problem(WIDTH_EXPECTED[what])
            index = reader.index
            widths[what] = leading_number(reader.take().text)
            _check_width(what, widths[what], index)
        phrase.expect_semicolon()
    except ValueProblem as error:
        raise Refusal(phrase.problem(error)) from None
    spaces.add_space(name, widths["code"], widths["length"])


def _check_width(what: str, width: int, index: int) -> None:
    if what == "code" and width not in CODE_WIDTHS:
        raise ValueProblem(f"invalid code width ({width}), expecting a 1, 2 or 4.", index)
    if what == "length" and width not in LENGTH_WIDTHS:
        raise ValueProblem(f"invalid length width ({width}) expecting 1 or 2.", index)


def _read_type(phrase: Phrase, spaces: OptionSpaces) -> str:
    reader = phrase.reader
    is_array = _accept_array(phrase)
    if not reader.accept("{"):
        letters = _read_letters(phrase, spaces, is_array)
        return letters + ("A" if is_array else "")
    letters = ""
    while True:
        if letters and letters[-1] in ENDINGS:
            raise reader.problem(f"{ENDINGS[letters[-1]]} must be at end of record.")
        is_item_array = _accept_array(phrase)
        if is_array and is_item_array:
            raise reader.problem("no nested arrays.")
        letters += _read_letters(phrase, spaces, is_array or is_item_array)
        letters += "a" * is_item_array
        if reader.accept(","):
            continue
        if reader.accept("}"):
            return letters + ("A" if is_array else "")
        raise reader.problem("expecting right brace.")


def _accept_array(phrase: Phrase) -> bool:
    if not phrase.accept("array"):
        return False
    if not phrase.accept("of"):
        raise phrase.reader.problem('expecting "of".')
    return True


def _read_letters(phrase: Phrase, spaces: OptionSpaces, is_array: bool) -> str:
    reader = phrase.reader
    word = phrase.next_word()
    if is_array and word in UNREPEATABLE_TYPES:
        raise reader.problem("arrays of text strings not yet supported.")
    if is_array and word == "zerolen":
        raise reader.problem("array incompatible with zerolen.")
    if word in ("unsigned", "signed", "integer"):
        return _read_integer(phrase)
    if word == "domain-list":
        reader.take()
        return "Dc" if phrase.accept("compressed") else "D"
    if word == "encapsulate":
        reader.take()
        if reader.is_at_end or not is_identifier(reader.peek()):
            raise reader.problem("expecting option space identifier")
        if spaces.find(reader.peek().text) is None:
            raise reader.problem(f"unknown option space {reader.peek().text}")
        return f"E{reader.take().text}."
    letter = SIMPLE_TYPES.get(word)
    if letter is None:
        text = phrase.terminator.text if reader.is_at_end else reader.peek().text
        raise reader.problem(f"unknown data type {text}")
    reader.take()
    return letter


def _read_integer(phrase: Phrase) -> str:
    reader = phrase.reader
    is_signed = not phrase.accept("unsigned")
    if is_signed:
        phrase.accept("signed")
    if not phrase.accept("integer"):
        raise reader.problem('expecting "integer" keyword.')
    if reader.is_at_end or not is_numeric(reader.peek()):
        raise reader.problem("expecting number.")
    index = reader.index
    width = int.from_bytes(convert_number(reader, 0, 4), "big")
    letter = INTEGER_LETTERS.get((is_signed, width))
    if letter is None:
        raise ValueProblem(f"{width} bit precision is not supported.", index)
    return letter
