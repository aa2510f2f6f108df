"""A sealed bundle: the same bytes, the same map again, and every change named or refused."""

import io
import random
import re
import stat
import zipfile
from dataclasses import replace
from datetime import date

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo import bundle as bundles
from geo.__main__ import main
from geo.bundle import check_bundle, make_bundle, open_bundle, pictures_again
from geo.bundle.container import MANIFEST, pack
from geo.bundle.needs import settled
from geo.discretion import Discretion
from geo.errors import InputError
from geo.lines import make_layer
from geo.model import EventType, Tier
from geo.options import Options
from geo.sharing import for_sharing
from geo.workspace import open_workspace

SMALL = Options(scale=0.5, numbered=True, as_of="As of the evening")


@pytest.fixture(scope="module")
def workspace():
    return open_workspace()


def made(workspace, view=None, how=None, options=SMALL):
    view = workspace.default_view if view is None else view
    how = how or Discretion()
    shared = for_sharing(workspace, view, how, today=date(2017, 11, 12), key=bytes(range(32)))
    return make_bundle(shared, options)


@pytest.fixture(scope="module")
def bundle(workspace):
    return made(workspace)


@pytest.fixture(scope="module")
def opened(bundle):
    return open_bundle(bundle)


def members(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def resealed(data, **changed):
    """A bundle with members changed and a new seal, as a forger who knows the form makes it."""
    import hashlib

    held = members(data)
    for name, change in changed.items():
        key = name.replace("__", ".")
        held[key] = change(held[key])
    manifest = orjson.loads(held[MANIFEST])
    for name in manifest["members"]:
        manifest["members"][name]["sha256"] = hashlib.sha256(held[name]).hexdigest()
    held[MANIFEST] = orjson.dumps(manifest)
    return pack(held)


def edited(change):
    """A change to the first record of a member."""

    def edit(data):
        rows = orjson.loads(data)
        change(rows[0] if isinstance(rows, list) else rows)
        return orjson.dumps(rows)

    return edit


# The same map again


def test_the_same_view_gives_the_same_bytes(workspace, bundle):
    assert made(open_workspace()) == bundle


def test_it_opens_verified_with_the_same_versions(opened):
    assert opened.verified
    assert opened.changes == opened.versions == opened.notes == ()
    assert opened.options == SMALL


def test_the_pictures_are_composed_again_byte_for_byte(opened):
    again = pictures_again(opened)
    assert set(again) == {"picture.png", "picture.svg"}
    assert all(same for _, same in again.values())
    assert again["picture.png"][0].startswith(b"\x89PNG")


def restored(workspace, view):
    """What a bundle of the view gives back, its pictures aside."""
    found, own, _, _ = bundles._restored(bundles._rows(for_sharing(workspace, view), SMALL)[1])
    return found, own


VIEWS = [
    "",
    "when=2017-10-01&when=2017-11-10",
    "actor=daesh&tier=claimed",
    "border=25&border_of=IQ-SY",
    "q=bridge&zones=false",
    "when=2017-11-11&compare=2017-10-01",
    "when=2017-10-15&compare=2017-11-12&type=clash",
    "publisher=Reuters&map=34.4523,40.9185,9.5",
]


@pytest.mark.parametrize("query", VIEWS)
def test_events_areas_and_holders_are_those_of_the_view(workspace, query):
    view, problems = workspace.parse(query)
    assert not problems
    found, found_view = restored(workspace, view)
    whole, own = workspace.show(settled(workspace, view)), found.show(found_view)
    assert own.selection.shown == whole.selection.shown
    assert own.controls == whole.controls
    assert own.zones == whole.zones
    assert own.on == whole.on
    # The page reads the view from a link.
    assert found.parse(found_view.query()) == (found_view, ())
    assert found.default_view == found_view
    compare = [date.fromisoformat(view.compare)] if view.compare else []
    for day in (date(2017, 10, 1), *compare):
        if day <= own.on or day in compare:
            assert found.day(day).controls == workspace.day(day).controls


def test_what_the_filters_hide_stays_behind_unless_it_says_who_holds_what(workspace):
    view, _ = workspace.parse("actor=sdf&when=2017-10-20")
    found, _ = restored(workspace, view)
    shown = {e.id for e in workspace.show(settled(workspace, view)).selection.shown}
    for event in found.events:
        assert event.id in shown or event.type.changes_control
        assert event.id in shown or event.date.latest <= date(2017, 10, 20)
    assert len(found.events) < len(workspace.events)
    used = {e.quote.report_id for e in found.events}
    assert set(found.reports) == used


def test_filters_still_work_on_what_was_opened(opened):
    view = replace(opened.view, types=(EventType.CAPTURES,))
    shown = opened.workspace.show(view).selection.shown
    assert shown
    assert all(event.type is EventType.CAPTURES for event in shown)


def test_every_mark_still_leads_to_its_words(workspace, opened):
    before = {e.id: e for e in workspace.events}
    for event in opened.workspace.events:
        quote, text = event.quote, opened.workspace.reports[event.quote.report_id].text
        old = before[event.id].quote
        words = workspace.reports[old.report_id].text[old.start : old.end]
        assert text[quote.start : quote.end] == words


def test_it_is_read_only_and_brings_no_undecided_rows(opened):
    snapshot = opened.workspace.snapshot
    assert not snapshot.own
    assert not snapshot.undecided
    assert not snapshot.unplaced


def test_the_readme_is_plain_and_names_what_is_inside(bundle):
    text = members(bundle)["README.txt"].decode()
    assert "Al Bu Kamal, autumn 2017" in text
    assert "bundle check" in text
    assert "114 events that the map shows" in text


def test_lines_of_others_go_along_and_come_back(workspace):
    square = [[40.5, 34.2], [41.2, 34.2], [41.2, 34.8], [40.5, 34.8], [40.5, 34.2]]
    import shapely

    layer, _ = make_layer(
        [("Daesh", shapely.Polygon(square))],
        title="A newspaper's map",
        on=date(2017, 11, 11),
        source="A newspaper",
        tier=Tier.REPORTED,
        actors=workspace.actors,
    )
    banned = replace(layer, id="isw-1", title="Theirs", source="Institute for the Study of War")
    whole = workspace.with_snapshot(replace(workspace.snapshot, layers=(layer, banned)))
    found = open_bundle(made(whole, whole.default_view))
    assert found.workspace.layers == (layer,)
    assert found.left_out.lines == ("Theirs",)
    assert any("Theirs" in note for note in found.notes)
    assert pictures_again(found, ("png",))["picture.png"][1]


def test_what_was_held_back_is_in_the_file_and_the_rest_is_not(workspace):
    data = made(workspace, how=Discretion(blur_km=10, delay_days=2))
    held = members(data)
    found = open_bundle(data)
    assert any("moved by 3 to 10 km" in note for note in found.notes)
    assert "moved by 3 to 10 km" in held["README.txt"].decode()
    assert "moved by 3 to 10 km" in held["caption.txt"].decode()
    assert "moved by 3 to 10 km" in held["table.csv"].decode()
    rows = b" ".join(v for k, v in held.items() if not k.startswith("picture"))
    assert b"geonames:174448" not in rows
    assert b"reuters-2017" not in rows
    assert b"re-publish.com" not in rows
    assert pictures_again(found, ("svg",))["picture.svg"][1]


# Change is named


def complaint(ask, data):
    """What is said against a bundle: the error, or the changes; an error not ours is a failure."""
    try:
        found = ask(data)
    except InputError as exc:
        return str(exc)
    return "; ".join(found.changes)


@pytest.mark.parametrize("name", ["events.json", "picture.png", "README.txt", "view.json"])
def test_a_changed_member_is_named(bundle, name):
    held = members(bundle)
    held[name] = (
        held[name].replace(b"Dateline", b"Datelime", 1).replace(b"2017-11-11", b"2017-11-10")
    )
    if name == "picture.png":
        held[name] += b"\0"
    if name == "events.json":
        held[name] = members(bundle)[name].replace(b'"claimed"', b'"assessed"')
    changed = pack({**held})
    found = check_bundle(changed)
    assert not found.verified
    assert any(name in change and "changed" in change for change in found.changes)
    opened = open_bundle(changed)
    assert "changed after it was sealed" in opened.workspace.notes[0]


def test_a_damaged_picture_does_not_take_the_map_away(bundle):
    at = bundle.index(b"\x89PNG") + 3000
    damaged = bundle[:at] + bytes([bundle[at] ^ 1]) + bundle[at + 1 :]
    found = open_bundle(damaged)
    assert [c for c in found.changes if "picture.png" in c] == list(found.changes)
    assert found.workspace.events
    assert pictures_again(found, ("svg",))["picture.svg"]


def test_missing_and_added_members_are_named(bundle):
    held = members(bundle)
    del held["caption.txt"]
    held["more.txt"] = b"hello"
    found = check_bundle(pack(held))
    assert any("caption.txt" in c and "missing" in c for c in found.changes)
    assert any("more.txt" in c and "added" in c for c in found.changes)
    assert "more.txt" not in open_bundle(pack(held)).members


def test_a_bundle_packed_anew_is_told_from_a_changed_one(bundle):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members(bundle).items():
            archive.writestr(name, data)
    found = check_bundle(file.getvalue())
    assert len(found.changes) == 1
    assert "packed anew" in found.changes[0]
    assert "Every member is as it was" in found.changes[0]


def test_other_versions_are_told(bundle):
    def older(data):
        manifest = orjson.loads(data)
        manifest["software"]["matplotlib"] = "1.0"
        return orjson.dumps(manifest)

    found = open_bundle(resealed(bundle, manifest__json=older))
    assert any("matplotlib: 1.0 there" in said for said in found.versions)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 3))
