"""Facts that other offices know of a person, fetched once and never typed over."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class InsuredKind(StrEnum):
    """参保类型 cānbǎo lèixíng."""

    INSTITUTION = "JG"  # 机关事业
    ENTERPRISE = "QY"  # 企业
    FLEXIBLE = "LH"  # 灵活就业
    RESIDENT = "JM"  # 城乡居民: has no employee's pension


class Marital(StrEnum):
    """婚姻状况."""

    MARRIED = "married"
    SINGLE = "single"
    DIVORCED = "divorced"
    WIDOWED = "widowed"


@dataclass(frozen=True)
class SharedFacts:
    """The answer of `POST /v1/people/facts`.

    Months are whole months; `*_month` is "YYYY-MM". `open_case` names an application of this person
    that is still under way, or is empty. `only_child_certificate` and `draws_pension` are None when
    no office knows. `work_start_month` is "" of who never worked for an employer. `child_birth` is
    "YYYYMMDD"; a line of `resume` says from when to when somebody worked where. What is "" or empty
    is not on record.
    """

    kind: InsuredKind
    category: str  # M60, F55, F50: config/rules/retirement_age.toml
    paid_months: int
    deemed_months: int
    medical_months: int
    medical_months_needed: int
    work_start_month: str
    unit_name: str = ""
    unit_code: str = ""  # GB 32100
    earlier_places: tuple[str, ...] = ()  # divisions where contributions were paid before
    bank: str = ""
    account: str = ""
    card_account_active: bool = False
    marital: Marital = Marital.MARRIED
    has_fund_account: bool = False
    fund_center: str = ""
    has_annuity: bool = False
    only_child_certificate: bool | None = None
    household_matches: bool = True
    open_case: str = ""
    waiting_unit: str = ""  # the employer that filed, and waits for the person's signature
    draws_pension: bool | None = None  # of an employee, already
    ss_card_number: str = ""
    resume: tuple[str, ...] = ()
    pay_grade_201409: str = ""  # of who works for a state body
    only_child_certificate_number: str = ""
    child_name: str = ""
    child_birth: str = ""
    spouse_name: str = ""
    annuity_plan: str = ""
    disability_conclusion: str = ""  # its number, of the board for work capacity

    def __repr__(self) -> str:
        """Say nothing of the person: a log or a traceback may hold it."""
        return f"SharedFacts({self.kind})"
