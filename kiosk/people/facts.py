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


class PaidScope(StrEnum):
    """Which months `SharedFacts.paid_months` counts."""

    NOT_SAID = ""
    HERE = "here"  # those paid in this city only
    EVERYWHERE = "everywhere"  # those of all places, merged already


@dataclass(frozen=True)
class InsuredPlace:
    """One place of insurance, named by its city (亳州市), with the months paid or deemed there."""

    place: str
    months: int

    def __str__(self) -> str:
        return f"{self.place}{self.months}"


@dataclass(frozen=True)
class FinishedService:
    """A service that was finished for this person on the day `on` ("YYYY-MM-DD")."""

    code: str
    on: str

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True)
class SharedFacts:
    """The answer of `POST /v1/people/facts`.

    Months are whole months; `*_month` is "YYYY-MM". `open_case` names an application of this person
    that is still under way, or is empty. `only_child_certificate` and `draws_pension` are None when
    no office knows. `work_start_month` is "" of who never worked for an employer. `child_birth` is
    "YYYYMMDD"; a line of `resume` says from when to when somebody worked where. What is "" or empty
    is not on record.

    `home_place` is the city of the household register; `insured_places` are in the order of time,
    the last one is where the person is insured now. `insured_since` is the month of the first
    payment. `state_manager`: holds a managing post in a state body or a state-owned enterprise.
    `notice_month`: when the employer got the written notice of an early month. `archive_birth` is
    the earliest month of birth in the personnel file. `services_done`, `services_open` and
    `services_refused` name the services of this person's applications by how they stand; one that
    was refused, or ended without a decision, can be filed again.
    """

    kind: InsuredKind
    category: str  # M60, W60, F55, F50: config/rules/retirement_age.toml
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
    household_checked: bool = True  # False: the register could not be asked
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
    draws_since: str = ""
    paid_scope: PaidScope = PaidScope.NOT_SAID
    home_place: str = ""
    insured_places: tuple[InsuredPlace, ...] = ()
    insured_since: str = ""
    state_manager: bool | None = None
    notice_month: str = ""
    archive_birth: str = ""
    services_done: tuple[FinishedService, ...] = ()
    services_open: tuple[str, ...] = ()
    services_refused: tuple[str, ...] = ()
    prepared: bool = False  # a filing was prepared, and waits for the person's signature

    def __repr__(self) -> str:
        """Say nothing of the person: a log or a traceback may hold it."""
        return f"SharedFacts({self.kind})"
