"""What turned between two days, place by place and in words; and on which days anything did.

The day counts and rules are those of ``geo.control``; nothing is judged anew here. A place turns
when another side holds it, when a claim or a fight over it begins or ends, or when a siege does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from geo.dates import DateSpan
from geo.errors import InputError
from geo.model import Actor, Control, Event, Tier
from geo.view import View, family
from geo.workspace import Workspace

__all__ = [
    "MOST_DAYS",
    "Turn",
    "chosen_days",
    "day_words",
    "days_of_change",
    "holds_words",
    "long_words",
    "news_words",
    "span_of",
    "stepped_days",
    "turns",
    "turns_words",
]

MOST_DAYS = 400  # of a run; a picture every day of a year and more

_TAKEN, _CLAIMED, _CONTESTED, _BESIEGED, _HELD, _LEFT, _RELIEVED = range(7)
# In the order in which they are told; past tense fits one fighter group and many forces alike.
_WORDS = {
    _TAKEN: "{who} took {places}",
    _CLAIMED: "{who} claimed {places}",
    _CONTESTED: "{places} contested between {who}",
    _BESIEGED: "{who} besieged {places}",
    _LEFT: "{who} left {places}",
    _HELD: "{who} reported to hold {places}",
    _RELIEVED: "siege of {places} by {who} ended",
}


@dataclass(frozen=True, slots=True)
class Turn:
    """One place that changed: ``kind`` orders it among the others, ``who`` are actor ids."""

    place_id: str
    place: str
    kind: int
    who: tuple[str, ...]
    weight: int  # how often reports speak of the place


def span_of(workspace: Workspace, view: View) -> tuple[date, date]:
    """First and last day of a view: its own, else those of the reports."""
    first, last = workspace.period
    return view.since or first, view.until or last


def day_words(day: date) -> str:
    """``5 Sep 2017``."""
    return DateSpan(day, day).words()


def long_words(day: date) -> str:
    """``5 September 2017``."""
    return f"{day.day} {day:%B %Y}"


def turns(workspace: Workspace, view: View, before: date, after: date) -> tuple[Turn, ...]:
    """The places of the view that turned from one day to a later one, the most told first."""
    old = {control.place.place_id: control for control in workspace.day(before).controls}
    told = Counter(event.place.place_id for event in workspace.events)
    wanted = family(view.actors, workspace.actors) if view.actors else None
    found = []
    for control in workspace.day(after).controls:
        key = control.place.place_id
        was = old.get(key)
        if wanted is not None and not wanted & _concerned(was, control):
            continue
        for kind, who in _turned(was, control):
            found.append(Turn(key, control.place.name, kind, who, told[key]))
    order = {key: actor.order for key, actor in workspace.actors.items()}
    return tuple(
        sorted(
            found,
            key=lambda t: (
                t.kind,
                min((order.get(a, 10**6) for a in t.who), default=10**6),
                t.who,
                -t.weight,
                t.place,
                t.place_id,
            ),
        )
    )


def _concerned(*controls: Control | None) -> set[str]:
    return {a for c in controls if c is not None for a in (*c.holders, *c.besieged_by)}


def _state(control: Control | None) -> tuple[int, tuple[str, ...]]:
    """What a place is in, and whose it then is."""
    if control is None or not control.holders:
        return _LEFT, ()
    if control.contested:
        return _CONTESTED, tuple(sorted(control.holders))
    if control.tier is Tier.CLAIMED:
        return _CLAIMED, control.holders[:1]
    return _HELD, control.holders[:1]


def _turned(was: Control | None, now: Control) -> Iterable[tuple[int, tuple[str, ...]]]:
    before, holders = _state(was)
    kind, who = _state(now)
    if (kind, who) != (before, holders):
        if kind == _LEFT:
            yield _LEFT, holders
        elif kind == _HELD and holders and (before != _CLAIMED or holders != who):
            # From somebody else, or out of a fight; not somebody heard of for the first time.
            yield (_TAKEN if who[0] not in holders or before == _CONTESTED else _HELD), who
        else:
            yield kind, who
    old = was.besieged_by if was is not None else ()
    fresh = tuple(sorted(set(now.besieged_by) - set(old)))
    gone = tuple(sorted(set(old) - set(now.besieged_by) - set(now.holders)))
    if fresh:
        yield _BESIEGED, fresh
    if gone:
        yield _RELIEVED, gone


def turns_words(
    found: Sequence[Turn], actors: Mapping[str, Actor], *, named: int = 3, most: int = 99
) -> str:
    """The turns as one line: ``Syrian army took Mayadin and Al Quriyah; SDF claimed Hajin``.

    ``named`` places of each kind and side are named, the others counted; so are the parts
    beyond ``most``. Empty if nothing turned.
    """
    groups: dict[tuple[int, tuple[str, ...]], list[Turn]] = {}
    for turn in found:
        groups.setdefault((turn.kind, turn.who), []).append(turn)
    parts = []
    for (kind, who), rows in list(groups.items())[:most]:
        names = list(dict.fromkeys(row.place for row in rows))
        rest = len(names) - named
        if rest == 1:
            rest = 0
        shown = names[:named] if rest > 0 else names
        if rest > 0:
            shown.append(f"{rest} more")
        sides = _listed([_short(actors, a) for a in who])
        if kind == _CONTESTED and len(who) < 2:
            parts.append(f"{_listed(shown)} contested")
            continue
        parts.append(_WORDS[kind].format(who=sides, places=_listed(shown)))
    left = sum(len(rows) for rows in list(groups.values())[most:])
    if left:
        parts.append(f"{left} more {'change' if left == 1 else 'changes'}")
    text = "; ".join(part for part in parts if part)
    return text[:1].upper() + text[1:]


def holds_words(
    controls: Iterable[Control],
    actors: Mapping[str, Actor],
    *,
    most: int = 4,
    named: int = 0,
    told: Mapping[str, int] | None = None,
) -> str:
    """Who is reported to hold how many places: ``Daesh 21, Syrian army 3; contested 1``.

    With ``named``, so many places of each side are named, those ``told`` of most (a count by
    place id) first.
    """
    held: Counter[str] = Counter()
    other: Counter[str] = Counter()
    places: dict[str, list[tuple[int, str]]] = {}
    for control in controls:
        kind, who = _state(control)
        if kind == _HELD:
            held[who[0]] += 1
            weight = (told or {}).get(control.place.place_id, 0)
            places.setdefault(who[0], []).append((-weight, control.place.name))
        elif kind == _CONTESTED:
            other["contested"] += 1
        elif kind == _CLAIMED:
            other["only claimed"] += 1
    order = {key: actor.order for key, actor in actors.items()}
    ranked = sorted(held.items(), key=lambda i: (-i[1], order.get(i[0], 10**6), i[0]))
    parts = []
    for actor, count in ranked[:most]:
        names = [name for _, name in sorted(places[actor])[:named]]
        if names and count > len(names):
            names.append(f"{count - len(names)} more")
        where = f" ({_listed(names)})" if names else ""
        parts.append(f"{_short(actors, actor)} {count}{where}")
    rest = sum(n for _, n in ranked[most:])
    parts += [f"others {rest}"] if rest else []
    doubt = [f"{word} {n}" for word, n in sorted(other.items(), reverse=True)]
    if not parts and not doubt:
        return "No report says yet who holds a place"
    text = f"Places reported held: {', '.join(parts)}" if parts else ""
    unsure = ", ".join(doubt)
    return "; ".join(part for part in (text, unsure) if part) if text else f"Places {unsure}"


def _short(actors: Mapping[str, Actor], actor_id: str) -> str:
    actor = actors.get(actor_id)
    return actor.short if actor else actor_id


def _listed(names: Sequence[str]) -> str:
    *most, last = names or [""]
    return f"{', '.join(most)} and {last}" if most else last


# -- which days ----------------------------------------------------------------------------------


def days_of_change(workspace: Workspace, view: View, first: date, last: date) -> tuple[date, ...]:
    """The first day, and each day up to the last on which the view shows something else."""
    days = {first}
    before: object = None
    wanted = family(view.actors, workspace.actors) if view.actors else None
    for state in workspace.days_with_lines() if view.lines else workspace.days():
        controls = [c for c in state.controls if wanted is None or wanted & _concerned(c)]
        now = [(c.place.place_id, c.holders, c.tier, c.contested, c.besieged_by) for c in controls]
        drawn = [z.geometry for z in state.zones] if view.lines and workspace.layers else []
        if first < state.on <= last and (now, drawn) != before:
            days.add(state.on)
        before = (now, drawn)
    shown = workspace.undated(view).shown
    # A view shows an event from the first day that it may have happened on.
    days.update(day for event in shown if (day := event.date.start) and first < day <= last)
    return tuple(sorted(days))


def stepped_days(first: date, last: date, step: int) -> tuple[date, ...]:
    """Every ``step`` days from the first on, and the last. Raises InputError beyond MOST_DAYS."""
    if step < 1:
        msg = f"a step of {step} days cannot be walked; give 1 or more"
        raise InputError(msg)
    count = (last - first).days // step + 1
    if count > MOST_DAYS:
        least = -(-(last - first).days // (MOST_DAYS - 1))
        msg = f"{count} pictures are too many (at most {MOST_DAYS}); take a step of {least} days"
        raise InputError(msg)
    days = [first + timedelta(days=step * i) for i in range(count)]
    return tuple(days) if days[-1] == last else (*days, last)


def chosen_days(
    workspace: Workspace, view: View, first: date, last: date, count: int
) -> tuple[date, ...]:
    """Up to ``count`` days of change, the first and the last day among them.

    They are spread fairly: half by time, half by how many places turned, so that neither a quiet
    month nor a busy week takes all the maps.
    """
    days = list(days_of_change(workspace, view, first, last))
    if days[-1] != last:
        days.append(last)
    busy = [first, *(b for a, b in pairwise(days) if b != last and turns(workspace, view, a, b))]
    if len(busy) + 1 >= count:
        days = [*busy, last]
    if len(days) <= count:
        return tuple(days)
    steps = [0.0]
    for before, after in pairwise(days):
        steps.append(steps[-1] + len(turns(workspace, view, before, after)))
    whole = steps[-1] or 1.0
    length = (last - first).days or 1
    at = [((d - first).days / length + s / whole) / 2 for d, s in zip(days, steps, strict=True)]
    if not steps[-1]:
        at = [2 * share for share in at]
    picked = [0]
    for k in range(1, count - 1):
        goal = k / (count - 1)
        room = range(picked[-1] + 1, len(days) - (count - 1 - k))
        picked.append(min(room, key=lambda i: (abs(at[i] - goal), i)))
    picked.append(len(days) - 1)
    return tuple(days[i] for i in picked)


def news_words(events: Iterable[Event], before: date, after: date) -> list[str]:
    """What was reported after one day and up to another, where no place turned; longest first."""
    found = [e for e in events if (day := e.date.start) and before < day <= after]
    found.sort(key=lambda event: event.recency, reverse=True)
    told = list(dict.fromkeys(e.summary for e in found if e.summary))
    if not told:
        return ["No place changed hands"]
    rest = len(told) - 1
    words = f"{told[0]} (and {rest} more report{'' if rest == 1 else 's'})" if rest else told[0]
    return [words, told[0], f"{len(told)} new report{'' if len(told) == 1 else 's'}"]
