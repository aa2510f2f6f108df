"""The words of Dateline: what a report, a place, an actor and an event are.

Plain frozen dataclasses with no behaviour beyond reading themselves. Coordinates are WGS84
degrees in fields called ``lat`` and ``lon``; geometries (elsewhere) are longitude, latitude.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from geo.dates import DatePrecision, DateSpan

__all__ = [
    "AREA_CODES",
    "LINE_CODES",
    "Actor",
    "ActorKind",
    "Attribution",
    "Candidate",
    "CandidateNote",
    "Control",
    "DatePrecision",
    "DateSpan",
    "Event",
    "EventPlace",
    "EventType",
    "Numbers",
    "Participant",
    "Place",
    "Quote",
    "Report",
    "Role",
    "Status",
    "Tier",
    "Toponym",
    "Zone",
]


Day = date  # for use where a field is called "date"


class Tier(StrEnum):
    """How well an event is attested, from the strongest to the weakest."""

    ASSESSED = "assessed"  # two independent sources, or the loser admits it, or an analyst
    REPORTED = "reported"  # one independent source
    CLAIMED = "claimed"  # only the party that gains says so
    DENIED = "denied"


class EventType(StrEnum):
    """What is said to have happened; each has an ACLED event and sub-event type."""

    CAPTURES = "captures"
    LOSES = "loses"
    WITHDRAWS = "withdraws"
    HOLDS = "holds"
    CONTESTS = "contests"
    BESIEGES = "besieges"
    ENTERS = "enters"
    APPROACHES = "approaches"
    CLASH = "clash"
    STRIKE = "strike"
    PRESENCE = "presence"
    AGREEMENT = "agreement"
    INTENTION = "intention"
    ESTIMATE = "estimate"

    @property
    def changes_control(self) -> bool:
        """Whether an event of this type can change who holds a place; all others never do."""
        return self in _CONTROL_CHANGING

    @property
    def acled(self) -> tuple[str, str]:
        """ACLED event type and sub-event type (ACLED codebook, 2023 names)."""
        return _ACLED[self]


_CONTROL_CHANGING = frozenset(
    {
        EventType.CAPTURES,
        EventType.LOSES,
        EventType.WITHDRAWS,
        EventType.HOLDS,
        EventType.CONTESTS,
        EventType.BESIEGES,
    }
)
_LEAVING = frozenset({EventType.LOSES, EventType.WITHDRAWS})
_STRATEGIC = "Strategic developments"
# geo.table refines "captures": a state that takes a place "regains" it in ACLED's words.
_ACLED = {
    EventType.CAPTURES: ("Battles", "Non-state actor overtakes territory"),
    EventType.LOSES: ("Battles", "Non-state actor overtakes territory"),
    EventType.WITHDRAWS: (_STRATEGIC, "Non-violent transfer of territory"),
    EventType.HOLDS: (_STRATEGIC, "Other"),
    EventType.CONTESTS: ("Battles", "Armed clash"),
    EventType.BESIEGES: (_STRATEGIC, "Other"),
    EventType.ENTERS: ("Battles", "Armed clash"),
    EventType.APPROACHES: (_STRATEGIC, "Other"),
    EventType.CLASH: ("Battles", "Armed clash"),
    EventType.STRIKE: ("Explosions/Remote violence", "Air/drone strike"),
    EventType.PRESENCE: (_STRATEGIC, "Other"),
    EventType.AGREEMENT: (_STRATEGIC, "Agreement"),
    EventType.INTENTION: (_STRATEGIC, "Other"),
    EventType.ESTIMATE: (_STRATEGIC, "Other"),
}


class Status(StrEnum):
    """Where an event stands in review."""

    FOUND = "found"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class ActorKind(StrEnum):
    """What sort of actor; ACLED's inter codes map onto it."""

    STATE = "state"
    REBEL = "rebel"
    MILITIA = "militia"
    CIVILIANS = "civilians"
    EXTERNAL = "external"


class Role(StrEnum):
    """The part an actor plays in an event (the two sides of a dyad, and their allies)."""

    AGENT = "agent"
    ALLY = "ally"  # acts beside the agent
    TARGET = "target"  # whom it is done to, or from whom it is taken


# GeoNames feature codes whose place is an area or a line: never drawn as a pin.
AREA_CODES = frozenset(
    "PCL PCLI PCLD PCLS PCLF PCLIX TERR ADM1 ADM2 ADM3 ADM4 ADMD RGN CONT DSRT LK SEA "
    "AREA RESV ISL MTS".split()
)
LINE_CODES = frozenset("STM STMI STMX CNL RD RR BDRY WAD".split())


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the gazetteer.

    ``names`` maps a BCP 47 tag (``en``, ``ar``; ``und-Arab`` where only the script is known)
    to names. ``country`` is ISO 3166-1 alpha-2, ``admin1`` the GeoNames code (``SY.07``).
    ``precision_km`` is the radius within which the real place lies. ``bbox`` is west, south,
    east, north in degrees (west > east where it crosses the antimeridian).
    """

    id: str
    name: str
    lat: float
    lon: float
    feature_code: str
    country: str | None = None
    admin1: str | None = None
    admin1_name: str | None = None
    population: int = 0
    precision_km: float = 1.0
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bbox: tuple[float, float, float, float] | None = None
    source: str = ""
    note: str = ""

    @property
    def is_area(self) -> bool:
        """Whether it is drawn as an area."""
        return self.feature_code in AREA_CODES

    @property
    def is_line(self) -> bool:
        """Whether it is drawn as a line (a river, a road, a border)."""
        return self.feature_code in LINE_CODES

    @property
    def arabic(self) -> str | None:
        """Its first name in Arabic script, if it has one."""
        for tag in ("ar", "und-Arab", "fa", "ckb"):
            if self.names.get(tag):
                return self.names[tag][0]
        return None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading of a toponym: a place, its score from 0 to 1, and why, in words."""

    place: Place
    score: float
    reasons: tuple[str, ...] = ()
    rung: str = "exact"


