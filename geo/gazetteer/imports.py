"""Reading other people's gazetteers: GeoNames dumps, alternate names, CSV and GeoJSON of points.

Files are not trusted: every line and field is bounded, an archive is taken only if it holds one
text of plausible size, signs of control and direction are taken out of names, and a row that
does not fit is told with its line and reason while the rest is read.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson

from geo.errors import InputError
from geo.exchange.problems import Problem
from geo.gazetteer.import_rows import (
    DUMP_COLUMNS,
    BadRowError,
    RawPlace,
    known_columns,
    of_alternate,
    of_dump,
    of_fields,
)
from geo.gazetteer.names import tidy

__all__ = ["ALTERNATE", "DUMP", "GEOJSON", "TABLE", "Source", "opened", "read_places"]

DUMP, ALTERNATE, TABLE, GEOJSON = "GeoNames dump", "alternate names", "CSV", "GeoJSON"
MAX_LINE = 2**17
MAX_BYTES = 16 * 2**30
MAX_RATIO = 200  # place names shrink about fourfold; a bomb a thousandfold
MAX_MEMBERS = 20
MAX_WHOLE = 64 * 2**20  # GeoJSON read at once; larger files need a feature to a line
_ASIDE = frozenset({"readme.txt", "iso-languagecodes.txt"})


@dataclass(frozen=True, slots=True)
class Source:
    """An opened file: its name, what kind it is, its size unpacked, and its bytes."""

    file: str
    kind: str
    size: int
    stream: IO[bytes]


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """The file, or the one text in a zip archive. Raises InputError."""
    if not path.is_file():
        raise InputError(f"{path} cannot be read: there is no such file.")
    try:
        file: Any = path.open("rb", buffering=2**20)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    with file:
        if file.peek(4)[:4] != b"PK\x03\x04":
            yield _source(path.name, path.stat().st_size, file)
            return
        try:
            with zipfile.ZipFile(file) as archive:
                member = _member(path, archive)
                with archive.open(member) as unpacked:
                    stream = io.BufferedReader(unpacked, 2**20)  # type: ignore[type-var]
                    yield _source(member.filename, member.file_size, stream)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise InputError(
                f"{path.name} is a damaged archive ({error}). Fetch it again."
            ) from error


def _member(path: Path, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise InputError(f"{path.name} holds {len(members)} files; unpack the one that is meant.")
    texts = [
        info
        for info in members
        if not info.is_dir() and Path(info.filename).name.casefold() not in _ASIDE
    ]
    if len(texts) != 1:
        names = ", ".join(tidy(info.filename)[:60] for info in texts[:5]) or "none"
        raise InputError(f"{path.name} must hold one file of places; it has {names}.")
    info = texts[0]
    if info.flag_bits & 1:
        raise InputError(f"{path.name} is encrypted. Unpack it first.")
    if info.file_size > MAX_BYTES or info.file_size > MAX_RATIO * max(1, info.compress_size):
        raise InputError(f"{path.name} unpacks to {info.file_size:,} bytes, which is refused.")
    return info


def _source(name: str, size: int, stream: Any) -> Source:
    if size > MAX_BYTES:
        raise InputError(f"{name} is larger than 16 GB. Split it into smaller files.")
    name = tidy(Path(name).name)[:100]
    head: bytes = stream.peek(2**16)[: 2**16]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head:
        raise InputError(f"{name} is not UTF-8 text. Save it as UTF-8 and add it again.")
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        raise InputError(f"{name} is empty.")
    return Source(name, _kind(text, name), size, stream)


def _kind(head: bytes, name: str) -> str:
    if head.startswith((b"{", b"\x1e")):
        return GEOJSON
    # A bad first line must not hide what the file is.
    for line in head.split(b"\n")[:20]:
        cells = line.rstrip(b"\r").split(b"\t")
        if len(cells) == DUMP_COLUMNS and cells[0].isdigit():
            return DUMP
        if 4 <= len(cells) <= 10 and cells[0].isdigit() and cells[1].isdigit():
            return ALTERNATE
    if name.casefold().endswith((".geojson", ".json", ".geojsonl")):
        raise InputError(f"{name} is not GeoJSON: it does not begin with {{.")
    return TABLE


def read_places(
    source: Source, progress: Callable[[int], Any] = lambda _: None
) -> Iterator[RawPlace | Problem]:
    """Each row of a file or what is wrong with it; ``progress`` is told of bytes read.

    Raises InputError where the file as a whole cannot be used.
    """
    if source.kind == DUMP:
        return _rows(source, of_dump, progress)
    if source.kind == ALTERNATE:
        return _rows(source, of_alternate, progress)
    if source.kind == GEOJSON:
        return _of_geojson(source, progress)
    return _of_table(source, progress)


def _lines(source: Source, progress: Callable[[int], Any]) -> Iterator[tuple[int, bytes | Problem]]:
    """Lines with their numbers; one that is too long is passed over, not read into memory."""
    number = unsaid = 0
    while line := source.stream.readline(MAX_LINE):
        number += 1
        unsaid += len(line)
        if unsaid > 2**18:
            progress(unsaid)
            unsaid = 0
        if len(line) == MAX_LINE and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = source.stream.readline(MAX_LINE)
                unsaid += len(line)
            yield number, Problem(source.file, number, "", "is longer than 128 kB")
            continue
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        yield number, line
    progress(unsaid)


def _rows(
    source: Source,
    read: Callable[[int, list[str]], RawPlace | None],
    progress: Callable[[int], Any],
) -> Iterator[RawPlace | Problem]:
    for number, line in _lines(source, progress):
        if isinstance(line, Problem):
            yield line
            continue
        if not line.strip():
            continue
        try:
            place = read(number, line.decode().rstrip("\r\n").split("\t"))
        except UnicodeDecodeError:
            yield Problem(source.file, number, "", "is not UTF-8 text")
        except BadRowError as bad:
            yield Problem(source.file, number, bad.column, str(bad))
        else:
            if place is not None:
                yield place


def _of_table(source: Source, progress: Callable[[int], Any]) -> Iterator[RawPlace | Problem]:
    broken: list[Problem] = []

    def texts() -> Iterator[str]:
        for number, line in _lines(source, progress):
            try:
                if isinstance(line, Problem):
                    broken.append(line)
                else:
                    yield line.decode()
                    continue
            except UnicodeDecodeError:
                broken.append(Problem(source.file, number, "", "is not UTF-8 text"))
            yield "\n"  # keeps the count of lines right

    head = source.stream.peek(2**16).partition(b"\n")[0]  # type: ignore[attr-defined]
    reader = csv.reader(texts(), delimiter=max(",;\t", key=lambda mark: head.count(mark.encode())))
    csv.field_size_limit(2 * MAX_LINE)
    titles: list[str] = []
    at: dict[str, int] = {}
    tongues: dict[int, str] = {}
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            yield Problem(source.file, line, "", f"cannot be read as CSV ({error})")
            continue
        finally:
            yield from broken
            broken.clear()
        if not any(cell.strip() for cell in cells):
            continue
        if not titles:
            titles = [cell.strip() for cell in cells]
            at, tongues = known_columns(titles)
            if missing := [field for field in ("name", "lat", "lon") if field not in at]:
                raise InputError(
                    f"{source.file}, row {line}: no column {' or '.join(missing)}. The header "
                    f"has: {tidy(', '.join(titles))[:300]}. GeoNames dumps have 19 columns."
                )
            continue
        if len(cells) != len(titles):
            reason = f"has {len(cells)} cells where the header has {len(titles)}"
            yield Problem(source.file, line, "", reason)
            continue
        fields = {field: cells[index].strip() for field, index in at.items()}
        try:
            yield of_fields(line, fields, [(tag, cells[i]) for i, tag in tongues.items()])
        except BadRowError as bad:
            yield Problem(source.file, line, bad.column, str(bad))


def _of_geojson(source: Source, progress: Callable[[int], Any]) -> Iterator[RawPlace | Problem]:
    """Features of points: the whole file at once if it is small, else a feature to a line."""
    if source.size > MAX_WHOLE:
        yield from _of_features_by_line(source, progress)
        return
    data = source.stream.read(MAX_WHOLE + 1).removeprefix(b"\xef\xbb\xbf")
    progress(len(data))
    try:
        whole = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        by_line = Source(source.file, GEOJSON, source.size, io.BytesIO(data))
        first = data.lstrip(b"\x1e \r\n").partition(b"\n")[0]
        if not (first.startswith(b"{") and first.rstrip().endswith(b"}")):
            raise InputError(f"{source.file} is not GeoJSON ({error}).") from error
        yield from _of_features_by_line(by_line, lambda _: None)
        return
    features = whole.get("features") if isinstance(whole, dict) else None
    if isinstance(whole, dict) and whole.get("type") == "Feature":
        features = [whole]
    if not isinstance(features, list):
        raise InputError(f"{source.file} is no GeoJSON FeatureCollection of points.")
    for number, feature in enumerate(features, 1):
        yield _of_feature(source.file, number, feature)


def _of_features_by_line(
    source: Source, progress: Callable[[int], Any]
) -> Iterator[RawPlace | Problem]:
    for number, line in _lines(source, progress):
        if isinstance(line, Problem):
            yield line
            continue
        text = line.strip(b"\x1e \t\r\n").removesuffix(b",")
        if not text.startswith(b"{") or not text.endswith(b"}"):
            if number > 10 and len(text) > 3:
                yield Problem(source.file, number, "", "is not one GeoJSON feature to a line")
            continue  # the lines round the list of features
        try:
            feature = orjson.loads(text)
        except orjson.JSONDecodeError:
            yield Problem(source.file, number, "", "is not a GeoJSON feature")
            continue
        if isinstance(feature, dict) and feature.get("type") == "Feature":
            yield _of_feature(source.file, number, feature)


def _of_feature(file: str, number: int, feature: Any) -> RawPlace | Problem:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind != "Point":
        reason = f"has the geometry {str(kind)[:30]}, not a Point"
        return Problem(file, number, "geometry", reason)
    point = geometry.get("coordinates")
    if not isinstance(point, list) or len(point) < 2:
        return Problem(file, number, "geometry", "has no coordinates")
    properties = feature.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    titles, values = list(properties), list(properties.values())
    at, tongues = known_columns(titles)
    fields = {field: values[index] for field, index in at.items()}
    fields |= {"lon": point[0], "lat": point[1]}
    fields.setdefault("id", feature.get("id"))
    try:
        return of_fields(number, fields, [(tag, values[i]) for i, tag in tongues.items()])
    except BadRowError as bad:
        return Problem(file, number, bad.column, str(bad))
