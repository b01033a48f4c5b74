"""Definitions of options and option spaces (dhcp-options(5) DEFINING NEW OPTIONS)."""

from typing import Final

from pydhcpd.config import ast
from pydhcpd.config.problem import Refusal, problem_at
from pydhcpd.options.definition import read_space, read_type
from pydhcpd.options.space import OptionSpaces, leading_number
from pydhcpd.options.word import ValueProblem
from pydhcpd.resolve.phrase import Phrase

# A code is read like C's atoi, and no space has codes of more than four bytes.
LARGEST_CODE: Final = 0xFFFFFFFF


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
        text = reader.take().text
        code = leading_number(text.removeprefix("-"))
        code = (-code if text.startswith("-") else code) & LARGEST_CODE
        if not reader.accept("="):
            raise reader.problem('expecting "="')
        if reader.is_at_end and phrase.terminator.kind != ";":
            raise reader.problem(f"unknown data type {phrase.terminator.text}")
        form = read_type(reader, spaces)
        phrase.expect_semicolon()
        spaces.define(space, code, node.name.name.text, form)
    except ValueProblem as error:
        raise Refusal(phrase.problem(error)) from None


def define_space(node: ast.OptionSpaceDefinition, spaces: OptionSpaces) -> None:
    """`option space NAME [code width N] [length width N] [hash size N];`."""
    phrase = Phrase(node.token, node.words.tokens(), node.end, None)
    try:
        name, code_width, length_width = read_space(phrase.reader)
        phrase.expect_semicolon()
    except ValueProblem as error:
        raise Refusal(phrase.problem(error)) from None
    spaces.add_space(name, code_width, length_width)
