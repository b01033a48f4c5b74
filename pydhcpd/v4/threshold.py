"""`log-threshold-high` and `-low`: one line when a pool fills up, one when it empties again."""

from pydhcpd.core.log import ERR
from pydhcpd.core.turn import Turn
from pydhcpd.model.network import Pool
from pydhcpd.v4 import loglines
from pydhcpd.v4.parameters import Parameters
from pydhcpd.v4.service import Service


def check_threshold(
    service: Service, pool: Pool, address: int, parameters: Parameters, turn: Turn
) -> None:
    """After an ACK: integer arithmetic as in dhcpd, so 30 % of 3 is 0 and fires at once."""
    high = parameters.log_threshold_high
    if not 0 < high <= 100:
        return
    counts = service.store.counts(pool.index)
    used = counts.total - counts.free - counts.backup
    network = service.configuration.shared_networks[pool.network].name
    exceeded = service.exceeded_pools
    low = parameters.log_threshold_low
    if pool.index in exceeded:
        if used <= counts.total * low // 100:
            exceeded.discard(pool.index)
            turn.log.append((ERR, loglines.threshold_reset(network, address, used, counts.total)))
        return
    if used >= counts.total * high // 100:
        if low < high:
            exceeded.add(pool.index)
        line = loglines.threshold_exceeded(network, address, high, used, counts.total)
        turn.log.append((ERR, line))
