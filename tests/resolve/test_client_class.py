"""Classes and subclasses."""

from pydhcpd.expression.context import Context
from tests.resolve.reading import configuration_of, execute, messages_of


def test_a_class_may_have_a_test_and_a_key() -> None:
    configuration = configuration_of(
        'class "a" { match if known; match hardware; lease limit 3; }'
        'class "b" { spawn with option agent.circuit-id; }'
    )
    first, second = configuration.classes
    context = Context({}, {"agent": {1: b"port"}}, b"\1\2")
    context.is_known = True
    assert first.match_if is not None
    assert first.match_if.test(context) is True
    assert first.submatch is not None
    assert first.submatch.data(context) == b"\1\2"
    assert (first.is_spawning, first.lease_limit) == (False, 3)
    assert second.submatch is not None
    assert second.submatch.data(context) == b"port"
    assert (second.is_spawning, second.lease_limit) == (True, 0)


def test_subclasses_inherit_the_limit_and_have_scopes_below_their_class() -> None:
    configuration = configuration_of(
        'class "a" { match hardware; lease limit 2; filename "a"; server-name "a"; }'
        'subclass "a" 1:ff; subclass "a" "x" { lease limit 5; filename "x"; }'
    )
    (client_class,) = configuration.classes
    plain, own = client_class.subclasses[b"\1\xff"], client_class.subclasses[b"x"]
    assert (plain.lease_limit, own.lease_limit) == (2, 5)
    assert execute(plain.scope).server == {15: b"a", 16: b"a"}
    assert execute(own.scope).server == {15: b"x", 16: b"a"}


def test_repeating_a_class_reopens_it() -> None:
    configuration = configuration_of(
        'class "a" { filename "1"; } class "b" { } class "a" { match hardware; filename "2"; }'
    )
    first, second = configuration.classes
    assert (first.name, second.name) == ("a", "b")
    assert first.submatch is not None
    assert execute(first.scope).server == {15: b"2"}


def test_the_last_test_of_a_reopened_class_counts() -> None:
    """Observed with dhcpd 4.4.3-P1; within one declaration there is one test of each kind."""
    configuration = configuration_of(
        'class "a" { match if known; spawn with "s"; } class "a" { match if static; match "m"; }'
    )
    (client_class,) = configuration.classes
    context = Context({}, {}, b"")
    context.is_known = True
    assert client_class.match_if is not None
    assert client_class.match_if.test(context) is False
    assert client_class.submatch is not None
    assert client_class.submatch.data(context) == b"m"
    assert client_class.is_spawning  # for good
    message = "c.conf line 1: can't override existing submatch/spawn."
    assert messages_of('class "a" { } class "a" { match "m"; spawn with "s"; }')[0] == message


def test_a_vendor_class_is_a_subclass_keyed_by_its_name() -> None:
    configuration = configuration_of(
        'class "SUN" { match option vendor-class-identifier; } vendor-class "SUN" { min-secs 3; }'
    )
    subclass = configuration.classes[0].subclasses[b"SUN"]
    state = execute(subclass.scope)
    assert (state.dhcp, state.server) == ({60: b"SUN"}, {14: b"\3"})
