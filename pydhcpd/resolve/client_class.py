"""Tests of classes (dhcpd.conf(5) CLIENT CLASSING): `match if`, `match`, `spawn with`."""

from pydhcpd.config import ast
from pydhcpd.config.problem import Refusal, problem_at
from pydhcpd.resolve.draft import Draft
from pydhcpd.resolve.expression import resolve_boolean, resolve_data
from pydhcpd.resolve.option import check_semicolon
from pydhcpd.resolve.place import Place


def read_match(node: ast.Match, draft: Draft, place: Place) -> None:
    """The test of a class."""
    client_class = place.client_class
    assert client_class is not None, "subclasses have no tests"
    if node.is_test:
        if "match if" in client_class.tests:
            text = "A class may only have one 'match if' clause."
            raise Refusal(problem_at(node.token, text))
        client_class.tests.add("match if")
        client_class.match_if = resolve_boolean(node.value, draft, "expecting boolean expr.")
    else:
        if "match" in client_class.tests:
            text = "can't override existing submatch/spawn."
            raise Refusal(problem_at(node.token, text))
        client_class.tests.add("match")
        client_class.submatch = resolve_data(node.value, draft, "expecting data expr.")
        client_class.is_spawning = client_class.is_spawning or node.is_spawning
    check_semicolon(node)
