"""The form of a located message: dhcpd's text and line, the whole source line, the caret."""

from tests.config.reading import parse
from tests.resolve.reading import messages_of


def test_the_whole_line_is_quoted_and_the_caret_points_at_the_token() -> None:
    assert messages_of('option domain-name = "a" "b"; # why\n') == [
        "c.conf line 1: semicolon expected.",
        'option domain-name = "a" "b"; # why',
        " " * 25 + "^",
    ]


def test_tabs_widen_the_caret_line_to_the_next_multiple_of_eight() -> None:
    assert messages_of("\tdefault-lease-time\t600\tx;\n") == [
        "c.conf line 1: semicolon expected.",
        "\tdefault-lease-time\t600\tx;",
        " " * 40 + "^",
    ]


def test_a_missing_semicolon_is_reported_where_the_next_word_stands() -> None:
    assert messages_of("default-lease-time 600\nmax-lease-time 7200;\n")[:1] == [
        "c.conf line 2: semicolon expected."
    ]


def test_a_token_only_looked_at_is_reported_on_the_line_before_it() -> None:
    assert messages_of("authoritative;\n}\n") == [
        "c.conf line 1: expecting a parameter or declaration",
        "authoritative;",
        " " * 13 + "^",
    ]


def test_before_the_first_token_the_line_is_zero() -> None:
    assert messages_of("# nothing\n  @\n") == [
        "c.conf line 0: expecting a parameter or declaration",
        "  @",
        "  ^",
    ]


def test_the_end_of_the_file_is_reported_on_the_last_line_with_text() -> None:
    assert messages_of('option domain-name "x"\n\n# foo\n\n')[0] == (
        "c.conf line 1: semicolon expected."
    )


def test_an_error_in_an_included_file_names_both_files() -> None:
    lines = messages_of('include "inc1";\n', {"inc1": "# one\nzork zork;\n"})
    assert lines[0] == "inc1 line 2: semicolon expected."
    assert lines[3] == "c.conf line 1: inc1: bad parse."


def test_each_mistake_is_reported_once_and_reading_goes_on() -> None:
    text = "foo bar;\ndefault-lease-time x;\nhost a { hardware ethernet gg; }\nfilename ;\n"
    assert messages_of(text)[::3] == [
        "c.conf line 1: semicolon expected.",
        "c.conf line 2: Bogus number x: digit 33 not in base 10",
        "c.conf line 3: expecting numeric value.",
        "c.conf line 4: semicolon expected.",
    ]


def test_a_mistake_skips_the_body_of_its_statement() -> None:
    tree = parse("if known foo { bar baz; } authoritative;")
    assert len(tree.statements) == 2
    assert len(messages_of("if known foo { bar baz; } authoritative;")) == 3
