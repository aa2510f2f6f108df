"""What "the group", "they", "the town" and "its men" stand for, read sentence by sentence.

Plain rules over what was named last; where nothing fits, the words stay without a meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from geo.model import ActorKind
from geo.reading.actors import ActorWords, Cast
from geo.reading.lexicon import lexicon
from geo.reading.page import Page, PlaceWords, Speech
from geo.reading.tokens import Sentence

__all__ = ["Memory"]


@dataclass(slots=True)
class Memory:
    """What was named so far in the text. ``meaning`` maps an item's first token to actors."""

    cast: Cast
    meaning: dict[int, tuple[str, ...]] = field(default_factory=dict)
    named: list[str] = field(default_factory=list)  # fighters, latest last
    country: str = ""
    state: str = ""
    subject: tuple[str, ...] = ()
    earlier_subject: tuple[str, ...] = ()
    later: tuple[str, ...] = ()  # fighters named anywhere in the text
    subject_kind: str = ""
    whole: str = ""  # the kind of the earlier subject
    here: str = ""  # the country of the settlement named last
    opening: str = ""  # the country that the sentence opens with: "In Niger, …"

    def actors(self, item: ActorWords) -> tuple[str, ...]:
        """The actors an item means."""
        return self.meaning.get(item.first, item.actors)

    def read(self, page: Page, sent: Sentence) -> None:
        """Understand the nouns of a sentence and remember what it names."""
        self.earlier_subject = self.subject or self.earlier_subject
        if self.subject:
            self.whole = self.subject_kind
        self.subject = ()
        self.opening = _nation_opening(page, sent)
        if self.opening and self.opening != self.country:
            self.country, self.state = self.opening, ""
        towns = [p for p in page.within(page.places, sent.first, sent.last) if _town(p)]
        for item in page.within(page.actors, sent.first, sent.last):
            for town in towns:
                if town.first < item.first and town.found is not None:
                    self.here = town.found.country or ""
            ids = item.actors or self._noun(item, page)
            if item.kind == "pronoun":
                continue
            if ids:
                self.meaning[item.first] = ids
            self._remember(item, ids, page)
        if towns and towns[-1].found is not None:
            self.here = towns[-1].found.country or ""

    def _remember(self, item: ActorWords, ids: tuple[str, ...], page: Page) -> None:
        if item.country and any(item.country in t.countries for t in self.cast.theatres):
            self.country = item.country
        if not ids:
            return
        if item.kind in ("name", "rebel", "group") and self.cast.fighters(ids[0]):
            if ids[0] in self.named:
                self.named.remove(ids[0])
            self.named.append(ids[0])
        elif (
            item.kind == "state" and ids[0] in {self.cast.state(c) for c in self._countries()}
        ) or (item.kind == "name" and ids[0] in {self.cast.state(c) for c in self._countries()}):
            self.state = ids[0]
        if not self.subject and not _aside(page, item) and item.kind != "official":
            self.subject, self.subject_kind = ids, item.kind

    def _countries(self) -> tuple[str, ...]:
        return tuple(code for theatre in self.cast.theatres for code in theatre.countries)

    def _noun(self, item: ActorWords, page: Page) -> tuple[str, ...]:
        if item.kind == "rebel":
            return self._fighters(item, page)
        if item.kind == "group":
            meant = self.cast.meant(item.noun)
            found = self.named[-1] if self.named else meant
            return (found,) if found else ()
        if item.kind == "army":
            return self._army(item)
        return ()

    def _fighters(self, item: ActorWords, page: Page) -> tuple[str, ...]:
        meant = self.cast.meant(item.noun)
        if item.noun in ("peacekeepers", "settlers", "volunteers"):
            return (meant,) if meant else ()
        before = page.low[item.first - 1] if item.first else ""
        if "qaeda" in page.low[max(0, item.first - 4) : item.first]:
            linked = self.cast.meant("jihadists")
            return (linked,) if linked else ()
        if before in _TIED and page.low[item.first - 2] == "-":
            return ()  # "US-backed militias" are told by the sets or not at all
        if meant and item.last - item.first > 1:
            return (meant,)  # "Syrian rebels": of that nation
        if meant and (meant in self.named or meant in self.later):
            return (meant,)
        if item.noun == "fighters" and before in ("-", "government"):
            return ()
        rebels = [a for a in self.named if self.cast.actors[a].kind is ActorKind.REBEL]
        if (item.noun == "rebels" and meant) or item.noun in _MILITIA:
            rebels = [a for a in rebels if not self._jihadist(a)]  # never what "rebels" means
            if (
                item.noun in _MILITIA
                and not rebels
                and self.named
                and self._jihadist(self.named[-1])
            ):
                return (meant,) if meant else ()
        if rebels or (self.named and not meant):
            return ((rebels or self.named)[-1],)
        coming = [a for a in self.later if self.cast.actors[a].kind is ActorKind.REBEL]
        if item.noun == "rebels" and meant:
            coming = [a for a in coming if not self._jihadist(a)]
        if coming and item.noun in _ANY_REBELS:
            return (coming[0],)  # "Insurgents led by X": the text never names those usually meant
        if meant:
            return (meant,)
        return self.later[:1] if len(set(self.later)) == 1 else ()

    def _jihadist(self, actor_id: str) -> bool:
        actor = self.cast.actors.get(actor_id)
        return actor_id == _CALIPHATE or (actor is not None and actor.part_of == _CALIPHATE)

    def _army(self, item: ActorWords) -> tuple[str, ...]:
        meant = self.cast.meant(item.noun)
        if meant:
            return (meant,)
        countries = self._countries()
        home = {self.cast.state(code): code for code in countries}
        nation = self.opening
        if nation and self.cast.state(nation):
            return (self.cast.state(nation) or "",)
        local = self.cast.state(self.here) if len(countries) >= _MANY and self.here else None
        if local in home:
            return (local or "",)
        if self.state in home:
            return (self.state,)
        if self.country and self.cast.state(self.country) and len(countries) > 1:
            return (self.cast.state(self.country) or "",)
        found = self.cast.state(countries[0]) if countries else None
        return (found,) if found else ()

    def pronouns(self, page: Page, sent: Sentence, speeches: Sequence[Speech]) -> None:
        """Understand "it", "they", "its men" of a sentence, once its speakers are known."""
        subject: tuple[str, ...] = ()
        beside: tuple[str, ...] = ()
        nation: tuple[str, ...] = ()
        whole = ""
        opener: tuple[str, ...] = ()
        for item in page.within(page.actors, sent.first, sent.last):
            if item.kind != "pronoun":
                if self.actors(item) and not _aside(page, item) and not opener:
                    opener = subject or self.actors(item)
                if not subject and self.actors(item) and not _aside(page, item):
                    subject, whole = self.actors(item), item.kind
                elif item.kind != "country" and self.actors(item):
                    beside = self.actors(item)
                elif self.actors(item) and page.low[item.first - 1 : item.first] == ["for"]:
                    nation = self.actors(item)  # "the biggest prize for Russia since it took X"
                continue
            speech = next(
                (s for s in reversed(speeches) if s.first <= item.first < s.last and s.party), None
            )
            group = self._of_group(page, sent, item) if item.noun in ("it", "its") else ()
            if group:
                self.meaning[item.first] = group
                continue
            if item.noun in ("we", "our"):
                said = speech.party if speech is not None else page.voice
                if said:
                    self.meaning[item.first] = (said,)
                continue
            if item.noun in ("he", "she", "his", "her") and speech is None:
                ids: tuple[str, ...] = ()
                if item.last - item.first > 1:
                    ids = subject or self.earlier_subject
            elif speech is not None and speech.party and speech.name[1] <= item.first:
                ids = (speech.party,)
            elif item.noun == "they" and (whole or self.whole) == "country":
                ids = ()
            else:
                ids = subject or beside or nation or self.earlier_subject
            if ids:
                self.meaning[item.first] = ids
            if ids and not subject and item.noun in ("it", "they") and item.last - item.first == 1:
                subject = ids  # "they had its headquarters in their hands"
            own = item.last - item.first > 1 or item.noun in ("it", "they", "we", "he", "she")
            if ids and own and not opener and not page.before(item.first):
                whole = whole or item.kind
                opener = ids  # "By Friday its gunmen were in X, where Kurdish units …": not these
        if opener:
            self.subject = opener
        elif not self.subject and subject:
            self.subject = subject

    def _of_group(self, page: Page, sent: Sentence, item: ActorWords) -> tuple[str, ...]:
        """Whom "it" means after "an armed group announced (that)": the rebels named later on."""
        low = page.low
        at = item.first - 1 - (low[item.first - 1] == "that")
        if at <= sent.first or low[at] not in lexicon().saying or low[at - 1] not in _BODIES:
            return ()
        if _INDEFINITE.isdisjoint(low[max(sent.first, at - 5) : at - 1]):
            return ()
        rebels = [a for a in self.later if self.cast.actors[a].kind is ActorKind.REBEL]
        return tuple(rebels[:1])


