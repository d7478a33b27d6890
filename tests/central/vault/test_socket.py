"""The vault behind its socket: real requests of a terminal, real bytes, real receipts."""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from httpx2 import Response

from central.intake.opener import Opener
from central.policy import VaultPolicy, read_policy
from central.rule_changes.question import (
    AnswerChange,
    FilingRuleChanges,
    OpenFiling,
    RuleChangeLook,
)
from central.vault.child import FOLDER
from central.vault.client import VaultClient, VaultLink, VaultSilent
from central.vault.protocol import FOR_PAGES, CallerRole, VaultOperation
from central.vault.server import PeerGuard, VaultServer
from central.vault_port import (
    ENGINE,
    OfficeAsk,
    VaultPort,
    VaultRefusal,
    VaultUnavailable,
)
from kiosk.crypto.envelope import (
    Envelope,
    OpeningKey,
    Refusal,
    canonical,
    digest,
    new_opening_key,
    open_sealed,
    parse_envelope,
    seal,
)
from kiosk.crypto.receipt import verify_receipt
from kiosk.crypto.suites import Suite, algorithms_of
from kiosk.retirement.eligibility import EligibilityAnswer
from kiosk.retirement.rule_review.rule_texts import collect_rule_texts
from tests.central.offices.test_offices import RecordingOffice, offices
from tests.central.rule_changes.filed_document import filed_document
from tests.central.standing import (
    CONFIG,
    LIU,
    NOON,
    TERMINAL,
    Standing,
    content,
    numbered,
    standing,
)

POLICY = read_policy(CONFIG / "central.toml").vault
EVERY = frozenset(CallerRole)


