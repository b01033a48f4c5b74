"""The lists by the names that their markers in the pages have."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from manual.declarations import list_declarations
from manual.options import list_options
from manual.parameters import list_parameters
from pydhcpd.options.space import SERVER, SPACE_ROWS

LISTS: Final[Mapping[str, Callable[[], list[str]]]] = {
    **{
        f"options of {name}": partial(list_options, name, rows)
        for name, *_, rows in SPACE_ROWS
        if name != SERVER
    },
    "parameters": list_parameters,
    "declarations": list_declarations,
}
