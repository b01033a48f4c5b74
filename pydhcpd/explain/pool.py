"""The pools of a network as one client sees them: which entry of an access list keeps it out."""

from pydhcpd.check.pool import permit_text
from pydhcpd.explain.explanation import PoolView
from pydhcpd.model.network import Pool, range_text
from pydhcpd.v4.client import Client
from pydhcpd.v4.permit import is_permitted, matches


def pool_view(pool: Pool, client: Client, now: int) -> PoolView:
    """A pool, and why the client gets nothing there if it doesn't."""
    addresses = ", ".join([range_text(one) for one in pool.ranges])
    refusal = "" if is_permitted(pool, client, now) else _refusal(pool, client, now)
    return PoolView(addresses, pool.token, refusal)


def _refusal(pool: Pool, client: Client, now: int) -> str:
    for permit in pool.prohibits:
        if matches(permit, client, now):
            return f"deny {permit_text(permit)}"
    allowed = ", ".join([permit_text(permit) for permit in pool.permits])
    return f"allows only {allowed}"
