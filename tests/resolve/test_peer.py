"""Failover peers."""

from pydhcpd.model.peer import FailoverPeer
from pydhcpd.resolve.sanity import check_peers
from tests.resolve.reading import configuration_of, messages_of

POOL = 'subnet 10.0.0.0 netmask 255.255.255.0 { pool { failover peer "f"; range 10.0.0.1; } }'
PRIMARY = (
    'failover peer "f" { primary; address 10.0.0.1; port 519; peer address 10.0.0.2;'
    "peer port 520; max-response-delay 60; max-unacked-updates 10; mclt 3600; split 128;"
    "load balance max seconds 3; }"
)


def test_a_primary() -> None:
    configuration = configuration_of(PRIMARY + POOL)
    assert configuration.peers["f"] == FailoverPeer(
        name="f",
        is_primary=True,
        address="10.0.0.1",
        port=519,
        peer_address="10.0.0.2",
        peer_port=520,
        max_response_delay=60,
        max_unacked_updates=10,
        mclt=3600,
        split=128,
        hba=None,
        load_balance_max_seconds=3,
        max_lease_misbalance=15,
        max_lease_ownership=10,
        min_balance=60,
        max_balance=3600,
        auto_partner_down=0,
    )
    assert configuration.pools[0].failover_peer == "f"


def test_split_on_a_secondary_is_ignored_with_a_warning() -> None:
    text = PRIMARY.replace("primary", "secondary", 1).replace("split", "\nsplit") + POOL
    assert messages_of(text) == [
        "WARNING: c.conf line 2: secondary may not define load balance settings: split ignored."
    ]
    peer = configuration_of(text).peers["f"]
    assert (peer.is_primary, peer.split, peer.mclt) == (False, None, 3600)


def test_a_peer_without_a_role_is_primary() -> None:
    text = PRIMARY.replace("primary; ", "", 1) + POOL
    assert (messages_of(text), configuration_of(text).peers["f"].is_primary) == ([], True)
    messages = messages_of(text.replace("split 128;", ""))
    assert messages[0].endswith("primary failover server must have hba or split.")


def test_a_peer_without_pools_is_fatal() -> None:
    configuration = configuration_of(PRIMARY.replace("load balance max seconds 3;", ""))
    messages, fatal = check_peers(configuration)
    assert messages == (
        (
            3,
            "ERROR: Failover peer, f, has no referring pools. "
            "You must refer to each peer in at least one pool declaration.",
        ),
        (
            6,
            "WARNING: load balancing will be disabled for failover peer, f, "
            "because its load balance max secs is 0",
        ),
    )
    assert fatal == "Failover configuration sanity check failed"


def test_the_reference_of_a_shared_network_alone_does_not_count() -> None:
    pool = "subnet 10.0.0.0 netmask 255.255.255.0 { } pool { range 10.0.0.1; }"
    text = f'shared-network x {{ {PRIMARY} failover peer "f"; {pool} }}'
    assert check_peers(configuration_of(text))[1] is not None
    assert check_peers(configuration_of(PRIMARY + POOL)) == ((), None)


def test_an_explicit_bucket_map_has_32_octets() -> None:
    octets = ":".join(["ff"] * 16 + ["0"] * 16)
    text = PRIMARY.replace("split 128", f"hba {octets}") + POOL
    peer = configuration_of(text).peers["f"]
    assert peer.hba == b"\xff" * 16 + bytes(16)
    assert messages_of(text.replace("ff:", "", 1))[0].endswith(": too few numbers.")


def test_pools_of_different_peers_are_not_merged() -> None:
    pools = "pool { range 10.0.0.2; }"
    text = PRIMARY + POOL.replace("pool", f"{pools} pool", 1)
    assert len(configuration_of(text).pools) == 2
