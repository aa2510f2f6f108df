"""The second opinion, against a server on this machine that answers, errs, stalls or babbles."""

from __future__ import annotations

import json
import threading
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from geo.__main__ import main
from geo.errors import InputError
from geo.geocode import Dateline, online
from geo.geocode.online import SecondOpinion, online_from
from geo.model import Candidate, Place

NOMINATIM = [
    {
        "osm_type": "node",
        "osm_id": 5,
        "lat": "34.40",
        "lon": "40.90",
        "display_name": "Zumurrud, Deir ez-Zor, Syria",
        "name": "Zumurrud\u202e",
        "type": "village",
        "boundingbox": ["34.38", "34.42", "40.88", "40.92"],
        "address": {"country_code": "sy"},
    }
]


class Server(ThreadingHTTPServer):
    daemon_threads = True
    status, body, wait = 200, json.dumps(NOMINATIM).encode(), 0.0

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = []
        self.stop = threading.Event()

    def close(self):
        self.stop.set()
        self.shutdown()
        self.server_close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers), time.monotonic()))
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.end_headers()
        for byte in self.server.body if self.server.wait else ():
            if self.server.stop.wait(self.server.wait):
                return
            self.wfile.write(bytes([byte]))
        if not self.server.wait:
            self.wfile.write(self.server.body)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    server = Server()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    with closing(server):
        yield server


@pytest.fixture(autouse=True)
def quick(monkeypatch, tmp_path):
    monkeypatch.setattr(online, "EVERY_S", 0.0)
    monkeypatch.setenv("DATELINE_HOME", str(tmp_path))
    for name in ("DATELINE_ONLINE", "DATELINE_ONLINE_URL", "DATELINE_GEONAMES_USER"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def opinion(server):
    return SecondOpinion("nominatim", url=server.url, timeout_s=0.5)


def test_what_is_sent_is_the_name_and_the_country_only(server, opinion):
    said = Dateline(online=opinion).geocode("Zumurrud", country_codes="SY", near=(34.1, 40.2))
    [(path, headers, _)] = server.asked
    query = parse_qs(urlsplit(path).query)
    assert query.pop("q") == ["Zumurrud"]
    assert query.pop("countrycodes") == ["sy"]
    assert set(query) <= {"format", "limit", "addressdetails"}
    assert headers["User-Agent"].startswith("Dateline/")
    assert said.raw["place_id"] == "nominatim:node5"


def test_its_answer_stands_in_where_we_know_nothing_and_is_not_clear(opinion):
    found = Dateline(online=opinion).geocode("Zumurrud")
    assert (found.latitude, found.longitude) == (34.4, 40.9)
    assert found.raw["rung"] == "online"
    assert not found.raw["clear"]
    assert found.raw["name"] == "Zumurrud"
    assert 2 < found.raw["precision_km"] < 5
    assert "OpenStreetMap" in found.raw["source"]
    assert "not checked" in found.raw["reasons"][0]


def test_a_clear_answer_of_ours_stays_and_the_distance_is_told(opinion):
    found = Dateline(online=opinion).geocode("Damascus")
    assert found.raw["country"] == "SY"
    assert found.raw["online"]["km_from_answer"] > 300
    assert found.raw["rung"] == "exact"


def test_of_several_readings_the_one_both_know_goes_first(opinion):
    there = Place("x:1", "There", 34.41, 40.91, "PPL")
    far = Place("x:2", "Far", 10.0, 10.0, "PPL")
    said = opinion.ask("Zumurrud")
    weighed = said.weigh([Candidate(far, 0.45), Candidate(there, 0.4)])
    assert [c.place.id for c in weighed] == ["x:1", "x:2"]
    assert weighed[0].score > 0.5
    assert "nominatim" in weighed[0].reasons[-1]
    unmoved = said.weigh([Candidate(far, 0.45)])
    assert [(c.place.id, c.score) for c in unmoved] == [("x:2", 0.45)]


def test_answers_are_kept_also_for_later_processes(server, opinion):
    first = opinion.ask("Zumurrud")
    again = SecondOpinion("nominatim", url=server.url).ask("ZUMURRUD")
    assert len(server.asked) == 1
    assert again.kept
    assert again.places == first.places
    opinion.ask("Zumurrud", "SY")
    assert len(server.asked) == 2


def test_that_nobody_knows_it_is_kept_too(server, opinion):
    server.body = b"[]"
    assert opinion.ask("Qqqq").places == ()
    assert opinion.ask("Qqqq").kept
    assert len(server.asked) == 1


def test_a_broken_store_of_answers_does_no_harm(server, opinion, tmp_path):
    (tmp_path / "online.db").write_bytes(b"not a database" * 100)
    assert opinion.ask("Zumurrud").places
    assert opinion.ask("Zumurrud").places
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"oops"),
        (429, b"slow down"),
        (403, b"<html>no</html>"),
        (200, b"<html>garbage"),
        (200, b'{"error": "x"}'),
        (200, b"[1, 2]"),
        (200, b'[{"lat": "x", "lon": "1", "display_name": "n"}]'),
        (200, b'[{"lat": "95", "lon": "1", "display_name": "n"}]'),
        (200, b'[{"lat": "nan", "lon": "1", "display_name": "n"}]'),
        (200, b"\xff\xfe\x00garbage"),
        (200, b"[" + b" " * 2_000_000 + b"]"),
        (302, b""),
    ],
)
def test_when_it_fails_the_answer_is_the_offline_one_and_a_note(server, opinion, status, body):
    server.status, server.body = status, body
    geocoder = Dateline(online=opinion)
    found = geocoder.geocode("Damascus")
    assert found.raw["place_id"] == Dateline().geocode("Damascus").raw["place_id"]
    note = found.raw["online"]["note"]
    assert "offline answer" in note
    assert "garbage" not in note
    assert geocoder.geocode("Zumurrudabad") is None


