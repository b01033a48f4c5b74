"""Plain declarations read at once are the nodes, and the hosts, that the grammar makes of them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pydhcpd.config.ast import ConfigurationFile, PlainRun
from pydhcpd.config.parser import parse_configuration, parse_each_statement
from pydhcpd.expression.context import empty_context
from pydhcpd.expression.node import Statement
from pydhcpd.expression.statement import SetOption
from pydhcpd.model.configuration import Configuration
from pydhcpd.resolve.resolution import Resolution, resolve_configuration
from tests.config.shape import placed_shape

BLANK = st.sampled_from([" ", "\n", "\t", "\r\n", " # no host x { }\n ", "\n#\n\n# }\n"])
GAP = st.sampled_from(["", "", " ", "\n", "#;\n", " # } host b {\n\t"])
NAME = st.sampled_from(
    ["a", "b", "pc-1", "1st", "10", "0x10", "host", "a.example.org", "a.b", "-a", "a.", "'"]
)
MAC = st.sampled_from(
    [
        "02:00:00:00:00:01",
        "2:0:0:0:0:1",
        "02:00:aB:CD:eF:01",
        "1:2:3",
        "02:00:00:00:00:00:01",
        "02:00:00:00:00:xx",
        "add:00:00:00:00:01",
        "0:add:0:0:0:1",
        "2 :0:0:0:0:1",
    ]
)
ADDRESS = st.sampled_from(
    [
        "10.0.0.1",
        "255.255.255.255",
        "0.0.0.0",
        "10.0.0.256",
        "10.0.0",
        "10.0.0.01",
        "10.0.0.1.2",
        "pc.example.org",
        "pc",
        "p",
        "pc.unknown",
        "p.1.2.3",
        "pc.",
        "10.0.0.1, 10.0.0.2",
    ]
)
HOST_NAME = st.sampled_from(['"pc"', '"a b"', '""', '"\\x41"', "pc", '"pc", "x"', '"caf\xe9"'])


# Every second host is plain, so that runs come up.
PLAIN_LAYOUTS = ["h", "ha", "ah", "nh", "hn", "nha", "han", "ahn", "hna"]
ODD_LAYOUTS = ["aha", "hh", "nhn", "an", "ho", "oh", "", "haa"]


@st.composite
def host(draw: st.DrawFn) -> str:
    blank, gap = draw(BLANK), draw(GAP)
    is_plain = draw(st.booleans())
    layout = draw(st.sampled_from(PLAIN_LAYOUTS if is_plain else PLAIN_LAYOUTS + ODD_LAYOUTS))
    kind, mac, address, host_name, name, keyword, close = (
        ("ethernet", "02:00:00:00:00:01", "10.0.0.1", '"pc"', "a", "host", "}")
        if is_plain
        else (
            draw(st.sampled_from(["ethernet", "ethernet", "fddi"])),
            draw(MAC),
            draw(ADDRESS),
            draw(HOST_NAME),
            draw(NAME),
            draw(st.sampled_from(["host", "host", "host", "Host"])),
            draw(st.sampled_from(["}", "}", "}", "}", "};", ""])),
        )
    )
    if is_plain:
        name = draw(st.sampled_from("abcdefgh"))
        address = draw(st.sampled_from([address, "pc.example.org", "pc", "pc.unknown"]))
    statements = {
        "h": f"hardware{blank}{kind} {mac}{gap};",
        "a": f"fixed-address{blank}{address}{gap};",
        "n": f"option{blank}host-name{gap}{host_name}{gap};",
        "o": draw(st.sampled_from(["dynamic;", ";", "option routers 10.0.0.1;"])),
    }
    body = gap.join(statements[one] for one in layout)
    return f"{keyword}{blank}{name}{gap}{{{gap}{body}{draw(GAP)}{close}"


@st.composite
def subclass(draw: st.DrawFn) -> str:
    gap = draw(GAP)
    name = draw(st.sampled_from(['"c"', '"d"', '"c"', '"\\x63"', "c"]))
    data = draw(
        st.sampled_from(
            [
                "1:02:00:00:00:00:01",
                "1:2:0:0:0:0:1",
                "ff",
                "a",
                "add",
                "1:add",
                '"x"',
                '""',
                '"\\t"',
                "123:1",
                '"a\nb"',
                "1:",
                '"x" { default-lease-time 9; }',
            ]
        )
    )
    return f"subclass{gap}{name}{draw(GAP)}{data}{gap};"


@st.composite
def text(draw: st.DrawFn) -> str:
    declarations = draw(st.lists(st.one_of(host(), subclass()), max_size=6))
    declarations += draw(st.lists(st.sampled_from(declarations or [""]), max_size=2))
    opening, closing = draw(
        st.sampled_from(
            [
                ("", ""),
                ("group { ", "}"),
                ("if known { ", "}"),
                ("host z { ", "}"),
                ("subnet 10.0.0.0 netmask 255.0.0.0 { authoritative; ", "}"),
            ]
        )
    )
    head = draw(st.sampled_from(["", "", "option host-name code 12 = string;"]))
    head += 'class "c" { match hardware; }\n'
    return head + opening + "".join(one + draw(GAP) for one in declarations) + closing


def no_file(path: str) -> bytes:
    raise OSError(2, "No such file or directory")


def hosts_of(configuration: Configuration) -> list[object]:
    return [
        (
            host.name,
            host.hardware,
            host.fixed_addresses,
            [len(scope.statements) for scope in host.scope.chain()],
            [statement_of(one) for one in host.scope.statements],
            [other.name for other in configuration.hosts_by_hardware.get(host.hardware or b"", ())],
        )
        for host in configuration.hosts.values()
    ]


def statement_of(statement: Statement) -> object:
    assert isinstance(statement, SetOption)
    value = statement.value
    said = value.data(empty_context())
    place = placed_shape(statement.token)
    return (type(value), statement.space, statement.code, statement.operation, said, place)


def look_up(name: str) -> bytes:
    return b"" if name.endswith("unknown") else bytes(range(4 * len(name)))


def subclasses_of(configuration: Configuration) -> list[object]:
    return [
        (key, one.class_name, one.key, one.lease_limit, one.scope is declared.scope)
        for declared in configuration.classes
        for key, one in declared.subclasses.items()
    ]


def meaning(tree: ConfigurationFile) -> tuple[object, ...]:
    resolution: Resolution = resolve_configuration(tree, look_up)
    configuration = resolution.configuration
    if configuration is None:
        return (resolution.messages, resolution.fatal)
    return (resolution.messages, hosts_of(configuration), subclasses_of(configuration))


@given(text())
@settings(max_examples=500, deadline=None, derandomize=True)
def test_both_ways_of_reading_agree(written: str) -> None:
    at_once = parse_configuration("c.conf", written.encode("latin-1"), no_file)
    each = parse_each_statement("c.conf", written.encode("latin-1"), no_file)
    assert placed_shape(at_once) == placed_shape(each)
    assert meaning(at_once) == meaning(each)


def test_the_plain_form_is_read_at_once() -> None:
    block = (
        "host h%d {\n\thardware ethernet 2:0:0:0:0:%x;\n\tfixed-address 10.0.0.%d;\n"
        '\toption host-name "h"; # desk\n}\n'
    )
    line = 'subclass "c" 1:02:00:00:00:00:%02x; # desk\n'
    written = "".join(block % (n, n, n) for n in range(99)) + "".join(line % n for n in range(99))
    tree = parse_configuration("c.conf", written.encode(), no_file)
    assert [type(statement) for statement in tree.statements] == [PlainRun, PlainRun]
