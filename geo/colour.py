"""Colours that can be told from their ground: WCAG contrast, the same rule as the web map's."""

from __future__ import annotations

__all__ = ["contrast", "toned"]

LEAST = 3.0  # WCAG 2: a graphic that carries meaning
_STEPS, _SHARE = 20, 0.08


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(rgb: tuple[int, int, int]) -> float:
    parts = [v / 255 for v in rgb]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The WCAG 2 contrast of two colours (``#rrggbb``), from 1 to 21."""
    low, high = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))))
    return (high + 0.05) / (low + 0.05)


def toned(colour: str, ground: str) -> str:
    """The colour, moved towards black or white until it stands 3:1 against the ground."""
    towards = 0 if _luminance(_rgb(ground)) > 0.4 else 255
    rgb = _rgb(colour)
    for _ in range(_STEPS):
        if contrast("#{:02x}{:02x}{:02x}".format(*rgb), ground) >= LEAST:
            break
        red, green, blue = (round(v + (towards - v) * _SHARE) for v in rgb)
        rgb = red, green, blue
    return "#{:02x}{:02x}{:02x}".format(*rgb)
