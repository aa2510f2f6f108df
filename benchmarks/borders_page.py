"""From a change of the distance filter to the repainted map, over 100,000 events.

    python benchmarks/borders_page.py [--events N] [--places N] [--chromium PATH]

Fills an empty database with made-up strikes round the Syrian-Iraqi border, opens the page in an
installed Chromium and presses the arrow keys of the distance slider. Timed in the page, from the
key to the first painted frame that shows another number of events: a locator's own wait looks
only every 0.1 to 0.5 s, which is told beside it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "benchmarks"))

from dashboard import DRAWN, READY, free_port, wait_for  # noqa: E402
from geo.model import EventType, Quote  # noqa: E402
from geo.store import open_store  # noqa: E402
from geo.workspace import open_workspace  # noqa: E402

# The frame after the one in which the map was drawn begins when that one has been painted.
WATCH = """() => {
  const inner = document.querySelector("iframe[title='streamlit_folium.st_folium']").contentWindow;
  const map = inner.document.querySelector(".dl-map");
  const clock = (w) => w.performance.timeOrigin + w.performance.now();
  let shown = map.dataset.shown;
  document.addEventListener("keydown", () => { window.pressed = clock(window); }, true);
  new inner.MutationObserver(() => {
    if (map.dataset.shown === shown) return;
    shown = map.dataset.shown;
    const next = (then) => inner.requestAnimationFrame(then);
    next(() => next(() => { window.painted = clock(inner); }));
  }).observe(map, { attributes: true, attributeFilter: ["data-shown"] });
}"""


def fill(url: str, count: int, places: int) -> None:
    """Store ``count`` events at ``places`` places in one report of a user's own."""
    opened = open_workspace(url=url)
    model = next(e for e in opened.events if e.type is EventType.STRIKE)
    report = replace(opened.reports[model.quote.report_id], id="made-up", title="Made up")
    rng = np.random.default_rng(1)
    lat, lon = rng.normal(35, 1.2, places), rng.normal(41, 1.2, places)
    spots = [
        replace(
            model.place,
            place_id=f"made:{i}",
            name=f"Place {i}",
            lat=float(lat[i]),
            lon=float(lon[i]),
            precision_km=1.0,
            feature_code="PPL",
        )
        for i in range(places)
    ]
    events = [
        replace(
            model,
            id=f"made-up/{i}",
            place=spots[i % places],
            quote=Quote("made-up", model.quote.start, model.quote.end),
            candidates=(),
        )
        for i in range(count)
    ]
    open_store(url).add_report(report, events, who="benchmark", why="load")


def measure(port: int, chromium: str, server: subprocess.Popen) -> tuple[list[float], list[float]]:
    """Seconds from key to painted frame, in the page and as a locator sees it."""
    times, seen = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
        wait_for(f"http://localhost:{port}/_stcore/health", server)
        page.goto(f"http://localhost:{port}/?border=25+km&map=35,41,7", timeout=120_000)
        frame = page.frame_locator("iframe[title='streamlit_folium.st_folium']")
        frame.locator(DRAWN).wait_for(timeout=300_000)
        page.locator(READY).wait_for(timeout=300_000)
        page.evaluate(WATCH)
        thumb = page.locator(".st-key-border input[type='range']").first
        right, left = "ArrowRight", "ArrowLeft"
        for key in (right, right, left, left, left, right):
            before = frame.locator(".dl-map").get_attribute("data-shown")
            thumb.focus()
            page.evaluate("() => { window.painted = 0; }")
            start = time.perf_counter()
            thumb.press(key)
            frame.locator(f".dl-map:not([data-shown='{before}'])").wait_for(timeout=60_000)
            seen.append(time.perf_counter() - start)
            page.wait_for_function("() => window.painted > 0")
            times.append(page.evaluate("() => window.painted - window.pressed") / 1000)
            page.locator(READY).wait_for(timeout=300_000)
        browser.close()
    return times, seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--places", type=int, default=2_000)
    parser.add_argument(
        "--chromium", default=os.environ.get("CHROMIUM") or shutil.which("chromium")
    )
    args = parser.parse_args()
    if not args.chromium:
        sys.exit("no Chromium found; name one with --chromium")
    port = free_port()
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile() as log:
        url = f"sqlite:///{home}/made-up.db"
        began = time.perf_counter()
        fill(url, args.events, args.places)
        print(f"{args.events:,} events stored in {time.perf_counter() - began:.0f} s")
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard.py")),
                *("--server.port", str(port), "--server.headless", "true"),
            ],
            cwd=ROOT,
            env={**os.environ, "DATELINE_HOME": home, "DATELINE_DB": url},
            stdout=log,
            stderr=log,
        )
        try:
            times, seen = measure(port, args.chromium, server)
        finally:
            server.terminate()
            server.wait(10)
    print(
        f"distance filter to repaint, median of {len(times)}: {statistics.median(times):.2f} s "
        f"(limit 0.5 s; worst {max(times):.2f} s)"
    )
    print(f"the same as a locator sees it: {statistics.median(seen):.2f} s")


if __name__ == "__main__":
    main()
