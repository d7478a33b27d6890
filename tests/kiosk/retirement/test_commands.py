"""`rules age|services|plan|guide|number`: exact keys, exact sentences, exit codes."""

from __future__ import annotations

import io
import json

import pytest

from kiosk.retirement.commands import answer as answer_of
from tests.kiosk.retirement.shipped import CATALOGUE, CONFIG, EXPLANATION, TODAY
from tests.options import options_of

PERSON = ("--insured", "QY", "--category", "M60", "--birth", "1966-06", "--on", "2026-11-23")
FACTS = (
    "paid_months=402",
    "deemed_months=0",
    "medical_months=402",
    "medical_months_needed=360",
    "earlier_places=",
    "card_account_active=yes",
    "has_fund_account=yes",
    "has_annuity=no",
    "only_child_certificate=yes",
    "household_matches=yes",
)
ALL_FACTS = tuple(word for fact in FACTS for word in ("--fact", fact))


def test_age(answer):
    assert answer("age", "--category", "M60", "--birth", "1965-05") == {
        "statutory": "2025-07",
        "earliest": "2025-05",
        "latest": "2028-07",
        "delay_months": 2,
        "minimum_months": 180,
    }


def test_age_before_the_law_began(answer):
    found = answer("age", "--category", "F50", "--birth", "1974-12")
    assert (found["statutory"], found["earliest"], found["latest"]) == ("2024-12", None, None)
    assert found["delay_months"] == 0


def test_age_in_words(ask):
    assert ask("age", "--category", "F50", "--birth", "1974-12", "--explain") == (
        0,
        (
            "女工人，1974年12月生：\n法定退休：2024年12月（50 岁，推迟 0 个月）\n"
            "最低缴费：15 年\n这是估算，出生年月以档案为准。\n"
        ),
        "",
    )


def test_many_ages(ask):
    source = "M60 1965-05\n\nF50  1984-11\n"
    code, out, err = ask("age", "--stdin", source=source)
    found = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [one["statutory"] for one in found] == ["2025-07", "2039-11"]
    assert list(found[1]) == [
        "statutory", "earliest", "latest", "delay_months", "minimum_months",
    ]  # fmt: skip


def test_wrong_lines_are_answered_and_the_rest_goes_on(ask):
    source = (
        "M60 1965-05\nM61 1965-05\n\nM60\nM60 1965-05 x\nM60 1965-13\nF55 2026-12\nF55 1971-04\n"
    )
    code, out, err = ask("age", "--stdin", source=source)
    found = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (2, "")
    assert [one.get("statutory") for one in found] == ["2025-07", *[None] * 5, "2026-08"]
    shape = "应写成 类别 出生年月，如 M60 1965-05。"
    assert found[1:-1] == [
        {"error": f"第 2 行：{shape}"},
        {"error": f"第 4 行：{shape}"},
        {"error": f"第 5 行：{shape}"},
        {"error": "第 6 行：出生年月“1965-13”应写成年月，如 1965-05。"},
        {"error": "第 7 行：出生年月 2026-12 在 2026-11-23 以后，请检查是不是写错了年份。"},
    ]


def test_one_wrong_line_is_enough(ask):
    assert ask("age", "--stdin", source="?\n")[0] == 2
    assert ask("age", "--stdin", source="") == (0, "", "")


def test_standard_input_is_read_when_nothing_else_is_given(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("M60 1965-05\n"))
    assert answer_of(options_of("rules", "age", "--stdin"), CONFIG, TODAY) == 0
    assert json.loads(capsys.readouterr().out)["statutory"] == "2025-07"


def test_a_birth_this_month_is_taken(answer):
    assert answer("age", "--category", "F50", "--birth", "2026-11")["delay_months"] == 60


def test_services(answer):
    found = answer("services", *PERSON, *ALL_FACTS)
    assert [one["code"] for one in found] == [one.code for one in CATALOGUE.in_order()]
    assert {tuple(one) for one in found} == {
        ("code", "name", "verdict", "from", "reason", "reason_helper", "basis", "changes")
    }
    assert found[0] == {
        "code": "R01",
        "name": "达到法定退休年龄领取基本养老金资格确认",
        "verdict": "can",
        "from": None,
        "reason": "到年龄了，缴费也满 15 年",
        "reason_helper": "2026年11月 到法定退休年龄，累计缴费 33 年半，够 2026 年的最低 15 年。出生年月以档案为准。",
        "basis": "关于实施渐进式延迟法定退休年龄的决定 第一条；社会保险法 第十六条",
        "changes": [],
    }


def first(answer, *arguments: str):
    return answer("services", *arguments)[0]


def test_a_later_service_says_from_when_and_what_changes_it(answer):
    person = ("--insured", "QY", "--category", "M60", "--birth", "1966-10", "--on", "2026-11-23")
    found = first(answer, *person, *ALL_FACTS)
    assert (found["verdict"], found["from"]) == ("later", "2027-04")
    assert found["changes"] == ["再等 5 个月，2027年4月 来办"]


