"""What stands on each form: every field once, for an office only its own."""

from dataclasses import replace

import pytest

from drivers.protocols.card_texts import read_card_texts
from kiosk.application.forms.document_case import case_of, entries_of, mandate_of
from kiosk.application.forms.form_words import check_commitments, check_sections
from kiosk.application.forms.legibility import legible_data
from kiosk.application.forms.values import shown_value
from kiosk.config.schema import ConfigError
from kiosk.font_coverage import read_coverage
from kiosk.form_case import FormEntry
from kiosk.retirement.reading import read_catalogue
from tests.kiosk.application.forms.documents import (
    ASSETS,
    AT,
    CONFIG,
    NAME,
    document,
    proxy_document,
)

COVERAGE = read_coverage(ASSETS)
FIELDS = tuple(read_catalogue(CONFIG).fields)


def rows(content):
    return {row["field"]: row for part in content.data["sections"] for row in part["rows"]}


def test_the_merged_form_has_every_field_of_the_catalogue_once(library):
    content = library.contents.merged(case_of(document()))
    shown = [row["field"] for part in content.data["sections"] for row in part["rows"]]
    assert sorted(shown) == sorted(FIELDS)
    assert all(row["value"] or row["reason"] for row in rows(content).values())


def test_the_form_of_a_service_has_the_fields_of_its_view_and_no_other(library):
    content = library.contents.service(
        case_of(document()), "R15", ("name", "account", "child_birth")
    )
    assert set(rows(content)) == {"name", "account", "child_birth"}
    assert [paper["name"] for paper in content.data["papers"]] == [
        "居民身份证",
        "独生子女光荣证",
        "本人银行卡",
    ]
    assert content.data["service"]["office"] == "卫生健康委员会"


@pytest.mark.parametrize(
    ("field", "raw", "shown"),
    [
        ("sex", "2", "女"),
        ("ethnicity", "01", "汉"),
        ("ethnicity", "99", "99"),
        ("birth", "1976-03-20", "1976年3月20日"),
        ("child_birth", "20000102", "2000年1月2日"),
        ("id_valid", "长期", "长期"),
        ("work_start", "1994-03", "1994年3月"),
        ("work_start", "1994", "1994"),
        ("paid_months", "276", "276 个月"),
        ("special_years", "不知道", "不知道"),
        ("id_no", "341623197603200342", "341623 1976 0320 0342"),
        ("mobile", "139", "139"),
        ("unit_name", "示范厂", "示范厂"),
        ("marital", "", ""),
    ],
)
def test_a_raw_value_is_shown_in_words(library, field, raw, shown):
    assert shown_value(field, FormEntry(raw), library.contents.words) == shown


def test_an_ethnicity_has_the_name_that_the_card_page_shows(library):
    assert library.contents.words.values["ethnicity"] == read_card_texts().nations


@pytest.mark.parametrize(
    ("field", "value", "words", "shown"),
    [
        ("live_code", "341623101201", "利辛县示范镇示范村", "利辛县示范镇示范村"),
        ("account", "6200000000000306688", "示范银行 尾号 6688", "6200 0000 0000 0306 688"),
        ("paid_months", "402", "33 年 6 个月", "402 个月"),
    ],
)
def test_a_coded_value_has_the_words_of_its_page_and_a_number_stands_whole(
    library, field, value, words, shown
):
    assert shown_value(field, FormEntry(value, words), library.contents.words) == shown


def test_an_empty_field_says_why_and_a_wrong_one_is_marked(library):
    shown = rows(library.contents.merged(case_of(document())))
    assert shown["resume"]["reason"] == "部门没连上，由中心补查"
    assert shown["spouse_name"]["reason"] == "本人没有"
    assert shown["paid_months"]["disputed"] == "本人说不对，请核实"
    assert shown["paid_months"]["note"] == "人社共享　11-29 10:12"
    assert shown["mobile"]["note"] == "本人填"
    assert shown["earlier_places"]["value"] == "合肥市、阜阳市"
    assert shown["route"]["value"] == "到龄退休"


