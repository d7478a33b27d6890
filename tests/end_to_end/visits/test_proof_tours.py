"""Every proof beside the face, as a scripted person gives it on the real screens, to the centre."""

from __future__ import annotations

import json

import pytest

from tests.end_to_end.visits.touring import applications, tour


@pytest.mark.slow
@pytest.mark.parametrize(
    ("journey", "shown", "secret"),
    [
        ("card-pin", {"card_pin_number"}, "135790"),
        ("phone", set(), ""),
        ("vouched", {"vouching_reason", "vouching_second"}, "246810"),
    ],
)
def test_a_proof_beside_the_face_ends_at_the_centre(tmp_path, journey, shown, secret):
    run, out = tmp_path / "run", tmp_path / "out"
    done = tour("--tour", str(out), "--run", str(run), "--journey", journey)
    assert done.returncode == 0, done.stderr
    said = json.loads((out / "tour.json").read_text("utf-8"))
    assert said["complete"]
    names = {page["name"] for page in said["pages"]}
    assert {"other_proof", *shown} <= names
    assert "proof" not in names, "nobody looked into the camera"
    assert said["central"]["state"] == "received"
    assert applications(run) == [said["application_id"]]
    for file in (*run.glob("kiosk.db*"), run / "journal.jsonl"):
        assert not secret or secret.encode() not in file.read_bytes(), file
