"""A copy of config/ that a test may break, commands to ask, names of cases that can be typed."""

from __future__ import annotations

import io
import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from kiosk.cli.dispatch import parse
from kiosk.retirement.commands import answer as answer_of
from tests.kiosk.retirement.shipped import CONFIG, TODAY
from wiring.command_line import make_parser


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return shutil.copytree(CONFIG, tmp_path / "config")


@pytest.fixture
def ask(capsys):
    def asked(*arguments: str, source: str | None = None, today: date = TODAY):
        text = None if source is None else io.StringIO(source)
        chosen = parse(make_parser(), ("rules", *arguments))
        code = chosen if isinstance(chosen, int) else answer_of(chosen.options, CONFIG, today, text)
        said = capsys.readouterr()
        return code, said.out, said.err

    return asked


@pytest.fixture
def answer(ask):
    def answered(*arguments: str, **more):
        code, out, err = ask(*arguments, **more)
        assert (code, err) == (0, "")
        assert out.count("\n") == 1, "one object on one line"
        assert "\\u" not in out, "Chinese stays readable"
        return json.loads(out)

    return answered


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name a case whose text is Chinese or a pattern by its argument: mutmut finds it again."""
    if isinstance(val, str) and not re.fullmatch(r"[\w.=-]*", val, re.ASCII):
        return argname
    return None
