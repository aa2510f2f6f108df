"""For all tests: a database of their own, and no network beyond this machine."""

import os
import socket
import tempfile
from pathlib import Path

import pytest

# Set before any test module opens the workspace, which is cached for the whole run.
os.environ["DATELINE_HOME"] = tempfile.mkdtemp(prefix="dateline-tests-")
os.environ.pop("DATELINE_DB", None)

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root():
    """The repository's folder."""
    return ROOT


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    """Refuse connections to other machines: the product must be complete without them."""
    connect = socket.socket.connect

    def local_only(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = address[0]
            if host not in ("127.0.0.1", "::1", "localhost"):
                msg = f"a test tried to reach {host}"
                raise AssertionError(msg)
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_only)
