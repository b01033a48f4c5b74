"""Failover peers (dhcpd.conf(5) CONFIGURING FAILOVER): declaration and reference."""

from collections.abc import Callable
from typing import Final, final

from pydhcpd.config.ast import Body, Plain
from pydhcpd.config.problem import Refusal, problem_at
from pydhcpd.config.token import Token
from pydhcpd.model.peer import FailoverPeer
from pydhcpd.options.address import HostName, read_address
from pydhcpd.options.space import leading_number
from pydhcpd.options.word import ValueProblem, is_identifier
from pydhcpd.resolve.address import read_octets
from pydhcpd.resolve.draft import ERR
from pydhcpd.resolve.peerstate import read_peer_state
from pydhcpd.resolve.phrase import Phrase
from pydhcpd.resolve.place import GLOBAL, POOL, SHARED_NETWORK, Place
from pydhcpd.resolve.walk import Walk
from pydhcpd.wire.address import format_ipv4

SPLIT_LIMIT: Final = 256
HBA_SIZE: Final = 32
INVALID: Final = "invalid statement in peer declaration"


@final
class Settings:
    """What a block says so far."""

    __slots__ = ("balance", "hba", "numbers", "role", "texts")

    def __init__(self) -> None:
        self.role = ""
        self.texts: Final[dict[str, str]] = {}
        self.numbers: Final[dict[str, int]] = {}
        self.hba: bytes | None = None
        self.balance: Token | None = None  # where split or hba stands


# The second argument is the setting's full name: `peer port` for the partner's.
ReadSetting = Callable[[Settings, str, Phrase], None]


def _read_role(settings: Settings, name: str, phrase: Phrase) -> None:
    settings.role = name.removeprefix("peer ")


def _read_address(settings: Settings, name: str, phrase: Phrase) -> None:
    reader = phrase.reader
    if reader.is_at_end:
        raise reader.problem("; (59): expecting IP address or hostname")
    found = read_address(reader, True)
    if isinstance(found, HostName):
        settings.texts[name] = found.name
    else:
        settings.texts[name] = format_ipv4(int.from_bytes(found, "big"))


def _read_number(settings: Settings, name: str, phrase: Phrase) -> None:
    reader = phrase.reader
    if reader.is_at_end or reader.peek().kind != "number":
        text = "expecting number" if name.endswith("port") else "expecting number."
        raise reader.problem(text)
    settings.numbers[name] = leading_number(reader.take().text)


def _read_split(settings: Settings, name: str, phrase: Phrase) -> None:
    _read_number(settings, "split", phrase)
    if settings.numbers["split"] > SPLIT_LIMIT:
        text = "split must be between 0 and 256, inclusive"
        raise ValueProblem(text, phrase.reader.index - 1)
    settings.balance = phrase.keyword


def _read_hba(settings: Settings, name: str, phrase: Phrase) -> None:
    octets = read_octets(phrase.reader)
    if len(octets) < HBA_SIZE:
        raise phrase.reader.problem("too few numbers.")
    if len(octets) > HBA_SIZE:
        text = "HBA must be exactly 32 bytes."
        raise ValueProblem(text, phrase.reader.index - 1)
    settings.hba = octets
    settings.balance = phrase.keyword


def _read_load_balance(settings: Settings, name: str, phrase: Phrase) -> None:
    for words, text in LOAD_BALANCE_WORDS:
        if phrase.next_word() not in words:
            raise phrase.reader.problem(text)
        phrase.reader.take()
    reader = phrase.reader
    if reader.is_at_end or reader.peek().kind != "number":
        raise reader.problem("expecting number")
    settings.numbers["load"] = leading_number(reader.take().text)


LOAD_BALANCE_WORDS: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    (("balance",), "expecting 'balance'"),
    (("max",), "expecting 'max'"),
    (("seconds", "secs"), "expecting 'secs'"),
)
SETTINGS: Final[dict[str, ReadSetting]] = {
    "address": _read_address,
    "auto-partner-down": _read_number,
    "hba": _read_hba,
    "load": _read_load_balance,
    "max-balance": _read_number,
    "max-lease-misbalance": _read_number,
    "max-lease-ownership": _read_number,
    "max-response-delay": _read_number,
    "max-unacked-updates": _read_number,
    "mclt": _read_number,
    "min-balance": _read_number,
    "port": _read_number,
    "primary": _read_role,
    "secondary": _read_role,
    "split": _read_split,
}
# The settings that both partners have; with the others the prefix `peer` means nothing.
PARTNER_SETTINGS: Final = frozenset(
    ("address", "max-response-delay", "max-unacked-updates", "port")
)


