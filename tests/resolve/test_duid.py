"""`server-duid`: the bytes that dhcpd 4.4.3-P1 wrote into its leases file, and its refusals."""

import pytest

from pydhcpd.model.configuration import DUID_LL, DUID_LLT
from tests.resolve.reading import configuration_of, messages_of


@pytest.mark.parametrize(
    ("words", "duid"),
    [
        ("ll ethernet 02:03:04:05:06:07", "00030001020304050607"),
        ("ll fddi 2:3:4", "00030008020304"),
        ("llt ethernet 12345 02:03:04:05:06:07", "0001000100003039020304050607"),
        ("llt token-ring 4294967295 aa", "00010006ffffffffaa"),
        ("llt ethernet 4294967296 02:03", "00010001000000000203"),
        ('en 2495 "abcdefg"', "0002000009bf61626364656667"),
        ('en 2495 ""', "0002000009bf"),
        ('1234 "raw"', "04d2726177"),
        ('70000 "a"', "117061"),
    ],
)
def test_the_duid(words: str, duid: str) -> None:
    configuration = configuration_of(f"server-duid {words};")
    assert configuration.server_duid == bytes.fromhex(duid)
    # The last one counts, wherever it is written.
    text = f'server-duid en 1 "x"; group {{ server-duid {words}; }}'
    assert configuration_of(text).server_duid == bytes.fromhex(duid)


def test_only_a_type() -> None:
    for text, duid_type in (("", DUID_LLT), ("server-duid llt;", DUID_LLT)):
        configuration = configuration_of(text)
        assert (configuration.server_duid, configuration.server_duid_type) == (None, duid_type)
    configuration = configuration_of('server-duid en 1 "x"; server-duid LL;')
    assert (configuration.server_duid, configuration.server_duid_type) == (None, DUID_LL)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ('"abc"', "DUID type of LLT, EN, or LL expected"),
        ('0x10 "a"', "DUID type of LLT, EN, or LL expected"),
        ("en", "enterprise number expected"),
        ('en abc "x"', "enterprise number expected"),
        ("en 2495 01:02:03", "identifier expected"),
        ("en 2495 abc", "identifier expected"),
        ('en 2495 "a" "b"', "semicolon expected"),
        ("1234 01:ff", "identifier expected"),
        ("7", "identifier expected"),
        ("ll 6 01:02", "hardware type expected"),
        ("ll infiniband 80:00:00", "hardware type expected"),
        ("ll ethernet", "expecting hexadecimal number."),
        ("ll ethernet 300:1", "300 exceeds max (255) for precision."),
        ("ll ethernet 02:03:04 05", "semicolon expected"),
        ("llt ethernet", "timestamp expected"),
        ("llt ethernet x 02:03", "timestamp expected"),
        ("llt ethernet 12345", "expecting hexadecimal number."),
    ],
)
def test_refusals(words: str, text: str) -> None:
    assert messages_of(f"server-duid {words};")[0] == f"c.conf line 1: {text}"
