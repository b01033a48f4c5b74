"""Keys and zones."""

from pydhcpd.model.key import Key, Zone
from tests.resolve.reading import configuration_of, messages_of, resolve

KEY = "key k.example { algorithm HMAC-MD5.SIG-ALG.REG.INT; secret pRP5Fap+oJ95/EL06sv4PQ==; };"


def test_a_key_has_its_algorithm_and_secret() -> None:
    assert configuration_of(KEY).keys == {
        "k.example": Key("k.example", "hmac-md5", bytes.fromhex("a513f915aa7ea09f79fc42f4eacbf83d"))
    }


def test_a_key_of_an_unknown_algorithm_is_dropped_with_a_line() -> None:
    text = 'key "k" { algorithm foo; secret "aaaa"; }'
    assert messages_of(text) == ["Unable to create tsec structure for k"]
    assert configuration_of(text).keys == {}


def test_an_incomplete_key_is_a_located_problem() -> None:
    assert messages_of("key k { secret aaaa; }")[0] == "c.conf line 1: key k: no algorithm"


def test_a_zone_has_servers_and_a_key() -> None:
    configuration = configuration_of(
        f"{KEY} zone example.org. {{ primary 10.0.0.1, ns.example.org; secondary6 2001:db8::1;"
        "key k.example; }"
    )
    assert configuration.zones == {
        "example.org.": Zone(
            "example.org.", ("10.0.0.1", "ns.example.org"), ("2001:db8::1",), "k.example"
        )
    }


def test_two_keys_for_a_zone_are_fatal() -> None:
    resolution = resolve(f"{KEY} zone a. {{ key k.example; key k.example; }}")
    assert resolution.fatal == "Multiple key definitions for zone a.."


def test_the_key_of_omapi_must_exist() -> None:
    assert resolve("omapi-key k;").fatal == "OMAPI key k: not found"
    assert resolve(f"{KEY} omapi-key k.example;").fatal is None
