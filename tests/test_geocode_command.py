"""``python -m geo geocode``: one name, a file of them, exit codes, and what is no name at all."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from geopy.exc import GeocoderQueryError

from geo.__main__ import main
from geo.geocode import Dateline, candidates, open_geocoder

AL_BU_KAMAL = "geonames:174448"
ANSWER = (
    "lat", "lon", "place_id", "name", "feature_code", "precision_km", "rung", "confidence",
    "candidates",
)  # fmt: skip

# The list of bad input; none of it may lead to a place or a traceback.
NO_NAMES = {
    "empty": "",
    "blank": " \t\n",
    "10 kB": "Aleppo " * 1500,
    "10 kB word": "x" * 10_000,
    "control": "\x00\x1b[31m\x07",
    "numbers": "12345",
    "a coordinate": "34.45, 40.92",
    "numbers of another script": "١٢٣٤٥",
    "mixed scripts": "ΑбwكمxЖ",
    "signs": "!?*'\"-",
    "template": "{{ 7*7 }}",
    "markup": "<script>alert(1)</script>",
    "query": "'; DROP TABLE places; --",
    "path": "../../etc/passwd",
    "marks of direction": "\u202e\u202d\u200f",
    "emoji": "🇸🇾🙂",
    "lone surrogate": "\ud800",
}


@pytest.fixture
def run(root):
    def call(*args):
        return subprocess.run(
            [sys.executable, "-m", "geo", "geocode", *args],
            cwd=root,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return call


@pytest.fixture
def batch(tmp_path, capsys):
    def call(*lines, options=()):
        source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
        texts = [x if isinstance(x, (str, bytes)) else json.dumps(x) for x in lines]
        data = b"\n".join(x.encode() if isinstance(x, str) else x for x in texts)
        source.write_bytes(data + b"\n")
        code = main(["geocode", "--batch", str(source), "-o", str(target), *options])
        rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
        return code, rows, capsys.readouterr().err

    return call


def test_a_name_is_found_with_its_reasons(run):
    done = run("Al Bu Kamal")
    assert done.returncode == 0, done.stderr
    assert AL_BU_KAMAL in done.stdout
    assert "34.45" in done.stdout
    assert "main name" in done.stdout


def test_json_with_country_and_nearness(capsys):
    assert main(["geocode", "Rawa", "--country", "iq", "--json", "--limit", "2"]) == 0
    answer = json.loads(capsys.readouterr().out)
    first = answer["candidates"][0]
    assert first["country"] == "IQ"
    assert {*ANSWER} - {"candidates", "confidence"} <= set(first)
    assert 0 < first["score"] <= 1
    assert main(["geocode", "Tripoli", "--near=34.4,35.8", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["candidates"][0]["country"] == "LB"


def test_admin1_as_a_code_limits(capsys):
    assert main(["geocode", "Abu Kamal", "--admin1", "SY.07"]) == 0
    assert AL_BU_KAMAL in capsys.readouterr().out
    assert main(["geocode", "Abu Kamal", "--admin1", "SY.99"]) == 2


def test_what_is_not_found_says_why(capsys):
    assert main(["geocode", "Qqxyzzyville"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "no place called" in told.err


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["Qaim", "--country", "ZZ"], "ISO 3166-1"),
        (["Qaim", "--country", ""], "ISO 3166-1"),
        (["Qaim", "--near=91,0"], "latitude"),
        (["Qaim", "--near=nan,0"], "latitude"),
        (["Qaim", "--near", "here"], "34.45,40.92"),
        (["Qaim", "--limit", "0"], "1 to 1000"),
        (["Qaim", "--online", "elsewhere"], "nominatim"),
        ([], "--batch"),
        (["Qaim", "--batch", "x"], "--batch"),
        (["--batch", "absent.jsonl"], "-o"),
        (["--batch", "absent.jsonl", "-o", "x.jsonl"], "cannot be read"),
        (["--batch", "pyproject.toml", "-o", "pyproject.toml"], "another name"),
        (["--batch", "pyproject.toml", "-o", "no/such/folder"], "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said_plainly(run, args, word):
    done = run(*args)
    assert done.returncode == 2
    assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_help_says_what_leaves_the_machine(run):
    text = " ".join(run("--help").stdout.split())
    assert "It is sent the place name and the --country, nothing else" in text
    assert "Exit code" in text


@pytest.mark.parametrize("name", NO_NAMES.values(), ids=NO_NAMES)
def test_bad_input_leads_nowhere_by_any_way(name, capsys, batch):
    assert candidates(name) == []
    assert candidates(name, country="SY", adm1_name=name, adm2_name=name) == []
    try:
        assert open_geocoder().geocode(name) is None
    except GeocoderQueryError as error:
        assert len(str(error)) < 300  # noqa: PT017 - refusing is one of two right answers
    assert main(["geocode", name]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err) < 1000
    assert all(char.isprintable() or char == "\n" for char in told.err)
    _, rows, told = batch({"place": name, "cc": "SY"}, {"place": "Aleppo", "cc": "SY"})
    assert rows[-1]["name"] == "Aleppo"
    # Half a character is no JSON: such a line is told and left out.
    assert rows[0]["lat"] is None or (len(rows) == 1 and "row 1" in told)


def test_a_batch_repeats_its_lines_and_keeps_their_order(batch):
    lines = [
        {"place": "Aleppo town", "adm1": "Aleppo Governorate", "adm2": "nan", "cc": "SY", "n": 1},
        {"place": "Qqxyzzyville", "cc": "SY", "extra": {"a": [1, None]}},
        {"place": "البوكمال", "lat": 1.0, "lon": 2.0},
        {"place": "Paris"},
    ]
    code, rows, _ = batch(*lines)
    assert code == 0
    for line, row in zip(lines, rows, strict=True):
        assert {k: row[k] for k in line if k not in ("lat", "lon")} == {
            k: v for k, v in line.items() if k not in ("lat", "lon")
        }
        assert set(ANSWER) <= set(row)
    first, unknown, arabic, _ = rows
    assert first["name"] == "Aleppo"
    assert 0 < first["confidence"] <= 1
    assert first["candidates"][0]["place_id"] == first["place_id"]
    assert [unknown[key] for key in ANSWER[:-1]] == [None] * 8
    assert unknown["candidates"] == []
    assert arabic["place_id"] == AL_BU_KAMAL
    assert arabic["lat"] == pytest.approx(34.45, abs=0.01)  # ours, not what the line came with


def test_an_open_question_is_not_answered_but_its_readings_are_listed(batch):
    _, [row], _ = batch({"place": "Syria/Iraq"})
    assert row["lat"] is None
    assert row["confidence"] is None
    assert {c["name"] for c in row["candidates"]} >= {"Syria", "Iraq"}


def test_bad_lines_are_told_by_number_and_the_rest_is_done(batch):
    code, rows, told = batch(
        {"place": "Homs", "cc": "SY"},
        "{broken",
        "[1]",
        {"cc": "SY"},
        {"place": 7},
        {"place": "Homs", "cc": 5},
        {"place": "Homs", "cc": "ZZ"},
        b"\xff\xfe",
        {"place": "Homs", "cc": "SY"},
    )
    assert code == 1
    assert len(rows) == 6  # what is no JSON object cannot be repeated
    assert rows[0]["place_id"] == rows[-1]["place_id"] is not None
    assert all(row["lat"] is None and row["note"] for row in rows[1:-1])
    for number in (2, 3, 4, 5, 6, 7, 8):
        assert f"in.jsonl, row {number}" in told
    assert "ISO 3166-1" in told
    assert "row 1:" not in told


def test_several_processes_give_the_same_file(batch, monkeypatch):
    monkeypatch.setattr("geo.geocode.batch.CHUNK", 7)
    names = ["Aleppo", "Homs", "Qqxyzzy", "دمشق", "Abu Kamal", "Idlib"] * 8
    lines = [{"place": name, "cc": "SY", "n": i} for i, name in enumerate(names)]
    one = batch(*lines)
    assert batch(*lines, options=["--jobs", "2"]) == one
    assert [row["n"] for row in one[1]] == list(range(48))


def test_country_for_lines_that_have_none(batch):
    _, rows, _ = batch(
        {"place": "Tripoli"}, {"place": "Tripoli", "cc": "LB"}, options=["--country", "LY"]
    )
    found = [row["candidates"][0]["country"] for row in rows]
    assert found == ["LY", "LB"]


def test_a_list_is_answered_in_its_order():
    geocoder = Dateline()
    names = ["Homs", "Qqxyzzyville", "", "دمشق", None, "Homs"]
    found = geocoder.geocode_many(names, country_codes="SY")
    assert [x and x.raw["name"] for x in found] == ["Homs", None, None, "Damascus", None, "Homs"]
    with pytest.raises(GeocoderQueryError, match="ISO 3166-1"):
        geocoder.geocode_many(names, country_codes="ZZ")
