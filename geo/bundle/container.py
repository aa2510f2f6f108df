"""The zip around a bundle: the same bytes every time, sealed, and opened as what it is, untrusted.

The seal is the zip's comment: the SHA-256 of every byte before it, and that of the manifest, so
that no change anywhere goes unseen, and the manifest tells which member changed. It shows change
by accident and by whoever does not know the form; somebody who makes a new seal can only be
found out by comparing the file's checksum with one told elsewhere.
"""

from __future__ import annotations

import hashlib
import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from geo.bundle.fields import Fields, load
from geo.errors import InputError

__all__ = ["MANIFEST", "Contents", "pack", "plain_name", "unpack"]

MANIFEST = "manifest.json"
MAX_FILE = 256 * 2**20
MAX_MEMBER = 192 * 2**20
MAX_TOTAL = 400 * 2**20
MAX_MEMBERS = 64
MAX_RATIO = 150  # our own rows come to 12 times; a bomb to 1,000
SMALL = 2**20  # below this no ratio is a bomb
_STAMP = (1980, 1, 1, 0, 0, 0)
_SEAL = re.compile(rb"dateline-1 file=([0-9a-f]{64}) manifest=([0-9a-f]{64})")
_STORED = (".png",)  # is compressed already
# What the zip reader raises on damaged files, apart from errors of its own.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    OverflowError,
    IndexError,
)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a bundle's file holds. ``changes`` are sentences on what is not as it was sealed.

    ``members`` hold the ones we know by name; ``checksum`` is the whole file's SHA-256.
    """

    members: Mapping[str, bytes]
    manifest: Fields
    changes: tuple[str, ...]
    checksum: str

    @property
    def verified(self) -> bool:
        """Whether every byte is as it was sealed."""
        return not self.changes


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def plain_name(name: str) -> str:
    """A member's name, fit to be shown to people."""
    kept = "".join(c if unicodedata.category(c)[0] != "C" else "\ufffd" for c in name)
    return f"“{kept[:80]}”"


