"""Old reports inform new ones: who changed hands is learnt from the few places reported anew."""

import csv

import numpy as np
import pytest

from geo.__main__ import main
from geo.errors import InputError
from geo.zones.change import OLD_DAYS, Changed, two_layers
from geo.zones.kriging import Kriging

YEAR = 365.0


def country(seed=0, count=600):
    """Places of many small enclaves of a and b; since then c took from b all that lies north."""
    rng = np.random.default_rng(seed)
    lat, lon = rng.uniform(34, 36, count), rng.uniform(40, 42, count)
    then = np.where(rng.random(count) < 0.5, "a", "b")
    now = np.where((then == "b") & (lat > 35), "c", then)
    return lat, lon, then, now


def learnt(lat, lon, then, now, fresh, make=Kriging):
    age = np.r_[np.full(len(lat), YEAR), np.zeros(len(fresh))]
    method = Changed(make, age)
    return method.fit(
        np.r_[lat, lat[fresh]], np.r_[lon, lon[fresh]], np.r_[then, now[fresh]]
    )  # fmt: skip


def right(method, lat, lon, now):
    share = method.predict_proba(lat, lon)
    assert share.sum(axis=1) == pytest.approx(np.ones(len(lat)))
    return (np.array(method.actors)[share.argmax(axis=1)] == now).mean()


def test_what_became_of_places_held_alike_nearby_tells_of_the_others():
    lat, lon, then, now = country()
    fresh, others = np.arange(60), np.arange(60, 600)
    changed = learnt(lat, lon, then, now, fresh)
    anew = Kriging().fit(lat[fresh], lon[fresh], now[fresh])
    asked = lat[others], lon[others], now[others]
    # Old reports alone are right where nothing changed, new ones alone know no enclave.
    assert (then[others] == now[others]).mean() < 0.8
    assert right(anew, *asked) < 0.8
    assert right(changed, *asked) > 0.93


def test_the_new_report_speaks_for_its_own_place():
    lat, lon, then, now = country()
    fresh = np.arange(60)
    changed = learnt(lat, lon, then, now, fresh)
    assert right(changed, lat[fresh], lon[fresh], now[fresh]) > 0.93


def test_where_nothing_changed_the_old_picture_stays():
    lat, lon, then, _ = country()
    changed = learnt(lat, lon, then, then, np.arange(12))
    assert right(changed, lat, lon, then) > 0.98


def test_the_order_of_rows_does_not_matter():
    lat, lon, then, now = country(count=150)
    fresh = np.arange(20)
    age = np.r_[np.full(150, YEAR), np.zeros(20)]
    rows = np.r_[lat, lat[fresh]], np.r_[lon, lon[fresh]], np.r_[then, now[fresh]]
    turned = np.random.default_rng(5).permutation(len(age))
    one = Changed(Kriging, age).fit(*rows).predict_proba(lat, lon)
    other = Changed(Kriging, age[turned]).fit(*(row[turned] for row in rows))
    assert (one.argmax(axis=1) == other.predict_proba(lat, lon).argmax(axis=1)).mean() > 0.98


def test_a_holder_only_one_layer_knows_and_a_report_without_weight():
    lat, lon, then, now = country(count=100)
    age = np.r_[np.full(100, YEAR), np.zeros(11)]
    label = np.concatenate([then, now[:10], ["nobody"]])
    weight = np.r_[np.ones(110), 0.0]
    places = np.r_[lat, lat[:11]], np.r_[lon, lon[:11]]
    method = Changed(Kriging, age).fit(*places, label, weight)
    assert method.actors == tuple(sorted(set(label[:-1])))
    assert np.isfinite(method.predict_proba(lat, lon)).all()


def test_of_several_old_reports_about_a_place_the_newest_counts():
    lat, lon, then, now = country(count=300)
    fresh = np.arange(60)
    # Two years before, everything was the other way round.
    before = np.where(then == "a", "b", "a")
    age = np.r_[np.full(300, 3 * YEAR), np.full(300, YEAR), np.zeros(60)]
    method = Changed(Kriging, age).fit(
        np.r_[lat, lat, lat[fresh]],
        np.r_[lon, lon, lon[fresh]],
        np.r_[before, then, now[fresh]],
    )
    assert right(method, lat[60:], lon[60:], now[60:]) > 0.9


def test_one_layer_alone_is_refused_in_words():
    lat, lon, then, _ = country(count=20)
    for age in (np.zeros(20), np.full(20, YEAR)):
        with pytest.raises(InputError, match="one kind is missing"):
            Changed(Kriging, age).fit(lat, lon, then)
    with pytest.raises(InputError, match="as many ages"):
        Changed(Kriging, np.zeros(3)).fit(lat, lon, then)


def test_two_layers_need_enough_of_each():
    assert two_layers(np.r_[np.full(30, OLD_DAYS + 1), np.full(10, OLD_DAYS)])
    assert not two_layers(np.r_[np.full(29, YEAR), np.zeros(10)])
    assert not two_layers(np.r_[np.full(30, YEAR), np.zeros(9)])


def test_the_command_uses_the_dates(tmp_path, capsys):
    lat, lon, then, now = country()
    known, asked, told = (tmp_path / name for name in ("known.csv", "asked.csv", "told.csv"))
    with known.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["lat", "lon", "actor", "date"])
        rows.writerows([*row, "2014-06"] for row in zip(lat, lon, then, strict=True))
        fresh = zip(lat[:60], lon[:60], now[:60], strict=True)
        rows.writerows([*row, "2015-06-10"] for row in fresh)
    with asked.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["lat", "lon", "truth"])
        rows.writerows(zip(lat[60:], lon[60:], now[60:], strict=True))
    arguments = ["zones", "--known", str(known), "--query", str(asked), "-o", str(told)]
    assert main(arguments) == 0, capsys.readouterr().err
    with told.open(newline="") as file:
        found = list(csv.DictReader(file))
    assert np.mean([row["holder"] == row["truth"] for row in found]) > 0.9
    # Before the offensive the new rows do not exist.
    assert main([*arguments, "--date", "2015-01-01"]) == 0
    with told.open(newline="") as file:
        found = list(csv.DictReader(file))
    assert np.mean([row["holder"] == old for row, old in zip(found, then[60:], strict=True)]) > 0.9
