"""A Streamlit server and a Chromium that may talk to nobody else.

Without Chromium or Playwright these tests are skipped and say so; with
``DATELINE_REQUIRE_BROWSER=1`` (as in continuous integration) that is a failure.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

REQUIRED = os.environ.get("DATELINE_REQUIRE_BROWSER") == "1"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
START_S = 60
FRAME = "iframe[title='streamlit_folium.st_folium']"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def _missing(reason: str) -> None:
    if REQUIRED:
        pytest.fail(f"{reason}, and DATELINE_REQUIRE_BROWSER=1 asks for it", pytrace=False)
    pytest.skip(reason)


def _chromium_path() -> str | None:
    given = os.environ.get("CHROMIUM")
    if given:
        return given if Path(given).exists() else None
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((found for found in map(shutil.which, names) if found), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A running Chromium."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("Playwright is not installed (pip install playwright)")
    path = _chromium_path()
    if path is None:
        _missing("Chromium was not found (install it, or name it in the CHROMIUM variable)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Start ``streamlit run script`` and return its address; stopped after the tests.

    Output goes to a file, so that a full pipe can never stop the server.
    """
    running: list[subprocess.Popen[bytes]] = []

    def start(script: Path, env: dict[str, str] | None = None) -> str:
        port = _free_port()
        log = tmp_path_factory.mktemp("server") / "output.txt"
        command = [
            *(sys.executable, "-m", "streamlit", "run", script.name),
            *("--server.port", str(port), "--server.headless", "true"),
            *("--server.address", "localhost", "--server.fileWatcherType", "none"),
        ]
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=script.parent,
                env={**os.environ, **(env or {})},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        running.append(process)
        address = f"http://localhost:{port}"
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            if process.poll() is not None:
                pytest.fail(f"the server stopped:\n{log.read_text()[-3000:]}", pytrace=False)
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                    return address
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        pytest.fail(f"no answer within {START_S} s:\n{log.read_text()[-3000:]}", pytrace=False)

    yield start
    for process in running:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


class Visit:
    """One open page: ``page``, ``map`` (the frame with the map), what it asked for outside
    (``outside``) and what went wrong in it (``errors``).
    """

    def __init__(self, context: Any, page: Any, outside: list[str], errors: list[str]) -> None:
        self.context, self.page, self.outside, self.errors = context, page, outside, errors
        self.map = page.frame_locator(FRAME)

    def drawn(self) -> None:
        """Wait until the map has its files, its events and a picture on screen."""
        self.map.locator(".dl-map[data-shown][data-drawn='all']").wait_for(timeout=30_000)

    def settled(self) -> None:
        """Wait until Streamlit has nothing left to run."""
        self.page.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for()

    def shown(self, count: int) -> None:
        """Wait until the one map of the page shows exactly so many events.

        Where other reports are opened the map is a new one; the old one goes a moment later.
        """
        frames = f'document.querySelectorAll("{FRAME}").length === 1'
        self.page.wait_for_function(frames)
        self.map.locator(f".dl-map[data-shown='{count}']").wait_for()


@pytest.fixture
def visit(chromium: Any) -> Iterator[Callable[..., Visit]]:
    """Open an address in a fresh context from which only localhost can be reached."""
    contexts = []

    def open_page(address: str, width: int = 1200, height: int = 900, **options: Any) -> Visit:
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        context.set_default_timeout(20_000)
        outside: list[str] = []
        errors: list[str] = []

        def gate(route: Any) -> None:
            url = route.request.url
            if url.startswith(("http://localhost:", "ws://localhost:", "data:", "blob:")):
                route.continue_()
            else:
                outside.append(url)
                route.abort()

        context.route("**/*", gate)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("dialog", lambda dialog: (errors.append(dialog.message), dialog.dismiss()))
        page.goto(address)
        return Visit(context, page, outside, errors)

    yield open_page
    for context in contexts:
        context.close()