_INDEFINITE = frozenset({"a", "an"})
_BODIES = frozenset("group faction militia movement alliance army force coalition".split())
_TIED = frozenset("backed led supported aligned linked affiliated allied".split())
_MILITIA = frozenset("militia militias militiamen paramilitary paramilitaries volunteers".split())
_CALIPHATE = "daesh"
_ANY_REBELS = frozenset(
    "insurgents militants rebels fighters jihadists extremists gunmen islamists guerrillas".split()
)
_MANY = 4  # countries of a theatre from which "the army" is that of the place named last


def _town(words: PlaceWords) -> bool:
    place = words.found
    return words.noun == "" and place is not None and not (place.is_area or place.is_line)


def _aside(page: Page, item: ActorWords) -> bool:
    """Whether an actor stands where no subject stands: "in Iraq", "Iraq's", "with the army"."""
    after = page.low[item.last] if item.last < len(page.low) else ""
    if item.kind == "country" and after in ("'s", "-"):
        return True
    governed = page.before(item.first)
    if governed == "of" and not _HEADS.isdisjoint(page.low[max(0, item.first - 4) : item.first]):
        return False  # "a leader of the militia"
    return bool(governed)


_HEADS = frozenset(
    "leader leaders commander commanders spokesman head chief officer officers fighters men "
    "members forces troops soldiers units elements militants warplanes planes part".split()
)


def _nation_opening(page: Page, sent: Sentence) -> str:
    """The country of "In Niger, soldiers …", "Across the border in Niger, soldiers …"."""
    for place in page.within(page.places, sent.first, min(sent.last, sent.first + 7)):
        if place.noun or place.found is None or page.low[place.last : place.last + 1] != [","]:
            continue
        whole = place.found.feature_code.startswith("PCL")
        if whole and place.first and page.low[place.first - 1] == "in":
            return place.found.country or ""
    return ""
