"""An explanation as text for people, and as a JSON object."""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from pydhcpd.config.token import Token
from pydhcpd.explain.explanation import Answer, Declared, Explanation, Giver, Sender, Value
from pydhcpd.explain.origin import place

MARGIN: Final = "  "
HEAD_WIDTH: Final = 10

Object = dict[str, "Json"]
Json = str | int | None | list["Json"] | Object


def format_explanation(explanation: Explanation) -> Iterator[str]:
    """The lines."""
    client = explanation.hardware
    if explanation.client_identifier is not None:
        client += f", client identifier {explanation.client_identifier}"
    yield _line("request", f"{explanation.request} from {client} via {explanation.via}")
    if explanation.sender is None:
        yield _line("answer", "none: the packet is dropped unread")
    else:
        yield from _sender_lines(explanation.sender)
    answer = explanation.answer
    if answer is not None:
        yield from _answer_lines(answer)
    elif explanation.sender is not None:
        yield _line("answer", "none" + (f": {explanation.refusal}" if explanation.refusal else ""))
    for number, text in enumerate(explanation.log):
        yield _line("" if number else "log", text)
    if answer is not None:
        yield from _values("header", answer.header)
        yield from _values("options", answer.options)
        yield from _values("not sent", answer.unsent)


def _sender_lines(sender: Sender) -> Iterator[str]:
    network = sender.network
    yield _line("network", "unknown" if network is None else _declared(network))
    yield _line("classes", ", ".join(map(_declared, sender.classes)) or "none")
    hosts = ", ".join(map(_declared, sender.hosts))
    yield _line("hosts", hosts or "none: the client is unknown")
    for number, pool in enumerate(sender.pools):
        text = f"{pool.addresses} ({place(pool.token)}): "
        text += f"not permitted, {pool.refusal}" if pool.refusal else "permitted"
        yield _line("" if number else "pools", text)


def _answer_lines(answer: Answer) -> Iterator[str]:
    text = answer.kind
    if answer.address is not None:
        text += f" of {answer.address}"
    if answer.source is not None:
        what = "host" if answer.source == answer.host else "range"
        text += f", of {what} {_declared(answer.source)}"
    yield _line("answer", text)
    if answer.host is not None and answer.source != answer.host:
        yield _line("host", _declared(answer.host))
    if answer.lease_time_s is not None:
        yield _line("lease", f"{answer.lease_time_s} seconds: {answer.lease_time}")


def _values(title: str, values: Sequence[Value]) -> Iterator[str]:
    if not values:
        return
    yield f"{title}:"
    name_width = max(len(value.name) for value in values)
    value_width = min(40, max(len(value.value) for value in values))
    for value in values:
        number = f"{value.code:>3} " if title != "header" else ""
        left = f"{number}{value.name:<{name_width}}  {value.value:<{value_width}}"
        yield f"{MARGIN}{left}  {_origin(value)}".rstrip()


def _origin(value: Value) -> str:
    """Where a value comes from, in words."""
    places = ", ".join(dict.fromkeys([place(giver.token) for giver in value.givers]))
    if places and value.note:
        text = f"{places}: {value.note}"
    else:
        text = places or value.note
    if value.overridden:
        others = [_overridden(giver) for giver in value.overridden]
        text += f"; instead of {', '.join(others)}"
    return text


def _overridden(giver: Giver) -> str:
    shown = "" if giver.value is None else f"{giver.value} "
    return f"{shown}({place(giver.token)})"


def _declared(declared: Declared) -> str:
    if declared.token is None:
        return declared.name
    return f"{declared.name} ({place(declared.token)})"


def _line(head: str, text: str) -> str:
    return f"{head:<{HEAD_WIDTH}}{text}"


def format_json(explanation: Explanation) -> str:
    """One object; places are objects with file, line and column."""
    sender = explanation.sender
    answer = explanation.answer
    found: Object = {
        "request": explanation.request,
        "hardware": explanation.hardware,
        "client_identifier": explanation.client_identifier,
        "via": explanation.via,
        "sender": None if sender is None else _sender_object(sender),
        "answer": None if answer is None else _answer_object(answer),
        "refusal": explanation.refusal or None,
        "log": list(explanation.log),
    }
    return json.dumps(found, indent=1)


def _sender_object(sender: Sender) -> Object:
    return {
        "network": _declared_object(sender.network),
        "classes": [_declared_object(one) for one in sender.classes],
        "hosts": [_declared_object(one) for one in sender.hosts],
        "pools": [
            {
                "addresses": pool.addresses,
                "place": _place_object(pool.token),
                "refusal": pool.refusal or None,
            }
            for pool in sender.pools
        ],
    }


def _answer_object(answer: Answer) -> Object:
    return {
        "kind": answer.kind,
        "address": answer.address,
        "source": _declared_object(answer.source),
        "host": _declared_object(answer.host),
        "lease_time": answer.lease_time_s,
        "lease_time_reason": answer.lease_time or None,
        "header": [_value_object(value) for value in answer.header],
        "options": [_value_object(value) for value in answer.options],
        "not_sent": [_value_object(value) for value in answer.unsent],
    }


def _value_object(value: Value) -> Object:
    return {
        "code": value.code,
        "name": value.name,
        "value": value.value,
        "given_by": [_giver_object(giver) for giver in value.givers],
        "instead_of": [_giver_object(giver) for giver in value.overridden],
        "note": value.note or None,
    }


def _giver_object(giver: Giver) -> Object:
    return {"place": _place_object(giver.token), "value": giver.value}


def _declared_object(declared: Declared | None) -> Object | None:
    if declared is None:
        return None
    return {"name": declared.name, "place": _place_object(declared.token)}


def _place_object(token: Token | None) -> Object | None:
    if token is None:
        return None
    position = token.position
    return {"file": position.file, "line": position.line, "column": position.column}
