"""Which declared subnets overlap a new one, without looking at each of them."""

from bisect import bisect_left, bisect_right
from typing import final

Net = tuple[int, int]


@final
class SubnetIndex:
    """Declared subnets by mask and by address."""

    __slots__ = ("_addresses", "_by_mask", "_order")

    def __init__(self) -> None:
        self._by_mask: dict[int, set[int]] = {}
        self._addresses: list[int] = []
        self._order: dict[Net, int] = {}

    def overlaps(self, address: int, mask: int) -> tuple[list[Net], Net | None]:
        """The narrower subnets inside, as declared, and the narrowest that is not narrower."""
        last = address | ~mask & 0xFFFFFFFF
        start = bisect_left(self._addresses, address)
        end = bisect_right(self._addresses, last)
        inside: set[Net] = set()
        for other in self._addresses[start:end]:
            for narrower, addresses in self._by_mask.items():
                if narrower > mask and other in addresses:
                    inside.add((other, narrower))
        ordered = sorted(inside, key=self._order.__getitem__)
        for other_mask in sorted(self._by_mask, reverse=True):
            if other_mask <= mask and address & other_mask in self._by_mask[other_mask]:
                return ordered, (address & other_mask, other_mask)
        return ordered, None

    def add(self, address: int, mask: int) -> None:
        """Add a subnet."""
        self._by_mask.setdefault(mask, set()).add(address)
        self._addresses.insert(bisect_right(self._addresses, address), address)
        self._order.setdefault((address, mask), len(self._order))
