"""The fields of a found event, to be corrected before it is accepted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

import streamlit as st

from geo.byhand import ADDED
from geo.corrections import AS_FOUND, corrected, differing, new_actor
from geo.dates import DateSpan
from geo.documents.source import one_line
from geo.errors import DateError, InputError
from geo.model import Actor, Event, EventType, Participant, Role, Tier
from geo.panels.text import plain
from geo.reading.found import FoundEvent, Reading
from geo.review import OWN, Decision, published_on

__all__ = ["Correcting", "correcting_form", "edit_button"]

MOST_SPEAKER = 200
NOBODY = ""
_ROLES = ((Role.AGENT, "Who did it"), (Role.ALLY, "Beside them"), (Role.TARGET, "To whom"))


class Correcting(Protocol):
    """Where corrections are kept while the window is open."""

    decisions: dict[str, Decision]
    named: list[Actor]
    reading: Reading | None
    editing: str
    edit_problem: str
    turn: int


def edit_button(here: Correcting, event_id: str, stem: str) -> None:
    """Draw "Edit", which opens the fields of one event and closes those of any other."""

    def toggle() -> None:
        here.editing = "" if here.editing == event_id else event_id
        here.edit_problem = ""

    st.button("Edit", key=f"edit-{stem}", type="tertiary", on_click=toggle)


def _span(text: str) -> DateSpan:
    """A day or span as typed: the text form of ``geo.dates``, or 10 November 2017."""
    try:
        return DateSpan.parse(text)
    except DateError:
        found = published_on(text)
        if found is None:
            raise
        return found


def _options(
    event: Event, reading: Reading, actors: Mapping[str, Actor]
) -> tuple[list[str], dict[str, str]]:
    """Actors to choose from: those of this report first; and what each is called."""
    near = [part.actor_id for item in reading.events for part in item.event.participants]
    near = list(dict.fromkeys([*event.actors(), *near, *(a.id for a in reading.new_actors)]))
    rest = sorted((a for a in actors if a not in near), key=lambda a: actors[a].name.casefold())
    names = {a: actors[a].name if a in actors else a for a in (*near, *rest)}
    counts: dict[str, int] = {}
    for name in names.values():
        counts[name] = counts.get(name, 0) + 1
    # Two sets may have an actor of one name; the id tells them apart.
    labels = {a: name if counts[name] == 1 else f"{name} ({a})" for a, name in names.items()}
    return [*near, *rest], labels


def correcting_form(
    here: Correcting,
    item: FoundEvent,
    reading: Reading,
    actors: Mapping[str, Actor],
    stem: str,
    remove: Callable[[str], None],
) -> None:
    """Draw the fields of an event as they now stand, and take what is written there.

    ``remove`` takes away an event that was added by hand, given by its id.
    """
    event = item.event
    decision = here.decisions.get(event.id, Decision())
    now = corrected(event, decision.change, actors)
    ids, labels = _options(now, reading, actors)
    said = now.attribution
    with st.form(key=f"form-{stem}", border=True):
        one, sure = st.columns(2)  # two in a row: three would cut their words on a tablet
        one.selectbox(
            "What happened",
            list(EventType),
            index=list(EventType).index(now.type),
            format_func=lambda value: value.value.capitalize(),
            key=f"fix-type-{stem}",
        )
        sure.selectbox(
            "How sure",
            list(Tier),
            index=list(Tier).index(said.tier),
            format_func=lambda value: value.value.capitalize(),
            key=f"fix-tier-{stem}",
            help="Assessed: two independent sources, the loser admits it, or you judge it so. "
            "Reported: one independent source. Claimed: only the side that gains says so.",
        )
        when, beside = st.columns(2)
        when.text_input(
            "When",
            str(now.date),
            max_chars=40,
            key=f"fix-date-{stem}",
            help="2017-11-09, 2017-11 or 2017; 2017-11-03/2017-11-05 for some time within these "
            "days; ../2017-11-08 for by that day; 2017-11-10~ for about; .. for not given.",
        )
        by, to = st.columns(2)
        for column, (role, label) in zip((by, beside, to), _ROLES, strict=True):
            column.multiselect(
                label,
                ids,
                default=list(now.actors(role)),
                format_func=lambda actor: str(labels.get(actor, actor)),
                accept_new_options=True,
                placeholder="nobody named",
                key=f"fix-{role.value}-{stem}",
                help="A name that is not in the list becomes a new actor."
                if role is Role.AGENT
                else None,
            )
        one, two = st.columns(2)
        one.text_input(
            "Who says so", said.speaker, max_chars=MOST_SPEAKER, key=f"fix-speaker-{stem}"
        )
        sides = [NOBODY, *ids]
        two.selectbox(
            "Speaks for",
            sides,
            index=sides.index(said.party) if said.party in sides else 0,
            format_func=lambda actor: labels.get(actor, "nobody: independent"),
            key=f"fix-party-{stem}",
        )
        if here.edit_problem:
            st.error(plain(here.edit_problem))
        with st.container(horizontal=True):
            st.form_submit_button(
                "Apply", type="primary", on_click=_apply, args=(here, event, labels, stem)
            )
            if ADDED in event.edited:
                st.form_submit_button("Remove", on_click=remove, args=(event.id,))
            else:
                st.form_submit_button("As found", on_click=_as_found, args=(here, event.id))


def _as_found(here: Correcting, event_id: str) -> None:
    here.decisions[event_id] = replace(here.decisions.get(event_id, Decision()), change=AS_FOUND)
    here.editing = here.edit_problem = ""


def _apply(here: Correcting, event: Event, labels: Mapping[str, str], stem: str) -> None:
    """Take what stands in the fields over into the decisions; what is wrong is told."""
    state = st.session_state
    try:
        wanted: dict[str, object] = {
            "type": state[f"fix-type-{stem}"],
            "date": _span(state[f"fix-date-{stem}"]),
            "tier": state[f"fix-tier-{stem}"],
            "speaker": one_line(state[f"fix-speaker-{stem}"], MOST_SPEAKER),
            "party": state[f"fix-party-{stem}"],
        }
        chosen = {role: state[f"fix-{role.value}-{stem}"] for role, _ in _ROLES}
        wanted["participants"] = _participants(here, chosen, labels)
    except InputError as exc:
        here.edit_problem = str(exc)
        return
    old = here.decisions.get(event.id, Decision())
    here.decisions[event.id] = replace(old, change=differing(event, wanted))
    here.editing = here.edit_problem = ""


def _participants(
    here: Correcting, chosen: Mapping[Role, list[str]], labels: Mapping[str, str]
) -> tuple[Participant, ...]:
    """The participants as chosen; a name typed in becomes an actor, the same in every role."""
    fresh: dict[str, Actor] = {}
    parts: list[Participant] = []
    for role, _ in _ROLES:
        for said in chosen[role]:
            actor = said
            if said not in labels:
                known = {label.casefold(): key for key, label in labels.items()}
                actor = known.get(said.strip().casefold(), "")
                if not actor:
                    name = said.strip().casefold()
                    if name not in fresh:
                        fresh[name] = new_actor(said, labels, prefix=OWN)
                    actor = fresh[name].id
            if all(part.actor_id != actor for part in parts):  # one role in one event
                parts.append(Participant(actor, role))
    if fresh and here.reading is not None:
        here.named += fresh.values()
        new = (*here.reading.new_actors, *fresh.values())
        here.reading = replace(here.reading, new_actors=new)
    return tuple(parts)
