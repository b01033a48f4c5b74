"""What counts as a promise that a leases file keeps."""

from pathlib import Path

import pytest

from conformance.crash.leases import broken_promises, read_leases_file
from conformance.crash.witness import Promise

# 2026/11/28 06:00:00 UTC
ENDS = 1_795_845_600
RECORD = """lease 10.0.0.1 {{
  starts 6 2026/11/28 05:00:00;
  ends {};
  binding state {};
  next binding state free;
  hardware ethernet {};
  on expiry {{
    log (info, "over");
  }}
}}
"""
KEPT = RECORD.format("6 2026/11/28 06:00:00", "active", "02:00:00:00:00:01")


def why_broken(path: Path, text: str) -> list[str]:
    path.write_text(text)
    promise = Promise("10.0.0.1", "02:00:00:00:00:01", ENDS)
    return [line.rpartition(": ")[2] for line in broken_promises([promise], read_leases_file(path))]


@pytest.mark.parametrize(
    ("ends", "state", "hardware", "why"),
    [
        ("6 2026/11/28 06:00:00", "active", "02:00:00:00:00:01", []),
        ("6 2026/11/28 06:00:09", "active", "02:00:00:00:00:01", []),
        ("6 2026/11/28 05:59:59", "active", "02:00:00:00:00:01", ["ends earlier"]),
        ("6 2026/11/28 06:00:00", "free", "02:00:00:00:00:01", ["not active"]),
        ("6 2026/11/28 06:00:00", "active", "02:00:00:00:00:02", ["another client's"]),
    ],
)
def test_the_last_record_decides(
    tmp_path: Path, ends: str, state: str, hardware: str, why: list[str]
) -> None:
    last = RECORD.format(ends, state, hardware)
    assert why_broken(tmp_path / "leases", KEPT + last) == why


def test_a_torn_record_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "leases"
    assert why_broken(path, "# nothing\n" + KEPT[:-1]) == ["no record"]
    assert read_leases_file(path).is_torn
    assert why_broken(path, KEPT + KEPT[: KEPT.index("  binding")]) == []
    assert read_leases_file(path).is_torn
    assert why_broken(path, KEPT + 'server-duid "x";\n\n') == []
    assert not read_leases_file(path).is_torn