@dataclass(frozen=True, slots=True)
class CandidateNote:
    """What is kept with an event of a candidate that was considered for its place."""

    place_id: str
    name: str
    lat: float
    lon: float
    feature_code: str
    country: str | None
    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Toponym:
    """A span of a report's text that names a place. ``start``/``end`` index characters."""

    report_id: str
    start: int
    end: int
    text: str
    literal: bool = True
    candidates: tuple[Candidate, ...] = ()
    place_id: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A text with a publisher and a date. ``url`` is empty where no source was read."""

    id: str
    title: str
    publisher: str
    published: DateSpan
    text: str
    url: str = ""
    source_note: str = ""
    language: str = "en"
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who acts on the map. ``colour`` is ``#rrggbb``, ``pattern`` a hatch name.

    ``aliases`` maps a language tag to other names. ``part_of`` and ``allied_with`` are actor
    ids, true for the period of the actor set that holds the actor.
    """

    id: str
    name: str
    short: str
    kind: ActorKind
    colour: str
    pattern: str
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    part_of: str | None = None
    allied_with: tuple[str, ...] = ()
    order: int = 0

    @property
    def arabic(self) -> str | None:
        """Its first Arabic name, if it has one."""
        found = self.aliases.get("ar")
        return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Participant:
    """An actor in its role in an event."""

    actor_id: str
    role: Role


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says so. ``party`` is the actor the speaker belongs to or sides with, if any."""

    publisher: str
    speaker: str
    tier: Tier
    party: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """The words that justify an event: characters ``start`` to ``end`` of the report's text."""

    report_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class EventPlace:
    """Where an event is put, and how far off it may be (a radius in km).

    ``text`` is the report's own wording for the place. ``admin1`` is the GeoNames code.
    """

    place_id: str
    text: str
    name: str
    lat: float
    lon: float
    feature_code: str
    country: str | None
    admin1: str | None
    precision_km: float
    arabic: str | None = None


@dataclass(frozen=True, slots=True)
class Numbers:
    """A count in a report, with its bounds where given, and what is counted."""

    low: float | None
    best: float | None
    high: float | None
    unit: str

    def words(self) -> str:
        """As a reader would write it: ``2,500–3,500 fighters``, ``at least 60 civilians``."""
        ends = [n for n in (self.low, self.high) if n is not None]
        span = "–".join(f"{n:,g}" for n in dict.fromkeys(ends))
        if self.best is not None:
            apart = f" ({span})" if len(set(ends)) == 2 else ""
            return f"{self.best:,g}{apart} {self.unit}"
        bound = "" if len(ends) != 1 else "at least " if self.high is None else "at most "
        return f"{bound}{span} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class Event:
    """Who did what, where, when, according to whom, in which words.

    ``edited`` names what a reviewer decided otherwise than it was found (``date``, ``place``).
    """

    id: str
    type: EventType
    participants: tuple[Participant, ...]
    place: EventPlace
    date: DateSpan
    attribution: Attribution
    quote: Quote
    summary: str = ""
    subtype: str = ""
    numbers: Numbers | None = None
    status: Status = Status.CONFIRMED
    reviewed_by: str = ""
    reviewed_at: datetime | None = None
    candidates: tuple[CandidateNote, ...] = ()
    edited: tuple[str, ...] = ()

    def actors(self, *roles: Role) -> tuple[str, ...]:
        """Actor ids in these roles (all roles if none is named), in the order given."""
        return tuple(p.actor_id for p in self.participants if not roles or p.role in roles)

    @property
    def lead(self) -> str | None:
        """The actor whose doing it is: the agent; of a loss, whoever takes the place, if named."""
        loss = self.type is EventType.LOSES
        order = (Role.TARGET, Role.AGENT) if loss else (Role.AGENT, Role.TARGET)
        return next((a for role in order for a in self.actors(role)), None)

    @property
    def recency(self) -> tuple[Day, int, str]:
        """Sorts events, newest last. On one day who is there speaks after who left or fought."""
        weight = 0 if self.type in _LEAVING else 2 if self.type.changes_control else 1
        return (self.date.latest or date.min, weight, self.id)


@dataclass(frozen=True, slots=True)
class Control:
    """Who holds a place on a date, by the rules of ``geo.control``.

    ``holders`` is empty where nothing is known. ``reason`` is one sentence for people.
    """

    place: EventPlace
    on: date
    holders: tuple[str, ...]
    tier: Tier | None
    since: DateSpan | None
    contested: bool
    stale: bool
    besieged_by: tuple[str, ...]
    evidence: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Zone:
    """An area implied by held places: a (Multi)Polygon as GeoJSON-like mapping, lon/lat order.

    ``certainty`` runs from 0 to 1; ``kind`` is ``held``, ``claimed`` or ``contested``.
    """

    holders: tuple[str, ...]
    kind: str
    geometry: Mapping[str, object]
    certainty: float
    evidence: tuple[str, ...]
    area_km2: float
