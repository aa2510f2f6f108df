"""Who holds a place on a date: dated statements replayed by stated rules.

1. Only control-changing types count (captures, loses, withdraws, holds, contests, besieges), only
   events that are not rejected, and only those whose last possible day is not after the day asked.
   An event without any date is left out. The order of the input never matters: statements are
   replayed by day; within a day states and fights come before the changes that end them. A
   counter-attack on the very day of a capture counts from the next day, so that a quick
   reversal shows both its steps.
2. How much a statement weighs (``geo.sides.weigh``). The coded tier stands for what an outsider
   says. The gaining side or an ally of it speaking of its own success is *claimed*, however it was
   coded; the losing side or an ally of it admitting the loss is *assessed*. A reviewer
   (``reviewed_by``) who sets the tier to assessed is believed; confirming that a text says
   something does not make it true. A second independent source that agrees within
   CONTRADICTION_DAYS of a first makes it assessed; one monitor quoted by two papers is one source.
   A bare claim never rises by repetition.
3. Change. An independent report of a capture ends the former hold. Only when the former holder had
   itself just gained the place (within CONTRADICTION_DAYS) do the two stand against each other:
   contested. "X holds it" against another side's word contradicts it within the same days and
   replaces it after them. An assessed statement always wins.
4. A bare claim over an independently attested holder shows both: ``holders`` is (claimant, last
   attested holder), tier claimed, not contested. The former holder drops out once nobody has
   placed it there for STALE_DAYS. Claim against a fresh bare claim is contested.
5. A contradiction ends with a later statement that is better attested, or an independent one when
   the other side has been silent for CONTRADICTION_DAYS; failing that, after CONTRADICTION_DAYS
   the newest independent report stands. An explicit ``contests`` ends only with such a statement.
6. ``loses``/``withdraws`` take the agents out; with nobody else there the holder is unknown. The
   target of ``loses`` is the taker; the target of ``withdraws`` is only whom they left before,
   which is not yet somebody coming in (unless it is an ally: a hand-over). Said by the other
   side alone, it moves nobody.
7. Who besieges a place does not hold it: a siege takes the besiegers out of a contest and, if
   targets are named, says they hold it. It ends when a friend of the besieger holds the place,
   somebody else captures it, the besieger withdraws, or the besieged contest the besieger.
8. *Denied* establishes nothing; it makes a bare claim contested, and an outsider's denial also a
   single report. Whoever it was taken from then stands against the claimant, unless said to have
   left before.
9. Actors that are part of one another are one side. Allies (direct, not ally of ally) do not
   contradict each other; the first of them to be named is and stays the holder.
10. Without a word for more than STALE_DAYS the answer is stale, never silently dropped.

Both day counts are judgement, chosen so that the autumn 2017 campaign replays as it is known to
have gone. What silence costs is measured (``geo.zones.age``): 45 days after the last word 96 % of
places still have their holder, after a year 78.5 %. "Stale" is a warning, not a change of hands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from geo.dates import DateSpan
from geo.model import Actor, Control, Event, EventType, Role, Status, Tier
from geo.replay import CONTRADICTION_DAYS, RANK, STALE_DAYS, Mode, Replay
from geo.sides import Sides, same_source, weigh

__all__ = ["CONTRADICTION_DAYS", "STALE_DAYS", "control_of", "control_on"]

CLAIM_WORDS = "claimed by its own side only"  # an ally's word counts as its own

_WITHIN_DAY = {
    EventType.HOLDS: 0,
    EventType.BESIEGES: 1,
    EventType.CONTESTS: 2,
    EventType.LOSES: 3,
    EventType.WITHDRAWS: 3,
    EventType.CAPTURES: 4,
}


def control_on(
    events: Sequence[Event], on: date, actors: Mapping[str, Actor]
) -> tuple[Control, ...]:
    """Who holds each place on a day: one answer per place with evidence up to ``on``.

    Sorted by place id. Areas and lines are answered too (``geo.zones`` leaves them out).
    """
    sides = Sides(actors)
    by_place: dict[str, list[tuple[date, Event]]] = {}
    for event in events:
        day = event.date.latest
        counts = event.type.changes_control and event.status is not Status.REJECTED
        if counts and day is not None and day <= on:
            by_place.setdefault(event.place.place_id, []).append((day, event))
    return tuple(_answer(by_place[place], on, sides) for place in sorted(by_place))


def control_of(
    place_id: str, events: Sequence[Event], on: date, actors: Mapping[str, Actor]
) -> Control | None:
    """Who holds one place on a day, or None where nothing was said of it up to then."""
    found = control_on([e for e in events if e.place.place_id == place_id], on, actors)
    return found[0] if found else None


def _in_order(dated: list[tuple[date, Event]], sides: Sides) -> list[tuple[date, Event]]:
    """The statements as they take effect (rule 1)."""
    takers: dict[date, set[str]] = {}
    for day, event in dated:
        if event.attribution.tier is not Tier.DENIED:
            if event.type is EventType.CAPTURES:
                takers.setdefault(day, set()).update(event.actors(Role.AGENT))
            elif event.type is EventType.LOSES:
                takers.setdefault(day, set()).update(event.actors(Role.TARGET))

    def effective(day: date, event: Event) -> date:
        if event.type is not EventType.CONTESTS or day not in takers:
            return day
        own = sides.any_friendly(event.actors(Role.AGENT), sorted(takers[day]))
        return day if own or day == date.max else day + timedelta(days=1)

    return sorted(((effective(*item), item[1]) for item in dated), key=_key)


def _key(item: tuple[date, Event]) -> tuple[date, int, int, str, str, str]:
    day, event = item
    said = event.attribution
    return (
        day,
        _WITHIN_DAY[event.type],
        RANK[said.tier] or len(RANK),  # a denial follows what it denies
        event.id,
        said.publisher,
        said.speaker,
    )


def _answer(dated: list[tuple[date, Event]], on: date, sides: Sides) -> Control:
    dated = _in_order(dated, sides)
    replay = Replay(sides)
    for day, event in dated:
        if day <= on:
            replay.take(event, day)
    replay.settle(on)

    holders = [a for s in replay.here for a in s.actors]
    sole = replay.here[0].actors if len(replay.here) == 1 else ()
    besiegers = tuple(a for a in replay.sieges if not sides.any_friendly((a,), sole))
    used = {e.id for s in replay.here for e in s.events}
    used |= {replay.sieges[a].id for a in besiegers}
    since: DateSpan | None = None
    seen = [s.seen for s in replay.here]
    if replay.mode in (Mode.VACANT, Mode.CONTESTED) and replay.trigger is not None:
        used.add(replay.trigger.id)
        since = replay.trigger.date
        seen.append(replay.trigger.date.latest or on)
    elif replay.here:
        since = replay.here[0].since
    stale = bool(seen) and (on - max(seen)).days > STALE_DAYS
    return Control(
        place=dated[-1][1].place,
        on=on,
        holders=tuple(dict.fromkeys(holders)),
        tier=_tier(replay),
        since=since,
        contested=replay.mode is Mode.CONTESTED,
        stale=stale,
        besieged_by=besiegers,
        evidence=tuple(dict.fromkeys(e.id for _, e in dated if e.id in used)),
        reason=_reason(replay, besiegers, max(seen) if stale else None),
    )


def _tier(replay: Replay) -> Tier | None:
    """The tier of the answer; of several sides against each other, the weakest."""
    if replay.here:
        return min((s.tier for s in replay.here), key=lambda t: RANK[t])
    if replay.trigger is not None:
        return weigh(replay.trigger, (), replay.trigger.actors(Role.AGENT), replay.sides)
    return None


def _reason(replay: Replay, besiegers: tuple[str, ...], silent_since: date | None) -> str:
    """One sentence: what is so, who says so, when."""

    def names(ids: Sequence[str]) -> str:
        return " and ".join(replay.sides.short(i) for i in ids)

    here = replay.here
    if replay.mode is Mode.VACANT:
        if replay.trigger is None:
            text = "Nobody is said to hold it"
        else:
            left = names(replay.trigger.actors(Role.AGENT))
            text = f"{left} left ({_says(replay.trigger)}); nobody is said to hold it since"
    elif replay.mode is Mode.CLAIM:
        text = (
            f"{names(here[0].actors)}: {CLAIM_WORDS} ({_says(here[0].last)}); "
            f"before it {names(here[1].actors)} ({_says(here[1].last)})"
        )
    elif replay.mode is Mode.CONTESTED:
        *most, last = [names(s.actors) for s in here]
        sides = f"{', '.join(most)} and {last}" if most else last
        between = f"Contested between {sides}" if len(here) > 1 else f"Contested: {sides}"
        text = f"{between} (newest word: {_says(max(_evidence(replay), key=_when))})"
    else:
        how = {Tier.ASSESSED: "assessed", Tier.CLAIMED: CLAIM_WORDS}
        words = how.get(here[0].tier, "reported")
        text = f"{names(here[0].actors)}: {words} ({_says(here[0].last)})"
    if besiegers:
        text += f"; besieged by {names(besiegers)} ({_says(replay.sieges[besiegers[0]])})"
    if silent_since is not None:
        text += f"; no word since {DateSpan.day(silent_since).words()}"
    return text + "."


def _evidence(replay: Replay) -> list[Event]:
    found = [e for s in replay.here for e in s.events]
    return [*found, replay.trigger] if replay.trigger is not None else found


def _when(event: Event) -> tuple[date, int, str]:
    return event.date.latest or date.min, _WITHIN_DAY[event.type], event.id


def _says(event: Event | None) -> str:
    if event is None:
        return "source not given"
    said = event.attribution
    speaker, publisher = said.speaker.strip(), said.publisher.strip()
    who = speaker or publisher or "source not given"
    if publisher and speaker and not same_source(speaker, publisher):
        who = f"{speaker} in {publisher}"
    return f"{who}, {event.date.words()}"