def test_facts_are_open_until_they_are_given(answer):
    assert first(answer, *PERSON)["verdict"] == "review"
    assert first(answer, *PERSON, "--fact", "paid_months=402")["verdict"] == "review"
    facts = ("--fact", "paid_months=402", "--fact", "deemed_months=0")
    assert first(answer, *PERSON, *facts)["verdict"] == "can"


def test_what_if(answer):
    person = ("--insured", "QY", "--category", "M60", "--birth", "1966-10", "--on", "2026-11-23")
    assert first(answer, *person, *ALL_FACTS, "--wait-until", "2027-04")["verdict"] == "can"
    assert first(answer, *person, *ALL_FACTS, "--retire", "2026-11")["verdict"] == "review"
    both = ("--wait-until", "2027-01", "--retire", "2027-06")
    assert first(answer, *person, *ALL_FACTS, *both)["from"] == "2027-06"


def test_another_route(answer):
    person = ("--insured", "QY", "--category", "M60", "--birth", "1970-06", "--on", "2026-11-23")
    found = {one["code"]: one for one in answer("services", *person, "--route", "R02")}
    assert (found["R01"]["verdict"], found["R02"]["verdict"]) == ("cannot", "review")
    found = {one["code"]: one for one in answer("services", *person)}
    assert (found["R01"]["verdict"], found["R02"]["reason"]) == ("later", "也可以走，要由人来审核")


def test_services_in_words(ask):
    code, out, err = ask("services", *PERSON, *ALL_FACTS, "--explain")
    assert (code, err) == (0, "")
    assert out.startswith("男职工，1966年6月生：\n法定退休：2026年11月")
    assert "\nR01 领养老金的资格：能办\n    到年龄了，缴费也满 15 年\n" in out
    assert out.endswith("）\n")


def test_plan(answer):
    found = answer("plan", *PERSON, *ALL_FACTS)
    assert {"services", "known", "fields", "questions", "materials", "order"} <= set(found)
    assert found["services"] == [
        "R01", "R17", "R06", "R07", "R08", "R09", "R11", "R13", "R14", "R15", "R18",
    ]  # fmt: skip
    assert (found["known"], found["fields"]) == (22, 26)
    assert found["questions"][0] == {
        "field": "mobile",
        "title": "您的手机号码？",
        "spoken": "一位一位点，不着急。",
        "asking": "digits",
        "check": "mobile",
        "options": [],
    }
    assert found["questions"][1]["check"] is None
    assert found["questions"][1]["options"] == ["same", "other", "away"]
    papers = {one["code"]: one for one in found["materials"]}
    assert papers["P2"] == {
        "code": "P2",
        "name": "独生子女光荣证",
        "why": "领一次性奖励要核对",
        "services": ["R15"],
        "settled": None,
        "ways": ["captured", "promised", "later"],
    }
    assert (papers["A1"]["settled"], papers["A1"]["ways"]) == ("fetched", ["fetched"])
    order = {one["code"]: one for one in found["order"]}
    assert list(order) == found["services"]
    assert order["R06"] == {
        "code": "R06",
        "name": "职工养老保险待遇申领",
        "begins_at_once": False,
        "waits_any": ["R01"],
        "waits_all": [],
        "from": None,
        "due": "2026-12-14",
        "basis": "退休一次办 对外承诺",
        "lawful": "2027-01-12",
        "expected": False,
        "lawful_expected": True,
    }
    assert (order["R01"]["lawful"], order["R01"]["begins_at_once"]) == (None, True)
    assert order["R11"]["waits_all"] == ["R09"]
    assert len(found["notes"]) == 1
    assert found["notes"][0].startswith("config/holidays.toml 里没有 2027 年的放假通知，")


def test_a_date_without_holiday_data_is_expected(answer):
    person = (*PERSON[:-1], "2026-12-11")
    found = answer("plan", *person, *ALL_FACTS)
    assert (found["order"][0]["due"], found["order"][0]["expected"]) == ("2027-01-04", True)
    assert found["order"][0]["lawful_expected"] is False
    assert "没有 2027 年的放假通知" in found["notes"][0]


def order_of(answer, *arguments: str):
    return {one["code"]: one for one in answer("plan", *arguments)["order"]}


def test_what_begins_later_is_promised_from_its_month(answer):
    person = ("--insured", "QY", "--category", "M60", "--birth", "1966-07", "--on", "2026-11-23")
    found = order_of(answer, *person, *ALL_FACTS)
    keys = ("from", "due", "begins_at_once")
    assert [found["R01"][key] for key in keys] == ["2026-12", "2026-12-21", False]
    assert [found["R08"][key] for key in keys] == [None, "2026-12-07", True]


def test_what_the_person_has_to_end_has_no_day(answer):
    found = order_of(answer, *PERSON, *ALL_FACTS, "--fact", "medical_months=300")
    for code in ("R12", "R11"):
        assert (found[code]["due"], found[code]["lawful"], found[code]["expected"]) == (
            None,
            None,
            False,
        )
    assert found["R09"]["due"] == "2026-12-14"


