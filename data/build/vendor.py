"""Copy the scripts of others that the web page needs into ``static/vendor``, licence included."""

from __future__ import annotations

import shutil
from pathlib import Path

from data.build.fetch import Package, fetch

__all__ = ["build"]

STATIC = Path(__file__).resolve().parents[2] / "static" / "vendor"
LEAFLET = Package(
    "npm", "leaflet", "1.9.4", "84c65a256e50657896f54c33bd857b6849ebe94c817803be818bf32a3dde0b77"
)
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
