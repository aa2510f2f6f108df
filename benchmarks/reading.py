"""Reading places in text, measured: python benchmarks/reading.py [--corpus FILE ...]

Prints, for each corpus of gold places, how many names are found, how many of them (and of names
given) are put within 161 km, how well scores are calibrated, and the speed. Documents are parted
by their hash: rules and constants were made looking at the "tuning" half, the "held" half was
only scored. Goal lines are those of other systems, scored with the same scorer.

A corpus says for itself which words are toponyms: TR-News counts demonyms ("Syrian troops") as
places, TUD-Loc-2013 and HumSet do not; there ours are left out of the count.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import resource
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
CORPORA = ROOT.parent / "shared" / "corpora"
WITH_DEMONYMS = {"trnews"}
GOALS = {
    "trnews": {"given": (0.89, "CHF .765"), "end to end": (0.80, "Edinburgh .638")},
    "tudloc2013": {"given": (0.85, "voting .831"), "end to end": (0.72, "none stored")},
    "humset": {"overlap": (0.82, "own rules before .784")},
}
WITHIN_KM = 161


def half(doc_id: object) -> str:
    """Which half a document is in."""
    digest = hashlib.sha1(str(doc_id).encode()).hexdigest()
    return "held" if int(digest, 16) % 2 else "tuning"


def load_scorer(folder: Path) -> ModuleType:
    """The scorer that came with the corpora."""
    spec = importlib.util.spec_from_file_location("score", folder / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def as_line(mention: Any) -> dict[str, Any]:
    point = mention.point
    return {
        "start": mention.start,
        "end": mention.end,
        "lat": None if point is None else point[0],
        "lon": None if point is None else point[1],
        "score": mention.score,
    }


def reliability(pairs: list[tuple[float, bool]]) -> tuple[float, list[tuple[float, float, int]]]:
    """Expected calibration error over ten bins, and each bin: mean score, share right, count."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for score, right in pairs:
        bins[min(9, int(score * 10))].append((score, right))
    table, error = [], 0.0
    for _, members in sorted(bins.items()):
        mean = sum(s for s, _ in members) / len(members)
        share = sum(r for _, r in members) / len(members)
        table.append((mean, share, len(members)))
        error += abs(mean - share) * len(members) / len(pairs)
    return error, table


class Corpus:
    """A corpus read twice: with its spans given, and as text only."""

    def __init__(self, path: Path, score: ModuleType) -> None:
        from geo.reading.places import read_places
        from geo.reading.words import Document, MentionKind

        self.name = path.stem
        self.score = score
        self.docs = score.load(path)
        self.text_in: list[dict[str, Any]] = []
        self.given: list[dict[str, Any]] = []
        began = time.process_time()
        read = []
        for doc in self.docs:
            document = Document(str(doc["doc_id"]), doc["text"], url=doc.get("url") or "")
            read.append(read_places(document))
        self.seconds = time.process_time() - began
        for doc, found in zip(self.docs, read, strict=True):
            counted = self.name in WITH_DEMONYMS
            mentions = [m for m in found if counted or m.kind is not MentionKind.DEMONYM]
            self.text_in.append(
                {"doc_id": doc["doc_id"], "mentions": [as_line(m) for m in mentions]}
            )
            document = Document(str(doc["doc_id"]), doc["text"], url=doc.get("url") or "")
            spans = [(m["start"], m["end"]) for m in doc["mentions"] if m.get("res")]
            lines = [as_line(m) for m in read_places(document, spans)]
            self.given.append({"doc_id": doc["doc_id"], "mentions": lines, "given_gold": True})

    def figures(self, part: str) -> dict[str, float]:
        """The figures of one half, or of all."""

        def of(docs: list[dict[str, Any]]) -> list[dict[str, Any]]:
            return [d for d in docs if part in ("all", half(d["doc_id"]))]

        gold = of(self.docs)
        read = self.score.evaluate(gold, of(self.text_in))
        given = self.score.evaluate(gold, of(self.given))["resolution_strict"]
        return {
            "given": given.get(f"acc@{WITHIN_KM}", 0.0),
            "given @25": given.get("acc@25", 0.0),
            "exact": read["recognition_exact"]["f1"],
            "overlap": read["recognition_overlap"]["f1"],
            "end to end": read[f"end_to_end@{WITHIN_KM}"]["f1"],
        }

    def calibration(self, part: str) -> list[tuple[float, bool]]:
        """Each placed mention of the text-in reading: its score, and whether it is right."""
        pairs = []
        for doc, mine in zip(self.docs, self.text_in, strict=True):
            if half(doc["doc_id"]) != part:
                continue
            gold = [m for m in doc["mentions"] if m.get("res")]
            for m in mine["mentions"]:
                if m["lat"] is None:
                    continue
                right = any(
                    g["start"] < m["end"]
                    and m["start"] < g["end"]
                    and self.score.hav(g["lat"], g["lon"], m["lat"], m["lon"]) <= WITHIN_KM
                    for g in gold
                )
                pairs.append((m["score"], right))
        return pairs


def print_corpus(corpus: Corpus) -> None:
    names = ("given", "given @25", "exact", "overlap", "end to end")
    speed = len(corpus.docs) / corpus.seconds
    print(f"\n{corpus.name}: {len(corpus.docs)} documents, {speed:.0f}/s of CPU")
    print(f"  {'':10s}" + "".join(f"{n:>12s}" for n in names))
    for part in ("tuning", "held", "all"):
        found = corpus.figures(part)
        print(f"  {part:10s}" + "".join(f"{found[n]:12.3f}" for n in names))
    for name, (goal, peer) in GOALS.get(corpus.name, {}).items():
        print(f"  goal: {name} >= {goal} (best peer: {peer})")


