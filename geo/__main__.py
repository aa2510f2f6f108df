"""The command line: ``python -m geo --help``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from geo import __version__
from geo.commands import (
    borders,
    bundle,
    changes,
    gazetteer,
    geocode,
    lines,
    page,
    picture,
    read,
    series,
    table,
    zones,
)
from geo.errors import DatelineError

__all__ = ["main"]

COMMANDS = (
    picture,
    series,
    page,
    table,
    bundle,
    borders,
    geocode,
    gazetteer,
    read,
    changes,
    lines,
    zones,
)


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
        code = int(args.run(args))
        sys.stdout.flush()
    except DatelineError as exc:
        print(f"Error: {exc}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read our output (``head``, a pager) has seen enough; nothing went wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main())
