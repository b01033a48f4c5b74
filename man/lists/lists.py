"""The lists by the names that their markers in the pages have."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from man.lists.declarations import list_declarations
from man.lists.options import list_options, listed_spaces
from man.lists.parameters import list_parameters

LISTS: Final[Mapping[str, Callable[[], list[str]]]] = {
    **{
        f"options of {name}": partial(list_options, name, rows)
        for name, rows in listed_spaces().items()
    },
    "parameters": list_parameters,
    "declarations": list_declarations,
}
