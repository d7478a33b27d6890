"""The operator lets terminals in and out, and sees what to look at."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import main
from central.app_context import AppContext
from central.authenticated_request import AuthenticatedRequest, Marks, Witness
from central.fleet.audit_proof import ChainProof
from central.fleet.enrolments import EnrolmentState
from central.open_service import ServiceOptions, open_context
from central.operator.own_vault import open_vault
from kiosk.audit.audit import NO_DIGEST
from kiosk.crypto.terminal_key import TerminalKey
from tests.central.fleet.test_fleet import BEAT
from tests.central.standing import CONFIG, LIU
from wiring.places import ROOT

KEY = TerminalKey(bytes(32))
DEMO_POINTS = str(CONFIG / "service_points.csv")


class OperatorShell:
    """The operator's shell over one data folder."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data = data
        self._said = capsys

    def run(self, *words: str, status: int = 0) -> list[list[str]]:
        assert main.main(["central", *words, "--data", str(self.data)]) == status
        return [line.split("\t") for line in self._said.readouterr().out.splitlines()]

    def refused(self, *words: str, status: int = 1) -> str:
        """Run what is not done; return what is said of it."""
        found = main.main(["central", *words, "--data", str(self.data)])
        said = self._said.readouterr()
        assert (found, said.out) == (status, "")
        return said.err

    def office(self) -> AppContext:
        office = open_context(ServiceOptions(self.data), open_vault)
        assert isinstance(office, AppContext)
        return office


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> OperatorShell:
    made = OperatorShell(tmp_path / "data", capsys)
    made.run("init")
    made.run("points", "import", DEMO_POINTS)
    return made


def test_a_terminal_is_let_in_and_out(desk: OperatorShell) -> None:
    ((code,),) = desk.run("enrol", "new", "--terminal", "A-1", "--point", "BZ-DEMO")
    office = desk.office()
    found = office.store.enrolments.use(code, KEY.public, office.now())
    assert found is not None
    assert desk.run("enrol", "list") == [[found.id, "A-1", "BZ-DEMO", found.fingerprint]]
    desk.run("enrol", "confirm", found.id)
    assert desk.run("enrol", "list") == []
    assert "nothing waits" in desk.refused("enrol", "confirm", found.id)
    known = office.store.terminals.known(KEY.id, "", b"")
    assert known is not None
    assert (known.id, known.public_key, known.revoked) == ("A-1", KEY.public, False)
    desk.run("enrol", "revoke", "A-1")
    known = office.store.terminals.known(KEY.id, "", b"")
    assert known is not None
    assert known.revoked
    office.store.close()


def test_a_release_is_given_to_a_share(desk: OperatorShell) -> None:
    desk.run("release", "--version", "0.2.0", "--percent", "1")
    desk.run("release", "--version", "0.2.0", "--percent", "101", status=2)
    desk.run("release", "--version", "; reboot", "--percent", "1", status=2)
    office = desk.office()
    ring = office.store.release_rings.newest()
    office.store.close()
    assert ring is not None
    assert (ring.version, ring.percent, ring.is_stopped) == ("0.2.0", 1.0, False)


def test_a_terminal_is_refused(desk: OperatorShell) -> None:
    ((code,),) = desk.run("enrol", "new", "--terminal", "A-1", "--point", "BZ-DEMO")
    office = desk.office()
    found = office.store.enrolments.use(code, bytes(32), office.now())
    assert found is not None
    desk.run("enrol", "refuse", found.id)
    refused = office.store.enrolments.find(found.id)
    assert refused is not None
    assert refused.state is EnrolmentState.REFUSED
    office.store.close()


def test_a_draft_waits_for_its_token(desk: OperatorShell, tmp_path: Path) -> None:
    path = tmp_path / "draft.toml"
    path.write_text(
        f'id_number = "{LIU}"\nname = "刘长青"\nservices = ["R01"]\nbegun_at = "now"\n'
        '[answers]\nmobile = "13900001234"\n',
        "utf-8",
    )
    ((token,),) = desk.run("draft", "--file", str(path))
    assert len(token) == 64
    assert LIU.encode() not in (desk.data / "central.db").read_bytes()


def test_what_an_employer_files_waits_for_its_person(desk: OperatorShell, tmp_path: Path) -> None:
    path = tmp_path / "employer.toml"
    path.write_text(
        f'id_number = "{LIU}"\nname = "刘长青"\nunit = "示范厂"\nservices = ["R01"]\n'
        'begun_at = "now"\n[answers]\nmobile = "13900001234"\n',
        "utf-8",
    )
    assert desk.run("employer", "--file", str(path)) == []
    office = desk.office()
    assert office.store.handed.unit_of(office.vault.person(LIU)) == "示范厂"
    office.store.close()
    assert LIU.encode() not in (desk.data / "central.db").read_bytes()


