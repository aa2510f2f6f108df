"""How well claims are read: who did what, where, when, from whole reports.

    python benchmarks/reading_claims.py                     all own-words reports and the seeds
    python benchmarks/reading_claims.py --article FILE      what is read from a text of 10 Nov 2017
    python benchmarks/reading_claims.py --details dev       what was missed and what is false

All figures printed here are development figures: their errors were looked at. What was measured
blind, before anybody looked: six of the twelve reports "dev", written and frozen before the
lexicon, F1 .604 (P .615, R .593) on their first reading; the six reports "second", by another
author who had not seen the lexicon and who writes more kinds of text (live blogs, communiqués,
situation reports, features), F1 .346 (P .400, R .305) with the same reader; and, after all of those
had been learnt from, F1 .523 (P .630, R .446) on six more by the second author, in
tests/reading/heldout. These six are still frozen: only their totals have been seen, nobody tunes
on them, and they are read only when asked for (--folder tests/reading/heldout). After learning from
thirty other reports they are read with F1 .643 (P .740, R .569), still short of .75.

Eighteen more, "third", came from another author in three batches of six, in more literary kinds of
text. The reader as it was before them read the batches with F1 .483, .231 and .348; after learning
from the first two, the third, still unseen, with F1 .440 (P .500, R .393). All are learnt from now.

Twelve more, "fourth", came from yet another author in two batches of six of ordinary news prose.
The first was read blind with F1 .477 (P .433, R .529); after learning from it, the second, still
unseen, with F1 .475 (P .490, R .462), where the reader from before had .462. What a user may expect
of a report that nobody has learnt from is therefore an F1 of .48 to .64, not what is printed here.

A found event matches a gold claim if
- the type is of the same class (captures/holds; loses/withdraws; clash/contests; else the same),
  or one says that A took the place from B and the other that B lost or left it,
- an agent is the same actor or part of the same (none in the gold: any; of fights: either side),
- the place is within 10 km, or has the same id, or is an area of the name the gold gives (its
  middle within 50 km: a town and the district named after it are one place here),
- the date spans share a day, and both or neither are denials.
A found event that matches an optional claim counts neither way. Recall is over gold claims that
are not optional, precision over found events; a claim told twice may be found twice.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from geopy.distance import great_circle  # noqa: E402

from geo.dates import DateSpan  # noqa: E402
from geo.gazetteer.names import fold  # noqa: E402
from geo.model import AREA_CODES  # noqa: E402
from geo.reading.actors import shipped_actors  # noqa: E402
from geo.reading.found import FoundEvent  # noqa: E402
from geo.reading.reader import read  # noqa: E402
from geo.reading.words import Document  # noqa: E402
from geo.sides import Sides  # noqa: E402

CLASSES = {"captures": "gain", "holds": "gain", "loses": "leave", "withdraws": "leave"}
CLASSES |= {"clash": "fight", "contests": "fight"}
NEAR_KM = 10.0
AREA_KM = 50.0
WORDS_COUNT = False  # --words: an unplaced name counts as the place where the gold has that name
PARTS = ("type", "actor", "place", "date")


@dataclass(frozen=True)
class Claim:
    """A gold claim."""

    type: str
    agents: tuple[str, ...]
    targets: tuple[str, ...]
    place: str
    lat: float
    lon: float
    place_id: str
    accept: tuple[str, ...]
    date: DateSpan
    tier: str
    quote: str
    optional: bool


@dataclass(frozen=True)
class Case:
    """A report with its gold claims."""

    doc: Document
    claims: tuple[Claim, ...]


def document(report: dict[str, str]) -> Document:
    """A report's text as a document."""
    return Document(
        report["id"],
        report["text"],
        title=report["title"],
        publisher=report["publisher"],
        published=DateSpan.parse(report["published"]),
    )


