"""The log lines of the DHCPv4 server: all are seen in some scenario or produced in some test."""

import re
from pathlib import Path

import pytest

from conformance.lines import ELSEWHERE, LINES, pattern_of, unseen

ROOT = Path(__file__).parents[2]


def test_a_line_is_seen_with_whatever_varies() -> None:
    log = "DHCPACK on 10.0.0.5 to 02:00:00:00:01:01 (a name) via 10.9.0.254\nother"
    assert "DHCPACK on <ip> to <hw> <host>via <via>" not in unseen([log])
    assert "DHCPNAK on <ip> to <hw> via <via>" in unseen([log])


def test_no_more_than_the_whole_line_counts() -> None:
    pattern = pattern_of("DHCPNAK on <ip> to <hw> via <via>")
    line = "DHCPNAK on 10.0.0.5 to 02:00:00:00:01:01 via v4s0"
    assert re.fullmatch(pattern, line)
    assert not re.fullmatch(pattern, f"{line}: why")


def test_every_line_is_there_once() -> None:
    assert len(set(LINES)) == len(LINES)
    assert set(ELSEWHERE) <= set(LINES)


@pytest.mark.parametrize("line", sorted(ELSEWHERE))
def test_what_no_scenario_brings_about_is_produced_elsewhere(line: str) -> None:
    place = ROOT / ELSEWHERE[line]
    words = max(re.split(r"<\w+>", line), key=len).strip(": ")
    if place.suffix == ".py":
        assert words in place.read_text(encoding="utf-8")
    else:
        assert place.exists()
