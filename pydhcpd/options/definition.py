"""`option NAME code N = TYPE` and `option space NAME ...` (dhcp-options(5)): words to formats."""

from typing import Final

from pydhcpd.options.format import parse_format
from pydhcpd.options.space import OptionSpaces, leading_number
from pydhcpd.options.word import ValueProblem, WordReader, is_identifier

SIMPLE_TYPES: Final[dict[str, str]] = {
    "boolean": "f",
    "ip-address": "I",
    "ip6-address": "6",
    "text": "t",
    "string": "X",
    "domain-name": "d",
    "zerolen": "Z",
}
INTEGER_LETTERS: Final[dict[int, str]] = {8: "b", 16: "s", 32: "l"}
CODE_WIDTHS: Final = (1, 2, 4)
LENGTH_WIDTHS: Final = (1, 2)

# Letters that only the last item of a record may have, with the word dhcpd uses for them.
OPEN_ENDED: Final[dict[str, str]] = {
    "t": "text",
    "X": "string",
    "d": "string",
    "D": "string",
    "Z": "string",
}


def read_type(reader: WordReader, spaces: OptionSpaces) -> str:
    """The format string of the type between `=` and the semicolon.

    Raises ValueProblem with dhcpd's text.
    """
    is_array = _accept_array(reader)
    if reader.accept("{"):
        form = _read_record(reader, is_array, spaces)
    else:
        form = _read_item(reader, is_array, spaces)
    if not reader.is_at_end:
        raise reader.problem("semicolon expected.")
    space = parse_format(form).items[-1].name
    if space in spaces.encapsulations:
        # The reference ends with `Internal inconsistency: storage value ...` here.
        carrier = spaces.encapsulations[space].name
        raise reader.problem_before(
            f"option space {space} is already encapsulated by option {carrier}"
        )
    return form + "A" if is_array else form


def read_space(reader: WordReader) -> tuple[str, int, int]:
    """Name, code width and length width of the space that `option space` declares.

    The words are those behind `space`. The size of the hash table is of no consequence.
    """
    if not is_identifier(reader.peek()):
        raise reader.problem("expecting identifier.")
    name = reader.take().text
    code_width, length_width = 1, 1
    while not reader.is_at_end:
        keyword = reader.peek().text.lower()
        if keyword not in ("code", "length", "hash"):
            raise reader.problem("Unexpected token.")
        reader.take()
        if keyword == "hash":
            _expect(reader, "size", "expecting size token.")
            _read_count(reader, "expecting a 10base number")
            continue
        _expect(reader, "width", "expecting width token.")
        place = reader.index
        if keyword == "code":
            code_width = _read_count(reader, "expecting number 1, 2, 4.")
            if code_width not in CODE_WIDTHS:
                raise ValueProblem(
                    f"invalid code width ({code_width}), expecting a 1, 2 or 4.", place
                )
        else:
            length_width = _read_count(reader, "expecting number 1 or 2.")
            if length_width not in LENGTH_WIDTHS:
                raise ValueProblem(
                    f"invalid length width ({length_width}) expecting 1 or 2.", place
                )
    return name, code_width, length_width


def _read_record(reader: WordReader, is_array: bool, spaces: OptionSpaces) -> str:
    form = ""
    while True:
        is_uniform = _accept_array(reader, is_array)
        if is_uniform and reader.peek().text == "{":
            raise reader.problem("only uniform array inside record.")
        item = _read_item(reader, is_array or is_uniform, spaces)
        form += item + "a" if is_uniform else item
        if not reader.accept(","):
            break
        if item.rstrip("c") in OPEN_ENDED:
            what = OPEN_ENDED[item.rstrip("c")]
            raise ValueProblem(f"{what} must be at end of record.", reader.index - 1)
        if item.startswith("E"):
            raise reader.problem("encapsulate must always be the last item.")
    if not reader.accept("}"):
        raise reader.problem("expecting right brace.")
    return form


def _accept_array(reader: WordReader, is_nested: bool = False) -> bool:
    """Consume `array of` if it is there."""
    word = reader.peek()
    if word.kind != "name" or word.text.lower() != "array":
        return False
    if is_nested:
        raise reader.problem("no nested arrays.")
    reader.take()
    _expect(reader, "of", 'expecting "of".')
    return True


def _read_item(reader: WordReader, is_array: bool, spaces: OptionSpaces) -> str:
    word = reader.peek()
    keyword = word.text.lower() if is_identifier(word) else ""
    if keyword == "array":
        raise reader.problem("no nested arrays.")
    if keyword in ("integer", "signed", "unsigned"):
        return _read_integer(reader)
    if keyword == "encapsulate":
        return _read_encapsulation(reader, is_array, spaces)
    if keyword == "domain-list":
        form = "D"
    elif keyword in SIMPLE_TYPES:
        form = SIMPLE_TYPES[keyword]
    else:
        raise reader.problem(f"unknown data type {word.text}")
    if is_array and form == "Z":
        raise reader.problem("array incompatible with zerolen.")
    if is_array and form in OPEN_ENDED:
        raise reader.problem("arrays of text strings not yet supported.")
    reader.take()
    if form == "D" and reader.peek().text.lower() == "compressed":
        reader.take()
        return "Dc"
    return form


def _read_integer(reader: WordReader) -> str:
    """`[signed|unsigned] integer WIDTH`; without a sign word it is signed."""
    keyword = reader.peek().text.lower()
    if keyword != "integer":
        reader.take()
        _expect(reader, "integer", 'expecting "integer" keyword.')
    else:
        reader.take()
    place = reader.index
    width = _read_count(reader, "expecting number.")
    letter = INTEGER_LETTERS.get(width)
    if letter is None:
        raise ValueProblem(f"{width} bit precision is not supported.", place)
    return letter.upper() if keyword == "unsigned" else letter


def _read_encapsulation(reader: WordReader, is_array: bool, spaces: OptionSpaces) -> str:
    reader.take()
    word = reader.peek()
    if not is_identifier(word):
        raise reader.problem("expecting option space identifier")
    space = spaces.find(word.text)
    if space is None:
        raise reader.problem(f"unknown option space {word.text}")
    reader.take()
    if is_array:
        raise reader.problem("Arrays of encapsulations don't make sense.")
    return f"E{space.name}."


def _expect(reader: WordReader, keyword: str, text: str) -> None:
    if reader.peek().text.lower() != keyword:
        raise reader.problem(text)
    reader.take()


def _read_count(reader: WordReader, text: str) -> int:
    if reader.peek().kind != "number":
        raise reader.problem(text)
    return leading_number(reader.take().text)
