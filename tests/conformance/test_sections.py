"""Every part of the DHCPv4 server is shown by scenarios that are there."""

from conformance.__main__ import scenario_files
from conformance.sections import SECTIONS, without_scenarios

LEAST_SCENARIOS = 120


def test_every_section_has_scenarios_that_exist() -> None:
    assert without_scenarios(frozenset(scenario_files())) == []


def test_a_section_that_names_nobody_is_found() -> None:
    assert "DISCOVER" in without_scenarios(frozenset({"refusals"}))


def test_there_are_enough_scenarios() -> None:
    assert len(scenario_files()) >= LEAST_SCENARIOS
    assert len(SECTIONS) > 50
