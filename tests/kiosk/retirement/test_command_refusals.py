"""`rules …` that can't be answered: one sentence with the cure, exit code 2."""

from __future__ import annotations

import pytest

PERSON = ("--insured", "QY", "--category", "M60", "--birth", "1966-06", "--on", "2026-11-23")
SERVICES = ("services", *PERSON)


def other(name: str, value: str) -> tuple[str, ...]:
    """Return the arguments with the value of one option changed."""
    place = SERVICES.index(name) + 1
    return (*SERVICES[:place], value, *SERVICES[place + 1 :])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("age",), "要写 --category 和 --birth，或者用 --stdin 一行一个。"),
        (("age", "--category", "M60"), "要写 --category 和 --birth，或者用 --stdin 一行一个。"),
        (("age", "--birth", "1965-05"), "要写 --category 和 --birth，或者用 --stdin 一行一个。"),
        (
            ("age", "--category", "M60", "--birth", "1965"),
            "出生年月“1965”应写成年月，如 1965-05。",
        ),
        (
            ("age", "--category", "M60", "--birth", "2026-12"),
            "出生年月 2026-12 在 2026-11-23 以后，请检查是不是写错了年份。",
        ),
        (other("--birth", "1966-6"), "出生年月“1966-6”应写成年月，如 1965-05。"),
        (
            other("--birth", "2026-12"),
            "出生年月 2026-12 在 2026-11-23 以后，请检查是不是写错了年份。",
        ),
        (other("--on", "2026-11"), "办理日期“2026-11”应写成年月日，如 2026-11-23。"),
        (other("--on", "2026-02-30"), "办理日期“2026-02-30”应写成年月日，如 2026-11-23。"),
        (
            other("--on", "1960-01-01"),
            "出生年月 1966-06 在 1960-01-01 以后，请检查是不是写错了年份。",
        ),
        ((*SERVICES, "--retire", "soon"), "退休年月“soon”应写成年月，如 1965-05。"),
        ((*SERVICES, "--wait-until", "2027"), "等到的年月“2027”应写成年月，如 1965-05。"),
        (other("--on", "20261123"), "办理日期“20261123”应写成年月日，如 2026-11-23。"),
        (other("--on", "2026-W48-1"), "办理日期“2026-W48-1”应写成年月日，如 2026-11-23。"),
        (other("--on", "２０２６-11-23"), "办理日期“２０２６-11-23”应写成年月日，如 2026-11-23。"),
        (other("--on", "1899-12-31"), "办理日期“1899-12-31”太远了，应在 1900 到 2100 年之间。"),
        (other("--on", "2101-01-01"), "办理日期“2101-01-01”太远了，应在 1900 到 2100 年之间。"),
        (other("--on", "9999-12-31"), "办理日期“9999-12-31”太远了，应在 1900 到 2100 年之间。"),
        (other("--birth", "1899-12"), "出生年月“1899-12”太远了，应在 1900 到 2100 年之间。"),
        (other("--birth", "9999-12"), "出生年月“9999-12”太远了，应在 1900 到 2100 年之间。"),
        (
            (*SERVICES, "--retire", "9999-12"),
            "退休年月“9999-12”太远了，应在 1900 到 2100 年之间。",
        ),
        (
            (*SERVICES, "--wait-until", "2101-01"),
            "等到的年月“2101-01”太远了，应在 1900 到 2100 年之间。",
        ),
        (
            ("age", "--category", "M60", "--birth", "0001-01"),
            "出生年月“0001-01”太远了，应在 1900 到 2100 年之间。",
        ),
        (
            (*SERVICES, "--wait-until", "2026-10"),
            "等到的年月 2026-10 已经过了，应不早于 2026-11。",
        ),
        (
            (*SERVICES, "--retire", "2026-10"),
            "退休年月 2026-10 选不了，应在 2026-11 到 2029-11 之间。",
        ),
        (
            (*SERVICES, "--retire", "2029-12"),
            "退休年月 2029-12 选不了，应在 2026-11 到 2029-11 之间。",
        ),
        (
            (*other("--birth", "1963-12"), "--retire", "2026-12"),
            "退休年月 2026-12 选不了，应在 2026-11 到 2026-11 之间。",
        ),
        (
            (*other("--birth", "1970-06"), "--wait-until", "2031-01", "--retire", "2030-12"),
            "退休年月 2030-12 选不了，应在 2031-01 到 2034-11 之间。",
        ),
        (
            (*SERVICES, "--fact", "kind=LH"),
            "--insured 和 --fact kind 说的不一样，请只写 --insured。",
        ),
        (
            (*SERVICES, "--fact", "paid_months"),
            "“paid_months”应写成 名字=值，例如 paid_months=402。",
        ),
        (
            (*SERVICES, "--fact", "paid_months=1", "--fact", "has_annuity=x"),
            "has_annuity（单位建了年金）应是：yes 或 no。",
        ),
    ],
)
def test_a_refusal_names_the_cure(ask, arguments, words):
    assert ask(*arguments) == (2, "", f"rules: {words}\n")


def test_an_unknown_fact_names_the_nearest(ask):
    code, out, err = ask(*SERVICES, "--fact", "paid_month=402")
    assert (code, out) == (2, "")
    assert err.startswith("rules: 没有“paid_month”这项事实。是不是想写“paid_months”？可以写的有：")


def test_a_birth_after_today_is_refused_even_for_a_later_day(ask):
    """Whoever is not born yet files nothing, on no day."""
    code, _, err = ask(
        "plan", "--insured", "QY", "--category", "M60", "--birth", "2027-01", "--on", "2028-01-01"
    )
    assert (code, err) == (
        2,
        "rules: 出生年月 2027-01 在 2026-11-23 以后，请检查是不是写错了年份。\n",
    )


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (("sing",), "'sing'"),
        (("age", "--category", "M61", "--birth", "1965-05"), "'M61'"),
        (other("--insured", "XX"), "'XX'"),
        (other("--category", "F60"), "'F60'"),
        ((*SERVICES, "--route", "R04"), "'R04'"),
        (SERVICES[:-2], "--on"),
        (("plan", *PERSON[2:]), "--insured"),
        (("services", *PERSON[:2], *PERSON[4:]), "--category"),
        (("services", *PERSON[:4], *PERSON[6:]), "--birth"),
        (("number",), "NUMBER"),
    ],
)
def test_an_option_out_of_its_list_or_missing(ask, arguments, wrong):
    code, out, err = ask(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("usage: retirement-kiosk rules")
    assert wrong in err.splitlines()[-2]
