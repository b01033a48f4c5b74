"""Classes that do nothing, or that nobody is in (dhcpd.conf(5) CLIENT CLASSING)."""

from collections.abc import Iterator

from pydhcpd.check.finding import Spot
from pydhcpd.check.subject import Subject
from pydhcpd.model.client_class import ClientClass


def unused_class(subject: Subject) -> Iterator[Spot]:
    """A class that no access list names and that has neither statements nor a lease limit."""
    configuration = subject.configuration
    entries = [(*pool.permits, *pool.prohibits) for pool in configuration.pools]
    entries += [(*pool.permits, *pool.prohibits) for pool in configuration.pools6]
    named = {permit.class_name for some in entries for permit in some}
    for client_class in subject.configuration.classes:
        is_named = client_class.name in named or client_class.name in subject.added_classes
        if is_named or client_class.token is None:
            continue
        if not _does_something(client_class):
            text = (
                f'class "{client_class.name}" sets nothing, limits nothing, and no pool names it.'
            )
            yield Spot(client_class.token, text)


def class_without_members(subject: Subject) -> Iterator[Spot]:
    """A class that no client can be in."""
    for client_class in subject.configuration.classes:
        if client_class.token is None or has_members(subject, client_class):
            continue
        if client_class.submatch is not None:
            text = f'class "{client_class.name}" has a match expression but no subclass.'
        elif client_class.subclasses:
            text = f'class "{client_class.name}" has subclasses but no match expression.'
        else:
            text = f'class "{client_class.name}" has no test at all.'
        yield Spot(client_class.token, text)


def has_members(subject: Subject, client_class: ClientClass) -> bool:
    """True if a client can be in the class."""
    if client_class.submatch is not None:
        return bool(client_class.subclasses) or client_class.is_spawning
    return client_class.match_if is not None or client_class.name in subject.added_classes


def _does_something(client_class: ClientClass) -> bool:
    if client_class.scope.statements or client_class.lease_limit:
        return True
    return any(
        subclass.lease_limit or subclass.scope.statements
        for subclass in client_class.subclasses.values()
    )
