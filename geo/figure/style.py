"""Colours and type sizes of a picture, for light and dark paper and for print in grey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from geo.errors import InputError

__all__ = ["UNKNOWN_COLOUR", "Look", "Palette", "Type", "mix", "palette"]

UNKNOWN_COLOUR = "#7A756C"


@dataclass(frozen=True, slots=True)
class Look:
    """An actor's looks where there is no colour: a pattern of ``ink`` on a ``tone``, a letter."""

    pattern: str
    tone: str
    ink: str
    letter: str


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as ``#rrggbb``; ``zone_alpha`` is the opacity of a zone of full certainty.

    With ``grey`` no hue is used: ``looks`` (by actor id, see ``geo.figure.looks``) tell who is who.
    """

    paper: str
    land: str
    sea: str
    river: str
    coast: str
    border: str
    border_glow: str
    admin: str
    ink: str
    text: str
    faint: str
    country: str
    water_text: str
    rule: str
    accent: str
    town: str
    knob: str
    zone_alpha: float
    grey: bool = False
    looks: Mapping[str, Look] = field(default_factory=dict)


LIGHT = Palette(
    paper="#FFFFFF",
    land="#F4F2EC",
    sea="#DBE7EC",
    river="#8FB3C4",
    coast="#A3B7C0",
    border="#5F5A53",
    border_glow="#E2DDD2",
    admin="#C9C3B7",
    ink="#16181A",
    text="#3F4347",
    faint="#73777B",
    country="#8B8578",
    water_text="#5685A0",
    rule="#D9D6CF",
    accent="#B3261E",
    town="#6F6A61",
    knob="#FFFFFF",
    zone_alpha=0.50,
)
DARK = Palette(
    paper="#14171B",
    land="#262B31",
    sea="#171F28",
    river="#4C7389",
    coast="#3C4E5B",
    border="#A49E93",
    border_glow="#1B1F24",
    admin="#454B53",
    ink="#F2F3F4",
    text="#C5CACF",
    faint="#8E959C",
    country="#878E97",
    water_text="#78A6BE",
    rule="#363C43",
    accent="#FF8A7A",
    town="#979DA5",
    knob="#14171B",
    zone_alpha=0.62,
)
# Every colour has equal parts of red, green and blue.
GREY = Palette(
    paper="#FFFFFF",
    land="#FFFFFF",
    sea="#E3E3E3",
    river="#9C9C9C",
    coast="#8A8A8A",
    border="#2B2B2B",
    border_glow="#FFFFFF",
    admin="#BDBDBD",
    ink="#0F0F0F",
    text="#333333",
    faint="#626262",
    country="#7B7B7B",
    water_text="#6A6A6A",
    rule="#8F8F8F",
    accent="#0F0F0F",
    town="#555555",
    knob="#FFFFFF",
    zone_alpha=1.0,
    grey=True,
)


def palette(style: str) -> Palette:
    """The palette of ``light``, ``dark`` or ``grey``. Raises InputError for another word."""
    found = {"light": LIGHT, "dark": DARK, "grey": GREY}.get(style)
    if found is None:
        msg = f"{style!r} is not a style; choose light, dark or grey"
        raise InputError(msg)
    return found


@dataclass(frozen=True, slots=True)
class Type:
    """Type sizes in px, grown from a picture's size so that all pictures read alike."""

    scale: float

    @classmethod
    def of(cls, width: float, height: float, larger: float = 1.0) -> Type:
        """Sizes for a picture of ``width`` by ``height`` px (1600 by 1000 is 1), so much larger."""
        return cls(min(1.6, max(0.80, (width * height / 1.6e6) ** 0.5)) * larger)

    @property
    def title(self) -> float:
        """The headline."""
        return 31 * self.scale

    @property
    def deck(self) -> float:
        """The line under the headline."""
        return 16.5 * self.scale

    @property
    def head(self) -> float:
        """Heads of the key and of the notes."""
        return 13 * self.scale

    @property
    def body(self) -> float:
        """Entries of the key."""
        return 13.5 * self.scale

    @property
    def small(self) -> float:
        """Notes, sources and credits."""
        return 11.5 * self.scale

    @property
    def place(self) -> float:
        """Names of reported places."""
        return 15 * self.scale

    @property
    def town(self) -> float:
        """Names of other towns."""
        return 11.5 * self.scale

    @property
    def country(self) -> float:
        """Names of countries."""
        return 18.5 * self.scale


def mix(colour: str, other: str, share: float) -> str:
    """``colour`` with ``share`` (0 to 1) of ``other`` in it, both ``#rrggbb``."""
    pairs = zip(_rgb(colour), _rgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