def test_a_fact_keeps_its_source_and_office():
    facts = {
        "kind": {"value": "QY", "source": "office", "office": "RS", "at": AT, "state": "confirmed"}
    }
    assert entries_of(facts) == {"kind": FormEntry("QY", source="RS", at=AT)}
    several = {"value": ["甲厂", "乙厂"], "words": "2 段，最近 乙厂", "source": "person", "at": AT}
    entry = entries_of({"resume": several | {"state": "confirmed"}})["resume"]
    assert entry == FormEntry("甲厂、乙厂", source="person")


def test_a_character_in_no_font_is_replaced_and_named(library):
    said = document()
    said["facts"]["name"]["value"] = "王𠀀\ue863"
    content = library.contents.merged(case_of(said))
    assert rows(content)["name"]["value"] == "王𠀀\ue863"
    drawn = legible_data(content.data, COVERAGE)
    assert drawn["sections"][0]["rows"][0]["value"] == "王〓〓"
    assert drawn["missing"] == ["U+20000", "U+E863"]
    usual = library.contents.merged(case_of(document())).data
    assert legible_data(usual, COVERAGE) == usual | {"missing": []}


def test_the_letter_of_commitment_says_what_by_which_law_and_with_what_consequence(library):
    letter = library.contents.commitment(case_of(document()))
    (promise,) = letter.data["promises"]
    lines = {one["label"]: one["text"] for one in promise["lines"]}
    assert promise["title"] == "承诺 1：独生子女光荣证"
    assert "人口与计划生育法 第三十一条" in lines["依据"]
    assert "二倍以上五倍以下" in lines["不属实的后果"]
    assert letter.data["person"][0]["value"] == NAME


def test_without_a_promise_there_is_no_letter(library):
    assert library.contents.commitment(case_of(document(papers=[]))) is None


def test_the_power_of_attorney_names_both_persons_scope_and_term(library):
    said = proxy_document()
    form = library.contents.mandate(case_of(said), mandate_of(said)).data
    told = [row["value"] for part in form["sections"] for row in part["rows"]]
    assert {"王秀英", "李强", "子女", "交申请", "2026年12月29日"} <= set(told)
    assert "替本人交申请" in form["paragraphs"][0]
    assert mandate_of(document()) is None


def test_the_signature_is_told_in_words(library):
    by = {
        said: library.contents.merged(case_of(document(signature={"by": said}))).data["signed"]
        for said in ("finger", "key", "")
    }
    assert by == {
        "finger": "在机器上用手指签名。",
        "key": "用按键签名：画一个叉。",
        "": "还没有签名。",
    }


def test_a_field_in_no_section_or_in_two_is_named_with_the_file(library):
    path = CONFIG / "forms" / "words.toml"
    words = library.contents.words
    with pytest.raises(ConfigError) as unplaced:
        check_sections(words, path, (*FIELDS, "shoe_size"))
    assert "shoe_size：这个字段不在任何一节里" in str(unplaced.value)
    with pytest.raises(ConfigError) as unknown:
        check_sections(words, path, FIELDS[1:])
    assert "name：fields.toml 里没有这个字段" in str(unknown.value)


def test_a_field_in_two_sections_is_named(library):
    words = library.contents.words
    doubled = replace(words, sections=(*words.sections, words.sections[0]))
    with pytest.raises(ConfigError) as error:
        check_sections(doubled, CONFIG / "forms" / "words.toml", FIELDS)
    assert "name：这个字段放了两处" in str(error.value)


def test_a_promise_without_text_and_a_text_without_paper_are_named(library):
    path = CONFIG / "forms" / "commitments.toml"
    with pytest.raises(ConfigError) as error:
        check_commitments(library.contents.commitments, path, {"X1": True, "A2": True, "P2": True})
    assert "X1：这份材料可以承诺" in str(error.value)
    assert "P8：materials.toml 里没有这份材料" in str(error.value)
