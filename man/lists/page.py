"""A page's lists between their markers: replaced as a whole, never edited by hand."""

import re
from collections.abc import Callable, Mapping
from typing import Final

BEGIN: Final = '.\\" BEGIN {name}: made by python -m man.lists'
END: Final = '.\\" END {name}'


def replace_lists(page: str, lists: Mapping[str, Callable[[], list[str]]]) -> str:
    """The page with each list between its markers made anew.

    Raises ValueError for a marker without end or without a list of that name.
    """
    names = re.findall(r'^\.\\" BEGIN (.+): made by python -m man.lists$', page, re.MULTILINE)
    for name in names:
        if name not in lists:
            raise ValueError(f"there is no list {name}")
        begin, end = BEGIN.format(name=name), END.format(name=name)
        head, _, rest = page.partition(begin)
        _, found, tail = rest.partition(end)
        if not found:
            raise ValueError(f"list {name} has no end")
        page = "\n".join((head + begin, *lists[name](), end)) + tail
    return page
