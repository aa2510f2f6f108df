"""Through time: the step of a day on the map, the file of days, comparing two days, measuring all.

Run ``python benchmarks/days.py`` with an installed Chromium. A step is timed in the page, from
the slider's own event to the end of the painting that shows the new day. Everything else is CPU
seconds of this process.
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
from pathlib import Path

import orjson
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "benchmarks"))

from dashboard import DRAWN, free_port, wait_for  # noqa: E402
from geo.change import difference  # noqa: E402
from geo.holdings import history  # noqa: E402
from geo.webmap import timeline_payload  # noqa: E402
from geo.workspace import open_workspace  # noqa: E402

STEP = """async (days) => {
  const dl = window.dateline, board = dl.board, slider = document.querySelector(".dl-slider");
  const times = [];
  for (const day of days) {
    const began = performance.now();
    const drawn = new Promise((done) => board.map.once("dateline:drawn", done));
    slider.value = dl.dayNumber(day);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await drawn;
    times.push(performance.now() - began);
    await new Promise((done) => setTimeout(done, 60));
  }
  return times;
}"""


def steps(browser_path: str) -> list[float]:
    """Seconds of each step through all days with a report, there and back."""
    port = free_port()
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard.py")),
                *("--server.port", str(port), "--server.headless", "true"),
            ],
            cwd=ROOT,
            env={**os.environ, "DATELINE_HOME": home},
            stdout=log,
            stderr=log,
        )
        try:
            wait_for(f"http://localhost:{port}/_stcore/health", server)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"]
                )
                page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
                page.goto(f"http://localhost:{port}/")
                frame = page.frame_locator("iframe[title='streamlit_folium.st_folium']")
                frame.locator(DRAWN).wait_for(timeout=60_000)
                frame.locator(".dl-slider").focus()
                inner = page.frames[-1]
                inner.wait_for_function("() => window.dateline.board.player.file", timeout=120_000)
                days = inner.evaluate("() => window.dateline.board.player.stops")
                found = inner.evaluate(STEP, days + days[::-1])
                browser.close()
        finally:
            server.terminate()
            server.wait(10)
    return [ms / 1000 for ms in found]


def cpu(what: str, work, *, note=lambda _: "") -> object:
    began = time.process_time()
    found = work()
    print(f"{what:44}{time.process_time() - began:8.2f} s of CPU  {note(found)}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--chromium", default=os.environ.get("CHROMIUM") or shutil.which("chromium")
    )
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        opened = open_workspace(url=f"sqlite:///{home}/dateline.db")
        days = cpu(
            "areas of all days", lambda: list(opened.days()), note=lambda d: f"{len(d)} days"
        )
        file = cpu("file of days", lambda: orjson.dumps(timeline_payload(days, opened.actors)),
                   note=lambda data: f"{len(data) / 1e3:.0f} kB")  # fmt: skip
        assert file
        cpu("provinces and towns", lambda: opened.terrain)
        ends = [(day.on, day.zones) for day in (days[1], days[-1])]
        cpu("difference of two days", lambda: difference(*ends, opened.terrain))
        cpu("holdings of all days", lambda: history(days, opened.terrain),
            note=lambda h: f"{len(h.holdings)} rows")  # fmt: skip
    if not args.chromium:
        sys.exit("no Chromium found; name one with --chromium")
    found = steps(args.chromium)
    middle, worst = statistics.median(found), max(found)
    what = f"step of a day on the map to repaint, median of {len(found)}"
    print(f"{what:58}{middle:6.3f} s   limit 0.3 s   (worst {worst:.3f} s)")


if __name__ == "__main__":
    main()
