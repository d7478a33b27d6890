"""A scripted person on the real screens: the demo's own tour, whole, cut off, and killed."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

import main
from tests.end_to_end.visits.touring import applications, heard, loudspeaker, outbox, tour
from tests.kiosk.invented_people import persona
from wiring import places


def replayed(journal, capsys):
    """The stages of a recorded visit, seen again at a desk that has nothing of the terminal's."""
    assert main.main(["replay", str(journal)]) == 0
    return [line.split()[0] for line in capsys.readouterr().out.splitlines()]


def test_tour_files_the_fullest_application(tmp_path, capsys):
    run, out = tmp_path / "run", tmp_path / "out"
    recording = loudspeaker(tmp_path)
    done = tour("--tour", str(out), "--run", str(run), tools=recording.parent / "tools")
    assert done.returncode == 0, done.stderr
    said = json.loads((out / "tour.json").read_text("utf-8"))
    assert len(said["central"]["services"]) == 16
    assert said["central"]["state"] == "received"
    assert said["touches"] <= 25
    assert said["typed_characters"] <= 40
    assert applications(run) == [said["application_id"]]
    with closing(sqlite3.connect(run / "kiosk.db")) as database:
        papers = database.execute("select state from outbox where path like '/v1/blobs/%'")
        assert papers.fetchall() == [("DELIVERED",)]  # captured, in chunks, signed for
        assert database.execute("select count(*) from blob").fetchone() == (0,)
    names = [page["name"] for page in said["pages"]]
    assert names[0] == "idle"
    assert {"notice", "card", "proof", "dates", "choose", "mobile", "review", "receipt"} <= set(
        names
    )
    for page in said["pages"]:
        assert (out / page["picture"]).read_bytes().startswith(b"\x89PNG")
        assert page["spoken"]
        assert page["spoken_seconds"] > 1
    assert heard(recording)["began"] >= len(set(names)), "each page is said"
    assert heard(recording)["cut"] > 0, "long sentences end with their page"
    assert "没有声音" not in done.stderr
    assert "没有录音" not in done.stderr
    assert (out / "receipt.png").is_file()
    card, facts = persona("liu")
    face = (places.ROOT / "assets" / "portraits" / "collins.jpg").read_bytes()
    pieces = [face[at : at + 48] for at in range(1000, len(face) - 48, 997)]
    stages = replayed(run / "journal.jsonl", capsys)
    assert stages[-1] == "idle"
    assert {"proof", "form", "signing", "receipt", "rating"} <= set(stages)
    for file in (*run.glob("kiosk.db*"), run / "journal.jsonl", run / "log.jsonl"):
        content = file.read_bytes()
        assert not [piece for piece in pieces if piece in content], file
        for secret in (card.name, card.number, facts.account, "13900001234", "19920314"):
            assert secret.encode() not in content, file
    assert json.loads(done.stdout.splitlines()[-1])["complete"]


@pytest.mark.slow
def test_killed_while_submitting_is_delivered_once_after_the_next_start(tmp_path, capsys):
    run, out = tmp_path / "run", tmp_path / "out"
    killed = tour("--tour", str(out), "--run", str(run), "--fault", "killed")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    ((application_id, state),) = outbox(run)
    assert state == "WAITING"
    assert applications(run) == []
    again = tour("--tour", str(out), "--run", str(run), "--persona", "wang")
    assert again.returncode == 0, again.stderr
    assert applications(run).count(application_id) == 1
    assert (application_id, "DELIVERED") in outbox(run)
    stages = replayed(run / "journal.jsonl", capsys)
    assert stages[-1] == "idle"
    assert stages.count("notice") >= 2, "both visits, one after the other"


@pytest.mark.slow
def test_central_gone_before_submit_is_delivered_without_a_touch(tmp_path):
    out = tmp_path / "out"
    done = tour("--tour", str(out), "--fault", "offline", "--persona", "wang")
    assert done.returncode == 0, done.stderr
    said = json.loads((out / "tour.json").read_text("utf-8"))
    receipt = next(page for page in said["pages"] if page["name"] == "receipt")
    assert "已收下，请放心" in receipt["words"]
    assert "中心还没收到，联网后自动送。" in receipt["words"]
    assert said["central"]["state"] == "received"


def test_wrong_settings_are_words_for_the_technician(tmp_path):
    site = tmp_path / "site.toml"
    site.write_text('[id_card_reader]\nbuad = "fast"\n', "utf-8")
    command = [sys.executable, str(places.ROOT / "main.py"), "run", str(site)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert f"{site} 第 2 行：id_card_reader.buad：没有这一项" in done.stderr
    assert "是不是想写“baud”" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_font_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("wiring.terminal.ASSETS", tmp_path)
    assert main.main(["run"]) == 1
    assert "NotoSansSC-Medium.otf" in capsys.readouterr().err


def test_unknown_command(capsys):
    assert main.main(["fly"]) == 2
    assert "check-config" in capsys.readouterr().err
