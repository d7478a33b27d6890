"""What is wrong with a certificate is said with its file, its account and the cure."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from central.terminals.server.browser_tls import CertificateError, browser_tls
from tests.central.web.test_commands import certificate


def said_of(chain: Path, key: Path) -> str:
    with pytest.raises(CertificateError) as caught:
        browser_tls(chain, key)
    return str(caught.value)


def test_a_key_that_the_account_cannot_read_is_named_with_the_cure(tmp_path: Path) -> None:
    """As `openssl` leaves it to root. A folder stands for it: tests may run as root."""
    chain, key = certificate(tmp_path)
    key.unlink()
    key.mkdir()
    account = pwd.getpwuid(os.geteuid()).pw_name
    said = said_of(chain, key)
    assert said.startswith(f"{key}：")
    assert f"chgrp {account} {key}，chmod 0640 {key}" in said


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    chain, key = certificate(tmp_path)
    chain.unlink()
    assert said_of(chain, key).startswith(f"{chain}：")


def test_another_key_is_no_pair(tmp_path: Path) -> None:
    chain, _key = certificate(tmp_path)
    (tmp_path / "other").mkdir()
    _chain, key = certificate(tmp_path / "other")
    assert "不是一对" in said_of(chain, key)
