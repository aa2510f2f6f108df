"""The command line: ``python -m geo --help``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from geo import __version__
from geo.commands import picture, table
from geo.errors import DatelineError

__all__ = ["main"]

COMMANDS = (picture, table)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m geo", description="Dateline: a map of reported locations."
    )
    parser.add_argument("--version", action="version", version=f"Dateline {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in COMMANDS:
        module.add(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns 0; 1 if something was left out (listed on standard error); 2 with a message on
    standard error if it cannot be done.
    """
    args = _parser().parse_args(argv)
    try:
        return int(args.run(args))
    except DatelineError as exc:
        print(f"Error: {exc}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
