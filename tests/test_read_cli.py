"""``python -m geo read``: for people, as JSON, and many documents at once."""

import json

import pytest

from geo.__main__ import main
from geo.documents import batch, lines
from geo.errors import InputError

REPORT = (
    "Army enters border town\n\n10 November 2017\n\n"
    "Syrian government troops captured Al Bu Kamal on Thursday, the Syrian army said. "
    "The militants of Daesh withdrew from the town, which lies near the border with Iraq.\n\n"
    "Newspapers from United Arab Emirates"
)
OTHER = "Iraqi forces seized the town of Qaim in Iraq last week, officials in Baghdad said."


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "report.txt"
    path.write_text(REPORT, encoding="utf-8")
    return path


def write(path, *rows):
    text = "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")
    return path


def read(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def run(*args):
    return main(["read", *map(str, args)])


def test_a_report_is_told_to_people(report, capsys):
    assert run(report) == 0
    told = capsys.readouterr().out
    assert "Army enters border town" in told
    assert "10 Nov 2017" in told
    assert "Al Bu Kamal" in told
    assert "“Newspapers from United Arab Emirates”" in told.partition("Not read:")[2]
    assert "Emirates" not in told.partition("Not read:")[0]


def test_a_report_as_json_has_spans_that_fit_its_text(report, capsys):
    assert run(report, "--json") == 0
    (line,) = capsys.readouterr().out.splitlines()
    data = json.loads(line)
    text = data["text"]
    assert data["published"] == "2017-11-10"
    assert data["mentions"]
    for mention in data["mentions"]:
        assert text[mention["start"] : mention["end"]] == mention["text"]
    places = [m["text"] for m in data["mentions"] if m["lat"] is not None]
    assert "Al Bu Kamal" in places
    assert data["events"], "two plain sentences of who took and left a town"
    for event in data["events"]:
        start, end = event["quote"]
        assert start <= event["trigger"][0] < event["trigger"][1] <= end
        assert text[start:end].strip()


def test_without_a_date_none_is_made_up_and_the_user_may_give_it(tmp_path, capsys):
    path = tmp_path / "a.txt"
    path.write_text(OTHER)
    assert run(path, "--json") == 0
    assert json.loads(capsys.readouterr().out)["published"] is None
    assert run(path) == 0
    assert "--published" in capsys.readouterr().out
    assert run(path, "--json", "--published", "2017-11-10") == 0
    assert json.loads(capsys.readouterr().out)["published"] == "2017-11-10"


def test_a_date_given_never_replaces_the_reports_own(report, capsys):
    assert run(report, "--json", "--published", "2020-01-01") == 0
    assert json.loads(capsys.readouterr().out)["published"] == "2017-11-10"


def test_a_text_in_another_language_says_so_and_its_places_are_found(tmp_path, capsys):
    path = tmp_path / "a.txt"
    path.write_text("قال الجيش السوري إنه دخل مدينة البوكمال بعد معارك مع التنظيم في المدينة.")
    assert run(path) == 0
    told = capsys.readouterr().out
    assert "The text is in Arabic" in told
    assert "البوكمال" in told


def test_what_cannot_be_read_is_told_and_the_rest_is_read(report, tmp_path, capsys):
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.4 nothing")
    assert run(broken, report) == 1
    seen = capsys.readouterr()
    assert "broken.pdf" in seen.err
    assert "Army enters border town" in seen.out
    assert run(broken) == 2


def test_control_signs_of_a_text_never_reach_the_terminal(tmp_path, capsys):
    path = tmp_path / "a.txt"
    path.write_text(f"\x1b]0;owned\x07\x1b[31mArmy\x9b5m \u202eenters\n\n{OTHER}", encoding="utf-8")
    assert run(path) == 0
    assert not set("\x1b\x07\x9b\u202e") & set(capsys.readouterr().out)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_batch_answers_each_line_in_order_and_names_the_bad_ones(tmp_path, capsys, jobs):
    rows = [{"doc_id": f"d{n}", "text": OTHER if n % 2 else REPORT} for n in range(25)]
    rows[3] = "{broken"
    rows[7] = {"text": "no id"}
    rows[9] = {"doc_id": "d9", "text": 5}
    rows[11] = {"doc_id": "d11", "text": OTHER, "published": "yesterday"}
    rows[13] = {"doc_id": 13, "text": "", "published": None}
    source = write(tmp_path / "in.jsonl", *rows)
    out = tmp_path / "out.jsonl"
    assert run("--batch", source, "-o", out, "--jobs", jobs) == 1
    told = capsys.readouterr().err
    for number, word in ((4, "JSON"), (8, "doc_id"), (10, "text"), (12, "published")):
        assert f"row {number}:" in told
        assert word in told
    found = read(out)
    bad = {3, 7, 9, 11}
    assert [line["doc_id"] for line in found] == [
        13 if n == 13 else f"d{n}" for n in range(25) if n not in bad
    ]
    assert all(line["mentions"] for line in found if line["doc_id"] != 13)


def test_a_line_has_the_fields_that_others_read(tmp_path):
    out = tmp_path / "out.jsonl"
    row = {"doc_id": "a", "text": REPORT, "published": "2017-11-10", "title": "t", "url": "u"}
    assert run("--batch", write(tmp_path / "in.jsonl", row), "-o", out) == 0
    (line,) = read(out)
    assert {"doc_id", "mentions", "events"} == set(line)
    assert all(
        set(mention) == {"start", "end", "text", "lat", "lon", "place_id", "score", "literal"}
        for mention in line["mentions"]
    )
    wanted = "trigger place type actors date attribution tier quote score".split()
    assert line["events"]
    assert all(set(wanted) <= set(event) for event in line["events"])
    assert not any("Emirates" in mention["text"] for mention in line["mentions"])


def test_given_spans_are_answered_in_their_order_and_nothing_else(tmp_path):
    text = "Between Qaim and Nowheresuchtown the road to Baghdad was cut, Iraqi officers said."
    spans = [
        [text.index(w), text.index(w) + len(w)] for w in ("Baghdad", "Nowheresuchtown", "Qaim")
    ]
    rows = [
        {"doc_id": "pairs", "text": text, "spans": spans},
        {"doc_id": "objects", "text": text, "spans": [{"start": s, "end": e} for s, e in spans]},
        {"doc_id": "none", "text": text, "spans": []},
    ]
    out = tmp_path / "out.jsonl"
    assert run("--batch", write(tmp_path / "in.jsonl", *rows), "-o", out, "--jobs", 1) == 0
    pairs, objects, none = read(out)
    assert pairs["given_gold"] is True
    assert [[m["start"], m["end"]] for m in pairs["mentions"]] == spans
    assert [m["text"] for m in pairs["mentions"]] == ["Baghdad", "Nowheresuchtown", "Qaim"]
    assert pairs["mentions"][1]["lat"] is None
    assert pairs["mentions"][1]["place_id"] is None
    assert abs(pairs["mentions"][0]["lat"] - 33.3) < 0.3
    assert objects["mentions"] == pairs["mentions"]
    assert none["mentions"] == []
    assert none["given_gold"] is True


@pytest.mark.parametrize(
    "spans", [[[5, 2]], [[0, 999]], [[-1, 3]], [["a", 3]], "x", [[True, 3]], [[1.0, 3]], [[1]]]
)
def test_spans_that_do_not_fit_the_text_are_told(spans):
    with pytest.raises(InputError, match="spans"):
        lines.read_line({"doc_id": "a", "text": "Some words here.", "spans": spans})


def test_a_batch_goes_on_where_it_was_cut_short(tmp_path, capsys):
    rows = [{"doc_id": f"d{n}", "text": OTHER} for n in range(12)]
    source = write(tmp_path / "in.jsonl", *rows)
    out = tmp_path / "out.jsonl"
    assert run("--batch", source, "-o", out, "--jobs", 1) == 0
    whole = out.read_bytes()
    cut = whole.splitlines(keepends=True)
    out.write_bytes(b"".join(cut[:5]) + cut[5][:37])
    assert run("--batch", source, "-o", out, "--jobs", 2, "--resume") == 0
    assert out.read_bytes() == whole
    assert "7 documents read, 5 were there before" in capsys.readouterr().out
    out.unlink()
    assert run("--batch", source, "-o", out, "--jobs", 1, "--resume") == 0
    assert out.read_bytes() == whole


def test_a_file_that_is_no_earlier_output_is_not_written_into(tmp_path, capsys):
    source = write(tmp_path / "in.jsonl", {"doc_id": "a", "text": OTHER})
    other = tmp_path / "notes.txt"
    other.write_text("my notes\nof years\n")
    assert run("--batch", source, "-o", other, "--resume") == 2
    assert "line 1" in capsys.readouterr().err
    assert other.read_text() == "my notes\nof years\n"
    assert run("--batch", source, "-o", source) == 2
    assert read(source) == [{"doc_id": "a", "text": OTHER}]


def test_a_slip_on_one_text_is_told_and_does_not_end_the_run(tmp_path, monkeypatch, capsys):
    answer = lines.read_line

    def slips(line):
        if line["doc_id"] == "d1":
            raise KeyError("x")
        return answer(line)

    monkeypatch.setattr(batch, "read_line", slips)
    rows = [{"doc_id": f"d{n}", "text": OTHER} for n in range(3)]
    out = tmp_path / "out.jsonl"
    assert run("--batch", write(tmp_path / "in.jsonl", *rows), "-o", out, "--jobs", 1) == 1
    assert [line["doc_id"] for line in read(out)] == ["d0", "d2"]
    assert "row 2: could not be read (KeyError" in capsys.readouterr().err


@pytest.mark.parametrize(
    "args",
    [[], ["--batch", "none.jsonl", "-o", "x"], ["--batch", "none.jsonl"],
     ["--published", "soon", "x"],
     ["ftp://a.example"], ["http://127.0.0.1/"]],
)  # fmt: skip
def test_what_cannot_be_done_is_told_in_words(args, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(*args) == 2
    assert "Error:" in capsys.readouterr().err