def pack(members: Mapping[str, bytes]) -> bytes:
    """A sealed zip of these members, sorted by name; ``manifest.json`` must be among them."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, _STAMP)
            info.create_system = 3
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            packed = not name.endswith(_STORED)
            info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            archive.writestr(info, members[name], compresslevel=6)
        archive.comment = _seal(b"", b"")
    data = file.getvalue()
    body = data[: -len(_seal(b"", b""))]
    return body + _seal(body, members[MANIFEST])


def _seal(body: bytes, manifest: bytes) -> bytes:
    return f"dateline-1 file={_sha(body)} manifest={_sha(manifest)}".encode()


def unpack(data: bytes, known: frozenset[str]) -> Contents:
    """Open a bundle and compare it with its seal; nothing is ever written to a path it names.

    ``known`` are the names of members that we read; others are listed as changes, and not read.
    Raises InputError for what is no bundle, is damaged beyond reading, or is made to do harm.
    """
    if len(data) > MAX_FILE:
        raise InputError(f"The bundle is larger than {MAX_FILE // 2**20} MB.")
    if not data.startswith(b"PK\x03\x04"):
        raise InputError("This is not a Dateline bundle (a .dateline file is a zip archive).")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            _refuse(infos)
            comment = archive.comment
            strange = [info.filename for info in infos if info.filename not in known]
            read: dict[str, bytes] = {}
            broken: dict[str, str] = {}
            for info in infos:
                if info.filename in known:
                    try:
                        read[info.filename] = _read(archive, info)
                    except _DAMAGE as exc:
                        broken[info.filename] = f"{type(exc).__name__}: {exc}"[:120]
    except InputError:
        raise
    except _DAMAGE as exc:
        what = f"{type(exc).__name__}: {exc}"[:160]
        raise InputError(
            f"The bundle is damaged as a file ({what}). Ask for it to be sent again."
        ) from exc
    if MANIFEST in broken:
        msg = f"{MANIFEST} in the bundle is damaged and cannot be read ({broken[MANIFEST]})."
        raise InputError(f"{msg} Ask for the bundle to be sent again.")
    if MANIFEST not in read:
        raise InputError(f"The bundle has no {MANIFEST}; it is not one of ours, or taken apart.")
    manifest = Fields.of(MANIFEST, load(MANIFEST, read[MANIFEST]))
    changes = [
        *_seal_broken(comment, read[MANIFEST]),
        *(
            f"{plain_name(name)} is damaged and cannot be read ({why})."
            for name, why in broken.items()
        ),
        *_differences(manifest, read, broken.keys()),
        *(f"{plain_name(name)} was added and is not read." for name in strange),
    ]
    if not changes and not _sealed(data, comment):
        changes = [
            "The file around the members was changed or packed anew by another program. "
            "Every member is as it was sealed."
        ]
    return Contents(read, manifest, tuple(changes), _sha(data))


def _refuse(infos: list[zipfile.ZipInfo]) -> None:
    """Refuse what no bundle of ours is, before anything is unpacked."""
    if len(infos) > MAX_MEMBERS:
        raise InputError(f"The bundle has {len(infos):,} members; at most {MAX_MEMBERS}.")
    seen: set[str] = set()
    total = 0
    for info in infos:
        name = info.filename
        shown = plain_name(name)
        # Names are never used as paths; but a bundle with such names was made to do harm.
        if name.startswith(("/", "\\")) or "\\" in name or ":" in name or ".." in name.split("/"):
            raise InputError(f"{shown} in the bundle names a path outside it. It is not opened.")
        if name != (info.orig_filename or name) or "\0" in name:
            raise InputError(f"{shown} in the bundle has a broken name. It is not opened.")
        if name.casefold() in seen:
            raise InputError(f"{shown} is in the bundle twice. It is not opened.")
        seen.add(name.casefold())
        kind = stat.S_IFMT(info.external_attr >> 16)
        if info.create_system == 3 and kind not in (0, stat.S_IFREG):
            raise InputError(f"{shown} in the bundle is a link or a folder, not a file.")
        if name.endswith("/") or info.flag_bits & 0x1:
            raise InputError(f"{shown} in the bundle is a folder or encrypted. It is not opened.")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise InputError(f"{shown} in the bundle is packed in a way that no bundle of ours is.")
        total += info.file_size
        if info.file_size > MAX_MEMBER or total > MAX_TOTAL:
            limit = MAX_MEMBER if info.file_size > MAX_MEMBER else MAX_TOTAL
            raise InputError(f"{shown} in the bundle unpacks to more than {limit // 2**20} MB.")
        if info.file_size > SMALL and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            raise InputError(f"{shown} in the bundle swells when unpacked. It is not opened.")


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as member:
        data = member.read(info.file_size + 1)
    if len(data) != info.file_size:
        raise zipfile.BadZipFile("its size is not the one it states")
    return data


def _sealed(data: bytes, comment: bytes) -> bool:
    """Whether the seal is that of the bytes before it."""
    found = _SEAL.fullmatch(comment)
    return found is not None and found[1].decode() == _sha(data[: -len(comment)])


def _seal_broken(comment: bytes, manifest: bytes) -> list[str]:
    """What is wrong with the seal itself; a file packed anew by others has none."""
    found = _SEAL.fullmatch(comment)
    if found is None:
        return ["The seal is damaged."] if comment else []
    return [f"{MANIFEST} was changed after sealing."] if found[2].decode() != _sha(manifest) else []


def _differences(manifest: Fields, read: Mapping[str, bytes], broken: Collection[str]) -> list[str]:
    """Members that are not as the manifest lists them."""
    listed = manifest.inner("members")
    changes = []
    for name in sorted(listed.data):
        entry = listed.inner(name)
        if name == MANIFEST or name in broken:
            continue
        if name not in read:
            changes.append(f"{plain_name(name)} is missing.")
        elif entry.text("sha256", most=64) != _sha(read[name]):
            changes.append(f"{plain_name(name)} was changed after sealing.")
    added = sorted(read.keys() - listed.data.keys() - {MANIFEST})
    return [*changes, *(f"{plain_name(name)} was added after sealing." for name in added)]
