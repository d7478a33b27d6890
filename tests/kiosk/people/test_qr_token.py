"""A token keeps its text to itself."""

from __future__ import annotations

import copy
import json
import logging
import pickle

import pytest

from kiosk.people.qr_token import LIFE_SECONDS, QrToken

TEXT = "TOKEN-0000-EXAMPLE"


def test_only_reveal_gives_it_away(caplog):
    token = QrToken(TEXT, 10.0)
    logging.getLogger("kiosk").warning("scanned %s %r", token, [token])
    shown = f"{token} {token!r} {[token]} {(token,)} {caplog.text}"
    assert TEXT not in shown
    assert "18 characters" in shown
    assert token.reveal() == TEXT


@pytest.mark.parametrize("write", [pickle.dumps, json.dumps, copy.deepcopy])
def test_it_cannot_be_written(write):
    with pytest.raises(TypeError):
        write(QrToken(TEXT, 0.0))


def test_it_lives_for_a_minute():
    token = QrToken(TEXT, 10.0)
    assert token.is_fresh(10.0 + LIFE_SECONDS - 0.1)
    assert not token.is_fresh(10.0 + LIFE_SECONDS)