def test_a_lawful_day_that_may_move_says_so(answer):
    found = order_of(answer, *PERSON, *ALL_FACTS)
    assert (found["R06"]["lawful_expected"], found["R06"]["expected"]) == (True, False)
    assert (found["R08"]["lawful_expected"], found["R01"]["lawful_expected"]) == (False, False)


def test_without_facts_the_offices_know_nothing(answer):
    """A kind and a card are no answer of an office: its fields are not counted as known."""
    bare, fact = answer("plan", *PERSON), ("--fact", "has_annuity=no")
    told = answer("plan", *PERSON, *fact)
    assert told["known"] > bare["known"]
    assert answer("plan", *PERSON, "--fact", "citizen=no")["known"] < told["known"]
    same = answer("plan", *PERSON, "--fact", "kind=QY")
    assert same == bare


def test_the_same_answer_is_offered_once(answer):
    found = {one["field"]: one for one in answer("plan", *PERSON, *ALL_FACTS)["questions"]}
    assert found["bank"]["options"] == ["card", "own"]


def test_who_asks_holds_a_residents_card_unless_told_otherwise(answer):
    def household(*more: str):
        found = answer("services", *PERSON, *ALL_FACTS, *more)
        return next(one["verdict"] for one in found if one["code"] == "R17")

    assert household() == "can"
    assert household("--fact", "citizen=no") == "cannot"


@pytest.mark.parametrize("month", ["2026-10", "2027-04", "2030-04"])
def test_every_month_of_the_span_may_be_chosen(answer, month):
    person = ("--insured", "QY", "--category", "M60", "--birth", "1966-10", "--on", "2026-10-23")
    found = first(answer, *person, *ALL_FACTS, "--retire", month)
    assert found["from"] == (None if month == "2026-10" else month)


def test_who_is_past_the_span_may_choose_this_month(answer):
    person = ("--insured", "QY", "--category", "M60", "--birth", "1963-12", "--on", "2026-11-23")
    assert first(answer, *person, *ALL_FACTS, "--retire", "2026-11")["verdict"] == "can"


def test_waiting_until_this_month_is_no_wait(answer):
    found = first(answer, *PERSON, *ALL_FACTS, "--wait-until", "2026-11")
    assert found == first(answer, *PERSON, *ALL_FACTS)


@pytest.mark.parametrize(("birth", "on"), [("1900-01", "1900-01-31"), ("1900-01", "2100-12-31")])
def test_the_first_and_the_last_year(answer, birth, on):
    person = ("--insured", "QY", "--category", "M60", "--birth", birth, "--on", on)
    assert answer("plan", *person, *ALL_FACTS)["services"]


def test_plan_in_words(ask):
    code, out, err = ask("plan", *PERSON, *ALL_FACTS, "--explain")
    assert (code, err) == (0, "")
    assert "\n一起办 11 项。\n表上 26 项，已经知道 22 项。\n" in out


def test_guide(answer):
    found = answer("guide")
    assert len(found) == 18
    assert {tuple(one) for one in found} == {
        (
            "code", "plain", "name", "who", "papers", "days", "office", "phone", "proxy", "result",
            "basis",
        )
    }  # fmt: skip
    assert (found[0]["code"], found[0]["phone"]) == ("R01", "12333")


def test_guide_in_words(ask):
    assert ask("guide", "--explain") == (
        0,
        "\n".join(EXPLANATION.explain_guide(CATALOGUE)) + "\n",
        "",
    )


@pytest.mark.parametrize(
    ("number", "birth", "sex", "note"),
    [
        ("34162219660615001X", "1966-06-15", "1", ""),
        ("３４１６２２１９６６０６１５００１ｘ", "1966-06-15", "1", ""),
        ("341621197104151125", "1971-04-15", "2", ""),
        (
            "341281196606150018",
            "1966-06-15",
            "1",
            "号码前六位是原来的亳州市，区划代码已撤销，号码照样有效，接着办就行。",
        ),
        ("820000195908082049", "1959-08-08", "2", ""),
        ("CHN000001234567", None, None, ""),
    ],
)
def test_a_number_that_holds(answer, number, birth, sex, note):
    assert answer("number", number) == {"valid": True, "birth": birth, "sex": sex, "note": note}


CARD = "请对着证件再看一遍。"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("341602", f"应是 18 位：17 个数字，最后一位是数字或 X，{CARD}"),
        ("", f"应是 18 位：17 个数字，最后一位是数字或 X，{CARD}"),
        ("341602650101001", "这是 15 位的旧号码，只在老档案里用，请看身份证上的 18 位号码。"),
        ("341602196502300010", f"号码里的出生日期，日历上没有，{CARD}"),
        ("341602202611240013", f"号码里的出生日期还没到，{CARD}"),
        ("341602196501010016", f"最后一位对不上，前面多半有一位错了，{CARD}"),
    ],
)
def test_a_number_that_does_not_hold(ask, number, words):
    assert ask("number", number) == (2, "", f"rules: {words}\n")