def print_calibration(corpora: list[Corpus]) -> None:
    for part in ("tuning", "held"):
        pairs = [p for c in corpora if c.name != "humset" for p in c.calibration(part)]
        if not pairs:
            continue
        error, table = reliability(pairs)
        print(f"\nscores of placed names, {part} halves: expected calibration error {error:.3f}")
        for mean, share, count in table:
            print(f"  said {mean:.2f}  right {share:.2f}  ({count})")


def print_errors(corpora: list[Corpus], most: int) -> None:
    """The commonest errors of the tuning halves, by kind."""
    for corpus in corpora:
        kinds: Counter[tuple[str, str]] = Counter()
        for doc, mine in zip(corpus.docs, corpus.text_in, strict=True):
            if half(doc["doc_id"]) != "tuning":
                continue
            text = doc["text"]
            for m in mine["mentions"]:
                if not any(
                    g["start"] < m["end"] and m["start"] < g["end"] for g in doc["mentions"]
                ):
                    kinds["no place", text[m["start"] : m["end"]]] += 1
            for g in doc["mentions"]:
                hits = [
                    m for m in mine["mentions"] if g["start"] < m["end"] and m["start"] < g["end"]
                ]
                if not hits and g.get("rec"):
                    kinds["missed", g["text"]] += 1
                elif g.get("res") and hits and hits[0]["lat"] is None:
                    kinds["unplaced", g["text"]] += 1
                elif (
                    g.get("res")
                    and hits
                    and (
                        corpus.score.hav(g["lat"], g["lon"], hits[0]["lat"], hits[0]["lon"])
                        > WITHIN_KM
                    )
                ):
                    kinds["wrong place", g["text"]] += 1
        print(f"\n{corpus.name}: commonest errors of the tuning half")
        totals = Counter(kind for kind, _ in kinds.elements())
        for kind, total in totals.most_common():
            words = [f"{w} {n}" for (k, w), n in kinds.most_common() if k == kind][:most]
            print(f"  {kind} {total}: {', '.join(words)}")


def print_speed() -> None:
    from geo.reading.places import read_places
    from geo.reading.words import Document

    text = (CORPORA / "trnews.jsonl").open(encoding="utf-8").readline()
    words = json.loads(text)["text"].split()[:500]
    report = " ".join(words)
    times = []
    for i in range(20):
        began = time.process_time()
        read_places(Document(str(i), report))
        times.append(time.process_time() - began)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"\na report of {len(words)} words: {1000 * min(times):.1f} ms warm (goal 100); peak memory"
    )
    print(f"of this whole run {memory:.0f} MB (goal 400)")


def print_cold() -> None:
    """Imports, opened files and a first report, in a process of its own (CPU and wall)."""
    import subprocess

    code = (
        "import time, resource; a = time.perf_counter()\n"
        "from geo.reading.places import read_places\nfrom geo.reading.words import Document\n"
        "read_places(Document('x', 'Syrian troops took Al Bu Kamal, 6 km from Iraq.'))\n"
        "r = resource.getrusage(resource.RUSAGE_SELF)\n"
        "import os; status = '/proc/self/status'\n"
        "lines = open(status).read().split('\\n') if os.path.exists(status) else []\n"
        "peak = [int(x.split()[1]) for x in lines if x.startswith('VmHWM')] or [r.ru_maxrss]\n"
        "print(time.perf_counter() - a, r.ru_utime + r.ru_stime, peak[0] / 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    wall, cpu, memory = map(float, done.stdout.split())
    print(f"cold start: {wall:.2f} s ({cpu:.2f} s of CPU, goal 2); {memory:.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--corpus", type=Path, action="append", help="a corpus of gold places")
    parser.add_argument("--scorer", type=Path, default=CORPORA, help="the folder of score.py")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="list N errors a kind")
    parser.add_argument("--places-only", action="store_true", help="leave the claims out")
    options = parser.parse_args()
    if not (options.scorer / "score.py").is_file():
        sys.exit(f"No corpora at {options.scorer}: give --corpus FILE and --scorer FOLDER.")
    score = load_scorer(options.scorer)
    paths = options.corpus or [CORPORA / f"{n}.jsonl" for n in ("trnews", "tudloc2013", "humset")]
    corpora = [Corpus(path, score) for path in paths]
    for corpus in corpora:
        print_corpus(corpus)
    print_calibration(corpora)
    if options.errors:
        print_errors(corpora, options.errors)
    if not options.corpus:
        print_linking()
        print_speed()
        print_cold()
    if not options.places_only and importlib.util.find_spec("benchmarks.reading_claims"):
        from benchmarks import reading_claims

        reading_claims.main()


def print_linking() -> None:
    """The place of the event, on the fifth of the sentences that nothing was learned from."""
    from data.build.reading_linking import Example, held_out, token_f1
    from geo.reading.linking import _weights

    path = CORPORA / "event-place-sentences.jsonl"
    examples = [
        Example(i, raw)
        for i, raw in enumerate(map(json.loads, path.open(encoding="utf-8")))
        if held_out(raw["text"])
    ]
    weights = dict(_weights())
    precision, recall, f1 = token_f1(examples, weights, weights["threshold"])
    print(
        f"\nplace of the event, {len(examples)} sentences held out: P {precision:.3f} "
        f"R {recall:.3f} F1 {f1:.3f} (goal .62; nearest place after the verb .49)"
    )


if __name__ == "__main__":
    main()
