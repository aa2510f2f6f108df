"""The command line as people use it: in a process of its own."""

import csv
import subprocess
import sys

import pytest


@pytest.fixture
def run(root):
    def call(*args):
        return subprocess.run(
            [sys.executable, "-m", "geo", *args],
            cwd=root,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return call


@pytest.mark.parametrize(("name", "start"), [("a.png", b"\x89PNG"), ("a.pdf", b"%PDF")])
def test_a_picture_is_written_in_the_form_its_name_says(run, tmp_path, name, start):
    target = tmp_path / name
    done = run("picture", "--view", "when=2017-09-05&when=2017-11-11", "-o", str(target))
    assert done.returncode == 0, done.stderr
    assert target.read_bytes().startswith(start)
    assert "events shown" in done.stdout


def test_the_picture_shows_the_view_and_names_its_day(run, tmp_path):
    target = tmp_path / "a.svg"
    done = run("picture", "--view", "when=2017-11-01&when=2017-11-11", "-o", str(target))
    assert done.returncode == 0, done.stderr
    text = target.read_text(encoding="utf-8")
    assert "11 November 2017" in text or "11 Nov 2017" in text
    assert "البوكمال" in text


def test_the_table_holds_what_the_view_shows(run, tmp_path):
    target = tmp_path / "rows.csv"
    done = run("table", "--view", "tier=claimed", "-o", str(target))
    assert done.returncode == 0, done.stderr
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert {row["tier"] for row in rows} == {"claimed"}


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (("picture", "--view", "actor=nobody", "-o", "a.png"), "nobody"),
        (("picture", "-o", "a.bmp"), "png"),
        (("picture", "--size", "9x9", "-o", "a.png"), "9x9"),
        (("table", "-o", "no/such/folder/a.csv"), "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said_plainly(run, args, word):
    done = run(*args)
    assert done.returncode == 2
    assert word in done.stderr
    assert "Traceback" not in done.stderr


def test_one_row_is_one_row(run, tmp_path):
    view = "tier=denied&when=2017-09-05&when=2017-09-16"
    done = run("table", "--view", view, "-o", str(tmp_path / "rows.csv"))
    assert "1 row, 143 hidden by the view" in done.stdout, done.stderr


def test_a_reader_that_has_seen_enough_is_no_error(root):
    piped = f'"{sys.executable}" -m geo geocode Qaim --json | head -c 20'
    done = subprocess.run(
        piped, shell=True, cwd=root, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.startswith("{")
    assert done.stderr == ""
