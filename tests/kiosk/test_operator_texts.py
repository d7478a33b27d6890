"""Operator texts are found by their keys, and read when they are first needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kiosk.operator_texts import text_of, texts_of
from tests.kiosk.invented_people import ROOT

READS = """
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from kiosk.operator_texts import text_of
before = len([one for one in opened if one.endswith(".toml")])
text_of("doctor.disk.free", free=3), text_of("doctor.disk.short", free=3)
print(before, [one.rpartition("/")[2] for one in opened if one.endswith(".toml")])
"""


def test_a_text_is_found_by_its_key_and_filled_in():
    assert text_of("doctor.disk.short", free=3) == "只剩 3 MiB"
    assert texts_of("doctor.marks")["good"] == "好"


@pytest.mark.parametrize("key", ["doctor.nothing", "doctor.disk", "doctor.disk.nothing"])
def test_an_unknown_text_is_a_bug(key):
    with pytest.raises(KeyError):
        text_of(key)


@pytest.mark.parametrize("key", ["doctor.nothing", "doctor.disk.short"])
def test_an_unknown_table_is_a_bug(key):
    with pytest.raises(KeyError):
        texts_of(key)


def test_a_field_without_its_value_is_a_bug():
    with pytest.raises(KeyError, match="free"):
        text_of("doctor.disk.short")


def test_nobody_changes_a_table_for_the_others():
    with pytest.raises(TypeError):
        texts_of("doctor.marks")["good"] = "坏"


def test_a_file_is_read_once_when_its_first_text_is_needed_without_any_library():
    bare = [sys.executable, "-S", "-E", "-c", READS]  # -S: no site-packages
    done = subprocess.run(bare, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "0 ['doctor.toml']\n", done.stderr
