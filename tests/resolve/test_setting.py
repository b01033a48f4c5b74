"""Statements about the server as a whole."""

from tests.resolve.reading import messages_of


def test_ldap_is_refused_by_name() -> None:
    assert messages_of('if known { ldap-method dynamic; }\nldap-server "x";')[::3] == [
        "c.conf line 1: ldap-method: configurations in LDAP are not supported.",
        "c.conf line 2: ldap-server: configurations in LDAP are not supported.",
    ]
    # A variable, as for a dhcpd that was built without LDAP.
    assert messages_of("ldap-server;") == []


def test_nobody_is_authoritative_for_a_host() -> None:
    for statement in ("authoritative", "not authoritative"):
        assert messages_of(f"host h {{ {statement}; }}")[0] == (
            "c.conf line 1: authority makes no sense here."
        )
