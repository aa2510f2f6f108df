"""What reading hands from one step to the next: a document, and the places its words name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from geo.dates import DateSpan
from geo.model import Candidate, Place

__all__ = ["Document", "Mention", "MentionKind", "Relation", "RelativeArea"]


@dataclass(frozen=True, slots=True)
class Document:
    """A text to read. Spans everywhere index characters of ``text``; the title is apart.

    ``published`` is None where the source does not say; it is never made up.
    """

    doc_id: str
    text: str
    title: str = ""
    url: str = ""
    publisher: str = ""
    published: DateSpan | None = None
    language: str = "en"


class MentionKind(StrEnum):
    """What the words of a mention stand for."""

    PLACE = "place"
    DEMONYM = "demonym"  # "Syrian troops": the country is meant, but nothing happens there
    METONYM = "metonym"  # "Washington is wary": the government, not the city


class Relation(StrEnum):
    """How a relative area lies to the places that it is told by."""

    OFFSET = "offset"  # "5 km north of X"
    SIDE = "side"  # "north of X", "west of the Euphrates"
    NEAR = "near"  # "near X", "around X"
    OUTSIDE = "outside"  # "outside X", "on the outskirts of X"
    BETWEEN = "between"  # "between X and Y"
    ROAD = "road"  # "the road from X to Y", "the X-Y highway"
    BORDER = "border"  # "along the border with X", "the X-Y border"
    PART = "part"  # "northern X", "eastern X countryside", "central X"
    CONTEXT = "context"  # a name that is not known, in a text about X: somewhere about X


@dataclass(frozen=True, slots=True)
class RelativeArea:
    """Where "5 km north of X" is: a point, how far off it may be, and the area as a ring.

    ``start``/``end`` span the words that say it, the names included. ``anchors`` are the places
    it is told by. ``ring`` is longitude, latitude in degrees (WGS84), closed; empty where only
    the point and the radius are known. ``precision_km`` is a radius around the point.
    """

    relation: Relation
    start: int
    end: int
    text: str
    lat: float
    lon: float
    precision_km: float
    anchors: tuple[Place, ...]
    bearing_deg: float | None = None
    distance_km: float | None = None
    ring: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """Characters ``start`` to ``end`` of a text that name a place.

    ``place`` is None where no reading is known: the name stays, unplaced. ``candidates`` are the
    readings considered, best first. ``score`` is the calibrated probability that these words name
    a place and that it is ``place`` (of an unplaced one: that they name a place).
    ``literal`` is False of demonyms and metonyms: nothing is said to be there.
    ``area`` is set where the text places something relative to the place.
    """

    start: int
    end: int
    text: str
    literal: bool = True
    kind: MentionKind = MentionKind.PLACE
    candidates: tuple[Candidate, ...] = ()
    place: Place | None = None
    score: float = 0.0
    area: RelativeArea | None = None
    reasons: tuple[str, ...] = ()

    @property
    def point(self) -> tuple[float, float, float] | None:
        """Latitude, longitude and radius in km of the place; of the area if no place is known.

        An event told relative to the place ("5 km north of X") happened at ``area``, not here.
        """
        if self.place is not None:
            return self.place.lat, self.place.lon, self.place.precision_km
        if self.area is not None:
            return self.area.lat, self.area.lon, self.area.precision_km
        return None
