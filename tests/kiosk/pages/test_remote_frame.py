"""Frames for a helper from afar: known words alone, of pages that are on the list alone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest

from kiosk.config.schema import ConfigError, read_table
from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel, Row, Tick
from kiosk.pages.press import Press
from kiosk.pages.remote_frame import (
    FILE,
    HIDDEN_LAYOUTS,
    MASK,
    KnownWords,
    frame_of,
    read_frame_policy,
)
from tests.kiosk.invented_people import CONFIG, handbook
from tests.kiosk.pages.page_journeys import PAGES

BOOK = handbook()
POLICY = BOOK.remote_help
KNOWN = KnownWords(
    (BOOK.words, BOOK.failures, BOOK.catalogue, BOOK.questions), BOOK.words["addressing"]
)
PAGE = Page("choose", Layout.LIST, "选办什么", "选好了，再往下。")
TYPED = ("13900001234", "6217001234567890120", "19920314", "730492", "341623197603200342")
NEVER_SHOWN = {
    *("proof", "other_proof", "card", "card_pin", "card_pin_number", "phone_code"),
    *("staff_pin", "code", "own_number", "rating", "rating_reason", "part_rating"),
    *("review", "whole_form", "authority_sign", "commitment", "account", "bank", "own_bank"),
    *("card_bank", "facts", "receipt", "vouching_picture", "picture"),
}


def personal_strings() -> Iterator[str]:
    """Whatever the invented people's cards, facts and typed numbers say, but short codes."""

    def leaves(value: object) -> Iterator[str]:
        if isinstance(value, str) and len(value) > 1:
            yield value
        elif isinstance(value, dict):
            for one in value.values():
                yield from leaves(one)
        elif isinstance(value, list):
            for one in value:
                yield from leaves(one)

    for path in sorted((CONFIG / "personas").glob("*.toml")):
        table = read_table(path)
        for name in ("card", "facts", "registered", "social_security_card"):
            for text in leaves(table.get(name, {})):
                if not text.isascii() or len(text) > 6:
                    yield text
        birth = table.get("card", {}).get("birth")
        yield from (f"{birth:%Y%m%d}", f"{birth.year}年{birth.month}月") if birth else ()
    yield from TYPED


def test_no_page_lets_a_personal_string_through():
    frames = [frame_of(page, POLICY, KNOWN).encode(1) for page in PAGES]
    everything = b"\n".join(frames).decode()
    found = {text for text in personal_strings() if text in everything}
    assert found == set()
    shown = [one for one in frames if json.loads(one)["page"]]
    assert len(shown) > 30
    assert max(map(len, frames)) < 1773


def test_the_search_finds_what_is_not_masked():
    """The control: a page's own texts hold personal strings, and would be found."""
    texts = "".join(str(page) for page in PAGES)
    assert "刘长青" in texts
    assert sum(text in texts for text in personal_strings()) > 20


def test_every_text_of_a_frame_is_a_word_of_this_program():
    own = set(KNOWN._words) | {one.masked for one in KNOWN._sentences} | {MASK}
    for page in PAGES:
        content = frame_of(page, POLICY, KNOWN).content
        texts = [*content["lines"], *(one["words"] for one in content["choices"])]
        texts += [
            one[name] for one in content["rows"] for name in ("words", "under") if name in one
        ]
        assert set(texts) <= own, page.name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_proof_pin_rating_signature_commitment_and_account_have_no_frame(page):
    frame = frame_of(page, POLICY, KNOWN)
    if page.name in NEVER_SHOWN or page.layout in HIDDEN_LAYOUTS:
        assert frame.places == ()
        assert json.loads(frame.encode(7)) == {
            "version": 1, "number": 7, "page": "", "step": 0, "lines": [], "rows": [], "choices": [],
        }  # fmt: skip


def test_each_hidden_page_is_named_by_the_file():
    assert set(POLICY.never) >= NEVER_SHOWN
    assert not set(POLICY.never) & POLICY.pages.keys()
    drawn = {page.name for page in PAGES}
    assert drawn >= {"proof", "other_proof", "card", "staff_pin", "rating", "review", "commitment"}


def test_a_hidden_layout_hides_a_page_of_the_list():
    for layout in HIDDEN_LAYOUTS:
        assert frame_of(replace(PAGE, layout=layout), POLICY, KNOWN).content["page"] == ""


def test_a_page_of_no_list_is_hidden():
    assert frame_of(replace(PAGE, name="new_page"), POLICY, KNOWN).content["page"] == ""


def test_words_that_are_not_known_are_masked():
    words = BOOK.words["quit"]
    assert KNOWN.mask("刘长青") == MASK
    assert KNOWN.mask("") == ""
    assert KNOWN.mask(words["title"]) == words["title"]
    assert KNOWN.mask(words["kept"].format(hours=24)) == words["kept"].format(hours=MASK)
    assert KNOWN.mask(f"刘长青{words['title']}") == MASK


def test_a_sentence_of_blanks_alone_matches_nothing():
    known = KnownWords(({"a": "{name}", "b": "{one}、{two}", "c": ("{n} 项事",)},), {})
    assert known.mask("刘长青") == MASK
    assert known.mask("刘、青") == MASK
    assert known.mask("3 项事") == f"{MASK} 项事"


def test_words_for_whoever_files_for_another_are_known():
    known = KnownWords(({"a": "您几月退休？"},), {"您": "他"})
    assert known.mask("他几月退休？") == "他几月退休？"


def test_rows_choices_and_places():
    rows = (
        Row("刘长青", "说不清", value="R01", tick=Tick.ON, act=Press.TOGGLE),
        Row("退出", label="姓名", private=True),
    )
    dock = (Choice(Press.QUIT, "退出"), None, None, None, None)
    own = Choice(Press.NEXT, "接着办", value="x", tone=ButtonStyle.PRIMARY, chosen=True)
    page = replace(PAGE, rows=rows, choices=(own,), dock=dock, panel=Panel("退出", ("刘长青",)))
    frame = frame_of(page, POLICY, KNOWN)
    said = json.loads(frame.encode(3))
    assert said["rows"] == [
        {"words": MASK, "under": MASK, "tick": "on", "place": 0},
        {"words": "退出", "place": -1},
    ]
    assert said["choices"] == [{"words": "接着办", "place": 1}, {"words": "退出", "place": 2}]
    assert frame.places == ((Press.TOGGLE, "R01"), (Press.NEXT, "x"), (Press.QUIT, ""))
    assert (said["number"], said["page"]) == (3, "choose")
    assert "x" not in json.dumps(said["choices"], ensure_ascii=False)
    why = frame_of(replace(page, name="why"), POLICY, KNOWN).content
    assert "tick" not in why["rows"][0]
    assert MASK in why["lines"]


def test_a_page_on_both_lists_is_refused(tmp_path):
    shutil.copy(CONFIG / FILE, tmp_path / FILE)
    with (tmp_path / FILE).open("a", encoding="utf-8") as file:
        file.write('account = ["title"]\n')
    with pytest.raises(ConfigError, match=r"pages\.account"):
        read_frame_policy(tmp_path)
