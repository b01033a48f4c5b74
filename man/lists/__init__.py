"""The long lists of the manual pages, made from the tables that the server itself reads.

    python -m man.lists            write the lists into man/*.5
    python -m man.lists --check    say which pages are stale; exit status 1 if one is

Names, codes, formats and places come from `pydhcpd/options` and `pydhcpd/resolve`; what each thing
is for is written beside this file, in `options.txt`, `parameters.txt` and `declarations.txt`.
"""
