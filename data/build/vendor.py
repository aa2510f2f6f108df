"""Copy the scripts of others that the web page needs into ``static/vendor``, licence included."""

from __future__ import annotations

import shutil
from pathlib import Path

from data.build.fetch import fetch
from data.build.packages import LEAFLET

__all__ = ["build"]

STATIC = Path(__file__).resolve().parents[2] / "static" / "vendor"
# Only what the map uses: no marker or layer pictures (we draw our own), no source map.
FILES = {
    "dist/leaflet.js": "leaflet.js",
    "dist/leaflet.css": "leaflet.css",
    "LICENSE": "LICENSE",
}


def build() -> None:
    """Write ``static/vendor/leaflet`` from the pinned package."""
    source = fetch(LEAFLET) / "package"
    target = STATIC / "leaflet"
    target.mkdir(parents=True, exist_ok=True)
    for name, saved in FILES.items():
        shutil.copyfile(source / name, target / saved)
    script = target / "leaflet.js"
    text = script.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("//# sourceMappingURL")]
    script.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    build()
