"""The shape of statements: nodes, positions, keywords as names, included files."""

import pytest

from pydhcpd.config import ast
from pydhcpd.config.token import MISSING
from tests.config.reading import only_statement, parse


def words_of(statement: ast.Statement) -> list[str]:
    """The texts of a plain statement's words."""
    assert isinstance(statement, ast.Plain | ast.OptionValue)
    return [token.text for token in statement.words.tokens()]


def test_a_plain_statement_is_a_keyword_and_its_words() -> None:
    statement = only_statement("range 10.0.0.1 10.0.0.9;")
    assert statement.token.text == "range"
    assert " ".join(words_of(statement)) == "10 . 0 . 0 . 1 10 . 0 . 0 . 9"
    assert statement.end.kind == ";"


def test_a_body_holds_statements_and_comments_are_nowhere() -> None:
    statement = only_statement("subnet 1.2.3.0 # {\n netmask 5 {\n a; # }\n b c;\n}")
    assert isinstance(statement, ast.Plain)
    assert statement.body is not None
    assert [inner.token.text for inner in statement.body.statements] == ["a", "b"]
    assert words_of(statement)[-2:] == ["netmask", "5"]


def test_every_node_has_file_line_and_column() -> None:
    tree = parse('group {\n  if option foo =\n    "x" { a; }\n}\n')
    (group,) = tree.statements
    assert isinstance(group, ast.Plain)
    assert group.body is not None
    (conditional,) = group.body.statements
    assert isinstance(conditional, ast.Conditional)
    comparison = conditional.branches[0].condition
    assert isinstance(comparison, ast.Binary)
    places = [
        (node.file, node.line, node.column)
        for node in (group, conditional, comparison.left, comparison, comparison.right)
    ]
    assert places == [
        ("c.conf", 1, 1),
        ("c.conf", 2, 3),
        ("c.conf", 2, 6),
        ("c.conf", 2, 17),
        ("c.conf", 3, 5),
    ]


def test_keywords_are_words_where_the_grammar_does_not_ask_for_them() -> None:
    statement = only_statement("option host.if include;")
    assert isinstance(statement, ast.OptionValue)
    assert statement.name.space is not None
    assert (statement.name.space.text, statement.name.name.text) == ("host", "if")
    assert words_of(statement) == ["include"]


def test_keywords_come_in_any_case() -> None:
    assert isinstance(only_statement("IF Known { } ELSE { }"), ast.Conditional)


def test_an_option_definition_keeps_its_braces() -> None:
    statement = only_statement("option foo code 250 = { text, ip-address };")
    assert isinstance(statement, ast.OptionDefinition)
    assert [token.text for token in statement.words.tokens()] == (
        ["250", "=", "{", "text", ",", "ip-address", "}"]
    )


def test_default_is_a_statement_or_a_label() -> None:
    assert isinstance(only_statement("default host-name = lcase(option host-name);"), ast.Statement)
    switch = only_statement('switch (option host-name) { case "a": subnet; default : subnet; }')
    assert isinstance(switch, ast.Switch)
    kinds = [type(statement) for statement in switch.body.statements]
    assert kinds == [ast.Case, ast.Plain, ast.Case, ast.Plain]


def test_elsif_may_be_written_in_two_words() -> None:
    conditional = only_statement("if known { } elsif static { } else if known { } else { a; }")
    assert isinstance(conditional, ast.Conditional)
    assert len(conditional.branches) == 3
    assert conditional.otherwise is not None


def test_a_semicolon_may_follow_a_key_and_nothing_else() -> None:
    assert len(parse("key k { algorithm hmac-md5; secret aaaa==; };").statements) == 1
    kinds = [type(statement) for statement in parse("host a { };").statements]
    assert kinds == [ast.Plain, ast.Mistake]


def test_a_parenthesis_behind_if_belongs_to_the_statement() -> None:
    assert isinstance(only_statement("if ((known)) { }"), ast.Conditional)
    end = only_statement("if (known) or static { }").end
    assert (end.kind, end.text) == (MISSING, "left brace expected.")


def test_bare_base64_may_hold_equal_signs() -> None:
    statement = only_statement("secret pRP5Fap+oJ95/EL06sv4PQ==;")
    assert "".join(words_of(statement)) == "pRP5Fap+oJ95/EL06sv4PQ=="


def test_missing_ends_leave_the_statement_and_what_stands_there() -> None:
    statement = only_statement("group { host a { b }")
    assert isinstance(statement, ast.Plain)
    assert statement.end.kind == "end"
    assert statement.body is not None
    (host,) = statement.body.statements
    assert isinstance(host, ast.Plain)
    assert host.body is not None
    assert host.body.statements[0].end.kind == "}"


def test_included_files_are_part_of_the_tree() -> None:
    statement = parse('group { include "a"; }', {"a": 'include "b"; x;', "b": "y;"}).statements[0]
    assert isinstance(statement, ast.Plain)
    assert statement.body is not None
    (include,) = statement.body.statements
    assert isinstance(include, ast.Include)
    assert include.content is not None
    inner, x = include.content.statements
    assert isinstance(inner, ast.Include)
    assert inner.content is not None
    assert (x.file, inner.content.statements[0].file) == ("a", "b")


def test_an_include_loop_is_not_followed() -> None:
    include = parse('include "a";', {"a": 'include "a";'}).statements[0]
    assert isinstance(include, ast.Include)
    assert include.content is not None
    (inner,) = include.content.statements
    assert isinstance(inner, ast.Include)
    assert (inner.content, inner.failure) == (None, None)


@pytest.mark.parametrize("opening", ["group {", "if known {", "option x = (", "log(info, "])
def test_nesting_of_any_depth_is_parsed(opening: str) -> None:
    assert len(parse(opening * 3000).statements) == 1


def test_no_failover_peer_takes_no_semicolon() -> None:
    text = "pool { no failover peer range 10.0.0.1; no failover peer }"
    pool = parse(text).statements[0]
    assert isinstance(pool, ast.Plain)
    assert pool.body is not None
    kinds = [statement.token.word for statement in pool.body.statements]
    assert kinds == ["no", "range", "no"]
