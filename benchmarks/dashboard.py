"""Start of the server to map drawn, filter change to repaint, and requests to other hosts.

Run ``python benchmarks/dashboard.py`` with an installed Chromium. Prints each figure beside its
limit. "Drawn" is the map's own mark that all it needs has been painted; a repaint is timed in
the page, from the press to the first painted frame that holds the new number of events.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Request, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
READY = "[data-testid='stApp'][data-test-script-state='notRunning']"
DRAWN = ".dl-map[data-drawn='all']"
LOCAL = ("127.0.0.1", "localhost", "::1")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, server: subprocess.Popen) -> None:
    for _ in range(600):
        if server.poll() is not None:
            sys.exit("the server stopped while starting")
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    sys.exit("the server did not start within 30 s")


def measure(port: int, browser_path: str, server: subprocess.Popen, began: float) -> dict:
    outside: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path,
            args=[
                *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
                # No other host can be found, and every request is counted below.
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
            ],
        )
        page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()

        def note(request: Request) -> None:
            url = urlsplit(request.url)
            if url.scheme in ("http", "https", "ws", "wss") and url.hostname not in LOCAL:
                outside.append(request.url)

        page.on("request", note)
        wait_for(f"http://localhost:{port}/_stcore/health", server)
        page.goto(f"http://localhost:{port}/")
        frame = page.frame_locator("iframe[title='streamlit_folium.st_folium']")
        frame.locator(DRAWN).wait_for(timeout=60_000)
        first = time.perf_counter() - began
        page.locator(READY).wait_for()

        page.reload()
        warm_from = time.perf_counter()
        frame.locator(DRAWN).wait_for(timeout=60_000)
        warm = time.perf_counter() - warm_from
        page.locator(READY).wait_for()

        repaints = []
        for _ in range(3):
            for name in ("Daesh", "SDF"):
                before = frame.locator(".dl-map").get_attribute("data-shown")
                pill = page.locator(".st-key-actor button", has_text=name).first
                start = time.perf_counter()
                pill.click()
                frame.locator(f".dl-map:not([data-shown='{before}'])").wait_for(timeout=20_000)
                repaints.append(time.perf_counter() - start)
                page.locator(READY).wait_for()
        steps = []
        back, on = "To the day before with a report", "To the next day with a report"
        for name in (back, back, back, on, on, on):
            before = frame.locator(".dl-map").get_attribute("data-shown")
            start = time.perf_counter()
            frame.get_by_role("button", name=name).click()
            frame.locator(f".dl-map:not([data-shown='{before}'])").wait_for(timeout=20_000)
            steps.append(time.perf_counter() - start)
            page.locator(READY).wait_for()
        browser.close()
    return {"first": first, "warm": warm, "repaint": repaints, "steps": steps, "outside": outside}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--chromium", default=os.environ.get("CHROMIUM") or shutil.which("chromium")
    )
    args = parser.parse_args()
    if not args.chromium:
        sys.exit("no Chromium found; name one with --chromium")
    port = free_port()
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile() as log:
        began = time.perf_counter()
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
            found = measure(port, args.chromium, server, began)
        finally:
            server.terminate()
            server.wait(10)
    print(f"server start to map drawn, empty database  {found['first']:.2f} s   limit 5 s")
    print(f"page reload to map drawn                   {found['warm']:.2f} s")
    for key, what in (("repaint", "filter change"), ("steps", "step of dates")):
        times = found[key]
        print(
            f"{what} to repaint, median of {len(times)}       "
            f"{statistics.median(times):.2f} s   limit 0.5 s (worst {max(times):.2f} s)"
        )
    print(f"requests to other hosts                    {len(found['outside'])}        limit 0")
    for url in found["outside"]:
        print(f"  {url}")


if __name__ == "__main__":
    main()
