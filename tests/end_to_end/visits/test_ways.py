"""The ways to file, each as a scripted person goes it on the real screens, to the centre's answer."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from PIL import Image

from tests.end_to_end.visits.touring import applications, confirmed, heard, loudspeaker, tour
from tests.kiosk.invented_people import persona
from wiring import places


@pytest.mark.slow
def test_a_helper_comes_in_files_for_who_stands_beside_and_goes(tmp_path):
    run, out = tmp_path / "run", tmp_path / "out"
    done = tour("--tour", str(out), "--run", str(run), "--journey", "helper-present")
    assert done.returncode == 0, done.stderr
    said = json.loads((out / "tour.json").read_text("utf-8"))
    assert said["complete"]
    assert len(said["central"]["services"]) == 16
    assert applications(run) == [said["application_id"]]
    with closing(sqlite3.connect(run / "kiosk.db")) as database:
        rows = database.execute("select event, subject, detail from audit order by sequence")
        noted = [(event, subject, json.loads(detail)) for event, subject, detail in rows]
    helped = [one for one in noted if "staff" in one[2]]
    assert [event for event, _, _ in helped] == ["STAFF_IN", "CONFIRMED", "STAFF_OUT"]
    assert {detail["staff"] for _, _, detail in helped} == {"H-0001"}
    assert helped[1][1] == said["application_id"]
    helper = persona("helper")[0]
    for file in (*run.glob("kiosk.db*"), run / "journal.jsonl"):
        for secret in (helper.name, helper.number, "246810"):
            assert secret.encode() not in file.read_bytes(), file


@pytest.mark.slow
@pytest.mark.parametrize(
    ("journey", "way", "told"),
    [("continue", "phone", {"mobile", "live", "bank"}), ("employer", "employer", {"mobile"})],
)
def test_what_was_begun_elsewhere_is_gone_on_with(tmp_path, journey, way, told):
    run, out = tmp_path / "run", tmp_path / "out"
    done = tour("--tour", str(out), "--run", str(run), "--journey", journey)
    assert done.returncode == 0, done.stderr
    said = json.loads((out / "tour.json").read_text("utf-8"))
    names = [page["name"] for page in said["pages"]]
    assert "draft" in names
    assert not told & set(names), "only what is missing is asked"
    assert confirmed(run)["way"] == way
    assert applications(run) == [said["application_id"]]
    with closing(sqlite3.connect(run / "central" / "central.db")) as database:
        assert database.execute("select count(*) from draft").fetchone() == (0,)
        assert database.execute("select count(*) from handed").fetchone() == (0,)
    card = persona("liu")[0]
    for file in (*run.glob("kiosk.db*"), run / "journal.jsonl"):
        for secret in (card.name, card.number, "13900001234"):
            assert secret.encode() not in file.read_bytes(), file


@pytest.mark.slow
def test_pages_of_the_employer_are_among_the_papers_and_can_be_opened(tmp_path):
    run, out = tmp_path / "run", tmp_path / "out"
    done = tour("--tour", str(out), "--run", str(run), "--journey", "employer")
    assert done.returncode == 0, done.stderr
    (case,) = applications(run)
    asked = ("--data", str(run / "central"), "--operator", "O-0001", "--reason", "test")
    listed = central("papers", case, *asked)
    rows = [line.split("\t") for line in listed.splitlines()[1:]]
    mine = [row for row in rows if row[0] == "P1"]
    assert [here for _, _, _, here in mine] == ["yes"] * 2
    for number, (_, page, _, _) in enumerate(mine):
        picture = tmp_path / f"{number}.jpg"
        central("papers", case, *asked, "--page", page, "--to", str(picture))
        with Image.open(picture) as opened:
            assert (opened.format, opened.size) == ("JPEG", (1240, 1754))
        files, content = [one for one in run.rglob("*") if one.is_file()], picture.read_bytes()
        middle = content[len(content) // 2 :][:64]
        assert not [one for one in files if middle in one.read_bytes()], "in plain on the disk"


def central(*words: str) -> str:
    """Run a command of the central service; return what it printed."""
    command = [sys.executable, "-m", "wiring", "central", *words]
    done = subprocess.run(command, cwd=places.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_what_was_prepared_is_one_page_until_the_receipt(tmp_path):
    run, out = tmp_path / "run", tmp_path / "out"
    done = tour("--tour", str(out), "--run", str(run), "--journey", "prepared")
    assert done.returncode == 0, done.stderr
    said = json.loads((out / "tour.json").read_text("utf-8"))
    names = [page["name"] for page in said["pages"]]
    # The page of waiting may have gone before a picture is taken.
    lasting = [name for name in names if name != "waiting"]
    after = lasting[len(lasting) - lasting[::-1].index("proof") :]
    assert after[0] == "review", "the first page after the proof is signed"
    assert not {"dates", "facts", "choose", "materials", "mobile"} & set(names)
    assert said["touches"] <= 8
    assert applications(run) == [said["application_id"]]
    assert confirmed(run)["way"] == "self"
    with closing(sqlite3.connect(run / "central" / "central.db")) as database:
        (filed,) = database.execute("select person from application").fetchall()
        for table in ("preparation", "office_look"):
            rows = database.execute(f"select person from {table}").fetchall()
            assert filed not in rows, f"still in {table}"
    card = persona("wang")[0]
    files = (*run.glob("kiosk.db*"), run / "journal.jsonl", *(run / "central").glob("central.db*"))
    for file in files:
        for secret in (card.name, card.number, "13900005502"):
            assert secret.encode() not in file.read_bytes(), file


@pytest.mark.slow
@pytest.mark.parametrize(
    ("journey", "who", "message"),
    [
        ("proxy", {"way": "proxy"}, "acted_for"),
        ("helper-absent", {"way": "helper_absent", "staff": "H-0001"}, "confirm"),
        (
            "back-entry",
            {"way": "back_entry", "staff": "W-0001", "checked_by": "W-0002"},
            "acted_for",
        ),
    ],
)
def test_somebody_files_for_another(tmp_path, journey, who, message):
    run, out = tmp_path / "run", tmp_path / "out"
    done = tour("--tour", str(out), "--run", str(run), "--journey", journey)
    assert done.returncode == 0, done.stderr
    said = json.loads((out / "tour.json").read_text("utf-8"))
    assert said["complete"]
    assert applications(run) == [said["application_id"]]
    assert confirmed(run).items() >= who.items()
    with closing(sqlite3.connect(run / "central" / "central.db")) as database:
        told = database.execute("select occasion from outgoing order by number").fetchall()
    assert told[0] == (message,)
    for file in (*run.glob("kiosk.db*"), run / "journal.jsonl"):
        for name in ("liu", "wang", "window", "clerk"):
            card = persona(name)[0]
            for secret in (card.name, card.number):
                assert secret.encode() not in file.read_bytes(), (file, name)


@pytest.mark.slow
def test_what_an_office_sends_back_is_brought_and_the_part_runs_on(tmp_path):
    run, out = tmp_path / "run", tmp_path / "out"
    done = tour("--tour", str(out), "--run", str(run), "--journey", "correction")
    assert done.returncode == 0, done.stderr
    said = json.loads((out / "tour.json").read_text("utf-8"))
    names = [page["name"] for page in said["pages"]]
    assert "correcting" in names
    assert (names[names.index("correcting") - 1], names[-1]) == ("desk", "desk")
    assert said["central"]["services"]["R09"] != "correction"
    with closing(sqlite3.connect(run / "central" / "central.db")) as database:
        found = database.execute("select application_id, service from correction").fetchall()
    assert found == [(said["application_id"], "R09")]
    with closing(sqlite3.connect(run / "kiosk.db")) as database:
        states = database.execute(
            "select state from outbox where path like '/v1/corrections/%' or lane = 1"
        )
        assert set(states.fetchall()) == {("DELIVERED",)}


@pytest.mark.slow
def test_a_slip_shows_how_far_its_case_is(tmp_path):
    out = tmp_path / "out"
    done = tour("--tour", str(out), "--journey", "progress")
    assert done.returncode == 0, done.stderr
    said = json.loads((out / "tour.json").read_text("utf-8"))
    names = [page["name"] for page in said["pages"]]
    assert names[-2:] == ["progress", "progress"] or names[-1] == "progress"
    assert "finding" in names
    shown = {word for page in said["pages"] if page["name"] == "progress" for word in page["words"]}
    assert not shown & {"刘长青", persona("liu")[0].number}


@pytest.mark.slow
def test_a_technician_tries_everything_and_leaves_a_green_sheet(tmp_path):
    run, out = tmp_path / "run", tmp_path / "out"
    recording = loudspeaker(tmp_path)
    more = ("--run", str(run), "--journey", "technician")
    done = tour("--tour", str(out), *more, tools=tmp_path / "tools")
    assert done.returncode == 0, done.stderr
    said = json.loads((out / "tour.json").read_text("utf-8"))
    assert said["complete"]
    sheet = json.loads((out / "readiness.json").read_text("utf-8"))
    assert {one["state"] for one in sheet["lines"]} == {"green"}
    assert sum(one["name"].startswith("guided.") for one in sheet["lines"]) == 6
    assert heard(recording)["played"] > 0
    assert applications(run) == []
    with closing(sqlite3.connect(run / "kiosk.db")) as database:
        rows = database.execute("select event, detail from audit order by sequence").fetchall()
    noted = [(event, json.loads(detail)) for event, detail in rows if event.startswith("STAFF")]
    assert noted == [
        ("STAFF_IN", {"staff": "T-0001", "role": "technician"}),
        ("STAFF_OUT", {"staff": "T-0001"}),
    ]
    card = persona("technician")[0]
    for file in (*run.glob("kiosk.db*"), run / "journal.jsonl", *out.glob("*.json")):
        for secret in (card.name, card.number, "246810"):
            assert secret.encode() not in file.read_bytes(), file