@pytest.mark.parametrize("wait", [0.05, 5.0], ids=["trickles", "stalls"])
def test_a_server_that_stalls_is_not_waited_for(server, wait):
    server.wait = wait
    opinion = SecondOpinion("nominatim", url=server.url, timeout_s=0.3)
    start = time.monotonic()
    assert "in time" in opinion.ask("Zumurrud").note
    assert time.monotonic() - start < 3


def test_no_server_at_all():
    opinion = SecondOpinion("nominatim", url="http://127.0.0.1:9", timeout_s=0.5)
    assert "offline answer" in opinion.ask("Zumurrud").note


def test_after_three_failures_it_is_left_alone(server, opinion):
    server.status = 500
    notes = [opinion.ask(f"Zumurrud {i}").note for i in range(6)]
    assert len(server.asked) == 3
    assert "several times" in notes[-1]


def test_one_request_a_second(server, monkeypatch):
    monkeypatch.setattr(online, "EVERY_S", 0.3)
    opinion = SecondOpinion("nominatim", url=server.url)
    start = time.monotonic()
    for i in range(3):
        opinion.ask(f"Zumurrud {i}")
    assert len(server.asked) == 3
    assert time.monotonic() - start >= 0.6


def test_photon_and_geonames(server, monkeypatch):
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [40.9, 34.4]},
        "properties": {"name": "Zumurrud", "countrycode": "SY", "osm_type": "N", "osm_id": 7},
    }
    server.body = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    photon = SecondOpinion("photon", url=server.url)
    [place] = photon.ask("Zumurrud", "SY").places
    assert (place.id, place.country, place.lat) == ("photon:N7", "SY", 34.4)
    assert photon.ask("Zumurrud", "IQ").places == ()  # Photon knows no countries: checked here
    with pytest.raises(InputError, match="DATELINE_GEONAMES_USER"):
        SecondOpinion("geonames", url=server.url)
    monkeypatch.setenv("DATELINE_GEONAMES_USER", "somebody")
    found = {"geonameId": 9, "name": "Zumurrud", "lat": "34.4", "lng": "40.9", "countryCode": "SY"}
    server.body = json.dumps({"geonames": [found | {"fcode": "PPL"}]}).encode()
    [place] = SecondOpinion("geonames", url=server.url).ask("Zumurrud").places
    assert (place.id, place.feature_code) == ("geonames:9", "PPL")


def test_only_where_somebody_asked_for_it(monkeypatch):
    assert online_from(None) is None
    assert Dateline().online is None
    monkeypatch.setenv("DATELINE_ONLINE", "Photon")
    assert online_from(None).service == "photon"
    with pytest.raises(InputError, match="nominatim"):
        online_from("elsewhere")
    monkeypatch.setenv("DATELINE_ONLINE_URL", "file:///etc/passwd")
    with pytest.raises(InputError, match="https"):
        online_from("nominatim")


def test_from_the_command_line(server, monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("DATELINE_ONLINE_URL", server.url)
    assert main(["geocode", "Zumurrud", "--online", "nominatim", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["candidates"][0]["place_id"] == "nominatim:node5"
    assert answer["online"]["service"] == "nominatim"
    server.status = 500
    assert main(["geocode", "Damascus", "--online", "nominatim"]) == 0
    told = capsys.readouterr()
    assert "Damascus" in told.out
    assert "offline answer" in told.err
    rows = tmp_path / "in.jsonl"
    rows.write_text('{"place": "Zumurrud"}\n{"place": "Aleppo", "cc": "SY"}\n')
    main(["geocode", "--batch", str(rows), "-o", str(tmp_path / "out"), "--online", "nominatim"])
    lines = [json.loads(line) for line in (tmp_path / "out").read_text().splitlines()]
    assert lines[0]["lat"] is None  # kept from before; never clear by itself
    assert lines[0]["candidates"][0]["place_id"] == "nominatim:node5"
    assert lines[1]["name"] == "Aleppo"
    assert "offline answer" in lines[1]["note"]
