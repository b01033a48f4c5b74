"""Types and spaces that dhcpd.conf defines."""

from pathlib import Path

import pytest

from pydhcpd.options.definition import read_space, read_type
from pydhcpd.options.space import OptionSpaces
from pydhcpd.options.word import ValueProblem, WordReader
from tests.options.words import split_words

DATA = Path(__file__).parent.parent / "data"


def reader_of(text: str) -> WordReader:
    """A reader over the words of a text."""
    return WordReader(split_words(text))


def table(name: str) -> list[list[str]]:
    """The rows of a tab separated file."""
    lines = (DATA / name).read_text("latin-1").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("boolean", "f"),
        ("integer 8", "b"),
        ("signed integer 16", "s"),
        ("unsigned integer 32", "L"),
        ("IP-ADDRESS", "I"),
        ("ip6-address", "6"),
        ("text", "t"),
        ("string", "X"),
        ("zerolen", "Z"),
        ("domain-name", "d"),
        ("domain-list", "D"),
        ("domain-list compressed", "Dc"),
        ("array of ip-address", "IA"),
        ("{ ip-address, text }", "It"),
        ("array of { boolean, integer 8 }", "fbA"),
        ("{ boolean, array of ip-address }", "fIa"),
        ("{ array of ip-address, boolean }", "Iaf"),
        ("{ boolean, domain-list compressed }", "fDc"),
    ],
)
def test_types_become_formats(text: str, form: str) -> None:
    assert read_type(reader_of(text), OptionSpaces()) == form


@pytest.mark.parametrize(
    ("text", "message", "index"), [tuple(row) for row in table("option-type-problems.tsv")]
)
def test_refused_types(text: str, message: str, index: str) -> None:
    with pytest.raises(ValueProblem) as refusal:
        read_type(reader_of(text), OptionSpaces())
    assert (refusal.value.text, str(refusal.value.index)) == (message, index)


@pytest.mark.parametrize(
    ("text", "message", "index"), [tuple(row) for row in table("option-space-problems.tsv")]
)
def test_refused_spaces(text: str, message: str, index: str) -> None:
    with pytest.raises(ValueProblem) as refusal:
        read_space(reader_of(text))
    assert (refusal.value.text, str(refusal.value.index)) == (message, index)


def test_widths_of_a_space() -> None:
    assert read_space(reader_of("a")) == ("a", 1, 1)
    assert read_space(reader_of("a length width 2 hash size 0 code width 4")) == ("a", 4, 2)


def test_encapsulating_a_space_of_the_configuration() -> None:
    spaces = OptionSpaces()
    spaces.add_space("PXE", 1, 1)
    assert read_type(reader_of("encapsulate pxe"), spaces) == "EPXE."


def test_a_space_is_encapsulated_only_once() -> None:
    with pytest.raises(ValueProblem, match="already encapsulated by option relay-agent-info"):
        read_type(reader_of("encapsulate agent"), OptionSpaces())
