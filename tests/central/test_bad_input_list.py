"""Everything that docs/central.md names for bad input exists: each test, each bench."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from script.benches.__main__ import BENCHES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "central.md").read_text("utf-8")
SECTION = PAGE.split("## Bad input of a city's service")[1].split("\n## ")[0]
ROWS = [line for line in SECTION.splitlines() if line.startswith("| ")][1:]


def shown_by(row: str) -> list[tuple[str, str]]:
    """Each file and test that a row names; "::test" alone is of the file before it."""
    found = re.findall(r"`(tests/[\w/]+\.py)?::(test_\w+)`", row)
    named, last = [], ""
    for file, test in found:
        last = file or last
        named.append((last, test))
    return named


NAMED = [one for row in ROWS for one in shown_by(row)]


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_a_named_test_exists(file: str, test: str) -> None:
    assert f"def {test}(" in (ROOT / file).read_text("utf-8")


@pytest.mark.parametrize("bench", re.findall(r"`bench ([\w-]+)`", SECTION))
def test_a_named_bench_exists(bench: str) -> None:
    assert bench in BENCHES


def test_each_row_names_words_and_what_shows_them() -> None:
    assert len(ROWS) == 9
    for row in ROWS:
        _, what, words, shown, _ = row.split("|")
        assert all(one.strip() for one in (what, words, shown)), row
        assert shown_by(row), row
