"""How a picture is asked for: its size, style, words and numbers, in one frozen value.

Free of drawing code, so that a page, a bundle or a list of views can carry it at no cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from urllib.parse import urlsplit

from geo.errors import InputError

__all__ = [
    "FORMATS",
    "LEAST_PX",
    "MOST_PX",
    "ORDERS",
    "SIZES",
    "STYLES",
    "Options",
    "Size",
    "parse_size",
]

FORMATS = ("png", "svg", "pdf")
STYLES = ("light", "dark", "grey")
ORDERS = ("newest", "date")
LEAST_PX, MOST_PX = 480, 6000
MOST_LETTERS = {"title": 300, "deck": 800, "as_of": 120, "link": 500}
# One px of a picture is one ninety-sixth of an inch, as in style sheets; a point is one 72nd.
POINTS_PER_PX = 72 / 96
POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Size:
    """A picture's size in px. ``paper_pt`` is the sheet in points, where it is to be printed.

    ``type`` makes letters larger than usual for a picture of this size, and ``brief`` leaves out
    what cannot be read on it: a picture in a feed is shown a third as wide as it is made.
    """

    name: str
    label: str
    width: int
    height: int
    paper_pt: tuple[float, float] | None = None
    type: float = 1.0
    brief: bool = False


def _paper(name: str, label: str, wide_mm: int, tall_mm: int) -> Size:
    points = (wide_mm * POINTS_PER_MM, tall_mm * POINTS_PER_MM)
    width, height = (round(side / POINTS_PER_PX) for side in points)
    return Size(name, label, width, height, points)


SIZES: Mapping[str, Size] = {
    size.name: size
    for size in (
        Size("web", "Web 1600 × 1000", 1600, 1000),
        Size("social", "Social 1200 × 675", 1200, 675, type=1.22, brief=True),
        Size("square", "Square 1080 × 1080", 1080, 1080, type=1.34, brief=True),
        Size("story", "Story 1080 × 1920", 1080, 1920, type=1.42, brief=True),
        # ISO 216.
        _paper("a4", "A4 upright", 210, 297),
        _paper("a4-landscape", "A4 across", 297, 210),
        _paper("a3", "A3 upright", 297, 420),
        _paper("a3-landscape", "A3 across", 420, 297),
    )
}


def parse_size(text: str) -> Size:
    """A named size, or one such as ``1600x1000`` in px. Raises InputError for anything else."""
    wanted = text.strip().lower()
    if wanted in SIZES:
        return SIZES[wanted]
    width, cross, height = wanted.replace("×", "x").partition("x")
    if cross and width.isascii() and width.isdigit() and height.isascii() and height.isdigit():
        # Longer numbers are refused below; int() need not read them.
        sides = int(width[:6]), int(height[:6])
        if all(LEAST_PX <= side <= MOST_PX for side in sides):
            return Size(f"{sides[0]}x{sides[1]}", f"{sides[0]} × {sides[1]}", *sides)
    msg = (
        f"{text[:40]!r} is not a size; choose {', '.join(SIZES)}, "
        f"or write width x height as 1600x1000, each side {LEAST_PX} to {MOST_PX}"
    )
    raise InputError(msg)


@dataclass(frozen=True, slots=True)
class Options:
    """All that is chosen for a picture but the view. None for a text means: write it yourself.

    ``as_of`` are words in place of the date line (“As of 11 November 2017, 6 p.m. in Damascus”).
    ``numbered`` puts numbers on the map and a list of what they stand for beside it, in
    ``order``. ``link`` is the address that the permalink starts with (no link without one).
    Raises InputError where a value cannot be used.
    """

    size: str = "web"
    style: str = "light"
    fmt: str = "png"
    scale: float = 2
    title: str | None = None
    deck: str | None = None
    as_of: str | None = None
    numbered: bool = False
    order: str = "newest"
    link: str = ""

    def __post_init__(self) -> None:
        for name, known in (("style", STYLES), ("fmt", FORMATS), ("order", ORDERS)):
            value = getattr(self, name)
            if value not in known:
                what = {"fmt": "format"}.get(name, name)
                msg = f"{str(value)[:40]!r} is not a picture’s {what}; choose {', '.join(known)}"
                raise InputError(msg)
        parse_size(self.size)
        if not 0.25 <= self.scale <= 4:
            msg = f"scale {self.scale!r} is not between 0.25 and 4"
            raise InputError(msg)
        for name, most in MOST_LETTERS.items():
            text = getattr(self, name)
            if text is not None and len(text) > most:
                msg = f"the {name.replace('_', '-')} has {len(text)} letters; shorten it to {most}"
                raise InputError(msg)
        if self.link and not _is_address(self.link):
            msg = f"{self.link[:60]!r} is not a web address; a link starts with https://"
            raise InputError(msg)

    @property
    def sheet(self) -> Size:
        """The size asked for."""
        return parse_size(self.size)

    def to_dict(self) -> dict[str, object]:
        """Plain values, only those that differ from the usual; ``from_dict`` reads them back."""
        usual = asdict(Options())
        return {key: value for key, value in asdict(self).items() if value != usual[key]}

    @classmethod
    def from_dict(cls, values: Mapping[str, object], *, base: Options | None = None) -> Options:
        """Options from plain values, the rest from ``base``. Raises InputError, naming the key."""
        kinds: dict[str, tuple[type, ...]] = {
            field.name: (str,) for field in fields(cls) if field.name not in ("scale", "numbered")
        } | {"scale": (int, float), "numbered": (bool,)}
        for key, value in values.items():
            if key not in kinds:
                msg = f"{key[:40]!r} is not an option of a picture; there are {', '.join(kinds)}"
                raise InputError(msg)
            wrong = isinstance(value, bool) and key != "numbered"
            if wrong or not isinstance(value, kinds[key]):
                msg = f"{key} is {str(value)[:40]!r}; it must be a {_KIND[kinds[key][0]]}"
                raise InputError(msg)
        return replace(base or cls(), **values)  # type: ignore[arg-type]

    def arguments(self) -> list[str]:
        """The same as options of ``python -m geo picture``."""
        usual, found = Options(), []
        for key, value in asdict(self).items():
            if value == getattr(usual, key) or value is None:
                continue
            flag = "--" + ("format" if key == "fmt" else key.replace("_", "-"))
            if value is True:
                found.append(flag)
            else:
                found += [flag, f"{value:g}" if key == "scale" else str(value)]
        return found


_KIND = {str: "text", int: "number", bool: "true or false"}


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    plain = text.isascii() and text.isprintable() and not set(text) & set(' "<>\\^`{|}')
    return parts.scheme in ("http", "https") and bool(parts.netloc) and plain
