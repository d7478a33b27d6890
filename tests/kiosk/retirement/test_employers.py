"""The list of employers: what stands in it, searching by letters, and wrong files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config.schema import ConfigError
from kiosk.retirement.pick_lists.employers import Employer, EmployerList, read_employers
from kiosk.retirement.pick_lists.initials import GROUPS, in_groups_of_letters, letter_groups
from tests.kiosk.retirement.shipped import CONFIG

HEAD = "code,name,short_name,initials\n"
GOOD = "91341600MA0000001R,亳州市示范机械厂,机械厂,jxc\n"


def read(tmp_path: Path, text: str | bytes):
    path = tmp_path / "employers.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_employers(path)


def test_the_invented_list_can_be_read_in_the_order_of_its_letters():
    found = list(read_employers(CONFIG / "employers.csv").values())
    assert len(found) > 18  # so many that letters are offered
    assert [one.initials for one in found] == sorted(one.initials for one in found)
    assert all("示范" in one.name for one in found)


def test_a_line_is_an_employer(tmp_path):
    found = read(tmp_path, "\ufeff" + HEAD + GOOD)
    assert found == {
        "91341600MA0000001R": Employer("91341600MA0000001R", "亳州市示范机械厂", "机械厂", "jxc")
    }
    assert read(tmp_path, HEAD) == {}


@pytest.mark.parametrize(
    ("line", "cure"),
    [
        ("91341600MA0000001X,甲厂,甲厂,jc\n", "统一社会信用代码是 18 位"),
        ("91341600ma0000001r,甲厂,甲厂,jc\n", "统一社会信用代码是 18 位"),
        (f"91341600MA0000001R,甲厂,{'甲' * 21},jc\n", "最多 20 个字"),
        (GOOD + GOOD, "这个代码写了两次"),
        ("91341600MA0000001R,甲厂,甲厂\n", "正好四列"),
        ("91341600MA0000001R,甲厂,,jc\n", "正好四列"),
        ("91341600MA0000001R,甲厂,甲厂,jc,x\n", "正好四列"),
        ("91341600MA0000001R,甲厂,甲厂,JC\n", "拼音首字母"),
        ("91341600MA0000001R,甲厂,甲厂,甲\n", "拼音首字母"),
        ("91341600MA0000001R,甲厂,甲厂,j1\n", "拼音首字母"),
    ],
)
def test_a_wrong_line_is_named_with_its_cure(tmp_path, line, cure):
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, HEAD + line)
    (problem,) = caught.value.problems
    assert problem.line == 1 + line.count("\n")
    assert cure in problem.expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "code,name\n",
        b"\xff\xfe",
        "name,code,short_name,initials\n",
        HEAD + '"' + "厂" * 140_000,
    ],
    ids=["empty", "few", "bytes", "order", "unclosed"],
)
def test_another_file_is_refused(tmp_path, text):
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    assert "code、name、short_name、initials" in str(caught.value)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ConfigError):
        read_employers(tmp_path / "x.csv")


def test_the_list_is_read_when_it_is_asked_for(tmp_path):
    path = tmp_path / "employers.csv"
    later = EmployerList(path)
    path.write_text(HEAD + GOOD, "utf-8")
    assert [one.code for one in later] == ["91341600MA0000001R"]
    path.unlink()
    assert len(later.employers) == 1
    assert list(EmployerList(path)) == list(EmployerList(None)) == []


@dataclass(frozen=True)
class Name:
    code: str
    short_name: str
    initials: str


LETTERS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=4)


@given(st.lists(LETTERS, min_size=1, max_size=80), st.integers(0, 3))
def test_every_name_is_found_by_its_letters(letters, depth):
    """However deep the search goes, each name is in the group of its own letters."""
    names = tuple(Name(str(at), "x", one) for at, one in enumerate(letters))
    for name in names:
        path, left = "", names
        for place in range(min(depth, len(name.initials))):
            groups = letter_groups(left, place)
            assert len(groups) <= GROUPS
            group = next(one for one in groups if name.initials[place] in one)
            path = f"{path} {group}".strip()
            left = in_groups_of_letters(names, path)
            assert name in left


def test_there_are_no_letters_behind_the_last():
    assert letter_groups((Name("1", "x", "a"), Name("2", "y", "a")), 1) == ()
