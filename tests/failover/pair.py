"""Two servers in one process, joined by a network that delivers, delays or cuts."""

from pydhcpd.core.turn import LinkAction, LinkDial, LinkSend
from tests.failover.side import Side, configuration_text, restarted, side_of

START_US = 1_795_333_775_000_000
ADDRESSES = ("10.13.37.5", "10.13.37.60")


class Pair:
    """`is_cut`: nothing passes any more, and neither side is told."""

    def __init__(self, settings: str = "", pool: str = "", mclt: int = 30) -> None:
        self.now_us = START_US
        self.settings = settings
        self.pool = pool or "range 10.13.37.200 10.13.37.209;"
        self.mclt = mclt
        self.is_cut = False
        self.links: dict[tuple[int, int], tuple[int, int]] = {}
        self.next_link = 0
        self.nodes = [self._make(True), self._make(False)]
        for number in (0, 1):
            self.start(number)

    @property
    def primary(self) -> Side:
        return self.nodes[0]

    @property
    def secondary(self) -> Side:
        return self.nodes[1]

    @property
    def states(self) -> tuple[int, int]:
        return self.primary.peer.my_state, self.secondary.peer.my_state

    def _make(self, is_primary: bool) -> Side:
        text = configuration_text(is_primary, self.settings, pool=self.pool, mclt=self.mclt)
        return side_of(text, self.now_us, ADDRESSES[0 if is_primary else 1])

    def start(self, number: int) -> None:
        self.nodes[number].now_us = self.now_us
        self.nodes[number].start()
        self.settle()

    def settle(self) -> None:
        """Let everything that is under way arrive."""
        for _ in range(100_000):
            number = 0 if self.nodes[0].actions else 1
            node = self.nodes[number]
            if not node.actions:
                return
            self._carry_out(number, node.actions.popleft())
        raise AssertionError("the pair never falls silent")

    def _carry_out(self, number: int, action: LinkAction) -> None:
        node, other = self.nodes[number], self.nodes[1 - number]
        if isinstance(action, LinkDial):
            if self.is_cut:
                node.dial_failed()
                return
            if not other.is_running:
                node.dial_refused()
                return
            self.next_link += 2
            mine, theirs = self.next_link, self.next_link + 1
            self.links[number, mine] = (1 - number, theirs)
            self.links[1 - number, theirs] = (number, mine)
            node.dialled(mine, ADDRESSES[1 - number])
            other.accepted(theirs, ADDRESSES[number])
        elif isinstance(action, LinkSend):
            end = self.links.get((number, action.link))
            if end is not None and not self.is_cut:
                other.received(end[1], action.payload)
        else:
            end = self.links.pop((number, action.link), None)
            if end is not None:
                self.links.pop(end, None)
                if not self.is_cut:
                    other.lost(end[1])

    def wait(self, seconds: float) -> None:
        """Let time pass for both, whoever's timer is first."""
        target_us = self.now_us + int(seconds * 1_000_000)
        while True:
            due = [
                (due_us, number)
                for number, node in enumerate(self.nodes)
                if node.is_running and (due_us := node.server.next_timer_us()) is not None
            ]
            if not due or min(due)[0] > target_us:
                break
            due_us, number = min(due)
            self.set_clock(max(self.now_us, due_us))
            self.nodes[number].wait_until(self.now_us)
            self.settle()
        self.set_clock(target_us)

    def set_clock(self, now_us: int) -> None:
        self.now_us = now_us
        for node in self.nodes:
            node.now_us = now_us

    def packet(self, payload: bytes, source: str = "0.0.0.0") -> list[bytes]:
        """A client's broadcast; the replies, the primary's first."""
        replies: list[bytes] = []
        for node in self.nodes:
            if node.is_running:
                before = len(node.replies)
                node.packet(payload, source)
                replies += node.replies[before:]
        self.settle()
        return replies

    def kill(self, number: int) -> None:
        """The process dies; the other's kernel is told."""
        for link in self._end(number):
            self.nodes[1 - number].lost(link)
        self.settle()

    def kill_unheard(self, number: int) -> None:
        """The process has died while nothing passed; now the other's packets are answered with a
        reset."""
        for link in self._end(number):
            self.nodes[1 - number].broken(link)
        self.settle()

    def _end(self, number: int) -> list[int]:
        """The process dies; the links that the other has with it."""
        node = self.nodes[number]
        node.is_running = False
        node.actions.clear()
        lost: list[int] = []
        for end in [one for one in self.links if one[0] == number]:
            far = self.links.pop(end)
            self.links.pop(far, None)
            lost.append(far[1])
        return lost

    def restart(self, number: int) -> None:
        """A new process over the same leases file."""
        self.nodes[number] = restarted(self.nodes[number], self.now_us)
        self.start(number)

    def cut(self) -> None:
        """The network between the two fails silently."""
        self.is_cut = True

    def heal(self) -> None:
        """It works again; connections that were lost meanwhile stay lost."""
        self.is_cut = False
