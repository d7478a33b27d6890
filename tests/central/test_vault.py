"""Are keys and tokens made once, for their owner alone?"""

from __future__ import annotations

import json
import os
from pathlib import Path

from central.vault import open_vault
from kiosk.filing.envelope import parse_sealing_key
from kiosk.filing.receipt import parse_receipt_key


def test_keys_are_made_once(tmp_path: Path) -> None:
    first = open_vault(tmp_path, ["A-1"], os.urandom)
    second = open_vault(tmp_path, ["A-1", "A-2"], os.urandom)
    assert (first.opening, first.signing, first.person) == (
        second.opening,
        second.signing,
        second.person,
    )
    assert second.tokens["A-1"] == first.tokens["A-1"] != second.tokens["A-2"]
    assert len({first.opening.private, first.signing.private, first.person}) == 3


def test_secrets_are_for_their_owner(tmp_path: Path) -> None:
    open_vault(tmp_path, ["A-1"], os.urandom)
    files = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert files.pop("tokens") == 0o700
    files.pop("keys.json")
    assert files == dict.fromkeys(["A-1", "sealing.key", "receipt.key", "person.key"], 0o600)


def test_a_start_that_was_cut_short_is_repeated(tmp_path: Path) -> None:
    (tmp_path / "sealing.key.new").write_bytes(b"half")
    vault = open_vault(tmp_path, [], os.urandom)
    assert len(vault.opening.private) == 32
    assert not (tmp_path / "sealing.key.new").exists()


def test_public_keys_are_written_for_terminals(tmp_path: Path) -> None:
    vault = open_vault(tmp_path, [], os.urandom)
    document = json.loads((tmp_path / "keys.json").read_bytes())
    assert document == vault.public()
    assert parse_sealing_key(document["sealing"]) == vault.opening.sealing
    assert parse_receipt_key(document["receipt"]) == vault.signing.receipt_key


def test_tokens_name_their_terminal(tmp_path: Path) -> None:
    vault = open_vault(tmp_path, ["A-1", "A-2"], os.urandom)
    assert vault.terminal(vault.tokens["A-1"]) == "A-1"
    assert vault.terminal(vault.tokens["A-2"]) == "A-2"
    assert vault.terminal("") is None
    assert vault.terminal("é") is None
    assert vault.tokens["A-1"] not in repr(vault)
