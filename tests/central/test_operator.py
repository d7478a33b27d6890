"""Can the operator let terminals in and out, and see what to look at?"""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import main
from central.asking import Asking, Marks, Witness
from central.enrolments import EnrolmentState
from central.office import Office
from central.opening import open_office, parser
from central.releases import FILE
from kiosk.filing.terminal_key import TerminalKey
from tests.central.standing import LIU

KEY = TerminalKey(bytes(32))


class Desk:
    """The operator's shell over one data folder."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data = data
        self._said = capsys

    def run(self, *words: str, status: int = 0) -> list[list[str]]:
        assert main.main(["central", *words, "--data", str(self.data)]) == status
        return [line.split("\t") for line in self._said.readouterr().out.splitlines()]

    def office(self) -> Office:
        office = open_office(parser().parse_args(["--data", str(self.data)]))
        assert isinstance(office, Office)
        return office


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path / "data", capsys)


def test_a_terminal_is_let_in_and_out(desk: Desk) -> None:
    ((code,),) = desk.run("enrol", "new", "--terminal", "A-1", "--point", "BZ-DEMO")
    office = desk.office()
    found = office.store.enrolments.use(code, KEY.public, office.now())
    assert found is not None
    assert desk.run("enrol", "list") == [[found.id, "A-1", "BZ-DEMO", found.fingerprint]]
    desk.run("enrol", "confirm", found.id)
    assert desk.run("enrol", "list") == []
    desk.run("enrol", "confirm", found.id, status=1)
    known = office.store.terminals.known(KEY.id, "", b"")
    assert known is not None
    assert (known.id, known.public_key, known.revoked) == ("A-1", KEY.public, False)
    desk.run("enrol", "revoke", "A-1")
    known = office.store.terminals.known(KEY.id, "", b"")
    assert known is not None
    assert known.revoked
    office.store.close()


def test_a_release_is_given_to_a_share(desk: Desk) -> None:
    desk.run("release", "--version", "0.2.0", "--percent", "1")
    assert (desk.data / FILE).read_text() == 'version = "0.2.0"\npercent = 1\n'
    desk.run("release", "--version", "0.2.0", "--percent", "101", status=1)
    desk.run("release", "--version", "; reboot", "--percent", "1", status=1)
    assert "percent = 1\n" in (desk.data / FILE).read_text()


def test_a_terminal_is_refused(desk: Desk) -> None:
    ((code,),) = desk.run("enrol", "new", "--terminal", "A-1", "--point", "BZ-DEMO")
    office = desk.office()
    found = office.store.enrolments.use(code, bytes(32), office.now())
    assert found is not None
    desk.run("enrol", "refuse", found.id)
    refused = office.store.enrolments.find(found.id)
    assert refused is not None
    assert refused.state is EnrolmentState.REFUSED
    office.store.close()


def test_a_draft_waits_for_its_token(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "draft.toml"
    path.write_text(
        f'id_number = "{LIU}"\nname = "刘长青"\nservices = ["R01"]\nbegun_at = "now"\n'
        '[answers]\nmobile = "13900001234"\n',
        "utf-8",
    )
    ((token,),) = desk.run("draft", "--file", str(path))
    assert len(token) == 64
    assert LIU.encode() not in (desk.data / "central.db").read_bytes()


def test_what_an_employer_files_waits_for_its_person(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "employer.toml"
    path.write_text(
        f'id_number = "{LIU}"\nname = "刘长青"\nunit = "示范厂"\nservices = ["R01"]\n'
        'begun_at = "now"\n[answers]\nmobile = "13900001234"\n',
        "utf-8",
    )
    assert desk.run("employer", "--file", str(path)) == []
    office = desk.office()
    assert office.store.handed.unit_of(office.examiner.person(LIU)) == "示范厂"
    office.store.close()
    assert LIU.encode() not in (desk.data / "central.db").read_bytes()


def test_alarms_are_listed(desk: Desk) -> None:
    office = desk.office()
    asking = Asking("A-1", "/v1/people/facts", b"", office.now())
    for person in range(office.policy.alarms.people_an_hour + 1):
        office.store.look_ups.note(asking, f"{person}")
    office.store.close()
    ((at, *rest),) = desk.run("alarms")
    assert at == asking.said_at
    assert rest == ["A-1", "bulk-lookups", "41 people within an hour"]


def test_keys_are_rotated_and_forgotten(desk: Desk) -> None:
    office = desk.office()
    old = office.vault.opening.sealing.id
    office.store.close()
    ((receipt, sealing, _),) = desk.run("rotate-keys", "--after-days", "0")
    desk.run("forget-key", sealing, status=1)
    office = desk.office()
    assert (office.vault.signing.receipt_key.id, office.vault.opening.sealing.id) == (
        receipt,
        sealing,
    )
    office.store.close()
    desk.run("forget-key", old)
    ((_, _, starts_at),) = desk.run("rotate-keys")
    assert datetime.fromisoformat(starts_at) > office.now() + timedelta(days=29)
    desk.run("rotate-keys", status=1)


def test_a_backup_is_made_and_restored(desk: Desk, tmp_path: Path) -> None:
    desk.office().store.close()
    target = str(tmp_path / "backup.zip")
    made = desk.run("backup", "--to", target)
    desk.run("restore", "--from", target, status=1)
    shutil.rmtree(desk.data)
    assert desk.run("restore", "--from", target) == made


def test_what_the_operator_makes_is_for_its_owner_alone(desk: Desk, tmp_path: Path) -> None:
    desk.run("alarms")
    assert (desk.data / "central.db").stat().st_mode & 0o777 == 0o600
    desk.run("backup", "--to", str(tmp_path / "nowhere" / "backup"), status=1)


def test_an_auditor_gets_the_witnessed_heads(desk: Desk) -> None:
    office, head = desk.office(), "a" * 64
    at = office.now()
    for terminal, sequence in (("B-1", 7), ("A-1", 3)):
        marks = Marks(witness=Witness(sequence, head))
        office.store.arrivals.witness(Asking(terminal, "/", b"", at, marks))
    office.store.close()
    said = at.isoformat(timespec="seconds")
    assert desk.run("heads") == [["A-1", f"3:{head}", said], ["B-1", f"7:{head}", said]]
