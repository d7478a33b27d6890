"""A typed PIN is one line, and is shown nowhere."""

from __future__ import annotations

import os
import sys
import termios

import pytest

from drivers.commands import typed_pin


@pytest.mark.parametrize(
    ("pieces", "pin"),
    [
        ([b"123450"], b"123450"),
        ([b"123450\r\n"], b"123450"),
        ([b"123", b"450\n"], b"123450"),
        ([b"123450", b"0\n"], b"1234500"),
        ([b"123450123450\n"], b"12345012"),
        ([b"\n"], b""),
        ([], b""),
    ],
)
def test_one_line_is_the_pin(pieces: list[bytes], pin: bytes, monkeypatch) -> None:
    near, far = os.pipe()
    for piece in pieces:
        os.write(far, piece)
    os.close(far)
    with os.fdopen(near) as typed:
        monkeypatch.setattr(sys, "stdin", typed)
        assert typed_pin.read() == pin


def test_a_pin_typed_at_a_terminal_is_not_shown(monkeypatch, capsys) -> None:
    far, near = os.openpty()
    read_line = os.readv

    def typed(descriptor: int, room: list[memoryview]) -> int:
        os.write(far, b"123450\n")
        return read_line(descriptor, room)

    before = termios.tcgetattr(near)
    with os.fdopen(near) as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        monkeypatch.setattr(os, "readv", typed)
        assert typed_pin.read() == b"123450"
        assert termios.tcgetattr(near) == before
        os.write(near, b"end")
        assert os.read(far, 64).strip() == b"end"
    os.close(far)
    assert "密码" in capsys.readouterr().err