def test_any_flipped_byte_is_named_or_refused(bundle, seed, count):
    lots = random.Random(seed)
    data = bytearray(bundle)
    for _ in range(count):
        # Half of them in the last part, where the directory and the seal are.
        low = len(data) - 3000 if lots.random() < 0.5 else 0
        data[lots.randrange(low, len(data))] ^= lots.randrange(1, 256)
    if bytes(data) == bundle:
        return
    assert complaint(check_bundle, bytes(data))


@pytest.mark.parametrize("keep", [0, 4, 100, 5000, -200, -1])
def test_a_cut_off_file_is_refused_or_named(bundle, keep):
    data = bundle[:keep]
    assert re.search("bundle|seal", complaint(check_bundle, data))


# Made to do harm


def hostile(bundle, write):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members(bundle).items():
            archive.writestr(name, data)
        write(archive)
    return file.getvalue()


def link(archive):
    info = zipfile.ZipInfo("link")
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(info, "/etc/passwd")


@pytest.mark.parametrize(
    ("write", "words"),
    [
        (lambda a: a.writestr("../evil", "x"), "path outside"),
        (lambda a: a.writestr("/etc/evil", "x"), "path outside"),
        (lambda a: a.writestr("C:\\evil", "x"), "path outside"),
        (lambda a: a.writestr("folder/", ""), "folder"),
        (lambda a: a.writestr("EVENTS.json", "[]"), "twice"),
        (lambda a: a.writestr("bomb", b"\0" * 30_000_000), "swells"),
        (lambda a: [a.writestr(f"n{n}", "x") for n in range(80)], "members"),
        (link, "link"),
    ],
    ids=["up", "root", "drive", "folder", "twice", "bomb", "many", "link"],
)
def test_hostile_archives_are_not_opened(bundle, write, words):
    with pytest.raises(InputError, match=words):
        open_bundle(hostile(bundle, write))


