"""Answers of the rules as lines of plain Chinese, for `kiosk rules … --explain`."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.retirement.age import AgeRules, Estimate
from kiosk.retirement.catalogue import Catalogue
from kiosk.retirement.eligibility import EligibilityAnswer, Verdict
from kiosk.retirement.figures import length_words
from kiosk.retirement.guide import entries
from kiosk.retirement.materials import Resolution
from kiosk.retirement.order import Part
from kiosk.retirement.plan import Plan
from kiosk.retirement.situation import Situation

SAID = {
    EligibilityAnswer.CAN: "能办",
    EligibilityAnswer.LATER: "以后办",
    EligibilityAnswer.CANNOT: "不用办",
    EligibilityAnswer.REVIEW: "人工审核",
}
WAYS = {
    Resolution.FETCHED: "自动取得",
    Resolution.EMPLOYER: "单位转来",
    Resolution.CAPTURED: "拍照",
    Resolution.PROMISED: "写承诺",
    Resolution.LATER: "以后交",
}


def explain_age(rules: AgeRules, found: Estimate) -> Iterator[str]:
    """Yield the estimated months of retirement and the minimum of paid months, in words."""
    years, months = found.age
    age = f"{years} 岁 {months} 个月" if months else f"{years} 岁"
    yield f"{rules.categories[found.category].name}，{found.birth.words()}生："
    yield f"法定退休：{found.statutory.words()}（{age}，推迟 {found.delay} 个月）"
    if found.flexible:
        yield f"最早 {found.earliest.words()}，提前 {rules.early_notice_months} 个月书面告诉单位"
        yield f"最晚 {found.latest.words()}，提前 {rules.late_notice_months} 个月和单位书面约定"
    yield f"最低缴费：{length_words(found.minimum_months)}"
    yield "这是估算，出生年月以档案为准。"


def explain_verdicts(catalogue: Catalogue, case: Situation, plan: Plan) -> Iterator[str]:
    """Yield the estimate, then each verdict with its reason, basis and what would change it."""
    yield from explain_age(case.rules, case.estimate)
    for verdict in plan.verdicts.values():
        yield ""
        yield from _verdict_lines(catalogue, verdict)


def _verdict_lines(catalogue: Catalogue, found: Verdict) -> Iterator[str]:
    since = f"，{found.since.words()}起" if found.since else ""
    yield f"{found.code} {catalogue.services[found.code].plain}：{SAID[found.answer]}{since}"
    yield f"    {found.reason}"
    yield f"    给帮办员：{found.helper}"
    yield f"    依据：{found.basis}"
    for text in found.changes:
        yield f"    怎样会变：{text}"


def explain_plan(catalogue: Catalogue, case: Situation, plan: Plan) -> Iterator[str]:
    """Yield what would be filed, asked and brought, and by which days it is promised."""
    yield from explain_age(case.rules, case.estimate)
    yield ""
    yield f"一起办 {len(plan.chosen)} 项。"
    yield f"表上 {plan.tally.all} 项，已经知道 {plan.tally.known} 项。"
    yield f"要问 {len(plan.questions)} 个问题："
    for question in plan.questions:
        yield f"    {question.title}"
    yield f"材料 {len(plan.papers)} 份："
    for need in plan.papers:
        ways = "、".join(WAYS[way] for way in need.ways)
        yield f"    {need.name}：{ways}（{need.why}，{len(need.services)} 项共用）"
    yield "先后和日期："
    for part in plan.parts.values():
        names = [catalogue.services[code].plain for code in (*part.waits_any, *part.waits_all)]
        at_once = "马上开始，" if part.begins_at_once else ""
        waits = f"等{'、'.join(names)}，" if names else at_once
        yield f"    {catalogue.services[part.code].plain}：{waits}{_due_words(part)}"
    yield from plan_notes(plan)


def _due_words(part: Part) -> str:
    if part.due is None:
        return "本人办完手续以后"
    if part.same_day:
        return "当天就好"
    since = f"{part.since.words()}起，" if part.since else ""
    expected = "（预计）" if part.expected else ""
    return f"{since}{part.due.year}年{part.due.month}月{part.due.day}日前{expected}"


def plan_notes(plan: Plan) -> Iterator[str]:
    """Yield a sentence for each year without a holiday notice, with what to do about it."""
    years = {
        year for part in plan.parts.values() for year in (*part.open_years, *part.lawful_open_years)
    }
    for year in sorted(years):
        yield (
            f"config/holidays.toml 里没有 {year} 年的放假通知，落在那一年的日期是预计的；"
            "通知公布后补上那一年，日期就准了。"
        )


def explain_guide(catalogue: Catalogue) -> Iterator[str]:
    """Yield the one notice (一次告知), which names all services and nobody."""
    for entry in entries(catalogue):
        yield f"{entry.plain}（{entry.name}）"
        yield f"    谁能办：{entry.who}；{entry.proxy}"
        yield f"    要带：{entry.papers}"
        yield f"    多久：{entry.days}；办好拿到：{entry.result}"
        yield f"    找谁：{entry.office} 电话 {entry.phone}"
        yield f"    依据：{entry.basis}"
