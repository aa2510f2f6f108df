"""Pictures: how fast, how the lettering lies, and whether the same view gives the same bytes.

    python benchmarks/pictures.py [--rounds N] [--views FILE] [--only speed,labels,bytes]

CPU seconds, not the clock's. "Cold" is a whole new process of the command line (interpreter,
imports, database, picture); "warm" is the median of some rounds in one process, from the view to
the finished bytes. Labels are counted on the SVG of twenty views, measured with other code than
that which placed them (tests/pictures/measured.py). The peer is the least that matplotlib can do
with the same points: axes, one scatter, the coordinates as ticks, no map, no names, no key.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "tests" / "pictures"))

from measured import faults, ink  # noqa: E402
from references import drawn  # noqa: E402

VIEWS = ROOT / "tests" / "pictures" / "views.toml"
MAIN = "when=2017-09-05&when=2017-11-11&map=34.95,40.85,8"
MANY = 5000
LIMITS = {
    "PNG 1600x1000 @2x, cold": 2.5,
    "PNG 1600x1000 @2x": 1.0,
    "SVG 1600x1000": 0.5,
    "PDF A4": 1.5,
    "PNG @2x of 5,000 events": 3.0,
}


def cpu_of(run: Callable[[], object], rounds: int) -> list[float]:
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        run()
        taken.append(time.process_time() - start)
    return taken


def cold(home: str, output: Path) -> float:
    """CPU seconds, user and system, of one new process that makes a PNG."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "geo", "picture", "--view", MAIN, "-o", str(output)]
    env = {**os.environ, "DATELINE_HOME": home}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def many_events(scene: object, count: int = MANY) -> object:
    """The seed's events told again at so many made-up places round the Euphrates."""
    rng = np.random.default_rng(7)
    lat, lon = rng.normal(35.0, 1.0, count), rng.normal(40.5, 1.3, count)
    seed = list(scene.events)  # type: ignore[attr-defined]
    events = tuple(
        replace(
            seed[i % len(seed)],
            id=f"made-up:{i}",
            place=replace(
                seed[i % len(seed)].place,
                place_id=f"made-up:{i}",
                name=f"Place {i}",
                arabic=None,
                feature_code="PPL",
                precision_km=1.0,
                lat=float(lat[i]),
                lon=float(lon[i]),
            ),
        )
        for i in range(count)
    )
    return replace(scene, events=events, extent=None)  # type: ignore[type-var]


def plain_scatter(scene: object) -> bytes:
    """The same points by matplotlib alone."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(16, 10), dpi=200)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    at = np.array([(e.place.lon, e.place.lat) for e in scene.events])  # type: ignore[attr-defined]
    axes.scatter(at[:, 0], at[:, 1], s=12)
    out = io.BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()


def speed(rounds: int) -> bool:
    from geo.figure import compose
    from geo.options import Options
    from geo.picture import picture, scene_of
    from geo.workspace import open_workspace

    good = True

    def tell(name: str, seconds: float, more: str = "") -> None:
        nonlocal good
        limit = LIMITS.get(name)
        verdict = (
            "" if limit is None else f"limit {limit:.1f}  {'ok' if seconds <= limit else 'OVER'}"
        )
        good &= limit is None or seconds <= limit
        print(f"  {name:34} {seconds:5.2f}  {verdict:18} {more}")

    print("CPU seconds")
    with tempfile.TemporaryDirectory() as home:
        output = Path(home) / "map.png"
        first = cold(home, output)
        again = [cold(home, output) for _ in range(max(2, rounds // 2))]
        tell("PNG 1600x1000 @2x, cold", statistics.median(again))
        tell("  the very first run, seeds read", first)
        os.environ["DATELINE_HOME"] = home
        workspace = open_workspace()
        view, _ = workspace.parse(MAIN)
        for name, options in (
            ("PNG 1600x1000 @2x", Options(fmt="png", scale=2)),
            ("SVG 1600x1000", Options(fmt="svg")),
            ("PDF A4", Options(fmt="pdf", size="a4")),
            ("PNG A3 @3x", Options(fmt="png", size="a3", scale=3)),
        ):
            data = picture(workspace, view, options)
            taken = cpu_of(lambda o=options: picture(workspace, view, o), rounds)
            tell(name, statistics.median(taken), f"{len(data) / 1024:5.0f} KB")
        scene = scene_of(workspace, view)
        crowd = many_events(scene)
        taken = cpu_of(lambda: compose(crowd, scale=2), max(2, rounds // 2))
        tell("PNG @2x of 5,000 events", statistics.median(taken))
        for name, points in (("this view", scene), ("5,000 events", crowd)):
            plain_scatter(points)
            taken = cpu_of(lambda p=points: plain_scatter(p), rounds)
            tell(f"peer: bare scatter, {name}", statistics.median(taken))
    return good


def pictures(path: Path) -> list[dict[str, object]]:
    return list(tomllib.loads(path.read_text(encoding="utf-8"))["picture"])


def labels(path: Path) -> bool:
    views = pictures(path)
    print(f"Lettering of {len(views)} views, measured on the SVG")
    wrong = texts = 0
    with tempfile.TemporaryDirectory() as home:
        os.environ["DATELINE_HOME"] = home
        for row in views:
            svg = drawn(row, "svg")
            found = faults(svg)
            texts += len(ink(svg)[0])
            wrong += len(found)
            for fault in found:
                print(f"  {row['name']}: {fault}")
    print(f"  {texts} boxes, {wrong} on another or over an edge; limit 0")
    return wrong == 0


def digests(view: str, seed: str, home: str) -> list[str]:
    """SHA-256 of the three formats, made in a new process with another order of hashing."""
    found = []
    for fmt in ("png", "svg", "pdf"):
        output = Path(home) / f"{seed}.{fmt}"
        subprocess.run(
            [sys.executable, "-m", "geo", "picture", "--view", view, "-o", str(output)],
            cwd=ROOT,
            env={**os.environ, "DATELINE_HOME": home, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        )
        found.append(hashlib.sha256(output.read_bytes()).hexdigest())
    return found


def same_bytes() -> bool:
    print("The same view in new processes, PYTHONHASHSEED 1, 2, 3")
    with tempfile.TemporaryDirectory() as home:
        found = [digests(MAIN, seed, home) for seed in ("1", "2", "3")]
    same = all(one == found[0] for one in found)
    print(f"  PNG, SVG and PDF {'are the same bytes' if same else 'DIFFER'}")
    return same


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--views", type=Path, default=VIEWS)
    parser.add_argument("--only", default="speed,labels,bytes")
    args = parser.parse_args(arguments)
    wanted = args.only.split(",")
    good = True
    if "speed" in wanted:
        good &= speed(args.rounds)
    if "labels" in wanted:
        good &= labels(args.views)
    if "bytes" in wanted:
        good &= same_bytes()
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