def test_no_file_is_written_by_opening(bundle, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    open_bundle(bundle)
    assert list(tmp_path.iterdir()) == []


def put(key, value):
    return edited(lambda row: row.update({key: value}))


@pytest.mark.parametrize(
    ("member", "change", "words"),
    [
        ("events__json", put("type", "explodes"), "record 1: 'type'"),
        ("events__json", put("date", "yesterday"), "record 1: 'date'"),
        ("events__json", put("date", "9999-12-31"), "later than the year 2999"),
        ("events__json", put("summary", 5), "record 1: 'summary'"),
        ("events__json", put("summary", "\u0000bell"), "control characters"),
        ("events__json", put("status", "found"), "not confirmed"),
        ("events__json", put("participants", [{"actor_id": "x", "role": "agent"}]), "no actor"),
        ("events__json", put("extra", 1), "'extra'"),
        ("events__json", edited(lambda r: r["place"].update(lat=91)), "place: 'lat'"),
        ("events__json", edited(lambda r: r["quote"].update(end=10**9)), "quote: 'end'"),
        ("events__json", edited(lambda r: r["quote"].update(report_id="x")), "no report"),
        ("events__json", lambda data: b"{}", "not a list"),
        ("events__json", lambda data: b"[" * 500 + b"]" * 500, "nested"),
        ("events__json", lambda data: b"nonsense", "not JSON"),
        ("events__json", lambda data: data[:-2] + b"," + data[1:], "JSON|twice"),
        ("reports__json", put("url", "javascript:alert(1)"), "web address"),
        ("reports__json", put("text", ["a"]), "'text'"),
        ("actors__json", put("colour", "red;background:url(x)"), "colour"),
        ("actors__json", put("pattern", "</style>"), "pattern"),
        ("actors__json", put("aliases", {"en": "not a list"}), "list"),
        ("view__json", put("policy", "mine"), "policy"),
        ("view__json", put("since", "2020-01-01"), "since"),
        ("view__json", put("until", "9999-12-31"), "later than the year 2999"),
        ("view__json", put("actors", ["nobody"]), "nobody"),
        (
            "view__json",
            edited(lambda row: row.update(border_km=5, border_of="ZZ")),
            "cannot be shown: ZZ",
        ),
        ("view__json", put("position", {"lat": "a", "lon": 1, "zoom": 1}), "'lat'"),
        ("options__json", put("scale", 1e9), "options.json"),
        ("options__json", put("size", "../../x"), "options.json"),
        ("project__json", put("notes", "x"), "notes"),
        ("lines__json", lambda data: b'[{"id": "a"}]', "lines.json, record 1"),
        ("left-out__json", put("rows", [{"source": 1}]), "source"),
        ("manifest__json", put("version", 99), "newer"),
        ("manifest__json", put("format", "x"), "manifest"),
    ],
)
def test_rows_are_checked_like_any_input(bundle, member, change, words):
    with pytest.raises(InputError, match=words):
        open_bundle(resealed(bundle, **{member: change}))


ODD = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers(-(2**60), 2**60) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_odd_values_anywhere_open_or_are_refused_with_a_reason(bundle, data):
    held = members(bundle)
    name = data.draw(
        st.sampled_from(["events", "reports", "actors", "view", "options", "project", "left-out"])
    )
    value = orjson.loads(held[f"{name}.json"])
    at = value[data.draw(st.integers(0, len(value) - 1))] if isinstance(value, list) else value
    key = data.draw(st.sampled_from(sorted(at)))
    if isinstance(at[key], dict) and at[key] and data.draw(st.booleans()):
        at = at[key]
        key = data.draw(st.sampled_from(sorted(at)))
    at[key] = data.draw(ODD)
    try:
        held[f"{name}.json"] = orjson.dumps(value)
    except TypeError:
        return
    said = complaint(open_bundle, pack(held))
    assert f"{name}.json" in said or "bundle" in said


def test_a_hostile_text_survives_as_words(workspace):
    odd = "</script><img src=x onerror=alert(1)> \u202eevil {{7*7}} =cmd()"
    report = replace(next(iter(workspace.reports.values())), title=odd + "\x07")
    kept = replace(workspace.snapshot, reports={**workspace.reports, report.id: report})
    found = open_bundle(made(workspace.with_snapshot(kept)))
    assert found.workspace.reports[report.id].title == odd + "\ufffd"


# The command line


def test_make_open_and_check_on_the_command_line(tmp_path, capsys):
    path, png = tmp_path / "a.dateline", tmp_path / "a.png"
    assert main(["bundle", "-o", str(path), "--scale", "0.5"]) == 0
    said = capsys.readouterr().out
    assert "114 events shown" in said
    assert main(["bundle", "check", str(path)]) == 0
    checked = capsys.readouterr().out
    assert "as it was sealed" in checked
    assert checked.split("SHA-256 ")[1].split()[0] in said
    assert main(["bundle", "open", str(path), "-o", str(png)]) == 0
    assert "byte for byte the picture.png inside" in capsys.readouterr().out
    data = bytearray(path.read_bytes())
    data[-300] ^= 1
    path.write_bytes(data)
    assert main(["bundle", "check", str(path)]) in (1, 2)
    assert capsys.readouterr().err
    assert main(["bundle", "open", str(tmp_path / "none")]) == 2


def test_the_command_line_holds_back_and_says_so(tmp_path, capsys):
    path = tmp_path / "a.dateline"
    options = ["--scale", "0.5", "--round-km", "20", "--leave-out", "numbers"]
    assert main(["bundle", "-o", str(path), *options]) == 0
    assert "grid of 20 km" in capsys.readouterr().err
    assert main(["table", "-o", str(tmp_path / "a.csv"), "--round-km", "20"]) == 0
    assert "grid of 20 km" in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert main(["bundle", "-o", str(path), "--round-km", "5", "--blur-km", "5"]) == 2
    assert "not both" in capsys.readouterr().err


def test_rows_that_may_not_be_passed_on_are_counts_in_the_bundle(workspace):
    event = next(e for e in workspace.show(workspace.default_view).selection.shown)
    report = workspace.reports[event.quote.report_id]
    owned = replace(report, licence="ACLED terms of use")
    kept = replace(workspace.snapshot, reports={**workspace.reports, report.id: owned})
    data = made(workspace.with_snapshot(kept))
    held, found = members(data), open_bundle(data)
    assert report.id not in found.workspace.reports
    assert found.left_out.events > 0
    assert "ACLED left out" in " ".join(found.notes)
    assert "of ACLED in" in held["README.txt"].decode()
    assert "left out" in held["table.csv"].decode()
    assert event.summary.encode() not in b" ".join(held.values())
    assert pictures_again(found, ("png",))["picture.png"][1]
