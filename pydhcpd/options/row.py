"""A row of an option table: code, name, format string."""

Row = tuple[int, str, str]
