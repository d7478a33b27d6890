"""A rare character is found by what it is made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.writing.parts import Parts, read_parts

PARTS = read_parts(Path(__file__).parents[3] / "config")


@pytest.mark.parametrize(
    ("written", "sign", "count"),
    [
        ("王月", "玥", 2),
        ("玉月", "玥", 2),
        ("月王", "玥", 2),
        ("吉吉", "喆", 2),
        ("方方土", "堃", 3),
        ("火火火火", "燚", 4),
        ("羽中", "翀", 2),
        ("龙天", "䶮", 2),
        ("责力", "𪟝", 2),
        ("幸福路王月", "玥", 2),
    ],
)
def test_rare_characters_of_names(written: str, sign: str, count: int) -> None:
    assert (sign, count) in PARTS.joined(written)[:5]


def test_more_parts_are_meant_first() -> None:
    parts = Parts({"日日": ("昌",), "日日日": ("晶",)})
    assert parts.joined("日日日") == (("晶", 3), ("昌", 2))
    assert parts.joined("日日") == (("昌", 2),)
    assert parts.joined("日") == parts.joined("") == ()


def test_names_come_before_the_table(tmp_path: Path) -> None:
    (tmp_path / "parts.tsv").write_text("# from elsewhere\n甲\t一二\n", "utf-8")
    (tmp_path / "parts_of_names.tsv").write_text("乙\t二一\n", "utf-8")
    assert read_parts(tmp_path).joined("一二") == (("乙", 2), ("甲", 2))
