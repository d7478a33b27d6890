"""Keys are made once, for their owner alone."""

from __future__ import annotations

import fcntl
import json
import os
from datetime import datetime, timedelta
from pathlib import Path

from central.vault.service_keys import Vault, forget, open_vault, rotate
from kiosk.crypto.envelope import parse_sealing_key
from kiosk.crypto.receipt import parse_receipt_key
from kiosk.crypto.rotation import follow
from kiosk.crypto.terminal_key import TerminalKey
from tests.central.standing import NOON


def now() -> datetime:
    return NOON


def test_keys_are_made_once(tmp_path: Path) -> None:
    first = open_vault(tmp_path, ["A-1"], os.urandom, now)
    second = open_vault(tmp_path, ["A-1", "A-2"], os.urandom, now)
    assert (first.opening, first.signing, first.person) == (
        second.opening,
        second.signing,
        second.person,
    )
    assert first.terminals.items() < second.terminals.items()
    assert sorted(code for code, _ in second.terminals.values()) == ["A-1", "A-2"]
    assert len({first.opening.private, first.signing.private, first.person}) == 3


def test_keys_are_made_while_no_other_start_can_look(tmp_path: Path) -> None:
    """Else two first starts at once would each keep a key that the other one overwrote."""
    waited = []

    def random(size: int) -> bytes:
        descriptor = os.open(tmp_path, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waited.append(size)
        finally:
            os.close(descriptor)
        return os.urandom(size)

    open_vault(tmp_path, ["A-1"], random, now)
    assert waited == [32, 32, 32, 32]


def test_secrets_are_for_their_owner(tmp_path: Path) -> None:
    open_vault(tmp_path, ["A-1"], os.urandom, now)
    files = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert files.pop("terminals") == 0o700
    files.pop("keys.json")
    assert files == dict.fromkeys(["A-1", "sealing.key", "receipt.key", "person.key"], 0o600)


def test_a_start_that_was_cut_short_is_repeated(tmp_path: Path) -> None:
    (tmp_path / "sealing.key.new").write_bytes(b"half")
    vault = open_vault(tmp_path, [], os.urandom, now)
    assert len(vault.opening.private) == 32
    assert not (tmp_path / "sealing.key.new").exists()


def test_public_keys_are_written_for_terminals(tmp_path: Path) -> None:
    vault = open_vault(tmp_path, [], os.urandom, now)
    document = json.loads((tmp_path / "keys.json").read_bytes())
    assert document == vault.public()
    assert parse_sealing_key(document["sealing"]) == vault.opening.sealing
    assert parse_receipt_key(document["receipt"]) == vault.signing.receipt_key


def test_keys_name_their_terminal(tmp_path: Path) -> None:
    vault = open_vault(tmp_path, ["A-1", "A-2"], os.urandom, now)
    for code in ("A-1", "A-2"):
        key = TerminalKey((tmp_path / "terminals" / code).read_bytes())
        assert vault.terminals[key.id] == (code, key.public)


DAY = timedelta(days=1)


def at(folder: Path, days: float) -> Vault:
    return open_vault(folder, [], os.urandom, lambda: NOON + days * DAY)


def test_new_keys_are_announced_before_they_sign(tmp_path: Path) -> None:
    first = at(tmp_path, 0)
    rotation = rotate(first, NOON + 30 * DAY, os.urandom)
    assert rotation is not None
    for days, new in ((0, False), (29.9, False), (30, True), (300, True)):
        vault = at(tmp_path, days)
        assert (vault.signing.receipt_key == rotation.receipt) is new
        assert (vault.opening.sealing == rotation.sealing) is new
        assert (vault.signing == first.signing) is not new
        assert set(vault.opening_keys) == {first.opening.sealing.id, rotation.sealing.id}
        (said,) = follow(first.signing.receipt_key, vault.public()["rotations"])
        assert said == rotation
    assert follow(rotation.receipt, at(tmp_path, 30).public()["rotations"]) == ()


def test_a_terminal_follows_any_number_of_them(tmp_path: Path) -> None:
    pinned = at(tmp_path, 0).signing.receipt_key
    for days in (0, 10, 20):
        assert rotate(at(tmp_path, days), NOON + (days + 5) * DAY, os.urandom) is not None
    vault = at(tmp_path, 100)
    said = follow(pinned, vault.public()["rotations"])
    assert [one.number for one in said] == [1, 2, 3]
    assert said[-1].receipt == vault.signing.receipt_key


def test_one_announcement_at_a_time(tmp_path: Path) -> None:
    assert rotate(at(tmp_path, 0), NOON + 5 * DAY, os.urandom) is not None
    assert rotate(at(tmp_path, 1), NOON + 9 * DAY, os.urandom) is None
    assert rotate(at(tmp_path, 5), NOON + 9 * DAY, os.urandom) is not None


def test_a_rotation_that_was_cut_short_does_not_count(tmp_path: Path) -> None:
    rotation = rotate(at(tmp_path, 0), NOON, os.urandom)
    assert rotation is not None
    (tmp_path / "rotation-1.json").unlink()
    assert len(at(tmp_path, 1).generations) == 1
    again = rotate(at(tmp_path, 0), NOON, os.urandom)
    assert again == rotation


def test_old_keys_are_forgotten_on_request(tmp_path: Path) -> None:
    old = at(tmp_path, 0)
    name = old.opening.sealing.id
    assert not forget(old, name)
    rotation = rotate(old, NOON + DAY, os.urandom)
    assert rotation is not None
    assert not forget(at(tmp_path, 0.5), rotation.sealing.id)
    assert not forget(at(tmp_path, 1), rotation.sealing.id)
    assert not forget(at(tmp_path, 1), "other")
    assert forget(at(tmp_path, 1), name)
    assert not forget(at(tmp_path, 1), name)
    assert set(at(tmp_path, 1).opening_keys) == {rotation.sealing.id}
    assert follow(old.signing.receipt_key, at(tmp_path, 1).public()["rotations"]) == (rotation,)
