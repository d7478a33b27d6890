"""The fuzz bench finds a broken codec: its checks on sound input, and controls that fail."""

from __future__ import annotations

import pytest

from drivers.protocols import samv, samv_redaction
from script.benches.fuzzing import codecs
from script.benches.fuzzing.codecs import CODECS, seeds
from script.benches.fuzzing.fuzz import by_hypothesis, edited


def over_all(check):
    for raw in seeds():
        check(raw)


@pytest.mark.parametrize("name", CODECS)
def test_sound_input_passes(name):
    for raw in (b"", b"\x00", *seeds()):
        CODECS[name](raw)


def test_there_is_sound_input_of_every_sort():
    whole = seeds()
    assert len(whole) > 60
    assert any(raw.startswith(samv.PREAMBLE) for raw in whole)
    assert any(len(raw) == samv.TEXT_BYTES for raw in whole)


def test_a_failure_is_found_and_shown(capsys):
    def breaks(raw: bytes) -> None:
        assert b"\xaa\xaa" not in raw

    tried, failed = by_hypothesis(breaks, 20.0, 0)
    assert (tried > 0, failed) == (True, 1)
    assert "AssertionError" in capsys.readouterr().err


def test_what_breaks_nothing_is_no_failure():
    tried, failed = by_hypothesis(lambda _: None, 0.0001, 0)
    assert (tried, failed) == (200, 0)


def test_a_redactor_that_keeps_what_it_heard_is_caught(monkeypatch):
    monkeypatch.setattr(samv_redaction, "_cleared", lambda _sent, piece: piece[:-1])
    with pytest.raises(AssertionError, match="length"):
        over_all(codecs.redact_exchange)


def test_a_scanner_that_loses_frames_at_a_cut_is_caught(monkeypatch):
    class Forgetful(samv.FrameScanner):
        def feed(self, data: bytes) -> list[bytes]:
            self.__init__()
            return super().feed(data)

    monkeypatch.setattr(codecs, "FrameScanner", Forgetful)
    with pytest.raises(AssertionError, match="differ"):
        over_all(codecs.scan_frames)


def test_edits_stay_within():
    assert edited(b"abc", [(1, b"X", 1)]) == b"aXc"
    assert edited(b"", [(9, b"X", 8)]) == b"X"
