"""A front of the service gets the certificate of its authority, and the key, in one file."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from tests.central.test_operator import OperatorShell


def test_a_front_can_use_it_and_terminals_believe_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shell, to = OperatorShell(tmp_path / "data", capsys), tmp_path / "edge.pem"
    shell.run("init")
    words = ("certificate", "--name", "central.example.invalid", "--to", str(to))
    ((named, _day),) = shell.run(*words)
    assert named == str(to)
    assert to.stat().st_mode & 0o777 == 0o600
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(to)  # both halves fit
    first = to.read_bytes()
    assert (tmp_path / "data/server.crt").read_bytes() in first
    shell.run(*words)
    assert to.read_bytes() == first  # far from its end it stays
    shell.run(*words, "--name", "10.0.0.1")
    assert to.read_bytes() != first


def test_nothing_is_made_where_there_is_no_service(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shell = OperatorShell(tmp_path / "data", capsys)
    shell.refused("certificate", "--to", str(tmp_path / "edge.pem"))
    assert list(tmp_path.iterdir()) == []
    shell.run("init")
    assert "mend --to" in shell.refused("certificate", "--to", "/proc/edge.pem")
