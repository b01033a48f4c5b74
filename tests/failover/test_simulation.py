"""Random lives of a pair: no address is held twice, and the pair always finds back to normal."""

import pytest

from tests.failover.simulation import Simulation


@pytest.mark.parametrize("seed", range(12))
def test_a_random_life(seed: int) -> None:
    simulation = Simulation(seed)
    simulation.run(150)
    simulation.calm_down()
    assert simulation.grants > 10
    # Both know the same of every lease.
    primary, secondary = simulation.pair.nodes
    assert primary.store.counts(0).by_queue == secondary.store.counts(0).by_queue
