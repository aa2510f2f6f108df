"""Learn which place an event happened at, from sentences with gold answers (MIT licence).

    python -m data.build.reading_linking [--sentences ../shared/corpora/event-place-sentences.jsonl]

Sentences whose hash is a multiple of five are held out: they are scored at the end, never learned
from. The rest (Halterman 2019, "Geolocating political events in text", MIT) gives the weights in
``data/reading/linking.json``. Rebuild after the gazetteer or the finding of names has changed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from geo.reading.linking import features
from geo.reading.places import read_places
from geo.reading.tokens import Token, tokens
from geo.reading.words import Document, Mention

OUT = Path(__file__).resolve().parents[1] / "reading" / "linking.json"
SENTENCES = Path("../shared/corpora/event-place-sentences.jsonl")
SEEN_FROM = 4  # a feature seen less often than this is left out
RIDGE = 1.0
FOLDS = 5


def held_out(text: str) -> bool:
    """Whether a sentence is kept for scoring."""
    return int(hashlib.sha1(text.encode()).hexdigest(), 16) % 5 == 0


class Example:
    """A sentence with its places read and its gold spans."""

    def __init__(self, number: int, raw: dict[str, Any]) -> None:
        self.text: str = raw["text"]
        self.verb: tuple[int, int] = tuple(raw["verb"])  # type: ignore[assignment]
        self.gold: list[tuple[int, int]] = [tuple(p) for p in raw["places"]]
        self.tokens: list[Token] = tokens(self.text)
        self.mentions: list[Mention] = read_places(Document(str(number), self.text))
        self.named = list(features(self.tokens, self.verb, self.mentions))

    def right(self, mention: Mention) -> bool:
        """Whether a mention overlaps a gold place."""
        return any(mention.start < b and a < mention.end for a, b in self.gold)

    def covered(self, spans: Iterable[tuple[int, int]]) -> set[int]:
        """Indices of the word tokens inside spans."""
        return {
            i
            for a, b in spans
            for i, t in enumerate(self.tokens)
            if a <= t.start and t.end <= b and t.is_word
        }


def read_sentences(path: Path) -> tuple[list[Example], list[Example]]:
    """The sentences to learn from and those held out."""
    learn, hold = [], []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            example = Example(number, json.loads(line))
            (hold if held_out(example.text) else learn).append(example)
    return learn, hold


def fit(examples: Sequence[Example]) -> dict[str, float]:
    """Weights by feature name: logistic regression with a ridge."""
    seen = Counter(name for e in examples for _, names in e.named for name in names)
    index = {name: i for i, name in enumerate(sorted(n for n in seen if seen[n] >= SEEN_FROM))}
    rows, columns, labels = [], [], []
    for example in examples:
        for mention, names in example.named:
            row = len(labels)
            labels.append(1.0 if example.right(mention) else 0.0)
            known = [index[n] for n in names if n in index]
            rows.extend([row] * len(known))
            columns.extend(known)
    matrix = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(labels), len(index)))
    target = np.array(labels)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        z = matrix @ weights
        value = float(np.logaddexp(0, z).sum() - target @ z + RIDGE / 2 * weights @ weights)
        return value, matrix.T @ (1 / (1 + np.exp(-z)) - target) + RIDGE * weights

    best = minimize(loss, np.zeros(len(index)), jac=True, method="L-BFGS-B")
    return {name: round(float(best.x[i]), 3) for name, i in index.items()}


def probabilities(example: Example, weights: dict[str, float]) -> list[tuple[Mention, float]]:
    """Each place of a sentence with its probability."""
    found = []
    for mention, names in example.named:
        x = sum(weights.get(name, 0.0) for name in names)
        found.append((mention, 1 / (1 + float(np.exp(-x)))))
    return found


def token_f1(
    examples: Sequence[Example], weights: dict[str, float], threshold: float
) -> tuple[float, float, float]:
    """Precision, recall and F1 over the words of the places."""
    hit = said = gold = 0
    for example in examples:
        chosen = [(m.start, m.end) for m, p in probabilities(example, weights) if p >= threshold]
        mine, theirs = example.covered(chosen), example.covered(example.gold)
        hit, said, gold = hit + len(mine & theirs), said + len(mine), gold + len(theirs)
    precision, recall = hit / max(1, said), hit / max(1, gold)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def best_threshold(examples: Sequence[Example]) -> float:
    """The threshold that gives the best F1 on sentences not learned from (by turns)."""
    scores: Counter[float] = Counter()
    grid = [round(0.2 + 0.02 * i, 2) for i in range(26)]
    for fold in range(FOLDS):
        weights = fit([e for i, e in enumerate(examples) if i % FOLDS != fold])
        apart = [e for i, e in enumerate(examples) if i % FOLDS == fold]
        for threshold in grid:
            scores[threshold] += token_f1(apart, weights, threshold)[2] / FOLDS
    chosen, score = max(scores.items(), key=lambda item: item[1])
    print(f"by turns: threshold {chosen}, F1 {score:.3f}")
    return chosen


def build(path: Path = SENTENCES) -> None:
    """Learn, write the weights, print the score on what was held out."""
    learn, hold = read_sentences(path)
    threshold = best_threshold(learn)
    weights = {k: v for k, v in fit(learn).items() if abs(v) >= 0.02}
    precision, recall, score = token_f1(hold, weights, threshold)
    print(f"{len(learn)} sentences learned from, {len(hold)} held out")
    print(f"held out: P {precision:.3f} R {recall:.3f} F1 {score:.3f} ({len(weights)} weights)")
    weights["threshold"] = threshold
    OUT.write_text(json.dumps(weights, indent=0, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Learn to link events to places.")
    parser.add_argument("--sentences", type=Path, default=SENTENCES)
    build(parser.parse_args().sentences)
