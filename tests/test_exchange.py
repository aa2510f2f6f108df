"""Tables of points and lines of JSON: what is read, what is left out, and why."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.__main__ import main
from geo.errors import InputError
from geo.exchange.lines import read_lines
from geo.exchange.points import read_points, safe_cell, write_csv
from geo.exchange.problems import Problem


def points(tmp_path, text, **kwargs):
    path = tmp_path / "in.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_points(path, **kwargs)


def test_rows_keep_their_cells_and_their_place_in_the_file(tmp_path):
    table = points(tmp_path, 'name,LAT,Longitude\nAbu Kamal,34.45,40.92\n\n"a\nb",1,2\nx,3,4\n')
    assert table.header == ("name", "LAT", "Longitude")
    assert [row[0] for row in table.rows] == ["Abu Kamal", "a\nb", "x"]
    assert table.lines == [2, 4, 6]
    assert table.lat.tolist() == [34.45, 1, 3]
    assert table.column("NAME") == ["Abu Kamal", "a\nb", "x"]
    assert table.problems == []


@pytest.mark.parametrize(
    ("row", "column", "word"),
    [
        ("NaN,40", "lat", "not a position"),
        ("inf,40", "lat", "not a position"),
        ("north,40", "lat", "not a number"),
        ("140.5,34", "lat", "swapped"),
        ("91,181", "lat", "beyond 90"),
        ("34,181", "lon", "beyond 180"),
        (",40", "lat", "empty"),
        ("34", "", "1 cells"),
    ],
)
def test_a_bad_row_is_listed_and_the_others_stay(tmp_path, row, column, word):
    table = points(tmp_path, f"lat,lon\n1,2\n{row}\n3,4\n")
    assert table.lat.tolist() == [1, 3]
    (problem,) = table.problems
    assert (problem.row, problem.column) == (3, column)
    assert word in str(problem)


@pytest.mark.parametrize("text", ["", "\n\n", "name,lat\na,1\n", b"lat,lon\n\xff\xfe,1\n"])
def test_a_file_that_cannot_be_used_says_so(tmp_path, text):
    with pytest.raises(InputError, match=r"in\.csv"):
        points(tmp_path, text)


def test_a_missing_column_is_named_with_those_there_are(tmp_path):
    with pytest.raises(InputError, match=r"no column actor.*lat, lon, side"):
        points(tmp_path, "lat,lon,side\n1,2,a\n", needed=["actor"])


@pytest.mark.parametrize("mark", [";", "\t"])
def test_other_separators_are_read(tmp_path, mark):
    table = points(tmp_path, f"lat{mark}lon\n1.5{mark}2.5\n")
    assert table.lon.tolist() == [2.5]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=30))
def test_what_is_written_is_read_back_and_never_a_formula(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    write_csv(path, ["cell", "n"], [[text, -1.5]])
    with path.open(encoding="utf-8", newline="") as file:
        _, (cell, number) = csv.reader(file)
    assert cell in (text, "'" + text)
    assert number == "-1.5"
    assert not cell.lstrip().startswith(("=", "@"))


def test_a_negative_number_that_came_as_text_stays_a_number(tmp_path):
    path = tmp_path / "a.csv"
    write_csv(path, ["a", "b", "c"], [["-1.5", "-1+cmd", "-INFINITY"]])
    assert path.read_text(encoding="utf-8").splitlines()[1] == "-1.5,'-1+cmd,'-INFINITY"
    assert safe_cell("-1.5") == "'-1.5"


def test_a_bad_line_of_json_is_reported_with_its_number(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"a": 1}\n\n{broken\n[1]\n{"a": 2}')
    found = list(read_lines(path))
    assert [n for n, _ in found] == [1, 3, 4, 5]
    assert [isinstance(item, Problem) for _, item in found] == [False, True, True, False]
    assert "row 3" in str(found[1][1])


def test_points_south_and_west_leave_the_border_command_as_numbers(tmp_path):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("lat,lon,note\n-1.5,-70.25,=1+1\n", encoding="utf-8")
    assert main(["borders", "--points", str(source), "-o", str(target)]) == 0
    with target.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["lat"], row["lon"], row["note"]) == ("-1.5", "-70.25", "'=1+1")
    assert row["border_pair"] == "BR-CO"
