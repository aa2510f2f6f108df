"""``python -m data.build [step ...]``: rebuild the shipped data, all steps or those named."""

from __future__ import annotations

import sys
import time
from importlib import import_module
from importlib.util import find_spec

STEPS = ("borders", "areas", "border_cells", "basemap", "gazetteer", "reading", "fonts", "vendor")


def main(names: list[str]) -> int:
    """Run the steps in the order above; return the number of names that are no step."""
    unknown = [name for name in names if name not in STEPS]
    for name in unknown:
        print(f"{name}: no such step; choose from {', '.join(STEPS)}", file=sys.stderr)
    for name in STEPS:
        if names and name not in names:
            continue
        if find_spec(f"data.build.{name}") is None:
            print(f"{name}: missing, skipped", file=sys.stderr)
            continue
        began = time.perf_counter()
        import_module(f"data.build.{name}").build()
        print(f"{name}: built in {time.perf_counter() - began:.0f} s")
    return len(unknown)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