def test_alarms_are_listed(desk: OperatorShell) -> None:
    office = desk.office()
    asking = AuthenticatedRequest("A-1", "/v1/people/facts", b"", office.now())
    for person in range(office.policy.alarms.people_an_hour + 1):
        office.store.look_ups.note(asking, f"{person}")
    office.store.close()
    ((at, *rest),) = desk.run("alarms")
    assert at == asking.said_at
    assert rest == ["A-1", "bulk-lookups", "41 people within an hour", ""]
    assert desk.run("alarms", "--open") == [], "it is one event"


def test_open_alarms_are_told_apart(desk: OperatorShell) -> None:
    office = desk.office()
    devices = dict.fromkeys(("idcard", "camera"), "absent")

    def beat(**states: str) -> None:
        body = json.dumps(BEAT | {"at": office.now().isoformat(), "states": states}).encode()
        office.store.fleet.beat(
            AuthenticatedRequest("A-1", "/v1/heartbeat", body, office.now()), office.policy.alarms
        )

    for _ in range(office.policy.alarms.devices["camera"]):
        beat(**devices)
    beat(**devices | {"camera": "ready"})
    office.store.close()
    told = {one[3].split()[0]: one[4].split()[0] for one in desk.run("alarms")}
    assert told == {"idcard": "open", "camera": "ended"}
    ((_at, terminal, kind, *_rest),) = desk.run("alarms", "--open")
    assert (terminal, kind) == ("A-1", "device-unusable")


def test_keys_are_rotated_and_forgotten(desk: OperatorShell) -> None:
    office = desk.office()
    old = office.keys.sealing.id
    office.store.close()
    ((receipt, sealing, _),) = desk.run("rotate-keys", "--after-days", "0")
    desk.run("forget-key", sealing, status=1)
    office = desk.office()
    assert (office.keys.signing.receipt_key.id, office.keys.sealing.id) == (
        receipt,
        sealing,
    )
    office.store.close()
    desk.run("forget-key", old)
    ((_, _, starts_at),) = desk.run("rotate-keys")
    assert datetime.fromisoformat(starts_at) > office.now() + timedelta(days=29)
    desk.run("rotate-keys", status=1)


def test_a_backup_is_made_and_restored(desk: OperatorShell, tmp_path: Path) -> None:
    desk.office().store.close()
    target = str(tmp_path / "backup.zip")
    made = desk.run("backup", "--to", target)
    desk.run("restore", "--from", target, status=1)
    before = Path(target).read_bytes()
    assert "another file" in desk.refused("backup", "--to", target)
    assert Path(target).read_bytes() == before
    shutil.rmtree(desk.data)
    assert desk.run("restore", "--from", target) == made


def test_what_the_operator_makes_is_for_its_owner_alone(
    desk: OperatorShell, tmp_path: Path
) -> None:
    desk.run("alarms")
    assert (desk.data / "central.db").stat().st_mode & 0o777 == 0o600
    desk.run("backup", "--to", str(tmp_path / "nowhere" / "backup"), status=1)


