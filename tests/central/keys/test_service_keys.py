"""Keys are made once, for their owner alone."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from central.keys.service_keys import ServiceKeys, open_service_keys, rotate
from central.vault.opening_keys import FileKeyStore
from kiosk.crypto.envelope import SealingKey, parse_sealing_key
from kiosk.crypto.receipt import parse_receipt_key
from kiosk.crypto.rotation import Rotation, follow
from kiosk.crypto.terminal_key import TerminalKey
from tests.central.standing import NOON

DAY = timedelta(days=1)


def make(folder: Path) -> Callable[[int], SealingKey]:
    return FileKeyStore(folder / "vault", os.urandom).make


def opened(
    folder: Path,
    terminals: Sequence[str] = (),
    random: Callable[[int], bytes] = os.urandom,
    days: float = 0,
) -> ServiceKeys:
    return open_service_keys(folder, terminals, random, lambda: NOON + days * DAY, make(folder))


def test_keys_are_made_once(tmp_path: Path) -> None:
    first = opened(tmp_path, ["A-1"], os.urandom)
    second = opened(tmp_path, ["A-1", "A-2"], os.urandom)
    assert (first.sealing, first.signing) == (second.sealing, second.signing)
    assert first.terminals.items() < second.terminals.items()
    assert sorted(code for code, _ in second.terminals.values()) == ["A-1", "A-2"]


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

    opened(tmp_path, ["A-1"], random)
    assert waited == [32, 32]


def test_secrets_are_for_their_owner(tmp_path: Path) -> None:
    opened(tmp_path, ["A-1"], os.urandom)
    files = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert files.pop("terminals") == 0o700
    assert files.pop("vault") == 0o700
    files.pop("keys.json")
    names = ["A-1", "sealing.key", "receipt.key", "first_sealing.json"]
    assert files == dict.fromkeys(names, 0o600)


def test_a_start_that_was_cut_short_is_repeated(tmp_path: Path) -> None:
    (tmp_path / "receipt.key.new").write_bytes(b"half")
    keys = opened(tmp_path)
    assert len(keys.signing.private) == 32
    assert not (tmp_path / "receipt.key.new").exists()


def test_public_keys_are_written_for_terminals(tmp_path: Path) -> None:
    keys = opened(tmp_path, [], os.urandom)
    document = json.loads((tmp_path / "keys.json").read_bytes())
    assert document == keys.public()
    assert parse_sealing_key(document["sealing"]) == keys.sealing
    assert parse_receipt_key(document["receipt"]) == keys.signing.receipt_key


def test_keys_name_their_terminal(tmp_path: Path) -> None:
    keys = opened(tmp_path, ["A-1", "A-2"], os.urandom)
    for code in ("A-1", "A-2"):
        key = TerminalKey((tmp_path / "terminals" / code).read_bytes())
        assert keys.terminals[key.id] == (code, key.public)


def at(folder: Path, days: float) -> ServiceKeys:
    return opened(folder, days=days)


def rotated(folder: Path, days: float, after: float) -> Rotation | None:
    """Announce new keys on a day, in force `after` it."""
    keys = at(folder, days)
    return rotate(keys, NOON + (days + after) * DAY, os.urandom, make(folder))


def test_new_keys_are_announced_before_they_sign(tmp_path: Path) -> None:
    first = at(tmp_path, 0)
    rotation = rotated(tmp_path, 0, 30)
    assert rotation is not None
    for days, new in ((0, False), (29.9, False), (30, True), (300, True)):
        keys = at(tmp_path, days)
        assert (keys.signing.receipt_key == rotation.receipt) is new
        assert (keys.sealing == rotation.sealing) is new
        assert (keys.signing == first.signing) is not new
        (said,) = follow(first.signing.receipt_key, keys.public()["rotations"])
        assert said == rotation
    assert follow(rotation.receipt, at(tmp_path, 30).public()["rotations"]) == ()


def test_a_terminal_follows_any_number_of_them(tmp_path: Path) -> None:
    pinned = at(tmp_path, 0).signing.receipt_key
    for days in (0, 10, 20):
        assert rotated(tmp_path, days, 5) is not None
    keys = at(tmp_path, 100)
    said = follow(pinned, keys.public()["rotations"])
    assert [one.number for one in said] == [1, 2, 3]
    assert said[-1].receipt == keys.signing.receipt_key


def test_one_announcement_at_a_time(tmp_path: Path) -> None:
    assert rotated(tmp_path, 0, 5) is not None
    assert rotated(tmp_path, 1, 8) is None
    assert rotated(tmp_path, 5, 4) is not None


def test_a_rotation_that_was_cut_short_does_not_count(tmp_path: Path) -> None:
    rotation = rotated(tmp_path, 0, 0)
    assert rotation is not None
    (tmp_path / "rotation-1.json").unlink()
    assert len(at(tmp_path, 1).generations) == 1
    again = rotated(tmp_path, 0, 0)
    assert again == rotation


def test_old_keys_are_forgotten_on_request(tmp_path: Path) -> None:
    old = at(tmp_path, 0)
    name = old.sealing.id
    assert not old.is_old(name)
    rotation = rotated(tmp_path, 0, 1)
    assert rotation is not None
    assert not at(tmp_path, 0.5).is_old(rotation.sealing.id)
    assert not at(tmp_path, 1).is_old(rotation.sealing.id)
    assert not at(tmp_path, 1).is_old("other")
    assert at(tmp_path, 1).is_old(name)
    store = FileKeyStore(tmp_path / "vault", os.urandom)
    assert store.forget(name)
    assert not store.forget(name)
    assert [path.name for path in (tmp_path / "vault").iterdir()] == ["sealing-1.key"]
    assert at(tmp_path, 1).sealing == rotation.sealing
    assert follow(old.signing.receipt_key, at(tmp_path, 1).public()["rotations"]) == (rotation,)
