"""The places where a line ends."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from screens.breaks import cuts_word, read_words
from screens.line_breaking import NEVER_FIRST, Breaker, body_length, may_break
from screens.scene import Weight
from tests.screens.conftest import ASSETS


def measure(text: str, size: int, _weight: Weight) -> int:
    return sum(size // 2 if sign.isascii() else size for sign in text)


def lines(text: str, ems: float, most: int = 9) -> tuple[str, ...] | None:
    return Breaker(text, round(ems * 10), measure, 10, Weight.MEDIUM).lines(most)


def test_prefers_the_comma() -> None:
    assert lines("照片朝上，平放在亮灯的地方。", 10) == ("照片朝上，", "平放在亮灯的地方。")


def test_no_character_stays_alone() -> None:
    assert lines("一二三四五六七", 6) == ("一二三四五", "六七")


def test_no_line_begins_with_punctuation() -> None:
    assert lines("一二三四五，六七八九", 6) == ("一二三四五，", "六七八九")
    assert lines("一二三四五，六", 5) == ("一二三四", "五，六")


def test_numbers_stay_whole() -> None:
    assert lines("电话 0558-12333", 7) == ("电话", "0558-12333")
    assert not may_break("139 0000", 4)
    assert lines("0558-12333", 3) is None


def test_too_many_lines_are_refused() -> None:
    assert lines("一二三四五六七八九十", 3, most=2) is None


words = st.text(alphabet="一二三四五六七八九十，。？ 0123", min_size=1, max_size=30)


@given(text=words, ems=st.integers(3, 20))
def test_nothing_is_lost_and_the_rules_hold(text: str, ems: int) -> None:
    text = text.strip()
    found = lines(text, ems)
    if not text or found is None:
        return
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
    for line in found:
        assert measure(line, 10, Weight.MEDIUM) <= ems * 10
    for line in found[1:]:
        assert line[0] not in NEVER_FIRST
    if len(found) > 1:
        assert body_length(found[-1]) >= 2


WORDS = frozenset({"承诺书", "身份证", "平放"})


def broken(text: str, ems: float, known: frozenset[str] = WORDS) -> tuple[str, ...] | None:
    return Breaker(text, round(ems * 10), measure, 10, Weight.MEDIUM, known).lines(9)


def test_a_line_ends_between_words_rather_than_inside_one() -> None:
    assert broken("先写个承诺书再交", 5, frozenset()) == ("先写个承诺", "书再交")
    assert broken("先写个承诺书再交", 5) == ("先写个", "承诺书再交")


def test_a_word_is_parted_when_there_is_no_other_way() -> None:
    assert broken("请带身份证来", 4) == ("请带", "身份证来")
    assert broken("身份证身份证", 4) == ("身份证", "身份证")
    assert broken("身份证承诺书", 2) == ("身份", "证承", "诺书")


def test_words_are_known_by_where_they_stand() -> None:
    assert [at for at in range(1, 6) if cuts_word("请放身份证", at, WORDS)] == [3, 4]
    assert not cuts_word("平稳放下", 1, WORDS)


def test_the_list_holds_words_of_our_texts(tmp_path: Path) -> None:
    assert {"身份证", "养老金"} <= read_words(ASSETS)
    assert read_words(tmp_path) == frozenset()


def test_a_long_text_is_measured_line_by_line() -> None:
    """Or one that an office sent too long would keep the page from being drawn for minutes."""
    asked: list[str] = []

    def listening(text: str, size: int, weight: Weight) -> int:
        asked.append(text)
        return measure(text, size, weight)

    long = "一二三四五六七八九十" * 40
    assert Breaker(long, 100, listening, 10, Weight.MEDIUM).lines(2) is None
    assert max(map(len, asked)) == 11
