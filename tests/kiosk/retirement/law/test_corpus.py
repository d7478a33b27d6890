"""The corpus of articles: every basis is in it, no text was changed, wrong files are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.config.schema import ConfigError
from kiosk.retirement.estimate.parameters import SourceStatus
from kiosk.retirement.law.corpus import digest_of, read_law_corpus
from tests.kiosk.retirement.shipped import CATALOGUE, CONFIG, edit

CORPUS = read_law_corpus(CONFIG)
BASES = {
    *(service.basis for service in CATALOGUE.services.values()),
    *(condition.basis for condition in CATALOGUE.conditions.values()),
}


def test_every_law_that_the_rules_cite_is_in_the_corpus() -> None:
    cited = [one for basis in BASES for one in CORPUS.cited(basis)]
    assert {one.citation for one in cited if one.law is None} == set()
    assert len(cited) >= 25


def test_a_read_law_has_the_text_of_each_cited_article() -> None:
    cited = [one for basis in BASES for one in CORPUS.cited(basis)]
    without = {
        one.citation
        for one in cited
        if one.law and one.law.status is SourceStatus.READ and one.text is None
    }
    assert without == set()


def test_what_was_not_read_has_a_title_and_no_text() -> None:
    for law in CORPUS.laws.values():
        if law.status is SourceStatus.UNVERIFIED:
            assert (dict(law.articles), law.read_on) == ({}, "")
        else:
            assert law.address.startswith("https://")
            assert law.articles


def test_the_texts_are_those_of_the_page_that_quotes_them() -> None:
    """docs/law.md quotes the same collection; some of its quotations leave paragraphs out."""
    page = (CONFIG.parent / "docs" / "law.md").read_text("utf-8")
    quoted = [line.removeprefix("> ") for line in page.splitlines() if line.startswith("> ")]
    texts = [article.text for law in CORPUS.laws.values() for article in law.articles.values()]
    paragraphs = {line for text in texts for line in text.splitlines()}
    assert sum(line in paragraphs for line in quoted) >= 16


def test_each_law_is_found_by_its_title() -> None:
    assert all(law.title == title for title, law in read_law_corpus(CONFIG).laws.items())


def test_a_promise_of_ours_is_no_law() -> None:
    cited = list(CORPUS.cited("退休一次办 对外承诺"))
    assert [(one.law, one.text) for one in cited] == [(None, None)]
    assert list(CORPUS.cited("")) == []


def test_the_digest_is_that_of_utf_8() -> None:
    assert digest_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("name", "pattern", "new", "words"),
    [
        (
            "household_registration",
            "都应当",
            "可以",
            '第 6 行：articles."第二条"：条文和 sha256 对不上',
        ),
        ("household_registration", "^address = .*$", 'address = ""', "address：读过的要写在哪里"),
        ("household_registration", "^read_on = .*$", 'read_on = ""', "read_on：应是年月日"),
        (
            "household_registration",
            '^status = "read"',
            'status = "unverified"',
            "articles：没有读过原文的只写名称",
        ),
    ],
)
def test_a_wrong_text_is_refused(
    config: Path, name: str, pattern: str, new: str, words: str
) -> None:
    edit(config / "law" / f"{name}.toml", pattern, new)
    with pytest.raises(ConfigError) as caught:
        read_law_corpus(config)
    assert f"law/{name}.toml" in str(caught.value)
    assert words in str(caught.value)
