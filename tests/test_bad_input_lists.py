"""Everything that the tables of bad input name exists: each test, each bench."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from script.benches.__main__ import BENCHES

ROOT = Path(__file__).parents[1]
# The heading of each table, by its page, with how many rows the issue asks for.
TABLES = {
    "central.md": ("Bad input of a city's service", 9),
    "deployment.md": ("Bad input of a roll-out", 7),
}


def section(page: str) -> str:
    """Return the text below the heading of a page's table."""
    said = (ROOT / "docs" / page).read_text("utf-8")
    return said.split(f"## {TABLES[page][0]}\n")[1].split("\n## ")[0]


def rows(page: str) -> list[str]:
    return [line for line in section(page).splitlines() if line.startswith("| ")][1:]


def shown_by(row: str) -> list[tuple[str, str]]:
    """Each file and test that a row names; "::test" alone is of the file before it."""
    found = re.findall(r"`(tests/[\w/]+\.py)?::(test_\w+)`", row)
    named, last = [], ""
    for file, test in found:
        last = file or last
        named.append((last, test))
    return named


NAMED = [one for page in TABLES for row in rows(page) for one in shown_by(row)]
NAMED_BENCHES = [one for page in TABLES for one in re.findall(r"`bench ([\w-]+)`", section(page))]


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_a_named_test_exists(file: str, test: str) -> None:
    assert f"def {test}(" in (ROOT / file).read_text("utf-8")


@pytest.mark.parametrize("bench", NAMED_BENCHES)
def test_a_named_bench_exists(bench: str) -> None:
    assert bench in BENCHES


@pytest.mark.parametrize("page", TABLES)
def test_each_row_names_words_and_what_shows_them(page: str) -> None:
    assert len(rows(page)) == TABLES[page][1]
    for row in rows(page):
        _, what, words, shown, _ = row.split("|")
        assert all(one.strip() for one in (what, words, shown)), row
        assert shown_by(row), row
