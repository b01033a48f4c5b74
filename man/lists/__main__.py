"""`python -m man.lists [--check]`: write the lists of the manual pages, or tell which are stale."""

import sys
from pathlib import Path
from typing import Final

from man.lists.lists import LISTS
from man.lists.page import replace_lists

PAGES: Final = Path(__file__).parents[1]


def stale_pages() -> dict[Path, str]:
    """The pages whose lists are not what the tables say, with what they should be."""
    fresh = {}
    for path in sorted(PAGES.glob("*.5")):
        page = path.read_text(encoding="utf-8")
        made = replace_lists(page, LISTS)
        if made != page:
            fresh[path] = made
    return fresh


def main(arguments: list[str]) -> int:
    """Exit status 1 if `--check` found a stale page."""
    stale = stale_pages()
    for path, page in stale.items():
        print(f"{path.name} {'is stale' if '--check' in arguments else 'written'}")
        if "--check" not in arguments:
            path.write_text(page, encoding="utf-8")
    return int(bool(stale) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
