"""Names looked for among the places of a district that the text names with them.

So few places can be compared more freely: a word more or less for the kind of place ("Khirbat",
"Tall"), or a spelling farther off than would do for a whole country.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz, process

from geo.gazetteer.names import core, evened, figures, fold, squeeze
from geo.gazetteer.ranking import Around, Ask, Found, add, allowed, prominence
from geo.gazetteer.world import Gazetteer

__all__ = ["by_district"]

_REACH_KM = 45.0
_LEAST = 83.0  # likeness of evened spellings, of 100
_SHORTEST = 4
# Words that one source gives a village and another leaves away, as they are squeezed.
_HEADS = (
    "khirbat|kherbat|khirbet|kherbet|xirbat|tal|tel|til|jabal|jobal|hosh|haosh|hawsh|maarat|mazrat|"
    "mazraat|mazra|kafr|kfar|bir|jub|job|rasm|ain|ein|wadi|qaryat|nahiyat|nabi|shaix|shaikh|"
    "dair|dir|bait|bit|um|om|abo|abu"
)
_TAILS = (
    "tahtani|tahtania|foqani|foqania|sharqi|sharqia|gharbi|gharbia|shamali|shamalia|janobi|janobia|"
    "kabir|kabira|saghir|saghira|jadid|jadida|qadim|qadima|atiqa|wosta|wostani|qibli|qiblia|farm|"
    "ferma|sharki"
)
_ARTICLE = "(?:al|el|at|et|ash|as|es|ad|ed|an|ar|az)?"
_EXTRA = re.compile(
    rf"^{_ARTICLE}(?:(?:{_HEADS}){_ARTICLE})?(?P<name>.{{{_SHORTEST},}}?)(?:{_ARTICLE}(?:{_TAILS}))?$"
)


@lru_cache(maxsize=128)
def _keys_near(world: Gazetteer, iso: str, lat: float, lon: float) -> tuple[list[str], list[int]]:
    keys, rows = [], []
    for key, row in world.keys_near(iso, lat, lon, _REACH_KM):
        if key.isascii() and len(key) >= _SHORTEST:
            keys.append(squeeze(key))
            rows.append(row)
    return keys, rows


def _stripped(key: str) -> str:
    found = _EXTRA.match(key)
    return found["name"] if found else key


def by_district(world: Gazetteer, name: str, ask: Ask, around: Around) -> dict[int, Found]:
    """Places near the middle of the named district whose main name is much like ``name``."""
    found: dict[int, Found] = {}
    wanted = squeeze(core(name))
    if around.district is None or len(wanted) < _SHORTEST or not fold(name).isascii():
        return found
    bare = _stripped(wanted)
    for iso in ask.countries:
        keys, rows = _keys_near(world, iso, *around.district)
        likely = process.extract(wanted, keys, scorer=fuzz.ratio, score_cutoff=_LEAST, limit=10)
        scored = [(at, alike / 100) for _, alike, at in likely]
        scored += [
            (at, 0.85)
            for at, key in enumerate(keys)
            if bare in key and len(key) - len(bare) < 14 and _stripped(key) == bare
        ]
        for at, score in scored:
            row = rows[at]
            facts = world.facts(row)
            if not allowed(facts, ask) or figures(keys[at]) != figures(wanted):
                continue
            label = world.label(row)
            likeness = max(score, 0.98 * fuzz.ratio(evened(name), evened(label)) / 100)
            weight = prominence(facts, ask, around, curated=row < 0) * likeness**8
            why = f'spelled nearly as "{label}", in or near the district named'
            add(found, Found(row, facts, "fuzzy", weight, why, likeness, 5.0))
    return found