def read_failover(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`failover peer NAME { ... }`, or `failover peer "NAME";` where a pool has a partner."""
    reader = phrase.reader
    if place.kind not in (GLOBAL, SHARED_NETWORK, POOL):
        text = "failover peers may only be defined in shared-network"
        walk.report(walk.problem_before(phrase.keyword, text))
        walk.draft.log(ERR, "declarations and the outer scope.")
        return
    if not phrase.accept("peer"):
        raise reader.problem("expecting 'peer'." if place.kind == POOL else 'expecting "peer"')
    word = reader.peek()
    if place.kind == POOL and (reader.is_at_end or word.kind != "string"):
        raise reader.problem("expecting string.")
    if reader.is_at_end or not (word.kind == "string" or is_identifier(word)):
        raise reader.problem("expecting failover peer name.")
    name = reader.take().text
    if place.kind == POOL:
        _refer_in_pool(walk, place, phrase, name)
    elif phrase.accept("state"):
        read_peer_state(walk, phrase, name)
    elif phrase.body is None:
        _refer_in_network(walk, place, phrase, name)
    else:
        _declare(walk, phrase, name)


def read_no(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`no failover peer` in a pool. Observed: no semicolon may stand behind it."""
    if not (phrase.accept("failover") and phrase.accept("peer")):
        raise ValueProblem('expecting "failover peer".', 0)
    if not phrase.reader.is_at_end or phrase.terminator.kind == ";":
        phrase.refuse("expecting a parameter or declaration")
    if place.pool is not None:
        place.pool.peer = None


def _refer_in_pool(walk: Walk, place: Place, phrase: Phrase, name: str) -> None:
    if name not in walk.draft.peers:
        raise ValueProblem(f"failover peer {name}: not found", phrase.reader.index - 1)
    phrase.expect_semicolon()
    if place.pool is not None:
        place.pool.peer = name
        walk.draft.peer_references.add(name)


def _refer_in_network(walk: Walk, place: Place, phrase: Phrase, name: str) -> None:
    phrase.expect_semicolon()
    if place.kind != SHARED_NETWORK or place.network is None:
        text = "failover peer reference not in shared-network declaration"
        raise ValueProblem(text, phrase.reader.count)
    if name not in walk.draft.peers:
        raise ValueProblem(f"reference to unknown failover peer {name}", phrase.reader.count)
    place.network.peer = name


def _declare(walk: Walk, phrase: Phrase, name: str) -> None:
    body = phrase.expect_body()
    if name in walk.draft.peers:
        text = f"redeclaration of failover peer {name}"
        raise ValueProblem(text, phrase.reader.index - 1)
    settings = _read_settings(body)
    peer_address = settings.texts.get("peer address")
    if peer_address is None:
        raise Refusal(problem_at(body.close, "peer address may not be omitted"))
    has_balance = settings.balance is not None
    # One that says neither is primary (observed).
    is_primary = settings.role != "secondary"
    if is_primary and not has_balance:
        text = "primary failover server must have hba or split."
        raise Refusal(problem_at(body.close, text))
    if is_primary and not settings.numbers.get("mclt"):
        raise Refusal(problem_at(body.close, "primary failover server must have mclt."))
    if not is_primary and settings.balance is not None:
        _warn_of_balance(walk, settings.balance, settings)
    walk.draft.peers[name] = _peer(name, settings, is_primary, peer_address, phrase.keyword)


def _read_settings(body: Body) -> Settings:
    settings = Settings()
    for statement in body.statements:
        if not isinstance(statement, Plain):
            raise Refusal(problem_at(statement.token, INVALID))
        phrase = Phrase(statement.token, statement.words.tokens(), statement.end, statement.body)
        name = phrase.keyword.word
        is_partner = name == "peer"
        try:
            if is_partner:
                name = phrase.next_word()
            read = SETTINGS.get(name)
            if read is None:
                raise Refusal(problem_at(phrase.keyword, INVALID))
            if is_partner:
                phrase.reader.take()
                name = f"peer {name}" if name in PARTNER_SETTINGS else name
            read(settings, name, phrase)
            phrase.expect_semicolon()
        except ValueProblem as error:
            raise Refusal(phrase.problem(error)) from None
    if body.close.kind != "}":
        raise Refusal(problem_at(body.close, INVALID))
    return settings


def _warn_of_balance(walk: Walk, token: Token, settings: Settings) -> None:
    """dhcpd refuses this; published pairs share one block, so it is only ignored."""
    settings.numbers.pop("split", None)
    settings.hba = None
    position = token.position
    walk.draft.log(
        ERR,
        f"WARNING: {position.file} line {position.line}: "
        f"secondary may not define load balance settings: {token.word} ignored.",
    )


def _peer(
    name: str, settings: Settings, is_primary: bool, peer_address: str, token: Token
) -> FailoverPeer:
    numbers = settings.numbers
    return FailoverPeer(
        name=name,
        is_primary=is_primary,
        address=settings.texts.get("address"),
        port=numbers.get("port", 647),
        peer_address=peer_address,
        peer_port=numbers.get("peer port", 647),
        max_response_delay=numbers.get("max-response-delay", 20),
        max_unacked_updates=numbers.get("max-unacked-updates", 100),
        mclt=numbers.get("mclt", 0),
        split=numbers.get("split"),
        hba=settings.hba,
        load_balance_max_seconds=numbers.get("load", 0),
        max_lease_misbalance=numbers.get("max-lease-misbalance", 15),
        max_lease_ownership=numbers.get("max-lease-ownership", 10),
        min_balance=numbers.get("min-balance", 60),
        max_balance=numbers.get("max-balance", 3600),
        auto_partner_down=numbers.get("auto-partner-down", 0),
        token=token,
    )