def own_words(folder: Path) -> list[Case]:
    """The own-words reports of a folder with their claims."""
    cases = []
    for path in sorted(folder.glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        claims = tuple(
            Claim(
                c["type"],
                tuple(c["agents"]) + tuple(c.get("allies", ())),
                tuple(c.get("targets", ())),
                c["place"],
                c["lat"],
                c["lon"],
                "",
                tuple(c.get("accept", ())),
                DateSpan.parse(c["date"]),
                c["tier"],
                c["quote"],
                c.get("optional", False),
            )
            for c in data["claim"]
        )
        cases.append(Case(document(data["report"]), claims))
    return cases


def seeds(folder: Path) -> list[Case]:
    """The seed reports with their hand-coded events as claims."""
    from geo.geocode import open_geocoder

    cases = []
    for path in sorted(folder.glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        claims = []
        for c in data.get("event", ()):
            place = open_geocoder().place(c["place"])
            claims.append(
                Claim(
                    c["type"],
                    tuple(c["agents"]) + tuple(c.get("allies", ())),
                    tuple(c.get("targets", ())),
                    place.name,
                    place.lat,
                    place.lon,
                    place.id,
                    (c["toponym"],),
                    DateSpan.parse(c["date"]),
                    c["tier"],
                    c["quote"],
                    False,
                )
            )
        cases.append(Case(document(data["report"]), tuple(claims)))
    return cases


def overlap(one: DateSpan, other: DateSpan) -> bool:
    """Whether two spans can share a day."""
    low = max(filter(None, (one.start, other.start)), default=None)
    high = min(filter(None, (one.end, other.end)), default=None)
    return low is None or high is None or low <= high


def agreeing(claim: Claim, found: FoundEvent, sides: Sides) -> set[str]:
    """The parts on which a found event agrees with a claim."""
    event = found.event
    agents = [p.actor_id for p in event.participants if p.role.value != "target"]
    targets = [p.actor_id for p in event.participants if p.role.value == "target"]
    parts: set[str] = set()
    ours, theirs = (
        CLASSES.get(event.type.value, event.type.value),
        CLASSES.get(claim.type, claim.type),
    )
    turned = {ours, theirs} == {"gain", "leave"} and sides.any_same(targets, claim.agents)
    if ours == theirs or turned:
        parts.add("type")
    people = agents + targets if theirs == "fight" else agents
    gold = claim.agents + claim.targets if theirs == "fight" else claim.agents
    if not claim.agents or sides.any_same(people, gold) or turned:
        parts.add("actor")
    place = event.place
    names = {fold(place.name), fold(place.text)}
    by_words = WORDS_COUNT and not place.place_id and fold(claim.place) in names
    area = (
        place.feature_code in AREA_CODES and {fold(claim.place), *map(fold, claim.accept)} & names
    )
    reach = AREA_KM if area else NEAR_KM
    if by_words or (
        place.place_id
        and (
            place.place_id == claim.place_id
            or great_circle((place.lat, place.lon), (claim.lat, claim.lon)).km <= reach
            or any(fold(name) in names for name in claim.accept)
        )
    ):
        parts.add("place")
    if overlap(claim.date, event.date):
        parts.add("date")
    if (claim.tier == "denied") != (event.attribution.tier.value == "denied"):
        parts.discard("type")
    return parts


@dataclass
class Score:
    """Counts over reports."""

    gold: int = 0
    hit: int = 0
    found: int = 0
    right: int = 0
    tiers: int = 0
    partial: float = 0.0
    exact_dates: int = 0

    def line(self) -> str:
        """Precision, recall, F1 and the partial figures."""
        p = self.right / self.found if self.found else 0.0
        r = self.hit / self.gold if self.gold else 0.0
        f = 2 * p * r / (p + r) if p + r else 0.0
        hit = max(self.hit, 1)
        return (
            f"P {p:.3f} ({self.right}/{self.found})  R {r:.3f} ({self.hit}/{self.gold})  F1 {f:.3f}"
            f" | parts right of the best match {self.partial / max(self.gold, 1):.3f}"
            f" | of the matched: tier {self.tiers / hit:.2f}, "
            f"date equal {self.exact_dates / hit:.2f}"
        )


def score(
    cases: Iterable[Case], sides: Sides, *, details: bool = False
) -> tuple[Score, list[tuple[float, bool]]]:
    """Score of reports and, for calibration, each found event's score and whether it is right."""
    total = Score()
    pairs: list[tuple[float, bool]] = []
    for case in cases:
        events = read(case.doc).events
        agree = [[agreeing(c, e, sides) for e in events] for c in case.claims]
        if details:
            print(f"\n== {case.doc.doc_id}")
        for claim, row in zip(case.claims, agree, strict=True):
            full = [n for n, parts in enumerate(row) if len(parts) == len(PARTS)]
            if claim.optional:
                continue
            total.gold += 1
            total.partial += max((len(p) for p in row), default=0) / len(PARTS)
            if full:
                total.hit += 1
                total.tiers += any(
                    events[n].event.attribution.tier.value == claim.tier for n in full
                )
                total.exact_dates += any(events[n].event.date == claim.date for n in full)
            elif details:
                near = max(range(len(events)), key=lambda n: len(row[n]), default=None)
                who = ",".join(claim.agents)
                what = f"{claim.type} {who} @ {claim.place} {claim.date} {claim.tier}"
                print(f"  MISSED {what}: {claim.quote!r}")
                if near is not None and len(row[near]) >= 3:
                    lacks = set(PARTS) - row[near]
                    print(f"         nearest lacks {lacks}: {told(events[near], case)}")
        for n, found in enumerate(events):
            matches = [
                c for c, row in zip(case.claims, agree, strict=True) if len(row[n]) == len(PARTS)
            ]
            if matches and all(c.optional for c in matches):
                continue
            total.found += 1
            total.right += bool(matches)
            pairs.append((found.score, bool(matches)))
            if not matches and details:
                print(f"  FALSE  {told(found, case)}")
    return total, pairs


def told(found: FoundEvent, case: Case) -> str:
    """A found event in a line."""
    e = found.event
    who = ",".join(f"{p.actor_id}/{p.role.value[0]}" for p in e.participants)
    words = case.doc.text[e.quote.start : e.quote.end].replace("\n", " ")[:110]
    trigger = case.doc.text[slice(*found.trigger)]
    return (
        f"{e.type.value} {who} @ {e.place.name}[{e.place.text}] {e.date} {e.attribution.tier.value}"
        f" {found.score:.2f} <{trigger}> {words!r}"
    )


def reliability(pairs: Sequence[tuple[float, bool]], bins: int = 5) -> str:
    """A reliability table and the expected calibration error."""
    lines, error = [], 0.0
    for n in range(bins):
        low, high = n / bins, (n + 1) / bins
        inside = [p for p in pairs if low <= p[0] < high or (n == bins - 1 and p[0] == 1.0)]
        if not inside:
            continue
        mean = sum(s for s, _ in inside) / len(inside)
        right = sum(ok for _, ok in inside) / len(inside)
        error += abs(mean - right) * len(inside) / max(len(pairs), 1)
        lines.append(
            f"    {low:.1f}-{high:.1f}  n {len(inside):4d}  "
            f"mean score {mean:.2f}  right {right:.2f}"
        )
    return "\n".join([*lines, f"    expected calibration error {error:.3f}"])


def print_article(path: Path) -> None:
    """Print the events read from a text published on 10 November 2017."""
    published = DateSpan.parse("2017-11-10")
    doc = Document(path.stem, path.read_text(encoding="utf-8"), published=published)
    for found in read(doc).events:
        print(told(found, Case(doc, ())))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--article", type=Path, help="a text of 10 Nov 2017: print its events")
    parser.add_argument(
        "--details", default="", help="dev, second, third, fourth, seed or seeds: print the misses"
    )
    parser.add_argument(
        "--words", action="store_true", help="let unplaced names count by their words"
    )
    parser.add_argument(
        "--folder", type=Path, action="append", default=[], help="further reports to score"
    )
    options = parser.parse_args([] if arguments is None else arguments)
    global WORDS_COUNT  # noqa: PLW0603
    WORDS_COUNT = options.words
    sides = Sides(shipped_actors())
    reports = ROOT / "tests" / "reading"
    all_seeds = seeds(ROOT / "seeds" / "reports")
    own = [c for c in all_seeds if c.doc.doc_id == "gulf-news-2017-11-10"]
    rest = [c for c in all_seeds if c not in own]
    groups = {"dev": own_words(reports / "dev"), "second": own_words(reports / "dev" / "second")}
    groups |= {n: own_words(reports / "dev" / n) for n in ("third", "fourth")}
    groups |= {"seed": own, "seeds": rest}
    for folder in options.folder:
        groups[folder.name] = own_words(folder)
    if options.article:
        print_article(options.article)
        return
    for name, cases in groups.items():
        total, pairs = score(cases, sides, details=options.details == name)
        print(f"{name:8} {len(cases):2d} reports  {total.line()}")
        print(reliability(pairs))


if __name__ == "__main__":
    main(sys.argv[1:])
