"""Stored pictures, and how to make them again: python tests/pictures/references.py.

They are 800 px wide in a palette of 128 colours; a picture made now is reduced in the same way
before it is compared. Rebuild them only when a change of the pictures is meant, and look at
every one of them.
"""

from __future__ import annotations

import io
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

HERE = Path(__file__).resolve().parent
STORED = HERE / "stored"
WIDTH = 800
COLOURS = 128
# Another build of the same libraries may shade the edge of a letter otherwise: a mean difference
# of so many of 255 steps, and so large a share of px that differ clearly, are no change.
MOST_MEAN = 0.6
MOST_SHARE = 0.002
CLEARLY = 48
# One lost name is lost in the whole picture: so no tile may differ clearly by more than this share.
TILE = (12, 24)  # px, rows and columns: about a short name
MOST_IN_TILE = 0.15


@dataclass(frozen=True)
class Difference:
    """How far a picture is from its reference. ``image`` shows where: red on the faded picture.

    ``tile`` is the largest share of px of any one tile that differ clearly.
    """

    mean: float
    share: float
    tile: float
    image: Image.Image

    @property
    def small(self) -> bool:
        """Whether it is no more than another build of the same libraries makes."""
        return self.mean <= MOST_MEAN and self.share <= MOST_SHARE and self.tile <= MOST_IN_TILE


def rows() -> list[dict[str, object]]:
    """The views that have a reference."""
    found = tomllib.loads((HERE / "views.toml").read_text(encoding="utf-8"))["picture"]
    return [row for row in found if row.get("reference", False)]


def drawn(row: dict[str, object], fmt: str, scale: float = 2) -> bytes:
    """The picture of a view, or of several of its days, as the bytes of a file."""
    from geo import series
    from geo.options import Options
    from geo.picture import picture
    from geo.workspace import open_workspace

    workspace = open_workspace()
    view, problems = workspace.parse(str(row["view"]))
    if problems:
        raise ValueError(problems)
    asked = dict(row.get("options", {}))  # type: ignore[call-overload]
    options = Options.from_dict({**asked, "fmt": fmt, "scale": scale})
    make = {"pair": series.pair, "multiples": series.multiples}.get(str(row.get("kind")), picture)
    return make(workspace, view, options)


def made(row: dict[str, object]) -> Image.Image:
    """The picture of a view as it is made now, 800 px wide."""
    from geo.options import Options

    options = Options.from_dict(dict(row.get("options", {})))  # type: ignore[call-overload]
    data = drawn(row, "png", WIDTH / options.sheet.width)
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB")


def reduced(image: Image.Image) -> Image.Image:
    """The picture in few colours."""
    return image.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def difference(now: Image.Image, stored: Image.Image) -> Difference:
    """How far the picture made now is from the stored one; sizes that differ are all different."""
    after: NDArray[np.float64] = np.asarray(reduced(now).convert("RGB"), float)
    before: NDArray[np.float64] = np.asarray(stored.convert("RGB"), float)
    if after.shape != before.shape:
        return Difference(255.0, 1.0, 1.0, now)
    steps = np.abs(after - before).max(axis=2)
    clear = steps > CLEARLY
    shown = 255 - (255 - after) * 0.35
    shown[clear] = (220, 0, 0)
    return Difference(
        float(steps.mean()),
        float(clear.mean()),
        _worst(clear),
        Image.fromarray(shown.astype(np.uint8)),
    )


def _worst(clear: NDArray[np.bool_]) -> float:
    """The largest share in any tile; tiles overlap by half, so that none is cut by their edges."""
    tall, wide = TILE
    windows = np.lib.stride_tricks.sliding_window_view(clear, TILE)[:: tall // 2, :: wide // 2]
    return float(windows.mean(axis=(2, 3)).max())


def main() -> int:
    sys.path.insert(0, str(HERE.parents[1]))
    STORED.mkdir(exist_ok=True)
    for path in STORED.glob("*.png"):
        path.unlink()
    for row in rows():
        path = STORED / f"{row['name']}.png"
        reduced(made(row)).save(path, optimize=True)
        print(f"{path.name:32} {path.stat().st_size / 1024:6.0f} KB")
    print(f"{sum(p.stat().st_size for p in STORED.glob('*.png')) / 1024:.0f} KB in all")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
