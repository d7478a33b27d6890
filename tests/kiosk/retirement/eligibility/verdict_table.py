"""How verdicts.md is read: each row becomes a situation, and what must be said to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kiosk.people.facts import InsuredKind
from kiosk.retirement.age import Category
from kiosk.retirement.catalogue import Catalogue
from kiosk.retirement.conditions import holds
from kiosk.retirement.eligibility import Verdict, judge_all
from kiosk.retirement.facts import FactSource, FactType, FactValue, parse_fact
from kiosk.retirement.months import Month
from kiosk.retirement.situation import Route, Situation, assess
from tests.kiosk.retirement.shipped import CATALOGUE, RULES

FILE = Path(__file__).with_name("verdicts.md")
KINDS = {"机关事业": "JG", "企业": "QY", "灵活就业": "LH", "没取到": ""}
CATEGORIES = {"男职工": "M60", "处级女干部": "W60", "女干部": "F55", "女工人": "F50"}
ROUTES = {"到年龄": "R01", "特殊工种": "R02", "病残津贴": "R03"}
LABELS = {
    declared.label: name
    for name, declared in CATALOGUE.facts.items()
    if declared.from_ is not FactSource.RULE
}
FULL_MARK = "“资料齐全”是指："
NOTHING, FULL, AND, NO_MONTH = "什么都没取到", "资料齐全", "；", "—"


def tables() -> Iterator[list[dict[str, str]]]:
    """Yield the rows of each table of verdicts.md, by heading."""
    rows: list[dict[str, str]] = []
    header: list[str] = []
    for number, line in enumerate([*FILE.read_text("utf-8").splitlines(), ""], 1):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            if rows:
                yield rows
            rows, header = [], []
        elif not header:
            header = cells
        elif set(line) - set("|-: "):
            assert len(cells) == len(header), line
            rows.append({**dict(zip(header, cells, strict=True)), "line": str(number)})


def full() -> str:
    """Return what 资料齐全 stands for."""
    (line,) = (one for one in FILE.read_text("utf-8").splitlines() if one.startswith(FULL_MARK))
    return line.removeprefix(FULL_MARK).rstrip("。")


@dataclass(frozen=True)
class VerdictCase:
    """The person of one row: the situation, and whether services are insisted on."""

    case: Situation
    insists: bool


def asked(row: Mapping[str, str]) -> VerdictCase:
    """Read the columns that describe the person."""
    kind = KINDS[row["参保类型"]]
    facts: dict[str, FactValue] = {"citizen": True}  # the card lies there, whoever answers
    if kind:
        facts["kind"] = InsuredKind(kind)
    chosen: dict[str, str] = {}
    for part in row["已知情况"].replace(FULL, full()).split(AND):
        name, _, value = part.partition("=")
        if name in LABELS:
            if CATALOGUE.facts[LABELS[name]].type is FactType.PLACES:
                value = value.replace("没有", "").replace("、", ",")
            if value == "没取到":
                del facts[LABELS[name]]
                continue
            read = parse_fact(CATALOGUE.facts, f"{LABELS[name]}={value}")
            assert isinstance(read, tuple), read
            facts[read[0]] = read[1]
        elif part != NOTHING:
            chosen[name] = value
    category, birth = Category(CATEGORIES[row["类别"]]), Month.parse(row["出生"])
    case = assess(RULES, category, birth, date.fromisoformat(row["办理日"]), facts)
    case = case.along(Route(ROUTES[chosen.pop("走哪条路", "到年龄")]))
    if wait := chosen.pop("等到", ""):
        case = case.waiting_until(Month.parse(wait))
    if month := chosen.pop("打算退休", ""):
        case = case.retiring(Month.parse(month))
    insists = chosen.pop("坚持要办", "") == "是"
    assert not chosen, chosen
    return VerdictCase(case, insists)


def code_of(row: Mapping[str, str]) -> str:
    """Return the service's code of R06 按月领养老金."""
    code, plain = row["事项"].split(" ", 1)
    assert CATALOGUE.services[code].plain == plain
    return code


def verdict_of(row: Mapping[str, str]) -> Verdict:
    """Return what the rules say to the row."""
    person, code = asked(row), code_of(row)
    return judge_all(CATALOGUE, person.case, {code} if person.insists else ())[code]


@dataclass(frozen=True)
class Shown:
    """What one row shows: of which service, by which rule, and how its conditions stand."""

    code: str
    verdict: Verdict
    conditions: Mapping[str, bool | None]


def shown(row: Mapping[str, str]) -> Shown:
    """Judge one row and look at the conditions behind it."""
    code, case = code_of(row), asked(row).case
    names = CATALOGUE.services[code].when
    standing = {name: holds(CATALOGUE.conditions[name], case) for name in names}
    return Shown(code, verdict_of(row), standing)


GENERAL = (
    "kind",
    "route",
    "needs",
    "lost",
    "other_route",
    "waits",
    "unknown",
    "manual",
    "insisted",
    "done",
    "open",
    "drawn_since",
    "elsewhere",
)


def gaps(rows: list[Shown], catalogue: Catalogue, always_known: set[str]) -> Iterator[str]:
    """Name each condition and general answer that the rows don't show in every direction."""
    for name in {one for service in catalogue.services.values() for one in service.when}:
        about = [row for row in rows if name in row.conditions]
        if not any(
            row.conditions[name] and row.verdict.rule in ("fits", "manual") for row in about
        ):
            yield f"{name}: holds"
        if not any(row.conditions[name] is False and row.verdict.rule == name for row in about):
            yield f"{name}: does not hold"
        if name not in always_known and not any(
            row.conditions[name] is None and row.verdict.answer in ("review", "later")
            for row in about
        ):
            yield f"{name}: not known"
    for rule in GENERAL:
        ruled = {row.code for row in rows if row.verdict.rule == rule}
        if not ruled:
            yield f"{rule}: said"
        if not any(row.code in ruled and row.verdict.rule != rule for row in rows):
            yield f"{rule}: not said"
    for code in catalogue.services:
        answers = {str(row.verdict.answer) for row in rows if row.code == code}
        if not answers & {"can", "review"}:
            yield f"{code}: to be had"
        if code != "R08" and not answers & {"cannot", "later"}:
            yield f"{code}: not to be had"
