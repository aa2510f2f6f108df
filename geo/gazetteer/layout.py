"""The files of the gazetteer and the codes inside them; shared by its builder and its reader.

Rows are places, sorted by ``gid`` so that an id is found by bisection. Column files are plain
``.npy`` arrays read through the memory map, one value per row:

    gid        uint32  GeoNames id; from NE_BASE upwards, an index into tables["ne"]
    lat, lon   int32   degrees * 1e5 (WGS84)
    population uint32
    country    uint8   index into tables["countries"]; 0 is none
    admin1     uint16  index into tables["admin1"]; 0 is none
    feature    uint8   index into tables["features"]
    layer      uint8   index into tables["layers"]: which source the row is from
    spellings  uint8   how many names the source gives the place (255: that many or more)
    label      uint8   length in bytes of the main name in labels.bin; label_at.npy has the
                       offset of every LABEL_STEP-th

``keys.marisa`` maps each folded name to records: row in the low 24 bits, KEY_* flags above.
``names.bin`` holds all display names, NAMES_BLOCK rows to a zlib block: rows parted by newline,
names by tab, the language (where known) before the unit separator. ``blocks.npy`` holds the
blocks' offsets. The grid for nearest settlements is ``cells.npy`` (the cells in use, sorted),
``cell_starts.npy`` (where each begins in) and ``cell_rows.npy``. ``boxed.npy`` has the rows with
an extent, ``boxes.npy`` their west, south, east, north; ``spread_rows.npy`` and
``spread_km.npy`` the rows whose sources lie far apart, and how far. ``tables.json`` has the texts
and the extra countries of rivers.

Villages (places of the lower layers, without ids of their own) have the rows after these:

    villages.marisa   folded main names; key n has village_counts[n] rows, the sum of the counts
                      before it being its first (village_starts: every KEYS_STEP-th sum);
                      counts of 255 and more are in tables["village_many"]
    village_lat, _lon uint16  steps from the south-west corner of the country's grid
                              (tables["grids"]: south, west, steps of lat and lon in degrees)
    village_admin1    uint16  index into tables["admin1"]; "SY." where the unit is not known
    village_kind      uint8   index into tables["village_features"], +32 for an NGA point,
                              +64 * index into VILLAGE_KM
    villages.bin      zlib blocks of NAMES_BLOCK rows: recipe of the main name (recipes.py), then
                      other names, parted by tab; village_blocks has the offsets
    village_people    population of village_people_rows, where known

Their other names are in keys.marisa. ``loose_hash.npy`` has a hash of the skeleton of each name
in the countries of names.LOOSE, sorted, one country after the other (tables["loose"]: first and
last), ``loose_row.npy`` the rows that go with it, of all kinds.
"""

from __future__ import annotations

__all__ = [
    "CELL_DEG",
    "COLUMNS",
    "DEGREES",
    "KEYS_STEP",
    "KEY_BARE",
    "KEY_CODE",
    "KEY_CORE",
    "KEY_CURATED",
    "KEY_MAIN",
    "KEY_SQUEEZED",
    "LABEL_STEP",
    "LANGUAGE_SEP",
    "NAMES_BLOCK",
    "NE_BASE",
    "ROW_BITS",
    "ROW_MASK",
    "VILLAGE_COLUMNS",
    "VILLAGE_KM",
    "cell_of",
]

COLUMNS = {
    "gid": "<u4",
    "lat": "<i4",
    "lon": "<i4",
    "population": "<u4",
    "country": "<u1",
    "admin1": "<u2",
    "feature": "<u1",
    "layer": "<u1",
    "spellings": "<u1",
    "label": "<u1",
}
DEGREES = 100_000
ROW_BITS = 24
ROW_MASK = (1 << ROW_BITS) - 1
KEY_MAIN = 1  # the key is the folded main name, not another name
KEY_CORE = 2  # the key lost its article
KEY_SQUEEZED = 4  # the key lost its article and its spelling was evened out
KEY_CODE = 8  # the name is a code of two or three capitals (an airport, a country code)
KEY_BARE = 16  # the key lost the word for the kind of unit ("Governorate")
KEY_CURATED = 32  # the name comes from a curated file (never in keys.marisa)
KEYS_STEP = 64
LABEL_STEP = 64
NAMES_BLOCK = 256
LANGUAGE_SEP = "\x1f"
NE_BASE = 0x8000_0000
VILLAGE_COLUMNS = {
    "village_lat": "<u2",
    "village_lon": "<u2",
    "village_admin1": "<u2",
    "village_kind": "<u1",
}
VILLAGE_KM = (2.0, 3.0, 5.0, 10.0)
CELL_DEG = 0.25


def cell_of(lat: float, lon: float) -> tuple[int, int]:
    """Grid cell of a point: (south to north, west to east), from the south-west corner."""
    return int((lat + 90.0) / CELL_DEG), int((lon + 180.0) / CELL_DEG) % int(360 / CELL_DEG)
