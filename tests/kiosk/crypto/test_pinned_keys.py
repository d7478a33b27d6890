"""The pinned file of the central service's keys: read, or refused with its cure."""

from __future__ import annotations

import json

import pytest

from kiosk.config.schema import ConfigError
from kiosk.crypto.envelope import OpeningKey
from kiosk.crypto.pinned_keys import read_central_keys
from kiosk.crypto.receipt import SigningKey

SEALING = OpeningKey(b"s" * 32).sealing
RECEIPT = SigningKey(b"r" * 32).receipt_key
GOOD = {"sealing": SEALING.document(), "receipt": RECEIPT.document()}


def test_pinned_keys_are_read(tmp_path):
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(GOOD), "utf-8")
    keys = read_central_keys(path)
    assert (keys.sealing, keys.receipt) == (SEALING, RECEIPT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html>",
        "[]",
        "{}",
        json.dumps({"sealing": GOOD["sealing"]}),
        json.dumps({"receipt": GOOD["receipt"]}),
        json.dumps({**GOOD, "sealing": [1]}),
        json.dumps({**GOOD, "receipt": "x"}),
        json.dumps({**GOOD, "receipt": GOOD["sealing"]}),
        json.dumps({**GOOD, "sealing": GOOD["receipt"]}),
    ],
)
def test_other_files_are_refused(tmp_path, text):
    path = tmp_path / "keys.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        read_central_keys(path)
    assert (
        str(caught.value)
        == f"{path}：公钥：不是中心的公钥，请重新登记：retirement-kiosk enrol --again。"
    )


def test_a_missing_file_asks_for_enrolment(tmp_path):
    with pytest.raises(ConfigError, match="没有中心的公钥文件，请登记"):
        read_central_keys(tmp_path / "keys.json")


def test_a_key_of_a_suite_that_is_not_installed_names_the_package(tmp_path, monkeypatch):
    path = tmp_path / "keys.json"
    sealing = {**GOOD["sealing"], "suite": "gm"}
    path.write_text(json.dumps({**GOOD, "sealing": sealing}), "utf-8")
    monkeypatch.setattr("kiosk.crypto.suites.GM_PACKAGE", "not_installed_here")
    with pytest.raises(ConfigError, match="gmalg"):
        read_central_keys(path)
