"""Each bench can be begun: its module is there, and the modules that it starts as processes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pytest

from script.benches.__main__ import BENCHES
from script.benches.screens import screens

FOLDER = Path(__file__).parents[1] / "script" / "benches"


def started_modules() -> Iterator[str]:
    """Yield what stands after "-m" in a list of words of the benches."""
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.List | ast.Tuple):
                words = [getattr(one, "value", None) for one in node.elts]
                following = pairwise(words)
                yield from (str(after) for word, after in following if word == "-m" and after)


@pytest.mark.parametrize("name", BENCHES)
def test_the_module_of_a_bench_exists(name):
    assert find_spec(f"script.benches.{BENCHES[name]}")


def test_the_modules_that_benches_start_exist():
    names = {name for name in started_modules() if name.startswith("script.")}
    assert len(names) >= 4
    assert [name for name in names if find_spec(name) is None] == []


def test_the_bench_of_screens_starts_its_parts(tmp_path):
    grown = screens.Workroom(tmp_path).run("drawing", 3, "--table")
    assert "mib" in grown
