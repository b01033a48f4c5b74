"""Keys and zones (dhcpd.conf(5) DYNAMIC DNS UPDATE SECURITY)."""

from base64 import b64decode
from ipaddress import IPv6Address
from string import ascii_letters, digits
from typing import Final

from pydhcpd.config.ast import Plain, Statement
from pydhcpd.config.problem import Refusal, problem_at
from pydhcpd.model.key import Key, Zone
from pydhcpd.options.address import HostName, HostNames, read_dotted_name, read_ipv6_address
from pydhcpd.options.space import DHCP, OptionDefinition
from pydhcpd.options.value import read_value
from pydhcpd.options.word import ValueProblem, Word, is_identifier
from pydhcpd.resolve.draft import ERR, FatalError
from pydhcpd.resolve.phrase import Phrase
from pydhcpd.resolve.place import Place
from pydhcpd.resolve.walk import Walk
from pydhcpd.wire.address import format_ipv4

BASE64: Final = frozenset(ascii_letters + digits + "+/=")
ALGORITHM_SUFFIX: Final = ".sig-alg.reg.int."
ALGORITHMS: Final = frozenset(
    ("hmac-md5", "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512")
)
SERVERS: Final = OptionDefinition(DHCP, 0, "primary", "IA")


def read_key(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`key NAME { algorithm NAME; secret BASE64; }`."""
    reader = phrase.reader
    name = _read_name(phrase, "expecting key name.")
    body = phrase.expect_body("expecting left brace")
    algorithm: str | None = None
    secret: bytes | None = None
    for statement in body.statements:
        setting = _setting(statement)
        try:
            if setting.keyword.word == "algorithm":
                if algorithm is not None:
                    setting.refuse(f"key {name}: too many algorithms")
                algorithm = _read_algorithm(setting)
            elif setting.keyword.word == "secret":
                if secret is not None:
                    setting.refuse(f"key {name}: too many secrets")
                secret = _read_secret(setting)
            else:
                setting.refuse("expecting right brace.")
            setting.expect_semicolon()
        except ValueProblem as error:
            raise Refusal(setting.problem(error)) from None
    if body.close.kind != "}":
        raise Refusal(problem_at(body.close, "expecting right brace."))
    if algorithm is None or secret is None:
        missing = "algorithm" if algorithm is None else "secret"
        raise ValueProblem(f"key {name}: no {missing}", reader.index - 1)
    if algorithm not in ALGORITHMS:
        walk.draft.log(ERR, f"Unable to create tsec structure for {name}")
        return
    walk.draft.keys[name] = Key(name, algorithm, secret)


def read_zone(walk: Walk, place: Place, phrase: Phrase) -> None:
    """`zone NAME { primary ...; secondary ...; key NAME; }`."""
    reader = phrase.reader
    word = reader.peek()
    if reader.is_at_end or not (is_identifier(word) or word.kind == "number"):
        raise reader.problem("expecting hostname.")
    name = read_dotted_name(reader)
    body = phrase.expect_body("expecting left brace")
    servers: dict[str, tuple[str, ...]] = {}
    key: str | None = None
    for statement in body.statements:
        setting = _setting(statement)
        keyword = setting.keyword.word
        try:
            if keyword in ("primary", "secondary", "primary6", "secondary6"):
                if keyword in servers:
                    setting.refuse(f"more than one {keyword}.")
                servers[keyword] = _read_servers(setting)
            elif keyword == "key":
                key_name = _read_name(setting, "expecting key name.")
                if key is not None:
                    raise FatalError(f"Multiple key definitions for zone {name}.")
                if key_name not in walk.draft.keys:
                    raise setting.reader.problem_before(f"unknown key {key_name}")
                key = key_name
            else:
                setting.refuse("expecting right brace.")
            setting.expect_semicolon("expecting semicolon.")
        except ValueProblem as error:
            raise Refusal(setting.problem(error)) from None
    if body.close.kind != "}":
        raise Refusal(problem_at(body.close, "expecting right brace."))
    primaries = servers.get("primary", ()) + servers.get("primary6", ())
    secondaries = servers.get("secondary", ()) + servers.get("secondary6", ())
    walk.draft.zones[name] = Zone(name, primaries, secondaries, key)


def _setting(statement: Statement) -> Phrase:
    """A statement in the body of a key or zone."""
    if not isinstance(statement, Plain):
        raise Refusal(problem_at(statement.token, "expecting right brace."))
    return Phrase(statement.token, statement.words.tokens(), statement.end, statement.body)


def _read_name(phrase: Phrase, text: str) -> str:
    reader = phrase.reader
    if reader.is_at_end:
        raise reader.problem(text)
    word = reader.peek()
    if word.kind == "string":
        return reader.take().text
    if not (is_identifier(word) or word.kind == "number"):
        raise reader.problem(text)
    return read_dotted_name(reader)


def _read_algorithm(phrase: Phrase) -> str:
    name = _read_name(phrase, "expecting key algorithm name.").lower()
    return name.removesuffix(ALGORITHM_SUFFIX).removesuffix(ALGORITHM_SUFFIX[:-1])


def _read_secret(phrase: Phrase) -> bytes:
    """Base64, quoted or as bare tokens that are joined while they hold nothing else."""
    reader = phrase.reader
    text = ""
    start = reader.index
    if not reader.is_at_end and reader.peek().kind == "string":
        text = reader.take().text
    else:
        while not reader.is_at_end and _may_be_base64(reader.peek()):
            text += reader.take().text
    index = max(start, reader.index - 1)
    for character in text:
        if character not in BASE64:
            raise ValueProblem(f"invalid base64 character {ord(character)}.", index)
    plain, _, rest = text.partition("=")
    rest = rest.lstrip("=")
    if rest:
        raise ValueProblem(f"stuff after base64 '=' terminator: {rest}.", index)
    missing = -len(plain) % 4
    padding_count = len(text) - len(plain)
    left_over = _left_over_bits(plain)
    # Observed: padding that is missing is forgiven where it stands for zeros.
    if left_over and padding_count != missing:
        raise ValueProblem(f"partial base64 value left over: {left_over}.", index)
    octets = b64decode(plain + "A" * missing)
    return octets[: len(octets) - missing]


def _left_over_bits(plain: str) -> int:
    """The bits behind the last whole octet, as a number."""
    if not plain:
        return 0
    last = b64decode(f"AAA{plain[-1]}")[2]
    return last & (1 << len(plain) * 6 % 8) - 1


def _may_be_base64(word: Word) -> bool:
    """Words are taken whole, so that a stray character in one is complained about."""
    return is_identifier(word) or word.kind == "number" or word.text in BASE64


def _read_servers(phrase: Phrase) -> tuple[str, ...]:
    reader = phrase.reader
    if phrase.keyword.word.endswith("6"):
        servers = [_ipv6_text(read_ipv6_address(reader))]
        while reader.accept(","):
            servers.append(_ipv6_text(read_ipv6_address(reader)))
        return tuple(servers)
    if reader.is_at_end:
        raise ValueProblem("; (59): expecting IP address or hostname", 0)
    value = read_value(SERVERS, reader.words)
    reader.index = reader.count
    parts = value.parts if isinstance(value, HostNames) else (value,)
    texts: list[str] = []
    for part in parts:
        if isinstance(part, HostName):
            texts.append(part.name)
        else:
            texts.extend(
                format_ipv4(int.from_bytes(part[at : at + 4], "big"))
                for at in range(0, len(part), 4)
            )
    return tuple(texts)


def _ipv6_text(octets: bytes) -> str:
    return str(IPv6Address(octets))
