"""What statements leave in the context, and which lists they end (dhcp-eval(5))."""

from pydhcpd.expression.context import Context, EventBlock, empty_context
from pydhcpd.expression.node import execute_all
from tests.resolve.reading import configuration_of, messages_of


def executed(text: str) -> Context:
    """The context after a file's statements."""
    context = empty_context()
    execute_all(configuration_of(text).scope.statements, context)
    return context


def test_commands_are_words_and_null_keeps_them_back() -> None:
    context = executed(
        'execute("/bin/a", "two words", 10, "x;y"); execute("/bin/b", "c", option host-name);'
    )
    assert context.commands == [(b"/bin/a", b"two words", b"\x10", b"x;y")]
    prefix = "execute_statement argv"
    assert [text for _, text in context.log] == [
        f"{prefix}[0] = /bin/a",
        f"{prefix}[1] = two words",
        f"{prefix}[2] = \x10",
        f"{prefix}[3] = x;y",
        f"{prefix}[0] = /bin/b",
        f"{prefix}[1] = c",
        "execute: bad arg 2",
    ]


def test_blocks_of_events_in_order() -> None:
    context = executed('on commit or expiry { log(info, "x"); } on release;')
    first, second = context.events
    assert isinstance(first, EventBlock)
    assert (first.events, len(first.statements)) == (("commit", "expiry"), 1)
    assert (second.events, second.statements, second.text) == (("release",), (), "")
    # The body was not executed.
    assert context.log == []


def test_add_names_the_class() -> None:
    assert executed('class "c" { } if "a" = "a" { add "c"; }').classes == ["c"]
    # dhcpd dies of it: at file level there is nobody to add.
    text = 'class "c" { } add "c";'
    assert messages_of(text)[0] == "c.conf line 1: class c: no client to add at file level."


def test_break_ends_its_own_list_only() -> None:
    context = executed(
        'if "a" = "a" { log(info, "1"); break; log(info, "2"); } log(info, "3"); break;'
        'log(info, "4");'
    )
    assert [text for _, text in context.log] == ["1", "3"]


def test_switch_runs_on_to_a_break() -> None:
    context = executed(
        'switch ("b") { case "a": log(info, "a"); case "b": log(info, "b"); default:'
        ' log(info, "d"); case "c": log(info, "c"); break; log(info, "no"); }'
        'switch ("z") { case "a": log(info, "a"); default: log(info, "default"); }'
        'switch (null) { case null: log(info, "null"); }'
        'switch (1 + 1) { case 2: log(info, "two"); }'
    )
    assert [text for _, text in context.log] == ["b", "d", "c", "default", "two"]


def test_a_bare_number_behind_case() -> None:
    # dhcpd takes the colon for a part of it when data is compared, and refuses the file.
    context = executed('switch ("\\001") { case 2: log(info, "no"); case 1: log(info, "yes"); }')
    assert [text for _, text in context.log] == ["yes"]
    # And so is a list of them.
    context = executed('switch ("\\001\\002") { case 1:2: log(info, "two bytes"); }')
    assert [text for _, text in context.log] == ["two bytes"]


def test_fatal_ends_the_start() -> None:
    text = 'log(info, "before"); log(fatal, "the end"); log(info, "after");'
    assert messages_of(text) == ["before"]
