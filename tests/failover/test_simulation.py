"""Lives of a pair: no address is held twice, no promise is forgotten by both, all comes back.

Hours are counted by the world's clock, from the start of a life to the end of its checks, and
summed over the seeds; most of them pass in lives of a slow pace, with lease times of days.
"""

from collections import Counter

import pytest

from tests.failover.simulation import TROUBLES, hours_of, simulate

SEEDS = range(36)
# Of all lives together, in hours and in kinds of trouble; the last test looks at it.
LIVED: dict[int, float] = {}
SEEN: Counter[str] = Counter()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_life_from_a_seed(seed: int) -> None:
    simulation = simulate(seed, hours_of(seed))
    LIVED[seed] = simulation.hours
    SEEN.update(simulation.figures)
    # Otherwise nothing was tested.
    assert simulation.ledger.acks > simulation.settings.clients


def test_all_lives_together_last_long_and_see_everything() -> None:
    if len(LIVED) < len(SEEDS):
        pytest.skip("not all lives were simulated in this run")
    assert sum(LIVED.values()) > 10_000
    assert set(TROUBLES) | {"partner-down"} <= set(SEEN)