def test_an_auditor_gets_the_witnessed_heads(desk: OperatorShell) -> None:
    office, head = desk.office(), "a" * 64
    at = office.now()
    for terminal, sequence in (("B-1", 7), ("A-1", 3)):
        marks = Marks(witness=Witness(sequence, head))
        office.store.arrivals.witness(AuthenticatedRequest(terminal, "/", b"", at, marks))
    proof = ChainProof(Witness(0, NO_DIGEST), (), Witness(7, head))
    office.store.audit_heads.prove(AuthenticatedRequest("B-1", "/", b"", at), proof)
    office.store.close()
    said = at.isoformat(timespec="seconds")
    assert desk.run("heads") == [
        ["A-1", f"3:{head}", said, "never proved: an older program"],
        ["B-1", f"7:{head}", said, f"proved to 7, {said}"],
    ]
    assert desk.run("heads", "--all") == [
        ["A-1", f"3:{head}", said, ""],
        ["B-1", f"7:{head}", said, ""],
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("alarms",),
        ("heads",),
        ("backup", "--to", "/nowhere/backup.zip"),
        ("rotate-keys",),
        ("release", "--version", "0.2.0", "--percent", "1"),
        ("enrol", "list"),
        ("enrol", "new", "--terminal", "BZ-0007", "--point", "BZ-DEMO"),
        ("enrol", "revoke", "BZ-0007"),
        ("bundle", "begin", "--keys", "/nowhere/keys"),
    ],
)
def test_a_mistyped_folder_makes_no_service(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mistyped = OperatorShell(tmp_path / "typo", capsys)
    status = 2 if words[0] == "bundle" else 1  # its folder has to be there
    assert "--data" in mistyped.refused(*words, status=status)
    assert not mistyped.data.exists()
    empty = OperatorShell(tmp_path, capsys)
    if words[0] != "bundle":
        assert "central init" in empty.refused(*words)
        assert list(tmp_path.iterdir()) == []


def test_a_mistyped_database_is_not_made(
    desk: OperatorShell, tmp_path: Path, bare_database: str
) -> None:
    url = bare_database
    assert "central init" in desk.refused("alarms", "--database", url)
    assert not (tmp_path / "bare.db").exists()
    desk.run("init", "--database", url)
    assert desk.run("alarms", "--database", url) == []


def test_a_service_is_made_once(desk: OperatorShell) -> None:
    before = {path.name: path.read_bytes() for path in desk.data.rglob("*.key")}
    assert "already" in desk.refused("init")
    (desk.data / "vault" / "person.key").unlink()
    assert "restore the newest backup" in desk.refused("alarms")
    desk.run("init")
    after = {path.name: path.read_bytes() for path in desk.data.rglob("*.key")}
    assert after.keys() == before.keys()
    assert after["receipt.key"] == before["receipt.key"]


def test_unknown_terminals_are_not_revoked(desk: OperatorShell) -> None:
    office = desk.office()
    office.store.terminals.place("BZ-0007", "BZ-DEMO")
    office.store.close()
    assert "is it BZ-0007?" in desk.refused("enrol", "revoke", "BZ-007")
    assert "nothing was revoked" in desk.refused("enrol", "revoke", "other")
    office = desk.office()
    assert office.store.terminals.names() == ("BZ-0007",)
    office.store.close()
    desk.run("enrol", "revoke", "BZ-0007")
    desk.run("enrol", "revoke", "BZ-0007")


@pytest.mark.parametrize(("terminal", "point"), [("", "BZ-DEMO"), ("A 1", "BZ-DEMO"), ("A-1", "")])
def test_codes_have_their_form(desk: OperatorShell, terminal: str, point: str) -> None:
    words = ("enrol", "new", "--terminal", terminal, "--point", point)
    assert "letters, digits and hyphens" in desk.refused(*words, status=2)
    assert "--after-days" in desk.refused("rotate-keys", "--after-days", "-1", status=2)


def test_no_other_service_joins_the_database(
    desk: OperatorShell,
    tmp_path: Path,
    bare_database: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = bare_database
    desk.run("init", "--database", url)
    other = OperatorShell(tmp_path / "other", capsys)
    assert "other keys" in other.refused("init", "--database", url)
    assert main.main(["serve", "--data", str(other.data), "--database", url]) == 1
    assert "other keys" in capsys.readouterr().err
    assert desk.run("alarms", "--database", url) == []
    # the way out when the first service's keys were stolen (docs/central.md)
    other.run("init", "--take-over", "--database", url)
    assert other.run("alarms", "--database", url) == []
    assert "other keys" in desk.refused("alarms", "--database", url)


OWNER, GROUP = 4711, 4712  # of no account


def owners(folder: Path) -> set[tuple[int, int]]:
    return {(path.stat().st_uid, path.stat().st_gid) for path in (folder, *folder.rglob("*"))}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_root_makes_the_service_can_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = OperatorShell(tmp_path / "data", capsys)
    desk.data.mkdir(mode=0o700)
    os.chown(desk.data, OWNER, GROUP)
    desk.run("init")
    desk.run("rotate-keys", "--after-days", "0")
    desk.run("rotate-keys")
    desk.run("release", "--version", "0.2.0", "--percent", "1")
    desk.run("points", "import", DEMO_POINTS)
    desk.run("enrol", "new", "--terminal", "A-1", "--point", "BZ-DEMO")
    desk.run("bundle", "begin", "--keys", str(tmp_path / "keys"))
    made = {path.name for path in desk.data.rglob("*")}
    assert {
        "rotation-2.json",
        "central.db",
        "service_points.json",
        "timestamp.json",
    } <= made
    assert owners(desk.data) == {(OWNER, GROUP)}
    assert {path.stat().st_mode & 0o77 for path in desk.data.glob("*.key")} == {0}
    assert owners(tmp_path / "keys") == {(0, tmp_path.stat().st_gid)}


ASK = (
    "import os, sys; os.setgid(4712); os.setuid(4711); import main; "
    "sys.exit(main.main(sys.argv[1:]))"
)


def others_may_read_program() -> bool:
    """Return whether another account can run this checkout, which needs the way to it, too."""
    places = [ROOT, Path(sys.prefix)]
    return all(one.stat().st_mode & 0o001 for start in places for one in [start, *start.parents])


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another account")
@pytest.mark.skipif(not others_may_read_program(), reason="the checkout is closed to others")
@pytest.mark.parametrize("name", ["vault/person.key", "central.db"])
def test_files_that_an_older_version_left_to_root_are_named(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with TemporaryDirectory() as folder:  # pytest's own are closed to other accounts
        Path(folder).chmod(0o711)
        desk = OperatorShell(Path(folder) / "data", capsys)
        desk.run("init")
        for path in (desk.data, *desk.data.rglob("*")):
            os.chown(path, OWNER, GROUP)
        os.chown(desk.data / name, 0, 0)
        measured_by_nobody = {
            name: value for name, value in os.environ.items() if "COVERAGE" not in name
        }
        for words in (["serve"], ["central", "alarms"]):
            command = [sys.executable, "-c", ASK, *words, "--data", str(desk.data)]
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                cwd=ROOT,
                env=measured_by_nobody,
                check=False,
            )
            assert done.returncode == 1, done.stderr
            assert "Traceback" not in done.stderr
            assert f"{desk.data / name}: this account may not use it" in done.stderr
            assert "chown -R" in done.stderr
