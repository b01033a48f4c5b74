"""The canonical layout: indentation, blanks, long statements, comments, blank lines."""

import pytest

from pydhcpd.config.printer import print_file
from tests.config.reading import parse


def printed(text: str) -> str:
    """The canonical text, which is its own canonical text."""
    once = print_file(parse(text)).decode("latin-1")
    assert print_file(parse(once)).decode("latin-1") == once
    return once


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("authoritative;", "authoritative;\n"),
        ("a;b 1;", "a;\nb 1;\n"),
        ("host a{}", "host a {\n}\n"),
        ("group{host a{x;}}", "group {\n  host a {\n    x;\n  }\n}\n"),
        ("range 10.0.0.1\t 10.0.0.2 ;", "range 10.0.0.1 10.0.0.2;\n"),
        ("option routers 10.0.0.1 ,10.0.0.2;", "option routers 10.0.0.1, 10.0.0.2;\n"),
        ("key k{secret aa==;};x;", "key k {\n  secret aa==;\n}\nx;\n"),
        ('class"a"{}', 'class "a" {\n}\n'),
        ('option x"a\\tb" ;', 'option x "a\\tb";\n'),
        ("option a code 250={text,ip-address};", "option a code 250 = { text, ip-address };\n"),
        ("option a . b 1;", "option a . b 1;\n"),
        ("option a 2001:db8::1 , ::2;", "option a 2001:db8::1, ::2;\n"),
        ("set1=10;", "set1 = 10;\n"),
        ('log( info,concat ("a" , 1 :2));', 'log(info, concat("a", 1:2));\n'),
        (
            "if known{a;}elsif static{b;}else{c;}",
            "if known {\n  a;\n} elsif static {\n  b;\n} else {\n  c;\n}\n",
        ),
        ("if known{}else if not(static){}", "if known {\n} else if not (static) {\n}\n"),
        (
            'if option a!="b"and(known or option c~="d"or e ~ ~ f){}',
            'if option a != "b" and (known or option c ~= "d" or e ~~ f) {\n}\n',
        ),
        (
            'switch(hardware){case"x" :a;b;default :c;}',
            'switch (hardware) {\n  case "x":\n    a;\n    b;\n  default:\n    c;\n}\n',
        ),
        ("IF Known { X; }", "IF Known {\n  X;\n}\n"),
        ("a;\r\n\r\nb;\r\n", "a;\n\nb;\n"),
        ("", ""),
    ],
)
def test_one_statement_a_line(written: str, canonical: str) -> None:
    assert printed(written) == canonical


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("\n\n# a\n\n\n\n#b  \n", "# a\n\n#b\n"),
        ("a;# x\n# y\nb;", "a; # x\n# y\nb;\n"),
        ("a;\n\n\n# y\n\nb;\n# end", "a;\n\n# y\n\nb;\n# end\n"),
        (
            "group { # x\n\n # y\n a;\n\n # z\n\n} # end",
            "group { # x\n  # y\n  a;\n\n  # z\n} # end\n",
        ),
        ("group # x\n{ # y\n}", "group { # x\n  # y\n}\n"),
        ("group # x\n{ a; }", "group { # x\n  a;\n}\n"),
        ("a 1 # x\n;", "a 1; # x\n"),
        ("a 1\n# x\n; # y\n", "a 1;\n# x\n# y\n"),
        ("option a # x\n # y\n1, # z\n2;", "option a # x\n    # y\n    1, # z\n    2;\n"),
        (
            "if known { } # x\n# y\nelse # z\n{ }",
            "if known {\n} # x\n# y\nelse { # z\n}\n",
        ),
        ("key k { } # x\n; # y\n", "key k {\n} # x\n# y\n"),
        (
            "switch (a) {\n# x\ncase known: # y\n# z\na;\n# u\n}",
            "switch (a) {\n  # x\n  case known: # y\n    # z\n    a;\n    # u\n}\n",
        ),
        ("# caf\xe9\n", "# caf\xe9\n"),
    ],
)
def test_comments_and_blank_lines_stay(written: str, canonical: str) -> None:
    assert printed(written) == canonical


def test_a_long_statement_goes_on_behind_a_comma() -> None:
    text = printed("group { option routers " + ", ".join(["10.100.100.100"] * 12) + "; }")
    assert text == (
        "group {\n"
        "  option routers 10.100.100.100, 10.100.100.100, 10.100.100.100, 10.100.100.100,\n"
        "      10.100.100.100, 10.100.100.100, 10.100.100.100, 10.100.100.100,\n"
        "      10.100.100.100, 10.100.100.100, 10.100.100.100, 10.100.100.100;\n"
        "}\n"
    )


def test_a_long_condition_goes_on_before_its_operators() -> None:
    x, y = "x" * 30, "y" * 30
    text = printed(f'if option a = "{x}" and option b = "{y}" {{ }}')
    assert text == f'if option a = "{x}"\n    and option b = "{y}" {{\n}}\n'


def test_a_long_string_is_not_broken() -> None:
    text = f'option a "{"x y, " * 30}";\n'
    assert printed(text) == text


def test_included_files_are_not_looked_into() -> None:
    once = print_file(parse('include  "a" ;', {"a": "host   x{}"}))
    assert once == b'include "a";\n'
