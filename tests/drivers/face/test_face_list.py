"""Everything that docs/face.md names exists: each test, each failure with its words."""

from __future__ import annotations

import re

import pytest

from kiosk.config.schema import read_table
from kiosk.failures import Failure
from tests.drivers.face.conftest import ROOT

PAGE = (ROOT / "docs" / "face.md").read_text("utf-8").split("## Where each is shown")[1]
NAMED = re.findall(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`", PAGE)[1:]  # the first is this file
SAID = re.findall(r"^\| [^|]+ \| `(\w+)` \|", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_a_named_test_exists(file: str, test: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    assert f"def {test}(" in text if test else "def test_" in text


@pytest.mark.parametrize("failure", SAID)
def test_a_named_failure_has_words(failure: str) -> None:
    words = read_table(ROOT / "config" / "texts" / "failures.toml")
    assert failure in set(Failure)
    assert failure in words["failures"]


def test_the_list_is_read() -> None:
    assert len(NAMED) > 30
    assert len(SAID) > 5
