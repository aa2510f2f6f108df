"""Moving pictures from frames: GIF, and MP4 where ffmpeg is installed.

Frames are arrays of rows by columns by red, green, blue (8 bits each), all of one size. The GIF
has one palette for all frames and no dithering, so that what does not change does not flicker;
of each frame only the rectangle that changed is written, and in it only the dots that did.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import GifImagePlugin, Image
from scipy.spatial import cKDTree

from geo.errors import InputError

__all__ = ["FFMPEG_MISSING", "gif", "has_ffmpeg", "mp4"]

Pixels = NDArray[np.uint8]
Codes = NDArray[np.uint32]
COLOURS = 255  # and one that stands for "as before"
SAME = 255
# Colours that so large a share of all dots have are those of flat parts.
FLAT_SHARE, MOST_FLAT = 0.0002, 128
# The dots from which the palette is chosen; the more there are, the slower.
SAMPLE = 400_000
FPS = 10
LONGEST_S = 600.0  # a frame's time on the screen
FFMPEG_MISSING = (
    "An MP4 needs ffmpeg, which is not installed here. Install it (Debian, Ubuntu: "
    "sudo apt-get install ffmpeg; macOS: brew install ffmpeg; Windows: winget install ffmpeg), "
    "or take a GIF, which needs nothing."
)


class _Kept:
    """Frames put away small, to be gone over more than once."""

    def __init__(self, frames: Iterable[Pixels]) -> None:
        self.packed: list[bytes] = []
        self.shape: tuple[int, ...] = ()
        for frame in frames:
            if self.shape and frame.shape != self.shape:
                msg = f"frames of different sizes, {self.shape} and {frame.shape}, make no picture"
                raise InputError(msg)
            self.shape = frame.shape
            self.packed.append(zlib.compress(np.ascontiguousarray(frame).tobytes(), 1))
        if not self.packed:
            msg = "a run needs at least one day"
            raise InputError(msg)

    def __iter__(self) -> Iterator[Pixels]:
        for data in self.packed:
            yield np.frombuffer(zlib.decompress(data), np.uint8).reshape(self.shape)


def _codes(frame: Pixels) -> Codes:
    """Each dot's colour as one number."""
    padded = np.zeros((*frame.shape[:2], 4), np.uint8)
    padded[..., 2::-1] = frame
    return padded.view("<u4")[..., 0]


def _split(codes: Codes) -> Pixels:
    """The colours of such numbers: N by 3."""
    return np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=-1).astype(np.uint8)


def _counted(frames: Iterable[Pixels]) -> tuple[Codes, NDArray[np.int64]]:
    """All colours of the frames, in order, and how many dots have each."""
    colours: Codes = np.empty(0, np.uint32)
    counts: NDArray[np.int64] = np.empty(0, np.int64)
    for frame in frames:
        codes: Codes
        codes, often = np.unique(_codes(frame), return_counts=True)
        both: Codes = np.concatenate([colours, codes])
        colours, back = np.unique(both, return_inverse=True)
        sums = np.bincount(back, weights=np.concatenate([counts, often]))
        counts = sums.astype(np.int64)
    return colours, counts


def _palette(colours: Codes, counts: NDArray[np.int64]) -> tuple[Pixels, NDArray[np.uint8]]:
    """At most 255 colours (N by 3), and which of them stands for each of ``colours``.

    The colours of flat parts are kept exactly. The others are grouped by median cut, each counting
    by the square root of its dots, so that the thin red of a ring is not lost beside the soft
    edges of a hundred letters.
    """
    rgb = _split(colours)
    if len(colours) <= COLOURS:
        return rgb, np.arange(len(colours), dtype=np.uint8)
    flat = np.flatnonzero(counts >= FLAT_SHARE * counts.sum())
    flat = flat[np.argsort(-counts[flat], kind="stable")][:MOST_FLAT]
    others = np.setdiff1d(np.arange(len(colours)), flat)
    weight = np.sqrt(counts[others])
    copies = np.maximum(1, np.round(weight * (SAMPLE / weight.sum()))).astype(int)
    sample = np.repeat(rgb[others], copies, axis=0)[None, ...]
    left = COLOURS - len(flat)
    made = Image.fromarray(sample).quantize(left, method=Image.Quantize.MEDIANCUT, kmeans=2)
    means = np.array(made.getpalette(), np.uint8).reshape(-1, 3)[:left]
    picked = np.concatenate([rgb[flat], means])
    _, nearest = cKDTree(picked).query(rgb)
    return picked, nearest.astype(np.uint8)


