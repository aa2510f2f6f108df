"""The words over a picture where nobody wrote any: what it shows of whom, and how sure that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

from geo.model import EventType, Tier
from geo.view import View
from geo.workspace import Shown, Workspace

__all__ = ["about", "default_deck", "default_title", "permalink"]

_EVENTS = {
    EventType.CAPTURES: "captures",
    EventType.LOSES: "losses",
    EventType.WITHDRAWS: "withdrawals",
    EventType.HOLDS: "holdings",
    EventType.CONTESTS: "contests",
    EventType.BESIEGES: "sieges",
    EventType.ENTERS: "entries",
    EventType.APPROACHES: "approaches",
    EventType.CLASH: "clashes",
    EventType.STRIKE: "strikes",
    EventType.PRESENCE: "presence",
    EventType.AGREEMENT: "agreements",
    EventType.INTENTION: "intentions",
    EventType.ESTIMATE: "estimates",
}


def default_title(workspace: Workspace) -> str:
    """The project's title."""
    return workspace.project.title


def default_deck(workspace: Workspace, shown: Shown) -> str:
    """What is shown, in the project's words where no filter changes it, and how sure."""
    what = about(workspace, shown.view)
    sure = _sure(shown)
    return f"{what.rstrip('.')}. {sure}" if sure else what


def about(workspace: Workspace, view: View) -> str:
    """What is shown, in words that hold for every day of the view."""
    if view.actors:
        names = _either([workspace.actors[a].name for a in view.actors if a in workspace.actors])
        words = f"What {names} were reported to do and to hold"
    elif view.types:
        words = f"Reported {' and '.join(_EVENTS[kind] for kind in view.types)}"
    else:
        words = workspace.project.deck or "Who was reported to hold what"
    if view.border_km is not None:
        words = f"{words.rstrip('.')}, within {view.border_km:g} km of a border"
    return words


def _sure(shown: Shown) -> str:
    """One sentence on doubt; nothing where there is no event to doubt."""
    events = shown.selection.shown
    if not events:
        return "No report passes the filters."
    tiers = Counter(event.attribution.tier for event in events)
    total = f"{len(events):,} reported {'event' if len(events) == 1 else 'events'}"
    claims, denied = tiers[Tier.CLAIMED], tiers[Tier.DENIED]
    parts = []
    if claims:
        parts.append(f"{claims:,} {'is a claim' if claims == 1 else 'are claims'} of one side only")
    if denied:
        parts.append(f"{denied:,} {'is' if denied == 1 else 'are'} denied")
    if len(events) == 1 and parts:
        doubt = "a claim of one side only" if claims else "denied"
        sentence = f"The one reported event is {doubt}"
    elif claims == len(events):
        sentence = f"All {total} are claims of one side only"
    elif parts:
        sentence = f"Of {total}, {' and '.join(parts)}"
    else:
        sentence = f"{total[:1].upper()}{total[1:]}, none a mere claim"
    contested = sum(control.contested for control in shown.controls) if not shown.view.actors else 0
    if contested:
        held = "place is" if contested == 1 else "places are"
        sentence += f"; {contested:,} {held} contested"
    return f"{sentence}."


def _either(names: Sequence[str]) -> str:
    return " or ".join(names)


def permalink(base: str, view: View) -> str:
    """The link to a view, of a page at the address ``base``; nothing without an address."""
    if not base:
        return ""
    start, mark, part = base.partition("#")
    query = view.query()
    if not query:
        return base
    joined = "&" if urlsplit(start).query else "?"
    return f"{start.rstrip('?&')}{joined}{query}{mark}{part}"