@contextmanager
def listening(
    vault: VaultPort,
    path: Path,
    roles: frozenset[CallerRole] = EVERY,
    policy: VaultPolicy = POLICY,
) -> Iterator[VaultServer]:
    """A server of the vault's socket at `path`, on a thread."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    path.unlink(missing_ok=True)
    listener.bind(str(path))
    listener.listen()
    server = VaultServer(listener, vault, PeerGuard({os.geteuid(): roles}), policy)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()


@pytest.fixture
def away(tmp_path: Path) -> Iterator[tuple[Standing, Path]]:
    """A service whose vault is reached through a socket that nobody serves yet."""
    path = tmp_path / "socket"
    link = VaultLink(path, POLICY)
    with standing(tmp_path, reach=lambda _opening: VaultClient(link)) as central:
        yield central, path
    link.close()


@pytest.fixture
def central(away: tuple[Standing, Path]) -> Iterator[Standing]:
    """The same, with its vault."""
    built, path = away
    with listening(built.opening, path):
        yield built


def put(central: Standing, body: bytes, number: int = 1, path: str = "applications") -> Response:
    with central.client() as client:
        address = f"/v1/{path}/{numbered(number)}"
        return client.put(address, content=body, headers=central.headers())


def test_a_terminals_put_brings_a_receipt_through_the_socket(central: Standing) -> None:
    body = central.body()
    answer = put(central, body)
    assert answer.status_code == 201, answer.text
    envelope = parse_envelope(body)
    assert isinstance(envelope, Envelope)
    key = central.keys.signing.receipt_key
    assert verify_receipt(answer.content, key, envelope.id, envelope.digest)
    with central.client() as client:
        address = f"/v1/applications/{numbered(1)}/progress"
        said = client.get(address, headers=central.headers()).json()
    assert {one["code"] for one in said["services"]} == {"R01", "R06", "R07", "R17"}


def test_what_the_vault_refuses_reaches_the_terminal(central: Standing) -> None:
    answer = put(central, central.body(services=["R99"]))
    assert (answer.status_code, answer.json()["type"]) == (422, "unknown-service")
    other = central.envelope(content(numbered(1)), terminal="BZ-OTHER").encode()
    assert put(central, other).json()["type"] == "other-terminal"


def test_without_the_vault_a_terminal_comes_back_and_loses_nothing(
    away: tuple[Standing, Path],
) -> None:
    central, path = away
    body = central.body()
    answer = put(central, body)
    assert (answer.status_code, answer.json()["type"]) == (503, "vault-away")
    assert answer.headers["retry-after"] == str(POLICY.retry_seconds)
    assert central.office.store.cases.progress(numbered(1)) is None
    for _ in range(2):  # it is started, and started anew
        with listening(central.opening, path):
            assert put(central, body).is_success
    assert put(central, body).status_code == 503


def test_a_started_vault_is_found_by_the_connections_of_before(
    away: tuple[Standing, Path],
) -> None:
    central, path = away
    with listening(central.opening, path):
        first = central.office.vault.person(LIU)
    with listening(central.opening, path):
        assert central.office.vault.person(LIU) == first


def test_a_change_of_the_rules_is_judged_through_the_socket(central: Standing) -> None:
    old = collect_rule_texts(CONFIG)
    new = {name: text for name, text in old.items() if not name.endswith("R18.toml")}
    new["services/R19.toml"] = old["services/R18.toml"].replace('code = "R18"', 'code = "R19"')
    body = central.envelope(filed_document(id=numbered(1), services=["R08", "R18"])).encode()
    filing = OpenFiling(numbered(1), NOON.isoformat(), ("R08", "R18"), body)
    others = replace(filing, application_id=numbered(2))
    look = RuleChangeLook("Q-0001", "x", old, new, (filing, others))
    gone = AnswerChange("R18", EligibilityAnswer.CAN, None, certain=True)
    assert central.office.vault.rule_changes(look) == (
        FilingRuleChanges(numbered(1), True, (gone,)),
        FilingRuleChanges(numbered(2), False, ()),
    )
    looks = [one["application_id"] for one in central.opening.log.entries()]
    assert looks == [numbered(1), numbered(2)]
    wrong = replace(look, new={**new, "../x.toml": ""})
    assert central.office.vault.rule_changes(wrong) is VaultRefusal.UNREADABLE


def test_offices_get_their_part_through_the_socket(central: Standing) -> None:
    assert put(central, central.body()).is_success
    curious = RecordingOffice()
    offices(central, curious).work()
    assert [one.view["applicant"]["number"] for one in curious.seen] == [LIU] * len(curious.seen)
    assert {one.service for one in curious.seen} == {"R01", "R06", "R07", "R17"}


def test_offices_wait_for_the_vault(away: tuple[Standing, Path]) -> None:
    central, path = away
    with listening(central.opening, path):
        assert put(central, central.body()).is_success
    office = RecordingOffice()
    assert offices(central, office).work() == 0
    assert office.seen == []
    central.clock[0] = NOON + timedelta(seconds=61)
    with listening(central.opening, path):
        assert offices(central, office).work() == 4


def test_who_is_not_named_gets_no_connection(away: tuple[Standing, Path]) -> None:
    central, path = away
    with listening(central.opening, path, frozenset()):
        assert put(central, central.body()).status_code == 503


def test_the_service_may_not_ask_what_operators_may(away: tuple[Standing, Path]) -> None:
    central, path = away
    with listening(central.opening, path, frozenset({CallerRole.SERVICE})):
        assert central.office.vault.person(LIU)
        with pytest.raises(VaultUnavailable):
            central.office.vault.make_opening_key(7)
    assert not (central.keys.folder / FOLDER / "sealing-7.key").exists()


@pytest.mark.parametrize("operation", list(VaultOperation))
def test_the_pages_may_ask_for_cases_alone(operation: VaultOperation) -> None:
    pages = frozenset({CallerRole.PAGES})
    assert operation.is_allowed(pages) is (operation in FOR_PAGES)
    others = frozenset(CallerRole) - pages
    assert operation.is_allowed(others) is (operation not in FOR_PAGES)


def test_what_others_ask_is_forbidden_to_the_pages(
    away: tuple[Standing, Path], caplog: pytest.LogCaptureFixture
) -> None:
    central, path = away
    with listening(central.opening, path, frozenset({CallerRole.PAGES})):
        for question in (
            lambda vault: vault.person(LIU),
            lambda vault: vault.added_facts(central.body()),
            lambda vault: vault.office_share(
                OfficeAsk(ENGINE, numbered(1), "R01", NOON.isoformat(), central.body())
            ),
        ):
            with pytest.raises(VaultUnavailable):
                question(central.office.vault)
    assert caplog.text.count("not for this caller") == 3


def test_a_question_that_is_none_is_cut_off(central: Standing, away: tuple[Standing, Path]) -> None:
    _, path = away
    words = canonical({"version": 1, "operation": "decrypt", "arguments": {}, "attachments": []})
    lying = canonical(
        {"version": 1, "operation": "person", "arguments": {}, "attachments": [2**40]}
    )
    deep = b"[" * 40 + b"]" * 40
    for wrong in (words, lying, deep, b"{}", b"\xff"):
        with socket.socket(socket.AF_UNIX) as other:
            other.connect(str(path))
            other.sendall(struct.pack("!I", len(wrong)) + wrong)
            assert other.recv(1) == b""
    with socket.socket(socket.AF_UNIX) as other:
        other.connect(str(path))
        other.sendall(b"\xff\xff\xff\xff")
        assert other.recv(1) == b""
    assert central.office.vault.person(LIU)


def test_a_slow_question_holds_nobody_up(away: tuple[Standing, Path]) -> None:
    central, path = away
    policy = replace(POLICY, deadline_seconds=0.2)
    with listening(central.opening, path, policy=policy), socket.socket(socket.AF_UNIX) as other:
        other.connect(str(path))
        other.sendall(b"\0")
        assert central.office.vault.person(LIU)
        assert other.recv(1) == b""


def test_more_questions_than_may_wait_are_turned_away(away: tuple[Standing, Path]) -> None:
    central, path = away
    policy = replace(POLICY, waiting=0)
    with listening(central.opening, path, policy=policy), pytest.raises(VaultUnavailable):
        central.office.vault.person(LIU)


def test_a_fault_says_nothing_of_a_person(
    central: Standing, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(VaultUnavailable):
        central.office.vault.later_days(b"34162219660615001X", "today")
    assert "34162219660615001X" not in caplog.text
    assert "later_days" in caplog.text
    assert central.office.vault.person(LIU)


def test_a_vault_that_starts_is_told_from_one_that_is_not_there(tmp_path: Path) -> None:
    """systemd listens before the vault does; who asks then may ask again."""
    path, policy = tmp_path / "socket", replace(POLICY, deadline_seconds=0.2)
    vault = VaultClient(VaultLink(path, policy))
    with socket.socket(socket.AF_UNIX) as systemd:
        systemd.bind(str(path))
        systemd.listen()
        with pytest.raises(VaultSilent):
            vault.person(LIU)
    with pytest.raises(VaultUnavailable) as caught:
        vault.person(LIU)
    assert not isinstance(caught.value, VaultSilent)


@dataclass(frozen=True)
class Sm2Module:
    """A store of one SM2 key that gives it to nobody, as a key module would be."""

    key: OpeningKey

    def open(
        self, key_id: str, suite: Suite, sealed: bytes, item_id: str, digest: str
    ) -> bytes | Refusal | None:
        if (key_id, suite) != (self.key.sealing.id, Suite.GM):
            return None
        return open_sealed(sealed, self.key, item_id, digest)

    def open_by_any(self, sealed: bytes, item_id: str, digest: str) -> bytes | None:
        found = open_sealed(sealed, self.key, item_id, digest)
        return found if isinstance(found, bytes) else None


@pytest.mark.skipif(algorithms_of(Suite.GM) is None, reason="no package for SM2 here")
def test_another_store_of_keys_stands_behind_the_same_socket(away: tuple[Standing, Path]) -> None:
    central, path = away
    module = Sm2Module(new_opening_key(os.urandom, Suite.GM))
    examiner = replace(central.opening.examiner, opener=Opener(module))
    public, said = module.key.sealing, content(numbered(1))
    plain = canonical(said)
    whole = digest(plain, Suite.GM)
    sealed = seal(plain, public, said["id"], whole)
    body = Envelope(said["id"], whole, public.id, TERMINAL, 1, sealed, suite=Suite.GM).encode()
    with listening(central.opening, path):
        assert put(central, body).json()["type"] == "other-key"
    with listening(replace(central.opening, examiner=examiner), path):
        assert put(central, body).status_code == 201


def test_a_stop_may_come_when_everything_is_closed(away: tuple[Standing, Path]) -> None:
    """A signal and the end of the parent both stop it, and nobody knows in which order."""
    central, path = away
    with listening(central.opening, path) as server:
        assert central.office.vault.person(LIU)
    server.stop()
    with pytest.raises(VaultUnavailable):
        central.office.vault.person(LIU)