def gif(frames: Iterable[Pixels], seconds: Sequence[float], *, about: str = "") -> bytes:
    """The frames as a GIF that runs for ever; ``seconds`` is how long each stands.

    ``about`` is kept in the file as a comment. Equal frames give equal bytes. Raises InputError
    for no frames, frames of different sizes, or times that cannot be kept.
    """
    kept = _Kept(frames)
    times = _checked(seconds, len(kept.packed))
    colours, counts = _counted(kept)
    palette, index_of = _palette(colours, counts)
    # Frames that are alike stand as one, for both their times.
    steps: list[tuple[NDArray[np.uint8], float]] = []
    for frame, time in zip(kept, times, strict=True):
        drawn = index_of[np.searchsorted(colours, _codes(frame))]
        if steps and np.array_equal(steps[-1][0], drawn):
            steps[-1] = (drawn, steps[-1][1] + time)
        else:
            steps.append((drawn, time))
    height, width = kept.shape[:2]
    flat = bytearray(768)
    flat[: palette.size] = palette.tobytes()
    out = bytearray(b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF7, 0, 0) + flat)
    out += b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
    out += _comment(about)
    before: NDArray[np.uint8] | None = None
    for drawn, time in steps:
        out += _written(drawn, before, time)
        before = drawn
    return bytes(out + b";")


def _checked(seconds: Sequence[float], count: int) -> Sequence[float]:
    if len(seconds) != count:
        msg = f"{count} frames with {len(seconds)} times; each frame needs one"
        raise InputError(msg)
    if any(not 0.02 <= time <= LONGEST_S for time in seconds):
        msg = f"a frame stands between 0.02 and {LONGEST_S:g} seconds"
        raise InputError(msg)
    return seconds


def _comment(about: str) -> bytes:
    data = about.encode()[:2000]
    if not data:
        return b""
    blocks = [data[i : i + 255] for i in range(0, len(data), 255)]
    return b"!\xfe" + b"".join(bytes([len(b)]) + b for b in blocks) + b"\x00"


def _written(drawn: NDArray[np.uint8], before: NDArray[np.uint8] | None, time: float) -> bytes:
    """One frame of the file: the rectangle that changed, and in it only the dots that did."""
    left, top, part = 0, 0, drawn
    if before is not None:
        differs = drawn != before
        rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
        top, left = int(rows[0]), int(columns[0])
        inside = (slice(top, int(rows[-1]) + 1), slice(left, int(columns[-1]) + 1))
        part = np.where(differs[inside], drawn[inside], SAME).astype(np.uint8)
    image = Image.fromarray(np.ascontiguousarray(part), "L")
    hundredths = min(65535, round(time * 100))
    how = {"duration": hundredths * 10, "disposal": 1, "transparency": SAME}
    return b"".join(GifImagePlugin.getdata(image, (left, top), **how))


def has_ffmpeg() -> bool:
    """Whether MP4 can be made here."""
    return shutil.which("ffmpeg") is not None


def mp4(frames: Iterable[Pixels], seconds: Sequence[float], *, title: str = "") -> bytes:
    """The frames as MP4 (H.264, for any player); ``seconds`` is how long each stands.

    A side of odd length gets one more row or column of dots. The same frames give the same bytes
    with the same ffmpeg. Raises InputError where ffmpeg is missing or refuses.
    """
    program = shutil.which("ffmpeg")
    if program is None:
        raise InputError(FFMPEG_MISSING)
    kept = _Kept(frames)
    times = _checked(seconds, len(kept.packed))
    height, width = kept.shape[:2]
    down, right = height % 2, width % 2
    command = [program, "-hide_banner", "-loglevel", "error", "-nostdin", "-y"]
    command += ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width + right}x{height + down}"]
    command += ["-r", str(FPS), "-i", "pipe:0", "-an"]
    # Colours as the web has them; the film starts before all of it is there.
    command += ["-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"]
    command += ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]
    command += ["-c:v", "libx264", "-preset", "medium", "-crf", "18", "-tune", "stillimage"]
    command += ["-threads", "1", "-fflags", "+bitexact", "-flags:v", "+bitexact"]
    command += ["-map_metadata", "-1", "-metadata", f"title={title}", "-movflags", "+faststart"]
    with tempfile.TemporaryDirectory(prefix="dateline-") as folder:
        target = Path(folder) / "run.mp4"
        said = Path(folder) / "said.txt"
        with said.open("wb") as errors:
            # The program is the one found above, and what it is told is made here.
            process = subprocess.Popen(  # noqa: S603
                [*command, str(target)], stdin=subprocess.PIPE, stderr=errors
            )
            assert process.stdin is not None
            try:
                for frame, time in zip(kept, times, strict=True):
                    even = np.pad(frame, ((0, down), (0, right), (0, 0)), mode="edge").tobytes()
                    for _ in range(max(1, round(time * FPS))):
                        process.stdin.write(even)
                process.stdin.close()
            except BrokenPipeError:
                pass  # it says why below
            finally:
                process.wait()
        if process.returncode or not target.exists():
            why = said.read_text(errors="replace").strip().splitlines()[-1:] or ["no reason given"]
            msg = f"ffmpeg could not make the MP4: {why[0][:300]}; take a GIF"
            raise InputError(msg)
        return target.read_bytes()
