"""Fetched facts as they are shown for confirmation, and the pages they take."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.people.facts import Marital
from kiosk.people.identity import Sex
from kiosk.retirement.months import MONTHS, Month
from kiosk.visit.pagination import cut
from kiosk.visit.state import Visit, card_of, sees_facts

MARITAL = {
    Marital.MARRIED: "已婚",
    Marital.SINGLE: "未婚",
    Marital.DIVORCED: "离异",
    Marital.WIDOWED: "丧偶",
}


@dataclass(frozen=True)
class Fact:
    """One fact in words; `key` names it in the application when it is disputed."""

    key: str
    label: str
    value: str


def years_and_months(months: int) -> str:
    """Return a number of months in words: 33 年 6 个月."""
    years, rest = divmod(months, MONTHS)
    return f"{years} 年 {rest} 个月" if rest else f"{years} 年"


def fetched_facts(visit: Visit) -> tuple[Fact, ...]:
    """Return what the card and the offices say, in words; unknown facts are left out."""
    card, facts = card_of(visit), visit.facts.shared
    found = [
        Fact("name", "姓名", card.name),
        Fact("sex", "性别", "男" if card.sex is Sex.MALE else "女"),
        Fact("birth", "出生", f"{card.birth.year}年{card.birth.month}月{card.birth.day}日"),
    ]
    if facts is not None:
        since = facts.work_start_month
        started = Month.parse(since).words() if since else ""
        account = f"{facts.bank} 尾号 {facts.account[-4:]}" if facts.account else ""
        found += [
            Fact("unit_name", "单位", facts.unit_name),
            Fact("work_start_month", "参加工作", started),
            Fact("paid_months", "养老缴费", years_and_months(facts.paid_months)),
            Fact("medical_months", "医保缴费", years_and_months(facts.medical_months)),
            Fact("marital", "婚姻", MARITAL[facts.marital]),
            Fact("account", "社保卡", account),
        ]
    return tuple(fact for fact in found if fact.value)


def fact_parts(visit: Visit) -> tuple[tuple[Fact, ...], ...]:
    """Return the facts in parts that fit a page."""
    return cut(fetched_facts(visit), visit.display.view)


def part_count(visit: Visit) -> int:
    """Return the number of pages of the stage: the dates, then the facts if shown."""
    return 1 + len(fact_parts(visit)) if sees_facts(visit) else 1
