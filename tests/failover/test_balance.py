"""Load balancing: buckets as real servers logged them, split and hba."""

import pytest

from pydhcpd.failover.balance import bucket_of, hba_of_split, is_primarys


@pytest.mark.parametrize(
    ("key", "bucket"),
    [
        ("020000000001", 133),
        ("020000000002", 45),
        ("020000000003", 182),
        ("020000000004", 150),
        ("020000000005", 13),
        ("020000000006", 166),
        ("020000000007", 26),
        ("020000000008", 62),
        ("020000000009", 79),
        ("01020000000001", 14),
        ("01020000000003", 222),
        ("01020000000005", 242),
    ],
)
def test_buckets(key: str, bucket: int) -> None:
    assert bucket_of(bytes.fromhex(key)) == bucket
    assert is_primarys(hba_of_split(128), bytes.fromhex(key)) == (bucket < 128)


@pytest.mark.parametrize(
    ("split", "hba"),
    [
        (0, "00" * 32),
        (1, "01" + "00" * 31),
        (128, "ff" * 16 + "00" * 16),
        (130, "ff" * 16 + "03" + "00" * 15),
        (256, "ff" * 32),
    ],
)
def test_split_sets_the_first_buckets(split: int, hba: str) -> None:
    assert hba_of_split(split).hex() == hba
