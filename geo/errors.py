"""Everything Dateline raises on purpose, in one tree.

    DatelineError
    ├── InputError(ValueError)     something a person gave us cannot be used
    │   ├── SeedError              a seed or actor file is broken; names file and row
    │   ├── ViewError              a permalink names something that does not exist
    │   └── DateError              a text is not a date we accept
    ├── DataError                  a shipped data file is missing or damaged
    └── StoreError                 the database refused; names what to do

Messages say what was wrong, where, and what to do next: they are shown to people as they are.
"""

from __future__ import annotations

__all__ = [
    "DataError",
    "DateError",
    "DatelineError",
    "InputError",
    "SeedError",
    "StoreError",
    "ViewError",
]


class DatelineError(Exception):
    """Base of every error raised on purpose by Dateline."""


class InputError(DatelineError, ValueError):
    """Input from a person or a file cannot be used as it is."""


class SeedError(InputError):
    """A seed, actor or place file is broken.

    ``file`` is the file's name, ``row`` its 1-based record (or None for the file as a whole).
    """

    def __init__(self, file: str, row: int | None, reason: str) -> None:
        self.file = file
        self.row = row
        self.reason = reason
        where = file if row is None else f"{file}, record {row}"
        super().__init__(f"{where}: {reason}")


class ViewError(InputError):
    """A permalink or ``--view`` text asks for something that does not exist."""


class DateError(InputError):
    """A text is not a date, or a span ends before it starts."""


class DataError(DatelineError):
    """A data file shipped with Dateline is missing or damaged; the message says which."""


class StoreError(DatelineError):
    """The database could not be opened, read or written."""
