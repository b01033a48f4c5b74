"""`on` blocks as the leases file holds them: what dhcpd 4.4.3-P1 wrote for the same statements."""

from pathlib import Path

import pytest

from pydhcpd.expression.statement import On
from tests.resolve.reading import configuration_of

BLOCKS = Path(__file__).parent.parent / "data" / "on-block"


def block_text(text: str) -> str:
    """The text of the first block of a file."""
    statements = configuration_of(text).scope.statements
    blocks = [one.block for one in statements if isinstance(one, On)]
    return f"on {' or '.join(blocks[0].events)} {blocks[0].text}"


@pytest.mark.parametrize("name", ["operands", "statements"])
def test_the_text_is_dhcpds(name: str) -> None:
    written = (BLOCKS / f"{name}.leases").read_text()
    assert "  " + block_text((BLOCKS / f"{name}.conf").read_text()) + "\n" == written


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        # dhcpd writes these so that they mean something else when they are read, or nothing.
        ('if not ("a" = "b") { break; }', 'if (not ("a" = "b")) {'),
        ('eval ("a" = "b" and known) or static;', 'eval "a" = "b" and known or static;'),
        ('eval (known and "a" = "b") or static;', 'eval (known and ("a" = "b")) or static;'),
        ('return "r";', 'return "r";'),
        ('add "c";', 'add "c";'),
        ("eval filename;", "eval filename;"),
        ('set quoted = "a\\"b";', "set quoted = 61:22:62 ;"),
    ],
)
def test_what_dhcpd_spoils_can_be_read_again(statement: str, line: str) -> None:
    text = block_text(f'class "c" {{ }} on commit {{ {statement} }}')
    assert text.split("\n")[1] == f"    {line}"
    again = block_text(f'class "c" {{ }} {text}')
    assert again == text


def test_events_in_their_order_and_nested_blocks() -> None:
    text = block_text("on release or commit { on expiry; on commit { break; } }")
    assert text == (
        "on release or commit {\n    on expiry;\n    on commit {\n      break;\n    }\n  }"
    )


def test_a_function_in_a_block_survives() -> None:
    text = block_text("on commit { define two(one, other) { return concat(one, other); } }")
    assert "define two (one, other) {" in text
    assert block_text(text) == text
