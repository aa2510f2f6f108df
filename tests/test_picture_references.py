"""Pictures look as they did: compared with stored ones, up to the shading of a letter's edge."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops

PICTURES = Path(__file__).parent / "pictures"
sys.path.insert(0, str(PICTURES))

import measured  # noqa: E402
import references  # noqa: E402
from references import STORED, difference, made, reduced, rows  # noqa: E402


@pytest.mark.parametrize("row", rows(), ids=[str(row["name"]) for row in rows()])
def test_a_picture_looks_as_it_did(row, tmp_path_factory):
    now = made(row)
    with Image.open(STORED / f"{row['name']}.png") as stored:
        found = difference(now, stored)
    if not found.small:
        path = tmp_path_factory.mktemp("pictures") / f"{row['name']}.png"
        found.image.save(path)
        now.save(path.with_name(f"{row['name']}-now.png"))
        pytest.fail(
            f"{row['name']}: mean difference {found.mean:.2f} of 255, {found.share:.2%} of px "
            f"clearly different, {found.tile:.0%} in one place; see {path} (red) and "
            f"{row['name']}-now.png beside it. If the change is meant, look at it and run: "
            "python tests/pictures/references.py"
        )


def test_a_name_that_moves_is_seen():
    row = rows()[0]
    with Image.open(STORED / f"{row['name']}.png") as stored:
        before = stored.convert("RGB")
    assert difference(before, reduced(before)).small
    # A piece of the map's lettering, some px aside.
    moved = before.copy()
    wide, tall = before.size
    piece = before.crop((wide // 4, tall // 3, wide // 2, tall // 2))
    moved.paste(ImageChops.offset(piece, 4, 0), (wide // 4, tall // 3))
    assert not difference(moved, reduced(before)).small


def test_one_lost_name_of_a_reported_place_is_seen():
    row = rows()[0]
    with Image.open(STORED / f"{row['name']}.png") as stored:
        before = stored.convert("RGB")
    whole = measured.ink(references.drawn(row, "svg"))[0]
    name = next(t for t in whole if t.layer == "place-names" and t.words == "As Sukhnah")
    shrunk = [round(v * before.width / 1600) for v in name.box]
    lost = before.copy()
    corner = before.getpixel((shrunk[0] - 2, shrunk[1] - 2))
    lost.paste(corner, (shrunk[0] - 1, shrunk[1] - 1, shrunk[2] + 1, shrunk[3] + 1))
    found = difference(lost, reduced(before))
    # Too little to be seen in the whole picture, and seen all the same.
    assert found.share < references.MOST_SHARE
    assert not found.small


def test_the_stored_pictures_are_those_of_the_views_and_small():
    names = {f"{row['name']}.png" for row in rows()}
    assert {path.name for path in STORED.glob("*.png")} == names
    assert sum(path.stat().st_size for path in STORED.glob("*.png")) < 2_000_000
