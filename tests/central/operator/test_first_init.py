"""`central init` while the vault is still being started."""

from __future__ import annotations

from pathlib import Path

import pytest

from central.open_service import open_context
from central.operator.commands import VAULT_TRIES
from central.vault.client import VaultSilent
from tests.central.test_operator import OperatorShell


@pytest.mark.parametrize("silent", [2, VAULT_TRIES])
def test_a_vault_that_starts_is_waited_for_and_nothing_is_lost(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    silent: int,
) -> None:
    shell, asked = OperatorShell(tmp_path / "data", capsys), []

    def opened(*words: object, **more: object) -> object:
        asked.append(words)
        if len(asked) <= silent:
            raise VaultSilent("make_opening_key")
        return open_context(*words, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("central.operator.commands.open_context", opened)
    if silent < VAULT_TRIES:
        ((folder, _id),) = shell.run("init")
        assert folder == str(shell.data)
    else:
        assert "systemctl status kiosk-vault" in shell.refused("init")
    assert len(asked) == min(silent + 1, VAULT_TRIES)
