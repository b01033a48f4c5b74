"""Scopes: what encloses what."""

from pydhcpd.model.scope import Scope
from tests.resolve.reading import configuration_of


def test_the_chain_goes_from_the_outermost_inwards() -> None:
    outer = Scope((), None)
    inner = Scope((), Scope((), outer))
    assert inner.chain() == (outer, inner.parent, inner)


def test_a_scope_is_constant_when_its_own_statements_are() -> None:
    configuration = configuration_of(
        "if known { default-lease-time 5; }"
        'subnet 10.0.0.0 netmask 255.0.0.0 { option domain-name "d"; range 10.0.0.1; }'
    )
    (subnet,) = configuration.subnets
    assert subnet.scope.is_constant
    assert not configuration.scope.is_constant
