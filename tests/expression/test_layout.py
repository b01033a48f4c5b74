"""dhcpd's lines of 79 columns (tests/resolve/test_block_text.py has whole blocks)."""

from pydhcpd.expression.layout import Layout


def layout_at(column: int) -> Layout:
    layout = Layout()
    layout.add("x" * column)
    return layout


def test_what_fits_stays_on_the_line() -> None:
    layout = layout_at(70)
    layout.put("12345678", 4, " ")
    assert layout.text() == "x" * 70 + " 12345678"
    layout.put(")", 4)
    assert layout.text().endswith(" 12345678\n    )")


def test_what_stands_before_a_token_is_lost_with_the_line_end() -> None:
    layout = layout_at(75)
    layout.put("name", 6, " ", ",")
    assert layout.text() == "x" * 75 + "\n      name,"


def test_what_stands_behind_a_token_may_be_lost_too() -> None:
    layout = layout_at(75)
    layout.put("name", 6, "", " ")
    layout.put("next", 6)
    assert layout.text() == "x" * 75 + "name\n      next"


def test_what_fits_nowhere_goes_below_its_place() -> None:
    layout = layout_at(30)
    layout.put("y" * 60, 20)
    assert layout.text() == "x" * 30 + "\n" + " " * 30 + "y" * 60
    layout.put(",", 20)
    layout.put("z", 20)
    assert layout.text().endswith("y,\n" + " " * 20 + "z")
