"""The terminal's key is kept by this machine alone, and renewed without being locked out."""

from __future__ import annotations

import itertools
import os
from datetime import timedelta
from pathlib import Path

import pytest

from drivers.device_key import SecretKey
from kiosk.crypto.envelope import bytes_of, object_of
from kiosk.crypto.receipt import Acknowledgement, SigningKey, sign_acknowledgement
from kiosk.crypto.terminal_identity import (
    IdentityError,
    TerminalIdentity,
    open_identity,
    read_key,
    write_key,
)
from kiosk.crypto.terminal_key import RENEWAL_PATH, TerminalKey, proves, renewal_of
from kiosk.delivery.key_renewal import Renewal
from kiosk.ports import CentralAnswer, Trouble
from tests.kiosk.invented_people import NOW

SEAL, SIGNING = SecretKey(bytes(32)), SigningKey(bytes([9]) * 32)
TERMINAL = "BZ-DEMO-0001"
OLD = TerminalKey(bytes([1]) * 32, NOW - timedelta(days=90))


class RenewalService:
    """Knows the next key, and says so, unless it was told to answer otherwise."""

    def __init__(self) -> None:
        self.answers: list[CentralAnswer] = []
        self.announced: list[bytes] = []

    def call(
        self, method: str, path: str, body: bytes = b"", headers: object = None
    ) -> CentralAnswer:
        assert (method, path) == ("PUT", RENEWAL_PATH)
        said = object_of(body)
        assert said is not None
        public = bytes_of(said["public_key"])
        assert public is not None
        assert proves(public, said["proof"], renewal_of(TERMINAL, said["public_key"]))
        self.announced.append(public)
        if self.answers:
            return self.answers.pop(0)
        return CentralAnswer(200, "application/json", None, self.acknowledged(body))

    @staticmethod
    def acknowledged(body: bytes) -> bytes:
        from kiosk.crypto.envelope import digest

        key_id = SIGNING.receipt_key.id
        said = Acknowledgement(RENEWAL_PATH, digest(body), TERMINAL, NOW, key_id)
        return sign_acknowledgement(said, SIGNING)


class RenewingTerminal:
    """One terminal with an old key."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "identity"
        write_key(self.path, SEAL, OLD, os.urandom)
        self.service = RenewalService()
        self.renewed = 0
        self.drawn = itertools.count(2)
        self.start()

    def start(self) -> None:
        self.identity = open_identity(f"sealed:{self.path}", lambda: SEAL)
        self.renewal = Renewal(
            identity=self.identity,
            central=self.service,
            trust=SIGNING.receipt_key,
            terminal=TERMINAL,
            days=90.0,
            now=lambda: NOW,
            random=lambda size: bytes([next(self.drawn)]) * size,
            on_renewed=self.count,
        )

    def count(self) -> None:
        self.renewed += 1


@pytest.fixture
def machine(tmp_path: Path) -> RenewingTerminal:
    return RenewingTerminal(tmp_path)


def test_a_key_is_sealed_for_its_owner_and_this_machine(tmp_path: Path) -> None:
    path = tmp_path / "identity"
    path.with_name("identity.new").write_bytes(b"half")
    write_key(path, SEAL, OLD, os.urandom)
    assert path.stat().st_mode & 0o777 == 0o600
    assert OLD.private not in path.read_bytes()
    assert read_key(path, SEAL) == OLD
    assert [one.name for one in tmp_path.iterdir()] == ["identity"]
    with pytest.raises(IdentityError):
        read_key(path, SecretKey(bytes([1]) * 32))


def test_a_key_does_not_show_itself() -> None:
    assert str(OLD.private) not in repr(OLD)


def test_a_demo_key_is_never_renewed(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.touch(0o600)
    path.write_bytes(bytes(32))
    machine = RenewingTerminal(tmp_path)
    machine.renewal.identity.key = open_identity(f"file:{path}", lambda: SEAL).key
    machine.renewal.renew_when_due()
    assert machine.service.announced == []


def test_a_key_is_renewed_on_its_day(machine: RenewingTerminal) -> None:
    machine.renewal.renew_when_due()
    assert machine.renewed == 1
    assert machine.identity.key.public == machine.service.announced[0] != OLD.public
    assert machine.identity.key.made_at == NOW
    assert read_key(machine.path, SEAL) == machine.identity.key
    machine.renewal.renew_when_due()
    assert len(machine.service.announced) == 1


def test_a_young_key_stays(machine: RenewingTerminal) -> None:
    machine.identity.key = TerminalKey(OLD.private, NOW - timedelta(days=89))
    machine.renewal.renew_when_due()
    assert machine.service.announced == []


@pytest.mark.parametrize(
    "answer",
    [
        CentralAnswer(trouble=Trouble.TIMEOUT),
        CentralAnswer(200, "text/html", None, b"<html>"),
        CentralAnswer(200, "application/json", None, b"{}"),
        CentralAnswer(200, "application/json", None, RenewalService.acknowledged(b"another")),
        CentralAnswer(503),
    ],
)
def test_only_a_signed_word_changes_the_key(
    machine: RenewingTerminal, answer: CentralAnswer
) -> None:
    machine.service.answers = [answer]
    machine.renewal.renew_when_due()
    assert (machine.renewed, machine.identity.key) == (0, OLD)
    machine.start()  # a power cut: the same key is announced again
    machine.renewal.renew_when_due()
    assert machine.renewed == 1
    assert machine.service.announced[0] == machine.service.announced[1]


def test_a_next_key_that_was_damaged_is_made_anew(machine: RenewingTerminal) -> None:
    machine.service.answers = [CentralAnswer(503)]
    machine.renewal.renew_when_due()
    machine.path.with_name("identity.next").write_bytes(b"half")
    machine.renewal.renew_when_due()
    first, second = machine.service.announced
    assert first != second
    assert machine.identity.key.public == second


def test_a_file_that_is_no_key(tmp_path: Path) -> None:
    for url in ("file", "sealed"):
        with pytest.raises(IdentityError):
            open_identity(f"{url}:{tmp_path / 'none'}", lambda: SEAL)
    assert TerminalIdentity(tmp_path, None, OLD).key is OLD
